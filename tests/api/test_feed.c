/* The event feed: pages, whose events, and waiting for the next one. */
#include "world.h"
#include <stdio.h>
#include <string.h>
#include <time.h>

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

/* On the real clock. */
static void let_a_second_pass(struct gs_http *w)
{
    for (int i = 0; i < 2 * GS_FEED_TICKS && w->caught.status == 0; i++) {
        event_base_loop(w->base, EVLOOP_ONCE);
    }
}

static void a_wait_ends_with_its_time(void **state)
{
    struct gs_http *w = *state;
    world_begin(w, "GET", "/v1/events?after=7&wait=1", "gate", NULL);
    world_turn(w);
    assert_int_equal(w->caught.status, 0);
    let_a_second_pass(w);
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
    let_a_second_pass(w);
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
    world_begin(w, "GET", "/v1/events?wait=60&text=true", "gate", NULL);
    world_turn(w);
    command.u.note.type = GS_EV_CONFIG_RELOADED;
    w->api->service.apply(w, &command, &o);
    w->busy = true;
    world_turn(w);
    assert_int_equal(w->caught.status, 0);
    w->busy = false;
    world_turn(w);
    world_turn(w);
    assert_int_equal(w->caught.status, 200);
    w->busy = true;
    assert_int_equal(world_ask(w, "GET", "/v1/events?text=true", "gate", NULL, NULL)->status, 503);
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

/* ---- streams ---- */

#define READERS 24
#define OPERATIONS 1500

/* Who reads: what it has asked for, and what it has got over all its connections. */
struct reader {
    struct world_stream *s; /* NULL: it is away */
    const char *token, *type;
    bool polls;
    int64_t from, last_id; /* where it began; with what it comes back */
    size_t parsed;         /* bytes of this connection's body */
    int64_t got[WORLD_MAX];
    size_t count;
};

static void take_block(struct reader *r, const char *block, size_t len)
{
    char id[32] = "", *text = strndup(block, len);
    assert_non_null(text);
    const char *at = strstr(text, "id: ");
    if (at != NULL) {
        snprintf(id, sizeof id, "%.*s", (int)strspn(at + 4, "0123456789"), at + 4);
        assert_true(strtoll(id, NULL, 10) >= r->last_id); /* it never goes back */
        r->last_id = strtoll(id, NULL, 10);
    }
    assert_null(strstr(text, "event: reset"));
    if (strstr(text, "data: ") != NULL) {
        json_t *event = json_loads(strstr(text, "data: ") + 6, 0, NULL);
        assert_non_null(event);
        assert_int_equal(json_integer_value(json_object_get(event, "seq")), r->last_id);
        r->got[r->count++] = r->last_id;
        json_decref(event);
    }
    free(text);
}

static void parse(struct reader *r, size_t taken)
{
    const struct caught *c = &r->s->caught;
    while (r->parsed < taken) {
        const char *at = c->body + r->parsed, *end = strstr(at, "\n\n");
        if (end == NULL || (size_t)(end + 2 - c->body) > taken) {
            return; /* a part of one, which is nothing */
        }
        take_block(r, at, (size_t)(end - at) + 1);
        r->parsed += (size_t)(end + 2 - at);
    }
}

static void come(struct gs_http *w, struct reader *r)
{
    char target[128], id[32];
    snprintf(id, sizeof id, "%lld", (long long)r->last_id);
    snprintf(target, sizeof target,
             r->polls ? "/v1/events?wait=30&limit=3&after=%s&type=%s" : "/v1/events/stream?after=%s&type=%s",
             r->polls ? id : "0", r->type);
    r->parsed = 0;
    r->s = world_stream(w, target, r->token, r->polls ? NULL : id);
    if (r->s->caught.status == 503) { /* the store is busy */
        world_stream_close(r->s);
        r->s = NULL;
    }
}

static void go(struct reader *r, size_t taken)
{
    if (r->s == NULL || ((struct gs_reader *)r->s->x.state)->asking) {
        return; /* what the store is asked for is answered first */
    }
    if (!r->polls) {
        parse(r, taken);
    }
    world_stream_close(r->s);
    r->s = NULL;
}

static void take_page(struct gs_http *w, struct reader *r)
{
    if (r->s == NULL || r->s->caught.status == 0) {
        return;
    }
    const struct caught *c = &r->s->caught;
    assert_int_equal(c->status, 200);
    for (size_t i = 0; i < json_array_size(at(c, "items")); i++) {
        r->got[r->count++] = json_integer_value(json_object_get(json_array_get(at(c, "items"), i), "seq"));
    }
    assert_true(number(c, "last_seq") >= r->last_id);
    r->last_id = number(c, "last_seq");
    world_stream_close(r->s);
    r->s = NULL;
    come(w, r);
}

static void make_event(struct gs_http *w)
{
    static int n;
    static const char *const names[] = {"backend", "other", "gate"};
    char key[32];
    snprintf(key, sizeof key, "Idempotency-Key: %d", ++n);
    if (rand() % 3 == 0) {
        note(w, GS_EV_CONFIG_RELOADED);
    } else {
        (void)world_ask(w, "POST", "/v1/bookings", names[rand() % 3], request(n, "\"waitlist\":true"), key, NULL);
    }
}

static void something_happens(struct gs_http *w, struct reader *readers)
{
    struct reader *r = &readers[rand() % READERS];
    switch (rand() % 12) {
    case 0:
        if (r->s != NULL && !r->polls) {
            r->s->is_slow = true;
        }
        break;
    case 1:
    case 2:
        if (r->s != NULL && !r->polls) {
            world_stream_takes(w, r->s);
        }
        break;
    case 3: /* it goes, and of what was written last it has taken a part at most */
        if (r->s != NULL && r->s->caught.body_len > 0) {
            go(r, r->s->taken + (size_t)rand() % (r->s->caught.body_len - r->s->taken + 1));
        } else {
            go(r, 0);
        }
        break;
    case 4:
        if (r->s == NULL) {
            come(w, r);
        }
        break;
    case 5:
        w->busy = rand() % 3 == 0;
        break;
    case 6: /* texts are missing for once, or those that were kept are gone */
        if (rand() % 4 == 0) {
            w->tells = false;
        } else if (rand() % 4 == 0) {
            w->tells = w->api->feed.telling;
        } else if (rand() % 4 == 0) {
            gs_ring_restart(&w->api->feed.ring, w->api->feed.durable_seq);
        }
        break;
    default:
        w->busy = false;
        make_event(w);
        break;
    }
    for (int i = 0; i < READERS; i++) {
        if (readers[i].polls) {
            take_page(w, &readers[i]);
        }
    }
}

/* What a look at every event that is stored finds for it. */
static void check_reader(const struct gs_http *w, const struct reader *r)
{
    const bool is_staff = strcmp(r->token, "gate") == 0 || strcmp(r->token, "supervisor") == 0;
    size_t n = 0;
    for (size_t i = (size_t)r->from; i < w->event_count; i++) {
        const bool own = is_staff || strcmp(w->owners[i], r->token) == 0;
        if (own && strstr(w->events[i], "\"type\":\"") != NULL &&
            (strcmp(r->type, "booking") != 0 || strstr(w->events[i], "\"type\":\"booking.") != NULL) &&
            (strcmp(r->type, "config") != 0 || strstr(w->events[i], "\"type\":\"config.") != NULL)) {
            assert_true(n < r->count);
            assert_int_equal(r->got[n], i + 1);
            n++;
        }
    }
    assert_int_equal(n, r->count);
}

static void each_reader_has_what_a_look_at_all_events_finds(void **state)
{
    static const char *const tokens[] = {"backend", "other", "gate", "supervisor"};
    static const char *const types[] = {"booking", "config", "booking,config"};
    struct gs_http *w = *state;
    const unsigned seed = getenv("GS_SEED") != NULL ? (unsigned)atoi(getenv("GS_SEED")) : (unsigned)time(NULL);
    struct reader *readers = calloc(READERS, sizeof *readers);
    assert_non_null(readers);
    print_message("# GS_SEED=%u\n", seed);
    srand(seed);
    for (int i = 0; i < READERS; i++) {
        readers[i].token = tokens[rand() % 4];
        readers[i].type = types[rand() % 3];
        readers[i].polls = i % 4 == 0;
        come(w, &readers[i]);
    }
    for (int n = 0; n < OPERATIONS; n++) {
        something_happens(w, readers);
    }
    w->busy = false;
    for (int n = 0; n < 400; n++) { /* all are there, and read: so each comes to the end */
        for (int i = 0; i < READERS; i++) {
            if (readers[i].s == NULL) {
                come(w, &readers[i]);
            } else if (readers[i].polls) {
                take_page(w, &readers[i]);
            } else {
                world_stream_takes(w, readers[i].s);
            }
        }
        world_turn(w);
        while (w->api->feed.timer_set) {
            (void)event_base_loop(w->base, EVLOOP_ONCE);
        }
    }
    for (int i = 0; i < READERS; i++) {
        struct reader *r = &readers[i];
        if (!r->polls) {
            parse(r, r->s->caught.body_len);
        }
        check_reader(w, r);
        world_stream_close(r->s);
    }
    assert_int_equal(w->api->feed.reader_count, 0);
    free(readers);
}

static void a_quiet_stream_is_told_that_all_is_well_and_how_far_it_is(void **state)
{
    struct gs_http *w = *state;
    struct world_stream *s = world_stream(w, "/v1/events/stream?type=token", "gate", NULL);
    struct gs_reader *r = s->x.state;
    assert_string_equal(s->caught.body, "retry: 2000\nid: 0\n\n");
    booked(w, 1, NULL); /* not of that type */
    for (int second = 1; second < GS_STREAM_HEARTBEAT_S; second++) {
        r->kind->second(r);
    }
    assert_string_equal(s->caught.body, "retry: 2000\nid: 0\n\n");
    r->kind->second(r);
    assert_string_equal(s->caught.body, "retry: 2000\nid: 0\n\n: still here\nid: 1\n\n");
    s->taken = s->caught.body_len;
    for (int second = 0; second < GS_STREAM_HEARTBEAT_S; second++) {
        r->kind->second(r);
    }
    assert_string_equal(s->caught.body + s->taken, ": still here\n\n");
    world_stream_close(s);
}

static void nobody_is_looked_after_for_what_he_may_not_see(void **state)
{
    struct gs_http *w = *state;
    struct world_stream *other = world_stream(w, "/v1/events?wait=30", "other", NULL);
    struct world_stream *rare = world_stream(w, "/v1/events/stream?type=config", "gate", NULL);
    booked(w, 1, NULL); /* the first comes without its text */
    world_turn(w);
    const size_t asked = w->asked;
    for (int n = 2; n < 20; n++) {
        booked(w, n, NULL);
        assert_int_equal(((struct gs_reader *)other->x.state)->state, GS_READER_FOLLOWS);
        assert_int_equal(((struct gs_reader *)rare->x.state)->state, GS_READER_FOLLOWS);
    }
    assert_int_equal(w->asked, asked); /* nor is the store asked */
    world_stream_close(other);
    world_stream_close(rare);
}

static void a_stream_ends_with_its_token_and_with_the_server(void **state)
{
    struct gs_http *w = *state;
    struct world_stream *revoked = world_stream(w, "/v1/events/stream", "other", NULL);
    struct world_stream *kept = world_stream(w, "/v1/events/stream", "gate", NULL);
    assert_int_equal(world_ask(w, "DELETE", "/v1/tokens/other", "supervisor", NULL, NULL)->status, 204);
    world_turn(w);
    assert_true(revoked->is_over);
    assert_false(kept->is_over);
    w->is_draining = true;
    w->functions.wake(w->api, (int64_t)w->event_count);
    assert_true(kept->is_over);
    world_stream_close(revoked);
    world_stream_close(kept);
    revoked = world_stream(w, "/v1/events/stream", "gate", NULL);
    assert_int_equal(revoked->caught.status, 503);
    world_stream_close(revoked);
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
        TEST(each_reader_has_what_a_look_at_all_events_finds),
        TEST(a_quiet_stream_is_told_that_all_is_well_and_how_far_it_is),
        TEST(nobody_is_looked_after_for_what_he_may_not_see),
        TEST(a_stream_ends_with_its_token_and_with_the_server),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
