/* A call about a token, a user or a device that the first operand names, and the line that then says what is true of it. */
#ifndef GATESLOT_CLI_NAMED_CALL_H
#define GATESLOT_CLI_NAMED_CALL_H

#include "args.h"
#include "cli.h"

struct gs_named_call {
    const char *method;
    const char *collection; /* "/v1/tokens" */
    const char *below;      /* what of it: "/confirm"; "": itself */
    const char *body;       /* NULL: none */
    enum gs_word done;      /* what is true of it then */
};
enum gs_exit gs_cli_call_named(struct gs_cli *cli, const struct gs_args *args, const struct gs_named_call *named);
/* "li  created"; with --json the answer instead, if it has a body. */
void gs_cli_say_done(struct gs_cli *cli, const struct gs_args *args, const struct gs_cli_answer *r, enum gs_word done);

#endif
