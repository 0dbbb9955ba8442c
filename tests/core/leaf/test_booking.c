/* The state table against a list written independently of it, names and ids both ways. */
#include "cm.h"
#include "gateslot/core/booking.h"
#include <string.h>

/* DOMAIN's picture, one row per status in the order of the enum, one column per step: promote, displace, cancel, expire, no-show,
 * arrive, enter, clear, depart, refuse, revert, reinstate. A letter is the status led to, '?' back to where it was refused. */
static const char letters[] = "WBAELDCXNR";
static const char *const expected_moves[GS_STATUSES] = {
    "B.CX........", /* waitlisted */
    ".WC.NA...R..", /* booked */
    "......E..RB.", /* arrived */
    ".......L..A.", /* entered */
    "........D.E.", /* cleared */
    "..........L.", /* departed */
    "............", /* cancelled */
    "............", /* expired */
    "...........A", /* no_show */
    "..........?.", /* refused */
};

static int expected_next(char letter, enum gs_status before_refused)
{
    if (letter == '.') {
        return -1;
    }
    return letter == '?' ? (int)before_refused : (int)(strchr(letters, letter) - letters);
}

static void every_pair_of_status_and_step_moves_as_the_domain_says(void **state)
{
    (void)state;
    const enum gs_status before[2] = {GS_BOOKED, GS_ARRIVED};
    assert_int_equal(strlen(letters), GS_STATUSES);
    for (int k = 0; k < 2; k++) {
        for (int s = 0; s < GS_STATUSES; s++) {
            assert_int_equal(strlen(expected_moves[s]), GS_STEPS);
            for (int step = 0; step < GS_STEPS; step++) {
                struct gs_booking b = {.status = (enum gs_status)s, .before_refused = before[k]};
                struct gs_booking copy = b;
                assert_int_equal(gs_booking_next(&b, (enum gs_step)step),
                                 expected_next(expected_moves[s][step], before[k]));
                assert_memory_equal(&b, &copy, sizeof b);
            }
        }
    }
}

static void refused_from_nowhere_cannot_be_reverted(void **state)
{
    (void)state;
    struct gs_booking b = {.status = GS_REFUSED, .before_refused = GS_WAITLISTED};
    assert_int_equal(gs_booking_next(&b, GS_STEP_REVERT), -1);
    b.before_refused = GS_ENTERED;
    assert_int_equal(gs_booking_next(&b, GS_STEP_REVERT), -1);
}

static void only_revert_and_reinstating_leave_a_terminal_status(void **state)
{
    (void)state;
    for (int s = 0; s < GS_STATUSES; s++) {
        struct gs_booking b = {.status = (enum gs_status)s, .before_refused = GS_BOOKED};
        int ways = 0;
        for (int step = 0; step < GS_STEPS; step++) {
            ways += step != GS_STEP_REVERT && step != GS_STEP_REINSTATE && gs_booking_next(&b, (enum gs_step)step) >= 0
                        ? 1
                        : 0;
        }
        assert_int_equal(ways == 0, gs_status_terminal((enum gs_status)s));
    }
}

static void statuses_are_classed_as_documented(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        bool terminal, place, inside;
    } expected[GS_STATUSES] = {
        {"waitlisted", false, false, false}, {"booked", false, true, false},  {"arrived", false, true, false},
        {"entered", false, true, true},      {"cleared", false, true, true},  {"departed", true, true, false},
        {"cancelled", true, false, false},   {"expired", true, false, false}, {"no_show", true, false, false},
        {"refused", true, false, false},
    };
    for (int s = 0; s < GS_STATUSES; s++) {
        enum gs_status parsed = GS_STATUSES;
        assert_string_equal(gs_status_name((enum gs_status)s), expected[s].name);
        assert_true(gs_status_parse(expected[s].name, &parsed));
        assert_int_equal(parsed, s);
        assert_int_equal(gs_status_terminal((enum gs_status)s), expected[s].terminal);
        assert_int_equal(gs_status_holds_place((enum gs_status)s), expected[s].place);
        assert_int_equal(gs_status_inside((enum gs_status)s), expected[s].inside);
    }
}

