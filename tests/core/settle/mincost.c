/* Successive shortest paths; each by a queue of improved nodes. */
#include "mincost.h"
#include <stdbool.h>
#include <stdlib.h>

void mincost_init(struct mincost *f, int32_t nodes)
{
    if (nodes > MINCOST_NODES) {
        abort();
    }
    f->nodes = nodes;
    f->arcs = 0;
    for (int32_t i = 0; i < nodes; i++) {
        f->first[i] = -1;
    }
}

static void half(struct mincost *f, int32_t from, int32_t to, int32_t capacity, int64_t cost)
{
    if (f->arcs == MINCOST_ARCS) {
        abort();
    }
    f->to[f->arcs] = to;
    f->left[f->arcs] = capacity;
    f->cost[f->arcs] = cost;
    f->next[f->arcs] = f->first[from];
    f->first[from] = f->arcs++;
}

void mincost_arc(struct mincost *f, int32_t from, int32_t to, int32_t capacity, int64_t cost)
{
    half(f, from, to, capacity, cost);
    half(f, to, from, 0, -cost);
}

static bool shortest_path(struct mincost *f, int32_t source, int32_t sink)
{
    int32_t queue[MINCOST_NODES], head = 0, waiting = 1;
    bool queued[MINCOST_NODES] = {false};
    for (int32_t i = 0; i < f->nodes; i++) {
        f->distance[i] = INT64_MAX;
    }
    f->distance[source] = 0;
    queue[0] = source;
    while (waiting > 0) {
        int32_t node = queue[head];
        head = (head + 1) % MINCOST_NODES;
        waiting--;
        queued[node] = false;
        for (int32_t a = f->first[node]; a >= 0; a = f->next[a]) {
            int64_t by = f->distance[node] + f->cost[a];
            if (f->left[a] == 0 || by >= f->distance[f->to[a]]) {
                continue;
            }
            f->distance[f->to[a]] = by;
            f->by[f->to[a]] = a;
            if (!queued[f->to[a]]) {
                queued[f->to[a]] = true;
                queue[(head + waiting++) % MINCOST_NODES] = f->to[a];
            }
        }
    }
    return f->distance[sink] < INT64_MAX;
}

int32_t mincost_flow(struct mincost *f, int32_t source, int32_t sink, int64_t *out_cost)
{
    int32_t total = 0;
    *out_cost = 0;
    while (shortest_path(f, source, sink)) {
        for (int32_t node = sink; node != source; node = f->to[f->by[node] ^ 1]) {
            f->left[f->by[node]]--;
            f->left[f->by[node] ^ 1]++;
        }
        *out_cost += f->distance[sink];
        total++;
    }
    return total;
}
