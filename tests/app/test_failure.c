/* A commit that fails. On a full disk nothing of it was stored: the book is loaded again, its replies become 507, and what needs no new
 * booking goes on from the reserve. Any other failure leaves the outcome unknown: nothing more is acknowledged, the process ends. */
#include "outside.h"

/* One booking is on disk, so that there is a truck for the gate. */
static int setup(void **state)
{
    int failed = fixture_setup(state);
    struct fixture *f = *state;
    (void)book(f);
    gs_app_turn_end(f->app);
    disk_syncs(f->app);
    outside.disk.has_space = true;
    return failed;
}

static bool knows_key(struct fixture *f, const char *key)
{
    unsigned char fingerprint[32];
    int64_t row;
    return f->app->service.find_answer(f->app, "backend", key, fingerprint, &row);
}

/* A batch of one booking finds the disk full. */
static struct reply *fill_disk(struct fixture *f)
{
    struct reply *r = book(f);
    gs_app_turn_end(f->app);
    outside.disk.has_space = false;
    disk_fails(f->app, GS_E_FULL);
    return r;
}

static void what_a_full_disk_refused_was_never_there(void **state)
{
    struct fixture *f = *state;
    struct gs_app *app = f->app;
    uint64_t digest = gs_book_digest(app->book);
    const struct reply *refused_by_disk = book(f);
    gs_app_turn_end(app);
    const struct reply *gathered = book(f); /* over a book that has the first one in it */
    const struct reply *read = read_list(f);
    int32_t loads = outside.disk.loads;
    disk_fails(app, GS_E_FULL);
    assert_int_equal(refused_by_disk->state, REPLY_REPLACED);
    assert_int_equal(gathered->state, REPLY_REPLACED);
    assert_int_equal(read->state, REPLY_REPLACED);
    assert_int_equal(outside.disk.loads, loads + 1);
    assert_int_equal(app->batch.count, 0);
    assert_int_equal(gs_book_count(app->book), 1);
    assert_true(gs_book_digest(app->book) == digest); /* I4 */
    assert_true(knows_key(f, "key-1"));
    assert_false(knows_key(f, "key-2")); /* a retry is a first try */
    assert_false(knows_key(f, "key-3"));
    assert_int_equal(logged("event=storage_full"), 1);
    assert_int_equal(read_list(f)->state, REPLY_LEFT); /* of the book as it is on disk */
    gs_app_turn_end(app);
    assert_false(is_syncing()); /* nothing is left of the batches */
}

static void on_a_full_disk_the_gate_goes_on_from_the_reserve(void **state)
{
    struct fixture *f = *state;
    struct gs_app *app = f->app;
    (void)fill_disk(f);
    assert_true(outside.disk.reserve_given_up);
    (void)book_at(f, 12 * 60);
    assert_int_equal(f->out.code, GS_CODE_STORAGE_FULL);
    assert_int_equal(gs_book_count(app->book), 1);
    const struct reply *r = arrive(f, 1);
    assert_int_equal(f->out.code, GS_CODE_OK);
    assert_int_equal(r->state, REPLY_HELD);
    gs_app_turn_end(app);
    disk_syncs(app);
    assert_int_equal(r->state, REPLY_LEFT);
    assert_int_equal(outside.disk.bookings[0].status, GS_ARRIVED);
}

/* Each failure loads the whole book again: what nobody waits for is not worth one. */
static void on_a_full_disk_the_journal_alone_is_not_tried(void **state)
{
    struct fixture *f = *state;
    (void)fill_disk(f);
    (void)refused(f);
    f->app->stopping = true; /* not even at the end */
    gs_app_turn_end(f->app);
    fire(f->app->second);
    assert_false(is_syncing());
}

static void new_bookings_are_taken_again_once_the_reserve_is_back(void **state)
{
    struct fixture *f = *state;
    struct gs_app *app = f->app;
    (void)fill_disk(f);
    assert_in_range(app->space->wait_ms, 1, 1000);
    fire(app->space);
    assert_true(app->space->added); /* still full: it is looked at again */
    (void)book_at(f, 12 * 60);
    assert_int_equal(f->out.code, GS_CODE_STORAGE_FULL);
    outside.disk.has_space = true;
    fire(app->space);
    assert_false(app->space->added);
    assert_false(outside.disk.reserve_given_up);
    assert_int_equal(logged("event=storage_recovered"), 1);
    const struct reply *r = book(f);
    gs_app_turn_end(app);
    disk_syncs(app);
    assert_int_equal(r->state, REPLY_LEFT);
    assert_int_equal(outside.disk.booking_count, 2);
}

/* Failures that come faster than it fires would put the timer off for ever. */
static void further_failures_do_not_put_the_look_for_space_off(void **state)
{
    struct fixture *f = *state;
    struct gs_app *app = f->app;
    (void)fill_disk(f);
    int32_t added = app->space->added_count;
    const struct reply *r = arrive(f, 1);
    gs_app_turn_end(app);
    disk_fails(app, GS_E_FULL); /* the reserve is used up too */
    assert_int_equal(r->state, REPLY_REPLACED);
    assert_int_equal(gs_book_get(app->book, 1)->status, GS_BOOKED);
    assert_int_equal(app->space->added_count, added);
    assert_true(app->space->added);
}

/* A start on a full disk has no reserve at all: the second looks for it, bookings are taken meanwhile. */
static void a_reserve_that_the_start_could_not_make_is_made_later(void **state)
{
    struct fixture *f = *state;
    outside.disk.reserve_given_up = true;
    fire(f->app->second);
    assert_false(outside.disk.reserve_given_up);
    assert_int_equal(logged("event=storage_recovered"), 0);
}

static void unknown_outcome(struct fixture *f, int err)
{
    struct gs_app *app = f->app;
    const struct reply *r = book(f);
    gs_app_turn_end(app);
    const struct reply *gathered = book(f);
    uint64_t durable = outside.durable;
    ends_with_status_1(disk_fails(app, err));
    assert_int_equal(r->state, REPLY_HELD);
    assert_int_equal(gathered->state, REPLY_HELD);
    assert_int_equal(outside.durable, durable);
    assert_int_equal(logged(err == GS_E_CORRUPT ? "a store that is damaged" : "outcome unknown"), 1);
    assert_int_equal(logged(gs_strerror(err)), 1);
}

static void an_io_error_in_a_commit_ends_the_process(void **state)
{
    unknown_outcome(*state, GS_E_IO);
}

static void a_row_that_the_store_refuses_ends_the_process(void **state)
{
    unknown_outcome(*state, GS_E_CORRUPT);
}

static void a_book_that_cannot_be_loaded_again_ends_the_process(void **state)
{
    struct fixture *f = *state;
    const struct reply *r = book(f);
    gs_app_turn_end(f->app);
    outside.disk.load_error = GS_E_IO;
    ends_with_status_1(disk_fails(f->app, GS_E_FULL));
    assert_int_equal(r->state, REPLY_HELD);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_a_full_disk_refused_was_never_there),
        TEST(on_a_full_disk_the_gate_goes_on_from_the_reserve),
        TEST(on_a_full_disk_the_journal_alone_is_not_tried),
        TEST(new_bookings_are_taken_again_once_the_reserve_is_back),
        TEST(further_failures_do_not_put_the_look_for_space_off),
        TEST(a_reserve_that_the_start_could_not_make_is_made_later),
        TEST(an_io_error_in_a_commit_ends_the_process),
        TEST(a_row_that_the_store_refuses_ends_the_process),
        TEST(a_book_that_cannot_be_loaded_again_ends_the_process),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
