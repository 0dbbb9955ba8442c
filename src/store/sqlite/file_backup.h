/* Copies of a store in a file: what backup.h says. */
#ifndef GATESLOT_STORE_FILE_BACKUP_H
#define GATESLOT_STORE_FILE_BACKUP_H

#include "backup.h"

int gs_file_backup_start(struct gs_store *store, const char *path, const struct gs_backup_waker *waker,
                         struct gs_backup **out, char *text, size_t text_size) GS_MUST_CHECK;
int gs_file_backup_start_check(struct gs_store *store, const struct gs_backup_waker *waker, struct gs_backup **out,
                               char *text, size_t text_size) GS_MUST_CHECK;
int gs_file_backup_step(struct gs_backup *backup, bool *out_done, char *text, size_t text_size) GS_MUST_CHECK;
bool gs_file_backup_is_waiting(const struct gs_backup *backup);
void gs_file_backup_finish(struct gs_backup *backup);

#endif
