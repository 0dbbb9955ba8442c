/* The address of a store in PostgreSQL: postgresql://host1,host2/database?…, as libpq reads it, but for what would undo what is promised. */
#ifndef GATESLOT_STORE_PG_ADDRESS_H
#define GATESLOT_STORE_PG_ADDRESS_H

#include "gateslot/base/error.h"
#include "gateslot/base/limits.h"
#include <libpq-fe.h>
#include <stddef.h>

#define GS_PG_KEYWORDS 64 /* libpq has some 40 */

struct gs_pg_address {
    PQconninfoOption *options; /* owned */
    int hosts; /* at least 1: where the address names none, libpq finds it by a service file or by itself */
    char host[GS_PG_HOSTS_MAX][256], port[GS_PG_HOSTS_MAX][8];
    char name[256]; /* to be shown: hosts and database */
};

/* GS_E_INVALID with one sentence, in which nothing of the address stands: it could be a password. */
int gs_pg_address_parse(const char *text, struct gs_pg_address *out, char *message, size_t size) GS_MUST_CHECK;
void gs_pg_address_finish(struct gs_pg_address *a);
/* For PQconnectStartParams: all that the address says, of its hosts one, and what is ours to say. Borrowed from the address. */
void gs_pg_address_keywords(const struct gs_pg_address *a, int host, const char *names[GS_PG_KEYWORDS],
                            const char *values[GS_PG_KEYWORDS]);

#endif
