/* Answers for the site's own backups: where they stand, what they are called, how many are kept, which was the last. They stand beside the
 * store, or in the state directory where the store is in PostgreSQL, in a directory where the service may write, and are named by the site's instant in UTC, so that their names are in their order.
 * Nothing is removed that is not named so. */
#include "app.h"
#include "gateslot/base/log.h"
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char instant_form[] = "00000000T000000Z"; /* 0: a digit */
enum { INSTANT_TEXT = 64 };

struct place {
    char directory[PATH_MAX - NAME_MAX - 2];
    char stem[NAME_MAX + 2]; /* gateslot- */
};

/* Beside the store's file, or in the state directory. */
static bool find_place(const struct gs_app *app, struct place *out)
{
    const bool in_file = !gs_config_in_postgresql(app->boot);
    char *path = realpath(in_file ? app->boot->store : app->boot->state_directory, NULL);
    char *copy = path != NULL ? strdup(path) : NULL;
    bool found = copy != NULL;
    if (found) {
        const char *name = in_file ? basename(path) : "gateslot", *directory = in_file ? dirname(copy) : path;
        const size_t len = strlen(name);
        const int stem = (int)(len > 3 && strcmp(name + len - 3, ".db") == 0 ? len - 3 : len);
        found = snprintf(out->directory, sizeof out->directory, "%s/backups", directory) < (int)sizeof out->directory &&
                snprintf(out->stem, sizeof out->stem, "%.*s-", stem, name) < (int)sizeof out->stem;
    }
    free(copy);
    free(path);
    return found;
}

static void write_instant(int64_t at_ms, char out[INSTANT_TEXT])
{
    int year, month, day;
    const int64_t s = at_ms / 1000;
    gs_date_to_civil((gs_date)(s / 86400), &year, &month, &day);
    (void)snprintf(out, INSTANT_TEXT, "%04d%02d%02dT%02d%02d%02dZ", year, month, day, (int)(s % 86400 / 3600),
                   (int)(s % 3600 / 60), (int)(s % 60));
}

int gs_app_backup_name(struct gs_app *app, char *out, size_t size)
{
    struct place p;
    struct stat st;
    char instant[INSTANT_TEXT];
    if (!find_place(app, &p)) {
        const bool in_file = !gs_config_in_postgresql(app->boot);
        (void)snprintf(out, size, "%s: %s", in_file ? app->boot->store : app->boot->state_directory, strerror(errno));
        return GS_E_IO;
    }
    if (mkdir(p.directory, 0700) != 0 && errno != EEXIST) {
        (void)snprintf(out, size, "%.1024s: cannot be made: %s", p.directory, strerror(errno));
        return GS_E_DENIED;
    }
    write_instant(gs_app_now(app), instant);
    int len = snprintf(out, size, "%s/%s%s.db", p.directory, p.stem, instant);
    /* A drill's clock may stand still. '_' is after '.', so the names stay in order. */
    for (int nth = 2; len > 0 && (size_t)len < size && lstat(out, &st) == 0 && nth < 100; nth++) {
        len = snprintf(out, size, "%s/%s%s_%02d.db", p.directory, p.stem, instant, nth);
    }
    return len > 0 && (size_t)len < size ? GS_OK : GS_E_RANGE;
}

/* Where the instant begins; NULL: not one of the site's own. */
static const char *instant_of(const struct place *p, const char *name)
{
    const size_t stem = strlen(p->stem), form = sizeof instant_form - 1;
    if (strncmp(name, p->stem, stem) != 0 || strlen(name) < stem + form + 3) {
        return NULL;
    }
    const char *at = name + stem;
    for (size_t i = 0; i < form; i++) {
        bool fits = instant_form[i] == '0' ? at[i] >= '0' && at[i] <= '9' : at[i] == instant_form[i];
        if (!fits) {
            return NULL;
        }
    }
    const char *rest = at + form;
    if (rest[0] == '_' && rest[1] >= '0' && rest[1] <= '9' && rest[2] >= '0' && rest[2] <= '9') {
        rest += 3;
    }
    return strcmp(rest, ".db") == 0 ? at : NULL;
}

static int is_own(const struct place *p, const struct dirent *entry)
{
    return instant_of(p, entry->d_name) != NULL;
}

/* Names in order, the latest last; owned by the caller. Without a directory there are none. */
static size_t list_own(const struct place *p, struct dirent ***out)
{
    struct dirent **all = NULL;
    size_t count = 0;
    int found = scandir(p->directory, &all, NULL, alphasort);
    for (int i = 0; i < found; i++) {
        if (is_own(p, all[i])) {
            all[count++] = all[i];
        } else {
            free(all[i]);
        }
    }
    *out = all;
    return count;
}

static void free_list(struct dirent **list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(list[i]);
    }
    free(list);
}

static int remove_old(const struct place *p, const char *made, int32_t keep)
{
    struct dirent **list;
    size_t count = list_own(p, &list);
    int removed = 0;
    for (size_t i = 0; i + (size_t)keep < count; i++) {
        char path[PATH_MAX];
        (void)snprintf(path, sizeof path, "%s/%s", p->directory, list[i]->d_name);
        if (strcmp(path, made) == 0) { /* the clock went back: what was just made stays */
            continue;
        }
        if (unlink(path) == 0) {
            removed++;
        } else {
            gs_log(GS_LOG_WARNING, "backup", "path=%s error=\"cannot be removed: %s\"", path, strerror(errno));
        }
    }
    free_list(list, count);
    return removed;
}

int gs_app_backup_made(struct gs_app *app, const char *path, int32_t keep)
{
    struct place p;
    struct stat st = {0};
    int removed = keep > 0 && find_place(app, &p) ? remove_old(&p, path, keep) : 0;
    (void)stat(path, &st);
    app->last_backup.at_ms = gs_app_now(app);
    (void)snprintf(app->last_backup.path, sizeof app->last_backup.path, "%s", path);
    gs_log(GS_LOG_NOTICE, "backup", "path=%s bytes=%" PRId64 " removed=%d note=\"checked: it is whole\"", path,
           (int64_t)st.st_size, removed);
    return removed;
}

/* One that was made elsewhere may be later. */
static void ask_store(struct gs_app *app)
{
    const struct gs_query query = {.kind = GS_QUERY_STORE};
    struct gs_last_backup *last = &app->last_backup;
    struct gs_answer answer;
    gs_store_query(app->store, &query, &answer);
    if (answer.err == GS_OK && answer.store.backup_at_ms > last->at_ms) {
        last->at_ms = answer.store.backup_at_ms;
        (void)snprintf(last->path, sizeof last->path, "%s", answer.store.backup_path);
    }
    gs_answer_finish(&answer);
}

void gs_app_backups_find(struct gs_app *app)
{
    struct place p;
    struct dirent **list = NULL;
    size_t count = find_place(app, &p) ? list_own(&p, &list) : 0;
    if (count > 0) {
        struct gs_last_backup *last = &app->last_backup;
        const char *name = list[count - 1]->d_name, *at = instant_of(&p, name);
        char text[GS_RFC3339_TEXT];
        (void)snprintf(last->path, sizeof last->path, "%s/%s", p.directory, name);
        (void)snprintf(text, sizeof text, "%.4s-%.2s-%.2sT%.2s:%.2s:%.2sZ", at, at + 4, at + 6, at + 9, at + 11,
                       at + 13);
        if (gs_rfc3339_parse(text, strlen(text), &last->at_ms) != GS_OK) {
            *last = (struct gs_last_backup){.at_ms = 0};
        }
    }
    free_list(list, count);
    ask_store(app);
}
