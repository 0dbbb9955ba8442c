/* Keeps two daemons from going on with one store: once it has been moved, a note beside the file says where to, and a start on the file is
 * refused. The file itself stays as it was, to the last byte, and is the store again once the note is removed by whoever knows that nothing
 * was stored at the other place. */
#include "moved_note.h"
#include "gateslot/base/store_files.h"
#include "gateslot/base/text.h"
#include "gateslot/base/time.h"
#include "store_file.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char words[] = "moved to ";

/* The first line; what stands behind it is for people. A note that says nothing is one all the same. */
int gs_moved_read(const char *store_path, char out[GS_MOVED_TO_MAX])
{
    char text[GS_MOVED_TO_MAX + sizeof words] = "";
    char *name = gs_file_beside(store_path, GS_BESIDE_MOVED);
    if (name == NULL) {
        return GS_E_NOMEM;
    }
    int fd = open(name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    int err = fd >= 0 ? GS_OK : errno == ENOENT ? GS_E_NOTFOUND : GS_E_IO;
    ssize_t got = fd >= 0 ? pread(fd, text, sizeof text - 1, 0) : 0;
    if (fd >= 0) {
        (void)close(fd);
    }
    free(name);
    if (err == GS_OK) {
        text[got > 0 ? got : 0] = '\0';
        text[strcspn(text, "\n")] = '\0';
        const size_t skip = strncmp(text, words, sizeof words - 1) == 0 ? sizeof words - 1 : 0;
        if (!gs_text_copy(out, GS_MOVED_TO_MAX, text + skip)) {
            out[0] = '\0';
        }
    }
    return err;
}

static int fail(const char *name, char *message, size_t size)
{
    int err = errno == ENOSPC || errno == EDQUOT ? GS_E_FULL : GS_E_IO;
    (void)snprintf(message, size, "%s: cannot be written: %s", name, strerror(errno));
    return err;
}

/* Under another name first: half a note would not say where to. */
static int write_new(const char *name, const char *to, int64_t now_ms, char *message, size_t size)
{
    char text[sizeof words + GS_MOVED_TO_MAX + 160];
    int year, month, day;
    gs_date_to_civil((gs_date)(now_ms / 86400000), &year, &month, &day);
    const int len = snprintf(text, sizeof text,
                             "%s%s\non %04d-%02d-%02d (UTC). No daemon starts on this store while this note is here.\n",
                             words, to, year, month, day);
    int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640);
    bool written = fd >= 0 && write(fd, text, (size_t)len) == len && fsync(fd) == 0;
    int err = written ? GS_OK : fail(name, message, size);
    if (fd >= 0) {
        (void)close(fd);
    }
    return err;
}

int gs_moved_write(const char *store_path, const char *to, int64_t now_ms, char *message, size_t message_size)
{
    char *name = gs_file_beside(store_path, GS_BESIDE_MOVED);
    char *made = name != NULL ? gs_file_beside(name, GS_BESIDE_NEW) : NULL;
    int err = made != NULL ? write_new(made, to, now_ms, message, message_size) : GS_E_NOMEM;
    if (err == GS_OK && rename(made, name) != 0) {
        err = fail(name, message, message_size);
    }
    if (err != GS_OK && made != NULL) {
        (void)unlink(made);
    }
    if (err == GS_OK && gs_file_sync_directory(store_path) != GS_OK) {
        err = fail(name, message, message_size);
    }
    free(made);
    free(name);
    return err;
}

int gs_moved_remove(const char *store_path)
{
    char *name = gs_file_beside(store_path, GS_BESIDE_MOVED);
    int err = name != NULL ? GS_OK : GS_E_NOMEM;
    if (err == GS_OK && unlink(name) == 0) {
        err = gs_file_sync_directory(store_path);
    } else if (err == GS_OK && errno != ENOENT) {
        err = GS_E_IO;
    }
    free(name);
    return err;
}

int gs_moved_judge(const char *store_path, char *message, size_t message_size)
{
    char to[GS_MOVED_TO_MAX];
    int err = gs_moved_read(store_path, to);
    if (err == GS_E_NOTFOUND) {
        return GS_OK;
    }
    if (err != GS_OK) {
        (void)snprintf(message, message_size, "%s" GS_BESIDE_MOVED ": cannot be read", store_path);
        return err;
    }
    (void)snprintf(message, message_size,
                   "%s: was moved to %s: name that in the configuration; only if nothing was ever stored there, remove "
                   "%s" GS_BESIDE_MOVED " to go on with this one",
                   store_path, to, store_path);
    return GS_E_DENIED;
}
