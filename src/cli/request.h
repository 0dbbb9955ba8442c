/* The booking request, from options or from a file. */
#ifndef GATESLOT_CLI_REQUEST_H
#define GATESLOT_CLI_REQUEST_H

#include "args.h"
#include "cli.h"

#define GS_REQUEST_MAX 65536 /* bytes of a request, as the daemon's limit */

/* A file as it is ("-": stdin), to be freed by free. Anything but OK is said already. */
enum gs_exit gs_request_file(struct gs_cli *cli, const char *name, char **out_text) GS_MUST_CHECK;
/* *out_text (to be freed by free) is the JSON to send: of the file named by the operand ("-": stdin), or of the options given. For a
 * walk-in there is no wish of a day. Anything but OK is said already. */
enum gs_exit gs_request_make(struct gs_cli *cli, const struct gs_args *args, bool walk_in,
                             char **out_text) GS_MUST_CHECK;
/* After a refusal: names the window that was probably meant by one of --window that is none of the site's. */
void gs_request_hint(struct gs_cli *cli, const struct gs_args *args, enum gs_exit refusal);
/* Adds the days, windows and slot of the options, for book and reschedule. */
enum gs_exit gs_request_add_wish(struct gs_cli *cli, const struct gs_args *args, json_t *body) GS_MUST_CHECK;
/* The options of what sets rules aside, for tables of options. */
#define GS_EXCEPTION_OPTIONS                                                                                           \
    {"exception",                                                                                                      \
     "RULE,…",                                                                                                         \
     true,                                                                                                             \
     {"set aside: cutoff, quota, suspended (supervisors, with --reason)",                                              \
      "破例：cutoff 截止、quota 限额、suspended 暂停（仅主管，须 --reason）"}},                                        \
    {                                                                                                                  \
        "reason", "TEXT", false,                                                                                       \
        {                                                                                                              \
            "why the exception is made", "破例的原因"                                                             \
        }                                                                                                              \
    }

/* Adds the rules of --exception, with --reason, if either is given: what is missing the daemon says. */
void gs_request_add_exception(const struct gs_args *args, json_t *body);

#endif
