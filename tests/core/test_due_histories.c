/* What happens does not depend on who looks when: random histories are played several times, the same commands at the same instants: with nobody
 * looking between, with looks at random instants, with a timer that looks at each instant at which something falls due, and with the
 * book rebuilt from what was stored at random instants. All must make the same events at the same instants and answer the commands
 * alike, but for reminders: what is looked at too late is not told any more. GS_SEED and GS_HISTORIES widen the search. */
#include "../base/dice.h"
#include "awkward_site.h"
#include "fixture.h"
#include "fixture_store.h"

#include "gateslot/base/text.h"

#include <stdio.h>
#include <stdlib.h>

#define SCRIPT 70
#define HISTORIES 600
#define HOUR (60 * GS_MINUTE_MS)

struct line { /* of a history; what it is about is found by a number, so that it reads the same in every book */
    int64_t at;
    uint64_t dice;
};

struct history {
    struct gs_rules rules;
    struct gs_calendar_rule calendar[2];
    int64_t start, end;
    struct line lines[SCRIPT];
};

enum looks { NOBODY_LOOKS, RANDOM_LOOKS, A_TIMER, RESTARTS, PLAYS };

struct play {
    const struct history *h;
    struct gs_book *book;
    struct gs_batch batch;
    struct gs_outcome out;
    struct fx_store store;
    int64_t stored_now;
    enum gs_code codes[SCRIPT];
    uint64_t dice; /* of the looks, not of the history */
    enum looks looks;
};

/* ---- a history ---- */

static void choose_limits(struct gs_rules *r, uint64_t *d)
{
    static const int32_t minutes[] = {0, 0, 480, 1080, 1439};
    r->bays = 2 + dice_roll(d, 4);
    r->slot_capacity = dice_roll(d, 3) == 0 ? 1 + dice_roll(d, 3) : -1;
    r->horizon_days = dice_roll(d, 4);
    r->opens_at_min = minutes[dice_roll(d, 5)];
    r->settle_at_min = minutes[dice_roll(d, 5)];
    r->cutoff_min = dice_roll(d, 2) * 30;
    r->early_grace_min = dice_roll(d, 3) * 30;
    r->late_grace_min = dice_roll(d, 3) * 30;
    r->lock_min = dice_roll(d, 3) * 120;
    r->promote_min = dice_roll(d, 3) * 60;
    r->late_cancel = r->waitlist = r->walk_ins = r->delay_reports = true;
    if (dice_roll(d, 2) == 0) {
        r->strike_limit = 1 + dice_roll(d, 2);
        r->strike_days = 3 + dice_roll(d, 30);
        r->suspend_days = 1 + dice_roll(d, 2);
        r->company_percent = 35;
    }
    if (dice_roll(d, 2) == 0) {
        r->company_window_percent = 50;
        r->company_day = 3 + dice_roll(d, 4);
        r->lifted_min = 120;
    }
    r->reminder_count = dice_roll(d, 3);
    r->reminder_min[0] = 1 + dice_roll(d, 1440);
    r->reminder_min[1] = 1 + dice_roll(d, 120);
    r->expiring_min = dice_roll(d, 240);
    if (dice_roll(d, 3) == 0) {
        r->overbooking = true;
        r->overflow_percent = 20;
        r->min_samples = 3;
    }
}

static void make_history(struct history *h, uint64_t seed)
{
    static const int32_t slots[] = {15, 30, 60};
    memset(h, 0, sizeof *h);
    uint64_t dice = seed, *d = &dice;
    struct gs_rules *r = &h->rules;
    awkward_site(r, d, 1, 4);
    choose_limits(r, d);
    r->slot_min = slots[dice_roll(d, 3)];
    r->calendar = h->calendar;
    gs_date first = fx_date("2026-03-27") + dice_roll(d, 2) * 210;
    if (dice_roll(d, 3) == 0) {
        h->calendar[r->calendar_count++] =
            (struct gs_calendar_rule){.by_date = true, .date = first + 1 + dice_roll(d, 3), .closed = true};
    }
    h->start = gs_tz_instant(r->tz, first, dice_roll(d, 1440));
    int64_t at = h->start;
    int gaps = 2 + dice_roll(d, 12); /* of how many lines one is followed by a long pause */
    for (int i = 0; i < SCRIPT; i++) {
        at += dice_roll(d, 3) == 0 ? 0 : dice_below(d, 40) * GS_MINUTE_MS;
        at += dice_roll(d, gaps) == 0 ? dice_below(d, 30) * HOUR : 0;
        h->lines[i] = (struct line){.at = at, .dice = dice_next(d)};
    }
    h->end = at + 10 * 24 * HOUR;
}

