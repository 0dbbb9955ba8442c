/* Counts live bookings by name or by company: entry.c says when one becomes live and when it is not any more. */
#include "state/live_counts.h"
#include "gateslot/base/hash.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void gs_live_finish(struct gs_live_counts *l)
{
    gs_table_finish(&l->texts);
    free(l->counts);
    memset(l, 0, sizeof *l);
}

int gs_live_count(struct gs_live_counts *l, const char *text, int32_t by)
{
    int32_t number;
    int err = gs_table_put(&l->texts, text, &number);
    if (err != GS_OK) {
        return err;
    }
    if (number >= l->room) {
        int32_t *counts = realloc(l->counts, (size_t)l->texts.room * sizeof *counts);
        if (counts == NULL) {
            return GS_E_NOMEM;
        }
        memset(counts + l->room, 0, (size_t)(l->texts.room - l->room) * sizeof *counts);
        l->counts = counts;
        l->room = l->texts.room;
    }
    l->counts[number] += by;
    assert(l->counts[number] >= 0);
    return GS_OK;
}

uint64_t gs_live_digest(const struct gs_live_counts *l)
{
    uint64_t sum = 0;
    for (int32_t i = 0; i < l->texts.count && i < l->room; i++) {
        sum += l->counts[i] != 0 ? gs_fnv_int(gs_fnv_text(GS_FNV_START, l->texts.keys[i]), l->counts[i]) : 0;
    }
    return sum;
}

int32_t gs_live_of(const struct gs_live_counts *l, const char *text)
{
    int32_t number = gs_table_find(&l->texts, text);
    return number >= 0 && number < l->room ? l->counts[number] : 0;
}
