/* Comparing book and model, by the book's public questions only. */
#include "compare.h"
#include <stdio.h>
#include <string.h>

static bool same_truck(const struct gs_booking *o, const struct gs_truck *t)
{
    for (int32_t x = 0; x < o->truck.container_count; x++) {
        for (int32_t y = 0; y < t->container_count; y++) {
            if (strcmp(o->truck.containers[x], t->containers[y]) == 0) {
                return true;
            }
        }
    }
    return strcmp(o->truck.plate, t->plate) == 0;
}

/* The truck that a command is about. */
static bool truck_of(const struct gs_book *book, const struct gs_command *c, struct gs_truck *out,
                     char uscc[GS_USCC_LEN + 1])
{
    if (c->kind == GS_CMD_BOOK || c->kind == GS_CMD_WALK_IN) {
        *out = c->u.book.truck;
        memcpy(uscc, c->u.book.uscc, sizeof c->u.book.uscc);
        return true;
    }
    const struct gs_booking *b = gs_book_get(book, c->booking_id);
    if (b == NULL) {
        return false;
    }
    *out = b->truck;
    memcpy(uscc, b->uscc, sizeof b->uscc);
    return true;
}

static const char *compare_duplicate(const struct gs_book *book, const struct gs_command *c,
                                     const struct gs_outcome *got, char text[DIFFERENCE_MAX])
{
    const struct gs_booking *other = gs_book_get(book, got->other_id);
    struct gs_truck truck;
    char uscc[GS_USCC_LEN + 1];
    if (!truck_of(book, c, &truck, uscc) || other == NULL || other->id == c->booking_id ||
        gs_status_terminal(other->status) || !same_truck(other, &truck)) {
        snprintf(text, DIFFERENCE_MAX, "duplicate of booking %lld, which is none", (long long)got->other_id);
        return text;
    }
    return NULL;
}

static const char *compare_reference(const struct gs_book *book, const struct gs_command *c,
                                     const struct gs_outcome *got, char text[DIFFERENCE_MAX])
{
    const bool asks = c->kind == GS_CMD_BOOK || c->kind == GS_CMD_WALK_IN;
    const struct gs_booking *other = gs_book_get(book, got->other_id), *own = gs_book_get(book, c->booking_id);
    const char *reference = asks ? c->u.book.reference : own != NULL ? own->reference : "";
    const char *owner = asks ? c->actor.name : own != NULL ? own->owner : "";
    if (other == NULL || gs_status_terminal(other->status) || other == own ||
        strcmp(other->reference, reference) != 0 || strcmp(other->owner, owner) != 0) {
        snprintf(text, DIFFERENCE_MAX, "reference %s is not that of booking %lld", reference, (long long)got->other_id);
        return text;
    }
    return NULL;
}

/* Could that alternative really be had by this truck? Says how many are free there, −1 = it could not. */
static int32_t alternative_free(const struct model *m, const struct gs_command *c, const struct gs_truck *truck,
                                const char *uscc, const struct gs_alternative *a)
{
    struct m_booking b = {.id = c->booking_id, .wish = {.date = a->date, .slot_min = -1}};
    struct m_day day;
    bool stepping =
        c->kind == GS_CMD_DELAY || c->kind == GS_CMD_WALK_IN || c->kind == GS_CMD_REVERT || c->kind == GS_CMD_REINSTATE;
    memcpy(b.plate, truck->plate, sizeof b.plate);
    memcpy(b.uscc, uscc, sizeof b.uscc);
    m_day(m, a->date, b.id, &day);
    const struct m_window *w = m_window(&day, a->window);
    if (w == NULL || w->closed || m_barred(m, &b, w->id, c->kind != GS_CMD_DELAY) != 0) {
        return -1;
    }
    for (int32_t k = 0; k < w->slot_count; k++) {
        const struct m_slot *s = &w->slots[k];
        bool in_time = stepping || s->start - m->now >= m->rules->cutoff_min * GS_MINUTE_MS;
        if (s->start == a->start_ms && s->end == a->end_ms && in_time && m_room(w, s) &&
            (!m_capped(m, &b, w) || m_lifted(m, s))) {
            int32_t in_slot = s->capacity - s->taken, in_window = w->capacity - w->taken;
            return in_slot < in_window ? in_slot : in_window;
        }
    }
    return -1;
}

/* Is there any place at all that a new request by this truck would get? */
static bool anything_bookable(const struct model *m, const struct gs_truck *truck, const char *uscc)
{
    struct m_booking b = {.wish = {.date = m_today(m), .slot_min = -1}};
    struct m_place place;
    memcpy(b.plate, truck->plate, sizeof b.plate);
    memcpy(b.uscc, uscc, sizeof b.uscc);
    while (m_in_horizon(m, b.wish.date).code == GS_CODE_OK) {
        if (m_choose(m, &b, m->rules->cutoff_min, true, &place)) {
            return true;
        }
        b.wish.date++;
    }
    return false;
}

