/* Random sites: windows, slots, capacities, graces, zones with summer time, windows across midnight, calendar exceptions. */
#include "world.h"
#include "../../base/dice.h"
#include <stdlib.h>
#include <string.h>

#define DAY_MIN 1440
#define SLOTS_MAX 12

int32_t world_roll(struct world *w, int32_t below)
{
    if (w->throws != NULL && w->throws_end - w->throws >= 2) {
        const int32_t thrown = w->throws[0] + 256 * w->throws[1];
        w->throws += 2;
        return thrown % below;
    }
    w->throws = w->throws_end;
    return (int32_t)dice_below(&w->random, below);
}

static bool one_in(struct world *w, int32_t n)
{
    return world_roll(w, n) == 0;
}

static int32_t pick(struct world *w, const int32_t *values, int32_t count)
{
    return values[world_roll(w, count)];
}

/* A zone, and a date some days before or on which something may happen to its clocks. */
static gs_date choose_zone(struct world *w)
{
    static const struct {
        const char *zone;
        int year, month, day;
    } places[] = {
        {"Asia/Shanghai", 2026, 11, 25},   {"Europe/Berlin", 2026, 10, 25},      {"Europe/Berlin", 2026, 3, 29},
        {"America/New_York", 2026, 11, 1}, {"Australia/Lord_Howe", 2026, 10, 4}, {"UTC", 2026, 12, 31},
    };
    int32_t i = one_in(w, 2) ? 0 : world_roll(w, (int32_t)(sizeof places / sizeof places[0]));
    strcpy(w->rules.timezone, places[i].zone);
    if (gs_tz_load(places[i].zone, &w->rules.tz) != GS_OK) {
        abort();
    }
    return gs_date_from_civil(places[i].year, places[i].month, places[i].day) - world_roll(w, 3);
}

/* Windows one after the other, never more than a day in all, so that no day's overlap the next day's. */
static void choose_windows(struct world *w)
{
    static const char *const ids[] = {"morning", "midday", "evening", "night"};
    static const int32_t steps[] = {15, 20, 30, 30, 60};
    struct gs_rules *r = &w->rules;
    r->slot_min = pick(w, steps, 5);
    int32_t at = one_in(w, 4) ? 900 + world_roll(w, 18) * 30 : world_roll(w, 24) * 30;
    int32_t wanted = 1 + world_roll(w, 4), most = 1 + world_roll(w, 6), longest = SLOTS_MAX;
    if (strcmp(r->timezone, "Asia/Shanghai") != 0 && one_in(w, 2)) { /* where clocks are set, short ones */
        at = 60 + world_roll(w, 4) * 30;
        longest = 3;
    }
    for (int32_t i = 0; i < wanted; i++) {
        int32_t end = at + r->slot_min * (1 + world_roll(w, longest));
        if (end > r->windows[0].start_min + DAY_MIN && i > 0) {
            return;
        }
        struct gs_window_rule *window = &r->windows[r->window_count++];
        *window = (struct gs_window_rule){.start_min = at, .end_min = end, .capacity = world_roll(w, most + 1)};
        strcpy(window->id, ids[i]);
        at = end + (one_in(w, 3) ? r->slot_min : 0);
        if (at >= DAY_MIN) {
            return; /* a window starts on its date */
        }
    }
}

static void choose_change(struct world *w, struct gs_window_change *c)
{
    const struct gs_rules *r = &w->rules;
    const struct gs_window_rule *of = &r->windows[world_roll(w, r->window_count)];
    const struct gs_window_rule *last = &r->windows[r->window_count - 1];
    *c = (struct gs_window_change){.start_min = -1, .end_min = -1, .capacity = -1};
    strcpy(c->id, of->id);
    int32_t extra_end = last->end_min + 2 * r->slot_min;
    bool fits = last->end_min < DAY_MIN && extra_end <= r->windows[0].start_min + DAY_MIN;
    switch (world_roll(w, 4)) {
    case 0:
        c->closed = true;
        break;
    case 1: /* ends one slot earlier */
        c->end_min = of->end_min - of->start_min > r->slot_min ? of->end_min - r->slot_min : -1;
        break;
    case 2:
        if (fits) {
            strcpy(c->id, "extra");
            c->start_min = last->end_min;
            c->end_min = extra_end;
            c->capacity = world_roll(w, 4);
        }
        break;
    default:
        c->capacity = world_roll(w, 7);
        break;
    }
}

static void choose_calendar(struct world *w, gs_date base)
{
    struct gs_rules *r = &w->rules;
    r->calendar = w->calendar;
    r->calendar_count = one_in(w, 2) ? 0 : 1 + world_roll(w, W_CALENDAR);
    for (int32_t i = 0; i < r->calendar_count; i++) {
        struct gs_calendar_rule *rule = &r->calendar[i];
        *rule = (struct gs_calendar_rule){.by_date = i % 2 == 0, .reason = "exception"};
        rule->date = base + i; /* each date and each weekday has at most one rule */
        rule->weekday = gs_date_weekday(base + i / 2);
        if (i == 1 && base % 2 == 0) { /* one is of a range, of all its days or of the first one's weekday */
            rule->by_range = true;
            rule->from = base + 1;
            rule->to = base + 2;
            rule->weekday = base % 4 == 0 ? -1 : gs_date_weekday(rule->from);
        }
        rule->closed = one_in(w, 4);
        rule->change_count = rule->closed ? 0 : 1;
        choose_change(w, &rule->changes[0]);
    }
}

