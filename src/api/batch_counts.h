/* What became of batches and of their requests, counted since the start for /metrics. */
#ifndef GATESLOT_API_BATCH_COUNTS_H
#define GATESLOT_API_BATCH_COUNTS_H

#include "gateslot/base/buf.h"
#include <stdbool.h>
#include <stdint.h>

enum gs_batch_end { GS_BATCH_EACH, GS_BATCH_TOGETHER, GS_BATCH_REFUSED, GS_BATCH_ENDS };
enum gs_batch_part {
    GS_BATCH_PART_BOOKED,
    GS_BATCH_PART_WAITING,
    GS_BATCH_PART_REFUSED,
    GS_BATCH_PART_UNDONE,
    GS_BATCH_PART_REPLAYED,
    GS_BATCH_PARTS
};

struct gs_batch_counts {
    uint64_t ends[GS_BATCH_ENDS], parts[GS_BATCH_PARTS];
};

/* A batch that was decided; stands: not refused as a whole. */
void gs_batch_counts_end(struct gs_batch_counts *counts, bool together, bool stands);
/* One of its requests, answered with this status; booked: it got a booking, whether that stands or not. */
void gs_batch_counts_part(struct gs_batch_counts *counts, int status, bool replayed, bool booked);
void gs_batch_counts_write(const struct gs_batch_counts *counts, struct gs_buf *out);

#endif
