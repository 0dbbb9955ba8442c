/* Decides whether a file may be opened as the store, by its name, its permissions and the first hundred bytes, so that what is
 * refused is never written to. The header's form: sqlite.org/fileformat2.html, section 1.3. */
#include "store_file.h"
#include "gateslot/base/store_files.h"
#include "schema.h"
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HEADER_BYTES = 100, PAGE_SIZE_AT = 16, PAGES_AT = 28, VERSION_AT = 60, APPLICATION_AT = 68 };

struct sentence {
    char *text;
    size_t size;
};

static int refuse(struct sentence s, int err, const char *format, ...) __attribute__((format(printf, 3, 4)));
static int refuse(struct sentence s, int err, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(s.text, s.size, format, args);
    va_end(args);
    return err;
}

char *gs_file_beside(const char *path, const char *suffix)
{
    size_t size = strlen(path) + strlen(suffix) + 1;
    char *name = malloc(size);
    if (name != NULL) {
        (void)snprintf(name, size, "%s%s", path, suffix);
    }
    return name;
}

/* Absolute name of what does not exist yet: its directory's, and its own last part. */
static int resolve_new(const char *path, char **out, struct sentence s)
{
    char *copy = strdup(path), *base_copy = strdup(path), *real = NULL, *name = NULL;
    int err = GS_E_NOMEM;
    if (copy == NULL || base_copy == NULL) {
        goto free_copies;
    }
    real = realpath(dirname(copy), NULL);
    if (real == NULL) {
        err = refuse(s, GS_E_NOTFOUND, "%s: its directory cannot be reached: %s", path, strerror(errno));
        goto free_copies;
    }
    const char *base = basename(base_copy);
    size_t size = strlen(real) + strlen(base) + 2;
    name = malloc(size);
    if (name != NULL) {
        (void)snprintf(name, size, "%s/%s", strcmp(real, "/") == 0 ? "" : real, base);
        *out = name;
        err = GS_OK;
    }
free_copies:
    free(real);
    free(base_copy);
    free(copy);
    return err;
}

int gs_file_resolve(const char *path, char **out, char *message, size_t message_size)
{
    struct sentence s = {message, message_size};
    char *real = realpath(path, NULL);
    if (real != NULL) {
        *out = real;
        return GS_OK;
    }
    struct stat st;
    if (errno == ENOENT && lstat(path, &st) == 0) {
        return refuse(s, GS_E_NOTFOUND, "%s: is a link to a file that does not exist", path);
    }
    return errno == ENOENT ? resolve_new(path, out, s)
                           : refuse(s, GS_E_DENIED, "%s: cannot be reached: %s", path, strerror(errno));
}

static int32_t big_endian(const unsigned char *bytes)
{
    return (int32_t)((uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3]);
}

static int judge_header(const char *path, const unsigned char header[HEADER_BYTES], bool drill, struct sentence s)
{
    if (memcmp(header, "SQLite format 3", 16) != 0) {
        return refuse(s, GS_E_FOREIGN, "%s: is not a store of gateslot and was left as it is", path);
    }
    int32_t application = big_endian(header + APPLICATION_AT);
    if (application != GS_SCHEMA_LIVE && application != GS_SCHEMA_DRILL) {
        return refuse(s, GS_E_FOREIGN, "%s: is a database of another program and was left as it is", path);
    }
    if ((application == GS_SCHEMA_DRILL) != drill) {
        return refuse(s, GS_E_FOREIGN,
                      drill ? "%s: is a live store; a drill needs one of its own"
                            : "%s: is a drill's store; a live site needs one of its own",
                      path);
    }
    int32_t version = big_endian(header + VERSION_AT);
    if (version < 0 || version > gs_schema_version()) {
        return refuse(s, GS_E_NEWER, "%s: has schema %d, made by a newer gateslot; this one knows up to %d", path,
                      version, gs_schema_version());
    }
    return GS_OK;
}

