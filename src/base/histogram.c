/* Histograms of durations: fixed bounds from half a millisecond to two and a half seconds, one addition and a short search each. */
#include "gateslot/base/histogram.h"
#include <inttypes.h>
#include <time.h>

static const struct {
    int64_t us;
    const char *seconds;
} bounds[GS_HISTOGRAM_BUCKETS - 1] = {
    {500, "0.0005"}, {1000, "0.001"}, {2500, "0.0025"}, {5000, "0.005"}, {10000, "0.01"}, {25000, "0.025"},
    {50000, "0.05"}, {100000, "0.1"}, {250000, "0.25"}, {500000, "0.5"}, {1000000, "1"},  {2500000, "2.5"},
};

int64_t gs_monotonic_us(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* There is one who writes, so nothing is lost between the two. */
static void add(_Atomic uint64_t *number, uint64_t more)
{
    uint64_t value = atomic_load_explicit(number, memory_order_relaxed);
    atomic_store_explicit(number, value + more, memory_order_relaxed);
}

void gs_histogram_observe(struct gs_histogram *h, int64_t us)
{
    size_t bucket = 0;
    us = us > 0 ? us : 0;
    while (bucket < GS_HISTOGRAM_BUCKETS - 1 && us > bounds[bucket].us) {
        bucket++;
    }
    add(&h->counts[bucket], 1);
    add(&h->sum_us, (uint64_t)us);
}

void gs_histogram_write(struct gs_buf *out, const char *name, const char *help, const struct gs_histogram *h)
{
    uint64_t count = 0, sum_us = atomic_load_explicit(&h->sum_us, memory_order_relaxed);
    gs_buf_printf(out, "# HELP %s %s\n# TYPE %s histogram\n", name, help, name);
    for (size_t i = 0; i < GS_HISTOGRAM_BUCKETS; i++) {
        count += atomic_load_explicit(&h->counts[i], memory_order_relaxed);
        gs_buf_printf(out, "%s_bucket{le=\"%s\"} %" PRIu64 "\n", name,
                      i < GS_HISTOGRAM_BUCKETS - 1 ? bounds[i].seconds : "+Inf", count);
    }
    gs_buf_printf(out, "%s_sum %" PRIu64 ".%06" PRIu64 "\n%s_count %" PRIu64 "\n", name, sum_us / 1000000,
                  sum_us % 1000000, name, count);
}
