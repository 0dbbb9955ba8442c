/* The ledger: see the header. It is written from the batches alone and never from what a store says of them. */
#include "ledger.h"
#include "../store/values.h"
#include "gateslot/base/hash.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t digest_idem(const struct gs_idem *i)
{
    uint64_t sum = gs_fnv_text_nul(GS_FNV_START, i->key);
    sum = gs_fnv_text_nul(sum, i->owner);
    sum = gs_fnv(sum, i->fingerprint, sizeof i->fingerprint);
    sum = gs_fnv(sum, &i->status, sizeof i->status);
    sum = gs_fnv(sum, &i->etag, sizeof i->etag);
    sum = gs_fnv(sum, &i->lang, sizeof i->lang);
    sum = gs_fnv_text_nul(sum, i->location);
    return gs_fnv(sum, i->body, i->body_len);
}

/* ---- written down ---- */

static void add_booking(struct ledger *l, const struct gs_booking *b)
{
    assert(b->id >= 1 && b->id <= LEDGER_BOOKINGS);
    l->bookings[b->id - 1] = *b;
    if ((size_t)b->id > l->booking_count) {
        l->booking_count = (size_t)b->id;
        l->marks.last_booking_id = b->id;
    }
}

/* Of an event's text without what maintenance may erase. */
static uint64_t digest_of(const char *json, size_t len)
{
    struct gs_buf rest;
    gs_buf_init(&rest, 65536);
    uint64_t digest =
        gs_event_erase(json, len, &rest) ? gs_fnv(GS_FNV_START, rest.data, rest.len) : gs_fnv(GS_FNV_START, json, len);
    gs_buf_finish(&rest);
    return digest;
}

static void add_event(struct ledger *l, const struct gs_event *e, const struct gs_tz *tz)
{
    struct gs_buf text;
    assert(e->seq == l->marks.last_seq + 1 && e->seq <= LEDGER_EVENTS);
    gs_buf_init(&text, 1 << 16);
    gs_event_json(e, tz, &text);
    assert(gs_buf_status(&text) == GS_OK);
    l->events[e->seq - 1] = digest_of(text.data, text.len);
    l->marks.last_seq = e->seq;
    gs_buf_finish(&text);
}

static void add_capacity(struct ledger *l, const struct gs_capacity *c, bool reset)
{
    size_t at = 0;
    while (at < l->capacity_count &&
           (l->capacities[at].date != c->date || strcmp(l->capacities[at].window, c->window) != 0)) {
        at++;
    }
    if (reset) {
        if (at < l->capacity_count) {
            l->capacities[at] = l->capacities[--l->capacity_count];
        }
        return;
    }
    assert(at < LEDGER_CAPACITIES);
    l->capacities[at] = *c;
    l->capacity_count += at == l->capacity_count ? 1 : 0;
}

static void add_token(struct ledger *l, const struct gs_token *t, bool revoke)
{
    size_t at = 0;
    while (at < l->token_count && strcmp(l->tokens[at].name, t->name) != 0) {
        at++;
    }
    if (revoke) {
        if (at < l->token_count) {
            l->tokens[at] = l->tokens[--l->token_count];
        }
        return;
    }
    assert(at < LEDGER_TOKENS);
    l->tokens[at] = *t;
    l->token_count += at == l->token_count ? 1 : 0;
}

static void add_user(struct ledger *l, const struct gs_user *u, bool remove)
{
    size_t at = 0;
    while (at < l->user_count && strcmp(l->users[at].name, u->name) != 0) {
        at++;
    }
    if (!remove) {
        assert(at < LEDGER_TOKENS);
        l->users[at] = *u;
        l->user_count += at == l->user_count ? 1 : 0;
    } else if (at < l->user_count) {
        l->users[at] = l->users[--l->user_count];
    }
}

static void add_session(struct ledger *l, const struct gs_session *s, bool close)
{
    size_t at = 0;
    while (at < l->session_count && memcmp(l->sessions[at].hash, s->hash, sizeof s->hash) != 0) {
        at++;
    }
    if (!close) {
        assert(at < LEDGER_TOKENS);
        l->sessions[at] = *s;
        l->session_count += at == l->session_count ? 1 : 0;
    } else if (at < l->session_count) {
        l->sessions[at] = l->sessions[--l->session_count];
    }
}

