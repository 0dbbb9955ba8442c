/* From JSON text to members with faults. It answers for the bounds before parsing (jansson recurses), for pointers, types and
 * lengths; what a member means is the codecs'. */
#include "fields.h"
#include "gateslot/base/text.h"
#include "params.h"
#include <stdio.h>
#include <string.h>

static const char *type_name(const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return "object";
    case JSON_ARRAY:
        return "array";
    case JSON_STRING:
        return "string";
    case JSON_INTEGER:
        return "integer";
    case JSON_REAL:
        return "number";
    case JSON_TRUE:
    case JSON_FALSE:
        return "boolean";
    case JSON_NULL:
        break;
    }
    return "null";
}

void gs_fields_fault(const struct gs_fields *f, enum gs_fault_kind kind, const char *name, const char *found,
                     const char *expected)
{
    char pointer[GS_POINTER_MAX + 1];

    gs_fault_add(f->faults, kind, gs_fault_pointer(pointer, "%s/%s", f->base, name), found, expected);
}

void gs_fields_open(struct gs_fields *f, const json_t *value, const char *base, const char *const *names,
                    struct gs_faults *faults)
{
    *f = (struct gs_fields){.base = base, .names = names, .faults = faults};
    if (json_is_object(value)) {
        f->object = value;
    } else if (value) {
        gs_fault_add(faults, GS_FAULT_TYPE, base, type_name(value), "object");
    }
}

/* RFC 6901: "~" and "/" of a name are escaped in a pointer. */
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
    out[n] = '\0';
}

static bool known(const char *const *names, const char *name)
{
    for (; *names; names++) {
        if (strcmp(*names, name) == 0) {
            return true;
        }
    }
    return false;
}

void gs_fields_close(const struct gs_fields *f)
{
    char escaped[GS_POINTER_MAX + 1];

    if (!f->object || json_object_size(f->object) == f->taken) {
        return;
    }
    for (void *at = json_object_iter((json_t *)f->object); at; at = json_object_iter_next((json_t *)f->object, at)) {
        const char *name = json_object_iter_key(at);

        if (!known(f->names, name)) {
            escape_name(name, escaped);
            gs_fields_fault(f, GS_FAULT_UNKNOWN_FIELD, escaped, name, gs_did_you_mean(f->names, name));
        }
    }
}

bool gs_fields_has(const struct gs_fields *f, const char *name)
{
    return f->object && json_object_get(f->object, name);
}

const json_t *gs_fields_take(struct gs_fields *f, const char *name, enum gs_need need)
{
    const json_t *value = f->object ? json_object_get(f->object, name) : NULL;

    f->taken += value ? 1 : 0;
    if (!value || json_is_null(value)) {
        if (need == GS_REQUIRED) {
            gs_fields_fault(f, GS_FAULT_REQUIRED, name, NULL, NULL);
        }
        return NULL;
    }
    return value;
}

struct gs_piece_of_text gs_value_text(const struct gs_fields *f, const json_t *value, const char *name, size_t max)
{
    struct gs_piece_of_text t = {0};
    const char *bad;
    char room[24];

    if (!json_is_string(value)) {
        gs_fields_fault(f, GS_FAULT_TYPE, name, type_name(value), "string");
        return t;
    }
    t.text = json_string_value(value);
    t.len = json_string_length(value);
    if (strspn(t.text, " ") == t.len) {
        gs_fields_fault(f, GS_FAULT_REQUIRED, name, NULL, NULL);
    } else if (t.len > max) {
        (void)snprintf(room, sizeof room, "%zu", max);
        gs_fields_fault(f, GS_FAULT_TOO_LONG, name, t.text, room);
    } else if ((bad = gs_bad_character(t.text, t.len, room)) != NULL) {
        gs_fields_fault(f, GS_FAULT_ALPHABET, name, bad, NULL);
    } else {
        return t;
    }
    return (struct gs_piece_of_text){0};
}

