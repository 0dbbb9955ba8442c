/* A disk for SQLite that can be made full or broken: a VFS over the real one. */
#ifndef TESTS_STORE_SMALL_DISK_H
#define TESTS_STORE_SMALL_DISK_H

#include <sqlite3.h>
#include <stdbool.h>

struct small_disk {
    sqlite3_vfs vfs;
    sqlite3_vfs *real;
    sqlite3_int64 left;      /* bytes that all files may still grow by; beyond: SQLITE_FULL */
    int syncs_until_failure; /* the sync so many from now fails and all that follow; negative: none */
};

/* Every connection opened from here on uses it, until it is removed. */
void small_disk_install(struct small_disk *disk);
void small_disk_remove(struct small_disk *disk);

#endif
