/* Checks a copy of a store as a whole: a backup when it has been written, a file that is to take the store's place. A start checks only what
 * the site works with; here every page, row and event is read. */
#include "copy_check.h"
#include "epochs.h"
#include "event_check.h"
#include "verify.h"
#include <inttypes.h>

static int check_pages(struct gs_store *store)
{
    char text[256] = "";
    int err = store->db->ops->check(store, text, sizeof text);
    if (err == GS_E_CORRUPT && store->message[0] == '\0') {
        gs_store_note(store, "%s: is damaged: %s", store->path, text);
    }
    return err;
}

static int check_events(struct gs_store *store)
{
    struct gs_audit audit = {.next = 1};
    int err = GS_OK;
    while (audit.next > 0 && err == GS_OK) {
        err = gs_events_audit(store, audit.next, GS_STORE_AUDIT_ROWS, &audit);
    }
    if (err == GS_OK && audit.broken_seq != 0) {
        gs_store_note(store, "%s: the chain of events is broken at event %" PRId64, store->path, audit.broken_seq);
        err = GS_E_CORRUPT;
    }
    return err;
}

int gs_copy_check(struct gs_store *store)
{
    int err = check_pages(store);
    err = err != GS_OK ? err : gs_state_read(store, &store->state);
    err = err != GS_OK ? err : gs_epochs_load(store);
    err = err != GS_OK ? err : gs_verify_all(store);
    return err != GS_OK ? err : check_events(store);
}
