/* The sentences of events: every type in both languages, with all that it may carry and with the least, and no brace left open. */
#include "event_text.h"
#include "gateslot/core/event.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>
#include <stdio.h>

#define TEXT_MAX 4096
/* 2026-11-25T09:30:00+08:00 */
#define AT INT64_C(1795570200000)

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

/* The sentence for e in out. */
static void tell(void **state, const struct gs_event *e, enum gs_lang lang, char out[TEXT_MAX])
{
    struct gs_buf json, text;
    gs_buf_init(&json, TEXT_MAX);
    gs_buf_init(&text, TEXT_MAX - 1);
    gs_event_json(e, ((struct zone *)*state)->tz, &json);
    assert_int_equal(gs_buf_status(&json), GS_OK);
    gs_event_text(json.data, json.len, lang, NULL, &text);
    assert_int_equal(gs_buf_status(&text), GS_OK);
    strcpy(out, text.data != NULL ? text.data : "");
    gs_buf_finish(&json);
    gs_buf_finish(&text);
}

static void assert_told(void **state, const struct gs_event *e, const char *zh, const char *en)
{
    char text[TEXT_MAX];
    tell(state, e, GS_LANG_ZH, text);
    assert_string_equal(text, zh);
    tell(state, e, GS_LANG_EN, text);
    assert_string_equal(text, en);
}

static void set_place(struct gs_place_ref *out, int64_t start_ms)
{
    out->date = gs_date_from_civil(2026, 11, 25);
    strcpy(out->window, "morning");
    out->start_ms = start_ms;
    out->end_ms = start_ms + 30 * GS_MINUTE_MS;
}

static struct gs_event event_of(enum gs_event_type type)
{
    struct gs_event e = {.seq = 17, .at_ms = AT, .type = type, .booking_id = 42, .prev = 3};
    e.actor.role = GS_ROLE_SYSTEM;
    strcpy(e.actor.name, "gateslotd");
    strcpy(e.plate, "浙D12345");
    return e;
}

static struct gs_event full_event(enum gs_event_type type)
{
    struct gs_event e = event_of(type);
    e.actor.role = GS_ROLE_SUPERVISOR;
    strcpy(e.reason, "crane {broken}");
    strcpy(e.subject, "lane-1");
    set_place(&e.from, AT);
    set_place(&e.to, AT + GS_MINUTE_MS * 60);
    e.cause_id = 43;
    e.why = GS_WHY_NEAREST;
    e.preferred_min = 600;
    e.waitlist_position = 3;
    e.changed = GS_CHANGED_ALL;
    e.override = e.late = e.closed_after = true;
    e.capacity_before = 40;
    e.capacity_after = 30;
    return e;
}

static void assert_whole(const char *text, const char *brace)
{
    const char *found = strchr(text, '{');
    assert_int_not_equal(text[0], '\0');
    if (found != NULL && (brace == NULL || strncmp(found, brace, strlen(brace)) != 0)) {
        fail_msg("not filled in: %s", text);
    }
}

static void every_type_is_told_in_both_languages(void **state)
{
    for (int type = 0; type < GS_EVENT_TYPES; type++) {
        for (int lang = GS_LANG_ZH; lang <= GS_LANG_EN; lang++) {
            char least[TEXT_MAX], most[TEXT_MAX];
            struct gs_event bare = event_of((enum gs_event_type)type), full = full_event((enum gs_event_type)type);
            tell(state, &bare, (enum gs_lang)lang, least);
            tell(state, &full, (enum gs_lang)lang, most);
            assert_whole(least, NULL);
            assert_whole(most, "{broken}");
            assert_non_null(strstr(most, "crane {broken}"));
        }
    }
}

static void every_why_has_its_clause(void **state)
{
    for (int why = GS_WHY_NONE + 1; why < GS_WHYS; why++) {
        for (int lang = GS_LANG_ZH; lang <= GS_LANG_EN; lang++) {
            char with[TEXT_MAX], without[TEXT_MAX];
            struct gs_event e = event_of(GS_EV_RESCHEDULED);
            set_place(&e.from, AT);
            set_place(&e.to, AT);
            e.cause_id = 43;
            tell(state, &e, (enum gs_lang)lang, without);
            e.why = (enum gs_why)why;
            tell(state, &e, (enum gs_lang)lang, with);
            assert_whole(with, NULL);
            assert_true(strlen(with) > strlen(without));
        }
    }
}

