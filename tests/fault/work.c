/* The work: see the header. A small site, so that everything collides and a store stays small enough to be opened thousands of times. */
#include "work.h"
#include "gateslot/base/text.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MINUTE_MS INT64_C(60000)
#define DAY_MS (1440 * MINUTE_MS)

static const char *const windows[] = {"", "morning", "midday", "evening", "morning,midday"};

static void add_window(struct gs_rules *r, const char *id, int32_t start_min, int32_t end_min)
{
    struct gs_window_rule *w = &r->windows[r->window_count++];
    (void)gs_text_copy(w->id, sizeof w->id, id);
    w->start_min = start_min;
    w->end_min = end_min;
    w->capacity = 10;
}

void work_init(struct work *w, uint64_t seed)
{
    *w = (struct work){.random = seed};
    struct gs_rules *r = &w->rules;
    (void)gs_text_copy(r->timezone, sizeof r->timezone, "Asia/Shanghai");
    if (gs_tz_load(r->timezone, &r->tz) != GS_OK) {
        abort();
    }
    add_window(r, "morning", 480, 720);
    add_window(r, "midday", 720, 960);
    add_window(r, "evening", 960, 1200);
    r->bays = 20;
    r->slot_min = 30;
    r->slot_capacity = -1;
    r->horizon_days = 3;
    r->opens_at_min = 480;
    r->cutoff_min = r->early_grace_min = r->late_grace_min = 30;
    r->lock_min = 240;
    r->settle_at_min = 18 * 60;
    r->promote_min = 120;
    gs_batch_init(&w->batch);
    w->now_ms = gs_tz_instant(r->tz, 20782, 7 * 60); /* a Wednesday */
    if (gs_book_create(r, &w->book) != GS_OK || gs_book_start(w->book, 0, 0, 0) != GS_OK) {
        abort();
    }
    w->acked.book = w->proposed.book = gs_book_digest(w->book);
}

void work_finish(struct work *w)
{
    gs_book_destroy(w->book);
    gs_batch_finish(&w->batch);
    gs_tz_destroy(w->rules.tz);
}

static int roll(struct work *w, int below)
{
    return (int)dice_below(&w->random, below);
}

static struct gs_command command(enum gs_command_kind kind, int64_t id)
{
    struct gs_command c = {.kind = kind, .booking_id = id, .if_version = -1, .actor = {.role = GS_ROLE_SUPERVISOR}};
    (void)gs_text_copy(c.actor.name, sizeof c.actor.name, "chief");
    (void)gs_text_copy(c.reason, sizeof c.reason, "because");
    return c;
}

static void set_wish(struct work *w, struct gs_wish *wish)
{
    wish->date = gs_tz_date(w->rules.tz, w->now_ms) + roll(w, 3);
    (void)gs_text_copy(wish->windows, sizeof wish->windows, windows[roll(w, 5)]);
    wish->slot_min = roll(w, 3) == 0 ? 480 + 30 * roll(w, 24) : -1;
}

/* The answer that a retry must get, of the length that answers have. */
static void keep_answer(struct work *w, int32_t status, int64_t id)
{
    char body[600];
    struct gs_idem i = {.at_ms = w->now_ms, .status = status, .etag = id > 0 ? 1 : 0, .body = body};
    i.lang = status >= 400 ? GS_LANG_EN : GS_LANG_NONE;
    if (id > 0) {
        (void)snprintf(i.location, sizeof i.location, "/v1/bookings/bk_%lld", (long long)id);
    }
    (void)snprintf(i.key, sizeof i.key, "key-%lld", (long long)++w->keys);
    (void)gs_text_copy(i.owner, sizeof i.owner, "mini");
    memset(i.fingerprint, (int)(w->keys & 0xff), sizeof i.fingerprint);
    (void)snprintf(body, sizeof body, "{\"id\":\"bk_%lld\",\"fill\":\"%0*d\"}", (long long)id, 1 + roll(w, 500), 7);
    i.body_len = strlen(body);
    gs_batch_idem(&w->batch, &i);
}

