/* The test site: its clock, its commands, and the questions tests ask of it. */
#include "fixture.h"
#include "fixture_replay.h"
#include "fixture_store.h"
#include "invariants.h"

#include "gateslot/base/text.h"

#include <stdio.h>
#include <stdlib.h>

static void add_window(struct gs_rules *r, const char *id, int32_t start_min, int32_t end_min)
{
    struct gs_window_rule *w = &r->windows[r->window_count++];
    gs_text_copy(w->id, sizeof w->id, id);
    w->start_min = start_min;
    w->end_min = end_min;
    w->capacity = 40;
}

void fx_init(struct fixture *f)
{
    memset(f, 0, sizeof *f);
    struct gs_rules *r = &f->rules;
    gs_text_copy(r->timezone, sizeof r->timezone, "Asia/Shanghai");
    assert_int_equal(gs_tz_load(r->timezone, &r->tz), GS_OK);
    add_window(r, "morning", 480, 720);
    add_window(r, "midday", 720, 960);
    add_window(r, "evening", 960, 1200);
    r->bays = 40;
    r->slot_min = 30;
    r->slot_capacity = -1;
    r->horizon_days = 7;
    r->opens_at_min = 480;
    r->cutoff_min = r->early_grace_min = r->late_grace_min = 30;
    r->lock_min = 240;
    r->settle_at_min = 18 * 60;
    r->promote_min = 120;
    r->company_percent = 35;
    r->late_cancel = r->waitlist = r->walk_ins = r->delay_reports = true;
    r->calendar = f->calendar;
    gs_batch_init(&f->batch);
}

void fx_open(struct fixture *f)
{
    f->now = gs_tz_instant(f->rules.tz, fx_date(FX_DAY) - 2, 7 * 60);
    assert_int_equal(gs_book_create(&f->rules, &f->book), GS_OK);
    assert_int_equal(gs_book_start(f->book, 0, 0, f->now), GS_OK);
    f->today = 0;
    fx_tell_start(f);
}

void fx_finish(struct fixture *f)
{
    if (fx_replays(f)) {
        fx_replay(f);
    }
    free(f->journaled);
    gs_book_destroy(f->book);
    gs_batch_finish(&f->batch);
    fx_store_finish(&f->store);
    gs_tz_destroy(f->rules.tz);
}

int fx_setup(void **state)
{
    struct fixture *f = malloc(sizeof *f);
    if (f == NULL) {
        return -1;
    }
    fx_init(f);
    fx_open(f);
    *state = f;
    return 0;
}

int fx_teardown(void **state)
{
    fx_finish(*state);
    free(*state);
    return 0;
}

gs_date fx_date(const char *text)
{
    gs_date date;
    assert_int_equal(gs_date_parse(text, 10, &date), GS_OK);
    return date;
}

int64_t fx_ms(const struct fixture *f, const char *local)
{
    int32_t minute;
    assert_int_equal(gs_hhmm_parse(local + 11, 5, 1, &minute), GS_OK);
    return gs_tz_instant(f->rules.tz, fx_date(local), minute);
}

void fx_at(struct fixture *f, const char *local)
{
    f->now = fx_ms(f, local);
}

/* The rules as the journal is to know them. */
static void tell_rules(struct fixture *f)
{
    const struct gs_rules *known = (const struct gs_rules *)(void *)f->journaled;
    f->store.untold = f->store.untold || (known != NULL && known->tz != f->rules.tz); /* of another zone, freed since */
    free(f->journaled);
    f->journaled_len = fx_rules_text(&f->rules, &f->journaled);
}

void fx_tell_start(struct fixture *f)
{
    tell_rules(f);
    gs_journal_start(&f->batch, gs_book_now(f->book), f->journaled, f->journaled_len);
    fx_store_commit(&f->store, &f->batch);
    gs_batch_clear(&f->batch);
}

