/* What other rules would do, asked for beforehand: exactly what they then do. */
#include "week.h"

#include "gateslot/base/text.h"
#include "gateslot/core/preview.h"
#include "same_plans.h"

#include <stdlib.h>

struct reloaded {
    struct gs_book *book;
    struct gs_batch batch;
};

static void reload(const struct fixture *f, const struct gs_rules *next, struct reloaded *r)
{
    gs_batch_init(&r->batch);
    assert_int_equal(gs_book_rebuild(f->book, next, &r->book), GS_OK);
    gs_book_reload(r->book, f->book, &r->batch, NULL, NULL, NULL);
    assert_false(r->batch.failed);
}

static void finish(struct reloaded *r)
{
    gs_book_destroy(r->book);
    gs_batch_finish(&r->batch);
}

static const struct gs_event *next_event(const struct gs_record **r, enum gs_event_type type, gs_date date)
{
    for (; *r != NULL; *r = (*r)->next) {
        const struct gs_event *e = (*r)->kind == GS_REC_EVENT ? (*r)->u.event : NULL;
        gs_date of = e == NULL ? 0 : e->to.window[0] != '\0' ? e->to.date : e->from.date;
        if (e != NULL && e->type == type && (date == 0 || of == date)) {
            *r = (*r)->next;
            return e;
        }
    }
    return NULL;
}

static int32_t count_events(const struct reloaded *r, enum gs_event_type type)
{
    int32_t count = 0;
    for (const struct gs_record *at = r->batch.first; next_event(&at, type, 0) != NULL;) {
        count++;
    }
    return count;
}

static void expect_steps(const struct gs_plan_list *list, enum gs_event_type type, gs_date date,
                         const struct reloaded *r)
{
    const struct gs_record *at = r->batch.first;
    for (size_t i = 0; i < list->count; i++) {
        const struct gs_event *e = next_event(&at, type, date);
        const struct gs_plan_step *s = &list->at[i];
        assert_non_null(e);
        assert_true(e->booking_id == s->booking_id && strcmp(e->plate, s->plate) == 0);
        assert_true(e->from.start_ms == s->from.start_ms && e->to.start_ms == s->to.start_ms);
    }
    assert_null(next_event(&at, type, date));
}

static const struct gs_plan_window *window_of(const struct gs_plans *plans, gs_date date, const char *id)
{
    for (size_t i = 0; i < plans->count; i++) {
        for (int32_t k = 0; plans->at[i].date == date && k < plans->at[i].window_count; k++) {
            if (strcmp(plans->at[i].windows[k].id, id) == 0) {
                return &plans->at[i].windows[k];
            }
        }
    }
    return NULL;
}

/* Every capacity.changed is of a window that was shown, with the numbers that were shown. */
static void expect_windows(const struct gs_plans *plans, const struct reloaded *r)
{
    const struct gs_record *at = r->batch.first;
    for (const struct gs_event *e; (e = next_event(&at, GS_EV_CAPACITY_CHANGED, 0)) != NULL;) {
        const struct gs_plan_window *w = window_of(plans, e->to.date, e->to.window);
        assert_non_null(w);
        assert_int_equal(e->capacity_before, w->is_new ? 0 : w->before.capacity);
        assert_true(w->is_gone || e->capacity_after == w->after.capacity);
    }
    for (size_t i = 0; i < plans->count; i++) {
        const struct gs_plan *p = &plans->at[i];
        struct gs_window_view w;
        for (int32_t k = 0; gs_book_window(r->book, p->date, k, &w); k++) {
            const struct gs_plan_window *shown = window_of(plans, p->date, w.id);
            if (shown != NULL) {
                assert_false(shown->is_gone);
                assert_true(shown->after.booked == w.booked && shown->after.closed == w.closed);
                assert_true(shown->after.waiting == w.waiting);
            }
        }
    }
}

