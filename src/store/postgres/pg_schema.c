/* The tables of a store, one column a line, and the functions by which it has an owner. Like SQLite's they carry what must always hold as CHECKs. Texts
 * are compared byte by byte, as SQLite does, whatever the locale of the database. */
#include "pg_schema.h"
#include "pg_error.h"

/* That it is a store, of which kind and version, and whether it is moved in or was moved away: pg_moved.h. */
static const char store[] = "one bigint PRIMARY KEY CHECK (one = 1),"
                            "drill bigint NOT NULL CHECK (drill IN (0, 1)),"
                            "version bigint NOT NULL CHECK (version > 0),"
                            "incoming bigint NOT NULL DEFAULT 0,"
                            "moved_to text NOT NULL DEFAULT ''";

/* Bookings that may still change; in booking_past those that are over, in journal_booking those that stood when the journal began. */
static const char booking[] =
    /* its name, and what it is */
    "id bigint PRIMARY KEY CHECK (id > 0),"
    "version bigint NOT NULL CHECK (version > 0),"
    "status bigint NOT NULL CHECK (status BETWEEN 0 AND 9),"
    /* what was asked for */
    "date bigint NOT NULL,"
    "windows text COLLATE \"C\" NOT NULL,"
    "slot_min bigint NOT NULL CHECK (slot_min BETWEEN -1 AND 1439),"
    "flexible bigint NOT NULL CHECK (flexible IN (0, 1)),"
    "waitlist bigint NOT NULL CHECK (waitlist IN (0, 1)),"
    "urgent bigint NOT NULL CHECK (urgent IN (0, 1)),"
    "walk_in bigint NOT NULL CHECK (walk_in IN (0, 1)),"
    /* the truck */
    "plate text COLLATE \"C\" NOT NULL CHECK (plate <> ''),"
    "plate_given text COLLATE \"C\" NOT NULL,"
    "plate_colour bigint NOT NULL CHECK (plate_colour BETWEEN 0 AND 4),"
    "trailer text COLLATE \"C\" NOT NULL,"
    "trailer_given text COLLATE \"C\" NOT NULL,"
    "container_1 text COLLATE \"C\" NOT NULL,"
    "container_2 text COLLATE \"C\" NOT NULL CHECK (container_2 = '' OR container_1 <> ''),"
    "driver_name text COLLATE \"C\" NOT NULL,"
    "driver_phone text COLLATE \"C\" NOT NULL,"
    "declaration_no text COLLATE \"C\" NOT NULL,"
    "warnings bigint NOT NULL,"
    /* whose it is */
    "uscc text COLLATE \"C\" NOT NULL,"
    "company_name text COLLATE \"C\" NOT NULL,"
    "owner text COLLATE \"C\" NOT NULL,"
    "pass_code text COLLATE \"C\" NOT NULL,"
    /* what it was given; place -1: it holds none */
    "\"window\" text COLLATE \"C\" NOT NULL,"
    "slot_start_ms bigint NOT NULL,"
    "slot_end_ms bigint NOT NULL CHECK (slot_end_ms >= slot_start_ms),"
    "arrive_from_ms bigint NOT NULL,"
    "arrive_until_ms bigint NOT NULL,"
    "place bigint NOT NULL CHECK (place BETWEEN -1 AND 9999),"
    /* what has become of it */
    "delayed bigint NOT NULL CHECK (delayed IN (0, 1)),"
    "displaced bigint NOT NULL CHECK (displaced IN (0, 1)),"
    "moved bigint NOT NULL CHECK (moved IN (0, 1)),"
    "late_cancel bigint NOT NULL CHECK (late_cancel IN (0, 1)),"
    "before_refused bigint NOT NULL CHECK (before_refused BETWEEN 0 AND 9),"
    /* when */
    "created_ms bigint NOT NULL,"
    "updated_ms bigint NOT NULL,"
    "waiting_since_ms bigint NOT NULL,"
    "arrived_ms bigint NOT NULL,"
    "entered_ms bigint NOT NULL,"
    "cleared_ms bigint NOT NULL,"
    "departed_ms bigint NOT NULL,"
    "ended_ms bigint NOT NULL,"
    /* its history */
    "last_event bigint NOT NULL CHECK (last_event >= 0),"
    "held_ms bigint NOT NULL,"
    "checksum bigint NOT NULL,"
    /* what later versions have added */
    "reference text COLLATE \"C\" NOT NULL,"
    "excused bigint NOT NULL CHECK (excused IN (0, 1)),"
    "exceptions bigint NOT NULL CHECK (exceptions BETWEEN 0 AND 7),"
    "corrections bigint NOT NULL CHECK (corrections >= 0),"
    /* what must always agree */
    "CHECK ((place >= 0) = (status BETWEEN 1 AND 5)),"
    "CHECK (place < 0 OR \"window\" <> '')";

