/* Copies of a store in a file. */
#ifndef GATESLOT_STORE_FILE_BACKUP_H
#define GATESLOT_STORE_FILE_BACKUP_H

#include "backup.h"

extern const struct gs_backup_ops gs_file_backups;

#endif
