/* Capacities of ranges of dates and of dates ahead of the horizon. */
#include "week.h"

#include "gateslot/base/text.h"

#include <stdio.h>
#include <stdlib.h>

static struct gs_command change_of(const char *from, const char *until, const char *window, int32_t capacity)
{
    struct gs_command c = fx_command(GS_CMD_CAPACITY_SET, 0);
    c.u.capacity.to.date = fx_date(from);
    c.u.capacity.until = until != NULL ? fx_date(until) : 0;
    gs_text_copy(c.u.capacity.to.window, sizeof c.u.capacity.to.window, window);
    c.u.capacity.to.slot_capacity = -1;
    c.u.capacity.to.capacity = capacity;
    c.u.capacity.has_capacity = capacity >= 0;
    return c;
}

static struct gs_command reset_of(const char *from, const char *until, const char *window)
{
    struct gs_command c = change_of(from, until, window, -1);
    c.kind = GS_CMD_CAPACITY_RESET;
    return c;
}

static struct gs_window_view shown(const struct fixture *f, const char *date, const char *window)
{
    struct gs_window_view w;
    assert_true(fx_window(f, date, window, &w) >= 0);
    return w;
}

/* ---- a range is its dates, one after the other ---- */

struct copy {
    struct gs_book *book;
    struct gs_batch batch;
    struct gs_outcome out;
};

static void copy_book(const struct fixture *f, struct copy *c)
{
    assert_int_equal(gs_book_rebuild(f->book, &f->rules, &c->book), GS_OK);
    gs_batch_init(&c->batch);
}

static void free_copy(struct copy *c)
{
    gs_book_destroy(c->book);
    gs_batch_finish(&c->batch);
}

static struct gs_command random_range(uint64_t *d)
{
    static const char *const names[] = {"morning", "midday", "evening", GS_ALL_WINDOWS};
    const char *window = names[dice_roll(d, 4)];
    bool all = strcmp(window, GS_ALL_WINDOWS) == 0;
    struct gs_command c =
        change_of(week_day(d), "2026-11-24", window, all || dice_roll(d, 4) == 0 ? -1 : dice_roll(d, 9));
    c.kind = dice_roll(d, 4) == 0 ? GS_CMD_CAPACITY_RESET : GS_CMD_CAPACITY_SET;
    c.u.capacity.until = c.u.capacity.to.date + dice_roll(d, 12);
    c.u.capacity.to.closed = all || dice_roll(d, 3) == 0;
    c.u.capacity.excess = dice_roll(d, 4) == 0 ? GS_EXCESS_KEEP : GS_EXCESS_REBOOK;
    return c;
}

static void add_events(const struct fixture *f, const struct gs_batch *batch, struct gs_buf *out)
{
    for (const struct gs_record *r = batch->first; r != NULL; r = r->next) {
        if (r->kind == GS_REC_EVENT) {
            gs_event_json(r->u.event, f->rules.tz, out);
            gs_buf_str(out, "\n");
        }
    }
}

static void apply(struct copy *c, const struct gs_command *command, int64_t now_ms)
{
    gs_batch_clear(&c->batch);
    gs_apply(c->book, command, now_ms, &c->batch, &c->out);
    assert_false(c->batch.failed);
}

/* Date by date until one is refused; false: one was. */
static bool apply_singly(const struct fixture *f, struct copy *c, struct gs_command command, struct gs_buf *events)
{
    const gs_date until = command.u.capacity.until;
    command.u.capacity.until = 0;
    for (; command.u.capacity.to.date <= until; command.u.capacity.to.date++) {
        apply(c, &command, f->now);
        add_events(f, &c->batch, events);
        if (c->out.code != GS_CODE_OK) {
            return false;
        }
    }
    return true;
}

static void expect_steps(const struct gs_plan_list *list, enum gs_event_type type, const struct gs_batch *batch,
                         gs_date date)
{
    size_t at = 0;
    for (const struct gs_record *r = batch->first; r != NULL; r = r->next) {
        const struct gs_event *e = r->kind == GS_REC_EVENT ? r->u.event : NULL;
        gs_date of = e == NULL ? 0 : e->to.window[0] != '\0' ? e->to.date : e->from.date;
        if (e != NULL && e->type == type && of == date) {
            assert_true(at < list->count);
            assert_true(list->at[at].booking_id == e->booking_id);
            assert_true(list->at[at].to.start_ms == e->to.start_ms && list->at[at].from.start_ms == e->from.start_ms);
            at++;
        }
    }
    assert_true(at == list->count);
}

