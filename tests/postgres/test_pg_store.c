/* What stores in PostgreSQL stand on: the connection, what the server is set to, the tables, and what the end of a batch means. It runs beside a
 * throw-away cluster (with_cluster.py --standby), each test in a database of its own. */
#include "pg_address.h"
#include "pg_batch.h"
#include "pg_error.h"
#include "pg_link.h"
#include "pg_settings.h"
#include "pg_statement.h"
#include "pg_tables.h"
#include "schema.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
/* after what it is built on */
#include <cmocka.h>

#define URL_MAX 512

/* with_cluster.py's address, with a database's name. */
static void url_of(const char *database, char out[URL_MAX])
{
    const char *base = getenv("GATESLOT_POSTGRES");
    if (base == NULL) {
        fail_msg("this runs under with_cluster.py --standby");
        return;
    }
    const size_t path = strcspn(base, "?");
    (void)snprintf(out, URL_MAX, "%.*s%s%s", (int)path, base, database, base + path);
}

static void open_link(struct gs_pg_link *link, const char *database)
{
    char url[URL_MAX];
    int host = -1, copies = 0;
    url_of(database, url);
    if (gs_pg_connect(link, url, -1, &host) != GS_OK || gs_pg_settings_take(link, &copies) != GS_OK) {
        fail_msg("%s", link->message);
    }
}

static void as_superuser(const char *sql)
{
    struct gs_pg_link link;
    open_link(&link, "postgres");
    if (gs_pg_script(&link, sql) != GS_OK) {
        fail_msg("%s", link.message);
    }
    gs_pg_disconnect(&link);
}

static int64_t number(struct gs_pg_link *link, const char *sql)
{
    PGresult *found = NULL;
    if (gs_pg_ask(link, sql, NULL, 0, &found) != GS_OK) {
        fail_msg("%s", link->message);
    }
    const int64_t value = strtoll(PQgetvalue(found, 0, 0), NULL, 10);
    PQclear(found);
    return value;
}

static void open_new(struct gs_pg_link *link, const char *database)
{
    char sql[128];
    (void)snprintf(sql, sizeof sql, "CREATE DATABASE %s", database);
    as_superuser(sql);
    open_link(link, database);
    if (gs_pg_tables_open(link, false) != GS_OK) {
        fail_msg("%s", link->message);
    }
}

static void an_address_with_a_password_is_refused_and_not_repeated(void **state)
{
    (void)state;
    static const char *const bad[] = {"postgresql://me:hunter2@h/db",
                                      "postgresql://h/db?password=hunter2",
                                      "host=h password=hunter2",
                                      "postgresql://h/db?hunter2=1",
                                      "postgresql://h/",
                                      "postgresql://h/db?replication=database"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct gs_pg_address a;
        char message[256];
        assert_int_equal(gs_pg_address_parse(bad[i], &a, message, sizeof message), GS_E_INVALID);
        assert_null(strstr(message, "hunter2"));
    }
}

static void hosts_are_taken_apart(void **state)
{
    (void)state;
    struct gs_pg_address a;
    char message[256];
    assert_int_equal(gs_pg_address_parse("postgresql://u@one:1,two:2/db", &a, message, sizeof message), GS_OK);
    assert_int_equal(a.hosts, 2);
    assert_string_equal(a.host[1], "two");
    assert_string_equal(a.port[1], "2");
    assert_string_equal(a.name, "postgresql://one,two/db");
    gs_pg_address_finish(&a);
}