static const char *compare_alternatives(const struct model *m, const struct gs_book *book, const struct gs_command *c,
                                        const struct gs_outcome *got, char text[DIFFERENCE_MAX])
{
    struct gs_truck truck;
    char uscc[GS_USCC_LEN + 1];
    if (!truck_of(book, c, &truck, uscc)) {
        return NULL;
    }
    if (got->alternative_count == 0 && c->booking_id == 0 && anything_bookable(m, &truck, uscc)) {
        return "full without an alternative, though there is one";
    }
    for (int32_t i = 0; i < got->alternative_count; i++) {
        const struct gs_alternative *a = &got->alternatives[i];
        int32_t free = alternative_free(m, c, &truck, uscc, a);
        if (free < 1 || (c->booking_id == 0 && free != a->free)) {
            snprintf(text, DIFFERENCE_MAX, "alternative %d (date %d, %s, start %lld, free %d): the model has free %d",
                     (int)i, (int)a->date, a->window, (long long)a->start_ms, (int)a->free, (int)free);
            return text;
        }
        for (int32_t k = 0; k < i; k++) {
            if (got->alternatives[k].start_ms == a->start_ms && got->alternatives[k].date == a->date) {
                snprintf(text, DIFFERENCE_MAX, "alternative %d is the same as %d", (int)i, (int)k);
                return text;
            }
        }
    }
    return NULL;
}

const char *compare_outcome(const struct model *m, const struct gs_book *book, const struct gs_command *c,
                            const struct gs_outcome *got, const struct m_outcome *want, char text[DIFFERENCE_MAX])
{
    int64_t id = got->booking != NULL ? got->booking->id : 0;
    if (got->code != want->code) {
        snprintf(text, DIFFERENCE_MAX, "outcome %s, the model says %s", gs_code_name(got->code),
                 gs_code_name(want->code));
        return text;
    }
    if (want->id != 0 && want->code == GS_CODE_OK && id != want->id) {
        snprintf(text, DIFFERENCE_MAX, "outcome is of booking %lld, the model's of %lld", (long long)id,
                 (long long)want->id);
        return text;
    }
    if (want->at_ms != M_NEVER && got->at_ms != want->at_ms) {
        snprintf(text, DIFFERENCE_MAX, "outcome names the instant %lld, the model %lld", (long long)got->at_ms,
                 (long long)want->at_ms);
        return text;
    }
    if (got->code == GS_CODE_WRONG_STATE && got->status != m->bookings[want->id - 1].status) {
        snprintf(text, DIFFERENCE_MAX, "refused for the state %s", gs_status_name(got->status));
        return text;
    }
    if (got->code == GS_CODE_VALIDATION && got->faults.count == 0) {
        return "a validation refusal without a fault";
    }
    if (got->code == GS_CODE_DUPLICATE_PLATE || got->code == GS_CODE_DUPLICATE_CONTAINER) {
        return compare_duplicate(book, c, got, text);
    }
    if (got->code == GS_CODE_DUPLICATE_REFERENCE) {
        return compare_reference(book, c, got, text);
    }
    bool has_others = got->code == GS_CODE_FULL || got->code == GS_CODE_COMPANY_QUOTA;
    return has_others ? compare_alternatives(m, book, c, got, text) : NULL;
}

static bool same_times(const struct m_booking *want, const struct gs_booking *got)
{
    return want->arrived == got->arrived_ms && want->entered == got->entered_ms && want->cleared == got->cleared_ms &&
           want->departed == got->departed_ms && want->held == got->held_ms && want->ended == got->ended_ms &&
           want->corrections == got->corrections;
}

static bool same_flags(const struct m_booking *want, const struct gs_booking *got)
{
    return want->excused == got->excused && want->exceptions == got->exceptions && want->delayed == got->delayed &&
           want->walk_in == got->walk_in && want->late_cancel == got->late_cancel &&
           want->displaced == got->displaced && want->moved == got->moved && want->urgent == got->urgent;
}

static const char *compare_booking(const struct model *m, const struct m_booking *want, const struct gs_booking *got,
                                   int32_t position, char text[DIFFERENCE_MAX])
{
    int32_t want_position = m_position(m, want);
    if (want->status != got->status || strcmp(want->window, got->window) != 0 ||
        want->slot_start != got->slot_start_ms || want->slot_end != got->slot_end_ms) {
        snprintf(text, DIFFERENCE_MAX, "booking %lld is %s in %s at %lld, in the model %s in %s at %lld",
                 (long long)want->id, gs_status_name(got->status), got->window, (long long)got->slot_start_ms,
                 gs_status_name(want->status), want->window, (long long)want->slot_start);
        return text;
    }
    if (want_position != position) {
        snprintf(text, DIFFERENCE_MAX, "booking %lld waits at %d, in the model at %d", (long long)want->id,
                 (int)position, (int)want_position);
        return text;
    }
    if (want->arrive_from != got->arrive_from_ms || want->arrive_until != got->arrive_until_ms) {
        snprintf(text, DIFFERENCE_MAX, "booking %lld (%s) may arrive %lld–%lld, in the model %lld–%lld",
                 (long long)want->id, gs_status_name(got->status), (long long)got->arrive_from_ms,
                 (long long)got->arrive_until_ms, (long long)want->arrive_from, (long long)want->arrive_until);
        return text;
    }
    if (want->wish.date != got->wish.date || strcmp(want->wish.windows, got->wish.windows) != 0 ||
        want->wish.slot_min != got->wish.slot_min || !same_flags(want, got)) {
        snprintf(text, DIFFERENCE_MAX, "booking %lld: other wish or flags", (long long)want->id);
        return text;
    }
    if (!same_times(want, got)) {
        snprintf(text, DIFFERENCE_MAX, "booking %lld (%s): ended %lld, in the model %lld, or another instant",
                 (long long)want->id, gs_status_name(got->status), (long long)got->ended_ms, (long long)want->ended);
        return text;
    }
    return NULL;
}

