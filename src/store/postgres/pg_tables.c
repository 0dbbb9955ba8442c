/* Makes the tables, in a schema of their own so that another program's are never among them. Like SQLite's they carry what must always hold as
 * CHECKs. Texts are compared byte by byte, as SQLite does, whatever the locale of the database. */
#include "pg_tables.h"
#include "pg_error.h"
#include "sum.h"
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define INT " bigint NOT NULL"
#define TEXT " text COLLATE \"C\" NOT NULL"
#define BYTES " bytea NOT NULL"
#define HASH(name) name BYTES " CHECK (length(" name ") = 32)"
#define FLAG(name) name INT " CHECK (" name " IN (0, 1))"
#define SAID(name) name TEXT " CHECK (" name " <> '')"
#define COUNT(name) name INT " CHECK (" name " >= 0)"
#define ONE "one bigint PRIMARY KEY CHECK (one = 1)"
#define CHECKSUM "checksum" INT
/* Rows that are written again find room on their own page, so that no index is touched. */
#define CHANGING " WITH (fillfactor = 70)"

#define BOOKING(table)                                                                                                      \
    "CREATE TABLE " table " (id bigint PRIMARY KEY CHECK (id > 0), version" INT " CHECK (version > 0),"                     \
    "status" INT " CHECK (status BETWEEN 0 AND 9), date" INT ", windows" TEXT ","                                           \
    "slot_min" INT                                                                                                          \
    " CHECK (slot_min BETWEEN -1 AND 1439)," FLAG("flexible") "," FLAG("waitlist") "," FLAG("urgent") "," FLAG(             \
        "walk_"                                                                                                             \
        "in") "," SAID("plate") ", plate_given" TEXT ","                                                                    \
                                "plate_colour" INT " CHECK (plate_colour BETWEEN 0 AND 4), trailer" TEXT                    \
                                ", trailer_given" TEXT ","                                                                  \
                                "container_1" TEXT ", container_2" TEXT                                                     \
                                " CHECK (container_2 = '' OR container_1 <> ''),"                                           \
                                "driver_name" TEXT ", driver_phone" TEXT ", declaration_no" TEXT ", warnings" INT           \
                                ", uscc" TEXT ","                                                                           \
                                "company_name" TEXT ", owner" TEXT ", pass_code" TEXT ", \"window\"" TEXT                   \
                                ", slot_start_ms" INT ","                                                                   \
                                "slot_end_ms" INT " CHECK (slot_end_ms >= slot_start_ms), arrive_from_ms" INT               \
                                ", arrive_until_ms" INT ","                                                                 \
                                "place" INT                                                                                 \
                                " CHECK (place BETWEEN -1 AND 9999)," FLAG("delayed") "," FLAG("displaced") "," FLAG(       \
                                    "moved") "," FLAG("late_cancel") ", before_refused" INT                                 \
                                                                     " CHECK (before_refused BETWEEN 0 AND 9), "            \
                                                                     "created_ms" INT ","                                   \
                                                                     "updated_ms" INT ", waiting_since_ms" INT              \
                                                                     ", arrived_ms" INT ", entered_ms" INT                  \
                                                                     ", cleared_ms" INT ","                                 \
                                                                     "departed_ms" INT ", ended_ms" INT "," COUNT(          \
                                                                         "last_event") ", held_ms" INT "," CHECKSUM         \
                                                                                       ", reference" TEXT "," FLAG(         \
                                                                                           "excused") ", "                  \
                                                                                                      "exceptions" INT      \
                                                                                                      " CHECK "             \
                                                                                                      "(exceptions "        \
                                                                                                      "BETWEEN 0 "          \
                                                                                                      "AND 7)," COUNT(      \
                                                                                                          "correction"      \
                                                                                                          "s") ","          \
                                                                                                               "CHECK"      \
                                                                                                               " "          \
                                                                                                               "(("         \
                                                                                                               "place"      \
                                                                                                               " "          \
                                                                                                               ">= "        \
                                                                                                               "0) = "      \
                                                                                                               "(stat"      \
                                                                                                               "us "        \
                                                                                                               "BETWE"      \
                                                                                                               "EN 1 "      \
                                                                                                               "AND "       \
                                                                                                               "5)), "      \
                                                                                                               "CHECK"      \
                                                                                                               " "          \
                                                                                                               "(plac"      \
                                                                                                               "e < "       \
                                                                                                               "0 OR "      \
                                                                                                               "\"win"      \
                                                                                                               "dow\""      \
                                                                                                               " <> "       \
                                                                                                               "'')"        \
                                                                                                               ")" CHANGING \
                                                                                                               ";"

