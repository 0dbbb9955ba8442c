/* Opens a new epoch on a book that was loaded from a store that had been put back: its numbers leap to where nobody can have been given
 * one, and an event tells of it, before anything is decided or falls due. */
#include "flow/change.h"
#include "flow/command_handlers.h"

static bool leaps_forward(const struct gs_book *book, const struct gs_epoch *e)
{
    return e->cause > GS_EPOCH_NONE && e->cause < GS_EPOCH_CAUSES && e->last_seq == book->last_seq &&
           e->last_booking_id == book->last_id && e->first_seq > e->last_seq &&
           e->first_booking_id > e->last_booking_id;
}

bool gs_apply_epoch(struct gs_book *book, const struct gs_epoch *epoch, struct gs_batch *batch)
{
    if (!leaps_forward(book, epoch)) {
        return false;
    }
    struct gs_act t = gs_act_of_system(book, batch, book->now_ms);
    struct gs_event event = {.type = GS_EV_STORE_RESTORED};
    book->last_seq = epoch->first_seq - 1;
    book->last_id = epoch->first_booking_id - 1;
    event.epoch = gs_batch_epoch(batch, epoch);
    if (event.epoch != NULL) {
        gs_change_tell(&t, &event);
    }
    return true;
}
