/* The sentences: there is one for every code in both languages, and none has a hole in it. */
#include "world.h"

#include "event_text.h"
#include "fault_text.h"
#include "gate_text.h"
#include "problem.h"
#include <stdio.h>

static bool has_hole(const char *sentence)
{
    return strchr(sentence, '{') != NULL && strstr(sentence, "{…}") == NULL;
}

static void every_code_has_status_title_and_detail(void **state)
{
    (void)state;
    for (int code = 1; code < GS_CODE_KINDS; code++) {
        print_message("# %s\n", gs_code_name((enum gs_code)code));
        assert_in_range(gs_code_status((enum gs_code)code), 400, 599);
        for (int lang = 0; lang < 2; lang++) {
            assert_true(strlen(gs_code_title((enum gs_code)code, (enum gs_lang)lang)) > 3);
            assert_true(strlen(gs_code_detail((enum gs_code)code, (enum gs_lang)lang)) > 3);
        }
        assert_string_not_equal(gs_code_title((enum gs_code)code, GS_LANG_ZH),
                                gs_code_title((enum gs_code)code, GS_LANG_EN));
    }
}

/* How a stored problem's language is told from its title (idem.c). */
static void chinese_titles_begin_beyond_ascii_or_are_told_apart(void **state)
{
    (void)state;
    for (int code = 1; code < GS_CODE_KINDS; code++) {
        const char *english = gs_code_title((enum gs_code)code, GS_LANG_EN);
        assert_true((english[0] & 0x80) == 0);
        if (code != GS_CODE_IDEMPOTENCY_KEY_REUSED) { /* never stored */
            assert_true((gs_code_title((enum gs_code)code, GS_LANG_ZH)[0] & 0x80) != 0);
        }
    }
}

static void write_problem(struct gs_http *w, enum gs_code code, enum gs_lang lang, const struct gs_outcome *o,
                          struct gs_buf *out)
{
    struct gs_caller caller = {.lang = lang, .actor = {.role = GS_ROLE_BACKEND, .name = "backend"}};
    const struct gs_exchange x = {.http = w, .api = w->api, .own = &caller};
    const struct gs_problem p = {
        .code = code, .outcome = o, .what = "WHAT", .other = "OTHER", .command = GS_CMD_CANCEL};
    gs_buf_clear(out);
    gs_problem_write(out, &x, &p);
}

static void no_detail_has_a_hole_in_it(void **state)
{
    struct gs_http *w = *state;
    struct gs_outcome o = {.code = GS_CODE_OK,
                           .status = GS_DEPARTED,
                           .at_ms = w->now,
                           .used = 41,
                           .limit = 40,
                           .reason = "春节",
                           .faults = {.count = 2, .list = {{.kind = GS_FAULT_REQUIRED, .pointer = "/a"}}}};
    struct gs_buf out;
    gs_buf_init(&out, 65536);
    for (int code = 1; code < GS_CODE_KINDS; code++) {
        for (int lang = 0; lang < 2; lang++) {
            json_t *problem;
            write_problem(w, (enum gs_code)code, (enum gs_lang)lang, &o, &out);
            problem = json_loads(out.data, 0, NULL);
            assert_non_null(problem);
            print_message("# %s: %s\n", gs_code_name((enum gs_code)code),
                          json_string_value(json_object_get(problem, "detail")));
            assert_false(has_hole(json_string_value(json_object_get(problem, "detail"))));
            assert_string_equal(json_string_value(json_object_get(problem, "code")), gs_code_name((enum gs_code)code));
            json_decref(problem);
        }
    }
    gs_buf_finish(&out);
}

