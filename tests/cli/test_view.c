/* What people see: tables with Chinese text, problems and exit statuses, and which booking a REF means. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "fake_api.h"
#include "problem_view.h"
#include "ref.h"
#include "text_table.h"
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

struct screen {
    struct gs_cli cli;
    char *text;
    size_t len;
};

static int set_up(void **state)
{
    struct screen *s = calloc(1, sizeof *s);
    gs_text_table_setup_locale();
    s->cli.out = s->cli.err = open_memstream(&s->text, &s->len);
    *state = s;
    return 0;
}

static int tear_down(void **state)
{
    struct screen *s = *state;
    fclose(s->cli.out);
    free(s->text);
    free(s);
    return 0;
}

/* The column at which needle stands in the line that holds it. */
static int column_of(const char *text, const char *needle)
{
    const char *at = strstr(text, needle);
    assert_non_null(at);
    const char *start = at;
    while (start > text && start[-1] != '\n') {
        start--;
    }
    char line[512];
    memcpy(line, start, (size_t)(at - start));
    line[at - start] = '\0';
    return gs_text_columns(line);
}

static void what_would_act_on_the_terminal_is_not_shown(void **state)
{
    struct screen *s = *state;
    static const char answer[] = "{\"a\":[\"x\\u202ey\"],\"b\":{\"c\":\"\\u001b[2J\\u2028\\u0085\"},\"d\":\"王师傅\"}";
    struct gs_buf body = {.data = (char *)(uintptr_t)answer, .len = sizeof answer - 1};
    json_t *shown = gs_cli_json(&s->cli, &body);
    assert_string_equal(json_string_value(json_array_get(json_object_get(shown, "a"), 0)), "x\xef\xbf\xbdy");
    assert_string_equal(gs_get_text(json_object_get(shown, "b"), "c"), "\xef\xbf\xbd[2J\xef\xbf\xbd\xef\xbf\xbd");
    assert_string_equal(gs_get_text(shown, "d"), "王师傅");
    json_decref(shown);
    s->cli.json = true; /* a program gets what is there */
    shown = gs_cli_json(&s->cli, &body);
    assert_string_equal(json_string_value(json_array_get(json_object_get(shown, "a"), 0)), "x\xe2\x80\xaey");
    json_decref(shown);
}

static void columns_align_behind_chinese_text(void **state)
{
    struct screen *s = *state;
    static const struct gs_column columns[] = {{W_PLATE, 0}, {W_COMPANY, 0}, {W_ID, 0}};
    static const char *const rows[][3] = {
        {"浙D12345", "柯桥第2外贸公司", "bk_1"}, {"Z1", "x", "bk_2"}, {"浙D87117D", "公司", "bk_3"}};
    for (int lang = 0; lang < GS_CLI_LANGS; lang++) {
        s->cli.lang = (enum gs_cli_lang)lang;
        struct gs_text_table *t = gs_text_table_create(&s->cli, columns, 3);
        for (size_t i = 0; i < 3; i++) {
            gs_text_table_row(t);
            for (size_t c = 0; c < 3; c++) {
                gs_text_table_text(t, rows[i][c]);
            }
        }
        rewind(s->cli.out);
        gs_text_table_print(t, s->cli.out);
        fflush(s->cli.out);
        gs_text_table_destroy(t);
        int column = column_of(s->text, "bk_1");
        assert_int_equal(column, 9 + 2 + 15 + 2);
        assert_int_equal(column_of(s->text, "bk_2"), column);
        assert_int_equal(column_of(s->text, "bk_3"), column);
        assert_int_equal(column_of(s->text, lang == GS_CLI_ZH ? "编号" : "ID"), column);
        assert_null(strstr(s->text, "\\x"));
    }
}

static void colours_only_where_the_run_may_use_them(void **state)
{
    struct screen *s = *state;
    static const struct gs_column columns[] = {{W_STATUS, 0}};
    for (int colour = 0; colour < 2; colour++) {
        s->cli.colour = colour == 1;
        struct gs_text_table *t = gs_text_table_create(&s->cli, columns, 1);
        gs_text_table_row(t);
        gs_text_table_coloured(t, "late", "red");
        gs_text_table_print(t, s->cli.out);
        fflush(s->cli.out);
        gs_text_table_destroy(t);
        assert_int_equal(strchr(s->text, '\033') != NULL, colour == 1);
    }
}

static void exit_status_follows_status_and_code(void **state)
{
    (void)state;
    static const struct {
        int status;
        const char *code;
        enum gs_exit expected;
    } cases[] = {{404, "not_found", 3},
                 {409, "full", 4},
                 {409, "wrong_state", 4},
                 {412, "version_mismatch", 4},
                 {422, "validation", 5},
                 {400, "invalid_json", 5},
                 {422, "closed", 5},
                 {401, "unauthorized", 6},
                 {403, "forbidden", 6},
                 {403, "suspended", 4},
                 {413, "too_large", 5},
                 {503, "overloaded", 1},
                 {507, "storage_full", 1},
                 {422, "idempotency_key_reused", 4},
                 {418, "", 1}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(gs_problem_exit(cases[i].status, cases[i].code), cases[i].expected);
    }
}

