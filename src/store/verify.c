/* Finds what a failing disk or another program has changed behind the store's back: a row that is not as it was written by its
 * checksum, one that is missing or too many by the count and the sum that every transaction wrote with its rows. */
#include "verify.h"
#include "sql.h"
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

#define EPOCH "no, at_ms, cause, last_seq, last_booking_id, lost_seq, lost_booking_id, first_seq, first_booking_id"

const struct gs_sealed_table gs_sealed_tables[GS_COUNTED] = {
    [GS_COUNT_BOOKING] = {"booking", "'bk_' || id", true, GS_SUM_BOOKING, "{booking*}"},
    [GS_COUNT_PAST] = {"booking_past", "'bk_' || id", false, GS_SUM_BOOKING, "{booking*}"},
    [GS_COUNT_CAPACITY] = {"capacity", "date || ' ' || \"window\"", true, GS_SUM_CAPACITY, "{capacity*}"},
    [GS_COUNT_TOKEN] = {"token", "name", true, GS_SUM_TOKEN, "{token*}"},
    [GS_COUNT_IDEM] = {"idem", "row", true, GS_SUM_IDEM, "row, body, {idem*}"},
    [GS_COUNT_JOURNAL] = {"journal", "no", false, GS_SUM_JOURNAL, "no, body"},
    [GS_COUNT_EPOCH] = {"epoch", "no", true, GS_SUM_EPOCH, EPOCH},
    [GS_COUNT_GRAM] = {"past_gram", "key", false, GS_SUM_SEARCH, "key, ids"},
    [GS_COUNT_TURNED_AWAY] = {"turned_away", "date || ' ' || truck", true, GS_SUM_TURNED_AWAY, "{turned_away*}"},
    [GS_COUNT_USER] = {"user", "name", true, GS_SUM_USER, "{user*}"},
    [GS_COUNT_SESSION] = {"session", "name", true, GS_SUM_SESSION, "{session*}"},
    [GS_COUNT_WEBHOOK] = {"webhook", "name", true, GS_SUM_WEBHOOK, "{webhook*}"},
    [GS_COUNT_WEBHOOK_RETRY] = {"webhook_retry", "seq", true, GS_SUM_WEBHOOK_RETRY, "{webhook_retry*}"},
};

/* What the journal begins with stands for good: its sums are in the one row of journal_begin. */
const struct gs_sealed_table gs_sealed_beginnings[GS_SEALED_BEGINNINGS] = {
    {"journal_booking", "'bk_' || id", false, GS_SUM_BOOKING, "{booking*}"},
    {"journal_capacity", "date || ' ' || \"window\"", false, GS_SUM_CAPACITY, "{capacity*}"},
};

int64_t gs_row_sum(struct gs_statement *stmt, enum gs_summed what, int columns)
{
    uint64_t sum = gs_sum_begin(what);
    for (int i = 0; i < columns; i++) {
        if (gs_db_column_type(stmt, i) == GS_DB_INT) {
            sum = gs_sum_int(sum, gs_db_column_int(stmt, i));
        } else {
            const void *bytes = gs_db_column_blob(stmt, i);
            sum = gs_sum_bytes(sum, bytes != NULL ? bytes : "", gs_db_column_bytes(stmt, i));
        }
    }
    return gs_sum_end(sum);
}

static int prepare(struct gs_store *store, const struct gs_sealed_table *t, const char *more, struct gs_statement **out)
{
    char sql[256];
    const int len = snprintf(sql, sizeof sql, "SELECT %s, checksum%s%s FROM \"%s\"", t->columns,
                             more[0] != '\0' ? ", " : "", more, t->name);
    assert(len > 0 && (size_t)len < sizeof sql);
    (void)len;
    return gs_sql_prepare(store, sql, GS_DB_LARGE, out);
}

int gs_sealed_total(struct gs_store *store, const struct gs_sealed_table *t, struct gs_total *out, int64_t *out_bad)
{
    struct gs_statement *stmt = NULL;
    struct gs_total total = {0};
    int rc = GS_DB_DONE;
    int err = prepare(store, t, "", &stmt);
    *out_bad = 0;
    while (err == GS_OK && (rc = gs_db_step(stmt)) == GS_DB_ROW) {
        const int columns = gs_db_column_count(stmt) - 1;
        const int64_t checksum = gs_db_column_int(stmt, columns);
        total.rows++;
        total.sum += (uint64_t)checksum;
        *out_bad += checksum != gs_row_sum(stmt, t->what, columns);
    }
    if (err == GS_OK && rc != GS_DB_DONE) {
        err = gs_sql_failed(store, rc, "a table cannot be read");
    }
    gs_db_finalize(stmt);
    *out = total;
    return err;
}

static int note_damaged(struct gs_store *store, const struct gs_sealed_table *t, int64_t count)
{
    struct gs_statement *stmt = NULL;
    const char *key = NULL;
    int err = prepare(store, t, t->key, &stmt);
    if (err != GS_OK) {
        return err;
    }
    while (key == NULL && gs_db_step(stmt) == GS_DB_ROW) {
        const int columns = gs_db_column_count(stmt) - 2;
        const bool bad = gs_db_column_int(stmt, columns) != gs_row_sum(stmt, t->what, columns);
        key = bad ? gs_db_column_text(stmt, columns + 1) : NULL;
    }
    gs_store_note(store, "%s: table %s: row %s is damaged, or was changed by another program (%" PRId64 " such rows)",
                  store->path, t->name, key != NULL ? key : "?", count);
    gs_db_finalize(stmt);
    return GS_E_CORRUPT;
}

static int check_table(struct gs_store *store, const struct gs_sealed_table *t, const struct gs_total *expected)
{
    struct gs_total found = {0};
    int64_t bad = 0;
    int err = gs_sealed_total(store, t, &found, &bad);
    if (err != GS_OK) {
        return err;
    }
    if (bad > 0) {
        return note_damaged(store, t, bad);
    }
    if (expected != NULL && (found.rows != expected->rows || found.sum != expected->sum)) {
        gs_store_note(store,
                      "%s: table %s has %" PRId64 " rows where it should have %" PRId64
                      "%s: rows were lost, or changed by another program",
                      store->path, t->name, found.rows, expected->rows,
                      found.rows == expected->rows ? ", but not those" : "");
        return GS_E_CORRUPT;
    }
    return GS_OK;
}

static int check_schema(struct gs_store *store)
{
    int64_t found;
    int err = store->db->ops->schema_sum(store, &found);
    if (err == GS_OK && found != store->state.schema_sum) {
        gs_store_note(store, "%s: the definitions of its tables are damaged, or were changed by another program",
                      store->path);
        err = GS_E_CORRUPT;
    }
    return err;
}

static int check_tables(struct gs_store *store, bool live)
{
    int err = GS_OK;
    for (int i = 0; i < GS_COUNTED && err == GS_OK; i++) {
        if (gs_sealed_tables[i].is_live == live) {
            err = check_table(store, &gs_sealed_tables[i], &store->state.totals[i]);
        }
    }
    return err;
}

int gs_verify_live(struct gs_store *store)
{
    int err = check_schema(store);
    return err != GS_OK ? err : check_tables(store, true);
}

int gs_verify_all(struct gs_store *store)
{
    int err = gs_verify_live(store);
    err = err != GS_OK ? err : check_tables(store, false);
    for (size_t i = 0; i < GS_SEALED_BEGINNINGS && err == GS_OK; i++) {
        err = check_table(store, &gs_sealed_beginnings[i], NULL);
    }
    return err;
}
