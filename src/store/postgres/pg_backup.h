/* Copies of a store in PostgreSQL, while it works. */
#ifndef GATESLOT_STORE_PG_BACKUP_H
#define GATESLOT_STORE_PG_BACKUP_H

#include "backup.h"
#include "database.h"

extern const struct gs_backup_ops gs_pg_backups;

#endif
