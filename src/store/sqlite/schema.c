/* Says what the file looks like. The tables are STRICT and carry what must always hold as CHECKs, and a slot's places are a
 * UNIQUE index: so a mistake of ours becomes a refused transaction and not a row. What a step has once written is never
 * edited: a change of the tables is a further step. */
#include "schema.h"
#include "search_index.h"
#include "sql.h"
#include "verify.h"
#include <stdlib.h>
#include <string.h>

/* Both booking and booking_past. slot_min, place and slot_capacity: -1 = none. */
#define BOOKING_COLUMNS_1                                                                                              \
    "id INTEGER PRIMARY KEY CHECK (id > 0),"                                                                           \
    "version INTEGER NOT NULL CHECK (version > 0),"                                                                    \
    "status INTEGER NOT NULL CHECK (status BETWEEN 0 AND 9),"                                                          \
    "date INTEGER NOT NULL,"                                                                                           \
    "windows TEXT NOT NULL,"                                                                                           \
    "slot_min INTEGER NOT NULL CHECK (slot_min BETWEEN -1 AND 1439),"                                                  \
    "flexible INTEGER NOT NULL CHECK (flexible IN (0, 1)),"                                                            \
    "waitlist INTEGER NOT NULL CHECK (waitlist IN (0, 1)),"                                                            \
    "urgent INTEGER NOT NULL CHECK (urgent IN (0, 1)),"                                                                \
    "walk_in INTEGER NOT NULL CHECK (walk_in IN (0, 1)),"                                                              \
    "plate TEXT NOT NULL CHECK (plate <> ''),"                                                                         \
    "plate_given TEXT NOT NULL,"                                                                                       \
    "plate_colour INTEGER NOT NULL CHECK (plate_colour BETWEEN 0 AND 4),"                                              \
    "trailer TEXT NOT NULL,"                                                                                           \
    "trailer_given TEXT NOT NULL,"                                                                                     \
    "container_1 TEXT NOT NULL,"                                                                                       \
    "container_2 TEXT NOT NULL CHECK (container_2 = '' OR container_1 <> ''),"                                         \
    "driver_name TEXT NOT NULL,"                                                                                       \
    "driver_phone TEXT NOT NULL,"                                                                                      \
    "declaration_no TEXT NOT NULL,"                                                                                    \
    "warnings INTEGER NOT NULL,"                                                                                       \
    "uscc TEXT NOT NULL,"                                                                                              \
    "company_name TEXT NOT NULL,"                                                                                      \
    "owner TEXT NOT NULL,"                                                                                             \
    "pass_code TEXT NOT NULL,"                                                                                         \
    "\"window\" TEXT NOT NULL,"                                                                                        \
    "slot_start_ms INTEGER NOT NULL,"                                                                                  \
    "slot_end_ms INTEGER NOT NULL CHECK (slot_end_ms >= slot_start_ms),"                                               \
    "arrive_from_ms INTEGER NOT NULL,"                                                                                 \
    "arrive_until_ms INTEGER NOT NULL,"                                                                                \
    "place INTEGER NOT NULL CHECK (place BETWEEN -1 AND 9999),"                                                        \
    "delayed INTEGER NOT NULL CHECK (delayed IN (0, 1)),"                                                              \
    "displaced INTEGER NOT NULL CHECK (displaced IN (0, 1)),"                                                          \
    "moved INTEGER NOT NULL CHECK (moved IN (0, 1)),"                                                                  \
    "late_cancel INTEGER NOT NULL CHECK (late_cancel IN (0, 1)),"                                                      \
    "before_refused INTEGER NOT NULL CHECK (before_refused BETWEEN 0 AND 9),"                                          \
    "created_ms INTEGER NOT NULL,"                                                                                     \
    "updated_ms INTEGER NOT NULL,"                                                                                     \
    "waiting_since_ms INTEGER NOT NULL,"                                                                               \
    "arrived_ms INTEGER NOT NULL,"                                                                                     \
    "entered_ms INTEGER NOT NULL,"                                                                                     \
    "cleared_ms INTEGER NOT NULL,"                                                                                     \
    "departed_ms INTEGER NOT NULL,"                                                                                    \
    "ended_ms INTEGER NOT NULL,"                                                                                       \
    "last_event INTEGER NOT NULL CHECK (last_event >= 0),"                                                             \
    "CHECK ((place >= 0) = (status BETWEEN 1 AND 5)),"                                                                 \
    "CHECK (place < 0 OR \"window\" <> '')"

