/* Finds checksums by names of words (open addressing, linear, at most half full). What is removed leaves no gap behind: those that stand further on
 * move up. */
#include "sum_map.h"
#include "gateslot/base/hash.h"
#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM 64

void gs_sum_map_finish(struct gs_sum_map *m)
{
    free(m->at);
    *m = (struct gs_sum_map){.words = m->words};
}

static uint64_t *entry(const struct gs_sum_map *m, size_t i)
{
    return m->at + i * (m->words + 1);
}

static size_t home_of(const struct gs_sum_map *m, const uint64_t *name)
{
    uint64_t h = GS_FNV_START;
    for (size_t i = 0; i < m->words; i++) {
        h = gs_hash_word(h, (int64_t)name[i]);
    }
    return (size_t)h & (m->room - 1);
}

/* Of that name, or the free one where it belongs: there always is one. */
static size_t place_of(const struct gs_sum_map *m, const uint64_t *name)
{
    size_t i = home_of(m, name);
    while (entry(m, i)[0] != 0 && memcmp(entry(m, i), name, m->words * sizeof *name) != 0) {
        i = (i + 1) & (m->room - 1);
    }
    return i;
}

static bool grow(struct gs_sum_map *m)
{
    struct gs_sum_map grown = {.words = m->words, .room = m->room == 0 ? FIRST_ROOM : m->room * 2, .count = m->count};
    const size_t bytes = (m->words + 1) * sizeof *m->at;
    grown.at = calloc(grown.room, bytes);
    if (grown.at == NULL) {
        return false;
    }
    for (size_t i = 0; i < m->room; i++) {
        if (entry(m, i)[0] != 0) {
            memcpy(entry(&grown, place_of(&grown, entry(m, i))), entry(m, i), bytes);
        }
    }
    free(m->at);
    *m = grown;
    return true;
}

int64_t *gs_sum_map_put(struct gs_sum_map *m, const uint64_t *name, bool *out_new)
{
    if (2 * (m->count + 1) > m->room && !grow(m)) {
        return NULL;
    }
    uint64_t *e = entry(m, place_of(m, name));
    *out_new = e[0] == 0;
    if (*out_new) {
        memcpy(e, name, m->words * sizeof *name);
        e[m->words] = 0;
        m->count++;
    }
    return (int64_t *)&e[m->words];
}

const int64_t *gs_sum_map_find(const struct gs_sum_map *m, const uint64_t *name)
{
    const uint64_t *e = m->room > 0 ? entry(m, place_of(m, name)) : NULL;
    return e != NULL && e[0] != 0 ? (const int64_t *)&e[m->words] : NULL;
}

/* Is i cyclically within (after, to]? */
static bool lies_within(size_t i, size_t after, size_t to)
{
    return after <= to ? after < i && i <= to : after < i || i <= to;
}

/* Whoever stands behind a gap and could not be found any more past it moves into it. */
static void close_gap(struct gs_sum_map *m, size_t gap)
{
    const size_t mask = m->room - 1;
    for (size_t i = (gap + 1) & mask; entry(m, i)[0] != 0; i = (i + 1) & mask) {
        if (!lies_within(home_of(m, entry(m, i)), gap, i)) {
            memcpy(entry(m, gap), entry(m, i), (m->words + 1) * sizeof *m->at);
            gap = i;
        }
    }
    entry(m, gap)[0] = 0;
}

bool gs_sum_map_remove(struct gs_sum_map *m, const uint64_t *name, int64_t *out_checksum)
{
    const int64_t *found = gs_sum_map_find(m, name);
    if (found == NULL) {
        return false;
    }
    *out_checksum = *found;
    close_gap(m, place_of(m, name));
    m->count--;
    return true;
}
