/* The call that books many at once: each request is decided as if it had come alone, one after the other in the same turn, under its own key, and
 * has its own outcome. With Prefer: all-or-nothing (RFC 7240) they stand or fall together: what the single call would answer with 2xx is a
 * success, so one that may wait (waitlist) and has to is one too, because that was asked for truck by truck; where one fails none is
 * booked, nothing is kept under any key, and the answer has the first failure's status.
 *
 * Where a key is known its kept answer is fetched before anything is decided, by asking the store and beginning anew when all have come: so all is
 * decided in one turn. What stands in the answer of a booking is how it stands when the last was decided. */
#include "auth.h"
#include "batch_items.h"
#include "booking_json.h"
#include "codec.h"
#include "gateslot/base/text.h"
#include "handlers.h"
#include "idem.h"
#include "query_store.h"
#include "reply.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the answers kept under keys that are known ---- */

struct batch_kept {
    struct batch_fetched *of;
    bool is_there, failed;
    char key[GS_IDEMPOTENCY_KEY_MAX + 1];
    int32_t status;
    char *body; /* owned */
    size_t body_len;
};

struct batch_fetched { /* x->state */
    struct gs_exchange *x;
    size_t pending;
    struct batch_kept at[GS_BATCH_MAX];
};

static void fetched_free(void *state)
{
    struct batch_fetched *f = state;
    for (size_t i = 0; i < GS_BATCH_MAX; i++) {
        free(f->at[i].body);
    }
    free(f);
}

static void one_came(struct batch_fetched *f)
{
    if (--f->pending == 0) {
        gs_api_of(f->x)->work.handle(f->x);
    }
}

/* A batch that found the disk full gives its rows to the next one: by now another's answer may stand in this row. */
static void take_kept(struct batch_kept *k, const struct gs_answer *answer)
{
    const struct gs_idem *idem = &answer->idem;
    k->failed = answer->err != GS_OK || strcmp(idem->key, k->key) != 0 ||
                strcmp(idem->owner, gs_caller(k->of->x)->actor.name) != 0;
    k->is_there = true;
    k->body = k->failed ? NULL : malloc(idem->body_len + 1);
    if (k->body == NULL) {
        k->failed = true;
        return;
    }
    memcpy(k->body, idem->body, idem->body_len);
    k->body_len = idem->body_len;
    k->status = idem->status;
    gs_exchange_holds(k->of->x, idem->body_len);
}

static void kept_found(void *arg, struct gs_answer *answer)
{
    struct batch_kept *k = arg;
    take_kept(k, answer);
    one_came(k->of);
}

static struct batch_fetched *state_of(struct gs_exchange *x)
{
    struct batch_fetched *f = x->state;
    if (f == NULL && (f = gs_query_state(x, sizeof *f)) != NULL) {
        x->state_free = fetched_free;
        f->x = x;
    }
    return f;
}

static bool is_retry(const struct gs_call *c, const struct gs_batch_item *item, int64_t *out_row, bool *out_other)
{
    unsigned char known[GS_FINGERPRINT_KEPT];
    bool found = c->service->find_answer(c->service->self, c->caller->actor.name, item->key, known, out_row);
    *out_other = found && memcmp(known, item->fingerprint, sizeof known) != 0;
    return found && !*out_other;
}

static const struct batch_kept *kept_of(const struct gs_exchange *x, size_t i)
{
    const struct batch_fetched *f = x->state;
    return f != NULL && f->at[i].is_there ? &f->at[i] : NULL;
}

static void ask_kept(struct gs_call *c, struct batch_kept *k, const char *key, int64_t row)
{
    const struct gs_query query = {.kind = GS_QUERY_IDEM, .u.row = row};
    (void)gs_text_copy(k->key, sizeof k->key, key);
    k->of->pending++;
    if (c->service->query(c->service->self, &query, kept_found, k) != GS_OK) {
        k->of->pending--;
        k->is_there = k->failed = true;
    }
}

/* True: all are there. False: the call begins anew when they are, or was answered. */
static bool fetch(struct gs_call *c, const struct gs_batch_items *items)
{
    struct batch_fetched *f = NULL;
    for (size_t i = 0; i < items->count; i++) {
        int64_t row;
        bool other;
        if (!is_retry(c, &items->at[i], &row, &other) || kept_of(c->x, i) != NULL) {
            continue;
        }
        if (f == NULL) {
            f = state_of(c->x);
            if (f == NULL) {
                return false;
            }
            f->pending = 1; /* this loop */
        }
        f->at[i].of = f;
        ask_kept(c, &f->at[i], items->at[i].key, row);
    }
    return f == NULL || --f->pending == 0;
}

/* ---- deciding ---- */