static void book_one(struct work *w, struct gs_outcome *out)
{
    struct gs_command c = command(roll(w, 8) == 0 ? GS_CMD_WALK_IN : GS_CMD_BOOK, 0);
    struct gs_truck *t = &c.u.book.truck;
    int64_t truck = ++w->trucks;
    (void)snprintf(t->plate, sizeof t->plate, "浙D%05d", (int)truck);
    (void)snprintf(t->plate_given, sizeof t->plate_given, "浙D·%05d", (int)truck);
    (void)snprintf(t->containers[0], sizeof t->containers[0], "CSQU%07d", (int)truck);
    (void)snprintf(t->driver_phone, sizeof t->driver_phone, "138%08d", (int)truck);
    (void)gs_text_copy(t->driver_name, sizeof t->driver_name, "张三");
    t->container_count = 1;
    (void)gs_text_copy(c.u.book.uscc, sizeof c.u.book.uscc, "91350100M000100Y43");
    c.random = dice_next(&w->random);
    set_wish(w, &c.u.book.wish);
    c.u.book.flexible = roll(w, 3) != 0;
    c.u.book.waitlist = roll(w, 2) == 0;
    gs_apply(w->book, &c, w->now_ms, &w->batch, out);
    keep_answer(w, out->code == GS_CODE_OK ? 201 : 409, out->code == GS_CODE_OK ? out->booking->id : 0);
}

static void step_one(struct work *w, struct gs_outcome *out)
{
    static const enum gs_command_kind kinds[] = {GS_CMD_CANCEL, GS_CMD_ARRIVE, GS_CMD_ARRIVE, GS_CMD_ENTER,
                                                 GS_CMD_CLEAR,  GS_CMD_DEPART, GS_CMD_REFUSE, GS_CMD_RESCHEDULE,
                                                 GS_CMD_DELAY,  GS_CMD_ADMIT};
    int64_t latest = w->proposed.marks.last_booking_id;
    struct gs_command c = command(kinds[roll(w, 10)], latest > 0 ? 1 + roll(w, (int)latest) : 1);
    if (c.kind == GS_CMD_RESCHEDULE) {
        c.u.reschedule.has_date = true;
        set_wish(w, &c.u.reschedule.wish);
    }
    gs_apply(w->book, &c, w->now_ms, &w->batch, out);
}

static void record_check(struct work *w, struct gs_outcome *out)
{
    struct gs_command c = command(GS_CMD_GATE_RECORD, 0);
    (void)snprintf(c.u.check.what, sizeof c.u.check.what, "ZD%05d", (int)roll(w, 12));
    c.u.check.decision = GS_REJECT;
    c.u.check.code = GS_GATE_NOT_BOOKED;
    gs_apply(w->book, &c, w->now_ms, &w->batch, out);
}

static void set_capacity(struct work *w, struct gs_outcome *out)
{
    struct gs_command c = command(roll(w, 3) == 0 ? GS_CMD_CAPACITY_RESET : GS_CMD_CAPACITY_SET, 0);
    c.u.capacity.to.date = gs_tz_date(w->rules.tz, w->now_ms) + roll(w, 3);
    (void)gs_text_copy(c.u.capacity.to.window, sizeof c.u.capacity.to.window, windows[1 + roll(w, 3)]);
    (void)gs_text_copy(c.u.capacity.to.reason, sizeof c.u.capacity.to.reason, "crane broken");
    c.u.capacity.to.capacity = roll(w, 14);
    c.u.capacity.to.slot_capacity = -1;
    c.u.capacity.has_capacity = true;
    gs_apply(w->book, &c, w->now_ms, &w->batch, out);
}

/* A user and his session, made, used, and removed with the token. */
static void change_people(struct work *w, const struct gs_token *t, bool remove)
{
    struct gs_user u = {.role = t->role, .lang = GS_LANG_NONE, .created_ms = w->now_ms, .password = "$y$of a password"};
    struct gs_session s = {.kind = GS_SESSION_USER, .role = t->role, .created_ms = w->now_ms};
    (void)snprintf(u.name, sizeof u.name, "of-%.20s", t->name);
    (void)gs_text_copy(s.name, sizeof s.name, u.name);
    memcpy(s.hash, t->hash, sizeof s.hash);
    gs_batch_user(&w->batch, &u, remove);
    gs_batch_session(&w->batch, &s, remove);
    if (!remove) {
        s.used_ms = w->now_ms;
        gs_batch_session(&w->batch, &s, false);
        u.used_ms = w->now_ms;
        gs_batch_user(&w->batch, &u, false);
    }
}

