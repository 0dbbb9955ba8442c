/* Decisions against the reference model of tests/core/model, in some of the worlds: every command that reaches the core is given to
 * both, under the loop, the retries and the crashes of the simulation (I5). When the book is loaded anew or gets other rules,
 * the model starts anew from its bookings. */
#include "../core/model/compare.h"
#include "sim.h"
#include <stdlib.h>
#include <string.h>

enum {
    PAUSE = 50,
    CHANGES_AT_ONCE = 5 /* dates that one command sets, at most (request.c) */
};

static struct {
    bool wanted, follows;
    struct model m;
    const struct gs_book *book;
    int64_t commands;
    int32_t edits; /* of the config file, as the model began */
    bool adopted;  /* the book may show slots that only bookings knew; the model has none */
    int32_t pause; /* calls until it is tried again, after a book that the model cannot follow */
} reference;

bool __real_gs_apply(struct gs_book *book, const struct gs_command *c, int64_t now_ms, struct gs_batch *batch,
                     struct gs_outcome *out);
bool __wrap_gs_apply(struct gs_book *book, const struct gs_command *c, int64_t now_ms, struct gs_batch *batch,
                     struct gs_outcome *out);
bool __real_gs_apply_due(struct gs_book *book, int64_t now_ms, struct gs_batch *batch);
bool __wrap_gs_apply_due(struct gs_book *book, int64_t now_ms, struct gs_batch *batch);
void __real_gs_together_end(struct gs_book *book, struct gs_batch *batch, bool stands);
void __wrap_gs_together_end(struct gs_book *book, struct gs_batch *batch, bool stands);
void __real_gs_book_reload(struct gs_book *book, const struct gs_book *old, struct gs_batch *batch,
                           const struct gs_option_changes *options,
                           void (*told)(void *arg, const struct gs_reload_day *day), void *arg);
void __wrap_gs_book_reload(struct gs_book *book, const struct gs_book *old, struct gs_batch *batch,
                           const struct gs_option_changes *options,
                           void (*told)(void *arg, const struct gs_reload_day *day), void *arg);

void sim_reference_start(bool wanted)
{
    reference.wanted = wanted;
    reference.follows = reference.adopted =
        false; /* nothing of the world before: a seed alone must play the same world */
    reference.edits = reference.pause = 0;
    reference.commands = 0;
}

void sim_reference_finish(void)
{
    reference.wanted = reference.follows = false;
}

void sim_reference_forget(void)
{
    /* Under edited rules, or others than what is stored was decided by, a loaded book gives what is free to those who wait at
     * the first instant it is asked of, not before. */
    bool others = reference.adopted || reference.edits != sim->edits;
    reference.pause = others ? 2 : 0;
    reference.follows = reference.adopted = false;
}

static void take_booking(struct m_booking *to, const struct gs_booking *b)
{
    *to = (struct m_booking){.id = b->id,
                             .status = b->status,
                             .wish = b->wish,
                             .flexible = b->flexible,
                             .moved = b->moved,
                             .waitlist = b->waitlist,
                             .urgent = b->urgent,
                             .displaced = b->displaced,
                             .walk_in = b->walk_in,
                             .delayed = b->delayed,
                             .late_cancel = b->late_cancel,
                             .excused = b->excused,
                             .exceptions = b->exceptions,
                             .container_count = b->truck.container_count,
                             .slot_start = b->slot_start_ms,
                             .slot_end = b->slot_end_ms,
                             .arrive_from = b->arrive_from_ms,
                             .arrive_until = b->arrive_until_ms,
                             .since = b->waiting_since_ms,
                             .created = b->created_ms,
                             .told = gs_booking_closed_ms(b),
                             .corrections = b->corrections,
                             .arrived = b->arrived_ms,
                             .entered = b->entered_ms,
                             .cleared = b->cleared_ms,
                             .departed = b->departed_ms,
                             .ended = b->ended_ms,
                             .held = b->held_ms,
                             .before_refused = b->before_refused};
    memcpy(to->plate, b->truck.plate, sizeof to->plate);
    memcpy(to->uscc, b->uscc, sizeof to->uscc);
    memcpy(to->containers, b->truck.containers, sizeof to->containers);
    memcpy(to->owner, b->owner, sizeof to->owner);
    memcpy(to->reference, b->reference, sizeof to->reference);
    memcpy(to->window, b->window, sizeof to->window);
}

