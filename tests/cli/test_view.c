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

enum { ROWS = 4, MOST = 10, TEXT = 48 };

static void random_text(char *out, int columns)
{
    static const char *const pieces[] = {"a", "B", "7", " ", "浙", "公司", "–", "é"};
    out[0] = '\0';
    while (gs_text_columns(out) < columns && strlen(out) < TEXT - 8) {
        strcat(out, pieces[(size_t)rand() % (sizeof pieces / sizeof pieces[0])]);
    }
}

struct random_table {
    size_t count;
    int flags[MOST];
    char headings[MOST][16], cells[ROWS][MOST][TEXT];
};

static void make_table(struct random_table *r)
{
    r->count = 1 + (size_t)rand() % MOST;
    for (size_t c = 0; c < r->count; c++) {
        bool key = c == 0 || rand() % 4 == 0;
        bool empty = rand() % 6 == 0;
        r->flags[c] = (key ? 0 : GS_COL_DROP(1 + rand() % 5)) | (rand() % 3 == 0 ? GS_COL_CUT : 0) |
                      (rand() % 3 == 0 ? GS_COL_RIGHT : 0);
        snprintf(r->headings[c], sizeof r->headings[c], "H%zu", c);
        for (size_t l = 0; l < ROWS; l++) {
            random_text(r->cells[l][c], empty ? 0 : rand() % 24);
        }
    }
}

static struct gs_text_table *print_random(struct screen *s, const struct random_table *r)
{
    const char *names[MOST];
    for (size_t c = 0; c < r->count; c++) {
        names[c] = r->headings[c];
    }
    struct gs_text_table *t = gs_text_table_create_named(&s->cli, names, r->flags, r->count);
    for (size_t l = 0; l < ROWS; l++) {
        gs_text_table_row(t);
        for (size_t c = 0; c < r->count; c++) {
            gs_text_table_text(t, r->cells[l][c]);
        }
    }
    rewind(s->cli.out);
    gs_text_table_print(t, s->cli.out);
    fputc('\0', s->cli.out);
    fflush(s->cli.out);
    return t;
}

/* The words of the first line are the headings shown; a heading is never cut: it is as short as anything gets. */
static bool shown(const struct screen *s, const char *name)
{
    char line[512], words[520];
    snprintf(line, sizeof line, "%.*s", (int)strcspn(s->text, "\n"), s->text);
    snprintf(words, sizeof words, " %s ", line);
    char spaced[24];
    snprintf(spaced, sizeof spaced, " %s ", name);
    return strstr(words, spaced) != NULL;
}

static bool is_filled(const struct random_table *r, size_t column)
{
    bool filled = false;
    for (size_t l = 0; l < ROWS; l++) {
        filled = filled || r->cells[l][column][0] != '\0';
    }
    return filled;
}

static void no_row_is_wider_than_the_terminal(const struct screen *s, int width)
{
    for (const char *line = s->text; *line != '\0';) {
        char one[1024];
        size_t len = strcspn(line, "\n");
        snprintf(one, sizeof one, "%.*s", (int)len, line);
        if (gs_text_columns(one) > width) {
            fail_msg("%d columns and not %d: %s", gs_text_columns(one), width, one);
        }
        line += len + (line[len] == '\n' ? 1 : 0);
    }
}

static void what_is_left_out_was_the_least(const struct screen *s, const struct random_table *r,
                                           struct gs_text_table *t)
{
    char left_out[256];
    gs_text_table_left_out(t, left_out, sizeof left_out);
    for (size_t c = 0; c < r->count; c++) {
        bool here = shown(s, r->headings[c]);
        int drop = r->flags[c] >> 8;
        assert_true(here || drop > 0);
        assert_true(here || !is_filled(r, c) || strstr(left_out, r->headings[c]) != NULL);
        for (size_t o = 0; o < r->count && here && drop > 0; o++) {
            int other = r->flags[o] >> 8;
            assert_true(shown(s, r->headings[o]) || other >= drop || !is_filled(r, o));
        }
    }
}

