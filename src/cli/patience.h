/* Calls that survive a restart of the daemon: asked again with the same Idempotency-Key until an answer comes. */
#ifndef GATESLOT_CLI_PATIENCE_H
#define GATESLOT_CLI_PATIENCE_H

#include "cli.h"

#define GS_PATIENCE_MS 30000 /* from the first failure of one call */

struct gs_patience {
    /* In: called before the call is sent again, to put right what a restart of the daemon undid; false: it is still away. NULL: nothing
     * to put right. */
    bool (*put_right)(void *arg);
    void *arg;
    int retries; /* out: how often it was asked again; its first try may have taken effect */
};

/* As gs_cli_try, but a lost connection, 429 and 502 to 504 are tried again for GS_PATIENCE_MS, and never before Retry-After is over, which
 * ends it at once where it takes longer; only safe for reads and calls with a
 * key. GS_EXIT_INTERRUPTED if the user stopped it. The last failure is said. */
enum gs_exit gs_patient_try(struct gs_cli *cli, const struct gs_client_call *call, struct gs_patience *patience,
                            struct gs_cli_answer *out) GS_MUST_CHECK;

#endif