static void add_retry(struct ledger *l, const struct gs_webhook_retry *r, bool over)
{
    size_t at = 0;
    while (at < l->retry_count && (l->retries[at].webhook != r->webhook || l->retries[at].seq != r->seq)) {
        at++;
    }
    if (!over) {
        assert(at < LEDGER_TOKENS);
        l->retries[at] = *r;
        l->retry_count += at == l->retry_count ? 1 : 0;
    } else if (at < l->retry_count) {
        l->retries[at] = l->retries[--l->retry_count];
    }
}

static void add_webhook(struct ledger *l, const struct gs_webhook *w, bool remove)
{
    size_t at = 0;
    while (at < l->webhook_count && strcmp(l->webhooks[at].name, w->name) != 0) {
        at++;
    }
    if (!remove) {
        assert(at < LEDGER_TOKENS);
        l->webhooks[at] = *w;
        l->webhook_count += at == l->webhook_count ? 1 : 0;
    } else if (at < l->webhook_count) {
        l->webhooks[at] = l->webhooks[--l->webhook_count];
        for (size_t i = l->retry_count; i > 0; i--) {
            if (l->retries[i - 1].webhook == w->id) {
                l->retries[i - 1] = l->retries[--l->retry_count];
            }
        }
    }
}

static void add_idem(struct ledger *l, const struct gs_idem *i)
{
    assert(l->idem_count < LEDGER_IDEMS);
    l->idems[l->idem_count++] =
        (struct ledger_idem){.row = ++l->marks.last_idem_row, .at_ms = i->at_ms, .digest = digest_idem(i)};
}

void ledger_add(struct ledger *l, const struct gs_batch *batch, const struct gs_tz *tz)
{
    for (const struct gs_record *r = batch->first; r != NULL; r = r->next) {
        switch (r->kind) {
        case GS_REC_BOOKING:
            add_booking(l, r->u.booking);
            break;
        case GS_REC_EVENT:
            add_event(l, r->u.event, tz);
            break;
        case GS_REC_CAPACITY:
        case GS_REC_CAPACITY_RESET:
            add_capacity(l, r->u.capacity, r->kind == GS_REC_CAPACITY_RESET);
            break;
        case GS_REC_IDEM:
            add_idem(l, r->u.idem);
            break;
        case GS_REC_TOKEN:
        case GS_REC_TOKEN_REVOKE:
            add_token(l, r->u.token, r->kind == GS_REC_TOKEN_REVOKE);
            break;
        case GS_REC_USER:
        case GS_REC_USER_DELETE:
            add_user(l, r->u.user, r->kind == GS_REC_USER_DELETE);
            break;
        case GS_REC_SESSION:
        case GS_REC_SESSION_CLOSE:
            add_session(l, r->u.session, r->kind == GS_REC_SESSION_CLOSE);
            break;
        case GS_REC_WEBHOOK:
        case GS_REC_WEBHOOK_DELETE:
            add_webhook(l, r->u.webhook, r->kind == GS_REC_WEBHOOK_DELETE);
            break;
        case GS_REC_WEBHOOK_RETRY:
        case GS_REC_WEBHOOK_RETRIED:
            add_retry(l, r->u.retry, r->kind == GS_REC_WEBHOOK_RETRIED);
            break;
        case GS_REC_TURNED_AWAY:
            assert(l->turned_away_count < LEDGER_TURNED_AWAY);
            l->turned_away[l->turned_away_count++] = *r->u.turned_away;
            break;
        case GS_REC_EPOCH:
        case GS_REC_EXCUSED: /* nothing is archived there */
            break;
        }
    }
    if (batch->now_ms > l->marks.now_ms) {
        l->marks.now_ms = batch->now_ms;
    }
}

/* ---- read ---- */

struct reading {
    struct ledger *ledger;
    struct gs_book *book;
    const char *contradiction; /* NULL: none */
};

static int read_booking(struct reading *r, const struct gs_booking *b, bool past)
{
    struct ledger *l = r->ledger;
    if (b->id < 1 || b->id > LEDGER_BOOKINGS) {
        r->contradiction = "a booking that nobody made";
        return GS_E_CORRUPT;
    }
    if (l->bookings[b->id - 1].id != 0) {
        r->contradiction = "a booking is there twice";
        return GS_E_CORRUPT;
    }
    l->bookings[b->id - 1] = *b;
    l->past[b->id - 1] = past;
    l->booking_count = (size_t)b->id > l->booking_count ? (size_t)b->id : l->booking_count;
    return past ? gs_book_restore_past(r->book, b) : gs_book_restore_booking(r->book, b);
}

