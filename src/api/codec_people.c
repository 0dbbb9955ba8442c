/* From JSON to logins, users and their passwords. A password is any text of 10 to 128 characters that is not the user's name: it is taken as it
 * was typed, no character is folded into another, and no fault ever repeats it. */
#include "codec_people.h"
#include "codec.h"
#include "codec_devices.h"
#include "gateslot/base/text.h"
#include "negotiate.h"
#include <string.h>
#include <strings.h>

#define SHORT_MAX 40

/* Copies the secret; a fault if it is missing, no text or too long to be one. */
static bool take_secret(struct gs_fields *f, const char *name, char out[GS_SECRET_MAX + 1])
{
    const struct gs_json_value *value = gs_fields_take(f, name, GS_REQUIRED);
    if (value == NULL) {
        return false;
    }
    if (value->kind != GS_JSON_STRING) {
        gs_fields_fault(f, GS_FAULT_TYPE, name, NULL, "string");
        return false;
    }
    if (value->len > GS_SECRET_MAX) {
        gs_fields_fault(f, GS_FAULT_TOO_LONG, name, NULL, "128");
        return false;
    }
    memcpy(out, value->text, value->len);
    out[value->len] = '\0';
    return true;
}

static void take_new_password(struct gs_fields *f, const char *member, const char *name, char out[GS_SECRET_MAX + 1])
{
    if (!take_secret(f, member, out)) {
        return;
    }
    const size_t count = gs_utf8_count(out, strlen(out));
    if (count < GS_PASSWORD_CHARS_MIN || count > GS_PASSWORD_CHARS_MAX) {
        gs_fields_fault(f, GS_FAULT_LENGTH, member, NULL, "10–128");
    } else if (strcasecmp(out, name) == 0) {
        gs_fields_fault(f, GS_FAULT_SAME_AS, member, NULL, "name");
    }
}

/* A name that is none is nobody's: it is answered as any other that is not known. */
void gs_codec_login(const struct gs_json_value *body, struct gs_login_given *out, struct gs_faults *faults)
{
    static const char *const names[] = {"name", "password", NULL};
    struct gs_fields f;
    gs_fields_open(&f, body, "", names, faults);
    if (f.object == NULL) {
        return;
    }
    const struct gs_piece_of_text name = gs_fields_text(&f, "name", GS_REQUIRED, GS_PASSWORD_CHARS_MAX);
    (void)take_secret(&f, "password", out->password);
    gs_fields_close(&f);
    if (name.text != NULL && gs_name_valid(name.text)) {
        (void)gs_text_copyn(out->name, sizeof out->name, name.text, name.len);
    }
}

void gs_codec_password(const struct gs_json_value *body, const char *name, struct gs_password_change *out,
                       struct gs_faults *faults)
{
    static const char *const names[] = {"old_password", "new_password", NULL};
    struct gs_fields f;
    gs_fields_open(&f, body, "", names, faults);
    if (f.object == NULL) {
        return;
    }
    (void)take_secret(&f, "old_password", out->old_password);
    take_new_password(&f, "new_password", name, out->new_password);
    gs_fields_close(&f);
}

static bool take_role(struct gs_fields *f, enum gs_need need, enum gs_role *out)
{
    const struct gs_piece_of_text role = gs_fields_text(f, "role", need, SHORT_MAX);
    if (role.text != NULL && (!gs_role_parse(role.text, out) || *out == GS_ROLE_SYSTEM)) {
        gs_fields_fault(f, GS_FAULT_CHOICE, "role", role.text, "backend, gate, supervisor, display, metrics");
    }
    return role.text != NULL;
}

/* null: as the browser says. */
static bool take_lang(struct gs_fields *f, enum gs_lang *out)
{
    if (!gs_fields_has(f, "language")) {
        return false;
    }
    const struct gs_piece_of_text lang = gs_fields_text(f, "language", GS_NULLABLE, SHORT_MAX);
    *out = GS_LANG_NONE;
    for (int i = 0; lang.text != NULL && i < 2; i++) {
        if (strcmp(lang.text, gs_lang_tag((enum gs_lang)i)) == 0) {
            *out = (enum gs_lang)i;
        }
    }
    if (lang.text != NULL && *out == GS_LANG_NONE) {
        gs_fields_fault(f, GS_FAULT_CHOICE, "language", lang.text, "zh-CN, en");
    }
    return true;
}

void gs_codec_own_language(const struct gs_json_value *body, enum gs_lang *out, struct gs_faults *faults)
{
    static const char *const names[] = {"language", NULL};
    struct gs_fields f;
    *out = GS_LANG_NONE;
    gs_fields_open(&f, body, "", names, faults);
    if (f.object == NULL) {
        return;
    }
    if (!take_lang(&f, out)) {
        gs_fields_fault(&f, GS_FAULT_REQUIRED, "language", NULL, NULL);
    }
    gs_fields_close(&f);
}

void gs_codec_new_user(const struct gs_json_value *body, struct gs_user_given *out, struct gs_faults *faults)
{
    static const char *const names[] = {"name", "role", "language", "password", NULL};
    struct gs_fields f;
    out->lang = GS_LANG_NONE;
    gs_fields_open(&f, body, "", names, faults);
    if (f.object == NULL) {
        return;
    }
    const struct gs_piece_of_text name = gs_fields_text(&f, "name", GS_REQUIRED, GS_NAME_MAX);
    gs_codec_new_name(&f, name, out->name);
    out->has_role = take_role(&f, GS_REQUIRED, &out->role);
    out->has_lang = take_lang(&f, &out->lang);
    take_new_password(&f, "password", out->name, out->password);
    gs_fields_close(&f);
}

/* null takes it away. A password is hashed on its own, so one of the two at a time. */
static bool take_pin(struct gs_fields *f, struct gs_user_given *out)
{
    if (!gs_fields_has(f, "pin")) {
        return false;
    }
    if (gs_json_member(f->object, "pin")->kind == GS_JSON_NULL) {
        (void)gs_fields_take(f, "pin", GS_NULLABLE);
        return true;
    }
    gs_codec_new_pin(f, "pin", out->pin);
    if (out->has_password) {
        gs_fields_fault(f, GS_FAULT_NOT_ALLOWED, "pin", NULL, "password");
    }
    return true;
}

void gs_codec_user_change(const struct gs_json_value *body, struct gs_user_given *out, struct gs_faults *faults)
{
    static const char *const names[] = {"role", "language", "password", "pin", "disabled", NULL};
    struct gs_fields f;
    gs_fields_open(&f, body, "", names, faults);
    if (f.object == NULL) {
        return;
    }
    out->has_role = gs_fields_has(&f, "role") && take_role(&f, GS_REQUIRED, &out->role);
    out->has_lang = take_lang(&f, &out->lang);
    out->has_disabled = gs_fields_bool(&f, "disabled", &out->disabled);
    out->has_password = gs_fields_has(&f, "password");
    if (out->has_password) {
        take_new_password(&f, "password", out->name, out->password);
    }
    out->has_pin = take_pin(&f, out);
    gs_fields_close(&f);
}
