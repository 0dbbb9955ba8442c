/* Copies of a store in PostgreSQL. */
#include "pg_backup.h"
#include <stdio.h>

static int start(struct gs_store *store, const char *path, const struct gs_backup_waker *waker, struct gs_backup **out,
                 char *text, size_t text_size)
{
    (void)waker;
    (void)out;
    (void)store;
    (void)snprintf(text, text_size, "%s: no backup can be made of a store in PostgreSQL here", path);
    return GS_E_DENIED;
}

static int start_check(struct gs_store *store, const struct gs_backup_waker *waker, struct gs_backup **out, char *text,
                       size_t text_size)
{
    (void)store;
    (void)waker;
    (void)out;
    (void)text;
    (void)text_size;
    return GS_E_FULL;
}

static int step(struct gs_backup *backup, bool *out_done, char *text, size_t text_size)
{
    (void)backup;
    (void)out_done;
    (void)text;
    (void)text_size;
    return GS_E_DENIED;
}

static bool is_waiting(const struct gs_backup *backup)
{
    (void)backup;
    return false;
}

static void finish(struct gs_backup *backup)
{
    (void)backup;
}

const struct gs_backup_ops gs_pg_backups = {
    .start = start, .start_check = start_check, .step = step, .is_waiting = is_waiting, .finish = finish};