static void must_hold(const struct fixture *f, const struct gs_book *book, const char *which)
{
    const char *broken = invariants_broken(book, f->cut);
    if (broken != NULL) {
        fail_msg("%s, after command %d: %s", which, f->commands, broken);
    }
}

/* Where nothing was written and no date passed the store is as it was, so the book must be as it was: its rebuilding is saved. */
static void after_apply(struct fixture *f)
{
    bool same_store = f->batch.count == 0 && gs_book_today(f->book) == f->today;
    uint64_t digest = gs_book_digest(f->book);
    f->store.untold = f->store.untold || !fx_replays(f); /* decided under rules that the journal does not know */
    assert_false(f->batch.failed);
    fx_store_commit(&f->store, &f->batch);
    gs_batch_clear(&f->batch);
    f->commands++;
    must_hold(f, f->book, "book");
    if (same_store) {
        assert_true(digest == f->digest);
        return;
    }
    f->digest = digest;
    f->today = gs_book_today(f->book);
    struct gs_book *rebuilt = fx_store_load(&f->store, &f->rules, gs_book_now(f->book));
    must_hold(f, rebuilt, "rebuilt book");
    assert_true(gs_book_digest(rebuilt) == digest);
    const char *shown = invariants_shown(f->book, rebuilt);
    if (shown != NULL) {
        fail_msg("shown otherwise by the rebuilt book, after command %d: %s", f->commands, shown);
    }
    gs_book_destroy(rebuilt);
}

void fx_reload(struct fixture *f, void (*told)(void *arg, const struct gs_reload_day *day), void *arg)
{
    struct gs_book *next;
    assert_int_equal(gs_book_rebuild(f->book, &f->rules, &next), GS_OK);
    gs_book_reload(next, f->book, &f->batch, NULL, told, arg);
    gs_book_destroy(f->book);
    f->book = next;
    tell_rules(f);
    gs_journal_rules(&f->batch, gs_book_now(next), f->journaled, f->journaled_len);
    gs_journal_apply_due(f->book, f->now, &f->batch);
    after_apply(f);
    f->today = 0;
}

void fx_due(struct fixture *f, const char *local)
{
    fx_at(f, local);
    gs_journal_apply_due(f->book, f->now, &f->batch);
    after_apply(f);
}

void fx_reopen(struct fixture *f)
{
    struct gs_book *book = fx_store_load(&f->store, &f->rules, gs_book_now(f->book));
    gs_book_destroy(f->book);
    f->book = book;
    f->today = 0;
    fx_tell_start(f);
}

void fx_put_back(struct fixture *f)
{
    fx_reopen(f);
    const struct gs_epoch epoch = {.at_ms = gs_book_now(f->book),
                                   .cause = GS_EPOCH_BACKUP,
                                   .last_seq = f->store.last_seq,
                                   .last_booking_id = (int64_t)f->store.booking_count,
                                   .first_seq = f->store.last_seq + 1,
                                   .first_booking_id = (int64_t)f->store.booking_count + 1};
    assert_true(gs_journal_epoch(f->book, &epoch, &f->batch));
    after_apply(f);
}

enum gs_code fx_apply(struct fixture *f, const struct gs_command *c)
{
    gs_journal_apply(f->book, c, f->now, &f->batch, f->refusals, &f->out);
    after_apply(f);
    return f->out.code;
}

bool fx_together(struct fixture *f, const struct gs_command *list, int count, enum gs_code *codes)
{
    struct gs_journal_mark mark;
    struct gs_refused_together refused = {.count = count};
    assert_int_equal(gs_journal_together_begin(f->book, f->now, &f->batch, &mark), GS_OK);
    for (int i = 0; i < count; i++) {
        gs_journal_apply(f->book, &list[i], f->now, &f->batch, NULL, &f->out);
        codes[i] = f->out.code;
        if (codes[i] != GS_CODE_OK && refused.command == NULL) {
            refused.command = &list[i];
            refused.code = codes[i];
        }
    }
    gs_journal_together_end(f->book, &f->batch, refused.command == NULL, &mark, f->refusals, &refused);
    f->out.booking = NULL;
    f->commands += count;
    after_apply(f);
    return refused.command == NULL;
}

