/* Reads the lines of a request's head: method, version and target, and the header fields that say where the body ends. Where RFC
 * 9112 lets a recipient be lenient, this refuses: requests are smuggled past two readers that differ in leniency. What is asked for
 * it does not judge. */
#include "head.h"
#include "syntax.h"
#include <string.h>

int gs_head_refuse(struct gs_parser *p, int status, const char *what)
{
    p->state = GS_PARSER_REFUSED;
    p->status = status;
    p->what = what;
    return GS_E_INVALID;
}

static struct gs_head_span span(size_t at, size_t len)
{
    return (struct gs_head_span){(uint16_t)at, (uint16_t)len};
}

static enum gs_method method_of(const char *text, size_t len)
{
    static const char *const names[GS_METHOD_OTHER] = {
        [GS_GET] = "GET",     [GS_HEAD] = "HEAD",     [GS_POST] = "POST",      [GS_PUT] = "PUT",
        [GS_PATCH] = "PATCH", [GS_DELETE] = "DELETE", [GS_OPTIONS] = "OPTIONS"};
    for (int m = 0; m < GS_METHOD_OTHER; m++) {
        if (strlen(names[m]) == len && memcmp(names[m], text, len) == 0) {
            return (enum gs_method)m;
        }
    }
    return GS_METHOD_OTHER;
}

static int take_version(struct gs_parser *p, const char *text, size_t len)
{
    if (len == 8 && memcmp(text, "HTTP/1.1", 8) == 0) {
        return GS_OK;
    }
    if (len == 8 && memcmp(text, "HTTP/", 5) == 0 && text[5] >= '0' && text[5] <= '9' && text[6] == '.' &&
        text[7] >= '0' && text[7] <= '9') {
        return gs_head_refuse(p, 505, "only HTTP/1.1 is spoken here");
    }
    return gs_head_refuse(p, 400, "the request line is not: method, target, HTTP/1.1, with one space between");
}

static int take_target(struct gs_parser *p, const char *bytes, size_t at, size_t len)
{
    char decoded[GS_TARGET_MAX + 1];
    if (len > GS_TARGET_MAX) {
        return gs_head_refuse(p, 414, "the target is too long");
    }
    if (len == 0 || bytes[at] != '/') {
        return gs_head_refuse(p, 400, "only targets that begin with / are served");
    }
    const char *mark = memchr(bytes + at, '?', len);
    size_t path_len = mark != NULL ? (size_t)(mark - (bytes + at)) : len;
    if (gs_syntax_path(bytes + at, path_len, decoded) == 0) {
        return gs_head_refuse(p, 400, "the path has a byte or an escape that is not allowed");
    }
    size_t query_at = mark != NULL ? at + path_len + 1 : at + len;
    if (!gs_syntax_query(bytes + query_at, at + len - query_at)) {
        return gs_head_refuse(p, 400, "the query has a byte that must be escaped");
    }
    p->path = span(at, path_len);
    p->query = span(query_at, at + len - query_at);
    return GS_OK;
}

int gs_head_request_line(struct gs_parser *p, const char *bytes, size_t at, size_t len)
{
    const char *line = bytes + at;
    const char *first = memchr(line, ' ', len);
    size_t method_len = first != NULL ? (size_t)(first - line) : 0;
    if (!gs_syntax_token(line, method_len)) {
        return gs_head_refuse(p, 400, "the request line does not begin with a method");
    }
    if (method_len > GS_METHOD_MAX) {
        return gs_head_refuse(p, 501, "no such method");
    }
    size_t target_at = method_len + 1;
    const char *second = memchr(line + target_at, ' ', len - target_at);
    if (second == NULL) {
        return gs_head_refuse(p, 400, "the request line has no HTTP version");
    }
    size_t target_len = (size_t)(second - line) - target_at;
    size_t version_at = target_at + target_len + 1;
    int err = take_version(p, line + version_at, len - version_at);
    if (err != GS_OK) {
        return err;
    }
    p->method = method_of(line, method_len);
    p->method_text = span(at, method_len);
    return take_target(p, bytes, at + target_at, target_len);
}

