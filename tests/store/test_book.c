/* The core and the store together: random worlds are played, every batch is committed, and now and then, after archiving, the store is
 * closed, opened and loaded: the book rebuilt from it is the book (I4). In the end all decisions are made again from the journal, in
 * every other world from a journal that began half way, as in a store that is older than it. The worlds are those of the core's
 * model test.
 * GS_SEED chooses the first world, GS_WORLDS how many. */
#include "../core/model/world.h"
#include "cmocka_all.h"
#include "fixture.h"
#include "gateslot/core/journal.h"
#include "gateslot/core/replay.h"
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { COMMANDS = 300, WORLDS = 12 };

struct play {
    struct fixture store;
    struct world world;
    struct model model;
    struct gs_book *book;
    struct gs_batch batch;
    struct gs_command command;
    struct gs_outcome outcome;
    uint64_t seed;
    int at;
};

static void must(const struct play *p, bool holds, const char *what)
{
    if (!holds) {
        fail_msg("world GS_SEED=%llu GS_WORLDS=1, command %d: %s: %s", (unsigned long long)p->seed, p->at, what,
                 p->store.store != NULL ? gs_store_message(p->store.store) : p->store.message);
    }
}

static void commit_batch(struct play *p)
{
    p->batch.now_ms = gs_book_now(p->book);
    must(p, gs_store_commit(p->store.store, &p->batch) == GS_OK, "a batch of the core's was refused");
    gs_batch_clear(&p->batch);
}

static int restore_booking(void *self, const struct gs_booking *b)
{
    return gs_book_restore_booking(self, b);
}

static int restore_past(void *self, const struct gs_booking *b)
{
    return gs_book_restore_past(self, b);
}

static int restore_capacity(void *self, const struct gs_capacity *c)
{
    return gs_book_restore_capacity(self, c);
}

static int ignore_token(void *self, const struct gs_token *t)
{
    (void)self;
    (void)t;
    return GS_OK;
}

static int ignore_idem(void *self, int64_t row, const struct gs_idem *i)
{
    (void)self;
    (void)row;
    (void)i;
    return GS_OK;
}

static struct gs_book *load_book(struct play *p)
{
    struct gs_book *book;
    struct gs_store_marks marks;
    assert_int_equal(gs_book_create(&p->world.rules, &book), GS_OK);
    const struct gs_store_sink sink = {.self = book,
                                       .booking = restore_booking,
                                       .past = restore_past,
                                       .past_days = gs_book_past_days(&p->world.rules),
                                       .capacity = restore_capacity,
                                       .token = ignore_token,
                                       .idem = ignore_idem};
    must(p, gs_store_load(p->store.store, &sink, &marks) == GS_OK, "the store cannot be loaded");
    must(p, gs_book_start(book, marks.last_booking_id, marks.last_seq, marks.now_ms) == GS_OK, "the book cannot start");
    gs_journal_start(&p->batch, marks.now_ms, "its rules", 9);
    return book;
}

static void open_store(struct play *p)
{
    const struct gs_store_options options = {.tz = p->world.rules.tz};
    int err = fixture_try_open(&p->store, &options);
    must(p, err == GS_OK, "the store cannot be opened");
}

