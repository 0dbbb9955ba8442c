/* The request parser's states: it cuts the bytes into lines, body and chunks, keeps the limits, and lets head.c say what the
 * lines mean. It allocates nothing, keeps no pointer, and has no idea of sockets or time. Every decision hangs on the bytes up to
 * one position only, so that however they are split over calls the outcome is the same. */
#include "parser.h"
#include "head.h"
#include "syntax.h"
#include <assert.h>
#include <string.h>

void gs_parser_init(struct gs_parser *p, const struct gs_large_path *large)
{
    p->large = large;
    gs_parser_reset(p);
}

void gs_parser_reset(struct gs_parser *p)
{
    const struct gs_large_path *large = p->large;
    memset(p, 0, offsetof(struct gs_parser, fields));
    p->large = large;
    p->body_max = GS_BODY_MAX;
    p->method = GS_METHOD_OTHER;
    p->need = 1;
}

bool gs_parser_begun(const struct gs_parser *p, size_t len)
{
    return p->state != GS_PARSER_START || len > p->pos;
}

bool gs_parser_head_done(const struct gs_parser *p)
{
    return p->head_end > 0;
}

/* GS_OK: a line was taken, *out_at and *out_len are its text; GS_E_AGAIN; or refused: max counts the CRLF too. */
static int take_line(struct gs_parser *p, const char *bytes, size_t len, size_t max, size_t *out_at, size_t *out_len,
                     int status)
{
    size_t stop = len < p->pos + max ? len : p->pos + max;
    const char *lf = stop > p->scanned ? memchr(bytes + p->scanned, '\n', stop - p->scanned) : NULL;
    if (lf == NULL) {
        if (len > p->pos + max) {
            return gs_head_refuse(p, status, status == 414 ? "the request line is too long" : "a line is too long");
        }
        p->scanned = (uint32_t)stop;
        p->need = (uint32_t)len + 1;
        return GS_E_AGAIN;
    }
    size_t end = (size_t)(lf - bytes);
    if (end == p->pos || bytes[end - 1] != '\r') {
        return gs_head_refuse(p, 400, "a line does not end with CR LF");
    }
    *out_at = p->pos;
    *out_len = end - 1 - p->pos;
    p->pos = p->scanned = (uint32_t)end + 1;
    return GS_OK;
}

static void take_body_max(struct gs_parser *p, const char *bytes)
{
    if (p->large != NULL && p->large->path != NULL && strlen(p->large->path) == p->path.len &&
        memcmp(p->large->path, bytes + p->path.at, p->path.len) == 0) {
        p->body_max = p->large->body_max;
    }
}

static int run_start(struct gs_parser *p, const char *bytes, size_t len)
{
    if (bytes[p->pos] == '\r' && !p->empty_line_seen) {
        p->need = p->pos + 2;
        if (len < p->need) {
            return GS_E_AGAIN;
        }
        if (bytes[p->pos + 1] != '\n') {
            return gs_head_refuse(p, 400, "a line does not end with CR LF");
        }
        p->empty_line_seen = true;
        p->pos = p->scanned = p->head_start = p->pos + 2;
        p->need = p->pos + 1;
        return GS_OK;
    }
    if (!gs_syntax_token_char(bytes[p->pos])) {
        return gs_head_refuse(p, 400, "the request line does not begin with a method");
    }
    size_t at = 0, line_len = 0;
    int err = take_line(p, bytes, len, GS_REQUEST_LINE_MAX, &at, &line_len, 414);
    if (err == GS_OK) {
        err = gs_head_request_line(p, bytes, at, line_len);
    }
    if (err == GS_OK) {
        p->state = GS_PARSER_FIELDS;
        take_body_max(p, bytes);
    }
    return err;
}

static int end_head(struct gs_parser *p)
{
    int err = gs_head_finish(p);
    if (err != GS_OK) {
        return err;
    }
    p->head_end = p->pos;
    if (p->has_coding) {
        p->state = GS_PARSER_CHUNK_SIZE;
        p->need = p->pos + 1;
    } else {
        p->state = GS_PARSER_BODY;
        p->need = p->pos + p->body_len;
    }
    return GS_OK;
}

static int run_fields(struct gs_parser *p, const char *bytes, size_t len)
{
    size_t at = 0, line_len = 0;
    int err = take_line(p, bytes, len, p->head_start + GS_HEAD_MAX - p->pos, &at, &line_len, 431);
    if (err != GS_OK) {
        return err;
    }
    if (line_len == 0) {
        return end_head(p);
    }
    if (p->field_count == GS_HEADERS_MAX) {
        return gs_head_refuse(p, 431, "there are too many headers");
    }
    struct gs_head_field *field = &p->fields[p->field_count];
    err = gs_head_split_field(p, bytes, at, line_len, field);
    if (err == GS_OK) {
        err = gs_head_take_field(p, bytes, field);
    }
    if (err == GS_OK) {
        p->field_count++;
    }
    return err;
}

static int run_body(struct gs_parser *p, size_t len)
{
    if (len < p->need) {
        return GS_E_AGAIN;
    }
    p->pos += p->body_len;
    p->state = GS_PARSER_DONE;
    return GS_OK;
}

