/* Settling, rule by rule: when, who, and what is told of it. */
#include "../leaf/cm.h"
#include "../moves/site.h"
#include <string.h>

#define HOUR_MS INT64_C(3600000)

/* Windows a and b of four places each in two slots; four flexible bookings, all in a. */
static void make(struct site *s)
{
    site_init(s);
    site_window(s, "a", 600, 660, 4);
    site_window(s, "b", 660, 720, 4);
    site_open(s);
}

static int lopsided(void **state)
{
    static struct site s;
    make(&s);
    *state = &s;
    return 0;
}

static void fill_a(struct site *s, int32_t count, struct site_ask ask)
{
    assert_int_equal(site_capacity(s, "b", 4, true), GS_CODE_OK);
    while (count-- > 0) {
        assert_int_equal(site_book(s, ask), GS_CODE_OK);
        assert_string_equal(s->out.booking->window, "a");
    }
    assert_int_equal(site_capacity(s, "b", 4, false), GS_CODE_OK);
}

static int64_t settle_ms(const struct site *s)
{
    return gs_tz_instant(s->rules.tz, s->date - 1, s->rules.settle_at_min);
}

static void a_date_is_settled_exactly_at_its_instant(void **state)
{
    struct site *s = *state;
    fill_a(s, 4, (struct site_ask){0});
    site_wait(s, settle_ms(s) - 1);
    assert_int_equal(s->batch.count, 0);
    assert_int_equal(gs_book_next_due(s->book), settle_ms(s));
    site_wait(s, settle_ms(s));
    assert_int_equal(site_events(s, GS_EV_MOVED), 2);
    assert_int_equal(site_booked(s, "a"), 2);
    assert_int_equal(site_booked(s, "b"), 2);
    assert_true(gs_book_next_due(s->book) > settle_ms(s));
}

static void what_is_told_is_when_it_was_due_and_why(void **state)
{
    struct site *s = *state;
    fill_a(s, 4, (struct site_ask){0});
    site_wait(s, settle_ms(s) + HOUR_MS);
    const struct gs_event *e = site_event(s, GS_EV_MOVED, 0);
    const struct gs_booking *b = site_get(s, e->booking_id);
    assert_int_equal(e->at_ms, settle_ms(s));
    assert_int_equal(e->actor.role, GS_ROLE_SYSTEM);
    assert_int_equal(e->occasion, GS_OCCASION_SETTLED);
    assert_string_equal(gs_event_reason(e), "settled");
    assert_int_equal(e->cause_id, 0);
    assert_string_equal(e->from.window, "a");
    assert_string_equal(e->to.window, "b");
    assert_true(b->moved);
    assert_int_equal(b->updated_ms, settle_ms(s));
    assert_int_equal(b->slot_start_ms, e->to.start_ms);
    assert_int_equal(b->arrive_from_ms, e->to.start_ms - HOUR_MS / 2);
}

static void it_is_done_once(void **state)
{
    struct site *s = *state;
    site_wait(s, settle_ms(s));
    fill_a(s, 4, (struct site_ask){0});
    site_wait(s, settle_ms(s) + 6 * HOUR_MS);
    assert_int_equal(s->batch.count, 0);
    assert_int_equal(site_booked(s, "a"), 4);
}

/* The book goes on from a load of what it holds. */
static void reload(struct site *s)
{
    struct gs_book *loaded;
    assert_int_equal(gs_book_rebuild(s->book, &s->rules, &loaded), GS_OK);
    gs_book_destroy(s->book);
    s->book = loaded;
}

static void a_restart_neither_forgets_it_nor_does_it_again(void **state)
{
    struct site *s = *state;
    fill_a(s, 4, (struct site_ask){0});
    reload(s);
    site_wait(s, settle_ms(s));
    assert_int_equal(site_events(s, GS_EV_MOVED), 2);
    for (int64_t id = 1; id <= 4; id++) {
        assert_int_equal(site_step(s, GS_CMD_CANCEL, id), GS_CODE_OK);
    }
    fill_a(s, 4, (struct site_ask){0});
    reload(s);
    site_wait(s, settle_ms(s) + 6 * HOUR_MS);
    assert_int_equal(s->batch.count, 0);
    assert_int_equal(site_booked(s, "a"), 4);
}

