/* Reads and writes the one row of table meta. Which values it has is listed once; what they must agree with is checked where the tables
 * are read (verify.c, load_rows.c). */
#include "store_state.h"
#include "impl.h"
#include "schema_versions.h"
#include "sql.h"
#include "sum.h"

/* last_booking_id, last_seq, last_idem_row, now_ms, erased_before, store_id, epoch, batch, chain, schema_sum, pending, then rows and
 * sum of each table. */
enum { OWN = 11, VALUES = OWN + 2 * GS_COUNTED };

void gs_total_add(struct gs_state *s, enum gs_counted table, int64_t checksum)
{
    s->totals[table].rows++;
    s->totals[table].sum += (uint64_t)checksum;
}

void gs_total_take(struct gs_state *s, enum gs_counted table, int64_t checksum)
{
    s->totals[table].rows--;
    s->totals[table].sum -= (uint64_t)checksum;
}

int gs_state_take_rows(struct gs_store *store, struct gs_state *s, enum gs_counted table, struct gs_statement *stmt,
                       int rc)
{
    int err = rc == GS_OK ? GS_OK : gs_sql_failed(store, rc, "a value could not be bound");
    while (err == GS_OK && (rc = gs_db_step(stmt)) != GS_DB_DONE) {
        if (rc == GS_DB_ROW) {
            gs_total_take(s, table, gs_db_column_int(stmt, 0));
        } else {
            err = gs_sql_failed(store, rc, "a statement failed");
        }
    }
    gs_db_reset(stmt);
    return err;
}

int gs_state_put_row(struct gs_store *store, struct gs_state *s, enum gs_counted table, struct gs_statement *stmt,
                     int rc, int64_t checksum)
{
    gs_total_add(s, table, checksum);
    return gs_sql_run_bound(store, stmt, rc);
}

static void list_values(const struct gs_state *s, int64_t out[VALUES])
{
    const int64_t own[OWN] = {s->marks.last_booking_id,
                              s->marks.last_seq,
                              s->marks.last_idem_row,
                              s->marks.now_ms,
                              s->erased_before,
                              s->store_id,
                              s->epoch,
                              s->batch,
                              (int64_t)s->chain,
                              s->schema_sum,
                              s->pending};
    for (int i = 0; i < OWN; i++) {
        out[i] = own[i];
    }
    for (int i = 0; i < GS_COUNTED; i++) {
        out[OWN + 2 * i] = s->totals[i].rows;
        out[OWN + 2 * i + 1] = (int64_t)s->totals[i].sum;
    }
}

static void take_values(const int64_t values[VALUES], struct gs_state *out)
{
    *out = (struct gs_state){
        .marks = {.last_booking_id = values[0], .last_seq = values[1], .last_idem_row = values[2], .now_ms = values[3]},
        .erased_before = (gs_date)values[4],
        .store_id = values[5],
        .epoch = values[6],
        .batch = values[7],
        .chain = (uint64_t)values[8],
        .schema_sum = values[9],
        .pending = values[10]};
    for (int i = 0; i < GS_COUNTED; i++) {
        out->totals[i] = (struct gs_total){values[OWN + 2 * i], (uint64_t)values[OWN + 2 * i + 1]};
    }
}

static int64_t checksum_of(const int64_t *values, int count)
{
    uint64_t sum = gs_sum_begin(GS_SUM_META);
    for (int i = 0; i < count; i++) {
        sum = gs_sum_int(sum, values[i]);
    }
    return gs_sum_end(sum);
}

/* The tables that are counted have become more: one of before has the values up to those. */
static int values_of(int64_t version)
{
    return version < GS_SCHEMA_SEARCHED   ? OWN + 2 * GS_COUNT_GRAM
           : version < GS_SCHEMA_USERS    ? OWN + 2 * GS_COUNT_USER
           : version < GS_SCHEMA_WEBHOOKS ? OWN + 2 * GS_COUNT_WEBHOOK
                                          : VALUES;
}

static int read_values(struct gs_store *store, struct gs_statement *stmt, int count, int64_t values[VALUES],
                       int64_t *out_checksum)
{
    int rc = gs_db_step(stmt);
    if (rc == GS_DB_DONE) {
        gs_store_note(store, "%s: table meta is empty", store->path);
        return GS_E_CORRUPT;
    }
    if (rc != GS_DB_ROW) {
        return gs_sql_failed(store, rc, "table meta cannot be read");
    }
    *out_checksum = gs_db_column_int(stmt, 0);
    for (int i = 0; i < count; i++) {
        values[i] = gs_db_column_int(stmt, i + 1);
    }
    return GS_OK;
}

