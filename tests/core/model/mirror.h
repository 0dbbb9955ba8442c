/* A store in memory: takes the records of batches one by one, in their order, and refuses what a database would: two
 * bookings on one place, a gap in the events, a broken chain. A book can be rebuilt from it at any time (I4). */
#ifndef GATESLOT_TESTS_CORE_MIRROR_H
#define GATESLOT_TESTS_CORE_MIRROR_H

#include "gateslot/core/book.h"

#define MIRROR_BOOKINGS 1024
#define MIRROR_CAPACITIES 64

struct mirror {
    int64_t last_id, last_seq;
    struct gs_booking rows[MIRROR_BOOKINGS]; /* by id − 1 */
    int64_t last_event[MIRROR_BOOKINGS];
    int32_t capacity_count;
    struct gs_capacity capacities[MIRROR_CAPACITIES];
    char complaint[160]; /* "" = all is well */
};

void mirror_init(struct mirror *s);
void mirror_commit(struct mirror *s, const struct gs_batch *batch);
struct gs_book *mirror_load(const struct mirror *s, const struct gs_rules *rules, int64_t now_ms); /* NULL: refused */

#endif
