/* Nobody is turned away whom some plan could admit: random days, and at every refusal, and for everyone who waits after
 * every command, a maximum flow says whether all who are admitted and this one could have had places together. The
 * site's ledger sees to it that nobody loses what was admitted. GS_SEED and GS_DAYS widen the search. */
#include "../../base/dice.h"
#include "../leaf/cm.h"
#include "flow.h"
#include "site.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SEED 20261121
#define DAYS 6000
#define REQUESTS_MAX 120
#define WINDOWS_MAX 4
#define HOUR_MS INT64_C(3600000)

struct request {
    int64_t id; /* 0 = turned away */
    uint32_t accepts;
    bool firm, waits;
};

struct random_day {
    struct site site;
    struct flow flow;
    int32_t window_count, request_count;
    struct gs_window_view windows[WINDOWS_MAX];
    struct gs_booking past[WINDOWS_MAX * SITE_PAST_MAX];
    struct request requests[REQUESTS_MAX];
    bool all_flexible, no_cancels;
    uint64_t seed;
    int64_t refused, by_moves, promoted, overbooked; /* of all days */
};

static int32_t window_index(const struct random_day *d, const char *id)
{
    int32_t i = 0;
    while (strcmp(d->windows[i].id, id) != 0) {
        i++;
    }
    return i;
}

static int64_t locked_until(const struct random_day *d)
{
    return d->site.now_ms + d->site.rules.lock_min * GS_MINUTE_MS;
}

/* Nodes: 0 source, 1 sink, then windows, then slots, then a node per request. */
static void window_arcs(struct random_day *d, const int32_t fixed[WINDOWS_MAX][GS_MAX_SLOTS], int32_t first_slot[])
{
    int32_t node = 2 + d->window_count;
    for (int32_t w = 0; w < d->window_count; w++) {
        const struct gs_window_view *v = &d->windows[w];
        int32_t left = v->closed ? 0 : v->capacity + v->overbooking;
        first_slot[w] = node;
        for (int32_t s = 0; s < v->slot_count; s++) {
            flow_arc(&d->flow, node++, 2 + w, v->slots[s].capacity + v->slots[s].overbooking - fixed[w][s]);
            left -= fixed[w][s];
        }
        flow_arc(&d->flow, 2 + w, 1, left);
    }
}

static void request_arcs(struct random_day *d, int32_t node, uint32_t accepts, int64_t earliest_ms,
                         const int32_t first_slot[])
{
    flow_arc(&d->flow, 0, node, 1);
    for (int32_t w = 0; w < d->window_count; w++) {
        for (int32_t s = 0; (accepts >> w & 1) != 0 && s < d->windows[w].slot_count; s++) {
            if (d->windows[w].slots[s].start_ms >= earliest_ms) {
                flow_arc(&d->flow, node, first_slot[w] + s, 1);
            }
        }
    }
}

/* Could the bookings that hold places and one more all have places, none outside what it accepts, firm and locked ones where
 * they are? */
static bool could_be_admitted(struct random_day *d, uint32_t accepts, int32_t lead_min)
{
    int32_t fixed[WINDOWS_MAX][GS_MAX_SLOTS] = {{0}}, first_slot[WINDOWS_MAX], movable = 0;
    uint32_t movable_accepts[REQUESTS_MAX];
    for (int32_t i = 0; i < d->request_count; i++) {
        const struct request *r = &d->requests[i];
        const struct gs_booking *b = r->id != 0 ? site_get(&d->site, r->id) : NULL;
        if (b == NULL || b->status != GS_BOOKED) {
            continue;
        }
        int32_t w = window_index(d, b->window);
        if (!r->firm && b->slot_start_ms > locked_until(d)) {
            movable_accepts[movable++] = r->accepts;
            continue;
        }
        for (int32_t s = 0; s < d->windows[w].slot_count; s++) {
            fixed[w][s] += d->windows[w].slots[s].start_ms == b->slot_start_ms ? 1 : 0;
        }
    }
    int32_t slots = 0;
    for (int32_t w = 0; w < d->window_count; w++) {
        slots += d->windows[w].slot_count;
    }
    int32_t first_request = 2 + d->window_count + slots;
    flow_init(&d->flow, first_request + movable + 1);
    window_arcs(d, (const int32_t(*)[GS_MAX_SLOTS])fixed, first_slot);
    for (int32_t i = 0; i < movable; i++) {
        request_arcs(d, first_request + i, movable_accepts[i], locked_until(d) + 1, first_slot);
    }
    request_arcs(d, first_request + movable, accepts, d->site.now_ms + lead_min * GS_MINUTE_MS, first_slot);
    return flow_max(&d->flow, 0, 1) == movable + 1;
}