/* The one index of the commit path. place stands first because balanced bookings fill all slots to the same height: new
 * entries then go to the index's right edge, whichever slot they are for. slot_start_ms names the slot: windows never overlap. */
static const char *const step_1[] = {
    "CREATE TABLE booking (" BOOKING_COLUMNS_1 ") STRICT",
    "CREATE UNIQUE INDEX booking_place ON booking (place, slot_start_ms) WHERE place >= 0",
    "CREATE TABLE booking_past (" BOOKING_COLUMNS_1 ") STRICT",
    "CREATE INDEX booking_past_date ON booking_past (date)",
    "CREATE INDEX booking_past_plate ON booking_past (plate)",
    "CREATE TABLE event ("
    "seq INTEGER PRIMARY KEY CHECK (seq > 0),"
    "booking_id INTEGER NOT NULL CHECK (booking_id >= 0),"
    "prev INTEGER NOT NULL CHECK (prev >= 0 AND prev < seq),"
    "owner TEXT NOT NULL,"
    "hash BLOB NOT NULL CHECK (length(hash) = 32),"
    "body TEXT NOT NULL) STRICT",
    "CREATE TABLE capacity ("
    "date INTEGER NOT NULL,"
    "\"window\" TEXT NOT NULL CHECK (\"window\" <> ''),"
    "capacity INTEGER NOT NULL CHECK (capacity BETWEEN 0 AND 10000),"
    "slot_capacity INTEGER NOT NULL CHECK (slot_capacity BETWEEN -1 AND 10000),"
    "closed INTEGER NOT NULL CHECK (closed IN (0, 1)),"
    "reason TEXT NOT NULL,"
    "PRIMARY KEY (date, \"window\")) STRICT, WITHOUT ROWID",
    "CREATE TABLE idem ("
    "row INTEGER PRIMARY KEY CHECK (row > 0),"
    "key TEXT NOT NULL CHECK (key <> ''),"
    "owner TEXT NOT NULL,"
    "fingerprint BLOB NOT NULL CHECK (length(fingerprint) = 32),"
    "at_ms INTEGER NOT NULL,"
    "status INTEGER NOT NULL CHECK (status BETWEEN 100 AND 599),"
    "etag INTEGER NOT NULL CHECK (etag >= 0),"
    "body TEXT NOT NULL) STRICT",
    "CREATE TABLE token ("
    "name TEXT NOT NULL PRIMARY KEY CHECK (name <> ''),"
    "role INTEGER NOT NULL CHECK (role BETWEEN 1 AND 5),"
    "hash BLOB NOT NULL CHECK (length(hash) = 32),"
    "created_ms INTEGER NOT NULL,"
    "expires_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID",
    /* One row: counters that no row of the tables keeps for certain. last_seq is there to notice a lost last event. */
    "CREATE TABLE meta ("
    "one INTEGER PRIMARY KEY CHECK (one = 1),"
    "last_booking_id INTEGER NOT NULL CHECK (last_booking_id >= 0),"
    "last_seq INTEGER NOT NULL CHECK (last_seq >= 0),"
    "last_idem_row INTEGER NOT NULL CHECK (last_idem_row >= 0),"
    "now_ms INTEGER NOT NULL,"
    "erased_before INTEGER NOT NULL) STRICT",
    "INSERT INTO meta VALUES (1, 0, 0, 0, 0, 0)",
    "PRAGMA user_version = 1",
    NULL,
};

/* When a truck was first held for lack of a bay; 0 = never, or before this was written down. */
static const char *const step_2[] = {
    "ALTER TABLE booking ADD COLUMN held_ms INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE booking_past ADD COLUMN held_ms INTEGER NOT NULL DEFAULT 0",
    "PRAGMA user_version = 2",
    NULL,
};

