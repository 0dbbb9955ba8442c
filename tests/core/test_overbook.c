/* Overbooking: the largest number of bookings of which more than fit hardly ever come, from the measured rate. */
#include "fixture.h"

#include "solve/binomial.h"

#include "gateslot/core/report.h"
#include "state/state.h"

/* capacity, shows, samples, percent: by exact rational arithmetic (Python's fractions). The first six are DOMAIN's table. */
static void the_limit_is_that_of_exact_rational_arithmetic(void **state)
{
    (void)state;
    static const struct {
        int32_t capacity, shows, samples, percent, limit;
    } rows[] = {{40, 900, 1000, 1, 40},  {40, 900, 1000, 5, 41},   {40, 800, 1000, 1, 43}, {40, 800, 1000, 5, 45},
                {40, 700, 1000, 1, 47},  {40, 700, 1000, 5, 50},   {60, 544, 723, 99, 93}, {40, 248, 259, 2, 40},
                {1, 317, 521, 5, 1},     {30, 1241, 1978, 10, 42}, {40, 350, 408, 2, 42},  {1, 1069, 1697, 10, 1},
                {8, 485, 572, 2, 8},     {2, 400, 484, 50, 2},     {30, 262, 459, 1, 40},  {1, 424, 628, 2, 1},
                {3, 556, 792, 2, 3},     {40, 1691, 1994, 99, 55}, {5, 386, 572, 10, 6},   {8, 168, 244, 10, 9},
                {3, 316, 498, 1, 3},     {13, 716, 817, 50, 15},   {1, 1404, 1420, 99, 2}, {13, 246, 335, 5, 14},
                {8, 915, 1184, 2, 8},    {30, 763, 1167, 1, 36},   {8, 244, 246, 99, 9},   {13, 1378, 1930, 1, 14},
                {40, 1334, 1813, 5, 48}, {20, 701, 1384, 10, 33},  {40, 200, 200, 1, 40}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(gs_binomial_limit(rows[i].capacity, rows[i].shows, rows[i].samples, rows[i].percent),
                         rows[i].limit);
    }
}

static void large_windows_and_rates_at_their_ends_have_a_limit(void **state)
{
    (void)state;
    assert_int_equal(gs_binomial_limit(10000, 200, 200, 1), 10000);
    assert_int_equal(gs_binomial_limit(10000, 0, 200, 1), 20000);
    assert_int_equal(gs_binomial_limit(1, 1, 200, 100), 2);
    int32_t limit = gs_binomial_limit(10000, 900, 1000, 1); /* mean 10,000 less 2.33 deviations of about 33 */
    assert_in_range(limit, 11010, 11040);
}

/* Days of the morning on which every fifth truck does not come, until the rate is known. */
static void history(struct fixture *f)
{
    static const char *const days[] = {"2026-11-25", "2026-11-26", "2026-11-27",
                                       "2026-11-28", "2026-11-29", "2026-11-30"};
    char at[] = "2026-11-25 07:00";
    for (int d = 0; d < 6; d++) {
        memcpy(at, days[d], 10);
        fx_at(f, at);
        for (int i = 0; i < 40; i++) {
            int64_t id = BOOK(f, .date = days[d], .windows = "morning");
            assert_true(id != 0);
            if (i % 5 != 0) {
                assert_int_equal(fx_step(f, GS_CMD_ARRIVE, id), GS_CODE_OK);
            }
        }
        memcpy(at + 11, "12:00", 5);
        fx_due(f, at);
        memcpy(at + 11, "07:00", 5);
    }
}

static void a_window_takes_more_once_its_rate_is_known(void **state)
{
    struct fixture *f = *state;
    struct gs_window_view view;
    f->rules.overbooking = true;
    f->rules.overflow_percent = 1;
    f->rules.min_samples = 240;
    history(f);
    fx_window(f, "2026-12-01", "morning", &view);
    assert_int_equal(view.overbooking, 0); /* 200 of the days before today: too few */
    fx_due(f, "2026-12-01 07:00");
    fx_window(f, "2026-12-02", "morning", &view);
    assert_int_equal(view.capacity, 40);
    assert_int_equal(view.overbooking, 3);
    fx_window(f, "2026-12-02", "midday", &view);
    assert_int_equal(view.overbooking, 0); /* nothing is known of it */
    assert_int_equal(BOOK_MANY(f, 45, .date = "2026-12-02", .windows = "morning"), 43);
    fx_window(f, "2026-12-02", "morning", &view);
    assert_int_equal(view.booked, 43);
    for (int32_t s = 0; s < view.slot_count; s++) {
        assert_int_equal(view.slots[s].booked, s < 3 ? 6 : 5);
    }
    fx_reopen(f);
    fx_window(f, "2026-12-03", "morning", &view);
    assert_int_equal(view.overbooking, 3);
    f->cut = true; /* more are booked than would be taken without it */
    f->rules.overbooking = false;
    fx_reopen(f);
    assert_int_equal(BOOK_MANY(f, 41, .date = "2026-12-03", .windows = "morning"), 40);
}

static void plans_and_report_count_what_is_overbooked(void **state)
{
    struct fixture *f = *state;
    f->rules.overbooking = true;
    f->rules.overflow_percent = 1;
    f->rules.min_samples = 200;
    history(f);
    fx_due(f, "2026-12-01 07:00");
    assert_int_equal(BOOK_MANY(f, 43, .date = "2026-12-02", .windows = "morning"), 43);
    struct gs_command c = fx_command(GS_CMD_CAPACITY_SET, 0);
    c.u.capacity.to = (struct gs_capacity){.date = fx_date("2026-12-02"), .window = "morning", .slot_capacity = -1};
    c.u.capacity.to.capacity = 40;
    c.u.capacity.has_capacity = true;
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
    assert_int_equal(f->out.plans->at[0].waitlisted.count, 0);
    memcpy(c.u.capacity.to.window, "midday", sizeof "midday"); /* another one changes: nobody of this one moves */
    c.u.capacity.to.capacity = 10;
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
    assert_int_equal(f->out.plans->at[0].moved.count + f->out.plans->at[0].waitlisted.count, 0);
    memcpy(c.u.capacity.to.window, "morning", sizeof "morning");
    c.u.capacity.to.capacity = 20;
    f->cut = true; /* above the capacity stands what is overbooked */
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
    struct gs_window_view view;
    fx_window(f, "2026-12-02", "morning", &view);
    assert_int_equal(view.booked, 20 + view.overbooking);
    assert_true(view.overbooking > 0);
    assert_int_equal(f->out.plans->at[0].waitlisted.count, 43 - view.booked);
    struct gs_report report;
    assert_int_equal(gs_report_make(f->book, fx_date("2026-12-02"), NULL, 0, NULL, 0, &report), GS_OK);
    assert_int_equal(report.windows[0].overbooking, view.overbooking);
    assert_int_equal(report.windows[1].overbooking, 0);
    assert_int_equal(report.total.overbooking, view.overbooking);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_limit_is_that_of_exact_rational_arithmetic),
        cmocka_unit_test(large_windows_and_rates_at_their_ends_have_a_limit),
        cmocka_unit_test_setup_teardown(a_window_takes_more_once_its_rate_is_known, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(plans_and_report_count_what_is_overbooked, fx_setup, fx_teardown),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