static int take_booking(void *self, const struct gs_booking *b)
{
    return read_booking(self, b, false);
}

static int take_past(void *self, const struct gs_booking *b)
{
    return read_booking(self, b, true);
}

static int take_capacity(void *self, const struct gs_capacity *c)
{
    struct reading *r = self;
    assert(r->ledger->capacity_count < LEDGER_CAPACITIES);
    r->ledger->capacities[r->ledger->capacity_count++] = *c;
    return gs_book_restore_capacity(r->book, c);
}

static int take_turned_away(void *self, const struct gs_turned_away *t)
{
    struct reading *r = self;
    assert(r->ledger->turned_away_count < LEDGER_TURNED_AWAY);
    r->ledger->turned_away[r->ledger->turned_away_count++] = *t;
    return gs_book_restore_turned_away(r->book, t);
}

static int take_token(void *self, const struct gs_token *t)
{
    struct reading *r = self;
    assert(r->ledger->token_count < LEDGER_TOKENS);
    r->ledger->tokens[r->ledger->token_count++] = *t;
    return GS_OK;
}

static int take_user(void *self, const struct gs_user *u)
{
    struct reading *r = self;
    add_user(r->ledger, u, false);
    return GS_OK;
}

static int take_session(void *self, const struct gs_session *s)
{
    struct reading *r = self;
    add_session(r->ledger, s, false);
    return GS_OK;
}

static int take_webhook(void *self, const struct gs_webhook *w)
{
    struct reading *r = self;
    add_webhook(r->ledger, w, false);
    return GS_OK;
}

static int take_retry(void *self, const struct gs_webhook_retry *retry)
{
    struct reading *r = self;
    add_retry(r->ledger, retry, false);
    return GS_OK;
}

static int take_idem(void *self, int64_t row, const struct gs_idem *i)
{
    struct reading *r = self;
    if (r->ledger->idem_count == LEDGER_IDEMS) {
        r->contradiction = "more kept answers than were given";
        return GS_E_CORRUPT;
    }
    r->ledger->idems[r->ledger->idem_count++] = (struct ledger_idem){.row = row, .at_ms = i->at_ms};
    return GS_OK;
}

static int read_idems(struct reading *r, struct gs_store *store)
{
    int err = GS_OK;
    for (size_t i = 0; i < r->ledger->idem_count && err == GS_OK; i++) {
        struct gs_query q = {.kind = GS_QUERY_IDEM};
        struct gs_answer a;
        q.u.row = r->ledger->idems[i].row;
        gs_store_query(store, &q, &a);
        err = a.err;
        if (err == GS_OK) {
            r->ledger->idems[i].digest = digest_idem(&a.idem);
        }
        gs_answer_finish(&a);
    }
    return err;
}

static int read_events(struct reading *r, struct gs_store *store)
{
    int err = GS_OK;
    bool more = true;
    for (int64_t after = 0; more && err == GS_OK;) {
        struct gs_query q = {.kind = GS_QUERY_EVENTS};
        struct gs_answer a;
        q.u.events.after = after;
        q.u.events.limit = 500;
        gs_store_query(store, &q, &a);
        err = a.err;
        for (size_t i = 0; i < a.event_count && err == GS_OK; i++) {
            const struct gs_event_text *e = &a.events[i];
            err = e->seq == after + 1 && e->seq <= LEDGER_EVENTS ? GS_OK : GS_E_CORRUPT;
            if (err == GS_OK) {
                r->ledger->events[e->seq - 1] = digest_of(e->json, e->len);
                after = e->seq;
            }
        }
        more = a.more;
        gs_answer_finish(&a);
    }
    return err;
}

/* The chain of events whole, the file whole. */
static int check_whole(struct reading *r, struct gs_store *store)
{
    struct gs_query q = {.kind = GS_QUERY_AUDIT};
    struct gs_answer a;
    q.u.row = 1;
    gs_store_query(store, &q, &a);
    int err = a.err;
    if (err == GS_OK && (a.audit.broken_seq != 0 || a.audit.last_seq != r->ledger->marks.last_seq)) {
        r->contradiction = "the chain of events is broken";
        err = GS_E_CORRUPT;
    }
    gs_answer_finish(&a);
    if (err != GS_OK) {
        return err;
    }
    q.kind = GS_QUERY_CHECK;
    gs_store_query(store, &q, &a);
    err = a.err;
    if (err == GS_OK && a.text[0] != '\0') {
        r->contradiction = "the integrity check complains";
        err = GS_E_CORRUPT;
    }
    gs_answer_finish(&a);
    return err;
}

