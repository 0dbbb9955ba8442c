/* Replays what the fixture's journal holds, against the events that its store took, and compares the books. */
#include "fixture_replay.h"

#include "gateslot/core/replay.h"
#include "rules/strikes.h"
#include "state/state.h"

#include <stdio.h>
#include <stdlib.h>

enum { PAGE_ROWS = 7, PAGE_EVENTS = 5 }; /* small, so that pages end everywhere */

struct teller {
    const struct fixture *f;
    struct gs_rules rules[2]; /* the last two given out */
    struct gs_calendar_rule *calendars[2];
    int given;
};

/* A config's text here is the rules as they stand in memory, and their calendar. */
size_t fx_rules_text(const struct gs_rules *rules, char **out)
{
    size_t calendar = (size_t)rules->calendar_count * sizeof *rules->calendar;
    *out = malloc(sizeof *rules + calendar);
    assert_non_null(*out);
    memcpy(*out, rules, sizeof *rules);
    if (calendar > 0) {
        memcpy(*out + sizeof *rules, rules->calendar, calendar);
    }
    return sizeof *rules + calendar;
}

static int give_rules(void *self, const char *text, size_t len, const struct gs_rules **out)
{
    struct teller *t = self;
    int at = t->given++ % 2;
    if (len < sizeof t->rules[0]) {
        return GS_E_INVALID;
    }
    memcpy(&t->rules[at], text, sizeof t->rules[at]);
    free(t->calendars[at]);
    t->calendars[at] = malloc(len);
    assert_non_null(t->calendars[at]);
    memcpy(t->calendars[at], text + sizeof t->rules[at], len - sizeof t->rules[at]);
    t->rules[at].calendar = t->calendars[at];
    *out = &t->rules[at];
    return GS_OK;
}

static void answer_rows(const struct fx_store *s, int64_t after, struct gs_answer *a)
{
    a->last_seq = s->last_seq;
    a->rows = gs_arena_alloc(&a->arena, PAGE_ROWS * sizeof *a->rows);
    for (int64_t no = after + 1; no <= (int64_t)s->row_count && a->row_count < PAGE_ROWS; no++) {
        const struct fx_row *row = &s->rows[no - 1];
        a->rows[a->row_count++] = (struct gs_journal_row){.no = no, .len = row->len, .bytes = row->bytes};
    }
}

static void answer_events(const struct fixture *f, int64_t after, struct gs_answer *a)
{
    a->events = gs_arena_alloc(&a->arena, PAGE_EVENTS * sizeof *a->events);
    for (int64_t seq = after + 1; seq <= f->store.last_seq && a->event_count < PAGE_EVENTS; seq++) {
        struct gs_buf text;
        gs_buf_init(&text, 65536);
        gs_event_json(&f->store.events[seq - 1], f->rules.tz, &text);
        char *copy = gs_arena_alloc(&a->arena, text.len + 1);
        memcpy(copy, text.data, text.len);
        a->events[a->event_count++] = (struct gs_event_text){.seq = seq, .len = text.len, .json = copy};
        gs_buf_finish(&text);
    }
}

void fx_replay_answer(const struct fixture *f, const struct gs_query *q, struct gs_answer *out)
{
    *out = (struct gs_answer){0};
    gs_arena_init(&out->arena);
    if (q->kind == GS_QUERY_JOURNAL) {
        answer_rows(&f->store, q->u.row, out);
    } else if (q->kind == GS_QUERY_EVENTS) {
        answer_events(f, q->u.events.after, out);
    } else {
        assert_int_equal(q->kind, GS_QUERY_BEGINNING);
    }
}

