/* What people type: with a Chinese keyboard a comma, a colon or a digit may come in its full width. */
#ifndef GATESLOT_CLI_TYPED_H
#define GATESLOT_CLI_TYPED_H

#include "gateslot/base/error.h"
#include <stddef.h>
#include <stdint.h>

#define GS_TYPED_MAX 128 /* bytes of a word that is read here, with its NUL */

/* text without blanks around it, full-width signs as their ASCII ones, also 。 as '.', 、 as ',', 〜 and – as '~' and '-'.
 * GS_E_RANGE: longer than size. */
int gs_typed_plain(const char *text, char *out, size_t size) GS_MUST_CHECK;
/* A whole number from min to max; GS_E_INVALID: none, GS_E_RANGE: another. */
int gs_typed_number(const char *text, int64_t min, int64_t max, int64_t *out) GS_MUST_CHECK;
/* "8:30", "08:30" to "24:00", as minutes of the day. */
int gs_typed_time(const char *text, int32_t *out_min) GS_MUST_CHECK;
/* The next word of a list with commas, from *at on, without blanks around it: where it begins, *out_len its bytes. NULL: no more.
 * text is as gs_typed_plain leaves it. */
const char *gs_typed_next(const char **at, size_t *out_len);

#endif
