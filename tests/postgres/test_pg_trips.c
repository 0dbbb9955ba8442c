/* How often a store in PostgreSQL waits for its server: once for a batch, whatever is in it, and not at all where there is nothing to do. It counts what
 * the store asks libpq to send and to be answered; it runs beside a throw-away cluster (with_cluster.py), each test in a database of its own. */
#include "../store/cmocka_all.h"
#include "../store/fixture.h"
#include <libpq-fe.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { ROWS = 100 };

static int trips;

/* Outside of a pipeline each of these is answered by itself. */
static void count(const PGconn *conn)
{
    trips += PQpipelineStatus(conn) == PQ_PIPELINE_OFF ? 1 : 0;
}

int __real_PQpipelineSync(PGconn *conn);
int __wrap_PQpipelineSync(PGconn *conn);
int __wrap_PQpipelineSync(PGconn *conn)
{
    trips++;
    return __real_PQpipelineSync(conn);
}

int __real_PQsendQuery(PGconn *conn, const char *sql);
int __wrap_PQsendQuery(PGconn *conn, const char *sql);
int __wrap_PQsendQuery(PGconn *conn, const char *sql)
{
    count(conn);
    return __real_PQsendQuery(conn, sql);
}

int __real_PQsendQueryParams(PGconn *conn, const char *sql, int parameters, const Oid *types, const char *const *values,
                             const int *lengths, const int *formats, int format);
int __wrap_PQsendQueryParams(PGconn *conn, const char *sql, int parameters, const Oid *types, const char *const *values,
                             const int *lengths, const int *formats, int format);
int __wrap_PQsendQueryParams(PGconn *conn, const char *sql, int parameters, const Oid *types, const char *const *values,
                             const int *lengths, const int *formats, int format)
{
    count(conn);
    return __real_PQsendQueryParams(conn, sql, parameters, types, values, lengths, formats, format);
}

int __real_PQsendPrepare(PGconn *conn, const char *name, const char *sql, int parameters, const Oid *types);
int __wrap_PQsendPrepare(PGconn *conn, const char *name, const char *sql, int parameters, const Oid *types);
int __wrap_PQsendPrepare(PGconn *conn, const char *name, const char *sql, int parameters, const Oid *types)
{
    count(conn);
    return __real_PQsendPrepare(conn, name, sql, parameters, types);
}

int __real_PQsendQueryPrepared(PGconn *conn, const char *name, int parameters, const char *const *values,
                               const int *lengths, const int *formats, int format);
int __wrap_PQsendQueryPrepared(PGconn *conn, const char *name, int parameters, const char *const *values,
                               const int *lengths, const int *formats, int format);
int __wrap_PQsendQueryPrepared(PGconn *conn, const char *name, int parameters, const char *const *values,
                               const int *lengths, const int *formats, int format)
{
    count(conn);
    return __real_PQsendQueryPrepared(conn, name, parameters, values, lengths, formats, format);
}

/* The lease is renewed by the clock: where nothing is to be asked it stands still, however long the test takes. */
static bool still;
int __real_clock_gettime(clockid_t clock, struct timespec *out);
int __wrap_clock_gettime(clockid_t clock, struct timespec *out);
int __wrap_clock_gettime(clockid_t clock, struct timespec *out)
{
    static struct timespec last;
    const int rc = __real_clock_gettime(clock, out);
    if (clock == CLOCK_MONOTONIC) {
        *out = still ? last : *out;
        last = *out;
    }
    return rc;
}

/* A batch that takes so many, and is empty then. */
static void expect(struct gs_store *store, struct gs_batch *batch, int wanted, const char *what)
{
    struct gs_query check = {.kind = GS_QUERY_CHECK};
    trips = 0;
    const int err = gs_store_commit(store, batch);
    if (err != GS_OK || trips != wanted) {
        fail_msg("%s: %d round trips: %s", what, trips, err != GS_OK ? gs_store_message(store) : "");
    }
    gs_batch_clear(batch);
    struct gs_answer a = ask(store, &check);
    assert_string_equal(a.text, "");
    gs_answer_finish(&a);
}

/* So many bookings as they are now, each with its event and the answer that is kept. */
static void add_all(struct gs_batch *batch, struct gs_booking *rows, int64_t *seq)
{
    for (int i = 0; i < ROWS; i++) {
        char key[32];
        const struct gs_event e = an_event(++*seq, &rows[i]);
        (void)snprintf(key, sizeof key, "k%lld", (long long)*seq);
        const struct gs_idem idem = an_idem(key, "{\"id\":1}");
        rows[i].last_event = *seq;
        gs_batch_booking(batch, &rows[i]);
        gs_batch_event(batch, &e);
        gs_batch_idem(batch, &idem);
        rows[i].version++;
    }
    gs_buf_str(&batch->journal, "what was decided");
    batch->now_ms = *seq;
}

/* As a daemon does at its start. */
static void load(struct gs_store *store)
{
    struct picture p;
    picture_load(&p, store);
    picture_finish(&p);
}

