/* The flow network of solver.h. */
#include "solver.h"

#include <stdlib.h>
#include <string.h>

#define FAR (INT32_MAX / 2)

void solver_init(struct solver *s)
{
    s->nodes = 2;
    s->edges = 0;
}

int32_t solver_node(struct solver *s)
{
    if (s->nodes == SOLVER_NODES) {
        abort();
    }
    return s->nodes++;
}

int32_t solver_edge(struct solver *s, int32_t from, int32_t to, int32_t capacity, int32_t cost)
{
    if (s->edges == SOLVER_EDGES) {
        abort();
    }
    s->edge[s->edges].from = from;
    s->edge[s->edges].to = to;
    s->edge[s->edges].capacity = capacity;
    s->edge[s->edges].cost = cost;
    s->edge[s->edges].flow = 0;
    return s->edges++;
}

/* One pass over all edges, in both directions; true if something got cheaper. */
static bool relax(const struct solver *s, int32_t cost[], int32_t by[])
{
    bool changed = false;
    for (int32_t i = 0; i < s->edges; i++) {
        int32_t from = s->edge[i].from, to = s->edge[i].to, c = s->edge[i].cost;
        if (s->edge[i].flow < s->edge[i].capacity && cost[from] < FAR && cost[from] + c < cost[to]) {
            cost[to] = cost[from] + c;
            by[to] = i;
            changed = true;
        }
        /* who has a place is not dropped for another: no way leads back to the source */
        if (from != 0 && s->edge[i].flow > 0 && cost[to] < FAR && cost[to] - c < cost[from]) {
            cost[from] = cost[to] - c;
            by[from] = i;
            changed = true;
        }
    }
    return changed;
}

bool solver_augment(struct solver *s)
{
    int32_t cost[SOLVER_NODES], by[SOLVER_NODES];
    for (int32_t i = 0; i < s->nodes; i++) {
        cost[i] = i == 0 ? 0 : FAR;
    }
    while (relax(s, cost, by)) {
    }
    if (cost[1] == FAR) {
        return false;
    }
    for (int32_t node = 1; node != 0;) {
        int32_t i = by[node];
        bool forward = s->edge[i].to == node;
        s->edge[i].flow += forward ? 1 : -1;
        node = forward ? s->edge[i].from : s->edge[i].to;
    }
    return true;
}

int32_t solver_all(struct solver *s)
{
    int32_t units = 0;
    while (solver_augment(s)) {
        units++;
    }
    return units;
}

int32_t solver_cost(const struct solver *s)
{
    int32_t total = 0;
    for (int32_t i = 0; i < s->edges; i++) {
        total += s->edge[i].flow * s->edge[i].cost;
    }
    return total;
}
