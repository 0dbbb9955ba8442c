/* Reads JSON text: it answers for the grammar of RFC 8259 and for being strict where that leaves a choice, in one pass over the bytes.
 * Every request passes here, so strings are scanned for runs that need no look and those copied whole, and nothing is allocated
 * but in the caller's arena. It knows nothing of what the values mean. */
#include "gateslot/base/json_read.h"
#include "gateslot/base/limits.h"
#include "gateslot/base/text.h"
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define QUOTE(x) #x
#define TEXT_OF(x) QUOTE(x)

struct json_reader {
    const char *text;
    size_t len, at;
    char *room; /* where the next text goes: all together are shorter than what they are read from */
    struct gs_arena *arena;
    const char *reason; /* NULL: nothing is wrong so far */
};

static bool fail(struct json_reader *r, const char *reason)
{
    r->reason = reason;
    return false;
}

static void skip_blanks(struct json_reader *r)
{
    while (r->at < r->len &&
           (r->text[r->at] == ' ' || r->text[r->at] == '\n' || r->text[r->at] == '\r' || r->text[r->at] == '\t')) {
        r->at++;
    }
}

/* The byte that comes next, behind blanks; NUL at the end, which no value contains. */
static char peek(struct json_reader *r)
{
    skip_blanks(r);
    return r->at < r->len ? r->text[r->at] : '\0';
}

/* Four hexadecimal digits; -1: they are not. */
static int32_t take_hex(struct json_reader *r)
{
    int32_t point = 0;
    if (r->len - r->at < 4) {
        return -1;
    }
    for (int i = 0; i < 4; i++) {
        char c = r->text[r->at++];
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;
        if (digit < 0) {
            return -1;
        }
        point = point * 16 + digit;
    }
    return point;
}

static void put_point(struct json_reader *r, int32_t point)
{
    if (point < 0x80) {
        *r->room++ = (char)point;
    } else if (point < 0x800) {
        *r->room++ = (char)(0xC0 | point >> 6);
    } else if (point < 0x10000) {
        *r->room++ = (char)(0xE0 | point >> 12);
        *r->room++ = (char)(0x80 | (point >> 6 & 0x3F));
    } else {
        *r->room++ = (char)(0xF0 | point >> 18);
        *r->room++ = (char)(0x80 | (point >> 12 & 0x3F));
        *r->room++ = (char)(0x80 | (point >> 6 & 0x3F));
    }
    if (point >= 0x80) {
        *r->room++ = (char)(0x80 | (point & 0x3F));
    }
}

/* Behind "\u": one escape, or the two of a pair. */
static bool take_point(struct json_reader *r)
{
    int32_t point = take_hex(r), low;
    if (point < 0) {
        return fail(r, "an escape is not complete");
    }
    if (point == 0) {
        return fail(r, "\\u0000 is not allowed");
    }
    if (point >= 0xD800 && point <= 0xDBFF) {
        if (r->len - r->at < 2 || memcmp(r->text + r->at, "\\u", 2) != 0) {
            return fail(r, "half of a surrogate pair");
        }
        r->at += 2;
        low = take_hex(r);
        if (low < 0xDC00 || low > 0xDFFF) {
            return fail(r, "half of a surrogate pair");
        }
        point = 0x10000 + (point - 0xD800) * 0x400 + (low - 0xDC00);
    } else if (point >= 0xDC00 && point <= 0xDFFF) {
        return fail(r, "half of a surrogate pair");
    }
    put_point(r, point);
    return true;
}