static void booking_tells_where_and_why_there(void **state)
{
    struct gs_event e = event_of(GS_EV_BOOKED);
    e.prev = 0;
    set_place(&e.to, AT);
    e.why = GS_WHY_BALANCED;
    assert_told(state, &e, "已预约 2026-11-25 09:30–10:00（morning），在可接受的时段中那里最空。",
                "Booked for 2026-11-25 09:30–10:00 (morning), the least booked of what it accepts.");
    e.why = GS_WHY_NEAREST;
    e.preferred_min = 9 * 60;
    assert_told(state, &e, "已预约 2026-11-25 09:30–10:00（morning），是离所选 09:00 最近的空位。",
                "Booked for 2026-11-25 09:30–10:00 (morning), the nearest free to the 09:00 it asked for.");
    e.why = GS_WHY_MOVES;
    e.moves = 2;
    assert_told(state, &e, "已预约 2026-11-25 09:30–10:00（morning），为此调整了 2 个可调整的预约。",
                "Booked for 2026-11-25 09:30–10:00 (morning); to make room, other bookings were moved: 2.");
}

static void move_tells_the_cause(void **state)
{
    struct gs_event e = event_of(GS_EV_MOVED);
    set_place(&e.from, AT);
    set_place(&e.to, AT + 30 * GS_MINUTE_MS);
    e.why = GS_WHY_MADE_ROOM;
    e.cause_id = 43;
    assert_told(
        state, &e,
        "由系统从 2026-11-25 09:30–10:00（morning）调到 2026-11-25 10:00–10:30（morning），为预约 bk_43 腾出位置。",
        "Moved by the scheduler from 2026-11-25 09:30–10:00 (morning) to 2026-11-25 10:00–10:30 (morning), to "
        "make room for booking bk_43.");
    e.cause_id = 0;
    e.why = GS_WHY_SETTLED;
    strcpy(e.reason, "settled"); /* a code: the clause says it */
    assert_told(
        state, &e,
        "由系统从 2026-11-25 09:30–10:00（morning）调到 2026-11-25 10:00–10:30（morning），属前一晚的统一均衡。",
        "Moved by the scheduler from 2026-11-25 09:30–10:00 (morning) to 2026-11-25 10:00–10:30 (morning), when "
        "the day was settled the evening before.");
}

static void a_reminder_and_an_expiry_ahead_tell_the_time(void **state)
{
    struct gs_event e = event_of(GS_EV_REMINDER);
    set_place(&e.to, AT + GS_MINUTE_MS * 60);
    e.minutes_before = 120;
    assert_told(state, &e, "提前 120 分钟提醒：预约的时间是 2026-11-25 10:30–11:00（morning）。",
                "Reminder, 120 minutes ahead: it is booked for 2026-11-25 10:30–11:00 (morning).");
    e = event_of(GS_EV_EXPIRING);
    e.waitlist_position = 4;
    e.expires_ms = AT + GS_MINUTE_MS * 60;
    assert_told(state, &e, "仍在候补，第 4 位；到 2026-11-25 10:30 还没有排上，候补即到期。",
                "It still waits, at position 4, and expires at 2026-11-25 10:30 if it gets no place.");
}

static void waiting_tells_the_position_and_the_displaced_what_they_lost(void **state)
{
    struct gs_event e = event_of(GS_EV_WAITLISTED);
    e.why = GS_WHY_FULL;
    e.waitlist_position = 4;
    assert_told(state, &e, "列入候补，第 4 位，因为可接受的时段都已约满。",
                "Put on the waitlist at position 4: all that it accepts is full.");
    set_place(&e.from, AT);
    e.why = GS_WHY_CAPACITY;
    e.waitlist_position = 1;
    e.actor.role = GS_ROLE_SUPERVISOR;
    strcpy(e.reason, "吊机故障");
    assert_told(
        state, &e,
        "原定 2026-11-25 09:30–10:00（morning）的名额因容量调整被取消，转为候补第 1 位，先于其他候补。原因：吊机故障。",
        "Lost its place at 2026-11-25 09:30–10:00 (morning), because capacity was changed; it waits at position 1, "
        "before all who never had a place. Reason: 吊机故障.");
}

