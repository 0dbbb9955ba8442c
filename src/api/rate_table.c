/* Many rates, found by a key in constant time. It holds at most GS_RATE_TABLE_MAX; the one seen longest ago makes room, which has most likely
 * got back all it had used. What a key means is the caller's. */
#include "rate_table.h"
#include "gateslot/base/grow.h"
#include "gateslot/base/hash.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static size_t hash_of(const struct gs_rate_table *t, const unsigned char key[GS_RATE_KEY_BYTES])
{
    uint64_t h = t->seed;
    for (size_t i = 0; i < GS_RATE_KEY_BYTES; i += sizeof(int64_t)) {
        int64_t word;
        memcpy(&word, key + i, sizeof word);
        h = gs_hash_word(h, word);
    }
    return (size_t)(h % GS_RATE_TABLE_MAX);
}

static bool begin(struct gs_rate_table *t)
{
    if (t->chains != NULL) {
        return true;
    }
    t->chains = malloc(GS_RATE_TABLE_MAX * sizeof *t->chains);
    if (t->chains == NULL || getentropy(&t->seed, sizeof t->seed) != 0) {
        free(t->chains);
        t->chains = NULL;
        return false;
    }
    memset(t->chains, -1, GS_RATE_TABLE_MAX * sizeof *t->chains);
    t->newest = t->oldest = -1;
    return true;
}

static void unlink_seen(struct gs_rate_table *t, struct gs_rate_entry *e)
{
    *(e->newer >= 0 ? &t->entries[e->newer].older : &t->newest) = e->older;
    *(e->older >= 0 ? &t->entries[e->older].newer : &t->oldest) = e->newer;
}

static void link_newest(struct gs_rate_table *t, int32_t at)
{
    struct gs_rate_entry *e = &t->entries[at];
    e->newer = -1;
    e->older = t->newest;
    *(t->newest >= 0 ? &t->entries[t->newest].newer : &t->oldest) = at;
    t->newest = at;
}

/* A place for another: a new one, or that of the one seen longest ago; -1 without memory. */
static int32_t take_place(struct gs_rate_table *t)
{
    if (t->count < GS_RATE_TABLE_MAX) {
        struct gs_rate_entry *entries = gs_grown(t->entries, t->count, &t->room, sizeof *entries);
        if (entries == NULL) {
            return -1;
        }
        t->entries = entries;
        return (int32_t)t->count++;
    }
    int32_t at = t->oldest;
    int32_t *link = &t->chains[hash_of(t, t->entries[at].key)];
    while (*link != at) {
        link = &t->entries[*link].chained;
    }
    *link = t->entries[at].chained;
    unlink_seen(t, &t->entries[at]);
    return at;
}

struct gs_rate_entry *gs_rate_table_find(struct gs_rate_table *t, const unsigned char key[GS_RATE_KEY_BYTES])
{
    if (!begin(t)) {
        return NULL;
    }
    const size_t hash = hash_of(t, key);
    int32_t at = t->chains[hash];
    while (at >= 0 && memcmp(t->entries[at].key, key, GS_RATE_KEY_BYTES) != 0) {
        at = t->entries[at].chained;
    }
    if (at >= 0 && at == t->newest) {
        return &t->entries[at];
    }
    if (at >= 0) {
        unlink_seen(t, &t->entries[at]);
        link_newest(t, at);
        return &t->entries[at];
    }
    at = take_place(t);
    if (at < 0) {
        return NULL;
    }
    t->entries[at] = (struct gs_rate_entry){.chained = t->chains[hash]};
    memcpy(t->entries[at].key, key, GS_RATE_KEY_BYTES);
    t->chains[hash] = at;
    link_newest(t, at);
    return &t->entries[at];
}

void gs_rate_table_finish(struct gs_rate_table *t)
{
    free(t->entries);
    free(t->chains);
    *t = (struct gs_rate_table){0};
}