/* What the plan says of each date is what the command then did on it. */
static void expect_plans(const struct gs_plans *plans, const struct copy *done)
{
    for (size_t i = 0; i < plans->count; i++) {
        const struct gs_plan *p = &plans->at[i];
        struct gs_window_view w;
        expect_steps(&p->moved, GS_EV_MOVED, &done->batch, p->date);
        expect_steps(&p->waitlisted, GS_EV_WAITLISTED, &done->batch, p->date);
        expect_steps(&p->promoted, GS_EV_PROMOTED, &done->batch, p->date);
        for (int32_t k = 0; k < p->window_count; k++) {
            int32_t at = 0;
            while (gs_book_window(done->book, p->date, at, &w) && strcmp(w.id, p->windows[k].id) != 0) {
                at++;
            }
            const struct gs_plan_state *after = &p->windows[k].after;
            assert_true(after->capacity == w.capacity && after->closed == w.closed && after->booked == w.booked);
            assert_true(after->overridden == w.overridden && after->waiting == w.waiting);
            assert_int_equal(after->slot_capacity, w.slot_capacity_rule);
        }
    }
}

static void try_range(struct fixture *f, struct gs_command command, int *out_done)
{
    struct copy whole, singly;
    struct gs_buf of_whole, of_singly;
    copy_book(f, &whole);
    copy_book(f, &singly);
    gs_buf_init(&of_whole, 1 << 22);
    gs_buf_init(&of_singly, 1 << 22);
    gs_buf_str(&of_whole, "");
    gs_buf_str(&of_singly, "");
    struct gs_command nothing = fx_command(GS_CMD_NOTE, 0);
    nothing.u.note.type = GS_EV_TOKEN_CREATED;
    apply(&whole, &nothing, f->now); /* what is due, and who may be promoted by then, is not the command's */
    apply(&singly, &nothing, f->now);
    uint64_t digest = gs_book_digest(whole.book);
    command.u.capacity.dry_run = true;
    apply(&whole, &command, f->now);
    assert_true(gs_book_digest(whole.book) == digest && whole.batch.first == NULL);
    command.u.capacity.dry_run = false;
    if (whole.out.code == GS_CODE_OK) {
        command.u.capacity.has_plan_id = true;
        command.u.capacity.plan_id = whole.out.plans->id;
        apply(&whole, &command, f->now);
        assert_int_equal(whole.out.code, GS_CODE_OK);
        expect_plans(whole.out.plans, &whole);
        add_events(f, &whole.batch, &of_whole);
        command.u.capacity.has_plan_id = false;
        assert_true(apply_singly(f, &singly, command, &of_singly));
        assert_true(of_whole.len == of_singly.len && memcmp(of_whole.data, of_singly.data, of_whole.len) == 0);
        assert_true(gs_book_digest(whole.book) == gs_book_digest(singly.book));
        *out_done += 1;
    } else {
        assert_false(apply_singly(f, &singly, command, &of_singly));
    }
    gs_buf_finish(&of_whole);
    gs_buf_finish(&of_singly);
    free_copy(&whole);
    free_copy(&singly);
}

static void a_range_is_its_dates_one_after_the_other(void **state)
{
    (void)state;
    uint64_t d = dice_seed("a_range_is_its_dates_one_after_the_other");
    int done = 0;
    for (int world = 0; world < 12; world++) {
        struct fixture *f = calloc(1, sizeof *f);
        void *fixture = f;
        assert_non_null(f);
        fx_init(f);
        week_rules(f, &d);
        fx_open(f);
        week_fill(f, &d);
        for (int i = 0; i < 12; i++) {
            try_range(f, random_range(&d), &done);
        }
        fx_teardown(&fixture);
    }
    assert_true(done > 40);
}

/* ---- ahead ---- */

