/* Assigns trucks to slots, rearranging as little as possible. It knows numbers only: which truck may go where, and what
 * a slot and a window hold, is filled in by rules/displacement.c, which also knows what it means.
 *
 * Nodes of the search: a slot (one more wants in), a window (one more wants in, its slot is settled), and for each
 * window "any" (somebody wants any slot of it). A full slot or window passes the wish on to those who are there.
 * Moving a truck away from its own slot costs MOVED, or the slot's price if it has prices; bringing it back gives that back. As the
 * assignment is of minimum cost at any time, no cycle is negative. Once a company's limit has barred a way this does not hold any
 * more: from then on leaving a slot gives nothing back. */
#include "solve/assignment.h"

#include <stdlib.h>
#include <string.h>

#define FAR INT64_MAX
#define MOVED (INT64_C(1) << 32) /* more than all prices together */

struct gs_assignment_path { /* of a node */
    int64_t cost;
    int32_t from, truck; /* reached from that node, by that truck moving (-1: none moves) */
    bool queued;
    bool dead; /* no way leads from here to a free place, and none ever will */
};

struct search {
    struct gs_assignment *s;
    int32_t nodes, head, queued;
    bool barred; /* by a limit, now */
};

int gs_assignment_init(struct gs_assignment *s, int32_t windows, int32_t slots, int32_t trucks, int32_t companies)
{
    size_t nodes = (size_t)slots + 2 * (size_t)windows + 1;
    memset(s, 0, sizeof *s);
    s->window_count = windows;
    s->slot_count = slots;
    s->truck_count = trucks;
    s->slots = calloc((size_t)slots + 1, sizeof *s->slots);
    s->trucks = calloc((size_t)trucks + 1, sizeof *s->trucks);
    s->paths = calloc(nodes, sizeof *s->paths);
    s->queue = calloc(nodes, sizeof *s->queue);
    s->held = calloc((size_t)companies + 1, sizeof *s->held);
    if (s->slots == NULL || s->trucks == NULL || s->paths == NULL || s->queue == NULL || s->held == NULL) {
        gs_assignment_finish(s);
        return GS_E_NOMEM;
    }
    for (int32_t i = 0; i < slots; i++) {
        s->slots[i].first = -1;
    }
    for (int32_t i = 0; i < trucks; i++) {
        s->trucks[i].at = GS_UNASSIGNED;
        s->trucks[i].company = GS_NO_COMPANY;
    }
    return GS_OK;
}

void gs_assignment_finish(struct gs_assignment *s)
{
    free(s->slots);
    free(s->trucks);
    free(s->paths);
    free(s->queue);
    free(s->held);
    memset(s, 0, sizeof *s);
}

static int32_t home_of(const struct gs_assignment *s, const struct gs_assignment_truck *t)
{
    return s->slots[t->own].window;
}

static bool at_home_in(const struct gs_assignment *s, const struct gs_assignment_truck *t, int32_t window)
{
    return !t->homeless && window == home_of(s, t);
}

/* Places of its company, but for the one at home, which stays counted. */
static void count(struct gs_assignment *s, const struct gs_assignment_truck *t, int32_t by)
{
    int32_t window = s->slots[t->at].window;
    if (t->company != GS_NO_COMPANY && !at_home_in(s, t, window)) {
        s->held[t->company][window] += by;
    }
}

static void leave(struct gs_assignment *s, struct gs_assignment_truck *t)
{
    struct gs_assignment_slot *slot = &s->slots[t->at];
    if (t->before >= 0) {
        s->trucks[t->before].after = t->after;
    } else {
        slot->first = t->after;
    }
    if (t->after >= 0) {
        s->trucks[t->after].before = t->before;
    }
    count(s, t, -1);
    slot->count--;
    s->windows[slot->window].count--;
    t->at = GS_UNASSIGNED;
}

