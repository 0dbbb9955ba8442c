/* Numbers for short texts (FNV-1a, 64 bits; open addressing, linear, at most half full). It keeps texts only: what they stand for is its
 * users' to know. */
#include "state/table.h"
#include "gateslot/base/hash.h"

#include "gateslot/base/text.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM 16

static uint32_t hash_of(const char *text)
{
    const uint64_t h = gs_fnv_text(GS_FNV_START, text);
    return (uint32_t)(h ^ (h >> 32));
}

void gs_table_finish(struct gs_table *t)
{
    free(t->keys);
    free(t->buckets);
    memset(t, 0, sizeof *t);
}

/* The bucket that holds key, or the free one where it belongs. There is always a free one. */
static uint32_t bucket_of(const struct gs_table *t, const char *key)
{
    uint32_t mask = t->bucket_count - 1, at = hash_of(key) & mask;
    while (t->buckets[at] != 0 && strcmp(t->keys[t->buckets[at] - 1], key) != 0) {
        at = (at + 1) & mask;
    }
    return at;
}

int32_t gs_table_find(const struct gs_table *t, const char *key)
{
    return t->bucket_count > 0 ? t->buckets[bucket_of(t, key)] - 1 : -1;
}

static int grow(struct gs_table *t)
{
    int32_t room = t->room == 0 ? FIRST_ROOM : t->room * 2;
    int32_t *buckets = calloc((size_t)room * 2, sizeof *buckets);
    if (buckets == NULL) {
        return GS_E_NOMEM;
    }
    char(*keys)[GS_TABLE_KEY] = realloc(t->keys, (size_t)room * sizeof *keys);
    if (keys == NULL) {
        free(buckets);
        return GS_E_NOMEM;
    }
    free(t->buckets);
    t->keys = keys;
    t->room = room;
    t->buckets = buckets;
    t->bucket_count = (uint32_t)room * 2;
    for (int32_t i = 0; i < t->count; i++) {
        t->buckets[bucket_of(t, t->keys[i])] = i + 1;
    }
    return GS_OK;
}

int gs_table_put(struct gs_table *t, const char *key, int32_t *out)
{
    int32_t known = gs_table_find(t, key);
    if (known >= 0) {
        *out = known;
        return GS_OK;
    }
    int err = t->count == t->room ? grow(t) : GS_OK;
    if (err != GS_OK) {
        return err;
    }
    gs_text_copy(t->keys[t->count], sizeof t->keys[t->count], key);
    t->buckets[bucket_of(t, t->keys[t->count])] = t->count + 1;
    *out = t->count++;
    return GS_OK;
}
