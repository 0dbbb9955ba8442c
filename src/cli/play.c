/* The player: a queue of what the trucks of a day file do next, worked off on the daemon's clock. It keeps only what the daemon has
 * told it; what a truck does next always follows from its booking as the daemon last showed it, so a play that was stopped goes on
 * where it was when it is started again. It decides nothing about bookings. */
#include "play.h"
#include <stdlib.h>
#include <string.h>

#define TICK_MS                                                                                                        \
    (15 * GS_MINUTE_MS)      /* how late the client may learn of a promotion: well under waitlist.promote_minutes */
#define SETTLE_MIN (36 * 60) /* noon of the day after: past the end of a window that crosses midnight */

static const char *const state_names[GS_TRUCK_STATES] = {
    [GS_TRUCK_PENDING] = "pending",   [GS_TRUCK_WAITLISTED] = "waitlisted", [GS_TRUCK_BOOKED] = "booked",
    [GS_TRUCK_ARRIVED] = "arrived",   [GS_TRUCK_ENTERED] = "entered",       [GS_TRUCK_CLEARED] = "cleared",
    [GS_TRUCK_DEPARTED] = "departed", [GS_TRUCK_CANCELLED] = "cancelled",   [GS_TRUCK_EXPIRED] = "expired",
    [GS_TRUCK_NO_SHOW] = "no_show",   [GS_TRUCK_REFUSED] = "refused",       [GS_TRUCK_NO_PLACE] = "no_place",
};

const char *gs_truck_state_name(enum gs_truck_state s)
{
    return state_names[s];
}

int gs_play_init(struct gs_play *p, struct gs_cli *cli, const struct gs_day_file *day)
{
    *p = (struct gs_play){.cli = cli, .day = day, .until_ms = INT64_MAX, .progress = {.cli = cli}};
    for (p->by_id_size = 16; p->by_id_size < 2 * day->count;) {
        p->by_id_size *= 2;
    }
    p->trucks = calloc(day->count > 0 ? day->count : 1, sizeof *p->trucks);
    p->by_id = calloc(p->by_id_size, sizeof *p->by_id);
    p->counts[GS_TRUCK_PENDING] = (int64_t)day->count;
    if (p->trucks == NULL || p->by_id == NULL) {
        gs_play_finish(p);
        return GS_E_NOMEM;
    }
    return GS_OK;
}

void gs_play_finish(struct gs_play *p)
{
    free(p->trucks);
    free(p->by_id);
    p->trucks = NULL;
    p->by_id = NULL;
    gs_play_queue_finish(&p->queue);
}

/* Where id is or would be; the table is never more than half full. */
static size_t *find_id(const struct gs_play *p, const char *id)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (const char *c = id; *c != '\0'; c++) {
        hash = (hash ^ (unsigned char)*c) * UINT64_C(1099511628211);
    }
    size_t at = (size_t)hash & (p->by_id_size - 1);
    while (p->by_id[at] != 0 && strcmp(p->trucks[p->by_id[at] - 1].id, id) != 0) {
        at = (at + 1) & (p->by_id_size - 1);
    }
    return &p->by_id[at];
}

bool gs_play_line_of(const struct gs_play *p, const char *id, size_t *out_line)
{
    const size_t *found = find_id(p, id);
    if (*found == 0) {
        return false;
    }
    *out_line = *found - 1;
    return true;
}

void gs_play_set_state(struct gs_play *p, size_t line, enum gs_truck_state state)
{
    p->counts[p->trucks[line].state]--;
    p->counts[state]++;
    p->trucks[line].state = state;
}

int gs_play_plan(struct gs_play *p, size_t line, enum gs_play_kind kind, int64_t at_ms)
{
    struct gs_truck_play *truck = &p->trucks[line];
    if (truck->plan > 0 && truck->next == kind && truck->next_at_ms == at_ms) {
        return GS_OK;
    }
    truck->plan++;
    truck->next = kind;
    truck->next_at_ms = at_ms;
    const struct gs_play_item item = {
        .at_ms = at_ms > p->clock_ms ? at_ms : p->clock_ms, .line = line, .kind = kind, .plan = truck->plan};
    return gs_play_push(&p->queue, item);
}

static int plan_after(struct gs_play *p, size_t line, enum gs_play_kind kind, const char *since, int64_t minutes)
{
    int64_t at = 0;
    if (gs_rfc3339_parse(since, strlen(since), &at) != GS_OK) {
        at = p->clock_ms;
    }
    return gs_play_plan(p, line, kind, at + minutes * GS_MINUTE_MS);
}

static enum gs_truck_state state_of(const json_t *booking, enum gs_truck_state otherwise)
{
    const char *status = gs_get_text(booking, "status");
    for (size_t i = GS_TRUCK_WAITLISTED; i <= GS_TRUCK_REFUSED; i++) {
        if (strcmp(state_names[i], status) == 0) {
            return (enum gs_truck_state)i;
        }
    }
    return otherwise;
}

int gs_play_adopt(struct gs_play *p, size_t line, const json_t *booking)
{
    struct gs_truck_play *truck = &p->trucks[line];
    const struct gs_day_line *does = &p->day->lines[line];
    if (truck->id[0] == '\0') {
        snprintf(truck->id, sizeof truck->id, "%s", gs_get_text(booking, "id"));
        size_t *slot = find_id(p, truck->id);
        *slot = *slot == 0 ? line + 1 : *slot;
    }
    snprintf(truck->pass_code, sizeof truck->pass_code, "%s", gs_get_text(booking, "pass_code"));
    gs_play_set_state(p, line, state_of(booking, truck->state));
    if (truck->left) {
        return GS_OK;
    }
    switch (truck->state) {
    case GS_TRUCK_BOOKED:
        return does->shows ? plan_after(p, line, GS_PLAY_ARRIVE, gs_get_text(json_object_get(booking, "slot"), "start"),
                                        does->offset_min)
                           : GS_OK;
    case GS_TRUCK_ARRIVED:
        return plan_after(p, line, GS_PLAY_GATE, gs_get_text(booking, "arrived_at"), does->gate_min);
    case GS_TRUCK_ENTERED:
        return plan_after(p, line, GS_PLAY_CLEAR, gs_get_text(booking, "entered_at"), does->clear_min);
    case GS_TRUCK_CLEARED:
        return plan_after(p, line, GS_PLAY_DEPART, gs_get_text(booking, "cleared_at"), does->leave_min);
    case GS_TRUCK_NO_SHOW: /* comes all the same, and is turned away */
        return GS_OK;
    default:
        truck->plan++;
        return GS_OK;
    }
}

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
