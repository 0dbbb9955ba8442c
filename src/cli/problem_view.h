/* The daemon's refusals (RFC 9457) for people and for the shell. */
#ifndef GATESLOT_CLI_PROBLEM_VIEW_H
#define GATESLOT_CLI_PROBLEM_VIEW_H

#include "cli.h"

/* The exit status of an HTTP status ≥ 400 and the problem's code ("" if unknown). */
enum gs_exit gs_problem_exit(int status, const char *code);
/* On stderr: the detail, each error with its pointer, the alternatives. problem may be NULL. */
void gs_problem_print(struct gs_cli *cli, int status, const json_t *problem);

#endif