/* What supervisors have set for a window of a date; in journal_capacity as it stood when the journal began. */
static const char capacity[] = "date bigint NOT NULL,"
                               "\"window\" text COLLATE \"C\" NOT NULL CHECK (\"window\" <> ''),"
                               "capacity bigint NOT NULL CHECK (capacity BETWEEN 0 AND 10000),"
                               "slot_capacity bigint NOT NULL CHECK (slot_capacity BETWEEN -1 AND 10000),"
                               "closed bigint NOT NULL CHECK (closed IN (0, 1)),"
                               "reason text COLLATE \"C\" NOT NULL,"
                               "checksum bigint NOT NULL,"
                               "PRIMARY KEY (date, \"window\")";

/* What has happened, each with the hash of all before it. */
static const char event[] = "seq bigint PRIMARY KEY CHECK (seq > 0),"
                            "booking_id bigint NOT NULL CHECK (booking_id >= 0),"
                            "prev bigint NOT NULL CHECK (prev >= 0 AND prev < seq),"
                            "owner text COLLATE \"C\" NOT NULL,"
                            "hash bytea NOT NULL CHECK (length(hash) = 32),"
                            "body text COLLATE \"C\" NOT NULL";

/* Of events from which personal data was erased: what holds the rest of them. */
static const char erased_event[] = "seq bigint PRIMARY KEY CHECK (seq > 0),"
                                   "hash bytea NOT NULL CHECK (length(hash) = 32)";

/* Answers that are given again to whoever asks again under the same key. */
static const char idem[] = "\"row\" bigint PRIMARY KEY CHECK (\"row\" > 0),"
                           "key text COLLATE \"C\" NOT NULL CHECK (key <> ''),"
                           "owner text COLLATE \"C\" NOT NULL,"
                           "fingerprint bytea NOT NULL CHECK (length(fingerprint) = 32),"
                           "at_ms bigint NOT NULL,"
                           "status bigint NOT NULL CHECK (status BETWEEN 100 AND 599),"
                           "etag bigint NOT NULL CHECK (etag >= 0),"
                           "body text COLLATE \"C\" NOT NULL,"
                           "lang bigint NOT NULL CHECK (lang BETWEEN -1 AND 1),"
                           "location text COLLATE \"C\" NOT NULL,"
                           "checksum bigint NOT NULL";

/* What the book was told, batch by batch. */
static const char journal[] = "no bigint PRIMARY KEY CHECK (no > 0),"
                              "body bytea NOT NULL CHECK (length(body) > 1),"
                              "checksum bigint NOT NULL";

/* Where the journal begins. */
static const char journal_begin[] = "one bigint PRIMARY KEY CHECK (one = 1),"
                                    "last_booking_id bigint NOT NULL CHECK (last_booking_id >= 0),"
                                    "last_seq bigint NOT NULL CHECK (last_seq >= 0)";