struct batch_outcome {
    int status;         /* HTTP */
    int64_t booking_id; /* made now; 0: none */
    size_t from, len;   /* of its body, in bodies; a NUL follows */
    bool is_kept;       /* it was there already */
    bool is_final;      /* a refusal that a retry is to get again */
};

struct batch_deciding {
    struct gs_call *c;
    const struct gs_batch_items *items;
    bool together;
    size_t failures, first_failure, kept;
    struct gs_refused_together refused;
    struct gs_command first_applied; /* if any was refused, the first of those */
    struct gs_buf one, bodies;
    struct batch_outcome at[GS_BATCH_MAX];
};

static void take_body(struct batch_deciding *d, size_t i, int status)
{
    struct batch_outcome *o = &d->at[i];
    o->status = status;
    o->from = d->bodies.len;
    o->len = d->one.len;
    gs_buf_add(&d->bodies, d->one.data, gs_buf_status(&d->one) == GS_OK ? d->one.len : 0);
    gs_buf_char(&d->bodies, '\0');
    if (status >= 400 && d->failures++ == 0) {
        d->first_failure = i;
    }
}

static void take_problem(struct batch_deciding *d, size_t i, const struct gs_problem *p)
{
    gs_buf_clear(&d->one);
    gs_problem_write(&d->one, d->c->x, p);
    take_body(d, i, gs_code_status(p->code));
}

static void take_code(struct batch_deciding *d, size_t i, enum gs_code code)
{
    take_problem(d, i, &(struct gs_problem){.code = code, .command = -1});
}

static void give_kept(struct batch_deciding *d, size_t i, const struct batch_kept *kept)
{
    if (kept == NULL || kept->failed) {
        take_code(d, i, GS_CODE_OVERLOADED);
        return;
    }
    gs_buf_clear(&d->one);
    gs_buf_add(&d->one, kept->body, kept->body_len);
    take_body(d, i, kept->status);
    d->at[i].is_kept = true;
    d->kept++;
    d->c->api->count.replayed++;
}

/* Too many of his requests were refused, this one is not looked at. */
static void refuse_rate(struct batch_deciding *d, size_t i, const struct gs_rate_excess *excess)
{
    char wait[24], per_second[24];
    (void)snprintf(wait, sizeof wait, "%lld", (long long)excess->wait_s);
    (void)snprintf(per_second, sizeof per_second, "%d", (int)excess->rate->per_second);
    take_problem(d, i,
                 &(struct gs_problem){.code = GS_CODE_RATE_LIMITED,
                                      .detail = gs_rate_words(excess->kind),
                                      .what = wait,
                                      .other = per_second,
                                      .command = -1});
}

/* What the one is told whose truck, container or reference is that of another of a batch of which nothing will stand. */
static const struct gs_words same_in_batch = {
    {"与本批的 {what} 是同一车辆、同一箱或同一参考号。",
     "Its truck, container or reference is that of {what} of the same batch."}};

static const char *earlier_item(const struct batch_deciding *d, size_t i, char room[GS_POINTER_MAX + 1])
{
    const int64_t id = d->together ? d->c->api->outcome.other_id : 0;
    for (size_t k = 0; k < i && id != 0; k++) {
        if (d->at[k].booking_id == id) {
            return gs_fault_pointer(room, "/bookings/%zu", k);
        }
    }
    return NULL;
}

static void take_refusal(struct batch_deciding *d, size_t i, const struct gs_command *command)
{
    struct gs_outcome *o = &d->c->api->outcome;
    char room[GS_POINTER_MAX + 1];
    struct gs_problem p = {.code = o->code, .outcome = o, .what = "/v1/bookings", .command = (int)command->kind};
    const char *other = earlier_item(d, i, room);
    if (other != NULL) { /* which has an id only until all is undone */
        o->other_id = 0;
        p.detail = &same_in_batch;
        p.what = other;
    }
    take_problem(d, i, &p);
    d->at[i].is_final = gs_idem_final(o);
}

static void note_applied(struct batch_deciding *d, const struct gs_command *command, enum gs_code code)
{
    const bool first_refusal = code != GS_CODE_OK && d->refused.code == GS_CODE_OK;
    d->refused.count++;
    if (first_refusal || d->refused.command == NULL) {
        d->first_applied = *command;
        d->refused.command = &d->first_applied;
        d->refused.code = code;
    }
}

