/* Reports over ranges: what is gathered from the book and from the store, and how it is written. What is counted, the core's tests say. */
#include "world.h"

#include <stdio.h>

#define FIRST gs_date_from_civil(2026, 11, 2)

static struct gs_booking past_truck(int64_t id, gs_date date)
{
    struct gs_booking b = {.id = id,
                           .status = GS_DEPARTED,
                           .wish = {.date = date, .slot_min = -1},
                           .window = "morning",
                           .place = -1,
                           .version = 1,
                           .arrived_ms = 1000,
                           .entered_ms = 61000,
                           .departed_ms = 61000 + id * 60000};
    strcpy(b.uscc, id % 2 == 0 ? "91350100M000100Y43" : "91330000M000100Y40");
    strcpy(b.company_name, id == 14 ? "=1+1" : "\"某\" 公司, 绍兴");
    return b;
}

/* Five trucks archived on three days, 10 … 14 minutes inside. */
static void add_past(struct gs_http *w)
{
    for (int i = 0; i < 5; i++) {
        w->past[w->past_count++] = past_truck(10 + i, FIRST + i / 2);
    }
}

static void book_and_store_come_to_one_report(void **state)
{
    struct gs_http *w = *state;
    add_past(w);
    booked(w, 1, "\"windows\":[\"morning\"]");
    const struct caught *c = world_ask(w, "GET", "/v1/reports?from=2026-11-02&to=2026-11-25", "gate", NULL, NULL);
    assert_int_equal(c->status, 200);
    assert_string_equal(text(c, "by"), "day");
    assert_int_equal(json_array_size(at(c, "rows")), 24);
    assert_string_equal(text(c, "rows/0/name"), "2026-11-02");
    assert_int_equal(number(c, "rows/0/departed"), 2);
    assert_true(json_is_true(at(c, "rows/0/daily_clearing")));
    assert_int_equal(number(c, "rows/2/departed"), 1);
    assert_int_equal(number(c, "rows/23/due"), 1);
    assert_int_equal(number(c, "total/booked"), 6);
    assert_int_equal(number(c, "total/capacity"), 24 * 120);
    assert_true(json_real_value(at(c, "total/mean_stay_min")) == 12.0);
    assert_true(json_real_value(at(c, "total/p95_stay_min")) == 14.0);
    assert_true(json_is_null(at(c, "rows/5/mean_stay_min")));
    c = world_ask(w, "GET", "/v1/reports?from=2026-11-02&to=2026-11-25&by=week", "gate", NULL, NULL);
    assert_int_equal(json_array_size(at(c, "rows")), 4);
    assert_string_equal(text(c, "rows/0/name"), "2026-W45");
    assert_string_equal(text(c, "rows/3/to"), "2026-11-25");
    assert_int_equal(number(c, "rows/3/days"), 3);
}

/* It is archived while the report is gathered, so the store shows it in both places. */
static void who_is_archived_meanwhile_counts_once(void **state)
{
    struct gs_http *w = *state;
    add_past(w);
    w->late = past_truck(12, FIRST + 1);
    const struct caught *c = world_ask(w, "GET", "/v1/reports?from=2026-11-01&to=2026-11-10", "gate", NULL, NULL);
    assert_int_equal(number(c, "total/departed"), 5);
    w->late = past_truck(20, FIRST + 1); /* not archived yet */
    c = world_ask(w, "GET", "/v1/reports?from=2026-11-01&to=2026-11-10", "gate", NULL, NULL);
    assert_int_equal(number(c, "total/departed"), 6);
}

static void capacities_of_the_past_are_what_stood(void **state)
{
    struct gs_http *w = *state;
    w->set = (struct gs_capacity){.date = FIRST, .window = "midday", .capacity = 12};
    const struct caught *c = world_ask(w, "GET", "/v1/reports?from=2026-11-02&to=2026-11-03", "gate", NULL, NULL);
    assert_int_equal(number(c, "rows/0/capacity"), 92);
    assert_int_equal(number(c, "rows/1/capacity"), 120);
    c = world_ask(w, "GET", "/v1/reports?from=2026-11-02&to=2026-11-02&by=window", "gate", NULL, NULL);
    assert_string_equal(text(c, "rows/1/name"), "midday");
    assert_int_equal(number(c, "rows/1/capacity"), 12);
    assert_true(json_is_null(at(c, "rows/1/daily_clearing")));
    c = world_ask(w, "GET", "/v1/reports/daily?date=2026-11-02", "gate", NULL, NULL);
    assert_int_equal(number(c, "windows/midday/capacity"), 12);
    assert_int_equal(number(c, "total/capacity"), 92);
}

