/* Copies of a store: each database makes them in its way. */
#include "backup.h"

int gs_backup_start(struct gs_store *store, const char *path, const struct gs_backup_waker *waker,
                    struct gs_backup **out, char *text, size_t text_size)
{
    return store->unusable ? GS_E_IO : store->db->backups->start(store, path, waker, out, text, text_size);
}

int gs_backup_start_check(struct gs_store *store, const struct gs_backup_waker *waker, struct gs_backup **out,
                          char *text, size_t text_size)
{
    return store->unusable ? GS_E_IO : store->db->backups->start_check(store, waker, out, text, text_size);
}

int gs_backup_step(struct gs_backup *backup, bool *out_done, char *text, size_t text_size)
{
    return backup->ops->step(backup, out_done, text, text_size);
}

bool gs_backup_is_waiting(const struct gs_backup *backup)
{
    return backup->ops->is_waiting(backup);
}

void gs_backup_finish(struct gs_backup *backup)
{
    if (backup != NULL) {
        backup->ops->finish(backup);
    }
}
