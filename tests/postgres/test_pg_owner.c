/* A store in PostgreSQL as whoever opens it sees it: whose it is, what becomes of one who was relieved or lost his session, and what is refused.
 * It runs beside a throw-away cluster (with_cluster.py --standby), each test in a database of its own. */
#include "address.h"
#include "backup.h"
#include "gateslot/base/histogram.h"
#include "maintain.h"
#include "sql.h"
#include <libpq-fe.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define URL_MAX 512

struct site {
    char name[64], url[URL_MAX], message[512];
    struct gs_store *store;
};

/* As a superuser, behind the store's back; the first value of the last statement. */
static int64_t sql(const char *database, const char *statement)
{
    char url[URL_MAX];
    cluster_url(database, url, URL_MAX);
    PGconn *conn = PQconnectdb(url);
    PGresult *result = PQexec(conn, statement);
    if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK) {
        fail_msg("%s: %s", statement, PQerrorMessage(conn));
    }
    const int64_t value = PQntuples(result) > 0 ? strtoll(PQgetvalue(result, 0, 0), NULL, 10) : 0;
    PQclear(result);
    PQfinish(conn);
    return value;
}

static int try_open(struct site *s, const char *daemon, int copies, bool fewer)
{
    const struct gs_store_options options = {.store_name = daemon, .copies_promised = copies, .fewer_copies = fewer};
    s->message[0] = '\0';
    return gs_store_open(s->url, &options, &s->store, s->message, sizeof s->message);
}

static void open_site(struct site *s, const char *daemon)
{
    if (try_open(s, daemon, 2, false) != GS_OK) {
        fail_msg("%s", s->message);
    }
}

static struct site new_site(void)
{
    static int made;
    struct site s = {.store = NULL};
    char statement[128];
    (void)snprintf(s.name, sizeof s.name, "owner_%d_%d", (int)getpid(), ++made);
    (void)snprintf(statement, sizeof statement, "CREATE DATABASE %s TEMPLATE template0", s.name);
    (void)sql("postgres", statement);
    cluster_url(s.name, s.url, URL_MAX);
    return s;
}

static void expect_refusal(struct site *s, int expected, int err, const char *words)
{
    if (err != expected || strstr(s->message, words) == NULL) {
        fail_msg("%s: %s", gs_strerror(err), s->message);
    }
    assert_null(strstr(s->message, "postgres@"));
}

/* A batch that only moves the site's time on. */
static int commit_at(struct gs_store *store, int64_t now_ms)
{
    struct gs_batch batch;
    gs_batch_init(&batch);
    batch.now_ms = now_ms;
    const int err = gs_store_commit(store, &batch);
    gs_batch_finish(&batch);
    return err;
}

static void a_second_daemon_stands_by_until_the_first_has_ended(void **state)
{
    (void)state;
    struct site a = new_site(), b = a;
    open_site(&a, "gate-a");
    expect_refusal(&b, GS_E_BUSY, try_open(&b, "gate-b", 2, false), "epoch 1 belongs to gate-a");
    expect_refusal(&b, GS_E_BUSY, try_open(&b, "gate-a", 2, false), "epoch 1 belongs to gate-a");
    assert_int_equal(commit_at(a.store, 1000), GS_OK);
    gs_store_close(a.store); /* which gives it back */
    open_site(&b, "gate-b");
    assert_int_equal(sql(b.name, "SELECT epoch FROM gateslot.owner"), 2);
    gs_store_close(b.store);
}

static void who_was_relieved_ends_and_never_takes_it_back(void **state)
{
    (void)state;
    struct site a = new_site(), b = a;
    open_site(&a, "gate-a");
    (void)sql(a.name, "UPDATE gateslot.owner SET until_us = 1");
    open_site(&b, "gate-b");
    assert_int_equal(commit_at(a.store, 1000), GS_E_IO);
    assert_non_null(strstr(gs_store_message(a.store), "another owner"));
    assert_int_equal(commit_at(a.store, 2000), GS_E_IO);
    assert_int_equal(gs_maintain_second(a.store), GS_E_IO);
    gs_store_close(a.store);
    assert_int_equal(commit_at(b.store, 3000), GS_OK); /* his end has not given back what is another's */
    assert_int_equal(sql(b.name, "SELECT epoch FROM gateslot.owner WHERE name = 'gate-b' AND until_us > 1"), 2);
    assert_int_equal(sql(b.name, "SELECT now_ms FROM gateslot.meta"), 3000);
    gs_store_close(b.store);
}

