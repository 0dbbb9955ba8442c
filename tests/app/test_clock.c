/* The site's clock: the wall clock of a live site, or a drill's, which starts where told and only ever goes on. */
#include "outside.h"

static const int64_t start_ms = INT64_C(1795561200000);
enum { MINUTE = 60 * 1000, HOUR = 60 * MINUTE };
#define DAY (INT64_C(24) * HOUR)
static const int64_t limit_ms = 10 * MINUTE;

static int setup(void **state)
{
    (void)state;
    outside_clear();
    return 0;
}

static void a_live_site_has_the_wall_clock(void **state)
{
    (void)state;
    struct gs_clock c;
    gs_clock_init(&c, limit_ms, &(struct gs_clock_past){.last_ms = 0});
    assert_int_equal(gs_clock_now(&c), outside.wall_ms);
    outside.wall_ms += 5000;
    outside.mono_ms += 77;
    assert_int_equal(gs_clock_now(&c), outside.wall_ms);
    assert_int_equal(gs_clock_wait(&c, outside.wall_ms + 250), 250);
    assert_int_equal(gs_clock_wait(&c, outside.wall_ms - 250), 0);
    assert_int_equal(gs_clock_set(&c, outside.wall_ms + 1000), GS_E_INVALID);
    assert_int_equal(gs_clock_now(&c), outside.wall_ms);
}

static void a_drill_begins_where_told_and_goes_on_at_its_speed(void **state)
{
    (void)state;
    static const int32_t speeds[] = {1, 60, 1000000};
    for (size_t i = 0; i < sizeof speeds / sizeof *speeds; i++) {
        struct gs_clock c;
        gs_clock_init_drill(&c, start_ms, speeds[i]);
        assert_int_equal(gs_clock_now(&c), start_ms);
        outside.mono_ms += 250;
        assert_int_equal(gs_clock_now(&c), start_ms + INT64_C(250) * speeds[i]);
        outside.wall_ms -= 1000 * 1000; /* no matter to a drill */
        outside.mono_ms += 1;
        assert_int_equal(gs_clock_now(&c), start_ms + INT64_C(251) * speeds[i]);
    }
}

static void a_drill_of_speed_0_stands_still(void **state)
{
    (void)state;
    struct gs_clock c;
    gs_clock_init_drill(&c, start_ms, 0);
    outside.mono_ms += 1000 * 1000;
    assert_int_equal(gs_clock_now(&c), start_ms);
    assert_int_equal(gs_clock_wait(&c, start_ms), 0);
    assert_true(gs_clock_wait(&c, start_ms + 1) == INT64_MAX); /* never by itself */
}

static void a_drill_is_set_forward_never_back(void **state)
{
    (void)state;
    struct gs_clock c;
    gs_clock_init_drill(&c, start_ms, 10);
    outside.mono_ms += 100;
    assert_int_equal(gs_clock_set(&c, start_ms + 999), GS_E_RANGE);
    assert_int_equal(gs_clock_now(&c), start_ms + 1000);
    assert_int_equal(gs_clock_set(&c, start_ms + 1000), GS_OK); /* the present is not back */
    assert_int_equal(gs_clock_set(&c, start_ms + 50000), GS_OK);
    assert_int_equal(gs_clock_now(&c), start_ms + 50000);
    outside.mono_ms += 3;
    assert_int_equal(gs_clock_now(&c), start_ms + 50030); /* and goes on from there */
}

/* A timer set for that long must not find that the instant has not come. */
static void a_drill_waits_long_enough(void **state)
{
    (void)state;
    struct gs_clock c;
    gs_clock_init_drill(&c, start_ms, 60);
    for (int64_t ahead = 1; ahead < 200; ahead++) {
        int64_t wait = gs_clock_wait(&c, start_ms + ahead);
        assert_true(wait * 60 >= ahead && (wait - 1) * 60 < ahead);
    }
}

/* A clock that was right until this moment. */
static struct gs_clock running(void)
{
    struct gs_clock c;
    outside.leap_ms = 0;
    gs_clock_init(&c, limit_ms, &(struct gs_clock_past){.last_ms = 0});
    assert_int_equal(gs_clock_now(&c), outside.wall_ms);
    return c;
}