static void expect_all(const struct gs_plans *plans, const struct reloaded *r)
{
    int32_t moved = 0, waitlisted = 0, promoted = 0;
    const struct gs_record *first = r->batch.first;
    const struct gs_event *told = next_event(&first, GS_EV_CONFIG_RELOADED, 0);
    for (size_t i = 0; i < plans->count; i++) {
        const struct gs_plan *p = &plans->at[i];
        assert_true(i == 0 || plans->at[i - 1].date < p->date);
        expect_steps(&p->moved, GS_EV_MOVED, p->date, r);
        expect_steps(&p->waitlisted, GS_EV_WAITLISTED, p->date, r);
        expect_steps(&p->promoted, GS_EV_PROMOTED, p->date, r);
        moved += (int32_t)p->moved.count;
        waitlisted += (int32_t)p->waitlisted.count;
        promoted += (int32_t)p->promoted.count;
    }
    assert_non_null(told);
    assert_int_equal(told->moved, moved);
    assert_int_equal(told->waitlisted, waitlisted);
    assert_int_equal(told->promoted, promoted);
    assert_int_equal(count_events(r, GS_EV_MOVED), moved);
    assert_int_equal(count_events(r, GS_EV_WAITLISTED), waitlisted);
    assert_int_equal(count_events(r, GS_EV_PROMOTED), promoted);
    expect_windows(plans, r);
}

static void change_rules(struct gs_rules *r, struct gs_calendar_rule *calendar, uint64_t *d)
{
    for (int32_t i = 0; i < r->window_count; i++) {
        r->windows[i].capacity = dice_roll(d, 2) == 0 ? dice_roll(d, 12) : r->windows[i].capacity;
    }
    r->windows[0].start_min += dice_roll(d, 3) == 0 ? 60 : 0;
    r->windows[2].end_min -= dice_roll(d, 3) == 0 ? 120 : 0;
    r->windows[1].id[0] = dice_roll(d, 5) == 0 ? 'x' : r->windows[1].id[0];
    r->slot_capacity = dice_roll(d, 4) == 0 ? 1 : -1;
    r->horizon_days += dice_roll(d, 5) - 2;
    r->promote_min = dice_roll(d, 2) == 0 ? 0 : r->promote_min;
    r->cutoff_min = dice_roll(d, 3) == 0 ? 240 : r->cutoff_min;
    r->calendar = calendar;
    r->calendar_count = dice_roll(d, 2);
    *calendar = (struct gs_calendar_rule){.by_range = true, .weekday = -1, .closed = true, .reason = "fair"};
    calendar->from = fx_date(week_day(d));
    calendar->to = calendar->from + dice_roll(d, 3);
}

static void a_preview_is_what_the_reload_does(void **state)
{
    (void)state;
    uint64_t d = dice_seed("a_preview_is_what_the_reload_does");
    int32_t moved = 0, waitlisted = 0, promoted = 0;
    for (int world = 0; world < 12; world++) {
        struct fixture *f = calloc(1, sizeof *f);
        void *fixture = f;
        assert_non_null(f);
        fx_init(f);
        week_rules(f, &d);
        fx_open(f);
        week_fill(f, &d);
        fx_due(f, "2026-11-23 09:00");
        for (int i = 0; i < 10; i++) {
            struct gs_rules next = f->rules;
            struct gs_calendar_rule calendar;
            struct gs_plans plans;
            struct reloaded r;
            change_rules(&next, &calendar, &d);
            uint64_t digest = gs_book_digest(f->book);
            assert_int_equal(gs_book_preview(f->book, &next, &plans), GS_OK);
            assert_true(gs_book_digest(f->book) == digest);
            reload(f, &next, &r);
            expect_all(&plans, &r);
            moved += count_events(&r, GS_EV_MOVED);
            waitlisted += count_events(&r, GS_EV_WAITLISTED);
            promoted += count_events(&r, GS_EV_PROMOTED);
            gs_batch_clear(&r.batch); /* and it was all: nobody comes in afterwards without anything having happened */
            (void)gs_apply_due(r.book, gs_book_now(r.book), &r.batch);
            assert_int_equal(count_events(&r, GS_EV_PROMOTED), 0);
            gs_plans_finish(&plans);
            finish(&r);
        }
        fx_teardown(&fixture);
    }
    printf("# moved %d, waitlisted %d, promoted %d\n", moved, waitlisted, promoted);
    assert_true(moved > 50 && waitlisted > 50 && promoted > 50);
}

static void do_something(struct fixture *f, uint64_t *d)
{
    if (dice_roll(d, 2) == 0) {
        BOOK(f, .date = week_day(d), .wait = true, .rigid = dice_roll(d, 2) == 0);
    } else {
        fx_step(f, GS_CMD_CANCEL, 1 + dice_below(d, (int64_t)f->store.booking_count));
    }
}

