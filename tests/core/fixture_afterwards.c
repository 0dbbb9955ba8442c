/* Random histories tell things afterwards too: steps with a time of their own, times put right, no-shows taken back. */
#include "../base/dice.h"
#include "fixture.h"

/* On one of its times, or somewhere between its making and now. */
static int64_t some_time(const struct fixture *f, uint64_t *d, const struct gs_booking *b)
{
    const int64_t marks[] = {b->created_ms, b->arrived_ms,  b->entered_ms, b->cleared_ms,
                             b->ended_ms,   b->departed_ms, f->now,        f->now - GS_REVERT_MS};
    int64_t mark = marks[dice_roll(d, 8)], life = f->now - b->created_ms;
    int64_t at_ms = mark != 0 && dice_roll(d, 2) == 0 ? mark + dice_roll(d, 3) - 1
                                                      : b->created_ms + life / 16 * dice_roll(d, 17) - dice_roll(d, 2);
    return dice_roll(d, 4) == 0 ? f->now - dice_roll(d, 20) * GS_MINUTE_MS : at_ms;
}

void fx_afterwards(struct fixture *f, uint64_t *d, int64_t id)
{
    static const enum gs_command_kind kinds[] = {GS_CMD_ARRIVE, GS_CMD_ENTER, GS_CMD_CLEAR, GS_CMD_DEPART,
                                                 GS_CMD_REFUSE};
    static const enum gs_command_kind next[GS_STATUSES] = {
        [GS_BOOKED] = GS_CMD_ARRIVE,  [GS_ARRIVED] = GS_CMD_ENTER,  [GS_ENTERED] = GS_CMD_CLEAR,
        [GS_CLEARED] = GS_CMD_DEPART, [GS_REFUSED] = GS_CMD_REFUSE, [GS_NO_SHOW] = GS_CMD_REINSTATE};
    const struct gs_booking *b = gs_book_get(f->book, id);
    struct gs_command c = fx_command(kinds[dice_roll(d, 5)], id);
    if (b != NULL && next[b->status] != GS_CMD_BOOK && dice_roll(d, 2) == 0) {
        c.kind = next[b->status];
    }
    if (b != NULL && (c.kind != GS_CMD_REINSTATE || dice_roll(d, 3) == 0)) {
        c.at_ms = some_time(f, d, b);
    }
    c.actor.role = dice_roll(d, 4) == 0 ? GS_ROLE_GATE : GS_ROLE_SUPERVISOR;
    fx_apply(f, &c);
}