#define CAPACITY(table)                                                                                                \
    "CREATE TABLE " table " (date" INT ", \"window\"" TEXT " CHECK (\"window\" <> ''),"                                \
    "capacity" INT " CHECK (capacity BETWEEN 0 AND 10000),"                                                            \
    "slot_capacity" INT                                                                                                \
    " CHECK (slot_capacity BETWEEN -1 AND 10000)," FLAG("closed") ", reason" TEXT "," CHECKSUM                         \
                                                                  ", PRIMARY KEY (date, \"window\"))" CHANGING ";"

#define COUNTED(name) name "_rows" INT "," name "_sum" INT

/* One string each: a compiler need not take longer ones. */
static const char live[] = BOOKING("booking");
static const char past[] = BOOKING("booking_past");
static const char begun[] = BOOKING("journal_booking");
static const char beside[] = CAPACITY("capacity") CAPACITY(
    "journal_capacity") "CREATE UNIQUE INDEX booking_place ON booking (place, slot_start_ms) WHERE place >= 0;"
                        "CREATE INDEX booking_past_date ON booking_past (date);"
                        "CREATE INDEX booking_past_plate ON booking_past (plate);"
                        "CREATE INDEX booking_past_reference ON booking_past (reference, owner) WHERE reference <> '';";

static const char records[] = "CREATE TABLE event (seq bigint PRIMARY KEY CHECK (seq > 0)," COUNT(
    "booking_id") ","
                  "prev" INT " CHECK (prev >= 0 AND prev < seq), owner" TEXT
                  "," HASH("hash") ", body" TEXT ");"
                                   "CREATE TABLE erased_event (seq bigint PRIMARY KEY CHECK (seq > 0)," HASH(
                                       "hash") ");"
                                               "CREATE TABLE idem (\"row\" bigint PRIMARY KEY CHECK (\"row\" > "
                                               "0)," SAID("key") ", owner" TEXT "," HASH("fingerprint") ", at_ms" INT ", status" INT " CHECK (status BETWEEN 100 AND 599)," COUNT(
                                                   "etag") ", body" TEXT ","
                                                           "lang" INT " CHECK (lang BETWEEN -1 AND 1), "
                                                           "location" TEXT "," CHECKSUM ");"
                                                           "CREATE TABLE journal (no bigint "
                                                           "PRIMARY KEY CHECK (no > 0), "
                                                           "body" BYTES " CHECK (length(body) "
                                                           "> 1)," CHECKSUM ");"
                                                           "CREATE TABLE journal_begin (" ONE
                                                           "," COUNT("last_booking_id") "," COUNT(
                                                               "last_seq") ");"
                                                                           "CREATE TABLE "
                                                                           "epoch (no bigint "
                                                                           "PRIMARY KEY CHECK "
                                                                           "(no > 1), "
                                                                           "at_ms" INT ", cause" INT " CHECK (cause "
                                                                           "BETWEEN 1 AND "
                                                                           "2)," COUNT(
                                                                               "last_"
                                                                               "seq") "," COUNT("last_booking_"
                                                                                                "id") "," COUNT("lost_"
                                                                                                                "seq") "," COUNT("lost_booking_"
                                                                                                                                 "id") ","
                                                                                                                                       "first_"
                                                                                                                                       "seq" INT
                                                                                                                                       " CHECK "
                                                                                                                                       "(first_"
                                                                                                                                       "seq > "
                                                                                                                                       "last_"
                                                                                                                                       "seq),"
                                                                                                                                       "first_"
                                                                                                                                       "booking_"
                                                                                                                                       "id" INT
                                                                                                                                       " CHECK "
                                                                                                                                       "(first_"
                                                                                                                                       "booking_"
                                                                                                                                       "id > "
                                                                                                                                       "last_"
                                                                                                                                       "booking_"
                                                                                                                                       "id)"
                                                                                                                                       "," CHECKSUM
                                                                                                                                       ");"
                                                                                                                                       "CREATE "
                                                                                                                                       "TABLE "
                                                                                                                                       "past_"
                                                                                                                                       "gram "
                                                                                                                                       "(key "
                                                                                                                                       "bigint "
                                                                                                                                       "PRIMARY "
                                                                                                                                       "KEY "
                                                                                                                                       "CHECK "
                                                                                                                                       "(key >= "
                                                                                                                                       "0), "
                                                                                                                                       "id"
                                                                                                                                       "s" BYTES
                                                                                                                                       " CHECK "
                                                                                                                                       "(length("
                                                                                                                                       "ids) > "
                                                                                                                                       "0)"
                                                                                                                                       "," CHECKSUM
                                                                                                                                       ")" CHANGING
                                                                                                                                       ";"
                                                                                                                                       "CREATE "
                                                                                                                                       "TABLE "
                                                                                                                                       "turned_"
                                                                                                                                       "away "
                                                                                                                                       "(dat"
                                                                                                                                       "e" INT
                                                                                                                                       "," SAID(
                                                                                                                                           "truc"
                                                                                                                                           "k") "," CHECKSUM
                                                                                                                                                ", PRIMARY KEY (date, truck));";

