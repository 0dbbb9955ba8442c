/* Writes JSON text: it answers for commas, escaping and that the text is valid UTF-8 (malformed bytes become U+FFFD).
 * It does not check structure: an object ended as an array is the caller's fault. It runs for every booking, so
 * strings are scanned for runs that need no escape, and those copied whole. */
#include "gateslot/base/json.h"
#include "gateslot/base/text.h"
#include <string.h>

void gs_json_init(struct gs_json *j, struct gs_buf *out)
{
    *j = (struct gs_json){.out = out};
}

static void escape(struct gs_buf *out, unsigned char byte)
{
    static const char hex[] = "0123456789abcdef";
    char text[6] = {'\\', 'u', '0', '0', hex[byte >> 4], hex[byte & 15]};
    static const char named[] = "\"\\\b\f\n\r\t", names[] = "\"\\bfnrt";
    const char *at = byte ? strchr(named, byte) : NULL;
    if (at != NULL) {
        text[1] = names[at - named];
        gs_buf_add(out, text, 2);
    } else {
        gs_buf_add(out, text, sizeof text);
    }
}

/* From the first byte at or after from that is not written as it stands, or len. */
static size_t run_end(const char *text, size_t len, size_t from)
{
    size_t at = from;
    for (;;) {
        at += gs_text_plain(text + at, len - at);
        if (at == len || (unsigned char)text[at] < 0x80) {
            return at;
        }
        while (at < len && (unsigned char)text[at] >= 0x80) {
            size_t next = at;
            if (gs_utf8_next(text, len, &next) < 0) {
                return at;
            }
            at = next;
        }
    }
}

static void escaped(struct gs_buf *out, const char *text, size_t len)
{
    size_t at = 0;
    while (at < len) {
        size_t end = run_end(text, len, at);
        gs_buf_add(out, text + at, end - at);
        at = end;
        if (at < len) {
            if ((unsigned char)text[at] < 0x80) {
                escape(out, (unsigned char)text[at]);
            } else {
                gs_buf_str(out, "\xEF\xBF\xBD");
            }
            at++;
        }
    }
}

static char *copied(char *to, const char *text, size_t len)
{
    memcpy(to, text, len);
    return to + len;
}

/* Comma, key and colon written into reserved room, with value_len bytes of room behind them: returns where the value
 * goes; wrote() then counts what was written. NULL without room. */
static char *begin_value(struct gs_json *j, const char *key, size_t value_len)
{
    struct gs_buf *out = j->out;
    size_t key_len = key != NULL ? strlen(key) : 0;
    char *to;
    if (!gs_buf_reserve(out, key_len + value_len + 4)) {
        return NULL;
    }
    to = out->data + out->len;
    if (j->comma) {
        *to++ = ',';
    }
    j->comma = true;
    if (key == NULL) {
        return to;
    }
    *to++ = '"';
    to = copied(to, key, key_len);
    *to++ = '"';
    *to++ = ':';
    return to;
}

static void wrote(struct gs_json *j, char *end)
{
    *end = '\0';
    j->out->len = (size_t)(end - j->out->data);
}

static void token(struct gs_json *j, const char *key, const char *text, size_t len)
{
    char *to = begin_value(j, key, len);
    if (to != NULL) {
        wrote(j, copied(to, text, len));
    }
}

void gs_json_object(struct gs_json *j, const char *key)
{
    token(j, key, "{", 1);
    j->comma = false;
}

void gs_json_end_object(struct gs_json *j)
{
    gs_buf_char(j->out, '}');
    j->comma = true;
}

void gs_json_array(struct gs_json *j, const char *key)
{
    token(j, key, "[", 1);
    j->comma = false;
}

void gs_json_end_array(struct gs_json *j)
{
    gs_buf_char(j->out, ']');
    j->comma = true;
}

void gs_json_str(struct gs_json *j, const char *key, const char *value)
{
    if (value != NULL) {
        gs_json_strn(j, key, value, strlen(value));
    } else {
        gs_json_null(j, key);
    }
}

void gs_json_strn(struct gs_json *j, const char *key, const char *value, size_t len)
{
    size_t run = run_end(value, len, 0);
    char *to = begin_value(j, key, run + 2);
    if (to == NULL) {
        return;
    }
    *to++ = '"';
    to = copied(to, value, run);
    if (run == len) {
        *to++ = '"';
        wrote(j, to);
        return;
    }
    wrote(j, to);
    escaped(j->out, value + run, len - run);
    gs_buf_char(j->out, '"');
}

void gs_json_int(struct gs_json *j, const char *key, int64_t value)
{
    token(j, key, "", 0);
    gs_buf_int(j->out, value);
}

void gs_json_tenths(struct gs_json *j, const char *key, int64_t tenths)
{
    token(j, key, "-", tenths < 0 ? 1 : 0);
    gs_buf_int(j->out, tenths / 10 < 0 ? -(tenths / 10) : tenths / 10);
    gs_buf_char(j->out, '.');
    gs_buf_char(j->out, (char)('0' + (tenths % 10 < 0 ? -(tenths % 10) : tenths % 10)));
}

void gs_json_bool(struct gs_json *j, const char *key, bool value)
{
    if (value) {
        token(j, key, "true", 4);
    } else {
        token(j, key, "false", 5);
    }
}

void gs_json_null(struct gs_json *j, const char *key)
{
    token(j, key, "null", 4);
}

void gs_json_raw(struct gs_json *j, const char *key, const char *json, size_t len)
{
    token(j, key, json, len);
}