/* An idle one is told by the next renewal. */
static void who_was_relieved_while_idle_is_told_so(void **state)
{
    (void)state;
    struct site a = new_site(), b = a;
    open_site(&a, "gate-a");
    (void)sql(a.name, "UPDATE gateslot.owner SET until_us = 1");
    open_site(&b, "gate-b");
    int err = GS_OK;
    while (err == GS_OK) { /* until the renewal is due */
        err = gs_maintain_second(a.store);
    }
    assert_int_equal(err, GS_E_IO);
    assert_non_null(strstr(gs_store_message(a.store), "another owner"));
    gs_store_close(a.store);
    gs_store_close(b.store);
}

/* Not even where nobody has it any more: what it knows of the store may be out of date. */
static void who_was_relieved_does_not_take_back_what_is_free(void **state)
{
    (void)state;
    struct site a = new_site(), b = a;
    open_site(&a, "gate-a");
    (void)sql(a.name, "UPDATE gateslot.owner SET until_us = 1");
    open_site(&b, "gate-b");
    assert_int_equal(commit_at(b.store, 3000), GS_OK);
    gs_store_close(b.store); /* which gives it back */
    int err = GS_OK;
    while (err == GS_OK && sql(a.name, "SELECT epoch FROM gateslot.owner") == 2) {
        err = gs_maintain_second(a.store);
    }
    assert_int_equal(err, GS_E_IO);
    assert_int_equal(commit_at(a.store, 1000), GS_E_IO);
    gs_store_close(a.store);
    assert_int_equal(sql(a.name, "SELECT epoch FROM gateslot.owner"), 2);
    assert_int_equal(sql(a.name, "SELECT now_ms FROM gateslot.meta"), 3000);
}

static void the_lease_moves_on_with_batches_and_without(void **state)
{
    (void)state;
    struct site s = new_site();
    struct gs_store_copies copies;
    open_site(&s, "gate-a");
    int64_t end_us = gs_store_lease_end_us(s.store);
    assert_true(end_us > gs_monotonic_us());
    assert_int_equal(commit_at(s.store, 1000), GS_OK);
    assert_true(gs_store_lease_end_us(s.store) > end_us);
    end_us = gs_store_lease_end_us(s.store);
    const int64_t batches = sql(s.name, "SELECT batch FROM gateslot.meta");
    while (gs_store_lease_end_us(s.store) == end_us) {
        assert_int_equal(gs_maintain_second(s.store), GS_OK);
    }
    assert_true(gs_store_lease_end_us(s.store) < gs_monotonic_us() + 3000000); /* never longer than the database's */
    assert_int_equal(sql(s.name, "SELECT batch FROM gateslot.meta"), batches);
    gs_store_copies(s.store, &copies);
    assert_int_equal(copies.promised, 2);
    assert_int_equal(copies.held, 2);
    gs_store_close(s.store);
}

static void a_session_that_was_ended_ends_the_store(void **state)
{
    (void)state;
    static const char others[] = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                                 " WHERE datname = current_database() AND pid <> pg_backend_pid()";
    for (int within = 0; within < 2; within++) {
        struct site s = new_site();
        open_site(&s, "gate-a");
        if (within == 0) {
            assert_int_equal(sql(s.name, others), 1);
            assert_int_equal(commit_at(s.store, 1000), GS_E_IO);
        } else {
            assert_int_equal(gs_tx_begin(s.store), GS_OK);
            assert_int_equal(gs_sql_script(s.store, "UPDATE meta SET pending = 7"), GS_OK);
            assert_int_equal(sql(s.name, others), 1);
            assert_int_equal(gs_tx_commit(s.store), GS_E_IO);
        }
        assert_true(gs_store_message(s.store)[0] != '\0');
        assert_int_equal(commit_at(s.store, 2000), GS_E_IO);
        assert_int_equal(sql(s.name, "SELECT pending + now_ms FROM gateslot.meta"), 0);
        gs_store_close(s.store);
    }
}

/* ---- who is dead, as this machine knows ---- */

static int open_in(struct site *s, const char *daemon, const char *directory)
{
    const struct gs_store_options options = {.store_name = daemon, .copies_promised = 2, .state_directory = directory};
    s->message[0] = '\0';
    return gs_store_open(s->url, &options, &s->store, s->message, sizeof s->message);
}