static void a_batch_of_bookings_is_one_round_trip(void **state)
{
    struct fixture *f = *state;
    static const enum gs_status steps[] = {GS_ARRIVED, GS_ENTERED, GS_CLEARED, GS_DEPARTED};
    struct gs_booking rows[ROWS], more[ROWS];
    struct gs_batch batch;
    int64_t seq = 0;
    gs_batch_init(&batch);
    for (int i = 0; i < ROWS; i++) {
        rows[i] = a_booking(i + 1);
        more[i] = a_booking(ROWS + i + 1);
    }
    trips = 0;
    load(f->store);
    assert_true(trips > 0); /* they are counted */
    add_all(&batch, rows, &seq);
    expect(f->store, &batch, 1, "new bookings");
    add_all(&batch, more, &seq);
    expect(f->store, &batch, 1, "further ones");
    for (size_t step = 0; step < sizeof steps / sizeof steps[0]; step++) {
        for (int i = 0; i < ROWS; i++) {
            rows[i].status = steps[step];
            rows[i].place = gs_status_holds_place(steps[step]) ? rows[i].place : -1;
        }
        add_all(&batch, rows, &seq);
        expect(f->store, &batch, 1, "a step at the gate");
    }
    for (int i = 0; i < ROWS; i++) {
        more[i].truck.warnings = 1;
    }
    add_all(&batch, more, &seq);
    add_all(&batch, more, &seq);
    expect(f->store, &batch, 1, "bookings that are changed twice");
    for (int i = 0; i < ROWS; i++) {
        more[i].status = GS_CANCELLED;
        more[i].place = -1;
    }
    add_all(&batch, more, &seq);
    expect(f->store, &batch, 1, "cancellations");
    fixture_reopen(f);
    add_all(&batch, more, &seq);
    load(f->store);
    expect(f->store, &batch, 1, "the first batch behind a start");
    gs_batch_finish(&batch);
}

static void a_batch_of_all_else_is_one_round_trip(void **state)
{
    struct fixture *f = *state;
    struct gs_token t = {.name = "gate-1", .role = GS_ROLE_GATE};
    struct gs_user u = {.name = "li", .role = GS_ROLE_GATE, .lang = GS_LANG_ZH, .password = "$y$j9T$a"};
    struct gs_session s = {.name = "li", .role = GS_ROLE_GATE, .hash = {1}};
    struct gs_webhook w = {.name = "w", .id = 7, .url = "https://a/", .secret = "whsec_x"};
    struct gs_webhook_retry r = {.webhook = 7, .seq = 1}, other = {.webhook = 7, .seq = 2};
    struct gs_capacity c = {.date = DAY, .window = "midday", .capacity = 3, .slot_capacity = -1};
    struct gs_turned_away away = {.date = DAY, .truck = "A1"};
    struct gs_batch batch;
    gs_batch_init(&batch);
    load(f->store);
    for (int round = 0; round < 4; round++) {
        const bool gone = round == 2;
        t.used_ms = u.used_ms = s.used_ms = r.next_ms = w.cursor = round;
        away.date++;
        gs_batch_turned_away(&batch, &away);
        gs_batch_capacity(&batch, &c, gone);
        gs_batch_token(&batch, &t, gone);
        gs_batch_user(&batch, &u, gone);
        gs_batch_session(&batch, &s, gone);
        gs_batch_webhook_retry(&batch, &r, gone);
        gs_batch_webhook(&batch, &w, false);
        gs_batch_webhook_retry(&batch, &other, false);
        expect(f->store, &batch, 1, gone ? "rows that are removed" : "rows that are written");
    }
    gs_batch_webhook(&batch, &w, true);
    expect(f->store, &batch, 2, "a webhook that is removed, whose retries are read");
    gs_batch_finish(&batch);
}

static void add_no_shows(struct gs_batch *batch, int64_t first)
{
    for (int64_t id = first; id < first + ROWS; id++) {
        struct gs_booking b = a_booking(id);
        b.status = GS_NO_SHOW;
        b.place = -1;
        gs_batch_booking(batch, &b);
    }
}

static void an_excused_strike_is_read_and_written(void **state)
{
    struct fixture *f = *state;
    struct gs_batch batch;
    bool more = true;
    gs_batch_init(&batch);
    load(f->store);
    add_no_shows(&batch, 1);
    expect(f->store, &batch, 1, "strikes");
    for (int64_t id = 1; id <= 2; id++) {
        const struct gs_excused e = {.booking_id = id, .version = 2, .updated_ms = 5};
        gs_batch_excused(&batch, &e);
        expect(f->store, &batch, 2, "a strike that is excused");
        while (more) {
            assert_int_equal(gs_store_maintain(f->store, DAY + 5, 0, 0, &more), GS_OK);
        }
    }
    gs_batch_finish(&batch);
}

/* Each second it is asked for. */
static void maintenance_with_nothing_to_do_asks_nothing(void **state)
{
    struct fixture *f = *state;
    struct gs_batch batch;
    bool more = true;
    gs_batch_init(&batch);
    for (int day = 0; day < 2; day++) {
        struct gs_idem idem = an_idem(day == 0 ? "a" : "b", "{}");
        idem.at_ms = 1000 * day;
        gs_batch_idem(&batch, &idem);
        assert_int_equal(gs_store_commit(f->store, &batch), GS_OK);
        gs_batch_clear(&batch);
    }
    still = true;
    for (int64_t before_ms = 1; more; before_ms++) {
        assert_int_equal(gs_store_maintain(f->store, DAY, DAY, before_ms, &more), GS_OK);
    }
    trips = 0;
    for (int64_t before_ms = 50; before_ms <= 1000; before_ms += 50) {
        assert_int_equal(gs_store_maintain(f->store, DAY, DAY, before_ms, &more), GS_OK);
    }
    assert_int_equal(trips, 0);
    assert_int_equal(gs_store_maintain(f->store, DAY, DAY, 1001, &more), GS_OK);
    assert_int_equal(trips, 3); /* what goes, what is left, and the end */
    still = false;
    struct gs_answer a = ask_id(f->store, GS_QUERY_IDEM, 2);
    assert_int_equal(a.err, GS_E_NOTFOUND);
    gs_answer_finish(&a);
    gs_batch_finish(&batch);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_batch_of_bookings_is_one_round_trip),
        TEST(a_batch_of_all_else_is_one_round_trip),
        TEST(an_excused_strike_is_read_and_written),
        TEST(maintenance_with_nothing_to_do_asks_nothing),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
