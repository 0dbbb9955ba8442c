/* What is stored of a range of dates, slice by slice: all of it once, in order, while part of it is archived between two slices. */
#include "cmocka_all.h"
#include "fixture.h"
#include <stdio.h>
#include <string.h>

enum { DAYS = 9, MANY = 3100 }; /* more than one slice looks at, and more than one gives */

struct found {
    bool live[MANY + 1], archived[MANY + 1];
    gs_date last_date;
    int64_t last_id;
};

static gs_date date_of(int64_t id)
{
    return DAY + (gs_date)(id * 7 % DAYS);
}

/* Ends with their dates out of the order of their ids; every tenth is under way still. */
static void fill(struct fixture *f)
{
    struct gs_batch batch;
    gs_batch_init(&batch);
    for (int64_t id = 1; id <= MANY; id++) {
        struct gs_booking b = a_booking(id);
        b.wish.date = date_of(id);
        b.status = id % 10 == 0 ? GS_ENTERED : GS_CANCELLED;
        b.place = id % 10 == 0 ? b.place : -1;
        gs_batch_booking(&batch, &b);
    }
    assert_false(batch.failed);
    assert_int_equal(gs_store_commit(f->store, &batch), GS_OK);
    gs_batch_finish(&batch);
}

static struct gs_query of_dates(enum gs_query_kind kind, gs_date from, gs_date to, int64_t after_id)
{
    struct gs_query q = {.kind = kind};
    q.u.dates.from = from;
    q.u.dates.to = to;
    q.u.dates.after_id = after_id;
    return q;
}

static void read_live(struct fixture *f, gs_date from, gs_date to, struct found *out)
{
    bool more = true;
    for (int64_t after = 0; more;) {
        struct gs_query q = of_dates(GS_QUERY_LIVE, from, to, after);
        struct gs_answer a = ask(f->store, &q);
        assert_int_equal(a.err, GS_OK);
        assert_in_range(a.booking_count, 0, GS_STORE_REPORT_ROWS);
        for (size_t i = 0; i < a.booking_count; i++) {
            int64_t id = a.bookings[i].id;
            assert_true(id > after && !out->live[id]);
            assert_in_range(a.bookings[i].wish.date, from, to);
            out->live[id] = true;
        }
        more = a.more;
        assert_true(!more || a.scanned_id > after);
        after = a.scanned_id;
        gs_answer_finish(&a);
    }
}

static void read_archive(struct fixture *f, gs_date from, gs_date to, struct found *out)
{
    bool more = true;
    for (struct gs_query q = of_dates(GS_QUERY_ARCHIVE, from, to, 0); more;) {
        struct gs_answer a = ask(f->store, &q);
        assert_int_equal(a.err, GS_OK);
        assert_in_range(a.booking_count, 0, GS_STORE_REPORT_ROWS);
        for (size_t i = 0; i < a.booking_count; i++) {
            const struct gs_booking *b = &a.bookings[i];
            bool in_order = b->wish.date > out->last_date || (b->wish.date == out->last_date && b->id > out->last_id);
            assert_true(in_order);
            out->archived[b->id] = true;
            out->last_date = b->wish.date;
            out->last_id = b->id;
        }
        more = a.more;
        q.u.dates.from = out->last_date;
        q.u.dates.after_id = out->last_id;
        gs_answer_finish(&a);
    }
}

static void some_archiving(struct fixture *f, gs_date before, int slices)
{
    for (bool more = true; more && slices > 0; slices--) {
        assert_int_equal(gs_store_maintain(f->store, before, 0, 0, &more), GS_OK);
    }
}

static void live_and_archived_are_all_of_the_dates_while_archiving_goes_on(void **state)
{
    struct fixture *f = *state;
    static struct found found;
    fill(f);
    some_archiving(f, DAY + 3, 1000);
    for (int round = 0; round < 20; round++) {
        gs_date from = DAY + round % 5, to = from + round % 4 + 1;
        to = to < DAY + DAYS ? to : DAY + DAYS - 1;
        found = (struct found){0};
        read_live(f, from, to, &found);
        some_archiving(f, DAY + DAYS, 1); /* from live to archived, between the one question and the other */
        read_archive(f, from, to, &found);
        for (int64_t id = 1; id <= MANY; id++) {
            bool is_of = date_of(id) >= from && date_of(id) <= to;
            assert_int_equal(found.live[id] || found.archived[id], is_of);
        }
    }
}

static void capacities_are_those_set_for_the_dates(void **state)
{
    struct fixture *f = *state;
    struct gs_batch batch;
    gs_batch_init(&batch);
    for (gs_date date = DAY; date < DAY + 5; date++) {
        struct gs_capacity c = {.date = date, .window = "morning", .capacity = date - DAY, .slot_capacity = -1};
        gs_batch_capacity(&batch, &c, false);
    }
    assert_int_equal(gs_store_commit(f->store, &batch), GS_OK);
    gs_batch_finish(&batch);
    struct gs_query q = of_dates(GS_QUERY_CAPACITIES, DAY + 1, DAY + 3, 0);
    struct gs_answer a = ask(f->store, &q);
    assert_int_equal(a.err, GS_OK);
    assert_int_equal(a.capacity_count, 3);
    assert_int_equal(a.capacities[0].date, DAY + 1);
    assert_int_equal(a.capacities[2].capacity, 3);
    gs_answer_finish(&a);
}

static void a_damaged_row_is_an_error_and_no_number(void **state)
{
    struct fixture *f = *state;
    fill(f);
    some_archiving(f, DAY + DAYS, 1000);
    fixture_close(f);
    run_sql(f->path, "UPDATE booking_past SET uscc = 'another' WHERE id = 701");
    fixture_open(f);
    struct gs_query q = of_dates(GS_QUERY_ARCHIVE, date_of(701), date_of(701), 600);
    struct gs_answer a = ask(f->store, &q);
    assert_int_equal(a.err, GS_E_CORRUPT);
    gs_answer_finish(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(live_and_archived_are_all_of_the_dates_while_archiving_goes_on, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(capacities_are_those_set_for_the_dates, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(a_damaged_row_is_an_error_and_no_number, fixture_setup, fixture_teardown),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
