/* Time passes over what is stored: past bookings leave the load but not the store, personal data goes for good. */
#include "cmocka_all.h"
#include "fixture.h"
#include <stdio.h>
#include <string.h>
#include <time.h>

static int maintain(struct gs_store *store, gs_date first, gs_date erase, int64_t idem_before_ms)
{
    bool more = true;
    int slices = 0;
    while (more) {
        int err = gs_store_maintain(store, first, erase, idem_before_ms, &more);
        if (err != GS_OK) {
            fail_msg("maintain: %s: %s", gs_strerror(err), gs_store_message(store));
        }
        slices++;
        assert_true(slices < 100000);
    }
    return slices;
}

static void past_bookings_that_ended_leave_the_load_and_stay_to_be_asked_for(void **state)
{
    struct fixture *f = *state;
    struct picture p;
    (void)commit_day(f->store, 1, 700, 0, DAY - 2, GS_CANCELLED);
    struct gs_booking stuck = a_booking(701), today = a_booking(702), ended_today = a_booking(703);
    stuck.wish.date = DAY - 2;
    stuck.status = GS_ENTERED;
    today.wish.date = DAY;
    ended_today.wish.date = DAY;
    ended_today.status = GS_DEPARTED;
    commit_booking(f->store, &stuck);
    commit_booking(f->store, &today);
    commit_booking(f->store, &ended_today);
    assert_true(maintain(f->store, DAY - 1, 0, 0) >= 3); /* slices */
    for (int round = 0; round < 2; round++) {
        picture_load(&p, f->store);
        assert_int_equal(p.booking_count, 3);
        assert_non_null(picture_booking(&p, 701));
        assert_non_null(picture_booking(&p, 702));
        assert_non_null(picture_booking(&p, 703));
        assert_int_equal(p.marks.last_booking_id, 703);
        picture_finish(&p);
        struct gs_answer a = ask_id(f->store, GS_QUERY_BOOKING, 350);
        assert_int_equal(a.err, GS_OK);
        assert_int_equal(a.bookings[0].status, GS_CANCELLED);
        assert_string_equal(a.bookings[0].truck.driver_name, "张三");
        gs_answer_finish(&a);
        fixture_reopen(f);
    }
}

static void a_booking_that_ends_after_its_date_was_archived_follows(void **state)
{
    struct fixture *f = *state;
    struct gs_booking stuck = a_booking(1);
    struct picture p;
    stuck.status = GS_ENTERED;
    commit_booking(f->store, &stuck);
    (void)maintain(f->store, DAY + 5, 0, 0);
    stuck.status = GS_DEPARTED;
    stuck.version = 2;
    commit_booking(f->store, &stuck);
    (void)maintain(f->store, DAY + 5, 0, 0);
    picture_load(&p, f->store);
    assert_int_equal(p.booking_count, 0);
    picture_finish(&p);
    struct gs_answer a = ask_id(f->store, GS_QUERY_BOOKING, 1);
    assert_int_equal(a.err, GS_OK);
    assert_true(same_booking(&a.bookings[0], &stuck));
    gs_answer_finish(&a);
}

static int commit_excused(struct gs_store *store, const struct gs_excused *e)
{
    struct gs_batch batch;
    gs_batch_init(&batch);
    gs_batch_excused(&batch, e);
    int err = gs_store_commit(store, &batch);
    gs_batch_finish(&batch);
    return err;
}