/* 1–4 windows, 1–60 slots in all. */
static void make_site(struct random_day *d)
{
    static const char *const ids[] = {"a", "b", "c", "d"};
    struct site *s = &d->site;
    int32_t at = (int32_t)site_roll(s, 16) * 15;
    d->window_count = 1 + (int32_t)site_roll(s, WINDOWS_MAX);
    s->rules.slot_min = 15;
    s->rules.slot_capacity = site_roll(s, 2) == 0 ? -1 : (int32_t)site_roll(s, 7);
    s->rules.promote_min = 30 * (int32_t)site_roll(s, 6);
    bool large = site_roll(s, 2) == 0;
    for (int32_t w = 0; w < d->window_count; w++) {
        int32_t slots = 1 + (int32_t)site_roll(s, site_roll(s, 2) == 0 ? 3 : 60 / d->window_count);
        int32_t capacity = (int32_t)site_roll(s, large ? 25 : 7);
        site_window(s, ids[w], at, at + slots * 15, capacity);
        at += slots * 15 + (site_roll(s, 3) == 0 ? 15 : 0);
    }
    site_open(s);
    site_overbook(s, d->past);
    if (site_roll(s, 3) == 0) { /* some slots are locked already, or past */
        site_wait(s, gs_tz_instant(s->rules.tz, s->date, 0) - (int64_t)site_roll(s, 9) * HOUR_MS / 2);
    }
}

static void windows_text(const struct random_day *d, uint32_t accepts, char out[16])
{
    out[0] = '\0';
    for (int32_t w = 0; w < d->window_count; w++) {
        if ((accepts >> w & 1) != 0) {
            strcat(strcat(out, out[0] != '\0' ? "," : ""), d->windows[w].id);
        }
    }
}

static void look(struct random_day *d)
{
    for (int32_t w = 0; w < d->window_count; w++) {
        assert_true(gs_book_window(d->site.book, d->site.date, w, &d->windows[w]));
    }
}

static void request(struct random_day *d, bool waitlist)
{
    struct site *s = &d->site;
    char text[16];
    struct request *r = &d->requests[d->request_count];
    r->accepts = 1 + (uint32_t)site_roll(s, (1 << d->window_count) - 1);
    r->firm = !d->all_flexible && site_roll(s, 3) == 0;
    windows_text(d, r->accepts, text);
    bool could = could_be_admitted(d, r->accepts, s->rules.cutoff_min);
    enum gs_code code = site_book(s, (struct site_ask){.windows = text, .firm = r->firm, .waitlist = waitlist});
    bool admitted = code == GS_CODE_OK && s->out.status == GS_BOOKED;
    if (admitted != could) {
        fail_msg("GS_SEED=%llu GS_DAYS=1: request %d for %s %s, the flow says otherwise", (unsigned long long)d->seed,
                 (int)d->request_count, text, admitted ? "admitted" : gs_code_name(code));
    }
    r->id = code == GS_CODE_OK ? s->out.booking->id : 0;
    r->waits = code == GS_CODE_OK && !admitted;
    d->request_count++;
    d->refused += admitted ? 0 : 1;
    d->by_moves += site_events(s, GS_EV_MOVED) > 0 ? 1 : 0;
    assert_true(admitted || s->batch.count == (r->waits ? 2 : 0));
}

