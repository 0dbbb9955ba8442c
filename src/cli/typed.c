/* Reads what people type: full-width signs as their ASCII ones, numbers, times of day and lists. What a word means, the
 * commands know. */
#include "typed.h"
#include "gateslot/base/text.h"
#include "gateslot/base/time.h"
#include <stdlib.h>
#include <string.h>

static int32_t plain_point(int32_t point)
{
    static const struct {
        int32_t typed, plain;
    } others[] = {{0x3000, ' '}, {0x3001, ','}, {0x3002, '.'}, {0x301C, '~'},
                  {0x2013, '-'}, {0x2014, '-'}, {0x2212, '-'}};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (others[i].typed == point) {
            return others[i].plain;
        }
    }
    return point >= 0xFF01 && point <= 0xFF5E ? point - 0xFEE0 : point;
}

int gs_typed_plain(const char *text, char *out, size_t size)
{
    size_t len = strlen(text), used = 0;
    for (size_t pos = 0; pos < len;) {
        size_t from = pos;
        int32_t point = plain_point(gs_utf8_next(text, len, &pos));
        if (point == ' ' && used == 0) {
            continue;
        }
        size_t bytes = point >= 0 && point < 0x80 ? 1 : pos - from;
        if (used + bytes >= size) {
            return GS_E_RANGE;
        }
        if (point >= 0 && point < 0x80) {
            out[used] = (char)point;
        } else {
            memcpy(out + used, text + from, bytes);
        }
        used += bytes;
    }
    while (used > 0 && out[used - 1] == ' ') {
        used--;
    }
    out[used] = '\0';
    return GS_OK;
}

int gs_typed_number(const char *text, int64_t min, int64_t max, int64_t *out)
{
    char plain[GS_TYPED_MAX];
    if (gs_typed_plain(text, plain, sizeof plain) != GS_OK) {
        return GS_E_INVALID;
    }
    const char *digits = plain[0] == '-' || plain[0] == '+' ? plain + 1 : plain;
    size_t len = strspn(digits, "0123456789");
    if (len == 0 || digits[len] != '\0') {
        return GS_E_INVALID;
    }
    if (len > 18) { /* so many digits fit into 64 bits */
        return GS_E_RANGE;
    }
    int64_t value = strtoll(plain, NULL, 10);
    if (value < min || value > max) {
        return GS_E_RANGE;
    }
    *out = value;
    return GS_OK;
}

int gs_typed_time(const char *text, int32_t *out_min)
{
    char plain[GS_TYPED_MAX], padded[GS_TYPED_MAX + 1] = "0";
    if (gs_typed_plain(text, plain, sizeof plain) != GS_OK) {
        return GS_E_INVALID;
    }
    bool short_hour = plain[0] != '\0' && plain[1] == ':' && strlen(plain) == 4;
    memcpy(padded + (short_hour ? 1 : 0), plain, strlen(plain) + 1);
    return gs_hhmm_parse(padded, strlen(padded), 1, out_min);
}

const char *gs_typed_next(const char **at, size_t *out_len)
{
    const char *from = *at + strspn(*at, ", ");
    if (*from == '\0') {
        return NULL;
    }
    size_t len = strcspn(from, ",");
    *at = from + len;
    while (len > 0 && from[len - 1] == ' ') {
        len--;
    }
    *out_len = len;
    return from;
}
