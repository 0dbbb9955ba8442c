/* Which slot: rule 1 of "What good scheduling means". */
#include "fixture.h"

static void spread_of_slots(const struct fixture *f, const char *window, int32_t *least, int32_t *most)
{
    struct gs_window_view view;
    fx_window(f, FX_DAY, window, &view);
    *least = view.slots[0].booked;
    *most = view.slots[0].booked;
    for (int32_t i = 1; i < view.slot_count; i++) {
        *least = view.slots[i].booked < *least ? view.slots[i].booked : *least;
        *most = view.slots[i].booked > *most ? view.slots[i].booked : *most;
    }
}

static void without_preference_120_requests_end_40_40_40(void **state)
{
    struct fixture *f = *state;
    for (int i = 1; i <= 120; i++) {
        assert_int_not_equal(BOOK(f, .wait = false), 0);
        int32_t counts[] = {fx_booked(f, "morning"), fx_booked(f, "midday"), fx_booked(f, "evening")};
        for (int w = 0; w < 3; w++) {
            static const char *const ids[] = {"morning", "midday", "evening"};
            int32_t least, most;
            assert_in_range(counts[w], i / 3, (i + 2) / 3); /* at every moment, not only at the end */
            spread_of_slots(f, ids[w], &least, &most);
            assert_true(most - least <= 1);
        }
    }
    assert_int_equal(fx_booked(f, "morning"), 40);
    assert_int_equal(fx_booked(f, "evening"), 40);
    assert_int_equal(BOOK(f, .date = FX_DAY), 0);
}

static void equal_windows_and_slots_go_by_time(void **state)
{
    struct fixture *f = *state;
    assert_true(fx_starts(f, BOOK(f, .date = FX_DAY), "2026-11-25 08:00"));
    assert_true(fx_starts(f, BOOK(f, .date = FX_DAY), "2026-11-25 12:00"));
    assert_true(fx_starts(f, BOOK(f, .windows = "evening,midday"), "2026-11-25 16:00"));
    assert_true(fx_starts(f, BOOK(f, .date = FX_DAY), "2026-11-25 08:30"));
}

static void windows_fill_in_proportion_to_their_capacity(void **state)
{
    struct fixture *f = *state;
    fx_capacity(f, "midday", 8, GS_EXCESS_REBOOK);
    fx_capacity(f, "evening", 16, GS_EXCESS_REBOOK);
    BOOK_MANY(f, 32, .date = FX_DAY);
    assert_int_equal(fx_booked(f, "morning"), 20);
    assert_int_equal(fx_booked(f, "midday"), 4);
    assert_int_equal(fx_booked(f, "evening"), 8);
}

static void a_preferred_start_gets_the_nearest_free_slot_the_earlier_of_two(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 5; i++) {
        assert_true(fx_starts(f, BOOK(f, .slot = "10:00"), "2026-11-25 10:00"));
    }
    for (int i = 0; i < 5; i++) {
        assert_true(fx_starts(f, BOOK(f, .slot = "10:00"), "2026-11-25 09:30"));
    }
    for (int i = 0; i < 5; i++) {
        assert_true(fx_starts(f, BOOK(f, .slot = "10:00"), "2026-11-25 10:30"));
    }
    assert_true(fx_starts(f, BOOK(f, .slot = "10:00"), "2026-11-25 09:00"));
}

static void a_preference_reaches_across_windows(void **state)
{
    struct fixture *f = *state;
    BOOK_MANY(f, 5, .slot = "11:30");
    BOOK_MANY(f, 5, .slot = "11:00");
    assert_true(fx_starts(f, BOOK(f, .slot = "11:30"), "2026-11-25 12:00"));
    assert_true(fx_starts(f, BOOK(f, .windows = "morning", .slot = "11:30"), "2026-11-25 10:30"));
}

static void slots_past_their_cutoff_are_not_chosen(void **state)
{
    struct fixture *f = *state;
    fx_at(f, "2026-11-25 09:10");
    assert_true(fx_starts(f, BOOK(f, .windows = "morning"), "2026-11-25 10:00"));
    assert_true(fx_starts(f, BOOK(f, .slot = "08:00"), "2026-11-25 10:00"));
}

static void a_window_binds_though_its_slots_have_room(void **state)
{
    struct fixture *f = *state;
    struct gs_command c = fx_command(GS_CMD_CAPACITY_SET, 0);
    c.u.capacity.to = (struct gs_capacity){.date = fx_date(FX_DAY), .window = "morning", .slot_capacity = 10};
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK); /* its capacity stays 40, every slot may have 10 */
    assert_int_equal(BOOK_MANY(f, 80, .windows = "morning"), 40);
    assert_int_equal(fx_booked(f, "morning"), 40);
}

static void a_slot_binds_though_its_window_has_room(void **state)
{
    struct fixture *f = *state;
    struct gs_command c = fx_command(GS_CMD_CAPACITY_SET, 0);
    c.u.capacity.to = (struct gs_capacity){.date = fx_date(FX_DAY), .window = "morning", .slot_capacity = 2};
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
    assert_int_equal(BOOK_MANY(f, 40, .windows = "morning"), 16);
    assert_int_equal(fx_slot_booked(f, "2026-11-25 11:30"), 2);
}

static void a_freed_place_number_is_given_again_lowest_first(void **state)
{
    struct fixture *f = *state;
    int64_t ids[5];
    for (int i = 0; i < 5; i++) {
        ids[i] = BOOK(f, .slot = "08:00");
        assert_int_equal(fx_get(f, ids[i])->place, i);
    }
    fx_step(f, GS_CMD_CANCEL, ids[3]);
    fx_step(f, GS_CMD_CANCEL, ids[1]);
    assert_int_equal(fx_get(f, ids[1])->place, -1);
    assert_int_equal(fx_get(f, BOOK(f, .slot = "08:00"))->place, 1);
    assert_int_equal(fx_get(f, BOOK(f, .slot = "08:00"))->place, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(without_preference_120_requests_end_40_40_40, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(equal_windows_and_slots_go_by_time, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(windows_fill_in_proportion_to_their_capacity, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(a_preferred_start_gets_the_nearest_free_slot_the_earlier_of_two, fx_setup,
                                        fx_teardown),
        cmocka_unit_test_setup_teardown(a_preference_reaches_across_windows, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(slots_past_their_cutoff_are_not_chosen, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(a_window_binds_though_its_slots_have_room, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(a_slot_binds_though_its_window_has_room, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(a_freed_place_number_is_given_again_lowest_first, fx_setup, fx_teardown),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
