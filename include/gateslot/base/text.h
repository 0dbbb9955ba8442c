/* UTF-8 and fixed-size text. */
#ifndef GATESLOT_BASE_TEXT_H
#define GATESLOT_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Decodes one code point at text[*pos], advances *pos; -1 at a malformed sequence (overlong, surrogate, cut) with
 * *pos one byte on. Callers stop at len. */
int32_t gs_utf8_next(const char *text, size_t len, size_t *pos);
bool gs_utf8_valid(const char *text, size_t len);
size_t gs_utf8_count(const char *text, size_t len); /* characters; each malformed byte counts as one */
/* Would nothing be seen of this character by itself: controls, blanks, joiners, marks of direction, variation selectors,
 * combining marks, tags? (Unicode 15: general categories Cc, Cf, Zs, Zl, Zp, Mn of the common blocks, U+2800.) */
bool gs_point_invisible(int32_t point);
/* Is it one that no text of a person may have, because it would change what stands around it: controls, line and paragraph
 * separators, marks, overrides and isolates of direction, interlinear marks, tags, noncharacters? */
bool gs_point_banned(int32_t point);
bool gs_text_visible(const char *text, size_t len); /* is anything of it seen? */
/* The bytes before the first that a JSON string does not hold as it stands, or that begins more than itself: a control
 * character, '"', '\\', or one beyond ASCII; len if there is none. */
size_t gs_text_plain(const char *text, size_t len);
/* Copies at most size-1 bytes, never half a character, always terminated; returns whether all of it fitted. */
bool gs_text_copy(char *out, size_t size, const char *text);
bool gs_text_copyn(char *out, size_t size, const char *text, size_t len);
bool gs_text_append(char *out, size_t size, const char *text); /* likewise behind the text that is in out */
/* Optimal string alignment distance (Damerau, restricted) of two short ASCII words, for "did you mean". Words above
 * 63 bytes are compared for equality only: their distance is the longer length. */
size_t gs_text_distance(const char *a, const char *b);
/* Is it [a-z0-9][a-z0-9._-]*, at most GS_NAME_MAX? Names of tokens and users. */
bool gs_name_valid(const char *name);

#endif