static void copies_are_counted_by_the_settings(void **state)
{
    (void)state;
    static const struct {
        const char *commit, *names;
        int copies;
    } cases[] = {
        {"on", "", 1},
        {"on", "*", 2},
        {"on", "a, b", 2},
        {"on", "ANY 2 (a, b, c)", 3},
        {"remote_apply", "first 1 (a)", 2},
        {"on", "2 (a,b)", 3},
        {"remote_write", "*", 1},
        {"local", "*", 1},
        {"off", "*", 0},
        {"on", "ANY x (a)", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(gs_pg_copies(cases[i].commit, cases[i].names), cases[i].copies);
    }
}

static void a_server_that_is_not_there_is_said_to_be_so(void **state)
{
    (void)state;
    struct gs_pg_link link;
    int host = -1;
    assert_int_equal(gs_pg_connect(&link, "postgresql://127.0.0.1:1/db", -1, &host), GS_E_IO);
    assert_non_null(strstr(link.message, "refused"));
    char url[URL_MAX];
    url_of("nowhere", url);
    assert_int_equal(gs_pg_connect(&link, url, -1, &host), GS_E_IO);
    assert_non_null(strstr(link.message, "does not exist"));
    /* One that takes the connection and says nothing: the kernel accepts it. The other host is tried then. */
    struct sockaddr_in self = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof self;
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&self, size), 0);
    assert_int_equal(listen(fd, 4), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&self, &size), 0);
    (void)snprintf(url, sizeof url, "postgresql://127.0.0.1:%d/db", ntohs(self.sin_port));
    assert_int_equal(gs_pg_connect(&link, url, -1, &host), GS_E_IO);
    assert_non_null(strstr(link.message, "does not answer"));
    (void)close(fd);
}

static void a_role_that_promises_less_is_overruled_and_a_server_refused(void **state)
{
    (void)state;
    struct gs_pg_link link;
    char url[URL_MAX];
    int host = -1, copies = 0;
    as_superuser("ALTER ROLE postgres SET synchronous_commit = off");
    url_of("postgres", url);
    assert_int_equal(gs_pg_connect(&link, url, -1, &host), GS_OK);
    assert_int_equal(gs_pg_settings_take(&link, &copies), GS_OK);
    assert_int_equal(copies, 2);
    gs_pg_disconnect(&link);
    as_superuser("ALTER ROLE postgres RESET synchronous_commit");
    as_superuser("CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0");
    url_of("latin", url);
    assert_int_equal(gs_pg_connect(&link, url, -1, &host), GS_OK);
    assert_int_equal(gs_pg_settings_take(&link, &copies), GS_E_DENIED);
    assert_non_null(strstr(link.message, "LATIN1"));
    gs_pg_disconnect(&link);
}

static void remove_folder(const char *name)
{
    char command[128];
    (void)snprintf(command, sizeof command, "rm -r %s", name);
    assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c): a name that mkdtemp has made */
}

/* Both programs' own word on their columns. */
static void the_tables_are_those_of_sqlite(void **state)
{
    (void)state;
    char name[] = "/tmp/gs-pg-XXXXXX", path[64], message[512] = "";
    assert_non_null(mkdtemp(name));
    (void)snprintf(path, sizeof path, "%s/store.db", name);
    const struct gs_store_options options = {.now_ms = 0};
    struct gs_store *store = NULL;
    assert_int_equal(gs_store_open(path, &options, &store, message, sizeof message), GS_OK);
    gs_store_close(store);
    struct gs_pg_link link;
    open_new(&link, "tables");
    sqlite3 *db = NULL;
    sqlite3_stmt *stmt = NULL;
    static const char theirs[] = "SELECT group_concat(line, ' ') FROM (SELECT m.name || '.' || p.name || ':' || CASE "
                                 "p.type WHEN 'INTEGER' THEN 'bigint' WHEN 'TEXT'"
                                 " THEN 'text' ELSE 'bytea' END AS line FROM sqlite_schema m, "
                                 "pragma_table_info(m.name) p WHERE m.type = 'table' ORDER BY 1)";
    static const char ours[] = "SELECT string_agg(table_name || '.' || column_name || ':' || data_type, ' ' ORDER BY "
                               "(table_name || '.' || column_name || ':' ||"
                               " data_type) COLLATE \"C\") FROM information_schema.columns WHERE table_schema = "
                               "'gateslot' AND table_name NOT IN ('store', 'owner')"
                               " AND is_nullable = 'NO'";
    PGresult *found = NULL;
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, theirs, -1, &stmt, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    assert_int_equal(gs_pg_ask(&link, ours, NULL, 0, &found), GS_OK);
    assert_string_equal(PQgetvalue(found, 0, 0), (const char *)sqlite3_column_text(stmt, 0));
    PQclear(found);
    (void)sqlite3_finalize(stmt);
    (void)sqlite3_close(db);
    remove_folder(name);
    assert_int_equal(GS_PG_TABLES_VERSION, gs_schema_version());
    gs_pg_disconnect(&link);
}