/* The first bytes of a database of ours, of a log or a journal (sqlite.org/fileformat2.html, sections 1.3, 3, 4.1), or zeros. */
static bool begins_as_ours(const unsigned char header[HEADER_BYTES])
{
    static const unsigned char zeros[HEADER_BYTES];
    static const unsigned char log[] = {0x37, 0x7f, 0x06}, journal[] = {0xd9, 0xd5, 0x05, 0xf9};
    const int32_t application = big_endian(header + APPLICATION_AT);
    const bool of_ours = application == 0 || application == GS_SCHEMA_LIVE || application == GS_SCHEMA_DRILL;
    return (memcmp(header, "SQLite format 3", 16) == 0 && of_ours) || memcmp(header, log, sizeof log) == 0 ||
           memcmp(header, journal, sizeof journal) == 0 || memcmp(header, zeros, sizeof zeros) == 0;
}

bool gs_file_is_leftover(const char *path)
{
    unsigned char header[HEADER_BYTES] = {0};
    struct stat st;
    if (lstat(path, &st) != 0) {
        return errno == ENOENT;
    }
    if (!S_ISREG(st.st_mode) || st.st_nlink != 1) {
        return false;
    }
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    ssize_t got = fd >= 0 ? pread(fd, header, sizeof header, 0) : -1;
    if (fd >= 0) {
        (void)close(fd);
    }
    return got >= 0 && begins_as_ours(header);
}

bool gs_file_is_of_store(const char *store_path, const char *path)
{
    static const char *const suffixes[] = GS_BESIDE_FILES;
    const size_t len = strlen(store_path);
    if (strncmp(path, store_path, len) != 0) {
        return false;
    }
    bool found = path[len] == '\0';
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0] && !found; i++) {
        found = strcmp(path + len, suffixes[i]) == 0;
    }
    return found;
}

int gs_file_judge(int fd, const char *path, bool drill, char *message, size_t message_size)
{
    struct sentence s = {message, message_size};
    unsigned char header[HEADER_BYTES];
    ssize_t got = pread(fd, header, sizeof header, 0);
    if (got < 0) {
        return refuse(s, GS_E_IO, "%s: cannot be read: %s", path, strerror(errno));
    }
    if (got < (ssize_t)sizeof header) {
        return refuse(s, GS_E_FOREIGN, "%s: is not a store of gateslot and was left as it is", path);
    }
    return judge_header(path, header, drill, s);
}

bool gs_file_is_database(const char *path)
{
    char first[16] = "";
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd >= 0 ? pread(fd, first, sizeof first, 0) : -1;
    if (fd >= 0) {
        (void)close(fd);
    }
    return got == (ssize_t)sizeof first && memcmp(first, "SQLite format 3", sizeof first) == 0;
}

int gs_file_claimed_bytes(int fd, int64_t *out)
{
    unsigned char header[HEADER_BYTES];
    if (pread(fd, header, sizeof header, 0) != (ssize_t)sizeof header) {
        return GS_E_IO;
    }
    const int64_t page = header[PAGE_SIZE_AT] << 8 | header[PAGE_SIZE_AT + 1];
    *out = (page == 1 ? 65536 : page) * (int64_t)(uint32_t)big_endian(header + PAGES_AT);
    return GS_OK;
}

static int read_header(const char *path, bool drill, struct sentence s)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return refuse(s, GS_E_DENIED, "%s: cannot be opened: %s", path, strerror(errno));
    }
    int err = gs_file_judge(fd, path, drill, s.text, s.size);
    (void)close(fd);
    return err;
}

static int check_directory(const char *path, struct sentence s)
{
    char *copy = strdup(path);
    if (copy == NULL) {
        return GS_E_NOMEM;
    }
    const char *directory = dirname(copy);
    int err = GS_OK;
    if (faccessat(AT_FDCWD, directory, W_OK | X_OK, AT_EACCESS) != 0) {
        err = refuse(s, GS_E_DENIED, "%s: its directory %s cannot be written: %s", path, directory, strerror(errno));
    }
    free(copy);
    return err;
}

/* A log without its database belongs to one that was moved or deleted: a new database must not swallow it, and it may hold
 * the last bookings of the old one. */
