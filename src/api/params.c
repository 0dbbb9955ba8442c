/* Reads the query of a request: decodes it and names every fault by its parameter. What values mean, the handlers know. */
#include "params.h"
#include "gateslot/base/text.h"
#include <stdio.h>
#include <string.h>

enum { NEAR = 2 };

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Decodes len bytes to out, which has room for them and a NUL; false at a malformed escape. */
static bool decode(const char *text, size_t len, char *out, size_t *out_len)
{
    size_t n = 0;
    for (size_t i = 0; i < len; i++) {
        char c = text[i] == '+' ? ' ' : text[i];
        if (c == '%') {
            bool whole = i + 2 < len;
            int high = whole ? hex_digit(text[i + 1]) : -1, low = whole ? hex_digit(text[i + 2]) : -1;
            if (high < 0 || low < 0) {
                return false;
            }
            c = (char)(high * 16 + low);
            i += 2;
        }
        out[n++] = c;
    }
    out[n] = '\0';
    *out_len = n;
    return true;
}

const char *gs_did_you_mean(const char *const *names, const char *given)
{
    const char *best = NULL;
    size_t best_distance = NEAR + 1;
    for (; *names != NULL; names++) {
        size_t distance = gs_text_distance(*names, given);
        if (distance < best_distance && 2 * distance < strlen(given)) {
            best = *names;
            best_distance = distance;
        }
    }
    return best;
}

const char *gs_bad_character(const char *text, size_t len, char out[16])
{
    for (size_t pos = 0; pos < len;) {
        unsigned char byte = (unsigned char)text[pos];
        int32_t c;
        if (byte >= 0x20 && byte < 0x7F) {
            pos++;
            continue;
        }
        c = gs_utf8_next(text, len, &pos);
        if (c < 0) {
            return "UTF-8";
        }
        if (gs_point_banned(c)) {
            (void)snprintf(out, 16, "U+%04X", (unsigned)c);
            return out;
        }
    }
    return NULL;
}

static int index_of(const char *const *names, const char *name)
{
    for (int i = 0; names[i] != NULL; i++) {
        if (strcmp(names[i], name) == 0) {
            return i;
        }
    }
    return -1;
}

static void take_one(struct gs_params *p, const char *part, size_t len, char *room, size_t *out_used)
{
    char pointer[GS_POINTER_MAX + 1], bad[16];
    const char *equals = memchr(part, '=', len), *character;
    size_t name_len = equals != NULL ? (size_t)(equals - part) : len, value_len = 0, used = 0;
    char *value = room;
    int at;
    *out_used = 0;
    if (!decode(part, name_len, room, &used) || gs_bad_character(room, used, bad) != NULL) {
        gs_fault_add(p->faults, GS_FAULT_UNKNOWN_FIELD, "?", "?", NULL);
        return;
    }
    (void)gs_fault_pointer(pointer, "?%s", room);
    at = index_of(p->names, room);
    if (at < 0) {
        gs_fault_add(p->faults, GS_FAULT_UNKNOWN_FIELD, pointer, room, gs_did_you_mean(p->names, room));
        return;
    }
    if (p->values[at] != NULL) {
        gs_fault_add(p->faults, GS_FAULT_REPEATED, pointer, room, NULL);
        return;
    }
    value[0] = '\0';
    if (equals != NULL && !decode(equals + 1, len - name_len - 1, value, &value_len)) {
        gs_fault_add(p->faults, GS_FAULT_FORMAT, pointer, NULL, "%XX");
        value_len = 0;
        value[0] = '\0';
    }
    character = gs_bad_character(value, value_len, bad);
    if (character != NULL) {
        gs_fault_add(p->faults, GS_FAULT_ALPHABET, pointer, character, NULL);
        value_len = 0;
        value[0] = '\0';
    }
    if (value_len == 0 && len <= name_len + 1) {
        gs_fault_add(p->faults, GS_FAULT_EMPTY, pointer, NULL, NULL);
    }
    p->values[at] = value;
    *out_used = value_len + 1;
}

