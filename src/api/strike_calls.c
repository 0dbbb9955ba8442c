/* The call that shows strikes: by plate and by company, each with the booking it rests on. What counts, the core says. */
#include "booking_json.h"
#include "gateslot/base/text.h"
#include "handlers.h"
#include "reply.h"
#include "strike_json.h"
#include <string.h>

static void write_strike(struct gs_json *j, const struct gs_strike_view *v, const struct gs_tz *tz)
{
    gs_json_object(j, NULL);
    gs_json_booking_id(j, "booking_id", v->booking_id);
    gs_json_date(j, "date", v->date);
    gs_json_str(j, "cause", v->late_cancel ? "late_cancel" : "no_show");
    gs_json_time(j, "at", v->at_ms, tz);
    gs_json_str(j, "state", gs_strike_state_name(v->state));
    gs_json_str(j, "uscc", v->uscc);
    gs_json_end_object(j);
}

static void write_plate(struct gs_json *j, const struct gs_book *book, const char *plate, const char *uscc)
{
    struct gs_strike_view strikes[GS_STRIKES_SHOWN];
    const struct gs_tz *tz = gs_book_rules(book)->tz;
    const struct gs_strike_sum sum = gs_book_strike_sum(book, plate);
    size_t count = gs_book_strikes(book, plate, uscc, strikes);
    gs_json_object(j, NULL);
    gs_json_str(j, "plate", plate);
    gs_json_int(j, "count", sum.count);
    gs_json_int(j, "limit", sum.limit);
    gs_json_time_or_null(j, "suspended_until", sum.until_ms, tz);
    gs_json_array(j, "strikes");
    for (size_t i = 0; i < count; i++) {
        write_strike(j, &strikes[i], tz);
    }
    gs_json_end_array(j);
    gs_json_end_object(j);
}

void gs_json_strikes(struct gs_json *j, const struct gs_book *book, const struct gs_strike_filter *f)
{
    const char *plates[GS_PAGE_MAX + 1];
    struct gs_strike_filter one_more = *f; /* it tells whether there is a next page */
    one_more.limit++;
    size_t count = gs_book_struck_plates(book, &one_more, plates), shown = (size_t)f->limit;
    gs_json_array(j, "items");
    for (size_t i = 0; i < count && i < shown; i++) {
        write_plate(j, book, plates[i], f->uscc);
    }
    gs_json_end_array(j);
    gs_json_str(j, "next_cursor", count > shown ? plates[shown - 1] : NULL);
}

/* A plate in any form; a cursor is one that an answer gave. */
static void take_plate(struct gs_call *c, const char *name, char out[GS_PLATE_MAX + 1])
{
    const char *plate = gs_params_text(&c->params, name);
    char pointer[GS_POINTER_MAX + 1];
    if (plate == NULL) {
        return;
    }
    struct gs_verdict v = gs_plate_check(plate, strlen(plate), GS_PLATE_TRACTOR, out);
    if (!v.ok) {
        gs_fault_add(&c->api->faults, v.kind, gs_fault_pointer(pointer, "?%s", name), v.found, v.expected);
    }
}

void gs_handle_strikes(struct gs_call *c)
{
    const struct gs_book *book = c->service->apply_due(c->service->self);
    const char *uscc = gs_params_text(&c->params, "uscc");
    struct gs_strike_filter f = {.limit = GS_PAGE_DEFAULT};
    int64_t limit = GS_PAGE_DEFAULT;
    take_plate(c, "plate", f.plate);
    take_plate(c, "cursor", f.after);
    (void)gs_params_int(&c->params, "limit", 1, GS_PAGE_MAX, &limit);
    if (uscc != NULL) {
        struct gs_verdict v = gs_uscc_check(uscc, strlen(uscc), f.uscc);
        if (!v.ok) {
            gs_fault_add(&c->api->faults, v.kind, "?uscc", v.found, v.expected);
        }
    }
    if (c->api->faults.count > 0) {
        gs_reply_faults(c->x, &c->api->faults);
        return;
    }
    if (gs_work_put_off(c)) {
        return;
    }
    f.limit = (int32_t)limit;
    const struct gs_rules *rules = gs_book_rules(book);
    struct gs_json j = gs_reply_begin(c->x);
    gs_json_object(&j, NULL);
    gs_json_int(&j, "days", rules->strike_days);
    gs_json_int(&j, "suspend_days", rules->suspend_days);
    gs_json_strikes(&j, book, &f);
    gs_json_end_object(&j);
    gs_reply_json(c->x, 200);
}
