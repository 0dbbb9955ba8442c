/* What a reload cannot take over. */
#include "support.h"

#include <stdio.h>
#include <string.h>

/* The keys that need a restart from one text to the other, comma-separated. */
static void expect_restart(const char *old_text, const char *next_text, const char *expected)
{
    struct gs_config *old = conf_of(old_text), *next = conf_of(next_text);
    const char *keys[8];
    char found[256] = "";
    size_t count = gs_config_needs_restart(old, next, keys, 8);
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(found + strlen(found), sizeof found - strlen(found), "%s%s", i == 0 ? "" : ",", keys[i]);
    }
    gs_config_destroy(old);
    gs_config_destroy(next);
    assert_string_equal(found, expected);
}

static void equal_configs_need_none(void **state)
{
    (void)state;
    expect_restart("", "", "");
    expect_restart("",
                   "listen: [\"unix:/run/gateslot/gateslot.sock\", \"http://localhost:8480\"]\n"
                   "store: \"sqlite:/var/lib/gateslot/gateslot.db\"\nsite: {timezone: Asia/Shanghai}\n",
                   "");
}

static void listen_store_and_zone_need_a_restart(void **state)
{
    (void)state;
    expect_restart("", "listen: [\"unix:/run/gateslot/gateslot.sock\"]\n", "listen");
    expect_restart("", "listen: [\"unix:/run/gateslot/gateslot.sock\", \"http://127.0.0.1:8481\"]\n", "listen");
    expect_restart("", "listen: [\"unix:/run/gateslot/gateslot.soc\", \"http://127.0.0.1:8480\"]\n", "listen");
    expect_restart("", "store: sqlite:/a.db\n", "store");
    expect_restart("store: sqlite:/aa.db\n", "store: sqlite:/a.db\n", "store");
    expect_restart("", "site: {timezone: Europe/Berlin}\n", "site.timezone");
    expect_restart("", "store: sqlite:/a.db\nsite: {timezone: UTC}\nlisten: [\"unix:/s\"]\n",
                   "site.timezone,listen,store");
}

static void everything_else_changes_at_once(void **state)
{
    (void)state;
    expect_restart(
        "",
        "site: {name: x}\nyard: {bays: 1, walk_ins: false}\nwindows: {a: {start: \"08:00\", end: \"09:00\", capacity: "
        "1}}\n"
        "slots: {minutes: 15, capacity: 1}\n"
        "booking: {horizon_days: 1, opens_at: \"09:00\", cutoff_minutes: 1, lock_minutes: 1, settle_at: \"09:00\",\n"
        "  early_grace_minutes: 1, late_grace_minutes: 1, delay_reports: false, retention_days: 10}\n"
        "quota: {company_window_percent: 1, company_day: 1, lifted_minutes: 1}\n"
        "strikes: {limit: 1, days: 1, suspend_days: 1, late_cancel: false, company_percent: 1}\n"
        "waitlist: {enabled: false, promote_minutes: 1}\n"
        "overbooking: {enabled: true, overflow_percent: 2, min_samples: 2}\n"
        "calendar: [{weekday: sun, closed: true}]\n",
        "");
}

static void no_more_keys_are_written_than_there_is_room_for(void **state)
{
    (void)state;
    struct gs_config *old = conf_of(""), *next = conf_of("store: sqlite:/a.db\nsite: {timezone: UTC}\n");
    const char *keys[2] = {NULL, "untouched"};
    assert_int_equal(gs_config_needs_restart(old, next, keys, 1), 1);
    assert_string_equal(keys[0], "site.timezone");
    assert_string_equal(keys[1], "untouched");
    assert_int_equal(gs_config_needs_restart(old, next, NULL, 0), 0);
    gs_config_destroy(old);
    gs_config_destroy(next);
}

static void nothing_may_be_destroyed(void **state)
{
    (void)state;
    gs_config_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_configs_need_none),
        cmocka_unit_test(listen_store_and_zone_need_a_restart),
        cmocka_unit_test(everything_else_changes_at_once),
        cmocka_unit_test(no_more_keys_are_written_than_there_is_room_for),
        cmocka_unit_test(nothing_may_be_destroyed),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
