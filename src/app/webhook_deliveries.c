/* Answers for which events are sent to webhooks when, and what becomes of it: reads the events that are on disk, some at a time, hands those that are due to
 * the thread that sends, and takes note of the outcome. It never waits, and what it does in one turn of the loop is bounded. */
#include "webhooks.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateslot/base/json.h"
#include "gateslot/base/log.h"
#include "gateslot/base/text.h"

enum {
    PUMP_MS = 20,      /* events of so long are read together */
    PAGE = 100,        /* of events, in one question */
    QUESTIONS_MAX = 8, /* under way, of all webhooks */
    ID_TEXT = 64,
    MESSAGE_MAX = 1 << 20 /* bytes of a body */
};

/* One message, while it is read or sent. */
struct delivery {
    struct delivery *prev, *next;
    struct gs_app_webhooks *hooks;
    int64_t id, seq;
    uint64_t life;
    /* of a test */
    gs_webhook_test_done tested;
    void *arg;
    char text[ID_TEXT];
};

static struct delivery *new_delivery(struct gs_app_webhooks *w, const struct gs_hook *h, int64_t seq)
{
    struct delivery *d = calloc(1, sizeof *d);
    if (d == NULL) {
        return NULL;
    }
    d->hooks = w;
    d->seq = seq;
    d->id = h != NULL ? h->row.id : 0;
    d->life = h != NULL ? h->life : 0;
    d->next = w->deliveries;
    if (d->next != NULL) {
        d->next->prev = d;
    }
    w->deliveries = d;
    return d;
}

static void free_delivery(struct delivery *d)
{
    if (d->prev != NULL) {
        d->prev->next = d->next;
    } else {
        d->hooks->deliveries = d->next;
    }
    if (d->next != NULL) {
        d->next->prev = d->prev;
    }
    free(d);
}

/* ---- outcomes ---- */

static const struct gs_actor daemon_itself = {.role = GS_ROLE_SYSTEM, .name = "gateslotd"};

static void tell_disabled(struct gs_app_webhooks *w, struct gs_hook *h)
{
    struct gs_command c = {.kind = GS_CMD_NOTE, .actor = daemon_itself, .if_version = -1};
    struct gs_outcome *out = calloc(1, sizeof *out);
    if (out == NULL) {
        return; /* it is tried again each second */
    }
    c.u.note.type = GS_EV_WEBHOOK_DISABLED;
    c.u.note.number = (int32_t)h->row.off;
    (void)gs_text_copy(c.u.note.subject, sizeof c.u.note.subject, h->row.name);
    w->app->service.apply(w->app->service.self, &c, out);
    h->off_untold = out->code != GS_CODE_OK;
    free(out);
}

void gs_app_hook_disable(struct gs_app_webhooks *w, struct gs_hook *h, enum gs_webhook_off cause)
{
    h->row.off = cause;
    h->off_untold = h->dirty = true;
    gs_log(GS_LOG_WARNING, "webhook_disabled", "name=%s cause=%s result=%s status=%d", h->row.name,
           gs_webhook_off_name(cause), gs_webhook_result_name(h->row.result), (int)h->row.status);
    tell_disabled(w, h);
    gs_app_webhooks_flush(w->app);
}

static void note_delivered(struct gs_app *app, struct gs_hook *h, int64_t seq)
{
    const int64_t now_ms = gs_app_now(app);
    gs_hook_queue_delivered(&h->queue, seq, now_ms);
    if (h->row.failing_ms != 0) {
        gs_log(GS_LOG_NOTICE, "webhook", "name=%s note=\"delivers again\" failures=%d", h->row.name,
               (int)h->row.failures);
    }
    h->row.delivered_ms = now_ms;
    h->row.failing_ms = 0;
    h->row.failures = 0;
    h->dirty = true;
}

