/* Which event of a webhook is sent when, beside a simple model: receivers that fail at random, crashes between any two steps. Every event
 * that is for the webhook comes at least once, first times in order for each booking, and no booking waits for another's failures. */
#include "../base/dice.h"
#include "gateslot/base/limits.h"
#include "gateslot/hooks/schedule.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MINUTE_MS INT64_C(60000)
#define DAY_MS (1440 * MINUTE_MS)
enum { EVENTS = 400, BOOKINGS = 12, ROWS = GS_WEBHOOK_PENDING_MAX };

/* ---- the world around a queue: events, the store, a receiver ---- */

struct store {
    int64_t cursor;
    struct gs_webhook_retry rows[ROWS];
    size_t count;
};

struct outside {
    uint64_t dice;
    int64_t now_ms;
    int64_t booking_of[EVENTS + 1]; /* -1: the event is not for the webhook */
    int64_t events;                 /* told so far */
    struct store store, open;       /* on disk, and as it will be */
    struct gs_hook_queue q;
    int64_t flying[GS_WEBHOOK_FLIGHTS_MAX];
    size_t flights;
    int times[EVENTS + 1];            /* delivered */
    int64_t last_first[BOOKINGS + 1]; /* the last event of a booking that was delivered for the first time */
    bool poisoned[EVENTS + 1];        /* it is refused, for now */
};

static void keep_row(void *arg, const struct gs_webhook_retry *r, bool over)
{
    struct store *s = arg;
    size_t at = 0;
    while (at < s->count && s->rows[at].seq != r->seq) {
        at++;
    }
    if (over) {
        if (at < s->count) {
            s->rows[at] = s->rows[--s->count];
        }
        return;
    }
    assert_true(at < ROWS);
    s->rows[at] = *r;
    s->count += at == s->count ? 1 : 0;
}

static void flush(struct outside *o)
{
    o->open.cursor = gs_hook_queue_flush(&o->q, keep_row, &o->open);
    if (dice_roll(&o->dice, 4) != 0) { /* else the batch is not on disk when the next crash comes */
        o->store = o->open;
    }
}

static int by_seq(const void *a, const void *b)
{
    const struct gs_webhook_retry *x = a, *y = b;
    return x->seq < y->seq ? -1 : x->seq > y->seq;
}

static void start(struct outside *o)
{
    o->open = o->store;
    o->flights = 0;
    qsort(o->open.rows, o->open.count, sizeof o->open.rows[0], by_seq);
    gs_hook_queue_init(&o->q, o->open.cursor, 0, o->dice);
    for (size_t i = 0; i < o->open.count; i++) {
        assert_int_equal(gs_hook_queue_restore(&o->q, &o->open.rows[i]), GS_OK);
    }
}

/* What was on its way may have arrived, and nobody here knows. */
static void crash(struct outside *o)
{
    for (size_t i = 0; i < o->flights; i++) {
        const int64_t seq = o->flying[i], booking = o->booking_of[seq];
        if (!o->poisoned[seq] && dice_roll(&o->dice, 2) == 0 && o->times[seq]++ == 0) {
            assert_true(seq > o->last_first[booking]);
            o->last_first[booking] = seq;
        }
    }
    gs_hook_queue_finish(&o->q);
    start(o);
}

/* What is in the store is not delivered, or was: nothing is missing. */
static void check_store(const struct outside *o)
{
    for (int64_t seq = 1; seq <= o->store.cursor; seq++) {
        bool kept = o->booking_of[seq] < 0 || o->times[seq] > 0;
        for (size_t i = 0; i < o->store.count && !kept; i++) {
            kept = o->store.rows[i].seq == seq;
        }
        if (!kept) {
            fail_msg("event %lld is behind nobody: not delivered, up to the cursor %lld, and without a row",
                     (long long)seq, (long long)o->store.cursor);
        }
    }
}