/* When the store was put back, and where its numbers go on. */
static const char epoch[] = "no bigint PRIMARY KEY CHECK (no > 1),"
                            "at_ms bigint NOT NULL,"
                            "cause bigint NOT NULL CHECK (cause BETWEEN 1 AND 2),"
                            "last_seq bigint NOT NULL CHECK (last_seq >= 0),"
                            "last_booking_id bigint NOT NULL CHECK (last_booking_id >= 0),"
                            "lost_seq bigint NOT NULL CHECK (lost_seq >= 0),"
                            "lost_booking_id bigint NOT NULL CHECK (lost_booking_id >= 0),"
                            "first_seq bigint NOT NULL CHECK (first_seq > last_seq),"
                            "first_booking_id bigint NOT NULL CHECK (first_booking_id > last_booking_id),"
                            "checksum bigint NOT NULL";

/* Which past bookings have three characters in a row somewhere. */
static const char past_gram[] = "key bigint PRIMARY KEY CHECK (key >= 0),"
                                "ids bytea NOT NULL CHECK (length(ids) > 0),"
                                "checksum bigint NOT NULL";

/* Trucks that were turned away at the gate, by date. */
static const char turned_away[] = "date bigint NOT NULL,"
                                  "truck text COLLATE \"C\" NOT NULL CHECK (truck <> ''),"
                                  "checksum bigint NOT NULL,"
                                  "PRIMARY KEY (date, truck)";

/* Programs that may come in. */
static const char token[] = "name text COLLATE \"C\" PRIMARY KEY CHECK (name <> ''),"
                            "role bigint NOT NULL CHECK (role BETWEEN 1 AND 5),"
                            "hash bytea NOT NULL CHECK (length(hash) = 32),"
                            "created_ms bigint NOT NULL,"
                            "expires_ms bigint NOT NULL,"
                            "unconfirmed bigint NOT NULL CHECK (unconfirmed IN (0, 1)),"
                            "checksum bigint NOT NULL,"
                            "used_ms bigint NOT NULL";

/* People who log in. */
static const char user[] = "name text COLLATE \"C\" PRIMARY KEY CHECK (name <> ''),"
                           "role bigint NOT NULL CHECK (role > 0),"
                           "lang bigint NOT NULL CHECK (lang >= -1),"
                           "disabled bigint NOT NULL CHECK (disabled IN (0, 1)),"
                           "unconfirmed bigint NOT NULL CHECK (unconfirmed IN (0, 1)),"
                           "created_ms bigint NOT NULL,"
                           "used_ms bigint NOT NULL,"
                           "password text COLLATE \"C\" NOT NULL CHECK (password <> ''),"
                           "pin text COLLATE \"C\" NOT NULL,"
                           "checksum bigint NOT NULL";

/* What a cookie opens. */
static const char session[] = "hash bytea PRIMARY KEY CHECK (length(hash) = 32),"
                              "kind bigint NOT NULL CHECK (kind IN (0, 1)),"
                              "name text COLLATE \"C\" NOT NULL CHECK (name <> ''),"
                              "role bigint NOT NULL CHECK (role > 0),"
                              "created_ms bigint NOT NULL,"
                              "expires_ms bigint NOT NULL,"
                              "used_ms bigint NOT NULL,"
                              "checksum bigint NOT NULL";

