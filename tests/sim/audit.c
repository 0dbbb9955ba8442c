/* What must hold of every batch that reaches the disk, record by record, by rules written anew here: the moves of a booking (I6),
 * numbers and chains of events (I6), places and capacities (I3), one effect per key and nothing that nobody asked for (I2). The
 * calendar is the reference model's, which shares no code with the core. Between batches: memory equals disk (I4). */
#define _GNU_SOURCE /* memmem */
#include "../core/model/model.h"
#include "sim.h"
#include <stdlib.h>
#include <string.h>

enum { DAYS = 16, PENDING = 16, TOUCHED = 1 << 16 };

struct sim_ruled {
    struct gs_rules rules;
    struct gs_calendar_rule calendar[16];
};

struct sim_stand { /* of a booking: what the checks scan */
    int64_t slot_start_ms, last_event;
    gs_date date;
    int32_t place;
    bool holds;
    char window[GS_WINDOW_ID_MAX + 1];
};

static struct {
    struct sim_ruled ruled, pending[PENDING]; /* pending: of reloads whose event is not on disk yet */
    int32_t pending_count;
    struct model calendar; /* rules and capacities only */
    struct m_day days[DAYS];
    bool known[DAYS];
    struct sim_stand *stands; /* by id − 1 */
    size_t stand_room;
    int64_t last_at_ms;
    int32_t touched[TOUCHED], touched_count;
    int64_t crowding[TOUCHED]; /* bookings that found their window or slot full when their row was written */
    int32_t crowding_count;
} audit;

static void set_rules(struct sim_ruled *to, const struct gs_rules *rules)
{
    to->rules = *rules;
    memcpy(to->calendar, rules->calendar, (size_t)rules->calendar_count * sizeof *to->calendar);
    to->rules.calendar = to->calendar;
}

void sim_audit_rules(void)
{
    memset(audit.known, 0, sizeof audit.known);
}

void sim_audit_clear(void)
{
    sim_audit_rules();
    if (audit.stand_room > 0) {
        memset(audit.stands, 0, audit.stand_room * sizeof *audit.stands);
    }
    audit.last_at_ms = 0;
    audit.pending_count = 0;
    sim_reminders_clear();
}

void sim_audit_load(void)
{
    audit.pending_count = 0;
    set_rules(&audit.ruled, sim->app != NULL ? &sim->app->config->rules : &sim->rules);
    sim->noted_batch = 0;
    sim_audit_rules();
}

void sim_audit_reload(const struct gs_rules *rules)
{
    sim_require(audit.pending_count < PENDING, "too many reloads in one batch for the simulation");
    set_rules(&audit.pending[audit.pending_count++], rules);
    sim->noted_batch = 0;
}

static void take_reload(void)
{
    sim_require(audit.pending_count > 0, "a reload is told that was not made");
    set_rules(&audit.ruled, &audit.pending[0].rules);
    audit.pending_count--;
    for (int32_t i = 0; i < audit.pending_count; i++) {
        set_rules(&audit.pending[i], &audit.pending[i + 1].rules);
    }
    sim_audit_rules();
}

static struct sim_stand *stand_of(int64_t id)
{
    while ((size_t)id > audit.stand_room) {
        size_t room = audit.stand_room == 0 ? 1024 : audit.stand_room * 2;
        audit.stands = realloc(audit.stands, room * sizeof *audit.stands);
        if (audit.stands == NULL) {
            sim_fail("no memory");
        }
        memset(audit.stands + audit.stand_room, 0, (room - audit.stand_room) * sizeof *audit.stands);
        audit.stand_room = room;
    }
    return &audit.stands[id - 1];
}

static const struct m_day *day_of(gs_date date)
{
    int32_t at = (int32_t)((uint32_t)date % DAYS);
    if (!audit.known[at] || audit.days[at].date != date) {
        audit.calendar.rules = &audit.ruled.rules;
        audit.calendar.change_count = 0;
        for (size_t i = 0; i < sim->disk.capacity_count; i++) {
            if (sim->disk.capacities[i].date == date) {
                audit.calendar.changes[audit.calendar.change_count++] = sim->disk.capacities[i];
            }
        }
        m_day(&audit.calendar, date, 0, &audit.days[at]);
        audit.known[at] = true;
    }
    return &audit.days[at];
}

/* ---- bookings ---- */