static bool take_escape(struct json_reader *r)
{
    static const char names[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
    r->at++;
    const char c = r->at < r->len ? r->text[r->at++] : '\0';
    const char *at = c != '\0' ? strchr(names, c) : NULL;

    if (c == 'u') {
        return take_point(r);
    }
    if (at == NULL) {
        return fail(r, "no such escape");
    }
    *r->room++ = meant[at - names];
    return true;
}

/* What stops a run of plain bytes and is no quote. */
static bool take_special(struct json_reader *r)
{
    const unsigned char c = (unsigned char)r->text[r->at];
    const size_t begin = r->at;
    if (c == '\\') {
        return take_escape(r);
    }
    if (c < 0x80) {
        return fail(r, "a control character in a string");
    }
    while (r->at < r->len && (unsigned char)r->text[r->at] >= 0x80) {
        if (gs_utf8_next(r->text, r->len, &r->at) < 0) {
            return fail(r, "malformed UTF-8");
        }
    }
    memcpy(r->room, r->text + begin, r->at - begin);
    r->room += r->at - begin;
    return true;
}

static bool take_string(struct json_reader *r, const char **out_text, size_t *out_len)
{
    char *const start = r->room;
    r->at++;
    for (;;) {
        size_t run = gs_text_plain(r->text + r->at, r->len - r->at);
        memcpy(r->room, r->text + r->at, run);
        r->room += run;
        r->at += run;
        if (r->at == r->len) {
            return fail(r, "a string does not end");
        }
        if (r->text[r->at] == '"') {
            break;
        }
        if (!take_special(r)) {
            return false;
        }
    }
    r->at++;
    *out_text = start;
    *out_len = (size_t)(r->room - start);
    *r->room++ = '\0';
    return true;
}

static bool digit_next(const struct json_reader *r)
{
    return r->at < r->len && r->text[r->at] >= '0' && r->text[r->at] <= '9';
}

static bool skip_digits(struct json_reader *r)
{
    if (!digit_next(r)) {
        return false;
    }
    while (digit_next(r)) {
        r->at++;
    }
    return true;
}

/* The fraction and exponent behind the digits from begin on. */
static bool take_real(struct json_reader *r, size_t begin)
{
    bool good = true;
    if (r->text[r->at] == '.') {
        r->at++;
        good = skip_digits(r);
    }
    if (good && r->at < r->len && (r->text[r->at] == 'e' || r->text[r->at] == 'E')) {
        r->at++;
        r->at += r->at < r->len && (r->text[r->at] == '+' || r->text[r->at] == '-') ? 1 : 0;
        good = skip_digits(r);
    }
    if (!good) {
        return fail(r, "not a number");
    }
    memcpy(r->room, r->text + begin, r->at - begin); /* for its end only, and not to stay */
    r->room[r->at - begin] = '\0';
    return isfinite(strtod(r->room, NULL)) ? true : fail(r, "a number is too large");
}

static bool take_number(struct json_reader *r, struct gs_json_value *v)
{
    const size_t begin = r->at;
    const bool negative = r->text[begin] == '-';
    int64_t number = 0;
    bool fits = true;
    r->at += negative ? 1 : 0;
    if (!digit_next(r)) {
        return fail(r, "not a number");
    }
    const bool zero = r->text[r->at] == '0';
    while (digit_next(r)) {
        const int digit = r->text[r->at++] - '0';
        fits = fits && !__builtin_mul_overflow(number, 10, &number) &&
               !__builtin_add_overflow(number, negative ? -digit : digit, &number);
        if (zero && digit_next(r)) {
            return fail(r, "a number begins with 0");
        }
    }
    if (r->at < r->len && (r->text[r->at] == '.' || r->text[r->at] == 'e' || r->text[r->at] == 'E')) {
        v->kind = GS_JSON_REAL;
        return take_real(r, begin);
    }
    v->kind = GS_JSON_INTEGER;
    v->number = number;
    return fits ? true : fail(r, "an integer is too large");
}

static bool take_word(struct json_reader *r, struct gs_json_value *v)
{
    static const struct {
        const char *word;
        size_t len;
        enum gs_json_kind kind;
    } words[] = {{"true", 4, GS_JSON_TRUE}, {"false", 5, GS_JSON_FALSE}, {"null", 4, GS_JSON_NULL}};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (r->len - r->at >= words[i].len && memcmp(r->text + r->at, words[i].word, words[i].len) == 0) {
            r->at += words[i].len;
            v->kind = words[i].kind;
            return true;
        }
    }
    return fail(r, "a value was expected");
}

static bool take_name(struct json_reader *r, const struct gs_json_value *object, struct gs_json_value *member)
{
    if (peek(r) != '"') {
        return fail(r, "a name was expected");
    }
    if (!take_string(r, &member->name, &member->name_len)) {
        return false;
    }
    for (const struct gs_json_value *m = object->first; m != NULL; m = m->next) {
        if (m->name_len == member->name_len && memcmp(m->name, member->name, m->name_len) == 0) {
            return fail(r, "a name stands twice in an object");
        }
    }
    if (peek(r) != ':') {
        return fail(r, "':' was expected");
    }
    r->at++;
    return true;
}

static bool take_value(struct json_reader *r, struct gs_json_value *v, int depth);

