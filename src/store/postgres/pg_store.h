/* What a store in PostgreSQL has beside what all stores have. */
#ifndef GATESLOT_STORE_PG_STORE_H
#define GATESLOT_STORE_PG_STORE_H

#include "impl.h"
#include "pg_gather.h"
#include <stdatomic.h>

/* What gs_fence() and gs_take_over() of pg_schema.c give, less what clocks may go differently and an answer takes. */
#define GS_PG_LEASE_US 2500000
#define GS_PG_LEASE_FIRST_US 9000000

struct gs_pg_store {
    struct gs_database base; /* first */
    char *address;           /* owned; as it was given: no password is in it */
    struct gs_pg_link link;
    struct gs_pg_batch batch;
    struct gs_pg_gather gather;
    int lease_file;               /* pg_lease_file.h; -1: there is none */
    int64_t epoch;                /* of the lease; 0: it is not held */
    int64_t begun_us;             /* when the transaction under way began, which renews the lease */
    int64_t renewed_us;           /* likewise of the last that was committed; monotonic */
    _Atomic int64_t lease_end_us; /* monotonic; surely ours until then */
    atomic_int copies_held;
    int copies_promised, copies_least; /* least: on fewer than that a commit fails */
    char complaint[GS_PG_MESSAGE_BYTES];
};

static inline struct gs_pg_store *gs_pg_of(const struct gs_store *store)
{
    return (struct gs_pg_store *)store->db;
}

#endif
