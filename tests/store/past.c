/* Past bookings to look for, and the rule for it written down plainly: every text as a row of characters, every place tried. It shares no
 * code with the program. */
#include "past.h"
#include <stdio.h>
#include <string.h>

/* ---- bookings ---- */

static const char *const companies[] = {"柯桥轻纺进出口有限公司", "丰盛 Textile (Keqiao) Co., Ltd.", "恒美"};
static const char *const owners[] = {"mini", "mini-2", "gate"};

static char of(uint64_t *r, const char *alphabet)
{
    return alphabet[dice_below(r, (int64_t)strlen(alphabet))];
}

static void plate(uint64_t *r, char *out, size_t size, const char *end)
{
    static const char *const provinces[] = {"浙", "沪", "粤"};
    (void)snprintf(out, size, "%s%c%c%c%c%c%s", provinces[dice_below(r, 3)], of(r, "AD"), of(r, "0123"), of(r, "12"),
                   of(r, "0123B"), of(r, "0123"), end);
}

static void code(uint64_t *r, char out[GS_PASS_CODE_LEN + 1])
{
    for (int i = 0; i < GS_PASS_CODE_LEN; i++) {
        out[i] = of(r, i < 3 ? "01" : "0123456789ABCDEFGHJKMNPQRSTVWXYZ");
    }
    out[GS_PASS_CODE_LEN] = '\0';
}

struct gs_booking past_booking(uint64_t *r, int64_t id, gs_date date)
{
    struct gs_booking b = a_booking(id);
    b.wish.date = date;
    b.status = dice_below(r, 4) == 0 ? GS_CANCELLED : GS_DEPARTED;
    b.place = b.status == GS_DEPARTED ? (int32_t)(id % GS_MAX_CAPACITY) : -1;
    b.slot_start_ms = date * INT64_C(86400000) + id / GS_MAX_CAPACITY;
    b.slot_end_ms = b.slot_start_ms;
    b.ended_ms = b.status == GS_CANCELLED ? b.slot_start_ms : 0;
    b.departed_ms = b.status == GS_DEPARTED ? b.slot_start_ms : 0;
    plate(r, b.truck.plate, sizeof b.truck.plate, of(r, "01") == '0' ? "" : "7");
    memset(b.truck.trailer, 0, sizeof b.truck.trailer);
    if (dice_below(r, 2) == 0) {
        plate(r, b.truck.trailer, sizeof b.truck.trailer, "挂");
    }
    b.truck.container_count = (int32_t)dice_below(r, 3);
    memset(b.truck.containers, 0, sizeof b.truck.containers);
    for (int i = 0; i < b.truck.container_count; i++) {
        (void)snprintf(b.truck.containers[i], sizeof b.truck.containers[i], "CS%cU%07d", of(r, "QLO"),
                       (int)dice_below(r, 100) * 101 + 3050000 + (int)dice_below(r, 10));
    }
    code(r, b.pass_code);
    (void)snprintf(b.company_name, sizeof b.company_name, "%s", companies[dice_below(r, 3)]);
    (void)snprintf(b.owner, sizeof b.owner, "%s", owners[dice_below(r, 3)]);
    memset(b.reference, 0, sizeof b.reference);
    if (dice_below(r, 3) == 0) {
        (void)snprintf(b.reference, sizeof b.reference, "Po-%04d/%d%s", (int)dice_below(r, 300), (int)dice_below(r, 10),
                       dice_below(r, 2) == 0 ? "%_'\"" : "");
    }
    return b;
}

/* ---- characters ---- */

#define CHARS_MAX 256

struct chars {
    int count;
    unsigned at[CHARS_MAX]; /* the bytes of one character as a number */
};

static struct chars chars_of(const char *text)
{
    struct chars c = {0};
    while (*text != '\0' && c.count < CHARS_MAX) {
        const unsigned char first = (unsigned char)*text;
        const int len = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
        unsigned one = 0;
        for (int i = 0; i < len; i++) {
            one = one << 8 | (unsigned char)*text++;
        }
        if (one >= 0xEFBC81 && one <= 0xEFBCBF) { /* full-width ! to _ */
            one = one - 0xEFBC81 + '!';
        } else if (one >= 0xEFBD80 && one <= 0xEFBD9E) { /* full-width ` to ~ */
            one = one - 0xEFBD80 + '`';
        }
        if (one >= 'a' && one <= 'z') {
            one -= 'a' - 'A';
        }
        if (one != ' ' && one != '-' && one != '.' && one != 0xC2B7 /* · */ && one != 0xE280A2 /* • */ &&
            one != 0xE38080 /* blank */ && one != 0xE383BB /* ・ */ && one != 0xC2A0) {
            c.at[c.count++] = one;
        }
    }
    return c;
}

static bool stands_at(const struct chars *text, int at, const struct chars *part, int count)
{
    if (at < 0 || at + count > text->count) {
        return false;
    }
    for (int i = 0; i < count; i++) {
        if (text->at[at + i] != part->at[i]) {
            return false;
        }
    }
    return true;
}

