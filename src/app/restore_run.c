/* Answers for gateslotd --restore: reads the configuration for where the store is, gives the work to the store, and logs what came of it. Run
 * by root, it works as the user whose directory the store is in, so that all it makes is that user's; only the backup is opened before. */
#include "app.h"
#include "gateslot/base/log.h"
#include "gateslot/store/restore.h"
#include <errno.h>
#include <grp.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int gs_app_become_owner(const char *store_path)
{
    struct stat st;
    char *copy = strdup(store_path);
    if (copy == NULL) {
        return GS_E_NOMEM;
    }
    bool found = stat(dirname(copy), &st) == 0;
    free(copy);
    if (geteuid() != 0 || !found || st.st_uid == 0) { /* what cannot be reached, the restore says */
        return GS_OK;
    }
    if (setgroups(0, NULL) != 0 || setgid(st.st_gid) != 0 || setuid(st.st_uid) != 0) {
        gs_log(GS_LOG_ERROR, "restore", "error=\"cannot become the owner of the store's directory: %s\"",
               strerror(errno));
        return GS_E_DENIED;
    }
    return GS_OK;
}

static void log_restored(const struct gs_config *config, const char *file, const struct gs_restored *r)
{
    char taken[GS_RFC3339_TEXT];
    gs_rfc3339_format(r->taken_ms, config->rules.tz, taken);
    gs_log(
        GS_LOG_NOTICE, "restored",
        "file=%s store=%s taken=%s last_event=%lld last_booking=%lld kept=%s note=\"%s; start the daemon, then confirm "
        "tokens and users\"",
        file, config->store, taken, (long long)r->last_seq, (long long)r->last_booking_id,
        r->kept[0] != '\0' ? r->kept : "none",
        r->kept[0] != '\0' ? "the store that stood there is kept" : "no store stood there");
}

/* There is no place in PostgreSQL that a file could take; what is to stand there is moved there. */
static int refuse_postgresql(const struct gs_app_options *options)
{
    gs_log(
        GS_LOG_ERROR, "restore",
        "error=\"the store is in PostgreSQL, where no file can take its place\" note=\"make an empty database, then: "
        "gateslotd --migrate sqlite:%s postgresql://HOST/DATABASE\"",
        options->restore_path);
    return GS_E_INVALID;
}

static int restore(const struct gs_config *config, const struct gs_app_options *options)
{
    struct gs_clock clock;
    struct gs_restore_source *source = NULL;
    struct gs_restored restored;
    char message[1024] = "";
    gs_clock_init(&clock, 0, &(struct gs_clock_past){.last_ms = 0});
    const struct gs_store_options store = {
        .drill = options->drill, .tz = config->rules.tz, .now_ms = gs_clock_now(&clock)};
    int err = gs_restore_open(options->restore_path, &source, message, sizeof message);
    err = err != GS_OK ? err : gs_app_become_owner(config->store);
    err = err != GS_OK ? err : gs_store_restore(config->store, source, &store, &restored, message, sizeof message);
    gs_restore_close(source);
    if (err == GS_OK) {
        log_restored(config, options->restore_path, &restored);
    } else if (message[0] != '\0') {
        gs_log(GS_LOG_ERROR, "restore", "error=\"%s\"", message);
    }
    return err;
}

int gs_app_restore(const struct gs_app_options *options)
{
    struct gs_config *config = NULL;
    struct gs_config_problems problems = {0};
    int err = gs_config_load(options->config_path, &config, &problems);
    gs_app_print_problems(gs_log_text, options->config_path, &problems, err);
    if (err == GS_OK) {
        err = gs_config_in_postgresql(config) ? refuse_postgresql(options) : restore(config, options);
    }
    gs_config_destroy(config);
    gs_log_flush();
    return err == GS_OK ? 0 : 1;
}
