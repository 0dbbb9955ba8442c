/* Plays a day: a queue of what the trucks of a day file do next, worked off on the daemon's clock. Only what the daemon has told is
 * kept; what a truck does next always follows from its booking as the daemon last showed it, so a play that was stopped goes on
 * where it was. */
#include "play.h"

#define TICK_MS                                                                                                        \
    (15 * GS_MINUTE_MS)      /* how late the client may learn of a promotion: well under waitlist.promote_minutes */
#define SETTLE_MIN (36 * 60) /* noon of the day after: past the end of a window that crosses midnight */

static int fill_queue(struct gs_play *p)
{
    int err = GS_OK;
    for (size_t i = 0; i < p->day->count && err == GS_OK; i++) {
        const struct gs_day_line *line = &p->day->lines[i];
        err =
            gs_play_push(&p->queue, (struct gs_play_item){.at_ms = line->book_at_ms, .line = i, .kind = GS_PLAY_BOOK});
        if (err == GS_OK && line->cancel_at_ms >= 0) {
            err = gs_play_push(&p->queue,
                               (struct gs_play_item){.at_ms = line->cancel_at_ms, .line = i, .kind = GS_PLAY_CANCEL});
        }
    }
    return err;
}

/* When something is to be done next: a step, or a look at what the waiting trucks were given. */
static bool next_time(const struct gs_play *p, int64_t *out_ms)
{
    const struct gs_play_item *first = gs_play_first(&p->queue);
    bool waiting = p->counts[GS_TRUCK_WAITLISTED] > 0 && p->clock_ms < p->end_ms;
    if (first == NULL && !waiting) {
        return false;
    }
    int64_t tick = p->clock_ms + TICK_MS;
    *out_ms = first != NULL && (!waiting || first->at_ms < tick) ? first->at_ms : tick;
    return true;
}

static bool outdated(const struct gs_play *p, const struct gs_play_item *item)
{
    bool planned = item->kind != GS_PLAY_BOOK && item->kind != GS_PLAY_CANCEL;
    return planned && (item->plan != p->trucks[item->line].plan || p->trucks[item->line].left);
}

static enum gs_exit do_what_is_due(struct gs_play *p)
{
    const struct gs_play_item *first = gs_play_first(&p->queue);
    if (first == NULL || first->at_ms > p->clock_ms) {
        return GS_EXIT_OK;
    }
    struct gs_play_item item = gs_play_pop(&p->queue);
    if (outdated(p, &item)) {
        return GS_EXIT_OK;
    }
    p->steps++;
    return gs_play_step(p, &item);
}

/* On to that instant and what is due then. */
static enum gs_exit go_to(struct gs_play *p, int64_t at_ms)
{
    enum gs_exit rc = gs_play_set_clock(p, at_ms);
    return rc == GS_EXIT_OK ? gs_play_follow(p) : rc;
}

static enum gs_exit play_all(struct gs_play *p)
{
    int64_t at = 0;
    while (next_time(p, &at)) {
        if (p->cli->transport->pause(p->cli->transport->self, 0)) {
            return GS_EXIT_INTERRUPTED;
        }
        if (at > p->until_ms) {
            return go_to(p, p->until_ms);
        }
        enum gs_exit rc = go_to(p, at);
        if (rc == GS_EXIT_OK) {
            rc = do_what_is_due(p);
        }
        if (rc != GS_EXIT_OK) {
            return rc;
        }
        gs_play_show_progress(p);
    }
    return go_to(p, p->end_ms < p->until_ms ? p->end_ms : p->until_ms);
}

enum gs_exit gs_play_run(struct gs_play *p)
{
    struct gs_cli *cli = p->cli;
    enum gs_exit rc = gs_cli_site(cli);
    if (rc != GS_EXIT_OK) {
        return rc;
    }
    if (!cli->site.drill) {
        return gs_cli_fail(cli, GS_EXIT_OTHER, W_NOT_A_DRILL, NULL);
    }
    p->clock_ms = cli->site.now_ms;
    p->end_ms = gs_tz_instant(cli->site.tz, p->day->date, SETTLE_MIN);
    if (fill_queue(p) != GS_OK) {
        return gs_cli_fail(cli, GS_EXIT_OTHER, W_NO_MEMORY, NULL);
    }
    if (p->clock_ms > p->queue.items[0].at_ms) {
        char now[GS_RFC3339_TEXT];
        gs_rfc3339_format(p->clock_ms, cli->site.tz, now);
        (void)gs_cli_fail(cli, GS_EXIT_OK, W_CLOCK_AHEAD, now);
    }
    rc = play_all(p);
    gs_progress_clear(&p->progress);
    return rc;
}
