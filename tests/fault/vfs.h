/* SQLite's view of the disk: a VFS that keeps to what os_unix does, every call of which is one operation of the disk. */
#ifndef TESTS_FAULT_VFS_H
#define TESTS_FAULT_VFS_H

#include "disk.h"

/* As the default one, for good; files are the disk's. seed: of SQLite's own randomness. */
void vfs_install(struct disk *d, uint64_t seed);

#endif
