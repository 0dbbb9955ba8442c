/* What stores in PostgreSQL stand on: the connection, what the server is set to, the tables, and what the end of a batch means. It runs beside a
 * throw-away cluster (with_cluster.py --standby), each test in a database of its own. */
#include "address.h"
#include "gateslot/base/histogram.h"
#include "pg_address.h"
#include "pg_error.h"
#include "pg_gather.h"
#include "pg_link.h"
#include "pg_settings.h"
#include "pg_statement.h"
#include "pg_tables.h"
#include "schema.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define URL_MAX 512

static void open_link(struct gs_pg_link *link, const char *database)
{
    char url[URL_MAX];
    int copies = 0;
    cluster_url(database, url, URL_MAX);
    if (gs_pg_connect(link, url) != GS_OK || gs_pg_settings_take(link, &copies) != GS_OK) {
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
    assert_string_equal(a.name, "postgresql://one:1,two:2/db");
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

/* One that takes a connection and says nothing: the kernel accepts it. dead: not even that, as where a machine has died. */
static int silent_server(bool dead, char out_url[URL_MAX])
{
    struct sockaddr_in self = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof self;
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&self, size), 0);
    assert_int_equal(listen(fd, dead ? 0 : 64), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&self, &size), 0);
    (void)snprintf(out_url, URL_MAX, "postgresql://127.0.0.1:%d/db", ntohs(self.sin_port));
    for (int i = 0; i < 8 && dead;
         i++) { /* its queue is full: what comes further is dropped. They stay until the test ends. */
        const int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        assert_true(client >= 0);
        (void)connect(client, (struct sockaddr *)&self, size);
    }
    return fd;
}

static void a_server_that_is_not_there_is_said_to_be_so(void **state)
{
    (void)state;
    struct gs_pg_link link;
    assert_int_equal(gs_pg_connect(&link, "postgresql://127.0.0.1:1/db"), GS_E_IO);
    assert_non_null(strstr(link.message, "refused"));
    char url[URL_MAX];
    cluster_url("nowhere", url, URL_MAX);
    assert_int_equal(gs_pg_connect(&link, url), GS_E_IO);
    assert_non_null(strstr(link.message, "does not exist"));
    const int fd = silent_server(false, url);
    assert_int_equal(gs_pg_connect(&link, url), GS_E_IO);
    assert_non_null(strstr(link.message, "does not answer"));
    (void)close(fd);
}

/* The servers of an address are a silent one and the cluster's, in this order; it is found before the other's time is over. */
static void a_silent_server_does_not_keep_from_the_next(void **state)
{
    (void)state;
    for (int dead = 0; dead < 2; dead++) {
        char silent[URL_MAX], real[URL_MAX], url[URL_MAX * 2];
        struct gs_pg_link link;
        int64_t best_us = INT64_MAX;
        const int fd = silent_server(dead != 0, silent);
        cluster_url("postgres", real, URL_MAX);
        const char *user_end = strchr(real, '@'), *authority = user_end != NULL ? user_end + 1 : real + 13;
        silent[strlen(silent) - strlen("/db")] = '\0';
        (void)snprintf(url, sizeof url, "%.*s%s,%s", (int)(authority - real), real, silent + 13, authority);
        for (int i = 0; i < 20 && best_us >= GS_PG_CONNECT_US; i++) { /* another program may have held this one up */
            const int64_t begun_us = gs_monotonic_us();
            if (gs_pg_connect(&link, url) != GS_OK) {
                fail_msg("%s: %s", url, link.message);
            }
            const int64_t took_us = gs_monotonic_us() - begun_us;
            best_us = took_us < best_us ? took_us : best_us;
            assert_int_equal(link.host, 1);
            gs_pg_disconnect(&link);
        }
        printf("# connected to the second server after %d ms\n", (int)(best_us / 1000));
        assert_true(best_us < GS_PG_CONNECT_US);
        (void)close(fd);
    }
}

