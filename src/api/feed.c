/* The event feed: pages of events, and clients that wait for the next one. Events come from the store, so only those on disk are
 * shown, and to a backend only its own. A wait ends by an event, by its time, or when the server stops. */
#include "auth.h"
#include "gateslot/base/text.h"
#include "handlers.h"
#include "query_store.h"
#include "reply.h"
#include "told_events.h"
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct gs_wait {
    struct gs_exchange *x;
    struct gs_query query;
    int64_t left_s;    /* seconds still to wait; 0 = answer what there is */
    int64_t asked_seq; /* the last durable event when the store was asked */
    struct event *timer;
    struct gs_feed *feed;        /* NULL: not waiting */
    struct gs_wait *prev, *next; /* of those that wait */
    bool asking;                 /* a question is under way */
    bool told;                   /* each with its sentence */
    struct gs_told_events *out;  /* owned: these, while they are written */
};

static void feed_add(struct gs_feed *feed, struct gs_wait *w)
{
    w->feed = feed;
    w->prev = NULL;
    w->next = feed->first;
    if (w->next != NULL) {
        w->next->prev = w;
    }
    feed->first = w;
    feed->waiting++;
}

static void feed_remove(struct gs_wait *w)
{
    if (w->feed == NULL) {
        return;
    }
    if (w->prev != NULL) {
        w->prev->next = w->next;
    } else {
        w->feed->first = w->next;
    }
    if (w->next != NULL) {
        w->next->prev = w->prev;
    }
    w->feed->waiting--;
    w->feed = NULL;
}

static void wait_free(void *state)
{
    struct gs_wait *w = state;
    feed_remove(w);
    if (w->timer != NULL) {
        event_free(w->timer);
    }
    if (w->out != NULL) {
        gs_told_finish(w->out);
        free(w->out);
    }
    free(w);
}

/* last: the number up to which everything was looked at. */
static void write_end(struct gs_json *j, int64_t last, bool more)
{
    char cursor[24];
    struct gs_buf text;
    gs_buf_init(&text, sizeof cursor);
    gs_buf_int(&text, last);
    gs_json_str(j, "next_cursor", more ? text.data : NULL);
    gs_buf_finish(&text);
    gs_json_int(j, "last_seq", last);
    gs_json_end_object(j);
}

static void send_events(struct gs_wait *w, int64_t last, const struct gs_event_text *events, size_t count, bool more)
{
    struct gs_json j = gs_reply_begin(w->x);
    gs_json_object(&j, NULL);
    gs_json_array(&j, "items");
    for (size_t i = 0; i < count; i++) {
        gs_json_raw(&j, NULL, events[i].json, events[i].len);
    }
    gs_json_end_array(&j);
    write_end(&j, last, more);
    gs_reply_json(w->x, 200);
}

static void tell_some(struct gs_exchange *x)
{
    struct gs_wait *w = x->state;
    if (gs_told_some(w->out, x)) {
        gs_work_go_on(x, tell_some);
        return;
    }
    write_end(&w->out->json, w->query.u.events.after, w->out->answer.more);
    gs_told_send(w->out, x);
}

/* Their sentences take longer than one slice. */
static void tell(struct gs_wait *w, struct gs_answer *answer)
{
    w->out = malloc(sizeof *w->out);
    if (w->out == NULL) {
        gs_reply_code(w->x, GS_CODE_OVERLOADED);
        return;
    }
    gs_told_begin(w->out, answer);
    gs_work_take_up(w->x, tell_some);
}

/* From here on neither an event nor the time answers. */
static void end_wait(struct gs_wait *w)
{
    feed_remove(w);
    if (w->timer != NULL) {
        (void)event_del(w->timer);
    }
}

static void finish_wait(struct gs_wait *w, const struct gs_event_text *events, size_t count, bool more)
{
    end_wait(w);
    send_events(w, w->query.u.events.after, events, count, more);
}

static void events_found(void *arg, struct gs_answer *answer);

static void ask_again(struct gs_wait *w)
{
    const struct gs_service *service = &gs_api_of(w->x)->service;
    if (w->asking) {
        return;
    }
    w->asked_seq = gs_api_of(w->x)->feed.durable_seq;
    /* With a full queue it goes on waiting; the next event or its time wakes it. */
    w->asking = service->query(service->self, &w->query, events_found, w) == GS_OK;
}

