/* What SQLite's codes mean to the store: which are a full disk, which damage, and which that nobody knows. */
#include "file.h"

int gs_file_error(int rc)
{
    switch (rc & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return GS_OK;
    case SQLITE_NOMEM:
        return GS_E_NOMEM;
    case SQLITE_FULL:
        return GS_E_FULL;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_TOOBIG:
    case SQLITE_ERROR: /* a statement that does not fit the schema: the file is not what its version says */
        return GS_E_CORRUPT;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return GS_E_BUSY;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return GS_E_DENIED;
    default:
        return GS_E_IO;
    }
}

int gs_file_failed(struct gs_store *store, int rc, const char *doing)
{
    gs_store_note(store, "%s: %s: %s (code %d)", store->path, doing, sqlite3_errmsg(gs_file_connection(store)), rc);
    return gs_file_error(rc);
}
