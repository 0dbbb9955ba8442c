/* The daemon's whole life, from gs_app_run to its return: a stop lets out every answer that is under way, and leaves nothing behind that
 * was accepted. */
#include "outside.h"

enum { SIGNAL_HUP, SIGNAL_TERM, SIGNAL_INT };

/* The rounds of each test have only the app. */
static struct fixture *under_test;

int gs_app_listen(struct gs_app *app)
{
    outside.app = under_test->app = app;
    return GS_OK;
}

static int run(void (*round)(struct gs_app *app, int32_t number))
{
    const struct gs_app_options options = {.config_path = under_test->config_path, .drill_speed = 1};
    outside.round = round;
    int status = gs_app_run(&options);
    outside.app = NULL;
    return status;
}

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    outside_clear();
    fixture_directory(f);
    *state = under_test = f;
    return 0;
}

static int teardown(void **state)
{
    fixture_remove(*state);
    assert_null(outside.events);
    assert_int_equal(outside.bases, 0);
    free(*state);
    return 0;
}

/* Two bookings, one in a batch that syncs, one in the open one; then the signal. */
static void stop_with_answers_under_way(struct gs_app *app, int32_t number)
{
    if (number == 1) {
        (void)book(under_test);
    } else if (number == 2) {
        assert_true(is_syncing());
        (void)book(under_test);
        fire(app->signals[SIGNAL_TERM]);
        assert_true(outside.draining);
        assert_int_equal(outside.stopping, 1); /* the service manager knows */
        assert_false(app->service.ready(app));
    } else if (number < 10) {
        outside.mono_ms += 100; /* the writer takes its time */
    } else if (is_syncing()) {
        disk_syncs(app);
    }
}

static void a_stop_waits_for_every_answer(void **state)
{
    (void)state;
    assert_int_equal(run(stop_with_answers_under_way), 0);
    assert_int_equal(outside.reply_count, 2);
    assert_int_equal(outside.replies[0].state, REPLY_LEFT);
    assert_int_equal(outside.replies[1].state, REPLY_LEFT);
    assert_int_equal(outside.disk.booking_count, 2);
    assert_int_equal(logged("event=stopped"), 1);
    assert_in_range(outside.rounds, 11, 14); /* and no longer */
}

static void stop_while_a_reply_is_being_written(struct gs_app *app, int32_t number)
{
    outside.writing = number < 5;
    if (number == 1) {
        fire(app->signals[SIGNAL_TERM]);
    } else if (is_syncing()) {
        disk_syncs(app);
    }
}

static void a_stop_waits_until_all_is_written(void **state)
{
    (void)state;
    assert_int_equal(run(stop_while_a_reply_is_being_written), 0);
    assert_int_equal(outside.rounds, 5);
}

/* Nobody waits for the journal of a refusal, but it was decided: it is stored before the end. */
static void stop_with_a_refusal(struct gs_app *app, int32_t number)
{
    if (number == 1) {
        fire(app->second);
    } else if (number == 2) {
        disk_syncs(app); /* the journal of the start */
        (void)refused(under_test);
        fire(app->signals[SIGNAL_INT]);
    } else if (is_syncing()) {
        disk_syncs(app);
    }
}

static void a_stop_stores_what_is_only_in_the_journal(void **state)
{
    (void)state;
    assert_int_equal(run(stop_with_a_refusal), 0);
    assert_int_equal(outside.disk.journals, 2);
    assert_in_range(outside.rounds, 3, 4);
}

static void stop_on_a_full_disk(struct gs_app *app, int32_t number)
{
    if (number == 1) {
        (void)book(under_test);
    } else if (number == 2) {
        disk_fails(app, GS_E_FULL);
        (void)refused(under_test);
        fire(app->signals[SIGNAL_TERM]);
    }
}

static void a_stop_on_a_full_disk_does_not_wait_for_the_journal(void **state)
{
    (void)state;
    assert_int_equal(run(stop_on_a_full_disk), 0);
    assert_int_equal(outside.replies[0].state, REPLY_REPLACED);
    assert_int_equal(outside.rounds, 2);
}

static void stop_while_the_writer_hangs(struct gs_app *app, int32_t number)
{
    if (number == 1) {
        (void)book(under_test);
    } else if (number == 2) {
        fire(app->signals[SIGNAL_TERM]);
    } else {
        outside.mono_ms += 1000;
        assert_int_equal(outside.replies[0].state, REPLY_HELD);
    }
}

static void a_stop_gives_up_after_ten_seconds(void **state)
{
    (void)state;
    assert_int_equal(run(stop_while_the_writer_hangs), 0);
    assert_int_equal(outside.rounds, 12);
    assert_int_equal(outside.replies[0].state, REPLY_HELD); /* it may be on disk: nobody was told */
}

/* The process would end here; the rounds that follow let the test's one end in good order. */
static void second_signal(struct gs_app *app, int32_t number)
{
    if (number == 1) {
        (void)book(under_test);
        fire(app->signals[SIGNAL_TERM]);
    } else if (number == 2) {
        ends_with_status_1(fire(app->signals[SIGNAL_INT]));
    } else if (is_syncing()) {
        assert_int_equal(outside.replies[0].state, REPLY_HELD);
        disk_syncs(app);
    }
}

static void a_second_signal_ends_at_once(void **state)
{
    (void)state;
    assert_int_equal(run(second_signal), 0);
    assert_int_equal(logged("second signal"), 1);
}

static void never(struct gs_app *app, int32_t number)
{
    (void)app;
    fail_msg("round %d of a daemon that could not start", (int)number);
}

static void a_store_that_cannot_be_loaded_ends_the_start(void **state)
{
    (void)state;
    outside.disk.load_error = GS_E_CORRUPT;
    assert_int_equal(run(never), 1);
    assert_int_equal(outside.ready, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_stop_waits_for_every_answer),
        TEST(a_stop_waits_until_all_is_written),
        TEST(a_stop_stores_what_is_only_in_the_journal),
        TEST(a_stop_on_a_full_disk_does_not_wait_for_the_journal),
        TEST(a_stop_gives_up_after_ten_seconds),
        TEST(a_second_signal_ends_at_once),
        TEST(a_store_that_cannot_be_loaded_ends_the_start),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
