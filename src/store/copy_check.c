/* Checks a copy of a store as a whole: a backup when it has been written, a file that is to take the store's place. A start checks only what
 * the site works with; here every page, row and event is read. */
#include "copy_check.h"
#include "connect.h"
#include "epochs.h"
#include "event_check.h"
#include "schema.h"
#include "sql.h"
#include "verify.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int check_pages(struct gs_store *store)
{
    char text[256];
    int err = gs_sql_text(store, "PRAGMA integrity_check(1)", text, sizeof text);
    err = err != GS_OK ? err : gs_schema_verdict(text);
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
    err = err != GS_OK ? err : gs_schema_check(store);
    err = err != GS_OK ? err : gs_state_read(store, &store->state);
    err = err != GS_OK ? err : gs_epochs_load(store);
    err = err != GS_OK ? err : gs_verify_all(store);
    return err != GS_OK ? err : check_events(store);
}

/* As a URI, in which some characters mean something else. Immutable: SQLite makes no log and takes no lock. */
static char *name_at_rest(const char *path)
{
    static const char before[] = "file:", after[] = "?immutable=1", digits[] = "0123456789ABCDEF";
    char *uri = malloc(sizeof before + 3 * strlen(path) + sizeof after), *at = uri;
    if (uri == NULL) {
        return NULL;
    }
    memcpy(at, before, sizeof before - 1);
    at += sizeof before - 1;
    for (; *path != '\0'; path++) {
        const unsigned char c = (unsigned char)*path;
        if (c == '%' || c == '?' || c == '#') {
            *at++ = '%';
            *at++ = digits[c >> 4];
            *at++ = digits[c & 15];
        } else {
            *at++ = *path;
        }
    }
    memcpy(at, after, sizeof after);
    return uri;
}

static int connect_at_rest(struct gs_store *store, const char *path)
{
    char *uri = name_at_rest(path);
    if (uri == NULL) {
        return GS_E_NOMEM;
    }
    int rc = sqlite3_open_v2(
        uri, &store->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
    free(uri);
    rc = rc != SQLITE_OK ? rc : gs_sum_functions_install(store->db);
    return rc == SQLITE_OK ? GS_OK : gs_sql_failed(store, rc, "cannot be opened");
}

int gs_copy_check_file(const char *path, const char *called, bool drill, char *message, size_t message_size)
{
    struct gs_store *store = calloc(1, sizeof *store);
    int err = store != NULL ? GS_OK : GS_E_NOMEM;
    if (err == GS_OK) {
        store->lock_fd = store->mark.fd = -1;
        store->drill = drill;
        store->path = strdup(called);
        gs_buf_init(&store->text, GS_STORE_EVENT_TEXT_MAX);
        err = store->path != NULL ? GS_OK : GS_E_NOMEM;
    }
    err = err != GS_OK ? err : connect_at_rest(store, path);
    err = err != GS_OK ? err : gs_connect_harden(store);
    err = err != GS_OK ? err : gs_connect_identity(store);
    err = err != GS_OK ? err : gs_copy_check(store);
    if (err != GS_OK) {
        (void)snprintf(message, message_size, "%s",
                       store != NULL && store->message[0] != '\0' ? store->message : gs_strerror(err));
    }
    gs_store_close(store);
    return err;
}
