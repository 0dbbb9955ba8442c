/* Answers for the daemon's life: it starts config, store, API, server, book, writer, signals and listeners in this order, runs the loop, and ends
 * all of them in reverse. */
#include "gateslot/base/limits.h"
#include <errno.h>
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app.h"
#include "gateslot/base/log.h"
#include "gateslot/base/thread_slice.h"
#include "live_changes.h"
#include "notify.h"

static int read_config(struct gs_app *app)
{
    struct gs_config_problems problems = {0};
    int err = gs_config_load(app->options.config_path, &app->boot, &problems);
    gs_app_print_problems(gs_log_text, app->options.config_path, &problems, err);
    app->config = app->boot;
    if (err == GS_OK) {
        gs_app_peers_look_up(app);
    }
    return err;
}

void gs_app_print_problems(void (*print)(const char *line), const char *path, const struct gs_config_problems *problems,
                           int err)
{
    char line[GS_CONFIG_PROBLEM_TEXT];
    for (size_t i = 0; i < problems->count; i++) {
        gs_config_problem_format(&problems->list[i], path, line);
        print(line);
    }
    if (err != GS_OK && problems->count == 0) {
        (void)snprintf(line, sizeof line, "%s: %s", path, gs_strerror(err));
        print(line);
    }
}

static void libevent_log(int severity, const char *text)
{
    if (severity >= EVENT_LOG_WARN) {
        gs_log(GS_LOG_WARNING, "libevent", "text=\"%s\"", text);
    }
}

static int open_faces(struct gs_app *app)
{
    event_set_log_callback(libevent_log);
    struct event_config *ec = event_config_new();
    if (ec == NULL) {
        return GS_E_NOMEM;
    }
    event_config_set_flag(ec, EVENT_BASE_FLAG_EPOLL_USE_CHANGELIST | EVENT_BASE_FLAG_NOLOCK);
    app->base = event_base_new_with_config(ec);
    event_config_free(ec);
    if (app->base == NULL) {
        return GS_E_NOMEM;
    }
    gs_app_service_init(app);
    gs_app_keep_memory_small();
    const struct gs_hasher_watch hashing = {gs_app_hashing, app};
    int err = gs_hasher_create(app->base, &hashing, &app->hasher);
    err = err != GS_OK ? err : gs_app_webhooks_start(app);
    err = err != GS_OK ? err : gs_api_create(app->base, &app->service, GATESLOT_VERSION, &app->api);
    if (err != GS_OK) {
        return err;
    }
    const struct gs_http_api functions = gs_api_functions(app->api);
    err = gs_http_create(app->base, &functions, geteuid(), &app->http);
    if (err == GS_OK) {
        gs_app_limit_clients(app);
    }
    return err == GS_OK ? gs_app_certificate_start(app) : err;
}

static int start_writer(struct gs_app *app)
{
    gs_notify_status("serving");
    int wake_fd = -1;
    int err = gs_writer_start(app->store, &app->writer, &wake_fd);
    if (err != GS_OK) {
        return err;
    }
    return gs_app_turn_init(app, wake_fd);
}

static bool finished(const struct gs_app *app)
{
    bool stored = app->batch.count == 0 && (app->batch.journal.len == 0 || app->storage_full);
    return gs_http_idle(app->http) && stored && !gs_writer_busy(app->writer);
}

static void loop(struct gs_app *app)
{
    int64_t give_up_ms = INT64_MAX;
    gs_thread_slice(GS_SLICE_LOOP_US);
    for (;;) {
        event_base_loop(app->base, EVLOOP_ONCE);
        gs_app_turn_end(app);
        if (!app->stopping) {
            continue;
        }
        if (give_up_ms == INT64_MAX) {
            gs_app_webhooks_end(app);
            give_up_ms = gs_monotonic_ms() + GS_DRAIN_MS;
        }
        if (finished(app) || gs_monotonic_ms() >= give_up_ms) {
            return;
        }
    }
}

