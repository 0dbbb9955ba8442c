/* Hashed look-up of entries by plate, container and pass code (FNV-1a, 64 bits; chained buckets, doubled when full).
 * When there is no memory to double, it goes on with longer chains: slower, never wrong. */
#include "state/index.h"
#include "gateslot/base/hash.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_BUCKETS 256

static uint64_t hash_of(const char *text)
{
    const uint64_t h = gs_fnv_text(GS_FNV_START, text);
    return h ^ (h >> 32);
}

int gs_index_init(struct gs_index *index)
{
    struct gs_link **buckets = calloc(FIRST_BUCKETS, sizeof(struct gs_link *));
    if (buckets == NULL) {
        return GS_E_NOMEM;
    }
    index->buckets = buckets;
    index->bucket_count = FIRST_BUCKETS;
    index->count = 0;
    return GS_OK;
}

void gs_index_finish(struct gs_index *index)
{
    free(index->buckets);
    memset(index, 0, sizeof *index);
}

static void put(struct gs_link **bucket, struct gs_link *link)
{
    link->next = *bucket;
    link->back = bucket;
    if (link->next != NULL) {
        link->next->back = &link->next;
    }
    *bucket = link;
}

static void grow(struct gs_index *index, size_t bucket_count)
{
    struct gs_link **buckets = calloc(bucket_count, sizeof(struct gs_link *));
    if (buckets == NULL) {
        return;
    }
    for (size_t i = 0; i < index->bucket_count; i++) {
        struct gs_link *next;
        for (struct gs_link *link = index->buckets[i]; link != NULL; link = next) {
            next = link->next;
            put(&buckets[link->hash & (bucket_count - 1)], link);
        }
    }
    free(index->buckets);
    index->buckets = buckets;
    index->bucket_count = bucket_count;
}

void gs_index_expect(struct gs_index *index, size_t count)
{
    size_t bucket_count = index->bucket_count;
    while (bucket_count < count) {
        bucket_count *= 2;
    }
    if (bucket_count > index->bucket_count) {
        grow(index, bucket_count);
    }
}

void gs_index_add(struct gs_index *index, struct gs_link *link, struct gs_entry *entry, const char *text)
{
    if (index->count >= index->bucket_count) {
        grow(index, index->bucket_count * 2);
    }
    link->entry = entry;
    link->hash = hash_of(text);
    put(&index->buckets[link->hash & (index->bucket_count - 1)], link);
    index->count++;
}

void gs_index_remove(struct gs_index *index, struct gs_link *link)
{
    if (link->back == NULL) {
        return;
    }
    *link->back = link->next;
    if (link->next != NULL) {
        link->next->back = link->back;
    }
    link->next = NULL;
    link->back = NULL;
    index->count--;
}

static struct gs_link *same_hash(struct gs_link *link, uint64_t hash)
{
    while (link != NULL && link->hash != hash) {
        link = link->next;
    }
    return link;
}

struct gs_link *gs_index_first(const struct gs_index *index, const char *text)
{
    uint64_t hash = hash_of(text);
    return same_hash(index->buckets[hash & (index->bucket_count - 1)], hash);
}

struct gs_link *gs_index_next(const struct gs_link *link)
{
    return same_hash(link->next, link->hash);
}
