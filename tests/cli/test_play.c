/* The player against a daemon that is a fake: what trucks do, in which order, and what becomes of lost answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "fake_api.h"
#include "play.h"
#include <cmocka.h>
#include <string.h>

struct play_test {
    struct fake api;
    struct gs_cli cli;
    struct gs_day_file day;
    struct gs_play play;
};

static void add_line(struct play_test *t, const char *plate, const char *more, const char *behaviour)
{
    char line[512];
    int len =
        snprintf(line, sizeof line,
                 "{\"key\":\"k-%s\",\"book_at\":\"2026-11-25T06:00:00+08:00\",%s\"request\":{\"date\":\"2026-11-25\","
                 "\"plate\":\"%s\"},\"behaviour\":%s}",
                 plate, more, plate, behaviour);
    assert_null(gs_day_file_add(&t->day, line, (size_t)len));
}

#define COMES "{\"shows\":true,\"offset_min\":-5,\"gate_min\":3,\"clear_min\":100,\"leave_min\":10}"
#define LATE "{\"shows\":true,\"offset_min\":50,\"gate_min\":3,\"clear_min\":100,\"leave_min\":10}"
#define STAYS_AWAY "{\"shows\":false,\"offset_min\":0,\"gate_min\":3,\"clear_min\":100,\"leave_min\":10}"

static int set_up(void **state)
{
    struct play_test *t = calloc(1, sizeof *t);
    fake_init(&t->api);
    fake_cli(&t->api, &t->cli);
    *state = t;
    return 0;
}

static int tear_down(void **state)
{
    struct play_test *t = *state;
    gs_play_finish(&t->play);
    gs_day_file_finish(&t->day);
    fake_cli_finish(&t->cli);
    fake_finish(&t->api);
    free(t);
    return 0;
}

static enum gs_exit run(struct play_test *t)
{
    assert_int_equal(gs_play_init(&t->play, &t->cli, &t->day), GS_OK);
    return gs_play_run(&t->play);
}

static void truck_arrives_enters_is_cleared_and_departs_when_its_line_says(void **state)
{
    struct play_test *t = *state;
    fake_add(&t->api, "A", 8 * 60);
    add_line(t, "A", "", COMES);
    assert_int_equal(run(t), GS_EXIT_OK);
    assert_int_equal(fake_calls(&t->api, "POST /v1/bookings @06:00 k-A"), 1);
    assert_int_equal(fake_calls(&t->api, "/arrive @07:55"), 1);
    assert_int_equal(fake_calls(&t->api, "/v1/gate/check @07:58"), 1);
    assert_int_equal(fake_calls(&t->api, "/enter @07:58"), 1);
    assert_int_equal(fake_calls(&t->api, "/clear @09:38"), 1);
    assert_int_equal(fake_calls(&t->api, "/depart @09:48"), 1);
    assert_int_equal(t->play.counts[GS_TRUCK_DEPARTED], 1);
    assert_int_equal(t->api.clock_ms, fake_at(36 * 60));
}

static void every_post_carries_a_key_of_its_own(void **state)
{
    struct play_test *t = *state;
    fake_add(&t->api, "A", 8 * 60)->holds = 2;
    add_line(t, "A", "", COMES);
    assert_int_equal(run(t), GS_EXIT_OK);
    for (size_t i = 0; i < t->api.log_count; i++) {
        const char *key = strstr(t->api.log[i], " k-A");
        assert_int_equal(strncmp(t->api.log[i], "POST", 4) == 0, key != NULL);
        assert_int_equal(key != NULL ? fake_calls(&t->api, key) : 1,
                         1 + (key != NULL && strcmp(key, " k-A") == 0 ? fake_calls(&t->api, " k-A/") : 0));
    }
}

static void held_truck_tries_again_every_five_minutes(void **state)
{
    struct play_test *t = *state;
    fake_add(&t->api, "A", 8 * 60)->holds = 3;
    add_line(t, "A", "", COMES);
    assert_int_equal(run(t), GS_EXIT_OK);
    assert_int_equal(fake_calls(&t->api, "/v1/gate/check"), 4);
    assert_int_equal(fake_calls(&t->api, "/enter @08:13"), 1);
    assert_int_equal(t->play.counts[GS_TRUCK_DEPARTED], 1);
}

static void truck_held_for_lack_of_a_bay_asks_to_enter_so_that_it_is_noted(void **state)
{
    struct play_test *t = *state;
    struct fake_truck *truck = fake_add(&t->api, "A", 8 * 60);
    truck->holds = 2;
    truck->full = true;
    add_line(t, "A", "", COMES);
    assert_int_equal(run(t), GS_EXIT_OK);
    assert_int_equal(fake_calls(&t->api, "/v1/gate/check"), 3);
    assert_int_equal(fake_calls(&t->api, "/enter"), 3);
    assert_int_equal(fake_calls(&t->api, "/enter @08:08"), 1);
    assert_int_equal(t->play.counts[GS_TRUCK_DEPARTED], 1);
}

static void rejected_truck_leaves_and_does_not_enter(void **state)
{
    struct play_test *t = *state;
    fake_add(&t->api, "A", 8 * 60)->reject = "suspended";
    add_line(t, "A", "", COMES);
    assert_int_equal(run(t), GS_EXIT_OK);
    assert_int_equal(fake_calls(&t->api, "/v1/gate/check"), 1);
    assert_int_equal(fake_calls(&t->api, "/enter"), 0);
    assert_string_equal(t->play.turned_away.rows[0].code, "suspended");
}

static void truck_before_the_site_day_waits(void **state)
{
    struct play_test *t = *state;
    fake_add(&t->api, "A", 8 * 60)->day_begins_min = 8 * 60 + 7;
    add_line(t, "A", "", COMES);
    assert_int_equal(run(t), GS_EXIT_OK);
    assert_int_equal(fake_calls(&t->api, "/arrive"), 4);
    assert_int_equal(fake_calls(&t->api, "/arrive @08:10"), 1);
    assert_int_equal(t->play.counts[GS_TRUCK_DEPARTED], 1);
}

static void promoted_truck_arrives_for_the_slot_it_was_given(void **state)
{
    struct play_test *t = *state;
    struct fake_truck *truck = fake_add(&t->api, "A", -1);
    truck->promote_at_min = 9 * 60;
    truck->promote_slot_min = 11 * 60;
    add_line(t, "A", "", COMES);
    assert_int_equal(run(t), GS_EXIT_OK);
    assert_int_equal(t->play.waitlisted, 1);
    assert_int_equal(fake_calls(&t->api, "/arrive"), 1);
    assert_int_equal(fake_calls(&t->api, "/arrive @10:55"), 1);
    assert_int_equal(t->play.counts[GS_TRUCK_DEPARTED], 1);
}

static void moved_truck_arrives_once_and_for_its_new_slot(void **state)
{
    struct play_test *t = *state;
    struct fake_truck *truck = fake_add(&t->api, "A", 12 * 60);
    truck->promote_at_min = 7 * 60;
    truck->promote_slot_min = 16 * 60;
    fake_add(&t->api, "B", 8 * 60);
    add_line(t, "A", "", COMES);
    add_line(t, "B", "", COMES);
    assert_int_equal(run(t), GS_EXIT_OK);
    assert_int_equal(fake_calls(&t->api, "bk_1/arrive"), 1);
    assert_int_equal(fake_calls(&t->api, "bk_1/arrive @15:55"), 1);
    assert_int_equal(t->play.counts[GS_TRUCK_DEPARTED], 2);
}

static void truck_after_its_time_is_turned_away_as_no_show(void **state)
{
    struct play_test *t = *state;
    fake_add(&t->api, "A", 8 * 60)->no_show_at_min = 8 * 60 + 30;
    add_line(t, "A", "", LATE);
    assert_int_equal(run(t), GS_EXIT_OK);
    assert_int_equal(fake_calls(&t->api, "/arrive @08:50"), 1);
    assert_int_equal(fake_calls(&t->api, "/enter"), 0);
    assert_string_equal(t->play.turned_away.rows[0].code, "no_show");
    assert_int_equal(t->play.counts[GS_TRUCK_NO_SHOW], 1);
}

static void truck_that_does_not_show_never_arrives(void **state)
{
    struct play_test *t = *state;
    fake_add(&t->api, "A", 8 * 60)->no_show_at_min = 8 * 60 + 30;
    add_line(t, "A", "", STAYS_AWAY);
    assert_int_equal(run(t), GS_EXIT_OK);
    assert_int_equal(fake_calls(&t->api, "/arrive"), 0);
    assert_int_equal(t->play.counts[GS_TRUCK_NO_SHOW], 1);
}

static void cancelled_truck_does_not_come(void **state)
{
    struct play_test *t = *state;
    fake_add(&t->api, "A", 8 * 60);
    add_line(t, "A", "\"cancel_at\":\"2026-11-25T07:00:00+08:00\",", COMES);
    assert_int_equal(run(t), GS_EXIT_OK);
    assert_int_equal(fake_calls(&t->api, "/cancel @07:00"), 1);
    assert_int_equal(fake_calls(&t->api, "/arrive"), 0);
    assert_int_equal(t->play.counts[GS_TRUCK_CANCELLED], 1);
}

static void refused_requests_are_counted_by_code(void **state)
{
    struct play_test *t = *state;
    fake_add(&t->api, "A", 8 * 60)->refusal = "full";
    fake_add(&t->api, "B", 8 * 60)->refusal = "full";
    add_line(t, "A", "", COMES);
    add_line(t, "B", "", COMES);
    assert_int_equal(run(t), GS_EXIT_OK);
    json_t *summary = gs_play_summary(&t->play);
    assert_int_equal(gs_get_int(json_object_get(summary, "refused"), "full", 0), 2);
    assert_int_equal(gs_get_int(summary, "requests", 0), 2);
    assert_int_equal(gs_get_int(summary, "booked", -1), 0);
    json_decref(summary);
}

static void lost_answer_is_asked_for_again_with_the_same_key(void **state)
{
    struct play_test *t = *state;
    fake_add(&t->api, "A", 8 * 60);
    add_line(t, "A", "", COMES);
    t->api.lose_path = "/arrive";
    t->api.lose_after = 2;
    assert_int_equal(run(t), GS_EXIT_OK);
    assert_int_equal(fake_calls(&t->api, "/arrive @07:55 k-A/arrive/1"), 3);
    assert_int_equal(t->play.retries, 2);
    assert_int_equal(t->play.turned_away.count, 0);
    assert_int_equal(t->play.counts[GS_TRUCK_DEPARTED], 1);
}

static void step_that_took_effect_before_its_answer_was_lost_counts_as_done(void **state)
{
    struct play_test *t = *state;
    fake_add(&t->api, "A", 8 * 60);
    add_line(t, "A", "", COMES);
    t->api.forgets_keys = true;
    t->api.lose_path = "/arrive";
    t->api.lose_after = 1;
    assert_int_equal(run(t), GS_EXIT_OK);
    assert_int_equal(t->play.turned_away.count, 0);
    assert_int_equal(t->play.counts[GS_TRUCK_DEPARTED], 1);
}

static void restarted_daemon_is_told_the_time_before_the_step_is_asked_again(void **state)
{
    struct play_test *t = *state;
    fake_add(&t->api, "A", 8 * 60);
    add_line(t, "A", "", COMES);
    t->api.lose_path = "/arrive";
    t->api.lose_before = 2;
    t->api.restart_at_ms = fake_at(6 * 60);
    assert_int_equal(run(t), GS_EXIT_OK);
    assert_int_equal(t->api.trucks[0].arrived_ms, fake_at(7 * 60 + 55));
    assert_int_equal(fake_calls(&t->api, "PUT /v1/drill/clock @06:00"), 3);
}

static void daemon_away_for_thirty_seconds_ends_the_play(void **state)
{
    struct play_test *t = *state;
    fake_add(&t->api, "A", 8 * 60);
    add_line(t, "A", "", COMES);
    t->api.lose_path = "/enter";
    t->api.lose_before = 1000;
    assert_int_equal(run(t), GS_EXIT_UNREACHABLE);
    assert_true(t->api.monotonic_ms >= 30000 && t->api.monotonic_ms < 35000);
}

static void clock_is_never_set_backwards(void **state)
{
    struct play_test *t = *state;
    fake_add(&t->api, "A", 8 * 60);
    add_line(t, "A", "", COMES);
    t->api.clock_ms = fake_at(6 * 60 + 30);
    assert_int_equal(run(t), GS_EXIT_OK);
    assert_int_equal(fake_calls(&t->api, "POST /v1/bookings @06:30"), 1);
    assert_int_equal(t->play.counts[GS_TRUCK_DEPARTED], 1);
}

static void live_site_is_not_played_with(void **state)
{
    struct play_test *t = *state;
    fake_add(&t->api, "A", 8 * 60);
    add_line(t, "A", "", COMES);
    t->api.live = true;
    assert_int_equal(run(t), GS_EXIT_OTHER);
    assert_int_equal(t->api.log_count, 1);
}

static void play_stops_at_the_time_asked_for(void **state)
{
    struct play_test *t = *state;
    fake_add(&t->api, "A", 8 * 60);
    add_line(t, "A", "", COMES);
    assert_int_equal(gs_play_init(&t->play, &t->cli, &t->day), GS_OK);
    t->play.until_ms = fake_at(9 * 60);
    assert_int_equal(gs_play_run(&t->play), GS_EXIT_OK);
    assert_int_equal(t->api.clock_ms, fake_at(9 * 60));
    assert_int_equal(t->play.counts[GS_TRUCK_ENTERED], 1);
}

static void interrupted_play_goes_on_where_it_was_when_started_again(void **state)
{
    struct play_test *t = *state;
    fake_add(&t->api, "A", 8 * 60);
    add_line(t, "A", "", COMES);
    t->api.interrupt_at_pause = 4;
    assert_int_equal(run(t), GS_EXIT_INTERRUPTED);
    assert_string_equal(t->api.trucks[0].status, "entered");
    t->api.interrupt_at_pause = 0;
    gs_play_finish(&t->play);
    gs_cli_finish(&t->cli);
    assert_int_equal(run(t), GS_EXIT_OK);
    assert_int_equal(t->play.replayed, 1);
    assert_int_equal(fake_calls(&t->api, "/clear @09:38"), 1);
    assert_int_equal(fake_calls(&t->api, "/enter"), 1);
    assert_int_equal(t->play.counts[GS_TRUCK_DEPARTED], 1);
}

static void progress_tells_time_and_counts_and_only_on_a_terminal(void **state)
{
    struct play_test *t = *state;
    for (int terminal = 1; terminal >= 0; terminal--) {
        char *text = NULL;
        size_t len = 0;
        FILE *nowhere = t->cli.err, *err = open_memstream(&text, &len);
        t->cli.progress = terminal == 1;
        t->cli.err = err;
        if (terminal == 1) {
            fake_add(&t->api, "A", 8 * 60)->holds = 5;
            add_line(t, "A", "", COMES);
        }
        t->api.clock_ms = fake_at(0);
        assert_int_equal(run(t), GS_EXIT_OK);
        fclose(err);
        t->cli.err = nowhere;
        assert_int_equal(strstr(text, "\r2026-11-25 0") != NULL, terminal == 1);
        assert_int_equal(strstr(text, "] 1 steps, departed 0, inside 0, booked 1") != NULL, terminal == 1);
        assert_true(terminal == 0 || strcmp(text + len - 4, "\r\033[K") == 0);
        free(text);
        gs_play_finish(&t->play);
        gs_cli_finish(&t->cli);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    cmocka_set_message_output(CM_OUTPUT_TAP);
    const struct CMUnitTest tests[] = {
        TEST(truck_arrives_enters_is_cleared_and_departs_when_its_line_says),
        TEST(every_post_carries_a_key_of_its_own),
        TEST(held_truck_tries_again_every_five_minutes),
        TEST(truck_held_for_lack_of_a_bay_asks_to_enter_so_that_it_is_noted),
        TEST(rejected_truck_leaves_and_does_not_enter),
        TEST(truck_before_the_site_day_waits),
        TEST(promoted_truck_arrives_for_the_slot_it_was_given),
        TEST(moved_truck_arrives_once_and_for_its_new_slot),
        TEST(truck_after_its_time_is_turned_away_as_no_show),
        TEST(truck_that_does_not_show_never_arrives),
        TEST(cancelled_truck_does_not_come),
        TEST(refused_requests_are_counted_by_code),
        TEST(lost_answer_is_asked_for_again_with_the_same_key),
        TEST(step_that_took_effect_before_its_answer_was_lost_counts_as_done),
        TEST(restarted_daemon_is_told_the_time_before_the_step_is_asked_again),
        TEST(daemon_away_for_thirty_seconds_ends_the_play),
        TEST(clock_is_never_set_backwards),
        TEST(live_site_is_not_played_with),
        TEST(play_stops_at_the_time_asked_for),
        TEST(progress_tells_time_and_counts_and_only_on_a_terminal),
        TEST(interrupted_play_goes_on_where_it_was_when_started_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
