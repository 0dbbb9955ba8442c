/* The feed as a stream of server-sent events. A stream holds a number, not a queue: whenever its client has taken what was written last, it
 * gets what is behind that number, from the ring of the latest events or, if it is further behind, from the store. So a client that reads slowly costs no
 * more than one that does not, and misses nothing; one that does not read at all is closed by the server's deadline for output. */
#include "auth.h"
#include "event_frames.h"
#include "event_params.h"
#include "event_text.h"
#include "gateslot/base/text.h"
#include "handlers.h"
#include "query_store.h"
#include "reply.h"
#include "visible_events.h"
#include <stddef.h>
#include <string.h>

enum { EVENTS_ASKED = 16 }; /* of the store at once */

struct gs_stream {
    struct gs_reader reader; /* first: the exchange's state */
    int64_t sent_id;         /* the number that the client would come back with */
    int32_t quiet_s;         /* since something was written last */
    bool told;               /* each with its sentence */
    bool begun;              /* its first frame was written */
    bool checked;            /* its position is known to be a number of this store's */
    bool over;               /* to be ended as soon as the store has answered */
};

static struct gs_api *api_of(const struct gs_stream *s)
{
    return gs_api_of(s->reader.x);
}

static void end(struct gs_stream *s)
{
    struct gs_exchange *x = s->reader.x;
    if (s->reader.asking) {
        s->over = true;
        return;
    }
    gs_reader_leave(&s->reader);
    gs_exchange_end(x);
}

static struct gs_buf *begin_frames(struct gs_stream *s)
{
    struct gs_buf *out = &api_of(s)->feed.frames;
    gs_buf_clear(out);
    if (!s->begun) {
        gs_frame_begin(out, s->reader.position);
        s->sent_id = s->reader.position;
        s->begun = true;
    }
    return out;
}

/* The event's JSON with its sentence; false: no memory. */
static bool write_told(const struct gs_stream *s, const struct gs_event_text *e, struct gs_buf *out)
{
    const struct gs_service *service = &api_of(s)->service;
    struct gs_buf sentence;
    struct gs_json j;
    gs_buf_init(out, GS_STORE_EVENT_TEXT_MAX + 4 * GS_SENTENCE_MAX);
    gs_buf_init(&sentence, GS_SENTENCE_MAX);
    gs_json_init(&j, out);
    gs_event_told(&j, e, gs_caller(s->reader.x)->lang, service->rules(service->self), &sentence);
    gs_buf_finish(&sentence);
    if (gs_buf_status(out) == GS_OK) {
        return true;
    }
    gs_buf_finish(out);
    return false;
}

/* All of what goes at once has been written, or nothing was to be written; false: the stream has ended. */
static bool write_frames(struct gs_stream *s, const struct gs_buf *out)
{
    if (out->len == 0) {
        return true;
    }
    s->quiet_s = 0;
    if (gs_buf_status(out) != GS_OK || !gs_exchange_write(s->reader.x, out->data, out->len)) {
        end(s);
        return false;
    }
    return true;
}

/* There is more for it: at once behind the others, or when the client has taken this. */
static void go_on(struct gs_stream *s)
{
    if (gs_exchange_ready(s->reader.x)) {
        gs_reader_pend(&s->reader);
    }
}

/* ---- from the ring ---- */

/* Made for the first who asks, kept for the others; NULL: no memory. */
static const char *told_of(const struct gs_stream *s, struct gs_ring_event *kept, size_t *out_len)
{
    const enum gs_lang lang = gs_caller(s->reader.x)->lang;
    const struct gs_event_text event = {kept->event->seq, kept->event->len, kept->event->json};
    struct gs_buf text;
    if (kept->told[lang] == NULL && write_told(s, &event, &text)) {
        kept->told[lang] = text.data;
        kept->told_len[lang] = text.len;
    }
    *out_len = kept->told_len[lang];
    return kept->told[lang];
}