/* Both in the archive and on its way there: a row that a book has forgotten already. */
static void a_past_no_show_is_excused_where_it_lies_and_the_totals_follow(void **state)
{
    struct fixture *f = *state;
    struct gs_booking rows[] = {a_booking(1), a_booking(2), a_booking(3)};
    for (int i = 0; i < 3; i++) {
        rows[i].status = i == 1 ? GS_CANCELLED : GS_NO_SHOW;
        rows[i].late_cancel = i == 1;
        rows[i].place = -1;
        rows[i].wish.date = i == 2 ? DAY + 9 : DAY;
        commit_booking(f->store, &rows[i]);
    }
    (void)maintain(f->store, DAY + 5, 0, 0);
    for (int i = 0; i < 3; i++) {
        const struct gs_excused e = {
            .booking_id = i + 1, .version = rows[i].version + 1, .updated_ms = 77, .last_event = 9};
        assert_int_equal(commit_excused(f->store, &e), GS_OK);
        rows[i].excused = true;
        rows[i].version = e.version;
        rows[i].updated_ms = e.updated_ms;
        rows[i].last_event = e.last_event;
    }
    for (int round = 0; round < 2; round++) {
        for (int64_t id = 1; id <= 3; id++) {
            struct gs_answer a = ask_id(f->store, GS_QUERY_BOOKING, id);
            assert_int_equal(a.err, GS_OK);
            assert_true(a.bookings[0].excused);
            assert_true(same_booking(&a.bookings[0], &rows[id - 1]));
            gs_answer_finish(&a);
        }
        struct gs_query check = {.kind = GS_QUERY_CHECK};
        struct gs_answer whole = ask(f->store, &check);
        assert_int_equal(whole.err, GS_OK);
        assert_string_equal(whole.text, "");
        gs_answer_finish(&whole);
        (void)maintain(f->store, DAY + 20, 0, 0);
        fixture_reopen(f);
    }
}

/* What contradicts what is stored is refused whole. */
static void what_is_no_strike_is_never_excused(void **state)
{
    struct fixture *f = *state;
    struct gs_booking came = a_booking(1);
    came.status = GS_DEPARTED;
    commit_booking(f->store, &came);
    for (int64_t id = 1; id <= 2; id++) {
        assert_int_equal(commit_excused(f->store, &(struct gs_excused){.booking_id = id, .version = 2}), GS_E_CORRUPT);
    }
    struct gs_answer a = ask_id(f->store, GS_QUERY_BOOKING, 1);
    assert_true(same_booking(&a.bookings[0], &came));
    gs_answer_finish(&a);
}

static struct gs_query list_of(gs_date date)
{
    struct gs_query q = {.kind = GS_QUERY_BOOKINGS};
    q.u.filter.has_date = true;
    q.u.filter.date = date;
    q.u.filter.limit = 64;
    return q;
}

static void a_date_is_listed_from_the_archive_and_the_rest_by_id_page_by_page(void **state)
{
    struct fixture *f = *state;
    (void)commit_day(f->store, 1, 300, 0, DAY, GS_CANCELLED);
    (void)commit_day(f->store, 301, 400, 300, DAY + 1, GS_CANCELLED);
    for (int64_t id = 50; id <= 250; id += 50) { /* still under way, in between */
        struct gs_booking b = a_booking(id);
        b.status = GS_ENTERED;
        commit_booking(f->store, &b);
    }
    (void)maintain(f->store, DAY + 3, 0, 0);
    struct gs_query q = list_of(DAY);
    int64_t last = 0;
    for (bool more = true; more; q.u.filter.after_id = last) {
        struct gs_answer a = ask(f->store, &q);
        assert_int_equal(a.err, GS_OK);
        assert_true(a.booking_count == 64 || !a.more);
        for (size_t i = 0; i < a.booking_count; i++) {
            assert_int_equal(a.bookings[i].id, ++last);
        }
        more = a.more;
        gs_answer_finish(&a);
    }
    assert_int_equal(last, 300);
}

static void a_list_obeys_its_filter_and_its_limit(void **state)
{
    struct fixture *f = *state;
    (void)commit_day(f->store, 1, 100, 0, DAY, GS_CANCELLED);
    (void)commit_day(f->store, 101, 110, 100, DAY, GS_NO_SHOW);
    (void)maintain(f->store, DAY + 3, 0, 0);
    struct gs_query q = list_of(DAY);
    q.u.filter.has_status = true;
    q.u.filter.status = GS_NO_SHOW;
    q.u.filter.limit = 10;
    struct gs_answer a = ask(f->store, &q);
    assert_int_equal(a.booking_count, 10);
    assert_false(a.more);
    assert_int_equal(a.bookings[0].id, 101);
    gs_answer_finish(&a);
    q.u.filter.limit = 9;
    a = ask(f->store, &q);
    assert_int_equal(a.booking_count, 9);
    assert_true(a.more);
    gs_answer_finish(&a);
    (void)snprintf(q.u.filter.owner, sizeof q.u.filter.owner, "someone-else");
    a = ask(f->store, &q);
    assert_int_equal(a.err, GS_OK);
    assert_int_equal(a.booking_count, 0);
    gs_answer_finish(&a);
    q.u.filter.has_date = false;
    a = ask(f->store, &q);
    assert_int_equal(a.err, GS_E_INVALID);
    gs_answer_finish(&a);
}

