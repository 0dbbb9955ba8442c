/* The loop turn: when a batch goes to the writer, and when a reply may leave. */
#include "outside.h"
#include <stdio.h>

static const int64_t longest_wait_ms = 60 * 1000;

static void a_reply_leaves_when_its_batch_is_on_disk(void **state)
{
    struct fixture *f = *state;
    const struct reply *r = book(f);
    assert_false(is_syncing()); /* the turn is not over: others may join */
    const struct reply *joins = book(f);
    gs_app_turn_end(f->app);
    assert_true(is_syncing());
    assert_int_equal(r->state, REPLY_HELD);
    disk_syncs(f->app);
    assert_int_equal(r->state, REPLY_LEFT);
    assert_int_equal(joins->state, REPLY_LEFT);
    assert_int_equal(outside.disk.booking_count, 2);
    assert_int_equal(f->app->count.batches, 2); /* with that of the start */
}

/* More than one draw from the system's randomness gives. */
static void every_booking_has_random_bits_of_its_own(void **state)
{
    enum { BOOKINGS = 60 };
    struct fixture *f = *state;
    for (int i = 0; i < BOOKINGS; i++) {
        (void)book_at(f, 12 * 60 + i % 16 * 30);
        assert_int_equal(f->out.code, GS_CODE_OK);
        gs_app_turn_end(f->app);
        disk_syncs(f->app);
    }
    assert_int_equal(outside.disk.booking_count, BOOKINGS);
    for (int i = 0; i < BOOKINGS; i++) {
        int alike = 0;
        for (int k = 0; k < BOOKINGS; k++) {
            alike += strncmp(outside.disk.bookings[i].pass_code, outside.disk.bookings[k].pass_code, 4) == 0 ? 1 : 0;
        }
        assert_true(alike <= 3); /* of a million beginnings */
    }
}

static void what_comes_while_a_batch_syncs_gathers_for_the_next(void **state)
{
    struct fixture *f = *state;
    const struct reply *first = book(f);
    gs_app_turn_end(f->app);
    const struct reply *second = book(f);
    gs_app_turn_end(f->app);
    const struct reply *third = book(f);
    gs_app_turn_end(f->app);
    disk_syncs(f->app);
    assert_int_equal(first->state, REPLY_LEFT);
    assert_int_equal(second->state, REPLY_HELD);
    assert_int_equal(third->state, REPLY_HELD);
    gs_app_turn_end(f->app);
    assert_int_equal(second->stamp, third->stamp);
    disk_syncs(f->app);
    assert_int_equal(second->state, REPLY_LEFT);
    assert_int_equal(third->state, REPLY_LEFT);
}

static void a_read_waits_for_what_it_may_have_seen(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(read_list(f)->state, REPLY_LEFT); /* all is on disk */
    (void)book(f);
    const struct reply *of_open = read_list(f);
    gs_app_turn_end(f->app);
    const struct reply *of_syncing = read_list(f);
    assert_int_equal(of_open->state, REPLY_HELD);
    assert_int_equal(of_syncing->state, REPLY_HELD);
    disk_syncs(f->app);
    assert_int_equal(of_open->state, REPLY_LEFT);
    assert_int_equal(of_syncing->state, REPLY_LEFT);
}

static void a_long_turn_feeds_an_idle_writer_before_it_ends(void **state)
{
    struct fixture *f = *state;
    const struct reply *first = book(f);
    for (int32_t i = 1; !is_syncing() && i < 100; i++) {
        (void)book(f);
    }
    assert_true(is_syncing());
    assert_in_range(f->trucks, 8, 20);
    const struct reply *last = &outside.replies[outside.reply_count - 1];
    assert_true(first->stamp < last->stamp); /* what the hand-over came before is in the next batch */
    for (int32_t i = 0; i < 20; i++) {       /* one batch at a time, however much gathers: the writer asserts it */
        (void)book(f);
    }
    disk_syncs(f->app);
    assert_int_equal(first->state, REPLY_LEFT);
    assert_int_equal(last->state, REPLY_HELD);
    assert_int_equal(outside.disk.booking_count, outside.disk.idem_count); /* never between a booking and its answer */
    gs_app_turn_end(f->app);
    disk_syncs(f->app);
    assert_int_equal(last->state, REPLY_LEFT);
    assert_int_equal(outside.disk.booking_count, (size_t)f->trucks);
}

/* A batch of bookings: its answers are kept when the last is decided. */
static void what_is_gathered_is_handed_over_whole(void **state)
{
    struct fixture *f = *state;
    f->app->service.gather(f->app, true);
    for (int32_t i = 0; i < 40; i++) {
        (void)book(f);
    }
    assert_false(is_syncing());
    f->app->service.gather(f->app, false);
    (void)book(f);
    assert_true(is_syncing());
}