void gs_params_parse(struct gs_params *p, const char *query, const char *const *names, struct gs_faults *faults)
{
    char *room = p->text;
    p->names = names;
    p->faults = faults;
    memset(p->values, 0, sizeof p->values);
    while (*query != '\0') {
        size_t len = strcspn(query, "&"), used;
        /* The server bounds the target, so this never bites; it keeps the room bounded by itself. */
        if (len + 1 > sizeof p->text - (size_t)(room - p->text)) {
            gs_fault_add(faults, GS_FAULT_TOO_LONG, "?", NULL, NULL);
            return;
        }
        if (len > 0) {
            take_one(p, query, len, room, &used);
            room += used;
        }
        query += len + (query[len] == '&' ? 1 : 0);
    }
}

const char *gs_params_text(const struct gs_params *p, const char *name)
{
    int at = index_of(p->names, name);
    const char *value = at >= 0 ? p->values[at] : NULL;
    return value != NULL && value[0] != '\0' ? value : NULL;
}

bool gs_date_read(const char *text, size_t len, const char *pointer, struct gs_faults *faults, gs_date *out)
{
    static const char form[] = "0000-00-00";
    char found[GS_FAULT_TEXT_MAX + 1];
    bool formed = len == sizeof form - 1;
    if (gs_date_parse(text, len, out) == GS_OK) {
        return true;
    }
    for (size_t i = 0; formed && i < len; i++) {
        formed = form[i] == '-' ? text[i] == '-' : text[i] >= '0' && text[i] <= '9';
    }
    (void)gs_text_copyn(found, sizeof found, text, len);
    gs_fault_add(faults, formed ? GS_FAULT_NO_SUCH_DATE : GS_FAULT_FORMAT, pointer, found,
                 formed ? NULL : "YYYY-MM-DD");
    return false;
}

bool gs_params_date(struct gs_params *p, const char *name, gs_date *out)
{
    const char *text = gs_params_text(p, name);
    char pointer[GS_POINTER_MAX + 1];
    return text != NULL && gs_date_read(text, strlen(text), gs_fault_pointer(pointer, "?%s", name), p->faults, out);
}

bool gs_params_bool(struct gs_params *p, const char *name, bool *out)
{
    const char *text = gs_params_text(p, name);
    char pointer[GS_POINTER_MAX + 1];
    if (text == NULL) {
        return false;
    }
    if (strcmp(text, "true") != 0 && strcmp(text, "false") != 0) {
        gs_fault_add(p->faults, GS_FAULT_CHOICE, gs_fault_pointer(pointer, "?%s", name), text, "true, false");
        return false;
    }
    *out = text[0] == 't';
    return true;
}

bool gs_params_int(struct gs_params *p, const char *name, int64_t min, int64_t max, int64_t *out)
{
    const char *text = gs_params_text(p, name);
    char pointer[GS_POINTER_MAX + 1], range[64];
    int64_t value = 0;
    size_t len;
    if (text == NULL) {
        return false;
    }
    (void)gs_fault_pointer(pointer, "?%s", name);
    len = strspn(text, "0123456789");
    bool negative = text[0] == '-' && text[1] != '\0' && text[1 + strspn(text + 1, "0123456789")] == '\0';
    if (text[len] != '\0' && !negative) {
        gs_fault_add(p->faults, GS_FAULT_TYPE, pointer, "string", "integer");
        return false;
    }
    bool beyond = negative;
    for (size_t i = 0; i < len && !beyond; i++) {
        beyond = value > (INT64_MAX - 9) / 10;
        value = beyond ? value : value * 10 + (text[i] - '0');
    }
    if (beyond || value < min || value > max) {
        (void)snprintf(range, sizeof range, "%lld..%lld", (long long)min, (long long)max);
        gs_fault_add(p->faults, GS_FAULT_RANGE, pointer, text, range);
        return false;
    }
    *out = value;
    return true;
}

bool gs_params_copy(struct gs_params *p, const char *name, char *out, size_t size, size_t max)
{
    const char *text = gs_params_text(p, name);
    char pointer[GS_POINTER_MAX + 1], limit[24];
    if (text == NULL) {
        return false;
    }
    if (strlen(text) >= size || gs_utf8_count(text, strlen(text)) > max) {
        (void)snprintf(limit, sizeof limit, "%zu", max);
        gs_fault_add(p->faults, GS_FAULT_TOO_LONG, gs_fault_pointer(pointer, "?%s", name), NULL, limit);
        return false;
    }
    memcpy(out, text, strlen(text) + 1);
    return true;
}