static void decide(struct batch_deciding *d, size_t i)
{
    struct gs_call *c = d->c;
    struct gs_faults *faults = &c->api->faults;
    struct gs_command command = {.actor = c->caller->actor, .if_version = -1};
    faults->count = 0;
    gs_codec_booking(d->items->at[i].request, &command, faults);
    if (faults->count > 0) {
        const struct gs_book *book =
            d->together ? c->service->book(c->service->self) : c->service->apply_due(c->service->self);
        gs_book_request_faults(book, &command, faults);
        take_problem(d, i, &(struct gs_problem){.code = GS_CODE_VALIDATION, .faults = faults, .command = -1});
        return;
    }
    gs_rates_apply(c, &command, &c->api->outcome);
    note_applied(d, &command, c->api->outcome.code);
    if (c->api->outcome.code == GS_CODE_OK) {
        d->at[i].booking_id = c->api->outcome.booking->id;
    } else {
        take_refusal(d, i, &command);
    }
}

static void decide_one(struct batch_deciding *d, size_t i)
{
    struct gs_call *c = d->c;
    struct gs_rate_excess excess;
    struct gs_key_room room;
    struct gs_problem p;
    int64_t row;
    bool other;
    const bool retry = is_retry(c, &d->items->at[i], &row, &other);
    if (retry) {
        give_kept(d, i, kept_of(c->x, i));
    } else if (other) {
        take_code(d, i, GS_CODE_IDEMPOTENCY_KEY_REUSED);
    } else if (!c->service->key_room(c->service->self, c->caller->actor.name, &room)) {
        gs_idem_room_problem(c, &room, &p);
        take_problem(d, i, &p);
    } else if (!gs_rates_may_change(c->api, c->x, &excess)) {
        refuse_rate(d, i, &excess);
    } else {
        decide(d, i);
    }
}

/* ---- how the bookings stand, and what is kept ---- */

static void keep(struct batch_deciding *d, size_t i, const struct gs_booking *b)
{
    const struct batch_outcome *o = &d->at[i];
    struct gs_idem answer = {.status = o->status,
                             .lang = b != NULL ? GS_LANG_NONE : d->c->caller->lang,
                             .body = d->bodies.data + o->from,
                             .body_len = o->len};
    if (b != NULL) {
        static const char head[] = "/v1/bookings/";
        answer.etag = b->version;
        memcpy(answer.location, head, sizeof head - 1);
        gs_booking_id_format(b->id, answer.location + sizeof head - 1);
    }
    gs_idem_keep_as(d->c, d->items->at[i].key, d->items->at[i].fingerprint, &answer);
}

static void show_booking(struct batch_deciding *d, size_t i, const struct gs_booking *b)
{
    const struct gs_service *service = d->c->service;
    struct gs_json j;
    gs_buf_clear(&d->one);
    gs_json_init(&j, &d->one);
    gs_json_booking(&j, NULL, b, gs_book_waitlist_position(service->book(service->self), b),
                    service->rules(service->self)->tz, GS_SHOW_WHOLE);
    take_body(d, i, b->status == GS_WAITLISTED ? 202 : 201);
}

static void conclude(struct batch_deciding *d, bool stands)
{
    const struct gs_book *book = d->c->service->book(d->c->service->self);
    for (size_t i = 0; i < d->items->count; i++) {
        struct batch_outcome *o = &d->at[i];
        const struct gs_booking *b = o->booking_id != 0 && stands ? gs_book_get(book, o->booking_id) : NULL;
        if (b != NULL) {
            show_booking(d, i, b);
        } else if (o->booking_id != 0) {
            take_code(d, i, GS_CODE_NOT_DONE);
        }
        if (stands && gs_buf_status(&d->bodies) == GS_OK && (b != NULL || o->is_final)) {
            keep(d, i, b);
        }
        gs_batch_counts_part(&d->c->api->count.batches, o->status, o->is_kept, o->booking_id != 0);
    }
    gs_batch_counts_end(&d->c->api->count.batches, d->together, stands);
}

/* ---- the answer ---- */

/* A pointer names a member of the body that was sent; kept, and alone, it is one of the request. No text has these bytes: its quotes are escaped. */
static void add_problem(struct gs_json *j, const char *at, size_t i, struct gs_buf *room)
{
    static const char member[] = "\"pointer\":\"";
    gs_buf_clear(room);
    for (const char *next = strstr(at, member); next != NULL; next = strstr(at, member)) {
        next += sizeof member - 1;
        gs_buf_add(room, at, (size_t)(next - at));
        gs_buf_printf(room, "/bookings/%zu", i);
        at = next;
    }
    gs_buf_str(room, at);
    gs_json_raw(j, "problem", room->data, room->len);
}

static void write_items(struct batch_deciding *d, struct gs_json *j, const char *name)
{
    gs_json_array(j, name);
    for (size_t i = 0; i < d->items->count; i++) {
        const struct batch_outcome *o = &d->at[i];
        gs_json_object(j, NULL);
        gs_json_int(j, "status", o->status);
        if (o->status < 400) {
            gs_json_raw(j, "booking", d->bodies.data + o->from, o->len);
        } else {
            add_problem(j, d->bodies.data + o->from, i, &d->one);
        }
        gs_json_end_object(j);
    }
    gs_json_end_array(j);
}

