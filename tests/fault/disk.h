/* A disk in memory that fails and loses power as real ones do. What is written stands in a cache until it is synced; a name is in its
 * directory for certain only once the directory is synced. Every operation asks the gate first, which may let it fail. */
#ifndef TESTS_FAULT_DISK_H
#define TESTS_FAULT_DISK_H

#include "../store/values.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DISK_ROOT "/disk" /* the one directory it has; whatever is not below it is not this disk's */

enum disk_op {
    DISK_OPEN,
    DISK_READ,
    DISK_WRITE, /* and allocating */
    DISK_SYNC,  /* of a file or of the directory */
    DISK_TRUNCATE,
    DISK_NAME, /* rename, link, unlink, chmod */
    DISK_LOOK, /* size, existence, permissions, free space */
    DISK_LOCK,
    DISK_OPS
};
const char *disk_op_name(enum disk_op op);

struct disk_verdict {
    int error; /* 0, EIO or ENOSPC */
    bool half; /* of a write: the first half of its bytes arrive before it fails */
};
/* Asked before each operation; grows: the operation may need space. */
struct disk_gate {
    void *self;
    struct disk_verdict (*ask)(void *self, enum disk_op op, const char *name, bool grows);
};

struct disk;
struct disk_file;

struct disk *disk_create(uint64_t seed);                          /* empty; never NULL */
void disk_destroy(struct disk *d);                                /* NULL is fine */
void disk_set_gate(struct disk *d, const struct disk_gate *gate); /* borrowed; NULL: everything succeeds */
struct disk_verdict disk_ask(struct disk *d, enum disk_op op, const char *name, bool grows);

/* All of them return 0 or an errno. A file stays usable while it is open, also without a name; it belongs to the disk. */
int disk_open(struct disk *d, const char *name, bool create, bool exclusive, struct disk_file **out);
int disk_read(struct disk *d, struct disk_file *f, void *out, size_t amount, int64_t at, size_t *out_got);
int disk_write(struct disk *d, struct disk_file *f, const void *bytes, size_t amount, int64_t at);
int disk_allocate(struct disk *d, struct disk_file *f, int64_t size);
int disk_truncate(struct disk *d, struct disk_file *f, int64_t size);
int disk_sync(struct disk *d, struct disk_file *f);
int disk_sync_names(struct disk *d);
int disk_unlink(struct disk *d, const char *name);
int disk_rename(struct disk *d, const char *from, const char *to);
int disk_link(struct disk *d, const char *from, const char *to);
/* Without asking the gate. */
bool disk_has(const struct disk *d, const char *name);
int64_t disk_size(const struct disk_file *f);
struct disk_file *disk_file(const struct disk *d, const char *name); /* NULL */
const char *disk_file_name(const struct disk_file *f);               /* its latest */

/* What was synced is kept, and of the rest what the dice say: sector by sector of 512 bytes, the sizes, the names. All open files
 * are gone. */
void disk_lose_power(struct disk *d, uint64_t seed);

#endif