static const char
    access[] =
        "CREATE TABLE token (name text COLLATE \"C\" PRIMARY KEY CHECK (name <> ''), role" INT
        " CHECK (role BETWEEN 1 AND 5)," HASH("hash") ", created_ms" INT ", expires_ms" INT "," FLAG(
            "unconfirmed") "," CHECKSUM ", used_ms" INT ")" CHANGING ";"
                           "CREATE TABLE \"user\" (name text COLLATE \"C\" PRIMARY KEY CHECK (name <> ''), role" INT
                           " CHECK (role > 0),"
                           "lang" INT " CHECK (lang >= -1)," FLAG("disabled") "," FLAG("unconfirmed") ", created_ms" INT ", used_ms" INT "," SAID(
                               "password") ", pin" TEXT "," CHECKSUM ")" CHANGING ";"
                                           "CREATE TABLE session (hash bytea PRIMARY KEY CHECK (length(hash) = "
                                           "32)," FLAG("kind") "," SAID(
                                               "name") ","
                                                       "role" INT " CHECK (role > 0), created_ms" INT ", expires_ms" INT
                                                       ", used_ms" INT "," CHECKSUM ")" CHANGING ";"
                                                       "CREATE TABLE webhook (name text COLLATE \"C\" PRIMARY KEY "
                                                       "CHECK (name <> ''), id" INT " UNIQUE CHECK (id > 0)," SAID(
                                                           "url") ", owner" TEXT ", types" TEXT
                                                                  "," SAID(
                                                                      "secret") ", old_secret" TEXT ", old_until_ms" INT
                                                                                ","
                                                                                "\"off\"" INT " CHECK (\"off\" BETWEEN "
                                                                                "0 AND 4), created_ms" INT
                                                                                "," COUNT("cursor") ", delivered_ms" INT ", attempt_ms" INT "," COUNT(
                                                                                    "result") ", status" INT
                                                                                              " CHECK (status BETWEEN "
                                                                                              "0 AND 999), "
                                                                                              "failing_ms" INT
                                                                                              "," COUNT(
                                                                                                  "failures") ", "
                                                                                                              "lost_"
                                                                                                              "ms" INT
                                                                                                              "," CHECKSUM
                                                                                                              ")" CHANGING
                                                                                                              ";"
                                                                                                              "CREATE "
                                                                                                              "TABLE "
                                                                                                              "webhook_"
                                                                                                              "retry "
                                                                                                              "(webhoo"
                                                                                                              "k" INT
                                                                                                              " CHECK "
                                                                                                              "(webhook"
                                                                                                              " > 0), "
                                                                                                              "seq" INT
                                                                                                              " CHECK "
                                                                                                              "(seq > "
                                                                                                              "0)"
                                                                                                              "," COUNT("booking_id") "," COUNT(
                                                                                                                  "atte"
                                                                                                                  "mpt"
                                                                                                                  "s") ", first_ms" INT
                                                                                                                       ", next_ms" INT
                                                                                                                       "," CHECKSUM
                                                                                                                       ", PRIMARY KEY (webhook, seq))" CHANGING
                                                                                                                       ";";

