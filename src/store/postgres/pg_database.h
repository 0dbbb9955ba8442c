/* PostgreSQL as a database of the store. */
#ifndef GATESLOT_STORE_PG_DATABASE_H
#define GATESLOT_STORE_PG_DATABASE_H

#include "pg_store.h"

/* The store becomes one in PostgreSQL; nothing is connected to yet. */
int gs_pg_attach(struct gs_store *store) GS_MUST_CHECK;
/* err, with the link's sentence as the store's where it is one. */
int gs_pg_note_link(struct gs_store *store, int err) GS_MUST_CHECK;
/* Connects, and judges the settings; nothing is looked at in the database, and no lease is held. */
int gs_pg_reach(struct gs_store *store, const char *address, const struct gs_store_options *options) GS_MUST_CHECK;

#endif
