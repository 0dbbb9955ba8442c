/* Arrays of entries. Most are ordered by booking id: ids are given in order, so inserting is appending, and where no
 * id is missing the place of an id is known without searching. */
#include "state/list.h"
#include "gateslot/base/grow.h"

#include "state/state.h"

#include <stdlib.h>
#include <string.h>

void gs_list_finish(struct gs_list *l)
{
    free(l->at);
    memset(l, 0, sizeof *l);
}

int gs_list_insert(struct gs_list *l, size_t index, struct gs_entry *e)
{
    struct gs_entry **at = gs_grown(l->at, l->count, &l->room, sizeof(struct gs_entry *));
    if (at == NULL) {
        return GS_E_NOMEM;
    }
    l->at = at;
    memmove(l->at + index + 1, l->at + index, (l->count - index) * sizeof(struct gs_entry *));
    l->at[index] = e;
    l->count++;
    return GS_OK;
}

void gs_list_remove(struct gs_list *l, size_t index)
{
    l->count--;
    memmove(l->at + index, l->at + index + 1, (l->count - index) * sizeof(struct gs_entry *));
}

size_t gs_list_lower_bound(const struct gs_list *l, int64_t id)
{
    if (l->count == 0 || id <= l->at[0]->b.id) {
        return 0;
    }
    uint64_t above = (uint64_t)id - (uint64_t)l->at[0]->b.id; /* distinct ids: its index is at most this */
    int64_t last = l->at[l->count - 1]->b.id;
    if (id > last) {
        return l->count;
    }
    uint64_t below = (uint64_t)last - (uint64_t)id; /* and at least this far from the end */
    size_t high = above < l->count ? (size_t)above : l->count - 1;
    size_t low = below < l->count ? l->count - 1 - (size_t)below : 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (l->at[middle]->b.id < id) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

struct gs_entry *gs_list_find(const struct gs_list *l, int64_t id)
{
    size_t i = gs_list_lower_bound(l, id);
    return i < l->count && l->at[i]->b.id == id ? l->at[i] : NULL;
}
