/* Ops: what a client wants, chosen so that it mostly can succeed and sometimes cannot, and written as bytes. */
#include "sim.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct sim_actor sim_actors[SIM_ACTORS] = {
    {"mini", "gs_mini", GS_ROLE_BACKEND},     {"other", "gs_other", GS_ROLE_BACKEND},
    {"gate", "gs_gate", GS_ROLE_GATE},        {"boss", "gs_boss", GS_ROLE_SUPERVISOR},
    {"screen", "gs_screen", GS_ROLE_DISPLAY},
};

#define STEP(roles, event, statuses)                                                                                   \
    {                                                                                                                  \
        "POST", roles, event, statuses, true                                                                           \
    }
enum {
    B = 1 << GS_ROLE_BACKEND,
    G = 1 << GS_ROLE_GATE,
    S = 1 << GS_ROLE_SUPERVISOR,
    D = 1 << GS_ROLE_DISPLAY,
    NO_EVENT = GS_EVENT_TYPES
};

static const struct {
    const char *method;
    unsigned roles;
    int event;         /* by which its effect is known */
    unsigned statuses; /* in which it can succeed */
    bool keyed;
} kinds[SIM_KINDS] = {
    [SIM_BOOK] = {"POST", B | G | S, NO_EVENT, 0, true},
    [SIM_WALK_IN] = {"POST", G | S, NO_EVENT, 0, true},
    [SIM_CHANGE] = {"PATCH", B | G | S, NO_EVENT, 1u << GS_BOOKED | 1u << GS_WAITLISTED, false},
    [SIM_CANCEL] = STEP(B | G | S, GS_EV_CANCELLED, 1u << GS_BOOKED | 1u << GS_WAITLISTED),
    [SIM_RESCHEDULE] = STEP(B | G | S, NO_EVENT, 1u << GS_BOOKED | 1u << GS_WAITLISTED),
    [SIM_DELAY] = STEP(B | G | S, GS_EV_DELAYED, 1u << GS_BOOKED),
    [SIM_ARRIVE] = STEP(G | S, GS_EV_ARRIVED, 1u << GS_BOOKED),
    [SIM_ENTER] = STEP(G | S, GS_EV_ENTERED, 1u << GS_ARRIVED),
    [SIM_CLEAR] = STEP(G | S, GS_EV_CLEARED, 1u << GS_ENTERED),
    [SIM_DEPART] = STEP(G | S, GS_EV_DEPARTED, 1u << GS_CLEARED),
    [SIM_REFUSE] = STEP(G | S, GS_EV_REFUSED, 1u << GS_BOOKED | 1u << GS_ARRIVED),
    [SIM_REVERT] = STEP(G | S, GS_EV_REVERTED,
                        1u << GS_ARRIVED | 1u << GS_ENTERED | 1u << GS_CLEARED | 1u << GS_DEPARTED | 1u << GS_REFUSED),
    [SIM_ADMIT] = STEP(G | S, NO_EVENT, 1u << GS_BOOKED | 1u << GS_ARRIVED),
    [SIM_EXCUSE] = STEP(S, GS_EV_STRIKE_EXCUSED, 1u << GS_NO_SHOW | 1u << GS_CANCELLED),
    [SIM_REINSTATE] = STEP(G | S, GS_EV_REINSTATED, 1u << GS_NO_SHOW),
    [SIM_CAPACITY_SET] = {"PUT", S, NO_EVENT, 0, false},
    [SIM_CAPACITY_RESET] = {"DELETE", S, NO_EVENT, 0, false},
    [SIM_TOKEN_CREATE] = {"POST", S, NO_EVENT, 0, false},
    [SIM_TOKEN_REVOKE] = {"DELETE", S, NO_EVENT, 0, false},
    [SIM_CLOCK] = {"PUT", S, NO_EVENT, 0, false},
    [SIM_BATCH] = {"POST", B | G | S, NO_EVENT, 0, false},
    [SIM_SHOW] = {"GET", B | G | S, NO_EVENT, 0, false},
    [SIM_LIST] = {"GET", B | G | S, NO_EVENT, 0, false},
    [SIM_SLOTS] = {"GET", B | G | S | D, NO_EVENT, 0, false},
    [SIM_HISTORY] = {"GET", B | G | S, NO_EVENT, 0, false},
    [SIM_CHECK] = {"POST", G | S, NO_EVENT, 0, false},
    [SIM_GATE_LIST] = {"GET", G | S | D, NO_EVENT, 0, false},
    [SIM_CAPACITIES] = {"GET", G | S, NO_EVENT, 0, false},
    [SIM_REPORT] = {"GET", G | S, NO_EVENT, 0, false},
    [SIM_EVENTS] = {"GET", B | G | S, NO_EVENT, 0, false},
    [SIM_SITE] = {"GET", B | G | S | D, NO_EVENT, 0, false},
    [SIM_YARD] = {"GET", G | S | D, NO_EVENT, 0, false},
};