/* Clients that leave must not pile up until their time is over. Most are seen to leave (gs_feed_hurry); a wait also looks every
 * second. */
static bool to_end(const struct gs_wait *w)
{
    return w->left_s <= 0 || gs_exchange_hurried(w->x);
}

/* True: who waits is known here no longer, and that was answered. */
static bool turned_away(struct gs_wait *w)
{
    if (gs_auth_stands(w->x)) {
        return false;
    }
    end_wait(w);
    gs_auth_refuse_ended(w->x);
    return true;
}

static void second_passed(int fd, short what, void *arg)
{
    struct gs_wait *w = arg;
    (void)fd;
    (void)what;
    w->left_s--;
    if (!w->asking && !turned_away(w) && to_end(w)) {
        finish_wait(w, NULL, 0, false);
    }
}

/* Begins to wait, or goes on; false: it cannot, and what there is should be answered. */
static bool wait_on(struct gs_wait *w)
{
    const struct timeval second = {.tv_sec = 1};
    if (w->feed != NULL) {
        return true;
    }
    w->timer = event_new(gs_api_of(w->x)->base, -1, EV_PERSIST, second_passed, w);
    if (w->timer == NULL || event_add(w->timer, &second) != 0) {
        return false;
    }
    feed_add(&gs_api_of(w->x)->feed, w);
    return true;
}

/* The number was given out in an epoch that ended when the store was put back. */
static void refuse_lost(struct gs_wait *w, const struct gs_answer *answer)
{
    struct gs_outcome *o = &gs_api_of(w->x)->outcome;
    char after[24];
    memset(o, 0, sizeof *o);
    o->code = GS_CODE_RESET;
    o->used = answer->last_seq;
    o->limit = answer->scanned_seq;
    (void)snprintf(after, sizeof after, "%lld", (long long)w->query.u.events.after);
    gs_reply_problem(w->x, &(struct gs_problem){.code = o->code, .outcome = o, .what = after, .command = -1});
}

/* With nothing found the next question begins where this one ended: what it has looked at is not looked at again. */
static void go_on(struct gs_wait *w, struct gs_answer *answer)
{
    if (answer->scanned_seq > w->query.u.events.after) {
        w->query.u.events.after = answer->scanned_seq;
    }
    if (answer->event_count > 0 && w->told) {
        end_wait(w);
        tell(w, answer);
    } else if (answer->event_count > 0 || to_end(w) || !wait_on(w)) {
        finish_wait(w, answer->events, answer->event_count, answer->more);
    } else if (answer->more || gs_api_of(w->x)->feed.durable_seq > w->asked_seq) {
        ask_again(w); /* there is more to look at, or an event became durable while the store answered */
    }
}

static void events_found(void *arg, struct gs_answer *answer)
{
    struct gs_wait *w = arg;
    w->asking = false;
    if (turned_away(w)) {
        return;
    }
    if (answer->err == GS_E_RANGE) {
        end_wait(w);
        refuse_lost(w, answer);
    } else if (answer->err != GS_OK) {
        end_wait(w);
        gs_query_failed(w->x, answer->err);
    } else {
        go_on(w, answer);
    }
}

void gs_feed_wake(struct gs_feed *feed, int64_t seq)
{
    struct gs_wait *next;
    if (seq > feed->durable_seq) {
        feed->durable_seq = seq;
    }
    const bool recheck = feed->recheck;
    feed->recheck = false;
    for (struct gs_wait *w = feed->first; w != NULL; w = next) {
        next = w->next;
        if (recheck && !w->asking && turned_away(w)) {
            continue;
        }
        if (seq > w->query.u.events.after) {
            ask_again(w);
        } else if (!w->asking && to_end(w)) {
            finish_wait(w, NULL, 0, false);
        }
    }
}

/* Not at once: an answer may let the next request of its connection in, and a handler is at work. */
void gs_feed_recheck(struct gs_feed *feed)
{
    feed->recheck = true;
}

void gs_feed_hurry(struct gs_exchange *x)
{
    if (x->state_free != wait_free) {
        return;
    }
    struct gs_wait *w = x->state;
    if (w->feed != NULL && !w->asking) {
        finish_wait(w, NULL, 0, false);
    }
    /* While the store answers, what it says is the answer: go_on sees that there is no time to wait. */
}