/* What the store was run with last is compared with the config of this start, as a reload compares. */
static int judge_changes(struct gs_app *app)
{
    char zone[GS_TIMEZONE_MAX + 1];
    int err = gs_store_zone(app->store, zone);
    if (err == GS_OK && !gs_live_changes_fit(app->book, &app->boot->rules, zone) && !app->options.accept_changes) {
        return GS_E_INVALID;
    }
    return err == GS_OK ? gs_store_set_zone(app->store, app->boot->rules.timezone) : err;
}

/* The store, or what it says of why it cannot be opened yet; then it is waited for. */
static int open_store(struct gs_app *app)
{
    char message[512] = "";
    int err = gs_app_open_store(app, &app->store, message, sizeof message);
    const bool waits = gs_app_waits_for_store(app, err);
    if (err != GS_OK && !waits) {
        gs_log(GS_LOG_ERROR, "store", "path=%s error=\"%s\"", app->boot->store, message);
        return err;
    }
    int failed = open_faces(app);
    return failed == GS_OK && waits ? gs_app_stand_by(app, err, message) : failed;
}

static int load(struct gs_app *app)
{
    int err = gs_app_load(app);
    err = err != GS_OK ? err : judge_changes(app);
    if (err != GS_OK) {
        return err;
    }
    gs_app_clock_start(app);
    app->started_ms = app->loaded_ms = gs_app_now(app);
    gs_app_backups_find(app);
    return start_writer(app);
}

static int start(struct gs_app *app)
{
    int err = read_config(app);
    if (err == GS_OK) {
        gs_app_begin_clock(app);
        err = open_store(app);
    }
    if (err != GS_OK || app->stopping) {
        return err;
    }
    err = load(app);
    if (err != GS_OK) {
        return err;
    }
    if (app->standing_by) { /* it listens already */
        app->standing_by = false;
        return GS_OK;
    }
    err = gs_app_signals_init(app);
    return err == GS_OK ? gs_app_listen(app) : err;
}

static void stop(struct gs_app *app)
{
    gs_app_signals_finish(app);
    if (app->writer != NULL) {
        gs_writer_stop(app->writer);
    }
    gs_app_replay_finish(app);
    gs_app_turn_finish(app);
    gs_app_webhooks_finish(app);
    gs_clock_mark_close(&app->clock_mark);
    gs_hasher_destroy(app->hasher); /* those who wait for it are the server's exchanges */
    gs_http_destroy(app->http);
    gs_tls_server_destroy(app->tls);
    gs_api_destroy(app->api);
    gs_store_close(app->store);
    gs_book_destroy(app->book);
    gs_idem_keys_finish(&app->idem_keys);
    gs_refusals_finish(&app->refusals);
    gs_batch_finish(&app->batch);
    if (app->base != NULL) {
        event_base_free(app->base);
    }
    if (app->config != app->boot) {
        gs_config_destroy(app->config);
    }
    gs_config_destroy(app->boot);
    libevent_global_shutdown();
}

int gs_app_run(const struct gs_app_options *options)
{
    struct gs_app *app = calloc(1, sizeof *app);
    if (app == NULL) {
        return 1;
    }
    app->options = *options;
    app->clock_mark.fd = -1;
    gs_batch_init(&app->batch);
    gs_idem_keys_init(&app->idem_keys, 0, 0);
    gs_refusals_init(&app->refusals, 0);
    int err = start(app);
    if (err == GS_OK && !app->stopping) {
        gs_notify_ready();
        gs_log(GS_LOG_NOTICE, "ready", "version=%s drill=%s", GATESLOT_VERSION, options->drill ? "yes" : "no");
        if (app->reload_wanted) {
            gs_app_reload(app);
        }
        loop(app);
        gs_log(GS_LOG_NOTICE, "stopped", "events=%lld", (long long)app->durable_seq);
    }
    stop(app);
    free(app);
    gs_log_flush();
    return err == GS_OK ? 0 : 1;
}
