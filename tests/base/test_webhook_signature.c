/* The signature of Standard Webhooks against its published example, and secrets. */
#include "gateslot/base/webhook_signature.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

static const char secret[] = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
static const char id[] = "msg_p5jXN8AQM9LWM0D4loKWxJek";
static const char body[] = "{\"test\": 2432232314}";

static void the_published_example_comes_out(void **state)
{
    char text[GS_WEBHOOK_SIGNATURE_TEXT];
    (void)state;
    assert_int_equal(gs_webhook_sign(secret, id, 1614265330, body, strlen(body), text), GS_OK);
    assert_string_equal(text, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

static void all_of_the_message_is_signed(void **state)
{
    char one[GS_WEBHOOK_SIGNATURE_TEXT], other[GS_WEBHOOK_SIGNATURE_TEXT];
    (void)state;
    assert_int_equal(gs_webhook_sign(secret, id, 1614265330, body, strlen(body), one), GS_OK);
    assert_int_equal(gs_webhook_sign(secret, id, 1614265331, body, strlen(body), other), GS_OK);
    assert_string_not_equal(one, other);
    assert_int_equal(gs_webhook_sign(secret, "msg_p5jXN8AQM9LWM0D4loKWxJel", 1614265330, body, strlen(body), other),
                     GS_OK);
    assert_string_not_equal(one, other);
    assert_int_equal(gs_webhook_sign(secret, id, 1614265330, body, strlen(body) - 1, other), GS_OK);
    assert_string_not_equal(one, other);
    assert_int_equal(
        gs_webhook_sign("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSx", id, 1614265330, body, strlen(body), other), GS_OK);
    assert_string_not_equal(one, other);
}

static void secrets_are_24_bytes_and_never_twice(void **state)
{
    char made[GS_WEBHOOK_SECRET_MAX + 1], other[GS_WEBHOOK_SECRET_MAX + 1], text[GS_WEBHOOK_SIGNATURE_TEXT];
    (void)state;
    assert_int_equal(gs_webhook_secret_make(made), GS_OK);
    assert_int_equal(gs_webhook_secret_make(other), GS_OK);
    assert_int_equal(strlen(made), 6 + 32);
    assert_memory_equal(made, "whsec_", 6);
    assert_string_not_equal(made, other);
    assert_int_equal(gs_webhook_sign(made, "i", 1, "", 0, text), GS_OK);
}

static void what_is_no_secret_signs_nothing(void **state)
{
    static const char *const none[] = {"", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_a", "whsec_????"};
    char text[GS_WEBHOOK_SIGNATURE_TEXT];
    (void)state;
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        assert_int_equal(gs_webhook_sign(none[i], id, 1, body, strlen(body), text), GS_E_INVALID);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_published_example_comes_out), cmocka_unit_test(all_of_the_message_is_signed),
        cmocka_unit_test(secrets_are_24_bytes_and_never_twice), cmocka_unit_test(what_is_no_secret_signs_nothing)};
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("webhook_signature", tests, NULL, NULL);
}
