/* Promotions from the waitlist. Whenever something comes free on a day (a place, a capacity, the promise of a plate), the day is
 * marked promotions_pending, and before the same command ends those who wait are served in order. So nobody who comes later can
 * find a place that one who waits could have taken. */
#include "flow/waitlist.h"

#include "flow/change.h"
#include "rules/moves.h"
#include "rules/strikes.h"

/* Windows in which somebody waits for a place that is there to be had, if need be by moving others: asked for a truck that no rule
 * of plates or companies keeps out, before those who wait are asked about one by one. */
static uint32_t to_be_had(const struct gs_book *book, const struct gs_day *day)
{
    static const struct gs_wish any = {.windows = ""};
    static const struct gs_truck no_truck;
    const struct gs_asker anybody = {.wish = &any, .truck = &no_truck, .uscc = ""};
    struct gs_allowed allowed = gs_allowed_for(book, day, &anybody, GS_FOR_PROMOTION);
    struct gs_spot spot;
    struct gs_moves moves;
    uint32_t bits = 0, windows = allowed.windows;
    for (int32_t i = 0; i < day->window_count; i++) {
        allowed.windows = windows & UINT32_C(1) << i;
        if (day->windows[i].waiting > 0 && allowed.windows != 0 &&
            gs_moves_find(book, day, &anybody, &allowed, GS_NO_PREFERENCE, &spot, &moves)) {
            bits |= allowed.windows;
        }
    }
    return bits;
}

/* One whose plate is suspended is passed over, and asked again when that ends (flow/due.c). */
static bool find_place(struct gs_book *book, const struct gs_entry *e, uint32_t windows, struct gs_spot *out_spot,
                       struct gs_moves *out_moves)
{
    if ((e->accepted & windows) == 0) {
        return false;
    }
    struct gs_asker asker = gs_asker_of(e);
    struct gs_allowed allowed = gs_allowed_for(book, e->day, &asker, GS_FOR_PROMOTION);
    if (allowed.suspended_ms != 0 && allowed.suspended_ms < book->suspension_ends_ms) {
        book->suspension_ends_ms = allowed.suspended_ms;
    }
    if ((allowed.windows & windows) == 0) {
        return false;
    }
    int64_t preferred_ms = gs_day_start_at(e->day, e->accepted, e->b.wish.slot_min);
    return gs_moves_find(book, e->day, &asker, &allowed, preferred_ms, out_spot, out_moves);
}

static void promote(struct gs_act *act, struct gs_entry *e, struct gs_spot spot, const struct gs_moves *moves)
{
    struct gs_change c;
    gs_change_move_all(act, moves, e->b.id);
    gs_change_begin(&c, act, e, GS_EV_PROMOTED);
    c.event.moves = moves->count;
    gs_change_take(&c, spot);
    gs_change_status(&c, GS_STEP_PROMOTE);
    e->b.displaced = false;
    gs_change_commit(&c);
}

static void promote_day(struct gs_act *act, struct gs_day *day)
{
    uint32_t windows = to_be_had(act->book, day);
    for (size_t i = 0; i < day->waiting.count && windows != 0 && !act->batch->failed;) {
        struct gs_entry *e = day->waiting.at[i];
        struct gs_spot spot;
        struct gs_moves moves;
        if (!find_place(act->book, e, windows, &spot, &moves)) {
            i++;
            continue;
        }
        promote(act, e, spot, &moves);
        windows = to_be_had(act->book, day);
    }
}

bool gs_waitlist_promote_next(const struct gs_act *act, size_t *at)
{
    struct gs_book *book = act->book;
    for (;;) {
        if (*at == 0) {
            if (!book->promotions_pending || act->batch->failed) {
                return false;
            }
            book->promotions_pending = false;
        }
        while (*at < book->day_count) {
            struct gs_day *day = book->days[(*at)++];
            if (day->promotions_pending) {
                struct gs_act own = gs_act_of_system(book, act->batch, act->now_ms);
                day->promotions_pending = false;
                promote_day(&own, day);
                return true;
            }
        }
        *at = 0;
    }
}

/* A promotion can move others, and so let in somebody who was passed over before (his plate's promise in that window is gone):
 * so this goes on until nothing has come free any more. */
void gs_waitlist_promote(const struct gs_act *act)
{
    size_t at = 0;
    while (gs_waitlist_promote_next(act, &at)) {
    }
}

void gs_waitlist_note_suspensions(struct gs_book *book)
{
    for (size_t d = 0; d < book->day_count; d++) {
        const struct gs_list *waiting = &book->days[d]->waiting;
        for (size_t i = 0; i < waiting->count; i++) {
            int64_t until_ms = gs_strikes_until(book, waiting->at[i]->b.truck.plate);
            bool first = until_ms != 0 && until_ms < book->suspension_ends_ms;
            book->suspension_ends_ms = first ? until_ms : book->suspension_ends_ms;
        }
    }
}

void gs_waitlist_free_all(struct gs_book *book)
{
    book->suspension_ends_ms = GS_NEVER;
    for (size_t i = 0; i < book->day_count; i++) {
        if (book->days[i]->waiting.count > 0) {
            gs_days_freed(book, book->days[i]);
        }
    }
}

void gs_waitlist_ask_all(const struct gs_act *act)
{
    gs_waitlist_free_all(act->book);
    gs_waitlist_promote(act);
}