static void read_some(struct outside *o)
{
    const size_t room = gs_hook_queue_room(&o->q);
    size_t page = (size_t)dice_roll(&o->dice, 30) + 1;
    for (int64_t seq = o->q.scanned + 1; seq <= o->events && page > 0 && room > 0; seq++, page--) {
        if (gs_hook_queue_room(&o->q) == 0) {
            break;
        }
        if (o->booking_of[seq] >= 0) {
            assert_int_equal(gs_hook_queue_add(&o->q, seq, o->booking_of[seq], o->now_ms, "{}", 2), GS_OK);
        }
        gs_hook_queue_scanned(&o->q, seq);
    }
}

/* An event may fly only if all earlier ones of its booking were delivered. */
static void send_some(struct outside *o)
{
    for (struct gs_hook_entry *e; (e = gs_hook_queue_next(&o->q, o->now_ms)) != NULL;) {
        assert_true(o->flights < GS_WEBHOOK_FLIGHTS_MAX);
        for (int64_t seq = 1; seq < e->seq; seq++) {
            if (o->booking_of[seq] == e->booking_id && o->times[seq] == 0) {
                fail_msg("event %lld flies before event %lld of the same booking", (long long)e->seq, (long long)seq);
            }
        }
        o->flying[o->flights++] = e->seq;
    }
}

static void take_delivered(struct outside *o, int64_t seq)
{
    const int64_t booking = o->booking_of[seq];
    if (o->times[seq]++ == 0) {
        assert_true(seq > o->last_first[booking]);
        o->last_first[booking] = seq;
    }
    gs_hook_queue_delivered(&o->q, seq, o->now_ms);
}

static void land_one(struct outside *o, int failing)
{
    if (o->flights == 0) {
        return;
    }
    const size_t at = (size_t)dice_roll(&o->dice, (int)o->flights);
    const int64_t seq = o->flying[at];
    o->flying[at] = o->flying[--o->flights];
    if (o->poisoned[seq] || dice_roll(&o->dice, 100) < failing) {
        const int64_t after_s = dice_roll(&o->dice, 10) == 0 ? dice_roll(&o->dice, 600) : 0;
        if (!gs_hook_queue_failed(&o->q, seq, o->now_ms, after_s)) {
            gs_hook_queue_resume(&o->q); /* it was given up, and is enabled again */
        }
    } else {
        take_delivered(o, seq);
    }
}

static void tell_some(struct outside *o)
{
    for (int n = dice_roll(&o->dice, 5); n > 0 && o->events < EVENTS; n--) {
        const int64_t seq = ++o->events;
        o->booking_of[seq] = dice_roll(&o->dice, 4) == 0 ? -1 : dice_roll(&o->dice, BOOKINGS);
        o->poisoned[seq] = dice_roll(&o->dice, 40) == 0;
    }
}

static void finish_all(struct outside *o)
{
    memset(o->poisoned, 0, sizeof o->poisoned);
    for (int round = 0; round < 100000; round++) {
        read_some(o);
        send_some(o);
        land_one(o, 0);
        if (o->q.count == 0 && o->q.scanned == o->events) {
            return;
        }
        if (o->flights == 0) {
            const int64_t due_ms = gs_hook_queue_due(&o->q);
            o->now_ms = due_ms != INT64_MAX && due_ms > o->now_ms ? due_ms : o->now_ms + 1;
        }
    }
    fail_msg("%zu events are never delivered", o->q.count);
}

static void live(uint64_t seed)
{
    struct outside *o = calloc(1, sizeof *o);
    assert_non_null(o);
    o->dice = seed;
    o->now_ms = DAY_MS;
    start(o);
    const int failing = dice_roll(&o->dice, 80), crashing = dice_roll(&o->dice, 12);
    for (int step = 0; step < 6000; step++) {
        switch (dice_roll(&o->dice, 7)) {
        case 0:
            tell_some(o);
            break;
        case 1:
            read_some(o);
            break;
        case 2:
            send_some(o);
            break;
        case 3:
            flush(o);
            check_store(o);
            break;
        case 4:
            o->now_ms += dice_roll(&o->dice, 3) == 0 ? dice_roll(&o->dice, 7200000) : dice_roll(&o->dice, 2000);
            break;
        default:
            land_one(o, failing);
            break;
        }
        if (dice_roll(&o->dice, 200) < crashing) {
            crash(o);
        }
    }
    o->events = EVENTS > o->events ? o->events : EVENTS;
    finish_all(o);
    for (int64_t seq = 1; seq <= o->events; seq++) {
        assert_int_equal(o->times[seq] > 0, o->booking_of[seq] >= 0);
    }
    gs_hook_queue_finish(&o->q);
    free(o);
}