static void preference_applied(const struct batch_deciding *d, struct gs_reply *reply)
{
    if (d->together) {
        gs_reply_header(reply, "Preference-Applied", "all-or-nothing");
    }
}

static void send_outcomes(struct batch_deciding *d)
{
    struct gs_reply reply = {.status = 200, .content_type = "application/json"};
    struct gs_json j = gs_reply_begin(d->c->x);
    gs_json_object(&j, NULL);
    write_items(d, &j, "items");
    gs_json_end_object(&j);
    if (d->failures > 0) {
        gs_reply_header(&reply, "Content-Language", gs_lang_tag(d->c->caller->lang));
    }
    if (d->kept == d->items->count) {
        gs_reply_header(&reply, "Idempotent-Replayed", "true");
    }
    preference_applied(d, &reply);
    gs_reply_send(d->c->x, &reply);
}

/* By its status a client that repeats by itself what time can heal does so, and no other does. */
static void send_refused(struct batch_deciding *d, int first_status)
{
    char what[GS_POINTER_MAX + 1];
    struct gs_buf items;
    struct gs_json j;
    struct gs_reply reply = {.status = first_status};
    gs_buf_init(&items, GS_OUTPUT_HARD_MAX);
    gs_json_init(&j, &items);
    write_items(d, &j, NULL);
    struct gs_problem p = {.code = GS_CODE_BATCH_REFUSED,
                           .status = first_status,
                           .what = gs_fault_pointer(what, "/bookings/%zu", d->first_failure),
                           .items = &items,
                           .command = -1};
    j = gs_reply_begin(d->c->x);
    gs_problem_write(j.out, d->c->x, &p);
    if (first_status == 429 || first_status == 503) {
        gs_reply_header(&reply, "Retry-After", GS_RETRY_AFTER_S);
    }
    preference_applied(d, &reply);
    gs_reply_problem_headers(&reply, p.code, d->c->caller->lang);
    gs_reply_send(d->c->x, &reply);
    gs_buf_finish(&items);
}

static bool any_is_new(const struct gs_call *c, const struct gs_batch_items *items)
{
    for (size_t i = 0; i < items->count; i++) {
        if (kept_of(c->x, i) == NULL) {
            return true;
        }
    }
    return false;
}

static void decide_all(struct batch_deciding *d)
{
    const struct gs_service *service = d->c->service;
    const bool begins = d->together && any_is_new(d->c, d->items);
    const enum gs_code code = begins ? service->together_begin(service->self) : GS_CODE_OK;
    if (code != GS_CODE_OK) {
        gs_reply_code(d->c->x, code);
        return;
    }
    for (size_t i = 0; i < d->items->count; i++) {
        decide_one(d, i);
    }
    const bool stands = !d->together || d->failures == 0;
    const int first_status = d->failures > 0 ? d->at[d->first_failure].status : 0;
    const size_t first_failure = d->first_failure;
    if (begins) {
        service->together_end(service->self, stands, &d->refused);
    }
    conclude(d, stands);
    d->first_failure = first_failure;
    if (gs_buf_status(&d->bodies) != GS_OK) {
        gs_reply_code(d->c->x, GS_CODE_INTERNAL);
    } else if (stands) {
        send_outcomes(d);
    } else {
        send_refused(d, first_status);
    }
}

void gs_handle_book_batch(struct gs_call *c)
{
    struct gs_batch_items *items = gs_batch_items_read(c);
    struct batch_deciding *d = items != NULL ? gs_arena_alloc(&c->api->json, sizeof *d) : NULL;
    if (d == NULL) {
        if (c->api->faults.count > 0) {
            gs_reply_faults(c->x, &c->api->faults);
        } else {
            gs_reply_code(c->x, GS_CODE_OVERLOADED);
        }
        return;
    }
    if ((c->x->state == NULL && !gs_rates_admit_others(c->api, c->x, (int32_t)items->count)) || !fetch(c, items)) {
        return;
    }
    memset(d, 0, sizeof *d);
    d->c = c;
    d->items = items;
    d->together = gs_prefers(gs_request_list(&c->x->request, "prefer", c->api->room), "all-or-nothing");
    gs_buf_init(&d->one, GS_OUTPUT_HARD_MAX);
    gs_buf_init(&d->bodies, GS_OUTPUT_HARD_MAX);
    c->service->gather(c->service->self, true); /* a booking without its key would be made again by a retry */
    decide_all(d);
    c->service->gather(c->service->self, false);
    gs_buf_finish(&d->one);
    gs_buf_finish(&d->bodies);
}
