/* From JSON to commands about bookings: new ones, changes, reschedules and steps. It judges form only, and names every fault at
 * once; whether a wish can be granted, the core decides. */
#include "codec.h"
#include "gateslot/base/text.h"
#include "params.h"
#include <string.h>

enum { SHORT_MAX = 63 };

static void take_date(struct gs_fields *f, enum gs_need need, struct gs_wish *out, bool *has)
{
    struct gs_piece_of_text text = gs_fields_text(f, "date", need, SHORT_MAX);
    if (text.text != NULL) {
        *has = gs_date_read(text.text, text.len, "/date", f->faults, &out->date);
    }
}

/* [a-z][a-z0-9_]*, so that the list can be kept comma-separated; anything else names no window. */
static bool window_id(const char *text, size_t len)
{
    return len > 0 && len <= GS_WINDOW_ID_MAX && text[0] >= 'a' && text[0] <= 'z' &&
           strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_") == len;
}

static bool listed(const char *windows, const char *id, size_t len)
{
    while (*windows != '\0') {
        size_t n = strcspn(windows, ",");
        if (n == len && memcmp(windows, id, len) == 0) {
            return true;
        }
        windows += n + (windows[n] == ',' ? 1 : 0);
    }
    return false;
}

static size_t take_window(struct gs_fields *f, const struct gs_json_value *value, size_t index, char *windows,
                          size_t used)
{
    char name[GS_POINTER_MAX + 1];
    struct gs_piece_of_text text;
    (void)gs_fault_pointer(name, "windows/%zu", index);
    text = gs_value_text(f, value, name, SHORT_MAX);
    if (text.text == NULL) {
        return used;
    }
    if (!window_id(text.text, text.len)) {
        gs_fields_fault(f, GS_FAULT_NO_SUCH_WINDOW, name, text.text, NULL);
        return used;
    }
    if (listed(windows, text.text, text.len)) {
        gs_fields_fault(f, GS_FAULT_REPEATED, name, text.text, NULL);
        return used;
    }
    if (used > 0) {
        windows[used++] = ',';
    }
    memcpy(windows + used, text.text, text.len + 1);
    return used + text.len;
}

static void take_windows(struct gs_fields *f, struct gs_wish *out)
{
    const struct gs_json_value *list = gs_fields_array(f, "windows", GS_NULLABLE, GS_MAX_WINDOWS);
    size_t used = 0;
    for (size_t i = 0; list != NULL && i < list->count; i++) {
        used = take_window(f, gs_json_item(list, i), i, out->windows, used);
    }
}

static void take_slot(struct gs_fields *f, struct gs_wish *out)
{
    struct gs_piece_of_text text = gs_fields_text(f, "slot", GS_NULLABLE, SHORT_MAX);
    out->slot_min = -1;
    if (text.text != NULL && gs_hhmm_parse(text.text, text.len, 0, &out->slot_min) != GS_OK) {
        gs_fields_fault(f, GS_FAULT_FORMAT, "slot", text.text, "HH:MM");
    }
}

static void take_company(struct gs_fields *f, struct gs_command *out)
{
    static const char *const names[] = {"uscc", "name", NULL};
    const struct gs_json_value *value = gs_fields_take(f, "company", GS_REQUIRED);
    struct gs_piece_of_text uscc, name;
    struct gs_fields company;
    struct gs_verdict v;
    if (value == NULL) {
        return;
    }
    gs_fields_open(&company, value, "/company", names, f->faults);
    if (company.object == NULL) {
        return;
    }
    uscc = gs_fields_text(&company, "uscc", GS_REQUIRED, SHORT_MAX);
    name = gs_fields_text(&company, "name", GS_REQUIRED, GS_COMPANY_NAME_CHARS);
    gs_fields_close(&company);
    if (uscc.text != NULL) {
        v = gs_uscc_check(uscc.text, uscc.len, out->u.book.uscc);
        out->u.book.truck.warnings |= v.warnings;
        if (!v.ok) {
            gs_fields_fault(&company, v.kind, "uscc", v.found, v.expected);
        }
    }
    if (name.text != NULL) {
        (void)gs_text_copyn(out->u.book.company_name, sizeof out->u.book.company_name, name.text, name.len);
    }
}

static void take_reference(struct gs_fields *f, char out[GS_REFERENCE_MAX + 1])
{
    struct gs_piece_of_text text = gs_fields_text(f, "reference", GS_NULLABLE, GS_REFERENCE_CHARS);
    if (text.text != NULL) {
        (void)gs_text_copyn(out, GS_REFERENCE_MAX + 1, text.text, text.len);
    }
}

