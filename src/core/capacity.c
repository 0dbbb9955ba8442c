/* A supervisor's capacity of one window of one date. Raising it serves those who wait (in the same command, by the
 * waitlist); cutting it below what is booked is done only when that is asked for (excess: keep), and moves nobody. */
#include "admission.h"
#include "calendar.h"
#include "change.h"
#include "wish_faults.h"

#include "gateslot/base/text.h"

static bool in_range(int32_t value, int32_t min)
{
    return value >= min && value <= GS_MAX_CAPACITY;
}

/* The window that the command names, or a refusal in code. */
static struct gs_window *target(const struct gs_book *book, const struct gs_command *c, enum gs_code *code,
                                struct gs_outcome *out)
{
    const struct gs_capacity *to = &c->u.capacity.to;
    struct gs_day *day = gs_days_find(book, to->date);
    if (to->date < book->today || day == NULL) {
        *code = gs_admission_outside(book, to->date, out);
        return NULL;
    }
    int32_t index = gs_day_window_index(day, to->window);
    if (index < 0 || day->windows[index].adopted) {
        char expected[GS_FAULT_TEXT_MAX + 1];
        gs_wish_windows_text(day, expected);
        gs_fault_add(&out->faults, GS_FAULT_NO_SUCH_WINDOW, "/window", to->window, expected);
        *code = GS_CODE_VALIDATION;
        return NULL;
    }
    return &day->windows[index];
}

/* More booked than would stand, in the window or in a slot of it. */
static bool below_booked(const struct gs_window *w, const struct gs_capacity *to, struct gs_outcome *out)
{
    int32_t known = 0, index = 0;
    out->used = w->booked;
    out->limit = to->closed ? 0 : to->capacity;
    if (out->used > out->limit) {
        return true;
    }
    for (int32_t i = 0; i < w->slot_count; i++) {
        known += w->slots[i].adopted ? 0 : 1;
    }
    for (int32_t i = 0; i < w->slot_count; i++) {
        if (w->slots[i].adopted) {
            continue;
        }
        out->used = w->slots[i].booked;
        out->limit = gs_calendar_share(to->capacity, to->slot_capacity, known, index++);
        if (out->used > out->limit) {
            return true;
        }
    }
    out->used = out->limit = 0;
    return false;
}

static void tell(struct gs_turn *t, const struct gs_window *w, const struct gs_capacity *to)
{
    struct gs_event event = {.type = GS_EV_CAPACITY_CHANGED,
                             .capacity_before = w->capacity,
                             .capacity_after = to->capacity,
                             .closed_after = to->closed};
    event.to.date = to->date;
    event.to.start_ms = w->start_ms;
    event.to.end_ms = w->end_ms;
    event.to.place = -1;
    gs_text_copy(event.to.window, sizeof event.to.window, w->id);
    gs_change_tell(t, &event);
}

enum gs_code gs_capacity_set(struct gs_turn *t, struct gs_entry *none, const struct gs_command *c,
                             struct gs_outcome *out)
{
    (void)none;
    enum gs_code code = GS_CODE_OK;
    struct gs_capacity to = c->u.capacity.to;
    if (c->u.capacity.has_capacity && !in_range(to.capacity, 0)) {
        gs_fault_add(&out->faults, GS_FAULT_RANGE, "/capacity", NULL, "0..10000");
    }
    if (!in_range(to.slot_capacity, -1)) {
        gs_fault_add(&out->faults, GS_FAULT_RANGE, "/slot_capacity", NULL, "0..10000");
    }
    struct gs_window *w = target(t->book, c, &code, out);
    if (out->faults.count > 0) {
        return GS_CODE_VALIDATION;
    }
    if (w == NULL) {
        return code;
    }
    to.capacity = c->u.capacity.has_capacity ? to.capacity : w->capacity;
    if (c->u.capacity.excess == GS_EXCESS_REBOOK && below_booked(w, &to, out)) {
        return GS_CODE_BELOW_BOOKED;
    }
    gs_batch_capacity(t->batch, &to, false);
    tell(t, w, &to);
    if (gs_capacities_put(t->book, &to) != GS_OK) {
        t->batch->failed = true;
    }
    return GS_CODE_OK;
}

enum gs_code gs_capacity_reset(struct gs_turn *t, struct gs_entry *none, const struct gs_command *c,
                               struct gs_outcome *out)
{
    (void)none;
    enum gs_code code = GS_CODE_OK;
    struct gs_capacity to = c->u.capacity.to;
    struct gs_window *w = target(t->book, c, &code, out);
    if (w == NULL) {
        return code;
    }
    if (!w->overridden) {
        return GS_CODE_OK;
    }
    to.capacity = w->calendar_capacity;
    to.slot_capacity = t->book->rules->slot_capacity;
    to.closed = w->calendar_closed;
    if (c->u.capacity.excess == GS_EXCESS_REBOOK && below_booked(w, &to, out)) {
        return GS_CODE_BELOW_BOOKED;
    }
    gs_batch_capacity(t->batch, &to, true);
    tell(t, w, &to);
    gs_capacities_remove(t->book, to.date, to.window);
    return GS_CODE_OK;
}
