/* Reads members of the daemon's answers. A missing one has a default, so that an older or newer daemon is shown as far as it is
 * understood. */
#include "cli.h"
#include "gateslot/base/text.h"
#include <stdlib.h>
#include <string.h>

/* A text as a terminal may show it: what would act on it, or on the text around (control characters, marks of direction), is a
 * replacement character. Stores of earlier versions may hold such texts. */
static void show_safely(json_t *string)
{
    const char *text = json_string_value(string);
    size_t len = json_string_length(string), pos = 0;
    bool bad = false;
    while (pos < len && !bad) {
        bad = gs_point_banned(gs_utf8_next(text, len, &pos));
    }
    char *safe = bad ? malloc(3 * len + 1) : NULL; /* no character becomes longer than three bytes for one */
    if (safe == NULL) {
        return;
    }
    size_t used = 0;
    for (pos = 0; pos < len;) {
        size_t from = pos;
        bool banned = gs_point_banned(gs_utf8_next(text, len, &pos)) && text[from] != '\n';
        memcpy(safe + used, banned ? "\xef\xbf\xbd" : text + from, banned ? 3 : pos - from);
        used += banned ? 3 : pos - from;
    }
    (void)json_string_setn_nocheck(string, safe, used);
    free(safe);
}

static void show_all_safely(json_t *value)
{
    const char *name;
    size_t i;
    json_t *inner;
    if (json_is_string(value)) {
        show_safely(value);
    }
    json_array_foreach(value, i, inner)
    {
        show_all_safely(inner);
    }
    json_object_foreach(value, name, inner)
    {
        show_all_safely(inner);
    }
}

json_t *gs_cli_json(const struct gs_cli *cli, const struct gs_buf *body)
{
    json_t *json = body->len > 0 ? json_loadb(body->data, body->len, JSON_REJECT_DUPLICATES, NULL) : NULL;
    if (!cli->json) {
        show_all_safely(json);
    }
    return json;
}

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
