/* Compares a store with the mark beside it. The store may be ahead of its mark: by the batch that was under way when the process was
 * killed, by a second's worth after a loss of power. A mark that is ahead of its store says that batches are gone: the log was cut,
 * deleted or damaged, or an older copy was put back. What was lost can be accepted; the numbers then go on in a new epoch, beyond every
 * one that can have been given out, so that none is given to two. */
#include "loss.h"
#include "damaged_rows.h"
#include "epochs.h"
#include "gateslot/base/store_files.h"
#include "sql.h"
#include <inttypes.h>
#include <stdio.h>

static const char way_on[] =
    "put the right store back, or start once with --accept-loss, which goes on with what is there";

static bool knows(const struct gs_store *store, int err, const struct gs_mark_values *mark)
{
    return err == GS_OK && mark->store_id == store->state.store_id;
}

static void leap(struct gs_store *store, enum gs_epoch_cause cause, const struct gs_mark_values *mark, int64_t now_ms)
{
    if (mark == NULL) {
        gs_epochs_leap(store, cause, NULL, now_ms);
        return;
    }
    const struct gs_epoch_seen seen = {
        .last_seq = mark->last_seq, .last_booking_id = mark->last_booking_id, .batch = mark->batch};
    gs_epochs_leap(store, cause, &seen, now_ms);
}

/* "" where all is well; else what is wrong, in store->message. */
static bool is_wrong(struct gs_store *store, int err, const struct gs_mark_values *mark)
{
    const struct gs_state *s = &store->state;
    const char *path = store->path;
    if (err == GS_E_NOTFOUND) {
        gs_store_note(store,
                      "%s: its mark %s" GS_BESIDE_MARK " is missing, so nobody can tell whether this is all of it: %s",
                      path, path, way_on);
    } else if (err == GS_E_CORRUPT) {
        gs_store_note(store,
                      "%s: its mark %s" GS_BESIDE_MARK " is damaged, so nobody can tell whether this is all of it: %s",
                      path, path, way_on);
    } else if (mark->store_id != s->store_id) {
        gs_store_note(store, "%s: the mark beside it is another store's: %s", path, way_on);
    } else if (mark->batch > s->batch) {
        gs_store_note(store,
                      "%s: batch %" PRId64 " was the last one stored, and %" PRId64
                      " is the last one there: its log was lost, cut or damaged, or an older copy was put back: %s",
                      path, mark->batch, s->batch, way_on);
    } else if (mark->batch == s->batch && mark->chain != s->chain) {
        gs_store_note(store, "%s: its batch %" PRId64 " is not the one that was stored: %s", path, s->batch, way_on);
    } else {
        return false;
    }
    return true;
}

int gs_loss_judge(struct gs_store *store, const struct gs_store_options *options)
{
    struct gs_mark_values mark;
    int err = gs_mark_read(store->path, &mark);
    if (err != GS_OK && err != GS_E_NOTFOUND && err != GS_E_CORRUPT) {
        gs_store_note(store, "%s" GS_BESIDE_MARK ": cannot be read: %s", store->path, gs_strerror(err));
        return err;
    }
    const struct gs_mark_values *known = knows(store, err, &mark) ? &mark : NULL;
    if (store->state.pending != 0) {
        leap(store, store->state.pending > 0 ? GS_EPOCH_BACKUP : GS_EPOCH_LOSS, known, options->now_ms);
        return GS_OK;
    }
    if (store->state.batch == 0 && (err == GS_E_NOTFOUND || err == GS_E_CORRUPT)) {
        return GS_OK; /* it was made, and the making of its mark came to no end */
    }
    if (!is_wrong(store, err, &mark)) {
        return GS_OK;
    }
    if (!options->accept_loss) {
        return GS_E_CORRUPT;
    }
    leap(store, GS_EPOCH_LOSS, known, options->now_ms);
    return GS_OK;
}

int gs_loss_judge_missing(struct gs_store *store, const struct gs_store_options *options)
{
    struct gs_mark_values mark;
    int err = gs_mark_read(store->path, &mark);
    if (err == GS_E_NOTFOUND || err == GS_E_CORRUPT) {
        return GS_OK; /* half a mark is what a crash leaves of the first start */
    }
    if (err != GS_OK) {
        gs_store_note(store, "%s" GS_BESIDE_MARK ": cannot be read: %s", store->path, gs_strerror(err));
        return err;
    }
    if (mark.batch == 0) {
        return GS_OK;
    }
    if (!options->accept_loss) {
        gs_store_note(
            store,
            "%s: is missing or empty, and its mark says that %" PRId64
            " batches were stored: put the store back, or start once with --accept-loss, which begins a new one",
            store->path, mark.batch);
        return GS_E_CORRUPT;
    }
    leap(store, GS_EPOCH_LOSS, &mark, options->now_ms);
    return GS_OK;
}

/* The comparison within SQL: rows cannot be deleted by what was read of damaged ones. */
int gs_loss_remove(struct gs_store *store, const struct gs_sealed_table *t, int64_t *removed)
{
    struct gs_statement *stmt = NULL;
    char sql[256];
    (void)snprintf(sql, sizeof sql, "DELETE FROM \"%s\" WHERE checksum IS NOT gs_sum(%d, %s)", t->name, (int)t->what,
                   t->columns);
    int err = gs_sql_prepare(store, sql, 0, &stmt);
    if (err == GS_OK) {
        err = gs_sql_run(store, stmt);
        *removed += sqlite3_changes64(gs_file_connection(store));
        gs_db_finalize(stmt);
    }
    return err;
}

int gs_loss_check_rows(struct gs_store *store, const struct gs_store_options *options)
{
    bool removed;
    int err = gs_damaged_rows(store, options, &removed);
    return err == GS_OK && removed ? gs_loss_judge(store, options) : err;
}