static void numbers_are_members_where_something_was_counted(void **state)
{
    struct gs_http *w = *state;
    const struct gs_outcome o = {.used = 41, .limit = 40};
    struct gs_buf out;
    gs_buf_init(&out, 65536);
    for (int code = 1; code < GS_CODE_KINDS; code++) {
        bool counted = code == GS_CODE_COMPANY_QUOTA || code == GS_CODE_LIVE_QUOTA || code == GS_CODE_FULL ||
                       code == GS_CODE_YARD_FULL || code == GS_CODE_SUSPENDED;
        write_problem(w, (enum gs_code)code, GS_LANG_EN, &o, &out);
        json_t *problem = json_loads(out.data, 0, NULL);
        print_message("# %s\n", gs_code_name((enum gs_code)code));
        assert_int_equal(json_integer_value(json_object_get(problem, "used")), counted ? 41 : 0);
        assert_int_equal(json_object_get(problem, "limit") != NULL, counted);
        json_decref(problem);
    }
    gs_buf_finish(&out);
}

static void details_name_the_numbers_of_the_outcome(void **state)
{
    struct gs_http *w = *state;
    static const struct {
        enum gs_code code;
        struct gs_outcome outcome;
        const char *detail[2];
    } rows[] = {
        {GS_CODE_YARD_FULL,
         {.used = 40, .limit = 40},
         {"场内已有 40 辆车，车位共 40 个。请等有车离场；主管写明理由后可以破例放入。",
          "40 trucks are inside and there are 40 bays. Wait until one leaves; a supervisor can make an exception and "
          "say why."}},
        {GS_CODE_WRONG_STATE,
         {.status = GS_DEPARTED},
         {"该预约目前的状态是“已离场”，不能取消。",
          "The booking's state is \"departed\"; it cannot be cancelled now."}},
        {GS_CODE_EARLY,
         {.at_ms = INT64_C(1795564800000)},
         {"2026-11-25 08:00 起才可以。", "This is possible from 2026-11-25 08:00 on."}},
        {GS_CODE_OUTSIDE_HORIZON, {.at_ms = 0}, {"这一天已经过去。", "That day is over."}},
        {GS_CODE_OUTSIDE_HORIZON,
         {.at_ms = INT64_C(1795564800000)},
         {"这一天从 2026-11-25 08:00 起才能预约。", "That day can be booked from 2026-11-25 08:00 on."}},
        {GS_CODE_CLOSED, {.reason = "春节"}, {"所选时间不开放：春节。", "The site is closed at that time: 春节."}},
        {GS_CODE_CLOSED, {.reason = ""}, {"所选时间不开放。", "The site is closed at that time."}},
        {GS_CODE_COMPANY_QUOTA,
         {.used = 3, .limit = 2, .limit_of = GS_LIMIT_OF_WEEK, .date = 20780},
         {"该企业因上一周爽约过多，2026-11-23 起的这一周限制预约：已占 3 个名额，限额为 2 个。",
          "The company is throttled in the week from 2026-11-23 because of its missed appointments in the week before: "
          "it "
          "holds 3 places of the 2 it may hold."}},
        {GS_CODE_COMPANY_QUOTA,
         {.used = 2, .limit = 2, .limit_of = GS_LIMIT_OF_WINDOW, .window = "week 1"}, /* a window may be called so */
         {"该企业已占 2 个名额（week 1），限额为 2 个；临近时仍空的名额不受此限。", NULL}},
        {GS_CODE_COMPANY_QUOTA,
         {.used = 2, .limit = 2, .limit_of = GS_LIMIT_OF_DAY, .date = 20782},
         {"该企业已占 2 个名额（2026-11-25），限额为 2 个；临近时仍空的名额不受此限。", NULL}},
        {GS_CODE_LIVE_QUOTA,
         {.used = 3, .limit = 2, .limit_of = GS_LIMIT_OF_UNKNOWN_COMPANY},
         {"该企业近 48 天没有车辆到场，只能同时持有 2 个预约（含候补，现有 3 个）；有一辆车到场后不再受此限。",
          "No truck of this company has come within 48 days, so it may hold 2 bookings, waiting ones too, and holds 3. "
          "Once a truck has come, this limit does not apply."}},
        {GS_CODE_LIVE_QUOTA,
         {.used = 5, .limit = 5, .limit_of = GS_LIMIT_OF_LATE_NAME, .reason = "12/20"},
         {"本账号近期的预约（12/20）临近取消或爽约过多，只能同时持有 5 个预约（含候补，现有 5 "
          "个）；此前的预约有车到场或结束后才能再预约。",
          NULL}},
        {GS_CODE_SWITCHED_OFF,
         {.off = GS_SWITCH_WALK_INS},
         {"本中心没有开通这一项（配置项 yard.walk_ins）。",
          "This site does not do this: yard.walk_ins is switched off."}},
        {GS_CODE_FULL,
         {.alternative_count = 1,
          .alternatives = {{.start_ms = INT64_C(1795564800000), .end_ms = INT64_C(1795566600000), .free = 1}}},
         {"可接受的时段都已约满。另有 1 个空位可选（见 alternatives），第一个是 2026-11-25 08:00–08:30。", NULL}},
    };
    struct gs_buf out;

    gs_buf_init(&out, 65536);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (int lang = 0; lang < 2; lang++) {
            json_t *problem;
            write_problem(w, rows[i].code, (enum gs_lang)lang, &rows[i].outcome, &out);
            problem = json_loads(out.data, 0, NULL);
            if (rows[i].detail[lang] != NULL) {
                assert_string_equal(json_string_value(json_object_get(problem, "detail")), rows[i].detail[lang]);
            }
            json_decref(problem);
        }
    }
    gs_buf_finish(&out);
}