static void note_failed(struct gs_app_webhooks *w, struct gs_hook *h, int64_t seq, const struct gs_sent *sent)
{
    const int64_t now_ms = gs_app_now(w->app);
    const bool goes_on = gs_hook_queue_failed(&h->queue, seq, now_ms, sent->after_s);
    if (h->row.failing_ms == 0) {
        h->row.failing_ms = now_ms;
        gs_log(GS_LOG_WARNING, "webhook", "name=%s result=%s status=%d note=\"not delivered; it is tried again\"",
               h->row.name, gs_webhook_result_name(sent->result), (int)sent->status);
    }
    h->row.attempt_ms = now_ms;
    h->row.result = sent->result;
    h->row.status = sent->status;
    h->row.failures += h->row.failures < INT32_MAX ? 1 : 0;
    h->dirty = true;
    if (h->row.off != GS_WEBHOOK_ON) {
        return;
    }
    if (sent->status == 410) {
        gs_app_hook_disable(w, h, GS_WEBHOOK_OFF_GONE);
    } else if (!goes_on) {
        gs_app_hook_disable(w, h, GS_WEBHOOK_OFF_FAILING);
    }
}

static void was_sent(void *arg, const struct gs_sent *sent)
{
    struct delivery *d = arg;
    struct gs_app_webhooks *w = d->hooks;
    struct gs_hook *h = gs_app_hook_find(w, d->id, d->life);
    w->outcomes[sent->result]++;
    if (h != NULL && sent->result == GS_WEBHOOK_DELIVERED) {
        note_delivered(w->app, h, d->seq);
    } else if (h != NULL) {
        note_failed(w, h, d->seq, sent);
    }
    free_delivery(d);
    gs_app_webhooks_pump_soon(w);
}

/* ---- sent ---- */

/* False: it could not be; it does not fly any more. */
static bool send_event(struct gs_app_webhooks *w, struct gs_hook *h, struct delivery *d, const char *text, size_t len)
{
    char id[ID_TEXT], type[48], at[GS_RFC3339_TEXT];
    struct gs_buf body;
    gs_buf_init(&body, MESSAGE_MAX);
    (void)snprintf(id, sizeof id, "msg_%016" PRIx64 "_%" PRId64, (uint64_t)h->row.id, d->seq);
    int err = gs_hook_event_member(text, "type", type, sizeof type) && gs_hook_event_member(text, "at", at, sizeof at)
                  ? GS_OK
                  : GS_E_CORRUPT;
    if (err == GS_OK) {
        gs_hook_write_body(&body, type, at, text, len);
        err = gs_hook_send(w, &h->row, id, &body, was_sent, d);
    }
    gs_buf_finish(&body);
    if (err != GS_OK) {
        gs_hook_queue_back(&h->queue, d->seq);
        free_delivery(d);
    }
    return err == GS_OK;
}

/* Its text, which was let go after an attempt, has come from the store. */
static void text_found(void *arg, struct gs_answer *answer)
{
    struct delivery *d = arg;
    struct gs_app_webhooks *w = d->hooks;
    struct gs_hook *h = gs_app_hook_find(w, d->id, d->life);
    if (h == NULL || h->row.off != GS_WEBHOOK_ON || w->ended || answer->err != GS_OK || answer->event_count == 0) {
        if (h != NULL) {
            gs_hook_queue_back(&h->queue, d->seq);
        }
        free_delivery(d);
        return;
    }
    (void)send_event(w, h, d, answer->events[0].json, answer->events[0].len);
}

static bool fly(struct gs_app_webhooks *w, struct gs_hook *h, const struct gs_hook_entry *e)
{
    struct delivery *d = new_delivery(w, h, e->seq);
    if (d == NULL) {
        gs_hook_queue_back(&h->queue, e->seq);
        return false;
    }
    if (e->text != NULL) {
        return send_event(w, h, d, e->text, e->text_len);
    }
    const struct gs_query q = {.kind = GS_QUERY_HISTORY, .u.history = {.last_event = e->seq, .limit = 1}};
    if (w->app->service.query(w->app->service.self, &q, text_found, d) != GS_OK) {
        gs_hook_queue_back(&h->queue, e->seq);
        free_delivery(d);
        return false;
    }
    return true;
}

/* ---- read ---- */

static uint64_t types_of(const char *words)
{
    uint64_t types = 0;
    while (*words != '\0') {
        const size_t len = strcspn(words, ",");
        types |= gs_event_types_named(words, len);
        words += len + (words[len] == ',' ? 1 : 0);
    }
    return types;
}

