/* The places of one slot. Knows numbers and holders, nothing of capacity: whether a place may be taken is for day.c
 * to say. */
#include "state/places.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM 8

void gs_places_finish(struct gs_places *p)
{
    free(p->holders);
    free(p->used);
    memset(p, 0, sizeof *p);
}

int32_t gs_places_lowest_free(const struct gs_places *p)
{
    const int32_t summaries = (int32_t)(sizeof p->full / sizeof p->full[0]);
    for (int32_t s = 0; s < summaries; s++) {
        if (p->full[s] == UINT64_MAX) {
            continue;
        }
        int32_t word = s * 64 + __builtin_ctzll(~p->full[s]);
        return word * 64 < p->room ? word * 64 + __builtin_ctzll(~p->used[word]) : word * 64;
    }
    return summaries * 64 * 64;
}

struct gs_entry *gs_places_holder(const struct gs_places *p, int32_t number)
{
    return number >= 0 && number < p->room ? p->holders[number] : NULL;
}

static size_t words_for(int32_t room)
{
    return ((size_t)room + 63) / 64;
}

static int grow(struct gs_places *p, int32_t number)
{
    int32_t room = p->room == 0 ? FIRST_ROOM : p->room;
    while (room <= number) {
        room *= 2;
    }
    struct gs_entry **holders = realloc(p->holders, (size_t)room * sizeof(struct gs_entry *));
    if (holders == NULL) {
        return GS_E_NOMEM;
    }
    p->holders = holders;
    memset(holders + p->room, 0, (size_t)(room - p->room) * sizeof(struct gs_entry *));
    if (words_for(room) > words_for(p->room)) {
        uint64_t *used = realloc(p->used, words_for(room) * sizeof *used);
        if (used == NULL) {
            return GS_E_NOMEM;
        }
        memset(used + words_for(p->room), 0, (words_for(room) - words_for(p->room)) * sizeof *used);
        p->used = used;
    }
    p->room = room;
    return GS_OK;
}

int gs_places_take(struct gs_places *p, int32_t number, struct gs_entry *holder)
{
    assert(number >= 0 && number < GS_MAX_CAPACITY);
    if (number >= p->room) {
        int err = grow(p, number);
        if (err != GS_OK) {
            return err;
        }
    }
    assert(p->holders[number] == NULL);
    p->holders[number] = holder;
    int32_t word = number / 64;
    p->used[word] |= UINT64_C(1) << (number % 64);
    if (p->used[word] == UINT64_MAX) {
        p->full[word / 64] |= UINT64_C(1) << (word % 64);
    }
    return GS_OK;
}

void gs_places_release(struct gs_places *p, int32_t number)
{
    assert(gs_places_holder(p, number) != NULL);
    p->holders[number] = NULL;
    int32_t word = number / 64;
    p->used[word] &= ~(UINT64_C(1) << (number % 64));
    p->full[word / 64] &= ~(UINT64_C(1) << (word % 64));
}