void gs_feed_detach(struct gs_feed *feed)
{
    while (feed->first != NULL) {
        struct gs_wait *w = feed->first;
        feed_remove(w);
        event_free(w->timer);
        w->timer = NULL;
    }
}

/* A list of types with commas. */
static void take_types(struct gs_call *c, struct gs_event_filter *f)
{
    const char *text = gs_params_text(&c->params, "type");
    while (text != NULL && *text != '\0') {
        const size_t len = strcspn(text, ",");
        const uint64_t types = gs_event_types_named(text, len);
        if (types == 0) {
            char word[GS_FAULT_TEXT_MAX + 1];
            (void)gs_text_copyn(word, sizeof word, text, len);
            gs_fault_add(&c->api->faults, GS_FAULT_CHOICE, "?type", word,
                         "booking, booking.no_show, no_show, capacity, …");
            return;
        }
        f->types |= types;
        text += len + (text[len] == ',' ? 1 : 0);
    }
}

static void take_since(struct gs_call *c, struct gs_event_filter *f)
{
    const char *text = gs_params_text(&c->params, "since");
    if (text != NULL && gs_rfc3339_parse(text, strlen(text), &f->since_ms) != GS_OK) {
        gs_fault_add(&c->api->faults, GS_FAULT_FORMAT, "?since", text, "2026-11-25T08:30:00+08:00");
    }
}

/* The last ones are what there is: they are not waited for, and begin nowhere. */
static void take_last(struct gs_call *c, int64_t most, int64_t *limit, bool *out_last)
{
    *out_last = gs_params_int(&c->params, "last", 1, most, limit);
    static const char *const others[] = {"after", "limit", "wait"};
    for (size_t i = 0; *out_last && i < sizeof others / sizeof others[0]; i++) {
        if (gs_params_text(&c->params, others[i]) != NULL) {
            char pointer[GS_POINTER_MAX + 1];
            gs_fault_add(&c->api->faults, GS_FAULT_UNKNOWN_FIELD, gs_fault_pointer(pointer, "?%s", others[i]),
                         others[i], "last");
        }
    }
}

static bool take_event_params(struct gs_call *c, struct gs_query *query, int64_t *out_wait, bool *out_told)
{
    int64_t after = 0, limit = GS_PAGE_DEFAULT;
    bool told = false, last = false;
    *query = (struct gs_query){.kind = GS_QUERY_EVENTS};
    (void)gs_params_bool(&c->params, "text", &told);
    const int64_t most = told ? GS_EVENTS_TOLD_MAX : GS_PAGE_MAX;
    (void)gs_params_int(&c->params, "after", 0, INT64_MAX, &after);
    (void)gs_params_int(&c->params, "limit", 1, most, &limit);
    (void)gs_params_int(&c->params, "wait", 0, GS_EVENT_WAIT_MAX_S, out_wait);
    take_last(c, most, &limit, &last);
    take_types(c, &query->u.events.filter);
    take_since(c, &query->u.events.filter);
    (void)gs_params_copy(&c->params, "by", query->u.events.filter.by, sizeof query->u.events.filter.by, GS_NAME_MAX);
    query->u.events.after = after;
    query->u.events.limit = (int32_t)limit;
    query->u.events.last = last;
    *out_told = told;
    if (c->caller->actor.role == GS_ROLE_BACKEND) {
        (void)gs_text_copy(query->u.events.owner, sizeof query->u.events.owner, c->caller->actor.name);
    }
    return c->api->faults.count == 0;
}

void gs_handle_events(struct gs_call *c)
{
    int64_t wait = 0;
    bool told = false;
    struct gs_query query;
    if (!take_event_params(c, &query, &wait, &told)) {
        gs_reply_faults(c->x, &c->api->faults);
        return;
    }
    struct gs_wait *w = gs_query_state(c->x, sizeof *w);
    if (w == NULL) {
        return;
    }
    c->x->state_free = wait_free;
    w->x = c->x;
    w->left_s = wait;
    w->told = told;
    w->query = query;
    ask_again(w);
    if (!w->asking) {
        gs_reply_code(c->x, GS_CODE_OVERLOADED);
    }
}