/* ---- playing it ---- */

static void keep(struct play *p)
{
    assert_false(p->batch.failed);
    if (p->batch.count > 0) {
        p->stored_now = p->batch.now_ms;
    }
    fx_store_commit(&p->store, &p->batch);
    gs_batch_clear(&p->batch);
}

static void look(struct play *p, int64_t at)
{
    (void)gs_apply_due(p->book, at, &p->batch);
    keep(p);
}

static void restart(struct play *p)
{
    gs_book_destroy(p->book);
    p->book = fx_store_load(&p->store, &p->h->rules, p->stored_now);
}

/* Whoever looks does so before that instant. */
static void pass_time(struct play *p, int64_t until)
{
    int64_t now = gs_book_now(p->book);
    while (p->looks == A_TIMER && gs_book_next_due(p->book) < until) {
        int64_t due = gs_book_next_due(p->book);
        assert_true(due >= now);
        look(p, due);
    }
    for (int i = 0; (p->looks == RANDOM_LOOKS || p->looks == RESTARTS) && i < 4 && now < until; i++) {
        if (dice_roll(&p->dice, 3) == 0) {
            now += dice_below(&p->dice, until - now);
            look(p, now);
        }
        if (p->looks == RESTARTS && dice_roll(&p->dice, 6) == 0) {
            restart(p);
        }
    }
}

static void describe_request(gs_date today, struct gs_command *c, uint64_t *d)
{
    struct gs_truck *t = &c->u.book.truck;
    snprintf(t->plate, sizeof t->plate, "浙D%05d", dice_roll(d, 14));
    snprintf(t->containers[0], sizeof t->containers[0], "BOX%08d", (int)dice_below(d, 100000000));
    t->container_count = 1;
    snprintf(c->u.book.uscc, sizeof c->u.book.uscc, "91350100M000100Y4%d", dice_roll(d, 3));
    c->u.book.wish.date = today + (dice_roll(d, 2) == 0 ? 0 : dice_roll(d, 3));
    c->u.book.wish.slot_min = -1;
    if (dice_roll(d, 3) == 0) {
        snprintf(c->u.book.wish.windows, sizeof c->u.book.wish.windows, "w%d", 1 + dice_roll(d, 3));
    }
    c->u.book.flexible = dice_roll(d, 3) != 0;
    c->u.book.waitlist = dice_roll(d, 4) != 0;
    c->u.book.urgent = dice_roll(d, 8) == 0;
}

static void describe_capacity(gs_date today, struct gs_command *c, uint64_t *d)
{
    c->u.capacity.to.date = today + dice_roll(d, 3);
    snprintf(c->u.capacity.to.window, sizeof c->u.capacity.to.window, "w%d", 1 + dice_roll(d, 3));
    c->u.capacity.to.capacity = dice_roll(d, 8);
    c->u.capacity.to.slot_capacity = dice_roll(d, 3) == 0 ? dice_roll(d, 3) : -1;
    c->u.capacity.has_capacity = true;
    c->u.capacity.excess = dice_roll(d, 4) == 0 ? GS_EXCESS_KEEP : GS_EXCESS_REBOOK;
}

