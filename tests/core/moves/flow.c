/* Dinic: levels by breadth-first search, then blocking flows by depth-first search. */
#include "flow.h"
#include <stdbool.h>
#include <stdlib.h>

void flow_init(struct flow *f, int32_t nodes)
{
    if (nodes > FLOW_NODES) {
        abort();
    }
    f->nodes = nodes;
    f->arcs = 0;
    for (int32_t i = 0; i < nodes; i++) {
        f->first[i] = -1;
    }
}

static void half(struct flow *f, int32_t from, int32_t to, int32_t capacity)
{
    if (f->arcs == FLOW_ARCS) {
        abort();
    }
    f->to[f->arcs] = to;
    f->left[f->arcs] = capacity;
    f->next[f->arcs] = f->first[from];
    f->first[from] = f->arcs++;
}

void flow_arc(struct flow *f, int32_t from, int32_t to, int32_t capacity)
{
    half(f, from, to, capacity);
    half(f, to, from, 0);
}

static bool levels(struct flow *f, int32_t source, int32_t sink)
{
    int32_t head = 0, tail = 0;
    for (int32_t i = 0; i < f->nodes; i++) {
        f->level[i] = -1;
        f->at[i] = f->first[i];
    }
    f->level[source] = 0;
    f->queue[tail++] = source;
    while (head < tail) {
        int32_t node = f->queue[head++];
        for (int32_t a = f->first[node]; a >= 0; a = f->next[a]) {
            if (f->left[a] > 0 && f->level[f->to[a]] < 0) {
                f->level[f->to[a]] = f->level[node] + 1;
                f->queue[tail++] = f->to[a];
            }
        }
    }
    return f->level[sink] >= 0;
}

static int32_t push(struct flow *f, int32_t node, int32_t sink, int32_t most)
{
    if (node == sink) {
        return most;
    }
    for (; f->at[node] >= 0; f->at[node] = f->next[f->at[node]]) {
        int32_t a = f->at[node];
        if (f->left[a] > 0 && f->level[f->to[a]] == f->level[node] + 1) {
            int32_t pushed = push(f, f->to[a], sink, most < f->left[a] ? most : f->left[a]);
            if (pushed > 0) {
                f->left[a] -= pushed;
                f->left[a ^ 1] += pushed;
                return pushed;
            }
        }
    }
    return 0;
}

int32_t flow_max(struct flow *f, int32_t source, int32_t sink)
{
    int32_t total = 0, pushed;
    while (levels(f, source, sink)) {
        while ((pushed = push(f, source, sink, INT32_MAX)) > 0) {
            total += pushed;
        }
    }
    return total;
}
