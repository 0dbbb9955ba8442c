/* Answers for a replay of the journal beside the live service: it fetches what the core's replay asks for, lets it work in slices of
 * a millisecond, so that no other request waits longer than one. What is compared is the core's affair. */
#include <stdlib.h>

#include "app.h"
#include "gateslot/base/histogram.h"
#include "gateslot/base/log.h"
#include "replay_rules.h"

enum { SLICE_US = 1000 };

struct gs_app_replay {
    struct gs_app *app;
    struct gs_replay *core;
    struct gs_replay_waiter waiter;
    struct event *slice;
    struct gs_replay_rules rules;
    int64_t started_ms;
};

static void destroy(struct gs_app_replay *r)
{
    gs_replay_destroy(r->core);
    if (r->slice != NULL) {
        event_free(r->slice);
    }
    gs_replay_rules_finish(&r->rules);
    free(r);
}

static void end(struct gs_app_replay *r, int err)
{
    const struct gs_replay_report *report = err == GS_OK ? gs_replay_report(r->core) : NULL;
    r->app->replay = NULL;
    gs_log(GS_LOG_INFO, "replayed", "ms=%lld result=\"%s\"", (long long)(gs_monotonic_ms() - r->started_ms),
           gs_strerror(err));
    r->waiter.done(r->waiter.arg, err, report);
    destroy(r);
}

static void go_on(struct gs_app_replay *r)
{
    const struct timeval at_once = {0};
    evtimer_add(r->slice, &at_once);
}

static void on_answer(void *arg, struct gs_answer *answer)
{
    struct gs_app_replay *r = arg;
    gs_replay_take(r->core, answer);
    go_on(r);
}

static void fetch(struct gs_app_replay *r)
{
    struct gs_query query;
    gs_replay_question(r->core, &query);
    int err = gs_app_query(r->app, &query, on_answer, r);
    if (err != GS_OK) {
        end(r, err);
    }
}

static void on_slice(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    struct gs_app_replay *r = arg;
    enum gs_replay_state state = GS_REPLAY_GOES_ON;
    if (r->app->stopping || r->waiter.gone(r->waiter.arg)) {
        end(r, GS_E_BUSY);
        return;
    }
    const int64_t until_us = gs_monotonic_us() + SLICE_US;
    while (state == GS_REPLAY_GOES_ON && gs_monotonic_us() < until_us) {
        state = gs_replay_step(r->core);
    }
    if (state == GS_REPLAY_GOES_ON) {
        go_on(r);
    } else if (state == GS_REPLAY_ASKS) {
        fetch(r);
    } else {
        end(r, state == GS_REPLAY_DONE ? GS_OK : GS_E_IO);
    }
}

int gs_app_replay(struct gs_app *app, gs_date date, const struct gs_replay_waiter *waiter)
{
    if (app->replay != NULL) {
        return GS_E_BUSY;
    }
    struct gs_app_replay *r = calloc(1, sizeof *r);
    if (r == NULL) {
        return GS_E_NOMEM;
    }
    gs_app_sum_refusals(app, true);
    const struct gs_replay_options options = {
        .date = date, .rules = gs_replay_rules_take, .changes = gs_replay_rules_changes, .self = &r->rules};
    gs_replay_rules_init(&r->rules);
    r->app = app;
    r->waiter = *waiter;
    r->started_ms = gs_monotonic_ms();
    r->slice = evtimer_new(app->base, on_slice, r);
    if (r->slice == NULL || gs_replay_create(&options, &r->core) != GS_OK) {
        destroy(r);
        return GS_E_NOMEM;
    }
    app->replay = r;
    go_on(r);
    return GS_OK;
}

void gs_app_replay_finish(struct gs_app *app)
{
    if (app->replay != NULL) {
        destroy(app->replay);
    }
    app->replay = NULL;
}