int ledger_read(struct ledger *out, struct gs_store *store, const struct gs_rules *rules, struct gs_book **out_book,
                char *why, size_t why_size)
{
    struct reading r = {.ledger = out};
    *out = (struct ledger){0};
    int err = gs_book_create(rules, &r.book);
    if (err != GS_OK) {
        return err;
    }
    const struct gs_store_sink sink = {.self = &r,
                                       .booking = take_booking,
                                       .past = take_past,
                                       .past_days = 4000,
                                       .capacity = take_capacity,
                                       .turned_away = take_turned_away,
                                       .token = take_token,
                                       .user = take_user,
                                       .session = take_session,
                                       .webhook = take_webhook,
                                       .webhook_retry = take_retry,
                                       .idem = take_idem};
    err = gs_store_load(store, &sink, &out->marks);
    err = err != GS_OK ? err : read_idems(&r, store);
    err = err != GS_OK ? err : read_events(&r, store);
    err = err != GS_OK ? err : check_whole(&r, store);
    err =
        err != GS_OK ? err : gs_book_start(r.book, out->marks.last_booking_id, out->marks.last_seq, out->marks.now_ms);
    if (err == GS_OK) {
        out->book = gs_book_digest(r.book);
        gs_book_erase(r.book, gs_book_first_date(r.book));
        out->book_erased = gs_book_digest(r.book);
    } else {
        (void)snprintf(why, why_size, "%s; %s", r.contradiction != NULL ? r.contradiction : gs_strerror(err),
                       gs_store_message(store));
    }
    if (err == GS_OK && out_book != NULL) {
        *out_book = r.book;
    } else {
        gs_book_destroy(r.book);
    }
    return err;
}

/* ---- compared ---- */

struct verdict {
    char *why;
    size_t size;
};

static enum ledger_fault say(const struct verdict *v, enum ledger_fault fault, const char *what, int64_t number)
{
    (void)snprintf(v->why, v->size, "%s %lld", what, (long long)number);
    return fault;
}

static enum ledger_fault compare_count(const struct verdict *v, const char *what, int64_t expected, int64_t found)
{
    if (expected == found) {
        return LEDGER_SAME;
    }
    (void)snprintf(v->why, v->size, "%s: %lld expected, %lld found", what, (long long)expected, (long long)found);
    return found < expected ? LEDGER_LOST : LEDGER_DUPLICATE;
}

static bool is_erased(const struct gs_booking *b)
{
    return b->truck.driver_name[0] == '\0' && b->truck.driver_phone[0] == '\0';
}

/* The archive may hold what has ended before the date asked for, and must once that is done; likewise with personal data. */
static enum ledger_fault compare_booking(const struct verdict *v, const struct ledger *l, const struct gs_booking *e,
                                         const struct gs_booking *f, bool past)
{
    struct gs_booking expected = *e;
    bool may_be_past = gs_booking_archivable(e, l->archive_before);
    bool may_be_erased = e->wish.date < l->erase_before;
    if (f->id != e->id) {
        return say(v, LEDGER_LOST, "lost is booking", e->id);
    }
    if ((past && !may_be_past) || (!past && may_be_past && l->maintained)) {
        return say(v, LEDGER_OTHER, past ? "archived too early: booking" : "not archived: booking", e->id);
    }
    if (may_be_erased && (is_erased(f) || l->maintained)) {
        expected.truck.driver_name[0] = expected.truck.driver_phone[0] = '\0';
    }
    return same_booking(&expected, f) ? LEDGER_SAME
                                      : say(v, LEDGER_OTHER, "otherwise than acknowledged: booking", e->id);
}

static enum ledger_fault compare_bookings(const struct verdict *v, const struct ledger *e, const struct ledger *f)
{
    enum ledger_fault fault = compare_count(v, "bookings", (int64_t)e->booking_count, (int64_t)f->booking_count);
    for (size_t i = 0; i < e->booking_count && fault == LEDGER_SAME; i++) {
        fault = compare_booking(v, e, &e->bookings[i], &f->bookings[i], f->past[i]);
    }
    return fault;
}

