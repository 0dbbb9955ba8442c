/* From JSON to webhooks: where, whose events, of which types. No fault repeats a URL that may hold a password. */
#include "codec_webhooks.h"
#include "codec.h"
#include "gateslot/base/outbound.h"
#include "gateslot/base/text.h"
#include "gateslot/core/event.h"
#include <string.h>

enum { WORD_MAX = 40, WORDS_MAX = 24, OLD_HOURS = 24, OLD_HOURS_MAX = 720 };

static bool take_url(struct gs_fields *f, char out[GS_WEBHOOK_URL_MAX + 1])
{
    struct gs_outbound_url url;
    const struct gs_piece_of_text text = gs_fields_text(f, "url", GS_REQUIRED, GS_WEBHOOK_URL_MAX);
    if (text.text == NULL) {
        return false;
    }
    if (gs_outbound_url_parse(text.text, text.len, &url) != GS_OK) {
        gs_fields_fault(f, GS_FAULT_FORMAT, "url", strchr(text.text, '@') != NULL ? NULL : text.text,
                        "https://HOST/PATH");
        return false;
    }
    return gs_text_copyn(out, GS_WEBHOOK_URL_MAX + 1, text.text, text.len);
}

/* null: all. */
static bool take_owner(struct gs_fields *f, char out[GS_NAME_MAX + 1])
{
    if (!gs_fields_has(f, "backend")) {
        return false;
    }
    const struct gs_piece_of_text name = gs_fields_text(f, "backend", GS_NULLABLE, GS_NAME_MAX);
    if (name.text != NULL && !gs_name_valid(name.text)) {
        gs_fields_fault(f, GS_FAULT_FORMAT, "backend", name.text, "[a-z0-9][a-z0-9._-]*");
        return false;
    }
    (void)gs_text_copyn(out, GS_NAME_MAX + 1, name.text != NULL ? name.text : "", name.len);
    return true;
}

static void take_type(struct gs_fields *f, const struct gs_json_value *value, size_t at,
                      char out[GS_WEBHOOK_TYPES_MAX + 1])
{
    char pointer[GS_POINTER_MAX + 1];
    (void)gs_fault_pointer(pointer, "types/%zu", at);
    const struct gs_piece_of_text word = gs_value_text(f, value, pointer, WORD_MAX);
    if (word.text == NULL) {
        return;
    }
    if (gs_event_types_named(word.text, word.len) == 0) {
        gs_fields_fault(f, GS_FAULT_CHOICE, pointer, word.text, "booking, booking.no_show, no_show, capacity, …");
    } else if (!gs_text_append(out, GS_WEBHOOK_TYPES_MAX + 1, out[0] != '\0' ? "," : "") ||
               !gs_text_append(out, GS_WEBHOOK_TYPES_MAX + 1, word.text)) {
        gs_fields_fault(f, GS_FAULT_TOO_LONG, "types", NULL, "500");
    }
}

/* null, or none: any. */
static bool take_types(struct gs_fields *f, char out[GS_WEBHOOK_TYPES_MAX + 1])
{
    if (!gs_fields_has(f, "types")) {
        return false;
    }
    const struct gs_json_value *list = gs_fields_array(f, "types", GS_NULLABLE, WORDS_MAX);
    size_t at = 0;
    out[0] = '\0';
    for (const struct gs_json_value *v = list != NULL ? list->first : NULL; v != NULL; v = v->next) {
        take_type(f, v, at++, out);
    }
    return true;
}

void gs_codec_new_webhook(const struct gs_json_value *body, struct gs_webhook_given *out, struct gs_faults *faults)
{
    static const char *const names[] = {"name", "url", "backend", "types", NULL};
    struct gs_fields f;
    gs_fields_open(&f, body, "", names, faults);
    if (f.object == NULL) {
        return;
    }
    const struct gs_piece_of_text name = gs_fields_text(&f, "name", GS_REQUIRED, GS_NAME_MAX);
    gs_codec_new_name(&f, name, out->name);
    out->has_url = take_url(&f, out->url);
    out->has_owner = take_owner(&f, out->owner);
    out->has_types = take_types(&f, out->types);
    gs_fields_close(&f);
}

void gs_codec_webhook_change(const struct gs_json_value *body, struct gs_webhook_given *out, struct gs_faults *faults)
{
    static const char *const names[] = {"url", "backend", "types", "disabled", NULL};
    struct gs_fields f;
    gs_fields_open(&f, body, "", names, faults);
    if (f.object == NULL) {
        return;
    }
    out->has_url = gs_fields_has(&f, "url") && take_url(&f, out->url);
    out->has_owner = take_owner(&f, out->owner);
    out->has_types = take_types(&f, out->types);
    out->has_disabled = gs_fields_bool(&f, "disabled", &out->disabled);
    gs_fields_close(&f);
}

void gs_codec_webhook_secret(const struct gs_json_value *body, int32_t *out_hours, struct gs_faults *faults)
{
    static const char *const names[] = {"keep_hours", NULL};
    struct gs_fields f;
    *out_hours = OLD_HOURS;
    if (body == NULL) {
        return;
    }
    gs_fields_open(&f, body, "", names, faults);
    if (f.object == NULL) {
        return;
    }
    (void)gs_fields_int(&f, "keep_hours", 0, OLD_HOURS_MAX, out_hours);
    gs_fields_close(&f);
}
