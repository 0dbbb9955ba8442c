/* Who waits for events. A batch that became durable comes with the texts of its events, which are kept for a while (event_ring.h); of
 * each it is known whose it is, so only those are looked after who may see one of them and have asked for its type. They are served in
 * rounds, a quarter of a millisecond at a time, and where there are many, rounds keep a distance: so a thousand streams get more
 * events at once instead of taking the loop from bookings. What a reader is sent, long polls (event_list.c) and streams (event_stream.c)
 * say. */
#include "feed.h"
#include "auth.h"
#include "call.h"
#include "gateslot/base/hash.h"
#include "gateslot/base/histogram.h"
#include "gateslot/base/text.h"
#include "visible_events.h"
#include <event2/event.h>
#include <stdlib.h>
#include <string.h>

enum {
    SLICE_US = 250, /* of serving readers, before the loop looks at its descriptors again */
    FEW = 4,        /* that a round may serve without a rest behind it */
    REST_US = 100,  /* for each that was served */
    IDLE_S = 60     /* without a reader, until texts are wanted no longer */
};

/* Those who see the events of the same. */
struct gs_audience {
    struct gs_audience *next;
    char whose[GS_NAME_MAX + 1];
    struct gs_readers readers;
    uint64_t fresh; /* bits of types, of events that became durable just now */
    struct gs_audience *next_fresh;
};

/* ---- audiences ---- */

static struct gs_audience **list_of(struct gs_feed *feed, const char *whose)
{
    return whose[0] == '\0' ? &feed->everybodys : &feed->audiences[gs_fnv_text(GS_FNV_START, whose) % GS_AUDIENCES];
}

static struct gs_audience *audience_of(struct gs_feed *feed, const char *whose)
{
    struct gs_audience *a = *list_of(feed, whose);
    while (a != NULL && strcmp(a->whose, whose) != 0) {
        a = a->next;
    }
    return a;
}

static struct gs_audience *audience_for(struct gs_feed *feed, const char *whose)
{
    struct gs_audience *a = audience_of(feed, whose);
    if (a != NULL) {
        return a;
    }
    a = calloc(1, sizeof *a);
    if (a == NULL) {
        return NULL;
    }
    struct gs_audience **list = list_of(feed, whose);
    (void)gs_text_copy(a->whose, sizeof a->whose, whose);
    TAILQ_INIT(&a->readers);
    a->next = *list;
    *list = a;
    return a;
}

static void quit_audience(struct gs_reader *r)
{
    struct gs_audience *a = r->audience;
    TAILQ_REMOVE(&a->readers, r, same);
    r->audience = NULL;
    if (!TAILQ_EMPTY(&a->readers)) {
        return;
    }
    struct gs_audience **at = list_of(r->feed, a->whose);
    while (*at != a) {
        at = &(*at)->next;
    }
    *at = a->next;
    free(a);
}

/* ---- readers ---- */

static void second_passed(struct gs_reader *r)
{
    if (r->asking || !gs_reader_turned_away(r)) {
        r->kind->second(r);
    }
}

/* Each may end itself, and others of its connection. */
static void on_tick(int fd, short what, void *arg)
{
    struct gs_feed *feed = arg;
    (void)fd, (void)what;
    feed->tick = (feed->tick + 1) % GS_FEED_TICKS;
    struct gs_reader_list *list = &feed->seconds[feed->tick], now = *list;
    LIST_INIT(list);
    if (now.lh_first != NULL) {
        now.lh_first->by_second.le_prev = &now.lh_first;
    }
    while (!LIST_EMPTY(&now)) {
        struct gs_reader *r = LIST_FIRST(&now);
        LIST_REMOVE(r, by_second);
        LIST_INSERT_HEAD(list, r, by_second);
        second_passed(r);
    }
    gs_feed_serve(feed);
}

