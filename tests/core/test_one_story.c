/* Counts, lists, slots, reports and plans tell the same story at every step of random histories: what the slots hold is what the windows hold and
 * what the lists name; a place shown free is given to who asks for it, and none that is not shown free; the report's sums balance;
 * the gate's list has whom it must have and nobody else; and what a plan says of before and after is what stands. GS_SEED and GS_HISTORIES widen the search. */
#include "../base/dice.h"
#include "fixture.h"

#include "gateslot/core/plan.h"
#include "gateslot/core/report.h"

#include <stdio.h>
#include <stdlib.h>

#define HISTORIES 600
#define COMMANDS 80
#define ROWS 1024

static struct {
    uint64_t seed;
    int command;
    int64_t windows, given, refused, reports, plans, listed;
} told;

static void must(bool holds, const char *what)
{
    if (!holds) {
        fail_msg("GS_SEED=%llu GS_HISTORIES=1, command %d: %s", (unsigned long long)told.seed, told.command, what);
    }
}
#define MUST(condition) must((condition), #condition)

static size_t bookings_of(const struct gs_book *book, gs_date date, const char *window, const struct gs_booking **out)
{
    struct gs_filter f = {.has_date = true, .date = date, .limit = ROWS};
    snprintf(f.window, sizeof f.window, "%s", window);
    size_t count = gs_book_list(book, &f, out);
    MUST(count < ROWS);
    return count;
}

/* ---- slots, windows and lists ---- */

static void counts_agree(const struct gs_book *book, gs_date date, const struct gs_window_view *w)
{
    static const struct gs_booking *rows[ROWS];
    size_t count = bookings_of(book, date, w->id, rows);
    int32_t in_slots = 0, holding = 0;
    for (int32_t i = 0; i < w->slot_count; i++) {
        int32_t here = 0;
        for (size_t k = 0; k < count; k++) {
            here += gs_status_holds_place(rows[k]->status) && rows[k]->slot_start_ms == w->slots[i].start_ms;
        }
        MUST(here == w->slots[i].booked);
        in_slots += w->slots[i].booked;
    }
    for (size_t k = 0; k < count; k++) {
        holding += gs_status_holds_place(rows[k]->status);
    }
    MUST(in_slots == w->booked && holding == w->booked);
    told.windows++;
}

/* ---- free places ---- */

static int32_t free_of(const struct gs_window_view *w, int32_t slot)
{
    const struct gs_slot_view *s = &w->slots[slot];
    int32_t in_window = w->capacity + w->overbooking - w->booked, in_slot = s->capacity + s->overbooking - s->booked;
    return w->closed ? 0 : in_window < in_slot ? in_window : in_slot;
}

/* A request for that very slot, by a truck never seen, on a copy. True: it got it, and nobody was moved for it. */
static bool given(const struct fixture *f, gs_date date, const struct gs_window_view *w, const struct gs_slot_view *s)
{
    struct gs_book *copy;
    struct gs_batch batch;
    struct gs_outcome out;
    struct gs_command c = fx_command(GS_CMD_BOOK, 0);
    MUST(gs_book_rebuild(f->book, &f->rules, &copy) == GS_OK);
    gs_batch_init(&batch);
    c.u.book.wish = (struct gs_wish){.date = date, .slot_min = gs_tz_minute(f->rules.tz, s->start_ms)};
    snprintf(c.u.book.wish.windows, sizeof c.u.book.wish.windows, "%s", w->id);
    snprintf(c.u.book.truck.plate, sizeof c.u.book.truck.plate, "沪A99999");
    snprintf(c.u.book.truck.containers[0], sizeof c.u.book.truck.containers[0], "NEWU0000001");
    c.u.book.truck.container_count = 1;
    snprintf(c.u.book.uscc, sizeof c.u.book.uscc, "91350100M000100Y9X");
    gs_apply(copy, &c, f->now, &batch, &out);
    MUST(!batch.failed);
    bool moved = false;
    for (const struct gs_record *r = batch.first; r != NULL; r = r->next) {
        moved = moved || (r->kind == GS_REC_EVENT && r->u.event->type == GS_EV_MOVED);
    }
    bool got = out.code == GS_CODE_OK && !moved && out.booking->slot_start_ms == s->start_ms &&
               strcmp(out.booking->window, w->id) == 0;
    gs_batch_finish(&batch);
    gs_book_destroy(copy);
    return got;
}

static void what_is_free_is_given(const struct fixture *f, gs_date date, const struct gs_window_view *w, uint64_t *d)
{
    if (w->slot_count == 0 || date < gs_book_today(f->book) || date > gs_book_last_date(f->book)) {
        return;
    }
    int32_t slot = dice_roll(d, w->slot_count);
    const struct gs_slot_view *s = &w->slots[slot];
    bool bookable = s->start_ms >= f->now + f->rules.cutoff_min * GS_MINUTE_MS;
    bool got = given(f, date, w, s);
    MUST(got == (bookable && free_of(w, slot) > 0));
    told.given += got;
    told.refused += !got;
}

