/* Names what was probably meant by a word that is none of those expected. */
#ifndef GATESLOT_CLI_SUGGEST_H
#define GATESLOT_CLI_SUGGEST_H

#include "cli.h"

/* The one of names (NULL at the end) that given is a slip away from: a prefix of it, or at most two letters wrong, exchanged, missing
 * or too many, and fewer than half. NULL: none is near. */
const char *gs_nearest(const char *const *names, const char *given);
/* Says on stderr that what (an option, a noun) cannot be given, and which name was probably meant, or what there is; returns
 * GS_EXIT_USAGE. */
enum gs_exit gs_cli_no_such(struct gs_cli *cli, const char *what, const char *given, const char *const *names);
/* The same as text for a parser that prints nothing: `no such option: --frob; did you mean --from?`. */
void gs_no_such_text(enum gs_cli_lang lang, const char *what, const char *given, const char *const *names, char *out,
                     size_t size);
/* Says a sentence of two gaps, in general which option and what was given for it; returns GS_EXIT_USAGE. */
enum gs_exit gs_cli_wrong(struct gs_cli *cli, enum gs_word why, const char *what, const char *given);

#endif
