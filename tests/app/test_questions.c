/* Questions to the store: each is put to the writer behind every batch that holds something its asker may have seen. */
#include "outside.h"

struct asker {
    int32_t answers, err;
    int32_t order; /* how many were answered before, of all of a test */
    int32_t *count;
};

static void on_answer(void *arg, struct gs_answer *answer)
{
    struct asker *a = arg;
    a->answers++;
    a->err = answer->err;
    a->order = a->count != NULL ? (*a->count)++ : 0;
}

static int ask(struct fixture *f, enum gs_query_kind kind, struct asker *asker)
{
    const struct gs_query query = {.kind = kind, .u.row = 1};
    return f->app->service.query(f->app, &query, on_answer, asker);
}

static bool stays(void *arg)
{
    (void)arg;
    return false;
}

static void note_replay(void *arg, int err, const struct gs_replay_report *report)
{
    int *ended = arg;
    *ended = err;
    assert_int_equal(report == NULL, err != GS_OK);
}

static void one_replay_is_made_at_a_time(void **state)
{
    struct fixture *f = *state;
    int first = 1, second = 1;
    const struct gs_replay_waiter waits = {.arg = &first, .gone = stays, .done = note_replay};
    const struct gs_replay_waiter other = {.arg = &second, .gone = stays, .done = note_replay};
    gs_date today = gs_book_today(f->app->book);
    assert_int_equal(f->app->service.replay(f->app, today, &waits), GS_OK);
    assert_int_equal(f->app->service.replay(f->app, today, &other), GS_E_BUSY);
    assert_int_equal(second, 1); /* it was told by the code, and is told no more */
    gs_app_replay_finish(f->app);
}

static void with_nothing_open_it_goes_at_once(void **state)
{
    struct fixture *f = *state;
    struct asker a = {0};
    assert_int_equal(ask(f, GS_QUERY_HISTORY, &a), GS_OK);
    assert_int_equal(questions_at_writer(), 1);
    assert_int_equal(disk_answers(f->app), 1);
    assert_int_equal(a.answers, 1);
}

static void behind_an_open_batch_it_waits_until_that_is_handed_over(void **state)
{
    struct fixture *f = *state;
    struct asker a = {0};
    (void)book(f);
    assert_int_equal(ask(f, GS_QUERY_HISTORY, &a), GS_OK);
    assert_int_equal(questions_at_writer(), 0);
    gs_app_turn_end(f->app);
    assert_int_equal(questions_at_writer(), 1);
    assert_int_equal(outside.writer_asked_after, f->app->submitted); /* the writer answers after that batch */
    disk_syncs(f->app);
    assert_int_equal(disk_answers(f->app), 1);
    assert_int_equal(a.answers, 1);
}

/* The batch it depends on can only be handed over once the writer is free: until then it must not overtake. */
static void behind_a_batch_that_gathers_while_another_syncs(void **state)
{
    struct fixture *f = *state;
    struct asker a = {0};
    (void)book(f);
    gs_app_turn_end(f->app);
    (void)book(f);
    assert_int_equal(ask(f, GS_QUERY_HISTORY, &a), GS_OK);
    gs_app_turn_end(f->app);
    assert_int_equal(questions_at_writer(), 0);
    disk_syncs(f->app);
    assert_int_equal(questions_at_writer(), 0);
    gs_app_turn_end(f->app);
    assert_int_equal(questions_at_writer(), 1);
    assert_int_equal(outside.writer_asked_after, f->app->submitted);
    disk_syncs(f->app);
    (void)disk_answers(f->app);
    assert_int_equal(a.answers, 1);
}

static void a_later_question_does_not_overtake_an_earlier_one(void **state)
{
    struct fixture *f = *state;
    int32_t count = 0;
    struct asker first = {.count = &count}, second = {.count = &count};
    (void)book(f);
    assert_int_equal(ask(f, GS_QUERY_HISTORY, &first), GS_OK);
    while (f->app->batch.count < 24) {
        (void)book(f);
    }
    (void)refused(f); /* the overlap hands the batch over; the question still waits */
    assert_true(is_syncing());
    assert_int_equal(f->app->batch.count, 0);
    assert_int_equal(ask(f, GS_QUERY_HISTORY, &second), GS_OK);
    assert_int_equal(questions_at_writer(), 0);
    disk_syncs(f->app);
    gs_app_turn_end(f->app); /* the journal of the refusal goes along: it waits for nobody, but the writer is free */
    disk_syncs(f->app);
    assert_int_equal(disk_answers(f->app), 2);
    assert_int_equal(first.order, 0);
    assert_int_equal(second.order, 1);
}