static void it_does_not_matter_when_somebody_looks(void **state)
{
    struct site *s = *state;
    static struct site other;
    make(&other);
    fill_a(s, 4, (struct site_ask){0});
    fill_a(&other, 4, (struct site_ask){0});
    for (int64_t at = s->now_ms; at < settle_ms(s) + 20 * HOUR_MS; at += HOUR_MS) {
        site_wait(s, at);
    }
    site_wait(&other, s->now_ms);
    assert_true(gs_book_digest(s->book) == gs_book_digest(other.book));
    site_finish(&other);
}

static void every_date_that_fell_due_meanwhile_is_settled_at_its_own_instant(void **state)
{
    struct site *s = *state;
    gs_date dates[2] = {s->date, s->date - 1};
    for (int32_t i = 0; i < 2; i++) {
        s->date = dates[i];
        fill_a(s, 2, (struct site_ask){0});
    }
    site_wait(s, gs_tz_instant(s->rules.tz, dates[0], 0));
    assert_int_equal(site_events(s, GS_EV_MOVED), 2);
    assert_int_equal(site_event(s, GS_EV_MOVED, 0)->to.date, dates[1]);
    assert_int_equal(site_event(s, GS_EV_MOVED, 0)->at_ms + 24 * HOUR_MS, site_event(s, GS_EV_MOVED, 1)->at_ms);
}

static void a_preferred_start_is_kept(void **state)
{
    struct site *s = *state;
    fill_a(s, 4, (struct site_ask){.slot_min = 600});
    site_wait(s, settle_ms(s));
    assert_int_equal(s->batch.count, 0);
}

static void who_is_not_flexible_stays(void **state)
{
    struct site *s = *state;
    fill_a(s, 4, (struct site_ask){.firm = true});
    site_wait(s, settle_ms(s));
    assert_int_equal(s->batch.count, 0);
}

static void nobody_is_settled_outside_what_it_accepts(void **state)
{
    struct site *s = *state;
    fill_a(s, 4, (struct site_ask){.windows = "a"});
    site_wait(s, settle_ms(s));
    assert_int_equal(s->batch.count, 0);
}

static void what_was_cut_below_its_bookings_is_left_as_it_is(void **state)
{
    struct site *s = *state;
    fill_a(s, 4, (struct site_ask){0});
    assert_int_equal(site_cut(s, "a", 3, 2), GS_CODE_OK);
    site_wait(s, settle_ms(s));
    assert_int_equal(s->batch.count, 0);
}

/* One of the two trucks that each of these windows has seen stayed away: of their 4 places 8 may be promised. */
static void overbook(struct site *s, const char *const windows[], int32_t count)
{
    static struct gs_booking past[4];
    memset(past, 0, sizeof past);
    s->rules.overbooking = true;
    s->rules.min_samples = 2;
    s->rules.overflow_percent = 50;
    for (int32_t i = 0; i < 2 * count; i++) {
        past[i].id = 100 + i;
        past[i].version = 1;
        past[i].status = i % 2 == 0 ? GS_NO_SHOW : GS_DEPARTED;
        past[i].place = i % 2 == 0 ? -1 : i;
        past[i].arrived_ms = i % 2;
        past[i].slot_end_ms = 1;
        past[i].wish.date = s->date - 10;
        strcpy(past[i].truck.plate, "PAST");
        strcpy(past[i].window, windows[i / 2]);
    }
    s->past = past;
    s->past_count = 2 * count;
    site_load(s, NULL, 0, NULL, 0);
}

static void a_window_overbooked_within_its_extra_takes_part(void **state)
{
    struct site *s = *state;
    overbook(s, (const char *const[]){"a"}, 1);
    fill_a(s, 6, (struct site_ask){0});
    site_wait(s, settle_ms(s));
    assert_int_equal(site_events(s, GS_EV_MOVED), 3);
    assert_int_equal(site_booked(s, "b"), 3);
}

