/* What clients together hold: the sum against one made by going through everything, and who is dropped when it is too much. */
#include "../base/dice.h"
#include "fixture.h"
#include <malloc.h>
#include <sys/socket.h>
#include <unistd.h>

#define CLIENTS 24

struct seen {
    size_t asked, usable; /* bytes, as counted by the server's own words and as malloc gave them */
    size_t slack;
};

static void add(struct seen *s, const void *block, size_t asked)
{
    s->asked += asked;
    s->usable += malloc_usable_size((void *)(uintptr_t)block);
    s->slack += asked > 100000 ? 4120U : 24U; /* malloc's own words; whole pages of what is large */
}

static size_t debt_of(const struct gs_conn *c, struct seen *s)
{
    const size_t before = s->asked;
    const struct gs_job *job;
    const struct gs_part *part;
    TAILQ_FOREACH(job, &c->jobs, link)
    {
        add(s, job, job->size);
        if (job->reply != NULL) {
            add(s, job->reply, job->reply->size);
        }
    }
    STAILQ_FOREACH(part, &c->output, link)
    {
        add(s, part, part->size);
    }
    if (c->in.own != NULL) {
        add(s, c->in.own, c->in.own_size);
    }
    return s->asked - before;
}

static int32_t listed(const struct gs_debts *d, const struct gs_conn *c)
{
    int32_t count = 0;
    for (int rank = 0; rank < GS_DEBT_RANKS; rank++) {
        for (int level = 0; level < GS_DEBT_LEVELS; level++) {
            const struct gs_conn *other;
            LIST_FOREACH(other, &d->lists[rank][level], debtors)
            {
                count += other == c ? 1 : 0;
            }
            assert_int_equal(d->taken[rank] >> level & 1, LIST_EMPTY(&d->lists[rank][level]) ? 0 : 1);
        }
    }
    return count;
}

/* The sum and the largest debtor by the long way. */
static void check(const struct fixture *f)
{
    struct seen s = {0};
    const struct gs_conn *c, *largest = gs_debts_largest(f->http);
    const size_t event_size = event_get_struct_event_size();
    LIST_FOREACH(c, &f->http->conns, all)
    {
        const size_t debt = debt_of(c, &s);
        assert_int_equal(c->debt, debt);
        add(&s, c, sizeof(*c));
        s.asked += event_size;
        s.usable += event_size;
        const bool is_large = c->state != GS_CONN_DEAD && debt >= (c->class == GS_CLIENT_ANONYMOUS ? 1024U : 8192U);
        assert_int_equal(listed(&f->http->debts, c), is_large ? 1 : 0);
        assert_true(!is_large || largest != NULL);
        const int rank = c->peer_trusted ? GS_CLIENT_CLASSES : (int)c->class;
        if (is_large) {
            assert_true(largest->debt_rank <= rank);
            assert_true(largest->debt_rank < rank || largest->debt * 5 / 4 >= debt);
        }
    }
    assert_int_equal(f->http->debts.held, s.asked);
    assert_true(s.asked <= s.usable && s.usable <= s.asked + s.slack);
}

/* One thing that a client or the daemon may do. */
static void do_something(struct fixture *f, uint64_t *r, struct client *c)
{
    static char bytes[40000];
    char request[400];
    const int n = dice_roll(r, 1000) + 1, what = dice_roll(r, 40) == 0 ? 9 : dice_roll(r, 9);
    const char *known = dice_roll(r, 2) == 0 ? "X-Class: 1\r\n" : "";
    ssize_t sent = -1;
    if (c->fd < 0) {
        const int little = 4096; /* of the kernel's memory */
        client_open_by(f, c, dice_roll(r, 4) == 0);
        (void)setsockopt(c->conn->fd, SOL_SOCKET, SO_SNDBUF, &little, sizeof little);
        return;
    }
    switch (what) {
    case 0:
        sent = send(c->fd, "GET /wait HTTP/1.1\r\nHo", 22,
                    MSG_NOSIGNAL); /* no end, unless what follows happens to be one */
        break;
    case 1:
    case 2:
        (void)snprintf(request, sizeof request, "GET /big?%d HTTP/1.1\r\nHost: a\r\n%s\r\n", n * 100, known);
        break;
    case 3:
        (void)snprintf(request, sizeof request, "GET /wait HTTP/1.1\r\nHost: a\r\n%s\r\n", known);
        break;
    case 4:
        (void)snprintf(request, sizeof request, "HEAD /stamped?%d HTTP/1.1\r\nHost: a\r\n%s\r\n", n, known);
        break;
    case 5:
        (void)snprintf(request, sizeof request, "POST /wait HTTP/1.1\r\nHost: a\r\n%sContent-Length: %d\r\n\r\n", known,
                       n * 20);
        break;
    case 6:
        sent = recv(c->fd, bytes, sizeof bytes, 0);
        sent = sent < 0 ? 0 : sent;
        break;
    case 7:
        sent = send(c->fd, bytes, (size_t)n * 40, MSG_NOSIGNAL); /* bytes of no request */
        break;
    case 8:
        gs_http_durable(f->http, f->http->durable + (uint64_t)n / 10, 1);
        sent = 0;
        break;
    default:
        client_close(c);
        sent = 0;
    }
    if (sent < 0 && what != 0 && what != 7) {
        (void)send(c->fd, request, strlen(request), MSG_NOSIGNAL);
    }
}