#define BOOKING_NAMES_3                                                                                                \
    "id, version, status, date, windows, slot_min, flexible, waitlist, urgent, walk_in, plate, plate_given, "          \
    "plate_colour, trailer, trailer_given, container_1, container_2, driver_name, driver_phone, declaration_no, "      \
    "warnings, uscc, company_name, owner, pass_code, \"window\", slot_start_ms, slot_end_ms, arrive_from_ms, "         \
    "arrive_until_ms, place, delayed, displaced, moved, late_cancel, before_refused, created_ms, updated_ms, "         \
    "waiting_since_ms, arrived_ms, entered_ms, cleared_ms, departed_ms, ended_ms, last_event, held_ms"

/* The journal, and what stood when it began: in a store made before there was one, all that the book was loaded from. Drivers are
 * not part of that. */
static const char *const step_3[] = {
    "CREATE TABLE journal ("
    "no INTEGER PRIMARY KEY CHECK (no > 0),"
    "body BLOB NOT NULL CHECK (length(body) > 1)) STRICT",
    "CREATE TABLE journal_booking (" BOOKING_COLUMNS_1 ") STRICT",
    "ALTER TABLE journal_booking ADD COLUMN held_ms INTEGER NOT NULL DEFAULT 0",
    "INSERT INTO journal_booking (" BOOKING_NAMES_3 ") SELECT " BOOKING_NAMES_3 " FROM booking",
    "UPDATE journal_booking SET driver_name = '', driver_phone = ''",
    "CREATE TABLE journal_capacity ("
    "date INTEGER NOT NULL,"
    "\"window\" TEXT NOT NULL CHECK (\"window\" <> ''),"
    "capacity INTEGER NOT NULL CHECK (capacity BETWEEN 0 AND 10000),"
    "slot_capacity INTEGER NOT NULL CHECK (slot_capacity BETWEEN -1 AND 10000),"
    "closed INTEGER NOT NULL CHECK (closed IN (0, 1)),"
    "reason TEXT NOT NULL,"
    "PRIMARY KEY (date, \"window\")) STRICT, WITHOUT ROWID",
    "INSERT INTO journal_capacity SELECT * FROM capacity",
    "CREATE TABLE journal_begin ("
    "one INTEGER PRIMARY KEY CHECK (one = 1),"
    "last_booking_id INTEGER NOT NULL CHECK (last_booking_id >= 0),"
    "last_seq INTEGER NOT NULL CHECK (last_seq >= 0)) STRICT",
    "INSERT INTO journal_begin SELECT 1, last_booking_id, last_seq FROM meta",
    "PRAGMA user_version = 3",
    NULL,
};

/* What a retry is told of an answer's language and of where the new booking is. The answers that are there already were given that by
 * their text: a problem is Chinese unless its title begins in ASCII, and a new booking's text begins with its id. */
static const char *const step_4[] = {
    "ALTER TABLE idem ADD COLUMN lang INTEGER NOT NULL DEFAULT -1 CHECK (lang BETWEEN -1 AND 1)",
    "ALTER TABLE idem ADD COLUMN location TEXT NOT NULL DEFAULT ''",
    "UPDATE idem SET lang = instr(body, '\"title\":\"') > 0 AND"
    " unicode(substr(body, instr(body, '\"title\":\"') + 9, 1)) < 128 WHERE status >= 400",
    "UPDATE idem SET location = '/v1/bookings/' || substr(body, 8, instr(substr(body, 8), '\"') - 1)"
    " WHERE status IN (201, 202) AND body GLOB '{\"id\":\"bk_[1-9]*\",*'",
    "PRAGMA user_version = 4",
    NULL,
};

/* In the order of the list of fields as it was then. */
#define BOOKING_NAMES_5                                                                                                \
    "id, version, status, date, windows, slot_min, flexible, waitlist, urgent, walk_in, delayed, displaced, moved, "   \
    "late_cancel, plate, plate_given, plate_colour, trailer, trailer_given, container_1, container_2, driver_name, "   \
    "driver_phone, declaration_no, warnings, uscc, company_name, owner, pass_code, \"window\", slot_start_ms, "        \
    "slot_end_ms, arrive_from_ms, arrive_until_ms, place, before_refused, created_ms, updated_ms, waiting_since_ms, "  \
    "arrived_ms, entered_ms, cleared_ms, departed_ms, held_ms, ended_ms, last_event"
#define SUMMED_5(table, sum)                                                                                           \
    "ALTER TABLE " table " ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0",                                            \
        "UPDATE " table " SET checksum = gs_sum(" sum ")"
