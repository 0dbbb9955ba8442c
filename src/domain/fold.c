/* Folding what people type into one form, and verdicts on it. It answers for trimming, full-width forms, case and
 * separators; which characters a form allows is each check's own business. */
#include "fold.h"
#include "gateslot/base/text.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { FULL_WIDTH_FIRST = 0xFF01, FULL_WIDTH_LAST = 0xFF5E, FULL_WIDTH_SHIFT = 0xFEE0 };

static int32_t folded(int32_t point)
{
    if (point == 0x3000 || point == 0xA0) {
        point = ' ';
    } else if (point >= FULL_WIDTH_FIRST && point <= FULL_WIDTH_LAST) {
        point -= FULL_WIDTH_SHIFT;
    }
    return point >= 'a' && point <= 'z' ? point - 'a' + 'A' : point;
}

static bool dropped(int32_t point, enum fold_drop drop)
{
    if (drop == FOLD_KEEP) {
        return false;
    }
    if (point == ' ' || point == '-') {
        return true;
    }
    return drop == FOLD_SEPARATORS && (point == '.' || point == 0xB7 || point == 0x2022);
}

static bool white(int32_t point)
{
    return point == ' ' || (point >= '\t' && point <= '\r');
}

enum fold_result fold_text(struct fold *out, const char *text, size_t len, enum fold_drop drop)
{
    size_t pos = 0, count = 0, kept = 0;
    while (pos < len) {
        const unsigned char byte = (unsigned char)text[pos];
        int32_t point = byte < 0x80 ? byte : gs_utf8_next(text, len, &pos);
        if (point < 0) {
            return FOLD_NOT_UTF8;
        }
        pos += byte < 0x80 ? 1 : 0;
        point = folded(point);
        if (dropped(point, drop) || (count == 0 && white(point))) {
            continue;
        }
        if (count == FOLD_MAX) {
            return FOLD_TOO_LONG;
        }
        out->points[count++] = point;
        if (!white(point)) {
            kept = count;
        }
    }
    out->count = kept;
    return FOLD_OK;
}

size_t fold_encode(int32_t point, char out[4])
{
    const uint32_t p = (uint32_t)point;
    if (p < 0x80) {
        out[0] = (char)p;
        return 1;
    }
    if (p < 0x800) {
        out[0] = (char)(0xC0 | p >> 6);
        out[1] = (char)(0x80 | (p & 0x3F));
        return 2;
    }
    if (p < 0x10000) {
        out[0] = (char)(0xE0 | p >> 12);
        out[1] = (char)(0x80 | (p >> 6 & 0x3F));
        out[2] = (char)(0x80 | (p & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | p >> 18);
    out[1] = (char)(0x80 | (p >> 12 & 0x3F));
    out[2] = (char)(0x80 | (p >> 6 & 0x3F));
    out[3] = (char)(0x80 | (p & 0x3F));
    return 4;
}

bool fold_write(const struct fold *fold, size_t from, char *out, size_t size)
{
    size_t len = 0;
    assert(size > 0);
    for (size_t i = from; i < fold->count; i++) {
        char bytes[4];
        size_t count = fold_encode(fold->points[i], bytes);
        if (count > size - 1 - len) {
            out[len] = '\0';
            return false;
        }
        memcpy(out + len, bytes, count);
        len += count;
    }
    out[len] = '\0';
    return true;
}

void fold_ascii(const struct fold *fold, size_t from, char *out)
{
    size_t len = 0;
    for (size_t i = from; i < fold->count; i++) {
        assert(fold->points[i] > 0 && fold->points[i] < 0x80);
        out[len++] = (char)fold->points[i];
    }
    out[len] = '\0';
}

bool fold_digit(int32_t point)
{
    return point >= '0' && point <= '9';
}

bool fold_letter(int32_t point)
{
    return point >= 'A' && point <= 'Z';
}

bool fold_control(int32_t point)
{
    return point < 0x20 || (point >= 0x7F && point < 0xA0);
}

struct gs_verdict verdict_ok(void)
{
    return (struct gs_verdict){.ok = true};
}

struct gs_verdict verdict_refuse(enum gs_fault_kind kind, const char *found, const char *expected)
{
    struct gs_verdict v = {.ok = false, .kind = kind};
    (void)gs_text_copy(v.found, sizeof v.found, found);
    (void)gs_text_copy(v.expected, sizeof v.expected, expected);
    return v;
}

/* On a screen nothing would be seen of it, or not what its sender saw: private characters are drawn by each font anew. */
static bool invisible(int32_t point)
{
    return gs_point_invisible(point) || (point >= 0xE000 && point <= 0xF8FF) || point >= 0xF0000;
}

struct gs_verdict verdict_point(enum gs_fault_kind kind, int32_t point, const char *expected)
{
    struct fold one = {.count = 1, .points = {point}};
    char found[16];
    if (invisible(point)) {
        (void)snprintf(found, sizeof found, "U+%04X", (unsigned)point);
    } else {
        (void)fold_write(&one, 0, found, sizeof found);
    }
    return verdict_refuse(kind, found, expected);
}

struct gs_verdict verdict_length(size_t count, const char *expected)
{
    char found[24];
    (void)snprintf(found, sizeof found, "%zu", count);
    return verdict_refuse(GS_FAULT_LENGTH, found, expected);
}

struct gs_verdict verdict_too_long(size_t limit)
{
    char expected[24];
    (void)snprintf(expected, sizeof expected, "%zu", limit);
    return verdict_refuse(GS_FAULT_TOO_LONG, "", expected);
}

struct gs_verdict verdict_of_fold(struct fold *out, const char *text, size_t len, enum fold_drop drop)
{
    switch (fold_text(out, text, len, drop)) {
    case FOLD_NOT_UTF8:
        return verdict_refuse(GS_FAULT_ALPHABET, "", "UTF-8");
    case FOLD_TOO_LONG:
        return verdict_too_long(FOLD_MAX);
    case FOLD_OK:
    default:
        return out->count == 0 ? verdict_refuse(GS_FAULT_REQUIRED, "", "") : verdict_ok();
    }
}