static void steps_within_the_limit_are_followed_and_time_never_goes_back(void **state)
{
    (void)state;
    static const int64_t steps[] = {1, 999, 60 * 1000, limit_ms, -1, -999, -MINUTE, -limit_ms};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        struct gs_clock c = running();
        int64_t before_ms = outside.wall_ms;
        outside.leap_ms = steps[i];
        assert_int_equal(gs_clock_now(&c), steps[i] > 0 ? before_ms + steps[i] : before_ms);
        assert_false(c.refused);
        outside.wall_ms += 2 * limit_ms;
        assert_int_equal(gs_clock_now(&c), outside.wall_ms + steps[i]);
        assert_int_equal(gs_clock_wait(&c, outside.wall_ms + steps[i] + 10), 10);
    }
}

static void a_leap_beyond_the_limit_is_refused_until_it_is_over(void **state)
{
    (void)state;
    static const int64_t leaps[] = {10 * MINUTE + 1,  11 * MINUTE,        HOUR,  2 * DAY,  3650 * DAY,  40000 * DAY,
                                    -10 * MINUTE - 1, -11 * MINUTE - 500, -HOUR, -2 * DAY, -3650 * DAY, -20000 * DAY};
    for (size_t i = 0; i < sizeof leaps / sizeof *leaps; i++) {
        struct gs_clock c = running();
        outside.leap_ms = leaps[i];
        assert_int_equal(gs_clock_now(&c), outside.wall_ms); /* it goes on by the time since boot */
        assert_true(c.refused);
        assert_int_equal(c.leap_ms, leaps[i]);
        assert_true(gs_clock_wait(&c, outside.wall_ms) == INT64_MAX);
        outside.wall_ms += 3 * HOUR; /* and does not get used to it */
        assert_int_equal(gs_clock_now(&c), outside.wall_ms);
        assert_true(c.refused);
        outside.leap_ms = leaps[i] / 2; /* another leap on top of it is the same trouble */
        bool still = leaps[i] / 2 > limit_ms || leaps[i] / 2 < -limit_ms;
        (void)gs_clock_now(&c);
        assert_int_equal(c.refused, still);
        outside.leap_ms = 3000;
        assert_int_equal(gs_clock_now(&c), outside.wall_ms + (still                 ? 3000
                                                              : leaps[i] / 2 > 3000 ? leaps[i] / 2
                                                                                    : 3000));
        assert_false(c.refused);
        assert_int_equal(c.leaps, 1);
    }
}

static void many_small_steps_within_an_hour_are_a_leap(void **state)
{
    (void)state;
    for (int sign = -1; sign <= 1; sign += 2) {
        struct gs_clock c = running();
        for (int step = 1; step <= 5; step++) {
            outside.wall_ms += MINUTE;
            outside.leap_ms = sign * step * 2 * MINUTE;
            (void)gs_clock_now(&c);
            assert_false(c.refused);
        }
        outside.wall_ms += MINUTE;
        outside.leap_ms += sign * 2 * MINUTE;
        for (int look = 0; look < 3; look++) {
            (void)gs_clock_now(&c);
            assert_true(c.refused);
        }
    }
    struct gs_clock c = running(); /* so many in as many hours are a bad clock that is disciplined */
    for (int step = 1; step <= 20; step++) {
        outside.wall_ms += HOUR;
        outside.leap_ms = step * 9 * MINUTE;
        (void)gs_clock_now(&c);
        assert_false(c.refused);
    }
}

static void there_and_back_again_is_more_than_one_limit(void **state)
{
    (void)state;
    struct gs_clock c = running();
    outside.leap_ms = -9 * MINUTE;
    (void)gs_clock_now(&c);
    assert_false(c.refused);
    outside.leap_ms = 9 * MINUTE;
    (void)gs_clock_now(&c);
    assert_true(c.refused); /* 18 minutes, although it is within the limit of what it was at first */
}

static void an_accepted_leap_is_followed_and_a_later_one_judged_by_it(void **state)
{
    (void)state;
    static const int64_t leaps[] = {2 * DAY, -2 * DAY, 3650 * DAY};
    for (size_t i = 0; i < sizeof leaps / sizeof *leaps; i++) {
        struct gs_clock c = running();
        assert_int_equal(gs_clock_accept(&c), GS_E_INVALID); /* there is none */
        outside.leap_ms = leaps[i];
        int64_t before_ms = gs_clock_now(&c);
        assert_int_equal(gs_clock_accept(&c), GS_OK);
        assert_int_equal(gs_clock_now(&c), leaps[i] > 0 ? outside.wall_ms + leaps[i] : before_ms);
        assert_false(c.refused);
        outside.leap_ms = 0; /* back is a leap as well now */
        (void)gs_clock_now(&c);
        assert_true(c.refused);
        assert_int_equal(c.leaps, 2);
    }
}

