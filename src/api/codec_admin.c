/* From JSON to what gate and supervisors ask for: capacities, the gate's questions, tokens, a drill's clock, a backup's path. It
 * judges form only, and names every fault at once; what the values mean, core and app decide. */
#include "codec.h"
#include "gateslot/base/text.h"
#include <string.h>

enum { SHORT_MAX = 63 };

static void take_excess(struct gs_fields *f, struct gs_command *out)
{
    struct gs_piece_of_text text = gs_fields_text(f, "excess", GS_OPTIONAL, SHORT_MAX);
    if (text.text == NULL || strcmp(text.text, "rebook") == 0) {
        out->u.capacity.excess = GS_EXCESS_REBOOK;
    } else if (strcmp(text.text, "keep") == 0) {
        out->u.capacity.excess = GS_EXCESS_KEEP;
    } else {
        gs_fields_fault(f, GS_FAULT_CHOICE, "excess", text.text, "rebook, keep");
    }
}

void gs_codec_plan_id(const char *text, const char *pointer, struct gs_command *out, struct gs_faults *faults)
{
    out->u.capacity.has_plan_id = gs_plan_id_parse(text, strlen(text), &out->u.capacity.plan_id);
    if (!out->u.capacity.has_plan_id) {
        gs_fault_add(faults, GS_FAULT_FORMAT, pointer, text, "[0-9a-f]{16}");
    }
}

static void take_plan_id(struct gs_fields *f, struct gs_command *out, struct gs_faults *faults)
{
    struct gs_piece_of_text plan_id = gs_fields_text(f, "plan_id", GS_NULLABLE, SHORT_MAX);
    if (plan_id.text != NULL) {
        gs_codec_plan_id(plan_id.text, "/plan_id", out, faults);
    }
}

void gs_codec_capacity_reset(const struct gs_json_value *body, struct gs_command *out, struct gs_faults *faults)
{
    static const char *const names[] = {"plan_id", NULL};
    struct gs_fields f;
    gs_fields_open(&f, body, "", names, faults);
    if (f.object != NULL) {
        take_plan_id(&f, out, faults);
        gs_fields_close(&f);
    }
}

void gs_codec_capacity(const struct gs_json_value *body, struct gs_command *out, struct gs_faults *faults)
{
    static const char *const names[] = {"capacity", "slot_capacity", "closed", "reason", "excess", "plan_id", NULL};
    struct gs_capacity *to = &out->u.capacity.to;
    struct gs_fields f;
    out->kind = GS_CMD_CAPACITY_SET;
    gs_fields_open(&f, body, "", names, faults);
    if (f.object == NULL) {
        return;
    }
    out->u.capacity.has_capacity = gs_fields_int(&f, "capacity", 0, GS_MAX_CAPACITY, &to->capacity);
    to->slot_capacity = -1;
    (void)gs_fields_int(&f, "slot_capacity", 0, GS_MAX_CAPACITY, &to->slot_capacity);
    (void)gs_fields_bool(&f, "closed", &to->closed);
    gs_codec_reason(&f, GS_NULLABLE, out->reason);
    memcpy(to->reason, out->reason, sizeof to->reason);
    take_excess(&f, out);
    take_plan_id(&f, out, faults);
    gs_fields_close(&f);
    if (f.object->count == 0) {
        gs_fault_add(faults, GS_FAULT_REQUIRED, "", NULL, "capacity, slot_capacity, closed");
    }
}

void gs_codec_gate(const struct gs_json_value *body, struct gs_gate_question *out, struct gs_faults *faults)
{
    static const char *const names[] = {"plate", "pass_code", "container", "record", NULL};
    struct gs_fields f;
    int given = 0;
    gs_fields_open(&f, body, "", names, faults);
    if (f.object == NULL) {
        return;
    }
    for (size_t i = 0; i < 3; i++) {
        const struct gs_json_value *value = gs_json_member(f.object, names[i]);
        given += value != NULL && value->kind != GS_JSON_NULL ? 1 : 0;
    }
    out->plate = gs_fields_text(&f, "plate", GS_NULLABLE, SHORT_MAX).text;
    out->pass_code = gs_fields_text(&f, "pass_code", GS_NULLABLE, SHORT_MAX).text;
    out->container = gs_fields_text(&f, "container", GS_NULLABLE, SHORT_MAX).text;
    (void)gs_fields_bool(&f, "record", &out->record);
    gs_fields_close(&f);
    if (given == 0) {
        gs_fault_add(faults, GS_FAULT_REQUIRED, "", NULL, "plate / pass_code / container");
    } else if (given > 1) {
        gs_fault_add(faults, GS_FAULT_TOO_MANY, "", NULL, "1");
    }
}

