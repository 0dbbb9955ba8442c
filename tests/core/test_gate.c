/* The gate's check, its candidates, its list, and finding by reference. */
#include "fixture.h"
#include <stdio.h>

static struct gs_gate_verdict check(const struct fixture *f, const char *plate)
{
    struct gs_gate_verdict v;
    gs_book_gate_check(f->book, plate, NULL, NULL, &v);
    return v;
}

static void expect(const struct fixture *f, const char *plate, enum gs_decision decision, enum gs_gate_code code)
{
    struct gs_gate_verdict v = check(f, plate);
    assert_string_equal(gs_gate_code_name(v.code), gs_gate_code_name(code));
    assert_int_equal(v.decision, decision);
}

static void a_booked_truck_is_judged_by_the_time(void **state)
{
    struct fixture *f = *state;
    BOOK(f, .slot = "08:30", .plate = "浙DTEST1");
    fx_due(f, "2026-11-25 07:59");
    expect(f, "浙DTEST1", GS_HOLD, GS_GATE_EARLY);
    fx_due(f, "2026-11-25 08:00");
    expect(f, "浙dtest1", GS_ADMIT, GS_GATE_ON_TIME); /* in any form */
    fx_due(f, "2026-11-25 09:00");
    expect(f, "浙D·TEST1", GS_ADMIT, GS_GATE_LATE);
    fx_due(f, "2026-11-25 09:30");
    expect(f, "浙DTEST1", GS_REJECT, GS_GATE_NO_SHOW);
}

static void an_arrived_truck_is_judged_by_its_arrival(void **state)
{
    struct fixture *f = *state;
    int64_t id = BOOK(f, .slot = "08:30", .plate = "浙DTEST1");
    fx_at(f, "2026-11-25 07:00");
    fx_step(f, GS_CMD_ARRIVE, id);
    expect(f, "浙DTEST1", GS_HOLD, GS_GATE_EARLY);
    fx_due(f, "2026-11-25 10:00"); /* the yard's own delay */
    expect(f, "浙DTEST1", GS_ADMIT, GS_GATE_ON_TIME);
}

static void a_reported_delay_is_named(void **state)
{
    struct fixture *f = *state;
    int64_t id = BOOK(f, .slot = "08:30", .plate = "浙DTEST1");
    fx_step(f, GS_CMD_DELAY, id);
    fx_due(f, "2026-11-25 08:30");
    expect(f, "浙DTEST1", GS_ADMIT, GS_GATE_DELAY_REPORTED);
}

static void a_full_yard_holds(void **state)
{
    struct fixture *f = *state;
    f->rules.bays = 1;
    int64_t inside = BOOK(f, .slot = "08:00", .plate = "浙DTEST1");
    BOOK(f, .slot = "08:00", .plate = "浙DTEST2");
    fx_at(f, "2026-11-25 08:00");
    fx_let_in(f, inside);
    expect(f, "浙DTEST2", GS_HOLD, GS_GATE_YARD_FULL);
    expect(f, "浙DTEST1", GS_REJECT, GS_GATE_ALREADY_INSIDE);
    fx_step(f, GS_CMD_CLEAR, inside);
    fx_step(f, GS_CMD_DEPART, inside);
    expect(f, "浙DTEST2", GS_ADMIT, GS_GATE_ON_TIME);
    expect(f, "浙DTEST1", GS_REJECT, GS_GATE_DEPARTED);
}

static void what_ended_says_how(void **state)
{
    struct fixture *f = *state;
    int64_t cancelled = BOOK(f, .plate = "浙DTEST1"), refused = BOOK(f, .plate = "浙DTEST2");
    fx_at(f, "2026-11-25 08:00");
    fx_step(f, GS_CMD_CANCEL, cancelled);
    fx_step(f, GS_CMD_REFUSE, refused);
    expect(f, "浙DTEST1", GS_REJECT, GS_GATE_CANCELLED);
    expect(f, "浙DTEST2", GS_REJECT, GS_GATE_REFUSED);
    assert_int_equal(check(f, "浙DTEST2").booking->id, refused);
}

static void one_who_waits_is_not_booked(void **state)
{
    struct fixture *f = *state;
    BOOK_MANY(f, 40, .windows = "morning");
    int64_t id = BOOK(f, .windows = "morning", .wait = true, .plate = "浙DTEST1");
    fx_due(f, "2026-11-25 08:00");
    expect(f, "浙DTEST1", GS_REJECT, GS_GATE_NOT_BOOKED);
    assert_int_equal(check(f, "浙DTEST1").booking->id, id);
    fx_due(f, "2026-11-25 12:00");
    expect(f, "浙DTEST1", GS_REJECT, GS_GATE_NOT_BOOKED);
}