static void problem_shows_detail_errors_and_alternatives(void **state)
{
    struct screen *s = *state;
    json_t *problem =
        json_loads("{\"code\":\"full\",\"detail\":\"已满\",\"errors\":[{\"pointer\":\"/plate\",\"detail\":\"no\"}],"
                   "\"alternatives\":[{\"date\":\"2026-11-25\",\"window\":\"midday\",\"free\":3,\"slot\":{\"start\":"
                   "\"2026-11-25T12:30:00+08:00\",\"end\":\"2026-11-25T13:00:00+08:00\"}}]}",
                   0, NULL);
    gs_problem_print(&s->cli, 409, problem);
    fflush(s->cli.out);
    assert_non_null(strstr(s->text, "已满 (full)"));
    assert_non_null(strstr(s->text, "  /plate: no"));
    assert_non_null(strstr(s->text, "12:30–13:00"));
    json_decref(problem);
    gs_problem_print(&s->cli, 502, NULL);
    fflush(s->cli.out);
    assert_non_null(strstr(s->text, "HTTP 502"));
}

static void refs_are_told_apart_by_their_look(void **state)
{
    (void)state;
    assert_int_equal(gs_ref_kind("bk_42"), GS_REF_IS_ID);
    assert_int_equal(gs_ref_kind("7K3M-Q9XD"), GS_REF_IS_CODE);
    assert_int_equal(gs_ref_kind("7k3mq9xd"), GS_REF_IS_CODE);
    assert_int_equal(gs_ref_kind("CSQU 305438 3"), GS_REF_IS_CONTAINER);
    assert_int_equal(gs_ref_kind("浙D12345"), GS_REF_IS_PLATE);
    assert_int_equal(gs_ref_kind("bk_x"), GS_REF_IS_PLATE);
}

static void two_spellings_of_a_plate_are_one(void **state)
{
    (void)state;
    char plain[GS_REF_ID_MAX];
    gs_ref_normalise(" 浙d·１2-3.4 5 ", plain);
    assert_string_equal(plain, "浙D12345");
    gs_ref_normalise("一二三四五六七八九十一二三四五六七八九十一二三四五六", plain);
    assert_true(strlen(plain) < GS_REF_ID_MAX);
}

/* Bookings as "status minute-of-day" at 2026-11-25 of one plate, e.g. "booked 480"; id bk_0, bk_1, … */
static json_t *bookings(const char *const *list, size_t count)
{
    json_t *items = json_array();
    for (size_t i = 0; i < count; i++) {
        char status[16], id[24], start[GS_RFC3339_TEXT], end[GS_RFC3339_TEXT];
        int minute = 0;
        assert_int_equal(sscanf(list[i], "%15s %d", status, &minute), 2);
        snprintf(id, sizeof id, "bk_%zu", i);
        gs_rfc3339_format(fake_at(minute), NULL, start);
        gs_rfc3339_format(fake_at(minute + 30), NULL, end);
        json_array_append_new(items, json_pack("{s:s, s:s, s:s, s:s, s:{s:s, s:s}}", "id", id, "plate", "浙D12345",
                                               "pass_code", i == 0 ? "7K3MQ9XD" : "00000000", "status", status, "slot",
                                               "start", start, "end", end));
    }
    return items;
}

static void ref_means_the_active_booking_nearest_in_time(void **state)
{
    (void)state;
    static const char *const list[] = {"booked 480", "departed 700", "booked 720", "cancelled 720"};
    json_t *items = bookings(list, 4);
    size_t index = 99;
    assert_int_equal(gs_ref_choose(items, "浙d 12345", GS_REF_NEAREST, fake_at(700), &index), GS_OK);
    assert_int_equal(index, 2);
    assert_int_equal(gs_ref_choose(items, "浙D12345", GS_REF_NEAREST, fake_at(500), &index), GS_OK);
    assert_int_equal(index, 0);
    assert_int_equal(gs_ref_choose(items, "7k3m-q9xd", GS_REF_ONLY, fake_at(700), &index), GS_OK);
    assert_int_equal(index, 0);
    json_decref(items);
}

static void ref_between_two_is_not_guessed(void **state)
{
    (void)state;
    static const char *const list[] = {"booked 480", "booked 720"}, *const one[] = {"departed 480", "booked 720"};
    json_t *items = bookings(list, 2);
    size_t index = 99;
    assert_int_equal(gs_ref_choose(items, "浙D12345", GS_REF_ONLY, fake_at(480), &index), GS_E_BUSY);
    assert_int_equal(gs_ref_choose(items, "浙D12345", GS_REF_NEAREST, fake_at(615), &index), GS_E_BUSY);
    assert_int_equal(gs_ref_choose(items, "浙D1234", GS_REF_NEAREST, fake_at(480), &index), GS_E_NOTFOUND);
    assert_int_equal(index, 99);
    json_decref(items);
    items = bookings(one, 2);
    assert_int_equal(gs_ref_choose(items, "浙D12345", GS_REF_ONLY, fake_at(480), &index), GS_OK);
    assert_int_equal(index, 1);
    json_decref(items);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    cmocka_set_message_output(CM_OUTPUT_TAP);
    const struct CMUnitTest tests[] = {
        TEST(what_would_act_on_the_terminal_is_not_shown),
        TEST(columns_align_behind_chinese_text),
        TEST(colours_only_where_the_run_may_use_them),
        TEST(exit_status_follows_status_and_code),
        TEST(problem_shows_detail_errors_and_alternatives),
        TEST(refs_are_told_apart_by_their_look),
        TEST(two_spellings_of_a_plate_are_one),
        TEST(ref_means_the_active_booking_nearest_in_time),
        TEST(ref_between_two_is_not_guessed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
