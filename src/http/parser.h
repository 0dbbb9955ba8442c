/* The request parser: a pure function over the bytes of one connection. Strict RFC 9112: what is not plainly one request is
 * refused with a status, and the caller closes the connection. It keeps offsets, never pointers, so the bytes may move
 * between calls, and never looks at a byte twice for want of the next: n bytes cost O(n), however they arrive. */
#ifndef GATESLOT_HTTP_PARSER_H
#define GATESLOT_HTTP_PARSER_H

#include "gateslot/base/limits.h"
#include "gateslot/http/server.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum gs_parse { GS_PARSE_MORE, GS_PARSE_REQUEST, GS_PARSE_REFUSE };

enum gs_parser_state {
    GS_PARSER_START, /* before the request line; one empty line is skipped (RFC 9112 section 2.2) */
    GS_PARSER_FIELDS,
    GS_PARSER_BODY, /* of Content-Length */
    GS_PARSER_CHUNK_SIZE,
    GS_PARSER_CHUNK_DATA,
    GS_PARSER_TRAILERS,
    GS_PARSER_DONE,
    GS_PARSER_REFUSED
};

struct gs_head_span { /* within the first GS_HEAD_MAX bytes */
    uint16_t at, len;
};

struct gs_head_field {
    struct gs_head_span name, value;
};

struct gs_parser {
    const struct gs_large_path *large; /* stays as it is set; NULL: none */
    uint32_t body_max;                 /* of this request, once its line is read */
    enum gs_parser_state state;
    int status;       /* refused: the status and, in English, what is wrong */
    const char *what; /* static */
    enum gs_method method;
    struct gs_head_span method_text, path, query;
    uint32_t pos;     /* everything before it is digested; when done: the bytes of the whole request */
    uint32_t scanned; /* no line ends between pos and here */
    uint32_t need;    /* fewer bytes than this make another call useless */
    uint32_t head_start, head_end, trailer_start;
    uint32_t body_len; /* of Content-Length, or of the chunks so far */
    uint32_t chunk_len;
    uint32_t framing_len;
    uint16_t field_count, trailer_count, host_count;
    bool has_length, has_coding, close, expects_continue, expects_other;
    bool empty_line_seen;
    struct gs_head_field fields[GS_HEADERS_MAX];
};

void gs_parser_init(struct gs_parser *p,
                    const struct gs_large_path *large); /* likewise ready; large is borrowed, NULL: none */
void gs_parser_reset(struct gs_parser *p);
/* bytes: all of the request so far, from its first byte. After REQUEST or REFUSE only a reset brings it back. */
enum gs_parse gs_parser_run(struct gs_parser *p, const char *bytes, size_t len);
/* Has a request begun, given that len bytes are there? */
bool gs_parser_begun(const struct gs_parser *p, size_t len);
bool gs_parser_head_done(const struct gs_parser *p);
/* After REQUEST: copies the body, unchunked, into out (room for body_len). */
void gs_parser_body(const struct gs_parser *p, const char *bytes, char *out);

#endif
