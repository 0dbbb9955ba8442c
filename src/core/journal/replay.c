/* Makes the decisions of the journal again, on a book of its own. A book that the daemon loaded is rebuilt here from the one
 * at hand: by invariant 4 that is the same. It stops at the first thing that it cannot follow, and goes on past what merely
 * differs, so that all that follows from one difference is seen. */
#include "gateslot/base/text.h"
#include "journal/replay_state.h"

#include <stdlib.h>
#include <string.h>

#define EVENTS_ASKED 500

int gs_replay_create(const struct gs_replay_options *options, struct gs_replay **out)
{
    struct gs_replay *r = calloc(1, sizeof *r);
    if (r == NULL) {
        return GS_E_NOMEM;
    }
    r->options = *options;
    r->report.date = options->date;
    gs_batch_init(&r->batch);
    gs_arena_init(&r->rows.arena);
    gs_arena_init(&r->events.arena);
    gs_buf_init(&r->text, GS_REPLAY_EVENT_TEXT);
    *out = r;
    return GS_OK;
}

void gs_replay_destroy(struct gs_replay *r)
{
    if (r == NULL) {
        return;
    }
    gs_book_destroy(r->book);
    gs_batch_finish(&r->batch);
    gs_answer_finish(&r->rows);
    gs_answer_finish(&r->events);
    gs_buf_finish(&r->text);
    free(r);
}

const struct gs_replay_report *gs_replay_report(const struct gs_replay *r)
{
    return &r->report;
}

const struct gs_book *gs_replay_book(const struct gs_replay *r)
{
    return r->book;
}

static void ask(struct gs_replay *r, enum gs_replay_question question)
{
    r->question = question;
    r->state = GS_REPLAY_ASKS;
}

static void stop(struct gs_replay *r, const char *why)
{
    struct gs_replay_difference *d =
        gs_replay_differs(&r->report, true, GS_REPLAY_DAMAGED, NULL, r->in_row ? r->row : r->row + 1);
    if (d != NULL) {
        (void)gs_text_copy(d->found, sizeof d->found, why);
    }
    r->state = GS_REPLAY_DONE;
}

/* ---- the book's own life ---- */

/* Earlier versions reminded nobody, and their configurations say nothing of it. */
static void take_reminders_away(struct gs_replay *r)
{
    struct gs_rules *without = r->rules == &r->without[0] ? &r->without[1] : &r->without[0];
    *without = *r->given;
    without->reminder_count = without->expiring_min = 0;
    r->rules = without;
}

static bool take_rules(struct gs_replay *r)
{
    if (r->entry.config != NULL &&
        r->options.rules(r->options.self, r->entry.config, r->entry.config_len, &r->given) != GS_OK) {
        stop(r, "the rules in force from there on cannot be read");
        return false;
    }
    if (r->given == NULL) {
        stop(r, "it does not begin with rules");
        return false;
    }
    if (r->decider < GS_DECIDER_REMINDERS) {
        take_reminders_away(r);
    } else {
        r->rules = r->given;
    }
    return true;
}

/* The first start: what stood before it is asked for. */
static void begin(struct gs_replay *r)
{
    if (!take_rules(r)) {
        return;
    }
    if (gs_book_create(r->rules, &r->book) != GS_OK) {
        r->state = GS_REPLAY_FAILED;
        return;
    }
    r->begun_id = 0;
    ask(r, BEGUN_LIVE);
}

static void rebuild(struct gs_replay *r, bool reloaded)
{
    struct gs_book *next = NULL;
    (void)gs_apply_due(r->book, r->entry.at_ms, &r->batch); /* nothing, or it would be an entry */
    if (!take_rules(r)) {
        return;
    }
    int err = gs_book_rebuild(r->book, r->rules, &next);
    if (err == GS_E_NOMEM) {
        r->state = GS_REPLAY_FAILED;
        return;
    }
    if (err != GS_OK) {
        stop(r, "the book does not fit the rules in force from there on");
        return;
    }
    if (reloaded) {
        const bool others = r->entry.config != NULL && r->options.changes != NULL;
        gs_book_reload(next, r->book, &r->batch, others ? r->options.changes(r->options.self) : NULL, NULL, NULL);
    }
    gs_book_destroy(r->book);
    r->book = next;
}

static int restore_page(struct gs_replay *r, const struct gs_answer *a)
{
    int err = GS_OK;
    for (size_t i = 0; i < a->capacity_count && err == GS_OK; i++) {
        err = gs_book_restore_capacity(r->book, &a->capacities[i]);
    }
    for (size_t i = 0; i < a->booking_count && err == GS_OK; i++) {
        const struct gs_booking *b = &a->bookings[i];
        err = r->question == BEGUN_LIVE ? gs_book_restore_booking(r->book, b) : gs_book_restore_past(r->book, b);
        r->begun_id = b->id;
    }
    return err;
}

