/* Random commands: mostly such as can succeed in the present state, sometimes any. */
#include "world.h"
#include <stdio.h>
#include <string.h>

static bool one_in(struct world *w, int32_t n)
{
    return world_roll(w, n) == 0;
}

static void choose_actor(struct world *w, enum gs_role role, struct gs_actor *out)
{
    static const char *const backends[] = {"mini", "other"};
    out->role = role;
    strcpy(out->name, role == GS_ROLE_BACKEND ? backends[one_in(w, 6)] : gs_role_name(role));
}

static enum gs_role any_role(struct world *w)
{
    static const enum gs_role roles[] = {GS_ROLE_BACKEND, GS_ROLE_BACKEND, GS_ROLE_BACKEND, GS_ROLE_GATE,
                                         GS_ROLE_SUPERVISOR};
    return one_in(w, 60) ? GS_ROLE_DISPLAY : roles[world_roll(w, 5)];
}

static void choose_windows_text(struct world *w, char out[GS_WINDOWS_TEXT_MAX])
{
    const struct gs_rules *r = &w->rules;
    out[0] = '\0';
    if (one_in(w, 40)) {
        strcpy(out, "nowhere");
    } else if (one_in(w, 20)) {
        strcpy(out, "extra");
    } else if (one_in(w, 2)) {
        int32_t first = world_roll(w, r->window_count), second = world_roll(w, r->window_count);
        strcpy(out, r->windows[first].id);
        if (second != first) {
            strcat(strcat(out, ","), r->windows[second].id);
        }
    }
}

static int32_t choose_slot_min(struct world *w)
{
    const struct gs_rules *r = &w->rules;
    const struct gs_window_rule *of = &r->windows[world_roll(w, r->window_count)];
    if (one_in(w, 30)) {
        return world_roll(w, 1440);
    }
    int32_t slots = (of->end_min - of->start_min) / r->slot_min;
    return (of->start_min + r->slot_min * world_roll(w, slots)) % 1440;
}

static void choose_wish(struct world *w, const struct model *m, struct gs_wish *out)
{
    const struct gs_rules *r = &w->rules;
    gs_date today = gs_tz_date(r->tz, m->now);
    bool last_open = gs_tz_minute(r->tz, m->now) >= r->opens_at_min || r->horizon_days == 0;
    out->date = today + world_roll(w, r->horizon_days + (last_open ? 1 : 0));
    if (one_in(w, 25)) {
        out->date += world_roll(w, 4) - 2;
    }
    choose_windows_text(w, out->windows);
    out->slot_min = one_in(w, 2) ? choose_slot_min(w) : -1;
}

static void choose_truck(struct world *w, struct gs_truck *out)
{
    int32_t truck = world_roll(w, w->plates);
    snprintf(out->plate, sizeof out->plate, "ZD%05d", (int)truck);
    memcpy(out->plate_given, out->plate, sizeof out->plate);
    out->container_count = 1 + world_roll(w, 2);
    for (int32_t i = 0; i < out->container_count; i++) {
        int32_t box = world_roll(w, 4 * w->plates) * 2 + i;
        snprintf(out->containers[i], sizeof out->containers[i], "CSQU%07d", (int)box);
    }
    strcpy(out->driver_name, "Li");
    strcpy(out->driver_phone, "13800138000");
}

/* Mostly by those who may. */
static void choose_exceptions(struct world *w, struct gs_command *c)
{
    bool may = c->actor.role == GS_ROLE_SUPERVISOR;
    if (one_in(w, may ? 2 : 60)) {
        c->exceptions = (unsigned)world_roll(w, GS_EXCEPTIONS_ALL + 1);
        strcpy(c->reason, one_in(w, 20) ? "" : "because");
    }
}

static void choose_book(struct world *w, const struct model *m, struct gs_command *c)
{
    choose_actor(w, c->kind == GS_CMD_WALK_IN && !one_in(w, 20) ? GS_ROLE_GATE : any_role(w), &c->actor);
    choose_truck(w, &c->u.book.truck);
    snprintf(c->u.book.uscc, sizeof c->u.book.uscc, "91350100M000100Y4%d", (int)world_roll(w, 3));
    strcpy(c->u.book.company_name, "Company");
    if (one_in(w, 3)) {
        snprintf(c->u.book.reference, sizeof c->u.book.reference, "R%d", (int)world_roll(w, 2 * w->plates));
    }
    choose_exceptions(w, c);
    if (c->kind == GS_CMD_WALK_IN) {
        return;
    }
    choose_wish(w, m, &c->u.book.wish);
    c->u.book.waitlist = !one_in(w, 3);
    c->u.book.flexible = !one_in(w, 3);
    c->u.book.urgent = one_in(w, c->actor.role == GS_ROLE_SUPERVISOR ? 2 : 40);
}

