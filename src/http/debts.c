/* What all clients together make the server hold, and who is dropped where it is too much: requests in work, replies that wait, output
 * the kernel has not taken, input kept, what a handler keeps for a waiting client, and the connections themselves. Each connection is
 * counted anew whenever it has been put in order; those that hold much stand in lists by class and size, four to a doubling, so
 * that the largest debtor (to within a quarter) is found without looking at the others. It counts what was asked of malloc, and drops
 * nobody (room.c). */
#include "http.h"
#include <assert.h>

#define FIRST_SHIFT 10      /* the first list holds debts from 1 KB on */
#define KNOWN_MIN (8 << 10) /* a known client's below this are in no list: an ordinary request moves nothing */

/* Who goes first. */
static int rank_of(const struct gs_conn *c)
{
    return c->peer_trusted ? GS_CLIENT_CLASSES : (int)c->class;
}

/* One that is closed already cannot be dropped: what it holds is its handlers', until they answer. */
static int level_of(const struct gs_conn *c, size_t debt)
{
    const size_t least = c->class == GS_CLIENT_ANONYMOUS ? (size_t)1 << FIRST_SHIFT : KNOWN_MIN;
    if (debt < least || c->state == GS_CONN_DEAD) {
        return -1;
    }
    int top = 63 - __builtin_clzll((unsigned long long)debt);
    int level = (top - FIRST_SHIFT) * 4 + (int)(debt >> (top - 2) & 3);
    return level < GS_DEBT_LEVELS ? level : GS_DEBT_LEVELS - 1;
}

static size_t debt_of(const struct gs_conn *c)
{
    return c->work_len + c->held_len + c->output_size + c->in.own_size + gs_wire_memory(c);
}

static size_t base_of(void)
{
    return sizeof(struct gs_conn) + event_get_struct_event_size();
}

void gs_debts_init(struct gs_http *http)
{
    for (int rank = 0; rank < GS_DEBT_RANKS; rank++) {
        for (int level = 0; level < GS_DEBT_LEVELS; level++) {
            LIST_INIT(&http->debts.lists[rank][level]);
        }
    }
}

static void leave_list(struct gs_conn *c)
{
    if (c->debt_level < 0) {
        return;
    }
    struct gs_debts *d = &c->http->debts;
    LIST_REMOVE(c, debtors);
    if (LIST_EMPTY(&d->lists[c->debt_rank][c->debt_level])) {
        d->taken[c->debt_rank] &= ~(UINT64_C(1) << c->debt_level);
    }
    c->debt_level = -1;
}

void gs_debts_begin(struct gs_conn *c)
{
    c->debt_level = -1;
    c->http->debts.held += base_of();
}

void gs_debts_end(struct gs_conn *c)
{
    assert(debt_of(c) == 0);
    leave_list(c);
    c->http->debts.held -= base_of() + c->debt;
}

bool gs_debts_too_high(const struct gs_http *http)
{
    const size_t limit = http->limits.client_memory, aside = http->debts.aside;
    return http->debts.held > limit - (aside < limit / 2 ? aside : limit / 2);
}

void gs_debts_watch(struct gs_http *http)
{
    if (http->debts.over || !gs_debts_too_high(http)) {
        return;
    }
    http->debts.over = true;
    gs_turn_begin(http);
}

void gs_debts_settle(struct gs_conn *c)
{
    struct gs_debts *d = &c->http->debts;
    const size_t debt = debt_of(c);
    d->held += debt - c->debt;
    c->debt = debt;
    const int level = level_of(c, debt), rank = rank_of(c);
    if (level != c->debt_level || (level >= 0 && rank != c->debt_rank)) {
        leave_list(c);
        c->debt_level = level;
        c->debt_rank = rank;
        if (level >= 0) {
            LIST_INSERT_HEAD(&d->lists[rank][level], c, debtors);
            d->taken[rank] |= UINT64_C(1) << level;
        }
    }
    gs_debts_watch(c->http);
}

struct gs_conn *gs_debts_largest(const struct gs_http *http)
{
    const struct gs_debts *d = &http->debts;
    for (int rank = 0; rank < GS_DEBT_RANKS; rank++) {
        if (d->taken[rank] != 0) {
            return LIST_FIRST(&d->lists[rank][63 - __builtin_clzll(d->taken[rank])]);
        }
    }
    return NULL;
}
