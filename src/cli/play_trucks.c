/* The trucks of a played day as the daemon last showed them: which booking is whose, its state, and what follows from that for what the
 * truck does next. It makes no call. */
#include "gateslot/base/hash.h"
#include "play.h"
#include <stdlib.h>
#include <string.h>

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
    size_t at = (size_t)gs_fnv_text(GS_FNV_START, id) & (p->by_id_size - 1);
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