static const struct {
    enum sim_kind kind;
    int32_t weight[5]; /* of each actor */
} mix[] = {
    {SIM_BOOK, {60, 40, 4, 8, 1}},       {SIM_WALK_IN, {1, 0, 8, 1, 0}},        {SIM_CHANGE, {5, 4, 2, 0, 0}},
    {SIM_CANCEL, {8, 6, 1, 1, 1}},       {SIM_RESCHEDULE, {8, 6, 1, 1, 0}},     {SIM_DELAY, {4, 3, 1, 0, 0}},
    {SIM_ARRIVE, {1, 0, 24, 2, 0}},      {SIM_ENTER, {0, 0, 20, 2, 1}},         {SIM_CLEAR, {0, 0, 14, 1, 0}},
    {SIM_DEPART, {0, 1, 12, 1, 0}},      {SIM_REFUSE, {0, 0, 4, 1, 0}},         {SIM_REVERT, {0, 0, 5, 2, 0}},
    {SIM_CAPACITY_SET, {0, 0, 1, 6, 0}}, {SIM_CAPACITY_RESET, {0, 0, 0, 2, 0}}, {SIM_TOKEN_CREATE, {0, 0, 0, 1, 0}},
    {SIM_TOKEN_REVOKE, {0, 0, 0, 1, 0}}, {SIM_CLOCK, {0, 0, 0, 6, 0}},          {SIM_SHOW, {10, 8, 8, 2, 1}},
    {SIM_LIST, {3, 2, 2, 1, 0}},         {SIM_SLOTS, {8, 6, 1, 1, 8}},          {SIM_HISTORY, {2, 2, 1, 1, 0}},
    {SIM_CHECK, {0, 0, 14, 2, 1}},       {SIM_GATE_LIST, {0, 0, 6, 1, 8}},      {SIM_CAPACITIES, {0, 0, 1, 1, 0}},
    {SIM_REPORT, {0, 0, 1, 1, 0}},       {SIM_EVENTS, {4, 3, 2, 2, 0}},         {SIM_SITE, {1, 1, 1, 1, 1}},
    {SIM_ADMIT, {0, 1, 12, 2, 0}},       {SIM_YARD, {0, 1, 6, 1, 4}},           {SIM_EXCUSE, {0, 0, 1, 8, 0}},
    {SIM_REINSTATE, {0, 1, 6, 3, 0}},
};

bool sim_kind_reads(enum sim_kind kind)
{
    return kind >= SIM_SHOW;
}

bool sim_kind_allowed(enum sim_kind kind, enum gs_role role)
{
    return (kinds[kind].roles >> role & 1u) != 0;
}

enum gs_event_type sim_kind_event(enum sim_kind kind)
{
    return (enum gs_event_type)kinds[kind].event;
}

int32_t sim_op_marked(const char *marker)
{
    return strncmp(marker, "op", 2) == 0 || strncmp(marker, "dr", 2) == 0 ? (int32_t)strtol(marker + 2, NULL, 10) : 0;
}

static enum sim_kind choose_kind(int32_t actor)
{
    int32_t total = 0;
    size_t chosen = 0;
    if (sim->hoards && sim_actors[actor].role == GS_ROLE_BACKEND && !sim_one_in(5)) {
        return sim_one_in(3) ? SIM_CANCEL : SIM_BOOK;
    }
    for (size_t i = 0; i < sizeof mix / sizeof mix[0]; i++) {
        total += mix[i].weight[actor];
    }
    int32_t at = sim_roll(total);
    while (at >= mix[chosen].weight[actor]) {
        at -= mix[chosen++].weight[actor];
    }
    return mix[chosen].kind;
}

static bool fits(enum sim_kind kind, int32_t actor, int64_t id)
{
    const struct gs_booking *b = &sim->disk.rows[id - 1].b;
    bool own = sim_actors[actor].role != GS_ROLE_BACKEND || strcmp(b->owner, sim_actors[actor].name) == 0;
    bool today = (kind != SIM_ARRIVE && kind != SIM_ADMIT && kind != SIM_REINSTATE) ||
                 b->wish.date <= gs_tz_date(sim->rules.tz, sim_site_now());
    bool of_the_book = kind == SIM_EXCUSE || !sim->disk.rows[id - 1].past;
    return own && today && of_the_book && (kinds[kind].statuses == 0 || (kinds[kind].statuses >> b->status & 1u) != 0);
}