static void another_date_is_the_wrong_day(void **state)
{
    struct fixture *f = *state;
    int64_t id = BOOK(f, .date = "2026-11-26", .plate = "浙DTEST1");
    fx_due(f, "2026-11-25 08:00");
    expect(f, "浙DTEST1", GS_REJECT, GS_GATE_WRONG_DAY);
    assert_int_equal(check(f, "浙DTEST1").booking->id, id);
    BOOK(f, .windows = "evening", .plate = "浙DTEST1");
    expect(f, "浙DTEST1", GS_HOLD, GS_GATE_EARLY); /* today's comes first */
}

static void who_stayed_overnight_is_already_inside(void **state)
{
    struct fixture *f = *state;
    int64_t id = BOOK(f, .windows = "evening", .slot = "19:00", .plate = "浙DTEST1");
    fx_at(f, "2026-11-25 19:00");
    fx_let_in(f, id);
    fx_due(f, "2026-11-26 08:00");
    expect(f, "浙DTEST1", GS_REJECT, GS_GATE_ALREADY_INSIDE);
}

static void of_two_bookings_the_nearest_in_time_matters(void **state)
{
    struct fixture *f = *state;
    int64_t morning = BOOK(f, .windows = "morning", .slot = "08:00", .plate = "浙DTEST1");
    int64_t evening = BOOK(f, .windows = "evening", .slot = "16:00", .plate = "浙DTEST1");
    fx_at(f, "2026-11-25 08:00");
    fx_let_in(f, morning);
    assert_int_equal(check(f, "浙DTEST1").booking->id, morning);
    fx_due(f, "2026-11-25 14:00");
    assert_int_equal(check(f, "浙DTEST1").booking->id, evening);
    fx_step(f, GS_CMD_CANCEL, evening);
    assert_int_equal(check(f, "浙DTEST1").booking->id, morning); /* under way before ended */
}

static void of_two_that_are_over_the_later_matters(void **state)
{
    struct fixture *f = *state;
    struct gs_gate_verdict v;
    int64_t first = BOOK(f, .windows = "morning", .slot = "08:00", .plate = "ZD77777");
    int64_t second = BOOK(f, .windows = "midday", .slot = "12:00", .plate = "ZD77777");
    fx_at(f, "2026-11-25 07:00");
    assert_int_equal(fx_step(f, GS_CMD_CANCEL, second), GS_CODE_OK);
    assert_int_equal(fx_step(f, GS_CMD_CANCEL, first), GS_CODE_OK);
    gs_book_gate_check(f->book, "ZD77777", NULL, NULL, &v);
    assert_true(v.code == GS_GATE_CANCELLED && v.booking->id == first); /* neither is over yet: the next */
    fx_due(f, "2026-11-25 17:00");
    gs_book_gate_check(f->book, "ZD77777", NULL, NULL, &v);
    assert_true(v.code == GS_GATE_CANCELLED && v.booking->id == second);
}

static void pass_code_and_container_find_it_too(void **state)
{
    struct fixture *f = *state;
    struct gs_gate_verdict v;
    int64_t id = BOOK(f, .slot = "08:00", .container = "CSQU3054383");
    fx_due(f, "2026-11-25 08:00");
    char code[16] = "";
    strcpy(code, fx_get(f, id)->pass_code);
    gs_book_gate_check(f->book, NULL, code, NULL, &v);
    assert_int_equal(v.booking->id, id);
    assert_int_equal(v.decision, GS_ADMIT);
    gs_book_gate_check(f->book, NULL, NULL, "csqu 305438-3", &v);
    assert_int_equal(v.booking->id, id);
    gs_book_gate_check(f->book, NULL, NULL, "CSQU3054384", &v); /* a wrong check digit is nobody's, but almost his */
    assert_null(v.booking);
    assert_int_equal(v.candidate_count, 1);
    gs_book_gate_check(f->book, NULL, "not a code", NULL, &v);
    assert_int_equal(v.code, GS_GATE_NOT_BOOKED);
    assert_int_equal(v.candidate_count, 0);
}