/* A webhook and a retry of it, made, gone on with, and removed with the token; its retry goes with it. */
static void change_webhook(struct work *w, const struct gs_token *t, bool remove)
{
    struct gs_webhook hook;
    struct gs_webhook_retry retry;
    memset(&hook, 0, sizeof hook);
    memset(&retry, 0, sizeof retry);
    (void)gs_text_copy(hook.name, sizeof hook.name, t->name);
    (void)gs_text_copy(hook.url, sizeof hook.url, "https://example.org/");
    (void)gs_text_copy(hook.secret, sizeof hook.secret, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    hook.id = 1 + t->hash[0];
    retry.webhook = hook.id;
    retry.seq = 1;
    gs_batch_webhook(&w->batch, &hook, remove);
    if (!remove) {
        gs_batch_webhook_retry(&w->batch, &retry, false);
        retry.attempts = 1;
        gs_batch_webhook_retry(&w->batch, &retry, false);
        retry.seq = 2;
        gs_batch_webhook_retry(&w->batch, &retry, true);
        hook.cursor = 1;
        gs_batch_webhook(&w->batch, &hook, false);
    }
}

static void change_token(struct work *w, struct gs_outcome *out)
{
    struct gs_command c = command(GS_CMD_NOTE, 0);
    bool revoke = w->tokens > 0 && roll(w, 3) == 0;
    struct gs_token t = {.role = GS_ROLE_GATE, .created_ms = w->now_ms};
    (void)snprintf(t.name, sizeof t.name, "gate-%lld", (long long)(revoke ? w->tokens : ++w->tokens));
    memset(t.hash, (int)(w->tokens & 0xff), sizeof t.hash);
    c.u.note.type = revoke ? GS_EV_TOKEN_REVOKED : GS_EV_TOKEN_CREATED;
    (void)gs_text_copy(c.u.note.subject, sizeof c.u.note.subject, t.name);
    c.u.note.subject_role = t.role;
    gs_apply(w->book, &c, w->now_ms, &w->batch, out);
    gs_batch_token(&w->batch, &t, revoke);
    change_people(w, &t, revoke);
    change_webhook(w, &t, revoke);
}

/* proposed equals acked between batches. */
static void propose(struct work *w, bool with_digest)
{
    assert(!w->batch.failed);
    w->batch.now_ms = gs_book_now(w->book);
    ledger_add(&w->proposed, &w->batch, w->rules.tz);
    if (with_digest) {
        w->proposed.book = gs_book_digest(w->book);
    }
    w->proposed.maintained = false; /* what ends now may belong into the archive again */
}

void work_batch(struct work *w)
{
    struct gs_outcome out;
    w->now_ms += (1 + roll(w, 20)) * MINUTE_MS;
    for (int i = 1 + roll(w, 4); i > 0; i--) {
        int kind = roll(w, 21);
        if (kind == 20) {
            record_check(w, &out);
        } else if (kind < 11) {
            book_one(w, &out);
        } else if (kind < 17) {
            step_one(w, &out);
        } else if (kind < 19) {
            set_capacity(w, &out);
        } else {
            change_token(w, &out);
        }
    }
    propose(w, true);
}

void work_tick(struct work *w, bool last)
{
    w->now_ms += 1000;
    gs_apply_due(w->book, w->now_ms, &w->batch);
    propose(w, last);
}

void work_pass_days(struct work *w, int days)
{
    w->now_ms += days * DAY_MS;
    gs_apply_due(w->book, w->now_ms, &w->batch);
    propose(w, true);
}

void work_acked(struct work *w)
{
    if (w->batch.first != NULL) {
        w->acked = w->proposed;
    } else { /* a tick */
        w->acked.marks = w->proposed.marks;
        w->acked.book = w->proposed.book;
    }
    gs_batch_clear(&w->batch);
}

void work_taken_back(struct work *w, struct gs_book *book)
{
    gs_book_destroy(w->book);
    w->book = book;
    w->proposed = w->acked;
    gs_batch_clear(&w->batch);
}