static void take_expiry(struct gs_fields *f, int64_t now_ms, struct gs_token *out)
{
    struct gs_piece_of_text text = gs_fields_text(f, "expires_at", GS_NULLABLE, SHORT_MAX);
    if (text.text == NULL) {
        return;
    }
    if (gs_rfc3339_parse(text.text, text.len, &out->expires_ms) != GS_OK) {
        gs_fields_fault(f, GS_FAULT_FORMAT, "expires_at", text.text, "2026-11-25T08:30:00+08:00");
    } else if (out->expires_ms <= now_ms) {
        gs_fields_fault(f, GS_FAULT_RANGE, "expires_at", text.text, NULL);
    }
}

void gs_codec_new_name(const struct gs_fields *f, struct gs_piece_of_text name, char out[GS_NAME_MAX + 1])
{
    if (name.text != NULL && !gs_name_valid(name.text)) {
        gs_fields_fault(f, GS_FAULT_FORMAT, "name", name.text, "[a-z0-9][a-z0-9._-]*");
    } else if (name.text != NULL) {
        (void)gs_text_copyn(out, GS_NAME_MAX + 1, name.text, name.len);
    }
}

void gs_codec_token(const struct gs_json_value *body, int64_t now_ms, struct gs_token *out, struct gs_faults *faults)
{
    static const char *const names[] = {"name", "role", "expires_at", NULL};
    struct gs_piece_of_text name, role;
    struct gs_fields f;
    gs_fields_open(&f, body, "", names, faults);
    if (f.object == NULL) {
        return;
    }
    name = gs_fields_text(&f, "name", GS_REQUIRED, GS_NAME_MAX);
    role = gs_fields_text(&f, "role", GS_REQUIRED, SHORT_MAX);
    take_expiry(&f, now_ms, out);
    gs_fields_close(&f);
    gs_codec_new_name(&f, name, out->name);
    if (role.text != NULL && (!gs_role_parse(role.text, &out->role) || out->role == GS_ROLE_SYSTEM)) {
        gs_fields_fault(&f, GS_FAULT_CHOICE, "role", role.text, "backend, gate, supervisor, display, metrics");
    }
}

void gs_codec_clock(const struct gs_json_value *body, int64_t *out_now_ms, struct gs_faults *faults)
{
    static const char *const names[] = {"now", NULL};
    struct gs_piece_of_text now;
    struct gs_fields f;
    gs_fields_open(&f, body, "", names, faults);
    if (f.object == NULL) {
        return;
    }
    now = gs_fields_text(&f, "now", GS_REQUIRED, SHORT_MAX);
    gs_fields_close(&f);
    if (now.text != NULL && gs_rfc3339_parse(now.text, now.len, out_now_ms) != GS_OK) {
        gs_fields_fault(&f, GS_FAULT_FORMAT, "now", now.text, "2026-11-25T08:30:00+08:00");
    }
}

void gs_codec_backup(const struct gs_json_value *body, char *out_path, size_t size, int32_t *out_keep,
                     struct gs_faults *faults)
{
    static const char *const names[] = {"path", "keep", NULL};
    struct gs_piece_of_text path;
    struct gs_fields f;
    out_path[0] = '\0';
    *out_keep = 0;
    if (body == NULL) {
        return;
    }
    gs_fields_open(&f, body, "", names, faults);
    if (f.object == NULL) {
        return;
    }
    path = gs_fields_text(&f, "path", GS_OPTIONAL, size - 1);
    const bool keeps = gs_fields_int(&f, "keep", 1, GS_BACKUPS_MAX, out_keep);
    gs_fields_close(&f);
    if (path.text != NULL && path.text[0] != '/') {
        gs_fields_fault(&f, GS_FAULT_FORMAT, "path", path.text, "/…");
    } else if (path.text != NULL) {
        (void)gs_text_copyn(out_path, size, path.text, path.len);
    }
    if (path.text != NULL && keeps) { /* only where nothing else is kept may anything be removed */
        gs_fields_fault(&f, GS_FAULT_UNKNOWN_FIELD, "keep", NULL, NULL);
    }
}
