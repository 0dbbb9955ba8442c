/* Masks personal data in what people type freely, as reasons: numbers that may be a person's (telephones, identity cards, declarations), and
 * a name that is known. What is masked here is nowhere whole: it is done before anything is stored. */
#include "gateslot/base/text.h"
#include "gateslot/domain/checks.h"
#include <assert.h>
#include <string.h>

enum { LONG_RUN = 11, MOBILE = 11, CARD = 18, CARD_GROUP = 6, HEAD = 3, TAIL = 4, NAME_CHARS_MIN = 2 };

struct typed_number {
    size_t len;   /* bytes of the text; 0: there is none */
    size_t count; /* of digits */
    char head[HEAD], tail[TAIL];
};

/* The bytes of a digit, ASCII or full-width; 0: it is none. */
static size_t digit_at(const char *at, char *out)
{
    if (at[0] >= '0' && at[0] <= '9') {
        *out = at[0];
        return 1;
    }
    const unsigned char *wide = (const unsigned char *)at;
    if (wide[0] == 0xEF && wide[1] == 0xBC && wide[2] >= 0x90 && wide[2] <= 0x99) {
        *out = (char)('0' + (wide[2] - 0x90));
        return 3;
    }
    return 0;
}

/* The bytes of what people put between the groups of a number. */
static size_t separator_at(const char *at)
{
    static const char *const separators[] = {" ", "-", ".", "·", "–", "—", "－", "　", "\xC2\xA0"};
    for (size_t i = 0; i < sizeof separators / sizeof separators[0]; i++) {
        const size_t len = strlen(separators[i]);
        if (strncmp(at, separators[i], len) == 0) {
            return len;
        }
    }
    return 0;
}

static void take_digit(struct typed_number *n, char digit)
{
    if (n->count < HEAD) {
        n->head[n->count] = digit;
    }
    memmove(n->tail, n->tail + 1, TAIL - 1);
    n->tail[TAIL - 1] = digit;
    n->count++;
}

/* Digits without anything between; the last of an identity card may be an X. */
static struct typed_number run_at(const char *text)
{
    struct typed_number n = {.len = 0};
    char digit = '\0';
    for (size_t len; (len = digit_at(text + n.len, &digit)) > 0; n.len += len) {
        take_digit(&n, digit);
    }
    if (n.count == CARD - 1 && (text[n.len] == 'X' || text[n.len] == 'x')) {
        take_digit(&n, 'X');
        n.len++;
    }
    return n;
}

/* So many digits, with one separator or none between two of them, and no digit behind. */
static struct typed_number groups_at(const char *text, size_t wanted)
{
    struct typed_number n = {.len = 0};
    char digit = '\0';
    while (n.count < wanted) {
        const size_t between = n.count > 0 ? separator_at(text + n.len) : 0;
        size_t len = digit_at(text + n.len + between, &digit);
        if (len == 0 && n.count == CARD - 1 && (text[n.len + between] | 0x20) == 'x') {
            digit = 'X';
            len = 1;
        }
        if (len == 0) {
            return (struct typed_number){.len = 0};
        }
        take_digit(&n, digit);
        n.len += between + len;
    }
    if (digit_at(text + n.len, &digit) > 0) {
        n.len = 0;
    }
    return n;
}

static bool is_mobile(const struct typed_number *n)
{
    return n->count == MOBILE && n->head[0] == '1' && n->head[1] >= '3';
}

/* The number that begins here, if it is one to be masked. */
static struct typed_number masked_at(const char *text)
{
    struct typed_number n = run_at(text);
    if (n.count >= LONG_RUN) {
        return n;
    }
    n = groups_at(text, MOBILE);
    if (n.len > 0 && (is_mobile(&n) || memcmp(n.head, "852", HEAD) == 0 || memcmp(n.head, "853", HEAD) == 0)) {
        return n;
    }
    n = groups_at(text, CARD);
    /* The first group of a card has six; other rows of short numbers stay. */
    if (run_at(text).count < CARD_GROUP) {
        n.len = 0;
    }
    return n;
}

static char *put_masked(char *out, const struct typed_number *n)
{
    static const char stars[] = "****";
    if (is_mobile(n)) {
        memcpy(out, n->head, HEAD);
        out += HEAD;
    }
    memcpy(out, stars, sizeof stars - 1);
    memcpy(out + sizeof stars - 1, n->tail, TAIL);
    return out + sizeof stars - 1 + TAIL;
}

void gs_numbers_mask(char *text)
{
    char *out = text;
    for (const char *at = text; *at != '\0';) {
        struct typed_number n = masked_at(at);
        if (n.len > 0) {
            at += n.len;
            out = put_masked(out, &n);
            continue;
        }
        /* A number that is none of these stays whole: it is not looked at again from its second digit on. */
        n = run_at(at);
        const size_t len = n.len > 0 ? n.len : 1;
        memmove(out, at, len);
        out += len;
        at += len;
    }
    *out = '\0';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Does the name stand here, and not as a part of a longer word in Latin letters? */
static bool name_at(const char *text, const char *at, const char *name, size_t len)
{
    return strncmp(at, name, len) == 0 && !(at > text && is_letter(at[-1]) && is_letter(name[0])) &&
           !(is_letter(at[len]) && is_letter(name[len - 1]));
}

void gs_name_mask(char *text, size_t size, const char *name)
{
    if (text[0] == '\0') { /* as almost always */
        return;
    }
    const size_t len = strlen(name);
    char room[2 * GS_REASON_MAX + 1], masked[GS_DRIVER_NAME_MAX + 1]; /* a name of two letters grows by one */
    size_t used = 0;
    assert(strlen(text) <= GS_REASON_MAX);
    if (gs_utf8_count(name, len) < NAME_CHARS_MIN || strstr(text, name) == NULL) {
        return;
    }
    gs_driver_mask(name, masked);
    const size_t masked_len = strlen(masked);
    for (const char *at = text; *at != '\0';) {
        const bool found = name_at(text, at, name, len);
        const size_t put = found ? masked_len : 1;
        memcpy(room + used, found ? masked : at, put);
        used += put;
        at += found ? len : 1;
    }
    room[used] = '\0';
    (void)gs_text_copy(text, size, room);
}
