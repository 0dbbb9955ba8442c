/* Who can keep a place, solved apart from the core: a plain flow network with a node for every truck, slot and window, and shortest
 * augmenting paths by Bellman and Ford over a list of edges. Slow and simple on purpose. */
#ifndef GATESLOT_TESTS_CORE_PLAN_SOLVER_H
#define GATESLOT_TESTS_CORE_PLAN_SOLVER_H

#include <stdbool.h>
#include <stdint.h>

#define SOLVER_NODES 1024
#define SOLVER_EDGES 65536

struct solver {
    int32_t nodes, edges; /* nodes 0 = source, 1 = sink */
    struct {
        int32_t from, to, capacity, cost, flow;
    } edge[SOLVER_EDGES];
};

void solver_init(struct solver *s);
int32_t solver_node(struct solver *s);
int32_t solver_edge(struct solver *s, int32_t from, int32_t to, int32_t capacity, int32_t cost);
/* One unit more along a cheapest path; false: none. */
bool solver_augment(struct solver *s);
/* All units that can be; returns how many. */
int32_t solver_all(struct solver *s);
int32_t solver_cost(const struct solver *s);

#endif
