/* Finds what a failing disk or another program has changed behind the store's back: a row that is not as it was written by its
 * checksum, one that is missing or too many by the count and the sum that every transaction wrote with its rows. */
#include "verify.h"
#include "search_index.h"
#include "sql.h"
#include "sum.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define SUM_OF_BOOKING "gs_sum(1, {booking*})"
#define SUM_OF_IDEM "gs_sum(4, row, body, {idem*})"
#define SUM_OF_EPOCH                                                                                                   \
    "gs_sum(6, no, at_ms, cause, last_seq, last_booking_id, lost_seq, lost_booking_id, first_seq, first_booking_id)"
#define SUM_OF_SCHEMA                                                                                                  \
    "SELECT gs_sum(10, (SELECT group_concat(line, ';') FROM (SELECT type || ' ' || name || ' ' || tbl_name || ' ' ||"  \
    " coalesce(sql, '') AS line FROM sqlite_schema ORDER BY type, name)))"

#define TABLE(name, key, sum)                                                                                          \
    {                                                                                                                  \
        name, "SELECT count(*), gs_total(checksum), total(checksum IS NOT " sum ") FROM " name,                        \
            "SELECT " key " FROM " name " WHERE checksum IS NOT " sum " LIMIT 1",                                      \
            "DELETE FROM " name " WHERE checksum IS NOT " sum                                                          \
    }

static const struct table {
    const char *name, *total, *first_bad, *remove;
} tables[GS_COUNTED] = {
    [GS_COUNT_BOOKING] = TABLE("booking", "'bk_' || id", SUM_OF_BOOKING),
    [GS_COUNT_PAST] = TABLE("booking_past", "'bk_' || id", SUM_OF_BOOKING),
    [GS_COUNT_CAPACITY] = TABLE("capacity", "date || ' ' || \"window\"", "gs_sum(2, {capacity*})"),
    [GS_COUNT_TOKEN] = TABLE("token", "name", "gs_sum(3, {token*})"),
    [GS_COUNT_IDEM] = TABLE("idem", "row", SUM_OF_IDEM),
    [GS_COUNT_JOURNAL] = TABLE("journal", "no", "gs_sum(5, no, body)"),
    [GS_COUNT_EPOCH] = TABLE("epoch", "no", SUM_OF_EPOCH),
    [GS_COUNT_GRAM] = TABLE("past_gram", "key", "gs_sum(12, key, ids)"),
    [GS_COUNT_TURNED_AWAY] = TABLE("turned_away", "date || ' ' || truck", "gs_sum(13, {turned_away*})"),
    [GS_COUNT_USER] = TABLE("user", "name", "gs_sum(14, {user*})"),
    [GS_COUNT_SESSION] = TABLE("session", "name", "gs_sum(15, {session*})"),
    [GS_COUNT_WEBHOOK] = TABLE("webhook", "name", "gs_sum(16, {webhook*})"),
    [GS_COUNT_WEBHOOK_RETRY] = TABLE("webhook_retry", "seq", "gs_sum(17, {webhook_retry*})"),
};

/* What the journal begins with stands for good: its sums are in the one row of journal_begin. */
static const struct table beginnings[] = {
    TABLE("journal_booking", "'bk_' || id", SUM_OF_BOOKING),
    TABLE("journal_capacity", "date || ' ' || \"window\"", "gs_sum(2, {capacity*})"),
};

/* ---- tables ---- */

static int read_total(struct gs_store *store, const struct table *t, struct gs_total *out, int64_t *out_bad)
{
    struct gs_statement *stmt = NULL;
    int err = gs_sql_prepare(store, t->total, 0, &stmt);
    if (err != GS_OK) {
        return err;
    }
    int rc = gs_db_step(stmt);
    if (rc == GS_DB_ROW) {
        *out = (struct gs_total){gs_db_column_int(stmt, 0), (uint64_t)gs_db_column_int(stmt, 1)};
        *out_bad = (int64_t)sqlite3_column_double(stmt, 2);
    } else {
        err = gs_sql_failed(store, rc, "a table cannot be read");
    }
    gs_db_finalize(stmt);
    return err;
}

