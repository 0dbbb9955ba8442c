/* The alphabets of HTTP (RFC 9110 section 5.6, RFC 3986), as pure functions over bytes. */
#ifndef GATESLOT_HTTP_SYNTAX_H
#define GATESLOT_HTTP_SYNTAX_H

#include <stdbool.h>
#include <stddef.h>

/* token = 1*tchar */
bool gs_syntax_token(const char *text, size_t len);
bool gs_syntax_token_char(char c);
/* Nothing but HTAB, SP, visible ASCII and bytes from 0x80 on. */
bool gs_syntax_value(const char *text, size_t len);
/* uri-host [ ":" port ], or empty. */
bool gs_syntax_host(const char *text, size_t len);
/* The query part, raw: visible ASCII without "#". */
bool gs_syntax_query(const char *text, size_t len);
/* Decodes an absolute path into out (room for len + 1), NUL-terminated; the decoded length, or 0 if it is malformed: it does
 * not begin with "/", a byte that must be escaped is not, an escape is broken or stands for "/" or a control byte, or the
 * result is not UTF-8. ".." is text like any other. */
size_t gs_syntax_path(const char *text, size_t len, char *out);
/* Equal but for the case of ASCII letters; word is in lower case. */
bool gs_syntax_is(const char *text, size_t len, const char *word);
/* Is word one of the members of a comma-separated list? */
bool gs_syntax_listed(const char *text, size_t len, const char *word);
/* 0–15, or -1. */
int gs_syntax_hex(char c);
char gs_syntax_lower(char c);

#endif
