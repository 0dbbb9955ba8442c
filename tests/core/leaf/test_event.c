/* The text of events, read back with jansson and compared field by field: what must be there is, and nothing else. */
#include "cm.h"
#include "gateslot/core/event.h"
#include "gateslot/core/record.h"
#include <jansson.h>
#include <string.h>

#define EVENT_TEXT_MAX 8192

struct zone {
    struct gs_tz *tz;
};

static int load_zone(void **state)
{
    static struct zone zone;
    *state = &zone;
    return gs_tz_load("Asia/Shanghai", &zone.tz);
}

static int drop_zone(void **state)
{
    gs_tz_destroy(((struct zone *)*state)->tz);
    return 0;
}

static json_t *text_of(const struct gs_event *e, const struct gs_tz *tz)
{
    struct gs_buf out;
    json_error_t error;
    gs_buf_init(&out, EVENT_TEXT_MAX);
    gs_event_json(e, tz, &out);
    assert_int_equal(gs_buf_status(&out), GS_OK);
    assert_null(memchr(out.data, '\n', out.len)); /* one line: NDJSON and SSE rely on it */
    json_t *read = json_loadb(out.data, out.len, JSON_REJECT_DUPLICATES, &error);
    if (read == NULL) {
        fail_msg("%s in %s", error.text, out.data);
    }
    gs_buf_finish(&out);
    return read;
}

static void assert_event(const struct gs_event *e, const struct gs_tz *tz, const char *expected)
{
    json_error_t error;
    json_t *want = json_loads(expected, JSON_REJECT_DUPLICATES, &error), *got = text_of(e, tz);
    assert_non_null(want);
    if (!json_equal(want, got)) {
        char *shown = json_dumps(got, JSON_INDENT(1));
        fail_msg("expected %s, got %s", expected, shown);
    }
    json_decref(want);
    json_decref(got);
}

/* 2026-11-25T08:30:00+08:00 */
#define AT INT64_C(1795566600000)

static struct gs_event booked_event(void)
{
    struct gs_event e = {
        .seq = 17, .at_ms = AT, .type = GS_EV_BOOKED, .booking_id = 42, .status = GS_BOOKED, .version = 3};
    e.actor.role = GS_ROLE_BACKEND;
    strcpy(e.actor.name, "mini");
    strcpy(e.owner, "mini");
    strcpy(e.plate, "浙D12345");
    e.to.date = gs_date_from_civil(2026, 11, 25);
    strcpy(e.to.window, "morning");
    e.to.start_ms = AT + 30 * GS_MINUTE_MS;
    e.to.end_ms = AT + 60 * GS_MINUTE_MS;
    return e;
}

static void first_event_names_the_place_taken_and_no_status_before(void **state)
{
    struct gs_event e = booked_event();
    assert_event(&e, ((struct zone *)*state)->tz,
                 "{\"seq\":17,\"at\":\"2026-11-25T08:30:00+08:00\",\"type\":\"booking.booked\","
                 "\"actor\":{\"role\":\"backend\",\"name\":\"mini\"},\"booking_id\":\"bk_42\",\"reason\":null,"
                 "\"data\":{\"plate\":\"浙D12345\",\"version\":3,\"status\":\"booked\",\"to\":{\"date\":\"2026-11-25\","
                 "\"window\":\"morning\","
                 "\"slot\":{\"start\":\"2026-11-25T09:00:00+08:00\",\"end\":\"2026-11-25T09:30:00+08:00\"}}}}");
}

