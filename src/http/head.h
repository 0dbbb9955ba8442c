/* The lines of a request's head and what they mean. Used by the parser only. */
#ifndef GATESLOT_HTTP_HEAD_H
#define GATESLOT_HTTP_HEAD_H

#include "gateslot/base/error.h"
#include "parser.h"

/* Marks p refused; always GS_E_INVALID. what is static. */
int gs_head_refuse(struct gs_parser *p, int status, const char *what) GS_MUST_CHECK;
/* The request line at bytes[at..at+len), without its CRLF. GS_OK or refused. */
int gs_head_request_line(struct gs_parser *p, const char *bytes, size_t at, size_t len) GS_MUST_CHECK;
/* A field line; GS_OK with its parts, or refused. */
int gs_head_split_field(struct gs_parser *p, const char *bytes, size_t at, size_t len,
                        struct gs_head_field *out) GS_MUST_CHECK;
/* Takes what a field says of framing and connection. */
int gs_head_take_field(struct gs_parser *p, const char *bytes, const struct gs_head_field *field) GS_MUST_CHECK;
/* The head is whole: may its body be read, and how? */
int gs_head_finish(struct gs_parser *p) GS_MUST_CHECK;

#endif
