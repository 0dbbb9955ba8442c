/* What the book shows of itself: days, windows and slots, lists of bookings, the gate's rows. Reads only. A date
 * that the book does not hold is shown as the calendar gives it. */
#include "rules/overstay.h"
#include "state/calendar.h"
#include "state/state.h"

#include "gateslot/base/text.h"

#include <stdlib.h>
#include <string.h>

const struct gs_booking *gs_book_get(const struct gs_book *book, int64_t id)
{
    const struct gs_entry *e = gs_entry_find(book, id);
    return e != NULL ? &e->b : NULL;
}

void gs_book_day(const struct gs_book *book, gs_date date, struct gs_day_view *out)
{
    const struct gs_day *day = gs_days_find(book, date);
    memset(out, 0, sizeof *out);
    out->date = date;
    if (day != NULL) {
        out->closed = day->closed && gs_day_open(day) == 0; /* a supervisor may have opened a window of it */
        out->window_count = day->window_count;
        gs_text_copy(out->reason, sizeof out->reason, out->closed ? day->reason : "");
        return;
    }
    struct gs_calendar_day plan;
    gs_calendar_day(book->rules, date, &plan);
    out->closed = plan.closed;
    out->window_count = plan.window_count;
    gs_text_copy(out->reason, sizeof out->reason, plan.reason);
}

static void show_window(const struct gs_book *book, const struct gs_day *day, const struct gs_window *w,
                        struct gs_window_view *out)
{
    const struct gs_capacity *c = w->overridden ? gs_overrides_find(book, day->date, w->id) : NULL;
    memcpy(out->id, w->id, sizeof out->id);
    out->start_ms = w->start_ms;
    out->end_ms = w->end_ms;
    out->capacity = w->capacity;
    out->booked = w->booked;
    out->overbooking = w->extra;
    if (book->rules->overbooking && !w->overridden && w->booked > w->capacity + w->extra) {
        out->overbooking = w->booked - w->capacity; /* the rate has fallen since */
    }
    out->waiting = w->waiting;
    out->closed = w->closed;
    out->overridden = w->overridden;
    struct gs_overstay overstay = gs_overstay_of(book, day, (int32_t)(w - day->windows));
    out->inside = overstay.inside;
    out->at_risk = overstay.at_risk;
    out->slot_capacity_rule = w->slot_capacity;
    gs_text_copy(out->reason, sizeof out->reason, c != NULL ? c->reason : w->reason);
    out->slot_count = w->slot_count;
    for (int32_t i = 0; i < w->slot_count; i++) {
        const struct gs_slot *s = &w->slots[i];
        out->slots[i] = (struct gs_slot_view){s->start_ms, s->end_ms, s->capacity, s->booked, s->extra};
    }
}

static bool show_planned(const struct gs_book *book, gs_date date, int32_t index, struct gs_window_view *out)
{
    struct gs_calendar_day plan;
    struct gs_calendar_slot slots[GS_MAX_SLOTS];
    gs_calendar_day(book->rules, date, &plan);
    if (index >= plan.window_count) {
        return false;
    }
    const struct gs_calendar_window *w = &plan.windows[index];
    memcpy(out->id, w->id, sizeof out->id);
    out->start_ms = w->start_ms;
    out->end_ms = w->end_ms;
    out->capacity = w->capacity;
    out->booked = out->waiting = out->overbooking = 0;
    out->closed = w->closed;
    out->overridden = false;
    out->inside = out->at_risk = 0;
    out->slot_capacity_rule = book->rules->slot_capacity;
    gs_text_copy(out->reason, sizeof out->reason, w->reason);
    out->slot_count = gs_calendar_slots(book->rules, w->start_ms, w->end_ms, slots);
    for (int32_t i = 0; i < out->slot_count; i++) {
        int32_t capacity = gs_calendar_share(w->capacity, book->rules->slot_capacity, out->slot_count, i);
        out->slots[i] = (struct gs_slot_view){slots[i].start_ms, slots[i].end_ms, capacity, 0, 0};
    }
    return true;
}