/* As a store is that no journal was kept in. */
static void forget_journal(struct play *p)
{
#define WITHOUT(table, column) "ALTER TABLE " table " DROP COLUMN " column ";"
#define ADDED_SINCE(table)                                                                                             \
    WITHOUT(table, "reference") WITHOUT(table, "excused") WITHOUT(table, "exceptions") WITHOUT(table, "corrections")
#define UNCOUNTED(name) WITHOUT("meta", name "_rows") WITHOUT("meta", name "_sum")
    static const char sql[] =
        "DROP TABLE journal; DROP TABLE journal_booking; DROP TABLE journal_capacity; DROP TABLE journal_begin;"
        "DROP TABLE epoch; DROP TABLE erasure; DROP TABLE erased_event; DROP TABLE site; DROP TABLE past_gram; DROP "
        "TABLE turned_away; DROP TABLE user; DROP TABLE session; DROP TABLE webhook; DROP TABLE webhook_retry; DROP "
        "INDEX booking_past_reference;" WITHOUT("idem", "lang") WITHOUT("idem", "location") WITHOUT("idem", "checksum")
            WITHOUT("booking", "checksum") WITHOUT("booking_past", "checksum") WITHOUT("capacity", "checksum")
                WITHOUT("token", "checksum") ADDED_SINCE("booking") ADDED_SINCE("booking_past")
                    WITHOUT("token", "unconfirmed") WITHOUT("token", "used_ms") WITHOUT("meta", "store_id")
                        WITHOUT("meta", "epoch") WITHOUT("meta", "batch") WITHOUT("meta", "chain")
                            WITHOUT("meta", "schema_sum") WITHOUT("meta", "pending") WITHOUT("meta", "checksum")
                                UNCOUNTED("booking") UNCOUNTED("past") UNCOUNTED("capacity") UNCOUNTED("token")
                                    UNCOUNTED("idem") UNCOUNTED("journal") UNCOUNTED("epoch") UNCOUNTED("gram")
                                        UNCOUNTED("turned_away") UNCOUNTED("user") UNCOUNTED("session")
                                            UNCOUNTED("webhook") UNCOUNTED("webhook_retry") "PRAGMA user_version = 2";
    char mark[128];
    sqlite3 *db;
    fixture_name(&p->store, ".mark", mark);
    must(p, unlink(mark) == 0, "it had no mark");
    must(p, sqlite3_open(p->store.path, &db) == SQLITE_OK, "the file cannot be opened");
    must(p, sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK, sqlite3_errmsg(db));
    sqlite3_close(db);
}

/* In such a store nobody has told anything afterwards, and no booking has a reference: it had no room for either. */
static void as_before(const struct play *p, struct gs_command *c)
{
    bool older = p->seed % 2 == 0 && p->at / 60 <= 2 && !fixture_is_remote();
    if (!older) {
        return;
    }
    c->at_ms = 0;
    if (c->kind == GS_CMD_BOOK || c->kind == GS_CMD_WALK_IN) {
        memset(c->u.book.reference, 0, sizeof c->u.book.reference);
    }
    c->kind = c->kind == GS_CMD_REINSTATE ? GS_CMD_ARRIVE : c->kind;
    bool supervisor = c->actor.role == GS_ROLE_SUPERVISOR;
    c->actor.role = c->kind == GS_CMD_REVERT && supervisor ? GS_ROLE_GATE : c->actor.role;
}

/* The rebuilt book takes over, as after a start. */
static void restart(struct play *p)
{
    bool more = true;
    while (more) {
        int err = gs_store_maintain(p->store.store, gs_book_first_date(p->book), 0, 0, &more);
        must(p, err == GS_OK, "maintenance failed");
    }
    fixture_close(&p->store);
    if (p->seed % 2 == 0 && p->at / 60 == 2 && !fixture_is_remote()) { /* when stores were files alone */
        forget_journal(p);
    }
    open_store(p);
    struct gs_book *rebuilt = load_book(p);
    must(p, gs_book_digest(rebuilt) == gs_book_digest(p->book), "the book rebuilt from the store is another");
    gs_book_destroy(p->book);
    p->book = rebuilt;
}

static void play_command(struct play *p)
{
    int64_t now = world_clock(&p->world, &p->model);
    world_command(&p->world, &p->model, &p->command);
    as_before(p, &p->command);
    gs_journal_apply(p->book, &p->command, now, &p->batch, NULL, &p->outcome);
    p->model.plans = p->outcome.plans;
    m_advise(&p->model, &p->batch);
    (void)m_apply(&p->model, &p->command, now); /* the worlds ask what there is to ask for */
    if (world_roll(&p->world, 3) == 0) {        /* several commands to a batch */
        commit_batch(p);
    }
}