static bool has(const char *text, const struct chars *part)
{
    const struct chars c = chars_of(text);
    for (int at = 0; at < c.count; at++) {
        if (stands_at(&c, at, part, part->count)) {
            return true;
        }
    }
    return false;
}

static bool truck_has(const struct gs_truck *t, const struct chars *part)
{
    return has(t->plate, part) || has(t->trailer, part) || has(t->containers[0], part) || has(t->containers[1], part);
}

/* ---- the rule ---- */

static bool is_code(const struct gs_booking *b, struct chars q)
{
    const struct chars code = chars_of(b->pass_code);
    for (int i = 0; i < q.count; i++) {
        q.at[i] = q.at[i] == 'O' ? '0' : q.at[i] == 'I' || q.at[i] == 'L' ? '1' : q.at[i];
    }
    return q.count >= 4 && stands_at(&code, 0, &q, q.count);
}

static bool is_id(const struct gs_booking *b, const struct chars *q, bool *out_only)
{
    char id[32];
    (void)snprintf(id, sizeof id, "BK_%lld", (long long)b->id);
    const struct chars c = chars_of(id);
    *out_only = q->count > 3 && stands_at(q, 0, &c, 3);
    for (int i = 3; i < q->count; i++) {
        *out_only = *out_only && q->at[i] >= '0' && q->at[i] <= '9';
    }
    const int from = *out_only ? 0 : 3;
    return c.count - from == q->count && stands_at(&c, from, q, q->count);
}

static bool is_wrong_digit(const struct gs_booking *b, const struct chars *q)
{
    if (q->count < 7 || q->count > 11 || q->at[q->count - 1] < '0' || q->at[q->count - 1] > '9') {
        return false;
    }
    for (int i = 0; i < b->truck.container_count; i++) {
        const struct chars c = chars_of(b->truck.containers[i]);
        if (stands_at(&c, c.count - q->count, q, q->count - 1)) {
            return true;
        }
    }
    return false;
}

static bool is_swapped(const struct gs_booking *b, struct chars q)
{
    for (int i = 0; q.count >= 5 && i + 1 < q.count; i++) {
        struct chars other = q;
        other.at[i] = q.at[i + 1];
        other.at[i + 1] = q.at[i];
        if (truck_has(&b->truck, &other)) {
            return true;
        }
    }
    return false;
}

bool past_is_meant(const struct gs_booking *b, const char *text)
{
    const struct chars q = chars_of(text);
    bool only;
    if (is_id(b, &q, &only) || only) {
        return !only || is_id(b, &q, &only);
    }
    return truck_has(&b->truck, &q) || has(b->company_name, &q) || has(b->reference, &q) || is_code(b, q) ||
           is_wrong_digit(b, &q) || is_swapped(b, q);
}

/* ---- questions ---- */

static void part_of(uint64_t *r, const char *text, char out[128])
{
    const struct chars c = chars_of(text);
    const int from = (int)dice_below(r, c.count + 1), count = (int)dice_below(r, c.count - from + 1);
    char *end = out;
    for (int i = from; i < from + count; i++) {
        for (int byte = 3; byte >= 0; byte--) {
            const char one = (char)(c.at[i] >> (8 * byte) & 0xFF);
            if (one != '\0') {
                *end++ = one;
            }
        }
    }
    *end = '\0';
}

/* Another letter or digit for one, two of them exchanged, a blank, small letters: among bytes of ASCII only. */
static void make_a_mistake(uint64_t *r, char *text)
{
    const size_t len = strlen(text);
    if (len < 2) {
        return;
    }
    const size_t at = (size_t)dice_below(r, (int64_t)len - 1);
    const char one = text[at], next = text[at + 1];
    if ((unsigned char)one >= 0x80 || (unsigned char)next >= 0x80) {
        return;
    }
    switch (dice_below(r, 4)) {
    case 0:
        text[at] = of(r, "0123456789BDOIL");
        break;
    case 1:
        text[at] = next;
        text[at + 1] = one;
        break;
    case 2:
        text[len - 1] = (unsigned char)text[len - 1] < 0x80 ? of(r, "0123456789") : text[len - 1];
        break;
    default:
        text[at] = one >= 'A' && one <= 'Z' ? (char)(one - 'A' + 'a') : one;
        break;
    }
}

void past_question(uint64_t *r, const struct gs_booking *b, char out[128])
{
    char id[32];
    (void)snprintf(id, sizeof id, "%s%lld", dice_below(r, 2) == 0 ? "bk_" : "", (long long)b->id);
    const char *const texts[] = {b->truck.plate,         b->truck.plate,         b->truck.trailer,
                                 b->truck.containers[0], b->truck.containers[1], b->pass_code,
                                 b->company_name,        b->reference,           id};
    const char *text = texts[dice_below(r, (int64_t)(sizeof texts / sizeof texts[0]))];
    if (dice_below(r, 2) == 0) {
        (void)snprintf(out, 128, "%s", text);
    } else {
        part_of(r, text, out);
    }
    for (int64_t mistakes = dice_below(r, 3); mistakes > 0; mistakes--) {
        make_a_mistake(r, out);
    }
}
