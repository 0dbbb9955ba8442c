/* Requests that stand or fall together: lets what was applied stand, or undoes it as if it had never been. Whoever changes a booking meanwhile
 * has it kept here first (change.c), as it was: so an undo costs what was changed, however large the book is. It decides nothing.
 *
 * What was made is taken out of the book again, what was changed gives up its place, comes back as it was, and takes its former place; numbers of
 * bookings and events go on from where they were, and the records are taken from the batch. Only requests for bookings can be undone: these, the moves
 * and promotions that they bring about touch nothing else that the book keeps. */
#include "flow/together.h"

#include "gateslot/base/grow.h"
#include "state/waiting.h"

#include <assert.h>
#include <stdlib.h>

int gs_together_begin(struct gs_book *book, const struct gs_batch *batch)
{
    assert(book->undo == NULL && !book->promotions_pending);
    struct gs_undo *undo = calloc(1, sizeof *undo);
    if (undo == NULL) {
        return GS_E_NOMEM;
    }
    undo->last_id = book->last_id;
    undo->last_seq = book->last_seq;
    undo->suspension_ends_ms = book->suspension_ends_ms;
    undo->mark = gs_batch_mark(batch);
    book->undo = undo;
    return GS_OK;
}

int gs_together_note(struct gs_book *book, const struct gs_entry *e)
{
    struct gs_undo *undo = book->undo;
    if (e->b.id > undo->last_id) {
        return GS_OK; /* made since: nothing of it stays */
    }
    for (size_t i = 0; i < undo->count; i++) {
        if (undo->before[i].id == e->b.id) {
            return GS_OK;
        }
    }
    struct gs_booking *before = gs_grown(undo->before, undo->count, &undo->room, sizeof *before);
    if (before == NULL) {
        return GS_E_NOMEM;
    }
    undo->before = before;
    before[undo->count++] = e->b;
    return GS_OK;
}

static int take_out(struct gs_book *book, struct gs_entry *e)
{
    int err = GS_OK;
    gs_waiting_remove(e);
    if (e->live) {
        err = gs_live_count(&book->live_names, e->b.owner, -1);
        err = err != GS_OK ? err : gs_live_count(&book->live_companies, e->b.uscc, -1);
        e->live = false;
    }
    gs_entry_drop_fact(book, e);
    gs_entry_forget(book, e);
    gs_days_changed(book, e->day);
    gs_list_remove(&e->day->bookings, gs_list_lower_bound(&e->day->bookings, e->b.id));
    gs_list_remove(&book->bookings, gs_list_lower_bound(&book->bookings, e->b.id));
    free(e);
    return err;
}

static int bring_back(struct gs_book *book, struct gs_entry *e, const struct gs_booking *before)
{
    e->b = *before;
    int err = e->b.place >= 0 ? gs_entry_hold(book, e) : GS_OK;
    gs_days_changed(book, e->day);
    return err != GS_OK ? err : gs_entry_track(book, e);
}

static int undo_all(struct gs_book *book, const struct gs_undo *undo)
{
    int err = GS_OK;
    while (err == GS_OK && book->bookings.count > 0 &&
           book->bookings.at[book->bookings.count - 1]->b.id > undo->last_id) {
        err = take_out(book, book->bookings.at[book->bookings.count - 1]);
    }
    for (size_t i = 0; i < undo->count; i++) { /* all of them first: one may stand where another was */
        struct gs_entry *e = gs_list_find(&book->bookings, undo->before[i].id);
        gs_waiting_remove(e);
        gs_entry_vacate(e);
    }
    for (size_t i = 0; i < undo->count && err == GS_OK; i++) {
        err = bring_back(book, gs_list_find(&book->bookings, undo->before[i].id), &undo->before[i]);
    }
    book->last_id = undo->last_id;
    book->last_seq = undo->last_seq;
    book->suspension_ends_ms = undo->suspension_ends_ms;
    for (size_t i = 0; i < book->day_count; i++) { /* all was asked before it began, and stands as it did */
        book->days[i]->promotions_pending = false;
    }
    book->promotions_pending = false;
    return err;
}

void gs_together_end(struct gs_book *book, struct gs_batch *batch, bool stands)
{
    struct gs_undo *undo = book->undo;
    if (!stands && !batch->failed) {
        batch->failed = undo_all(book, undo) != GS_OK;
        gs_batch_rewind(batch, &undo->mark);
        book->broken = batch->failed;
    }
    book->undo = NULL;
    free(undo->before);
    free(undo);
    gs_days_drop_empty(book);
}
