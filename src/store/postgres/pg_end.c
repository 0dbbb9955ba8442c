/* Moves a store out of PostgreSQL, and into it. Whoever moves it has the lease, so no daemon can have it meanwhile. What is made counts as
 * incoming until all of it was found whole; what is left says where it was moved to. */
#include "copy_check.h"
#include "move_end.h"
#include "pg_address.h"
#include "pg_database.h"
#include "pg_moved.h"
#include "pg_tables.h"
#include "pg_transaction.h"
#include "sql.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int name_end(struct gs_move_end *e, const char *given)
{
    struct gs_pg_address address;
    int err = gs_pg_address_parse(given, &address, e->message, e->message_size);
    if (err == GS_OK && snprintf(e->address, sizeof e->address, "%s", address.name) >= (int)sizeof e->address) {
        err = gs_move_say(e, GS_E_RANGE, "the address of the database is too long");
    }
    gs_pg_address_finish(&address);
    if (err == GS_OK) {
        e->path = strdup(given);
        err = e->path != NULL ? GS_OK : GS_E_NOMEM;
    }
    return err;
}

/* Once for an end, whoever asks first. */
static int reach(struct gs_move_end *e)
{
    if (e->store != NULL && e->store->path != NULL) {
        return GS_OK;
    }
    const struct gs_store_options options = {.tz = e->options->tz, .copies_promised = 1};
    e->store = e->store != NULL ? e->store : gs_store_new(&options);
    int err = e->store == NULL ? GS_E_NOMEM : e->store->db != NULL ? GS_OK : gs_pg_attach(e->store);
    return err != GS_OK ? err : gs_pg_reach(e->store, e->path, &options);
}

static int is_there(struct gs_move_end *e, bool *out)
{
    int64_t there = 0;
    int err = reach(e);
    err = err != GS_OK ? err
                       : gs_sql_int(e->store,
                                    "SELECT CASE WHEN to_regclass('gateslot.store') IS NULL THEN 0 ELSE 1 END", &there);
    *out = there != 0;
    return err;
}

static int take(struct gs_move_end *e)
{
    int err = gs_pg_take_over(e->store, "gateslotd --migrate");
    if (err == GS_E_BUSY) {
        return gs_move_say(e, err, "%s: a daemon runs on it, or did a moment ago: stop it first", e->address);
    }
    return err;
}

static int identify(struct gs_move_end *e)
{
    int64_t version = 0, drill = 0;
    int err = gs_sql_int(e->store, "SELECT version FROM gateslot.store", &version);
    err = err != GS_OK ? err : gs_sql_int(e->store, "SELECT drill FROM gateslot.store", &drill);
    e->store->drill = drill != 0;
    if (err == GS_OK && version != GS_PG_TABLES_VERSION) {
        return gs_move_say(e, GS_E_FOREIGN,
                           "%s: has schema %" PRId64 ", and this gateslotd writes %d: start it once with this one, then"
                           " move it",
                           e->address, version, GS_PG_TABLES_VERSION);
    }
    return err;
}

/* ---- the one that is left ---- */

static int leave(struct gs_move_end *e)
{
    char to[GS_MOVED_TO_MAX];
    bool there = false, incoming = false;
    int err = is_there(e, &there);
    if (err == GS_OK && !there) {
        return gs_move_say(e, GS_E_FOREIGN, "%s: is not a store of gateslot", e->address);
    }
    e->is_live = true;
    err = err != GS_OK ? err : identify(e);
    err = err != GS_OK ? err : gs_pg_moved_read(e->store, &incoming, to);
    if (err == GS_OK && incoming) {
        return gs_move_say(e, GS_E_DENIED, "%s: a store was being moved here and is not all here yet", e->address);
    }
    err = err != GS_OK ? err : take(e);
    return err != GS_OK ? err : gs_copy_check(e->store);
}

