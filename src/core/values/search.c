/* Whether a booking is one that was looked for: reads what people typed into the few texts it may mean, and compares. What nobody types
 * exactly (a plate without its province, a check digit misheard, two keys in the wrong order) is found too, and said to be inexact:
 * what may be done with that, callers decide. */
#include "gateslot/core/search.h"
#include "gateslot/base/hash.h"
#include "gateslot/base/text.h"
#include "gateslot/core/book.h"
#include <stdlib.h>
#include <string.h>

enum {
    SWAP_CHARS_MIN = 5,  /* a plate without its province and letter; in less, too much would look alike */
    CHECK_CHARS_MIN = 7, /* a container's serial with its check digit */
    CODE_CHARS_MIN = 4   /* of a pass code that was cut short */
};

/* ---- one form for all that is compared ---- */

static bool dropped(int32_t c)
{
    return c == ' ' || c == '.' || c == '-' || c == 0xA0 || c == 0xB7 || c == 0x2022 || c == 0x3000 || c == 0x30FB;
}

static int32_t folded(int32_t c)
{
    if (c >= 0xFF01 && c <= 0xFF5E) { /* full-width ASCII */
        c -= 0xFF01 - 0x21;
    }
    return c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c;
}

static size_t encode(int32_t point, char *out)
{
    const uint32_t p = (uint32_t)point;
    if (p < 0x80) {
        out[0] = (char)p;
        return 1;
    }
    const size_t len = p < 0x800 ? 2 : p < 0x10000 ? 3 : 4;
    for (size_t i = len - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (p >> (6 * (len - 1 - i)) & 0x3F));
    }
    out[0] = (char)((0xF00 >> len & 0xFF) | p >> (6 * (len - 1)));
    return len;
}

/* At most max characters that count go to out, which ends with a NUL where it has room for one; returns how many count. */
static size_t points_of(const char *text, size_t len, int32_t *out, size_t max)
{
    size_t count = 0;
    for (size_t pos = 0; pos < len;) {
        const unsigned char byte = (unsigned char)text[pos];
        int32_t c = byte < 0x80 ? byte : gs_utf8_next(text, len, &pos);
        pos += byte < 0x80 ? 1 : 0;
        c = folded(c);
        if (c < 0 || dropped(c)) {
            continue;
        }
        if (count < max) {
            out[count] = c;
        }
        count++;
    }
    return count;
}

static void text_of(const int32_t *points, size_t count, char *out)
{
    for (size_t i = 0; i < count; i++) {
        out += encode(points[i], out);
    }
    *out = '\0';
}

/* ---- reading ---- */

static bool is_digit(int32_t c)
{
    return c >= '0' && c <= '9';
}

static bool all_digits(const int32_t *points, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!is_digit(points[i])) {
            return false;
        }
    }
    return count > 0;
}

/* "bk_42" means that booking alone; a bare "42", if it is long enough, that one or whatever has it as a part. */
static void read_id(const int32_t *p, size_t count, struct gs_search *s)
{
    static const char prefix[] = "bk_";
    const bool written_out = count > 3 && p[0] == 'B' && p[1] == 'K' && p[2] == '_';
    const size_t from = written_out ? 3 : 0;
    char id[GS_UTF8_BYTES(GS_SEARCH_CHARS) + sizeof prefix];
    if (!all_digits(p + from, count - from)) {
        return;
    }
    memcpy(id, prefix, sizeof prefix);
    text_of(p + from, count - from, id + sizeof prefix - 1);
    s->only_id = written_out;
    if (!gs_booking_id_parse(id, strlen(id), &s->id)) {
        s->id = 0;
    }
}

/* As Crockford reads: O is 0, I and L are 1. */
static void read_code(const int32_t *p, size_t count, struct gs_search *s)
{
    if (count < CODE_CHARS_MIN || count > GS_PASS_CODE_LEN) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        int32_t c = p[i] == 'O' ? '0' : p[i] == 'I' || p[i] == 'L' ? '1' : p[i];
        if (c <= ' ' || c >= 0x7F) {
            s->code[0] = '\0';
            return;
        }
        s->code[i] = (char)c;
    }
}

/* The first characters of a container, or the last of those, before its check digit: letters and digits, at least its serial. */
static void read_container(const int32_t *p, size_t count, struct gs_search *s)
{
    if (count < CHECK_CHARS_MIN || count > GS_CONTAINER_LEN || !is_digit(p[count - 1])) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        if (!is_digit(p[i]) && !(p[i] >= 'A' && p[i] <= 'Z')) {
            return;
        }
    }
    text_of(p, count - 1, s->but_check);
}

