/* The tables of a store in PostgreSQL, in a schema of their own, so that another program's are never among them. */
#ifndef GATESLOT_STORE_PG_SCHEMA_H
#define GATESLOT_STORE_PG_SCHEMA_H

#include "pg_link.h"

/* In the transaction under way: all of them, without the rows that say what store it is. */
int gs_pg_schema_make(struct gs_pg_link *link) GS_MUST_CHECK;

#endif