#define COUNTED_5(name, table)                                                                                         \
    "ALTER TABLE meta ADD COLUMN " name "_rows INTEGER NOT NULL DEFAULT 0",                                            \
        "ALTER TABLE meta ADD COLUMN " name "_sum INTEGER NOT NULL DEFAULT 0",                                         \
        "UPDATE meta SET " name "_rows = (SELECT count(*) FROM " table "), " name                                      \
        "_sum = (SELECT gs_total(checksum) FROM " table ")"

/* Every row says what it is a sum of, and the one row of meta how many there are and what their sums come to, so that what is damaged,
 * lost or changed by another program is found. The store has a name, its epochs and the number of its batches; a token may be in want of
 * being confirmed. A step that changes a table's columns sums its rows anew. */
static const char *const step_5[] = {
    "ALTER TABLE token ADD COLUMN unconfirmed INTEGER NOT NULL DEFAULT 0 CHECK (unconfirmed IN (0, 1))",
    "CREATE TABLE epoch ("
    "no INTEGER PRIMARY KEY CHECK (no > 1),"
    "at_ms INTEGER NOT NULL,"
    "cause INTEGER NOT NULL CHECK (cause BETWEEN 1 AND 2),"
    "last_seq INTEGER NOT NULL CHECK (last_seq >= 0),"
    "last_booking_id INTEGER NOT NULL CHECK (last_booking_id >= 0),"
    "lost_seq INTEGER NOT NULL CHECK (lost_seq >= 0),"
    "lost_booking_id INTEGER NOT NULL CHECK (lost_booking_id >= 0),"
    "first_seq INTEGER NOT NULL CHECK (first_seq > last_seq),"
    "first_booking_id INTEGER NOT NULL CHECK (first_booking_id > last_booking_id),"
    "checksum INTEGER NOT NULL) STRICT",
    SUMMED_5("booking", "1, " BOOKING_NAMES_5),
    SUMMED_5("booking_past", "1, " BOOKING_NAMES_5),
    SUMMED_5("capacity", "2, date, \"window\", capacity, slot_capacity, closed, reason"),
    SUMMED_5("token", "3, name, role, hash, created_ms, expires_ms, unconfirmed"),
    SUMMED_5("idem", "4, row, body, key, owner, fingerprint, at_ms, status, etag, lang, location"),
    SUMMED_5("journal", "5, no, body"),
    SUMMED_5("journal_booking", "1, " BOOKING_NAMES_5),
    SUMMED_5("journal_capacity", "2, date, \"window\", capacity, slot_capacity, closed, reason"),
    "ALTER TABLE meta ADD COLUMN store_id INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE meta ADD COLUMN epoch INTEGER NOT NULL DEFAULT 1",
    "ALTER TABLE meta ADD COLUMN batch INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE meta ADD COLUMN chain INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE meta ADD COLUMN schema_sum INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE meta ADD COLUMN pending INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE meta ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0",
    COUNTED_5("booking", "booking"),
    COUNTED_5("past", "booking_past"),
    COUNTED_5("capacity", "capacity"),
    COUNTED_5("token", "token"),
    COUNTED_5("idem", "idem"),
    COUNTED_5("journal", "journal"),
    COUNTED_5("epoch", "epoch"),
    "UPDATE meta SET store_id = random() | 1",
    "PRAGMA user_version = 5",
    NULL,
};

/* The zone that the store was run with last. How far reasons have been erased from events and from the journal; and of each event that lost one the hash over what it says now,
 * behind its own: the chain goes on from that. */
static const char *const step_6[] = {
    "CREATE TABLE erasure ("
    "one INTEGER PRIMARY KEY CHECK (one = 1),"
    "event_seq INTEGER NOT NULL CHECK (event_seq >= 0),"
    "journal_no INTEGER NOT NULL CHECK (journal_no >= 0)) STRICT",
    "INSERT INTO erasure VALUES (1, 0, 0)",
    "CREATE TABLE erased_event ("
    "seq INTEGER PRIMARY KEY CHECK (seq > 0),"
    "hash BLOB NOT NULL CHECK (length(hash) = 32)) STRICT",
    "CREATE TABLE site ("
    "one INTEGER PRIMARY KEY CHECK (one = 1),"
    "zone TEXT NOT NULL) STRICT",
    "INSERT INTO site VALUES (1, '')",
    "PRAGMA user_version = 6",
    NULL,
};