/* By a dice of its own: worlds without these rules are what they are without them. */
static void choose_live(struct gs_rules *r, uint64_t seed)
{
    struct world dice = {.random = seed ^ UINT64_C(0x9e3779b97f4a7c15)};
    bool limited = one_in(&dice, 4);
    r->late_days = 1 + world_roll(&dice, 48);
    r->late_live = 1 + world_roll(&dice, 4);
    r->name_live = limited && one_in(&dice, 2) ? 2 + world_roll(&dice, 12) : 0;
    r->unknown_company_live = limited && one_in(&dice, 2) ? 1 + world_roll(&dice, 4) : 0;
    r->late_percent = limited && one_in(&dice, 2) ? 10 + world_roll(&dice, 50) : 0;
}

/* By a dice of its own likewise. */
static void choose_reminders(struct gs_rules *r, uint64_t seed)
{
    static const int32_t leads[] = {1, 15, 30, 60, 120, 240, 720, 1440}, waits[] = {0, 30, 120, 600};
    struct world dice = {.random = seed ^ UINT64_C(0xd1b54a32d192ed03)};
    r->reminder_count = world_roll(&dice, 4);
    for (int32_t i = 0; i < r->reminder_count; i++) {
        r->reminder_min[i] = leads[(i * 3 + world_roll(&dice, 3)) % 8];
    }
    r->expiring_min = pick(&dice, waits, 4);
}

void world_make(struct world *w, uint64_t seed)
{
    static const int32_t graces[] = {0, 10, 30, 45}, leads[] = {0, 10, 30, 60}, promotes[] = {0, 30, 60, 120};
    memset(w, 0, sizeof *w);
    w->random = seed;
    struct gs_rules *r = &w->rules;
    gs_date base = choose_zone(w);
    choose_windows(w);
    choose_calendar(w, base);
    r->slot_capacity = one_in(w, 4) ? world_roll(w, 4) : -1;
    r->bays = 1 + world_roll(w, 6);
    r->horizon_days = one_in(w, 5) ? 0 : 1 + world_roll(w, 3);
    r->opens_at_min = world_roll(w, 24) * 60;
    r->early_grace_min = pick(w, graces, 4);
    r->late_grace_min = pick(w, graces, 4);
    r->cutoff_min = pick(w, leads, 4);
    r->promote_min = pick(w, promotes, 4);
    static const int32_t percents[] = {100, 100, 100, 20, 40, 60}, days[] = {0, 0, 2, 4}, lifts[] = {0, 60, 120};
    bool quota = one_in(w, 3);
    r->company_window_percent = quota ? pick(w, percents, 6) : 100;
    r->company_day = quota ? pick(w, days, 4) : 0;
    r->lifted_min = pick(w, lifts, 3);
    r->lock_min = one_in(w, 3) ? 30 * world_roll(w, 12) : 240;
    r->settle_at_min = one_in(w, 2) ? 18 * 60 : 30 * world_roll(w, 48);
    r->retention_days = 365;
    r->strike_limit = one_in(w, 3) ? 1 + world_roll(w, 3) : 0;
    r->strike_days = 1 + world_roll(w, 3);
    r->suspend_days = 1 + world_roll(w, 2);
    r->late_cancel = !one_in(w, 10);
    r->waitlist = !one_in(w, 20);
    r->walk_ins = !one_in(w, 20);
    r->delay_reports = !one_in(w, 20);
    choose_live(r, seed);
    choose_reminders(r, seed);
    w->plates = 4 + world_roll(w, 60);
    w->start_ms = gs_tz_instant(r->tz, base, world_roll(w, DAY_MIN));
}

void world_finish(struct world *w)
{
    gs_tz_destroy(w->rules.tz);
}

/* An instant at which something changes for some booking. */
static int64_t edge(struct world *w, const struct model *m)
{
    const struct m_booking *b = &m->bookings[world_roll(w, m->count)];
    const struct gs_rules *r = m->rules;
    const int64_t edges[] = {b->slot_start,
                             b->slot_end,
                             b->arrive_from,
                             b->arrive_until,
                             b->waits_until,
                             b->slot_start - r->cutoff_min * GS_MINUTE_MS,
                             b->slot_start - r->promote_min * GS_MINUTE_MS,
                             b->arrived + GS_REVERT_MS,
                             b->ended + GS_REVERT_MS,
                             b->slot_start - r->reminder_min[0] * GS_MINUTE_MS,
                             b->waits_until - r->expiring_min * GS_MINUTE_MS,
                             gs_tz_instant(r->tz, b->wish.date, 0)};
    return edges[world_roll(w, (int32_t)(sizeof edges / sizeof edges[0]))] + world_roll(w, 3) - 1;
}

int64_t world_clock(struct world *w, const struct model *m)
{
    int32_t how = world_roll(w, 100);
    if (how < 45) {
        return m->now;
    }
    if (how < 80) {
        return m->now + world_roll(w, 10 * 60) * 1000;
    }
    if (how < 92 && m->count > 0) {
        int64_t at = edge(w, m);
        bool near = at > m->now && at < m->now + 6 * 60 * GS_MINUTE_MS;
        return near ? at : m->now;
    }
    if (how < 97) {
        return m->now + world_roll(w, 120) * GS_MINUTE_MS;
    }
    return how < 99 ? m->now - world_roll(w, 120) * GS_MINUTE_MS : m->now + world_roll(w, DAY_MIN) * GS_MINUTE_MS;
}
