/* What a reload cannot take over, and what another configuration has otherwise. */
#include "support.h"

#include "gateslot/base/buf.h"

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
    expect_restart("", "store: \"postgresql://h/d\"\n", "store,store_copies.promised");
    expect_restart("store: \"postgresql://h/d\"\n", "store: \"postgresql://h,h2/d\"\n", "store");
    expect_restart("", "store_copies: {go_on_with_fewer: true}\n", "store_copies.go_on_with_fewer");
    expect_restart("", "store_name: a\n", "store_name");
    expect_restart("", "state_directory: /a\n", "state_directory");
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

/* The changes from one text to the other, one a line: "key: old -> new", "!" behind it where it needs a restart. */
static void expect_changes(const char *old_text, const char *next_text, const char *expected)
{
    struct gs_config *old = conf_of(old_text), *next = conf_of(next_text);
    struct gs_arena arena;
    struct gs_option_changes changes;
    struct gs_buf found;
    gs_arena_init(&arena);
    gs_buf_init(&found, 1 << 16);
    gs_buf_str(&found, "");
    assert_int_equal(gs_config_changes(old, old, next, 40, &arena, &changes), GS_OK);
    assert_int_equal(changes.count, changes.total);
    for (size_t i = 0; i < changes.count; i++) {
        const struct gs_option_change *c = &changes.at[i];
        gs_buf_printf(&found, "%s: %s -> %s%s\n", c->key, c->before != NULL ? c->before : "none",
                      c->after != NULL ? c->after : "none", c->restart ? " !" : "");
    }
    assert_string_equal(found.data, expected);
    gs_buf_finish(&found);
    gs_arena_finish(&arena);
    gs_config_destroy(old);
    gs_config_destroy(next);
}

#define THREE                                                                                                          \
    "windows: {a: {start: \"08:00\", end: \"10:00\", capacity: 4}, b: {start: \"20:00\", end: \"24:00\", capacity: "   \
    "4}, "                                                                                                             \
    "c1: {start: \"10:00\", end: \"12:00\", capacity: 0}}\n"

static void changes_are_told_as_the_file_writes_them(void **state)
{
    (void)state;
    expect_changes("", "", "");
    expect_changes("", "yard: {bays: 40}\nbooking: {opens_at: \"08:00\"}\ncalendar: []\n", "");
    expect_changes(
        "", "site: {name: x}\nyard: {bays: 1, walk_ins: false}\nslots: {capacity: 7}\nbooking: {opens_at: 09:30}\n",
        "site.name: 柯桥中国轻纺城市场采购监… -> x\nyard.bays: 40 -> 1\nyard.walk_ins: true -> false\n"
        "slots.capacity: none -> 7\nbooking.opens_at: 08:00 -> 09:30\n");
    expect_changes("store: sqlite:/a.db\nlisten: [\"unix:/a\", \"http://[::1]:80\"]\n",
                   "store: sqlite:/b.db\nlisten: [\"unix:/a\"]\n",
                   "listen: unix:/a, http://[::1]:80 -> unix:/a !\nstore: sqlite:/a.db -> sqlite:/b.db !\n");
    expect_changes("store: sqlite:/a.db\n",
                   "store: \"postgresql://h/d\"\nstore_copies: {promised: 3, go_on_with_fewer: true}\n"
                   "store_name: gate-a\nstate_directory: /s\n",
                   "store: sqlite:/a.db -> postgresql://h/d !\nstore_copies.promised: 1 -> 3 !\n"
                   "store_copies.go_on_with_fewer: false -> true !\nstore_name: none -> gate-a !\n"
                   "state_directory: /var/lib/gateslot -> /s !\n");
    expect_changes("", "trusted_proxies: [\"127.0.0.1\", \"FD00::/8\"]\n",
                   "trusted_proxies: none -> 127.0.0.1, fd00::/8\n");
    expect_changes("trusted_proxies: [\"127.0.0.1\"]\nlimits: {requests_burst: 7}\n", "trusted_proxies: []\n",
                   "trusted_proxies: 127.0.0.1 -> none\nlimits.requests_burst: 7 -> 6000\n");
    expect_changes("reminders: {before_minutes: 120}\n", "", "");
    expect_changes("", "reminders: {before_minutes: [1440, 30], expiring_minutes: 0}\n",
                   "reminders.before_minutes: 120 -> [1440, 30]\nreminders.expiring_minutes: 120 -> 0\n");
    expect_changes("", "reminders: {before_minutes: []}\n", "reminders.before_minutes: 120 -> 0\n");
}

