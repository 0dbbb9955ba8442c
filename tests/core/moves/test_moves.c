/* Admission with moves, rule by rule, on sites small enough to be read. */
#include "../leaf/cm.h"
#include "site.h"
#include <string.h>

#define MINUTE INT64_C(60000)

/* One place each in a (08:00), b, c and d, half an hour after one another. */
static int four_windows(void **state)
{
    static struct site s;
    static const char *const ids[] = {"a", "b", "c", "d"};
    site_init(&s);
    for (int32_t i = 0; i < 4; i++) {
        site_window(&s, ids[i], 480 + 30 * i, 510 + 30 * i, 1);
    }
    site_open(&s);
    *state = &s;
    return 0;
}

static int64_t booked(struct site *s, struct site_ask ask, const char *window)
{
    assert_int_equal(site_book(s, ask), GS_CODE_OK);
    assert_string_equal(s->out.booking->window, window);
    assert_int_equal(s->out.booking->status, GS_BOOKED);
    return s->out.booking->id;
}

static const char *window_of(const struct site *s, int64_t id)
{
    return site_get(s, id)->window;
}

static void a_flexible_booking_makes_room_and_is_promised_anew(void **state)
{
    struct site *s = *state;
    int64_t x = booked(s, (struct site_ask){.windows = "a,b"}, "a");
    int64_t old_start_ms = site_get(s, x)->slot_start_ms;
    int64_t asker = booked(s, (struct site_ask){.windows = "a", .firm = true}, "a");
    const struct gs_booking *b = site_get(s, x);
    const struct gs_event *e = site_event(s, GS_EV_MOVED, 0);
    assert_string_equal(b->window, "b");
    assert_true(b->moved);
    assert_int_equal(b->version, 2);
    assert_int_equal(b->slot_start_ms, old_start_ms + 30 * MINUTE);
    assert_int_equal(b->arrive_from_ms, b->slot_start_ms - 30 * MINUTE);
    assert_non_null(e);
    assert_int_equal(e->booking_id, x);
    assert_int_equal(e->cause_id, asker);
    assert_int_equal(e->actor.role, GS_ROLE_SYSTEM);
    assert_string_equal(e->from.window, "a");
    assert_int_equal(e->from.start_ms, old_start_ms);
    assert_string_equal(e->to.window, "b");
    assert_int_equal(e->seq + 1, site_event(s, GS_EV_BOOKED, 0)->seq);
}

static void nobody_is_moved_while_something_accepted_is_free(void **state)
{
    struct site *s = *state;
    booked(s, (struct site_ask){.windows = "a,b"}, "a");
    booked(s, (struct site_ask){.windows = "a,c", .firm = true}, "c");
    assert_int_equal(site_events(s, GS_EV_MOVED), 0);
}

static void who_is_not_flexible_stays(void **state)
{
    struct site *s = *state;
    booked(s, (struct site_ask){.windows = "a,b", .firm = true}, "a");
    assert_int_equal(site_book(s, (struct site_ask){.windows = "a"}), GS_CODE_FULL);
    assert_int_equal(s->batch.count, 0);
}

static void nobody_is_moved_outside_what_it_accepts(void **state)
{
    struct site *s = *state;
    int64_t x = booked(s, (struct site_ask){.windows = "a"}, "a");
    assert_int_equal(site_book(s, (struct site_ask){.windows = "a"}), GS_CODE_FULL);
    assert_string_equal(window_of(s, x), "a");
    assert_int_equal(s->out.alternative_count, GS_MAX_ALTERNATIVES);
}