/* False: no memory. */
static bool frame_kept(struct gs_stream *s, struct gs_ring_event *kept, struct gs_buf *out)
{
    const struct gs_durable_event *e = kept->event;
    const char *type = gs_event_type_name(e->type);
    size_t len = e->len;
    const char *json = s->told ? told_of(s, kept, &len) : e->json;
    if (json == NULL) {
        return false;
    }
    gs_frame_event(out, e->seq, type, strlen(type), json, len);
    s->sent_id = e->seq;
    s->reader.feed->streamed++;
    return true;
}

/* Writes what the ring has behind its position, as much as goes at once. */
static void write_kept(struct gs_stream *s)
{
    struct gs_reader *r = &s->reader;
    const struct gs_event_ring *ring = &r->feed->ring;
    const int64_t last = gs_ring_end(ring);
    struct gs_buf *out = begin_frames(s);
    while (r->position < last && out->len < GS_STREAM_BYTES) {
        struct gs_ring_event *kept = gs_ring_at(ring, r->position + 1);
        if (gs_reader_wants(r, kept->event) && !frame_kept(s, kept, out)) {
            end(s);
            return;
        }
        r->position++;
    }
    const bool has_all = r->position >= last;
    if (!write_frames(s, out)) {
        return;
    }
    if (has_all) {
        gs_reader_follow(r);
    } else {
        go_on(s);
    }
}

/* ---- from the store ---- */

static void events_found(void *arg, struct gs_answer *answer);

static void ask(struct gs_stream *s)
{
    struct gs_reader *r = &s->reader;
    const struct gs_service *service = &api_of(s)->service;
    struct gs_query query = {.kind = GS_QUERY_EVENTS};
    query.u.events.after = r->position;
    query.u.events.limit = EVENTS_ASKED;
    query.u.events.filter = r->filter;
    (void)gs_text_copy(query.u.events.owner, sizeof query.u.events.owner, r->whose);
    r->asking = r->feed->stream_questions < GS_STREAM_QUESTIONS &&
                service->query(service->self, &query, events_found, s) == GS_OK;
    if (r->asking) {
        r->feed->stream_questions++;
    } else {
        gs_reader_await_store(r);
    }
}

/* False: no memory. */
static bool frame_stored(const struct gs_stream *s, const struct gs_event_text *e, struct gs_buf *out)
{
    size_t type_len = 0;
    const char *type = gs_event_type_in(e->json, e->len, &type_len);
    struct gs_buf text;
    if (type == NULL) {
        type = "";
    }
    if (!s->told) {
        gs_frame_event(out, e->seq, type, type_len, e->json, e->len);
        return true;
    }
    if (!write_told(s, e, &text)) {
        return false;
    }
    gs_frame_event(out, e->seq, type, type_len, text.data, text.len);
    gs_buf_finish(&text);
    return true;
}

/* As much as goes at once; the rest is asked for again. */
static void write_stored(struct gs_stream *s, const struct gs_answer *answer)
{
    struct gs_reader *r = &s->reader;
    struct gs_buf *out = begin_frames(s);
    size_t n = 0;
    for (; n < answer->event_count && out->len < GS_STREAM_BYTES; n++) {
        if (!frame_stored(s, &answer->events[n], out)) {
            end(s);
            return;
        }
        r->position = s->sent_id = answer->events[n].seq;
        r->feed->streamed++;
    }
    if (n == answer->event_count && answer->scanned_seq > r->position) {
        r->position = answer->scanned_seq;
    }
    s->checked = true;
    if (write_frames(s, out)) {
        go_on(s);
    }
}

/* The number was given out in an epoch that ended when the store was put back, or is none of this store's. */
static void write_reset(struct gs_stream *s, const struct gs_answer *answer)
{
    struct gs_reader *r = &s->reader;
    const struct gs_stream_reset reset = {.asked = r->position,
                                          .oldest_seq = answer->oldest_seq,
                                          .last_seq = answer->last_seq,
                                          .after = answer->scanned_seq};
    struct gs_buf *out = &r->feed->frames;
    gs_buf_clear(out);
    r->position = answer->scanned_seq;
    (void)begin_frames(s);
    gs_frame_reset(out, &reset);
    s->sent_id = r->position;
    s->checked = true;
    if (write_frames(s, out)) {
        go_on(s);
    }
}

