/* Makes a log line of key=value pairs: it answers for quoting and escaping, so that no value, whatever a client sent,
 * can end its pair, its line or steer a terminal. It does no I/O. It walks the format itself, because only the format
 * tells where a value ends; after vsnprintf nobody could. */
#include "gateslot/base/buf.h"
#include "gateslot/base/limits.h"
#include "gateslot/base/log.h"
#include "gateslot/base/text.h"
#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* A text cut at its bound; cut stays set. */
struct line {
    char *text;
    size_t size, len;
    bool cut;
};

/* The pair being gathered: raw bytes, escaped when it is complete. */
struct pair {
    char bytes[GS_LOG_LINE_MAX];
    size_t len;
    size_t value; /* where the value begins; 0: no '=' seen yet */
    bool quoted;  /* inside the format's own quotes */
    bool any;     /* there is a pair, if only an empty value in quotes */
};

enum { PADDED_MAX = 24 };

struct conversion {
    char type;
    int padded;    /* a number has at least this many signs, zeros in front */
    int precision; /* -1: none */
    enum { WIDTH_INT, WIDTH_LONG, WIDTH_LONG_LONG } width;
};

static void line_add(struct line *line, const char *text, size_t len)
{
    if (line->cut || len > line->size - 1 - line->len) {
        line->cut = true;
        return;
    }
    memcpy(line->text + line->len, text, len);
    line->len += len;
}

static bool needs_quotes(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c <= ' ' || c == '=' || c == '"' || c == '\\' || c == 0x7F) {
            return true;
        }
    }
    return len == 0;
}

/* Control characters of Unicode and those that reorder or break lines on a terminal. */
static bool harmful(int32_t point)
{
    return point < 0x20 || (point >= 0x7F && point <= 0x9F) || (point >= 0x200B && point <= 0x200F) ||
           (point >= 0x2028 && point <= 0x202E) || (point >= 0x2060 && point <= 0x2069) || point == 0xFEFF;
}

static void add_hex(struct line *line, char kind, uint32_t value, int digits)
{
    static const char hex[] = "0123456789abcdef";
    char text[6] = {'\\', kind};
    for (int i = 0; i < digits; i++) {
        text[2 + i] = hex[(value >> (4 * (digits - 1 - i))) & 15];
    }
    line_add(line, text, (size_t)digits + 2);
}

static void add_escaped(struct line *line, const char *text, size_t len)
{
    size_t pos = 0;
    while (pos < len) {
        size_t at = pos;
        int32_t point = gs_utf8_next(text, len, &pos);
        if (point < 0) {
            add_hex(line, 'x', (unsigned char)text[at], 2);
        } else if (point == '"' || point == '\\') {
            line_add(line, point == '"' ? "\\\"" : "\\\\", 2);
        } else if (point == '\n') {
            line_add(line, "\\n", 2);
        } else if (harmful(point)) {
            add_hex(line, 'u', (uint32_t)point, 4);
        } else {
            line_add(line, text + at, pos - at);
        }
    }
}

static void pair_end(struct pair *pair, struct line *line)
{
    const char *value = pair->bytes + pair->value;
    size_t len = pair->len - pair->value;
    if (pair->any) {
        bool quotes = needs_quotes(value, len);
        line_add(line, " ", 1);
        add_escaped(line, pair->bytes, pair->value);
        line_add(line, "\"", quotes ? 1 : 0);
        add_escaped(line, value, len);
        line_add(line, "\"", quotes ? 1 : 0);
    }
    pair->len = pair->value = 0;
    pair->quoted = pair->any = false;
}

static void pair_add(struct pair *pair, const char *text, size_t len)
{
    size_t room = sizeof pair->bytes - pair->len;
    len = len < room ? len : room;
    memcpy(pair->bytes + pair->len, text, len);
    pair->len += len;
    pair->any = true;
}

static void literal(struct pair *pair, struct line *line, char c)
{
    if (c == '"') {
        pair->quoted = !pair->quoted;
        pair->any = true;
    } else if (c == ' ' && !pair->quoted) {
        pair_end(pair, line);
    } else {
        pair_add(pair, &c, 1);
        if (c == '=' && !pair->quoted && pair->value == 0) {
            pair->value = pair->len;
        }
    }
}

static void pair_add_number(struct pair *pair, struct conversion c, uint64_t value, bool negative)
{
    static const char digits[] = "0123456789abcdef";
    const unsigned base = c.type == 'x' ? 16 : 10;
    const size_t padded = (size_t)c.padded - (negative && c.padded > 0 ? 1 : 0);
    char text[PADDED_MAX + 1];
    size_t at = sizeof text;
    do {
        text[--at] = digits[value % base];
        value /= base;
    } while (value > 0 || sizeof text - at < padded);
    if (negative) {
        text[--at] = '-';
    }
    pair_add(pair, text + at, sizeof text - at);
}

