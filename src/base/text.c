/* UTF-8 and fixed-size text: it answers for what a well-formed character is (Unicode 15, table 3-7) and for never
 * cutting one in half. It knows nothing of what texts mean. */
#include "gateslot/base/text.h"
#include "gateslot/base/limits.h"
#include <assert.h>
#include <string.h>

enum { WORD_MAX = 63 };

struct lead {
    int following;
    unsigned char low, high; /* of the first following byte */
    unsigned char bits;
};

/* What a first byte announces; following < 0 where no character begins with it. The bounds of the second byte keep out
 * overlong forms, surrogates and what is beyond U+10FFFF. */
static struct lead lead_of(unsigned char byte)
{
    struct lead lead = {.following = -1, .low = 0x80, .high = 0xBF};
    if (byte >= 0xC2 && byte <= 0xDF) {
        lead.following = 1;
        lead.bits = byte & 0x1F;
    } else if (byte >= 0xE0 && byte <= 0xEF) {
        lead.following = 2;
        lead.bits = byte & 0x0F;
        lead.low = byte == 0xE0 ? 0xA0 : 0x80;
        lead.high = byte == 0xED ? 0x9F : 0xBF;
    } else if (byte >= 0xF0 && byte <= 0xF4) {
        lead.following = 3;
        lead.bits = byte & 0x07;
        lead.low = byte == 0xF0 ? 0x90 : 0x80;
        lead.high = byte == 0xF4 ? 0x8F : 0xBF;
    }
    return lead;
}

int32_t gs_utf8_next(const char *text, size_t len, size_t *pos)
{
    const unsigned char *bytes = (const unsigned char *)text;
    size_t at = *pos;
    struct lead lead;
    int32_t point;
    assert(at < len);
    *pos = at + 1;
    if (bytes[at] < 0x80) {
        return bytes[at];
    }
    /* The Chinese characters and most others of three bytes; what has bounds of its own goes the long way. */
    if (bytes[at] > 0xE0 && bytes[at] < 0xED && len - at > 2 && (bytes[at + 1] & 0xC0) == 0x80 &&
        (bytes[at + 2] & 0xC0) == 0x80) {
        *pos = at + 3;
        return (bytes[at] & 0x0F) << 12 | (bytes[at + 1] & 0x3F) << 6 | (bytes[at + 2] & 0x3F);
    }
    lead = lead_of(bytes[at]);
    if (lead.following < 0 || len - at <= (size_t)lead.following) {
        return -1;
    }
    point = lead.bits;
    for (int i = 1; i <= lead.following; i++) {
        unsigned char byte = bytes[at + (size_t)i];
        if (byte < lead.low || byte > lead.high) {
            return -1;
        }
        lead.low = 0x80;
        lead.high = 0xBF;
        point = point * 64 + (byte & 0x3F);
    }
    *pos = at + 1 + (size_t)lead.following;
    return point;
}

static bool plain(unsigned char byte)
{
    return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
}

/* The highest bit of each of the eight bytes that has it set already, is below a space, a quote or a backslash. (Mycroft's test for
 * a zero byte: it may set bits of bytes above one that is meant, never where none is.) */
static uint64_t special_of(uint64_t eight)
{
    const uint64_t ones = UINT64_MAX / 255, tops = ones * 0x80;
    const uint64_t quote = eight ^ ones * '"', backslash = eight ^ ones * '\\';
    return (eight | (eight - ones * 0x20) | ((quote - ones) & ~quote) | ((backslash - ones) & ~backslash)) & tops;
}

/* How many of the eight bytes from there on are plain before the first that is not. */
static size_t plain_of_eight(const char *text)
{
    const bool lowest_first = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;
    uint64_t eight;
    memcpy(&eight, text, sizeof eight);
    const uint64_t special = special_of(eight);
    size_t at = 0;
    if (special == 0 || lowest_first) {
        return special == 0 ? sizeof eight : (size_t)__builtin_ctzll(special) / 8;
    }
    while (plain((unsigned char)text[at])) {
        at++;
    }
    return at;
}

size_t gs_text_plain(const char *text, size_t len)
{
    size_t at = 0;
    for (; len - at >= 8; at += 8) {
        const size_t run = plain_of_eight(text + at);
        if (run < 8) {
            return at + run;
        }
    }
    if (at > 0 && at < len) { /* the last eight, of which those before at are known to be plain */
        return len - 8 + plain_of_eight(text + len - 8);
    }
    while (at < len && plain((unsigned char)text[at])) {
        at++;
    }
    return at;
}