static void a_chain_moves_the_last_first(void **state)
{
    struct site *s = *state;
    int64_t x = booked(s, (struct site_ask){.windows = "a,b"}, "a");
    int64_t y = booked(s, (struct site_ask){.windows = "b,c"}, "b");
    booked(s, (struct site_ask){.windows = "a", .firm = true}, "a");
    assert_int_equal(site_events(s, GS_EV_MOVED), 2);
    assert_int_equal(site_event(s, GS_EV_MOVED, 0)->booking_id, y);
    assert_int_equal(site_event(s, GS_EV_MOVED, 1)->booking_id, x);
    assert_string_equal(window_of(s, y), "c");
    assert_string_equal(window_of(s, x), "b");
}

static int two_in_a(void **state)
{
    four_windows(state);
    struct site *s = *state;
    site_finish(s);
    site_init(s);
    site_window(s, "a", 480, 510, 2);
    site_window(s, "b", 510, 540, 1);
    site_window(s, "c", 540, 570, 1);
    site_window(s, "d", 570, 600, 1);
    site_open(s);
    return 0;
}

static void the_fewest_moves_are_made(void **state)
{
    struct site *s = *state;
    int64_t y = booked(s, (struct site_ask){.windows = "b,c"}, "b");
    int64_t x = booked(s, (struct site_ask){.windows = "a,b"}, "a");
    int64_t filler = booked(s, (struct site_ask){.windows = "d"}, "d");
    int64_t z = booked(s, (struct site_ask){.windows = "a,d"}, "a");
    assert_int_equal(site_step(s, GS_CMD_CANCEL, filler), GS_CODE_OK);
    booked(s, (struct site_ask){.windows = "a", .firm = true}, "a");
    assert_int_equal(site_events(s, GS_EV_MOVED), 1);
    assert_string_equal(window_of(s, z), "d");
    assert_string_equal(window_of(s, x), "a");
    assert_string_equal(window_of(s, y), "b");
}

/* Window a has two slots of two, but only two places in all; both are taken in its second slot. */
static int roomy_slots(void **state)
{
    static struct site s;
    site_init(&s);
    s.rules.slot_capacity = 2;
    site_window(&s, "a", 480, 540, 2);
    site_window(&s, "b", 540, 570, 1);
    site_open(&s);
    *state = &s;
    return 0;
}

static void a_full_window_lets_one_of_any_slot_go(void **state)
{
    struct site *s = *state;
    booked(s, (struct site_ask){.windows = "a", .slot_min = 510}, "a");
    int64_t x = booked(s, (struct site_ask){.windows = "a,b", .slot_min = 510}, "a");
    int64_t asker = booked(s, (struct site_ask){.windows = "a", .slot_min = 480}, "a");
    assert_string_equal(window_of(s, x), "b");
    assert_int_equal(gs_tz_minute(s->rules.tz, site_get(s, asker)->slot_start_ms), 480);
}

/* Window a has two slots of two and three places in all; b and c have one each. */
static int three_in_a(void **state)
{
    static struct site s;
    site_init(&s);
    s.rules.slot_capacity = 2;
    site_window(&s, "a", 480, 540, 3);
    site_window(&s, "b", 540, 570, 1);
    site_window(&s, "c", 570, 600, 1);
    site_open(&s);
    *state = &s;
    return 0;
}

/* The first slot is looked at twice, since it is full and since its window is: the way found at the first look is the one taken. */
static void a_chain_out_of_a_full_slot_of_a_full_window_frees_that_slot(void **state)
{
    struct site *s = *state;
    int64_t y = booked(s, (struct site_ask){.windows = "b,c"}, "b");
    int64_t x = booked(s, (struct site_ask){.windows = "a,b", .slot_min = 480}, "a");
    booked(s, (struct site_ask){.windows = "a", .slot_min = 480, .firm = true}, "a");
    booked(s, (struct site_ask){.windows = "a", .slot_min = 510, .firm = true}, "a");
    int64_t asker = booked(s, (struct site_ask){.windows = "a", .slot_min = 480, .firm = true}, "a");
    assert_int_equal(site_events(s, GS_EV_MOVED), 2);
    assert_string_equal(window_of(s, y), "c");
    assert_string_equal(window_of(s, x), "b");
    assert_int_equal(gs_tz_minute(s->rules.tz, site_get(s, asker)->slot_start_ms), 480);
}