/* The ticker runs; false: no memory. */
static bool run_ticker(struct gs_feed *feed)
{
    static const struct timeval period = {.tv_usec = 1000000 / GS_FEED_TICKS};
    if (feed->ticker == NULL) {
        feed->ticker = event_new(feed->base, -1, EV_PERSIST, on_tick, feed);
    }
    return feed->ticker != NULL && (feed->reader_count > 0 || event_add(feed->ticker, &period) == 0);
}

static size_t *count_of(const struct gs_reader *r)
{
    return (size_t *)(void *)((char *)r->feed + r->kind->counts);
}

bool gs_reader_join(struct gs_feed *feed, struct gs_reader *r)
{
    r->audience = run_ticker(feed) ? audience_for(feed, r->whose) : NULL;
    if (r->audience == NULL) {
        return false;
    }
    r->feed = feed;
    TAILQ_INSERT_TAIL(&r->audience->readers, r, same);
    TAILQ_INSERT_TAIL(&feed->readers, r, all);
    feed->reader_count++;
    ++*count_of(r);
    r->state = GS_READER_BUSY;
    LIST_INSERT_HEAD(&feed->seconds[feed->tick], r, by_second);
    if (!feed->telling && feed->service->follow != NULL) {
        feed->telling = true;
        feed->service->follow(feed->service->self, true);
    }
    return true;
}

void gs_reader_leave(struct gs_reader *r)
{
    struct gs_feed *feed = r->feed;
    if (feed == NULL) {
        return;
    }
    if (r->state == GS_READER_PENDING) {
        TAILQ_REMOVE(&feed->pending, r, pending);
    } else if (r->state == GS_READER_AWAITS_STORE) {
        TAILQ_REMOVE(&feed->asking, r, pending);
    }
    quit_audience(r);
    TAILQ_REMOVE(&feed->readers, r, all);
    feed->reader_count--;
    --*count_of(r);
    LIST_REMOVE(r, by_second);
    if (feed->reader_count == 0) {
        (void)event_del(feed->ticker);
    }
    r->state = GS_READER_APART;
    r->feed = NULL;
}

void gs_reader_free(void *state)
{
    struct gs_reader *r = state;
    gs_reader_leave(r);
    if (r->kind->finish != NULL) {
        r->kind->finish(r);
    }
    free(r);
}

int64_t gs_reader_position(const struct gs_reader *r)
{
    const bool has_all = r->state == GS_READER_FOLLOWS && r->feed->durable_seq > r->position;
    return has_all ? r->feed->durable_seq : r->position;
}

void gs_reader_follow(struct gs_reader *r)
{
    r->state = GS_READER_FOLLOWS;
}

void gs_reader_pend(struct gs_reader *r)
{
    if (r->state == GS_READER_PENDING || r->state == GS_READER_AWAITS_STORE || r->feed == NULL) {
        return;
    }
    r->position = gs_reader_position(r);
    r->state = GS_READER_PENDING;
    TAILQ_INSERT_TAIL(&r->feed->pending, r, pending);
}

void gs_reader_await_store(struct gs_reader *r)
{
    r->state = GS_READER_AWAITS_STORE;
    TAILQ_INSERT_TAIL(&r->feed->asking, r, pending);
}

void gs_feed_ask_next(struct gs_feed *feed)
{
    struct gs_reader *r = TAILQ_FIRST(&feed->asking);
    if (r != NULL) {
        TAILQ_REMOVE(&feed->asking, r, pending);
        r->state = GS_READER_BUSY;
        gs_reader_pend(r);
    }
}

bool gs_reader_wants(const struct gs_reader *r, const struct gs_durable_event *e)
{
    const uint64_t types = r->filter.types;
    return gs_event_visible(r->whose, e->owner) && (types == 0 || (types >> e->type & 1) != 0) &&
           (r->filter.by[0] == '\0' || gs_event_matches(&r->filter, e->json, e->len));
}

bool gs_reader_turned_away(struct gs_reader *r)
{
    if (gs_auth_stands(r->x)) {
        return false;
    }
    r->kind->turn_away(r);
    return true;
}

