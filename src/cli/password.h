/* A password from whoever sits there, or from a file. */
#ifndef GATESLOT_CLI_PASSWORD_H
#define GATESLOT_CLI_PASSWORD_H

#include "cli.h"

#define GS_PASSWORD_TYPED_MAX 512 /* bytes, with its NUL; longer: GS_EXIT_INVALID */

/* A new password for name: on a terminal asked for twice, without being seen; else the first line of stdin. Wiped by the caller. A PIN
 * likewise. */
enum gs_exit gs_cli_new_pin(struct gs_cli *cli, const char *name, char out[GS_PASSWORD_TYPED_MAX]) GS_MUST_CHECK;
enum gs_exit gs_cli_new_password(struct gs_cli *cli, const char *name, char out[GS_PASSWORD_TYPED_MAX]) GS_MUST_CHECK;

#endif
