/* A file of this machine by which a daemon knows that the one before it is dead, so that it need not wait for the end of a lease that nobody holds
 * any more. */
#ifndef GATESLOT_STORE_PG_LEASE_FILE_H
#define GATESLOT_STORE_PG_LEASE_FILE_H

#include <stdint.h>

/* Opens and locks the file `gateslot.lease` in that directory, for as long as the descriptor is open; it may be NULL. -1: there is none, or a process that
 * lives has it: then leases are waited for. */
int gs_pg_lease_file_open(const char *directory);

/* The epoch of that store which a process took that had the lock before and, since the lock is free, is dead; 0: none is known. */
int64_t gs_pg_lease_file_read(int fd, int64_t store_id);

/* Only for who has the lock, and behind the commit by which the epoch became his. Where it cannot be written the next one waits. */
void gs_pg_lease_file_write(int fd, int64_t store_id, int64_t epoch);

#endif
