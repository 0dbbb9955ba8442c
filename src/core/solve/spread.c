/* The even spread of spread.h. Nodes of the residual network: a slot with one unit too many; the way into a window, from where all its
 * slots can be reached; a window with one unit too many; and the outside, through which what one window has too much
 * another has too little. A cycle moves units so that all counts come out right again; as long as one of negative cost is
 * there, it is carried out. Costs are compared part by part and are whole numbers: marginal costs (2n + 1) ÷ capacity
 * over a common denominator. */
#include "solve/spread.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

__extension__ typedef __int128 wide;

#define SCALE_MAX (INT64_C(1) << 62)
#define NOTHING (-1)

struct cost { /* in order of weight */
    wide windows, slots;
    int64_t moves; /* and changes of window, which weigh less than one move in all */
};

struct arc {
    struct cost cost;
    int32_t from, to;
    int32_t unit; /* that it moves; NOTHING */
};

struct net {
    struct gs_spread *s;
    int64_t window_scale, slot_scale;
    int64_t move; /* what a move costs, in changes of window */
    int32_t node_count, arc_count;
    struct arc *arcs;       /* owned */
    struct cost *distances; /* owned, by node */
    int32_t *came_by;       /* owned, by node: arc */
    int32_t *seen;          /* owned, by node */
};

/* Numbers of nodes; a slot's is its own. */
static int32_t way_into(const struct net *n, int32_t window)
{
    return n->s->slot_count + window;
}

static int32_t window_node(const struct net *n, int32_t window)
{
    return n->s->slot_count + n->s->window_count + window;
}

static int32_t outside(const struct net *n)
{
    return n->s->slot_count + 2 * n->s->window_count;
}