static void take_beginning(struct gs_replay *r, const struct gs_answer *a)
{
    int err = restore_page(r, a);
    if (err == GS_OK && a->more) {
        ask(r, r->question);
        return;
    }
    if (err == GS_OK && r->question == BEGUN_LIVE) {
        r->begun_id = 0;
        ask(r, BEGUN_PAST);
        return;
    }
    err = err != GS_OK ? err : gs_book_start(r->book, a->begun_booking_id, a->begun_seq, r->entry.at_ms);
    if (err == GS_E_NOMEM) {
        r->state = GS_REPLAY_FAILED;
    } else if (err != GS_OK) {
        stop(r, "what stood at its beginning contradicts itself");
    }
}

/* ---- commands ---- */

static void compare_outcome(struct gs_replay *r, bool on_date)
{
    const struct gs_journal_entry *e = &r->entry;
    bool other = r->out.code != e->code;
    /* What was told of a reason erased since cannot be told again. */
    bool erased = r->out.code == GS_CODE_CLOSED && strcmp(r->out.reason, GS_ERASED_TEXT) == 0;
    if (!other && (erased || gs_journal_digest(&r->out) == e->digest)) {
        return;
    }
    struct gs_replay_difference *d =
        gs_replay_decision_differs(r, on_date, other ? GS_REPLAY_OUTCOME : GS_REPLAY_NUMBERS);
    if (d != NULL) {
        (void)gs_text_copy(d->stored, sizeof d->stored, gs_code_name(e->code));
        (void)gs_text_copy(d->found, sizeof d->found, gs_code_name(r->out.code));
        d->booking_id = r->out.booking != NULL ? r->out.booking->id : d->booking_id;
    }
}

static void command(struct gs_replay *r)
{
    const struct gs_command *c = &r->entry.command;
    struct gs_replay_report *report = &r->report;
    gs_date date = r->options.date;
    bool before = gs_replay_command_on(r->book, c, date);
    (void)gs_apply(r->book, c, r->entry.at_ms, &r->batch, &r->out);
    if (r->batch.failed) {
        return;
    }
    bool on_date = before || gs_replay_command_on(r->book, c, date);
    report->all_commands++;
    report->earlier_commands += r->decider != GS_DECIDER;
    if (on_date) {
        report->commands++;
        report->outcomes[c->kind][r->entry.code]++;
        report->decisions += r->entry.code != GS_CODE_OK;
    }
    compare_outcome(r, on_date);
}

/* They changed nothing, and what was asked is not known any more: there is nothing to decide again. */
static void skip_refusals(struct gs_replay *r)
{
    const struct gs_refusal_sum *s = &r->entry.refused;
    r->report.all_summed += s->count;
    r->report.summed += gs_tz_date(r->book->rules->tz, s->first_ms) == r->options.date ? s->count : 0;
}

/* Nothing of them is compared with what was stored before it is known whether they stand. */
static void begin_together(struct gs_replay *r)
{
    (void)gs_apply_due(r->book, r->entry.at_ms, &r->batch); /* nothing, or it would be an entry */
    if (gs_together_begin(r->book, &r->batch) != GS_OK) {
        r->state = GS_REPLAY_FAILED;
        return;
    }
    memcpy(r->before.booked, r->report.outcomes[GS_CMD_BOOK], sizeof r->before.booked);
    r->together = true;
}

/* Of those that were undone the ones that would have had a place were refused too, for the others' sake. */
static void end_together(struct gs_replay *r)
{
    const bool stands = r->entry.kind == GS_JOURNAL_STANDS;
    int64_t *booked = r->report.outcomes[GS_CMD_BOOK];
    gs_together_end(r->book, &r->batch, stands);
    r->together = false;
    if (!stands) {
        const int64_t undone = booked[GS_CODE_OK] - r->before.booked[GS_CODE_OK];
        booked[GS_CODE_OK] -= undone;
        booked[GS_CODE_NOT_DONE] += undone;
        r->report.decisions += undone;
    }
}

static void carry_out_together(struct gs_replay *r)
{
    const enum gs_journal_kind kind = r->entry.kind;
    if (kind == GS_JOURNAL_COMMAND && r->entry.command.kind == GS_CMD_BOOK) {
        command(r);
    } else if (kind == GS_JOURNAL_STANDS || kind == GS_JOURNAL_UNDONE) {
        end_together(r);
    } else {
        stop(r, "something else stands among requests that stand or fall together");
    }
}

static void carry_out(struct gs_replay *r)
{
    gs_batch_clear(&r->batch);
    bool tells = r->entry.kind == GS_JOURNAL_START || r->entry.kind == GS_JOURNAL_RULES;
    r->decider = tells ? r->entry.decider : r->decider;
    if (r->book == NULL && r->entry.kind != GS_JOURNAL_START) {
        stop(r, "it does not begin with a start");
        return;
    }
    switch (r->entry.kind) {
    case GS_JOURNAL_COMMAND:
        command(r);
        break;
    case GS_JOURNAL_DUE:
        (void)gs_apply_due(r->book, r->entry.at_ms, &r->batch);
        break;
    case GS_JOURNAL_START:
        if (r->book == NULL) {
            begin(r);
        } else {
            rebuild(r, false);
        }
        break;
    case GS_JOURNAL_RULES:
        rebuild(r, true);
        break;
    case GS_JOURNAL_EPOCH:
        if (!gs_apply_epoch(r->book, &r->entry.epoch, &r->batch)) {
            stop(r, "an epoch begins that does not follow from what was there");
            return;
        }
        break;
    case GS_JOURNAL_REFUSALS:
        skip_refusals(r);
        break;
    case GS_JOURNAL_TOGETHER:
        begin_together(r);
        break;
    case GS_JOURNAL_STANDS:
    case GS_JOURNAL_UNDONE:
        stop(r, "requests that stand or fall together end without having begun");
        return;
    }
}