static void what_is_set_ahead_stands_when_the_date_comes(void **state)
{
    struct fixture *f = *state;
    size_t held = gs_book_count(f->book);
    struct gs_command c = change_of("2027-02-05", "2027-02-12", GS_ALL_WINDOWS, -1);
    c.u.capacity.to.closed = true;
    gs_text_copy(c.u.capacity.to.reason, sizeof c.u.capacity.to.reason, "春节");
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
    assert_int_equal(f->out.plans->count, 8);
    assert_int_equal(fx_events(f, GS_EV_CAPACITY_CHANGED, 0), 24);
    c = change_of("2027-02-12", NULL, "evening", 7);
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
    for (int again = 0; again < 2; again++) {
        struct gs_window_view w = shown(f, "2027-02-05", "morning");
        assert_true(w.closed && w.overridden && w.capacity == 40);
        assert_string_equal(w.reason, "春节");
        w = shown(f, "2027-02-12", "evening");
        assert_true(!w.closed && w.overridden && w.capacity == 7 && w.slots[0].capacity == 1);
        assert_false(shown(f, "2027-02-13", "morning").overridden);
        fx_reopen(f);
    }
    assert_true(gs_book_count(f->book) == held && gs_book_last_date(f->book) < fx_date("2027-02-05"));
    fx_due(f, "2027-02-05 09:00");
    assert_int_equal(BOOK(f, .date = "2027-02-06"), 0);
    assert_int_equal(f->out.code, GS_CODE_CLOSED);
    assert_string_equal(f->out.reason, "春节");
    assert_int_equal(BOOK_MANY(f, 9, .date = "2027-02-12", .uscc = NULL), 7);
    assert_string_equal(fx_get(f, f->store.bookings[f->store.booking_count - 1].id)->window, "evening");
    fx_reopen(f);
    assert_int_equal(shown(f, "2027-02-12", "evening").booked, 7);
}

static void the_calendar_of_a_date_ahead_says_which_windows_it_has(void **state)
{
    struct fixture *f = *state;
    struct gs_calendar_rule *r = &f->calendar[f->rules.calendar_count++];
    *r = (struct gs_calendar_rule){
        .by_range = true, .from = fx_date("2027-02-05"), .to = fx_date("2027-02-06"), .weekday = -1, .change_count = 1};
    r->changes[0] = (struct gs_window_change){"night", 20 * 60, 23 * 60, 10, false, ""};
    fx_reload(f, NULL, NULL);
    struct gs_command c = change_of("2027-02-05", NULL, "night", 4);
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
    assert_int_equal(f->out.plans->at[0].windows[0].before.capacity, 10);
    assert_int_equal(f->out.plans->at[0].windows[0].after.capacity, 4);
    int64_t seq = gs_book_seq(f->book);
    c = change_of("2027-02-06", "2027-02-07", "night", 4); /* the 7th has none */
    assert_int_equal(fx_apply(f, &c), GS_CODE_VALIDATION);
    assert_int_equal(f->out.faults.list[0].kind, GS_FAULT_NO_SUCH_WINDOW);
    assert_non_null(strstr(f->out.faults.list[0].expected, "2027-02-07"));
    assert_true(gs_book_seq(f->book) == seq && !shown(f, "2027-02-06", "night").overridden);
    f->rules.calendar_count = 0; /* the window goes: what was set for it is kept, and of no effect */
    fx_reload(f, NULL, NULL);
    fx_due(f, "2027-02-04 09:00");
    struct gs_day_view day;
    gs_book_day(f->book, fx_date("2027-02-05"), &day);
    assert_int_equal(day.window_count, 3);
}

static void what_stands_ahead_is_taken_back_by_a_range(void **state)
{
    struct fixture *f = *state;
    struct gs_command c = change_of("2027-01-01", NULL, "morning", 3);
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
    int64_t seq = gs_book_seq(f->book);
    c = reset_of("2026-12-25", "2027-01-07", GS_ALL_WINDOWS);
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
    assert_int_equal(f->out.plans->count, 14);
    assert_true(gs_book_seq(f->book) == seq + 1); /* of what was never set nothing is told */
    assert_int_equal(shown(f, "2027-01-01", "morning").capacity, 40);
    c = reset_of("2026-12-25", "2027-01-07", GS_ALL_WINDOWS);
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
    assert_true(gs_book_seq(f->book) == seq + 1);
}