int gs_head_split_field(struct gs_parser *p, const char *bytes, size_t at, size_t len, struct gs_head_field *out)
{
    const char *line = bytes + at;
    if (line[0] == ' ' || line[0] == '\t') {
        return gs_head_refuse(p, 400, "a header is folded over two lines");
    }
    const char *colon = memchr(line, ':', len);
    size_t name_len = colon != NULL ? (size_t)(colon - line) : 0;
    if (!gs_syntax_token(line, name_len)) {
        return gs_head_refuse(p, 400, "a header line is not: name, colon, value");
    }
    size_t from = name_len + 1, to = len;
    while (from < to && (line[from] == ' ' || line[from] == '\t')) {
        from++;
    }
    while (to > from && (line[to - 1] == ' ' || line[to - 1] == '\t')) {
        to--;
    }
    if (!gs_syntax_value(line + from, to - from)) {
        return gs_head_refuse(p, 400, "a header's value has a control byte");
    }
    out->name = span(at, name_len);
    out->value = span(at + from, to - from);
    return GS_OK;
}

static int take_length(struct gs_parser *p, const char *text, size_t len)
{
    if (p->has_length) {
        return gs_head_refuse(p, 400, "Content-Length is given twice");
    }
    if (len == 0) {
        return gs_head_refuse(p, 400, "Content-Length is not a number");
    }
    uint32_t value = 0;
    for (size_t i = 0; i < len; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return gs_head_refuse(p, 400, "Content-Length is not a number");
        }
        /* Beyond the limit it is refused at the head's end, whatever the number: it need not be kept exactly. */
        if (value <= GS_BATCH_BODY_MAX) {
            value = value * 10 + (uint32_t)(text[i] - '0');
        }
    }
    p->has_length = true;
    p->body_len = value;
    return GS_OK;
}

/* Exactly "chunked". A list that begins with chunked, or with nothing, has no end that two readers agree on: 400; any
 * other is a coding not known here: 501. */
static int take_coding(struct gs_parser *p, const char *text, size_t len)
{
    if (p->has_coding) {
        return gs_head_refuse(p, 400, "Transfer-Encoding is given twice");
    }
    if (!gs_syntax_is(text, len, "chunked")) {
        const char *comma = len > 0 ? memchr(text, ',', len) : NULL;
        size_t first = comma != NULL ? (size_t)(comma - text) : len;
        while (first > 0 && (text[first - 1] == ' ' || text[first - 1] == '\t')) {
            first--;
        }
        if (first == 0 || gs_syntax_is(text, first, "chunked")) {
            return gs_head_refuse(p, 400, "Transfer-Encoding must be chunked, once and alone");
        }
        return gs_head_refuse(p, 501, "no transfer coding but chunked is understood");
    }
    p->has_coding = true;
    return GS_OK;
}

static int take_host(struct gs_parser *p, const char *text, size_t len)
{
    if (p->host_count++ > 0) {
        return gs_head_refuse(p, 400, "Host is given twice");
    }
    if (!gs_syntax_host(text, len)) {
        return gs_head_refuse(p, 400, "Host is not a host name with an optional port");
    }
    return GS_OK;
}

int gs_head_take_field(struct gs_parser *p, const char *bytes, const struct gs_head_field *field)
{
    const char *name = bytes + field->name.at, *value = bytes + field->value.at;
    size_t len = field->value.len;
    switch (field->name.len) {
    case 4:
        return gs_syntax_is(name, 4, "host") ? take_host(p, value, len) : GS_OK;
    case 6:
        if (!gs_syntax_is(name, 6, "expect")) {
            return GS_OK;
        }
        p->expects_continue = gs_syntax_is(value, len, "100-continue");
        p->expects_other = p->expects_other || !p->expects_continue;
        return GS_OK;
    case 10:
        if (gs_syntax_is(name, 10, "connection")) {
            p->close = p->close || gs_syntax_listed(value, len, "close");
        }
        return GS_OK;
    case 14:
        return gs_syntax_is(name, 14, "content-length") ? take_length(p, value, len) : GS_OK;
    case 17:
        return gs_syntax_is(name, 17, "transfer-encoding") ? take_coding(p, value, len) : GS_OK;
    default:
        return GS_OK;
    }
}

int gs_head_finish(struct gs_parser *p)
{
    if (p->host_count == 0) {
        return gs_head_refuse(p, 400, "Host is missing");
    }
    if (p->has_length && p->has_coding) {
        return gs_head_refuse(p, 400, "Content-Length and Transfer-Encoding exclude each other");
    }
    if (p->expects_other) {
        return gs_head_refuse(p, 417, "no expectation but 100-continue is understood");
    }
    if (p->body_len > p->body_max) {
        return gs_head_refuse(p, 413, "the body is too large");
    }
    return GS_OK;
}