/* Window b has two slots of two. */
static int wide_b(void **state)
{
    static struct site s;
    site_init(&s);
    s.rules.slot_capacity = 2;
    site_window(&s, "a", 480, 510, 1);
    site_window(&s, "b", 510, 570, 4);
    site_window(&s, "c", 570, 600, 1);
    site_open(&s);
    *state = &s;
    return 0;
}

static void a_place_is_freed_nearest_to_the_preferred_start(void **state)
{
    struct site *s = *state;
    int64_t x = booked(s, (struct site_ask){.windows = "a,c"}, "a");
    int64_t y = booked(s, (struct site_ask){.windows = "b,d"}, "b");
    booked(s, (struct site_ask){.windows = "a,b", .slot_min = 510}, "b");
    assert_string_equal(window_of(s, x), "a");
    assert_string_equal(window_of(s, y), "d");
}

static void a_closed_window_and_a_cut_one_take_nobody(void **state)
{
    struct site *s = *state;
    booked(s, (struct site_ask){.windows = "a,b"}, "a");
    assert_int_equal(site_capacity(s, "b", 1, true), GS_CODE_OK);
    assert_int_equal(site_book(s, (struct site_ask){.windows = "a"}), GS_CODE_FULL);
    assert_int_equal(site_capacity(s, "b", 0, false), GS_CODE_OK);
    assert_int_equal(site_book(s, (struct site_ask){.windows = "a"}), GS_CODE_FULL);
    assert_int_equal(site_capacity(s, "b", 1, false), GS_CODE_OK);
    booked(s, (struct site_ask){.windows = "a"}, "a");
}

static void what_was_cut_below_its_bookings_is_no_way_through(void **state)
{
    struct site *s = *state;
    booked(s, (struct site_ask){.windows = "a"}, "a"); /* b: slots of two, of which three places are taken */
    booked(s, (struct site_ask){.windows = "b", .slot_min = 510}, "b");
    booked(s, (struct site_ask){.windows = "b,c", .slot_min = 510}, "b");
    booked(s, (struct site_ask){.windows = "b", .slot_min = 540}, "b");
    assert_int_equal(site_cut(s, "b", 2, 2), GS_CODE_OK); /* the window is over, no slot of it */
    assert_int_equal(site_book(s, (struct site_ask){.windows = "b"}), GS_CODE_FULL);
    assert_int_equal(site_cut(s, "b", 4, 1), GS_CODE_OK); /* its first slot is over */
    assert_int_equal(site_book(s, (struct site_ask){.windows = "b"}), GS_CODE_FULL);
    assert_int_equal(site_cut(s, "b", 3, 2), GS_CODE_OK);
    booked(s, (struct site_ask){.windows = "b"}, "b");
}

static void the_lock_holds_for_the_old_slot_and_for_the_new(void **state)
{
    struct site *s = *state;
    site_wait(s, s->now_ms + 4 * 24 * 60 * MINUTE - 8 * 60 * MINUTE); /* 04:00 of the date */
    booked(s, (struct site_ask){.windows = "a,b"}, "a");
    assert_int_equal(site_book(s, (struct site_ask){.windows = "a"}), GS_CODE_FULL); /* 08:00 is not later than 08:00 */
    booked(s, (struct site_ask){.windows = "b,c"}, "b");
    booked(s, (struct site_ask){.windows = "b"}, "b"); /* 08:30 is */
    site_wait(s, s->now_ms + 90 * MINUTE);
    booked(s, (struct site_ask){.windows = "d,a"}, "d"); /* from 05:30: 09:30 is not */
    assert_int_equal(site_book(s, (struct site_ask){.windows = "d"}), GS_CODE_FULL);
}