static void read_swaps(int32_t *p, size_t count, struct gs_search *s)
{
    if (count < SWAP_CHARS_MIN || count > GS_CONTAINER_LEN) {
        return;
    }
    for (size_t i = 0; i + 1 < count; i++) {
        const int32_t first = p[i];
        if (first == p[i + 1]) {
            continue;
        }
        p[i] = p[i + 1];
        p[i + 1] = first;
        text_of(p, count, s->swaps[s->swap_count++]);
        p[i + 1] = p[i];
        p[i] = first;
    }
}

int gs_search_read(const char *text, size_t len, struct gs_search *out)
{
    int32_t p[GS_SEARCH_CHARS];
    const size_t count = points_of(text, len, p, GS_SEARCH_CHARS);
    if (count < GS_SEARCH_CHARS_MIN) {
        return GS_E_INVALID;
    }
    if (count > GS_SEARCH_CHARS) {
        return GS_E_RANGE;
    }
    *out = (struct gs_search){.chars = (int32_t)count};
    text_of(p, count, out->text);
    read_id(p, count, out);
    if (!out->only_id) {
        read_code(p, count, out);
        read_container(p, count, out);
        read_swaps(p, count, out);
    }
    return GS_OK;
}

bool gs_search_says_nothing(const char *text, size_t len)
{
    int32_t p[GS_SEARCH_CHARS];
    return points_of(text, len, p, GS_SEARCH_CHARS) == 0;
}

/* ---- comparing ---- */

#define TYPED_CHARS GS_COMPANY_NAME_CHARS /* of the longest text that is not stored in its normalised form */

/* What becomes of a byte of ASCII; NUL: it does not count. */
static char ascii_folded(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c == ' ' || c == '.' || c == '-' ? '\0' : c;
}

/* The bytes of the character at text, which is not ASCII and whole. */
static size_t width_of(const char *text)
{
    const unsigned char first = (unsigned char)*text;
    return first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}

/* As points_of and text_of do it, on the bytes: the book does it for each of its bookings. */
static void normalise(const char *text, char out[GS_UTF8_BYTES(TYPED_CHARS) + 1])
{
    while (*text != '\0') {
        if ((unsigned char)*text < 0x80) {
            *out = ascii_folded(*text++);
            out += *out != '\0' ? 1 : 0;
            continue;
        }
        const unsigned char first = (unsigned char)*text;
        const size_t width = width_of(text);
        if (first == 0xC2 || first == 0xE2 || first == 0xE3 ||
            first == 0xEF) { /* those that are folded are among these */
            size_t pos = 0;
            const int32_t c = folded(gs_utf8_next(text, width, &pos));
            out += dropped(c) || c < 0 ? 0 : encode(c, out);
        } else {
            memcpy(out, text, width);
            out += width;
        }
        text += width;
    }
    *out = '\0';
}

static bool has_typed(const char *text, const char *part)
{
    char plain[GS_UTF8_BYTES(TYPED_CHARS) + 1];
    normalise(text, plain);
    return strstr(plain, part) != NULL;
}

static bool is_typed(const char *text, const char *whole)
{
    char plain[GS_UTF8_BYTES(TYPED_CHARS) + 1];
    normalise(text, plain);
    return strcmp(plain, whole) == 0;
}

static bool of_truck(const struct gs_truck *t, const char *part)
{
    bool found = strstr(t->plate, part) != NULL || strstr(t->trailer, part) != NULL;
    for (int32_t i = 0; i < t->container_count && !found; i++) {
        found = strstr(t->containers[i], part) != NULL;
    }
    return found;
}

static bool is_exact(const struct gs_search *s, const struct gs_booking *b)
{
    return strcmp(b->truck.plate, s->text) == 0 || strcmp(b->truck.trailer, s->text) == 0 ||
           gs_truck_has_container(&b->truck, s->text) || (s->code[0] != '\0' && strcmp(b->pass_code, s->code) == 0) ||
           (b->reference[0] != '\0' && is_typed(b->reference, s->text));
}

static bool is_part(const struct gs_search *s, const struct gs_booking *b)
{
    const size_t code_len = strlen(s->code);
    return of_truck(&b->truck, s->text) || (code_len > 0 && strncmp(b->pass_code, s->code, code_len) == 0) ||
           has_typed(b->company_name, s->text) || (b->reference[0] != '\0' && has_typed(b->reference, s->text));
}

static bool is_near(const struct gs_search *s, const struct gs_booking *b)
{
    const size_t len = strlen(s->but_check);
    for (int32_t i = 0; i < b->truck.container_count && len > 0; i++) {
        if (memcmp(b->truck.containers[i] + GS_CONTAINER_LEN - 1 - len, s->but_check, len) == 0) {
            return true;
        }
    }
    for (int32_t i = 0; i < s->swap_count; i++) {
        if (of_truck(&b->truck, s->swaps[i])) {
            return true;
        }
    }
    return false;
}