static void companies_are_written_as_csv_that_no_spreadsheet_obeys(void **state)
{
    struct gs_http *w = *state;
    add_past(w);
    const struct caught *c = world_ask(w, "GET", "/v1/reports?from=2026-11-02&to=2026-11-04&by=company", "supervisor",
                                       NULL, "Accept: text/csv", NULL);
    assert_string_equal(c->content_type, "text/csv; charset=utf-8");
    assert_string_equal(header(c, "Vary"), "Accept");
    static const char head[] = "company,company_name,from,to,days,cleared_days,daily_clearing,capacity,booked,due,";
    assert_int_equal(strncmp(c->body, head, sizeof head - 1), 0);
    assert_non_null(strstr(c->body, "\r\n91350100M000100Y43,\"'=1+1\",2026-11-02,2026-11-04,3,,,,3,"));
    assert_non_null(strstr(c->body, "\r\n91330000M000100Y40,\"\"\"某\"\" 公司, 绍兴\",2026-11-02,2026-11-04,3,,,,2,"));
    assert_non_null(strstr(c->body, "\r\ntotal,,2026-11-02,2026-11-04,3,3,true,360,5,"));
    c = world_ask(w, "GET", "/v1/reports?from=2026-11-02&by=company", "supervisor", NULL, NULL);
    assert_true(json_is_null(at(c, "rows/0/capacity")));
    assert_string_equal(text(c, "rows/0/company_name"), "=1+1");
    c = world_ask(w, "GET", "/v1/reports", "supervisor", NULL, "Accept: image/png", NULL);
    assert_string_equal(c->content_type, "application/json"); /* nothing that was asked for: what there is */
}

static void dates_have_their_defaults(void **state)
{
    struct gs_http *w = *state;
    static const struct {
        const char *query, *from, *to;
    } rows[] = {
        {"", "2026-11-23", "2026-11-23"},
        {"?from=2026-11-20", "2026-11-20", "2026-11-23"},
        {"?from=2026-11-25", "2026-11-25", "2026-11-25"},
        {"?to=2026-11-20", "2026-11-20", "2026-11-20"},
        {"?from=2027-12-31&to=2028-03-01", "2027-12-31", "2028-03-01"},
        {"?from=2026-01-01&to=2027-02-04", "2026-01-01", "2027-02-04"}, /* 400 days */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char target[128];
        snprintf(target, sizeof target, "/v1/reports%s", rows[i].query);
        const struct caught *c = world_ask(w, "GET", target, "gate", NULL, NULL);
        print_message("# %s\n", target);
        assert_int_equal(c->status, 200);
        assert_string_equal(text(c, "from"), rows[i].from);
        assert_string_equal(text(c, "to"), rows[i].to);
    }
}

static void what_is_wrong_is_named(void **state)
{
    struct gs_http *w = *state;
    static const struct {
        const char *query, *pointer, *code;
    } rows[] = {
        {"from=2026-11-25&to=2026-11-24", "?to", "range"},
        {"from=2026-01-01&to=2027-02-05", "?to", "range"},
        {"from=2020-01-01", "?from", "range"},
        {"from=2027-02-29", "?from", "no_such_date"},
        {"to=2026-13-01", "?to", "no_such_date"},
        {"from=yesterday", "?from", "format"},
        {"by=year", "?by", "choice"},
        {"by=", "?by", "empty"},
        {"by=day&by=week", "?by", "repeated"},
        {"form=2026-11-25", "?form", "unknown_field"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char target[128];
        snprintf(target, sizeof target, "/v1/reports?%s", rows[i].query);
        const struct caught *c = world_ask(w, "GET", target, "supervisor", NULL, NULL);
        print_message("# %s: %s\n", target, c->body);
        assert_int_equal(c->status, 422);
        assert_true(has_error(c, rows[i].pointer, rows[i].code));
        assert_int_equal(json_array_size(at(c, "errors")), 1);
    }
}

static void a_store_that_cannot_say_is_an_error(void **state)
{
    struct gs_http *w = *state;
    w->busy = true;
    const struct caught *c = world_ask(w, "GET", "/v1/reports?from=2026-11-02", "gate", NULL, NULL);
    assert_int_equal(c->status, 503);
    w->busy = false;
    c = world_ask(w, "GET", "/v1/reports?from=2026-11-02", "gate", NULL, NULL);
    assert_int_equal(c->status, 200); /* the one that failed is not under way any more */
    w->is_gone = true;
    c = world_ask(w, "GET", "/v1/reports?from=2026-11-02", "gate", NULL, NULL);
    assert_int_equal(c->status, 503); /* nobody reads it */
}

/* A batch found the disk full while the report was gathered: what it has read of the book was never stored, maybe, so it is gathered anew. */
static void of_a_book_that_was_loaded_again_nothing_is_shown(void **state)
{
    struct gs_http *w = *state;
    int turns = 0;
    booked(w, 1, NULL);
    world_begin(w, "GET", "/v1/reports?from=" DAY, "gate", NULL);
    for (; w->caught.status == 0; turns++) {
        world_turn(w);
    }
    assert_int_equal(w->caught.status, 200);
    assert_in_range(turns, 2, 20);
    world_end(w);
    world_begin(w, "GET", "/v1/reports?from=" DAY, "gate", NULL);
    for (int i = 0; i < turns - 1; i++) {
        world_turn(w);
    }
    assert_int_equal(w->caught.status, 0); /* the book was read */
    world_load_again(w);
    world_turn(w);
    assert_int_equal(w->caught.status, 0);
    for (int i = 0; i < 20 && w->caught.status == 0; i++) {
        world_turn(w);
    }
    assert_int_equal(w->caught.status, 200);
    assert_int_equal(w->api->range_reports, 1); /* what it had read before is gone */
    world_end(w);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(book_and_store_come_to_one_report),
        TEST(who_is_archived_meanwhile_counts_once),
        TEST(capacities_of_the_past_are_what_stood),
        TEST(companies_are_written_as_csv_that_no_spreadsheet_obeys),
        TEST(dates_have_their_defaults),
        TEST(what_is_wrong_is_named),
        TEST(a_store_that_cannot_say_is_an_error),
        TEST(of_a_book_that_was_loaded_again_nothing_is_shown),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