static void a_plate_is_not_moved_into_a_window_where_it_is_promised(void **state)
{
    struct site *s = *state;
    booked(s, (struct site_ask){.windows = "b", .truck = 7}, "b");
    int64_t x = booked(s, (struct site_ask){.windows = "a,b", .truck = 8}, "a");
    assert_int_equal(site_book(s, (struct site_ask){.windows = "a"}), GS_CODE_FULL);
    assert_int_equal(site_step(s, GS_CMD_CANCEL, x), GS_CODE_OK);
    assert_int_equal(site_capacity(s, "b", 2, false), GS_CODE_OK);
    booked(s, (struct site_ask){.windows = "a", .truck = 7}, "a");
    assert_int_equal(site_book(s, (struct site_ask){.windows = "a"}), GS_CODE_FULL);
}

static void another_trip_of_the_askers_truck_may_be_moved_for_it(void **state)
{
    struct site *s = *state;
    int64_t x = booked(s, (struct site_ask){.windows = "a,b", .truck = 7}, "a");
    int64_t y = booked(s, (struct site_ask){.windows = "c,a"}, "c");
    booked(s, (struct site_ask){.windows = "c", .truck = 7}, "c");
    assert_string_equal(window_of(s, y), "a");
    assert_string_equal(window_of(s, x), "b");
}

static void who_is_delayed_or_has_arrived_stays(void **state)
{
    struct site *s = *state;
    s->date = gs_tz_date(s->rules.tz, s->now_ms) + 1;
    site_wait(s, s->now_ms + 13 * 60 * MINUTE); /* 01:00 of the date */
    int64_t x = booked(s, (struct site_ask){.windows = "a"}, "a");
    assert_int_equal(site_step(s, GS_CMD_DELAY, x), GS_CODE_OK);
    assert_string_equal(window_of(s, x), "b");
    assert_int_equal(site_book(s, (struct site_ask){.windows = "b"}), GS_CODE_FULL);
    int64_t y = booked(s, (struct site_ask){.windows = "c,d"}, "c");
    assert_int_equal(site_step(s, GS_CMD_ARRIVE, y), GS_CODE_OK);
    assert_int_equal(site_book(s, (struct site_ask){.windows = "c"}), GS_CODE_FULL);
}

static void an_arrival_taken_back_lets_the_waiting_in(void **state)
{
    struct site *s = *state;
    s->date = gs_tz_date(s->rules.tz, s->now_ms) + 1;
    site_wait(s, s->now_ms + 13 * 60 * MINUTE);
    int64_t y = booked(s, (struct site_ask){.windows = "c,d"}, "c");
    assert_int_equal(site_step(s, GS_CMD_ARRIVE, y), GS_CODE_OK);
    assert_int_equal(site_book(s, (struct site_ask){.windows = "c", .waitlist = true}), GS_CODE_OK);
    int64_t waiting = s->out.booking->id;
    assert_int_equal(s->out.status, GS_WAITLISTED);
    assert_int_equal(site_step(s, GS_CMD_REVERT, y), GS_CODE_OK);
    assert_string_equal(window_of(s, y), "d");
    assert_string_equal(window_of(s, waiting), "c");
}

static void who_waits_is_promoted_by_moving_others(void **state)
{
    struct site *s = *state;
    booked(s, (struct site_ask){.windows = "a,b"}, "a");
    int64_t y = booked(s, (struct site_ask){.windows = "b", .firm = true}, "b");
    assert_int_equal(site_book(s, (struct site_ask){.windows = "a", .waitlist = true}), GS_CODE_OK);
    int64_t first = s->out.booking->id;
    assert_int_equal(site_book(s, (struct site_ask){.windows = "a", .waitlist = true, .urgent = true}), GS_CODE_OK);
    int64_t urgent = s->out.booking->id;
    assert_int_equal(site_step(s, GS_CMD_CANCEL, y), GS_CODE_OK);
    assert_string_equal(window_of(s, urgent), "a");
    assert_int_equal(site_event(s, GS_EV_MOVED, 0)->cause_id, urgent);
    assert_int_equal(site_get(s, first)->status, GS_WAITLISTED);
}