static bool may_move(enum gs_status from, enum gs_status to)
{
    static const unsigned to_of[GS_STATUSES] = {
        [GS_WAITLISTED] =
            1u << GS_WAITLISTED | 1u << GS_BOOKED | 1u << GS_CANCELLED | 1u << GS_EXPIRED | 1u << GS_ARRIVED,
        [GS_BOOKED] = 1u << GS_BOOKED | 1u << GS_ARRIVED | 1u << GS_NO_SHOW | 1u << GS_REFUSED | 1u << GS_CANCELLED |
                      1u << GS_WAITLISTED,
        [GS_ARRIVED] = 1u << GS_ARRIVED | 1u << GS_ENTERED | 1u << GS_REFUSED | 1u << GS_BOOKED,
        [GS_ENTERED] = 1u << GS_ENTERED | 1u << GS_CLEARED | 1u << GS_ARRIVED,
        [GS_CLEARED] = 1u << GS_CLEARED | 1u << GS_DEPARTED | 1u << GS_ENTERED,
        [GS_DEPARTED] = 1u << GS_CLEARED,
        [GS_REFUSED] = 1u << GS_BOOKED | 1u << GS_ARRIVED,
        [GS_NO_SHOW] = 1u << GS_ARRIVED,
    };
    return (to_of[from] >> to & 1u) != 0;
}

static bool holds(const struct gs_booking *b)
{
    return b->status == GS_BOOKED || (b->status >= GS_ARRIVED && b->status <= GS_DEPARTED);
}

static void check_place(const struct gs_booking *b)
{
    sim_require(holds(b) == (b->place >= 0), "I3: booking %lld is %s on place %d", (long long)b->id,
                gs_status_name(b->status), (int)b->place);
    for (size_t i = 0; holds(b) && i < sim->disk.row_count; i++) {
        const struct sim_stand *o = &audit.stands[i];
        bool same = o->holds && o->place == b->place && o->slot_start_ms == b->slot_start_ms;
        sim_require(!same || (int64_t)i + 1 == b->id, "I3: bookings %lld and %zu stand on one place", (long long)b->id,
                    i + 1);
    }
}

/* A client's number names one booking under way. */
static void check_reference(const struct gs_booking *b)
{
    for (size_t i = 0; i < sim->disk.row_count && b->reference[0] != '\0' && !gs_status_terminal(b->status); i++) {
        const struct gs_booking *o = &sim->disk.rows[i].b;
        sim_require(o->id == b->id || gs_status_terminal(o->status) || strcmp(o->reference, b->reference) != 0 ||
                        strcmp(o->owner, b->owner) != 0,
                    "bookings %lld and %lld have one reference", (long long)b->id, (long long)o->id);
    }
}

static void count_holders(const struct gs_booking *b, int32_t *out_slot, int32_t *out_window)
{
    *out_slot = *out_window = 1;
    for (size_t i = 0; i < sim->disk.row_count; i++) {
        const struct sim_stand *o = &audit.stands[i];
        if (!o->holds || o->date != b->wish.date || (int64_t)i + 1 == b->id || strcmp(o->window, b->window) != 0) {
            continue;
        }
        *out_window += 1;
        *out_slot += o->slot_start_ms == b->slot_start_ms ? 1 : 0;
    }
}

/* Whoever takes a place finds it free, in its slot and in its window. Who has one keeps it, whatever is cut. */
static void check_capacity(const struct sim_stand *was, const struct gs_booking *b)
{
    bool same_window = was->holds && was->date == b->wish.date && strcmp(was->window, b->window) == 0;
    int32_t in_slot, in_window;
    if (!holds(b) || (same_window && was->slot_start_ms == b->slot_start_ms)) {
        return;
    }
    const struct m_day *day = day_of(b->wish.date);
    const struct m_window *w = m_window((struct m_day *)(uintptr_t)day, b->window);
    sim_require(w != NULL && !w->closed, "I3: booking %lld takes a place in %s, which is closed", (long long)b->id,
                b->window);
    count_holders(b, &in_slot, &in_window);
    for (int32_t k = 0; k < w->slot_count; k++) {
        if (w->slots[k].start == b->slot_start_ms) {
            if ((!same_window && in_window > w->capacity) || in_slot > w->slots[k].capacity) {
                sim_require(audit.crowding_count < TOUCHED, "I3: a whole batch crowds");
                audit.crowding[audit.crowding_count++] = b->id;
            }
            return;
        }
    }
    sim_fail("I3: booking %lld takes a place in a slot that is none", (long long)b->id);
}

/* Those of one plan may wait for each other's places and change them in a circle: what counts is what the batch leaves. */
static void check_crowding(void)
{
    for (int32_t i = 0; i < audit.crowding_count; i++) {
        const struct gs_booking *b = &sim->disk.rows[audit.crowding[i] - 1].b;
        int32_t in_slot, in_window;
        struct m_day *day = (struct m_day *)(uintptr_t)day_of(b->wish.date);
        const struct m_window *w = m_window(day, b->window);
        if (!holds(b) || w == NULL) {
            continue;
        }
        count_holders(b, &in_slot, &in_window);
        sim_require(in_window <= w->capacity, "I3: booking %lld is the %dth of %d in %s", (long long)b->id,
                    (int)in_window, (int)w->capacity, b->window);
        for (int32_t k = 0; k < w->slot_count; k++) {
            sim_require(w->slots[k].start != b->slot_start_ms || in_slot <= w->slots[k].capacity,
                        "I3: booking %lld is the %dth of %d in slot %d of %s", (long long)b->id, (int)in_slot,
                        (int)w->slots[k].capacity, (int)k, b->window);
        }
    }
    audit.crowding_count = 0;
}

