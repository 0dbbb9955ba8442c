/* Removes damaged rows where that is accepted, in one transaction, in which the totals become those of what is left. How rows are found again
 * that cannot be trusted to say their own key is the database's to know. */
#include "damaged_rows.h"
#include "search_index.h"
#include "sql.h"
#include "verify.h"
#include <stdio.h>
#include <string.h>

/* In the transaction under way; *s counts what is left. */
static int remove_from_all(struct gs_store *store, struct gs_state *s, int64_t *out_removed)
{
    const struct gs_database_ops *db = store->db->ops;
    int64_t removed = 0, bad;
    int err = GS_OK;
    for (int i = 0; i < GS_COUNTED && err == GS_OK; i++) {
        err = db->remove_damaged(store, &gs_sealed_tables[i], &removed);
        err = err != GS_OK ? err : gs_sealed_total(store, &gs_sealed_tables[i], &s->totals[i], &bad);
    }
    for (size_t i = 0; i < GS_SEALED_BEGINNINGS && err == GS_OK; i++) {
        err = db->remove_damaged(store, &gs_sealed_beginnings[i], &removed);
    }
    if (err == GS_OK && removed > 0) {
        err = gs_search_rebuild(store, &s->totals[GS_COUNT_GRAM]);
    }
    err = err != GS_OK ? err : db->schema_sum(store, &s->schema_sum);
    *out_removed = removed;
    return err;
}

static int remove_damaged(struct gs_store *store)
{
    struct gs_state s = store->state;
    int64_t removed = 0;
    int err = gs_tx_begin(store);
    if (err != GS_OK) {
        return err;
    }
    err = remove_from_all(store, &s, &removed);
    s.pending = -1 - removed;
    err = err != GS_OK ? err : gs_state_write(store, &s);
    err = err == GS_OK ? gs_tx_commit(store) : gs_tx_abort(store, err);
    if (err == GS_OK) {
        store->state = s;
    }
    return err;
}

int gs_damaged_rows(struct gs_store *store, const struct gs_store_options *options, bool *out_removed)
{
    int err = gs_verify_live(store);
    *out_removed = false;
    if (err != GS_E_CORRUPT) {
        return err;
    }
    if (!options->accept_loss) {
        const size_t len = strlen(store->message);
        (void)snprintf(store->message + len, sizeof store->message - len,
                       ": restore a backup, or start once with --accept-loss, which removes what is damaged");
        return err;
    }
    err = remove_damaged(store);
    *out_removed = err == GS_OK;
    return err;
}