static void no_show_tells_the_minute(void **state)
{
    struct gs_event e = event_of(GS_EV_NO_SHOW);
    set_place(&e.from, AT - 60 * GS_MINUTE_MS);
    assert_told(
        state, &e, "截至 2026-11-25 09:30 未到，按爽约处理，2026-11-25 08:30–09:00（morning）的名额已释放。",
        "Had not come by 2026-11-25 09:30: a no-show, and its place at 2026-11-25 08:30–09:00 (morning) is free "
        "again.");
}

static void change_names_what_was_changed(void **state)
{
    struct gs_event e = event_of(GS_EV_CHANGED);
    e.changed = GS_CHANGED_PLATE | GS_CHANGED_DRIVER;
    assert_told(state, &e, "已修改：车牌、司机。", "Changed: plate, driver.");
}

static void a_reload_names_the_options_that_changed(void **state)
{
    static const struct gs_option_change changes[] = {{"yard.bays", "40", "30", false}, {"a", "1", "2", false},
                                                      {"b", "1", "2", false},           {"c", NULL, "2", false},
                                                      {"d", "1", "2", false},           {"e", "1", NULL, false}};
    struct gs_option_changes options = {.count = 1, .at = changes, .total = 1};
    struct gs_event e = {.type = GS_EV_CONFIG_RELOADED, .at_ms = AT, .moved = 3, .waitlisted = 2, .options = &options};
    assert_told(state, &e, "配置已重新载入：yard.bays 40 → 30。调整 3，转候补 2，候补转正 0。",
                "The configuration was reloaded: yard.bays 40 → 30. Moved 3, waitlisted 2, promoted 0.");
    options = (struct gs_option_changes){.count = 6, .at = changes, .total = 9};
    assert_told(
        state, &e,
        "配置已重新载入：yard.bays 40 → 30，a 1 → 2，b 1 → 2，c – → 2，等 9 项。调整 3，转候补 2，候补转正 0。",
        "The configuration was reloaded: yard.bays 40 → 30, a 1 → 2, b 1 → 2, c – → 2, 9 in all. Moved 3, waitlisted "
        "2, promoted 0.");
    e.options = NULL;
    assert_told(state, &e, "配置已重新载入：没有改动的项。调整 3，转候补 2，候补转正 0。",
                "The configuration was reloaded: no option has changed. Moved 3, waitlisted 2, promoted 0.");
    e.moved = -1;
    assert_told(state, &e, "配置已重新载入。", "The configuration was reloaded.");
}

static void a_window_closed_at_its_old_capacity_is_told_as_closed_alone(void **state)
{
    struct gs_event e = {.type = GS_EV_CAPACITY_CHANGED, .at_ms = AT, .capacity_before = 40, .capacity_after = 40};
    set_place(&e.to, AT);
    e.closed_after = true;
    strcpy(e.reason, "春节");
    assert_told(state, &e, "2026-11-25 morning 关闭。原因：春节。", "morning on 2026-11-25 was closed. Reason: 春节.");
    e.capacity_after = 30;
    assert_told(state, &e, "2026-11-25 morning 的容量由 40 改为 30。该时段关闭。原因：春节。",
                "Capacity of morning on 2026-11-25 changed from 40 to 30. The window is closed. Reason: 春节.");
}

static void what_was_told_afterwards_names_both_times(void **state)
{
    struct gs_event e = event_of(GS_EV_DEPARTED);
    e.happened_ms = AT - 35 * GS_MINUTE_MS;
    assert_told(state, &e, "已离场。09:30 补记，实际发生于 08:55。",
                "Departed. Recorded at 09:30 as having happened at 08:55.");
    e.happened_ms = AT - 10 * 60 * GS_MINUTE_MS;
    assert_told(state, &e, "已离场。09:30 补记，实际发生于 2026-11-24 23:30。",
                "Departed. Recorded at 09:30 as having happened at 2026-11-24 23:30.");
}