/* ---- effects ---- */

static void effect(struct sim_op *op, int64_t id)
{
    op->effects++;
    op->effect_id = id;
    sim_require(op->sends > 0, "I2: an effect that nobody asked for: op %d", (int)op->number);
    int32_t most = op->keyed ? 1 : op->sends;
    sim_require(op->effects <= most || sim_op_is_old(op), "I2: op %d has had %d effects, of %d at most",
                (int)op->number, (int)op->effects, (int)most);
    if (op->keyed && audit.touched_count < TOUCHED) {
        audit.touched[audit.touched_count++] = op->number;
    }
}

static void find_effect(const struct gs_booking *before, const struct gs_booking *b)
{
    if (before != NULL && strcmp(before->truck.driver_name, b->truck.driver_name) == 0) {
        return;
    }
    if (before != NULL && (b->wish.date < sim->disk.erased_before || b->truck.driver_name[0] == '\0')) {
        return; /* nobody knows any more */
    }
    struct sim_op *op = sim_op_numbered(sim_op_marked(b->truck.driver_name));
    sim_require(op != NULL, "I2: booking %lld has a driver that nobody named", (long long)b->id);
    bool made = before == NULL && (op->kind == SIM_BOOK || op->kind == SIM_WALK_IN);
    bool changed = before != NULL && (op->kind == SIM_CHANGE || op->kind == SIM_WALK_IN);
    sim_require(made || changed, "I2: booking %lld by an op of another kind", (long long)b->id);
    sim_require(!made || strcmp(b->owner, sim_actors[op->actor].name) == 0, "I7: booking %lld has another's name",
                (long long)b->id);
    sim_require(op->kind != SIM_CHANGE || op->booking_id == b->id, "I2: another booking was changed");
    effect(op, b->id);
}

void sim_audit_begin(void)
{
    audit.touched_count = audit.crowding_count = 0;
}

void sim_audit_booking(const struct gs_booking *before, const struct gs_booking *b)
{
    struct sim_stand *s = stand_of(b->id);
    if (before == NULL) {
        sim_require(b->version == 1, "I6: booking %lld begins with version %lld", (long long)b->id,
                    (long long)b->version);
        sim_require(b->status <= GS_ARRIVED, "I6: booking %lld begins as %s", (long long)b->id,
                    gs_status_name(b->status));
    } else {
        bool noted =
            b->version == before->version && b->status == before->status && b->place == before->place &&
            b->updated_ms == before->updated_ms; /* held for lack of a bay, or reminded: no change of its own */
        sim_require(noted || b->version == before->version + 1, "I6: booking %lld: version %lld after %lld",
                    (long long)b->id, (long long)b->version, (long long)before->version);
        bool excused = b->excused && !before->excused && b->status == before->status;
        sim_require(noted || excused || may_move(before->status, b->status), "I6: booking %lld went from %s to %s",
                    (long long)b->id, gs_status_name(before->status), gs_status_name(b->status));
        sim_require(strcmp(before->owner, b->owner) == 0, "I7: booking %lld changed hands", (long long)b->id);
    }
    check_place(b);
    check_reference(b);
    check_capacity(s, b);
    find_effect(before, b);
    s->holds = holds(b);
    s->date = b->wish.date;
    s->place = b->place;
    s->slot_start_ms = b->slot_start_ms;
    memcpy(s->window, b->window, sizeof s->window);
}

/* Whatever is told of a booking has its client's own number, as it is just then. */
static void check_name(const struct gs_event *e)
{
    bool beside = e->type == GS_EV_STRIKE_RECORDED || e->type == GS_EV_GATE_CHECKED;
    int64_t id = e->booking_id == 0 && beside ? e->cause_id : e->booking_id;
    sim_require(id == 0 || strcmp(e->reference, sim->disk.rows[id - 1].b.reference) == 0,
                "event %lld of booking %lld has another reference", (long long)e->seq, (long long)id);
}

