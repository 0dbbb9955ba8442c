/* Chooses events by their text as it is stored: of which type, by whom, at what time. The parts are found by their keys in the order in which
 * event.c writes them; nothing before them is typed by a person. */
#include "gateslot/core/event.h"

#include <string.h>

_Static_assert(GS_EVENT_TYPES <= 64, "a bit of gs_event_filter for each type");

/* The text behind key and up to the next quotation mark, looked for from *at on, which is moved behind it; NULL: there is none. */
static const char *text_behind(const char **at, const char *end, const char *key, size_t *out_len)
{
    const size_t key_len = strlen(key);
    for (const char *p = *at; p + key_len <= end; p++) {
        if (memcmp(p, key, key_len) == 0) {
            const char *from = p + key_len;
            const char *to = memchr(from, '"', (size_t)(end - from));
            *out_len = to != NULL ? (size_t)(to - from) : 0;
            *at = to != NULL ? to : end;
            return to != NULL ? from : NULL;
        }
    }
    return NULL;
}

/* Who stood at the device whose name ends at at; NULL: nobody is said to. */
static const char *person_behind(const char *at, const char *end, size_t *out_len)
{
    static const char key[] = "\",\"person\":\"";
    const size_t key_len = sizeof key - 1;
    const bool is_there = (size_t)(end - at) > key_len && memcmp(at, key, key_len) == 0;
    return is_there ? text_behind(&at, end, key, out_len) : NULL;
}

static bool same(const char *text, size_t len, const char *word)
{
    return text != NULL && strlen(word) == len && memcmp(text, word, len) == 0;
}

static bool of_type(uint64_t types, const char *name, size_t len)
{
    for (int t = 0; t < GS_EVENT_TYPES; t++) {
        if ((types >> t & 1) != 0 && same(name, len, gs_event_type_name((enum gs_event_type)t))) {
            return true;
        }
    }
    return types == 0;
}

bool gs_event_matches(const struct gs_event_filter *f, const char *json, size_t len)
{
    const char *at = json, *end = json + len;
    size_t type_len = 0, role_len = 0, name_len = 0, person_len = 0;
    if (f->types == 0 && f->by[0] == '\0') {
        return true;
    }
    const char *type = text_behind(&at, end, "\"type\":\"", &type_len);
    const char *role = text_behind(&at, end, "\"actor\":{\"role\":\"", &role_len);
    const char *name = text_behind(&at, end, "\"name\":\"", &name_len);
    const char *person = person_behind(at, end, &person_len);
    return type != NULL && of_type(f->types, type, type_len) &&
           (f->by[0] == '\0' || same(role, role_len, f->by) || same(name, name_len, f->by) ||
            same(person, person_len, f->by));
}

const char *gs_event_type_in(const char *json, size_t len, size_t *out_len)
{
    const char *at = json;
    return text_behind(&at, json + len, "\"type\":\"", out_len);
}

int gs_event_at(const char *json, size_t len, int64_t *out_ms)
{
    const char *at = json;
    size_t text_len = 0;
    const char *text = text_behind(&at, json + len, "\"at\":\"", &text_len);
    return text != NULL ? gs_rfc3339_parse(text, text_len, out_ms) : GS_E_INVALID;
}

/* booking.no_show is meant by its name, by "booking" and by "no_show". */
static bool meant_by(const char *type, const char *word, size_t len)
{
    const size_t group = strcspn(type, ".");
    const char *rest = type + group + (type[group] == '.' ? 1 : 0);
    return same(word, len, type) || same(word, len, rest) || (group == len && memcmp(type, word, len) == 0);
}

uint64_t gs_event_types_named(const char *word, size_t len)
{
    uint64_t types = 0;
    for (int t = 0; t < GS_EVENT_TYPES; t++) {
        if (meant_by(gs_event_type_name((enum gs_event_type)t), word, len)) {
            types |= UINT64_C(1) << t;
        }
    }
    return types;
}
