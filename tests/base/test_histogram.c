/* Histograms of durations, as they are written for Prometheus. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "gateslot/base/histogram.h"
#include <string.h>

static void each_duration_is_in_the_first_bucket_that_holds_it(void **state)
{
    static const int64_t us[] = {-5, 0, 500, 501, 1000, 2500000, 2500001, 60000000};
    struct gs_histogram h = {0};
    struct gs_buf out;
    (void)state;
    for (size_t i = 0; i < sizeof us / sizeof us[0]; i++) {
        gs_histogram_observe(&h, us[i]);
    }
    gs_buf_init(&out, 8192);
    gs_histogram_write(&out, "x_seconds", "What it is.", &h);
    assert_int_equal(gs_buf_status(&out), GS_OK);
    assert_int_equal(strncmp(out.data, "# HELP x_seconds What it is.\n# TYPE x_seconds histogram\n", 56), 0);
    assert_non_null(strstr(out.data, "\nx_seconds_bucket{le=\"0.0005\"} 3\n"));
    assert_non_null(strstr(out.data, "\nx_seconds_bucket{le=\"0.001\"} 5\n"));
    assert_non_null(strstr(out.data, "\nx_seconds_bucket{le=\"1\"} 5\n"));
    assert_non_null(strstr(out.data, "\nx_seconds_bucket{le=\"2.5\"} 6\n"));
    assert_non_null(strstr(out.data, "\nx_seconds_bucket{le=\"+Inf\"} 8\n"));
    assert_non_null(strstr(out.data, "\nx_seconds_sum 65.002002\nx_seconds_count 8\n"));
    gs_buf_finish(&out);
}

static void the_clock_goes_forward(void **state)
{
    int64_t before_us = gs_monotonic_us();
    (void)state;
    assert_true(before_us > 0);
    assert_true(gs_monotonic_us() >= before_us);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_duration_is_in_the_first_bucket_that_holds_it),
        cmocka_unit_test(the_clock_goes_forward),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