static void what_may_be_overbooked_is_room_to_settle_into(void **state)
{
    struct site *s = *state;
    overbook(s, (const char *const[]){"a", "b"}, 2);
    fill_a(s, 8, (struct site_ask){0});
    for (int32_t i = 0; i < 4; i++) {
        assert_int_equal(site_book(s, (struct site_ask){.windows = "b", .firm = true}), GS_CODE_OK);
    }
    site_wait(s, settle_ms(s));
    assert_int_equal(site_events(s, GS_EV_MOVED), 2);
    assert_int_equal(site_booked(s, "a"), 6);
    assert_int_equal(site_booked(s, "b"), 6);
}

static void what_stands_above_its_extra_is_left_as_it_is(void **state)
{
    struct site *s = *state;
    overbook(s, (const char *const[]){"a"}, 1);
    fill_a(s, 8, (struct site_ask){0});
    assert_int_equal(site_cut(s, "a", 2, -1), GS_CODE_OK);
    site_wait(s, settle_ms(s));
    assert_int_equal(s->batch.count, 0);
}

static void a_truck_with_two_promises_stays_in_its_windows(void **state)
{
    struct site *s = *state;
    fill_a(s, 2, (struct site_ask){0});
    fill_a(s, 1, (struct site_ask){.truck = 7});
    assert_int_equal(site_book(s, (struct site_ask){.windows = "b", .firm = true, .truck = 7}), GS_CODE_OK);
    site_wait(s, settle_ms(s));
    assert_int_equal(site_events(s, GS_EV_MOVED), 1);
    assert_int_not_equal(site_event(s, GS_EV_MOVED, 0)->booking_id, 3);
    assert_int_equal(site_booked(s, "a"), 2);
}

static void the_slots_of_a_window_are_spread_too(void **state)
{
    struct site *s = *state;
    assert_int_equal(site_cut(s, "a", 4, 4), GS_CODE_OK);
    assert_int_equal(site_book(s, (struct site_ask){.windows = "a"}), GS_CODE_OK);
    int64_t first = s->out.booking->id;
    for (int32_t i = 0; i < 3; i++) {
        assert_int_equal(site_book(s, (struct site_ask){.windows = "a"}), GS_CODE_OK);
    }
    int64_t in_first = site_get(s, first)->slot_start_ms;
    for (int64_t id = first; id < first + 4; id++) {
        if (site_get(s, id)->slot_start_ms != in_first) {
            assert_int_equal(site_step(s, GS_CMD_CANCEL, id), GS_CODE_OK);
        }
    }
    site_wait(s, settle_ms(s));
    assert_int_equal(site_events(s, GS_EV_MOVED), 1);
    assert_int_not_equal(site_event(s, GS_EV_MOVED, 0)->to.start_ms, in_first);
}

int main(void)
{
#define CASE(test) cmocka_unit_test_setup_teardown(test, lopsided, site_teardown)
    const struct CMUnitTest tests[] = {
        CASE(a_date_is_settled_exactly_at_its_instant),
        CASE(what_is_told_is_when_it_was_due_and_why),
        CASE(it_is_done_once),
        CASE(a_restart_neither_forgets_it_nor_does_it_again),
        CASE(it_does_not_matter_when_somebody_looks),
        CASE(every_date_that_fell_due_meanwhile_is_settled_at_its_own_instant),
        CASE(a_preferred_start_is_kept),
        CASE(who_is_not_flexible_stays),
        CASE(nobody_is_settled_outside_what_it_accepts),
        CASE(what_was_cut_below_its_bookings_is_left_as_it_is),
        CASE(a_window_overbooked_within_its_extra_takes_part),
        CASE(what_may_be_overbooked_is_room_to_settle_into),
        CASE(what_stands_above_its_extra_is_left_as_it_is),
        CASE(a_truck_with_two_promises_stays_in_its_windows),
        CASE(the_slots_of_a_window_are_spread_too),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