/* The statuses in which that step can succeed, as bits; 0 = it is not a step. */
static unsigned fitting(enum gs_command_kind kind)
{
    switch (kind) {
    case GS_CMD_CANCEL:
    case GS_CMD_RESCHEDULE:
        return 1u << GS_BOOKED | 1u << GS_WAITLISTED;
    case GS_CMD_DELAY:
    case GS_CMD_ARRIVE:
        return 1u << GS_BOOKED;
    case GS_CMD_ENTER:
        return 1u << GS_ARRIVED;
    case GS_CMD_ADMIT:
        return 1u << GS_BOOKED | 1u << GS_ARRIVED;
    case GS_CMD_CLEAR:
        return 1u << GS_ENTERED;
    case GS_CMD_DEPART:
        return 1u << GS_CLEARED;
    case GS_CMD_REFUSE:
        return 1u << GS_BOOKED | 1u << GS_ARRIVED;
    case GS_CMD_REVERT:
        return 1u << GS_ARRIVED | 1u << GS_ENTERED | 1u << GS_CLEARED | 1u << GS_DEPARTED | 1u << GS_REFUSED;
    case GS_CMD_REINSTATE:
        return 1u << GS_NO_SHOW;
    case GS_CMD_EXCUSE:
        return 1u << GS_NO_SHOW | 1u << GS_CANCELLED;
    default:
        return 0;
    }
}

static bool runs_today(const struct model *m, gs_date date)
{
    struct m_day day = {0};
    if (date < m_today(m) - 1) {
        return false;
    }
    m_day(m, date, 0, &day);
    for (int32_t i = 0; i < day.window_count; i++) {
        if (day.windows[i].start <= m->now && m->now < day.windows[i].end) {
            return true;
        }
    }
    return false;
}

/* Can the step succeed now, as far as its time goes? */
static bool in_time(const struct model *m, const struct m_booking *b, enum gs_command_kind kind)
{
    if (kind == GS_CMD_ARRIVE || kind == GS_CMD_ADMIT) {
        return b->wish.date == gs_tz_date(m->rules->tz, m->now);
    }
    if (kind == GS_CMD_REINSTATE) {
        return runs_today(m, b->wish.date);
    }
    if (kind != GS_CMD_REVERT) {
        return true;
    }
    const int64_t steps[] = {b->arrived, b->entered, b->cleared, b->departed, b->ended};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        if (steps[i] > m->now - GS_REVERT_MS) {
            return true;
        }
    }
    return false;
}

/* A booking in which that step is likely to succeed, 0 = there is none. */
static int64_t fitting_booking(struct world *w, const struct model *m, enum gs_command_kind kind, bool late)
{
    int64_t chosen = 0;
    int32_t found = 0;
    for (int32_t i = 0; i < m->count; i++) {
        const struct m_booking *b = &m->bookings[i];
        if ((fitting(kind) >> b->status & 1u) != 0 && (late || in_time(m, b, kind)) && world_roll(w, ++found) == 0) {
            chosen = b->id;
        }
    }
    return chosen;
}

/* The gate's steps that may be told afterwards. */
static bool timed(enum gs_command_kind kind)
{
    return (kind >= GS_CMD_ARRIVE && kind <= GS_CMD_REFUSE) || kind == GS_CMD_ADMIT || kind == GS_CMD_REINSTATE;
}

/* A time of the booking's life, mostly: on one of its times or close to it, or somewhere between its making and now. */
static int64_t choose_time(struct world *w, const struct model *m, const struct m_booking *b)
{
    const int64_t marks[] = {b->created, b->arrived, b->entered,     b->cleared,      b->departed,          b->ended,
                             b->held,    m->now,     b->arrive_from, b->arrive_until, m->now - GS_REVERT_MS};
    int64_t mark = marks[world_roll(w, (int32_t)(sizeof marks / sizeof marks[0]))];
    if (!one_in(w, 3)) { /* after its last step */
        int64_t last = b->cleared != 0 ? b->cleared : b->entered != 0 ? b->entered : b->arrived;
        return m->now - (m->now - (last != 0 ? last : b->created)) / 16 * world_roll(w, 9);
    }
    if (mark == 0 || one_in(w, 2)) {
        mark = b->created + (m->now - b->created) / 8 * world_roll(w, 9);
    }
    return mark + world_roll(w, 3) - 1;
}

/* A step that it has taken already, whose time may be put right. */
static enum gs_command_kind taken_step(struct world *w, const struct m_booking *b)
{
    static const enum gs_command_kind kinds[] = {GS_CMD_ARRIVE, GS_CMD_ENTER, GS_CMD_CLEAR, GS_CMD_DEPART};
    int32_t last = b->status == GS_REFUSED ? 0 : (int32_t)b->status - (int32_t)GS_ARRIVED;
    if (b->status == GS_REFUSED && !one_in(w, 3)) {
        return GS_CMD_REFUSE;
    }
    return kinds[last < 0 ? 0 : world_roll(w, last + 1)];
}

