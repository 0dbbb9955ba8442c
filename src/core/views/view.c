/* What the book shows of itself: days, windows and slots, lists of bookings. Reads only. A date
 * that the book does not hold is shown as calendar and supervisors' capacities give it. */
#include "rules/overstay.h"
#include "state/calendar.h"
#include "state/state.h"

#include "gateslot/base/text.h"

#include <string.h>

const struct gs_booking *gs_book_get(const struct gs_book *book, int64_t id)
{
    const struct gs_entry *e = gs_entry_find(book, id);
    return e != NULL ? &e->b : NULL;
}

/* Of a date that the book does not hold: nobody can open what summer time leaves out. */
static bool planned_closed(const struct gs_calendar_window *w, const struct gs_capacity *c)
{
    return (c != NULL ? c->closed : w->closed) || w->end_ms <= w->start_ms;
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
    for (int32_t i = 0; i < plan.window_count; i++) {
        const struct gs_calendar_window *w = &plan.windows[i];
        out->closed = out->closed && planned_closed(w, gs_overrides_find(book, date, w->id));
    }
    out->window_count = plan.window_count;
    gs_text_copy(out->reason, sizeof out->reason, out->closed ? plan.reason : "");
}

static void show_name(const char *id, const char *name, struct gs_window_view *out)
{
    gs_text_copy(out->id, sizeof out->id, id);
    gs_text_copy(out->name, sizeof out->name, name != NULL && name[0] != '\0' ? name : id);
}

static void show_window(const struct gs_book *book, const struct gs_day *day, const struct gs_window *w,
                        struct gs_window_view *out)
{
    const struct gs_capacity *c = w->overridden ? gs_overrides_find(book, day->date, w->id) : NULL;
    show_name(w->id, w->name, out);
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
    show_name(w->id, w->name, out);
    out->start_ms = w->start_ms;
    out->end_ms = w->end_ms;
    const struct gs_capacity *c = gs_overrides_find(book, date, w->id);
    out->capacity = c != NULL ? c->capacity : w->capacity;
    out->booked = out->waiting = out->overbooking = 0;
    out->closed = planned_closed(w, c);
    out->overridden = c != NULL;
    out->inside = out->at_risk = 0;
    out->slot_capacity_rule = c != NULL ? c->slot_capacity : book->rules->slot_capacity;
    gs_text_copy(out->reason, sizeof out->reason, c != NULL ? c->reason : w->reason);
    out->slot_count = gs_calendar_slots(book->rules, w->start_ms, w->end_ms, slots);
    for (int32_t i = 0; i < out->slot_count; i++) {
        int32_t capacity = gs_calendar_share(out->capacity, out->slot_capacity_rule, out->slot_count, i);
        out->slots[i] = (struct gs_slot_view){slots[i].start_ms, slots[i].end_ms, capacity, 0, 0};
    }
    return true;
}

/* Of windows that the rules do not know the order in memory is the one in which they were found. */
static bool stands_before(const struct gs_window *a, const struct gs_window *b)
{
    if (a->start_ms != b->start_ms) {
        return a->start_ms < b->start_ms;
    }
    return a->adopted && b->adopted ? strcmp(a->id, b->id) < 0 : a < b;
}

/* Adopted windows stand behind the others in memory; shown they are in order of time. */
static const struct gs_window *nth_window(const struct gs_day *day, int32_t index)
{
    for (int32_t i = 0; i < day->window_count; i++) {
        int32_t earlier = 0;
        for (int32_t j = 0; j < day->window_count; j++) {
            earlier += stands_before(&day->windows[j], &day->windows[i]) ? 1 : 0;
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
    return day != NULL ? day->version : book->overrides.version;
}

size_t gs_book_list_some(const struct gs_book *book, struct gs_filter *f, size_t look, const struct gs_booking **out,
                         bool *out_more)
{
    const struct gs_list *list = &book->bookings;
    const struct gs_day *day = f->has_date ? gs_days_find(book, f->date) : NULL;
    *out_more = false;
    if (f->has_date && day == NULL) {
        return 0;
    }
    list = day != NULL ? &day->bookings : list;
    size_t count = 0, limit = f->limit > 0 ? (size_t)f->limit : 0;
    size_t i = gs_list_lower_bound(list, f->after_id < INT64_MAX ? f->after_id + 1 : INT64_MAX);
    for (; i < list->count && count < limit && look > 0; i++, look--) {
        const struct gs_entry *e = list->at[i];
        if (!gs_entry_forgotten(book, e) && gs_filter_matches(f, &e->b)) {
            out[count++] = &e->b;
        }
        f->after_id = e->b.id;
    }
    *out_more = i < list->count && count < limit;
    return count;
}

size_t gs_book_newest_some(const struct gs_book *book, struct gs_filter *f, size_t look, const struct gs_booking **out,
                           bool *out_more)
{
    const struct gs_list *list = &book->bookings;
    size_t count = 0, limit = f->limit > 0 ? (size_t)f->limit : 0;
    size_t i = f->before_id != 0 ? gs_list_lower_bound(list, f->before_id) : list->count;
    for (; i > 0 && count < limit && look > 0; i--, look--) {
        const struct gs_entry *e = list->at[i - 1];
        if (!gs_entry_forgotten(book, e) && gs_filter_matches(f, &e->b)) {
            out[count++] = &e->b;
        }
        f->before_id = e->b.id;
    }
    *out_more = i > 0 && count < limit;
    return count;
}

size_t gs_book_list(const struct gs_book *book, const struct gs_filter *f, const struct gs_booking **out)
{
    struct gs_filter all = *f;
    bool more;
    return gs_book_list_some(book, &all, SIZE_MAX, out, &more);
}

size_t gs_book_newest(const struct gs_book *book, const struct gs_filter *f, const struct gs_booking **out)
{
    struct gs_filter all = *f;
    bool more;
    return gs_book_newest_some(book, &all, SIZE_MAX, out, &more);
}
