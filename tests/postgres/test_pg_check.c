/* A check of a store in PostgreSQL: what the server's amcheck finds in its indexes is told, and where it is not there or may not be used the check is that of
 * rows and events alone; and what a start does with rows that are damaged. It runs beside a throw-away cluster (with_cluster.py), each test in a database of its own. */
#include "../store/cmocka_all.h"
#include "../store/fixture.h"
#include "backup.h"
#include <libpq-fe.h>
#include <stdio.h>
#include <string.h>

/* As a superuser, behind the store's back. */
static void sql(const struct fixture *f, const char *statements)
{
    PGconn *conn = PQconnectdb(f->path);
    PGresult *result = PQexec(conn, statements);
    if (PQresultStatus(result) != PGRES_COMMAND_OK) {
        fail_msg("%s: %s", statements, PQerrorMessage(conn));
    }
    PQclear(result);
    PQfinish(conn);
}

/* In a copy, as the writer does it, and in the store itself. */
static void expect(const struct fixture *f, const char *words)
{
    const struct gs_query check = {.kind = GS_QUERY_CHECK};
    char text[512] = "";
    struct gs_backup *copy = NULL;
    bool done = false;
    assert_int_equal(gs_backup_start_check(f->store, NULL, &copy, text, sizeof text), GS_OK);
    const int err = gs_backup_step(copy, &done, text, sizeof text);
    gs_backup_finish(copy);
    struct gs_answer a = ask(f->store, &check);
    if (err != (words[0] == '\0' ? GS_OK : GS_E_CORRUPT) || strstr(text, words) == NULL) {
        fail_msg("in a copy: %s: %s", gs_strerror(err), text);
    }
    if (a.err != GS_OK || (a.text[0] != '\0') != (words[0] != '\0') || strstr(a.text, words) == NULL) {
        fail_msg("in the store: %s: %s", gs_strerror(a.err), a.text);
    }
    gs_answer_finish(&a);
}

static void commit_answer(struct fixture *f, const char *key)
{
    const struct gs_idem idem = an_idem(key, "{}");
    struct gs_batch batch;
    gs_batch_init(&batch);
    gs_batch_idem(&batch, &idem);
    assert_int_equal(gs_store_commit(f->store, &batch), GS_OK);
    gs_batch_finish(&batch);
}

#define READY(is) "UPDATE pg_index SET indisready = " is " WHERE indexrelid = 'gateslot.idem_pkey'::regclass"

static void an_index_that_lacks_a_row_is_found_where_amcheck_is(void **state)
{
    struct fixture *f = *state;
    commit_answer(f, "a");
    expect(f, "");
    sql(f, READY("false"));
    commit_answer(f, "b");
    sql(f, READY("true"));
    expect(f, ""); /* no row is damaged, and nobody has looked at the index */
    sql(f, "CREATE EXTENSION amcheck WITH SCHEMA public");
    expect(f, "idem_pkey");
    sql(f, "REINDEX INDEX gateslot.idem_pkey");
    expect(f, "");
    commit_answer(f, "c");
}

/* One who owns the database and is no superuser may not use it before he is let. */
static void a_role_that_may_not_use_it_is_checked_without(void **state)
{
    struct fixture *f = *state;
    commit_answer(f, "a");
    sql(f, "CREATE SCHEMA \"Check's\"; CREATE EXTENSION amcheck WITH SCHEMA \"Check's\"; CREATE ROLE plain;"
           "GRANT USAGE ON SCHEMA gateslot, \"Check's\" TO plain; GRANT ALL ON ALL TABLES IN SCHEMA gateslot TO plain");
    sql(f, "DO $$ BEGIN EXECUTE format('ALTER ROLE postgres IN DATABASE %I SET role = plain', current_database()); END "
           "$$");
    fixture_reopen(f);
    sql(f, "SET ROLE NONE; " READY("false"));
    commit_answer(f, "b");
    sql(f, "SET ROLE NONE; " READY("true"));
    expect(f, "");
    sql(f, "SET ROLE NONE; GRANT EXECUTE ON FUNCTION \"Check's\".bt_index_check(regclass, boolean) TO plain");
    expect(f, "idem_pkey");
    commit_answer(f, "c");
}

/* ---- losses ---- */

static void archive(struct gs_store *store)
{
    bool more = true;
    while (more) {
        assert_int_equal(gs_store_maintain(store, DAY, 0, 0, &more), GS_OK);
    }
}

static void expect_found(struct gs_store *store, int64_t id, bool there)
{
    struct gs_answer a = ask_id(store, GS_QUERY_BOOKING, id);
    assert_int_equal(a.err, there ? GS_OK : GS_E_NOTFOUND);
    gs_answer_finish(&a);
}

/* As the daemon does it behind a start. */
static void open_epoch(struct gs_store *store)
{
    const struct gs_epoch *due = gs_store_epoch_due(store);
    struct gs_batch batch;
    assert_non_null(due);
    assert_int_equal(due->cause, GS_EPOCH_LOSS);
    gs_batch_init(&batch);
    const struct gs_booking b = a_booking(101);
    const struct gs_event told = an_event(due->first_seq, &b);
    assert_non_null(gs_batch_epoch(&batch, due));
    gs_batch_event(&batch, &told);
    assert_int_equal(gs_store_commit(store, &batch), GS_OK);
    gs_batch_finish(&batch);
}

/* A key, too, may be what is damaged; and where a row is missing there is nothing to remove. */
static void damaged_rows_are_removed_where_that_is_accepted(void **state)
{
    struct fixture *f = *state;
    const struct gs_store_options accepting = {.accept_loss = true};
    static const char past_and_kept[] = "UPDATE gateslot.booking_past SET plate = 'B' WHERE id = 3;"
                                        "UPDATE gateslot.idem SET body = '' WHERE \"row\" = 21";
    static const char *const damages[] = {"UPDATE gateslot.booking SET version = version + 1 WHERE id = 101",
                                          "UPDATE gateslot.booking SET id = 7 WHERE id = 102", past_and_kept,
                                          "DELETE FROM gateslot.booking WHERE id = 103"};
    int64_t seq = commit_day(f->store, 1, 20, 0, DAY - 9, GS_CANCELLED);
    archive(f->store);
    (void)commit_day(f->store, 101, 120, seq, DAY, GS_BOOKED);
    for (size_t i = 0; i < sizeof damages / sizeof damages[0]; i++) {
        fixture_close(f);
        sql(f, damages[i]);
        const bool live = i != 2;
        int err = fixture_try_open(f, NULL);
        assert_int_equal(err, GS_E_CORRUPT);
        assert_non_null(strstr(f->message, "--accept-loss"));
        assert_non_null(strstr(f->message, live ? "table booking" : "table idem"));
        if (fixture_try_open(f, &accepting) != GS_OK) {
            fail_msg("%s", f->message);
        }
        open_epoch(f->store);
        expect(f, "");
    }
    for (int64_t id = 101; id <= 120; id++) {
        expect_found(f->store, id, id > 103);
    }
    for (int64_t id = 1; id <= 20; id++) {
        expect_found(f->store, id, id != 3);
    }
    fixture_reopen(f);
    expect(f, "");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        TEST(an_index_that_lacks_a_row_is_found_where_amcheck_is),
        TEST(a_role_that_may_not_use_it_is_checked_without),
        TEST(damaged_rows_are_removed_where_that_is_accepted),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