static void what_is_not_a_store_of_ours_is_refused_untouched(void **state)
{
    (void)state;
    struct gs_pg_link link;
    as_superuser("CREATE DATABASE taken");
    open_link(&link, "taken");
    assert_int_equal(gs_pg_script(&link, "CREATE TABLE public.t (n int)"), GS_OK);
    assert_int_equal(gs_pg_tables_open(&link, false), GS_E_FOREIGN);
    assert_int_equal(number(&link, "SELECT count(*) FROM pg_namespace WHERE nspname = 'gateslot'"), 0);
    gs_pg_disconnect(&link);
    open_new(&link, "kinds");
    assert_int_equal(gs_pg_tables_open(&link, false), GS_OK);
    assert_int_equal(gs_pg_tables_open(&link, true), GS_E_FOREIGN);
    assert_int_equal(gs_pg_script(&link, "UPDATE store SET version = 10"), GS_OK);
    assert_int_equal(gs_pg_tables_open(&link, false), GS_E_NEWER);
    gs_pg_disconnect(&link);
}

/* ---- batches ---- */

static const enum gs_pg_type turned_types[] = {GS_PG_INT, GS_PG_TEXT, GS_PG_INT};
static const struct gs_pg_shape turned = {
    0, "INSERT INTO turned_away (date, truck, checksum) VALUES", "", 3, turned_types, false};
static const enum gs_pg_type gram_types[] = {GS_PG_INT, GS_PG_BYTES, GS_PG_INT};
static const struct gs_pg_shape gram = {
    1,
    "INSERT INTO past_gram (key, ids, checksum) VALUES",
    "ON CONFLICT (key) DO UPDATE SET ids = excluded.ids, checksum = excluded.checksum",
    3,
    gram_types,
    true};
static const struct gs_pg_shape drop = {
    2, "DELETE FROM past_gram WHERE key = $1 AND ids = $2 AND checksum = $3", NULL, 3, gram_types, false};

static void put(struct gs_pg_batch *b, const struct gs_pg_shape *shape, int64_t key, const char *bytes)
{
    const struct gs_pg_value values[] = {
        {.type = GS_PG_INT, .number = key},
        {.type = shape == &turned ? GS_PG_TEXT : GS_PG_BYTES, .bytes = bytes, .len = strlen(bytes)},
        {.type = GS_PG_INT, .number = -key}};
    assert_int_equal(gs_pg_batch_row(b, shape, values), GS_OK);
}

static int64_t take_over(struct gs_pg_link *link)
{
    return number(link, "SELECT gs_take_over('me')");
}

/* A row that comes twice, among others and beyond a run, ends as it was written last. */
static void rows_are_written_in_their_order(void **state)
{
    (void)state;
    struct gs_pg_link link;
    struct gs_pg_batch b;
    int copies = 0;
    open_new(&link, "rows");
    const int64_t epoch = take_over(&link);
    gs_pg_batch_init(&b, &link);
    for (int round = 0; round < 2; round++) {
        assert_int_equal(gs_pg_batch_begin(&b, epoch), GS_OK);
        for (int i = 0; i < 211; i++) {
            put(&b, &gram, i % 100, i < 105 ? "before" : "after");
            put(&b, &gram, i % 100, i < 105 ? "b" : "a");
        }
        put(&b, &drop, 3, "a");
        put(&b, &gram, 3, "again");
        for (int i = 0; i < 77; i++) {
            put(&b, &turned, round * 1000 + i, "\xe6\xb2\xaa");
        }
        if (gs_pg_batch_commit(&b, 2, &copies) != GS_OK) {
            fail_msg("%s", link.message);
        }
        assert_int_equal(copies, 2);
    }
    assert_int_equal(number(&link, "SELECT count(*) FROM past_gram WHERE ids = 'a' AND checksum = -key"), 99);
    assert_int_equal(number(&link, "SELECT count(*) FROM past_gram WHERE key = 3 AND ids = 'again'"), 1);
    assert_int_equal(number(&link, "SELECT count(*) FROM turned_away WHERE length(truck) = 1"), 154);
    assert_int_equal(number(&link, "SELECT beat FROM owner"), 3);
    gs_pg_batch_finish(&b);
    gs_pg_disconnect(&link);
}

