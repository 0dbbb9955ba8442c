/* SQLite's connection to a store's file. */
#ifndef GATESLOT_STORE_CONNECT_H
#define GATESLOT_STORE_CONNECT_H

#include "file.h"

/* Opens the file at path, which must exist, as store->db; sentences about it name store->path. */
int gs_connect(struct gs_store *store, const char *path) GS_MUST_CHECK;
int gs_disconnect(struct gs_store *store); /* SQLite's code */
/* Until the file is accepted, closing it must leave it and its log as they were. */
int gs_connect_keep(struct gs_store *store, int yes) GS_MUST_CHECK;
int gs_connect_harden(struct gs_store *store) GS_MUST_CHECK;
/* Locking, log and syncs, each read back. From here on no other process gets at the file. */
int gs_connect_set_up(struct gs_store *store) GS_MUST_CHECK;
/* Sets by reading: a PRAGMA that is not obeyed says nothing. */
int gs_connect_expect(struct gs_store *store, const char *pragma, const char *expected) GS_MUST_CHECK;
/* By SQLite: the log may say something newer than the header in the file. GS_E_FOREIGN: not of store->drill's kind; GS_E_NEWER. */
int gs_connect_identity(struct gs_store *store) GS_MUST_CHECK;

#endif
