/* Reads time zones: TZif of version 2 or later (RFC 8536) from memory, and by name from the system's database, the only
 * place here that touches the disk. It believes nothing in the file: counts, order, indexes and offsets are checked,
 * and zones that count leap seconds ("right/…") are refused. */
#include "gateslot/base/limits.h"
#include "tz_impl.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HEADER_SIZE = 44, TYPE_SIZE = 6, V1_TIME_SIZE = 4, V2_TIME_SIZE = 8, LEAP_SIZE = 4, TYPES_MAX = 256 };

static const char default_folder[] = "/usr/share/zoneinfo";

struct bytes {
    const unsigned char *at;
    size_t left;
};

struct header {
    uint8_t version;
    uint32_t utc_count, standard_count, leap_count, time_count, type_count, char_count;
};

static uint32_t be32(const unsigned char *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static int64_t be64(const unsigned char *at)
{
    return (int64_t)((uint64_t)be32(at) << 32 | be32(at + 4));
}

/* The next size bytes; NULL if there are not as many. */
static const unsigned char *take(struct bytes *b, uint64_t size)
{
    const unsigned char *at = b->at;
    if (size > b->left) {
        return NULL;
    }
    b->at += size;
    b->left -= (size_t)size;
    return at;
}

static int header_read(struct bytes *b, struct header *out)
{
    const unsigned char *at = take(b, HEADER_SIZE);
    if (at == NULL || memcmp(at, "TZif", 4) != 0 || at[4] < '2') {
        return GS_E_INVALID;
    }
    *out = (struct header){.version = at[4],
                           .utc_count = be32(at + 20),
                           .standard_count = be32(at + 24),
                           .leap_count = be32(at + 28),
                           .time_count = be32(at + 32),
                           .type_count = be32(at + 36),
                           .char_count = be32(at + 40)};
    return GS_OK;
}

static uint64_t body_size(const struct header *h, unsigned time_size)
{
    return (uint64_t)h->time_count * (time_size + 1) + (uint64_t)h->type_count * TYPE_SIZE + h->char_count +
           (uint64_t)h->leap_count * (time_size + LEAP_SIZE) + h->standard_count + h->utc_count;
}

static int offset_read(const unsigned char *types, uint32_t index, int32_t *out)
{
    int32_t offset_s = (int32_t)be32(types + (size_t)index * TYPE_SIZE);
    if (offset_s <= -TZ_OFFSET_LIMIT_S || offset_s >= TZ_OFFSET_LIMIT_S) {
        return GS_E_INVALID;
    }
    *out = offset_s;
    return GS_OK;
}

/* Fills the zone's changes from a version 2 body. */
static int changes_read(struct gs_tz *tz, const struct header *h, const unsigned char *body)
{
    const unsigned char *indexes = body + (size_t)h->time_count * V2_TIME_SIZE;
    const unsigned char *types = indexes + h->time_count;
    if (offset_read(types, 0, &tz->first_offset_s) != GS_OK) {
        return GS_E_INVALID;
    }
    for (uint32_t i = 0; i < h->time_count; i++) {
        struct tz_change *change = &tz->changes[i];
        change->at_s = be64(body + (size_t)i * V2_TIME_SIZE);
        if (indexes[i] >= h->type_count || (i > 0 && change->at_s <= tz->changes[i - 1].at_s) ||
            offset_read(types, indexes[i], &change->offset_s) != GS_OK) {
            return GS_E_INVALID;
        }
    }
    tz->count = h->time_count;
    return GS_OK;
}

/* "\n<TZ string>\n" ends the file; an empty one leaves the zone without a rule. */
static int footer_read(struct gs_tz *tz, struct bytes b)
{
    const unsigned char *end;
    if (b.left < 2 || b.at[0] != '\n') {
        return GS_E_INVALID;
    }
    end = memchr(b.at + 1, '\n', b.left - 1);
    if (end == NULL) {
        return GS_E_INVALID;
    }
    tz->has_rule = end > b.at + 1;
    if (!tz->has_rule) {
        return GS_OK;
    }
    return tz_rule_parse((const char *)b.at + 1, (size_t)(end - b.at) - 1, &tz->rule);
}

int gs_tz_parse(const void *tzif, size_t len, struct gs_tz **out)
{
    struct bytes b = {.at = tzif, .left = len};
    const unsigned char *body;
    struct header h;
    struct gs_tz *tz;
    if (len > GS_TZIF_MAX || header_read(&b, &h) != GS_OK || take(&b, body_size(&h, V1_TIME_SIZE)) == NULL ||
        header_read(&b, &h) != GS_OK) {
        return GS_E_INVALID;
    }
    body = take(&b, body_size(&h, V2_TIME_SIZE));
    if (body == NULL || h.leap_count > 0 || h.type_count == 0 || h.type_count > TYPES_MAX ||
        h.time_count > GS_TZ_CHANGES_MAX) {
        return GS_E_INVALID;
    }
    tz = calloc(1, sizeof *tz + h.time_count * sizeof tz->changes[0]);
    if (tz == NULL) {
        return GS_E_NOMEM;
    }
    if (changes_read(tz, &h, body) != GS_OK || footer_read(tz, b) != GS_OK) {
        gs_tz_destroy(tz);
        return GS_E_INVALID;
    }
    *out = tz;
    return GS_OK;
}

/* A component of a name in the IANA database: letters, digits, '+', '-' and '_', not first '-'. */
static size_t part_len(const char *part)
{
    size_t len = strspn(part, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-_");
    return part[0] == '-' ? 0 : len;
}

/* Each zone has one name here. Other spellings of its path ("./Asia/Shanghai", "posix/Asia/Shanghai") lead to the same file,
 * but nobody else knows the zone by them. */
bool gs_tz_name_valid(const char *name)
{
    const char *part = name;
    if (strlen(name) > GS_TIMEZONE_MAX || strncmp(name, "posix/", 6) == 0 || strncmp(name, "right/", 6) == 0) {
        return false;
    }
    for (;;) {
        size_t len = part_len(part);
        if (len == 0 || (part[len] != '/' && part[len] != '\0')) {
            return false;
        }
        if (part[len] == '\0') {
            return true;
        }
        part += len + 1;
    }
}

static int error_of_open(int error)
{
    switch (error) {
    case ENOENT:
    case ENOTDIR:
    case ELOOP:
    case ENAMETOOLONG:
        return GS_E_NOTFOUND;
    case EACCES:
    case EPERM:
        return GS_E_DENIED;
    case ENOMEM:
        return GS_E_NOMEM;
    default:
        return GS_E_IO;
    }
}

static int read_whole(int fd, unsigned char *to, size_t size)
{
    while (size > 0) {
        ssize_t got = read(fd, to, size);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return GS_E_IO;
        }
        to += got;
        size -= (size_t)got;
    }
    return GS_OK;
}

static int load_open(int fd, struct gs_tz **out)
{
    unsigned char *content;
    struct stat status;
    int err;
    if (fstat(fd, &status) != 0) {
        return GS_E_IO;
    }
    if (!S_ISREG(status.st_mode)) {
        return GS_E_NOTFOUND;
    }
    if (status.st_size <= 0 || status.st_size > GS_TZIF_MAX) {
        return GS_E_INVALID;
    }
    content = malloc((size_t)status.st_size);
    if (content == NULL) {
        return GS_E_NOMEM;
    }
    err = read_whole(fd, content, (size_t)status.st_size);
    if (err == GS_OK) {
        err = gs_tz_parse(content, (size_t)status.st_size, out);
    }
    free(content);
    return err;
}

int gs_tz_load(const char *name, struct gs_tz **out)
{
    const char *folder = getenv("TZDIR");
    char path[4096];
    int fd, err, len;
    if (!gs_tz_name_valid(name)) {
        return GS_E_INVALID;
    }
    len = snprintf(path, sizeof path, "%s/%s", folder != NULL && folder[0] != '\0' ? folder : default_folder, name);
    if (len < 0 || (size_t)len >= sizeof path) {
        return GS_E_NOTFOUND;
    }
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0) {
        return error_of_open(errno);
    }
    err = load_open(fd, out);
    (void)close(fd);
    return err;
}