static void move_names_both_places_cause_and_reason(void **state)
{
    struct gs_event e = booked_event();
    e.type = GS_EV_MOVED;
    e.prev = 11;
    e.status_before = GS_BOOKED;
    e.cause_id = 43;
    e.actor.role = GS_ROLE_SYSTEM;
    strcpy(e.actor.name, "gateslotd");
    strcpy(e.reason, "say \"hi\"\\ \n\t\x01 再来");
    e.from = e.to;
    strcpy(e.from.window, "evening");
    e.from.date++;
    e.from.start_ms = AT + 1;
    assert_event(&e, ((struct zone *)*state)->tz,
                 "{\"seq\":17,\"at\":\"2026-11-25T08:30:00+08:00\",\"type\":\"booking.moved\","
                 "\"actor\":{\"role\":\"system\",\"name\":\"gateslotd\"},\"booking_id\":\"bk_42\","
                 "\"reason\":\"say \\\"hi\\\"\\\\ \\n\\t\\u0001 再来\","
                 "\"data\":{\"plate\":\"浙D12345\",\"version\":3,\"status\":\"booked\",\"status_before\":\"booked\","
                 "\"cause\":\"bk_43\","
                 "\"from\":{\"date\":\"2026-11-26\",\"window\":\"evening\","
                 "\"slot\":{\"start\":\"2026-11-25T08:30:00.001+08:00\",\"end\":\"2026-11-25T09:30:00+08:00\"}},"
                 "\"to\":{\"date\":\"2026-11-25\",\"window\":\"morning\","
                 "\"slot\":{\"start\":\"2026-11-25T09:00:00+08:00\",\"end\":\"2026-11-25T09:30:00+08:00\"}}}}");
}

static void flags_are_shown_only_when_true(void **state)
{
    struct gs_event e = booked_event();
    e.type = GS_EV_ENTERED;
    e.prev = 3;
    e.status = GS_ENTERED;
    e.status_before = GS_ARRIVED;
    e.override = true;
    e.to.window[0] = '\0';
    assert_event(&e, NULL,
                 "{\"seq\":17,\"at\":\"2026-11-25T00:30:00Z\",\"type\":\"booking.entered\","
                 "\"actor\":{\"role\":\"backend\",\"name\":\"mini\"},\"booking_id\":\"bk_42\",\"reason\":null,"
                 "\"data\":{\"plate\":\"浙D12345\",\"version\":3,\"status\":\"entered\",\"status_before\":\"arrived\","
                 "\"override\":true}}");
    e.type = GS_EV_CANCELLED;
    e.override = false;
    e.late = true;
    e.status = GS_CANCELLED;
    e.status_before = GS_BOOKED;
    assert_event(&e, ((struct zone *)*state)->tz,
                 "{\"seq\":17,\"at\":\"2026-11-25T08:30:00+08:00\",\"type\":\"booking.cancelled\","
                 "\"actor\":{\"role\":\"backend\",\"name\":\"mini\"},\"booking_id\":\"bk_42\",\"reason\":null,"
                 "\"data\":{\"plate\":\"浙D12345\",\"version\":3,\"status\":\"cancelled\",\"status_before\":\"booked\","
                 "\"late\":true}}");
}

static void capacity_event_shows_before_and_after(void **state)
{
    struct gs_event e = {.seq = 1, .at_ms = AT, .type = GS_EV_CAPACITY_CHANGED, .capacity_before = 40};
    e.actor.role = GS_ROLE_SUPERVISOR;
    strcpy(e.actor.name, "li");
    strcpy(e.reason, "crane broken");
    strcpy(e.to.window, "midday");
    e.to.date = gs_date_from_civil(2026, 11, 26);
    e.closed_after = true;
    assert_event(&e, ((struct zone *)*state)->tz,
                 "{\"seq\":1,\"at\":\"2026-11-25T08:30:00+08:00\",\"type\":\"capacity.changed\","
                 "\"actor\":{\"role\":\"supervisor\",\"name\":\"li\"},\"booking_id\":null,\"reason\":\"crane broken\","
                 "\"data\":{\"date\":\"2026-11-26\",\"window\":\"midday\",\"before\":40,\"after\":0,\"closed\":true}}");
}

