/* Minimum-cost flow by successive shortest paths (Busacker and Gowen, 1961): the independent judge of settling. */
#ifndef GATESLOT_TESTS_CORE_MINCOST_H
#define GATESLOT_TESTS_CORE_MINCOST_H

#include <stdint.h>

#define MINCOST_NODES 256
#define MINCOST_ARCS 32768

struct mincost {
    int32_t nodes, arcs;
    int32_t first[MINCOST_NODES], by[MINCOST_NODES];
    int64_t distance[MINCOST_NODES];
    int32_t next[MINCOST_ARCS], to[MINCOST_ARCS], left[MINCOST_ARCS]; /* arc i ^ 1 is its reverse */
    int64_t cost[MINCOST_ARCS];
};

void mincost_init(struct mincost *f, int32_t nodes);
void mincost_arc(struct mincost *f, int32_t from, int32_t to, int32_t capacity, int64_t cost);
/* As much as can flow, at the least cost. Returns how much. */
int32_t mincost_flow(struct mincost *f, int32_t source, int32_t sink, int64_t *out_cost);

#endif
