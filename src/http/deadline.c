/* Deadlines of connections, total ones, on a clock that never jumps, and the beginning of the next turn. Per kind one list in order of setting, which is the order
 * of falling due as all of a kind are equally long; one timer for all lists. Setting one costs a few pointers, so 12,000
 * connections cost no more than one. It does not know what a deadline means. */
#include "http.h"

/* A deadline may be this late: many then share one wake-up. */
#define SLACK_MS 50

static int64_t now_ms(const struct gs_http *http)
{
    return http->tuning.mono_ms(http->tuning.mono_self);
}

static void arm(struct gs_http *http, int64_t now, int64_t at_ms)
{
    int64_t wait_ms = at_ms - now < 0 ? 0 : at_ms - now;
    wait_ms += SLACK_MS;
    struct timeval wait = {.tv_sec = (time_t)(wait_ms / 1000), .tv_usec = (suseconds_t)(wait_ms % 1000 * 1000)};
    http->tick_ms = event_add(http->tick, &wait) == 0 ? at_ms : INT64_MAX;
}

/* A timer of zero, not an active event: the loop polls all descriptors before it. Set anew before it is called it would be put off. */
void gs_turn_begin(struct gs_http *http)
{
    static const struct timeval now = {0, 0};
    if (!http->turn_begins) {
        http->turn_begins = event_add(http->turn, &now) == 0;
    }
}

void gs_deadline_init(struct gs_http *http)
{
    for (int kind = 0; kind < GS_DEADLINES; kind++) {
        TAILQ_INIT(&http->due[kind]);
    }
    http->tick_ms = INT64_MAX;
}

void gs_deadline_set(struct gs_conn *c, enum gs_deadline_kind kind)
{
    struct gs_http *http = c->http;
    if (c->deadline != GS_DEADLINE_NONE) {
        TAILQ_REMOVE(&http->due[c->deadline], c, by_deadline);
    }
    c->deadline = kind;
    if (kind == GS_DEADLINE_NONE) {
        return;
    }
    int64_t now = now_ms(http);
    c->deadline_ms = now + http->tuning.deadline_ms[kind];
    TAILQ_INSERT_TAIL(&http->due[kind], c, by_deadline);
    if (c->deadline_ms < http->tick_ms) {
        arm(http, now, c->deadline_ms);
    }
}

void gs_deadline_expire(struct gs_http *http, void (*overdue)(struct gs_conn *c, enum gs_deadline_kind kind))
{
    int64_t now = now_ms(http), next = INT64_MAX;
    http->tick_ms = INT64_MAX;
    for (int kind = GS_DEADLINE_NONE + 1; kind < GS_DEADLINES; kind++) {
        struct gs_conn *c;
        while ((c = TAILQ_FIRST(&http->due[kind])) != NULL && c->deadline_ms <= now) {
            gs_deadline_set(c, GS_DEADLINE_NONE);
            overdue(c, (enum gs_deadline_kind)kind);
        }
    }
    for (int kind = GS_DEADLINE_NONE + 1; kind < GS_DEADLINES; kind++) {
        struct gs_conn *c = TAILQ_FIRST(&http->due[kind]);
        if (c != NULL && c->deadline_ms < next) {
            next = c->deadline_ms;
        }
    }
    if (next != INT64_MAX) {
        arm(http, now, next);
    }
}
