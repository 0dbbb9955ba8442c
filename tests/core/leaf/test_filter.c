/* Who sees what, and what a list's filter lets through. */
#include "cm.h"
#include "gateslot/core/book.h"
#include <string.h>

static void backends_see_only_their_own_staff_sees_all_others_nothing(void **state)
{
    (void)state;
    static const struct {
        enum gs_role role;
        bool own, foreign;
    } rules[GS_ROLES] = {
        {GS_ROLE_SYSTEM, true, true},     {GS_ROLE_BACKEND, true, false},  {GS_ROLE_GATE, true, true},
        {GS_ROLE_SUPERVISOR, true, true}, {GS_ROLE_DISPLAY, false, false}, {GS_ROLE_METRICS, false, false},
    };
    for (int i = 0; i < GS_ROLES; i++) {
        struct gs_actor actor = {.role = rules[i].role, .name = "mini"};
        assert_int_equal(gs_actor_sees(&actor, "mini"), rules[i].own);
        assert_int_equal(gs_actor_sees(&actor, "mini2"), rules[i].foreign);
        assert_int_equal(gs_actor_sees(&actor, ""), rules[i].foreign);
    }
}

static struct gs_booking sample(void)
{
    struct gs_booking b = {.id = 10, .status = GS_BOOKED, .wish = {.date = 20782, .slot_min = -1}};
    strcpy(b.window, "morning");
    strcpy(b.uscc, "91350100M000100Y43");
    strcpy(b.owner, "mini");
    strcpy(b.truck.plate, "浙D12345");
    strcpy(b.truck.trailer, "浙D1234挂");
    b.truck.container_count = 2;
    strcpy(b.truck.containers[0], "CSQU3054383");
    strcpy(b.truck.containers[1], "MSKU9070323");
    strcpy(b.pass_code, "7K3MQ9XD");
    strcpy(b.company_name, "Keqiao Fengsheng Textile (柯桥丰盛)");
    return b;
}

static void an_empty_filter_lets_all_through(void **state)
{
    (void)state;
    struct gs_booking b = sample();
    assert_true(gs_filter_matches(&(struct gs_filter){0}, &b));
}

static void each_field_alone_lets_through_what_equals_it(void **state)
{
    (void)state;
    struct gs_booking b = sample();
    assert_true(gs_filter_matches(&(struct gs_filter){.has_date = true, .date = 20782}, &b));
    assert_false(gs_filter_matches(&(struct gs_filter){.has_date = true, .date = 20783}, &b));
    assert_false(gs_filter_matches(&(struct gs_filter){.has_date = true}, &b));
    assert_true(gs_filter_matches(&(struct gs_filter){.window = "morning"}, &b));
    assert_false(gs_filter_matches(&(struct gs_filter){.window = "morn"}, &b));
    assert_true(gs_filter_matches(&(struct gs_filter){.has_status = true, .status = GS_BOOKED}, &b));
    assert_false(gs_filter_matches(&(struct gs_filter){.has_status = true, .status = GS_WAITLISTED}, &b));
    assert_true(gs_filter_matches(&(struct gs_filter){.uscc = "91350100M000100Y43"}, &b));
    assert_false(gs_filter_matches(&(struct gs_filter){.uscc = "91350100M000100Y44"}, &b));
    assert_true(gs_filter_matches(&(struct gs_filter){.owner = "mini"}, &b));
    assert_false(gs_filter_matches(&(struct gs_filter){.owner = "min"}, &b));
    assert_true(gs_filter_matches(&(struct gs_filter){.after_id = 9}, &b));
    assert_false(gs_filter_matches(&(struct gs_filter){.after_id = 10}, &b));
}

static void all_named_fields_must_agree(void **state)
{
    (void)state;
    struct gs_booking b = sample();
    struct gs_filter f = {.has_date = true, .date = 20782, .window = "morning", .owner = "mini", .text = "12345"};
    assert_true(gs_filter_matches(&f, &b));
    strcpy(f.owner, "other");
    assert_false(gs_filter_matches(&f, &b));
}

static void text_is_looked_for_in_plates_containers_code_and_company(void **state)
{
    (void)state;
    struct gs_booking b = sample();
    static const char *const found[] = {"浙D12345", "D123",     "2345",    "1234挂",      "CSQU3054383",
                                        "9070323",  "7K3MQ9XD", "MQ9",     "KEQIAO",      "FENGSHENGTEXTILE",
                                        "柯桥",     "丰盛",     "TILE(柯", "ｃｓｑｕ３０"};
    static const char *const absent[] = {"D54321", "苏", "CSQU3054384", "7K3MQ9XDX", "KEQIAOX", "91350100M000100Y43",
                                         "mini"};
    for (size_t i = 0; i < sizeof found / sizeof found[0]; i++) {
        struct gs_filter f = {0};
        strcpy(f.text, found[i]);
        assert_true(gs_filter_matches(&f, &b));
    }
    for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++) {
        struct gs_filter f = {0};
        strcpy(f.text, absent[i]);
        assert_false(gs_filter_matches(&f, &b));
    }
}

static void a_container_that_is_not_there_is_not_found(void **state)
{
    (void)state;
    struct gs_booking b = sample();
    b.truck.container_count = 1; /* what stands behind the count is not part of the booking */
    assert_false(gs_filter_matches(&(struct gs_filter){.text = "MSKU"}, &b));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(backends_see_only_their_own_staff_sees_all_others_nothing),
        cmocka_unit_test(an_empty_filter_lets_all_through),
        cmocka_unit_test(each_field_alone_lets_through_what_equals_it),
        cmocka_unit_test(all_named_fields_must_agree),
        cmocka_unit_test(text_is_looked_for_in_plates_containers_code_and_company),
        cmocka_unit_test(a_container_that_is_not_there_is_not_found),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
