/* What a store on a replaced disk answers when nobody tests it: that it knows nothing of itself, was run with no zone, measured nothing, and is one
 * copy, its daemon's for good. The tests of the app and the simulation put it in the place of the real one. */
#include "gateslot/store/store.h"

/* Of itself this store knows nothing. */
void gs_store_query(struct gs_store *store, const struct gs_query *query, struct gs_answer *answer)
{
    (void)store;
    (void)query;
    *answer = (struct gs_answer){.err = GS_E_NOTFOUND};
    gs_arena_init(&answer->arena);
}

int gs_store_zone(struct gs_store *store, char out[GS_TIMEZONE_MAX + 1])
{
    (void)store;
    out[0] = '\0';
    return GS_OK;
}

int gs_store_set_zone(struct gs_store *store, const char *zone)
{
    (void)store;
    (void)zone;
    return GS_OK;
}

const struct gs_store_times *gs_store_times(const struct gs_store *store)
{
    static const struct gs_store_times none;
    (void)store;
    return &none;
}

int64_t gs_store_lease_end_us(const struct gs_store *store)
{
    (void)store;
    return INT64_MAX;
}

void gs_store_copies(const struct gs_store *store, struct gs_store_copies *out)
{
    (void)store;
    *out = (struct gs_store_copies){.promised = 1, .held = 1};
}
