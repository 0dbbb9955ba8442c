/* The site of a world, and its config file: made and edited at random, handed to the daemon as a parsed config would be. Times of
 * day, zones and capacities come from the worlds of the core's reference model, so that the model can follow. */
#include "../core/model/world.h"
#include "sim.h"
#include <stdlib.h>
#include <string.h>

enum { ZONES = 8 };

/* Zones are immutable and cost a file each: kept for the whole program. */
static const struct gs_tz *zone(const char *name)
{
    static struct {
        char name[GS_TIMEZONE_MAX + 1];
        struct gs_tz *tz;
    } known[ZONES];
    for (int i = 0; i < ZONES; i++) {
        if (known[i].tz != NULL && strcmp(known[i].name, name) == 0) {
            return known[i].tz;
        }
        if (known[i].tz == NULL) {
            sim_require(gs_tz_load(name, &known[i].tz) == GS_OK, "no zone %s", name);
            strcpy(known[i].name, name);
            return known[i].tz;
        }
    }
    sim_fail("too many zones");
}

static void take_world(const struct world *w)
{
    sim->rules = w->rules;
    memcpy(sim->calendar, w->calendar, sizeof w->calendar);
    sim->rules.calendar = sim->calendar;
    strcpy(sim->rules.site_name, "sim");
    sim->rules.tz = (struct gs_tz *)(uintptr_t)zone(w->rules.timezone);
}

/* Which the reference model could only follow if it knew the archive. */
static void add_strikes(struct gs_rules *r)
{
    r->strike_limit = 1 + sim_roll(3);
    r->strike_days = 1 + sim_roll(30);
    r->suspend_days = 1 + sim_roll(7);
}

static void grow(struct gs_rules *r)
{
    int32_t by = 2 + sim_roll(6);
    for (int32_t i = 0; i < r->window_count; i++) {
        r->windows[i].capacity *= by;
    }
    r->bays *= by;
    sim->plates *= by;
}

void sim_site_make(void)
{
    struct world w;
    uint64_t seed = (uint64_t)sim_random() << 32;
    world_make(&w, seed | sim_random());
    take_world(&w);
    sim->plates = w.plates;
    sim->companies = 1 + sim_roll(6);
    bool follows = sim_one_in(6);
    sim->rules.strike_limit = 0;
    sim->hoards = sim_one_in(6);
    if (sim->hoards) {
        sim->rules.name_live = 1 + sim_roll(20);
        sim->rules.unknown_company_live = sim_one_in(2) ? 0 : 1 + sim_roll(6);
        sim->rules.late_percent = sim_one_in(2) ? 0 : 10 + sim_roll(60);
        sim->rules.late_days = 1 + sim_roll(48);
        sim->rules.late_live = 1 + sim_roll(4);
    }
    if (follows) { /* for these it would have to know the archive */
        sim->rules.unknown_company_live = sim->rules.late_percent = 0;
    }
    if (!follows && sim_one_in(2)) {
        add_strikes(&sim->rules);
    }
    if (!follows && sim_one_in(3)) {
        grow(&sim->rules);
    }
    if (!follows && sim_one_in(3)) {
        sim->rules.horizon_days = 7;
    }
    if (sim->rules.horizon_days == 0 && !sim_one_in(4)) {
        sim->rules.horizon_days = 2;
    }
    sim->rules.retention_days = sim_one_in(3) ? 2 : 365;
    sim->refusals_kept = sim_one_in(2) ? sim_roll(60) : 0;
    sim->scarce_keys = sim_one_in(6);
    sim->keys_per_name = sim->scarce_keys ? 4 + sim_roll(60) : 1000000;
    sim->keys_total = sim->scarce_keys ? 8 + sim_roll(200) : 1000000;
    sim->scarce_rates = sim_one_in(5);
    sim->wall_ms = w.start_ms - sim->mono_ms;
    world_finish(&w);
    sim_reference_start(follows);
}

static void move_window(struct gs_rules *r, int32_t i)
{
    struct gs_window_rule *w = &r->windows[i];
    int32_t room_end = i + 1 < r->window_count ? r->windows[i + 1].start_min : w->end_min;
    if (sim_one_in(2) && w->end_min - w->start_min > r->slot_min) {
        w->end_min -= r->slot_min;
    } else if (w->end_min + r->slot_min <= room_end) {
        w->end_min += r->slot_min;
    }
}

void sim_site_change(void)
{
    struct gs_rules *r = &sim->rules;
    int32_t i = sim_roll(r->window_count);
    sim->edits++;
    switch (sim_roll(6)) {
    case 0:
        move_window(r, i);
        break;
    case 1:
        r->bays = 1 + sim_roll(8);
        break;
    case 2:
        r->company_window_percent = sim_one_in(2) ? 100 : 30 + sim_roll(70);
        r->company_day = sim_one_in(2) ? 0 : 1 + sim_roll(5);
        break;
    case 3:
        if (r->calendar_count > 0) {
            r->calendar[0].closed = !r->calendar[0].closed;
        }
        break;
    default:
        r->windows[i].capacity = sim_roll(2 * r->windows[i].capacity + 3);
        break;
    }
    if (sim_one_in(4)) {
        r->reminder_count = sim_roll(4);
        r->reminder_min[sim_roll(3)] = 1 + sim_roll(600);
        r->expiring_min = sim_roll(300);
    }
}

/* ---- the config, as the daemon gets it ---- */

int gs_config_load(const char *path, struct gs_config **out, struct gs_config_problems *problems)
{
    (void)path;
    problems->count = 0;
    if (sim->phase == SIM_STORM && sim->app != NULL && sim_one_in(8)) { /* a file that cannot be read */
        return GS_E_INVALID;
    }
    struct gs_config *c = calloc(1, sizeof *c);
    struct gs_calendar_rule *calendar = calloc(16, sizeof *calendar);
    if (c == NULL || calendar == NULL) {
        sim_fail("no memory");
    }
    static char nothing[1];
    c->rules = sim->rules;
    c->text = nothing; /* of no bytes */
    c->max_leap_min = 10;
    c->refusals_kept = sim->refusals_kept;
    c->keys_per_name = sim->keys_per_name;
    c->keys_total = sim->keys_total;
    if (sim->scarce_rates) {
        c->rates.requests = (struct gs_rate){1 + sim_roll(20), 1 + sim_roll(8)};
        c->rates.refusals = (struct gs_rate){1 + sim_roll(10), 1 + sim_roll(4)};
    }
    c->client_memory_mb = 64;
    c->connections_per_address = c->reserved_connections = 100;
    memcpy(calendar, sim->calendar, sizeof sim->calendar);
    c->rules.calendar = calendar;
    *out = c;
    return GS_OK;
}

int gs_config_parse(const char *text, size_t len, struct gs_config **out, struct gs_config_problems *problems)
{
    (void)text;
    (void)len;
    return gs_config_load("", out, problems);
}

void gs_config_destroy(struct gs_config *config)
{
    if (config != NULL) {
        free(config->rules.calendar);
    }
    free(config);
}

size_t gs_config_needs_restart(const struct gs_config *old, const struct gs_config *next, const char **keys, size_t max)
{
    (void)old;
    (void)next;
    (void)keys;
    (void)max;
    return 0;
}

void gs_config_problem_format(const struct gs_config_problem *problem, const char *file,
                              char out[GS_CONFIG_PROBLEM_TEXT])
{
    (void)problem;
    (void)file;
    out[0] = '\0';
}