bool gs_utf8_valid(const char *text, size_t len)
{
    size_t pos = 0;
    while (pos < len) {
        if (gs_utf8_next(text, len, &pos) < 0) {
            return false;
        }
    }
    return true;
}

size_t gs_utf8_count(const char *text, size_t len)
{
    size_t count = 0;
    for (size_t pos = 0; pos < len; count++) {
        (void)gs_utf8_next(text, len, &pos);
    }
    return count;
}

struct range {
    int32_t first, last;
};

/* Printable ASCII, and all from the CJK ideographs to the surrogates: most of what is written, and in none of the ranges below. */
static bool common(int32_t point)
{
    return (point > 0x20 && point < 0x7F) || (point >= 0x3400 && point < 0xD800);
}

static bool within(int32_t point, const struct range *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (point >= ranges[i].first && point <= ranges[i].last) {
            return true;
        }
    }
    return false;
}

bool gs_point_invisible(int32_t point)
{
    static const struct range ranges[] = {
        {0, 0x20},        {0x7F, 0xA0},     {0xAD, 0xAD},     {0x300, 0x36F},     {0x61C, 0x61C},   {0x115F, 0x1160},
        {0x1680, 0x1680}, {0x17B4, 0x17B5}, {0x180B, 0x180F}, {0x2000, 0x200F},   {0x2028, 0x202F}, {0x205F, 0x206F},
        {0x2800, 0x2800}, {0x3000, 0x3000}, {0x3164, 0x3164}, {0xFE00, 0xFE0F},   {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF},
        {0xFFA0, 0xFFA0}, {0xFFF0, 0xFFFB}, {0xFFFE, 0xFFFF}, {0xE0000, 0xE0FFF},
    };
    return !common(point) && within(point, ranges, sizeof ranges / sizeof ranges[0]);
}

bool gs_point_banned(int32_t point)
{
    static const struct range ranges[] = {
        {0, 0x1F},        {0x7F, 0x9F},     {0x61C, 0x61C},   {0x200E, 0x200F}, {0x2028, 0x202E},
        {0x2060, 0x206F}, {0xFDD0, 0xFDEF}, {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB}, {0xE0000, 0xE007F},
    };
    return !common(point) && ((point & 0xFFFE) == 0xFFFE || within(point, ranges, sizeof ranges / sizeof ranges[0]));
}

bool gs_text_visible(const char *text, size_t len)
{
    for (size_t pos = 0; pos < len;) {
        if (!gs_point_invisible(gs_utf8_next(text, len, &pos))) {
            return true;
        }
    }
    return false;
}

static bool continues(char byte)
{
    return ((unsigned char)byte & 0xC0) == 0x80;
}

bool gs_text_copyn(char *out, size_t size, const char *text, size_t len)
{
    size_t cut = len;
    assert(size > 0);
    if (cut > size - 1) {
        cut = size - 1;
        for (int back = 0; back < 3 && cut > 0 && continues(text[cut]); back++) {
            cut--;
        }
    }
    memcpy(out, text, cut);
    out[cut] = '\0';
    return cut == len;
}

bool gs_text_copy(char *out, size_t size, const char *text)
{
    return gs_text_copyn(out, size, text, strlen(text));
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t gs_text_distance(const char *a, const char *b)
{
    size_t rows[3][WORD_MAX + 1];
    size_t *before = rows[0], *above = rows[1], *row = rows[2];
    const size_t a_len = strlen(a), b_len = strlen(b);
    if (a_len > WORD_MAX || b_len > WORD_MAX) {
        return strcmp(a, b) == 0 ? 0 : a_len > b_len ? a_len : b_len;
    }
    for (size_t j = 0; j <= b_len; j++) {
        row[j] = j;
    }
    for (size_t i = 1; i <= a_len; i++) {
        size_t *free_row = before;
        before = above;
        above = row;
        row = free_row;
        row[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            row[j] = least(above[j - 1] + (a[i - 1] != b[j - 1]), least(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = least(row[j], before[j - 2] + 1);
            }
        }
    }
    return row[b_len];
}

static bool name_char(char c, bool first)
{
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
        return true;
    }
    return !first && (c == '.' || c == '_' || c == '-');
}

bool gs_name_valid(const char *name)
{
    size_t len = 0;
    for (; name[len] != '\0'; len++) {
        if (len == GS_NAME_MAX || !name_char(name[len], len == 0)) {
            return false;
        }
    }
    return len > 0;
}

bool gs_text_append(char *out, size_t size, const char *text)
{
    size_t len = strlen(out);
    return gs_text_copy(out + len, size - len, text);
}
