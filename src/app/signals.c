/* Answers for signals: HUP reloads; the first TERM or INT drains, the second ends at once. What a write could be answered with
 * (nobody reads, the file may not grow, the terminal is another's) is an error of that write and not an end of the process. */
#include <signal.h>
#include <stdlib.h>

#include "app.h"
#include "gateslot/base/log.h"
#include "notify.h"

static void on_hup(evutil_socket_t sig, short what, void *arg)
{
    (void)sig;
    (void)what;
    struct gs_app *app = arg;
    if (app->standing_by) {
        gs_log(GS_LOG_NOTICE, "reload", "note=\"standing by: when the store is taken over\"");
        app->reload_wanted = true;
        return;
    }
    gs_app_reload(app);
}

static void on_stop(evutil_socket_t sig, short what, void *arg)
{
    (void)what;
    struct gs_app *app = arg;
    if (app->stopping) {
        gs_log(GS_LOG_NOTICE, "stop", "signal=%d note=\"second signal: at once\"", (int)sig);
        gs_log_flush();
        _Exit(1); /* nothing unacknowledged is promised, nothing acknowledged is only in memory */
    }
    gs_log(GS_LOG_NOTICE, "stop", "signal=%d note=\"finishing what was accepted\"", (int)sig);
    app->stopping = true;
    if (!app->standing_by) {
        gs_app_sum_refusals(app, true);
    }
    if (!app->storage_full && !app->standing_by) {
        gs_api_second(app->api);
    }
    gs_notify_stopping();
    gs_http_drain(app->http);
}

void gs_app_signals_ignore(void)
{
    static const int of_writes[] = {SIGPIPE, SIGXFSZ, SIGTTOU};
    for (size_t i = 0; i < sizeof of_writes / sizeof *of_writes; i++) {
        (void)signal(of_writes[i], SIG_IGN);
    }
}

int gs_app_signals_init(struct gs_app *app)
{
    const struct {
        int number;
        event_callback_fn call;
    } table[] = {{SIGHUP, on_hup}, {SIGTERM, on_stop}, {SIGINT, on_stop}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        app->signals[i] = evsignal_new(app->base, table[i].number, table[i].call, app);
        if (app->signals[i] == NULL || event_add(app->signals[i], NULL) != 0) {
            return GS_E_NOMEM;
        }
    }
    return GS_OK;
}

void gs_app_signals_finish(struct gs_app *app)
{
    for (size_t i = 0; i < sizeof app->signals / sizeof *app->signals; i++) {
        if (app->signals[i] != NULL) {
            event_free(app->signals[i]);
        }
        app->signals[i] = NULL;
    }
}
