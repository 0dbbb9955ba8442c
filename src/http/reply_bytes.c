/* A reply as bytes: status line, our own headers, the handler's, and the body, in one allocation. Every answer of the server
 * passes here, so what must always hold of them (framing, no caching unless said, nothing a handler's text could split) holds here. */
#include "http.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define OWN_HEADERS_MAX 384 /* all that write_head adds by itself, with room */

static const char *reason(int status)
{
    static const struct {
        int status;
        const char *text;
    } reasons[] = {
        {200, "OK"},
        {201, "Created"},
        {202, "Accepted"},
        {204, "No Content"},
        {304, "Not Modified"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {406, "Not Acceptable"},
        {408, "Request Timeout"},
        {409, "Conflict"},
        {410, "Gone"},
        {411, "Length Required"},
        {412, "Precondition Failed"},
        {413, "Content Too Large"},
        {414, "URI Too Long"},
        {415, "Unsupported Media Type"},
        {417, "Expectation Failed"},
        {422, "Unprocessable Content"},
        {428, "Precondition Required"},
        {429, "Too Many Requests"},
        {431, "Request Header Fields Too Large"},
        {500, "Internal Server Error"},
        {501, "Not Implemented"},
        {503, "Service Unavailable"},
        {505, "HTTP Version Not Supported"},
        {507, "Insufficient Storage"},
    };
    for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
        if (reasons[i].status == status) {
            return reasons[i].text;
        }
    }
    return "Unknown"; /* clients ignore it (RFC 9112 section 4) */
}

static char *put(char *at, const char *text, size_t len)
{
    memcpy(at, text, len);
    return at + len;
}

static char *put_text(char *at, const char *text)
{
    return put(at, text, strlen(text));
}

static char *put_number(char *at, size_t value)
{
    char digits[24];
    size_t i = sizeof(digits);
    do {
        digits[--i] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    return put(at, digits + i, sizeof(digits) - i);
}

/* A control byte in a handler's text would end the line: it becomes a space. */
static char *put_value(char *at, const char *text)
{
    for (; *text != '\0'; text++) {
        *at++ = (unsigned char)*text < 0x20 || *text == 0x7f ? ' ' : *text;
    }
    return put(at, "\r\n", 2);
}

/* IMF-fixdate, made anew once a second. */
static const char *date(struct gs_http *http)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME_COARSE, &now);
    if (now.tv_sec != http->date_s) {
        static const char days[] = "SunMonTueWedThuFriSat";
        static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
        struct tm tm;
        gmtime_r(&now.tv_sec, &tm);
        /* strftime would use the locale's names. */
        (void)strftime(http->date, sizeof(http->date), "xxx, %d xxx %Y %H:%M:%S GMT", &tm);
        memcpy(http->date, days + (size_t)tm.tm_wday * 3, 3);
        memcpy(http->date + 8, months + (size_t)tm.tm_mon * 3, 3);
        http->date_s = now.tv_sec;
    }
    return http->date;
}

static bool has_body(const struct gs_reply *reply)
{
    return reply->status != 204 && reply->status != 304;
}

static char *write_head(char *at, struct gs_job *job, const struct gs_reply *reply)
{
    bool cache_said = false;
    at = put_text(at, "HTTP/1.1 ");
    at = put_number(at, (size_t)reply->status);
    *at++ = ' ';
    at = put_text(at, reason(reply->status));
    at = put_text(at, "\r\nDate: ");
    at = put_text(at, date(job->x.http));
    at = put_text(at, "\r\n");
    if (reply->content_type != NULL && has_body(reply)) {
        at = put_text(at, "Content-Type: ");
        at = put_value(at, reply->content_type);
    }
    if (has_body(reply) && !job->is_stream) {
        at = put_text(at, "Content-Length: ");
        at = put_number(at, reply->body_len);
        at = put_text(at, "\r\n");
    }
    for (size_t i = 0; i < reply->header_count; i++) {
        at = put_text(at, reply->headers[i].name);
        at = put_text(at, ": ");
        at = put_value(at, reply->headers[i].value);
        cache_said = cache_said || strcasecmp(reply->headers[i].name, "cache-control") == 0;
    }
    if (!cache_said) {
        at = put_text(at, "Cache-Control: no-store\r\n");
    }
    at = put_text(at, "X-Content-Type-Options: nosniff\r\n");
    if (job->x.request.tls && job->x.http->strict_transport) {
        at = put_text(at, "Strict-Transport-Security: max-age=31536000\r\n");
    }
    if (job->close) {
        at = put_text(at, "Connection: close\r\n");
    }
    return put_text(at, "\r\n");
}

int gs_reply_write(struct gs_job *job, const struct gs_reply *reply)
{
    bool with_body = has_body(reply) && !job->is_stream && job->x.request.method != GS_HEAD && reply->body_len > 0;
    size_t room = OWN_HEADERS_MAX + (with_body ? reply->body_len : 0);
    if (reply->content_type != NULL) {
        room += strlen(reply->content_type);
    }
    for (size_t i = 0; i < reply->header_count; i++) {
        room += strlen(reply->headers[i].name) + strlen(reply->headers[i].value) + 4;
    }
    struct gs_part *part = gs_part_create(room);
    if (part == NULL) {
        return GS_E_NOMEM;
    }
    char *at = write_head(part->bytes, job, reply);
    if (with_body) {
        at = put(at, reply->body, reply->body_len);
    }
    part->len = (size_t)(at - part->bytes);
    free(gs_job_take_reply(job));
    job->reply = part;
    job->conn->held_len += part->size;
    job->conn->http->worked += (int32_t)(part->len >> 14);
    return GS_OK;
}
