/* The alphabets of HTTP: which bytes may stand where. Answers only yes or no (and decodes a path); what a refusal means
 * to the client is the parser's business. The sets are bitmaps of ASCII, 32 characters a word. */
#include "syntax.h"
#include "gateslot/base/text.h"
#include <stdint.h>
#include <string.h>

static const uint32_t token_set[8] = {0, 0x03ff6cfaU, 0xc7fffffeU, 0x57ffffffU};
/* pchar without "%", and "/" */
static const uint32_t path_set[8] = {0, 0x2fffffd2U, 0x87ffffffU, 0x47fffffeU};
static const uint32_t query_set[8] = {0, 0xfffffff6U, 0xffffffffU, 0x7fffffffU};
/* reg-name and IP-literal without ":" */
static const uint32_t host_set[8] = {0, 0x2bff7ff2U, 0xaffffffeU, 0x47fffffeU};

static bool in(const uint32_t set[8], char c)
{
    unsigned byte = (unsigned char)c;
    return ((set[byte >> 5] >> (byte & 31)) & 1) != 0;
}

static bool all_in(const uint32_t set[8], const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (!in(set, text[i])) {
            return false;
        }
    }
    return true;
}

bool gs_syntax_token_char(char c)
{
    return in(token_set, c);
}

bool gs_syntax_token(const char *text, size_t len)
{
    return len > 0 && all_in(token_set, text, len);
}

bool gs_syntax_value(const char *text, size_t len)
{
    unsigned bad = 0;
    /* No early exit: the compiler makes vectors of it. */
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        bad |= (unsigned)((c < 0x20) & (c != '\t')) | (unsigned)(c == 0x7f);
    }
    return bad == 0;
}

bool gs_syntax_query(const char *text, size_t len)
{
    return all_in(query_set, text, len);
}

bool gs_syntax_host(const char *text, size_t len)
{
    size_t host = len;
    const char *literal_end = len > 0 && text[0] == '[' ? memchr(text, ']', len) : NULL;
    if (literal_end != NULL) {
        host = (size_t)(literal_end - text) + 1;
        for (size_t i = 1; i + 1 < host; i++) {
            if (text[i] != ':' && text[i] != '.' && gs_syntax_hex(text[i]) < 0) {
                return false;
            }
        }
        if (host == 2 || (host < len && text[host] != ':')) {
            return false;
        }
    } else {
        const char *colon = len > 0 ? memchr(text, ':', len) : NULL;
        host = colon != NULL ? (size_t)(colon - text) : len;
        if (!all_in(host_set, text, host) || memchr(text, '[', host) != NULL || memchr(text, ']', host) != NULL) {
            return false;
        }
    }
    for (size_t i = host + 1; i < len; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return false;
        }
    }
    return host == len || host > 0;
}

int gs_syntax_hex(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return -1;
}

static bool decoded_allowed(int byte)
{
    return byte >= 0x20 && byte != 0x7f && byte != '/';
}

size_t gs_syntax_path(const char *text, size_t len, char *out)
{
    if (len == 0 || text[0] != '/') {
        return 0;
    }
    size_t n = 0;
    bool escaped = false;
    for (size_t i = 0; i < len; i++) {
        if (text[i] != '%') {
            if (!in(path_set, text[i])) {
                return 0;
            }
            out[n++] = text[i];
            continue;
        }
        int high = i + 2 < len ? gs_syntax_hex(text[i + 1]) : -1;
        int low = i + 2 < len ? gs_syntax_hex(text[i + 2]) : -1;
        if (high < 0 || low < 0 || !decoded_allowed(high * 16 + low)) {
            return 0;
        }
        out[n++] = (char)(high * 16 + low);
        escaped = true;
        i += 2;
    }
    if (escaped && !gs_utf8_valid(out, n)) {
        return 0;
    }
    out[n] = '\0';
    return n;
}

char gs_syntax_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

bool gs_syntax_is(const char *text, size_t len, const char *word)
{
    for (size_t i = 0; i < len; i++) {
        if (word[i] == '\0' || gs_syntax_lower(text[i]) != word[i]) {
            return false;
        }
    }
    return word[len] == '\0';
}

bool gs_syntax_listed(const char *text, size_t len, const char *word)
{
    size_t at = 0;
    while (at <= len) {
        const char *comma = at < len ? memchr(text + at, ',', len - at) : NULL;
        size_t end = comma != NULL ? (size_t)(comma - text) : len;
        size_t from = at, to = end;
        while (from < to && (text[from] == ' ' || text[from] == '\t')) {
            from++;
        }
        while (to > from && (text[to - 1] == ' ' || text[to - 1] == '\t')) {
            to--;
        }
        if (gs_syntax_is(text + from, to - from, word)) {
            return true;
        }
        at = end + 1;
    }
    return false;
}