static void events_found(void *arg, struct gs_answer *answer)
{
    struct gs_stream *s = arg;
    struct gs_reader *r = &s->reader;
    struct gs_feed *feed = r->feed;
    r->asking = false;
    feed->stream_questions--;
    gs_feed_ask_next(feed);
    if (s->over) {
        end(s);
    } else if (gs_reader_turned_away(r)) {
        ;
    } else if (answer->err == GS_E_RANGE) {
        write_reset(s, answer);
    } else if (answer->err != GS_OK) {
        end(s); /* the client comes back, and if it is so still it is told why */
    } else {
        write_stored(s, answer);
    }
    gs_feed_serve(feed);
}

/* ---- its life ---- */

static void serve(struct gs_reader *r)
{
    struct gs_stream *s = (struct gs_stream *)r;
    if (r->asking) {
        return;
    }
    if (gs_exchange_hurried(r->x)) {
        end(s);
    } else if (!gs_exchange_ready(r->x)) {
        return; /* it says when it is */
    } else if (gs_ring_has_behind(&r->feed->ring, r->position)) {
        write_kept(s);
    } else if (!s->checked || r->position < r->feed->durable_seq) {
        ask(s);
    } else if (write_frames(s, begin_frames(s))) {
        gs_reader_follow(r);
    }
}

static void second(struct gs_reader *r)
{
    struct gs_stream *s = (struct gs_stream *)r;
    s->quiet_s++;
    if (r->asking) {
        return;
    }
    if (gs_exchange_hurried(r->x)) {
        end(s);
    } else if (s->quiet_s >= GS_STREAM_HEARTBEAT_S && s->begun && gs_exchange_ready(r->x)) {
        const int64_t position = gs_reader_position(r);
        struct gs_buf *out = begin_frames(s);
        gs_frame_heartbeat(out, position, position == s->sent_id);
        s->sent_id = position;
        (void)write_frames(s, out);
    }
}

static void hurry(struct gs_reader *r)
{
    end((struct gs_stream *)r);
}

static const struct gs_reader_kind stream_kind = {
    .serve = serve, .second = second, .hurry = hurry, .turn_away = hurry, .counts = offsetof(struct gs_feed, streams)};

static bool begin(struct gs_call *c, struct gs_stream *s, const struct gs_events_asked *asked)
{
    const char *whose = gs_visible_owner(&c->caller->actor);
    struct gs_reader *r = &s->reader;
    r->kind = &stream_kind;
    r->x = c->x;
    r->filter = asked->filter;
    r->position = asked->from_now ? c->api->feed.durable_seq : asked->after;
    c->x->state_free = gs_reader_free;
    s->checked = asked->from_now;
    s->told = asked->told;
    return whose != NULL && gs_text_copy(r->whose, sizeof r->whose, whose) && gs_reader_join(&c->api->feed, r);
}

static bool send_head(struct gs_exchange *x)
{
    struct gs_reply head = {.status = 200, .content_type = "text/event-stream"};
    gs_reply_header(&head, "Cache-Control", "no-store");
    gs_reply_header(&head, "X-Accel-Buffering", "no");
    return gs_reply_stream(x, &head);
}

void gs_handle_event_stream(struct gs_call *c)
{
    struct gs_events_asked asked;
    if (!gs_events_take_stream(c, &asked)) {
        gs_reply_faults(c->x, &c->api->faults);
        return;
    }
    if (c->x->request.method == GS_HEAD) {
        (void)send_head(c->x);
        return;
    }
    if (gs_exchange_hurried(c->x)) { /* there is no place for it, or the server is finishing */
        gs_reply_code(c->x, GS_CODE_OVERLOADED);
        return;
    }
    struct gs_stream *s = gs_query_state(c->x, sizeof *s);
    if (s == NULL) {
        return;
    }
    if (!begin(c, s, &asked)) {
        gs_reply_code(c->x, GS_CODE_OVERLOADED);
    } else if (send_head(c->x)) {
        (void)gs_exchange_ready(c->x); /* it will say so */
    }
}