static void say(struct play *p, int number)
{
    static const enum gs_command_kind steps[] = {GS_CMD_ARRIVE, GS_CMD_ARRIVE, GS_CMD_ARRIVE, GS_CMD_ENTER,
                                                 GS_CMD_ENTER,  GS_CMD_ENTER,  GS_CMD_CLEAR,  GS_CMD_DEPART,
                                                 GS_CMD_REFUSE, GS_CMD_REVERT, GS_CMD_DELAY,  GS_CMD_CANCEL};
    uint64_t dice = p->h->lines[number].dice, *d = &dice;
    int64_t count = (int64_t)p->store.booking_count, back = dice_below(d, 25);
    int64_t id = count > back ? count - back : 1;
    gs_date today = gs_tz_date(p->h->rules.tz, p->h->lines[number].at);
    int kind = dice_roll(d, 100);
    struct gs_command c = fx_command(steps[dice_roll(d, 12)], id);
    if (kind < 62) {
        c = fx_command(kind < 8 ? GS_CMD_WALK_IN : GS_CMD_BOOK, 0);
        describe_request(today, &c, d);
    } else if (kind < 66) {
        c = fx_command(kind < 65 ? GS_CMD_CAPACITY_SET : GS_CMD_CAPACITY_RESET, 0);
        describe_capacity(today, &c, d);
    } else if (kind < 70) {
        c = fx_command(GS_CMD_RESCHEDULE, id);
        c.u.reschedule.has_date = true;
        c.u.reschedule.wish.date = today + (dice_roll(d, 2) == 0 ? 0 : dice_roll(d, 3));
    }
    c.random = dice_next(d);
    gs_apply(p->book, &c, p->h->lines[number].at, &p->batch, &p->out);
    p->codes[number] = p->out.code;
    keep(p);
}

static void play(struct play *p, const struct history *h, enum looks looks, uint64_t dice)
{
    memset(p, 0, sizeof *p);
    p->h = h;
    p->looks = looks;
    p->dice = dice;
    p->stored_now = h->start;
    gs_batch_init(&p->batch);
    assert_int_equal(gs_book_create(&h->rules, &p->book), GS_OK);
    assert_int_equal(gs_book_start(p->book, 0, 0, h->start), GS_OK);
    for (int i = 0; i < SCRIPT; i++) {
        pass_time(p, h->lines[i].at);
        say(p, i);
        if (looks == RESTARTS && dice_roll(&p->dice, 8) == 0) {
            restart(p);
        }
    }
    pass_time(p, h->end);
    look(p, h->end);
}

static void close_play(struct play *p)
{
    gs_book_destroy(p->book);
    gs_batch_finish(&p->batch);
    fx_store_finish(&p->store);
}

/* ---- comparing ---- */

static bool reminds(const struct gs_event *e)
{
    return e->type == GS_EV_REMINDER || e->type == GS_EV_EXPIRING;
}

/* Of those that remind nobody, the one behind *at, which becomes its place; numbered as if there were no others. */
static void next_event(const struct play *p, int64_t *at, int64_t number, struct gs_buf *out)
{
    gs_buf_clear(out);
    while (*at < p->store.last_seq && reminds(&p->store.events[*at])) {
        ++*at;
    }
    if (*at < p->store.last_seq) {
        struct gs_event e = p->store.events[(*at)++];
        e.seq = number;
        gs_event_json(&e, p->h->rules.tz, out);
    }
}

static bool is_reminded(const struct play *p, const struct gs_event *like)
{
    int found = 0;
    for (int64_t i = 0; i < p->store.last_seq; i++) {
        const struct gs_event *e = &p->store.events[i];
        found += e->type == like->type && e->booking_id == like->booking_id && e->at_ms == like->at_ms ? 1 : 0;
    }
    assert_true(found <= 1);
    return found == 1;
}

/* Who looks when they fall due sees all reminders; who looks later sees some of them, and no others. */
static void compare_reminders(const struct play *all, const struct play *some, uint64_t seed)
{
    for (int64_t i = 0; i < some->store.last_seq; i++) {
        const struct gs_event *e = &some->store.events[i];
        if (reminds(e) && !is_reminded(all, e)) {
            fail_msg("GS_SEED=%llu GS_HISTORIES=1, play %d: a reminder of booking %lld that a timer does not tell",
                     (unsigned long long)seed, (int)some->looks, (long long)e->booking_id);
        }
    }
}