/* ---- reports ---- */

static void sums_balance(const struct gs_report_sum *s)
{
    MUST(s->booked == s->due + s->arrived + s->entered + s->cleared + s->departed + s->no_show + s->cancelled +
                          s->refused + s->waitlisted);
    MUST(s->still_inside == s->entered + s->cleared);
}

static void report_agrees(const struct gs_book *book, gs_date date)
{
    static const struct gs_booking *rows[ROWS];
    static struct gs_window_view w;
    static struct gs_report r;
    size_t count = bookings_of(book, date, "", rows);
    int32_t booked = 0, waiting = 0, counted = 0;
    MUST(gs_report_make(book, date, NULL, 0, rows, count, &r) == GS_OK);
    for (int32_t i = 0; i < r.window_count; i++) {
        const struct gs_report_sum *s = &r.windows[i];
        sums_balance(s);
        booked += s->booked;
        if (gs_book_window(book, date, i, &w)) {
            MUST(strcmp(w.id, r.window_ids[i]) == 0 && s->capacity == (w.closed ? 0 : w.capacity) &&
                 s->inside == w.inside);
            MUST(w.booked == s->due + s->arrived + s->entered + s->cleared + s->departed);
        }
    }
    for (size_t i = 0; i < count; i++) {
        waiting += rows[i]->status == GS_WAITLISTED;
        counted += rows[i]->window[0] != '\0';
    }
    MUST(r.total.booked == booked && r.total.waitlisted == waiting);
    MUST(booked <= counted);
    told.reports++;
}

/* ---- the gate's list ---- */

static bool on(const struct gs_booking *const *list, size_t count, const struct gs_booking *b)
{
    for (size_t i = 0; i < count; i++) {
        if (list[i] == b) {
            return true;
        }
    }
    return false;
}

static void gate_list_agrees(const struct gs_book *book, gs_date date)
{
    static const struct gs_booking *rows[ROWS], *list[ROWS];
    size_t count = bookings_of(book, date, "", rows), listed = gs_book_gate_list(book, date, "", list, ROWS);
    MUST(listed < ROWS);
    for (size_t i = 0; i < count; i++) {
        enum gs_status s = rows[i]->status;
        bool never = s == GS_WAITLISTED || s == GS_EXPIRED || s == GS_CANCELLED || rows[i]->window[0] == '\0';
        MUST(on(list, listed, rows[i]) == !never);
    }
    for (size_t i = 0; i < listed; i++) {
        bool other = list[i]->wish.date != date;
        MUST(!other || (date == gs_book_today(book) && !gs_status_terminal(list[i]->status)));
    }
    told.listed += (int64_t)listed;
}

/* ---- plans ---- */

static void window_is(const struct gs_book *book, gs_date date, const char *id, const struct gs_plan_state *state)
{
    static struct gs_window_view w;
    for (int32_t i = 0; gs_book_window(book, date, i, &w); i++) {
        if (strcmp(w.id, id) == 0) {
            MUST(w.capacity == state->capacity && w.booked == state->booked && w.closed == state->closed);
            MUST(w.overridden == state->overridden && w.slot_capacity_rule == state->slot_capacity);
            return;
        }
    }
    must(false, "a window of the plan is not shown");
}

static void steps_are_true(const struct gs_book *book, const struct gs_plan *p)
{
    for (size_t i = 0; i < p->waitlisted.count; i++) {
        enum gs_status s = gs_book_get(book, p->waitlisted.at[i].booking_id)->status;
        MUST(s == GS_WAITLISTED || s == GS_EXPIRED);
    }
    for (size_t i = 0; i < p->promoted.count; i++) {
        MUST(gs_book_get(book, p->promoted.at[i].booking_id)->status == GS_BOOKED);
    }
}

/* Shown, then done: by a supervisor, for one window of the date. */
static void plan_agrees(struct fixture *f, gs_date date, uint64_t *d)
{
    static struct gs_window_view w;
    struct gs_command c = fx_command(dice_roll(d, 4) == 0 ? GS_CMD_CAPACITY_RESET : GS_CMD_CAPACITY_SET, 0);
    if (!gs_book_window(f->book, date, dice_roll(d, 3), &w)) {
        return;
    }
    c.u.capacity.to.date = date;
    snprintf(c.u.capacity.to.window, sizeof c.u.capacity.to.window, "%s", w.id);
    c.u.capacity.to.capacity = dice_roll(d, 14);
    c.u.capacity.to.slot_capacity = dice_roll(d, 3) == 0 ? dice_roll(d, 3) : -1;
    c.u.capacity.to.closed = dice_roll(d, 6) == 0;
    c.u.capacity.has_capacity = true;
    c.u.capacity.dry_run = true;
    if (fx_apply(f, &c) != GS_CODE_OK) {
        return;
    }
    uint64_t id = f->out.plans->at[0].id;
    window_is(f->book, date, w.id, &f->out.plans->at[0].windows[0].before);
    c.u.capacity.dry_run = false;
    c.u.capacity.has_plan_id = true;
    c.u.capacity.plan_id = id;
    MUST(fx_apply(f, &c) == GS_CODE_OK && f->out.plans->at[0].id == id);
    window_is(f->book, date, w.id, &f->out.plans->at[0].windows[0].after);
    steps_are_true(f->book, &f->out.plans->at[0]);
    told.plans++;
}