static void a_refused_batch_leaves_nothing_and_the_next_is_stored(void **state)
{
    (void)state;
    struct gs_pg_link link;
    struct gs_pg_batch b;
    int copies = 0;
    open_new(&link, "refused");
    const int64_t epoch = take_over(&link);
    gs_pg_batch_init(&b, &link);
    assert_int_equal(gs_pg_batch_begin(&b, epoch), GS_OK);
    put(&b, &turned, 1, "a");
    put(&b, &turned, 1, "a");
    assert_int_equal(gs_pg_batch_commit(&b, 2, &copies), GS_E_CORRUPT);
    assert_string_equal(link.sqlstate, "23505");
    assert_int_equal(gs_pg_batch_begin(&b, epoch), GS_OK);
    put(&b, &turned, 2, "a");
    assert_int_equal(gs_pg_batch_abort(&b), GS_OK);
    assert_int_equal(number(&link, "SELECT count(*) FROM turned_away"), 0);
    assert_int_equal(gs_pg_batch_begin(&b, epoch), GS_OK);
    put(&b, &turned, 1, "a");
    assert_int_equal(gs_pg_batch_commit(&b, 2, &copies), GS_OK);
    assert_int_equal(number(&link, "SELECT count(*) FROM turned_away"), 1);
    gs_pg_batch_finish(&b);
    gs_pg_disconnect(&link);
}

static void a_batch_of_one_who_was_relieved_is_refused(void **state)
{
    (void)state;
    struct gs_pg_link link, other;
    struct gs_pg_batch b;
    int copies = 0;
    open_new(&link, "fenced");
    const int64_t epoch = take_over(&link);
    open_link(&other, "fenced");
    assert_int_equal(number(&other, "SELECT count(*) FROM gs_take_over('another')"), 0);
    assert_int_equal(gs_pg_script(&other, "UPDATE owner SET until_us = 0"), GS_OK);
    assert_int_equal(number(&other, "SELECT gs_take_over('another')"), epoch + 1);
    gs_pg_batch_init(&b, &link);
    assert_int_equal(gs_pg_batch_begin(&b, epoch), GS_OK);
    put(&b, &turned, 1, "a");
    assert_int_equal(gs_pg_batch_commit(&b, 2, &copies), GS_E_IO);
    assert_string_equal(link.sqlstate, GS_PG_FENCED);
    assert_true(link.broken);
    assert_int_equal(number(&other, "SELECT count(*) FROM turned_away"), 0);
    gs_pg_batch_finish(&b);
    gs_pg_disconnect(&link);
    gs_pg_disconnect(&other);
}

static void bind_number(struct gs_pg_statement *s, int at, int64_t number)
{
    gs_pg_statement_bind(s, at, &(const struct gs_pg_value){.type = GS_PG_INT, .number = number});
}

