/* The parts of the player that need no daemon: the queue and the day file. */
#include "../base/dice.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "play_day.h"
#include "play_queue.h"
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

static void queue_goes_by_time_then_line_then_plan(void **state)
{
    (void)state;
    struct gs_play_queue q = {0};
    const struct gs_play_item items[] = {{.at_ms = 20, .line = 1, .plan = 3},
                                         {.at_ms = 10, .line = 2, .plan = 2},
                                         {.at_ms = 20, .line = 0, .plan = 0},
                                         {.at_ms = 20, .line = 1, .plan = 4},
                                         {.at_ms = 10, .line = 1, .plan = 1}};
    const unsigned expected[] = {1, 2, 0, 3, 4};
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(gs_play_push(&q, items[i]), GS_OK);
    }
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(gs_play_pop(&q).plan, expected[i]);
    }
    assert_null(gs_play_first(&q));
    gs_play_queue_finish(&q);
}

static void thousand_random_items_come_out_in_order(void **state)
{
    (void)state;
    struct gs_play_queue q = {0};
    uint64_t seed = 20261125;
    print_message("# seed %llu\n", (unsigned long long)seed);
    for (int i = 0; i < 1000; i++) {
        uint64_t random = dice_next(&seed);
        assert_int_equal(
            gs_play_push(&q, (struct gs_play_item){.at_ms = (int64_t)(random >> 58), .line = (random >> 50) & 7}),
            GS_OK);
    }
    struct gs_play_item last = gs_play_pop(&q);
    for (int i = 1; i < 1000; i++) {
        struct gs_play_item next = gs_play_pop(&q);
        assert_true(last.at_ms < next.at_ms ||
                    (last.at_ms == next.at_ms &&
                     (last.line < next.line || (last.line == next.line && last.order < next.order))));
        last = next;
    }
    gs_play_queue_finish(&q);
}

#define HEAD "{\"key\":\"k\",\"book_at\":\"2026-11-19T02:03:31.672+08:00\","
#define REQUEST "\"request\":{\"date\":\"2026-11-25\",\"plate\":\"浙D87117D\"},"
#define BEHAVIOUR "\"behaviour\":{\"shows\":true,\"offset_min\":-39,\"gate_min\":2,\"clear_min\":128,\"leave_min\":13}}"

static const char *add(struct gs_day_file *day, const char *text)
{
    return gs_day_file_add(day, text, strlen(text));
}

static void line_of_a_day_file_is_read_whole(void **state)
{
    (void)state;
    struct gs_day_file day = {0};
    assert_null(add(&day, HEAD REQUEST BEHAVIOUR));
    assert_int_equal(day.count, 1);
    assert_int_equal(day.lines[0].book_at_ms % 1000, 672);
    assert_int_equal(day.lines[0].cancel_at_ms, -1);
    assert_int_equal(day.lines[0].offset_min, -39);
    assert_string_equal(day.lines[0].plate, "浙D87117D");
    assert_string_equal(day.lines[0].request, "{\"date\":\"2026-11-25\",\"plate\":\"浙D87117D\"}");
    gs_day_file_finish(&day);
}

static void faulty_lines_are_refused_and_change_nothing(void **state)
{
    (void)state;
    static const struct {
        const char *line, *fault;
    } faulty[] = {
        {"[]", "object"},
        {"{\"key\":\"k\",\"key\":\"k\"}", "object"},
        {"{\"key\":\"\",", "object"},
        {"{\"key\":\"\"}", "key"},
        {"{\"key\":\"k\",\"book_at\":\"yesterday\"}", "book_at"},
        {HEAD "\"cancel_at\":7," REQUEST BEHAVIOUR, "cancel_at"},
        {HEAD "\"request\":{\"date\":\"2026-02-30\"}," BEHAVIOUR, "date"},
        {HEAD "\"request\":{\"date\":\"2026-11-26\"}," BEHAVIOUR, "lines before"},
        {HEAD REQUEST "\"behaviour\":{}}", "shows"},
        {HEAD REQUEST
         "\"behaviour\":{\"shows\":true,\"offset_min\":-39,\"gate_min\":-2,\"clear_min\":128,\"leave_min\":13}}",
         "gate_min"},
        {HEAD REQUEST
         "\"behaviour\":{\"shows\":true,\"offset_min\":1e3,\"gate_min\":2,\"clear_min\":128,\"leave_min\":13}}",
         "offset_min"},
    };
    struct gs_day_file day = {0};
    assert_null(add(&day, HEAD REQUEST BEHAVIOUR));
    for (size_t i = 0; i < sizeof faulty / sizeof faulty[0]; i++) {
        const char *fault = add(&day, faulty[i].line);
        assert_non_null(fault);
        assert_non_null(strstr(fault, faulty[i].fault));
        assert_int_equal(day.count, 1);
    }
    gs_day_file_finish(&day);
}

static void a_day_is_shifted_with_its_instants_and_keys(void **state)
{
    (void)state;
    struct gs_day_file day = {0};
    int64_t book_at_ms, cancel_at_ms;
    assert_null(add(&day, HEAD REQUEST BEHAVIOUR));
    assert_null(add(&day, HEAD "\"cancel_at\":\"2026-11-24T00:00:00+08:00\"," REQUEST BEHAVIOUR));
    book_at_ms = day.lines[0].book_at_ms;
    cancel_at_ms = day.lines[1].cancel_at_ms;
    assert_int_equal(gs_day_file_shift(&day, day.date - 7), GS_OK);
    assert_int_equal(day.lines[0].book_at_ms, book_at_ms - INT64_C(7) * 86400000);
    assert_int_equal(day.lines[0].cancel_at_ms, -1);
    assert_int_equal(day.lines[1].cancel_at_ms, cancel_at_ms - INT64_C(7) * 86400000);
    assert_string_equal(day.lines[0].key, "k@2026-11-18");
    assert_string_equal(day.lines[0].request, "{\"date\":\"2026-11-18\",\"plate\":\"浙D87117D\"}");
    gs_day_file_finish(&day);
}

static void a_day_on_its_own_date_keeps_its_keys(void **state)
{
    (void)state;
    struct gs_day_file day = {0};
    assert_null(add(&day, HEAD REQUEST BEHAVIOUR));
    assert_int_equal(gs_day_file_shift(&day, day.date), GS_OK);
    assert_string_equal(day.lines[0].key, "k");
    gs_day_file_finish(&day);
}

int main(void)
{
    cmocka_set_message_output(CM_OUTPUT_TAP);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(queue_goes_by_time_then_line_then_plan),
        cmocka_unit_test(thousand_random_items_come_out_in_order),
        cmocka_unit_test(line_of_a_day_file_is_read_whole),
        cmocka_unit_test(faulty_lines_are_refused_and_change_nothing),
        cmocka_unit_test(a_day_is_shifted_with_its_instants_and_keys),
        cmocka_unit_test(a_day_on_its_own_date_keeps_its_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