static void refusals_alone_wait_for_the_next_records_or_a_second(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(refused(f)->state, REPLY_LEFT); /* it changed nothing: nobody waits for it */
    gs_app_turn_end(f->app);
    assert_false(is_syncing());
    fire(f->app->second);
    assert_true(is_syncing());
    assert_int_equal(read_list(f)->state, REPLY_LEFT);
    disk_syncs(f->app);
    assert_int_equal(outside.disk.journals, 2);
    (void)refused(f);
    (void)book(f);
    gs_app_turn_end(f->app);
    disk_syncs(f->app);
    assert_int_equal(outside.disk.journals, 3);
    fire(f->app->second);
    assert_false(is_syncing()); /* nothing is left over */
    (void)book(f);
    gs_app_turn_end(f->app);
    (void)refused(f);
    fire(f->app->second); /* while a batch is in work it waits for another second: the writer asserts it */
    disk_syncs(f->app);
    fire(f->app->second);
    assert_true(is_syncing());
}

static void a_journal_that_has_grown_does_not_wait_for_the_second(void **state)
{
    struct fixture *f = *state;
    int32_t refusals = 0;
    while (!is_syncing() && refusals < 100 * 1000) {
        (void)refused(f);
        refusals++;
        gs_app_turn_end(f->app);
    }
    assert_true(is_syncing());
    disk_syncs(f->app);
    assert_in_range(outside.disk.last_journal, 64 << 10, 66 << 10);
}

static void the_due_timer_follows_the_book(void **state)
{
    struct fixture *f = *state;
    struct gs_app *app = f->app;
    (void)read_list(f);
    gs_app_turn_end(app);
    assert_int_equal(app->due->wait_ms, longest_wait_ms); /* nothing is due: look again, clocks may be set */
    (void)book_at(f, 8 * 60);
    assert_string_equal(f->out.booking->window, "morning");
    int64_t until_ms = f->out.booking->arrive_until_ms;
    gs_app_turn_end(app);
    disk_syncs(app);
    assert_int_equal(app->due->wait_ms, longest_wait_ms);
    outside.wall_ms = until_ms - 1500;
    fire(app->due); /* the date turned meanwhile */
    gs_app_turn_end(app);
    assert_int_equal(app->due->wait_ms, 1500);
    outside.wall_ms = until_ms;
    fire(app->due);
    const struct gs_booking *b = gs_book_get(app->book, 1);
    assert_int_equal(b->status, GS_NO_SHOW); /* without any request */
    gs_app_turn_end(app);
    assert_true(is_syncing());
    disk_syncs(app);
    assert_int_equal(outside.disk.bookings[0].status, GS_NO_SHOW);
    assert_true(app->due->added);
    assert_int_equal(app->due->wait_ms, longest_wait_ms);
}

/* Of what is forgotten for good the stored time decides, not a clock that may be wrong. */
static void retention_goes_by_the_stored_time(void **state)
{
    struct fixture *f = *state;
    struct gs_app *app = f->app;
    unsigned char fingerprint[32];
    int64_t row;
    (void)book(f);
    gs_app_turn_end(app);
    gs_date today = gs_book_today(app->book);
    outside.wall_ms += INT64_C(400) * 24 * 3600 * 1000;
    (void)read_list(f); /* the book has seen that clock, the disk has not */
    disk_syncs(app);
    fire(app->second);
    assert_int_equal(outside.first_date, today - 1);
    assert_int_equal(outside.erase_date, today - 365);
    assert_int_equal(outside.idem_before_ms, outside.disk.now_ms - INT64_C(7) * 24 * 3600 * 1000);
    assert_true(app->service.find_answer(app, "backend", "key-1", fingerprint, &row));
    gs_app_turn_end(app);
    disk_syncs(app);
    fire(app->second);
    assert_int_equal(outside.first_date, today + 399);
    assert_false(app->service.find_answer(app, "backend", "key-1", fingerprint, &row));
}

/* The first batch of a start has its time like any other. */
static void a_start_alone_is_no_hanging_writer(void **state)
{
    struct fixture *f = *state;
    fixture_restart(f);
    (void)book(f);
    gs_app_turn_end(f->app);
    assert_true(is_syncing());
    int32_t alive = outside.alive;
    outside.mono_ms += 1000;
    fire(f->app->second);
    assert_int_equal(outside.alive, alive + 1);
}

static void commands_are_counted_and_rules_listed(void **state)
{
    struct fixture *f = *state;
    struct gs_rule_value rule;
    struct gs_buf metrics;
    (void)book(f);
    (void)book(f);
    (void)refused(f);
    gs_buf_init(&metrics, 1 << 16);
    f->app->service.metrics(f->app, &metrics);
    gs_buf_char(&metrics, '\0');
    assert_non_null(strstr(metrics.data, "gateslot_commands_total 3\n"));
    gs_buf_finish(&metrics);
    size_t count = 0;
    while (f->app->service.rule(f->app, count, &rule)) {
        count++;
    }
    assert_true(count > 10);
}