static void events_found(void *arg, struct gs_answer *answer)
{
    struct delivery *d = arg;
    struct gs_app_webhooks *w = d->hooks;
    struct gs_hook *h = gs_app_hook_find(w, d->id, d->life);
    free_delivery(d);
    if (h == NULL) {
        return;
    }
    h->asking = false;
    int err = answer->err == GS_E_RANGE ? GS_OK : answer->err;
    if (answer->err == GS_E_RANGE) { /* those behind the cursor are there no longer */
        h->row.lost_ms = gs_app_now(w->app);
        gs_log(GS_LOG_WARNING, "webhook", "name=%s note=\"events behind %lld are there no longer\"", h->row.name,
               (long long)h->queue.scanned);
    }
    for (size_t i = 0; i < answer->event_count && err == GS_OK; i++) {
        const struct gs_event_text *t = &answer->events[i];
        int64_t at_ms = 0;
        at_ms = gs_event_at(t->json, t->len, &at_ms) == GS_OK ? at_ms : 0;
        err = gs_hook_queue_add(&h->queue, t->seq, gs_hook_event_booking(t->json), at_ms, t->json, t->len);
    }
    if (err == GS_OK) {
        gs_hook_queue_scanned(&h->queue, answer->scanned_seq);
        h->dirty = true;
        gs_app_webhooks_pump(w);
    } /* else it is asked again within a second: what was added stays */
}

static size_t questions_of(const struct gs_app_webhooks *w)
{
    size_t count = 0;
    for (size_t i = 0; i < w->count; i++) {
        count += w->list[i]->asking ? 1 : 0;
    }
    return count;
}

static void read_on(struct gs_app_webhooks *w, struct gs_hook *h)
{
    const size_t room = gs_hook_queue_room(&h->queue);
    if (h->asking || room == 0 || h->queue.scanned >= w->app->durable_seq || questions_of(w) >= QUESTIONS_MAX) {
        return;
    }
    struct gs_query q = {.kind = GS_QUERY_EVENTS};
    q.u.events.after = h->queue.scanned;
    q.u.events.limit = room < PAGE ? (int32_t)room : PAGE;
    q.u.events.filter.types = types_of(h->row.types);
    q.u.events.to_all = UINT64_C(1) << GS_EV_STORE_RESTORED; /* that numbers are given anew concerns every receiver */
    (void)gs_text_copy(q.u.events.owner, sizeof q.u.events.owner, h->row.owner);
    struct delivery *d = new_delivery(w, h, 0);
    if (d == NULL) {
        return;
    }
    h->asking = w->app->service.query(w->app->service.self, &q, events_found, d) == GS_OK;
    if (!h->asking) {
        free_delivery(d);
    }
}

/* ---- driven ---- */

static void on_pump(evutil_socket_t fd, short what, void *arg)
{
    struct gs_app_webhooks *w = arg;
    (void)fd;
    (void)what;
    w->soon = false;
    gs_app_webhooks_pump(w);
}

static bool schedule(struct gs_app_webhooks *w, int64_t wait_ms)
{
    const int64_t longest = 60 * 1000; /* the wall clock may have been set meanwhile: look again */
    const int64_t ms = wait_ms < PUMP_MS ? PUMP_MS : wait_ms < longest ? wait_ms : longest;
    const struct timeval tv = {.tv_sec = ms / 1000, .tv_usec = (ms % 1000) * 1000};
    if (w->pump == NULL) {
        w->pump = evtimer_new(w->app->base, on_pump, w);
    }
    return w->pump != NULL && event_add(w->pump, &tv) == 0;
}

/* What may be sent of one, and how long until there may be more by itself. */
static int64_t pump_one(struct gs_app_webhooks *w, struct gs_hook *h)
{
    const int64_t now_ms = gs_app_now(w->app);
    bool flies = true;
    for (struct gs_hook_entry *e; flies && (e = gs_hook_queue_next(&h->queue, now_ms)) != NULL;) {
        flies = fly(w, h, e);
    }
    read_on(w, h);
    const int64_t due_ms = gs_hook_queue_due(&h->queue);
    return !flies ? 1000 : due_ms == INT64_MAX ? INT64_MAX : gs_clock_wait(&w->app->clock, due_ms);
}

void gs_app_webhooks_pump(struct gs_app_webhooks *w)
{
    int64_t wait_ms = INT64_MAX;
    for (size_t i = 0; i < w->count && !w->ended; i++) {
        if (w->list[i]->row.off == GS_WEBHOOK_ON) {
            const int64_t ms = pump_one(w, w->list[i]);
            wait_ms = ms < wait_ms ? ms : wait_ms;
        }
    }
    if (wait_ms != INT64_MAX && !w->soon) {
        (void)schedule(w, wait_ms);
    }
}

