/* SIGHUP: what is taken over, what is refused, and what the log says of it. */
#include "outside.h"

#define SITE "site: {name: test, timezone: Asia/Shanghai}\n"

static const char next_start[] = "takes effect at the next start";

static int32_t noon_capacity(struct fixture *f)
{
    struct gs_window_view *w = calloc(1, sizeof *w);
    assert_non_null(w);
    const struct gs_book *b = f->app->service.apply_due(f->app);
    assert_true(gs_book_window(b, gs_book_today(b), 1, w));
    int32_t capacity = w->capacity;
    free(w);
    return capacity;
}

static void reload(struct fixture *f, const char *text)
{
    int32_t ready = outside.ready, reloading = outside.reloading;
    fixture_config(f, text);
    gs_app_reload(f->app);
    assert_int_equal(outside.reloading, reloading + 1); /* the service manager waits for both */
    assert_int_equal(outside.ready, ready + 1);
}

static void new_rules_hold_at_once_and_are_on_record(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(noon_capacity(f), 40);
    fire(f->app->second);
    disk_syncs(f->app);
    reload(f, SITE "windows: {morning: {start: '08:00', end: '12:00', capacity: 7}, midday: {start: '12:00', end: "
                   "'16:00', capacity: 9}}\n");
    assert_int_equal(noon_capacity(f), 9);
    assert_int_equal(f->app->service.rules(f->app)->windows[1].capacity, 9);
    assert_int_equal(f->app->count.reloads, 1);
    assert_int_equal(logged("event=reloaded"), 1);
    assert_int_equal(logged(next_start), 0);
    gs_app_turn_end(f->app);
    disk_syncs(f->app);
    assert_int_equal(outside.disk.events_of[GS_EV_CONFIG_RELOADED], 1);
}

static void what_needs_a_restart_is_named(void **state)
{
    struct fixture *f = *state;
    reload(f, SITE "store: sqlite:/elsewhere/gateslot.db\nlisten: ['http://127.0.0.1:9999']\nyard: {bays: 3}\n");
    assert_int_equal(logged(next_start), 2);
    assert_int_equal(logged("key=store"), 1);
    assert_int_equal(logged("key=listen"), 1);
    assert_int_equal(logged("event=reloaded"), 1); /* the rest is taken over */
    assert_int_equal(f->app->service.rules(f->app)->bays, 3);
}

/* It is compared with the start, not with the file before: the next start will find it all the same. */
static void what_needs_a_restart_is_named_at_every_reload(void **state)
{
    struct fixture *f = *state;
    reload(f, SITE "store: sqlite:/elsewhere/gateslot.db\n");
    reload(f, SITE "store: sqlite:/elsewhere/gateslot.db\nyard: {bays: 3}\n");
    assert_int_equal(logged(next_start), 2);
    reload(f, SITE "yard: {bays: 3}\n");
    assert_int_equal(logged(next_start), 2); /* taken back: nothing to tell */
}

static void a_bad_file_changes_nothing(void **state)
{
    struct fixture *f = *state;
    const struct gs_config *before = f->app->config;
    reload(f, SITE "yard: {bays: many}\nunknown: 1\n");
    assert_ptr_equal(f->app->config, before);
    assert_int_equal(f->app->count.reloads, 0);
    assert_int_equal(logged("key=yard.bays"), 1);
    assert_int_equal(logged("key=unknown"), 1);
    assert_int_equal(logged("the old configuration stays"), 1);
}

static void another_time_zone_is_refused(void **state)
{
    struct fixture *f = *state;
    const struct gs_config *before = f->app->config;
    reload(f, "site: {name: test, timezone: Europe/Berlin}\nyard: {bays: 3}\n");
    assert_ptr_equal(f->app->config, before);
    assert_int_equal(logged("dates would change under their bookings"), 1);
    assert_int_equal(logged("event=reloaded"), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(new_rules_hold_at_once_and_are_on_record),
        TEST(what_needs_a_restart_is_named),
        TEST(what_needs_a_restart_is_named_at_every_reload),
        TEST(a_bad_file_changes_nothing),
        TEST(another_time_zone_is_refused),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
