/* The stable words of CONTRACT, each in its place. */
#include "cm.h"
#include "gateslot/core/code.h"
#include <string.h>

static void every_code_of_the_contract_has_its_word(void **state)
{
    (void)state;
    static const struct {
        enum gs_code code;
        const char *name;
    } words[] = {
        {GS_CODE_INVALID_JSON, "invalid_json"},
        {GS_CODE_VALIDATION, "validation"},
        {GS_CODE_IDEMPOTENCY_KEY_MISSING, "idempotency_key_missing"},
        {GS_CODE_IDEMPOTENCY_KEY_REUSED, "idempotency_key_reused"},
        {GS_CODE_UNAUTHORIZED, "unauthorized"},
        {GS_CODE_FORBIDDEN, "forbidden"},
        {GS_CODE_NOT_FOUND, "not_found"},
        {GS_CODE_METHOD_NOT_ALLOWED, "method_not_allowed"},
        {GS_CODE_FULL, "full"},
        {GS_CODE_DUPLICATE_PLATE, "duplicate_plate"},
        {GS_CODE_DUPLICATE_CONTAINER, "duplicate_container"},
        {GS_CODE_WRONG_STATE, "wrong_state"},
        {GS_CODE_EARLY, "early"},
        {GS_CODE_YARD_FULL, "yard_full"},
        {GS_CODE_PAST_CUTOFF, "past_cutoff"},
        {GS_CODE_OUTSIDE_HORIZON, "outside_horizon"},
        {GS_CODE_CLOSED, "closed"},
        {GS_CODE_COMPANY_QUOTA, "company_quota"},
        {GS_CODE_SUSPENDED, "suspended"},
        {GS_CODE_SWITCHED_OFF, "switched_off"},
        {GS_CODE_PLAN_OUTDATED, "plan_outdated"},
        {GS_CODE_PRECONDITION_REQUIRED, "precondition_required"},
        {GS_CODE_VERSION_MISMATCH, "version_mismatch"},
        {GS_CODE_TOO_LARGE, "too_large"},
        {GS_CODE_HEADERS_TOO_LARGE, "headers_too_large"},
        {GS_CODE_RATE_LIMITED, "rate_limited"},
        {GS_CODE_OVERLOADED, "overloaded"},
        {GS_CODE_STORAGE_FULL, "storage_full"},
        {GS_CODE_CLOCK_BACKWARDS, "clock_backwards"},
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        assert_string_equal(gs_code_name(words[i].code), words[i].name);
    }
}

static void no_two_codes_share_a_word_and_none_lacks_one(void **state)
{
    (void)state;
    for (int a = 0; a < GS_CODE_KINDS; a++) {
        const char *name = gs_code_name((enum gs_code)a);
        assert_string_not_equal(name, "unknown");
        assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz_"), strlen(name));
        for (int b = 0; b < a; b++) {
            assert_string_not_equal(name, gs_code_name((enum gs_code)b));
        }
    }
    assert_string_equal(gs_code_name(GS_CODE_KINDS), "unknown");
}

static void gate_words_stand_in_the_order_of_the_contract(void **state)
{
    (void)state;
    static const char *const codes[GS_GATE_KINDS] = {
        "on_time",        "early",    "late",      "delay_reported", "yard_full", "not_booked", "wrong_day",
        "already_inside", "departed", "cancelled", "no_show",        "suspended", "refused"};
    for (int i = 0; i < GS_GATE_KINDS; i++) {
        assert_string_equal(gs_gate_code_name((enum gs_gate_code)i), codes[i]);
    }
    assert_string_equal(gs_decision_name(GS_ADMIT), "admit");
    assert_string_equal(gs_decision_name(GS_HOLD), "hold");
    assert_string_equal(gs_decision_name(GS_REJECT), "reject");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_of_the_contract_has_its_word),
        cmocka_unit_test(no_two_codes_share_a_word_and_none_lacks_one),
        cmocka_unit_test(gate_words_stand_in_the_order_of_the_contract),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