static void erased_personal_data_is_in_no_file_any_more(void **state)
{
    ONLY_OF_A_FILE();
    struct fixture *f = *state;
    const char *old =
        "13800000"; /* so the numbers of 1 to 999 begin: one row may lie where another was written over it, all do not */
    char young[16];
    (void)snprintf(young, sizeof young, "138%08d", 1077);
    (void)commit_day(f->store, 1, 1000, 0, DAY - 400, GS_CANCELLED);
    (void)commit_day(f->store, 1001, 1200, 1000, DAY - 300, GS_CANCELLED);
    assert_true(files_contain(f->directory, old));
    (void)maintain(f->store, DAY, 0, 0);
    assert_true(files_contain(f->directory, old));
    (void)maintain(f->store, DAY, DAY - 365, 0);
    assert_false(files_contain(f->directory, old)); /* database and log, while the store is open */
    assert_true(files_contain(f->directory, young));
    struct gs_answer a = ask_id(f->store, GS_QUERY_BOOKING, 77);
    assert_int_equal(a.err, GS_OK);
    assert_string_equal(a.bookings[0].truck.driver_name, "");
    assert_string_equal(a.bookings[0].truck.driver_phone, "");
    assert_string_equal(a.bookings[0].truck.plate, "浙D00077");
    gs_answer_finish(&a);
    fixture_close(f);
    assert_false(files_contain(f->directory, old));
}

static void the_day_before_the_erasing_date_is_erased_and_that_date_is_not(void **state)
{
    struct fixture *f = *state;
    (void)commit_day(f->store, 1, 3, 0, DAY - 366, GS_CANCELLED);
    (void)commit_day(f->store, 4, 6, 3, DAY - 365, GS_CANCELLED);
    (void)maintain(f->store, DAY, DAY - 365, 0);
    for (int64_t id = 1; id <= 6; id++) {
        struct gs_answer a = ask_id(f->store, GS_QUERY_BOOKING, id);
        assert_int_equal(a.err, GS_OK);
        assert_string_equal(a.bookings[0].truck.driver_name, id <= 3 ? "" : "张三");
        assert_int_equal(a.bookings[0].truck.driver_phone[0], id <= 3 ? '\0' : '1');
        gs_answer_finish(&a);
    }
}

static void personal_data_archived_after_the_eraser_passed_goes_as_well(void **state)
{
    struct fixture *f = *state;
    struct gs_booking stuck = a_booking(42);
    stuck.wish.date = DAY - 400;
    stuck.status = GS_ENTERED;
    commit_booking(f->store, &stuck);
    (void)maintain(f->store, DAY, DAY - 365, 0);
    fixture_reopen(f); /* what is remembered of it is on disk */
    stuck.status = GS_DEPARTED;
    commit_booking(f->store, &stuck);
    (void)maintain(f->store, DAY, DAY - 365, 0);
    struct gs_answer a = ask_id(f->store, GS_QUERY_BOOKING, 42);
    assert_int_equal(a.err, GS_OK);
    assert_string_equal(a.bookings[0].truck.driver_phone, "");
    gs_answer_finish(&a);
    assert_false(files_contain(f->directory, stuck.truck.driver_phone));
}

static void kept_answers_are_forgotten_and_their_numbers_not_used_again(void **state)
{
    struct fixture *f = *state;
    struct gs_batch batch;
    struct picture p;
    gs_batch_init(&batch);
    for (int i = 1; i <= 900; i++) {
        struct gs_idem idem = an_idem("key", "{}");
        idem.at_ms = i;
        gs_batch_idem(&batch, &idem);
    }
    assert_int_equal(gs_store_commit(f->store, &batch), GS_OK);
    (void)maintain(f->store, 0, 0, 801);
    picture_load(&p, f->store);
    assert_int_equal(p.idem_count, 100);
    assert_int_equal(p.idem_rows[0], 801);
    picture_finish(&p);
    (void)maintain(f->store, 0, 0, 10000);
    fixture_reopen(f);
    gs_batch_clear(&batch);
    struct gs_idem next = an_idem("next", "{}");
    gs_batch_idem(&batch, &next);
    assert_int_equal(gs_store_commit(f->store, &batch), GS_OK);
    gs_batch_finish(&batch);
    picture_load(&p, f->store);
    assert_int_equal(p.idem_count, 1);
    assert_int_equal(p.idem_rows[0], 901);
    picture_finish(&p);
}