static void steps_have_names_and_are_found_by_them(void **state)
{
    (void)state;
    for (int s = 0; s < GS_STEPS; s++) {
        enum gs_step parsed = GS_STEPS;
        assert_true(gs_step_parse(gs_step_name((enum gs_step)s), &parsed));
        assert_int_equal(parsed, s);
    }
    enum gs_step left = GS_STEP_ENTER;
    assert_false(gs_step_parse("arrived", &left));
    assert_int_equal(left, GS_STEP_ENTER);
}

static void unknown_names_are_refused_and_leave_the_output_alone(void **state)
{
    (void)state;
    static const char *const wrong[] = {"", "Booked", "booked ", "noshow", "in", "unknown"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        enum gs_status status = GS_CLEARED;
        enum gs_role role = GS_ROLE_GATE;
        assert_false(gs_status_parse(wrong[i], &status));
        assert_false(gs_role_parse(wrong[i], &role));
        assert_int_equal(status, GS_CLEARED);
        assert_int_equal(role, GS_ROLE_GATE);
    }
}

static void roles_have_the_names_of_the_contract(void **state)
{
    (void)state;
    static const char *const names[GS_ROLES] = {"system", "backend", "gate", "supervisor", "display", "metrics"};
    for (int r = 0; r < GS_ROLES; r++) {
        enum gs_role parsed = GS_ROLES;
        assert_string_equal(gs_role_name((enum gs_role)r), names[r]);
        assert_true(gs_role_parse(names[r], &parsed));
        assert_int_equal(parsed, r);
    }
}

static void ids_go_to_text_and_back(void **state)
{
    (void)state;
    static const struct {
        int64_t id;
        const char *text;
    } pairs[] = {{1, "bk_1"}, {9, "bk_9"}, {10, "bk_10"}, {4200, "bk_4200"}, {INT64_MAX, "bk_9223372036854775807"}};
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        char text[GS_BOOKING_ID_TEXT];
        int64_t id = 0;
        gs_booking_id_format(pairs[i].id, text);
        assert_string_equal(text, pairs[i].text);
        assert_true(gs_booking_id_parse(text, strlen(text), &id));
        assert_int_equal(id, pairs[i].id);
    }
}

static void ids_not_exactly_of_the_form_are_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",
                                        "bk_",
                                        "42",
                                        "bk_0",
                                        "bk_042",
                                        "bk_-1",
                                        "bk_+1",
                                        "bk_ 1",
                                        "bk_1 ",
                                        "BK_1",
                                        "bk-1",
                                        "bk_1a",
                                        "bk_0x1",
                                        "bk_1.0",
                                        " bk_1",
                                        "bk__1",
                                        "bk_9223372036854775808",
                                        "bk_99999999999999999999",
                                        "bk_111111111111111111111111111111"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        int64_t id = -7;
        assert_false(gs_booking_id_parse(wrong[i], strlen(wrong[i]), &id));
        assert_int_equal(id, -7);
    }
    int64_t id = 0;
    assert_true(gs_booking_id_parse("bk_12 rest", 5, &id)); /* only len bytes are looked at */
    assert_int_equal(id, 12);
    assert_false(gs_booking_id_parse("bk_1\0002", 6, &id));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_pair_of_status_and_step_moves_as_the_domain_says),
        cmocka_unit_test(refused_from_nowhere_cannot_be_reverted),
        cmocka_unit_test(only_revert_and_reinstating_leave_a_terminal_status),
        cmocka_unit_test(statuses_are_classed_as_documented),
        cmocka_unit_test(steps_have_names_and_are_found_by_them),
        cmocka_unit_test(unknown_names_are_refused_and_leave_the_output_alone),
        cmocka_unit_test(roles_have_the_names_of_the_contract),
        cmocka_unit_test(ids_go_to_text_and_back),
        cmocka_unit_test(ids_not_exactly_of_the_form_are_refused),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
