/* One active booking per container; one promise per plate in a window of a date. */
#include "fixture.h"

static void a_container_has_one_active_booking_anywhere(void **state)
{
    struct fixture *f = *state;
    int64_t first = BOOK(f, .container = "CSQU3054383");
    assert_int_equal(BOOK(f, .date = "2026-11-27", .container = "CSQU3054383"), 0);
    assert_int_equal(f->out.code, GS_CODE_DUPLICATE_CONTAINER);
    assert_int_equal(f->out.other_id, first);
    fx_step(f, GS_CMD_CANCEL, first);
    assert_int_not_equal(BOOK(f, .date = "2026-11-27", .container = "CSQU3054383"), 0);
}

static struct gs_command reference_of(int64_t id, const char *reference)
{
    struct gs_command c = fx_command(GS_CMD_CHANGE, id);
    c.if_version = -1;
    c.u.change.has_reference = true;
    strcpy(c.u.change.reference, reference);
    return c;
}

static void a_clients_reference_names_one_active_booking(void **state)
{
    struct fixture *f = *state;
    int64_t first = BOOK(f, .reference = "PO-1");
    assert_int_equal(BOOK(f, .date = "2026-11-27", .reference = "PO-1"), 0);
    assert_int_equal(f->out.code, GS_CODE_DUPLICATE_REFERENCE);
    assert_int_equal(f->out.other_id, first);
    assert_int_not_equal(BOOK(f, .reference = "po-1"), 0);                   /* as it is written */
    assert_int_not_equal(BOOK(f, .reference = "PO-1", .owner = "other"), 0); /* another client's own */
    assert_true(BOOK(f, .reference = NULL) != 0 && BOOK(f, .reference = NULL) != 0);
    fx_step(f, GS_CMD_CANCEL, first);
    int64_t second = BOOK(f, .date = "2026-11-27", .reference = "PO-1");
    assert_string_equal(fx_get(f, second)->reference, "PO-1");
    fx_reopen(f);
    assert_int_equal(BOOK(f, .reference = "PO-1"), 0);
    assert_int_equal(f->out.other_id, second);
}

static void a_reference_is_changed_taken_away_and_free_again(void **state)
{
    struct fixture *f = *state;
    int64_t id = BOOK(f, .reference = "PO-1"), other = BOOK(f, .reference = "PO-2");
    struct gs_command taken = reference_of(id, "PO-2"), same = reference_of(id, "PO-1"),
                      next = reference_of(id, "PO-3"), none = reference_of(id, "");
    assert_int_equal(fx_apply(f, &taken), GS_CODE_DUPLICATE_REFERENCE);
    assert_int_equal(f->out.other_id, other);
    assert_int_equal(fx_apply(f, &same), GS_CODE_OK);
    assert_int_equal(fx_get(f, id)->version, 1); /* nothing changed */
    assert_int_equal(fx_apply(f, &next), GS_CODE_OK);
    assert_int_equal(fx_get(f, id)->version, 2);
    assert_int_not_equal(BOOK(f, .reference = "PO-1"), 0);
    assert_int_equal(BOOK(f, .reference = "PO-3"), 0);
    assert_int_equal(fx_apply(f, &none), GS_CODE_OK);
    assert_string_equal(fx_get(f, id)->reference, "");
    assert_int_not_equal(BOOK(f, .reference = "PO-3"), 0);
}

static void a_refusal_is_not_taken_back_beside_the_same_reference(void **state)
{
    struct fixture *f = *state;
    int64_t id = BOOK(f, .reference = "PO-1");
    fx_at(f, "2026-11-25 08:00");
    assert_int_equal(fx_step(f, GS_CMD_REFUSE, id), GS_CODE_OK);
    int64_t other = BOOK(f, .reference = "PO-1");
    assert_int_equal(fx_step(f, GS_CMD_REVERT, id), GS_CODE_DUPLICATE_REFERENCE);
    assert_int_equal(f->out.other_id, other);
    fx_step(f, GS_CMD_CANCEL, other);
    assert_int_equal(fx_step(f, GS_CMD_REVERT, id), GS_CODE_OK);
}

