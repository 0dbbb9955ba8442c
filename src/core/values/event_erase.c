/* Erases from an event's text what a person has typed: only its reason is free text, and only that of a person; all else stays to
 * the letter. */
#include "gateslot/base/text.h"
#include "gateslot/core/event.h"

#include <string.h>

/* What stands before the free text: names of roles and actors hold no quotation marks, so the first of these is the event's own. */
static const char reason_key[] = ",\"reason\":\"";
static const char by_system[] = "\"actor\":{\"role\":\"system\"";
static const char at_key[] = "\"at\":\"";

static const char *find(const char *text, size_t len, const char *part)
{
    const size_t part_len = strlen(part);
    for (size_t i = 0; i + part_len <= len; i++) {
        if (memcmp(text + i, part, part_len) == 0) {
            return text + i;
        }
    }
    return NULL;
}

static const char *end_of_text(const char *at, const char *end)
{
    while (at < end && *at != '"') {
        at += *at == '\\' && at + 1 < end ? 2 : 1;
    }
    return at < end ? at : NULL;
}

bool gs_event_is_erased(const char *json, size_t len)
{
    const char *key = find(json, len, reason_key);
    const size_t left = key != NULL ? (size_t)(json + len - key) : 0;
    static const char erased[] = ",\"reason\":\"" GS_ERASED_TEXT "\"";
    return left >= sizeof erased - 1 && memcmp(key, erased, sizeof erased - 1) == 0;
}

bool gs_event_erase(const char *json, size_t len, struct gs_buf *out)
{
    const char *key = find(json, len, reason_key);
    if (key == NULL || find(json, (size_t)(key - json), by_system) != NULL) {
        return false;
    }
    const char *from = key + sizeof reason_key - 1, *to = end_of_text(from, json + len);
    if (to == NULL || gs_event_is_erased(json, len)) {
        return false;
    }
    gs_buf_add(out, json, (size_t)(from - json));
    gs_buf_str(out, GS_ERASED_TEXT);
    gs_buf_add(out, to, (size_t)(json + len - to));
    return true;
}

bool gs_event_date(const char *json, size_t len, gs_date *out)
{
    const char *at = find(json, len, at_key);
    const size_t date_len = GS_DATE_TEXT - 1;
    if (at == NULL || (size_t)(json + len - at) < sizeof at_key - 1 + date_len) {
        return false;
    }
    return gs_date_parse(at + sizeof at_key - 1, date_len, out) == GS_OK;
}
