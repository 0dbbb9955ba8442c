/* Takes the members of a JSON object one by one and notes every fault with its pointer: missing, of another type, too long. What a
 * member means, the codecs know. */
#include "json_fields.h"
#include "gateslot/base/text.h"
#include "params.h"
#include <stdio.h>
#include <string.h>

static const char *type_name(const struct gs_json_value *value)
{
    static const char *const names[] = {
        [GS_JSON_NULL] = "null",       [GS_JSON_FALSE] = "boolean", [GS_JSON_TRUE] = "boolean",
        [GS_JSON_INTEGER] = "integer", [GS_JSON_REAL] = "number",   [GS_JSON_STRING] = "string",
        [GS_JSON_ARRAY] = "array",     [GS_JSON_OBJECT] = "object",
    };
    return names[value->kind];
}

void gs_fields_fault(const struct gs_fields *f, enum gs_fault_kind kind, const char *name, const char *found,
                     const char *expected)
{
    char pointer[GS_POINTER_MAX + 1];
    gs_fault_add(f->faults, kind, gs_fault_pointer(pointer, "%s/%s", f->base, name), found, expected);
}

void gs_fields_open(struct gs_fields *f, const struct gs_json_value *value, const char *base, const char *const *names,
                    struct gs_faults *faults)
{
    *f = (struct gs_fields){.base = base, .names = names, .faults = faults};
    if (value != NULL && value->kind == GS_JSON_OBJECT) {
        f->object = value;
    } else if (value != NULL) {
        gs_fault_add(faults, GS_FAULT_TYPE, base, type_name(value), "object");
    }
}

static bool goes_on(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80; /* within a character of UTF-8 */
}

/* RFC 6901: "~" and "/" of a name are escaped in a pointer. One that is too long is cut at a character's edge. */
static void escape_name(const char *name, char out[GS_POINTER_MAX + 1])
{
    size_t n = 0;
    for (; *name != '\0' && n + 2 < GS_POINTER_MAX; name++) {
        if (*name == '~' || *name == '/') {
            out[n++] = '~';
            out[n++] = *name == '~' ? '0' : '1';
        } else {
            out[n++] = *name;
        }
    }
    for (bool cut = goes_on(*name); cut && n > 0; n--) {
        cut = goes_on(out[n - 1]);
    }
    out[n] = '\0';
}

static bool known(const char *const *names, const char *name)
{
    for (; *names != NULL; names++) {
        if (strcmp(*names, name) == 0) {
            return true;
        }
    }
    return false;
}

void gs_fields_close(const struct gs_fields *f)
{
    char escaped[GS_POINTER_MAX + 1];
    if (f->object == NULL || f->object->count == f->taken) {
        return;
    }
    for (const struct gs_json_value *m = f->object->first; m != NULL; m = m->next) {
        if (!known(f->names, m->name)) {
            escape_name(m->name, escaped);
            gs_fields_fault(f, GS_FAULT_UNKNOWN_FIELD, escaped, m->name, gs_did_you_mean(f->names, m->name));
        }
    }
}

bool gs_fields_has(const struct gs_fields *f, const char *name)
{
    return gs_json_member(f->object, name) != NULL;
}

const struct gs_json_value *gs_fields_take(struct gs_fields *f, const char *name, enum gs_need need)
{
    const struct gs_json_value *value = gs_json_member(f->object, name);
    bool none = value == NULL || value->kind == GS_JSON_NULL;
    f->taken += value != NULL ? 1 : 0;
    if (none && need == GS_REQUIRED) {
        gs_fields_fault(f, GS_FAULT_REQUIRED, name, NULL, NULL);
    }
    return none && need != GS_OPTIONAL ? NULL : value;
}

struct gs_piece_of_text gs_value_text(const struct gs_fields *f, const struct gs_json_value *value, const char *name,
                                      size_t max)
{
    struct gs_piece_of_text t = {0};
    const char *bad;
    char room[24];
    if (value->kind != GS_JSON_STRING) {
        gs_fields_fault(f, GS_FAULT_TYPE, name, type_name(value), "string");
        return t;
    }
    t.text = value->text;
    t.len = value->len;
    if (t.len > 0 && t.len <= max && t.text[0] > ' ' && gs_text_plain(t.text, t.len) == t.len &&
        memchr(t.text, 0x7F, t.len) == NULL) {
        return t; /* most are: nothing below can be wrong with it */
    }
    if ((bad = gs_bad_character(t.text, t.len, room)) != NULL) {
        gs_fields_fault(f, GS_FAULT_ALPHABET, name, bad, NULL);
    } else if (!gs_text_visible(t.text, t.len)) {
        gs_fields_fault(f, GS_FAULT_REQUIRED, name, NULL, NULL);
    } else if (t.len > max && gs_utf8_count(t.text, t.len) > max) {
        (void)snprintf(room, sizeof room, "%zu", max);
        gs_fields_fault(f, GS_FAULT_TOO_LONG, name, NULL, room);
    } else {
        return t;
    }
    return (struct gs_piece_of_text){0};
}

struct gs_piece_of_text gs_fields_text(struct gs_fields *f, const char *name, enum gs_need need, size_t max)
{
    const struct gs_json_value *value = gs_fields_take(f, name, need);
    return value != NULL ? gs_value_text(f, value, name, max) : (struct gs_piece_of_text){0};
}

bool gs_fields_bool(struct gs_fields *f, const char *name, bool *out)
{
    const struct gs_json_value *value = gs_fields_take(f, name, GS_OPTIONAL);
    if (value == NULL) {
        return false;
    }
    if (value->kind != GS_JSON_TRUE && value->kind != GS_JSON_FALSE) {
        gs_fields_fault(f, GS_FAULT_TYPE, name, type_name(value), "boolean");
        return false;
    }
    *out = value->kind == GS_JSON_TRUE;
    return true;
}

bool gs_fields_int(struct gs_fields *f, const char *name, int64_t min, int64_t max, int32_t *out)
{
    const struct gs_json_value *value = gs_fields_take(f, name, GS_NULLABLE);
    char found[24], range[64];
    int64_t number;
    if (value == NULL) {
        return false;
    }
    if (value->kind != GS_JSON_INTEGER) {
        gs_fields_fault(f, GS_FAULT_TYPE, name, type_name(value), "integer");
        return false;
    }
    number = value->number;
    if (number < min || number > max) {
        (void)snprintf(found, sizeof found, "%lld", (long long)number);
        (void)snprintf(range, sizeof range, "%lld..%lld", (long long)min, (long long)max);
        gs_fields_fault(f, GS_FAULT_RANGE, name, found, range);
        return false;
    }
    *out = (int32_t)number;
    return true;
}

const struct gs_json_value *gs_fields_array(struct gs_fields *f, const char *name, enum gs_need need, size_t max)
{
    const struct gs_json_value *value = gs_fields_take(f, name, need);
    char found[24], limit[24];
    if (value == NULL) {
        return NULL;
    }
    if (value->kind != GS_JSON_ARRAY) {
        gs_fields_fault(f, GS_FAULT_TYPE, name, type_name(value), "array");
        return NULL;
    }
    if (value->count > max) {
        (void)snprintf(found, sizeof found, "%u", value->count);
        (void)snprintf(limit, sizeof limit, "%zu", max);
        gs_fields_fault(f, GS_FAULT_TOO_MANY, name, found, limit);
        return NULL;
    }
    if (value->count == 0 && need == GS_REQUIRED) {
        gs_fields_fault(f, GS_FAULT_REQUIRED, name, NULL, NULL);
        return NULL;
    }
    return value;
}