/* The same rows whether they are held all at once or one by one, whatever was left of the run before. */
static void statements_of_sqlite_are_run(void **state)
{
    (void)state;
    struct gs_pg_link link;
    struct gs_pg_statement *s = NULL;
    open_new(&link, "statements");
    assert_int_equal(
        gs_pg_script(&link, "INSERT INTO past_gram SELECT n, decode('00ff', 'hex'), -n FROM generate_series(0, 999) n"),
        GS_OK);
    for (int large = 0; large < 2; large++) {
        assert_int_equal(gs_pg_statement_create(&link,
                                                "SELECT key, ids, '?''\"?' || ?2, (key - 1) * checksum FROM past_gram"
                                                " WHERE key >= ?1 AND key < ?1 + 500 ORDER BY key LIMIT ?",
                                                large == 1, &s),
                         GS_OK);
        assert_int_equal(gs_pg_statement_parameters(s), 3);
        for (int round = 0; round < 3; round++) {
            bool row = true;
            bind_number(s, 1, 10);
            gs_pg_statement_bind(s, 2, &(const struct gs_pg_value){.type = GS_PG_TEXT, .bytes = "a\"", .len = 2});
            bind_number(s, 3, INT64_MAX);
            int count = 0;
            for (; count < (round == 1 ? 7 : 501) && row; count++) {
                assert_int_equal(gs_pg_statement_step(s, &row), GS_OK);
                if (row) {
                    assert_int_equal(gs_pg_statement_column(s, 0).number, 10 + count);
                    const struct gs_pg_value bytes = gs_pg_statement_column(s, 1), text = gs_pg_statement_column(s, 2);
                    assert_int_equal(bytes.type, GS_PG_BYTES);
                    assert_memory_equal(bytes.bytes, "\0\xff", bytes.len);
                    assert_int_equal(text.type, GS_PG_TEXT);
                    assert_string_equal(text.bytes, "?'\"?a\"");
                    assert_int_equal(gs_pg_statement_column(s, 3).number, -(9 + count) * (10 + count));
                }
            }
            assert_int_equal(count, round == 1 ? 7 : 501);
            assert_int_equal(gs_pg_statement_reset(s), GS_OK);
            assert_int_equal(number(&link, "SELECT count(*) FROM past_gram"), 1000);
        }
        gs_pg_statement_destroy(s);
    }
    bool row = true;
    assert_int_equal(gs_pg_statement_create(&link, "DELETE FROM past_gram WHERE key < ?", false, &s), GS_OK);
    bind_number(s, 1, 40);
    assert_int_equal(gs_pg_statement_step(s, &row), GS_OK);
    assert_false(row);
    assert_int_equal(gs_pg_statement_changed(s), 40);
    gs_pg_statement_destroy(s);
    assert_int_equal(gs_pg_statement_create(&link, "INSERT INTO past_gram VALUES (?, 'a', 0)", false, &s), GS_OK);
    bind_number(s, 1, 40);
    assert_int_equal(gs_pg_statement_step(s, &row), GS_E_CORRUPT);
    gs_pg_statement_destroy(s);
    assert_int_equal(number(&link, "SELECT count(*) FROM past_gram"), 960);
    gs_pg_disconnect(&link);
}

/* Somebody's psql holds a table: it is known that nothing was stored, before our own time is over. */
static void a_lock_of_another_session_is_not_waited_for(void **state)
{
    (void)state;
    struct gs_pg_link link, other;
    struct gs_pg_batch b;
    int copies = 0;
    open_new(&link, "locked");
    const int64_t epoch = take_over(&link);
    open_link(&other, "locked");
    assert_int_equal(gs_pg_script(&other, "BEGIN"), GS_OK);
    assert_int_equal(gs_pg_script(&other, "LOCK TABLE turned_away"), GS_OK);
    assert_int_equal(gs_pg_script(&link, "SET lock_timeout = 100"), GS_OK);
    gs_pg_batch_init(&b, &link);
    assert_int_equal(gs_pg_batch_begin(&b, epoch), GS_OK);
    put(&b, &turned, 1, "a");
    assert_int_equal(gs_pg_batch_commit(&b, 2, &copies), GS_E_IO);
    assert_string_equal(link.sqlstate, "55P03");
    assert_non_null(strstr(link.message, "lock"));
    assert_int_equal(gs_pg_script(&other, "ROLLBACK"), GS_OK);
    assert_int_equal(number(&other, "SELECT count(*) FROM turned_away"), 0);
    gs_pg_batch_finish(&b);
    gs_pg_disconnect(&link);
    gs_pg_disconnect(&other);
}

static void a_role_without_rights_is_refused(void **state)
{
    (void)state;
    struct gs_pg_link link;
    as_superuser("CREATE ROLE nobody_here");
    as_superuser("CREATE DATABASE rights");
    open_link(&link, "rights");
    assert_int_equal(gs_pg_script(&link, "SET ROLE nobody_here"), GS_OK);
    assert_int_equal(gs_pg_tables_open(&link, false), GS_E_DENIED);
    assert_non_null(strstr(link.message, "permission denied"));
    assert_int_equal(gs_pg_script(&link, "RESET ROLE"), GS_OK);
    assert_int_equal(gs_pg_tables_open(&link, false), GS_OK);
    gs_pg_disconnect(&link);
}