/* ---- rounds ---- */

static void serve(struct gs_reader *r)
{
    TAILQ_REMOVE(&r->feed->pending, r, pending);
    r->state = GS_READER_BUSY;
    if (!gs_reader_turned_away(r)) {
        r->kind->serve(r);
    }
}

static void run_round(struct gs_feed *feed);

static void on_timer(int fd, short what, void *arg)
{
    struct gs_feed *feed = arg;
    (void)fd, (void)what;
    feed->timer_set = false;
    run_round(feed);
}

/* A timer, not an active event: the loop polls all descriptors before it. */
static void set_timer(struct gs_feed *feed, int64_t wait_us)
{
    if (feed->timer == NULL) {
        feed->timer = evtimer_new(feed->base, on_timer, feed);
    }
    const struct timeval wait = {.tv_sec = wait_us / 1000000, .tv_usec = wait_us % 1000000};
    feed->timer_set = feed->timer != NULL && event_add(feed->timer, &wait) == 0;
}

static void run_round(struct gs_feed *feed)
{
    const int64_t until_us = gs_monotonic_us() + SLICE_US;
    int64_t now_us = 0;
    while (!TAILQ_EMPTY(&feed->pending) && now_us < until_us) {
        feed->served++;
        serve(TAILQ_FIRST(&feed->pending));
        now_us = gs_monotonic_us();
    }
    if (!TAILQ_EMPTY(&feed->pending)) {
        set_timer(feed, 0);
        return;
    }
    if (feed->served > FEW) {
        feed->rest_until_us = now_us + (int64_t)feed->served * REST_US;
    }
    feed->served = 0;
}

void gs_feed_serve(struct gs_feed *feed)
{
    if (TAILQ_EMPTY(&feed->pending) || feed->timer_set) {
        return;
    }
    const int64_t wait_us = feed->rest_until_us - gs_monotonic_us();
    if (wait_us <= 0) {
        run_round(feed);
    } else {
        set_timer(feed, wait_us);
    }
}

/* ---- waking ---- */

/* An event of these types has become durable for these. */
static void mark(struct gs_audience *a, enum gs_event_type type, struct gs_audience **fresh)
{
    if (a == NULL) {
        return;
    }
    if (a->fresh == 0) {
        a->next_fresh = *fresh;
        *fresh = a;
    }
    a->fresh |= UINT64_C(1) << type;
}

static void pend_audience(struct gs_audience *a)
{
    struct gs_reader *r;
    TAILQ_FOREACH(r, &a->readers, same)
    {
        if (r->state == GS_READER_FOLLOWS && (r->filter.types == 0 || (r->filter.types & a->fresh) != 0)) {
            gs_reader_pend(r);
        }
    }
    a->fresh = 0;
}

/* Keeps what has become durable, and finds those whom it may concern. */
static void take_fresh(struct gs_feed *feed)
{
    if (feed->fresh.first == NULL && feed->ring.count == 0) {
        return; /* nobody waits */
    }
    const int64_t now_us = gs_monotonic_us();
    struct gs_audience *fresh = NULL;
    struct gs_durable_event *e;
    gs_ring_forget(&feed->ring, now_us - GS_RING_S * INT64_C(1000000));
    while ((e = feed->fresh.first) != NULL) {
        feed->fresh.first = e->next;
        mark(feed->everybodys, e->type, &fresh);
        mark(e->owner[0] != '\0' ? audience_of(feed, e->owner) : NULL, e->type, &fresh);
        gs_ring_add(&feed->ring, e, now_us);
    }
    feed->fresh.last = NULL;
    for (; fresh != NULL; fresh = fresh->next_fresh) {
        pend_audience(fresh);
    }
}

static void pend_all(struct gs_feed *feed, enum gs_reader_state state)
{
    struct gs_reader *r;
    TAILQ_FOREACH(r, &feed->readers, all)
    {
        if (r->state == state && !r->asking) {
            gs_reader_pend(r);
        }
    }
}

