/* A map from the name of a row, in words of eight bytes, to its checksum: one array, so that a row costs its words and one more, and as much again
 * of room. It knows no table. */
#ifndef GATESLOT_STORE_SUM_MAP_H
#define GATESLOT_STORE_SUM_MAP_H

#include "gateslot/base/error.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gs_sum_map {
    uint64_t *at;       /* owned: a name and its checksum, room times; the first word of a name is never 0 */
    size_t words;       /* of a name; the map is all zero but for these */
    size_t room, count; /* room: a power of two, or 0 */
};

void gs_sum_map_finish(struct gs_sum_map *m); /* empty again */
/* Where the checksum of that name stands, a new one with 0; *out_new says so. Until the next call. NULL without memory. */
int64_t *gs_sum_map_put(struct gs_sum_map *m, const uint64_t *name, bool *out_new);
const int64_t *gs_sum_map_find(const struct gs_sum_map *m, const uint64_t *name); /* NULL: there is none */
bool gs_sum_map_remove(struct gs_sum_map *m, const uint64_t *name, int64_t *out_checksum);

#endif
