/* Dry runs that are worked out step by step: what they say is what the command with dry_run would have said at one instant, whatever
 * else was done between the steps. The independent method is the whole copy, and the command itself. */
#include "flow/capacity_plan.h"
#include "week.h"

#include "gateslot/base/text.h"
#include "gateslot/core/dry_run.h"
#include "same_plans.h"

#include <stdlib.h>

static struct gs_command random_change(uint64_t *d)
{
    static const char *const names[] = {"morning", "midday", "evening", GS_ALL_WINDOWS, "noon"};
    struct gs_command c = fx_command(dice_roll(d, 4) == 0 ? GS_CMD_CAPACITY_RESET : GS_CMD_CAPACITY_SET, 0);
    c.u.capacity.to.date = fx_date(week_day(d)) + (dice_roll(d, 8) == 0 ? 30 - dice_roll(d, 60) : 0);
    gs_text_copy(c.u.capacity.to.window, sizeof c.u.capacity.to.window,
                 names[dice_roll(d, dice_roll(d, 9) > 0 ? 4 : 5)]);
    c.u.capacity.to.slot_capacity = -1;
    c.u.capacity.has_capacity = strcmp(c.u.capacity.to.window, GS_ALL_WINDOWS) != 0;
    c.u.capacity.to.capacity = dice_roll(d, 9);
    c.u.capacity.to.closed = dice_roll(d, 3) == 0 || !c.u.capacity.has_capacity;
    c.u.capacity.excess = dice_roll(d, 4) == 0 ? GS_EXCESS_KEEP : GS_EXCESS_REBOOK;
    c.u.capacity.until = dice_roll(d, 3) > 0 ? c.u.capacity.to.date + dice_roll(d, 12) : 0;
    c.u.capacity.has_plan_id = dice_roll(d, 9) == 0;
    c.u.capacity.dry_run = true;
    return c;
}

static void same_outcome(const struct gs_outcome *a, const struct gs_outcome *b)
{
    assert_int_equal(a->code, b->code);
    assert_true(a->at_ms == b->at_ms || a->code == GS_CODE_OK);
    assert_int_equal(a->faults.count, b->faults.count);
    for (size_t i = 0; i < a->faults.count; i++) {
        assert_string_equal(a->faults.list[i].pointer, b->faults.list[i].pointer);
        assert_string_equal(a->faults.list[i].expected, b->faults.list[i].expected);
    }
    assert_true((a->plans == NULL) == (b->plans == NULL));
    if (a->plans != NULL) {
        same_plans(a->plans, b->plans);
    }
}

static void with_nothing_between_it_is_the_command(void **state)
{
    uint64_t d = dice_seed("with_nothing_between_it_is_the_command");
    int good = 0;
    (void)state;
    for (int round = 0; round < 12; round++) {
        struct fixture f;
        fx_init(&f);
        week_rules(&f, &d);
        fx_open(&f);
        week_fill(&f, &d);
        for (int i = 0; i < 12; i++) {
            const struct gs_command c = random_change(&d);
            struct gs_dry_run *run;
            assert_int_equal(gs_dry_run_create(&c, &run), GS_OK);
            f.cut = true;
            fx_apply(&f, &c); /* applies what is due, and plans */
            while (gs_dry_run_step(run, f.book)) {
            }
            same_outcome(gs_dry_run_outcome(run), &f.out);
            good += f.out.code == GS_CODE_OK ? 1 : 0;
            gs_dry_run_destroy(run);
        }
        fx_finish(&f);
    }
    assert_true(good > 20);
}

static int64_t any_booking(const struct fixture *f, uint64_t *d)
{
    return 1 + dice_below(d, (int64_t)f->store.booking_count);
}

static void do_something(struct fixture *f, uint64_t *d)
{
    static const enum gs_command_kind steps[] = {GS_CMD_CANCEL, GS_CMD_ARRIVE, GS_CMD_ENTER, GS_CMD_DEPART};
    struct gs_command c = random_change(d);
    switch (dice_roll(d, 6)) {
    case 0:
        c.u.capacity.dry_run = c.u.capacity.has_plan_id = false;
        f->cut = true;
        fx_apply(f, &c);
        break;
    case 1:
        f->now += dice_below(d, dice_roll(d, 8) == 0 ? (int64_t)20 * 60 : 20) * GS_MINUTE_MS;
        break;
    case 2:
        BOOK(f, .date = week_day(d), .wait = true);
        break;
    case 3:
        fx_reschedule(f, any_booking(f, d), week_day(d), NULL, NULL);
        break;
    default:
        fx_step(f, steps[dice_roll(d, 4)], any_booking(f, d));
        break;
    }
}

/* The copy as it comes out, whatever is done meanwhile, is the whole copy of the instant at which the last was taken. */
static void copy_once(struct fixture *f, uint64_t *d)
{
    struct gs_copying c = {0};
    struct gs_book *whole = NULL;
    bool done = false;
    while (!done) {
        for (int n = dice_roll(d, 4); n > 0; n--) {
            do_something(f, d);
        }
        assert_int_equal(gs_copying_step(&c, f->book, &f->rules, &done), GS_OK);
        if (c.made != NULL && whole == NULL) {
            assert_int_equal(gs_book_rebuild(f->book, &f->rules, &whole), GS_OK);
        }
    }
    assert_true(gs_book_digest(c.made) == gs_book_digest(whole));
    assert_true(gs_book_now(c.made) == gs_book_now(whole) && gs_book_seq(c.made) == gs_book_seq(whole));
    assert_true(gs_book_count(c.made) == gs_book_count(whole));
    gs_book_destroy(whole);
    if (dice_roll(d, 2) == 0) {
        gs_copying_finish(&c);
    }
    while (gs_copying_wind_up(&c)) {
    }
}

static void a_copy_is_of_one_instant(void **state)
{
    uint64_t d = dice_seed("a_copy_is_of_one_instant");
    (void)state;
    for (int round = 0; round < 12; round++) {
        struct fixture f;
        fx_init(&f);
        week_rules(&f, &d);
        fx_open(&f);
        week_fill(&f, &d);
        for (int i = 0; i < 6; i++) {
            copy_once(&f, &d);
        }
        fx_finish(&f);
    }
}

/* Given up at any step, nothing is left behind (the sanitizers look). */
static void it_can_be_given_up_at_any_step(void **state)
{
    uint64_t d = dice_seed("it_can_be_given_up_at_any_step");
    struct fixture *f = *state;
    week_fill(f, &d);
    for (int most = 0; most < 40; most++) {
        struct gs_command c = fx_command(GS_CMD_CAPACITY_SET, 0);
        struct gs_dry_run *run;
        c.u.capacity.to.date = fx_date(FX_DAY);
        c.u.capacity.until = c.u.capacity.to.date + 3;
        gs_text_copy(c.u.capacity.to.window, sizeof c.u.capacity.to.window, "midday");
        c.u.capacity.to.slot_capacity = -1;
        c.u.capacity.has_capacity = true;
        assert_int_equal(gs_dry_run_create(&c, &run), GS_OK);
        for (int i = 0; i < most && gs_dry_run_step(run, f->book); i++) {
        }
        gs_dry_run_destroy(run);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(with_nothing_between_it_is_the_command),
        cmocka_unit_test(a_copy_is_of_one_instant),
        cmocka_unit_test_setup_teardown(it_can_be_given_up_at_any_step, fx_setup, fx_teardown),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