static void token_event_shows_name_and_role(void **state)
{
    struct gs_event e = {.seq = INT64_MAX, .at_ms = AT, .type = GS_EV_TOKEN_REVOKED, .subject_role = GS_ROLE_GATE};
    e.actor.role = GS_ROLE_SUPERVISOR;
    strcpy(e.actor.name, "root");
    strcpy(e.subject, "lane-1");
    assert_event(&e, ((struct zone *)*state)->tz,
                 "{\"seq\":9223372036854775807,\"at\":\"2026-11-25T08:30:00+08:00\",\"type\":\"token.revoked\","
                 "\"actor\":{\"role\":\"supervisor\",\"name\":\"root\"},\"booking_id\":null,\"reason\":null,"
                 "\"data\":{\"name\":\"lane-1\",\"role\":\"gate\"}}");
}

static void strike_event_names_plate_count_and_end(void **state)
{
    struct gs_event e = {.seq = 9, .at_ms = AT, .type = GS_EV_STRIKE_RECORDED, .cause_id = 41, .strikes = 3};
    strcpy(e.actor.name, "gateslotd");
    strcpy(e.plate, "浙D12345");
    e.strike_limit = 3;
    e.until_ms = AT + 60 * GS_MINUTE_MS;
    assert_event(&e, ((struct zone *)*state)->tz,
                 "{\"seq\":9,\"at\":\"2026-11-25T08:30:00+08:00\",\"type\":\"strike.recorded\","
                 "\"actor\":{\"role\":\"system\",\"name\":\"gateslotd\"},\"booking_id\":null,\"reason\":null,"
                 "\"data\":{\"plate\":\"浙D12345\",\"count\":3,\"limit\":3,"
                 "\"suspended_until\":\"2026-11-25T09:30:00+08:00\",\"cause\":\"bk_41\"}}");
}

#define RELOADED                                                                                                       \
    "{\"seq\":5,\"at\":\"2026-11-25T08:30:00+08:00\",\"type\":\"config.reloaded\","                                    \
    "\"actor\":{\"role\":\"system\",\"name\":\"gateslotd\"},\"booking_id\":null,\"reason\":null,\"data\":"

static void a_reload_tells_options_and_numbers(void **state)
{
    static const struct gs_option_change changes[] = {{"yard.bays", "40", "30", false},
                                                      {"slots.capacity", NULL, "7", true}};
    const struct gs_option_changes options = {.count = 2, .at = changes, .total = 3};
    struct gs_event e = {.seq = 5, .at_ms = AT, .type = GS_EV_CONFIG_RELOADED, .moved = 3, .promoted = 1};
    const struct gs_tz *tz = ((struct zone *)*state)->tz;
    strcpy(e.actor.name, "gateslotd");
    assert_event(&e, tz, RELOADED "{\"options\":[],\"moved\":3,\"waitlisted\":0,\"promoted\":1}}");
    e.options = &options;
    assert_event(&e, tz,
                 RELOADED
                 "{\"options\":[{\"key\":\"yard.bays\",\"old\":\"40\",\"new\":\"30\",\"restart\":false},"
                 "{\"key\":\"slots.capacity\",\"old\":null,\"new\":\"7\",\"restart\":true}],\"more_options\":1,"
                 "\"moved\":3,\"waitlisted\":0,\"promoted\":1}}");
    e.moved = -1; /* as it was before it told them */
    assert_event(&e, tz, RELOADED "{}}");
}

static void a_reload_of_many_options_stays_within_what_is_stored(void **state)
{
    static struct gs_option_change changes[400];
    static char text[GS_OPTION_TEXT_MAX + 1], name[128];
    const struct gs_option_changes options = {.count = 400, .at = changes, .total = 512};
    struct gs_event e = {.seq = 5, .at_ms = AT, .type = GS_EV_CONFIG_RELOADED, .options = &options};
    struct gs_buf out;
    memset(text, 1, sizeof text - 1); /* each takes six bytes */
    memset(name, 'n', sizeof name - 1);
    for (size_t i = 0; i < 400; i++) {
        changes[i] = (struct gs_option_change){name, text, text, false};
    }
    gs_buf_init(&out, 1 << 20);
    gs_event_json(&e, ((struct zone *)*state)->tz, &out);
    assert_true(out.len > 4096 && out.len < GS_STORE_EVENT_TEXT_MAX);
    assert_non_null(strstr(out.data, "\"more_options\":5"));
    gs_buf_finish(&out);
}