static void the_day_version_tells_of_what_is_set_ahead(void **state)
{
    struct fixture *f = *state;
    const gs_date date = fx_date("2027-01-01");
    uint64_t version = gs_book_day_version(f->book, date);
    struct gs_command c = change_of("2027-01-01", NULL, "morning", 3);
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
    assert_true(gs_book_day_version(f->book, date) != version);
    version = gs_book_day_version(f->book, date);
    c.kind = GS_CMD_CAPACITY_RESET;
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
    assert_true(gs_book_day_version(f->book, date) != version);
}

/* ---- what cannot be ---- */

static void expect_range_fault(struct fixture *f, const char *from, const char *until, const char *pointer)
{
    struct gs_command c = change_of(from, until, "morning", 3);
    int64_t seq = gs_book_seq(f->book);
    assert_int_equal(fx_apply(f, &c), GS_CODE_VALIDATION);
    assert_int_equal(f->out.faults.count, 1);
    assert_string_equal(f->out.faults.list[0].pointer, pointer);
    assert_true(gs_book_seq(f->book) == seq && f->out.plans == NULL);
}

static void ranges_have_bounds(void **state)
{
    struct fixture *f = *state; /* it is 2026-11-23 */
    expect_range_fault(f, "2026-12-10", "2026-12-09", "?until");
    expect_range_fault(f, "2027-12-29", NULL, "/date");
    expect_range_fault(f, "2027-12-29", "2027-12-30", "/date");
    expect_range_fault(f, "2027-12-01", "2027-12-29", "?until");
    expect_range_fault(f, "2026-11-23", "2027-12-28", "?until"); /* 401 dates */
    struct gs_command c = change_of("2026-11-23", "2027-12-27", "morning", 3);
    c.u.capacity.dry_run = true;
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
    assert_int_equal(f->out.plans->count, 400);
    c = change_of("2027-12-28", "2027-12-28", "morning", 3);
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
    c = change_of("2026-11-20", "2026-11-30", "morning", 3);
    assert_int_equal(fx_apply(f, &c), GS_CODE_OUTSIDE_HORIZON);
    f->now = fx_ms(f, "2026-11-23 12:30");
    c = change_of("2026-11-23", "2026-11-30", "morning", 3); /* today's has ended: nothing is half done */
    int64_t seq = gs_book_seq(f->book);
    assert_int_equal(fx_apply(f, &c), GS_CODE_PAST_CUTOFF);
    assert_true(gs_book_seq(f->book) == seq);
    c = change_of("2027-12-27", "2027-12-28", GS_ALL_WINDOWS, 3);
    assert_int_equal(fx_apply(f, &c), GS_CODE_VALIDATION);
    assert_string_equal(f->out.faults.list[0].pointer, "/capacity");
}

static void a_booking_between_makes_the_plan_of_a_range_outdated(void **state)
{
    struct fixture *f = *state;
    BOOK(f, .date = "2026-11-26", .windows = "morning", .rigid = true);
    struct gs_command c = change_of("2026-11-25", "2027-01-05", GS_ALL_WINDOWS, -1);
    c.u.capacity.to.closed = true;
    c.u.capacity.dry_run = true;
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
    c.u.capacity.has_plan_id = true;
    c.u.capacity.plan_id = f->out.plans->id;
    BOOK(f, .date = "2026-11-27", .windows = "evening", .rigid = true);
    c.u.capacity.dry_run = false;
    assert_int_equal(fx_apply(f, &c), GS_CODE_PLAN_OUTDATED);
    assert_int_equal(f->out.plans->count, 42);
    assert_int_equal(fx_events(f, GS_EV_CAPACITY_CHANGED, 0), 0);
    c.u.capacity.plan_id = f->out.plans->id;
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
    assert_int_equal(fx_events(f, GS_EV_CAPACITY_CHANGED, 0), 3 * 42);
    assert_int_equal(fx_events(f, GS_EV_WAITLISTED, 0), 2);
}

#define RULE(name) cmocka_unit_test_setup_teardown(name, fx_setup, fx_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_range_is_its_dates_one_after_the_other),
        RULE(what_is_set_ahead_stands_when_the_date_comes),
        RULE(the_calendar_of_a_date_ahead_says_which_windows_it_has),
        RULE(what_stands_ahead_is_taken_back_by_a_range),
        RULE(the_day_version_tells_of_what_is_set_ahead),
        RULE(ranges_have_bounds),
        RULE(a_booking_between_makes_the_plan_of_a_range_outdated),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