static void place(struct gs_assignment *s, int32_t truck, int32_t at)
{
    struct gs_assignment_truck *t = &s->trucks[truck];
    struct gs_assignment_slot *slot = &s->slots[at];
    if (t->at != GS_UNASSIGNED) {
        leave(s, t);
    }
    t->at = at;
    t->before = -1;
    t->after = slot->first;
    if (slot->first >= 0) {
        s->trucks[slot->first].before = truck;
    }
    slot->first = truck;
    count(s, t, 1);
    slot->count++;
    s->windows[slot->window].count++;
}

static bool window_has_room(const struct gs_assignment *s, int32_t window)
{
    return s->windows[window].count < s->windows[window].capacity;
}

static bool has_room(const struct gs_assignment *s, int32_t slot)
{
    return s->slots[slot].count < s->slots[slot].capacity && window_has_room(s, s->slots[slot].window);
}

static int32_t window_node(const struct gs_assignment *s, int32_t window)
{
    return s->slot_count + window;
}

static int32_t any_node(const struct gs_assignment *s, int32_t window)
{
    return s->slot_count + s->window_count + window;
}

static void reach(struct search *q, int32_t node, int64_t cost, int32_t from, int32_t truck)
{
    struct gs_assignment_path *p = &q->s->paths[node];
    if (p->dead || cost >= p->cost) {
        return;
    }
    p->cost = cost;
    p->from = from;
    p->truck = truck;
    if (!p->queued) {
        p->queued = true;
        q->s->queue[(q->head + q->queued++) % q->nodes] = node;
    }
}

static bool emptier(int32_t count, int32_t capacity, int32_t other_count, int32_t other_capacity)
{
    return (int64_t)count * other_capacity < (int64_t)other_count * capacity;
}

/* A window with room ends the path, so of two equally short ways into it the one by the emptier slot may be taken. */
static void reach_window(struct search *q, int32_t slot, int64_t cost)
{
    struct gs_assignment *s = q->s;
    const struct gs_assignment_slot *a = &s->slots[slot];
    int32_t node = window_node(s, a->window);
    struct gs_assignment_path *p = &s->paths[node];
    if (cost == p->cost && window_has_room(s, a->window)) {
        const struct gs_assignment_slot *b = &s->slots[p->from];
        p->from = emptier(a->count, a->capacity, b->count, b->capacity) ? slot : p->from;
        return;
    }
    reach(q, node, cost, slot, -1);
}

static bool may_enter(struct search *q, const struct gs_assignment_truck *t, int32_t window)
{
    const struct gs_assignment *s = q->s;
    bool there = at_home_in(s, t, window) || (t->at != GS_UNASSIGNED && window == s->slots[t->at].window);
    if (t->company == GS_NO_COMPANY || there || s->held[t->company][window] < s->windows[window].limit) {
        return true;
    }
    q->barred = q->s->barred = true;
    return false;
}

static void reach_priced(struct search *q, int32_t truck, int32_t node, int64_t cost)
{
    const struct gs_assignment *s = q->s;
    const struct gs_assignment_truck *t = &s->trucks[truck];
    for (int32_t slot = 0; slot < s->slot_count; slot++) {
        if (t->prices[slot] != GS_NO_PRICE && slot != t->at && may_enter(q, t, s->slots[slot].window)) {
            reach(q, slot, cost + t->prices[slot], node, truck);
        }
    }
}

/* What being where it is costs. */
static int64_t paid(const struct gs_assignment_truck *t)
{
    if (t->at == GS_UNASSIGNED || t->at == t->own) {
        return 0;
    }
    return t->prices != NULL ? t->prices[t->at] : MOVED;
}

/* All slots that the truck may be moved to, at that cost and what the move costs. */
static void reach_any(struct search *q, int32_t truck, int32_t node, int64_t before)
{
    const struct gs_assignment_truck *t = &q->s->trucks[truck];
    if (t->prices != NULL) {
        reach_priced(q, truck, node, before);
        return;
    }
    int64_t cost = before + MOVED;
    for (uint32_t left = t->windows; left != 0; left &= left - 1) {
        int32_t window = __builtin_ctz(left);
        if (may_enter(q, t, window)) {
            reach(q, any_node(q->s, window), cost, node, truck);
        }
    }
}