#define BOOKING_NAMES_7 BOOKING_NAMES_5 ", reference, excused, exceptions, corrections"
#define ADDED_7(table)                                                                                                 \
    "ALTER TABLE " table " ADD COLUMN reference TEXT NOT NULL DEFAULT ''",                                             \
        "ALTER TABLE " table " ADD COLUMN excused INTEGER NOT NULL DEFAULT 0 CHECK (excused IN (0, 1))",               \
        "ALTER TABLE " table " ADD COLUMN exceptions INTEGER NOT NULL DEFAULT 0 CHECK (exceptions BETWEEN 0 AND 7)",   \
        "ALTER TABLE " table " ADD COLUMN corrections INTEGER NOT NULL DEFAULT 0 CHECK (corrections >= 0)"
/* A row whose sum was wrong keeps it, and is found by it. */
#define SUMMED_7(table)                                                                                                \
    "UPDATE " table " SET checksum = gs_sum(1, " BOOKING_NAMES_7 ") WHERE checksum IS gs_sum(1, " BOOKING_NAMES_5 ")"
/* The total goes on from what it was, the sums before taken off (~x + 1 is -x) and those after put on: a row that was lost stays missed. */
#define RECOUNTED(name, table, summed)                                                                                 \
    "UPDATE meta SET " name "_sum = (SELECT gs_total(v) FROM (SELECT " name                                            \
    "_sum AS v FROM meta UNION ALL SELECT ~checksum FROM " table " UNION ALL SELECT count(*) FROM " table "))",        \
        summed,                                                                                                        \
        "UPDATE meta SET " name "_sum = (SELECT gs_total(v) FROM (SELECT " name                                        \
        "_sum AS v FROM meta UNION ALL SELECT checksum FROM " table "))"

/* The client's own number of a booking, whether its strike was excused, which rules a supervisor set aside for it, and how many of its
 * steps were corrected. When and where the last backup was made. Which past bookings have which three neighbouring characters: see search_index.c, which fills that once all
 * steps are taken. Which trucks were turned away at the gate on which date. */
static const char *const step_7[] = {
    ADDED_7("booking"),
    ADDED_7("booking_past"),
    ADDED_7("journal_booking"),
    RECOUNTED("booking", "booking", SUMMED_7("booking")),
    RECOUNTED("past", "booking_past", SUMMED_7("booking_past")),
    SUMMED_7("journal_booking"),
    "ALTER TABLE site ADD COLUMN backup_ms INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE site ADD COLUMN backup_bytes INTEGER NOT NULL DEFAULT 0 CHECK (backup_bytes >= 0)",
    "ALTER TABLE site ADD COLUMN backup_path TEXT NOT NULL DEFAULT ''",
    "CREATE INDEX booking_past_reference ON booking_past (reference) WHERE reference <> ''",
    "CREATE TABLE past_gram ("
    "key INTEGER PRIMARY KEY CHECK (key >= 0),"
    "ids BLOB NOT NULL CHECK (length(ids) > 0),"
    "checksum INTEGER NOT NULL) STRICT",
    "ALTER TABLE meta ADD COLUMN gram_rows INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE meta ADD COLUMN gram_sum INTEGER NOT NULL DEFAULT 0",
    "CREATE TABLE turned_away ("
    "date INTEGER NOT NULL,"
    "truck TEXT NOT NULL CHECK (truck <> ''),"
    "checksum INTEGER NOT NULL,"
    "PRIMARY KEY (date, truck)) STRICT, WITHOUT ROWID",
    "ALTER TABLE meta ADD COLUMN turned_away_rows INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE meta ADD COLUMN turned_away_sum INTEGER NOT NULL DEFAULT 0",
    "PRAGMA user_version = 7",
    NULL,
};

#define TOKEN_NAMES_5 "name, role, hash, created_ms, expires_ms, unconfirmed"
#define TOKEN_NAMES_8 TOKEN_NAMES_5 ", used_ms"

/* People, and what their cookies and those of paired devices open. When a token was used last: rows whose sum was wrong, or that were lost,
 * stay so, as in step 7. */