/* A booking on disk in which the op may succeed; any, if none is found soon. */
static int64_t choose_booking(enum sim_kind kind, int32_t actor)
{
    int32_t count = (int32_t)sim->disk.row_count;
    int64_t id = 1 + sim_roll(count + 2);
    if (count == 0 || sim_one_in(20)) {
        return id;
    }
    int32_t recent = count > 100 && !sim_one_in(4) ? 100 : count;
    for (int32_t tries = 0; tries < 30; tries++) {
        int64_t candidate = count - sim_roll(recent);
        if (fits(kind, actor, candidate)) {
            return candidate;
        }
    }
    return id;
}

gs_date sim_date_chosen(void)
{
    const struct gs_book *book = sim->app->book;
    gs_date today = gs_book_today(book), last = gs_book_last_date(book);
    if (sim_one_in(25)) {
        return today - 3 + sim_roll(6);
    }
    return today + (last > today ? sim_roll(last - today + 1) : 0);
}

static const char *choose_window(void)
{
    return sim_one_in(40) ? "nowhere" : sim->rules.windows[sim_roll(sim->rules.window_count)].id;
}

static void write_booking_target(struct gs_buf *b, const struct sim_op *op)
{
    static const char *const steps[] = {
        [SIM_CANCEL] = "cancel", [SIM_RESCHEDULE] = "reschedule", [SIM_DELAY] = "delay",
        [SIM_ARRIVE] = "arrive", [SIM_ENTER] = "enter",           [SIM_CLEAR] = "clear",
        [SIM_DEPART] = "depart", [SIM_REFUSE] = "refuse",         [SIM_REVERT] = "revert",
        [SIM_ADMIT] = "admit",   [SIM_EXCUSE] = "excuse",         [SIM_REINSTATE] = "reinstate"};
    gs_buf_printf(b, "/v1/bookings/bk_%lld", (long long)op->booking_id);
    if (op->kind >= SIM_CANCEL && op->kind <= SIM_REINSTATE) {
        gs_buf_printf(b, "/%s", steps[op->kind]);
    }
    if (op->kind == SIM_HISTORY) {
        gs_buf_str(b, "/history");
    }
}

/* Some of several dates, some ahead of the horizon, by the op's number. */
static void write_capacity_target(struct gs_buf *b, const struct sim_op *op, gs_date date)
{
    char from[GS_DATE_TEXT], until[GS_DATE_TEXT];
    date += op->number % 7 == 3 ? op->number % 390 : 0;
    gs_date_format(date, from);
    gs_date_format(date + op->number % 5, until);
    gs_buf_printf(b, "/v1/capacity/%s/%s?dry_run=%s", from, sim_one_in(8) ? "all" : choose_window(),
                  op->dry_run ? "true" : "false");
    if (op->number % 3 == 0) {
        gs_buf_printf(b, "&until=%s", until);
    }
}

static void write_target(struct gs_buf *b, struct sim_op *op, const struct sim_client *client)
{
    char date[GS_DATE_TEXT];
    const gs_date chosen = sim_date_chosen();
    gs_date_format(chosen, date);
    switch (op->kind) {
    case SIM_BOOK:
        gs_buf_str(b, "/v1/bookings");
        break;
    case SIM_BATCH:
        gs_buf_str(b, "/v1/bookings/batch");
        break;
    case SIM_LIST:
        if (sim_one_in(3)) {
            gs_buf_str(b, sim_one_in(2) ? "/v1/bookings?limit=9&q=D000" : "/v1/bookings?limit=3&q=PO-1");
            break;
        }
        gs_buf_printf(b, sim_one_in(2) ? "/v1/bookings?limit=10&date=%s" : "/v1/bookings?limit=7&status=booked", date);
        break;
    case SIM_WALK_IN:
        gs_buf_str(b, "/v1/gate/walk-ins");
        break;
    case SIM_CAPACITY_SET:
    case SIM_CAPACITY_RESET:
        write_capacity_target(b, op, chosen);
        break;
    case SIM_TOKEN_CREATE:
        gs_buf_str(b, "/v1/tokens");
        break;
    case SIM_TOKEN_REVOKE:
        gs_buf_printf(b, "/v1/tokens/t%d", (int)sim_roll(6));
        break;
    case SIM_CLOCK:
        gs_buf_str(b, "/v1/drill/clock");
        break;
    case SIM_SLOTS:
        gs_buf_str(b, "/v1/slots");
        break;
    case SIM_CHECK:
        gs_buf_str(b, "/v1/gate/check");
        break;
    case SIM_GATE_LIST:
        gs_buf_str(b, "/v1/gate/list");
        break;
    case SIM_CAPACITIES:
        gs_buf_str(b, "/v1/capacity");
        break;
    case SIM_REPORT:
        gs_buf_printf(b, "/v1/reports/daily?date=%s", date);
        break;
    case SIM_EVENTS:
        op->after = sim_one_in(3) ? sim_roll((int32_t)client->seen_seq + 1) : client->seen_seq;
        gs_buf_printf(b, "/v1/events?after=%lld&limit=20&wait=%d", (long long)op->after,
                      sim_one_in(3) ? (int)sim_roll(60) : 0);
        break;
    case SIM_YARD:
        gs_buf_str(b, "/v1/yard");
        break;
    case SIM_SITE:
        gs_buf_str(b, "/v1/site");
        break;
    default:
        write_booking_target(b, op);
        break;
    }
}

