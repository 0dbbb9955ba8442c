/* The event feed: pages, whose events, and waiting for the next one. */
#include "world.h"
#include <stdio.h>
#include <string.h>

static void events_come_in_order_by_pages(void **state)
{
    struct gs_http *w = *state;
    const struct caught *c;
    for (int n = 1; n <= 3; n++) {
        booked(w, n, NULL);
    }
    c = world_ask(w, "GET", "/v1/events?limit=2", "gate", NULL, NULL);
    assert_int_equal(json_array_size(at(c, "items")), 2);
    assert_int_equal(number(c, "items/0/seq"), 1);
    assert_string_equal(text(c, "items/0/type"), "booking.booked");
    assert_string_equal(text(c, "items/0/booking_id"), "bk_1");
    assert_string_equal(text(c, "next_cursor"), "2");
    assert_int_equal(number(c, "last_seq"), 2);
    c = world_ask(w, "GET", "/v1/events?after=2", "gate", NULL, NULL);
    assert_int_equal(json_array_size(at(c, "items")), 1);
    assert_true(json_is_null(at(c, "next_cursor")));
    c = world_ask(w, "GET", "/v1/events?after=3", "gate", NULL, NULL);
    assert_int_equal(json_array_size(at(c, "items")), 0);
    assert_int_equal(number(c, "last_seq"), 3);
}

static void a_wait_ends_with_the_next_event(void **state)
{
    struct gs_http *w = *state;
    struct gs_command command = {.kind = GS_CMD_NOTE, .actor = {.role = GS_ROLE_SUPERVISOR, .name = "root"}};
    struct gs_outcome o;
    world_begin(w, "GET", "/v1/events?wait=30", "gate", NULL);
    world_turn(w);
    assert_int_equal(w->caught.status, 0);
    assert_int_equal(w->api->feed.waiting, 1);
    command.u.note.type = GS_EV_CONFIG_RELOADED;
    w->api->service.apply(w, &command, &o);
    assert_int_equal(w->caught.status, 0); /* not durable yet */
    world_turn(w);
    assert_int_equal(w->caught.status, 200);
    assert_string_equal(text(&w->caught, "items/0/type"), "config.reloaded");
    assert_int_equal(w->api->feed.waiting, 0);
}

static void a_backend_is_not_woken_by_what_is_not_its_own(void **state)
{
    struct gs_http *w = *state;
    struct gs_command command = {.kind = GS_CMD_NOTE, .actor = {.role = GS_ROLE_SUPERVISOR, .name = "root"}};
    struct gs_outcome o;
    world_begin(w, "GET", "/v1/events?wait=30", "backend", NULL);
    world_turn(w);
    command.u.note.type = GS_EV_CONFIG_RELOADED;
    w->api->service.apply(w, &command, &o);
    world_turn(w);
    assert_int_equal(w->caught.status, 0);
    assert_int_equal(w->api->feed.waiting, 1);
}

static void an_event_between_question_and_answer_is_not_missed(void **state)
{
    struct gs_http *w = *state;
    struct gs_command command = {.kind = GS_CMD_NOTE, .actor = {.role = GS_ROLE_SUPERVISOR, .name = "root"}};
    struct world_question q;
    struct gs_answer empty = {.err = GS_OK};
    struct gs_outcome o;
    world_begin(w, "GET", "/v1/events?wait=30&text=true", "gate", NULL);
    q = w->questions[0]; /* the store answers from before the event … */
    w->question_count = 0;
    command.u.note.type = GS_EV_CONFIG_RELOADED;
    w->api->service.apply(w, &command, &o);
    world_turn(w);
    q.done(q.arg, &empty); /* … and the answer comes after its wake */
    world_turn(w);
    world_turn(w);
    assert_int_equal(w->caught.status, 200);
    assert_int_equal(json_array_size(at(&w->caught, "items")), 1);
}

static void a_wait_ends_with_its_time(void **state)
{
    struct gs_http *w = *state;
    world_begin(w, "GET", "/v1/events?after=7&wait=1", "gate", NULL);
    world_turn(w);
    assert_int_equal(w->caught.status, 0);
    event_base_loop(w->base, EVLOOP_ONCE);
    assert_int_equal(w->caught.status, 200);
    assert_int_equal(json_array_size(at(&w->caught, "items")), 0);
    assert_int_equal(number(&w->caught, "last_seq"), 7);
    assert_int_equal(w->api->feed.waiting, 0);
}

static void a_wait_ends_with_its_client(void **state)
{
    struct gs_http *w = *state;
    world_begin(w, "GET", "/v1/events?wait=60", "gate", NULL);
    world_turn(w);
    w->is_gone = true;
    event_base_loop(w->base, EVLOOP_ONCE);
    assert_int_equal(w->caught.status, 200);
}

