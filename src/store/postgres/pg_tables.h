/* The tables of a store in PostgreSQL: the same, with the same columns, as those of a store in SQLite, and who owns it. */
#ifndef GATESLOT_STORE_PG_TABLES_H
#define GATESLOT_STORE_PG_TABLES_H

#include "pg_link.h"

#define GS_PG_TABLES_VERSION 9 /* of the tables; counted with SQLite's steps */

/* Makes the tables of a new store of that kind where the database is empty. Refuses, touching nothing: what is not ours, or of the other kind
 * (GS_E_FOREIGN), and a newer version (GS_E_NEWER). GS_E_IO: it is unknown what was made; the next start finds all or nothing of it. */
int gs_pg_tables_open(struct gs_pg_link *link, bool drill) GS_MUST_CHECK;

/* Of the definitions of all tables and indexes, as far as they are the same in every version of PostgreSQL. */
int gs_pg_tables_sum(struct gs_pg_link *link, int64_t *out) GS_MUST_CHECK;

#endif