/* Somebody who is in the slot has to go. */
static void reach_by_leaving(struct search *q, int32_t slot, int32_t node, int64_t cost)
{
    struct gs_assignment *s = q->s;
    for (int32_t i = s->slots[slot].first; i >= 0; i = s->trucks[i].after) {
        const struct gs_assignment_truck *t = &s->trucks[i];
        int64_t left = s->barred ? cost : cost - paid(t);
        reach_any(q, i, node, t->prices == NULL && t->at != t->own ? cost - MOVED : left);
        if (t->at != t->own && !t->homeless) {
            reach(q, t->own, left, node, i);
        }
    }
}

static void expand(struct search *q, int32_t node)
{
    struct gs_assignment *s = q->s;
    int64_t cost = s->paths[node].cost;
    if (node < s->slot_count) {
        if (s->slots[node].count < s->slots[node].capacity) {
            reach_window(q, node, cost);
        } else {
            reach_by_leaving(q, node, node, cost);
        }
        return;
    }
    bool any = node >= s->slot_count + s->window_count;
    int32_t window = node - s->slot_count - (any ? s->window_count : 0);
    const struct gs_assignment_window *w = &s->windows[window];
    if (!any && window_has_room(s, window)) {
        return;
    }
    for (int32_t slot = w->first_slot; slot < w->first_slot + w->slot_count; slot++) {
        if (!any) {
            reach_by_leaving(q, slot, node, cost);
        } else if (s->slots[slot].open) {
            reach(q, slot, cost, node, -1);
        }
    }
}

/* The window with room that is reached at the lowest cost, the emptiest of these; -1: none. */
static int32_t best_end(const struct gs_assignment *s)
{
    int32_t best = -1;
    for (int32_t i = 0; i < s->window_count; i++) {
        const struct gs_assignment_window *w = &s->windows[i], *b = best >= 0 ? &s->windows[best] : NULL;
        int64_t cost = s->paths[window_node(s, i)].cost;
        int64_t best_cost = b != NULL ? s->paths[window_node(s, best)].cost : FAR;
        if (cost == FAR || !window_has_room(s, i)) {
            continue;
        }
        if (b == NULL || cost < best_cost ||
            (cost == best_cost && emptier(w->count, w->capacity, b->count, b->capacity))) {
            best = i;
        }
    }
    return best;
}

static void carry_out(struct gs_assignment *s, int32_t end_window)
{
    int32_t to = -1;
    for (int32_t node = window_node(s, end_window); node >= 0; node = s->paths[node].from) {
        to = node < s->slot_count ? node : to;
        if (s->paths[node].truck >= 0) {
            place(s, s->paths[node].truck, to);
        }
    }
}

/* What was reached in vain is closed in itself and full: no later path can lead through it. */
static void bury(struct gs_assignment *s, int32_t nodes)
{
    for (int32_t i = 0; i < nodes; i++) {
        s->paths[i].dead = s->paths[i].dead || s->paths[i].cost != FAR;
    }
}

bool gs_assignment_add(struct gs_assignment *s, int32_t truck)
{
    struct gs_assignment_truck *t = &s->trucks[truck];
    if (!t->homeless && has_room(s, t->own)) {
        place(s, truck, t->own);
        return true;
    }
    struct search q = {.s = s, .nodes = s->slot_count + 2 * s->window_count};
    for (int32_t i = 0; i < q.nodes; i++) {
        s->paths[i].cost = FAR;
        s->paths[i].queued = false;
    }
    if (!t->homeless) {
        reach(&q, t->own, 0, -1, truck);
    }
    reach_any(&q, truck, -1, 0);
    while (q.queued > 0) {
        int32_t node = s->queue[q.head];
        q.head = (q.head + 1) % q.nodes;
        q.queued--;
        s->paths[node].queued = false;
        expand(&q, node);
    }
    int32_t end = best_end(s);
    if (end < 0) {
        if (!q.barred) {
            bury(s, q.nodes);
        }
        if (t->company != GS_NO_COMPANY && !t->homeless) {
            s->held[t->company][home_of(s, t)]--;
        }
        t->homeless = true;
        return false;
    }
    carry_out(s, end);
    return true;
}