static void a_store_put_back_tells_old_and_new_numbers(void **state)
{
    struct gs_epoch epoch = {.cause = GS_EPOCH_BACKUP,
                             .last_seq = 17,
                             .last_booking_id = 6,
                             .lost_seq = 20,
                             .lost_booking_id = 7,
                             .first_seq = 1000021,
                             .first_booking_id = 1000008};
    struct gs_event e = {.seq = 1000021, .at_ms = AT, .type = GS_EV_STORE_RESTORED, .epoch = &epoch};
    strcpy(e.actor.name, "gateslotd");
    assert_event(
        &e, ((struct zone *)*state)->tz,
        "{\"seq\":1000021,\"at\":\"2026-11-25T08:30:00+08:00\",\"type\":\"store.restored\","
        "\"actor\":{\"role\":\"system\",\"name\":\"gateslotd\"},\"booking_id\":null,\"reason\":null,"
        "\"data\":{\"cause\":\"backup\",\"old\":{\"seq\":17,\"booking_id\":\"bk_6\"},"
        "\"lost\":{\"seq\":20,\"booking_id\":\"bk_7\"},\"new\":{\"seq\":1000021,\"booking_id\":\"bk_1000008\"}}}");
    epoch.cause = GS_EPOCH_LOSS;
    epoch.lost_seq = epoch.lost_booking_id = epoch.last_booking_id = 0;
    assert_event(&e, ((struct zone *)*state)->tz,
                 "{\"seq\":1000021,\"at\":\"2026-11-25T08:30:00+08:00\",\"type\":\"store.restored\","
                 "\"actor\":{\"role\":\"system\",\"name\":\"gateslotd\"},\"booking_id\":null,\"reason\":null,"
                 "\"data\":{\"cause\":\"loss\",\"old\":{\"seq\":17,\"booking_id\":null},"
                 "\"lost\":null,\"new\":{\"seq\":1000021,\"booking_id\":\"bk_1000008\"}}}");
}

static void a_reminder_tells_the_slot_and_an_expiry_when_it_will_be(void **state)
{
    const struct gs_tz *tz = ((struct zone *)*state)->tz;
    struct gs_event e = booked_event();
    e.type = GS_EV_REMINDER;
    e.prev = 11;
    e.status_before = GS_BOOKED;
    e.minutes_before = 30;
    strcpy(e.reference, "PO-7");
    assert_event(&e, tz,
                 "{\"seq\":17,\"at\":\"2026-11-25T08:30:00+08:00\",\"type\":\"booking.reminder\","
                 "\"actor\":{\"role\":\"backend\",\"name\":\"mini\"},\"booking_id\":\"bk_42\",\"reason\":null,"
                 "\"data\":{\"plate\":\"浙D12345\",\"reference\":\"PO-7\",\"version\":3,\"status\":\"booked\","
                 "\"status_before\":\"booked\",\"place\":{\"date\":\"2026-11-25\",\"window\":\"morning\","
                 "\"slot\":{\"start\":\"2026-11-25T09:00:00+08:00\",\"end\":\"2026-11-25T09:30:00+08:00\"}},"
                 "\"minutes_before\":30}}");
    e.type = GS_EV_EXPIRING;
    e.status = e.status_before = GS_WAITLISTED;
    e.to.window[0] = '\0';
    e.waitlist_position = 4;
    e.expires_ms = AT + 30 * GS_MINUTE_MS;
    assert_event(&e, tz,
                 "{\"seq\":17,\"at\":\"2026-11-25T08:30:00+08:00\",\"type\":\"booking.expiring\","
                 "\"actor\":{\"role\":\"backend\",\"name\":\"mini\"},\"booking_id\":\"bk_42\",\"reason\":null,"
                 "\"data\":{\"plate\":\"浙D12345\",\"reference\":\"PO-7\",\"version\":3,\"status\":\"waitlisted\","
                 "\"status_before\":\"waitlisted\",\"waitlist_position\":4,\"minutes_before\":30,"
                 "\"expires_at\":\"2026-11-25T09:00:00+08:00\"}}");
}