/* The size of a chunk, and how many digits it has; beyond the limit it stays beyond. */
static uint32_t chunk_size(const char *line, size_t len, size_t *out_digits)
{
    uint32_t size = 0;
    size_t i = 0;
    for (; i < len && gs_syntax_hex(line[i]) >= 0; i++) {
        if (size <= GS_BATCH_BODY_MAX) {
            size = size * 16 + (uint32_t)gs_syntax_hex(line[i]);
        }
    }
    *out_digits = i;
    return size;
}

static int run_chunk_size(struct gs_parser *p, const char *bytes, size_t len)
{
    size_t at = 0, line_len = 0, digits = 0;
    int err = take_line(p, bytes, len, GS_CHUNK_LINE_MAX, &at, &line_len, 400);
    if (err != GS_OK) {
        return err;
    }
    uint32_t size = chunk_size(bytes + at, line_len, &digits);
    if (digits == 0 || (digits < line_len && bytes[at + digits] != ';') ||
        !gs_syntax_value(bytes + at + digits, line_len - digits)) {
        return gs_head_refuse(p, 400, "a chunk does not begin with its size in hexadecimal digits");
    }
    if (size > p->body_max - p->body_len) {
        return gs_head_refuse(p, 413, "the body is too large");
    }
    p->framing_len += (uint32_t)line_len + 4;
    if (p->framing_len > GS_CHUNK_FRAMING_MAX) {
        return gs_head_refuse(p, 413, "the body has more framing than data may have");
    }
    p->chunk_len = size;
    p->state = size > 0 ? GS_PARSER_CHUNK_DATA : GS_PARSER_TRAILERS;
    p->trailer_start = p->pos;
    p->need = p->pos + (size > 0 ? size + 2 : 2);
    return GS_OK;
}

static int run_chunk_data(struct gs_parser *p, const char *bytes, size_t len)
{
    if (len < p->need) {
        return GS_E_AGAIN;
    }
    if (memcmp(bytes + p->pos + p->chunk_len, "\r\n", 2) != 0) {
        return gs_head_refuse(p, 400, "a chunk is not as long as it says");
    }
    p->body_len += p->chunk_len;
    p->pos = p->scanned = p->need;
    p->need = p->pos + 1;
    p->state = GS_PARSER_CHUNK_SIZE;
    return GS_OK;
}

static int run_trailers(struct gs_parser *p, const char *bytes, size_t len)
{
    size_t at = 0, line_len = 0;
    int err = take_line(p, bytes, len, p->trailer_start + GS_HEAD_MAX - p->pos, &at, &line_len, 431);
    if (err != GS_OK) {
        return err;
    }
    if (line_len == 0) {
        p->state = GS_PARSER_DONE;
        return GS_OK;
    }
    if (p->trailer_count++ == GS_HEADERS_MAX) {
        return gs_head_refuse(p, 431, "there are too many trailers");
    }
    struct gs_head_field ignored;
    return gs_head_split_field(p, bytes, at, line_len, &ignored);
}

static int run_state(struct gs_parser *p, const char *bytes, size_t len)
{
    switch (p->state) {
    case GS_PARSER_START:
        return run_start(p, bytes, len);
    case GS_PARSER_FIELDS:
        return run_fields(p, bytes, len);
    case GS_PARSER_BODY:
        return run_body(p, len);
    case GS_PARSER_CHUNK_SIZE:
        return run_chunk_size(p, bytes, len);
    case GS_PARSER_CHUNK_DATA:
        return run_chunk_data(p, bytes, len);
    case GS_PARSER_TRAILERS:
        return run_trailers(p, bytes, len);
    case GS_PARSER_DONE:
    case GS_PARSER_REFUSED:
        break;
    }
    return GS_E_INVALID;
}

enum gs_parse gs_parser_run(struct gs_parser *p, const char *bytes, size_t len)
{
    int err = GS_OK;
    while (err == GS_OK && p->state < GS_PARSER_DONE) {
        if (len <= p->pos && p->state != GS_PARSER_BODY) {
            return GS_PARSE_MORE;
        }
        err = run_state(p, bytes, len);
    }
    if (err == GS_E_AGAIN) {
        return GS_PARSE_MORE;
    }
    return p->state == GS_PARSER_DONE ? GS_PARSE_REQUEST : GS_PARSE_REFUSE;
}

void gs_parser_body(const struct gs_parser *p, const char *bytes, char *out)
{
    assert(p->state == GS_PARSER_DONE);
    if (!p->has_coding) {
        memcpy(out, bytes + p->head_end, p->body_len);
        return;
    }
    size_t pos = p->head_end, done = 0, digits;
    while (done < p->body_len) {
        const char *lf = memchr(bytes + pos, '\n', p->pos - pos);
        uint32_t size = chunk_size(bytes + pos, (size_t)(lf - (bytes + pos)), &digits);
        memcpy(out + done, lf + 1, size);
        done += size;
        pos = (size_t)(lf - bytes) + 1 + size + 2;
    }
}
