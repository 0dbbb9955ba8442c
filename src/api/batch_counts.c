/* Counts what became of batches and of their requests, for /metrics. */
#include "batch_counts.h"
#include <inttypes.h>

void gs_batch_counts_end(struct gs_batch_counts *counts, bool together, bool stands)
{
    counts->ends[!stands ? GS_BATCH_REFUSED : together ? GS_BATCH_TOGETHER : GS_BATCH_EACH]++;
}

static enum gs_batch_part part_of(int status, bool replayed, bool booked)
{
    if (replayed) {
        return GS_BATCH_PART_REPLAYED;
    }
    if (status >= 400) {
        return booked ? GS_BATCH_PART_UNDONE : GS_BATCH_PART_REFUSED;
    }
    return status == 202 ? GS_BATCH_PART_WAITING : GS_BATCH_PART_BOOKED;
}

void gs_batch_counts_part(struct gs_batch_counts *counts, int status, bool replayed, bool booked)
{
    counts->parts[part_of(status, replayed, booked)]++;
}

void gs_batch_counts_write(const struct gs_batch_counts *counts, struct gs_buf *out)
{
    static const char *const ends[GS_BATCH_ENDS] = {"each", "together", "refused"};
    static const char *const parts[GS_BATCH_PARTS] = {"booked", "waiting", "refused", "undone", "replayed"};
    gs_buf_str(out, "# HELP gateslot_http_batches_total Batches of bookings that were decided, by what became of them "
                    "as a whole.\n# TYPE gateslot_http_batches_total counter\n");
    for (int i = 0; i < GS_BATCH_ENDS; i++) {
        gs_buf_printf(out, "gateslot_http_batches_total{result=\"%s\"} %" PRIu64 "\n", ends[i], counts->ends[i]);
    }
    gs_buf_str(out, "# HELP gateslot_http_batch_requests_total Requests in them, by what became of each.\n"
                    "# TYPE gateslot_http_batch_requests_total counter\n");
    for (int i = 0; i < GS_BATCH_PARTS; i++) {
        gs_buf_printf(out, "gateslot_http_batch_requests_total{result=\"%s\"} %" PRIu64 "\n", parts[i],
                      counts->parts[i]);
    }
}