static int64_t gcd(int64_t a, int64_t b)
{
    while (b != 0) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static int64_t common_multiple(int64_t a, int64_t b)
{
    assert(a > 0 && b > 0);
    wide multiple = (wide)(a / gcd(a, b)) * b;
    return multiple > SCALE_MAX ? SCALE_MAX : (int64_t)multiple;
}

static bool less(const struct cost *a, const struct cost *b)
{
    if (a->windows != b->windows) {
        return a->windows < b->windows;
    }
    return a->slots != b->slots ? a->slots < b->slots : a->moves < b->moves;
}

static void add_arc(struct net *n, int32_t from, int32_t to, struct cost cost, int32_t unit)
{
    n->arcs[n->arc_count++] = (struct arc){.cost = cost, .from = from, .to = to, .unit = unit};
}

/* What it counts as a move that a unit stands in a slot that is not its home. */
static int64_t cost_in(const struct net *n, const struct gs_spread_unit *u, int32_t window)
{
    return n->move + (n->s->slots[u->home].window != window ? 1 : 0);
}

/* From every slot the units that cost least into each window; those away from home may also return there. */
static void add_unit_arcs(struct net *n)
{
    struct gs_spread *s = n->s;
    int32_t *best = n->seen; /* of slot and window; free between searches */
    for (int32_t i = 0; i < s->slot_count * s->window_count; i++) {
        best[i] = NOTHING;
    }
    for (int32_t i = 0; i < s->unit_count; i++) {
        const struct gs_spread_unit *u = &s->units[i];
        int64_t now = u->slot == u->home ? 0 : cost_in(n, u, s->slots[u->slot].window);
        if (u->slot != u->home) {
            add_arc(n, u->slot, u->home, (struct cost){.moves = -now}, i);
        }
        for (int32_t w = 0; w < s->window_count; w++) {
            int32_t *arc = &best[u->slot * s->window_count + w];
            int64_t moves = cost_in(n, u, w) - now;
            if ((u->windows >> w & 1) == 0 || (*arc != NOTHING && n->arcs[*arc].cost.moves <= moves)) {
                continue;
            }
            if (*arc == NOTHING) {
                *arc = n->arc_count++;
            }
            n->arcs[*arc] = (struct arc){.cost.moves = moves, .from = u->slot, .to = way_into(n, w), .unit = i};
        }
    }
}

static void add_count_arcs(struct net *n)
{
    const struct gs_spread *s = n->s;
    int32_t units[GS_MAX_WINDOWS] = {0};
    for (int32_t i = 0; i < s->slot_count; i++) {
        const struct gs_spread_slot *slot = &s->slots[i];
        wide share = n->slot_scale / slot->capacity;
        units[slot->window] += slot->units;
        add_arc(n, way_into(n, slot->window), i, (struct cost){0}, NOTHING);
        if (slot->booked < slot->room) {
            add_arc(n, i, window_node(n, slot->window), (struct cost){.slots = share * (2 * slot->booked + 1)},
                    NOTHING);
        }
        if (slot->units > 0) {
            add_arc(n, window_node(n, slot->window), i, (struct cost){.slots = -share * (2 * slot->booked - 1)},
                    NOTHING);
        }
    }
    for (int32_t i = 0; i < s->window_count; i++) {
        const struct gs_spread_window *w = &s->windows[i];
        wide share = n->window_scale / w->capacity;
        if (w->booked < w->room) {
            add_arc(n, window_node(n, i), outside(n), (struct cost){.windows = share * (2 * w->booked + 1)}, NOTHING);
        }
        if (units[i] > 0) {
            add_arc(n, outside(n), window_node(n, i), (struct cost){.windows = -share * (2 * w->booked - 1)}, NOTHING);
        }
    }
}

/* A node of a cycle that the search has gone round; NOTHING if it has gone round none yet. */
static int32_t find_cycle(const struct net *n)
{
    for (int32_t i = 0; i < n->node_count; i++) {
        n->seen[i] = NOTHING;
    }
    for (int32_t start = 0; start < n->node_count; start++) {
        int32_t node = start;
        while (n->seen[node] == NOTHING && n->came_by[node] != NOTHING) {
            n->seen[node] = start;
            node = n->arcs[n->came_by[node]].from;
        }
        if (n->seen[node] == start && n->came_by[node] != NOTHING) {
            return node;
        }
        n->seen[node] = start;
    }
    return NOTHING;
}

static bool improve(struct net *n)
{
    bool improved = false;
    for (int32_t i = 0; i < n->arc_count; i++) {
        const struct arc *a = &n->arcs[i];
        const struct cost *from = &n->distances[a->from];
        struct cost by = {from->windows + a->cost.windows, from->slots + a->cost.slots, from->moves + a->cost.moves};
        if (less(&by, &n->distances[a->to])) {
            n->distances[a->to] = by;
            n->came_by[a->to] = i;
            improved = true;
        }
    }
    return improved;
}

/* Bellman and Ford: a node of a negative cycle, which came_by goes round backwards; NOTHING: there is none. */
static int32_t negative_cycle(struct net *n)
{
    n->arc_count = 0;
    add_unit_arcs(n);
    add_count_arcs(n);
    memset(n->distances, 0, (size_t)n->node_count * sizeof *n->distances);
    for (int32_t i = 0; i < n->node_count; i++) {
        n->came_by[i] = NOTHING;
    }
    while (improve(n)) {
        int32_t node = find_cycle(n);
        if (node != NOTHING) {
            return node;
        }
    }
    return NOTHING;
}

static void put(struct gs_spread *s, struct gs_spread_unit *u, int32_t slot)
{
    struct gs_spread_slot *from = &s->slots[u->slot], *to = &s->slots[slot];
    from->booked--;
    from->units--;
    s->windows[from->window].booked--;
    to->booked++;
    to->units++;
    s->windows[to->window].booked++;
    u->slot = slot;
}

static void carry_out(const struct net *n, int32_t node)
{
    const struct gs_spread *s = n->s;
    if (node >= s->slot_count && node < window_node(n, 0)) {
        node = n->arcs[n->came_by[node]].from; /* not in the middle of a move */
    }
    int32_t at = node, after = node;
    do {
        const struct arc *a = &n->arcs[n->came_by[at]];
        if (a->unit != NOTHING) {
            put(n->s, &s->units[a->unit], at < s->slot_count ? at : after);
        }
        after = at;
        at = a->from;
    } while (at != node);
}

static void finish(struct net *n)
{
    free(n->arcs);
    free(n->distances);
    free(n->came_by);
    free(n->seen);
}

static int prepare(struct net *n, struct gs_spread *s)
{
    memset(n, 0, sizeof *n);
    n->s = s;
    n->window_scale = n->slot_scale = 1;
    n->move = s->unit_count + 1;
    n->node_count = outside(n) + 1;
    for (int32_t i = 0; i < s->window_count; i++) {
        n->window_scale = common_multiple(n->window_scale, s->windows[i].capacity);
    }
    for (int32_t i = 0; i < s->slot_count; i++) {
        n->slot_scale = common_multiple(n->slot_scale, s->slots[i].capacity);
    }
    size_t pairs = (size_t)s->slot_count * (size_t)s->window_count, nodes = (size_t)n->node_count;
    n->arcs = malloc((pairs + 3 * nodes + (size_t)s->unit_count) * sizeof *n->arcs);
    n->distances = malloc(nodes * sizeof *n->distances);
    n->came_by = malloc(nodes * sizeof *n->came_by);
    n->seen = malloc((pairs > nodes ? pairs : nodes) * sizeof *n->seen);
    if (n->arcs == NULL || n->distances == NULL || n->came_by == NULL || n->seen == NULL) {
        finish(n);
        return GS_E_NOMEM;
    }
    return GS_OK;
}

int gs_spread_solve(struct gs_spread *spread)
{
    struct net n;
    int err = prepare(&n, spread);
    if (err != GS_OK) {
        return err;
    }
    for (int32_t node; (node = negative_cycle(&n)) != NOTHING;) {
        carry_out(&n, node);
    }
    finish(&n);
    return GS_OK;
}