static const char *keep(struct gs_buf *b)
{
    char *copy = gs_arena_alloc(&sim->arena, b->len + 1);
    if (copy == NULL || gs_buf_status(b) != GS_OK) {
        sim_fail("no memory");
    }
    memcpy(copy, b->len > 0 ? b->data : "", b->len);
    gs_buf_clear(b);
    return copy;
}

/* Back to back with what a retry must not do: the key of an op that is done, for something else. */
static void take_foreign_key(struct sim_op *op)
{
    for (int32_t tries = 0; tries < 8 && op->number > 1; tries++) {
        const struct sim_op *o = sim_op_numbered(1 + sim_roll(op->number - 1));
        bool usable = o->keyed && o->answered && o->status >= 200 && o->status < 300 && o->actor == op->actor &&
                      !sim_op_is_old(o);
        if (usable) {
            op->key = o->key;
            op->foreign_key = true;
            return;
        }
    }
}

struct sim_op *sim_op_booking(int32_t actor)
{
    struct gs_buf b;
    struct sim_op *op = sim_op_new(actor);
    gs_buf_init(&b, 1 << 12);
    op->kind = SIM_BOOK;
    op->keyed = true;
    op->key = op->number;
    sim_op_body(&b, op);
    op->body = keep(&b);
    op->target = "/v1/bookings";
    gs_buf_finish(&b);
    return op;
}

struct sim_op *sim_op_make(const struct sim_client *client)
{
    struct gs_buf b;
    struct sim_op *op = sim_op_new(client->actor);
    gs_buf_init(&b, 1 << 16);
    op->kind = choose_kind(client->actor);
    if (op->kind == SIM_CLOCK && !sim->drill) {
        op->kind = SIM_SITE;
    }
    if (sim->batches && op->kind == SIM_BOOK && sim_one_in(5)) {
        op->kind = SIM_BATCH;
    }
    op->keyed = kinds[op->kind].keyed;
    op->key = op->number;
    op->dry_run = (op->kind == SIM_CAPACITY_SET || op->kind == SIM_CAPACITY_RESET) && sim_one_in(3);
    op->booking_id = choose_booking(op->kind, op->actor);
    if (op->kind == SIM_CHANGE && op->booking_id <= (int64_t)sim->disk.row_count) {
        op->if_version = sim->disk.rows[op->booking_id - 1].b.version - (sim_one_in(10) ? 1 : 0);
    }
    sim_op_body(&b, op);
    op->body = keep(&b);
    write_target(&b, op, client);
    op->target = keep(&b);
    if (op->keyed && op->kind != SIM_RESCHEDULE && sim_one_in(30)) {
        take_foreign_key(op);
    }
    gs_buf_finish(&b);
    return op;
}

void sim_op_write(const struct sim_op *op, const struct sim_client *client, struct gs_buf *out)
{
    size_t body_len = strlen(op->body);
    gs_buf_printf(out, "%s %s HTTP/1.1\r\nHost: sim\r\nAuthorization: Bearer %s\r\n", kinds[op->kind].method,
                  op->target, sim_actors[op->actor].token);
    if (client->english) {
        gs_buf_str(out, "Accept-Language: en\r\n");
    }
    if (op->keyed) {
        gs_buf_printf(out, "Idempotency-Key: k%d\r\n", (int)sim_op_numbered(op->key)->ordinal);
    }
    if (op->together) {
        gs_buf_str(out, "Prefer: all-or-nothing\r\n");
    }
    if (op->kind == SIM_CHANGE) {
        gs_buf_printf(out, "If-Match: \"%lld\"\r\n", (long long)(op->if_version > 0 ? op->if_version : 1));
    }
    if (body_len > 0) {
        gs_buf_printf(out, "Content-Type: application/json\r\nContent-Length: %zu\r\n", body_len);
    }
    gs_buf_str(out, "\r\n");
    gs_buf_add(out, op->body, body_len);
}
