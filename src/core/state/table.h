/* A map from a short text (a plate, a company's code, a name) to a number: 0, 1, 2 … in order of first sight. What belongs to a text is kept by
 * its number in an array beside. A text once seen stays: so nothing has to grow when it is seen again. */
#ifndef GATESLOT_CORE_TABLE_H
#define GATESLOT_CORE_TABLE_H

#include "gateslot/base/error.h"
#include "gateslot/base/limits.h"

#include <stddef.h>
#include <stdint.h>

#define GS_TABLE_KEY (GS_NAME_MAX + 1)
_Static_assert(GS_NAME_MAX >= GS_USCC_LEN, "the longest");
_Static_assert(GS_NAME_MAX >= GS_PLATE_MAX, "the longest");
_Static_assert(GS_NAME_MAX >= GS_WINDOW_ID_MAX, "the longest");

struct gs_table {
    char (*keys)[GS_TABLE_KEY]; /* owned, by number */
    int32_t *buckets;           /* owned; number + 1, 0 = free; a power of two of them */
    int32_t count, room;
    uint32_t bucket_count;
};

void gs_table_finish(struct gs_table *t);
int32_t gs_table_find(const struct gs_table *t, const char *key); /* -1 */
/* The number of key, new or known; key is at most GS_TABLE_KEY - 1 long. */
int gs_table_put(struct gs_table *t, const char *key, int32_t *out) GS_MUST_CHECK;

#endif