static void answer_some(struct fixture *f, uint64_t *r)
{
    if (f->waiting_count > 0 && dice_roll(r, 3) == 0) {
        struct gs_exchange *x = f->waiting[--f->waiting_count];
        if (x != NULL) {
            f->waiting[f->waiting_count] = x;
            fixture_answer(f, f->waiting_count);
        }
    }
}

static void the_sum_is_what_each_of_them_holds(void **state)
{
    struct fixture *f = *state;
    uint64_t r = dice_seed("clients");
    struct client clients[CLIENTS];
    for (int i = 0; i < CLIENTS; i++) {
        clients[i].fd = -1;
    }
    f->answers_in_a_hurry = true;
    f->http->limits.client_memory = 300000;
    for (int i = 0; i < 20000; i++) {
        struct client *c = &clients[dice_roll(&r, CLIENTS)];
        do_something(f, &r, c);
        event_base_loop(f->base, EVLOOP_NONBLOCK | EVLOOP_ONCE);
        answer_some(f, &r);
        if (i % 16 == 0) {
            fixture_run(f);
            assert_true(f->http->debts.held <= f->http->limits.client_memory);
        }
        check(f);
    }
    print_message("# dropped for memory: %d, at the end held: %zu\n", (int)f->http->dropped[GS_DROPPED_MEMORY],
                  f->http->debts.held);
    assert_true(f->http->dropped[GS_DROPPED_MEMORY] > 0);
    for (int i = 0; i < CLIENTS; i++) {
        client_close(&clients[i]);
    }
}

/* Those who hold most go first, whatever others came first; unknown ones before all others, however little they hold beside them. */
static void unknown_debtors_go_first_the_largest_of_them_before_the_others(void **state)
{
    struct fixture *f = *state;
    struct client small, large, program, staff, local;
    client_open_by(f, &small, false);
    client_open_by(f, &large, false);
    client_open_by(f, &program, false);
    client_open_by(f, &staff, false);
    client_open_by(f, &local, true);
    client_send(f, &small, GET("/big?900000"));
    client_send(f, &large, GET("/big?1900000"));
    client_send(f, &program, "GET /big?4000000 HTTP/1.1\r\nHost: a\r\nX-Class: 1\r\n\r\n");
    client_send(f, &staff, "GET /big?5000000 HTTP/1.1\r\nHost: a\r\nX-Class: 2\r\n\r\n");
    client_send(f, &local, GET("/big?6000000"));
    struct gs_conn *order[] = {large.conn, small.conn, program.conn, staff.conn, local.conn};
    for (int i = 0; i < 5; i++) {
        assert_int_equal(f->http->conn_count, 5 - i);
        assert_ptr_equal(gs_debts_largest(f->http), order[i]);
        f->http->limits.client_memory = f->http->debts.held - 1;
        gs_room_collect(f->http);
        check(f);
    }
    assert_int_equal(f->http->conn_count, 0);
    assert_int_equal(f->http->dropped[GS_DROPPED_MEMORY], 5);
    assert_int_equal(f->http->debts.held, 0);
    client_close(&small);
    client_close(&large);
    client_close(&program);
    client_close(&staff);
    client_close(&local);
}