/* Where events are sent to, and how far that has come. */
static const char webhook[] = "name text COLLATE \"C\" PRIMARY KEY CHECK (name <> ''),"
                              "id bigint NOT NULL UNIQUE CHECK (id > 0),"
                              "url text COLLATE \"C\" NOT NULL CHECK (url <> ''),"
                              "owner text COLLATE \"C\" NOT NULL,"
                              "types text COLLATE \"C\" NOT NULL,"
                              "secret text COLLATE \"C\" NOT NULL CHECK (secret <> ''),"
                              "old_secret text COLLATE \"C\" NOT NULL,"
                              "old_until_ms bigint NOT NULL,"
                              "\"off\" bigint NOT NULL CHECK (\"off\" BETWEEN 0 AND 4),"
                              "created_ms bigint NOT NULL,"
                              "cursor bigint NOT NULL CHECK (cursor >= 0),"
                              "delivered_ms bigint NOT NULL,"
                              "attempt_ms bigint NOT NULL,"
                              "result bigint NOT NULL CHECK (result >= 0),"
                              "status bigint NOT NULL CHECK (status BETWEEN 0 AND 999),"
                              "failing_ms bigint NOT NULL,"
                              "failures bigint NOT NULL CHECK (failures >= 0),"
                              "lost_ms bigint NOT NULL,"
                              "checksum bigint NOT NULL";

/* Events that could not be delivered yet. */
static const char webhook_retry[] = "webhook bigint NOT NULL CHECK (webhook > 0),"
                                    "seq bigint NOT NULL CHECK (seq > 0),"
                                    "booking_id bigint NOT NULL CHECK (booking_id >= 0),"
                                    "attempts bigint NOT NULL CHECK (attempts >= 0),"
                                    "first_ms bigint NOT NULL,"
                                    "next_ms bigint NOT NULL,"
                                    "checksum bigint NOT NULL,"
                                    "PRIMARY KEY (webhook, seq)";

/* What the store says of itself: store_state.h. */
static const char meta[] = "one bigint PRIMARY KEY CHECK (one = 1),"
                           /* the latest of everything */
                           "last_booking_id bigint NOT NULL CHECK (last_booking_id >= 0),"
                           "last_seq bigint NOT NULL CHECK (last_seq >= 0),"
                           "last_idem_row bigint NOT NULL CHECK (last_idem_row >= 0),"
                           "now_ms bigint NOT NULL,"
                           "erased_before bigint NOT NULL,"
                           /* which store it is, and how far it has come */
                           "store_id bigint NOT NULL,"
                           "epoch bigint NOT NULL,"
                           "batch bigint NOT NULL,"
                           "chain bigint NOT NULL,"
                           "schema_sum bigint NOT NULL,"
                           "pending bigint NOT NULL,"
                           "checksum bigint NOT NULL,"
                           /* how many rows each table has, and the sum of their checksums */
                           "booking_rows bigint NOT NULL, booking_sum bigint NOT NULL,"
                           "past_rows bigint NOT NULL, past_sum bigint NOT NULL,"
                           "capacity_rows bigint NOT NULL, capacity_sum bigint NOT NULL,"
                           "token_rows bigint NOT NULL, token_sum bigint NOT NULL,"
                           "idem_rows bigint NOT NULL, idem_sum bigint NOT NULL,"
                           "journal_rows bigint NOT NULL, journal_sum bigint NOT NULL,"
                           "epoch_rows bigint NOT NULL, epoch_sum bigint NOT NULL,"
                           "gram_rows bigint NOT NULL, gram_sum bigint NOT NULL,"
                           "turned_away_rows bigint NOT NULL, turned_away_sum bigint NOT NULL,"
                           "user_rows bigint NOT NULL, user_sum bigint NOT NULL,"
                           "session_rows bigint NOT NULL, session_sum bigint NOT NULL,"
                           "webhook_rows bigint NOT NULL, webhook_sum bigint NOT NULL,"
                           "webhook_retry_rows bigint NOT NULL, webhook_retry_sum bigint NOT NULL";

/* How far events and the journal were looked through for personal data. */
static const char erasure[] = "one bigint PRIMARY KEY CHECK (one = 1),"
                              "event_seq bigint NOT NULL CHECK (event_seq >= 0),"
                              "journal_no bigint NOT NULL CHECK (journal_no >= 0)";

