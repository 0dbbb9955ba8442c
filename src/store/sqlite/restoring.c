/* Puts a prepared file in the store's place. A store is several files, and no call renames two: so first a note says what is to be done, and
 * what it says is done by whoever comes next, the one who wrote it or, after a crash, the next start. The old store with its log goes to the
 * name where it is kept, then the new file takes its place; so at no time does a log stand beside a database that it is not of. The note
 * names the new file by its length and its first page: another file under that name is not put anywhere. */
#include "restoring.h"
#include "gateslot/base/hash.h"
#include "gateslot/base/limits.h"
#include "gateslot/base/store_files.h"
#include "store_file.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NOTE_MAX = 160, FIRST_BYTES = 4096 };

struct decision {
    int64_t size;
    uint64_t first; /* over the first page */
    char kept[GS_STORE_KEPT_MAX];
};

static int fail(char *message, size_t size, const char *path, const char *what)
{
    (void)snprintf(message, size, "%s: %s: %s", path, what, strerror(errno));
    return errno == ENOSPC || errno == EDQUOT ? GS_E_FULL : GS_E_IO;
}

/* GS_E_NOTFOUND: there is none. */
static int describe_incoming(const char *path, struct decision *out)
{
    unsigned char first[FIRST_BYTES];
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0) {
        return errno == ENOENT ? GS_E_NOTFOUND : GS_E_IO;
    }
    ssize_t got = fstat(fd, &st) == 0 ? pread(fd, first, sizeof first, 0) : -1;
    if (got >= 0) {
        out->size = st.st_size;
        out->first = gs_fnv(GS_FNV_START, first, (size_t)got);
    }
    (void)close(fd);
    return got >= 0 ? GS_OK : GS_E_IO;
}

static int write_note(int fd, const struct decision *d)
{
    char text[NOTE_MAX];
    int len = snprintf(text, sizeof text, "restore %" PRId64 " %" PRIu64 " %s\n", d->size, d->first, d->kept);
    return pwrite(fd, text, (size_t)len, 0) == len && fsync(fd) == 0 ? GS_OK : GS_E_IO;
}

int gs_restoring_decide(const char *store_path, const char *kept, char *message, size_t message_size)
{
    struct decision d = {0};
    char *note = gs_file_beside(store_path, GS_BESIDE_RESTORE),
         *incoming = gs_file_beside(store_path, GS_BESIDE_INCOMING);
    int fd = -1, err = note != NULL && incoming != NULL ? GS_OK : GS_E_NOMEM;
    if (err == GS_OK && describe_incoming(incoming, &d) != GS_OK) {
        err = fail(message, message_size, incoming, "cannot be read");
    }
    if (err == GS_OK) {
        (void)snprintf(d.kept, sizeof d.kept, "%s", kept);
        fd = open(note, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640);
        err = fd >= 0 ? GS_OK : fail(message, message_size, note, "cannot be made");
    }
    if (err == GS_OK && write_note(fd, &d) != GS_OK) {
        err = fail(message, message_size, note, "cannot be written");
    }
    if (fd >= 0) {
        (void)close(fd);
    }
    if (err == GS_OK && gs_file_sync_directory(store_path) != GS_OK) {
        err = fail(message, message_size, note, "its directory cannot be synced");
    }
    free(incoming);
    free(note);
    return err;
}

/* Only what write_note writes, to its last character; a crash leaves it whole or not. */
static bool parse_note(const char *text, struct decision *out)
{
    static const char word[] = "restore ";
    char again[NOTE_MAX], *at;
    if (strncmp(text, word, sizeof word - 1) != 0) {
        return false;
    }
    out->size = strtoimax(text + sizeof word - 1, &at, 10);
    out->first = strtoumax(at, &at, 10);
    const size_t len = strlen(at);
    if (len < 3 || len - 2 >= sizeof out->kept) {
        return false;
    }
    memcpy(out->kept, at + 1, len - 2);
    out->kept[len - 2] = '\0';
    (void)snprintf(again, sizeof again, "restore %" PRId64 " %" PRIu64 " %s\n", out->size, out->first, out->kept);
    return strcmp(again, text) == 0 && strncmp(out->kept, GS_BESIDE_KEPT, strlen(GS_BESIDE_KEPT)) == 0 &&
           strchr(out->kept, '/') == NULL;
}

/* GS_E_NOTFOUND: nothing was decided. */
static int read_note(const char *note, struct decision *out)
{
    char text[NOTE_MAX];
    int fd = open(note, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0) {
        return errno == ENOENT ? GS_E_NOTFOUND : GS_E_IO;
    }
    ssize_t got = pread(fd, text, sizeof text - 1, 0);
    (void)close(fd);
    if (got < 0) {
        return GS_E_IO;
    }
    text[got] = '\0';
    return parse_note(text, out) ? GS_OK : GS_E_NOTFOUND;
}

static bool move_away(const char *store_path, const char *part, const char *kept)
{
    char *from = gs_file_beside(store_path, part), *name = gs_file_beside(store_path, kept),
         *to = name != NULL ? gs_file_beside(name, part) : NULL;
    bool moved = from != NULL && to != NULL && (rename(from, to) == 0 || errno == ENOENT);
    free(to);
    free(name);
    free(from);
    return moved;
}

/* Each step may have been taken already. */
static bool carry_out(const char *store_path, const char *incoming, const char *kept)
{
    char *index = gs_file_beside(store_path, GS_BESIDE_INDEX);
    bool done = index != NULL && move_away(store_path, "", kept) && move_away(store_path, GS_BESIDE_LOG, kept) &&
                move_away(store_path, GS_BESIDE_JOURNAL, kept) && (unlink(index) == 0 || errno == ENOENT) &&
                gs_file_sync_directory(store_path) == GS_OK && rename(incoming, store_path) == 0 &&
                gs_file_sync_directory(store_path) == GS_OK;
    free(index);
    return done;
}

int gs_restoring_finish(const char *store_path, char *message, size_t message_size)
{
    struct decision decided, found = {0};
    char *note = gs_file_beside(store_path, GS_BESIDE_RESTORE),
         *incoming = gs_file_beside(store_path, GS_BESIDE_INCOMING);
    int err = note != NULL && incoming != NULL ? read_note(note, &decided) : GS_E_NOMEM;
    if (err == GS_OK) {
        err = describe_incoming(incoming, &found);
        bool is_it = err == GS_OK && found.size == decided.size && found.first == decided.first;
        if (is_it && !carry_out(store_path, incoming, decided.kept)) {
            err = fail(message, message_size, store_path, "what is to be restored cannot take its place yet");
        } else if (err == GS_OK || err == GS_E_NOTFOUND) { /* done, or it was done before */
            (void)unlink(note);
            err = gs_file_sync_directory(store_path);
        }
    }
    if (err == GS_E_IO && message[0] == '\0') {
        err = fail(message, message_size, store_path, "what is to be restored cannot be read");
    }
    free(incoming);
    free(note);
    return err == GS_E_NOTFOUND ? GS_OK : err;
}
