/* The site's clock: the wall clock of a live site, or a drill's, which starts where told and only ever goes on. */
#include "outside.h"

static const int64_t start_ms = INT64_C(1795561200000);

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
    gs_clock_init(&c, false, start_ms, 60);
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
        gs_clock_init(&c, true, start_ms, speeds[i]);
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
    gs_clock_init(&c, true, start_ms, 0);
    outside.mono_ms += 1000 * 1000;
    assert_int_equal(gs_clock_now(&c), start_ms);
    assert_int_equal(gs_clock_wait(&c, start_ms), 0);
    assert_true(gs_clock_wait(&c, start_ms + 1) == INT64_MAX); /* never by itself */
}

static void a_drill_is_set_forward_never_back(void **state)
{
    (void)state;
    struct gs_clock c;
    gs_clock_init(&c, true, start_ms, 10);
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
    gs_clock_init(&c, true, start_ms, 60);
    for (int64_t ahead = 1; ahead < 200; ahead++) {
        int64_t wait = gs_clock_wait(&c, start_ms + ahead);
        assert_true(wait * 60 >= ahead && (wait - 1) * 60 < ahead);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_live_site_has_the_wall_clock, setup),
        cmocka_unit_test_setup(a_drill_begins_where_told_and_goes_on_at_its_speed, setup),
        cmocka_unit_test_setup(a_drill_of_speed_0_stands_still, setup),
        cmocka_unit_test_setup(a_drill_is_set_forward_never_back, setup),
        cmocka_unit_test_setup(a_drill_waits_long_enough, setup),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
