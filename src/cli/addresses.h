/* Where the daemon may be: one address, or several of which one serves and the others stand by. */
#ifndef GATESLOT_CLI_ADDRESSES_H
#define GATESLOT_CLI_ADDRESSES_H

#include "gateslot/base/error.h"
#include <stddef.h>

#define GS_ADDRESSES_MAX 8

struct gs_cli_address {
    char *text;   /* as it was given */
    char *base;   /* scheme and host, no trailing slash */
    char *socket; /* NULL: TCP */
};

struct gs_cli_addresses {
    size_t count;
    struct gs_cli_address at[GS_ADDRESSES_MAX];
};

/* "unix:/path", "http://…" or "https://…", several of them with commas between. GS_E_INVALID: another form, or too many. On failure there is
 * nothing to finish. */
int gs_cli_addresses_parse(const char *text, struct gs_cli_addresses *out) GS_MUST_CHECK;
void gs_cli_addresses_finish(struct gs_cli_addresses *a);

#endif
