/* The index of past bookings by what people look for: which bookings have which three neighbouring characters (core/search.h). */
#ifndef GATESLOT_STORE_SEARCH_INDEX_H
#define GATESLOT_STORE_SEARCH_INDEX_H

#include "gateslot/core/search.h"
#include "impl.h"

/* Bookings are indexed by spans of ids; a row of the index tells of one gram which bookings of one span have it. */
enum { GS_SPAN_BITS = 14, GS_SPAN_IDS = 1 << GS_SPAN_BITS, GS_GRAM_BITS = 24, GS_SPAN_WORDS = GS_SPAN_IDS / 64 };
int64_t gs_span_of(int64_t id);
int64_t gs_span_first(int64_t span); /* its smallest id */
int64_t gs_span_key(int64_t span, uint32_t gram);

struct gs_span_set { /* a bit for each id of a span, the smallest first */
    uint64_t words[GS_SPAN_WORDS];
};
/* The row's set, all clear where there is no such row. GS_E_CORRUPT, noted: it is not as it was written. */
int gs_span_read(struct gs_store *store, int64_t key, struct gs_span_set *out) GS_MUST_CHECK;

/* Gathers bookings of one span after the other, in the order of their ids; ended by finish. */
struct gs_index_writer {
    struct gs_store *store;
    struct gs_total *total; /* of the index's rows; kept in step */
    int64_t span;
    uint64_t *entries; /* owned: gram and place in the span */
    size_t count, room;
};
int gs_index_writer_add(struct gs_index_writer *w, const struct gs_booking *b) GS_MUST_CHECK;
int gs_index_writer_flush(struct gs_index_writer *w) GS_MUST_CHECK;
void gs_index_writer_finish(struct gs_index_writer *w);

/* Anew from the archive, in the transaction under way, in memory that does not grow with it. A past booking that is damaged is left out: it
 * could not be shown. */
int gs_search_rebuild(struct gs_store *store, struct gs_total *out) GS_MUST_CHECK;

#endif