/* ---- histories ---- */

static void random_command(struct fixture *f, uint64_t *d)
{
    static const char *const wishes[] = {"", "", "morning", "midday", "evening", "morning,midday", "midday,evening"};
    static const char *const slots[] = {NULL, NULL, NULL, "08:00", "09:30", "12:00", "16:30"};
    static const enum gs_command_kind kinds[] = {GS_CMD_CANCEL, GS_CMD_DELAY,  GS_CMD_ARRIVE, GS_CMD_ARRIVE,
                                                 GS_CMD_ARRIVE, GS_CMD_ENTER,  GS_CMD_ENTER,  GS_CMD_CLEAR,
                                                 GS_CMD_DEPART, GS_CMD_REFUSE, GS_CMD_REVERT};
    static const int32_t lengths[] = {15, 30, 60};
    int64_t latest = (int64_t)f->store.booking_count;
    int64_t id = latest > 0 ? latest - dice_below(d, latest < 40 ? latest : 40) : 1;
    char date[GS_DATE_TEXT];
    int kind = dice_roll(d, 100);
    f->now += dice_roll(d, 3) == 0 ? dice_below(d, 60) * GS_MINUTE_MS : 0;
    if (kind < 50) {
        gs_date_format(gs_book_today(f->book) + dice_roll(d, 2), date);
        BOOK(f, .date = date, .windows = wishes[dice_roll(d, 7)], .slot = slots[dice_roll(d, 7)],
             .wait = dice_roll(d, 2) == 0, .rigid = dice_roll(d, 3) == 0, .walk_in = dice_roll(d, 5) == 0);
    } else if (kind < 88) {
        fx_step(f, kinds[dice_roll(d, 11)], id);
    } else if (kind < 96) {
        plan_agrees(f, gs_book_today(f->book) + dice_roll(d, 2), d);
        fx_step(f, GS_CMD_ARRIVE, 0); /* nobody: that the book comes to now in any case */
    } else {
        f->rules.windows[dice_roll(d, 3)].capacity = dice_roll(d, 12);
        f->rules.slot_min = lengths[dice_roll(d, 3)];
        fx_reload(f, NULL, NULL);
    }
}

static void all_agrees(const struct fixture *f, uint64_t *d)
{
    static struct gs_window_view w;
    for (gs_date date = gs_book_first_date(f->book); date <= gs_book_last_date(f->book); date++) {
        for (int32_t i = 0; gs_book_window(f->book, date, i, &w); i++) {
            counts_agree(f->book, date, &w);
            what_is_free_is_given(f, date, &w, d);
        }
        report_agrees(f->book, date);
        gate_list_agrees(f->book, date);
    }
}

static void all_tell_the_same_story(void **state)
{
    (void)state;
    static struct fixture f;
    uint64_t seed = number_of("GS_SEED", 20261125), histories = number_of("GS_HISTORIES", HISTORIES);
    printf("# GS_SEED=%llu GS_HISTORIES=%llu\n", (unsigned long long)seed, (unsigned long long)histories);
    for (uint64_t i = 0; i < histories; i++) {
        uint64_t dice = seed + i, *d = &dice;
        told.seed = seed + i;
        fx_init(&f);
        f.cut = true;
        f.rules.horizon_days = 1;
        f.rules.bays = 2 + dice_roll(d, 6);
        f.rules.slot_capacity = dice_roll(d, 4) == 0 ? dice_roll(d, 3) : -1;
        for (int w = 0; w < 3; w++) {
            f.rules.windows[w].capacity = 2 + dice_roll(d, 10);
        }
        fx_open(&f);
        f.now = fx_ms(&f, "2026-11-24 06:00") + dice_below(d, 600) * GS_MINUTE_MS;
        for (told.command = 0; told.command < COMMANDS; told.command++) {
            random_command(&f, d);
            all_agrees(&f, d);
        }
        fx_finish(&f);
    }
    printf("# %lld windows, %lld places given, %lld refused, %lld reports, %lld plans, %lld on the gate's lists\n",
           (long long)told.windows, (long long)told.given, (long long)told.refused, (long long)told.reports,
           (long long)told.plans, (long long)told.listed);
    assert_true(told.given > 0 && told.refused > 0 && told.plans > 0 && told.listed > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(all_tell_the_same_story)};
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