static int note_damaged(struct gs_store *store, const struct table *t, int64_t count)
{
    struct gs_statement *stmt = NULL;
    int err = gs_sql_prepare(store, t->first_bad, 0, &stmt);
    if (err != GS_OK) {
        return err;
    }
    const unsigned char *key = gs_db_step(stmt) == GS_DB_ROW ? gs_db_column_text(stmt, 0) : NULL;
    gs_store_note(store, "%s: table %s: row %s is damaged, or was changed by another program (%" PRId64 " such rows)",
                  store->path, t->name, key != NULL ? (const char *)key : "?", count);
    gs_db_finalize(stmt);
    return GS_E_CORRUPT;
}

static int check_table(struct gs_store *store, const struct table *t, const struct gs_total *expected)
{
    struct gs_total found = {0};
    int64_t bad = 0;
    int err = read_total(store, t, &found, &bad);
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
    int err = gs_sql_int(store, SUM_OF_SCHEMA, &found);
    if (err == GS_OK && found != store->state.schema_sum) {
        gs_store_note(store, "%s: the definitions of its tables are damaged, or were changed by another program",
                      store->path);
        err = GS_E_CORRUPT;
    }
    return err;
}

int gs_verify_seal(struct gs_store *store)
{
    static const char schema[] = "UPDATE meta SET schema_sum = (" SUM_OF_SCHEMA ")";
    int err = gs_sql_script(store, schema);
    return err != GS_OK ? err : gs_sql_script(store, GS_VERIFY_SEAL_META);
}

int gs_verify_live(struct gs_store *store)
{
    static const enum gs_counted live[] = {GS_COUNT_BOOKING, GS_COUNT_CAPACITY,     GS_COUNT_TOKEN, GS_COUNT_IDEM,
                                           GS_COUNT_EPOCH,   GS_COUNT_TURNED_AWAY,  GS_COUNT_USER,  GS_COUNT_SESSION,
                                           GS_COUNT_WEBHOOK, GS_COUNT_WEBHOOK_RETRY};
    int err = check_schema(store);
    for (size_t i = 0; i < sizeof live / sizeof live[0] && err == GS_OK; i++) {
        err = check_table(store, &tables[live[i]], &store->state.totals[live[i]]);
    }
    return err;
}

int gs_verify_all(struct gs_store *store)
{
    int err = gs_verify_live(store);
    for (int i = 0; i < GS_COUNTED && err == GS_OK; i++) {
        err = check_table(store, &tables[i], &store->state.totals[i]);
    }
    for (size_t i = 0; i < sizeof beginnings / sizeof beginnings[0] && err == GS_OK; i++) {
        err = check_table(store, &beginnings[i], NULL);
    }
    return err;
}

static int remove_from(struct gs_store *store, const struct table *t, int64_t *removed)
{
    struct gs_statement *stmt = NULL;
    int err = gs_sql_prepare(store, t->remove, 0, &stmt);
    if (err == GS_OK) {
        err = gs_sql_run(store, stmt);
        *removed += sqlite3_changes64(store->db);
        gs_db_finalize(stmt);
    }
    return err;
}

int gs_verify_remove_damaged(struct gs_store *store, struct gs_state *s, int64_t *out_removed)
{
    int64_t removed = 0, bad;
    int err = GS_OK;
    for (int i = 0; i < GS_COUNTED && err == GS_OK; i++) {
        err = remove_from(store, &tables[i], &removed);
        err = err != GS_OK ? err : read_total(store, &tables[i], &s->totals[i], &bad);
    }
    for (size_t i = 0; i < sizeof beginnings / sizeof beginnings[0] && err == GS_OK; i++) {
        err = remove_from(store, &beginnings[i], &removed);
    }
    if (err == GS_OK && removed > 0) {
        err = gs_search_rebuild(store, &s->totals[GS_COUNT_GRAM]);
    }
    err = err != GS_OK ? err : gs_sql_int(store, SUM_OF_SCHEMA, &s->schema_sum);
    *out_removed = removed;
    return err;
}