/* A client that has ended its half may still read: it gets an ordinary answer, only now. */
static void a_wait_ends_at_once_where_the_client_says_no_more(void **state)
{
    struct gs_http *w = *state;
    world_begin(w, "GET", "/v1/events?after=7&wait=60", "gate", NULL);
    assert_true(w->held > 0);
    w->functions.hurry(w->api, w->exchange); /* the store is being asked: its answer is the last */
    assert_int_equal(w->caught.status, 0);
    w->is_hurried = true;
    world_turn(w);
    assert_int_equal(w->caught.status, 200);
    w->is_hurried = false;
    world_begin(w, "GET", "/v1/events?after=7&wait=60", "gate", NULL);
    world_turn(w);
    assert_int_equal(w->caught.status, 0);
    assert_int_equal(w->api->feed.waiting, 1);
    w->functions.hurry(w->api, w->exchange);
    assert_int_equal(w->caught.status, 200);
    assert_int_equal(number(&w->caught, "last_seq"), 7);
    assert_int_equal(w->api->feed.waiting, 0);
}

/* Other requests that have not been answered yet are none of the feed's. */
static void only_a_wait_is_hurried(void **state)
{
    struct gs_http *w = *state;
    world_begin(w, "GET", "/v1/bookings/bk_1/history", "gate", NULL);
    assert_int_equal(w->caught.status, 0);
    w->functions.hurry(w->api, w->exchange);
    assert_int_equal(w->caught.status, 0);
    for (int turns = 0; turns < 10 && w->caught.status == 0; turns++) {
        world_turn(w);
    }
    assert_true(w->caught.status != 0);
}

static void a_drain_ends_all_waits(void **state)
{
    struct gs_http *w = *state;
    world_begin(w, "GET", "/v1/events?after=7&wait=60", "gate", NULL);
    world_turn(w);
    w->is_draining = true;
    w->functions.wake(w->api, 0);
    assert_int_equal(w->caught.status, 200);
    world_begin(w, "GET", "/v1/events?wait=60", "gate", NULL);
    world_turn(w);
    assert_int_equal(w->caught.status, 200);
}

static void a_full_queue_at_a_wake_is_tried_again(void **state)
{
    struct gs_http *w = *state;
    struct gs_command command = {.kind = GS_CMD_NOTE, .actor = {.role = GS_ROLE_SUPERVISOR, .name = "root"}};
    struct gs_outcome o;
    world_begin(w, "GET", "/v1/events?wait=60", "gate", NULL);
    world_turn(w);
    command.u.note.type = GS_EV_CONFIG_RELOADED;
    w->api->service.apply(w, &command, &o);
    w->busy = true;
    world_turn(w);
    assert_int_equal(w->caught.status, 0);
    w->busy = false;
    world_turn(w);
    assert_int_equal(w->caught.status, 200);
    w->busy = true;
    assert_int_equal(world_ask(w, "GET", "/v1/events", "gate", NULL, NULL)->status, 503);
}