static void nobody_waits_in_vain(struct random_day *d)
{
    for (int32_t i = 0; i < d->request_count; i++) {
        struct request *r = &d->requests[i];
        const struct gs_booking *b = r->waits ? site_get(&d->site, r->id) : NULL;
        if (b == NULL || b->status != GS_WAITLISTED) {
            d->promoted += r->waits ? 1 : 0;
            r->waits = false;
            continue;
        }
        int32_t lead =
            d->site.rules.promote_min > d->site.rules.cutoff_min ? d->site.rules.promote_min : d->site.rules.cutoff_min;
        assert_false(could_be_admitted(d, r->accepts, lead));
    }
}

static void cancel_one(struct random_day *d)
{
    const struct request *r = &d->requests[site_roll(&d->site, d->request_count)];
    if (r->id != 0 && !gs_status_terminal(site_get(&d->site, r->id)->status)) {
        assert_int_equal(site_step(&d->site, GS_CMD_CANCEL, r->id), GS_CODE_OK);
    }
}

/* The number admitted is the maximum for all who asked: whatever the order was (the sets that can be seated are a matroid). */
static void as_many_as_any_order(struct random_day *d)
{
    int32_t fixed[WINDOWS_MAX][GS_MAX_SLOTS] = {{0}}, first_slot[WINDOWS_MAX], slots = 0;
    for (int32_t w = 0; w < d->window_count; w++) {
        slots += d->windows[w].slot_count;
    }
    int32_t first_request = 2 + d->window_count + slots;
    flow_init(&d->flow, first_request + d->request_count);
    window_arcs(d, (const int32_t(*)[GS_MAX_SLOTS])fixed, first_slot);
    for (int32_t i = 0; i < d->request_count; i++) {
        request_arcs(d, first_request + i, d->requests[i].accepts, locked_until(d) + 1, first_slot);
    }
    assert_int_equal(site_admitted(&d->site), flow_max(&d->flow, 0, 1));
}

static void play_day(struct random_day *d, uint64_t seed)
{
    struct site *s = &d->site;
    site_init(s);
    s->random = d->seed = seed;
    make_site(d);
    look(d);
    d->request_count = 0;
    d->all_flexible = site_roll(s, 2) == 0;
    d->no_cancels = site_roll(s, 2) == 0;
    bool waitlist = !d->no_cancels && site_roll(s, 2) == 0;
    int32_t places = 0;
    for (int32_t w = 0; w < d->window_count; w++) {
        places += d->windows[w].capacity + d->windows[w].overbooking;
        d->overbooked += d->windows[w].overbooking > 0 ? 1 : 0;
    }
    int32_t requests = places + places / 2 + 4;
    while (d->request_count < requests && d->request_count < REQUESTS_MAX) {
        request(d, waitlist && site_roll(s, 3) == 0);
        if (!d->no_cancels && site_roll(s, 6) == 0) {
            cancel_one(d);
        }
        nobody_waits_in_vain(d);
    }
    bool open = d->windows[0].slots[0].start_ms > locked_until(d);
    if (d->all_flexible && d->no_cancels && open) {
        as_many_as_any_order(d);
    }
    if (s->complaint[0] != '\0') {
        fail_msg("GS_SEED=%llu GS_DAYS=1: %s", (unsigned long long)seed, s->complaint);
    }
    site_finish(s);
}

static void admitted_is_who_can_be_admitted(void **state)
{
    static struct random_day d;
    uint64_t seed = number_of("GS_SEED", SEED), days = number_of("GS_DAYS", DAYS);
    (void)state;
    printf("# GS_SEED=%llu GS_DAYS=%llu\n", (unsigned long long)seed, (unsigned long long)days);
    for (uint64_t i = 0; i < days; i++) {
        play_day(&d, seed + i);
    }
    printf("# %lld turned away, %lld let in by moves, %lld promoted, %lld windows overbooked\n", (long long)d.refused,
           (long long)d.by_moves, (long long)d.promoted, (long long)d.overbooked);
    if (days >= DAYS) { /* what never came up was not tested */
        assert_true(d.refused > 10000 && d.by_moves > 3000 && d.promoted > 300 && d.overbooked > 1000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(admitted_is_who_can_be_admitted),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
