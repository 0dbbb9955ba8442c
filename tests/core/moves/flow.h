/* Maximum flow by Dinic's algorithm (E. A. Dinits, 1970): the independent judge of who could be admitted. */
#ifndef GATESLOT_TESTS_CORE_FLOW_H
#define GATESLOT_TESTS_CORE_FLOW_H

#include <stdint.h>

#define FLOW_NODES 512
#define FLOW_ARCS 65536

struct flow {
    int32_t nodes, arcs;
    int32_t first[FLOW_NODES], level[FLOW_NODES], at[FLOW_NODES], queue[FLOW_NODES];
    int32_t next[FLOW_ARCS], to[FLOW_ARCS], left[FLOW_ARCS]; /* arc i ^ 1 is its reverse */
};

void flow_init(struct flow *f, int32_t nodes);
void flow_arc(struct flow *f, int32_t from, int32_t to, int32_t capacity);
int32_t flow_max(struct flow *f, int32_t source, int32_t sink);

#endif