static int give_rules(void *self, const char *config, size_t len, const struct gs_rules **out)
{
    const struct play *p = self;
    must(p, len == 9 && memcmp(config, "its rules", 9) == 0, "the rules are not what was told");
    *out = &p->world.rules;
    return GS_OK;
}

static void replay(struct play *p)
{
    const struct gs_replay_options options = {.date = gs_book_today(p->book), .rules = give_rules, .self = p};
    struct gs_replay *r;
    enum gs_replay_state state;
    assert_int_equal(gs_replay_create(&options, &r), GS_OK);
    while ((state = gs_replay_step(r)) == GS_REPLAY_GOES_ON || state == GS_REPLAY_ASKS) {
        if (state == GS_REPLAY_ASKS) {
            struct gs_query q;
            gs_replay_question(r, &q);
            struct gs_answer a = ask(p->store.store, &q);
            gs_replay_take(r, &a);
            gs_answer_finish(&a);
        }
    }
    const struct gs_replay_report *report = gs_replay_report(r);
    must(p, state == GS_REPLAY_DONE, "the replay failed");
    for (size_t i = 0; i < report->difference_count; i++) {
        const struct gs_replay_difference *d = &report->differences[i];
        printf("# %s, row %lld, %s, event %lld: %s | %s\n", gs_replay_what_name(d->what), (long long)d->row,
               d->command >= 0 ? gs_command_kind_name((enum gs_command_kind)d->command) : "-", (long long)d->seq,
               d->stored, d->found);
    }
    must(p, report->differing + report->elsewhere == 0,
         report->difference_count > 0 ? report->differences[0].found : "decisions of other dates came out otherwise");
    must(p, report->all_commands > 100 && gs_book_seq(gs_replay_book(r)) == gs_book_seq(p->book), "it is not all");
    gs_replay_destroy(r);
}

static void play_world(struct play *p)
{
    fixture_init(&p->store);
    world_make(&p->world, p->seed);
    open_store(p);
    m_init(&p->model, &p->world.rules, p->world.start_ms);
    assert_int_equal(gs_book_create(&p->world.rules, &p->book), GS_OK);
    assert_int_equal(gs_book_start(p->book, 0, 0, p->world.start_ms), GS_OK);
    gs_journal_start(&p->batch, p->world.start_ms, "its rules", 9);
    for (p->at = 0; p->at < COMMANDS; p->at++) {
        play_command(p);
        if (p->at % 60 == 59) {
            commit_batch(p);
            restart(p);
        }
    }
    struct gs_answer a = ask_id(p->store.store, GS_QUERY_AUDIT, 1);
    assert_int_equal(a.err, GS_OK);
    assert_int_equal(a.audit.broken_seq, 0);
    assert_int_equal(a.audit.last_seq, gs_book_seq(p->book));
    gs_answer_finish(&a);
    replay(p);
    gs_batch_clear(&p->batch); /* the last start is not followed by anything */
    gs_book_destroy(p->book);
    world_finish(&p->world);
    fixture_finish(&p->store);
}

static void the_book_rebuilt_from_the_store_is_the_book(void **state)
{
    struct play *p = calloc(1, sizeof *p);
    const long count = (long)number_of("GS_WORLDS", WORLDS);
    (void)state;
    assert_non_null(p);
    gs_batch_init(&p->batch);
    p->seed = number_of("GS_SEED", 20261125);
    printf("# GS_SEED=%llu GS_WORLDS=%ld\n", (unsigned long long)p->seed, count);
    for (long i = 0; i < count; i++, p->seed++) {
        play_world(p);
    }
    gs_batch_finish(&p->batch);
    free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_book_rebuilt_from_the_store_is_the_book)};
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
