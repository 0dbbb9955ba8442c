/* A map from a short text to the entries that carry it, through links inside the entries: nothing is allocated per
 * entry. Links of one text come in no order: whoever walks them must choose by a total order of his own. */
#ifndef GATESLOT_CORE_INDEX_H
#define GATESLOT_CORE_INDEX_H

#include "gateslot/base/error.h"
#include <stddef.h>
#include <stdint.h>

struct gs_entry;

struct gs_link {
    struct gs_link *next, **back; /* back NULL: in no index */
    struct gs_entry *entry;
    uint64_t hash;
};

struct gs_index {
    struct gs_link **buckets; /* owned */
    size_t bucket_count, count;
};

int gs_index_init(struct gs_index *index) GS_MUST_CHECK;
/* So many are about to come into an empty one: it need not grow for them one doubling after the other. */
void gs_index_expect(struct gs_index *index, size_t count);
void gs_index_finish(struct gs_index *index);
void gs_index_add(struct gs_index *index, struct gs_link *link, struct gs_entry *entry, const char *text);
void gs_index_remove(struct gs_index *index, struct gs_link *link); /* one in no index is left alone */
/* Links whose text has that hash; the caller compares the text itself. */
struct gs_link *gs_index_first(const struct gs_index *index, const char *text);
struct gs_link *gs_index_next(const struct gs_link *link);

#endif
