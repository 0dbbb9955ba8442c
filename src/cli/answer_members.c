/* Reads members of the daemon's answers. A missing one has a default, so that an older or newer daemon is shown as far as it is
 * understood. */
#include "cli.h"
#include <stdlib.h>
#include <string.h>

const char *gs_get_text(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

int64_t gs_get_int(const json_t *object, const char *key, int64_t otherwise)
{
    const json_t *value = json_object_get(object, key);
    return json_is_integer(value) ? json_integer_value(value) : otherwise;
}

bool gs_get_bool(const json_t *object, const char *key)
{
    return json_is_true(json_object_get(object, key));
}

static bool looks_like_time(const char *text)
{
    return strlen(text) >= 16 && text[4] == '-' && text[10] == 'T' && text[13] == ':';
}

void gs_time_of(const char *rfc3339, char out[GS_HHMM_TEXT])
{
    size_t len = looks_like_time(rfc3339) ? 5 : 0;
    memcpy(out, rfc3339 + (len > 0 ? 11 : 0), len);
    out[len] = '\0';
}

void gs_date_time_of(const char *rfc3339, char out[20])
{
    size_t len = looks_like_time(rfc3339) ? 16 : 0;
    memcpy(out, rfc3339, len);
    out[len] = '\0';
    if (len > 0) {
        out[10] = ' ';
    }
}

char *gs_json_steal_text(json_t *value)
{
    char *text = value != NULL ? json_dumps(value, JSON_COMPACT) : NULL;
    json_decref(value);
    return text;
}