static void a_time_put_right_names_step_and_both_times(void **state)
{
    struct gs_event e = event_of(GS_EV_CORRECTED);
    e.actor.role = GS_ROLE_SUPERVISOR;
    e.step = GS_STEP_CLEAR;
    e.happened_ms = AT - 35 * GS_MINUTE_MS;
    e.happened_before_ms = AT - 5 * GS_MINUTE_MS;
    strcpy(e.reason, "登记有误");
    assert_told(state, &e, "放行时间由 09:25 更正为 08:55。原因：登记有误。",
                "The time of its release was put right: 08:55, not 09:25. Reason: 登记有误.");
}

static void a_no_show_taken_back_names_its_place(void **state)
{
    struct gs_event e = event_of(GS_EV_REINSTATED);
    set_place(&e.to, AT);
    assert_told(
        state, &e, "撤销爽约：车已到闸口，排到 2026-11-25 09:30–10:00（morning）。",
        "The no-show was taken back: its truck is at the gate and has a place at 2026-11-25 09:30–10:00 (morning).");
}

static void what_cannot_be_read_is_not_told(void **state)
{
    struct gs_buf out;
    (void)state;
    gs_buf_init(&out, TEXT_MAX);
    gs_event_text("{\"type\":\"booking.boo", 20, GS_LANG_EN, NULL, &out);
    gs_event_text("{\"type\":\"booking.unheard\",\"data\":{}}", 36, GS_LANG_EN, NULL, &out);
    assert_int_equal(out.len, 0);
    gs_buf_finish(&out);
}

static void windows_go_by_their_names_in_chinese_alone(void **state)
{
    (void)state;
    static const char json[] =
        "{\"type\":\"capacity.changed\",\"data\":{\"date\":\"2026-11-28\",\"window\":\"morning\","
        "\"before\":40,\"after\":30,\"closed\":false}}";
    struct gs_rules rules = {.window_count = 1};
    struct gs_buf out;
    (void)snprintf(rules.windows[0].id, sizeof rules.windows[0].id, "morning");
    (void)snprintf(rules.windows[0].name, sizeof rules.windows[0].name, "早班");
    gs_buf_init(&out, 1024);
    gs_event_text(json, sizeof json - 1, GS_LANG_ZH, &rules, &out);
    assert_non_null(strstr(out.data, "早班"));
    assert_null(strstr(out.data, "morning"));
    gs_buf_clear(&out);
    gs_event_text(json, sizeof json - 1, GS_LANG_EN, &rules, &out);
    assert_non_null(strstr(out.data, "morning"));
    rules.window_count = 0;
    gs_buf_clear(&out);
    gs_event_text(json, sizeof json - 1, GS_LANG_ZH, &rules, &out);
    assert_non_null(strstr(out.data, "morning"));
    gs_buf_finish(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(windows_go_by_their_names_in_chinese_alone),
        cmocka_unit_test(every_type_is_told_in_both_languages),
        cmocka_unit_test(every_why_has_its_clause),
        cmocka_unit_test(booking_tells_where_and_why_there),
        cmocka_unit_test(move_tells_the_cause),
        cmocka_unit_test(a_reminder_and_an_expiry_ahead_tell_the_time),
        cmocka_unit_test(waiting_tells_the_position_and_the_displaced_what_they_lost),
        cmocka_unit_test(no_show_tells_the_minute),
        cmocka_unit_test(change_names_what_was_changed),
        cmocka_unit_test(a_reload_names_the_options_that_changed),
        cmocka_unit_test(a_window_closed_at_its_old_capacity_is_told_as_closed_alone),
        cmocka_unit_test(what_was_told_afterwards_names_both_times),
        cmocka_unit_test(a_time_put_right_names_step_and_both_times),
        cmocka_unit_test(a_no_show_taken_back_names_its_place),
        cmocka_unit_test(what_cannot_be_read_is_not_told),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, load_zone, drop_zone);
}
