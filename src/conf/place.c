/* Finds out where a path leads: through links, dots, links to nothing, and directories that are reached by several names. It
 * only looks; what may stand where is the check's business. */
#include "place.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINKS_MAX = 40 }; /* as many as the kernel follows (path_resolution(7)) */

/* Appends one part of a path to where has been walked to; dots are no names. */
static void append(char path[PATH_MAX], const char *part, size_t len)
{
    size_t used = strlen(path);
    if (len == 0 || (len == 1 && part[0] == '.')) {
        return;
    }
    if (len == 2 && part[0] == '.' && part[1] == '.') {
        char *slash = strrchr(path, '/');
        if (slash != NULL) {
            *slash = '\0';
        }
        return;
    }
    if (used + 1 + len + 1 <= PATH_MAX) {
        path[used] = '/';
        memcpy(path + used + 1, part, len);
        path[used + 1 + len] = '\0';
    }
}

/* What is still to be walked: the link's own text and then the rest. False: too long. */
static bool follow(char path[PATH_MAX], const char *rest, char ahead[PATH_MAX])
{
    char target[PATH_MAX], after[PATH_MAX];
    ssize_t len = readlink(path, target, sizeof target - 1);
    if (len <= 0) {
        return false;
    }
    target[len] = '\0';
    int made = snprintf(after, sizeof after, "%s/%s", target, rest);
    if (made < 0 || made >= (int)sizeof after) {
        return false;
    }
    if (target[0] == '/') {
        path[0] = '\0';
    } else {
        *strrchr(path, '/') = '\0';
    }
    memcpy(ahead, after, (size_t)made + 1);
    return true;
}

/* Part by part, so that what does not exist is no hindrance. */
static void walk(const char *given, char path[PATH_MAX])
{
    char ahead[PATH_MAX];
    const char *next = ahead;
    int links = 0;
    path[0] = '\0';
    (void)snprintf(ahead, sizeof ahead, "%s", given);
    while (*next != '\0') {
        size_t len = strcspn(next, "/");
        const char *rest = next + len + strspn(next + len, "/");
        struct stat st;
        append(path, next, len);
        if (len > 0 && path[0] != '\0' && lstat(path, &st) == 0 && S_ISLNK(st.st_mode) && links < LINKS_MAX &&
            follow(path, rest, ahead)) {
            links++;
            next = ahead;
        } else {
            next = rest;
        }
    }
    if (path[0] == '\0') {
        (void)snprintf(path, PATH_MAX, "/");
    }
}

static void look(struct gs_place *out)
{
    char directory[PATH_MAX];
    (void)snprintf(directory, sizeof directory, "%s", out->path);
    char *slash = strrchr(directory, '/');
    slash[slash == directory ? 1 : 0] = '\0';
    out->in_directory = stat(directory, &out->directory) == 0;
    out->there = lstat(out->path, &out->at) == 0;
}

void gs_place_find(const char *path, struct gs_place *out)
{
    struct stat st;
    *out = (struct gs_place){0};
    out->is_link = lstat(path, &st) == 0 && S_ISLNK(st.st_mode);
    walk(path, out->path);
    look(out);
}

static bool same_file(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

bool gs_place_same(const struct gs_place *a, const struct gs_place *b)
{
    if (strcmp(a->path, b->path) == 0 || (a->there && b->there && same_file(&a->at, &b->at))) {
        return true;
    }
    return a->in_directory && b->in_directory && same_file(&a->directory, &b->directory) &&
           strcmp(strrchr(a->path, '/'), strrchr(b->path, '/')) == 0;
}

void gs_place_beside(const struct gs_place *place, const char *suffix, struct gs_place *out)
{
    char name[PATH_MAX];
    int len = snprintf(name, sizeof name, "%s%s", place->path, suffix);
    gs_place_find(len > 0 && len < (int)sizeof name ? name : place->path, out);
}