/* As they stand; *out_count: how many there are. */
static int read_row(struct gs_store *store, int64_t values[VALUES], int *out_count, int64_t *out_checksum)
{
#define VALUES_BEFORE                                                                                                  \
    "checksum, last_booking_id, last_seq, last_idem_row, now_ms, erased_before, store_id, epoch, batch, chain,"        \
    " schema_sum, pending, booking_rows, booking_sum, past_rows, past_sum, capacity_rows, capacity_sum,"               \
    " token_rows, token_sum, idem_rows, idem_sum, journal_rows, journal_sum, epoch_rows, epoch_sum"
#define VALUES_7 VALUES_BEFORE ", gram_rows, gram_sum, turned_away_rows, turned_away_sum"
#define VALUES_8 VALUES_7 ", user_rows, user_sum, session_rows, session_sum"
    static const char sql[] =
        "SELECT " VALUES_8 ", webhook_rows, webhook_sum, webhook_retry_rows, webhook_retry_sum FROM meta";
    static const char of_8[] = "SELECT " VALUES_8 " FROM meta";
    static const char of_7[] = "SELECT " VALUES_7 " FROM meta";
    static const char before[] = "SELECT " VALUES_BEFORE " FROM meta";
    struct gs_statement *stmt = NULL;
    int64_t version;
    int err = store->db->ops->schema_version(store, &version);
    if (err != GS_OK) {
        return err;
    }
    const char *of_version = version < GS_SCHEMA_SEARCHED   ? before
                             : version < GS_SCHEMA_USERS    ? of_7
                             : version < GS_SCHEMA_WEBHOOKS ? of_8
                                                            : sql;
    *out_count = values_of(version);
    err = gs_sql_prepare(store, of_version, 0, &stmt);
    err = err != GS_OK ? err : read_values(store, stmt, *out_count, values, out_checksum);
    gs_db_finalize(stmt);
    return err;
}

int gs_state_read(struct gs_store *store, struct gs_state *out)
{
    int64_t values[VALUES] = {0}, checksum = 0;
    int count = 0;
    int err = read_row(store, values, &count, &checksum);
    if (err == GS_OK && checksum != checksum_of(values, count)) {
        gs_store_note(store, "%s: table meta is damaged, or was changed by another program", store->path);
        err = GS_E_CORRUPT;
    }
    if (err == GS_OK) {
        take_values(values, out);
    }
    return err;
}

static int put_int(struct gs_store *store, const char *sql, int64_t value)
{
    struct gs_statement *stmt = NULL;
    int err = gs_sql_prepare(store, sql, 0, &stmt);
    if (err == GS_OK) {
        int rc = gs_db_bind_int(stmt, 1, value);
        err = gs_sql_run_bound(store, stmt, rc);
        gs_db_finalize(stmt);
    }
    return err;
}

int gs_state_seal(struct gs_store *store)
{
    int64_t values[VALUES] = {0}, checksum = 0, sum = 0;
    int count = 0;
    int err = store->db->ops->schema_sum(store, &sum);
    err = err != GS_OK ? err : put_int(store, "UPDATE meta SET schema_sum = ?", sum);
    err = err != GS_OK ? err : read_row(store, values, &count, &checksum);
    return err != GS_OK ? err : put_int(store, "UPDATE meta SET checksum = ?", checksum_of(values, count));
}

/* Over all that is about to be written, the hash of the last event too. */
static void carry_chain_on(struct gs_state *s)
{
    int64_t values[VALUES];
    list_values(s, values);
    uint64_t sum = gs_sum_begin(GS_SUM_CHAIN);
    for (int i = 0; i < VALUES; i++) {
        sum = gs_sum_int(sum, values[i]);
    }
    s->chain = (uint64_t)gs_sum_end(gs_sum_bytes(sum, s->last_hash, sizeof s->last_hash));
}

int gs_state_write(struct gs_store *store, struct gs_state *s)
{
    static const char sql[] =
        "UPDATE meta SET last_booking_id = ?, last_seq = ?, last_idem_row = ?, now_ms = ?, erased_before = ?,"
        " store_id = ?, epoch = ?, batch = ?, chain = ?, schema_sum = ?, pending = ?, booking_rows = ?, booking_sum = "
        "?,"
        " past_rows = ?, past_sum = ?, capacity_rows = ?, capacity_sum = ?, token_rows = ?, token_sum = ?, idem_rows = "
        "?,"
        " idem_sum = ?, journal_rows = ?, journal_sum = ?, epoch_rows = ?, epoch_sum = ?, gram_rows = ?,"
        " gram_sum = ?, turned_away_rows = ?, turned_away_sum = ?, user_rows = ?, user_sum = ?, session_rows = ?,"
        " session_sum = ?, webhook_rows = ?, webhook_sum = ?, webhook_retry_rows = ?, webhook_retry_sum = ?,"
        " checksum = ?";
    struct gs_statement *stmt;
    int64_t values[VALUES];
    int err = gs_sql_stmt(store, GS_STMT_META_PUT, sql, &stmt);
    if (err != GS_OK) {
        return err;
    }
    s->batch++;
    carry_chain_on(s);
    list_values(s, values);
    int rc = GS_OK;
    for (int i = 0; i < VALUES && rc == GS_OK; i++) {
        rc = gs_db_bind_int(stmt, i + 1, values[i]);
    }
    rc = rc != GS_OK ? rc : gs_db_bind_int(stmt, VALUES + 1, checksum_of(values, VALUES));
    return gs_sql_run_bound(store, stmt, rc);
}

void gs_state_take(struct gs_store *store, const struct gs_state *s)
{
    store->state = *s;
    if (store->db->ops->taken != NULL) {
        store->db->ops->taken(store);
    }
}