/* Do those that became durable follow on the last one that was known, up to seq? */
static bool is_whole(const struct gs_feed *feed, int64_t seq)
{
    return feed->fresh.first != NULL && feed->fresh.first->seq == feed->durable_seq + 1 && feed->fresh.last->seq == seq;
}

void gs_feed_wake(struct gs_feed *feed, int64_t seq)
{
    const struct gs_reader *first = TAILQ_FIRST(&feed->readers);
    if (feed->recheck || (first != NULL && gs_exchange_hurried(first->x))) { /* the server may be finishing */
        feed->recheck = false;
        pend_all(feed, GS_READER_FOLLOWS);
        pend_all(feed, GS_READER_BUSY);
    } else if (feed->unasked) {
        pend_all(feed, GS_READER_BUSY);
    }
    feed->unasked = false;
    if (feed->stream_questions == 0) {
        gs_feed_ask_next(feed);
    }
    if (seq > feed->durable_seq) {
        const bool whole = is_whole(feed, seq);
        if (!whole) {
            pend_all(feed, GS_READER_FOLLOWS); /* of what else there is, nobody knows whose it is */
        }
        take_fresh(feed);
        if (!whole) {
            gs_ring_restart(&feed->ring, seq);
        }
        feed->durable_seq = seq;
    }
    gs_feed_serve(feed);
}

/* Not at once: an answer may let the next request of its connection in, and a handler is at work. */
void gs_feed_recheck(struct gs_feed *feed)
{
    feed->recheck = true;
}

void gs_feed_hurry(struct gs_exchange *x)
{
    if (x->state_free == gs_reader_free) {
        struct gs_reader *r = x->state;
        r->kind->hurry(r);
    }
}

void gs_feed_ready(struct gs_exchange *x)
{
    struct gs_reader *r = x->state;
    if (r->asking || r->state != GS_READER_BUSY) {
        return;
    }
    if (!gs_reader_turned_away(r)) {
        r->kind->serve(r);
    }
}

void gs_feed_second(struct gs_feed *feed)
{
    feed->idle_s = feed->reader_count > 0 ? 0 : feed->idle_s + 1;
    if (feed->telling && feed->idle_s > IDLE_S) {
        feed->telling = false;
        feed->service->follow(feed->service->self, false);
        gs_ring_restart(&feed->ring, feed->durable_seq);
    }
    if (feed->stream_questions == 0) {
        gs_feed_ask_next(feed);
    }
    gs_feed_serve(feed);
}

/* ---- its life ---- */

void gs_feed_init(struct gs_feed *feed, struct event_base *base, const struct gs_service *service)
{
    feed->base = base;
    feed->service = service;
    TAILQ_INIT(&feed->readers);
    TAILQ_INIT(&feed->pending);
    TAILQ_INIT(&feed->asking);
    for (int i = 0; i < GS_FEED_TICKS; i++) {
        LIST_INIT(&feed->seconds[i]);
    }
    gs_buf_init(&feed->frames, 1 << 20);
}

/* Where somebody is here already, a batch that came before is yet to be told of. */
void gs_feed_restore(struct gs_feed *feed, int64_t seq)
{
    if (feed->reader_count == 0) {
        gs_durable_events_finish(&feed->fresh);
        gs_ring_restart(&feed->ring, seq);
        feed->durable_seq = seq;
    }
}

void gs_feed_detach(struct gs_feed *feed)
{
    while (!TAILQ_EMPTY(&feed->readers)) {
        gs_reader_leave(TAILQ_FIRST(&feed->readers));
    }
}

void gs_feed_finish(struct gs_feed *feed)
{
    if (feed->timer != NULL) {
        event_free(feed->timer);
    }
    if (feed->ticker != NULL) {
        event_free(feed->ticker);
    }
    gs_durable_events_finish(&feed->fresh);
    gs_ring_finish(&feed->ring);
    gs_buf_finish(&feed->frames);
}
