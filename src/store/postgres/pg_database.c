/* PostgreSQL as a database of the store: which function of this folder answers for what the store asks of a database, and what it says of
 * itself. */
#include "pg_database.h"
#include "gateslot/base/histogram.h"
#include "pg_loss.h"
#include "pg_statement.h"
#include "pg_tables.h"
#include "pg_transaction.h"
#include "sql.h"
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SCHEMA_BYTES 160         /* of a schema's name, each of whose 63 bytes may be a quotation mark */
#define RENEW_READING_US 1500000 /* of the lease, by who reads and reads: every second it is renewed anyway */

static int prepare(struct gs_database *db, const char *sql, unsigned flags, struct gs_statement **out)
{
    struct gs_pg_store *pg = (struct gs_pg_store *)db;
    return gs_pg_statement_create(db->ops, &pg->gather, sql, (flags & GS_DB_LARGE) != 0, out);
}

static struct gs_pg_store *store_of(struct gs_statement *stmt)
{
    char *gather = (char *)gs_pg_statement_gather(stmt);
    return (struct gs_pg_store *)(void *)(gather - offsetof(struct gs_pg_store, gather));
}

static int step(struct gs_statement *stmt)
{
    if (!gs_pg_statement_begun(stmt)) {
        int err = gs_pg_renew(store_of(stmt), RENEW_READING_US);
        if (err != GS_OK) {
            return err;
        }
    }
    return gs_pg_statement_step(stmt);
}

static int run(struct gs_statement *stmt)
{
    struct gs_database *db = &store_of(stmt)->base;
    const bool within = gs_pg_in_transaction(db);
    int err = within ? GS_OK : gs_pg_begin(db);
    err = err != GS_OK ? err : gs_pg_statement_run(stmt);
    gs_pg_statement_reset(stmt);
    return within ? err : err == GS_OK ? gs_pg_commit(db) : gs_pg_abort(db) == GS_OK ? err : GS_E_IO;
}

static int schema_version(struct gs_store *store, int64_t *out)
{
    return gs_sql_int(store, "SELECT version FROM gateslot.store", out);
}

static int schema_sum(struct gs_store *store, int64_t *out)
{
    struct gs_pg_store *pg = gs_pg_of(store);
    int err = GS_OK;
    if (pg->batch.open) {
        err = gs_pg_gather_flush(&pg->gather);
        err = err != GS_OK ? err : gs_pg_batch_leave(&pg->batch);
    }
    err = err != GS_OK ? err : gs_pg_tables_sum(&pg->link, out);
    if (err != GS_OK) {
        gs_pg_batch_fail(&pg->batch, err);
        gs_store_note(store, "%s: the definitions of its tables cannot be read: %s", store->path,
                      gs_pg_complaint(store->db));
    }
    return err;
}

/* By the server's extension amcheck where it was made in this database, in whatever schema, and the role may use it: it looks at every page of an
 * index, and that each row of the table is in it. That is asked beforehand: a refusal would end the transaction in which a copy is read. So would
 * an index that was made anew since some transaction began (indcheckxmin): that one is left out. */
static int check(struct gs_store *store, char *text, size_t size)
{
    static const char where[] =
        "SELECT quote_ident(n.nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace"
        " JOIN pg_proc p ON p.pronamespace = n.oid AND p.proname = 'bt_index_check' AND p.pronargs = 2"
        " WHERE e.extname = 'amcheck' AND has_schema_privilege(n.oid, 'USAGE') AND has_function_privilege(p.oid, "
        "'EXECUTE')";
    struct gs_pg_link *link = &gs_pg_of(store)->link;
    char schema[SCHEMA_BYTES], sql[SCHEMA_BYTES + 512];
    int64_t count = 0;
    text[0] = '\0';
    int err = gs_sql_text(store, where, schema, sizeof schema);
    if (err != GS_OK) {
        return err == GS_E_NOTFOUND ? GS_OK : err;
    }
    (void)snprintf(sql, sizeof sql,
                   "SELECT count(%s.bt_index_check(i.indexrelid::regclass, true)) FROM pg_index i"
                   " JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam"
                   " WHERE a.amname = 'btree' AND c.relnamespace = 'gateslot'::regnamespace AND i.indisvalid"
                   " AND NOT i.indcheckxmin",
                   schema);
    const int64_t reply_us = link->reply_us;
    link->reply_us = GS_PG_CHECK_US;
    err = gs_sql_int(store, sql, &count);
    link->reply_us = reply_us;
    if (err == GS_E_CORRUPT) {
        (void)snprintf(text, size, "%s", store->message);
    }
    return err;
}

static void describe(struct gs_store *store, struct gs_store_state *out)
{
    if (gs_sql_int(store, "SELECT pg_database_size(current_database())", &out->bytes) != GS_OK) {
        out->bytes = 0;
    }
    out->log_bytes = 0; /* it is the whole cluster's */
}

static int64_t lease_end_us(const struct gs_store *store)
{
    return atomic_load(&gs_pg_of(store)->lease_end_us);
}

static void copies(const struct gs_store *store, struct gs_store_copies *out)
{
    const struct gs_pg_store *pg = gs_pg_of(store);
    *out = (struct gs_store_copies){.promised = pg->copies_promised, .held = atomic_load(&pg->copies_held)};
}

static void close_store(struct gs_store *store)
{
    struct gs_pg_store *pg = gs_pg_of(store);
    gs_pg_give_back(store);
    gs_store_forget_statements(store);
    gs_pg_disconnect(&pg->link);
    if (pg->lease_file >= 0) {
        (void)close(pg->lease_file); /* the last of all: nothing is shown or done any more */
    }
    free(pg->address);
    free(pg);
    store->db = NULL;
}

/* .erased is not there: a row that was written anew is removed by the server's own vacuum, and what archives of its log keep is their keeper's. */
static const struct gs_database_ops operations = {
    .close = close_store,
    .prepare = prepare,
    .finalize = gs_pg_statement_destroy,
    .bind_int = gs_pg_bind_int,
    .bind_text = gs_pg_bind_text,
    .bind_blob = gs_pg_bind_blob,
    .parameter_count = gs_pg_parameter_count,
    .step = step,
    .reset = gs_pg_statement_reset,
    .run = run,
    .column_count = gs_pg_column_count,
    .column_type = gs_pg_column_type,
    .column_int = gs_pg_column_int,
    .column_text = gs_pg_column_text,
    .column_blob = gs_pg_column_blob,
    .column_bytes = gs_pg_column_bytes,
    .script = gs_pg_run_script,
    .complaint = gs_pg_complaint,
    .begin = gs_pg_begin,
    .commit = gs_pg_commit,
    .abort = gs_pg_abort,
    .give_up = gs_pg_give_up,
    .look = gs_pg_look,
    .upkeep = gs_pg_upkeep,
    .every_second = gs_pg_every_second,
    .schema_version = schema_version,
    .schema_sum = schema_sum,
    .remove_damaged = gs_pg_remove_damaged,
    .check = check,
    .describe = describe,
    .lease_end_us = lease_end_us,
    .copies = copies,
};

int gs_pg_attach(struct gs_store *store)
{
    struct gs_pg_store *pg = calloc(1, sizeof *pg);
    if (pg == NULL) {
        return GS_E_NOMEM;
    }
    pg->base = (struct gs_database){.ops = &operations};
    pg->gather.batch = &pg->batch;
    pg->lease_file = -1;
    gs_pg_batch_init(&pg->batch, &pg->link);
    store->db = &pg->base;
    return GS_OK;
}