static void every_type_has_its_word_and_gives_valid_text(void **state)
{
    static const char *const words[GS_EVENT_TYPES] = {
        "booking.booked",      "booking.waitlisted", "booking.promoted",   "booking.moved",     "booking.changed",
        "booking.rescheduled", "booking.delayed",    "booking.cancelled",  "booking.expired",   "booking.no_show",
        "booking.arrived",     "booking.entered",    "booking.cleared",    "booking.departed",  "booking.refused",
        "booking.reverted",    "capacity.changed",   "config.reloaded",    "strike.recorded",   "token.created",
        "token.revoked",       "store.restored",     "token.confirmed",    "clock.refused",     "clock.accepted",
        "strike.excused",      "gate.checked",       "booking.reinstated", "booking.corrected", "user.created",
        "user.changed",        "user.disabled",      "user.enabled",       "user.confirmed",    "user.deleted",
        "session.opened",      "session.closed",     "session.refused",    "session.paired",    "session.person",
        "device.revoked",      "booking.reminder",   "booking.expiring",   "webhook.created",   "webhook.changed",
        "webhook.disabled",    "webhook.enabled",    "webhook.deleted"};
    for (int t = 0; t < GS_EVENT_TYPES; t++) {
        struct gs_event e = booked_event();
        e.type = (enum gs_event_type)t;
        assert_string_equal(gs_event_type_name(e.type), words[t]);
        json_t *read = text_of(&e, ((struct zone *)*state)->tz);
        assert_string_equal(json_string_value(json_object_get(read, "type")), words[t]);
        assert_int_equal(json_object_size(read), 7);
        json_decref(read);
    }
}

static void event_that_does_not_fit_fails_the_buffer(void **state)
{
    struct gs_event e = booked_event();
    struct gs_buf out;
    gs_buf_init(&out, 64);
    gs_event_json(&e, ((struct zone *)*state)->tz, &out);
    assert_int_equal(gs_buf_status(&out), GS_E_RANGE);
    gs_buf_finish(&out);
}

static bool matches(const struct gs_event *e, const struct gs_tz *tz, const char *types, const char *by)
{
    struct gs_event_filter f = {.types = types != NULL ? gs_event_types_named(types, strlen(types)) : 0};
    struct gs_buf out;
    strcpy(f.by, by);
    gs_buf_init(&out, EVENT_TEXT_MAX);
    gs_event_json(e, tz, &out);
    bool yes = gs_event_matches(&f, out.data, out.len);
    gs_buf_finish(&out);
    return yes;
}

static void events_are_chosen_by_type_and_by_who_did_it(void **state)
{
    const struct gs_tz *tz = ((struct zone *)*state)->tz;
    struct gs_event e = booked_event();
    strcpy(e.reason, "\"type\":\"booking.no_show\",\"actor\":{\"role\":\"gate\",\"name\":\"x\"");
    assert_true(matches(&e, tz, NULL, ""));
    assert_true(matches(&e, tz, "booking.booked", ""));
    assert_true(matches(&e, tz, "booking", "mini"));
    assert_true(matches(&e, tz, "booked", "backend"));
    assert_false(matches(&e, tz, "no_show", ""));
    assert_false(matches(&e, tz, "capacity", ""));
    assert_false(matches(&e, tz, NULL, "min"));
    assert_false(matches(&e, tz, NULL, "gate"));
    assert_false(matches(&e, tz, NULL, "x"));
    assert_false(matches(&e, tz, "booked", "supervisor"));
    struct gs_event_filter f = {.types = 1};
    assert_false(gs_event_matches(&f, "{}", 2));
    assert_false(gs_event_matches(&f, "", 0));
}