static void take_priority(struct gs_fields *f, struct gs_command *out)
{
    struct gs_piece_of_text text = gs_fields_text(f, "priority", GS_OPTIONAL, SHORT_MAX);
    if (text.text == NULL) {
        return;
    }
    out->u.book.urgent = strcmp(text.text, "urgent") == 0;
    if (!out->u.book.urgent && strcmp(text.text, "normal") != 0) {
        gs_fields_fault(f, GS_FAULT_CHOICE, "priority", text.text, "normal, urgent");
    }
}

void gs_codec_reason(struct gs_fields *f, enum gs_need need, char out[GS_REASON_MAX + 1])
{
    struct gs_piece_of_text reason = gs_fields_text(f, "reason", need, GS_REASON_CHARS);
    if (reason.text != NULL) {
        (void)gs_text_copyn(out, GS_REASON_MAX + 1, reason.text, reason.len);
        gs_numbers_mask(out);
    }
}

static void take_rule(const struct gs_fields *f, const struct gs_json_value *value, size_t index,
                      struct gs_command *out)
{
    char name[GS_POINTER_MAX + 1];
    enum gs_exception rule;
    struct gs_piece_of_text text = gs_value_text(f, value, gs_fault_pointer(name, "rules/%zu", index), SHORT_MAX);
    if (text.text == NULL) {
        return;
    }
    if (!gs_exception_parse(text.text, &rule)) {
        gs_fields_fault(f, GS_FAULT_CHOICE, name, text.text, "cutoff, quota, suspended");
    } else if ((out->exceptions & rule) != 0) {
        gs_fields_fault(f, GS_FAULT_REPEATED, name, text.text, NULL);
    } else {
        out->exceptions |= rule;
    }
}

/* The rules that a supervisor sets aside for this booking where they stand in its way, and why. */
static void take_exception(struct gs_fields *f, struct gs_command *out)
{
    static const char *const names[] = {"rules", "reason", NULL};
    const struct gs_json_value *value = gs_fields_take(f, "exception", GS_NULLABLE);
    struct gs_fields exception;
    if (value == NULL) {
        return;
    }
    gs_fields_open(&exception, value, "/exception", names, f->faults);
    if (exception.object == NULL) {
        return;
    }
    const struct gs_json_value *rules = gs_fields_array(&exception, "rules", GS_REQUIRED, 3);
    for (size_t i = 0; rules != NULL && i < rules->count; i++) {
        take_rule(&exception, gs_json_item(rules, i), i, out);
    }
    if (rules != NULL && rules->count == 0) {
        gs_fields_fault(&exception, GS_FAULT_REQUIRED, "rules", NULL, "cutoff, quota, suspended");
    }
    gs_codec_reason(&exception, GS_REQUIRED, out->reason);
    gs_fields_close(&exception);
}

void gs_codec_booking(const struct gs_json_value *body, struct gs_command *out, struct gs_faults *faults)
{
    static const char *const names[] = {"date",           "windows",    "slot",      "flexible",
                                        "waitlist",       "priority",   "plate",     "plate_colour",
                                        "trailer_plate",  "containers", "company",   "driver",
                                        "declaration_no", "reference",  "exception", NULL};
    struct gs_truck_given given = {0};
    struct gs_fields f;
    bool dated = false;
    out->kind = GS_CMD_BOOK;
    gs_fields_open(&f, body, "", names, faults);
    if (f.object == NULL) {
        return;
    }
    take_date(&f, GS_REQUIRED, &out->u.book.wish, &dated);
    take_windows(&f, &out->u.book.wish);
    take_slot(&f, &out->u.book.wish);
    (void)gs_fields_bool(&f, "flexible", &out->u.book.flexible);
    (void)gs_fields_bool(&f, "waitlist", &out->u.book.waitlist);
    take_priority(&f, out);
    take_exception(&f, out);
    gs_codec_truck(&f, GS_REQUIRED, &out->u.book.truck, &given);
    take_company(&f, out);
    take_reference(&f, out->u.book.reference);
    gs_fields_close(&f);
    gs_name_mask(out->reason, sizeof out->reason, out->u.book.truck.driver_name);
}

void gs_codec_walk_in(const struct gs_json_value *body, struct gs_command *out, struct gs_faults *faults)
{
    static const char *const names[] = {"priority", "plate",  "plate_colour",   "trailer_plate", "containers",
                                        "company",  "driver", "declaration_no", "reference",     "exception",
                                        NULL};
    struct gs_truck_given given = {0};
    struct gs_fields f;
    out->kind = GS_CMD_WALK_IN;
    gs_fields_open(&f, body, "", names, faults);
    if (f.object == NULL) {
        return;
    }
    out->u.book.wish.slot_min = -1;
    take_priority(&f, out);
    take_exception(&f, out);
    gs_codec_truck(&f, GS_REQUIRED, &out->u.book.truck, &given);
    take_company(&f, out);
    take_reference(&f, out->u.book.reference);
    gs_fields_close(&f);
    gs_name_mask(out->reason, sizeof out->reason, out->u.book.truck.driver_name);
}

