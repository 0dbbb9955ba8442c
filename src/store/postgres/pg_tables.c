/* Makes a store of an empty database, and says whether one that is not empty is a store that this version knows. */
#include "pg_tables.h"
#include "pg_schema.h"
#include "sum.h"
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum {
    META_VALUES = 11 + 2 * 13,
    STORE_ID = 5,
    EPOCH = 6,
    SCHEMA_SUM = 9
}; /* as store_state.c has them in meta's checksum */

int gs_pg_tables_sum(struct gs_pg_link *link, int64_t *out)
{
    static const char sql[] =
        "SELECT string_agg(line, ';' ORDER BY line COLLATE \"C\") FROM ("
        "SELECT 'column ' || c.relname || ' ' || a.attnum || ' ' || a.attname || ' ' ||"
        " format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull || ' ' || coalesce(l.collname, '') AS line"
        " FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid LEFT JOIN pg_collation l ON l.oid = a.attcollation"
        " WHERE c.relnamespace = 'gateslot'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped"
        " UNION ALL SELECT 'constraint ' || c.relname || ' ' || k.conname || ' ' || k.contype::text || k.convalidated"
        " FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid"
        " WHERE k.connamespace = 'gateslot'::regnamespace AND k.contype IN ('p', 'u', 'c')"
        " UNION ALL SELECT 'index ' || c.relname || ' ' || i.indisunique || ' ' || i.indkey::text || ' ' ||"
        " (i.indpred IS NOT NULL) || ' ' || i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
        " WHERE c.relnamespace = 'gateslot'::regnamespace) AS lines";
    PGresult *found = NULL;
    int err = gs_pg_ask(link, sql, NULL, 0, &found);
    if (err == GS_OK) {
        const uint64_t sum = gs_sum_begin(GS_SUM_SCHEMA);
        *out = gs_sum_end(gs_sum_bytes(sum, PQgetvalue(found, 0, 0), (size_t)PQgetlength(found, 0, 0)));
    }
    PQclear(found);
    return err;
}

/* The row of a store in which nothing is yet. */
static int fill_meta(struct gs_pg_link *link)
{
    static const char sql[] = "INSERT INTO meta SELECT 1, 0, 0, 0, 0, 0, $1, 1, 0, 0, $3, 0, $2, 0, 0, 0, 0, 0, 0, 0, "
                              "0, 0, 0, 0, 0, 0, 0, 0, 0,"
                              " 0, 0, 0, 0, 0, 0, 0, 0, 0, 0";
    int64_t values[META_VALUES] = {[EPOCH] = 1};
    uint64_t sum = gs_sum_begin(GS_SUM_META);
    PGresult *result = NULL;
    if (getrandom(&values[STORE_ID], sizeof values[STORE_ID], 0) != (ssize_t)sizeof values[STORE_ID]) {
        gs_pg_note(link, "%s: no random number for the store's name", link->name);
        return GS_E_IO;
    }
    values[STORE_ID] |= 1;
    int err = gs_pg_tables_sum(link, &values[SCHEMA_SUM]);
    if (err != GS_OK) {
        return err;
    }
    for (int i = 0; i < META_VALUES; i++) {
        sum = gs_sum_int(sum, values[i]);
    }
    const struct gs_pg_value drawn[] = {{.type = GS_PG_INT, .number = values[STORE_ID]},
                                        {.type = GS_PG_INT, .number = gs_sum_end(sum)},
                                        {.type = GS_PG_INT, .number = values[SCHEMA_SUM]}};
    err = gs_pg_ask(link, sql, drawn, 3, &result);
    PQclear(result);
    return err;
}

static int say_kind(struct gs_pg_link *link, bool drill)
{
    static const char sql[] = "INSERT INTO store VALUES (1, $1, $2)";
    const struct gs_pg_value values[] = {{.type = GS_PG_INT, .number = drill},
                                         {.type = GS_PG_INT, .number = GS_PG_TABLES_VERSION}};
    PGresult *result = NULL;
    int err = gs_pg_ask(link, sql, values, 2, &result);
    PQclear(result);
    return err;
}

