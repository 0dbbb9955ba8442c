/* Transactions of a store in PostgreSQL, each of which renews the lease of its owner; as database.h says. */
#ifndef GATESLOT_STORE_PG_TRANSACTION_H
#define GATESLOT_STORE_PG_TRANSACTION_H

#include "pg_store.h"

int gs_pg_begin(struct gs_database *db) GS_MUST_CHECK;
int gs_pg_commit(struct gs_database *db) GS_MUST_CHECK;
int gs_pg_abort(struct gs_database *db) GS_MUST_CHECK;
bool gs_pg_in_transaction(struct gs_database *db);
void gs_pg_give_up(struct gs_database *db);
/* Outside of a transaction: in one of its own. */
int gs_pg_run_script(struct gs_database *db, const char *sql) GS_MUST_CHECK;
const char *gs_pg_complaint(struct gs_database *db); /* of the link, without the name of the database */

/* ---- the lease ---- */
/* Nobody has it, or it was not renewed: ours, with a new epoch. GS_E_BUSY with a note that names who has it. */
int gs_pg_take_over(struct gs_store *store, const char *name) GS_MUST_CHECK;
void gs_pg_give_back(
    struct gs_store *store); /* as far as it goes: without it the next one waits until the lease is over */
/* Where it was not renewed for so long: by a transaction that writes nothing else. GS_E_IO, without a note: it could not be. */
int gs_pg_renew(struct gs_pg_store *pg, int64_t after_us) GS_MUST_CHECK;
int gs_pg_look(struct gs_store *store) GS_MUST_CHECK;
int gs_pg_upkeep(struct gs_store *store) GS_MUST_CHECK;
int gs_pg_every_second(struct gs_store *store) GS_MUST_CHECK;

#endif