static void a_misread_plate_brings_candidates_nearest_in_time_first(void **state)
{
    struct fixture *f = *state;
    int64_t late = BOOK(f, .slot = "11:00", .plate = "浙D12B45");
    int64_t soon = BOOK(f, .slot = "08:30", .plate = "浙D72845");
    BOOK(f, .slot = "08:30", .plate = "浙D12945");                       /* no likely misreading */
    BOOK(f, .date = "2026-11-26", .slot = "08:30", .plate = "浙D1Z845"); /* of another day */
    int64_t gone = BOOK(f, .slot = "08:30", .plate = "浙D12S45");
    fx_step(f, GS_CMD_CANCEL, gone);
    fx_due(f, "2026-11-25 08:30");
    struct gs_gate_verdict v = check(f, "浙D12845");
    assert_int_equal(v.decision, GS_REJECT);
    assert_int_equal(v.code, GS_GATE_NOT_BOOKED);
    assert_null(v.booking);
    assert_int_equal(v.candidate_count, 2);
    assert_int_equal(v.candidates[0]->id, soon);
    assert_int_equal(v.candidates[1]->id, late);
}

static void without_likely_misreadings_any_one_character_counts(void **state)
{
    struct fixture *f = *state;
    int64_t b = BOOK(f, .slot = "08:30", .plate = "浙D12945"), a = BOOK(f, .slot = "08:30", .plate = "浙D12345");
    fx_due(f, "2026-11-25 08:30");
    struct gs_gate_verdict v = check(f, "浙D12645");
    assert_int_equal(v.candidate_count, 2);
    assert_int_equal(v.candidates[0]->id, a); /* equally near: by plate */
    assert_int_equal(v.candidates[1]->id, b);
}

static void what_is_only_nearly_said_brings_candidates_and_admits_nobody(void **state)
{
    struct fixture *f = *state;
    const int64_t id = BOOK(f, .slot = "08:30", .plate = "浙D12345", .container = "CSQU3054383");
    BOOK(f, .date = "2026-11-26", .slot = "08:30", .plate = "沪A12345"); /* of another day */
    fx_due(f, "2026-11-25 08:30");
    char code[GS_PASS_CODE_LEN + 1], upper[32], id_text[GS_BOOKING_ID_TEXT];
    strcpy(code, fx_get(f, id)->pass_code);
    (void)snprintf(upper, sizeof upper, "%.4s", code);
    gs_booking_id_format(id, id_text);
    const char *const said[] = {"234", "12345",       "d 12345",  "D·12 34", "浙D1324", "21345",
                                "305", "CSQU3054384", "30543 84", upper,     id_text};
    for (size_t i = 0; i < sizeof said / sizeof said[0]; i++) {
        for (int as = 0; as < 3; as++) { /* as a plate, a pass code, a container */
            struct gs_gate_verdict v;
            gs_book_gate_check(f->book, as == 0 ? said[i] : NULL, as == 1 ? said[i] : NULL, as == 2 ? said[i] : NULL,
                               &v);
            assert_int_equal(v.decision, GS_REJECT);
            assert_int_equal(v.code, GS_GATE_NOT_BOOKED);
            assert_null(v.booking);
            assert_int_equal(v.candidate_count, 1);
            assert_int_equal(v.candidates[0]->id, id);
        }
    }
    static const char *const nobodys[] = {"", "%", "_", "23", "bk_9999"};
    for (size_t i = 0; i < sizeof nobodys / sizeof nobodys[0]; i++) {
        struct gs_gate_verdict v = check(f, nobodys[i]);
        assert_int_equal(v.candidate_count, 0);
    }
}

static void the_likeliest_candidate_comes_first(void **state)
{
    struct fixture *f = *state;
    const int64_t swapped = BOOK(f, .slot = "08:30", .plate = "浙D21845");
    const int64_t misread = BOOK(f, .slot = "09:00", .plate = "浙D12B45");
    const int64_t longer = BOOK(f, .slot = "09:30", .plate = "浙D128456");
    BOOK(f, .slot = "08:30", .plate = "浙D12945"); /* one character off: told only where nothing is liker */
    fx_due(f, "2026-11-25 08:30");
    struct gs_gate_verdict v = check(f, "浙D12845");
    assert_int_equal(v.candidate_count, 3);
    assert_int_equal(v.candidates[0]->id, longer);
    assert_int_equal(v.candidates[1]->id, misread);
    assert_int_equal(v.candidates[2]->id, swapped);
}