struct gs_piece_of_text gs_fields_text(struct gs_fields *f, const char *name, enum gs_need need, size_t max)
{
    const json_t *value = gs_fields_take(f, name, need);

    return value ? gs_value_text(f, value, name, max) : (struct gs_piece_of_text){0};
}

bool gs_fields_bool(struct gs_fields *f, const char *name, bool *out)
{
    const json_t *value = gs_fields_take(f, name, GS_OPTIONAL);

    if (!value) {
        return false;
    }
    if (!json_is_boolean(value)) {
        gs_fields_fault(f, GS_FAULT_TYPE, name, type_name(value), "boolean");
        return false;
    }
    *out = json_is_true(value);
    return true;
}

bool gs_fields_int(struct gs_fields *f, const char *name, int64_t min, int64_t max, int32_t *out)
{
    const json_t *value = gs_fields_take(f, name, GS_OPTIONAL);
    char found[24], range[64];
    json_int_t number;

    if (!value) {
        return false;
    }
    if (!json_is_integer(value)) {
        gs_fields_fault(f, GS_FAULT_TYPE, name, type_name(value), "integer");
        return false;
    }
    number = json_integer_value(value);
    if (number < min || number > max) {
        (void)snprintf(found, sizeof found, "%lld", (long long)number);
        (void)snprintf(range, sizeof range, "%lld..%lld", (long long)min, (long long)max);
        gs_fields_fault(f, GS_FAULT_RANGE, name, found, range);
        return false;
    }
    *out = (int32_t)number;
    return true;
}

const json_t *gs_fields_array(struct gs_fields *f, const char *name, enum gs_need need, size_t max)
{
    const json_t *value = gs_fields_take(f, name, need);
    char found[24], limit[24];

    if (!value) {
        return NULL;
    }
    if (!json_is_array(value)) {
        gs_fields_fault(f, GS_FAULT_TYPE, name, type_name(value), "array");
        return NULL;
    }
    if (json_array_size(value) > max) {
        (void)snprintf(found, sizeof found, "%zu", json_array_size(value));
        (void)snprintf(limit, sizeof limit, "%zu", max);
        gs_fields_fault(f, GS_FAULT_TOO_MANY, name, found, limit);
        return NULL;
    }
    if (json_array_size(value) == 0 && need == GS_REQUIRED) {
        gs_fields_fault(f, GS_FAULT_REQUIRED, name, NULL, NULL);
        return NULL;
    }
    return value;
}

/* Walks over the text without parsing it, in which brackets within strings do not count; false where it nests too deep. */
static bool depth_bounded(const char *text, size_t len, struct gs_json_error *error)
{
    int depth = 0, line = 1;
    size_t line_start = 0;
    bool in_string = false;

    for (size_t i = 0; i < len; i++) {
        char c = text[i];

        if (c == '\n') {
            line++;
            line_start = i + 1;
        }
        if (in_string) {
            i += c == '\\' ? 1 : 0;
            in_string = c != '"';
        } else if (c == '"') {
            in_string = true;
        } else if (c == ']' || c == '}') {
            depth--;
        } else if ((c == '[' || c == '{') && ++depth > GS_JSON_DEPTH_MAX) {
            *error = (struct gs_json_error){.line = line, .column = (int)(i - line_start) + 1};
            (void)snprintf(error->reason, sizeof error->reason, "more than %d levels", GS_JSON_DEPTH_MAX);
            return false;
        }
    }
    return true;
}

json_t *gs_body_parse(const char *text, size_t len, struct gs_json_error *error)
{
    json_error_t fault;
    json_t *value;

    if (!depth_bounded(text, len, error)) {
        return NULL;
    }
    value = json_loadb(text, len, JSON_REJECT_DUPLICATES, &fault);
    if (!value) {
        *error = (struct gs_json_error){.line = fault.line > 0 ? fault.line : 1,
                                        .column = fault.column > 0 ? fault.column : 1};
        (void)gs_text_copy(error->reason, sizeof error->reason, fault.text);
    }
    return value;
}