static void who_stands_at_a_device_is_told_and_found(void **state)
{
    const struct gs_tz *tz = ((struct zone *)*state)->tz;
    struct gs_event e = booked_event();
    strcpy(e.reason, "\",\"person\":\"li\"");
    e.actor = (struct gs_actor){.role = GS_ROLE_GATE, .name = "tablet-1", .person = "wang"};
    json_t *read = text_of(&e, tz),
           *want = json_pack("{s:s,s:s,s:s}", "role", "gate", "name", "tablet-1", "person", "wang");
    assert_true(json_equal(json_object_get(read, "actor"), want));
    json_decref(read);
    json_decref(want);
    assert_true(matches(&e, tz, NULL, "wang"));
    assert_true(matches(&e, tz, NULL, "tablet-1"));
    assert_false(matches(&e, tz, NULL, "tablet-1/wang"));
    assert_false(matches(&e, tz, NULL, "li"));
    e.actor.person[0] = '\0';
    assert_false(matches(&e, tz, NULL, "wang"));
    assert_false(matches(&e, tz, NULL, "li"));
}

static void a_word_for_types_is_a_name_or_one_of_its_parts(void **state)
{
    (void)state;
    for (int t = 0; t < GS_EVENT_TYPES; t++) {
        const char *name = gs_event_type_name((enum gs_event_type)t), *rest = strchr(name, '.') + 1;
        assert_true(gs_event_types_named(name, strlen(name)) == UINT64_C(1) << t);
        assert_true((gs_event_types_named(rest, strlen(rest)) >> t & 1) == 1);
        assert_true((gs_event_types_named(name, (size_t)(rest - name - 1)) >> t & 1) == 1);
    }
    static const char *const none[] = {"", "book", "booking.", ".booked", "bookings", "booking.booked ", "."};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        assert_true(gs_event_types_named(none[i], strlen(none[i])) == 0);
    }
}

static void an_events_time_is_read_from_its_text(void **state)
{
    struct gs_event e = booked_event();
    struct gs_buf out;
    int64_t at_ms = 0;
    gs_buf_init(&out, EVENT_TEXT_MAX);
    gs_event_json(&e, ((struct zone *)*state)->tz, &out);
    assert_int_equal(gs_event_at(out.data, out.len, &at_ms), GS_OK);
    assert_true(at_ms == AT);
    gs_buf_finish(&out);
    assert_int_equal(gs_event_at("{\"seq\":1}", 9, &at_ms), GS_E_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_are_chosen_by_type_and_by_who_did_it),
        cmocka_unit_test(who_stands_at_a_device_is_told_and_found),
        cmocka_unit_test(a_word_for_types_is_a_name_or_one_of_its_parts),
        cmocka_unit_test(an_events_time_is_read_from_its_text),
        cmocka_unit_test(first_event_names_the_place_taken_and_no_status_before),
        cmocka_unit_test(move_names_both_places_cause_and_reason),
        cmocka_unit_test(flags_are_shown_only_when_true),
        cmocka_unit_test(capacity_event_shows_before_and_after),
        cmocka_unit_test(token_event_shows_name_and_role),
        cmocka_unit_test(strike_event_names_plate_count_and_end),
        cmocka_unit_test(a_reload_tells_options_and_numbers),
        cmocka_unit_test(a_reload_of_many_options_stays_within_what_is_stored),
        cmocka_unit_test(a_store_put_back_tells_old_and_new_numbers),
        cmocka_unit_test(a_reminder_tells_the_slot_and_an_expiry_when_it_will_be),
        cmocka_unit_test(every_type_has_its_word_and_gives_valid_text),
        cmocka_unit_test(event_that_does_not_fit_fails_the_buffer),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, load_zone, drop_zone);
}