struct start {
    int64_t away_ms, leap_ms; /* stopped for so long; the wall clock leapt meanwhile */
    bool refused;
};

static void assert_starts(const struct start *s, bool same_boot)
{
    outside.leap_ms = 0;
    struct gs_clock before = running();
    struct gs_clock_past past = {before.last_ms, same_boot, same_boot ? before.offset_ms : 0};
    outside.wall_ms += s->away_ms;
    outside.leap_ms = s->leap_ms;
    struct gs_clock c;
    gs_clock_init(&c, limit_ms, &past);
    int64_t now_ms = gs_clock_now(&c);
    assert_int_equal(c.refused, s->refused);
    assert_true(now_ms >= before.last_ms);
    int64_t wall_ms = outside.wall_ms + s->leap_ms;
    if (!s->refused) {
        assert_int_equal(now_ms, wall_ms > before.last_ms ? wall_ms : before.last_ms);
        return;
    }
    assert_int_equal(now_ms, same_boot ? outside.wall_ms : before.last_ms);
    outside.leap_ms = 0; /* put right */
    (void)gs_clock_now(&c);
    assert_false(c.refused && same_boot);
}

static void a_start_under_the_same_boot_knows_for_certain(void **state)
{
    (void)state;
    static const struct start starts[] = {
        {1000, 0, false},          {8 * HOUR, 0, false},       {7 * DAY, 0, false},
        {400 * DAY, 0, false},     {1000, 9 * MINUTE, false},  {8 * HOUR, -9 * MINUTE, false},
        {1000, 11 * MINUTE, true}, {8 * HOUR, HOUR, true},     {7 * DAY, 2 * DAY, true},
        {1000, 3650 * DAY, true},  {1000, -11 * MINUTE, true}, {7 * DAY, -6 * DAY, true},
        {7 * DAY, -8 * DAY, true}};
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        assert_starts(&starts[i], true);
    }
}

/* Behind the last instant stored is certain; ahead of it may be a pause, but no site pauses for so long. */
static void a_start_after_a_boot_believes_what_may_be_a_pause(void **state)
{
    (void)state;
    static const struct start starts[] = {
        {1000, 0, false},         {8 * HOUR, 0, false},        {7 * DAY, 0, false},
        {30 * DAY, 0, false},     {8 * HOUR, 2 * DAY, false},  {31 * DAY, 0, true},
        {1000, 3650 * DAY, true}, {1000, -9 * MINUTE, false},  {1000, -11 * MINUTE, true},
        {8 * HOUR, -HOUR, false}, {8 * HOUR, -9 * HOUR, true}, {7 * DAY, -3650 * DAY, true}};
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        assert_starts(&starts[i], false);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_live_site_has_the_wall_clock, setup),
        cmocka_unit_test_setup(steps_within_the_limit_are_followed_and_time_never_goes_back, setup),
        cmocka_unit_test_setup(a_leap_beyond_the_limit_is_refused_until_it_is_over, setup),
        cmocka_unit_test_setup(many_small_steps_within_an_hour_are_a_leap, setup),
        cmocka_unit_test_setup(there_and_back_again_is_more_than_one_limit, setup),
        cmocka_unit_test_setup(an_accepted_leap_is_followed_and_a_later_one_judged_by_it, setup),
        cmocka_unit_test_setup(a_start_under_the_same_boot_knows_for_certain, setup),
        cmocka_unit_test_setup(a_start_after_a_boot_believes_what_may_be_a_pause, setup),
        cmocka_unit_test_setup(a_drill_begins_where_told_and_goes_on_at_its_speed, setup),
        cmocka_unit_test_setup(a_drill_of_speed_0_stands_still, setup),
        cmocka_unit_test_setup(a_drill_is_set_forward_never_back, setup),
        cmocka_unit_test_setup(a_drill_waits_long_enough, setup),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
