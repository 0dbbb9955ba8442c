/* The lists of fields against what they list: no member of a struct is missing, and every table has just these columns. */
#include "cmocka_all.h"
#include "file.h"
#include "fixture.h"
#include "gateslot/core/fields.h"
#include "rows.h"
#include "sql.h"
#include "sum_functions.h"
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t alignment_of(enum gs_field_kind kind)
{
    switch (kind) {
    case GS_FIELD_INT64:
        return _Alignof(int64_t);
    case GS_FIELD_INT32:
    case GS_FIELD_UINT32:
        return _Alignof(int32_t);
    case GS_FIELD_BOOL:
    case GS_FIELD_TEXT:
    case GS_FIELD_HASH:
        break;
    }
    return 1;
}

static int by_place(const void *a, const void *b)
{
    const struct gs_field *x = a, *y = b;
    return x->at < y->at ? -1 : 1;
}

/* Between two fields and behind the last there are no more bytes than what follows needs to be aligned. */
static void covers(const struct gs_field_list *list, size_t size, size_t alignment)
{
    struct gs_field fields[64];
    size_t end = 0;
    assert_true(list->count <= sizeof fields / sizeof fields[0]);
    memcpy(fields, list->at, list->count * sizeof fields[0]);
    qsort(fields, list->count, sizeof fields[0], by_place);
    for (size_t i = 0; i < list->count; i++) {
        size_t align = alignment_of(fields[i].kind);
        if (fields[i].at != (end + align - 1) / align * align) {
            fail_msg("%s: before %s lies something that is not listed", list->name, fields[i].name);
        }
        end = fields[i].at + fields[i].size;
    }
    assert_int_equal(size, (end + alignment - 1) / alignment * alignment);
}

static void every_member_of_a_struct_is_listed(void **state)
{
    (void)state;
    covers(&gs_booking_fields, sizeof(struct gs_booking), _Alignof(struct gs_booking));
    covers(&gs_capacity_fields, sizeof(struct gs_capacity), _Alignof(struct gs_capacity));
    covers(&gs_turned_away_fields, sizeof(struct gs_turned_away), _Alignof(struct gs_turned_away));
    covers(&gs_token_fields, sizeof(struct gs_token), _Alignof(struct gs_token));
    covers(&gs_user_fields, sizeof(struct gs_user), _Alignof(struct gs_user));
    covers(&gs_session_fields, sizeof(struct gs_session), _Alignof(struct gs_session));
    covers(&gs_webhook_fields, sizeof(struct gs_webhook), _Alignof(struct gs_webhook));
    covers(&gs_webhook_retry_fields, sizeof(struct gs_webhook_retry), _Alignof(struct gs_webhook_retry));
    covers(&gs_idem_fields, offsetof(struct gs_idem, body_len), _Alignof(size_t));
}

static const char *type_of(enum gs_field_kind kind)
{
    return kind == GS_FIELD_TEXT ? "TEXT" : kind == GS_FIELD_HASH ? "BLOB" : "INTEGER";
}

static void expect_columns(sqlite3 *db, const char *table, const struct gs_field_list *list, size_t more)
{
    sqlite3_stmt *stmt;
    size_t columns = 0, stored = 0;
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT type FROM pragma_table_info(?1) WHERE name = ?2", -1, &stmt, NULL),
                     SQLITE_OK);
    for (size_t i = 0; i < list->count; i++) {
        const struct gs_field *f = &list->at[i];
        if ((f->flags & GS_FIELD_DERIVED) != 0) {
            continue;
        }
        stored++;
        (void)sqlite3_bind_text(stmt, 1, table, -1, SQLITE_STATIC);
        (void)sqlite3_bind_text(stmt, 2, f->name, -1, SQLITE_STATIC);
        if (sqlite3_step(stmt) != SQLITE_ROW) {
            fail_msg("table %s has no column %s", table, f->name);
        }
        assert_string_equal((const char *)sqlite3_column_text(stmt, 0), type_of(f->kind));
        (void)sqlite3_reset(stmt);
    }
    (void)sqlite3_finalize(stmt);
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT count(*) FROM pragma_table_info(?1)", -1, &stmt, NULL), SQLITE_OK);
    (void)sqlite3_bind_text(stmt, 1, table, -1, SQLITE_STATIC);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    columns = (size_t)sqlite3_column_int64(stmt, 0);
    (void)sqlite3_finalize(stmt);
    assert_int_equal(columns, stored + more + 1); /* the checksum */
}