static enum ledger_fault compare_events(const struct verdict *v, const struct ledger *e, const struct ledger *f)
{
    for (int64_t seq = 1; seq <= e->marks.last_seq; seq++) {
        if (e->events[seq - 1] != f->events[seq - 1]) {
            return say(v, LEDGER_OTHER, "otherwise than acknowledged: event", seq);
        }
    }
    return LEDGER_SAME;
}

static bool same_capacity(const struct gs_capacity *a, const struct gs_capacity *b, gs_date erase_before)
{
    bool erased = a->date < erase_before && strcmp(b->reason, GS_ERASED_TEXT) == 0;
    return a->date == b->date && strcmp(a->window, b->window) == 0 && a->capacity == b->capacity &&
           a->slot_capacity == b->slot_capacity && a->closed == b->closed &&
           (erased || strcmp(a->reason, b->reason) == 0);
}

static bool same_token(const struct gs_token *a, const struct gs_token *b)
{
    return strcmp(a->name, b->name) == 0 && a->role == b->role && memcmp(a->hash, b->hash, sizeof a->hash) == 0 &&
           a->created_ms == b->created_ms && a->expires_ms == b->expires_ms && a->used_ms == b->used_ms;
}

static bool same_user(const struct gs_user *a, const struct gs_user *b)
{
    return strcmp(a->name, b->name) == 0 && a->role == b->role && a->lang == b->lang && a->disabled == b->disabled &&
           a->created_ms == b->created_ms && a->used_ms == b->used_ms && strcmp(a->password, b->password) == 0 &&
           strcmp(a->pin, b->pin) == 0;
}

static bool same_session(const struct gs_session *a, const struct gs_session *b)
{
    return memcmp(a->hash, b->hash, sizeof a->hash) == 0 && a->kind == b->kind && strcmp(a->name, b->name) == 0 &&
           a->role == b->role && a->created_ms == b->created_ms && a->expires_ms == b->expires_ms &&
           a->used_ms == b->used_ms;
}

/* In any order. */
static enum ledger_fault compare_people(const struct verdict *v, const struct ledger *e, const struct ledger *f)
{
    enum ledger_fault fault = compare_count(v, "users", (int64_t)e->user_count, (int64_t)f->user_count);
    fault = fault != LEDGER_SAME ? fault
                                 : compare_count(v, "sessions", (int64_t)e->session_count, (int64_t)f->session_count);
    for (size_t i = 0; i < e->user_count && fault == LEDGER_SAME; i++) {
        size_t at = 0;
        while (at < f->user_count && !same_user(&e->users[i], &f->users[at])) {
            at++;
        }
        fault = at < f->user_count ? fault : say(v, LEDGER_LOST, "lost is user", (int64_t)i);
    }
    for (size_t i = 0; i < e->session_count && fault == LEDGER_SAME; i++) {
        size_t at = 0;
        while (at < f->session_count && !same_session(&e->sessions[i], &f->sessions[at])) {
            at++;
        }
        fault = at < f->session_count ? fault : say(v, LEDGER_LOST, "lost is session", (int64_t)i);
    }
    return fault;
}

/* In any order. They are made zeroed and filled in place, so that they can be compared as bytes. */
static enum ledger_fault compare_webhooks(const struct verdict *v, const struct ledger *e, const struct ledger *f)
{
    enum ledger_fault fault = compare_count(v, "webhooks", (int64_t)e->webhook_count, (int64_t)f->webhook_count);
    fault =
        fault != LEDGER_SAME ? fault : compare_count(v, "retries", (int64_t)e->retry_count, (int64_t)f->retry_count);
    for (size_t i = 0; i < e->webhook_count && fault == LEDGER_SAME; i++) {
        size_t at = 0;
        while (at < f->webhook_count && memcmp(&e->webhooks[i], &f->webhooks[at], sizeof e->webhooks[i]) != 0) {
            at++;
        }
        fault = at < f->webhook_count ? fault : say(v, LEDGER_LOST, "lost is webhook", (int64_t)i);
    }
    for (size_t i = 0; i < e->retry_count && fault == LEDGER_SAME; i++) {
        size_t at = 0;
        while (at < f->retry_count && memcmp(&e->retries[i], &f->retries[at], sizeof e->retries[i]) != 0) {
            at++;
        }
        fault = at < f->retry_count ? fault : say(v, LEDGER_LOST, "lost is retry", (int64_t)i);
    }
    return fault;
}

