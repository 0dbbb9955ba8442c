/* Compares a store with the mark beside it. The store may be ahead of its mark: by the batch that was under way when the process was
 * killed, by a second's worth after a loss of power. A mark that is ahead of its store says that batches are gone: the log was cut,
 * deleted or damaged, or an older copy was put back. What was lost can be accepted; the numbers then go on in a new epoch, beyond every
 * one that can have been given out, so that none is given to two. */
#include "loss.h"
#include "gateslot/base/store_files.h"
#include "search_index.h"
#include "sql.h"
#include "verify.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* More than the store has ever written in a second, on any disk: see docs/performance.md. */
#define NUMBERS_PER_SECOND INT64_C(400000)
/* What the mark may be behind: it is synced once a second. */
#define MARK_BEHIND_MS INT64_C(2000)
/* Without a mark: how far the clock may be wrong. */
#define CLOCK_WRONG_MS INT64_C(86400000)

static const char way_on[] =
    "put the right store back, or start once with --accept-loss, which goes on with what is there";

static bool knows(const struct gs_store *store, int err, const struct gs_mark_values *mark)
{
    return err == GS_OK && mark->store_id == store->state.store_id;
}

/* The numbers of the new epoch begin beyond all that the mark knows and may have missed; without one, beyond all that can have been given
 * out since the latest instant in the store. */
static void leap(struct gs_store *store, enum gs_epoch_cause cause, const struct gs_mark_values *mark, int64_t now_ms)
{
    const struct gs_store_marks *m = &store->state.marks;
    int64_t since_ms = now_ms > m->now_ms ? now_ms - m->now_ms : 0;
    int64_t margin = (mark != NULL ? MARK_BEHIND_MS : since_ms + CLOCK_WRONG_MS) / 1000 * NUMBERS_PER_SECOND;
    store->due = (struct gs_epoch){.cause = cause, .last_seq = m->last_seq, .last_booking_id = m->last_booking_id};
    int64_t seq = m->last_seq, id = m->last_booking_id;
    if (mark != NULL) {
        store->due.lost_seq = mark->last_seq;
        store->due.lost_booking_id = mark->last_booking_id;
        store->batch_seen = mark->batch;
        seq = mark->last_seq > seq ? mark->last_seq : seq;
        id = mark->last_booking_id > id ? mark->last_booking_id : id;
    }
    store->due.first_seq = seq + margin + 1;
    store->due.first_booking_id = id + margin + 1;
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
static int remove_from(struct gs_store *store, const struct gs_sealed_table *t, int64_t *removed)
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

/* In the transaction under way; *s counts what is left. */
static int remove_from_all(struct gs_store *store, struct gs_state *s, int64_t *out_removed)
{
    int64_t removed = 0, bad;
    int err = GS_OK;
    for (int i = 0; i < GS_COUNTED && err == GS_OK; i++) {
        err = remove_from(store, &gs_sealed_tables[i], &removed);
        err = err != GS_OK ? err : gs_sealed_total(store, &gs_sealed_tables[i], &s->totals[i], &bad);
    }
    for (size_t i = 0; i < GS_SEALED_BEGINNINGS && err == GS_OK; i++) {
        err = remove_from(store, &gs_sealed_beginnings[i], &removed);
    }
    if (err == GS_OK && removed > 0) {
        err = gs_search_rebuild(store, &s->totals[GS_COUNT_GRAM]);
    }
    err = err != GS_OK ? err : store->db->ops->schema_sum(store, &s->schema_sum);
    *out_removed = removed;
    return err;
}

static int remove_damaged(struct gs_store *store)
{
    struct gs_state s = store->state;
    int64_t removed = 0;
    int err = gs_tx_begin(store);
    if (err != GS_OK) {
        return err;
    }
    err = remove_from_all(store, &s, &removed);
    s.pending = -1 - removed;
    err = err != GS_OK ? err : gs_state_write(store, &s);
    err = err == GS_OK ? gs_tx_commit(store) : gs_tx_abort(store, err);
    if (err == GS_OK) {
        store->state = s;
    }
    return err;
}

int gs_loss_check_rows(struct gs_store *store, const struct gs_store_options *options)
{
    int err = gs_verify_live(store);
    if (err != GS_E_CORRUPT) {
        return err;
    }
    if (!options->accept_loss) {
        const size_t len = strlen(store->message);
        (void)snprintf(store->message + len, sizeof store->message - len,
                       ": restore a backup, or start once with --accept-loss, which removes what is damaged");
        return err;
    }
    err = remove_damaged(store);
    return err != GS_OK ? err : gs_loss_judge(store, options);
}