static void windows_are_told_apart_by_name(void **state)
{
    (void)state;
    expect_changes(THREE,
                   "windows: {c1: {start: \"10:00\", end: \"12:00\", capacity: 0, name: 早班}, b: {start: \"22:00\", "
                   "end: \"02:00\", "
                   "capacity: 5}, d: {start: \"02:00\", end: \"04:00\", capacity: 1}}\n",
                   "windows.a: {start: 08:00, end: 10:00, capacity: 4} -> none\n"
                   "windows.c1.name: none -> 早班\nwindows.b.start: 20:00 -> 22:00\nwindows.b.end: 24:00 -> 02:00\n"
                   "windows.b.capacity: 4 -> 5\nwindows.d: none -> {start: 02:00, end: 04:00, capacity: 1}\n");
}

static void entries_of_the_calendar_are_told_apart_by_their_days(void **state)
{
    (void)state;
    expect_changes(
        THREE "calendar: [{date: 2027-01-01, closed: true}, {weekday: sun, windows: {a: {capacity: 1}, b: {closed: "
              "true}}}]\n",
        THREE
        "calendar: [{weekday: sun, windows: {a: {capacity: 2}, b: {closed: true}}}, {date: 2027-01-01, closed: true},\n"
        "  {from: 2027-02-05, to: 2027-02-12, closed: true, reason: 春节}, {from: 2027-03-01, to: 2027-03-31, weekday: "
        "mon}]\n",
        "calendar[sun]: {windows: {a: {capacity: 1}, b: {clos… -> {windows: {a: {capacity: 2}, b: {clos…\n"
        "calendar[2027-02-05..2027-02-12]: none -> {closed: true, reason: 春节}\n"
        "calendar[2027-03-01..2027-03-31 mon]: none -> {}\n");
    expect_changes(THREE "calendar: [{date: 2027-01-01, closed: true}, {date: 2027-01-02, closed: true}]\n",
                   THREE "calendar: [{date: 2027-01-02, closed: true}, {date: 2027-01-01, closed: true}]\n", "");
}

static void roles_of_local_users_are_told_apart_by_name(void **state)
{
    (void)state;
    expect_changes(
        "peers: {users: {wang: gate, li: gate}, groups: {g: gate}}\n",
        "peers: {users: {wang: supervisor}, groups: {h: gate, g: gate}}\n",
        "peers.users.wang: gate -> supervisor\npeers.users.li: gate -> none\npeers.groups.h: none -> gate\n");
}

static void what_needs_a_restart_is_compared_with_what_runs(void **state)
{
    (void)state;
    struct gs_config *boot = conf_of("store: sqlite:/a.db\nyard: {bays: 1}\n");
    struct gs_config *old = conf_of("store: sqlite:/b.db\nyard: {bays: 2}\n");
    struct gs_arena arena;
    struct gs_option_changes changes;
    gs_arena_init(&arena);
    assert_int_equal(gs_config_changes(boot, old, old, 160, &arena, &changes), GS_OK);
    assert_int_equal(changes.count, 1);
    assert_string_equal(changes.at[0].before, "sqlite:/a.db");
    assert_string_equal(changes.at[0].after, "sqlite:/b.db");
    gs_arena_finish(&arena);
    gs_config_destroy(boot);
    gs_config_destroy(old);
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
        cmocka_unit_test(changes_are_told_as_the_file_writes_them),
        cmocka_unit_test(windows_are_told_apart_by_name),
        cmocka_unit_test(entries_of_the_calendar_are_told_apart_by_their_days),
        cmocka_unit_test(roles_of_local_users_are_told_apart_by_name),
        cmocka_unit_test(what_needs_a_restart_is_compared_with_what_runs),
        cmocka_unit_test(nothing_may_be_destroyed),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