static const char *const step_8[] = {
    "CREATE TABLE user ("
    "name TEXT PRIMARY KEY CHECK (name <> ''),"
    "role INTEGER NOT NULL CHECK (role > 0),"
    "lang INTEGER NOT NULL CHECK (lang >= -1),"
    "disabled INTEGER NOT NULL CHECK (disabled IN (0, 1)),"
    "unconfirmed INTEGER NOT NULL CHECK (unconfirmed IN (0, 1)),"
    "created_ms INTEGER NOT NULL,"
    "used_ms INTEGER NOT NULL,"
    "password TEXT NOT NULL CHECK (password <> ''),"
    "pin TEXT NOT NULL,"
    "checksum INTEGER NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE session ("
    "hash BLOB PRIMARY KEY CHECK (length(hash) = 32),"
    "kind INTEGER NOT NULL CHECK (kind IN (0, 1)),"
    "name TEXT NOT NULL CHECK (name <> ''),"
    "role INTEGER NOT NULL CHECK (role > 0),"
    "created_ms INTEGER NOT NULL,"
    "expires_ms INTEGER NOT NULL,"
    "used_ms INTEGER NOT NULL,"
    "checksum INTEGER NOT NULL) STRICT, WITHOUT ROWID",
    "ALTER TABLE meta ADD COLUMN user_rows INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE meta ADD COLUMN user_sum INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE meta ADD COLUMN session_rows INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE meta ADD COLUMN session_sum INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE token ADD COLUMN used_ms INTEGER NOT NULL DEFAULT 0",
    RECOUNTED("token", "token",
              "UPDATE token SET checksum = gs_sum(3, " TOKEN_NAMES_8 ") WHERE checksum IS gs_sum(3, " TOKEN_NAMES_5
              ")"),
    "DROP INDEX booking_past_reference",
    "CREATE INDEX booking_past_reference ON booking_past (reference, owner) WHERE reference <> ''",
    "PRAGMA user_version = 8",
    NULL,
};

/* Where events are sent to, and those that could not be delivered yet. */
static const char *const step_9[] = {
    "CREATE TABLE webhook ("
    "name TEXT PRIMARY KEY CHECK (name <> ''),"
    "id INTEGER NOT NULL UNIQUE CHECK (id > 0),"
    "url TEXT NOT NULL CHECK (url <> ''),"
    "owner TEXT NOT NULL,"
    "types TEXT NOT NULL,"
    "secret TEXT NOT NULL CHECK (secret <> ''),"
    "old_secret TEXT NOT NULL,"
    "old_until_ms INTEGER NOT NULL,"
    "off INTEGER NOT NULL CHECK (off BETWEEN 0 AND 4),"
    "created_ms INTEGER NOT NULL,"
    "cursor INTEGER NOT NULL CHECK (cursor >= 0),"
    "delivered_ms INTEGER NOT NULL,"
    "attempt_ms INTEGER NOT NULL,"
    "result INTEGER NOT NULL CHECK (result >= 0),"
    "status INTEGER NOT NULL CHECK (status BETWEEN 0 AND 999),"
    "failing_ms INTEGER NOT NULL,"
    "failures INTEGER NOT NULL CHECK (failures >= 0),"
    "lost_ms INTEGER NOT NULL,"
    "checksum INTEGER NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE webhook_retry ("
    "webhook INTEGER NOT NULL CHECK (webhook > 0),"
    "seq INTEGER NOT NULL CHECK (seq > 0),"
    "booking_id INTEGER NOT NULL CHECK (booking_id >= 0),"
    "attempts INTEGER NOT NULL CHECK (attempts >= 0),"
    "first_ms INTEGER NOT NULL,"
    "next_ms INTEGER NOT NULL,"
    "checksum INTEGER NOT NULL,"
    "PRIMARY KEY (webhook, seq)) STRICT, WITHOUT ROWID",
    "ALTER TABLE meta ADD COLUMN webhook_rows INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE meta ADD COLUMN webhook_sum INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE meta ADD COLUMN webhook_retry_rows INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE meta ADD COLUMN webhook_retry_sum INTEGER NOT NULL DEFAULT 0",
    "PRAGMA user_version = 9",
    NULL,
};

/* steps[n] leads from version n to n + 1 and ends by saying so. */
static const char *const *const steps[] = {step_1, step_2, step_3, step_4, step_5, step_6, step_7, step_8, step_9};