static void every_event_comes_in_order_whatever_fails_and_whenever_it_crashes(void **state)
{
    const char *given = getenv("GS_SEED");
    const uint64_t seed = given != NULL ? strtoull(given, NULL, 0) : 20261129;
    (void)state;
    printf("# GS_SEED=%llu\n", (unsigned long long)seed);
    for (uint64_t n = 0; n < 120; n++) {
        live(seed * 1000 + n);
    }
}

/* ---- single rules ---- */

static void add(struct gs_hook_queue *q, int64_t seq, int64_t booking)
{
    assert_int_equal(gs_hook_queue_add(q, seq, booking, seq, "{}", 2), GS_OK);
    gs_hook_queue_scanned(q, seq);
}

static int64_t next(struct gs_hook_queue *q, int64_t now_ms)
{
    const struct gs_hook_entry *e = gs_hook_queue_next(q, now_ms);
    return e != NULL ? e->seq : 0;
}

static void a_failure_holds_back_its_own_booking_only(void **state)
{
    struct gs_hook_queue q;
    (void)state;
    gs_hook_queue_init(&q, 0, 0, 1);
    add(&q, 1, 7);
    add(&q, 2, 7);
    add(&q, 3, 8);
    assert_int_equal(next(&q, 0), 1);
    assert_int_equal(next(&q, 0), 3);
    assert_int_equal(next(&q, 0), 0);
    assert_true(gs_hook_queue_failed(&q, 1, 0, 0));
    gs_hook_queue_delivered(&q, 3, 0);
    add(&q, 4, 8);
    assert_int_equal(next(&q, 0), 4); /* of the other booking */
    gs_hook_queue_delivered(&q, 4, 0);
    assert_int_equal(next(&q, 4999), 0);
    assert_int_equal(next(&q, 6000), 1);
    gs_hook_queue_delivered(&q, 1, 6000);
    assert_int_equal(next(&q, 6000), 2);
    gs_hook_queue_finish(&q);
}

static void attempts_are_made_further_and_further_apart(void **state)
{
    static const int64_t pauses_s[] = {5, 60, 300, 900, 1800, 3600, 3600};
    struct gs_hook_queue q;
    int64_t now_ms = 0;
    (void)state;
    gs_hook_queue_init(&q, 0, 0, 42);
    add(&q, 1, 7);
    for (size_t i = 0; i < sizeof pauses_s / sizeof pauses_s[0]; i++) {
        assert_int_equal(next(&q, now_ms), 1);
        assert_true(gs_hook_queue_failed(&q, 1, now_ms, 0));
        const int64_t wait_ms = gs_hook_queue_due(&q) - now_ms;
        assert_in_range(wait_ms, pauses_s[i] * 1000, pauses_s[i] * 1200);
        assert_int_equal(next(&q, now_ms + wait_ms - 1), 0);
        now_ms += wait_ms;
    }
    gs_hook_queue_finish(&q);
}