static void choose_step(struct world *w, const struct model *m, struct gs_command *c)
{
    bool clients = c->kind == GS_CMD_CANCEL || c->kind == GS_CMD_RESCHEDULE || c->kind == GS_CMD_DELAY;
    bool backend = one_in(w, clients ? 2 : 40);
    choose_actor(w, backend ? GS_ROLE_BACKEND : GS_ROLE_GATE + (unsigned)world_roll(w, 2), &c->actor);
    if (c->kind == GS_CMD_EXCUSE && !one_in(w, 10)) {
        choose_actor(w, GS_ROLE_SUPERVISOR, &c->actor);
    }
    if (one_in(w, 12)) {
        c->booking_id = world_roll(w, m->count + 2); /* any, or none */
    }
    if (backend && c->booking_id > 0 && c->booking_id <= m->count && !one_in(w, 8)) {
        memcpy(c->actor.name, m->bookings[c->booking_id - 1].owner, sizeof c->actor.name);
    }
    if (!one_in(w, 6)) {
        strcpy(c->reason, "because");
    }
    if (timed(c->kind) && c->booking_id > 0 && c->booking_id <= m->count && one_in(w, 5)) {
        c->at_ms = choose_time(w, m, &m->bookings[c->booking_id - 1]);
        bool right = m->bookings[c->booking_id - 1].arrived != 0 && one_in(w, 3);
        c->kind = right ? taken_step(w, &m->bookings[c->booking_id - 1]) : c->kind;
    }
    if (c->kind == GS_CMD_ENTER || c->kind == GS_CMD_ADMIT) {
        c->u.enter.override = one_in(w, 6);
    }
    if (c->kind == GS_CMD_RESCHEDULE) {
        choose_exceptions(w, c);
        choose_wish(w, m, &c->u.reschedule.wish);
        c->u.reschedule.has_date = one_in(w, 2);
        c->u.reschedule.has_windows = one_in(w, 2);
        c->u.reschedule.has_slot = one_in(w, 2);
    }
}

static void choose_capacity(struct world *w, const struct model *m, struct gs_command *c)
{
    struct gs_capacity *to = &c->u.capacity.to;
    choose_actor(w, one_in(w, 20) ? GS_ROLE_GATE : GS_ROLE_SUPERVISOR, &c->actor);
    to->date = gs_tz_date(w->rules.tz, m->now) + world_roll(w, 4) - (one_in(w, 30) ? 2 : 0);
    strcpy(to->window, one_in(w, 20) ? "extra" : w->rules.windows[world_roll(w, w->rules.window_count)].id);
    to->slot_capacity = -1;
    c->u.capacity.until = one_in(w, 4) ? to->date + world_roll(w, 4) - (one_in(w, 12) ? 2 : 0) : 0;
    if (c->kind == GS_CMD_CAPACITY_RESET) {
        return;
    }
    c->u.capacity.has_capacity = !one_in(w, 4);
    to->capacity = one_in(w, 30) ? GS_MAX_CAPACITY + 1 : world_roll(w, 9);
    to->slot_capacity = one_in(w, 4) ? world_roll(w, 4) : -1;
    to->closed = one_in(w, 5);
    c->u.capacity.excess = one_in(w, 3) ? GS_EXCESS_KEEP : GS_EXCESS_REBOOK;
}

void world_command(struct world *w, const struct model *m, struct gs_command *out)
{
    static const struct {
        enum gs_command_kind kind;
        int32_t weight;
    } mix[] = {
        {GS_CMD_BOOK, 40},          {GS_CMD_WALK_IN, 8}, {GS_CMD_CANCEL, 7},    {GS_CMD_RESCHEDULE, 10},
        {GS_CMD_DELAY, 6},          {GS_CMD_ARRIVE, 12}, {GS_CMD_ENTER, 9},     {GS_CMD_CLEAR, 7},
        {GS_CMD_DEPART, 6},         {GS_CMD_REFUSE, 4},  {GS_CMD_REVERT, 7},    {GS_CMD_CAPACITY_SET, 5},
        {GS_CMD_CAPACITY_RESET, 2}, {GS_CMD_ADMIT, 8},   {GS_CMD_REINSTATE, 4}, {GS_CMD_EXCUSE, 4},
    };
    int32_t total = 0;
    for (size_t i = 0; i < sizeof mix / sizeof mix[0]; i++) {
        total += mix[i].weight;
    }
    int32_t at = world_roll(w, total);
    size_t chosen = 0;
    while (at >= mix[chosen].weight) {
        at -= mix[chosen++].weight;
    }
    memset(out, 0, sizeof *out);
    out->kind = mix[chosen].kind;
    if (fitting(out->kind) != 0) {
        bool late = out->kind == GS_CMD_REVERT && one_in(w, 4);
        out->booking_id = fitting_booking(w, m, out->kind, late);
        out->kind = out->booking_id == 0 && !one_in(w, 8) ? GS_CMD_BOOK : out->kind;
    }
    out->if_version = -1;
    out->random = (uint64_t)world_roll(w, INT32_MAX) << 31 ^ (uint64_t)world_roll(w, INT32_MAX);
    if (out->kind == GS_CMD_BOOK || out->kind == GS_CMD_WALK_IN) {
        choose_book(w, m, out);
    } else if (out->kind == GS_CMD_CAPACITY_SET || out->kind == GS_CMD_CAPACITY_RESET) {
        choose_capacity(w, m, out);
    } else {
        choose_step(w, m, out);
    }
}
