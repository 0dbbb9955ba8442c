/* A no-show is taken back: its truck stands at the gate after all. It gets a place of the window that runs, its own slot before any other,
 * and is arrived. What holds for every booking holds for it: capacity, duplicates, the suspension of its plate, but for the
 * strike of this very no-show, which goes with it. A day that is over is not opened again. */
#include "flow/change.h"
#include "flow/command_handlers.h"
#include "flow/waitlist.h"
#include "rules/admission.h"
#include "rules/alternatives.h"
#include "rules/duplicates.h"
#include "rules/happened.h"
#include "rules/present.h"
#include "rules/strikes.h"
#include "rules/times.h"

#include "gateslot/base/text.h"

/* Is its plate suspended by other strikes than its own? */
static bool suspended(struct gs_act *act, struct gs_entry *e, struct gs_outcome *out)
{
    struct gs_facts *facts = &act->book->facts;
    gs_facts_take_back(facts, &e->b, e->fact);
    bool is = gs_strikes_suspended(act->book, e->b.truck.plate, out);
    if (gs_facts_add(facts, &e->b, e->fact) != GS_OK) {
        act->batch->failed = true;
    }
    return is;
}

/* When nothing of its day can be had any more. */
static int64_t day_ends_ms(const struct gs_book *book, const struct gs_day *day)
{
    int64_t end_ms = gs_tz_instant(book->rules->tz, day->date + 1, 0);
    for (int32_t i = 0; i < day->window_count; i++) {
        end_ms = day->windows[i].end_ms > end_ms ? day->windows[i].end_ms : end_ms;
    }
    return end_ms;
}

/* The window of its own day that runs now, and is open. */
static enum gs_code find_window(const struct gs_book *book, const struct gs_entry *e, int32_t *out_window,
                                struct gs_outcome *out)
{
    const struct gs_day *running = gs_days_running(book, out_window);
    if (running != e->day && e->b.wish.date != book->today) {
        out->at_ms = day_ends_ms(book, e->day);
        return GS_CODE_TOO_LATE;
    }
    if (running != e->day || running->windows[*out_window].closed) {
        const char *reason = running == e->day ? gs_admission_closed_reason(book, running, *out_window) : "";
        gs_text_copy(out->reason, sizeof out->reason, reason);
        return GS_CODE_CLOSED;
    }
    return GS_CODE_OK;
}

static enum gs_code find_place(const struct gs_book *book, const struct gs_entry *e, int32_t window,
                               struct gs_spot *out_spot, struct gs_outcome *out)
{
    struct gs_asker asker = gs_asker_of(e);
    uint32_t bit = UINT32_C(1) << window;
    enum gs_code code = gs_duplicates_meanwhile(book, e, &out->other_id);
    if (code != GS_CODE_OK) {
        return code;
    }
    struct gs_allowed allowed = gs_allowed_for(book, e->day, &asker, GS_FOR_REINSTATEMENT);
    if ((allowed.taken & bit) != 0) {
        return gs_duplicates_refusal(book, &e->b.truck, e->day, e, bit, &out->other_id);
    }
    *out_spot = GS_NO_SPOT;
    if ((allowed.windows & bit) != 0) {
        struct gs_spot own = gs_entry_spot(e);
        bool keeps = own.window == window && gs_day_has_room(e->day, own);
        *out_spot = keeps ? own : gs_present_slot(e->day, window, book->now_ms);
    }
    if (out_spot->window < 0) {
        gs_alternatives_find(book, &asker, e->day, book->now_ms, out);
        return GS_CODE_FULL;
    }
    return GS_CODE_OK;
}

/* Its promise is kept if it came within it and nobody noticed; else it is that of a walk-in: from its arrival to its window's end. */
static void promise(struct gs_booking *b, int64_t from_ms, int64_t until_ms, int64_t arrived_ms, int64_t window_ends_ms)
{
    bool kept = arrived_ms >= from_ms && arrived_ms < until_ms;
    b->arrive_from_ms = kept ? from_ms : arrived_ms;
    b->arrive_until_ms = kept ? until_ms : window_ends_ms;
}

static void carry_out(struct gs_act *act, struct gs_entry *e, const struct gs_command *c, struct gs_spot spot)
{
    struct gs_change change;
    struct gs_book *book = act->book;
    int64_t from_ms = e->b.arrive_from_ms, until_ms = e->b.arrive_until_ms;
    int64_t suspended_ms = gs_strikes_until(book, e->b.truck.plate);
    gs_change_begin(&change, act, e, GS_EV_REINSTATED);
    gs_entry_drop_fact(book, e);
    gs_change_take(&change, spot);
    gs_change_status(&change, GS_STEP_REINSTATE);
    e->b.arrived_ms = gs_happened_ms(act, c);
    e->b.ended_ms = 0;
    e->b.excused = false;
    promise(&e->b, from_ms, until_ms, e->b.arrived_ms, e->day->windows[spot.window].end_ms);
    gs_change_afterwards(&change, c->at_ms);
    gs_change_commit(&change);
    if (!act->batch->failed && gs_strikes_until(book, e->b.truck.plate) != suspended_ms) {
        gs_waitlist_ask_all(act); /* others of its plate may have been passed over */
    }
}

enum gs_code gs_reinstate(struct gs_act *act, struct gs_entry *e, const struct gs_command *c, struct gs_outcome *out)
{
    int32_t window;
    struct gs_spot spot = GS_NO_SPOT;
    if (gs_change_lacks_reason(c, out)) {
        return GS_CODE_VALIDATION;
    }
    if (gs_booking_next(&e->b, GS_STEP_REINSTATE) < 0) {
        return GS_CODE_WRONG_STATE;
    }
    enum gs_code code = gs_happened_judge(act, &e->b, GS_STEP_ARRIVE, c, out);
    if (code == GS_CODE_OK && gs_happened_ms(act, c) < gs_arrival_opens_ms(act->book->rules, &e->b)) {
        out->at_ms = gs_arrival_opens_ms(act->book->rules, &e->b);
        code = GS_CODE_EARLY;
    }
    code = code == GS_CODE_OK ? find_window(act->book, e, &window, out) : code;
    if (code == GS_CODE_OK && suspended(act, e, out)) {
        code = GS_CODE_SUSPENDED;
    }
    code = code == GS_CODE_OK ? find_place(act->book, e, window, &spot, out) : code;
    if (code == GS_CODE_OK) {
        carry_out(act, e, c, spot);
    }
    return code;
}