static void after_three_days_it_is_given_up(void **state)
{
    struct gs_hook_queue q;
    (void)state;
    gs_hook_queue_init(&q, 0, 0, 42);
    add(&q, 1, 7);
    int64_t now_ms = 1;
    bool goes_on = true;
    while (goes_on && now_ms < 10 * DAY_MS) {
        assert_int_equal(next(&q, now_ms), 1);
        goes_on = gs_hook_queue_failed(&q, 1, now_ms, 0);
        now_ms = gs_hook_queue_due(&q);
    }
    assert_false(goes_on);
    assert_in_range(now_ms, 3 * DAY_MS, 3 * DAY_MS + 3 * 60 * MINUTE_MS);
    gs_hook_queue_resume(&q);
    assert_int_equal(next(&q, now_ms), 1); /* at once, and for three days again */
    assert_true(gs_hook_queue_failed(&q, 1, now_ms, 0));
    gs_hook_queue_finish(&q);
}

static void a_receiver_that_asks_to_be_left_alone_is(void **state)
{
    struct gs_hook_queue q;
    (void)state;
    gs_hook_queue_init(&q, 0, 0, 1);
    add(&q, 1, 7);
    add(&q, 2, 8);
    add(&q, 3, 9);
    assert_int_equal(next(&q, 0), 1);
    assert_true(gs_hook_queue_failed(&q, 1, 0, 120));
    assert_int_equal(next(&q, 119999), 0); /* nor are others sent */
    assert_int_equal(gs_hook_queue_due(&q), 120000);
    assert_int_equal(next(&q, 120000), 1);
    assert_true(gs_hook_queue_failed(&q, 1, 120000, INT64_MAX));
    assert_int_equal(gs_hook_queue_due(&q), 120000 + 86400000); /* for a day at most */
    gs_hook_queue_finish(&q);
}

static void one_that_is_down_is_asked_one_by_one_and_all_goes_once_it_is_back(void **state)
{
    struct gs_hook_queue q;
    int64_t now_ms = 0;
    (void)state;
    gs_hook_queue_init(&q, 0, 0, 1);
    for (int64_t seq = 1; seq <= 10; seq++) {
        add(&q, seq, seq);
    }
    for (int i = 0; i < 3; i++) {
        const int64_t seq = next(&q, now_ms);
        assert_true(gs_hook_queue_failed(&q, seq, now_ms, 0));
    }
    assert_int_equal(next(&q, now_ms), 0);
    now_ms += 5000;
    assert_int_equal(next(&q, now_ms), 4); /* one that was not tried yet */
    assert_int_equal(next(&q, now_ms), 0); /* alone */
    gs_hook_queue_delivered(&q, 4, now_ms);
    for (int64_t seq = 1; seq <= GS_WEBHOOK_FLIGHTS_MAX; seq++) {
        assert_int_equal(next(&q, now_ms), seq <= 3 ? seq : seq + 1);
    }
    gs_hook_queue_finish(&q);
}

static void how_far_it_looks_ahead_is_bounded(void **state)
{
    struct gs_hook_queue q;
    (void)state;
    gs_hook_queue_init(&q, 0, 0, 1);
    for (int64_t seq = 1; seq <= GS_WEBHOOK_PENDING_MAX; seq++) {
        add(&q, seq, 7);
    }
    assert_int_equal(gs_hook_queue_room(&q), 0);
    assert_int_equal(gs_hook_queue_add(&q, GS_WEBHOOK_PENDING_MAX + 1, 7, 0, "{}", 2), GS_E_BUSY);
    assert_int_equal(next(&q, 0), 1);
    gs_hook_queue_delivered(&q, 1, 0);
    assert_int_equal(gs_hook_queue_room(&q), 1);
    gs_hook_queue_finish(&q);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_event_comes_in_order_whatever_fails_and_whenever_it_crashes),
        cmocka_unit_test(a_failure_holds_back_its_own_booking_only),
        cmocka_unit_test(attempts_are_made_further_and_further_apart),
        cmocka_unit_test(after_three_days_it_is_given_up),
        cmocka_unit_test(a_receiver_that_asks_to_be_left_alone_is),
        cmocka_unit_test(one_that_is_down_is_asked_one_by_one_and_all_goes_once_it_is_back),
        cmocka_unit_test(how_far_it_looks_ahead_is_bounded)};
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("schedule", tests, NULL, NULL);
}