/* A keyboard at the gate may have no Chinese: the rest of the plate, misread by a character, brings the truck too. */
static void a_plate_misread_and_without_its_province_brings_candidates(void **state)
{
    struct fixture *f = *state;
    struct gs_gate_verdict v;
    const int64_t id = BOOK(f, .slot = "08:30", .plate = "浙D12845");
    BOOK(f, .slot = "09:00", .plate = "浙D19999");
    fx_due(f, "2026-11-25 08:00");
    static const char *const said[] = {"D12B45", "d12b45", "D12845", "12845", "D12345"};
    for (size_t i = 0; i < sizeof said / sizeof said[0]; i++) {
        gs_book_gate_check(f->book, said[i], NULL, NULL, &v);
        assert_int_equal(v.decision, GS_REJECT);
        assert_null(v.booking);
        assert_int_equal(v.candidate_count, 1);
        assert_int_equal(v.candidates[0]->id, id);
    }
    gs_book_gate_check(f->book, "D1BB45", NULL, NULL, &v);
    assert_int_equal(v.candidate_count, 0);
}

static void candidates_are_bounded_and_the_nearest_stay(void **state)
{
    struct fixture *f = *state;
    static const char *const slots[] = {"11:30", "11:00", "10:30", "10:00", "09:30", "09:00", "08:30"};
    int64_t ids[7];
    for (int i = 0; i < 7; i++) {
        char plate[] = "浙D1234A";
        plate[sizeof plate - 2] = (char)('J' + i);
        ids[i] = BOOK(f, .slot = slots[i], .plate = plate);
    }
    fx_due(f, "2026-11-25 08:30");
    struct gs_gate_verdict v = check(f, "浙D12349");
    assert_int_equal(v.candidate_count, GS_MAX_CANDIDATES);
    for (int i = 0; i < GS_MAX_CANDIDATES; i++) {
        assert_int_equal(v.candidates[i]->id, ids[6 - i]);
    }
}

static void the_gate_list_is_by_slot_then_plate(void **state)
{
    struct fixture *f = *state;
    const struct gs_booking *rows[16];
    int64_t c = BOOK(f, .slot = "09:00", .plate = "浙DTEST1"), b = BOOK(f, .slot = "08:30", .plate = "浙DTEST3");
    int64_t a = BOOK(f, .slot = "08:30", .plate = "浙DTEST2"), evening = BOOK(f, .windows = "evening");
    int64_t cancelled = BOOK(f, .slot = "08:00");
    fx_step(f, GS_CMD_CANCEL, cancelled);
    fx_step(f, GS_CMD_REFUSE, c); /* what had a place is shown, but for the cancelled */
    assert_int_equal(gs_book_gate_list(f->book, fx_date(FX_DAY), "", rows, 16), 4);
    assert_int_equal(rows[0]->id, a);
    assert_int_equal(rows[1]->id, b);
    assert_int_equal(rows[2]->id, c);
    assert_int_equal(rows[3]->id, evening);
    assert_int_equal(gs_book_gate_list(f->book, fx_date(FX_DAY), "evening", rows, 16), 1);
    assert_int_equal(gs_book_gate_list(f->book, fx_date("2026-11-26"), "", rows, 16), 0);
    assert_int_equal(gs_book_gate_list(f->book, fx_date(FX_DAY), "", rows, 2), 4); /* the first two of four */
    assert_int_equal(rows[0]->id, a);
    assert_int_equal(rows[1]->id, b);
}

static void those_who_wait_are_not_on_the_gate_list(void **state)
{
    struct fixture *f = *state;
    const struct gs_booking *rows[64];
    BOOK_MANY(f, 40, .windows = "morning");
    BOOK(f, .windows = "morning", .wait = true);
    assert_int_equal(gs_book_gate_list(f->book, fx_date(FX_DAY), "", rows, 64), 40);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_booked_truck_is_judged_by_the_time, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(an_arrived_truck_is_judged_by_its_arrival, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(a_reported_delay_is_named, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(a_full_yard_holds, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(what_ended_says_how, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(one_who_waits_is_not_booked, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(another_date_is_the_wrong_day, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(who_stayed_overnight_is_already_inside, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(of_two_bookings_the_nearest_in_time_matters, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(of_two_that_are_over_the_later_matters, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(pass_code_and_container_find_it_too, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(a_misread_plate_brings_candidates_nearest_in_time_first, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(without_likely_misreadings_any_one_character_counts, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(what_is_only_nearly_said_brings_candidates_and_admits_nobody, fx_setup,
                                        fx_teardown),
        cmocka_unit_test_setup_teardown(the_likeliest_candidate_comes_first, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(a_plate_misread_and_without_its_province_brings_candidates, fx_setup,
                                        fx_teardown),
        cmocka_unit_test_setup_teardown(candidates_are_bounded_and_the_nearest_stay, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(the_gate_list_is_by_slot_then_plate, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(those_who_wait_are_not_on_the_gate_list, fx_setup, fx_teardown),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