/* Adopted windows stand behind the others in memory; shown they are in order of time. */
static const struct gs_window *nth_window(const struct gs_day *day, int32_t index)
{
    for (int32_t i = 0; i < day->window_count; i++) {
        int32_t earlier = 0;
        for (int32_t j = 0; j < day->window_count; j++) {
            int64_t a = day->windows[j].start_ms, b = day->windows[i].start_ms;
            earlier += a < b || (a == b && j < i) ? 1 : 0;
        }
        if (earlier == index) {
            return &day->windows[i];
        }
    }
    return NULL;
}

bool gs_book_window(const struct gs_book *book, gs_date date, int32_t index, struct gs_window_view *out)
{
    const struct gs_day *day = gs_days_find(book, date);
    if (index < 0) {
        return false;
    }
    if (day == NULL) {
        return show_planned(book, date, index, out);
    }
    const struct gs_window *w = nth_window(day, index);
    if (w == NULL) {
        return false;
    }
    show_window(book, day, w, out);
    return true;
}

uint64_t gs_book_day_version(const struct gs_book *book, gs_date date)
{
    const struct gs_day *day = gs_days_find(book, date);
    return day != NULL ? day->version : 0;
}

size_t gs_book_list(const struct gs_book *book, const struct gs_filter *f, const struct gs_booking **out)
{
    const struct gs_list *list = &book->bookings;
    if (f->has_date) {
        const struct gs_day *day = gs_days_find(book, f->date);
        if (day == NULL) {
            return 0;
        }
        list = &day->bookings;
    }
    size_t count = 0, limit = f->limit > 0 ? (size_t)f->limit : 0;
    int64_t first = f->after_id < INT64_MAX ? f->after_id + 1 : INT64_MAX;
    for (size_t i = gs_list_lower_bound(list, first); i < list->count && count < limit; i++) {
        if (!gs_entry_forgotten(book, list->at[i]) && gs_filter_matches(f, &list->at[i]->b)) {
            out[count++] = &list->at[i]->b;
        }
    }
    return count;
}

static int by_slot_and_plate(const void *a, const void *b)
{
    const struct gs_booking *x = *(const struct gs_booking *const *)a, *y = *(const struct gs_booking *const *)b;
    if (x->slot_start_ms != y->slot_start_ms) {
        return x->slot_start_ms < y->slot_start_ms ? -1 : 1;
    }
    int order = strcmp(x->truck.plate, y->truck.plate);
    return order != 0 ? order : (x->id > y->id) - (x->id < y->id);
}

static bool at_the_gate(const struct gs_booking *b, const char *window)
{
    bool waits = b->status == GS_WAITLISTED || b->status == GS_EXPIRED;
    return b->window[0] != '\0' && !waits && b->status != GS_CANCELLED &&
           (window[0] == '\0' || strcmp(window, b->window) == 0);
}

/* Into a full, ordered array: the last gives way if b comes before it. */
static void squeeze_in(const struct gs_booking **out, size_t max, const struct gs_booking *b)
{
    size_t at = max;
    while (at > 0 && by_slot_and_plate(&b, &out[at - 1]) < 0) {
        at--;
    }
    if (at < max) {
        memmove(out + at + 1, out + at, (max - at - 1) * sizeof(const struct gs_booking *));
        out[at] = b;
    }
}

size_t gs_book_gate_list(const struct gs_book *book, gs_date date, const char *window, const struct gs_booking **out,
                         size_t max)
{
    const struct gs_day *day = gs_days_find(book, date);
    size_t count = 0;
    for (size_t i = 0; day != NULL && i < day->bookings.count; i++) {
        const struct gs_booking *b = &day->bookings.at[i]->b;
        if (!at_the_gate(b, window)) {
            continue;
        }
        if (count < max) {
            out[count] = b;
        } else if (max > 0) {
            if (count == max) {
                qsort(out, max, sizeof(const struct gs_booking *), by_slot_and_plate);
            }
            squeeze_in(out, max, b);
        }
        count++;
    }
    if (count > 1 && count <= max) {
        qsort(out, count, sizeof(const struct gs_booking *), by_slot_and_plate);
    }
    return count;
}