/* Reads what follows a '%', leaves *format behind it. Of flags and widths only zeros in front of a number (%016x) have an effect: spaces would stand
   in the midst of a value. */
static struct conversion conversion_read(const char **format, va_list *args)
{
    struct conversion c = {.precision = -1, .width = WIDTH_INT};
    const char *at = *format;
    const size_t flags = strspn(at, "-+ #0");
    const bool zeros = memchr(at, '0', flags) != NULL;
    for (at += flags; *at >= '0' && *at <= '9'; at++) {
        c.padded = c.padded * 10 + (*at - '0');
    }
    c.padded = !zeros ? 0 : c.padded < PADDED_MAX ? c.padded : PADDED_MAX;
    if (at[0] == '.' && at[1] == '*') {
        c.precision = va_arg(*args, int);
        at += 2;
    } else if (at[0] == '.') {
        c.precision = 0;
        for (at++; *at >= '0' && *at <= '9'; at++) {
            c.precision = c.precision * 10 + (*at - '0');
        }
    }
    for (; *at != '\0' && strchr("hljzt", *at) != NULL; at++) {
        if (*at == 'l' && c.width == WIDTH_LONG) {
            c.width = WIDTH_LONG_LONG;
        } else if (*at != 'h') {
            c.width = WIDTH_LONG;
        }
    }
    c.type = *at;
    *format = *at == '\0' ? at : at + 1;
    return c;
}

_Static_assert(sizeof(long) == sizeof(intmax_t) && sizeof(long) == sizeof(size_t) && sizeof(long) == sizeof(ptrdiff_t),
               "%j, %z and %t are read as long");

static void convert_signed(struct pair *pair, struct conversion c, va_list *args)
{
    long long value = c.width == WIDTH_INT    ? va_arg(*args, int)
                      : c.width == WIDTH_LONG ? va_arg(*args, long)
                                              : va_arg(*args, long long);

    pair_add_number(pair, c, value < 0 ? 0 - (uint64_t)value : (uint64_t)value, value < 0);
}

static void convert_unsigned(struct pair *pair, struct conversion c, va_list *args)
{
    uint64_t value = c.width == WIDTH_INT    ? va_arg(*args, unsigned)
                     : c.width == WIDTH_LONG ? va_arg(*args, unsigned long)
                                             : va_arg(*args, unsigned long long);
    pair_add_number(pair, c, value, false);
}

static void convert_text(struct pair *pair, struct conversion c, va_list *args)
{
    const char *text = va_arg(*args, const char *);
    if (text == NULL) {
        text = "(null)";
        c.precision = -1;
    }
    pair_add(pair, text, c.precision < 0 ? strlen(text) : strnlen(text, (size_t)c.precision));
}

/* false where the type is unknown: no later argument can be found then. */
static bool convert(struct pair *pair, struct conversion c, va_list *args)
{
    char one;
    switch (c.type) {
    case 's':
        convert_text(pair, c, args);
        break;
    case 'd':
    case 'i':
        convert_signed(pair, c, args);
        break;
    case 'u':
    case 'x':
        convert_unsigned(pair, c, args);
        break;
    case 'c':
        one = (char)va_arg(*args, int);
        pair_add(pair, &one, 1);
        break;
    case '%':
        pair_add(pair, "%", 1);
        break;
    default:
        pair_add(pair, "?", 1);
        return false;
    }
    return true;
}

static const char *level_name(enum gs_log_level level)
{
    static const char *const names[] = {[GS_LOG_ERROR] = "error",
                                        [GS_LOG_WARNING] = "warning",
                                        [GS_LOG_NOTICE] = "notice",
                                        [GS_LOG_INFO] = "info",
                                        [GS_LOG_DEBUG] = "debug"};
    assert(level >= GS_LOG_ERROR && level <= GS_LOG_DEBUG);
    return names[level];
}

size_t gs_log_line(char *out, size_t size, enum gs_log_level level, const char *event, const char *format, va_list args)
{
    static const char mark[] = " …";
    struct line line = {.text = out, .size = size - sizeof mark + 1};
    struct pair pair = {.len = 0};
    va_list rest;
    assert(size > sizeof mark + 64);
    line_add(&line, "level=", 6);
    line_add(&line, level_name(level), strlen(level_name(level)));
    line_add(&line, " event=", 7);
    line_add(&line, event, strlen(event));
    va_copy(rest, args);
    while (*format != '\0') {
        char c = *format++;
        if (c != '%') {
            literal(&pair, &line, c);
        } else if (!convert(&pair, conversion_read(&format, &rest), &rest)) {
            break;
        }
    }
    va_end(rest);
    pair_end(&pair, &line);
    if (line.cut) {
        memcpy(out + line.len, mark, sizeof mark - 1);
        line.len += sizeof mark - 1;
    }
    out[line.len] = '\0';
    return line.len;
}