/* Of an object or an array, from its bracket on. */
static bool take_group(struct json_reader *r, struct gs_json_value *group, int depth)
{
    const bool object = r->text[r->at] == '{';
    const char end = object ? '}' : ']';
    struct gs_json_value *last = NULL;
    if (depth > GS_JSON_DEPTH_MAX) {
        return fail(r, "more than " TEXT_OF(GS_JSON_DEPTH_MAX) " levels");
    }
    group->kind = object ? GS_JSON_OBJECT : GS_JSON_ARRAY;
    r->at++;
    while (group->count == 0 ? peek(r) != end : peek(r) == ',') {
        struct gs_json_value *v = gs_arena_alloc(r->arena, sizeof *v);
        if (v == NULL) {
            return fail(r, "no memory");
        }
        if (object && group->count == GS_JSON_MEMBERS_MAX) {
            return fail(r, "more than " TEXT_OF(GS_JSON_MEMBERS_MAX) " members");
        }
        r->at += group->count > 0 ? 1 : 0;
        if ((object && !take_name(r, group, v)) || !take_value(r, v, depth)) {
            return false;
        }
        if (last != NULL) {
            last->next = v;
        } else {
            group->first = v;
        }
        last = v;
        group->count++;
    }
    if (peek(r) != end) {
        return fail(r, object ? "',' or '}' was expected" : "',' or ']' was expected");
    }
    r->at++;
    return true;
}

static bool take_value(struct json_reader *r, struct gs_json_value *v, int depth)
{
    const char c = peek(r);
    switch (c) {
    case '{':
    case '[':
        return take_group(r, v, depth + 1);
    case '"':
        v->kind = GS_JSON_STRING;
        return take_string(r, &v->text, &v->len);
    default:
        return c == '-' || (c >= '0' && c <= '9') ? take_number(r, v) : take_word(r, v);
    }
}

static bool take_text(struct json_reader *r, struct gs_json_value *v)
{
    if (!take_value(r, v, 0)) {
        return false;
    }
    skip_blanks(r);
    return r->at == r->len ? true : fail(r, "something follows the value");
}

/* Counted only now, where it is needed. */
static struct gs_json_error error_of(const struct json_reader *r)
{
    struct gs_json_error error = {.line = 1, .column = 1, .reason = r->reason};
    for (size_t i = 0; i < r->at; i++) {
        if (r->text[i] == '\n') {
            error.line++;
            error.column = 1;
        } else if (((unsigned char)r->text[i] & 0xC0) != 0x80) {
            error.column++;
        }
    }
    return error;
}

const struct gs_json_value *gs_json_read(const char *text, size_t len, struct gs_arena *arena,
                                         struct gs_json_error *error)
{
    struct json_reader r = {.text = text, .len = len, .arena = arena};
    struct gs_json_value *value = gs_arena_alloc(arena, sizeof *value);
    r.room = gs_arena_alloc(arena, len + 1);
    if (value == NULL || r.room == NULL) {
        (void)fail(&r, "no memory");
    } else if (take_text(&r, value)) {
        return value;
    }
    *error = error_of(&r);
    return NULL;
}

const struct gs_json_value *gs_json_member(const struct gs_json_value *value, const char *name)
{
    size_t len = strlen(name);
    if (value == NULL || value->kind != GS_JSON_OBJECT) {
        return NULL;
    }
    for (const struct gs_json_value *m = value->first; m != NULL; m = m->next) {
        if (m->name_len == len && memcmp(m->name, name, len) == 0) {
            return m;
        }
    }
    return NULL;
}

const struct gs_json_value *gs_json_item(const struct gs_json_value *value, size_t index)
{
    const struct gs_json_value *v = value->first;
    while (v != NULL && index > 0) {
        v = v->next;
        index--;
    }
    return v;
}

const struct gs_json_value *gs_json_without(const struct gs_json_value *object, const struct gs_json_value *member,
                                            struct gs_arena *arena)
{
    struct gs_json_value *copy = gs_arena_alloc(arena, sizeof *copy);
    const struct gs_json_value **end = copy != NULL ? &copy->first : NULL;
    if (copy == NULL) {
        return NULL;
    }
    *copy = *object;
    copy->count--;
    for (const struct gs_json_value *m = object->first; m != NULL; m = m->next) {
        struct gs_json_value *kept = m != member ? gs_arena_alloc(arena, sizeof *kept) : NULL;
        if (kept == NULL && m != member) {
            return NULL;
        }
        if (kept != NULL) {
            *kept = *m;
            *end = kept;
            end = &kept->next;
        }
    }
    *end = NULL;
    return copy;
}