static void take_entry(struct gs_replay *r)
{
    if (r->together) {
        carry_out_together(r);
    } else {
        carry_out(r);
    }
    if (r->batch.failed) {
        r->state = GS_REPLAY_FAILED;
    }
    r->unseen = r->together ? NULL : r->batch.first;
}

/* ---- events ---- */

static void compare_event(struct gs_replay *r)
{
    const struct gs_event *e = r->unseen->u.event;
    while (r->next_event < r->events.event_count && r->events.events[r->next_event].seq < e->seq) {
        r->next_event++;
    }
    bool have = r->next_event < r->events.event_count;
    if (!have && r->asked_seq != e->seq) {
        r->asked_seq = e->seq;
        ask(r, EVENTS);
        return;
    }
    const struct gs_event_text *stored = have ? &r->events.events[r->next_event] : NULL;
    gs_replay_judge_event(r, e, stored != NULL && stored->seq == e->seq ? stored : NULL);
    r->unseen = r->unseen->next;
}

/* ---- rows ---- */

static void next_row(struct gs_replay *r)
{
    if (r->next_row == r->rows.row_count) {
        ask(r, ROWS);
        return;
    }
    const struct gs_journal_row *row = &r->rows.rows[r->next_row++];
    if (row->no != r->row + 1) {
        stop(r, "a row is missing");
        return;
    }
    r->row = row->no;
    r->in_row = true;
    if (gs_journal_open(&r->cursor, row->bytes, row->len) != GS_OK) {
        stop(r, "the row is of no form that is known");
    }
}

static void next_entry(struct gs_replay *r)
{
    int err = gs_journal_next(&r->cursor, ++r->serial, &r->entry);
    if (err == GS_E_NOTFOUND && !r->together) {
        r->in_row = false;
    } else if (err != GS_OK) {
        stop(r, "the row is damaged");
    } else {
        take_entry(r);
    }
}

static void end(struct gs_replay *r, int64_t last_seq)
{
    if (r->book == NULL) {
        stop(r, "it is empty");
        return;
    }
    bool unexplained = last_seq > gs_book_seq(r->book);
    if (unexplained && r->report.earlier_differing == 0) {
        struct gs_replay_difference *d = gs_replay_differs(&r->report, true, GS_REPLAY_UNEXPLAINED, NULL, 0);
        if (d != NULL) {
            d->seq = last_seq;
        }
    }
    r->state = GS_REPLAY_DONE;
}

enum gs_replay_state gs_replay_step(struct gs_replay *r)
{
    if (r->state != GS_REPLAY_GOES_ON) {
        return r->state;
    }
    if (r->unseen != NULL && r->unseen->kind != GS_REC_EVENT) {
        r->unseen = r->unseen->next;
    } else if (r->unseen != NULL) {
        compare_event(r);
    } else if (r->in_row) {
        next_entry(r);
    } else {
        next_row(r);
    }
    return r->state;
}

void gs_replay_question(const struct gs_replay *r, struct gs_query *out)
{
    memset(out, 0, sizeof *out);
    switch (r->question) {
    case BEGUN_LIVE:
    case BEGUN_PAST:
        out->kind = GS_QUERY_BEGINNING;
        out->u.beginning.past = r->question == BEGUN_PAST;
        out->u.beginning.after_id = r->begun_id;
        break;
    case EVENTS:
        out->kind = GS_QUERY_EVENTS;
        out->u.events.after = r->asked_seq - 1;
        out->u.events.limit = EVENTS_ASKED;
        break;
    case NOTHING:
    case ROWS:
        out->kind = GS_QUERY_JOURNAL;
        out->u.row = r->row;
        break;
    }
}

static void keep(struct gs_answer *mine, struct gs_answer *answer)
{
    gs_answer_finish(mine);
    *mine = *answer;
    *answer = (struct gs_answer){0};
    gs_arena_init(&answer->arena);
}

void gs_replay_take(struct gs_replay *r, struct gs_answer *answer)
{
    if (answer->err == GS_E_CORRUPT) {
        stop(r, answer->text[0] != '\0' ? answer->text : "what is stored is damaged");
        return;
    }
    if (answer->err != GS_OK) {
        r->state = GS_REPLAY_FAILED;
        return;
    }
    r->state = GS_REPLAY_GOES_ON;
    if (r->question == ROWS) {
        keep(&r->rows, answer);
        r->next_row = 0;
        if (r->rows.row_count == 0) {
            end(r, r->rows.last_seq);
        }
    } else if (r->question == EVENTS) {
        keep(&r->events, answer);
        r->next_event = 0;
    } else {
        take_beginning(r, answer);
    }
}