static void a_plate_gets_another_window_of_the_same_date(void **state)
{
    struct fixture *f = *state;
    int64_t first = BOOK(f, .plate = "浙DTEST1");
    int64_t second = BOOK(f, .plate = "浙DTEST1");
    int64_t third = BOOK(f, .plate = "浙DTEST1");
    assert_string_equal(fx_get(f, first)->window, "morning");
    assert_string_equal(fx_get(f, second)->window, "midday");
    assert_string_equal(fx_get(f, third)->window, "evening");
    assert_int_equal(BOOK(f, .plate = "浙DTEST1"), 0);
    assert_int_equal(f->out.code, GS_CODE_DUPLICATE_PLATE);
    assert_int_equal(f->out.other_id, first);
    assert_int_equal(BOOK(f, .plate = "浙DTEST1", .windows = "evening"), 0);
    assert_int_equal(f->out.other_id, third); /* the one in the way */
    assert_int_not_equal(BOOK(f, .plate = "浙DTEST1", .date = "2026-11-26"), 0);
}

static void what_a_plate_waits_for_is_claimed_too(void **state)
{
    struct fixture *f = *state;
    BOOK_MANY(f, 40, .windows = "morning");
    int64_t waiting = BOOK(f, .plate = "浙DTEST1", .windows = "morning", .wait = true);
    assert_int_equal(BOOK(f, .plate = "浙DTEST1", .windows = "morning", .wait = true), 0);
    assert_int_equal(f->out.code, GS_CODE_DUPLICATE_PLATE);
    assert_int_equal(f->out.other_id, waiting);
    assert_string_equal(fx_get(f, BOOK(f, .plate = "浙DTEST1"))->window, "midday");
}

static void promotion_skips_a_window_in_which_the_plate_has_a_promise(void **state)
{
    struct fixture *f = *state;
    int64_t held = BOOK(f, .plate = "浙DTEST1", .windows = "morning", .slot = "08:00");
    BOOK_MANY(f, 39, .windows = "morning");
    BOOK_MANY(f, 40, .windows = "midday");
    BOOK_MANY(f, 40, .windows = "evening");
    int64_t waiting = BOOK(f, .plate = "浙DTEST1", .wait = true);
    int64_t behind = BOOK(f, .windows = "morning", .wait = true);
    fx_step(f, GS_CMD_CANCEL, held + 1); /* a place of the morning, which the waiting plate may not have */
    assert_int_equal(fx_status(f, waiting), GS_WAITLISTED);
    assert_int_equal(fx_status(f, behind), GS_BOOKED);
    fx_step(f, GS_CMD_CANCEL, held); /* now it may */
    assert_int_equal(fx_status(f, waiting), GS_BOOKED);
    assert_string_equal(fx_get(f, waiting)->window, "morning");
}

static void a_departed_trucks_window_is_free_for_its_next_turn(void **state)
{
    struct fixture *f = *state;
    int64_t first = BOOK(f, .plate = "浙DTEST1", .windows = "morning", .slot = "08:00");
    fx_at(f, "2026-11-25 08:00");
    fx_let_in(f, first);
    assert_int_equal(BOOK(f, .plate = "浙DTEST1", .windows = "morning"), 0);
    fx_step(f, GS_CMD_CLEAR, first);
    fx_step(f, GS_CMD_DEPART, first);
    assert_int_not_equal(BOOK(f, .plate = "浙DTEST1", .windows = "morning"), 0);
}

static void departing_promotes_the_same_plate_into_the_window(void **state)
{
    struct fixture *f = *state;
    int64_t first = BOOK(f, .plate = "浙DTEST1", .windows = "morning", .slot = "08:00");
    BOOK_MANY(f, 40, .windows = "midday");
    BOOK_MANY(f, 40, .windows = "evening");
    int64_t waiting = BOOK(f, .plate = "浙DTEST1", .wait = true); /* the morning has room, but not for it */
    fx_at(f, "2026-11-25 08:00");
    fx_let_in(f, first);
    fx_step(f, GS_CMD_CLEAR, first);
    assert_int_equal(fx_status(f, waiting), GS_WAITLISTED);
    fx_step(f, GS_CMD_DEPART, first);
    assert_int_equal(fx_status(f, waiting), GS_BOOKED);
    assert_true(fx_starts(f, waiting, "2026-11-25 10:00"));
}

static struct gs_command change_of(int64_t id, const char *plate, const char *container)
{
    struct gs_command c = fx_command(GS_CMD_CHANGE, id);
    struct gs_truck *truck = &c.u.change.truck;
    c.u.change.has_plate = plate != NULL;
    strcpy(truck->plate, plate != NULL ? plate : "");
    strcpy(truck->plate_given, plate != NULL ? "as given" : "");
    c.u.change.has_containers = container != NULL;
    truck->container_count = 1;
    strcpy(truck->containers[0], container != NULL ? container : "");
    return c;
}

