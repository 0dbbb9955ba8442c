/* Opens a store, in whichever database it is: that is said by its address. */
#include "gateslot/store/store.h"
#include "impl.h"
#include <stdio.h>
#include <string.h>

static int open_at(struct gs_store *store, const char *address, const struct gs_store_options *options)
{
    static const char elsewhere[] = "postgresql:";
    if (strncmp(address, elsewhere, sizeof elsewhere - 1) != 0) {
        return gs_file_open(store, address, options);
    }
#ifdef GS_WITH_POSTGRES
    return gs_postgres_open(store, address, options);
#else
    gs_store_note(store, "this gateslotd was built without PostgreSQL: a store can only be a file here");
    return GS_E_INVALID;
#endif
}

int gs_store_open(const char *address, const struct gs_store_options *options, struct gs_store **out, char *message,
                  size_t message_size)
{
    struct gs_store *store = gs_store_new(options);
    int err = store != NULL ? open_at(store, address, options) : GS_E_NOMEM;
    if (err == GS_OK) {
        *out = store;
        return GS_OK;
    }
    (void)snprintf(message, message_size, "%s",
                   store != NULL && store->message[0] != '\0' ? store->message : gs_strerror(err));
    gs_store_close(store);
    return err;
}

const struct gs_epoch *gs_store_epoch_due(const struct gs_store *store)
{
    return store->due.cause != GS_EPOCH_NONE ? &store->due : NULL;
}

const char *gs_store_message(const struct gs_store *store)
{
    return store->message;
}

void gs_store_release_reserve(struct gs_store *store)
{
    if (store->db->ops->release_reserve != NULL) {
        store->db->ops->release_reserve(store);
    }
}

bool gs_store_restore_reserve(struct gs_store *store)
{
    return store->db->ops->restore_reserve == NULL || store->db->ops->restore_reserve(store);
}

int64_t gs_store_reserve_bytes(const struct gs_store *store)
{
    return store->db->ops->reserve_bytes != NULL ? store->db->ops->reserve_bytes(store) : 0;
}
