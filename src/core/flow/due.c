/* What falls due by itself: a truck that did not come becomes a no-show, a request that waited in vain expires, a date is settled, a
 * window begins with trucks of earlier ones inside. It is carried out before every command, each thing as of its own instant, so
 * what happens does not depend on when somebody looks. */
#include "flow/due.h"

#include "flow/change.h"
#include "flow/settle.h"
#include "flow/waitlist.h"
#include "rules/overstay.h"

static void carry_out(struct gs_act *act, struct gs_entry *e)
{
    struct gs_change c;
    bool waited = e->b.status == GS_WAITLISTED;
    gs_change_begin(&c, act, e, waited ? GS_EV_EXPIRED : GS_EV_NO_SHOW);
    if (!waited) {
        gs_change_give_back(&c);
    }
    gs_change_status(&c, waited ? GS_STEP_EXPIRE : GS_STEP_NO_SHOW);
    e->b.ended_ms = act->now_ms;
    gs_change_commit(&c);
    gs_change_tell_strike(act, e);
}

void gs_due_run(struct gs_book *book, struct gs_batch *batch, int64_t until_ms)
{
    while (!batch->failed) {
        int64_t first_ms = gs_deadlines_next_ms(&book->deadlines), begins_ms = gs_overstay_next_start(book);
        bool settles = book->next_settle_ms < first_ms;
        int64_t at_ms = settles ? book->next_settle_ms : first_ms;
        bool begins = begins_ms < at_ms;
        at_ms = begins ? begins_ms : at_ms;
        if (at_ms > until_ms) {
            break;
        }
        /* new rules may make something due before the latest instant applied: time does not run back for that */
        book->now_ms = at_ms > book->now_ms ? at_ms : book->now_ms;
        struct gs_act act = gs_act_of_system(book, batch, book->now_ms);
        if (begins) {
            book->starts_told_ms = begins_ms;
            gs_change_tell_overstay(&act);
        } else if (settles) {
            gs_settle_run(&act);
        } else {
            carry_out(&act, book->deadlines.items[0].entry);
        }
        gs_waitlist_promote(&act);
    }
    book->starts_told_ms = until_ms > book->starts_told_ms ? until_ms : book->starts_told_ms;
}

int64_t gs_book_next_due(const struct gs_book *book)
{
    int64_t first_ms = gs_deadlines_next_ms(&book->deadlines);
    int64_t next_ms = book->next_settle_ms < first_ms ? book->next_settle_ms : first_ms;
    int64_t begins_ms = gs_overstay_next_start(book);
    next_ms = begins_ms < next_ms ? begins_ms : next_ms;
    return book->recheck_waiters ? book->now_ms : next_ms;
}