static double seconds(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void a_start_with_20000_past_bookings_loads_none_of_them(void **state)
{
    struct fixture *f = *state;
    struct picture p;
    for (int day = 0; day < 20; day++) {
        (void)commit_day(f->store, day * 1000 + 1, day * 1000 + 1000, day * 1000, DAY - 200 + day, GS_CANCELLED);
    }
    int slices = maintain(f->store, DAY, 0, INT64_MAX);
    (void)commit_day(f->store, 20001, 21000, 20000, DAY, GS_BOOKED);
    fixture_close(f);
    double begin = seconds();
    fixture_open(f);
    picture_load(&p, f->store);
    printf("# start with 20,000 past and 1,000 live bookings: %.0f ms; archived in %d slices\n",
           (seconds() - begin) * 1e3, slices);
    assert_int_equal(p.booking_count, 1000);
    assert_int_equal(p.marks.last_seq, 21000);
    picture_finish(&p);
    struct gs_answer a = ask_id(f->store, GS_QUERY_CHECK, 0);
    assert_int_equal(a.err, GS_OK);
    assert_string_equal(a.text, "");
    gs_answer_finish(&a);
}

static void anothers_booking_is_answered_as_none_live_and_archived(void **state)
{
    struct fixture *f = *state;
    struct gs_booking live = a_booking(900);
    (void)commit_day(f->store, 1, 3, 0, DAY - 10, GS_CANCELLED);
    live.wish.date = DAY;
    live.status = GS_ENTERED;
    commit_booking(f->store, &live);
    (void)maintain(f->store, DAY, DAY - 365, 0);
    static const int64_t ids[] = {2, 900, 4, 899, 901};
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        const bool there = i < 2;
        struct gs_query q = {.kind = GS_QUERY_BOOKING, .u.id = ids[i]};
        struct gs_answer whosever = ask(f->store, &q);
        assert_int_equal(whosever.err, there ? GS_OK : GS_E_NOTFOUND);
        assert_int_equal(whosever.booking_count, there ? 1 : 0);
        (void)snprintf(q.owner, sizeof q.owner, "%s", live.owner);
        struct gs_answer own = ask(f->store, &q);
        assert_int_equal(own.err, there ? GS_OK : GS_E_NOTFOUND);
        assert_true(!there || own.bookings[0].id == ids[i]);
        (void)snprintf(q.owner, sizeof q.owner, "%s", "somebody");
        struct gs_answer others = ask(f->store, &q);
        assert_int_equal(others.err, GS_E_NOTFOUND);
        assert_int_equal(others.booking_count, 0);
        gs_answer_finish(&whosever);
        gs_answer_finish(&own);
        gs_answer_finish(&others);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        TEST(past_bookings_that_ended_leave_the_load_and_stay_to_be_asked_for),
        TEST(a_booking_that_ends_after_its_date_was_archived_follows),
        TEST(a_past_no_show_is_excused_where_it_lies_and_the_totals_follow),
        TEST(what_is_no_strike_is_never_excused),
        TEST(a_date_is_listed_from_the_archive_and_the_rest_by_id_page_by_page),
        TEST(a_list_obeys_its_filter_and_its_limit),
        TEST(erased_personal_data_is_in_no_file_any_more),
        TEST(the_day_before_the_erasing_date_is_erased_and_that_date_is_not),
        TEST(personal_data_archived_after_the_eraser_passed_goes_as_well),
        TEST(kept_answers_are_forgotten_and_their_numbers_not_used_again),
        TEST(anothers_booking_is_answered_as_none_live_and_archived),
        TEST(a_start_with_20000_past_bookings_loads_none_of_them),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
