/* Writes and reads the mark. Two slots, each in a sector of its own, take turns: so whatever happens while one is written, the other is
 * whole, and the later of the good ones counts. The numbers in it are of eight bytes, the lowest first. */
#include "mark.h"
#include "gateslot/base/store_files.h"
#include "store_file.h"
#include "store_state.h"
#include "sum.h"
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SLOTS = 2, SLOT_BYTES = 512, NUMBERS = 8 /* "Mark0001", six values, the checksum */ };

static const uint64_t magic = UINT64_C(0x313030306b72614d); /* "Mark0001" */

static void encode(const struct gs_mark_values *v, unsigned char out[SLOT_BYTES])
{
    const int64_t values[] = {v->store_id, v->epoch, v->batch, (int64_t)v->chain, v->last_seq, v->last_booking_id};
    uint64_t words[NUMBERS] = {htole64(magic)}, sum = gs_sum_begin(GS_SUM_MARK);
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        words[i + 1] = htole64((uint64_t)values[i]);
        sum = gs_sum_int(sum, values[i]);
    }
    words[NUMBERS - 1] = htole64((uint64_t)gs_sum_end(sum));
    memset(out, 0, SLOT_BYTES);
    memcpy(out, words, sizeof words);
}

static bool decode(const unsigned char slot[SLOT_BYTES], struct gs_mark_values *out)
{
    unsigned char again[SLOT_BYTES];
    uint64_t words[NUMBERS];
    memcpy(words, slot, sizeof words);
    for (int i = 0; i < NUMBERS; i++) {
        words[i] = le64toh(words[i]);
    }
    const struct gs_mark_values v = {.store_id = (int64_t)words[1],
                                     .epoch = (int64_t)words[2],
                                     .batch = (int64_t)words[3],
                                     .chain = words[4],
                                     .last_seq = (int64_t)words[5],
                                     .last_booking_id = (int64_t)words[6]};
    encode(&v, again);
    *out = v;
    return memcmp(again, slot, SLOT_BYTES) == 0;
}

/* The latest slot that is good. */
static int read_slots(int fd, struct gs_mark_values *out, int *out_slot)
{
    unsigned char bytes[SLOTS * SLOT_BYTES] = {0};
    struct gs_mark_values found;
    int err = GS_E_CORRUPT;
    if (pread(fd, bytes, sizeof bytes, 0) < 0) {
        return GS_E_IO;
    }
    for (int i = 0; i < SLOTS; i++) {
        if (decode(bytes + (size_t)i * SLOT_BYTES, &found) && (err != GS_OK || found.batch > out->batch)) {
            *out = found;
            *out_slot = i;
            err = GS_OK;
        }
    }
    return err;
}

int gs_mark_read(const char *store_path, struct gs_mark_values *out)
{
    char *path = gs_file_beside(store_path, GS_BESIDE_MARK);
    struct stat st;
    int slot, err = GS_E_CORRUPT;
    if (path == NULL) {
        return GS_E_NOMEM;
    }
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        err = errno == ENOENT ? GS_E_NOTFOUND : GS_E_DENIED;
    } else if (fstat(fd, &st) != 0) {
        err = GS_E_IO;
    } else if (S_ISREG(st.st_mode)) {
        err = read_slots(fd, out, &slot);
    }
    if (fd >= 0) {
        (void)close(fd);
    }
    free(path);
    return err;
}

static void take_from(const struct gs_state *s, struct gs_mark_values *out)
{
    *out = (struct gs_mark_values){.store_id = s->store_id,
                                   .epoch = s->epoch,
                                   .batch = s->batch,
                                   .chain = s->chain,
                                   .last_seq = s->marks.last_seq,
                                   .last_booking_id = s->marks.last_booking_id};
}

/* Only a slot that has arrived whole lets the other one be written over. */
static bool write_slot(struct gs_mark *m)
{
    unsigned char bytes[SLOT_BYTES];
    encode(&m->last, bytes);
    bool arrived = pwrite(m->fd, bytes, sizeof bytes, (off_t)m->slot * SLOT_BYTES) == (ssize_t)sizeof bytes;
    m->failing = !arrived;
    m->unsynced = true;
    if (arrived) {
        m->slot = (m->slot + 1) % SLOTS;
    }
    return arrived;
}

/* Both slots: a new file has none that is good. */
static int fill(struct gs_mark *m)
{
    for (int i = 0; i < SLOTS; i++) {
        if (!write_slot(m)) {
            return errno == ENOSPC ? GS_E_FULL : GS_E_IO;
        }
    }
    int err = fsync(m->fd) == 0 ? gs_file_sync_directory(m->path) : GS_E_IO;
    m->unsynced = err != GS_OK;
    return err;
}

int gs_mark_open(struct gs_mark *m, const char *store_path, const struct gs_state *s)
{
    struct gs_mark_values found;
    m->path = gs_file_beside(store_path, GS_BESIDE_MARK);
    if (m->path == NULL) {
        return GS_E_NOMEM;
    }
    take_from(s, &m->last);
    m->fd = open(m->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0640);
    if (m->fd < 0) {
        return errno == ENOSPC ? GS_E_FULL : errno == EIO ? GS_E_IO : GS_E_DENIED;
    }
    int good = 0, err = read_slots(m->fd, &found, &good);
    if (err == GS_OK) { /* the good one stays until the new one has arrived */
        m->slot = (good + 1) % SLOTS;
        (void)write_slot(m);
        gs_mark_sync(m);
    }
    return err == GS_E_CORRUPT ? fill(m) : err;
}

void gs_mark_write(struct gs_mark *m, const struct gs_state *s)
{
    if (m->fd >= 0) {
        take_from(s, &m->last);
        (void)write_slot(m);
    }
}

/* False: another file is there, or none. */
static bool is_under_its_name(const struct gs_mark *m)
{
    struct stat by_fd, by_path;
    return fstat(m->fd, &by_fd) == 0 && lstat(m->path, &by_path) == 0 && by_fd.st_dev == by_path.st_dev &&
           by_fd.st_ino == by_path.st_ino;
}

static void make_anew(struct gs_mark *m)
{
    int fd = open(m->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0640);
    m->failing = fd < 0; /* what stands there is somebody's */
    if (fd >= 0) {
        (void)close(m->fd);
        m->fd = fd;
        m->failing = fill(m) != GS_OK;
    }
}

void gs_mark_sync(struct gs_mark *m)
{
    if (m->fd < 0) {
        return;
    }
    if (m->failing) {
        (void)write_slot(m);
    }
    if (m->unsynced) {
        m->unsynced = fdatasync(m->fd) != 0;
    }
    if (!is_under_its_name(m)) {
        make_anew(m);
    }
}

void gs_mark_close(struct gs_mark *m)
{
    if (m->path != NULL && m->fd >= 0) {
        gs_mark_sync(m);
        (void)close(m->fd);
    }
    free(m->path);
    *m = (struct gs_mark){.fd = -1};
}