/* Some who wait were passed over because of a suspension, and are asked again when it ends: which of them, the book remembers from when it
 * last had a place to give. */
static bool due_as_expected(const struct model *m, int64_t next)
{
    if (next == m_next_due(m)) {
        return true;
    }
    for (int32_t i = 0; i < m->count && next < m_next_due(m); i++) {
        if (m_suspended(m, m->bookings[i].plate, 0) == next) {
            return true;
        }
    }
    return false;
}

const char *compare_bookings(const struct model *m, const struct gs_book *book, char text[DIFFERENCE_MAX])
{
    if (gs_book_now(book) != m->now || gs_book_inside(book) != m_inside(m) ||
        !due_as_expected(m, gs_book_next_due(book))) {
        snprintf(text, DIFFERENCE_MAX, "now %lld, inside %d, next due %lld; in the model %lld, %d, %lld",
                 (long long)gs_book_now(book), (int)gs_book_inside(book), (long long)gs_book_next_due(book),
                 (long long)m->now, (int)m_inside(m), (long long)m_next_due(m));
        return text;
    }
    for (int32_t i = 0; i < m->count; i++) {
        const struct m_booking *want = &m->bookings[i];
        const struct gs_booking *got = gs_book_get(book, want->id);
        if ((got == NULL) != m_forgotten(m, want)) {
            snprintf(text, DIFFERENCE_MAX, "booking %lld is %s", (long long)want->id, got == NULL ? "gone" : "kept");
            return text;
        }
        const char *differs =
            got != NULL ? compare_booking(m, want, got, gs_book_waitlist_position(book, got), text) : NULL;
        if (differs != NULL) {
            return differs;
        }
    }
    return gs_book_get(book, m->count + 1) != NULL ? "a booking that the model does not know" : NULL;
}

static const char *compare_window(const struct m_window *want, const struct gs_window_view *got,
                                  char text[DIFFERENCE_MAX])
{
    if (strcmp(want->id, got->id) != 0 || want->start != got->start_ms || want->end != got->end_ms ||
        want->capacity != got->capacity || want->taken != got->booked || want->waiting != got->waiting ||
        want->closed != got->closed || want->slot_count != got->slot_count) {
        snprintf(text, DIFFERENCE_MAX, "window %s (%d slots): %d of %d, closed %d; in the model %s (%d): %d of %d, %d",
                 got->id, (int)got->slot_count, (int)got->booked, (int)got->capacity, got->closed, want->id,
                 (int)want->slot_count, (int)want->taken, (int)want->capacity, want->closed);
        return text;
    }
    for (int32_t k = 0; k < want->slot_count; k++) {
        const struct m_slot *s = &want->slots[k];
        const struct gs_slot_view *v = &got->slots[k];
        if (s->start != v->start_ms || s->end != v->end_ms || s->capacity != v->capacity || s->taken != v->booked) {
            snprintf(text, DIFFERENCE_MAX, "slot %d of %s: %lld, %d of %d; in the model %lld, %d of %d", (int)k,
                     want->id, (long long)v->start_ms, (int)v->booked, (int)v->capacity, (long long)s->start,
                     (int)s->taken, (int)s->capacity);
            return text;
        }
    }
    return NULL;
}

const char *compare_days(const struct model *m, const struct gs_book *book, char text[DIFFERENCE_MAX])
{
    gs_date last = m_today(m) + m->rules->horizon_days + 1;
    for (gs_date date = m_today(m) - 1; date <= last; date++) {
        struct m_day want;
        struct gs_day_view got;
        struct gs_window_view view;
        m_day(m, date, 0, &want);
        gs_book_day(book, date, &got);
        if (got.window_count != want.window_count || got.closed != want.closed || got.date != date) {
            snprintf(text, DIFFERENCE_MAX, "date %d: %d windows, closed %d; in the model %d, %d", (int)date,
                     (int)got.window_count, got.closed, (int)want.window_count, want.closed);
            return text;
        }
        for (int32_t i = 0; i < want.window_count; i++) {
            bool there = gs_book_window(book, date, i, &view);
            const char *differs = there ? compare_window(&want.windows[i], &view, text) : "a window is missing";
            if (differs != NULL) {
                return differs;
            }
        }
    }
    return NULL;
}