static void rescheduling_moves_others_but_never_into_the_place_it_leaves(void **state)
{
    struct site *s = *state;
    int64_t x = booked(s, (struct site_ask){.windows = "a,b"}, "a");
    int64_t y = booked(s, (struct site_ask){.windows = "b", .firm = true}, "b");
    assert_int_equal(site_reschedule(s, y, "a"), GS_CODE_FULL);
    assert_int_equal(s->batch.count, 0);
    assert_string_equal(window_of(s, y), "b");
    int64_t z = booked(s, (struct site_ask){.windows = "c", .firm = true}, "c");
    assert_int_equal(site_step(s, GS_CMD_CANCEL, y), GS_CODE_OK);
    assert_int_equal(site_reschedule(s, z, "a"), GS_CODE_OK);
    assert_string_equal(window_of(s, z), "a");
    assert_string_equal(window_of(s, x), "b");
    assert_int_equal(site_event(s, GS_EV_MOVED, 0)->cause_id, z);
}

static void who_asks_is_not_moved_for_itself(void **state)
{
    struct site *s = *state;
    booked(s, (struct site_ask){.windows = "a,b"}, "a");
    int64_t x = booked(s, (struct site_ask){.windows = "b,c"}, "b");
    assert_int_equal(site_reschedule(s, x, "a"), GS_CODE_FULL);
    assert_int_equal(s->batch.count, 0);
}

static void the_client_asking_anew_is_no_longer_moved(void **state)
{
    struct site *s = *state;
    int64_t x = booked(s, (struct site_ask){.windows = "a,b"}, "a");
    booked(s, (struct site_ask){.windows = "a"}, "a");
    assert_true(site_get(s, x)->moved);
    assert_int_equal(site_reschedule(s, x, "c"), GS_CODE_OK);
    assert_false(site_get(s, x)->moved);
}

int main(void)
{
#define CASE(test, setup) cmocka_unit_test_setup_teardown(test, setup, site_teardown)
    const struct CMUnitTest tests[] = {
        CASE(a_flexible_booking_makes_room_and_is_promised_anew, four_windows),
        CASE(nobody_is_moved_while_something_accepted_is_free, four_windows),
        CASE(who_is_not_flexible_stays, four_windows),
        CASE(nobody_is_moved_outside_what_it_accepts, four_windows),
        CASE(a_chain_moves_the_last_first, four_windows),
        CASE(the_fewest_moves_are_made, two_in_a),
        CASE(a_full_window_lets_one_of_any_slot_go, roomy_slots),
        CASE(a_chain_out_of_a_full_slot_of_a_full_window_frees_that_slot, three_in_a),
        CASE(a_place_is_freed_nearest_to_the_preferred_start, four_windows),
        CASE(a_closed_window_and_a_cut_one_take_nobody, four_windows),
        CASE(what_was_cut_below_its_bookings_is_no_way_through, wide_b),
        CASE(the_lock_holds_for_the_old_slot_and_for_the_new, four_windows),
        CASE(a_plate_is_not_moved_into_a_window_where_it_is_promised, four_windows),
        CASE(another_trip_of_the_askers_truck_may_be_moved_for_it, four_windows),
        CASE(who_is_delayed_or_has_arrived_stays, four_windows),
        CASE(an_arrival_taken_back_lets_the_waiting_in, four_windows),
        CASE(who_waits_is_promoted_by_moving_others, four_windows),
        CASE(rescheduling_moves_others_but_never_into_the_place_it_leaves, four_windows),
        CASE(who_asks_is_not_moved_for_itself, four_windows),
        CASE(the_client_asking_anew_is_no_longer_moved, four_windows),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
