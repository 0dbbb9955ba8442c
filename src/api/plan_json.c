/* Writes a capacity plan as JSON: what was, what will be, and what becomes of each booking. It adds up the windows of a day for
 * show and computes nothing else. */
#include "plan_json.h"
#include "booking_json.h"

static void write_state(struct gs_json *j, const char *key, const struct gs_plan_state *s, bool nothing)
{
    int32_t free_places = s->capacity - s->booked;
    if (nothing) {
        gs_json_null(j, key);
        return;
    }
    gs_json_object(j, key);
    gs_json_int(j, "capacity", s->capacity);
    if (s->slot_capacity >= 0) {
        gs_json_int(j, "slot_capacity", s->slot_capacity);
    } else {
        gs_json_null(j, "slot_capacity");
    }
    gs_json_bool(j, "closed", s->closed);
    gs_json_int(j, "booked", s->booked);
    gs_json_int(j, "free", s->closed && free_places > 0 ? 0 : free_places);
    gs_json_int(j, "waiting", s->waiting);
    gs_json_bool(j, "overridden", s->overridden);
    gs_json_end_object(j);
}

static void add(struct gs_plan_state *sum, const struct gs_plan_state *s)
{
    sum->capacity += s->capacity;
    sum->booked += s->booked; /* who waits may accept several: of them the date has a number of its own */
    sum->closed = sum->closed && s->closed;
    sum->overridden = sum->overridden || s->overridden;
}

static void write_windows(struct gs_json *j, const struct gs_plan *p)
{
    gs_json_array(j, "windows");
    for (int32_t i = 0; i < p->window_count; i++) {
        const struct gs_plan_window *w = &p->windows[i];
        gs_json_object(j, NULL);
        gs_json_str(j, "id", w->id);
        gs_json_str(j, "name", w->name[0] != '\0' ? w->name : w->id);
        write_state(j, "before", &w->before, w->is_new);
        write_state(j, "after", &w->after, w->is_gone);
        gs_json_end_object(j);
    }
    gs_json_end_array(j);
}

static void write_states(struct gs_json *j, const struct gs_plan *p)
{
    struct gs_plan_state before = {.slot_capacity = -1, .closed = true}, after = before;
    bool was = p->window_count == 0, is = was;
    before.waiting = p->waiting_before;
    after.waiting = p->waiting_after;
    for (int32_t i = 0; i < p->window_count; i++) {
        const struct gs_plan_window *w = &p->windows[i];
        was = was || !w->is_new;
        is = is || !w->is_gone;
        if (!w->is_new) {
            add(&before, &w->before);
        }
        if (!w->is_gone) {
            add(&after, &w->after);
        }
    }
    write_state(j, "before", p->window_count == 1 ? &p->windows[0].before : &before, !was);
    write_state(j, "after", p->window_count == 1 ? &p->windows[0].after : &after, !is);
    write_windows(j, p);
}

static void write_place(struct gs_json *j, const char *key, const struct gs_place_ref *p, const struct gs_tz *tz)
{
    if (p->window[0] == '\0') {
        gs_json_null(j, key);
        return;
    }
    gs_json_object(j, key);
    gs_json_str(j, "window", p->window);
    gs_json_span(j, "slot", p->start_ms, p->end_ms, tz);
    gs_json_end_object(j);
}

static void write_steps(struct gs_json *j, const char *key, const struct gs_plan_list *list, const struct gs_tz *tz)
{
    gs_json_array(j, key);
    for (size_t i = 0; i < list->count; i++) {
        const struct gs_plan_step *s = &list->at[i];
        gs_json_object(j, NULL);
        gs_json_booking_id(j, "booking_id", s->booking_id);
        gs_json_str(j, "plate", s->plate);
        write_place(j, "from", &s->from, tz);
        write_place(j, "to", &s->to, tz);
        if (s->cause_id != 0) {
            gs_json_booking_id(j, "cause", s->cause_id);
        }
        gs_json_end_object(j);
    }
    gs_json_end_array(j);
}

static void write_id(struct gs_json *j, uint64_t id)
{
    char text[GS_PLAN_ID_TEXT];
    gs_plan_id_format(id, text);
    gs_json_str(j, "plan_id", text);
}

void gs_json_plan(struct gs_json *j, const char *key, const struct gs_plan *p, const char *window,
                  const struct gs_tz *tz)
{
    gs_json_object(j, key);
    gs_json_date(j, "date", p->date);
    gs_json_str(j, "window", window);
    write_states(j, p);
    write_steps(j, "moved", &p->moved, tz);
    write_steps(j, "waitlisted", &p->waitlisted, tz);
    write_steps(j, "promoted", &p->promoted, tz);
    if (p->id != 0) { /* of new rules there is none: they are carried out by a reload */
        write_id(j, p->id);
    }
    gs_json_end_object(j);
}

void gs_json_plans_begin(struct gs_json *j, const char *key, const struct gs_plans *plans, const char *window)
{
    gs_json_object(j, key);
    gs_json_date(j, "date", plans->at[0].date);
    gs_json_date(j, "until", plans->at[plans->count - 1].date);
    gs_json_str(j, "window", window);
    gs_json_array(j, "days");
}

void gs_json_plans_end(struct gs_json *j, const struct gs_plans *plans)
{
    gs_json_end_array(j);
    write_id(j, plans->id);
    gs_json_end_object(j);
}

void gs_json_plans(struct gs_json *j, const char *key, const struct gs_plans *plans, const char *window,
                   const struct gs_tz *tz)
{
    if (!plans->range) {
        gs_json_plan(j, key, &plans->at[0], window, tz);
        return;
    }
    gs_json_plans_begin(j, key, plans, window);
    for (size_t i = 0; i < plans->count; i++) {
        gs_json_plan(j, NULL, &plans->at[i], window, tz);
    }
    gs_json_plans_end(j, plans);
}
