/* What falls due by itself: the day turns, a new date opens, a truck that did not come becomes a no-show, a request that waited in vain
 * expires, before that a driver is reminded, a date is settled, a window begins with trucks of earlier ones inside, a suspension ends. It
 * is carried out before every command, each thing as of its own instant, so what happens does not depend on when somebody looks; but
 * for reminders, which are of use only beforehand: one is left out if what it is of, or the next one, has come already when somebody
 * looks. Whatever the mere passing of time
 * opens to those who wait has to be such an instant: other rules of time (cutoff, lock, the lead of promotions) only close as it passes. */
#include "flow/due.h"

#include "flow/change.h"
#include "flow/roll.h"
#include "flow/settle.h"
#include "flow/waitlist.h"
#include "rules/overstay.h"

static void end_booking(struct gs_act *act, struct gs_entry *e)
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

/* Of use only as long as neither the next one nor what it is of has come. */
static void remind(struct gs_act *act, struct gs_entry *e, int64_t at_ms, int64_t until_ms)
{
    const struct gs_rules *rules = act->book->rules;
    const int64_t of_ms = gs_deadlines_reminded_ms(rules, e), next_ms = gs_deadlines_reminder_ms(rules, e, at_ms);
    if (until_ms < (next_ms < of_ms ? next_ms : of_ms)) {
        gs_change_remind(act, e, (int32_t)((of_ms - at_ms) / GS_MINUTE_MS));
    } else if (gs_deadlines_track(rules, &act->book->deadlines, e, at_ms) != GS_OK) {
        act->batch->failed = true;
    }
}

static void carry_out_deadline(struct gs_act *act, int64_t until_ms)
{
    const struct gs_deadline due = act->book->deadlines.items[0];
    if (due.at_ms < gs_deadlines_end_ms(act->book->rules, due.entry)) {
        remind(act, due.entry, due.at_ms, until_ms);
    } else {
        end_booking(act, due.entry);
    }
}

enum due_kind {
    DUE_NOTHING,
    DUE_DATES, /* today, or the last date that can be booked, is another one from now on */
    DUE_BOOKING,
    DUE_SETTLING,
    DUE_WINDOW_BEGINS,
    DUE_SUSPENSION_ENDS
};

struct due_next {
    enum due_kind kind;
    int64_t at_ms; /* GS_NEVER with DUE_NOTHING */
};

/* What is due first; at one instant, in this order. */
static struct due_next next_of(const struct gs_book *book)
{
    const struct due_next all[] = {
        {DUE_DATES, book->next_roll_ms},
        {DUE_BOOKING, gs_deadlines_next_ms(&book->deadlines)},
        {DUE_SETTLING, book->next_settle_ms},
        {DUE_WINDOW_BEGINS, gs_overstay_next_start(book)},
        {DUE_SUSPENSION_ENDS, book->suspension_ends_ms},
    };
    struct due_next first = {DUE_NOTHING, GS_NEVER};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        first = all[i].at_ms < first.at_ms ? all[i] : first;
    }
    return first;
}

static void turn_dates(struct gs_act *act)
{
    if (gs_roll_days(act->book, act->now_ms) != GS_OK) {
        act->batch->failed = true;
        return;
    }
    gs_waitlist_ask_all(act); /* rates of no-shows and strikes are counted by dates */
}

static void carry_out(struct gs_act *act, const struct due_next *due, int64_t until_ms)
{
    switch (due->kind) {
    case DUE_DATES:
        turn_dates(act);
        break;
    case DUE_WINDOW_BEGINS:
        act->book->starts_told_ms = due->at_ms;
        gs_change_tell_overstay(act);
        break;
    case DUE_SUSPENSION_ENDS:
        gs_waitlist_ask_all(act);
        break;
    case DUE_SETTLING:
        gs_settle_run(act);
        break;
    case DUE_BOOKING:
        carry_out_deadline(act, until_ms);
        break;
    case DUE_NOTHING:
        break;
    }
}

/* Without bookings all dates up to the end can turn at once: decades pass quickly. */
static bool nothing_can_happen(const struct gs_book *book)
{
    return book->bookings.count == 0;
}

void gs_due_run(struct gs_book *book, struct gs_batch *batch, int64_t until_ms)
{
    for (struct due_next due = next_of(book); !batch->failed && due.kind != DUE_NOTHING && due.at_ms <= until_ms;
         due = next_of(book)) {
        /* new rules may make something due before the latest instant applied: time does not run back for that */
        int64_t at_ms = nothing_can_happen(book) ? until_ms : due.at_ms;
        book->now_ms = at_ms > book->now_ms ? at_ms : book->now_ms;
        struct gs_act act = gs_act_of_system(book, batch, book->now_ms);
        carry_out(&act, &due, until_ms);
        gs_waitlist_promote(&act);
    }
    book->starts_told_ms = until_ms > book->starts_told_ms ? until_ms : book->starts_told_ms;
    book->settled_ms = until_ms > book->settled_ms ? until_ms : book->settled_ms;
}

void gs_due_follow(struct gs_act *act)
{
    gs_waitlist_promote(act);
    gs_change_tell_risk(act);
    gs_due_run(act->book, act->batch, act->book->now_ms);
    gs_days_drop_empty(act->book);
}

int64_t gs_book_next_due(const struct gs_book *book)
{
    return book->recheck_waiters ? book->now_ms : next_of(book).at_ms;
}