enum gs_match gs_search_match(const struct gs_search *s, const struct gs_booking *b)
{
    if (s->id == b->id || s->only_id) {
        return s->id == b->id ? GS_MATCH_EXACT : GS_MATCH_NO;
    }
    if (is_exact(s, b)) {
        return GS_MATCH_EXACT;
    }
    return is_part(s, b) ? GS_MATCH_PART : is_near(s, b) ? GS_MATCH_NEAR : GS_MATCH_NO;
}

/* ---- grams ---- */

#define OWNER_GRAM 0xFF0000U
#define CODE_GRAM 0xFE0000U /* of a pass code's first characters; plates do not get in its way */

/* Below 254: letters and digits each have one of their own, of the others some share one, which costs a look and no hit. */
static uint32_t class_of(int32_t c)
{
    if (is_digit(c)) {
        return (uint32_t)(1 + c - '0');
    }
    if (c >= 'A' && c <= 'Z') {
        return (uint32_t)(11 + c - 'A');
    }
    return 37 + (uint32_t)(gs_hash_word(GS_FNV_START, c) % 217);
}

static uint32_t gram_at(const int32_t *p)
{
    return class_of(p[0]) << 16 | class_of(p[1]) << 8 | class_of(p[2]);
}

struct gram_list {
    uint32_t *at;
    size_t count;
};

static void add_grams(struct gram_list *list, const char *text)
{
    int32_t p[TYPED_CHARS];
    size_t count = points_of(text, strlen(text), p, TYPED_CHARS);
    count = count < TYPED_CHARS ? count : TYPED_CHARS;
    for (size_t i = 0; i + 2 < count; i++) {
        list->at[list->count++] = gram_at(p + i);
    }
}

static int ascending(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

uint32_t gs_search_owner(const char *owner)
{
    const uint64_t h = gs_fnv_text(GS_FNV_START, owner);
    return OWNER_GRAM | (uint32_t)((h ^ h >> 32) & 0xFFFF);
}

static uint32_t code_gram(const char *code)
{
    const uint64_t h = gs_fnv(GS_FNV_START, code, CODE_CHARS_MIN);
    return CODE_GRAM | (uint32_t)((h ^ h >> 32) & 0x1FFF);
}

size_t gs_search_grams(const struct gs_booking *b, uint32_t out[GS_SEARCH_GRAMS_MAX])
{
    struct gram_list list = {.at = out};
    size_t kept = 0;
    add_grams(&list, b->truck.plate);
    add_grams(&list, b->truck.trailer);
    for (int32_t i = 0; i < b->truck.container_count; i++) {
        add_grams(&list, b->truck.containers[i]);
    }
    add_grams(&list, b->company_name);
    add_grams(&list, b->reference);
    if (strlen(b->pass_code) >= CODE_CHARS_MIN) {
        out[list.count++] = code_gram(b->pass_code);
    }
    out[list.count++] = gs_search_owner(b->owner);
    qsort(out, list.count, sizeof out[0], ascending);
    for (size_t i = 0; i < list.count; i++) {
        if (kept == 0 || out[kept - 1] != out[i]) {
            out[kept++] = out[i];
        }
    }
    return kept;
}

/* Of a long text a few grams, spread over it: they find few enough to look at. */
static void add_way(const char *text, struct gs_search_way *out, size_t *count)
{
    uint32_t grams[GS_SEARCH_GRAMS_MAX];
    struct gram_list list = {.at = grams};
    if (text[0] == '\0') {
        return;
    }
    add_grams(&list, text);
    struct gs_search_way *way = &out[(*count)++];
    way->count = list.count < GS_SEARCH_WAY_GRAMS ? list.count : GS_SEARCH_WAY_GRAMS;
    for (size_t i = 0; i < way->count; i++) {
        way->grams[i] = grams[i * list.count / way->count];
    }
}

size_t gs_search_ways(const struct gs_search *s, struct gs_search_way out[GS_SEARCH_WAYS_MAX])
{
    size_t count = 0;
    if (s->only_id) {
        return 0;
    }
    add_way(s->text, out, &count);
    add_way(s->but_check, out, &count);
    for (int32_t i = 0; i < s->swap_count; i++) {
        add_way(s->swaps[i], out, &count);
    }
    if (s->code[0] != '\0') {
        out[count] = (struct gs_search_way){.count = 1, .grams = {code_gram(s->code)}};
        count++;
    }
    return count;
}