int gs_schema_version(void)
{
    return (int)(sizeof steps / sizeof steps[0]);
}

static int run_step(struct gs_store *store, const char *const *statements)
{
    int err = GS_OK;
    for (; *statements != NULL && err == GS_OK; statements++) {
        err = gs_sql_script(store, *statements);
    }
    return err;
}

/* By the program's own reading of the rows, so behind the last step and not within one. */
static int fill_index(struct gs_store *store)
{
    static const char sql[] = "UPDATE meta SET gram_rows = ?, gram_sum = ?";
    struct gs_total total = {0};
    struct gs_statement *stmt = NULL;
    int err = gs_search_rebuild(store, &total);
    err = err != GS_OK ? err : gs_sql_prepare(store, sql, 0, &stmt);
    if (err == GS_OK) {
        (void)gs_db_bind_int(stmt, 1, total.rows);
        (void)gs_db_bind_int(stmt, 2, (int64_t)total.sum);
        err = gs_sql_run(store, stmt);
        gs_db_finalize(stmt);
    }
    return err;
}

/* From version on, to before: one transaction. What has sums is sealed by it: the definitions are those that are to be found from now on. */
static int take_steps(struct gs_store *store, int64_t version, int64_t before, bool seals)
{
    const bool fills = version < GS_SCHEMA_SEARCHED;
    int err = gs_tx_begin(store);
    if (err != GS_OK) {
        return err;
    }
    for (; version < before && err == GS_OK; version++) {
        err = run_step(store, steps[version]);
    }
    err = err == GS_OK && seals && fills ? fill_index(store) : err;
    err = err == GS_OK && seals ? gs_state_seal(store) : err;
    return err == GS_OK ? gs_tx_commit(store) : gs_tx_abort(store, err);
}

/* The steps from the one that gives rows their sums on are taken together: between them the sums of meta are those of no version, and a
 * power loss there would leave a store that calls itself damaged. */
int gs_schema_migrate(struct gs_store *store)
{
    int64_t version;
    int err = gs_sql_int(store, "PRAGMA user_version", &version);
    for (; err == GS_OK && version < GS_SCHEMA_MARKED - 1; version++) {
        err = take_steps(store, version, version + 1, false);
    }
    return err == GS_OK && version < gs_schema_version() ? take_steps(store, version, gs_schema_version(), true) : err;
}

/* SQLite counts a page that it could not read among the damages, and tells it by its code. */
int gs_schema_verdict(const char *text)
{
    static const char words[] = "error code=";
    const char *code = strstr(text, words);
    if (strcmp(text, "ok") == 0) {
        return GS_OK;
    }
    return code != NULL && gs_file_error((int)strtol(code + strlen(words), NULL, 10)) == GS_E_IO ? GS_E_IO
                                                                                                 : GS_E_CORRUPT;
}

static int check_table(struct gs_store *store, const char *table, const char *sql)
{
    char text[256];
    int err = gs_sql_text(store, sql, text, sizeof text);
    if (err != GS_OK) {
        return err;
    }
    err = gs_schema_verdict(text);
    if (err != GS_OK) {
        gs_store_note(store, "%s: table %s %s: %s", store->path, table,
                      err == GS_E_CORRUPT ? "is damaged" : "cannot be read", text);
    }
    return err;
}

int gs_schema_check(struct gs_store *store)
{
    static const struct {
        const char *table, *sql;
    } checks[] = {
        {"meta", "PRAGMA quick_check(meta)"},
        {"booking", "PRAGMA integrity_check(booking)"},
        {"capacity", "PRAGMA quick_check(capacity)"},
        {"token", "PRAGMA quick_check(token)"},
        {"idem", "PRAGMA quick_check(idem)"},
        {"epoch", "PRAGMA quick_check(epoch)"},
        {"turned_away", "PRAGMA quick_check(turned_away)"},
        {"user", "PRAGMA quick_check(user)"},
        {"session", "PRAGMA quick_check(session)"},
        {"webhook", "PRAGMA quick_check(webhook)"},
        {"webhook_retry", "PRAGMA quick_check(webhook_retry)"},
    };
    int err = GS_OK;
    for (size_t i = 0; i < sizeof checks / sizeof checks[0] && err == GS_OK; i++) {
        err = check_table(store, checks[i].table, checks[i].sql);
    }
    return err;
}