static void set_actor(struct gs_actor *actor, enum gs_role role, const char *name)
{
    actor->role = role;
    gs_text_copy(actor->name, sizeof actor->name, name);
}

struct gs_command fx_command(enum gs_command_kind kind, int64_t id)
{
    struct gs_command c = {.kind = kind, .booking_id = id, .if_version = -1};
    set_actor(&c.actor, GS_ROLE_SUPERVISOR, "chief");
    gs_text_copy(c.reason, sizeof c.reason, "because");
    return c;
}

static void set_wish(struct gs_wish *wish, const char *date, const char *windows, const char *slot)
{
    wish->date = fx_date(date != NULL ? date : FX_DAY);
    gs_text_copy(wish->windows, sizeof wish->windows, windows != NULL ? windows : "");
    wish->slot_min = -1;
    if (slot != NULL) {
        assert_int_equal(gs_hhmm_parse(slot, 5, 0, &wish->slot_min), GS_OK);
    }
}

int64_t fx_request(struct fixture *f, struct fx_request r)
{
    char plate[32], container[32];
    struct gs_command c = fx_command(r.walk_in ? GS_CMD_WALK_IN : GS_CMD_BOOK, 0);
    int64_t truck = ++f->trucks;
    snprintf(plate, sizeof plate, "浙D%05d", (int)truck);
    snprintf(container, sizeof container, "CSQU%07d", (int)truck);
    set_actor(&c.actor, r.role == GS_ROLE_SYSTEM ? GS_ROLE_SUPERVISOR : r.role, r.owner != NULL ? r.owner : "mini");
    c.random = (uint64_t)truck * UINT64_C(0x9e3779b97f4a7c15);
    set_wish(&c.u.book.wish, r.date, r.windows, r.slot);
    c.u.book.flexible = !r.rigid;
    c.u.book.waitlist = r.wait;
    c.u.book.urgent = r.urgent;
    c.exceptions = r.exceptions;
    gs_text_copy(c.u.book.truck.plate, sizeof c.u.book.truck.plate, r.plate != NULL ? r.plate : plate);
    gs_text_copy(c.u.book.truck.containers[0], sizeof c.u.book.truck.containers[0],
                 r.container != NULL ? r.container : container);
    c.u.book.truck.container_count = 1;
    gs_text_copy(c.u.book.reference, sizeof c.u.book.reference, r.reference != NULL ? r.reference : "");
    gs_text_copy(c.u.book.uscc, sizeof c.u.book.uscc, r.uscc != NULL ? r.uscc : "91350100M000100Y43");
    return fx_apply(f, &c) == GS_CODE_OK ? f->out.booking->id : 0;
}

int fx_book_many(struct fixture *f, int n, struct fx_request r)
{
    int accepted = 0;
    for (int i = 0; i < n; i++) {
        accepted += fx_request(f, r) != 0 ? 1 : 0;
    }
    return accepted;
}

enum gs_code fx_step(struct fixture *f, enum gs_command_kind kind, int64_t id)
{
    struct gs_command c = fx_command(kind, id);
    return fx_apply(f, &c);
}

enum gs_code fx_step_as(struct fixture *f, enum gs_command_kind kind, int64_t id, enum gs_role role, const char *name)
{
    struct gs_command c = fx_command(kind, id);
    set_actor(&c.actor, role, name);
    return fx_apply(f, &c);
}

enum gs_code fx_step_at(struct fixture *f, enum gs_command_kind kind, int64_t id, enum gs_role role, const char *local)
{
    struct gs_command c = fx_command(kind, id);
    c.at_ms = fx_ms(f, local);
    c.actor.role = role;
    return fx_apply(f, &c);
}