static int read_note(struct gs_move_end *e, char out[GS_MOVED_TO_MAX])
{
    bool there = false, incoming = false;
    int err = is_there(e, &there);
    if (err == GS_OK && !there) {
        return GS_E_NOTFOUND;
    }
    err = err != GS_OK ? err : gs_pg_moved_read(e->store, &incoming, out);
    return err != GS_OK ? err : out[0] == '\0' ? GS_E_NOTFOUND : GS_OK;
}

static int write_note(struct gs_move_end *e, const char *to)
{
    return gs_pg_moved_write(e->store, to);
}

static int remove_note(struct gs_move_end *e)
{
    return gs_pg_moved_write(e->store, "");
}

static int last(struct gs_move_end *e, struct gs_move_last *out)
{
    struct gs_state state;
    int err = reach(e);
    err = err != GS_OK ? err : gs_state_read(e->store, &state);
    if (err == GS_OK) {
        *out = (struct gs_move_last){.store_id = state.store_id, .batch = state.batch};
    }
    return err;
}

/* ---- the one that is made ---- */

/* A daemon that was started here by mistake and stored nothing for anybody is in nobody's way; what a move left half done neither. */
static int judge_place(struct gs_move_end *e, int64_t store_id)
{
    char to[GS_MOVED_TO_MAX];
    bool incoming = false;
    struct gs_state there;
    int err = gs_pg_moved_read(e->store, &incoming, to);
    err = err != GS_OK || incoming ? err : gs_state_read(e->store, &there);
    if (err == GS_OK && !incoming && there.store_id == store_id && to[0] == '\0') {
        return gs_move_say(e, GS_E_INVALID,
                           "%s: something stands there already: this very store, or a copy of it; a store moves only to"
                           " where there is none",
                           e->address);
    }
    if (err == GS_OK && !incoming && there.batch > 0) {
        return gs_move_say(e, GS_E_DENIED,
                           "%s: something stands there already: a store moves only to where there is none", e->address);
    }
    return err;
}

static int make(struct gs_move_end *e, bool drill, const struct gs_state *of)
{
    int err = reach(e);
    if (err == GS_OK) {
        e->store->drill = drill;
        err = gs_pg_tables_open(&gs_pg_of(e->store)->link, drill);
        if (err != GS_OK) {
            return gs_move_say(e, err, "%s", gs_pg_of(e->store)->link.message);
        }
    }
    err = err != GS_OK ? err : judge_place(e, of->store_id);
    err = err != GS_OK ? err : take(e);
    err = err != GS_OK ? err : gs_pg_incoming_write(e->store, true);
    return err != GS_OK ? err : gs_tx_begin(e->store);
}

static int complete(struct gs_move_end *e, bool drill)
{
    (void)drill;
    return gs_copy_check(e->store);
}

static int publish(struct gs_move_end *e, const struct gs_state *state, bool *out_placed)
{
    (void)state;
    int err = gs_pg_moved_write(e->store, "");
    err = err != GS_OK ? err : gs_pg_incoming_write(e->store, false);
    *out_placed = err == GS_OK;
    return err;
}

static bool has(struct gs_move_end *e, const struct gs_move_last *last_there)
{
    char to[GS_MOVED_TO_MAX];
    bool there = false, incoming = true;
    struct gs_move_last here;
    return is_there(e, &there) == GS_OK && there && gs_pg_moved_read(e->store, &incoming, to) == GS_OK && !incoming &&
           last(e, &here) == GS_OK && here.store_id == last_there->store_id && here.batch >= last_there->batch;
}

static void finish(struct gs_move_end *e)
{
    gs_store_close(e->store);
    free(e->path);
}

const struct gs_move_end_ops gs_postgres_end = {.name = name_end,
                                                .leave = leave,
                                                .make = make,
                                                .complete = complete,
                                                .publish = publish,
                                                .read_note = read_note,
                                                .write_note = write_note,
                                                .remove_note = remove_note,
                                                .last = last,
                                                .has = has,
                                                .finish = finish};