/* Events that come one after the other are read together: so what is asked for already is not put off. */
void gs_app_webhooks_pump_soon(struct gs_app_webhooks *w)
{
    if (w->count > 0 && !w->ended && !w->soon) {
        w->soon = schedule(w, 0);
    }
}

void gs_app_webhooks_wake(struct gs_app *app)
{
    gs_app_webhooks_pump_soon(app->webhooks);
}

void gs_app_webhooks_second(struct gs_app *app)
{
    struct gs_app_webhooks *w = app->webhooks;
    for (size_t i = 0; i < w->count; i++) {
        if (w->list[i]->off_untold) {
            tell_disabled(w, w->list[i]);
        }
    }
    gs_app_webhooks_flush(app);
    gs_app_webhooks_pump_soon(w);
}

/* ---- tried ---- */

static void test_was_sent(void *arg, const struct gs_sent *sent)
{
    struct delivery *d = arg;
    struct gs_app_webhooks *w = d->hooks;
    struct gs_hook *h = gs_app_hook_find(w, d->id, d->life);
    const struct gs_webhook_tested t = {
        .result = sent->result, .status = sent->status, .duration_ms = sent->duration_ms, .id = d->text};
    if (h != NULL && sent->result == GS_WEBHOOK_DELIVERED && h->row.off == GS_WEBHOOK_ON) {
        gs_hook_queue_hurry(&h->queue); /* it is there: what waits need not wait longer */
        gs_app_webhooks_pump_soon(w);
    }
    d->tested(d->arg, &t);
    free_delivery(d);
}

int gs_app_webhook_test(struct gs_app *app, const struct gs_webhook *row, gs_webhook_test_done done, void *arg)
{
    struct gs_app_webhooks *w = app->webhooks;
    char at[GS_RFC3339_TEXT];
    struct gs_buf data, body;
    struct gs_json j;
    struct delivery *d = new_delivery(w, NULL, 0);
    if (d == NULL) {
        return GS_E_NOMEM;
    }
    for (size_t i = 0; i < w->count; i++) {
        d->life = w->list[i]->row.id == row->id ? w->list[i]->life : d->life;
    }
    d->id = row->id;
    d->tested = done;
    d->arg = arg;
    (void)snprintf(d->text, sizeof d->text, "msg_%016" PRIx64 "_test_%" PRIu64, (uint64_t)row->id, ++w->tests);
    gs_rfc3339_format(gs_app_now(app), app->config->rules.tz, at);
    gs_buf_init(&data, MESSAGE_MAX);
    gs_buf_init(&body, MESSAGE_MAX);
    gs_json_init(&j, &data);
    gs_json_object(&j, NULL);
    gs_json_str(&j, "webhook", row->name);
    gs_json_end_object(&j);
    gs_hook_write_body(&body, "webhook.test", at, data.data, data.len);
    int err = gs_hook_send(w, row, d->text, &body, test_was_sent, d);
    gs_buf_finish(&data);
    gs_buf_finish(&body);
    if (err != GS_OK) {
        free_delivery(d);
    }
    return err;
}

/* ---- begun and ended ---- */

int gs_app_webhooks_start(struct gs_app *app)
{
    struct gs_app_webhooks *w = calloc(1, sizeof *w);
    if (w == NULL) {
        return GS_E_NOMEM;
    }
    w->app = app;
    int err = gs_sender_create("gateslot/" GATESLOT_VERSION, &w->sender);
    if (err != GS_OK) {
        free(w);
        return err;
    }
    app->webhooks = w;
    gs_app_webhooks_configure(app);
    return GS_OK;
}

void gs_app_webhooks_end(struct gs_app *app)
{
    gs_app_webhooks_flush(app);
    app->webhooks->ended = true;
}

void gs_app_webhooks_finish(struct gs_app *app)
{
    struct gs_app_webhooks *w = app->webhooks;
    if (w == NULL) {
        return;
    }
    gs_sender_destroy(w->sender);
    for (struct delivery *d = w->deliveries, *next; d != NULL; d = next) {
        next = d->next;
        free(d);
    }
    gs_app_webhooks_forget(app);
    struct event *events[] = {w->sent, w->pump};
    for (size_t i = 0; i < sizeof events / sizeof events[0]; i++) {
        if (events[i] != NULL) {
            event_free(events[i]);
        }
    }
    free(w);
    app->webhooks = NULL;
}
