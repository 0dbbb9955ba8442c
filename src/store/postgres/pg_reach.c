/* Connects to the database of a store: which of the servers takes writes, what it is set to, and on how many copies a commit is by that. */
#include "pg_database.h"
#include "pg_settings.h"
#include <string.h>

int gs_pg_note_link(struct gs_store *store, int err)
{
    if (err != GS_OK) {
        gs_store_note(store, "%s", gs_pg_of(store)->link.message);
    }
    return err;
}

static int judge_copies(struct gs_store *store, const struct gs_store_options *options, int copies)
{
    struct gs_pg_store *pg = gs_pg_of(store);
    pg->copies_promised = options->copies_promised > 0 ? options->copies_promised : 1;
    pg->copies_least = options->fewer_copies ? 1 : pg->copies_promised;
    atomic_store(&pg->copies_held, copies);
    if (copies >= pg->copies_least) {
        return GS_OK;
    }
    gs_store_note(store,
                  "%s: a commit would be on %d of the %d servers that were promised: set synchronous_standby_names so"
                  " that it waits for %d more, or let store_copies say otherwise",
                  store->path, copies, pg->copies_promised, pg->copies_promised - copies);
    return GS_E_DENIED;
}

int gs_pg_reach(struct gs_store *store, const char *address, const struct gs_store_options *options)
{
    struct gs_pg_store *pg = gs_pg_of(store);
    int copies = 0;
    int err = gs_pg_note_link(store, gs_pg_connect(&pg->link, address));
    err = err != GS_OK ? err : gs_pg_note_link(store, gs_pg_settings_take(&pg->link, &copies));
    if (err != GS_OK) {
        return err;
    }
    store->path = strdup(pg->link.name);
    pg->address = strdup(address);
    return store->path == NULL || pg->address == NULL ? GS_E_NOMEM : judge_copies(store, options, copies);
}
