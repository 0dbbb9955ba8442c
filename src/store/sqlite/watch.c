/* Looks whether the store's names still lead to the files that SQLite has open. While it has them open their inodes cannot be given to
 * others, so a name that leads to the same inode leads to the same file. Two calls a batch, of about a microsecond each. */
#include "watch.h"
#include "file.h"
#include "gateslot/base/store_files.h"
#include "store_file.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int gs_watch_begin(struct gs_store *store)
{
    struct gs_watch *w = &gs_file_of(store)->watch;
    w->log = gs_file_beside(store->path, GS_BESIDE_LOG);
    return w->log != NULL ? gs_watch_look(store) : GS_E_NOMEM;
}

void gs_watch_finish(struct gs_watch *w)
{
    free(w->log);
    *w = (struct gs_watch){0};
}

static int gone(struct gs_store *store, const char *path, int error)
{
    gs_store_note(store, "%s: is not the file that was opened: it was renamed, replaced or deleted (%s)", path,
                  error != 0 ? strerror(error) : "another file is there");
    return GS_E_IO;
}

/* Compares with what is known, or takes it down. */
static int compare(struct gs_store *store, const char *path, bool *known, dev_t *device, ino_t *inode)
{
    struct stat st;
    if (stat(path, &st) != 0) {
        return gone(store, path, errno);
    }
    if (!*known) {
        *device = st.st_dev;
        *inode = st.st_ino;
        *known = true;
    }
    return st.st_dev == *device && st.st_ino == *inode ? GS_OK : gone(store, path, 0);
}

int gs_watch_look(struct gs_store *store)
{
    struct gs_watch *w = &gs_file_of(store)->watch;
    int err = compare(store, store->path, &w->has_store, &w->store_device, &w->store_inode);
    return err != GS_OK ? err : compare(store, w->log, &w->has_log, &w->log_device, &w->log_inode);
}
