/* The config's file: read whole, bounded, and only if it is a regular one. Opening must not block or take a terminal. */
#include "check.h"
#include "problem_list.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void file_problem(struct gs_config_problems *problems, const char *what, int number)
{
    char reason[128] = "";
    if (number != 0 && strerror_r(number, reason, sizeof reason) != 0) {
        reason[0] = '\0';
    }
    gs_problem_add(problems, 0, 0, GS_PROBLEM_FILE, "%s%s%s", what, reason[0] == '\0' ? "" : ": ", reason);
}

/* An open descriptor of a regular file, or -1 with a problem. */
static int open_regular(const char *path, struct gs_config_problems *problems)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0) {
        file_problem(problems, "cannot be opened", errno);
        return -1;
    }
    if (fstat(fd, &st) != 0) {
        file_problem(problems, "cannot be examined", errno);
    } else if (S_ISDIR(st.st_mode)) {
        file_problem(problems, "is a directory, expected a regular file", 0);
    } else if (!S_ISREG(st.st_mode)) {
        file_problem(problems, "is not a regular file", 0);
    } else {
        return fd;
    }
    (void)close(fd);
    return -1;
}

/* Reads up to size bytes; false with a problem. */
static bool read_all(int fd, char *text, size_t size, size_t *out_len, struct gs_config_problems *problems)
{
    size_t len = 0;
    while (len < size) {
        ssize_t got = read(fd, text + len, size - len);
        if (got < 0 && errno != EINTR) {
            file_problem(problems, "cannot be read", errno);
            return false;
        }
        if (got == 0) {
            break;
        }
        len += got > 0 ? (size_t)got : 0;
    }
    *out_len = len;
    return true;
}

int gs_config_load(const char *path, struct gs_config **out, struct gs_config_problems *problems)
{
    const size_t size = GS_CONFIG_FILE_MAX + 1; /* one more than may be there: then it is too large */
    size_t len = 0;
    int err = GS_E_INVALID;
    memset(problems, 0, sizeof *problems);
    char *text = malloc(size);
    if (text == NULL) {
        return GS_E_NOMEM;
    }
    int fd = open_regular(path, problems);
    if (fd < 0) {
        goto free_text;
    }
    if (read_all(fd, text, size, &len, problems)) {
        err = gs_config_read(text, len, true, out, problems);
    }
    (void)close(fd);
free_text:
    free(text);
    return err;
}