/* A change or reschedule that names nothing is a mistake of its sender. */
static void require_any(const struct gs_fields *f, const char *expected)
{
    if (f->object != NULL && f->object->count == 0) {
        gs_fault_add(f->faults, GS_FAULT_REQUIRED, f->base, NULL, expected);
    }
}

void gs_codec_change(const struct gs_json_value *body, struct gs_command *out, struct gs_faults *faults)
{
    static const char *const names[] = {"plate",          "plate_colour", "trailer_plate", "containers", "driver",
                                        "declaration_no", "reference",    "exception",     NULL};
    struct gs_truck_given given = {0};
    struct gs_fields f;
    out->kind = GS_CMD_CHANGE;
    gs_fields_open(&f, body, "", names, faults);
    if (f.object == NULL) {
        return;
    }
    require_any(&f, "plate, plate_colour, trailer_plate, containers, driver, declaration_no, reference");
    gs_codec_truck(&f, GS_OPTIONAL, &out->u.change.truck, &given);
    take_reference(&f, out->u.change.reference);
    take_exception(&f, out);
    gs_fields_close(&f);
    gs_name_mask(out->reason, sizeof out->reason, out->u.change.truck.driver_name);
    out->u.change.has_plate = given.plate;
    out->u.change.has_colour = given.colour;
    out->u.change.has_trailer = given.trailer;
    out->u.change.has_containers = given.containers;
    out->u.change.has_driver_name = given.driver_name;
    out->u.change.has_driver_phone = given.driver_phone;
    out->u.change.has_declaration = given.declaration;
    out->u.change.has_reference = gs_fields_has(&f, "reference");
}

void gs_codec_reschedule(const struct gs_json_value *body, struct gs_command *out, struct gs_faults *faults)
{
    static const char *const names[] = {"date", "windows", "slot", "exception", NULL};
    struct gs_fields f;
    out->kind = GS_CMD_RESCHEDULE;
    gs_fields_open(&f, body, "", names, faults);
    if (f.object == NULL) {
        return;
    }
    require_any(&f, "date, windows, slot");
    take_date(&f, GS_OPTIONAL, &out->u.reschedule.wish, &out->u.reschedule.has_date);
    out->u.reschedule.has_windows = gs_fields_has(&f, "windows");
    take_windows(&f, &out->u.reschedule.wish);
    out->u.reschedule.has_slot = gs_fields_has(&f, "slot");
    take_slot(&f, &out->u.reschedule.wish);
    take_exception(&f, out);
    gs_fields_close(&f);
}

/* A step of the gate that may be told afterwards. */
static bool has_time(enum gs_command_kind kind)
{
    return (kind >= GS_CMD_ARRIVE && kind <= GS_CMD_REFUSE) || kind == GS_CMD_ADMIT || kind == GS_CMD_REINSTATE;
}

/* An instant that the journal can keep; whether it can have been then, the core says. */
static void take_at(struct gs_fields *f, struct gs_command *out)
{
    static const int64_t last_ms = ((int64_t)GS_MAX_DATE + 1) * 86400000 - 1;
    struct gs_piece_of_text at = gs_fields_text(f, "at", GS_NULLABLE, SHORT_MAX);
    if (at.text == NULL) {
        return;
    }
    if (gs_rfc3339_parse(at.text, at.len, &out->at_ms) != GS_OK) {
        gs_fields_fault(f, GS_FAULT_FORMAT, "at", at.text, "2026-11-25T08:30:00+08:00");
    } else if (out->at_ms <= 0 || out->at_ms > last_ms) {
        gs_fields_fault(f, GS_FAULT_RANGE, "at", at.text, NULL);
    }
}

void gs_codec_step(const struct gs_json_value *body, struct gs_command *out, struct gs_faults *faults)
{
    static const char *const names[] = {"reason", NULL};
    static const char *const timed_names[] = {"reason", "at", NULL};
    static const char *const enter_names[] = {"reason", "at", "override", NULL};
    struct gs_fields f;
    bool timed = has_time(out->kind);
    bool enters = out->kind == GS_CMD_ENTER || out->kind == GS_CMD_ADMIT;
    gs_fields_open(&f, body, "", enters ? enter_names : timed ? timed_names : names, faults);
    gs_codec_reason(&f, GS_NULLABLE, out->reason);
    if (timed) {
        take_at(&f, out);
    }
    if (enters) {
        (void)gs_fields_bool(&f, "override", &out->u.enter.override);
    }
    gs_fields_close(&f);
}