static void compare(const struct play *a, const struct play *b, uint64_t seed)
{
    struct gs_buf x, y;
    gs_buf_init(&x, 65536);
    gs_buf_init(&y, 65536);
    int64_t at_a = 0, at_b = 0;
    for (int64_t i = 1; at_a < a->store.last_seq || at_b < b->store.last_seq; i++) {
        next_event(a, &at_a, i, &x);
        next_event(b, &at_b, i, &y);
        if (x.len != y.len || memcmp(x.data, y.data, x.len) != 0) {
            fail_msg("GS_SEED=%llu GS_HISTORIES=1, play %d:\n%.*s\n%.*s", (unsigned long long)seed, (int)b->looks,
                     (int)x.len, x.data, (int)y.len, y.data);
        }
    }
    gs_buf_finish(&x);
    gs_buf_finish(&y);
    for (int i = 0; i < SCRIPT; i++) {
        if (a->codes[i] != b->codes[i]) {
            fail_msg("GS_SEED=%llu GS_HISTORIES=1, play %d, line %d: %s, %s", (unsigned long long)seed, (int)b->looks,
                     i, gs_code_name(a->codes[i]), gs_code_name(b->codes[i]));
        }
    }
}

struct seen {
    int64_t types[GS_EVENT_TYPES], at_risk, settled;
};

static void note_seen(const struct play *p, struct seen *seen)
{
    for (int64_t i = 0; i < p->store.last_seq; i++) {
        const struct gs_event *e = &p->store.events[i];
        seen->types[e->type]++;
        seen->at_risk += e->at_risk > 0;
        seen->settled += e->type == GS_EV_MOVED && e->why == GS_WHY_SETTLED;
    }
}

static void the_same_happens_whoever_looks_when(void **state)
{
    (void)state;
    uint64_t seed = number_of("GS_SEED", 20261125), histories = number_of("GS_HISTORIES", HISTORIES);
    static struct history h;
    static struct play plays[PLAYS];
    struct seen seen = {0};
    printf("# GS_SEED=%llu GS_HISTORIES=%llu\n", (unsigned long long)seed, (unsigned long long)histories);
    for (uint64_t i = 0; i < histories; i++) {
        make_history(&h, seed + i);
        for (int looks = 0; looks < PLAYS; looks++) {
            play(&plays[looks], &h, (enum looks)looks, seed + i + 1000003 * (uint64_t)looks);
            if (looks > 0) {
                compare(&plays[0], &plays[looks], seed + i);
            }
        }
        for (int looks = 0; looks < PLAYS; looks++) {
            compare_reminders(&plays[A_TIMER], &plays[looks], seed + i);
        }
        note_seen(&plays[A_TIMER], &seen);
        for (int looks = 0; looks < PLAYS; looks++) {
            close_play(&plays[looks]);
        }
        gs_tz_destroy(h.rules.tz);
    }
    printf("# promoted %lld, moved %lld (settled %lld), no-shows %lld, expired %lld, strikes %lld, at risk %lld\n",
           (long long)seen.types[GS_EV_PROMOTED], (long long)seen.types[GS_EV_MOVED], (long long)seen.settled,
           (long long)seen.types[GS_EV_NO_SHOW], (long long)seen.types[GS_EV_EXPIRED],
           (long long)seen.types[GS_EV_STRIKE_RECORDED], (long long)seen.at_risk);
    printf("# reminders %lld, of waits %lld\n", (long long)seen.types[GS_EV_REMINDER],
           (long long)seen.types[GS_EV_EXPIRING]);
    assert_true(histories < HISTORIES || (seen.types[GS_EV_PROMOTED] > 0 && seen.settled > 0 && seen.at_risk > 0 &&
                                          seen.types[GS_EV_STRIKE_RECORDED] > 0 && seen.types[GS_EV_REMINDER] > 0 &&
                                          seen.types[GS_EV_EXPIRING] > 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_same_happens_whoever_looks_when)};
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