/* The model knows no places but those of the rules: new rules can leave some that only their bookings still know. */
static bool stands_in_rules(const struct model *m, const struct m_booking *b)
{
    struct m_day day;
    if (b->window[0] == '\0' || b->wish.date < m_today(m) - 2) {
        return true;
    }
    m_day(m, b->wish.date, 0, &day);
    const struct m_window *w = m_window(&day, b->window);
    for (int32_t k = 0; w != NULL && k < w->slot_count; k++) {
        if (w->slots[k].start == b->slot_start) {
            return true;
        }
    }
    return false;
}

static bool all_stand_in_rules(struct model *m)
{
    int32_t count = m->count;
    m->count = 0; /* nobody is counted meanwhile */
    bool all = true;
    for (int32_t i = 0; i < count && all; i++) {
        all = stands_in_rules(m, &m->bookings[i]);
    }
    m->count = count;
    return all;
}

/* The model as the book stands: rules, capacities and bookings; false: more than it can hold. */
static bool start_over(const struct gs_book *book)
{
    struct model *m = &reference.m;
    m_init(m, gs_book_rules(book), gs_book_now(book));
    for (size_t i = 0; i < sim->disk.capacity_count; i++) {
        if (m->change_count == M_CHANGES - CHANGES_AT_ONCE) {
            return false;
        }
        m->changes[m->change_count++] = sim->disk.capacities[i];
    }
    for (int64_t id = 1;; id++) {
        const struct gs_booking *b = gs_book_get(book, id);
        if (b == NULL && id <= (int64_t)sim->disk.row_count) {
            b = &sim->disk.rows[id - 1].b;
        }
        if (b == NULL) {
            break;
        }
        if (m->count == M_BOOKINGS - 1) {
            return false;
        }
        take_booking(&m->bookings[m->count++], b);
    }
    if (!all_stand_in_rules(m)) {
        reference.adopted = true;
        return false;
    }
    for (int32_t i = 0; i < m->count; i++) {
        m->bookings[i].waits_until = m_last_end(m, &m->bookings[i]);
    }
    return true;
}

/* Is there a model at the book's side, as it was before this call? Only a book that is on disk whole can be taken over: a batch that
 * did not fit is in the book until the loop hears of it. */
static bool ready(const struct gs_book *book, const struct gs_batch *batch)
{
    if (!reference.wanted || sim->app == NULL || sim->deaf) {
        return false;
    }
    if (reference.follows && reference.book == book && reference.m.count < M_BOOKINGS - 8 &&
        reference.m.change_count <= M_CHANGES - CHANGES_AT_ONCE) {
        return true;
    }
    reference.follows = false;
    if (batch->count > 0 || sim->app->durable != sim->app->submitted || --reference.pause > 0) {
        return false;
    }
    reference.book = book;
    reference.pause = PAUSE;
    reference.edits = sim->edits;
    reference.follows = start_over(book);
    sim_note("model", gs_book_seq(book), reference.follows);
    return reference.follows;
}

static struct gs_batch since(const struct gs_batch *batch, const struct gs_record *last)
{
    struct gs_batch added = *batch;
    added.first = last != NULL ? last->next : batch->first;
    return added;
}

static void compare(const struct gs_book *book, bool days)
{
    char text[DIFFERENCE_MAX];
    const struct model *m = &reference.m;
    sim_require(m->complaint[0] == '\0', "I5: %s", m->complaint);
    const char *differs = compare_bookings(m, book, text);
    if (differs == NULL && days && !reference.adopted) {
        differs = compare_days(m, book, text);
    }
    sim_require(differs == NULL, "I5: %s", differs);
}

static void follow_change(const struct gs_outcome *out)
{
    if (out->code == GS_CODE_OK) {
        take_booking(&reference.m.bookings[out->booking->id - 1], out->booking);
    }
}