/* What another session does once the batch waits for its standby: it is named by what it does, and never waited for by time. */
static void *meddle(void *self)
{
    const char *sql = self;
    struct gs_pg_link link;
    open_link(&link, "postgres");
    while (number(&link, "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'") == 0) {
    }
    static const char *const emptied[] = {"SET synchronous_commit = local",
                                          "ALTER SYSTEM SET synchronous_standby_names = ''", "SELECT pg_reload_conf()"};
    const bool empties = strcmp(sql, "emptied") == 0;
    for (size_t i = 0; i < (empties ? sizeof emptied / sizeof emptied[0] : 1); i++) {
        assert_int_equal(gs_pg_script(&link, empties ? emptied[i] : sql), GS_OK);
    }
    gs_pg_disconnect(&link);
    return NULL;
}

/* A standby that is not there: the list names one that does not exist. */
static void commit_while(const char *database, const char *sql, const char *expected)
{
    struct gs_pg_link link;
    struct gs_pg_batch b;
    pthread_t thread;
    int copies = 0;
    open_new(&link, database);
    const int64_t epoch = take_over(&link);
    as_superuser("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
    as_superuser("SELECT pg_reload_conf()");
    while (number(&link, "SELECT (current_setting('synchronous_standby_names') = 'nobody')::int") == 0 ||
           number(&link, "SELECT count(*) FROM pg_stat_replication WHERE sync_priority > 0") >
               0) { /* each process reads them anew by itself */
    }
    link.reply_us = sql != NULL ? 20000000 : 300000;
    gs_pg_batch_init(&b, &link);
    assert_int_equal(gs_pg_batch_begin(&b, epoch), GS_OK);
    put(&b, &turned, 1, "a");
    if (sql != NULL) {
        assert_int_equal(pthread_create(&thread, NULL, meddle, (void *)(uintptr_t)sql), 0);
    }
    assert_int_equal(gs_pg_batch_commit(&b, 2, &copies), GS_E_IO);
    assert_true(link.broken);
    if (strstr(link.message, expected) == NULL) {
        fail_msg("%s", link.message);
    }
    assert_int_equal(gs_pg_batch_begin(&b, epoch), GS_E_IO);
    if (sql != NULL) {
        (void)pthread_join(thread, NULL);
    }
    gs_pg_batch_finish(&b);
    gs_pg_disconnect(&link);
    as_superuser("ALTER SYSTEM RESET synchronous_standby_names");
    as_superuser("SELECT pg_reload_conf()");
}

#define WAITING " FROM pg_stat_activity WHERE wait_event = 'SyncRep'"

static void a_cancelled_wait_is_no_success(void **state)
{
    (void)state;
    commit_while("cancelled", "SELECT pg_cancel_backend(pid)" WAITING, "canceling wait for synchronous replication");
}

static void a_wait_ended_by_emptying_the_list_is_no_success(void **state)
{
    (void)state;
    commit_while("emptied", "emptied", "may be on 1 of 2 servers");
}

static void an_ended_session_is_no_success(void **state)
{
    (void)state;
    commit_while("ended", "SELECT pg_terminate_backend(pid)" WAITING, "");
}

static void a_standby_that_does_not_answer_is_no_success(void **state)
{
    (void)state;
    commit_while("late", NULL, "does not answer");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_with_a_password_is_refused_and_not_repeated),
        cmocka_unit_test(hosts_are_taken_apart),
        cmocka_unit_test(copies_are_counted_by_the_settings),
        cmocka_unit_test(a_server_that_is_not_there_is_said_to_be_so),
        cmocka_unit_test(a_role_that_promises_less_is_overruled_and_a_server_refused),
        cmocka_unit_test(the_tables_are_those_of_sqlite),
        cmocka_unit_test(what_is_not_a_store_of_ours_is_refused_untouched),
        cmocka_unit_test(rows_are_written_in_their_order),
        cmocka_unit_test(a_refused_batch_leaves_nothing_and_the_next_is_stored),
        cmocka_unit_test(a_batch_of_one_who_was_relieved_is_refused),
        cmocka_unit_test(statements_of_sqlite_are_run),
        cmocka_unit_test(a_lock_of_another_session_is_not_waited_for),
        cmocka_unit_test(a_role_without_rights_is_refused),
        cmocka_unit_test(a_cancelled_wait_is_no_success),
        cmocka_unit_test(a_wait_ended_by_emptying_the_list_is_no_success),
        cmocka_unit_test(an_ended_session_is_no_success),
        cmocka_unit_test(a_standby_that_does_not_answer_is_no_success),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