enum gs_replay_state fx_replay_run(const struct fixture *f, gs_date date,
                                   void (*look)(void *arg, const struct gs_replay *r, enum gs_replay_state state),
                                   void *arg)
{
    struct teller t = {.f = f};
    const struct gs_replay_options options = {.date = date, .rules = give_rules, .self = &t};
    struct gs_replay *r;
    enum gs_replay_state state;
    assert_int_equal(gs_replay_create(&options, &r), GS_OK);
    while ((state = gs_replay_step(r)) == GS_REPLAY_GOES_ON || state == GS_REPLAY_ASKS) {
        if (state == GS_REPLAY_ASKS) {
            struct gs_query q;
            struct gs_answer a;
            gs_replay_question(r, &q);
            fx_replay_answer(f, &q, &a);
            gs_replay_take(r, &a);
            gs_answer_finish(&a);
        }
    }
    if (look != NULL) {
        look(arg, r, state);
    }
    gs_replay_destroy(r);
    free(t.calendars[0]);
    free(t.calendars[1]);
    return state;
}

/* What the journal does not know. */
static void make_same(struct gs_booking *b)
{
    struct gs_truck *t = &b->truck;
    memset(t->plate_given, 0, sizeof t->plate_given);
    memset(t->trailer, 0, sizeof t->trailer);
    memset(t->trailer_given, 0, sizeof t->trailer_given);
    memset(t->driver_name, 0, sizeof t->driver_name);
    memset(t->driver_phone, 0, sizeof t->driver_phone);
    memset(t->declaration_no, 0, sizeof t->declaration_no);
    memset(b->company_name, 0, sizeof b->company_name);
    t->warnings = 0;
}

uint64_t fx_replay_digest(const struct gs_book *book)
{
    struct gs_book *plain;
    assert_int_equal(gs_book_create(book->rules, &plain), GS_OK);
    for (size_t i = 0; i < book->bookings.count; i++) {
        struct gs_booking b = book->bookings.at[i]->b;
        make_same(&b);
        assert_int_equal(gs_book_restore_booking(plain, &b), GS_OK);
    }
    for (size_t i = 0; i < book->overrides.count; i++) {
        assert_int_equal(gs_book_restore_capacity(plain, book->overrides.at[i]), GS_OK);
    }
    for (size_t i = 0; i < book->checks.count; i++) {
        assert_int_equal(gs_book_restore_turned_away(plain, &book->checks.at[i]), GS_OK);
    }
    assert_int_equal(gs_book_start(plain, book->last_id, book->last_seq, book->now_ms), GS_OK);
    uint64_t digest = gs_book_digest(plain) ^ gs_facts_digest(&book->facts, book->today - GS_FACT_DAYS + 1,
                                                              gs_strikes_first_date(book->rules, book->today));
    gs_book_destroy(plain);
    return digest;
}

static void must_be_same(void *arg, const struct gs_replay *r, enum gs_replay_state state)
{
    const struct fixture *f = arg;
    const struct gs_replay_report *report = gs_replay_report(r);
    assert_int_equal(state, GS_REPLAY_DONE);
    for (size_t i = 0; i < report->difference_count; i++) {
        const struct gs_replay_difference *d = &report->differences[i];
        printf("# %s, row %lld, event %lld:\n#   %s\n#   %s\n", gs_replay_what_name(d->what), (long long)d->row,
               (long long)d->seq, d->stored, d->found);
    }
    assert_int_equal(report->differing + report->elsewhere, 0);
    assert_int_equal(report->all_events, f->store.last_seq);
    assert_true(report->all_commands <= f->commands);
    assert_int_equal(gs_book_seq(gs_replay_book(r)), f->store.last_seq);
    /* the instant of a look that changed nothing is not in the journal: facts are compared by what they know of days */
    if (gs_book_today(gs_replay_book(r)) == gs_book_today(f->book)) {
        assert_true(fx_replay_digest(gs_replay_book(r)) == fx_replay_digest(f->book));
    }
}

bool fx_replays(const struct fixture *f)
{
    char *text;
    size_t len = fx_rules_text(&f->rules, &text);
    bool same = f->journaled != NULL && len == f->journaled_len && memcmp(text, f->journaled, len) == 0;
    free(text);
    return same && !f->store.untold;
}

void fx_replay(const struct fixture *f)
{
    assert_true(fx_replays(f));
    assert_int_equal(fx_replay_run(f, gs_book_today(f->book), must_be_same, (void *)f), GS_REPLAY_DONE);
}