static void the_tables_have_these_columns_and_no_others(void **state)
{
    static const struct {
        const char *table;
        const struct gs_field_list *list;
        size_t more; /* columns that are no fields */
    } tables[] = {
        {"booking", &gs_booking_fields, 0},
        {"booking_past", &gs_booking_fields, 0},
        {"journal_booking", &gs_booking_fields, 0},
        {"capacity", &gs_capacity_fields, 0},
        {"journal_capacity", &gs_capacity_fields, 0},
        {"token", &gs_token_fields, 0},
        {"user", &gs_user_fields, 0},
        {"session", &gs_session_fields, 0},
        {"webhook", &gs_webhook_fields, 0},
        {"webhook_retry", &gs_webhook_retry_fields, 0},
        {"turned_away", &gs_turned_away_fields, 0},
        {"idem", &gs_idem_fields, 2},
    };
    struct fixture *f = *state;
    sqlite3 *db;
    fixture_close(f);
    assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        expect_columns(db, tables[i].table, tables[i].list, tables[i].more);
    }
    (void)sqlite3_close(db);
    fixture_open(f);
}

static struct gs_statement *prepared(struct gs_store *store, const char *sql)
{
    struct gs_statement *stmt;
    assert_int_equal(gs_sql_prepare(store, sql, 0, &stmt), GS_OK);
    return stmt;
}

static void run(struct gs_store *store, const char *sql)
{
    struct gs_statement *stmt = prepared(store, sql);
    assert_int_equal(gs_db_run(stmt), GS_OK);
    gs_db_finalize(stmt);
}

static int read_only_row(struct gs_store *store, struct gs_booking *out)
{
    struct gs_statement *stmt = prepared(store, "SELECT {booking} FROM row");
    assert_int_equal(gs_db_step(stmt), GS_DB_ROW);
    int err = gs_row_read_booking(stmt, out);
    gs_db_finalize(stmt);
    return err;
}

/* Without a file and without tables. */
static struct gs_store *in_memory(void)
{
    const struct gs_store_options options = {.tz = NULL};
    struct gs_store *store = gs_store_new(&options);
    assert_non_null(store);
    store->path = strdup("memory");
    assert_int_equal(gs_file_attach(store), GS_OK);
    assert_int_equal(sqlite3_open(":memory:", &gs_file_of(store)->connection), SQLITE_OK);
    assert_int_equal(gs_sum_functions_install(gs_file_connection(store)), SQLITE_OK);
    return store;
}

/* In a table without any check: one beyond a number's bounds, and a text one byte too long, are damage. */
static void what_no_field_can_hold_is_damage(void **state)
{
    const struct gs_booking b = a_booking(1);
    struct gs_booking got;
    (void)state;
    struct gs_store *store = in_memory();
    run(store, "CREATE TABLE row ({booking})");
    struct gs_statement *stmt = prepared(store, "INSERT INTO row ({booking}) VALUES ({booking?})");
    int64_t checksum;
    assert_int_equal(gs_row_bind_booking(stmt, &b, &checksum), GS_OK);
    assert_int_equal(gs_db_run(stmt), GS_OK);
    gs_db_finalize(stmt);
    assert_true(read_only_row(store, &got) == GS_OK && same_booking(&b, &got));
    for (size_t i = 0; i < gs_booking_fields.count; i++) {
        const struct gs_field *f = &gs_booking_fields.at[i];
        char sql[160];
        if ((f->flags & GS_FIELD_DERIVED) != 0 || f->max == INT64_MAX) {
            continue;
        }
        run(store, "SAVEPOINT before");
        if (f->kind == GS_FIELD_TEXT) {
            (void)snprintf(sql, sizeof sql, "UPDATE row SET \"%s\" = printf('%%.*c', %zu, 'x')", f->name, f->size);
        } else {
            (void)snprintf(sql, sizeof sql, "UPDATE row SET \"%s\" = %lld", f->name, (long long)f->max + 1);
        }
        run(store, sql);
        assert_int_equal(read_only_row(store, &got), GS_E_CORRUPT); /* by the checksum; and by itself: */
        run(store, "UPDATE row SET checksum = gs_sum(1, {booking*})");
        if (read_only_row(store, &got) != GS_E_CORRUPT) {
            fail_msg("%s was read", sql);
        }
        run(store, "ROLLBACK TO before");
    }
    gs_store_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_member_of_a_struct_is_listed),
        cmocka_unit_test_setup_teardown(the_tables_have_these_columns_and_no_others, fixture_setup, fixture_teardown),
        cmocka_unit_test(what_no_field_can_hold_is_damage),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