static void a_writer_that_hangs_lets_the_watchdog_bite(void **state)
{
    struct fixture *f = *state;
    (void)book(f);
    gs_app_turn_end(f->app);
    int32_t alive = outside.alive;
    outside.mono_ms += 29 * 1000;
    fire(f->app->second);
    assert_int_equal(outside.alive, alive + 1);
    outside.mono_ms += 2 * 1000;
    fire(f->app->second);
    assert_int_equal(outside.alive, alive + 1);
    disk_syncs(f->app);
    fire(f->app->second);
    assert_int_equal(outside.alive, alive + 2);
    outside.mono_ms += 20 * 1000;
    (void)book(f);
    gs_app_turn_end(f->app);
    disk_syncs(f->app);
    (void)book(f);
    gs_app_turn_end(f->app);
    outside.mono_ms += 20 * 1000; /* it counts from its latest answer */
    fire(f->app->second);
    assert_int_equal(outside.alive, alive + 3);
    disk_syncs(f->app);
    outside.mono_ms += 3600 * 1000; /* a night without work is no fault of the writer */
    fire(f->app->second);
    assert_int_equal(outside.alive, alive + 4);
}

static void a_clock_set_back_does_not_turn_the_time_of_the_site_back(void **state)
{
    struct fixture *f = *state;
    struct gs_service *s = &f->app->service;
    (void)read_list(f);
    int64_t now_ms = s->now_ms(s->self);
    outside.leap_ms = -9 * 60 * 1000;
    assert_int_equal(s->now_ms(s->self), now_ms);
    outside.leap_ms = 1;
    assert_int_equal(s->now_ms(s->self), now_ms + 1);
}

static void a_start_alone_waits_for_what_is_due(void **state)
{
    struct fixture *f = *state;
    (void)book_at(f, 8 * 60);
    int64_t until_ms = f->out.booking->arrive_until_ms;
    gs_app_turn_end(f->app);
    disk_syncs(f->app);
    outside.wall_ms = until_ms - 1500;
    fixture_restart(f);
    assert_true(f->app->due->added); /* without a first request */
    assert_in_range(f->app->due->wait_ms, 0, 1500);
}

static void a_restart_goes_on_from_what_is_stored(void **state)
{
    struct fixture *f = *state;
    unsigned char fingerprint[32];
    int64_t row;
    char line[64];
    (void)book(f);
    (void)book(f);
    gs_app_turn_end(f->app);
    disk_syncs(f->app);
    gs_date today = gs_book_today(f->app->book);
    outside.disk.idems_gone = 1; /* the first answer's days are over */
    fixture_restart(f);
    outside.wall_ms += INT64_C(400) * 24 * 3600 * 1000;
    fire(f->app->second); /* before anything else happens */
    assert_int_equal(outside.first_date, today - 1);
    struct gs_buf metrics;
    gs_buf_init(&metrics, 1 << 16);
    f->app->service.metrics(f->app, &metrics);
    snprintf(line, sizeof line, "gateslot_durable_seq %d\n", (int)outside.disk.last_seq);
    gs_buf_char(&metrics, '\0');
    assert_non_null(strstr(metrics.data, line));
    gs_buf_finish(&metrics);
    assert_false(f->app->service.find_answer(f->app, "backend", "key-1", fingerprint, &row));
    assert_true(f->app->service.find_answer(f->app, "backend", "key-2", fingerprint, &row));
    assert_int_equal(row, 2);
}

/* Their numbers go on, though the days of all of them are over. */
static void kept_answers_get_the_rows_that_the_store_gives(void **state)
{
    struct fixture *f = *state;
    unsigned char fingerprint[32];
    int64_t row;
    (void)book(f);
    (void)book(f);
    gs_app_turn_end(f->app);
    disk_syncs(f->app);
    outside.disk.idems_gone = 2;
    fixture_restart(f);
    (void)book(f);
    assert_true(f->app->service.find_answer(f->app, "backend", "key-3", fingerprint, &row));
    assert_int_equal(row, 3);
}

/* Its connection did not wait for the end; the tests under AddressSanitizer see that it is freed. */
static void a_question_still_waiting_at_the_end_is_dropped(void **state)
{
    struct fixture *f = *state;
    const struct gs_query query = {.kind = GS_QUERY_HISTORY};
    (void)book(f);
    assert_int_equal(f->app->service.query(f->app, &query, NULL, NULL), GS_OK);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup_quiet, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_reply_leaves_when_its_batch_is_on_disk),
        TEST(every_booking_has_random_bits_of_its_own),
        TEST(what_comes_while_a_batch_syncs_gathers_for_the_next),
        TEST(a_read_waits_for_what_it_may_have_seen),
        TEST(a_long_turn_feeds_an_idle_writer_before_it_ends),
        TEST(what_is_gathered_is_handed_over_whole),
        TEST(refusals_alone_wait_for_the_next_records_or_a_second),
        TEST(a_journal_that_has_grown_does_not_wait_for_the_second),
        TEST(the_due_timer_follows_the_book),
        TEST(retention_goes_by_the_stored_time),
        TEST(a_start_alone_is_no_hanging_writer),
        TEST(commands_are_counted_and_rules_listed),
        TEST(a_writer_that_hangs_lets_the_watchdog_bite),
        TEST(a_clock_set_back_does_not_turn_the_time_of_the_site_back),
        TEST(a_start_alone_waits_for_what_is_due),
        TEST(a_restart_goes_on_from_what_is_stored),
        TEST(kept_answers_get_the_rows_that_the_store_gives),
        TEST(a_question_still_waiting_at_the_end_is_dropped),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