static void every_fault_has_a_sentence_for_all_that_may_be_known(void **state)
{
    struct gs_buf zh, en;
    (void)state;
    gs_buf_init(&zh, 4096);
    gs_buf_init(&en, 4096);
    for (int kind = 0; kind < GS_FAULT_KINDS; kind++) {
        for (int known = 0; known < 4; known++) {
            struct gs_fault f = {.kind = (enum gs_fault_kind)kind};
            snprintf(f.found, sizeof f.found, "%s", known & 1 ? "string" : "");
            snprintf(f.expected, sizeof f.expected, "%s", known & 2 ? "integer" : "");
            gs_buf_clear(&zh);
            gs_buf_clear(&en);
            gs_fault_text(&f, GS_LANG_ZH, &zh);
            gs_fault_text(&f, GS_LANG_EN, &en);
            print_message("# %s | %s\n", zh.data, en.data);
            assert_false(has_hole(zh.data) || has_hole(en.data));
            assert_int_equal(en.data[en.len - 1] == '.' || en.data[en.len - 1] == '?', 1);
            assert_null(strstr(en.data, "\"\""));
        }
    }
    gs_buf_finish(&zh);
    gs_buf_finish(&en);
}

static void every_gate_code_has_a_sentence(void **state)
{
    struct gs_http *w = *state;
    struct gs_booking b = {
        .status = GS_BOOKED, .slot_start_ms = w->now, .slot_end_ms = w->now + 1800000, .window = "morning"};
    struct gs_buf out;
    gs_buf_init(&out, 4096);
    for (int code = 0; code < GS_GATE_KINDS; code++) {
        for (int lang = 0; lang < 2; lang++) {
            const struct gs_gate_verdict v = {.code = (enum gs_gate_code)code, .booking = &b};
            gs_buf_clear(&out);
            gs_gate_text(w->book, &v, (enum gs_lang)lang, &out);
            print_message("# %s\n", out.data);
            assert_true(out.len > 6);
            assert_false(has_hole(out.data));
        }
    }
    gs_buf_finish(&out);
}