static void tables_fit_the_terminal_and_keep_their_key_columns(void **state)
{
    struct screen *s = *state;
    unsigned seed = getenv("GS_SEED") != NULL ? (unsigned)atoi(getenv("GS_SEED")) : 20261128;
    print_message("# seed %u\n", seed);
    srand(seed);
    for (int round = 0; round < 3000; round++) {
        struct random_table *r = calloc(1, sizeof *r);
        assert_non_null(r);
        make_table(r);
        s->cli.width = 50 + rand() % 150; /* MOST columns of three take 48 */
        struct gs_text_table *t = print_random(s, r);
        no_row_is_wider_than_the_terminal(s, s->cli.width);
        what_is_left_out_was_the_least(s, r, t);
        gs_text_table_destroy(t);
        free(r);
    }
}

static void tables_that_fit_or_have_no_terminal_are_left_alone(void **state)
{
    struct screen *s = *state;
    struct random_table *r = calloc(1, sizeof *r);
    assert_non_null(r);
    srand(3);
    for (int round = 0; round < 300; round++) {
        make_table(r);
        for (int wide = 0; wide < 2; wide++) {
            s->cli.width = wide * 1000;
            struct gs_text_table *t = print_random(s, r);
            char left_out[256];
            gs_text_table_left_out(t, left_out, sizeof left_out);
            assert_string_equal(left_out, "");
            for (size_t c = 0; c < r->count; c++) {
                assert_true(shown(s, r->headings[c]));
            }
            assert_null(strstr(s->text, "…"));
            gs_text_table_destroy(t);
        }
    }
    free(r);
}

static void texts_are_cut_and_wrapped_by_columns(void **state)
{
    struct screen *s = *state;
    char out[64];
    gs_text_cut("柯桥第2外贸公司", 9, out, sizeof out);
    assert_string_equal(out, "柯桥第2…");
    gs_text_cut("柯桥第2外贸公司", 15, out, sizeof out);
    assert_string_equal(out, "柯桥第2外贸公司");
    gs_text_cut("abc", 1, out, sizeof out);
    assert_string_equal(out, "…");
    gs_text_wrap(s->cli.out, "Moved by the scheduler, because capacity was changed.", 6, 4, 30);
    gs_text_wrap(s->cli.out, "候补成功，排到上午。", 0, 2, 10);
    gs_text_wrap(s->cli.out, "等候（场内已满）。", 0, 0, 7);
    gs_text_wrap(s->cli.out, "one line", 0, 2, 0);
    gs_text_wrap(s->cli.out, "abcdefghijkl", 0, 0, 5);
    fputc('\0', s->cli.out);
    fflush(s->cli.out);
    assert_string_equal(s->text,
                        "Moved by the scheduler,\n    because capacity was\n    changed.\n"
                        "候补成功，\n  排到上\n  午。\n等候\n（场内\n已\n满）。\none line\nabcde\nfghij\nkl\n");
}

static void width_of_the_terminal_may_be_given(void **state)
{
    (void)state;
    setenv("COLUMNS", "123", 1);
    assert_int_equal(gs_text_terminal_width(-1), 123);
    static const char *const wrong[] = {"0", "-5", "wide", "", "99999999999999999999"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        setenv("COLUMNS", wrong[i], 1);
        assert_int_equal(gs_text_terminal_width(-1), 0);
    }
    unsetenv("COLUMNS");
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
    } cases[] = {{404, "not_found", 3},    {409, "full", 4},
                 {409, "wrong_state", 4},  {412, "version_mismatch", 4},
                 {422, "validation", 5},   {400, "invalid_json", 5},
                 {422, "closed", 5},       {401, "unauthorized", 6},
                 {403, "forbidden", 6},    {403, "suspended", 4},
                 {413, "too_large", 5},    {503, "overloaded", 1},
                 {507, "storage_full", 1}, {422, "idempotency_key_reused", 4},
                 {429, "rate_limited", 8}, {418, "", 1}};
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
    char plain[GS_REF_TEXT_MAX];
    gs_ref_normalise(" 浙d·１2-3.4 5 ", plain);
    assert_string_equal(plain, "浙D12345");
    gs_ref_normalise("一二三四五六七八九十一二三四五六七八九十一二三四五六", plain);
    assert_true(strlen(plain) < GS_REF_TEXT_MAX);
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
        TEST(tables_fit_the_terminal_and_keep_their_key_columns),
        TEST(tables_that_fit_or_have_no_terminal_are_left_alone),
        TEST(texts_are_cut_and_wrapped_by_columns),
        TEST(width_of_the_terminal_may_be_given),
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
