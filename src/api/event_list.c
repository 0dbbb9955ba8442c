/* The feed by pages, and the long poll: a page that waits for its first event. Events come from the ring of the latest ones, or from the
 * store; both hold only what is on disk. A wait ends by an event, by its time, or when the server stops. */
#include "auth.h"
#include "event_params.h"
#include "gateslot/base/text.h"
#include "handlers.h"
#include "query_store.h"
#include "reply.h"
#include "told_events.h"
#include "visible_events.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct gs_wait {
    struct gs_reader reader; /* first: the exchange's state */
    int64_t left_s;          /* seconds still to wait; 0 = answer what there is */
    int32_t limit;
    bool last;
    bool told;                  /* each with its sentence */
    struct gs_told_events *out; /* owned: these, while they are written */
};

static struct gs_api *api_of(const struct gs_wait *w)
{
    return gs_api_of(w->reader.x);
}

static void free_own(struct gs_reader *r)
{
    struct gs_wait *w = (struct gs_wait *)r;
    if (w->out != NULL) {
        gs_told_finish(w->out);
        free(w->out);
    }
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

static struct gs_json begin_page(struct gs_wait *w)
{
    struct gs_json j = gs_reply_begin(w->reader.x);
    gs_json_object(&j, NULL);
    gs_json_array(&j, "items");
    return j;
}

static void send_page(struct gs_wait *w, struct gs_json *j, bool more)
{
    gs_json_end_array(j);
    write_end(j, w->reader.position, more);
    gs_reply_json(w->reader.x, 200);
}

static void tell_some(struct gs_exchange *x)
{
    struct gs_wait *w = x->state;
    if (gs_told_some(w->out, x)) {
        gs_work_go_on(x, tell_some);
        return;
    }
    write_end(&w->out->json, w->reader.position, w->out->answer.more);
    gs_told_send(w->out, x);
}

/* Their sentences take longer than one slice. */
static void tell(struct gs_wait *w, struct gs_answer *answer)
{
    w->out = malloc(sizeof *w->out);
    if (w->out == NULL) {
        gs_reply_code(w->reader.x, GS_CODE_OVERLOADED);
        return;
    }
    gs_told_begin(w->out, answer);
    gs_work_take_up(w->reader.x, tell_some);
}

/* From here on neither an event nor the time answers. */
static void end_wait(struct gs_wait *w)
{
    w->reader.position = gs_reader_position(&w->reader);
    gs_reader_leave(&w->reader);
}

/* With what was found; events NULL: nothing. */
static void finish_wait(struct gs_wait *w, const struct gs_event_text *events, size_t count, bool more)
{
    end_wait(w);
    struct gs_json j = begin_page(w);
    for (size_t i = 0; i < count; i++) {
        gs_json_raw(&j, NULL, events[i].json, events[i].len);
    }
    send_page(w, &j, more);
}

/* Clients that leave must not pile up until their time is over. Most are seen to leave (gs_feed_hurry); a wait also looks every
 * second. */
static bool to_end(const struct gs_wait *w)
{
    return w->left_s <= 0 || gs_exchange_hurried(w->reader.x);
}

static void turn_away(struct gs_reader *r)
{
    gs_reader_leave(r);
    gs_auth_refuse_ended(r->x);
}

static void events_found(void *arg, struct gs_answer *answer);

static void ask(struct gs_wait *w)
{
    const struct gs_reader *r = &w->reader;
    struct gs_query query = {.kind = GS_QUERY_EVENTS};
    const struct gs_service *service = &api_of(w)->service;
    query.u.events.after = r->position;
    query.u.events.limit = w->limit;
    query.u.events.last = w->last;
    query.u.events.filter = r->filter;
    (void)gs_text_copy(query.u.events.owner, sizeof query.u.events.owner, r->whose);
    w->reader.asking = service->query(service->self, &query, events_found, w) == GS_OK;
    if (!w->reader.asking) {
        api_of(w)->feed.unasked =
            true; /* its queue is full: once more, when somebody is woken or a second has passed */
    }
}

/* Begins to wait, or goes on; false: it cannot, and what there is should be answered. */
static bool wait_on(struct gs_wait *w)
{
    struct gs_reader *r = &w->reader;
    return r->feed != NULL || gs_reader_join(&api_of(w)->feed, r);
}

/* Answers with what the ring has, if it has anything. */
static bool answer_from_ring(struct gs_wait *w)
{
    struct gs_reader *r = &w->reader;
    const struct gs_event_ring *ring = &api_of(w)->feed.ring;
    const int64_t end = gs_ring_end(ring);
    int32_t count = 0;
    struct gs_json j = {0};
    for (int64_t seq = r->position + 1; seq <= end; seq++) {
        const struct gs_durable_event *e = gs_ring_at(ring, seq)->event;
        if (gs_reader_wants(r, e)) {
            if (count == w->limit) {
                break;
            }
            if (count == 0) {
                j = begin_page(w);
            }
            gs_json_raw(&j, NULL, e->json, e->len);
            count++;
        }
        r->position = seq;
    }
    if (count == 0) {
        return false;
    }
    r->state = GS_READER_BUSY; /* its position is its own */
    gs_reader_leave(r);
    send_page(w, &j, r->position < end);
    return true;
}

/* True: what is behind its position is kept in memory, and told without sentences. */
static bool has_ring(const struct gs_wait *w)
{
    return !w->told && !w->last && w->reader.filter.since_ms == 0 &&
           gs_ring_has_behind(&api_of(w)->feed.ring, w->reader.position);
}

/* There is nothing for it up to its position: it looks further, or waits. */
static void look_on(struct gs_wait *w)
{
    struct gs_reader *r = &w->reader;
    if (has_ring(w)) {
        if (answer_from_ring(w)) {
            return;
        }
    } else if (api_of(w)->feed.durable_seq > r->position) {
        ask(w);
        return;
    }
    if (to_end(w) || !wait_on(w)) {
        finish_wait(w, NULL, 0, false);
        return;
    }
    gs_reader_follow(r);
}

/* The number was given out in an epoch that ended when the store was put back. */
static void refuse_lost(struct gs_wait *w, const struct gs_answer *answer)
{
    struct gs_outcome *o = &api_of(w)->outcome;
    char after[24];
    memset(o, 0, sizeof *o);
    o->code = GS_CODE_RESET;
    o->used = answer->last_seq;
    o->limit = answer->scanned_seq;
    (void)snprintf(after, sizeof after, "%lld", (long long)w->reader.position);
    gs_reply_problem(w->reader.x, &(struct gs_problem){.code = o->code, .outcome = o, .what = after, .command = -1});
}

/* With nothing found the next question begins where this one ended: what it has looked at is not looked at again. */
static void go_on(struct gs_wait *w, struct gs_answer *answer)
{
    struct gs_reader *r = &w->reader;
    if (answer->scanned_seq > r->position) {
        r->position = answer->scanned_seq;
    }
    if (answer->event_count > 0 && w->told) {
        end_wait(w);
        tell(w, answer);
    } else if (answer->event_count > 0 || to_end(w)) {
        finish_wait(w, answer->events, answer->event_count, answer->more);
    } else if (!wait_on(w)) {
        finish_wait(w, NULL, 0, answer->more);
    } else if (answer->more) {
        ask(w);
    } else {
        look_on(w);
    }
}

static void events_found(void *arg, struct gs_answer *answer)
{
    struct gs_wait *w = arg;
    w->reader.asking = false;
    if (gs_reader_turned_away(&w->reader)) {
        return;
    }
    if (answer->err == GS_E_RANGE) {
        gs_reader_leave(&w->reader);
        refuse_lost(w, answer);
    } else if (answer->err != GS_OK) {
        gs_reader_leave(&w->reader);
        gs_query_failed(w->reader.x, answer->err);
    } else {
        go_on(w, answer);
    }
}

/* ---- while it waits ---- */

static void serve(struct gs_reader *r)
{
    struct gs_wait *w = (struct gs_wait *)r;
    if (r->asking) {
        return;
    }
    look_on(w);
}

static void second(struct gs_reader *r)
{
    struct gs_wait *w = (struct gs_wait *)r;
    w->left_s--;
    if (!r->asking && to_end(w)) {
        finish_wait(w, NULL, 0, false);
    } else if (!r->asking && r->state == GS_READER_BUSY) {
        gs_reader_pend(r); /* the store could not be asked */
    }
}

static void hurry(struct gs_reader *r)
{
    struct gs_wait *w = (struct gs_wait *)r;
    if (r->feed != NULL && !r->asking) {
        finish_wait(w, NULL, 0, false);
    }
    /* While the store answers, what it says is the answer: go_on sees that there is no time to wait. */
}

static const struct gs_reader_kind wait_kind = {.serve = serve,
                                                .second = second,
                                                .hurry = hurry,
                                                .turn_away = turn_away,
                                                .finish = free_own,
                                                .counts = offsetof(struct gs_feed, waiting)};

static bool begin(struct gs_call *c, struct gs_wait *w, const struct gs_events_asked *asked)
{
    const char *whose = gs_visible_owner(&c->caller->actor);
    struct gs_reader *r = &w->reader;
    r->kind = &wait_kind;
    r->x = c->x;
    r->position = asked->after;
    r->filter = asked->filter;
    c->x->state_free = gs_reader_free;
    w->left_s = asked->wait_s;
    w->limit = (int32_t)asked->limit;
    w->last = asked->last;
    w->told = asked->told;
    return whose != NULL && gs_text_copy(r->whose, sizeof r->whose, whose);
}

void gs_handle_events(struct gs_call *c)
{
    struct gs_events_asked asked;
    if (!gs_events_take_list(c, &asked)) {
        gs_reply_faults(c->x, &c->api->faults);
        return;
    }
    struct gs_wait *w = gs_query_state(c->x, sizeof *w);
    if (w == NULL) {
        return;
    }
    if (!begin(c, w, &asked)) {
        gs_reply_not_found(c->x);
        return;
    }
    if (has_ring(w)) {
        look_on(w);
        return;
    }
    ask(w);
    if (!w->reader.asking) {
        gs_reply_code(c->x, GS_CODE_OVERLOADED);
    }
}
