/* From JSON to what is asked about devices: a pairing, its code, who stands there. No fault repeats a code or a PIN. */
#include "codec_devices.h"
#include "codec.h"
#include "gateslot/base/text.h"
#include "gateslot/domain/checks.h"
#include <string.h>

#define SHORT_MAX 40

void gs_codec_pairing(const struct gs_json_value *body, struct gs_pairing *out, struct gs_faults *faults)
{
    static const char *const names[] = {"name", "role", NULL};
    struct gs_fields f;
    gs_fields_open(&f, body, "", names, faults);
    if (f.object == NULL) {
        return;
    }
    const struct gs_piece_of_text name = gs_fields_text(&f, "name", GS_REQUIRED, GS_NAME_MAX);
    const struct gs_piece_of_text role = gs_fields_text(&f, "role", GS_REQUIRED, SHORT_MAX);
    gs_fields_close(&f);
    gs_codec_new_name(&f, name, out->name);
    if (role.text != NULL &&
        (!gs_role_parse(role.text, &out->role) || (out->role != GS_ROLE_GATE && out->role != GS_ROLE_DISPLAY))) {
        gs_fields_fault(&f, GS_FAULT_CHOICE, "role", role.text, "gate, display");
    }
}

void gs_codec_pairing_code(const struct gs_json_value *body, char out[GS_PAIRING_CODE_LEN + 1],
                           struct gs_faults *faults)
{
    static const char *const names[] = {"pairing", NULL};
    struct gs_fields f;
    out[0] = '\0';
    gs_fields_open(&f, body, "", names, faults);
    if (f.object == NULL) {
        return;
    }
    const struct gs_piece_of_text code = gs_fields_text(&f, "pairing", GS_REQUIRED, GS_PAIRING_GIVEN_MAX);
    gs_fields_close(&f);
    char made[GS_PAIRING_CODE_LEN + 1];
    if (code.text != NULL && gs_pairing_code_normalise(code.text, code.len, made)) {
        memcpy(out, made, sizeof made);
    }
}

/* Digits alone, as many as a PIN has; a fault says no more than that. */
static bool take_pin(struct gs_fields *f, const char *member, char out[GS_PIN_MAX + 1])
{
    const struct gs_json_value *value = gs_fields_take(f, member, GS_REQUIRED);
    if (value == NULL) {
        return false;
    }
    if (value->kind != GS_JSON_STRING) {
        gs_fields_fault(f, GS_FAULT_TYPE, member, NULL, "string");
        return false;
    }
    if (value->len < GS_PIN_MIN || value->len > GS_PIN_MAX || strspn(value->text, "0123456789") != value->len) {
        gs_fields_fault(f, GS_FAULT_FORMAT, member, NULL, "[0-9]{4,8}");
        return false;
    }
    memcpy(out, value->text, value->len);
    out[value->len] = '\0';
    return true;
}

/* All alike (0000), each one more or less than the one before (1234, 8765), or the same few again and again (1212). */
static bool is_trivial(const char *pin)
{
    const size_t len = strlen(pin);
    for (int step = -1; step <= 1; step++) {
        size_t at = 1;
        while (at < len && pin[at] - pin[at - 1] == step) {
            at++;
        }
        if (at == len) {
            return true;
        }
    }
    return len % 2 == 0 && strncmp(pin, pin + len / 2, len / 2) == 0 && len / 2 <= 2;
}

void gs_codec_new_pin(struct gs_fields *f, const char *member, char out[GS_PIN_MAX + 1])
{
    if (take_pin(f, member, out) && is_trivial(out)) {
        gs_fields_fault(f, GS_FAULT_FORMAT, member, NULL, "0000, 1234, 1212 …");
    }
}

void gs_codec_person(const struct gs_json_value *body, struct gs_person_given *out, struct gs_faults *faults)
{
    static const char *const names[] = {"name", "pin", NULL};
    struct gs_fields f;
    gs_fields_open(&f, body, "", names, faults);
    if (f.object == NULL) {
        return;
    }
    const struct gs_piece_of_text name = gs_fields_text(&f, "name", GS_REQUIRED, GS_PASSWORD_CHARS_MAX);
    (void)take_pin(&f, "pin", out->pin);
    gs_fields_close(&f);
    if (name.text != NULL && gs_name_valid(name.text)) {
        (void)gs_text_copyn(out->name, sizeof out->name, name.text, name.len);
    }
}
