/* Checks a copy of a store in a file at rest: a backup when it has been written, a file that is to take the store's place. */
#include "copy_file.h"
#include "connect.h"
#include "copy_check.h"
#include "sum_functions.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
    int rc =
        sqlite3_open_v2(uri, &gs_file_of(store)->connection,
                        SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
    free(uri);
    rc = rc != SQLITE_OK ? rc : gs_sum_functions_install(gs_file_connection(store));
    return rc == SQLITE_OK ? GS_OK : gs_file_failed(store, rc, "cannot be opened");
}

int gs_copy_check_file(const char *path, const char *called, bool drill, char *message, size_t message_size)
{
    const struct gs_store_options options = {.drill = drill};
    struct gs_store *store = gs_store_new(&options);
    int err = store != NULL ? gs_file_attach(store) : GS_E_NOMEM;
    if (err == GS_OK) {
        store->path = strdup(called);
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