enum gs_code fx_reschedule(struct fixture *f, int64_t id, const char *date, const char *windows, const char *slot)
{
    struct gs_command c = fx_command(GS_CMD_RESCHEDULE, id);
    c.u.reschedule.has_date = date != NULL;
    c.u.reschedule.has_windows = windows != NULL;
    c.u.reschedule.has_slot = slot != NULL;
    set_wish(&c.u.reschedule.wish, date, windows, slot);
    return fx_apply(f, &c);
}

enum gs_code fx_capacity(struct fixture *f, const char *window, int32_t capacity, enum gs_excess excess)
{
    struct gs_command c = fx_command(GS_CMD_CAPACITY_SET, 0);
    c.u.capacity.to.date = fx_date(FX_DAY);
    gs_text_copy(c.u.capacity.to.window, sizeof c.u.capacity.to.window, window);
    gs_text_copy(c.u.capacity.to.reason, sizeof c.u.capacity.to.reason, "crane broken");
    c.u.capacity.to.capacity = capacity;
    c.u.capacity.to.slot_capacity = -1;
    c.u.capacity.has_capacity = true;
    c.u.capacity.excess = excess;
    f->cut = f->cut || excess == GS_EXCESS_KEEP;
    return fx_apply(f, &c);
}

enum gs_code fx_close(struct fixture *f, const char *window, enum gs_excess excess)
{
    struct gs_command c = fx_command(GS_CMD_CAPACITY_SET, 0);
    c.u.capacity.to.date = fx_date(FX_DAY);
    gs_text_copy(c.u.capacity.to.window, sizeof c.u.capacity.to.window, window);
    gs_text_copy(c.u.capacity.to.reason, sizeof c.u.capacity.to.reason, "flooded");
    c.u.capacity.to.slot_capacity = -1;
    c.u.capacity.to.closed = true;
    c.u.capacity.excess = excess;
    f->cut = f->cut || excess == GS_EXCESS_KEEP;
    return fx_apply(f, &c);
}

void fx_let_in(struct fixture *f, int64_t id)
{
    assert_int_equal(fx_step(f, GS_CMD_ARRIVE, id), GS_CODE_OK);
    assert_int_equal(fx_step(f, GS_CMD_ENTER, id), GS_CODE_OK);
}

const struct gs_booking *fx_get(const struct fixture *f, int64_t id)
{
    const struct gs_booking *b = gs_book_get(f->book, id);
    assert_non_null(b);
    return b;
}

enum gs_status fx_status(const struct fixture *f, int64_t id)
{
    return fx_get(f, id)->status;
}

int32_t fx_window(const struct fixture *f, const char *date, const char *id, struct gs_window_view *out)
{
    for (int32_t i = 0; gs_book_window(f->book, fx_date(date), i, out); i++) {
        if (strcmp(out->id, id) == 0) {
            return i;
        }
    }
    fail_msg("no window %s on %s", id, date);
    return -1;
}

int32_t fx_booked(const struct fixture *f, const char *window)
{
    struct gs_window_view view;
    fx_window(f, FX_DAY, window, &view);
    return view.booked;
}

int32_t fx_slot_booked(const struct fixture *f, const char *local)
{
    struct gs_window_view view;
    int64_t start_ms = fx_ms(f, local);
    for (int32_t i = 0; gs_book_window(f->book, fx_date(FX_DAY), i, &view); i++) {
        for (int32_t s = 0; s < view.slot_count; s++) {
            if (view.slots[s].start_ms == start_ms) {
                return view.slots[s].booked;
            }
        }
    }
    fail_msg("no slot at %s", local);
    return -1;
}

int fx_events(const struct fixture *f, enum gs_event_type type, int64_t id)
{
    int count = 0;
    for (int64_t seq = 1; seq <= f->store.last_seq; seq++) {
        bool about = id == 0 || f->store.subjects[seq - 1] == id;
        count += about && f->store.types[seq - 1] == type ? 1 : 0;
    }
    return count;
}

bool fx_starts(const struct fixture *f, int64_t id, const char *local)
{
    return fx_get(f, id)->slot_start_ms == fx_ms(f, local);
}