void sim_audit_event(const struct gs_event *e)
{
    sim_require(e->seq == (int64_t)sim->disk.event_count + 1, "I6: event %lld follows %zu", (long long)e->seq,
                sim->disk.event_count);
    sim_require(e->at_ms >= audit.last_at_ms, "I6: event %lld is of before the one before it", (long long)e->seq);
    audit.last_at_ms = e->at_ms;
    if (e->type == GS_EV_CONFIG_RELOADED) {
        take_reload();
    }
    if (e->booking_id > 0) {
        struct sim_stand *s = stand_of(e->booking_id);
        sim_require(e->prev == s->last_event, "I6: event %lld follows %lld of its booking, not %lld", (long long)e->seq,
                    (long long)e->prev, (long long)s->last_event);
        s->last_event = e->seq;
    }
    check_name(e);
    sim_reminders_event(&audit.ruled.rules, e);
    struct sim_op *op = e->actor.role == GS_ROLE_SYSTEM ? NULL : sim_op_numbered(sim_op_marked(e->reason));
    if (op == NULL || e->type != sim_kind_event(op->kind)) {
        return;
    }
    sim_require(strcmp(e->actor.name, sim_actors[op->actor].name) == 0, "I7: event %lld in another's name",
                (long long)e->seq);
    if (op->booking_id == e->booking_id) {
        effect(op, e->booking_id);
    }
}

/* Refusals that time can heal are asked anew, whatever the key. */
static void check_kept(const struct gs_idem *idem)
{
    static const char *const healing[] = {"\"code\":\"full\"", "\"code\":\"company_quota\"", "\"code\":\"live_quota\"",
                                          "\"code\":\"overloaded\"", "\"code\":\"storage_full\""};
    for (size_t i = 0; idem->status >= 300 && i < sizeof healing / sizeof healing[0]; i++) {
        sim_require(memmem(idem->body, idem->body_len, healing[i], strlen(healing[i])) == NULL,
                    "I2: a refusal is kept that time can heal: %s", healing[i]);
    }
}

void sim_audit_idem(const struct gs_idem *idem)
{
    struct sim_op *op = sim_op_keyed(idem->owner, idem->key);
    sim_require(op != NULL && op->sends > 0, "I2: an answer for a key that nobody used");
    check_kept(idem);
    op->answers_kept++;
    op->idem_row = (int64_t)sim->disk.idem_count + 1;
    sim_require(op->answers_kept == 1 || sim_op_is_old(op), "I2: two answers are kept for one key");
    bool unmarked = op->kind == SIM_RESCHEDULE || op->kind == SIM_ADMIT ||
                    op->kind == SIM_WALK_IN; /* a standby truck is no new booking */
    sim_require(idem->status >= 300 || op->effects > 0 || unmarked, "I2: op %d: done, by its answer, and not done",
                (int)op->number);
    sim_require(idem->status < 300 || op->effects == 0 || sim_op_is_old(op),
                "I2: op %d: refused, by its answer, and done", (int)op->number);
}

void sim_audit_end(const struct gs_batch *batch)
{
    check_crowding();
    for (int32_t i = 0; i < audit.touched_count; i++) {
        const struct sim_op *op = sim_op_numbered(audit.touched[i]);
        sim_batch_effect(op);
        sim_require(sim_op_numbered(op->key)->answers_kept > 0, "I2: op %d: stored without its key", (int)op->number);
    }
    for (const struct gs_record *r = batch->first; r != NULL; r = r->next) {
        if (r->kind == GS_REC_BOOKING) {
            const struct gs_booking *b = &sim->disk.rows[r->u.booking->id - 1].b;
            sim_require(b->last_event == stand_of(b->id)->last_event, "I6: booking %lld does not know its last event",
                        (long long)b->id);
        }
    }
}

static void check_answers(void)
{
    const struct sim_disk *d = &sim->disk;
    int64_t forgotten = sim_site_now() - GS_IDEMPOTENCY_DAYS * SIM_DAY_MS;
    for (size_t i = 0; i < d->idem_count; i++) {
        const struct gs_idem *idem = &d->idems[i];
        unsigned char fingerprint[32];
        int64_t row = 0;
        if (idem->key[0] == '\0' || idem->at_ms <= forgotten + SIM_DAY_MS) {
            continue;
        }
        bool found = gs_idem_keys_find(&sim->app->idem_keys, idem->owner, idem->key, fingerprint, &row);
        sim_require(found, "I2: the key %s is on disk and not known", idem->key);
        sim_require(row >= (int64_t)i + 1, "I2: the key %s is known by row %lld, stored in %zu", idem->key,
                    (long long)row, i + 1);
    }
}

void sim_audit_memory(void)
{
    const struct gs_app *app = sim->app;
    bool quiet = app->batch.count == 0 && !gs_writer_busy(app->writer) && app->submitted == app->durable;
    if (!quiet) {
        return;
    }
    struct gs_book *stored = sim_disk_book(&app->config->rules, gs_book_now(app->book));
    bool same = gs_book_digest(stored) == gs_book_digest(app->book);
    sim_require(sim->disk.now_ms <= gs_book_now(app->book), "the disk is ahead of the book");
    gs_book_destroy(stored);
    sim_require(same, "I4: the book is not the one rebuilt from the store");
    check_answers();
    sim->count.checked++;
}
