/* What a store is before a database has been given to it, and its end. */
#include "impl.h"
#include <stdlib.h>

struct gs_store *gs_store_new(const struct gs_store_options *options)
{
    struct gs_store *store = calloc(1, sizeof *store);
    if (store != NULL) {
        store->tz = options->tz;
        store->drill = options->drill;
        store->opened_ms = options->now_ms;
        store->archived_before = store->live_erased_before = store->texts_erased_before = INT32_MIN;
        store->kept_since_ms = INT64_MIN;
        gs_row_sums_init(&store->sums);
        gs_buf_init(&store->text, GS_STORE_EVENT_TEXT_MAX);
    }
    return store;
}

void gs_store_forget_statements(struct gs_store *store)
{
    for (size_t i = 0; i < GS_STMTS; i++) {
        gs_db_finalize(store->stmts[i]);
        store->stmts[i] = NULL;
    }
}

void gs_store_close(struct gs_store *store)
{
    if (store == NULL) {
        return;
    }
    if (store->db != NULL) {
        store->db->ops->close(store);
    }
    free(store->epochs);
    gs_row_sums_forget(&store->sums);
    gs_buf_finish(&store->text);
    gs_durable_events_finish(&store->told);
    free(store->path);
    free(store);
}
