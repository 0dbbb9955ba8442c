/* The places of one slot: who holds which number, and the lowest free number in constant time (a bitmap of two
 * levels). */
#ifndef GATESLOT_CORE_PLACES_H
#define GATESLOT_CORE_PLACES_H

#include "gateslot/base/error.h"
#include "gateslot/base/limits.h"
#include <stdbool.h>
#include <stdint.h>

struct gs_entry;

#define GS_PLACE_WORDS ((GS_MAX_CAPACITY + 63) / 64)

struct gs_places {
    struct gs_entry **holders;                 /* by number; owned; NULL while nobody ever held one */
    uint64_t *used;                            /* a bit per number, as many words as holders needs */
    int32_t room;                              /* of holders */
    uint64_t full[(GS_PLACE_WORDS + 63) / 64]; /* a bit per word of used */
};

void gs_places_finish(struct gs_places *p);
int32_t gs_places_lowest_free(const struct gs_places *p); /* may be GS_MAX_CAPACITY or more: none */
struct gs_entry *gs_places_holder(const struct gs_places *p, int32_t number);
/* number must be free and below GS_MAX_CAPACITY. */
int gs_places_take(struct gs_places *p, int32_t number, struct gs_entry *holder) GS_MUST_CHECK;
void gs_places_release(struct gs_places *p, int32_t number);

#endif