static void routes_may_end_before_those_who_wait(void **state)
{
    struct gs_http *w = *state;
    world_begin(w, "GET", "/v1/events?wait=60", "gate", NULL);
    world_turn(w);
    gs_feed_detach(&w->api->feed);
    assert_int_equal(w->api->feed.waiting, 0);
    world_end(w); /* frees what is its own; the sanitizers look */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

static void note(struct gs_http *w, enum gs_event_type type)
{
    struct gs_command command = {.kind = GS_CMD_NOTE, .actor = {.role = GS_ROLE_SUPERVISOR, .name = "root"}};
    struct gs_outcome o;
    command.u.note.type = type;
    w->api->service.apply(w, &command, &o);
    world_turn(w);
}

static void the_last_events_are_given_oldest_first_and_say_where_to_go_on(void **state)
{
    struct gs_http *w = *state;
    for (int n = 1; n <= 5; n++) {
        booked(w, n, NULL);
    }
    const struct caught *c = world_ask(w, "GET", "/v1/events?last=2", "gate", NULL, NULL);
    assert_int_equal(json_array_size(at(c, "items")), 2);
    assert_int_equal(number(c, "items/0/seq"), 4);
    assert_true(json_is_null(at(c, "next_cursor")));
    assert_int_equal(number(c, "last_seq"), 5);
    assert_null(json_object_get(at(c, "items/0"), "text"));
    c = world_ask(w, "GET", "/v1/events?last=500", "gate", NULL, NULL);
    assert_int_equal(json_array_size(at(c, "items")), 5);
}

static void events_are_chosen_by_type_and_actor(void **state)
{
    struct gs_http *w = *state;
    booked(w, 1, NULL);
    note(w, GS_EV_CONFIG_RELOADED);
    booked(w, 2, NULL);
    const struct caught *c = world_ask(w, "GET", "/v1/events?type=config", "gate", NULL, NULL);
    assert_int_equal(json_array_size(at(c, "items")), 1);
    assert_string_equal(text(c, "items/0/type"), "config.reloaded");
    assert_int_equal(number(c, "last_seq"), 3); /* the third is not asked for, and need not be looked at again */
    c = world_ask(w, "GET", "/v1/events?type=booked,config.reloaded&by=root", "gate", NULL, NULL);
    assert_int_equal(json_array_size(at(c, "items")), 1);
    c = world_ask(w, "GET", "/v1/events?last=1&by=supervisor", "gate", NULL, NULL);
    assert_int_equal(number(c, "items/0/seq"), 2);
}

static void a_sentence_in_the_callers_language_is_given_on_request(void **state)
{
    struct gs_http *w = *state;
    note(w, GS_EV_CONFIG_RELOADED);
    const struct caught *c = world_ask(w, "GET", "/v1/events?text=true", "gate", NULL, NULL);
    assert_true(strlen(text(c, "items/0/text")) > 0);
    assert_int_equal(number(c, "items/0/seq"), 1);
}

static void questions_about_events_that_make_no_sense_are_named(void **state)
{
    struct gs_http *w = *state;
    static const struct {
        const char *query, *pointer;
    } wrong[] = {{"last=0", "?last"},
                 {"last=501", "?last"},
                 {"last=x", "?last"},
                 {"last=", "?last"},
                 {"last=5&after=3", "?after"},
                 {"last=5&limit=3", "?limit"},
                 {"last=5&wait=3", "?wait"},
                 {"last=101&text=true", "?last"},
                 {"limit=101&text=true", "?limit"},
                 {"text=yes", "?text"},
                 {"since=yesterday", "?since"},
                 {"since=2026-11-25", "?since"},
                 {"type=booking.lost", "?type"},
                 {"type=booking,,config", "?type"},
                 {"type=%2C", "?type"},
                 {"by=a_name_that_is_longer_than_any_name_of_a_token_or_of_a_user_can_ever_be_xxxxxxxxxxxxx", "?by"},
                 {"kind=x", "?kind"}};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        char path[256];
        (void)snprintf(path, sizeof path, "/v1/events?%s", wrong[i].query);
        const struct caught *c = world_ask(w, "GET", path, "gate", NULL, NULL);
        if (c->status != 422) {
            fail_msg("%s: %d", wrong[i].query, c->status);
        }
        assert_string_equal(text(c, "errors/0/pointer"), wrong[i].pointer);
    }
}

static void a_wait_for_rare_events_goes_on_where_the_store_stopped(void **state)
{
    struct gs_http *w = *state;
    struct gs_answer none = {.err = GS_OK, .more = true, .scanned_seq = 20000};
    world_begin(w, "GET", "/v1/events?wait=30&type=config&text=true", "gate", NULL);
    struct world_question q = w->questions[0];
    w->question_count = 0;
    q.done(q.arg, &none);
    assert_int_equal(w->question_count, 1); /* asked on at once */
    assert_int_equal(w->questions[0].query.u.events.after, 20000);
    assert_int_equal(w->caught.status, 0);
    world_begin(w, "GET", "/v1/events?type=config&text=true", "gate", NULL);
    q = w->questions[w->question_count - 1];
    w->question_count--;
    q.done(q.arg, &none);
    assert_int_equal(w->caught.status, 200);
    assert_string_equal(text(&w->caught, "next_cursor"), "20000");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(events_come_in_order_by_pages),
        TEST(the_last_events_are_given_oldest_first_and_say_where_to_go_on),
        TEST(events_are_chosen_by_type_and_actor),
        TEST(a_sentence_in_the_callers_language_is_given_on_request),
        TEST(questions_about_events_that_make_no_sense_are_named),
        TEST(a_wait_for_rare_events_goes_on_where_the_store_stopped),
        TEST(a_wait_ends_with_the_next_event),
        TEST(a_backend_is_not_woken_by_what_is_not_its_own),
        TEST(an_event_between_question_and_answer_is_not_missed),
        TEST(a_wait_ends_with_its_time),
        TEST(a_wait_ends_with_its_client),
        TEST(a_wait_ends_at_once_where_the_client_says_no_more),
        TEST(only_a_wait_is_hurried),
        TEST(a_drain_ends_all_waits),
        TEST(a_full_queue_at_a_wake_is_tried_again),
        TEST(routes_may_end_before_those_who_wait),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
