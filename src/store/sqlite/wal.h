/* The write-ahead log: its size, its checkpoints, its room on disk. */
#ifndef GATESLOT_STORE_WAL_H
#define GATESLOT_STORE_WAL_H

#include "file.h"

/* Counts the pages of each commit from here on; SQLite's own checkpoints are off, because they swallow I/O errors. */
void gs_wal_watch(struct gs_store *store);
bool gs_wal_is_due(const struct gs_store *store);
/* Moves the WAL's pages into the database, synced; the WAL's room is used again from its start. */
int gs_wal_checkpoint(struct gs_store *store) GS_MUST_CHECK;
/* The same, and then nothing of what the WAL held is left in it: it is laid out anew with zeros. */
int gs_wal_empty(struct gs_store *store) GS_MUST_CHECK;

#endif