/* Single rows that are written with every batch keep to their page by its free room. */
static const char marks[] = "CREATE TABLE meta (" ONE "," COUNT("last_booking_id") "," COUNT("last_seq") "," COUNT(
    "last_idem_row") ", now_ms" INT ","
                     "erased_before" INT ", store_id" INT ", epoch" INT ", batch" INT ", chain" INT ", schema_sum" INT
                     ", pending" INT "," CHECKSUM
                     "," COUNTED("booking") "," COUNTED("past") "," COUNTED("capacity") "," COUNTED("token") "," COUNTED("idem") "," COUNTED("journal") "," COUNTED("epoch") "," COUNTED("gram") "," COUNTED("turned_away") "," COUNTED(
                         "user") "," COUNTED("session") "," COUNTED("webhook") "," COUNTED("webhook_retry") ") WITH "
                                                                                                            "(fillfacto"
                                                                                                            "r = 10);"
                                                                                                            "CREATE "
                                                                                                            "TABLE "
                                                                                                            "erasure "
                                                                                                            "(" ONE
                                                                                                            "," COUNT("event_seq") "," COUNT(
                                                                                                                "journa"
                                                                                                                "l_no") ");"
                                                                                                                        "CREATE TABLE site (" ONE
                                                                                                                        ", zone" TEXT
                                                                                                                        ", backup_ms" INT
                                                                                                                        "," COUNT(
                                                                                                                            "backup_bytes") ", backup_path" TEXT
                                                                                                                                            ");"
                                                                                                                                            "INSERT INTO journal_begin VALUES (1, 0, 0);"
                                                                                                                                            "INSERT INTO erasure VALUES (1, 0, 0);"
                                                                                                                                            "INSERT INTO site VALUES (1, '', 0, 0, '');";

/* Who has the store, until when by this server's clock, and how often that was renewed: what a server with another clock can be asked. The row
 * is locked until the batch is committed, so who takes over waits for one that is under way, and one that comes later finds him. */
static const char ownership[] = "CREATE TABLE owner (" ONE "," COUNT("epoch") ", name" TEXT ", until_us" INT "," COUNT(
    "beat") ") WITH (fillfactor = 10);"
            "INSERT INTO owner VALUES (1, 0, '', 0, 0);"
            "CREATE FUNCTION gs_now_us() RETURNS bigint LANGUAGE sql VOLATILE AS"
            " 'SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint';"
            "CREATE FUNCTION gs_fence(held bigint) RETURNS void LANGUAGE plpgsql AS $$ BEGIN"
            " UPDATE gateslot.owner SET until_us = gateslot.gs_now_us() + 3000000, beat = beat + 1 WHERE epoch = held;"
            " IF NOT FOUND THEN RAISE EXCEPTION 'the store has another owner by now' USING ERRCODE = '" GS_PG_FENCED
            "'; END IF;"
            " END $$;"
            /* The new epoch; no row: another has it still. A lease longer than any that is given was written by a server with another
             * clock: it is cut to what is given, and whoever has it renews it in time. */
            "CREATE FUNCTION gs_take_over(who text) RETURNS SETOF bigint LANGUAGE sql VOLATILE AS"
            " 'UPDATE gateslot.owner SET until_us = gateslot.gs_now_us() + 3000000"
            " WHERE until_us > gateslot.gs_now_us() + 10000000;"
            "UPDATE gateslot.owner SET epoch = epoch + 1, name = who, until_us = gateslot.gs_now_us() + 10000000,"
            " beat = beat + 1 WHERE until_us < gateslot.gs_now_us() RETURNING epoch';"
            /* At a clean end it is given back. */
            "CREATE FUNCTION gs_give_back(held bigint) RETURNS void LANGUAGE sql VOLATILE AS"
            " 'UPDATE gateslot.owner SET until_us = 0 WHERE epoch = held';";

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
    static const char begin[] =
        "CREATE SCHEMA gateslot;"
        "CREATE TABLE store (" ONE "," FLAG(
            "drill") ", version" INT
                     " CHECK (version > 0), incoming bigint NOT NULL DEFAULT 0, moved_to text NOT NULL DEFAULT '');";
    static const char *const scripts[] = {begin, live, past, begun, beside, records, access, marks, ownership};
    int err = GS_OK;
    for (size_t i = 0; i < sizeof scripts / sizeof scripts[0] && err == GS_OK; i++) {
        err = gs_pg_script(link, scripts[i]);
    }
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
