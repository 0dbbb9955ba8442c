/* Moves a store: the order of its steps. At no time can two daemons go on with it: the one that is left says that it was moved before the
 * one that is made takes its place. A crash between the two leaves neither for a daemon, and the same move, given again, completes it. The
 * store stays the one that it was, with its number, its epoch and its batches: its clients see no difference. What was moved from a backup
 * goes on in a new epoch, as after a restore. */
#include "gateslot/store/move.h"
#include "epochs.h"
#include "move_end.h"
#include "sql.h"
#include "table_copy.h"
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct moving {
    struct gs_move_end from, to;
    struct gs_tables_digest copied;
    bool noted; /* from says that it was moved */
};

static int name_end(struct gs_move_end *e, const char *address)
{
    static const char file[] = "sqlite:", elsewhere[] = "postgresql:";
    if (strncmp(address, file, sizeof file - 1) == 0 && address[sizeof file - 1] != '\0') {
        e->ops = &gs_file_end;
        return e->ops->name(e, address + sizeof file - 1);
    }
#ifdef GS_WITH_POSTGRES
    if (strncmp(address, elsewhere, sizeof elsewhere - 1) == 0) {
        e->ops = &gs_postgres_end;
        return e->ops->name(e, address);
    }
#endif
    return gs_move_say(e, GS_E_INVALID,
                       strncmp(address, elsewhere, sizeof elsewhere - 1) == 0
                           ? "this gateslotd was built without PostgreSQL: it can only move stores that are files"
                           : "%s: is no address of a store that this gateslotd can move; one is like"
                             " sqlite:/var/lib/gateslot/gateslot.db",
                       address);
}

/* A note of this very move is of one that a crash ended, or that is done. */
static int judge_note(struct moving *m, struct gs_moved *out)
{
    char to[GS_MOVED_TO_MAX];
    struct gs_move_last last;
    assert(m->from.ops != NULL);
    int err = m->from.ops->read_note(&m->from, to);
    if (err == GS_E_NOTFOUND) {
        return GS_OK;
    }
    if (err != GS_OK) {
        return err;
    }
    if (strcmp(to, m->to.address) != 0) {
        return gs_move_say(&m->from, GS_E_DENIED, "%s: was moved to %s", m->from.address, to);
    }
    m->noted = true;
    out->before = m->from.ops->last(&m->from, &last) == GS_OK && m->to.ops->has(&m->to, &last);
    return GS_OK;
}

static int copy(struct moving *m)
{
    int err = gs_tables_copy(m->from.store, m->to.store, &m->copied);
    return err != GS_OK ? err : gs_tx_commit(m->to.store);
}

/* Row by row, and by what the store says of itself; the definitions of the tables may be another database's. */
static int compare(struct moving *m)
{
    struct gs_store *to = m->to.store;
    struct gs_tables_digest found;
    int err = gs_tables_read(to, &found);
    const char *table = err == GS_OK ? gs_tables_differing(&m->copied, &found) : NULL;
    if (table != NULL) {
        return gs_move_say(&m->to, GS_E_CORRUPT, "%s: table %s is not what was copied", m->to.address, table);
    }
    err = err != GS_OK ? err : gs_tx_begin(to);
    if (err != GS_OK) {
        return err;
    }
    err = gs_state_seal(to);
    err = err == GS_OK ? gs_tx_commit(to) : gs_tx_abort(to, err);
    err = err != GS_OK ? err : gs_state_read(to, &to->state);
    return err != GS_OK ? err : gs_epochs_load(to);
}

static int judge(struct moving *m)
{
    const struct gs_move_options *o = m->from.options;
    return o->judge == NULL ? GS_OK
                            : o->judge(o->self, m->from.store, m->to.store, m->from.message, m->from.message_size);
}

static int exchange(struct moving *m, bool is_backup)
{
    bool placed = false;
    const struct gs_state state = m->to.store->state;
    int err = m->to.ops->complete(&m->to, m->from.store->drill);
    if (err == GS_OK && !is_backup && !m->noted) {
        err = m->from.ops->write_note(&m->from, m->to.address);
        m->noted = err == GS_OK;
    }
    err = err != GS_OK ? err : m->to.ops->publish(&m->to, &state, &placed);
    if (err != GS_OK && !placed && m->noted) {
        const size_t len = strlen(m->from.message);
        m->noted = m->from.ops->remove_note(&m->from) != GS_OK;
        (void)snprintf(m->from.message + len, m->from.message_size - len, "%s",
                       m->noted ? "; give the same --migrate again: it completes the move" : "");
    }
    return err;
}

static int move(struct moving *m, struct gs_moved *out)
{
    int err = m->from.ops->leave(&m->from);
    if (err != GS_OK) {
        return err;
    }
    const struct gs_state *state = &m->from.store->state;
    out->backup = state->pending != 0 && !m->from.is_live;
    err = m->to.ops->make(&m->to, m->from.store->drill, state);
    err = err != GS_OK ? err : copy(m);
    err = err != GS_OK ? err : compare(m);
    err = err != GS_OK ? err : judge(m);
    err = err != GS_OK ? err : exchange(m, out->backup);
    out->rows = gs_tables_rows(&m->copied);
    out->digest = gs_tables_digest(&m->copied);
    out->last_seq = state->marks.last_seq;
    out->last_booking_id = state->marks.last_booking_id;
    out->taken_ms = state->marks.now_ms;
    return err;
}

/* Whose sentence it is: that of the end that failed. */
static void say_failure(const struct moving *m, int err)
{
    char *message = m->from.message;
    const size_t size = m->from.message_size;
    const char *notes[] = {m->to.store != NULL ? m->to.store->message : "",
                           m->from.store != NULL ? m->from.store->message : ""};
    for (size_t i = 0; i < 2 && message[0] == '\0'; i++) {
        (void)snprintf(message, size, "%s", notes[i]);
    }
    if (message[0] == '\0') {
        (void)snprintf(message, size, "%s", gs_strerror(err));
    }
    if (err == GS_E_FULL && !m->noted) {
        const size_t len = strlen(message);
        (void)snprintf(message + len, size - len, "; %s is as it was", m->from.address);
    }
}

int gs_store_move(const char *from, const char *to, const struct gs_move_options *options, struct gs_moved *out,
                  char *message, size_t message_size)
{
    struct gs_move_end end = {.options = options, .message = message, .message_size = message_size};
    struct moving m = {.from = end, .to = end};
    struct gs_moved moved = {.before = false};
    message[0] = '\0';
    int err = name_end(&m.from, from);
    err = err != GS_OK ? err : name_end(&m.to, to);
    if (err == GS_OK && strcmp(m.from.address, m.to.address) == 0) {
        err = gs_move_say(&m.from, GS_E_INVALID, "%s: is both where it is and where it is to go", from);
    }
    err = err != GS_OK ? err : judge_note(&m, &moved);
    err = err != GS_OK || moved.before ? err : move(&m, &moved);
    if (err == GS_OK) {
        (void)snprintf(moved.from, sizeof moved.from, "%s", m.from.address);
        (void)snprintf(moved.to, sizeof moved.to, "%s", m.to.address);
        *out = moved;
    } else {
        say_failure(&m, err);
    }
    if (m.to.ops != NULL) {
        m.to.ops->finish(&m.to);
    }
    if (m.from.ops != NULL) {
        m.from.ops->finish(&m.from);
    }
    return err;
}