static int fill(struct gs_pg_link *link, bool drill)
{
    int err = gs_pg_schema_make(link);
    err = err != GS_OK ? err : fill_meta(link);
    return err != GS_OK ? err : say_kind(link, drill);
}

/* Is the store there, and how many tables are that belong to no extension? */
static int look(struct gs_pg_link *link, bool *out_ours, bool *out_empty)
{
    static const char sql[] =
        "SELECT to_regclass('gateslot.store') IS NOT NULL, (SELECT count(*) FROM pg_class c JOIN pg_namespace n ON "
        "n.oid = c.relnamespace"
        " WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND n.nspname NOT IN ('pg_catalog', 'information_schema')"
        " AND n.nspname NOT LIKE 'pg\\_%' AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = "
        "'pg_class'::regclass AND"
        " d.objid = c.oid AND d.deptype = 'e'))";
    PGresult *found = NULL;
    int err = gs_pg_ask(link, sql, NULL, 0, &found);
    if (err == GS_OK) {
        *out_ours = strcmp(PQgetvalue(found, 0, 0), "t") == 0;
        *out_empty = strcmp(PQgetvalue(found, 0, 1), "0") == 0;
    }
    PQclear(found);
    return err;
}

static int identify(struct gs_pg_link *link, bool drill)
{
    PGresult *found = NULL;
    int err = gs_pg_ask(link, "SELECT drill, version FROM gateslot.store", NULL, 0, &found);
    if (err != GS_OK) {
        return err;
    }
    const bool is_there = PQntuples(found) == 1;
    const long long kind = is_there ? strtoll(PQgetvalue(found, 0, 0), NULL, 10) : -1;
    const long long version = is_there ? strtoll(PQgetvalue(found, 0, 1), NULL, 10) : 0;
    PQclear(found);
    if (kind != (drill ? 1 : 0)) {
        gs_pg_note(link,
                   drill ? "%s: is a live store; a drill needs one of its own"
                         : "%s: is a drill's store; a live site needs one of its own",
                   link->name);
        return GS_E_FOREIGN;
    }
    if (version > GS_PG_TABLES_VERSION) {
        gs_pg_note(link, "%s: has schema %lld, made by a newer gateslot; this one knows up to %d", link->name, version,
                   GS_PG_TABLES_VERSION);
        return GS_E_NEWER;
    }
    return GS_OK;
}

/* Two that are started at once: one makes the tables, the other waits and finds them. */
static int make(struct gs_pg_link *link, bool drill)
{
    bool ours = false, empty = false;
    int err = gs_pg_script(link, "BEGIN; SELECT pg_advisory_xact_lock(6766284)");
    err = err != GS_OK ? err : look(link, &ours, &empty);
    if (err == GS_OK && !ours && !empty) {
        gs_pg_note(link, "%s: has tables that are not a store's: a database of its own is needed", link->name);
        err = GS_E_FOREIGN;
    }
    err = err == GS_OK && !ours ? fill(link, drill) : err;
    link->noticed = false;
    if (err == GS_OK) {
        err = gs_pg_script(link, "COMMIT");
        return err == GS_OK && link->noticed ? GS_E_IO : err;
    }
    char message[GS_PG_MESSAGE_BYTES];
    memcpy(message, link->message, sizeof message);
    const int ended = link->broken ? GS_OK : gs_pg_script(link, "ROLLBACK");
    memcpy(link->message, message, sizeof message);
    return ended == GS_OK ? err : GS_E_IO;
}

int gs_pg_tables_open(struct gs_pg_link *link, bool drill)
{
    bool ours = false, empty = false;
    int err = look(link, &ours, &empty);
    err = err == GS_OK && !ours ? make(link, drill) : err;
    return err != GS_OK ? err : identify(link, drill);
}
