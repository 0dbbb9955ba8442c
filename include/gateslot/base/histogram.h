/* Histograms of durations, as Prometheus shows them. One thread observes; any thread may read meanwhile: it sees each number whole, and
 * of one observation maybe some numbers before the others. */
#ifndef GATESLOT_BASE_HISTOGRAM_H
#define GATESLOT_BASE_HISTOGRAM_H

#include "gateslot/base/buf.h"
#include <stdatomic.h>
#include <stdint.h>

#define GS_HISTOGRAM_BUCKETS 13

struct gs_histogram {                              /* zeroed: empty */
    _Atomic uint64_t counts[GS_HISTOGRAM_BUCKETS]; /* each for itself, not cumulated; the last has no bound */
    _Atomic uint64_t sum_us;
};

int64_t gs_monotonic_us(void);
void gs_histogram_observe(struct gs_histogram *h, int64_t us); /* below 0 counts as 0 */
/* HELP, TYPE and all lines of one histogram in seconds (Prometheus text format 0.0.4). */
void gs_histogram_write(struct gs_buf *out, const char *name, const char *help, const struct gs_histogram *h);

#endif
