/* The yard: who is inside and who waits at the gate, in which order, and until when. */
#include "fixture.h"

enum { ROWS = 16 };

static size_t yard(const struct fixture *f, bool inside, const struct gs_booking *out[ROWS])
{
    return gs_book_yard(f->book, inside, out, ROWS);
}

static void who_never_left_is_inside_still(void **state)
{
    struct fixture *f = *state;
    const struct gs_booking *rows[ROWS];
    int64_t left = BOOK(f, .slot = "19:30"), stays = BOOK(f, .slot = "19:30");
    fx_at(f, "2026-11-25 19:30");
    fx_let_in(f, stays);
    fx_let_in(f, left);
    fx_step(f, GS_CMD_CLEAR, left);
    assert_int_equal(yard(f, true, rows), 2);
    fx_step(f, GS_CMD_DEPART, left);
    fx_due(f, "2026-11-28 10:00"); /* two days later: its date is over, and the truck is not */
    assert_int_equal(yard(f, true, rows), 1);
    assert_int_equal(rows[0]->id, stays);
    assert_true(gs_book_due_out(f->book, rows[0]) == fx_ms(f, "2026-11-25 20:00"));
    assert_int_equal(gs_book_yard(f->book, true, NULL, 0), 1);
}

static void held_trucks_stand_by_slot_then_arrival(void **state)
{
    struct fixture *f = *state;
    const struct gs_booking *rows[ROWS];
    f->rules.bays = 1;
    int64_t inside = BOOK(f, .slot = "08:00"), later = BOOK(f, .slot = "09:00"), second = BOOK(f, .slot = "08:30"),
            first = BOOK(f, .slot = "08:30"), early = BOOK(f, .slot = "11:00");
    fx_at(f, "2026-11-25 08:00");
    fx_let_in(f, inside);
    fx_step(f, GS_CMD_ARRIVE, early);
    fx_at(f, "2026-11-25 08:30");
    fx_step(f, GS_CMD_ARRIVE, later);
    fx_step(f, GS_CMD_ARRIVE, first);
    fx_at(f, "2026-11-25 08:40");
    fx_step(f, GS_CMD_ARRIVE, second);
    assert_int_equal(yard(f, false, rows), 4);
    const int64_t order[] = {first, second, later, early};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(rows[i]->id, order[i]);
    }
    int32_t ahead;
    assert_null(gs_book_first_held(f->book, fx_get(f, first), &ahead));
    assert_int_equal(gs_book_first_held(f->book, fx_get(f, later), &ahead)->id, first);
    assert_int_equal(ahead, 2);
    assert_int_equal(gs_book_first_held(f->book, fx_get(f, early), &ahead)->id, first);
    assert_int_equal(ahead, 3);
    enum gs_decision decision;
    enum gs_gate_code code;
    gs_book_entrance(f->book, fx_get(f, first), &decision, &code);
    assert_true(decision == GS_HOLD && code == GS_GATE_YARD_FULL);
    gs_book_entrance(f->book, fx_get(f, early), &decision, &code);
    assert_true(decision == GS_HOLD && code == GS_GATE_EARLY);
}

/* One who came early and whose time has not come is in nobody's way. */
static void who_is_early_is_ahead_of_nobody(void **state)
{
    struct fixture *f = *state;
    int64_t early = BOOK(f, .slot = "10:00"), due = BOOK(f, .slot = "10:30");
    int32_t ahead;
    fx_at(f, "2026-11-25 08:00");
    fx_step(f, GS_CMD_ARRIVE, early);
    assert_null(gs_book_first_held(f->book, fx_get(f, due), &ahead));
    fx_due(f, "2026-11-25 09:30");
    assert_int_equal(gs_book_first_held(f->book, fx_get(f, due), &ahead)->id, early);
}

static void inside_stands_by_what_is_due_out_first(void **state)
{
    struct fixture *f = *state;
    const struct gs_booking *rows[ROWS];
    int64_t morning = BOOK(f, .slot = "11:30"), midday = BOOK(f, .slot = "12:00");
    fx_at(f, "2026-11-25 11:30");
    fx_let_in(f, midday);
    fx_at(f, "2026-11-25 11:40");
    fx_let_in(f, morning);
    assert_int_equal(yard(f, true, rows), 2);
    assert_true(rows[0]->id == morning && rows[1]->id == midday);
    assert_true(gs_book_due_out(f->book, rows[0]) == fx_ms(f, "2026-11-25 12:00"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fx_setup, fx_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(who_never_left_is_inside_still),
        TEST(held_trucks_stand_by_slot_then_arrival),
        TEST(who_is_early_is_ahead_of_nobody),
        TEST(inside_stands_by_what_is_due_out_first),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