/* Whatever is done between its steps, it is the whole preview of the instant at which the last booking was copied. */
static void preview_in_steps(struct fixture *f, const struct gs_rules *next, uint64_t *d)
{
    struct gs_previewing *p;
    struct gs_plans whole;
    bool done = false, seen = false;
    assert_int_equal(gs_previewing_create(next, &p), GS_OK);
    for (int steps = 0; !done; steps++) {
        for (int n = dice_roll(d, 30) == 0 ? 1 : 0; n > 0; n--) {
            do_something(f, d);
        }
        assert_int_equal(gs_previewing_step(p, f->book, &done), GS_OK);
        if (!seen && gs_previewing_copy(p) != NULL) {
            seen = true;
            assert_int_equal(gs_book_preview(gs_previewing_copy(p), next, &whole), GS_OK);
        }
    }
    assert_true(seen);
    same_plans(gs_previewing_plans(p), &whole);
    gs_plans_finish(&whole);
    gs_previewing_destroy(p);
}

static void in_steps_it_is_the_preview_of_one_instant(void **state)
{
    (void)state;
    uint64_t d = dice_seed("in_steps_it_is_the_preview_of_one_instant");
    for (int world = 0; world < 6; world++) {
        struct fixture f;
        fx_init(&f);
        week_rules(&f, &d);
        fx_open(&f);
        week_fill(&f, &d);
        for (int i = 0; i < 10; i++) {
            struct gs_rules next = f.rules;
            struct gs_calendar_rule calendar;
            struct gs_plans whole;
            struct gs_previewing *p;
            bool done = false;
            change_rules(&next, &calendar, &d);
            preview_in_steps(&f, &next, &d);
            assert_int_equal(gs_book_preview(f.book, &next, &whole), GS_OK);
            assert_int_equal(gs_previewing_create(&next, &p), GS_OK);
            for (int most = dice_roll(&d, 60); most > 0 && !done; most--) {
                assert_int_equal(gs_previewing_step(p, f.book, &done), GS_OK);
            }
            const bool given_up = dice_roll(&d, 3) == 0;
            while (!given_up && !done) {
                assert_int_equal(gs_previewing_step(p, f.book, &done), GS_OK);
            }
            if (done) {
                same_plans(gs_previewing_plans(p), &whole);
            }
            gs_previewing_destroy(p);
            gs_plans_finish(&whole);
        }
        fx_finish(&f);
    }
}

static void rules_that_change_no_day_show_none(void **state)
{
    struct fixture *f = *state;
    struct gs_rules next = f->rules;
    struct gs_plans plans;
    BOOK(f, .windows = "morning");
    next.bays = 7;
    next.windows[0].name[0] = 'A';
    assert_int_equal(gs_book_preview(f->book, &next, &plans), GS_OK);
    assert_true(plans.count == 0);
    gs_plans_finish(&plans);
}

static void windows_that_come_and_go_are_shown_as_such(void **state)
{
    struct fixture *f = *state;
    struct gs_rules next = f->rules;
    struct gs_plans plans;
    strcpy(next.windows[2].id, "night");
    strcpy(next.windows[2].name, "夜班");
    assert_int_equal(gs_book_preview(f->book, &next, &plans), GS_OK);
    const gs_date day = fx_date(FX_DAY);
    const struct gs_plan_window *comes = window_of(&plans, day, "night"), *goes = window_of(&plans, day, "evening");
    assert_true(comes != NULL && comes->is_new && !comes->is_gone && comes->after.capacity == 40);
    assert_string_equal(comes->name, "夜班");
    assert_true(goes != NULL && goes->is_gone && !goes->is_new && goes->before.capacity == 40);
    assert_null(window_of(&plans, day, "morning"));
    gs_plans_finish(&plans);
}

#define RULE(name) cmocka_unit_test_setup_teardown(name, fx_setup, fx_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_preview_is_what_the_reload_does),
        cmocka_unit_test(in_steps_it_is_the_preview_of_one_instant),
        RULE(rules_that_change_no_day_show_none),
        RULE(windows_that_come_and_go_are_shown_as_such),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
