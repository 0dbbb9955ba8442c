/* Says whose a store is and how many copies of it there are. A file is locked by the daemon that has it, for good, and is one copy. */
#include "impl.h"

int64_t gs_store_lease_end_us(const struct gs_store *store)
{
    const struct gs_database_ops *db = store->db->ops;
    return db->lease_end_us != NULL ? db->lease_end_us(store) : INT64_MAX;
}

void gs_store_copies(const struct gs_store *store, struct gs_store_copies *out)
{
    const struct gs_database_ops *db = store->db->ops;
    *out = (struct gs_store_copies){.promised = 1, .held = 1};
    if (db->copies != NULL) {
        db->copies(store, out);
    }
}