/* The site's time zone, and its latest backup. */
static const char site[] = "one bigint PRIMARY KEY CHECK (one = 1),"
                           "zone text COLLATE \"C\" NOT NULL,"
                           "backup_ms bigint NOT NULL,"
                           "backup_bytes bigint NOT NULL CHECK (backup_bytes >= 0),"
                           "backup_path text COLLATE \"C\" NOT NULL";

/* Who has the store, until when by this server's clock, and how often that was renewed: what a server with another clock can be asked. The row
 * is locked until the batch is committed, so who takes over waits for one that is under way, and one that comes later finds him. */
static const char owner[] = "one bigint PRIMARY KEY CHECK (one = 1),"
                            "epoch bigint NOT NULL CHECK (epoch >= 0),"
                            "name text COLLATE \"C\" NOT NULL,"
                            "until_us bigint NOT NULL,"
                            "beat bigint NOT NULL CHECK (beat >= 0)";

/* Rows that are written again find room on their own page, so that no index is touched; single ones that every batch writes keep to theirs. */
#define CHANGING " WITH (fillfactor = 70)"
#define EVERY_BATCH " WITH (fillfactor = 10)"

static const struct {
    const char *name, *columns, *storage;
} tables[] = {
    {"store", store, ""},
    {"booking", booking, CHANGING},
    {"booking_past", booking, CHANGING},
    {"journal_booking", booking, CHANGING},
    {"capacity", capacity, CHANGING},
    {"journal_capacity", capacity, CHANGING},
    {"event", event, ""},
    {"erased_event", erased_event, ""},
    {"idem", idem, ""},
    {"journal", journal, ""},
    {"journal_begin", journal_begin, ""},
    {"epoch", epoch, ""},
    {"past_gram", past_gram, CHANGING},
    {"turned_away", turned_away, ""},
    {"token", token, CHANGING},
    {"\"user\"", user, CHANGING},
    {"session", session, CHANGING},
    {"webhook", webhook, CHANGING},
    {"webhook_retry", webhook_retry, CHANGING},
    {"meta", meta, EVERY_BATCH},
    {"erasure", erasure, ""},
    {"site", site, ""},
    {"owner", owner, EVERY_BATCH},
};

static const char indexes[] =
    "CREATE UNIQUE INDEX booking_place ON booking (place, slot_start_ms) WHERE place >= 0;"
    "CREATE INDEX booking_past_date ON booking_past (date);"
    "CREATE INDEX booking_past_plate ON booking_past (plate);"
    "CREATE INDEX booking_past_reference ON booking_past (reference, owner) WHERE reference <> '';";

/* Tables that have one row have it from the beginning; but for those of store and meta, which say what store it is. */
static const char rows[] = "INSERT INTO journal_begin VALUES (1, 0, 0);"
                           "INSERT INTO erasure VALUES (1, 0, 0);"
                           "INSERT INTO site VALUES (1, '', 0, 0, '');"
                           "INSERT INTO owner VALUES (1, 0, '', 0, 0);";

static const char functions[] =
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

static int make_table(struct gs_pg_link *link, size_t i)
{
    struct gs_buf sql;
    gs_buf_init(&sql, GS_PG_STATEMENT_MAX);
    gs_buf_printf(&sql, "CREATE TABLE %s (%s)%s", tables[i].name, tables[i].columns, tables[i].storage);
    int err = gs_buf_status(&sql);
    err = err != GS_OK ? err : gs_pg_script(link, sql.data);
    gs_buf_finish(&sql);
    return err;
}

int gs_pg_schema_make(struct gs_pg_link *link)
{
    int err = gs_pg_script(link, "CREATE SCHEMA gateslot");
    for (size_t i = 0; i < sizeof tables / sizeof tables[0] && err == GS_OK; i++) {
        err = make_table(link, i);
    }
    err = err != GS_OK ? err : gs_pg_script(link, indexes);
    err = err != GS_OK ? err : gs_pg_script(link, rows);
    return err != GS_OK ? err : gs_pg_script(link, functions);
}