/* Many who each hold too little to stand in a list. */
static void little_debts_of_many_are_found_too(void **state)
{
    struct fixture *f = *state;
    struct client many[100], gate;
    client_open_by(f, &gate, false);
    client_send(f, &gate, "GET /now HTTP/1.1\r\nHost: a\r\nX-Class: 2\r\n\r\n");
    client_expect(f, &gate, 200, "/now");
    for (int i = 0; i < 100; i++) {
        client_open_by(f, &many[i], false);
        client_send(f, &many[i], "GET / HTTP/1.1\r\nHost: and not the end");
    }
    f->http->limits.client_memory = f->http->debts.held / 2;
    client_send(f, &gate, "GET /now HTTP/1.1\r\nHost: a\r\nX-Class: 2\r\n\r\n");
    client_expect(f, &gate, 200, "/now");
    assert_true(f->http->debts.held <= f->http->limits.client_memory);
    assert_true(f->http->conn_count > 40);
    check(f);
    for (int i = 0; i < 100; i++) {
        client_close(&many[i]);
    }
    client_close(&gate);
}

/* Whatever is held for clients elsewhere leaves them less, but half of the limit is always theirs. */
static void what_is_held_elsewhere_counts_up_to_half(void **state)
{
    struct fixture *f = *state;
    struct client a, b;
    struct gs_http_state s;
    client_open_by(f, &a, false);
    client_open_by(f, &b, false);
    client_send(f, &a, GET("/big?1000000"));
    client_send(f, &b, GET("/big?1200000"));
    const size_t limit = f->http->limits.client_memory = f->http->debts.held + 1000;
    gs_http_set_aside(f->http, 900);
    fixture_run(f);
    assert_int_equal(f->http->conn_count, 2);
    gs_http_state(f->http, &s);
    assert_int_equal(s.client_memory, f->http->debts.held + 900);
    gs_http_set_aside(f->http, 1100);
    fixture_run(f);
    assert_int_equal(f->http->conn_count, 1);
    assert_true(f->http->debts.held < limit / 2);
    gs_http_set_aside(f->http, 100 * limit);
    fixture_run(f);
    assert_int_equal(f->http->conn_count, 1);
    gs_http_set_aside(f->http, 0);
    fixture_run(f);
    assert_int_equal(f->http->conn_count, 1);
    check(f);
    client_close(&a);
    client_close(&b);
}

static void what_a_handler_keeps_counts(void **state)
{
    struct fixture *f = *state;
    struct client c;
    client_open(f, &c);
    client_send(f, &c, GET("/wait"));
    const size_t before = f->http->debts.held;
    gs_exchange_holds(f->waiting[0], 10000);
    gs_conn_advance(c.conn);
    assert_int_equal(f->http->debts.held, before + 10000);
    fixture_answer(f, 0);
    client_expect(f, &c, 200, "/wait");
    assert_int_equal(c.conn->debt, 0);
    client_close(&c);
}

/* Its handler has not answered yet, and cannot be hurried: the others go, and then it is enough. */
static void one_that_is_closed_already_is_not_dropped_again(void **state)
{
    struct fixture *f = *state;
    struct client waits, other;
    client_open_by(f, &waits, false);
    client_open_by(f, &other, false);
    static char body[GS_BODY_MAX];
    memset(body, 'b', sizeof body);
    client_send(f, &waits, "POST /wait HTTP/1.1\r\nHost: a\r\nX-Class: 1\r\nContent-Length: 65536\r\n\r\n");
    client_send_bytes(f, &waits, body, sizeof body);
    client_send(f, &other, "GET /big?3000000 HTTP/1.1\r\nHost: a\r\nX-Class: 1\r\n\r\n");
    client_close(&waits);
    fixture_run(f);
    client_close(&other);
    gs_conn_drop(waits.conn, GS_DROPPED_PLACES);
    assert_int_equal(waits.conn->state, GS_CONN_DEAD);
    f->http->limits.client_memory = 1000;
    gs_room_collect(f->http);
    assert_int_equal(f->http->conn_count, 1);
    check(f);
    fixture_answer(f, 0);
    assert_int_equal(f->http->conn_count, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_sum_is_what_each_of_them_holds), TEST(unknown_debtors_go_first_the_largest_of_them_before_the_others),
        TEST(little_debts_of_many_are_found_too), TEST(what_is_held_elsewhere_counts_up_to_half),
        TEST(what_a_handler_keeps_counts),        TEST(one_that_is_closed_already_is_not_dropped_again),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