/* One that refuses costs no time, wherever it stands; and of two that take writes the first is taken. */
static void hosts_are_tried_in_their_order(void **state)
{
    (void)state;
    char real[URL_MAX], url[URL_MAX * 2];
    struct gs_pg_link link;
    cluster_url("postgres", real, URL_MAX);
    const char *user_end = strchr(real, '@'), *authority = user_end != NULL ? user_end + 1 : real + 13;
    const int host_len = (int)strcspn(authority, "/");
    static const struct {
        const char *before, *after;
        int host;
    } cases[] = {{"127.0.0.1:1,", "", 1}, {"", ",127.0.0.1:1", 0}, {"127.0.0.1:1,127.0.0.1:2,", "", 2}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        (void)snprintf(url, sizeof url, "%.*s%s%.*s%s%s", (int)(authority - real), real, cases[i].before, host_len,
                       authority, cases[i].after, authority + host_len);
        if (gs_pg_connect(&link, url) != GS_OK) {
            fail_msg("%s: %s", url, link.message);
        }
        assert_int_equal(link.host, cases[i].host);
        gs_pg_disconnect(&link);
    }
}

static void a_role_that_promises_less_is_overruled_and_a_server_refused(void **state)
{
    (void)state;
    struct gs_pg_link link;
    char url[URL_MAX];
    int copies = 0;
    as_superuser("ALTER ROLE postgres SET synchronous_commit = off");
    cluster_url("postgres", url, URL_MAX);
    assert_int_equal(gs_pg_connect(&link, url), GS_OK);
    assert_int_equal(gs_pg_settings_take(&link, &copies), GS_OK);
    assert_int_equal(copies, 2);
    gs_pg_disconnect(&link);
    as_superuser("ALTER ROLE postgres RESET synchronous_commit");
    as_superuser("CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0");
    cluster_url("latin", url, URL_MAX);
    assert_int_equal(gs_pg_connect(&link, url), GS_OK);
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

/* What a store has for its statements. */
struct site {
    struct gs_pg_link link;
    struct gs_pg_batch batch;
    struct gs_pg_gather gather;
};

static const struct gs_database_ops no_ops;

static void open_site(struct site *site, const char *database)
{
    open_new(&site->link, database);
    gs_pg_batch_init(&site->batch, &site->link);
    site->gather = (struct gs_pg_gather){.batch = &site->batch};
}

static struct gs_statement *statement(struct site *site, const char *sql, bool large)
{
    struct gs_statement *stmt = NULL;
    assert_int_equal(gs_pg_statement_create(&no_ops, &site->gather, sql, large, &stmt), GS_OK);
    return stmt;
}

static const char turned[] = "INSERT INTO turned_away (date, truck, checksum) VALUES (?,?,?)";
static const char gram[] = "INSERT INTO past_gram (key, ids, checksum) VALUES (?, ?, ?)"
                           " ON CONFLICT (key) DO UPDATE SET ids = excluded.ids, checksum = excluded.checksum";
static const char drop[] = "DELETE FROM past_gram WHERE key = ? AND ids = ? AND checksum = ?";

static int put(struct gs_statement *stmt, bool is_text, int64_t key, const char *bytes)
{
    const size_t len = strlen(bytes);
    assert_int_equal(gs_pg_bind_int(stmt, 1, key), GS_OK);
    assert_int_equal(is_text ? gs_pg_bind_text(stmt, 2, bytes, len) : gs_pg_bind_blob(stmt, 2, bytes, len), GS_OK);
    assert_int_equal(gs_pg_bind_int(stmt, 3, -key), GS_OK);
    return gs_pg_statement_run(stmt);
}

static int commit(struct site *site, int *out_copies)
{
    const int err = gs_pg_gather_flush(&site->gather);
    if (err != GS_OK) {
        gs_pg_batch_fail(&site->batch, err);
    }
    return gs_pg_batch_commit(&site->batch, 2, out_copies);
}

static int64_t take_over(struct gs_pg_link *link)
{
    return number(link, "SELECT gs_take_over('me')");
}

/* A row that comes twice, among others and beyond a run, ends as it was written last. */
static void rows_are_written_in_their_order(void **state)
{
    (void)state;
    struct site site;
    int copies = 0;
    open_site(&site, "rows");
    const int64_t epoch = take_over(&site.link);
    struct gs_statement *grams = statement(&site, gram, false), *drops = statement(&site, drop, false);
    struct gs_statement *turns = statement(&site, turned, false);
    for (int round = 0; round < 2; round++) {
        assert_int_equal(gs_pg_batch_begin(&site.batch, epoch), GS_OK);
        for (int i = 0; i < 211; i++) {
            assert_int_equal(put(grams, false, i % 100, i < 105 ? "before" : "after"), GS_OK);
            assert_int_equal(put(grams, false, i % 100, i < 105 ? "b" : "a"), GS_OK);
            if (i < 77) {
                assert_int_equal(put(turns, true, round * 1000 + i, "\xe6\xb2\xaa"), GS_OK);
            }
        }
        assert_int_equal(put(drops, false, 3, "a"), GS_OK);
        assert_int_equal(put(grams, false, 3, "again"), GS_OK);
        if (commit(&site, &copies) != GS_OK) {
            fail_msg("%s", site.link.message);
        }
        assert_int_equal(copies, 2);
    }
    assert_int_equal(number(&site.link, "SELECT count(*) FROM past_gram WHERE ids = 'a' AND checksum = -key"), 99);
    assert_int_equal(number(&site.link, "SELECT count(*) FROM past_gram WHERE key = 3 AND ids = 'again'"), 1);
    assert_int_equal(number(&site.link, "SELECT count(*) FROM turned_away WHERE length(truck) = 1"), 154);
    assert_int_equal(number(&site.link, "SELECT beat FROM owner"), 3);
    gs_pg_statement_destroy(grams);
    gs_pg_statement_destroy(drops);
    gs_pg_statement_destroy(turns);
    gs_pg_disconnect(&site.link);
}

static void a_refused_batch_leaves_nothing_and_the_next_is_stored(void **state)
{
    (void)state;
    struct site site;
    int copies = 0;
    open_site(&site, "refused");
    const int64_t epoch = take_over(&site.link);
    struct gs_statement *turns = statement(&site, turned, false);
    assert_int_equal(gs_pg_batch_begin(&site.batch, epoch), GS_OK);
    assert_int_equal(put(turns, true, 1, "a"), GS_OK);
    assert_int_equal(put(turns, true, 1, "a"), GS_OK);
    assert_int_equal(commit(&site, &copies), GS_E_CORRUPT);
    assert_string_equal(site.link.sqlstate, "23505");
    assert_int_equal(gs_pg_batch_abort(&site.batch), GS_OK);
    assert_int_equal(gs_pg_batch_begin(&site.batch, epoch), GS_OK);
    assert_int_equal(put(turns, true, 2, "a"), GS_OK);
    assert_int_equal(gs_pg_gather_flush(&site.gather), GS_OK);
    assert_int_equal(gs_pg_batch_abort(&site.batch), GS_OK);
    assert_int_equal(number(&site.link, "SELECT count(*) FROM turned_away"), 0);
    assert_int_equal(gs_pg_batch_begin(&site.batch, epoch), GS_OK);
    assert_int_equal(put(turns, true, 1, "a"), GS_OK);
    assert_int_equal(commit(&site, &copies), GS_OK);
    assert_int_equal(number(&site.link, "SELECT count(*) FROM turned_away"), 1);
    gs_pg_statement_destroy(turns);
    gs_pg_disconnect(&site.link);
}

static void a_batch_of_one_who_was_relieved_is_refused(void **state)
{
    (void)state;
    struct gs_pg_link other;
    struct site site;
    int copies = 0;
    open_site(&site, "fenced");
    const int64_t epoch = take_over(&site.link);
    struct gs_statement *turns = statement(&site, turned, false);
    open_link(&other, "fenced");
    assert_int_equal(number(&other, "SELECT count(*) FROM gs_take_over('another')"), 0);
    assert_int_equal(gs_pg_script(&other, "UPDATE owner SET until_us = 0"), GS_OK);
    assert_int_equal(number(&other, "SELECT gs_take_over('another')"), epoch + 1);
    assert_int_equal(gs_pg_batch_begin(&site.batch, epoch), GS_OK);
    assert_int_equal(put(turns, true, 1, "a"), GS_OK);
    assert_int_equal(commit(&site, &copies), GS_E_IO);
    assert_string_equal(site.link.sqlstate, GS_PG_FENCED);
    assert_true(site.link.broken);
    assert_int_equal(gs_pg_batch_begin(&site.batch, epoch), GS_E_IO);
    assert_int_equal(number(&other, "SELECT count(*) FROM turned_away"), 0);
    gs_pg_statement_destroy(turns);
    gs_pg_disconnect(&site.link);
    gs_pg_disconnect(&other);
}

/* A server whose clock is an hour behind the one that has died: the lease is not waited for an hour. */
static void a_lease_of_another_clock_is_cut_to_what_is_given(void **state)
{
    (void)state;
    struct gs_pg_link link;
    open_new(&link, "clocks");
    assert_int_equal(take_over(&link), 1);
    assert_int_equal(gs_pg_script(&link, "UPDATE owner SET until_us = until_us + 3600000000"), GS_OK);
    assert_int_equal(number(&link, "SELECT count(*) FROM gs_take_over('another')"), 0);
    assert_int_equal(number(&link, "SELECT (until_us - gs_now_us() BETWEEN 0 AND 3000000)::int FROM owner"), 1);
    gs_pg_disconnect(&link);
}

static void expect_row(struct gs_statement *s, int count)
{
    assert_int_equal(gs_pg_column_int(s, 0), 10 + count);
    assert_int_equal(gs_pg_column_type(s, 0), GS_DB_INT);
    assert_int_equal(gs_pg_column_type(s, 1), GS_DB_BLOB);
    assert_memory_equal(gs_pg_column_blob(s, 1), "\0\xff", 2);
    assert_int_equal(gs_pg_column_bytes(s, 1), 2);
    assert_int_equal(gs_pg_column_type(s, 2), GS_DB_TEXT);
    assert_string_equal(gs_pg_column_text(s, 2), "?'\"?a\"");
    assert_int_equal(gs_pg_column_int(s, 3), -(9 + count) * (10 + count));
    char digits[24];
    (void)snprintf(digits, sizeof digits, "%d", 10 + count);
    assert_string_equal(gs_pg_column_text(s, 0), digits);
    assert_int_equal(gs_pg_column_bytes(s, 0), strlen(digits));
}

/* The same rows whether they are held all at once or one by one, within a transaction or not, whatever was left of the run before. */
static void statements_of_sqlite_are_run(void **state)
{
    (void)state;
    struct site site;
    open_site(&site, "statements");
    assert_int_equal(
        gs_pg_script(&site.link,
                     "INSERT INTO past_gram SELECT n, decode('00ff', 'hex'), -n FROM generate_series(0, 9999) n"),
        GS_OK);
    for (int way = 0; way < 4; way++) {
        struct gs_statement *s = statement(&site,
                                           "SELECT key, ids, '?''\"?' || ?2, (key - 1) * checksum FROM past_gram"
                                           " WHERE key >= ?1 AND key < ?1 + 9000 ORDER BY key LIMIT ?",
                                           way % 2 == 1);
        assert_int_equal(gs_pg_parameter_count(s), 3);
        assert_int_equal(way < 2 ? GS_OK : gs_pg_batch_begin(&site.batch, 0), GS_OK);
        for (int round = 0; round < 3; round++) {
            assert_int_equal(gs_pg_bind_int(s, 1, 10), GS_OK);
            assert_int_equal(gs_pg_bind_text(s, 2, "a\"", 2), GS_OK);
            assert_int_equal(gs_pg_bind_int(s, 3, INT64_MAX), GS_OK);
            const int wanted = round == 1 ? 7 : 9000;
            for (int count = 0; count < wanted; count++) {
                assert_int_equal(gs_pg_statement_step(s), GS_DB_ROW);
                expect_row(s, count);
            }
            assert_int_equal(round == 1 ? GS_DB_DONE : gs_pg_statement_step(s), GS_DB_DONE);
            gs_pg_statement_reset(s);
        }
        assert_int_equal(gs_pg_batch_abort(&site.batch), GS_OK);
        gs_pg_statement_destroy(s);
        assert_int_equal(
            number(&site.link,
                   "SELECT count(*) FROM pg_prepared_statements WHERE name NOT IN ('gs_fence', 'gs_settings')"),
            0);
    }
    struct gs_statement *s = statement(&site, "DELETE FROM past_gram WHERE key < ? RETURNING checksum", false);
    assert_int_equal(gs_pg_statement_step(s), GS_E_INVALID);
    assert_int_equal(gs_pg_bind_int(s, 1, 40), GS_OK);
    for (int i = 0; i < 40; i++) {
        assert_int_equal(gs_pg_statement_step(s), GS_DB_ROW);
    }
    assert_int_equal(gs_pg_statement_step(s), GS_DB_DONE);
    gs_pg_statement_reset(s);
    assert_int_equal(gs_pg_statement_step(s), GS_DB_DONE);
    gs_pg_statement_destroy(s);
    s = statement(&site, "INSERT INTO past_gram VALUES (?, 'a', 0)", false);
    assert_int_equal(gs_pg_bind_int(s, 1, 40), GS_OK);
    assert_int_equal(gs_pg_statement_step(s), GS_E_CORRUPT);
    gs_pg_statement_destroy(s);
    assert_int_equal(number(&site.link, "SELECT count(*) FROM past_gram"), 9960);
    gs_pg_disconnect(&site.link);
}

/* Somebody's psql holds a table: it is known that nothing was stored, before our own time is over. */
static void a_lock_of_another_session_is_not_waited_for(void **state)
{
    (void)state;
    struct gs_pg_link other;
    struct site site;
    int copies = 0;
    open_site(&site, "locked");
    const int64_t epoch = take_over(&site.link);
    struct gs_statement *turns = statement(&site, turned, false);
    open_link(&other, "locked");
    assert_int_equal(gs_pg_script(&other, "BEGIN"), GS_OK);
    assert_int_equal(gs_pg_script(&other, "LOCK TABLE turned_away"), GS_OK);
    assert_int_equal(gs_pg_script(&site.link, "SET lock_timeout = 100"), GS_OK);
    assert_int_equal(gs_pg_batch_begin(&site.batch, epoch), GS_OK);
    assert_int_equal(put(turns, true, 1, "a"), GS_OK);
    assert_int_equal(commit(&site, &copies), GS_E_IO);
    assert_string_equal(site.link.sqlstate, "55P03");
    assert_non_null(strstr(site.link.message, "lock"));
    assert_int_equal(gs_pg_script(&other, "ROLLBACK"), GS_OK);
    assert_int_equal(number(&other, "SELECT count(*) FROM turned_away"), 0);
    gs_pg_statement_destroy(turns);
    gs_pg_disconnect(&site.link);
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
    struct site site;
    pthread_t thread;
    int copies = 0;
    open_site(&site, database);
    const int64_t epoch = take_over(&site.link);
    struct gs_statement *turns = statement(&site, turned, false);
    as_superuser("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
    as_superuser("SELECT pg_reload_conf()");
    while (number(&site.link, "SELECT (current_setting('synchronous_standby_names') = 'nobody')::int") == 0 ||
           number(&site.link, "SELECT count(*) FROM pg_stat_replication WHERE sync_priority > 0") >
               0) { /* each process reads them anew by itself */
    }
    site.link.reply_us = sql != NULL ? 20000000 : 300000;
    assert_int_equal(gs_pg_batch_begin(&site.batch, epoch), GS_OK);
    assert_int_equal(put(turns, true, 1, "a"), GS_OK);
    if (sql != NULL) {
        assert_int_equal(pthread_create(&thread, NULL, meddle, (void *)(uintptr_t)sql), 0);
    }
    assert_int_equal(commit(&site, &copies), GS_E_IO);
    assert_true(site.link.broken);
    if (strstr(site.link.message, expected) == NULL) {
        fail_msg("%s", site.link.message);
    }
    assert_int_equal(gs_pg_batch_begin(&site.batch, epoch), GS_E_IO);
    if (sql != NULL) {
        (void)pthread_join(thread, NULL);
    }
    gs_pg_statement_destroy(turns);
    gs_pg_disconnect(&site.link);
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
        cmocka_unit_test(a_silent_server_does_not_keep_from_the_next),
        cmocka_unit_test(hosts_are_tried_in_their_order),
        cmocka_unit_test(a_role_that_promises_less_is_overruled_and_a_server_refused),
        cmocka_unit_test(the_tables_are_those_of_sqlite),
        cmocka_unit_test(what_is_not_a_store_of_ours_is_refused_untouched),
        cmocka_unit_test(rows_are_written_in_their_order),
        cmocka_unit_test(a_refused_batch_leaves_nothing_and_the_next_is_stored),
        cmocka_unit_test(a_batch_of_one_who_was_relieved_is_refused),
        cmocka_unit_test(a_lease_of_another_clock_is_cut_to_what_is_given),
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
