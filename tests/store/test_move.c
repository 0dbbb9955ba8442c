/* Moving a store: the list of tables against the tables that there are, and the stores kept of older versions. */
#include "cmocka_all.h"
#include "columns.h"
#include "gateslot/base/buf.h"
#include "gateslot/store/move.h"
#include "old_stores.h"
#include "tables.h"
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int64_t number(sqlite3 *db, const char *sql, const char *of)
{
    sqlite3_stmt *stmt;
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
    if (of != NULL) {
        (void)sqlite3_bind_text(stmt, 1, of, -1, SQLITE_STATIC);
    }
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    const int64_t value = sqlite3_column_int64(stmt, 0);
    (void)sqlite3_finalize(stmt);
    return value;
}

static void every_table_is_listed_with_all_of_its_columns(void **state)
{
    struct fixture *f = *state;
    sqlite3 *db;
    fixture_close(f);
    assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
    assert_int_equal(number(db, "SELECT count(*) FROM sqlite_schema WHERE type = 'table'", NULL), gs_store_table_count);
    for (size_t i = 0; i < gs_store_table_count; i++) {
        const struct gs_store_table *t = &gs_store_tables[i];
        struct gs_buf sql, all;
        sqlite3_stmt *stmt;
        gs_buf_init(&sql, 8192);
        gs_buf_init(&all, 8192);
        gs_buf_printf(&sql, "SELECT %s FROM \"%s\" ORDER BY %s", t->columns, t->name, t->order);
        gs_columns_expand(sql.data, &all);
        assert_int_equal(sqlite3_prepare_v2(db, all.data, -1, &stmt, NULL), SQLITE_OK);
        if (sqlite3_column_count(stmt) != number(db, "SELECT count(*) FROM pragma_table_info(?)", t->name)) {
            fail_msg("table %s has other columns than are listed", t->name);
        }
        for (int c = 0; c < sqlite3_column_count(stmt); c++) {
            for (int d = 0; d < c; d++) {
                assert_string_not_equal(sqlite3_column_name(stmt, c), sqlite3_column_name(stmt, d));
            }
        }
        (void)sqlite3_finalize(stmt);
        gs_buf_finish(&all);
        gs_buf_finish(&sql);
    }
    (void)sqlite3_close(db);
    fixture_open(f);
}

/* Every row of every table, by SQLite itself. */
static void expect_equal(const char *a, const char *b)
{
    sqlite3 *db;
    char sql[512];
    assert_int_equal(sqlite3_open(a, &db), SQLITE_OK);
    (void)snprintf(sql, sizeof sql, "ATTACH '%s' AS other", b);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    for (size_t i = 0; i < gs_store_table_count; i++) {
        const char *t = gs_store_tables[i].name;
        (void)snprintf(sql, sizeof sql,
                       "SELECT (SELECT count(*) FROM (SELECT * FROM main.\"%s\" EXCEPT SELECT * FROM other.\"%s\")) +"
                       " (SELECT count(*) FROM (SELECT * FROM other.\"%s\" EXCEPT SELECT * FROM main.\"%s\"))",
                       t, t, t, t);
        if (number(db, sql, NULL) != 0) {
            fail_msg("table %s is another after the move", t);
        }
    }
    (void)sqlite3_close(db);
}

static int try_move(struct fixture *f, const char *from, const char *to, struct gs_moved *out)
{
    char a[192], b[192];
    const struct gs_move_options options = {.now_ms = 1795567000000};
    (void)snprintf(a, sizeof a, "sqlite:%s", from);
    (void)snprintf(b, sizeof b, "sqlite:%s", to);
    return gs_store_move(a, b, &options, out, f->message, sizeof f->message);
}

/* Many rows: full statements and what is left over, live and archived ones. */
static void what_was_stored_is_there_after_two_moves(void **state)
{
    struct fixture *f = *state;
    struct gs_moved moved, back;
    char second[128], third[128];
    fixture_name(f, ".second", second);
    fixture_name(f, ".third", third);
    const int64_t seq = commit_day(f->store, 1, 77, 0, 20700, GS_BOOKED);
    (void)commit_day(f->store, 78, 300, seq, 20600, GS_DEPARTED);
    bool more = true;
    while (more) {
        assert_int_equal(gs_store_maintain(f->store, 20650, 0, 0, &more), GS_OK);
    }
    fixture_close(f);
    assert_int_equal(try_move(f, f->path, second, &moved), GS_OK);
    expect_equal(f->path, second);
    assert_int_equal(fixture_try_open(f, NULL), GS_E_DENIED);
    assert_non_null(strstr(f->message, "was moved to sqlite:"));
    assert_int_equal(try_move(f, second, third, &back), GS_OK);
    expect_equal(f->path, third);
    assert_true(moved.rows == back.rows && moved.digest == back.digest && moved.rows > 900);
}

static void a_store_of_an_older_schema_moves_once_it_was_started(void **state)
{
    static const struct gs_store_options drill = {.drill = true};
    struct fixture *f = *state;
    for (int version = OLD_STORES_FIRST; version <= OLD_STORES_LAST; version++) {
        struct gs_moved moved;
        char name[32], to[128], note[128];
        (void)snprintf(name, sizeof name, ".to%d", version);
        fixture_name(f, name, to);
        fixture_name(f, ".moved", note);
        fixture_close(f);
        old_store_put(f, version, NULL);
        assert_int_equal(try_move(f, f->path, to, &moved), GS_E_FOREIGN);
        assert_non_null(strstr(f->message, "it once with this one, then move it"));
        assert_int_equal(access(to, F_OK), -1);
        assert_int_equal(fixture_try_open(f, &drill), GS_OK);
        fixture_close(f);
        assert_int_equal(try_move(f, f->path, to, &moved), GS_OK);
        expect_equal(f->path, to);
        assert_int_equal(unlink(note), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_table_is_listed_with_all_of_its_columns, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(what_was_stored_is_there_after_two_moves, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(a_store_of_an_older_schema_moves_once_it_was_started, fixture_setup,
                                        fixture_teardown),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