/* A replay reads what refusals left in the journal: these go first, though nobody else waits for them. */
static void one_about_the_journal_waits_for_the_open_journal(void **state)
{
    struct fixture *f = *state;
    struct asker history = {0}, journal = {0};
    (void)refused(f);
    assert_int_equal(ask(f, GS_QUERY_HISTORY, &history), GS_OK);
    assert_int_equal(questions_at_writer(), 1);
    assert_int_equal(ask(f, GS_QUERY_JOURNAL, &journal), GS_OK);
    assert_int_equal(questions_at_writer(), 1);
    gs_app_turn_end(f->app);
    assert_true(is_syncing());
    assert_int_equal(questions_at_writer(), 2);
    assert_int_equal(outside.writer_asked_after, f->app->submitted);
    disk_syncs(f->app);
    (void)disk_answers(f->app);
    assert_int_equal(journal.answers, 1);
}

static void too_many_are_refused(void **state)
{
    struct fixture *f = *state;
    static struct asker a[GS_QUERIES_MAX + 1];
    memset(a, 0, sizeof a);
    (void)book(f);
    for (int32_t i = 0; i < GS_QUERIES_MAX; i++) {
        assert_int_equal(ask(f, GS_QUERY_HISTORY, &a[i]), GS_OK);
    }
    assert_int_equal(ask(f, GS_QUERY_HISTORY, &a[GS_QUERIES_MAX]), GS_E_BUSY);
    gs_app_turn_end(f->app);
    disk_syncs(f->app);
    assert_int_equal(disk_answers(f->app), GS_QUERIES_MAX);
    for (int32_t i = 0; i < GS_QUERIES_MAX; i++) {
        assert_int_equal(a[i].answers, 1);
        assert_int_equal(a[i].err, GS_OK);
    }
    assert_int_equal(a[GS_QUERIES_MAX].answers, 0); /* he was told at once */
    (void)book(f);
    assert_int_equal(ask(f, GS_QUERY_HISTORY, &a[GS_QUERIES_MAX]), GS_OK); /* there is room again */
}

static void an_asker_whom_the_writer_has_no_room_for_hears_why(void **state)
{
    struct fixture *f = *state;
    static struct asker filling;
    struct asker a = {0};
    for (int32_t i = 0; i < GS_QUERIES_MAX; i++) {
        assert_int_equal(ask(f, GS_QUERY_HISTORY, &filling), GS_OK);
    }
    (void)book(f);
    assert_int_equal(ask(f, GS_QUERY_HISTORY, &a), GS_OK);
    gs_app_turn_end(f->app);
    assert_int_equal(a.answers, 1);
    assert_int_equal(a.err, GS_E_BUSY);
}

/* The batch it waited for is no more, and its asker may have seen what stood in it: he is not to show that with the answer. */
static void what_waited_for_a_batch_that_was_lost_is_told_so(void **state)
{
    struct fixture *f = *state;
    struct asker a = {0};
    (void)book(f);
    gs_app_turn_end(f->app);
    (void)book(f);
    assert_int_equal(ask(f, GS_QUERY_HISTORY, &a), GS_OK);
    disk_fails(f->app, GS_E_FULL);
    assert_int_equal(questions_at_writer(), 0);
    assert_int_equal(a.answers, 1);
    assert_int_equal(a.err, GS_E_FULL);
    assert_int_equal(ask(f, GS_QUERY_HISTORY, &a), GS_OK); /* of the book as it is on disk */
    (void)disk_answers(f->app);
    assert_int_equal(a.answers, 2);
    assert_int_equal(a.err, GS_OK);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup_quiet, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(one_replay_is_made_at_a_time),
        TEST(with_nothing_open_it_goes_at_once),
        TEST(behind_an_open_batch_it_waits_until_that_is_handed_over),
        TEST(behind_a_batch_that_gathers_while_another_syncs),
        TEST(a_later_question_does_not_overtake_an_earlier_one),
        TEST(one_about_the_journal_waits_for_the_open_journal),
        TEST(too_many_are_refused),
        TEST(an_asker_whom_the_writer_has_no_room_for_hears_why),
        TEST(what_waited_for_a_batch_that_was_lost_is_told_so),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