/* A daemon in a process of its own, which has the store when this returns. */
static pid_t start_daemon(struct site s, const char *daemon, const char *directory)
{
    int ready[2];
    char byte = 0;
    assert_int_equal(pipe(ready), 0);
    const pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        const int err = open_in(&s, daemon, directory);
        byte = err == GS_OK ? 'y' : 'n';
        if (write(ready[1], &byte, 1) == 1) {
            (void)pause();
        }
        _exit(1);
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    assert_int_equal(byte, 'y');
    (void)close(ready[0]);
    (void)close(ready[1]);
    return pid;
}

static void kill_daemon(pid_t pid)
{
    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void shell(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void shell(const char *format, ...)
{
    char command[256];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(command, sizeof command, format, args);
    va_end(args);
    assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c): names that mkdtemp has made */
}

struct folders {
    char one[32], copy[40];
};

static struct folders new_folders(void)
{
    struct folders f = {.one = "/tmp/gs-lease-XXXXXX"};
    assert_non_null(mkdtemp(f.one));
    (void)snprintf(f.copy, sizeof f.copy, "%s.copy", f.one);
    return f;
}

/* However long the test has taken so far. */
static void lease_goes_on(const char *database)
{
    (void)sql(database, "UPDATE gateslot.owner SET until_us = gateslot.gs_now_us() + 9000000");
}

static void expect_busy(struct site *s, const char *daemon, const char *directory, const char *words)
{
    lease_goes_on(s->name);
    expect_refusal(s, GS_E_BUSY, open_in(s, daemon, directory), words);
}

static void one_that_died_on_this_machine_is_not_waited_for(void **state)
{
    (void)state;
    struct site s = new_site();
    const struct folders f = new_folders();
    pid_t pid = start_daemon(s, "gate-a", f.one);
    for (int epoch = 2; epoch < 4; epoch++) {
        kill_daemon(pid);
        lease_goes_on(s.name);
        pid = start_daemon(s, "gate-a", f.one); /* which waits for nothing */
        assert_int_equal(sql(s.name, "SELECT epoch FROM gateslot.owner"), epoch);
    }
    kill_daemon(pid);
    assert_int_equal(open_in(&s, "gate-a", f.one), GS_OK);
    assert_int_equal(commit_at(s.store, 1000), GS_OK);
    assert_int_equal(sql(s.name, "SELECT epoch FROM gateslot.owner"), 4);
    gs_store_close(s.store);
    shell("rm -r %s", f.one);
}

/* While it lives, nobody takes anything, whatever directory he comes with; and once it is dead only its own directory shows that. */
static void a_copied_directory_proves_nothing(void **state)
{
    (void)state;
    struct site s = new_site();
    const struct folders f = new_folders();
    const pid_t pid = start_daemon(s, "gate-a", f.one);
    shell("cp -a %s %s", f.one, f.copy);
    expect_busy(&s, "gate-a", f.one, "epoch 1 belongs to gate-a");
    expect_busy(&s, "gate-a", f.copy, "epoch 1 belongs to gate-a");
    kill_daemon(pid);
    expect_busy(&s, "gate-a", f.copy, "epoch 1 belongs to gate-a");
    expect_busy(&s, "gate-b", f.one, "epoch 1 belongs to gate-a");
    shell("sed -i 's/^./x/' %s/gateslot.lease",
          f.one); /* of another start of the kernel; and another file, by the way */
    expect_busy(&s, "gate-a", f.one, "epoch 1 belongs to gate-a");
    assert_int_equal(sql(s.name, "SELECT epoch FROM gateslot.owner"), 1);
    shell("rm -r %s %s", f.one, f.copy);
}

/* What was taken by another since is his, whoever is dead. */
static void the_death_of_who_was_relieved_says_nothing_of_who_has_it_now(void **state)
{
    (void)state;
    struct site s = new_site();
    const struct folders f = new_folders();
    const pid_t pid = start_daemon(s, "gate-a", f.one);
    (void)sql(s.name, "UPDATE gateslot.owner SET until_us = 1");
    struct site other = s;
    assert_int_equal(open_in(&other, "gate-a", NULL), GS_OK);
    kill_daemon(pid);
    expect_busy(&s, "gate-a", f.one, "epoch 2 belongs to gate-a");
    assert_int_equal(commit_at(other.store, 1000), GS_OK);
    gs_store_close(other.store);
    shell("rm -r %s", f.one);
}

/* One that stands still, or whose machine is gone, in the midst of a transaction: its session keeps the row of the owner locked. */
static void who_stands_still_within_a_transaction_holds_up_nobody(void **state)
{
    (void)state;
    struct site a = new_site(), b = a;
    int64_t count = 0;
    bool locked = false;
    open_site(&a, "gate-a");
    assert_int_equal(gs_tx_begin(a.store), GS_OK);
    assert_int_equal(gs_sql_int(a.store, "SELECT count(*) FROM booking", &count), GS_OK);
    const int64_t begun_us = gs_monotonic_us();
    int err = GS_E_BUSY;
    while (err == GS_E_BUSY && gs_monotonic_us() - begun_us < 60000000) {
        err = try_open(&b, "gate-b", 2, false);
        locked = locked || strstr(b.message, "lock timeout") != NULL;
    }
    assert_int_equal(err, GS_OK);
    assert_true(locked);
    assert_int_equal(gs_tx_commit(a.store), GS_E_IO);
    gs_store_close(a.store);
    assert_int_equal(commit_at(b.store, 1000), GS_OK);
    gs_store_close(b.store);
}

/* Somebody's own session on that row is not the daemon's to end: it stands by. */
static void what_others_lock_is_waited_for(void **state)
{
    (void)state;
    struct site s = new_site();
    char url[URL_MAX];
    cluster_url(s.name, url, URL_MAX);
    open_site(&s, "gate-a");
    gs_store_close(s.store);
    PGconn *conn = PQconnectdb(url);
    PQclear(PQexec(conn, "CREATE ROLE other_hand SUPERUSER"));
    PQclear(PQexec(conn, "SET SESSION AUTHORIZATION other_hand"));
    PGresult *locked = PQexec(conn, "BEGIN; SELECT 1 FROM gateslot.owner FOR UPDATE");
    assert_int_equal(PQresultStatus(locked), PGRES_TUPLES_OK);
    PQclear(locked);
    for (int tries = 0; tries < 4; tries++) {
        expect_refusal(&s, GS_E_BUSY, try_open(&s, "gate-a", 2, false), "lock timeout");
    }
    PQclear(PQexec(conn, "COMMIT"));
    open_site(&s, "gate-a");
    gs_store_close(s.store);
    PQfinish(conn);
}

/* Statements that are put off tell at the commit what is wrong with them; nothing of the transaction is left, and the next one is stored. */
static void what_was_put_off_is_refused_at_the_commit(void **state)
{
    (void)state;
    struct site s = new_site();
    struct gs_statement *stmt = NULL;
    int64_t count = 0;
    open_site(&s, "gate-a");
    assert_int_equal(
        gs_sql_prepare(s.store, "INSERT INTO turned_away (date, truck, checksum) VALUES (?,?,?)", 0, &stmt), GS_OK);
    for (int round = 0; round < 3; round++) {
        assert_int_equal(gs_tx_begin(s.store), GS_OK);
        for (int i = 0; i < 100; i++) {
            assert_int_equal(gs_db_bind_int(stmt, 1, round == 0 ? i / 2 : i), GS_OK);
            assert_int_equal(gs_db_bind_text(stmt, 2, "\xe6\xb2\xaa", 3), GS_OK);
            assert_int_equal(gs_db_bind_int(stmt, 3, 0), GS_OK);
            assert_int_equal(gs_db_run(stmt), GS_OK);
        }
        if (round == 1) { /* what is asked sees them, and may be told what is wrong with them */
            assert_int_equal(gs_sql_int(s.store, "SELECT count(*) FROM turned_away", &count), GS_OK);
            assert_int_equal(count, 100);
            assert_int_equal(gs_tx_abort(s.store, GS_E_FULL), GS_E_FULL);
        } else {
            assert_int_equal(gs_tx_commit(s.store), round == 0 ? GS_E_CORRUPT : GS_OK);
        }
        assert_int_equal(sql(s.name, "SELECT count(*) FROM gateslot.turned_away"), round == 2 ? 100 : 0);
    }
    gs_db_finalize(stmt);
    gs_store_close(s.store);
}

static void fewer_copies_than_promised_are_refused_or_told(void **state)
{
    (void)state;
    struct site s = new_site();
    struct gs_store_copies copies;
    expect_refusal(&s, GS_E_DENIED, try_open(&s, "gate-a", 3, false), "on 2 of the 3 servers that were promised");
    assert_int_equal(sql(s.name, "SELECT count(*) FROM pg_namespace WHERE nspname = 'gateslot'"), 0);
    assert_int_equal(try_open(&s, "gate-a", 3, true), GS_OK);
    gs_store_copies(s.store, &copies);
    assert_int_equal(copies.promised, 3);
    assert_int_equal(copies.held, 2);
    gs_store_close(s.store);
}

static void what_is_not_a_store_of_ours_is_refused(void **state)
{
    (void)state;
    struct site s = new_site();
    const struct gs_store_options drill = {.drill = true};
    open_site(&s, "gate-a");
    gs_store_close(s.store);
    expect_refusal(&s, GS_E_FOREIGN, gs_store_open(s.url, &drill, &s.store, s.message, sizeof s.message),
                   "a drill needs one of its own");
    (void)sql(s.name, "DROP INDEX gateslot.booking_place");
    expect_refusal(&s, GS_E_CORRUPT, try_open(&s, "gate-a", 2, false), "definitions of its tables");
    (void)sql(s.name, "UPDATE gateslot.store SET version = version + 1");
    expect_refusal(&s, GS_E_NEWER, try_open(&s, "gate-a", 2, false), "made by a newer gateslot");
    s = new_site();
    (void)sql(s.name, "CREATE TABLE mine (n int)");
    expect_refusal(&s, GS_E_FOREIGN, try_open(&s, "gate-a", 2, false), "tables that are not a store's");
}

static void a_row_that_was_changed_behind_its_back_is_found_at_the_start(void **state)
{
    (void)state;
    struct site s = new_site();
    open_site(&s, "gate-a");
    gs_store_close(s.store);
    (void)sql(s.name, "UPDATE gateslot.meta SET last_seq = 7");
    expect_refusal(&s, GS_E_CORRUPT, try_open(&s, "gate-a", 2, false), "table meta is damaged");
}

/* What is committed while it is made is not in it, and the file is a store, whose first start opens a new epoch. */
static void a_backup_is_a_store_of_sqlite(void **state)
{
    (void)state;
    struct site s = new_site();
    char folder[] = "/tmp/gs-pg-XXXXXX", path[64], text[512] = "", command[64];
    struct gs_backup *backup = NULL;
    bool done = false;
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/backup.db", folder);
    open_site(&s, "gate-a");
    assert_int_equal(commit_at(s.store, 5000), GS_OK);
    assert_int_equal(gs_backup_start(s.store, path, NULL, &backup, text, sizeof text), GS_OK);
    if (gs_backup_step(backup, &done, text, sizeof text) != GS_OK) {
        fail_msg("%s", text);
    }
    assert_true(done);
    gs_backup_finish(backup);
    assert_int_equal(gs_backup_start(s.store, path, NULL, &backup, text, sizeof text), GS_OK);
    assert_int_equal(gs_backup_step(backup, &done, text, sizeof text), GS_E_DENIED);
    gs_backup_finish(backup);
    assert_non_null(strstr(text, path));
    assert_int_equal(sql(s.name, "SELECT backup_ms FROM gateslot.site"), 5000);
    assert_int_equal(commit_at(s.store, 6000), GS_OK);
    gs_store_close(s.store);
    const struct gs_store_options options = {.now_ms = 7000};
    if (gs_store_open(path, &options, &s.store, s.message, sizeof s.message) != GS_OK) {
        fail_msg("%s", s.message);
    }
    assert_int_equal(s.store->state.marks.now_ms, 5000);
    assert_int_equal(gs_store_epoch_due(s.store)->cause, GS_EPOCH_BACKUP);
    gs_store_close(s.store);
    (void)snprintf(command, sizeof command, "rm -r %s", folder);
    assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c): a name that mkdtemp has made */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_second_daemon_stands_by_until_the_first_has_ended),
        cmocka_unit_test(who_was_relieved_ends_and_never_takes_it_back),
        cmocka_unit_test(who_was_relieved_while_idle_is_told_so),
        cmocka_unit_test(who_was_relieved_does_not_take_back_what_is_free),
        cmocka_unit_test(the_lease_moves_on_with_batches_and_without),
        cmocka_unit_test(a_session_that_was_ended_ends_the_store),
        cmocka_unit_test(one_that_died_on_this_machine_is_not_waited_for),
        cmocka_unit_test(a_copied_directory_proves_nothing),
        cmocka_unit_test(the_death_of_who_was_relieved_says_nothing_of_who_has_it_now),
        cmocka_unit_test(who_stands_still_within_a_transaction_holds_up_nobody),
        cmocka_unit_test(what_others_lock_is_waited_for),
        cmocka_unit_test(what_was_put_off_is_refused_at_the_commit),
        cmocka_unit_test(fewer_copies_than_promised_are_refused_or_told),
        cmocka_unit_test(what_is_not_a_store_of_ours_is_refused),
        cmocka_unit_test(a_row_that_was_changed_behind_its_back_is_found_at_the_start),
        cmocka_unit_test(a_backup_is_a_store_of_sqlite),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