static int check_stray(const char *path, const char *suffix, struct sentence s)
{
    struct stat st;
    char *name = gs_file_beside(path, suffix);
    if (name == NULL) {
        return GS_E_NOMEM;
    }
    int err = GS_OK;
    if (stat(name, &st) == 0 && st.st_size > 0) {
        err = refuse(s, GS_E_FOREIGN, "%s: is missing but %s is there: put the store back or move that file away", path,
                     name);
    }
    free(name);
    return err;
}

int gs_file_inspect(const char *path, bool drill, enum gs_file_state *out, char *message, size_t message_size)
{
    struct sentence s = {message, message_size};
    struct stat st = {0};
    bool exists = stat(path, &st) == 0;
    if (!exists && errno != ENOENT) {
        return refuse(s, GS_E_DENIED, "%s: cannot be reached: %s", path, strerror(errno));
    }
    if (exists && !S_ISREG(st.st_mode)) {
        return refuse(s, GS_E_FOREIGN, S_ISDIR(st.st_mode) ? "%s: is a directory" : "%s: is not a regular file", path);
    }
    if (exists && faccessat(AT_FDCWD, path, R_OK | W_OK, AT_EACCESS) != 0) {
        return refuse(s, GS_E_DENIED, "%s: cannot be read and written: %s", path, strerror(errno));
    }
    int err = check_directory(path, s);
    if (err != GS_OK) {
        return err;
    }
    if (exists && st.st_size > 0) {
        err = read_header(path, drill, s);
        if (err == GS_OK) {
            *out = GS_FILE_OURS;
        }
        return err;
    }
    err = check_stray(path, GS_BESIDE_LOG, s);
    err = err != GS_OK ? err : check_stray(path, GS_BESIDE_JOURNAL, s);
    if (err == GS_OK) {
        *out = GS_FILE_MISSING;
    }
    return err;
}

int gs_file_lock(const char *path, bool make, int *out_fd, char *message, size_t message_size)
{
    struct sentence s = {message, message_size};
    char *name = gs_file_beside(path, GS_BESIDE_LOCK);
    if (name == NULL) {
        return GS_E_NOMEM;
    }
    int err = GS_OK;
    int fd = open(name, O_RDWR | O_CLOEXEC | O_NOFOLLOW | (make ? O_CREAT : 0), 0640);
    if (fd < 0) {
        err =
            errno == ENOENT ? GS_E_NOTFOUND : refuse(s, GS_E_DENIED, "%s: cannot be opened: %s", name, strerror(errno));
    } else if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        err = errno == EWOULDBLOCK ? refuse(s, GS_E_BUSY, "%s: is in use by another gateslotd", path)
                                   : refuse(s, GS_E_DENIED, "%s: cannot be locked: %s", name, strerror(errno));
        (void)close(fd);
    } else {
        *out_fd = fd;
    }
    free(name);
    return err;
}

int gs_file_sync_directory(const char *path)
{
    char *copy = strdup(path);
    if (copy == NULL) {
        return GS_E_NOMEM;
    }
    int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    free(copy);
    if (fd < 0) {
        return GS_E_IO;
    }
    int err = fsync(fd) == 0 ? GS_OK : GS_E_IO;
    (void)close(fd);
    return err;
}

int gs_file_sync(const char *path)
{
    int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0) {
        return GS_E_IO;
    }
    int err = fchmod(fd, 0640) == 0 && fsync(fd) == 0 ? GS_OK : GS_E_IO;
    (void)close(fd);
    return err;
}

bool gs_file_clear(const char *name)
{
    static const char *const parts[] = {"-wal", "-journal", "-shm", ""};
    bool clear = true;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        char *part = gs_file_beside(name, parts[i]);
        if (part != NULL && gs_file_is_leftover(part)) {
            (void)unlink(part);
        } else {
            clear = false;
        }
        free(part);
    }
    return clear;
}

void gs_file_remove_empty_log(const char *path)
{
    struct stat st;
    char *name = gs_file_beside(path, GS_BESIDE_LOG);
    if (name != NULL && stat(name, &st) == 0 && st.st_size == 0) {
        (void)unlink(name);
    }
    free(name);
}