/* It has no slot, and 1970 is none. */
static void who_cancelled_while_waiting_is_told_of_no_slot(void **state)
{
    struct gs_http *w = *state;
    const struct gs_booking b = {.status = GS_CANCELLED};
    const struct gs_gate_verdict v = {.code = GS_GATE_CANCELLED, .booking = &b};
    static const char *const said[] = {
        [GS_LANG_ZH] = "候补时已取消。", [GS_LANG_EN] = "It was cancelled while on the waitlist."};
    struct gs_buf out;
    gs_buf_init(&out, 4096);
    for (int lang = 0; lang < 2; lang++) {
        gs_buf_clear(&out);
        gs_gate_text(w->book, &v, (enum gs_lang)lang, &out);
        assert_string_equal(out.data, said[lang]);
    }
    gs_buf_finish(&out);
}

static void every_event_type_has_a_sentence(void **state)
{
    struct gs_http *w = *state;
    struct gs_buf json, out;
    gs_buf_init(&json, 65536);
    gs_buf_init(&out, 4096);
    for (int type = 0; type < GS_EVENT_TYPES; type++) {
        const struct gs_place_ref place = {.date = gs_date_from_civil(2026, 11, 25),
                                           .window = "morning",
                                           .start_ms = w->now,
                                           .end_ms = w->now + 1800000};
        const struct gs_event e = {.seq = 7,
                                   .at_ms = w->now,
                                   .type = (enum gs_event_type)type,
                                   .booking_id = 1,
                                   .prev = 3,
                                   .reason = "因故",
                                   .plate = "浙D12345",
                                   .status = GS_BOOKED,
                                   .status_before = GS_ARRIVED,
                                   .from = place,
                                   .to = place,
                                   .late = true,
                                   .override = true,
                                   .closed_after = true,
                                   .capacity_before = 40,
                                   .capacity_after = 30,
                                   .subject = "tablet",
                                   .subject_role = GS_ROLE_GATE};
        gs_buf_clear(&json);
        gs_event_json(&e, w->rules.tz, &json);
        for (int lang = 0; lang < 2; lang++) {
            gs_buf_clear(&out);
            gs_event_text(json.data, json.len, (enum gs_lang)lang, NULL, &out);
            print_message("# %s\n", out.data != NULL ? out.data : "");
            assert_true(out.len > 6);
            assert_false(has_hole(out.data));
            assert_non_null(strstr(out.data, "因故"));
        }
    }
    gs_buf_finish(&json);
    gs_buf_finish(&out);
}

static void an_event_is_told_from_what_it_carries(void **state)
{
    static const char json[] =
        "{\"seq\":1,\"type\":\"booking.delayed\",\"reason\":null,\"data\":{\"from\":{\"slot\":{\"start\":"
        "\"2026-11-25T08:00:00+08:00\",\"end\":\"2026-11-25T08:30:00+08:00\"}},\"to\":{\"slot\":{\"start\":"
        "\"2026-11-25T08:30:00+08:00\",\"end\":\"2026-11-25T09:00:00+08:00\"}}}}";
    struct gs_buf out;
    (void)state;
    gs_buf_init(&out, 4096);
    gs_event_text(json, sizeof json - 1, GS_LANG_EN, NULL, &out);
    assert_string_equal(out.data, "A delay was reported: from 2026-11-25 08:00–08:30 to 2026-11-25 08:30–09:00.");
    gs_buf_clear(&out);
    gs_event_text("{", 1, GS_LANG_EN, NULL, &out);
    assert_int_equal(out.len, 0);
    gs_buf_finish(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_has_status_title_and_detail),
        cmocka_unit_test(chinese_titles_begin_beyond_ascii_or_are_told_apart),
        cmocka_unit_test_setup_teardown(no_detail_has_a_hole_in_it, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(numbers_are_members_where_something_was_counted, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(details_name_the_numbers_of_the_outcome, world_setup, world_teardown),
        cmocka_unit_test(every_fault_has_a_sentence_for_all_that_may_be_known),
        cmocka_unit_test_setup_teardown(every_gate_code_has_a_sentence, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(who_cancelled_while_waiting_is_told_of_no_slot, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(every_event_type_has_a_sentence, world_setup, world_teardown),
        cmocka_unit_test(an_event_is_told_from_what_it_carries),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