static void follow(const struct gs_book *book, const struct gs_command *c, int64_t now_ms, const struct gs_outcome *out)
{
    char text[DIFFERENCE_MAX];
    struct model *m = &reference.m;
    bool planned = (c->kind == GS_CMD_CAPACITY_SET || c->kind == GS_CMD_CAPACITY_RESET);
    if (planned && (c->u.capacity.dry_run || strcmp(c->u.capacity.to.window, GS_ALL_WINDOWS) == 0)) {
        if (!c->u.capacity.dry_run) {
            reference.follows = false;
        }
        m_due(m, now_ms);
        m_promote(m);
        m_all_reminded(m);
        return;
    }
    if (c->kind == GS_CMD_NOTE || c->kind == GS_CMD_GATE_RECORD || c->kind == GS_CMD_CHANGE) {
        m_due(m, now_ms);
        m_promote(m);
        m_all_reminded(m);
        if (c->kind == GS_CMD_CHANGE) {
            follow_change(out);
            reference.follows = false; /* what a change of plate frees is not the model's to know */
        }
        return;
    }
    struct m_outcome want = m_apply(m, c, now_ms);
    const char *differs = m->complaint[0] == '\0' ? compare_outcome(m, book, c, out, &want, text) : NULL;
    sim_require(differs == NULL, "I5: command %d of %s: %s", (int)c->kind, c->actor.name, differs);
}

bool __wrap_gs_apply(struct gs_book *book, const struct gs_command *c, int64_t now_ms, struct gs_batch *batch,
                     struct gs_outcome *out)
{
    bool makes = c->kind == GS_CMD_BOOK || c->kind == GS_CMD_WALK_IN;
    sim_require(!makes || book != sim->app->book || !sim->app->storage_full,
                "a new booking was decided on while the disk was full");
    bool follows = ready(book, batch);
    const struct gs_record *last = batch->last;
    sim_require(book != sim->app->book || !sim->app->clock.refused || c->kind == GS_CMD_NOTE,
                "a decision by a clock that is not trusted");
    const int64_t from_ms = gs_book_now(book);
    const bool changed = __real_gs_apply(book, c, now_ms, batch, out);
    sim_reminders_passed(book, from_ms, since(batch, last).first);
    sim_note("apply", (int64_t)c->kind, now_ms);
    sim_note(gs_code_name(out->code), gs_book_seq(book), (int64_t)batch->count);
    if (!follows) {
        return changed;
    }
    struct gs_batch added = since(batch, last);
    reference.m.plans = out->plans;
    m_advise(&reference.m, &added);
    follow(book, c, now_ms, out);
    if (reference.follows) {
        compare(book, ++reference.commands % 16 == 0);
    }
    return changed;
}

bool __wrap_gs_apply_due(struct gs_book *book, int64_t now_ms, struct gs_batch *batch)
{
    bool follows = ready(book, batch);
    const struct gs_record *last = batch->last;
    sim_require(book != sim->app->book || !sim->app->clock.refused,
                "something fell due by a clock that is not trusted");
    const int64_t from_ms = gs_book_now(book);
    const bool changed = __real_gs_apply_due(book, now_ms, batch);
    sim_reminders_passed(book, from_ms, since(batch, last).first);
    if (last != batch->last) {
        sim_note("due", now_ms, (int64_t)batch->count);
    }
    if (!follows) {
        return changed;
    }
    struct gs_batch added = since(batch, last);
    m_advise(&reference.m, &added);
    m_due(&reference.m, now_ms);
    m_all_reminded(&reference.m);
    if (last != batch->last) { /* else the next command shows whether somebody should have come in */
        m_promote(&reference.m);
        m_all_used(&reference.m);
        compare(book, false);
    }
    sim_require(reference.m.complaint[0] == '\0', "I5: %s", reference.m.complaint);
    return changed;
}

/* What is undone the model does not undo: it starts over. */
void __wrap_gs_together_end(struct gs_book *book, struct gs_batch *batch, bool stands)
{
    __real_gs_together_end(book, batch, stands);
    reference.follows = reference.follows && stands;
    sim_note("together", stands, (int64_t)batch->count);
}

void __wrap_gs_book_reload(struct gs_book *book, const struct gs_book *old, struct gs_batch *batch,
                           const struct gs_option_changes *options,
                           void (*told)(void *arg, const struct gs_reload_day *day), void *arg)
{
    sim_audit_reload(gs_book_rules(book));
    sim_reference_forget();
    reference.adopted = true;
    __real_gs_book_reload(book, old, batch, options, told, arg);
    sim_note("reload", gs_book_seq(book), (int64_t)batch->count);
    sim->count.reloads++;
}