static void changing_checks_for_duplicates_again(void **state)
{
    struct fixture *f = *state;
    int64_t other = BOOK(f, .plate = "浙DTEST1", .container = "CSQU3054383", .windows = "morning");
    int64_t id = BOOK(f, .windows = "morning");
    struct gs_command plate = change_of(id, "浙DTEST1", NULL), box = change_of(id, NULL, "CSQU3054383");
    assert_int_equal(fx_apply(f, &plate), GS_CODE_DUPLICATE_PLATE);
    assert_int_equal(f->out.other_id, other);
    assert_int_equal(fx_apply(f, &box), GS_CODE_DUPLICATE_CONTAINER);
    assert_int_equal(fx_get(f, id)->version, 1);
    int64_t elsewhere = BOOK(f, .windows = "midday");
    plate.booking_id = elsewhere;
    assert_int_equal(fx_apply(f, &plate), GS_CODE_OK);
}

static void changing_replaces_only_what_is_named(void **state)
{
    struct fixture *f = *state;
    int64_t id = BOOK(f, .container = "CSQU3054383");
    struct gs_gate_verdict verdict;
    struct gs_command c = change_of(id, "浙DTEST9", NULL);
    c.u.change.truck.warnings = GS_WARN_PLATE_ENERGY;
    c.if_version = 1;
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
    assert_string_equal(fx_get(f, id)->truck.plate, "浙DTEST9");
    assert_string_equal(fx_get(f, id)->truck.plate_given, "as given");
    assert_string_equal(fx_get(f, id)->truck.containers[0], "CSQU3054383");
    assert_int_equal(fx_get(f, id)->truck.warnings, GS_WARN_PLATE_ENERGY);
    assert_int_equal(fx_get(f, id)->version, 2);
    assert_int_equal(fx_events(f, GS_EV_CHANGED, id), 1);
    gs_book_gate_check(f->book, "浙D·TEST9", NULL, NULL, &verdict);
    assert_ptr_equal(verdict.booking, fx_get(f, id));
    assert_int_equal(fx_apply(f, &c), GS_CODE_VERSION_MISMATCH);
    assert_int_equal(f->out.booking->version, 2);
}

static void changing_a_plate_serves_who_waited_for_its_window(void **state)
{
    struct fixture *f = *state;
    int64_t held = BOOK(f, .plate = "浙DTEST1", .windows = "morning");
    BOOK_MANY(f, 40, .windows = "midday");
    int64_t waiting = BOOK(f, .plate = "浙DTEST1", .windows = "morning,midday", .wait = true);
    assert_int_equal(fx_status(f, waiting), GS_WAITLISTED);
    struct gs_command c = change_of(held, "浙DTEST2", NULL);
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
    assert_int_equal(fx_status(f, waiting), GS_BOOKED);
}

static void an_entered_truck_is_no_longer_changed(void **state)
{
    struct fixture *f = *state;
    int64_t id = BOOK(f, .slot = "08:00");
    struct gs_command c = change_of(id, "浙DTEST1", NULL);
    fx_at(f, "2026-11-25 08:00");
    fx_step(f, GS_CMD_ARRIVE, id);
    assert_int_equal(fx_apply(f, &c), GS_CODE_OK);
    fx_step(f, GS_CMD_ENTER, id);
    assert_int_equal(fx_apply(f, &c), GS_CODE_WRONG_STATE);
    assert_int_equal(f->out.status, GS_ENTERED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_container_has_one_active_booking_anywhere, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(a_clients_reference_names_one_active_booking, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(a_reference_is_changed_taken_away_and_free_again, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(a_refusal_is_not_taken_back_beside_the_same_reference, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(a_plate_gets_another_window_of_the_same_date, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(what_a_plate_waits_for_is_claimed_too, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(promotion_skips_a_window_in_which_the_plate_has_a_promise, fx_setup,
                                        fx_teardown),
        cmocka_unit_test_setup_teardown(a_departed_trucks_window_is_free_for_its_next_turn, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(departing_promotes_the_same_plate_into_the_window, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(changing_checks_for_duplicates_again, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(changing_replaces_only_what_is_named, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(changing_a_plate_serves_who_waited_for_its_window, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(an_entered_truck_is_no_longer_changed, fx_setup, fx_teardown),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