/* In any order. */
static enum ledger_fault compare_settings(const struct verdict *v, const struct ledger *e, const struct ledger *f)
{
    enum ledger_fault fault = compare_count(v, "capacities", (int64_t)e->capacity_count, (int64_t)f->capacity_count);
    fault = fault != LEDGER_SAME ? fault : compare_count(v, "tokens", (int64_t)e->token_count, (int64_t)f->token_count);
    for (size_t i = 0; i < e->capacity_count && fault == LEDGER_SAME; i++) {
        size_t at = 0;
        while (at < f->capacity_count && !same_capacity(&e->capacities[i], &f->capacities[at], e->erase_before)) {
            at++;
        }
        fault = at < f->capacity_count ? fault : say(v, LEDGER_LOST, "lost is capacity", (int64_t)i);
    }
    fault = fault != LEDGER_SAME
                ? fault
                : compare_count(v, "trucks turned away", (int64_t)e->turned_away_count, (int64_t)f->turned_away_count);
    for (size_t i = 0; i < e->turned_away_count && fault == LEDGER_SAME; i++) {
        size_t at = 0;
        while (at < f->turned_away_count && (e->turned_away[i].date != f->turned_away[at].date ||
                                             strcmp(e->turned_away[i].truck, f->turned_away[at].truck) != 0)) {
            at++;
        }
        fault = at < f->turned_away_count ? fault : say(v, LEDGER_LOST, "lost is a truck turned away", (int64_t)i);
    }
    for (size_t i = 0; i < e->token_count && fault == LEDGER_SAME; i++) {
        size_t at = 0;
        while (at < f->token_count && !same_token(&e->tokens[i], &f->tokens[at])) {
            at++;
        }
        fault = at < f->token_count ? fault : say(v, LEDGER_LOST, "lost is token", (int64_t)i);
    }
    return fault;
}

/* Those whose time is over may be forgotten, and must be once maintenance is done. */
static enum ledger_fault compare_idems(const struct verdict *v, const struct ledger *e, const struct ledger *f)
{
    size_t at = 0;
    for (size_t i = 0; i < e->idem_count; i++) {
        const struct ledger_idem *want = &e->idems[i];
        bool may_be_gone = want->at_ms < e->forget_before_ms;
        bool there = at < f->idem_count && f->idems[at].row == want->row;
        if (!there && !may_be_gone) {
            return say(v, LEDGER_LOST, "lost is kept answer", want->row);
        }
        if (there && may_be_gone && e->maintained) {
            return say(v, LEDGER_OTHER, "not forgotten: kept answer", want->row);
        }
        if (there && (f->idems[at].at_ms != want->at_ms || f->idems[at].digest != want->digest)) {
            return say(v, LEDGER_OTHER, "otherwise than acknowledged: kept answer", want->row);
        }
        at += there;
    }
    return at == f->idem_count ? LEDGER_SAME : say(v, LEDGER_DUPLICATE, "nobody gave kept answer", f->idems[at].row);
}

enum ledger_fault ledger_compare(const struct ledger *expected, const struct ledger *found, char *why, size_t why_size)
{
    const struct verdict v = {why, why_size};
    const struct gs_store_marks *e = &expected->marks, *f = &found->marks;
    enum ledger_fault fault = compare_count(&v, "last event", e->last_seq, f->last_seq);
    fault = fault != LEDGER_SAME ? fault : compare_bookings(&v, expected, found);
    fault = fault != LEDGER_SAME ? fault : compare_count(&v, "last booking", e->last_booking_id, f->last_booking_id);
    fault = fault != LEDGER_SAME ? fault : compare_count(&v, "last answer", e->last_idem_row, f->last_idem_row);
    fault = fault != LEDGER_SAME ? fault : compare_idems(&v, expected, found);
    fault = fault != LEDGER_SAME ? fault : compare_settings(&v, expected, found);
    fault = fault != LEDGER_SAME ? fault : compare_people(&v, expected, found);
    fault = fault != LEDGER_SAME ? fault : compare_webhooks(&v, expected, found);
    fault = fault != LEDGER_SAME ? fault : compare_events(&v, expected, found);
    fault = fault != LEDGER_SAME ? fault : compare_count(&v, "instant", e->now_ms, f->now_ms);
    if (fault == LEDGER_SAME && expected->book != found->book && expected->book != found->book_erased) {
        fault = say(&v, LEDGER_OTHER, "the book rebuilt is another, at event", f->last_seq);
    }
    return fault;
}
