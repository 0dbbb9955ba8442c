/* Log lines: pairs, quoting, escaping, the bound, one write per line. */
#include "check.h"
#include "gateslot/base/limits.h"
#include "gateslot/base/log.h"
#include "gateslot/base/text.h"
#include "gateslot/base/time.h"
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static char line[GS_LOG_LINE_MAX];

__attribute__((format(printf, 1, 2))) static const char *made(const char *format, ...)
{
    va_list args;
    size_t len;
    va_start(args, format);
    len = gs_log_line(line, sizeof line, GS_LOG_INFO, "test", format, args);
    va_end(args);
    assert_int_equal(len, strlen(line));
    assert_true(strncmp(line, "level=info event=test", 21) == 0);
    return line + 21;
}

static void plain_values_stand_as_they_are(void **state)
{
    (void)state;
    assert_string_equal(made("address=%s:%d name=浙D", "unix", 80), " address=unix:80 name=浙D");
    assert_string_equal(made("%s", ""), " \"\"");
    assert_string_equal(made("k=%%"), " k=%");
}

static void numbers_of_every_width_are_written(void **state)
{
    (void)state;
    assert_string_equal(made("a=%d b=%i c=%u d=%x", -5, 6, 4294967295u, 255u), " a=-5 b=6 c=4294967295 d=ff");
    assert_string_equal(
        made("d=%016llx e=%03d f=%03d g=%03d h=%8d i=%04u j=%099u", 0xa4f587fe52b5072ULL, 7, -7, 1234, 5, 0u, 1u),
        " d=0a4f587fe52b5072 e=007 f=-07 g=1234 h=5 i=0000 j=000000000000000000000001");
    assert_string_equal(made("a=%ld b=%lu c=%lld d=%zu", -9L, 9UL, INT64_MIN + 0LL, SIZE_MAX),
                        " a=-9 b=9 c=-9223372036854775808 d=18446744073709551615");
    assert_string_equal(made("a=%hd b=%c s=%.*s p=%.3s", (short)3, 'x', 2, "abcdef", "abcdef"), " a=3 b=x s=ab p=abc");
}

static void values_that_need_it_are_quoted_whole(void **state)
{
    (void)state;
    assert_string_equal(made("a=%s b=%s:%d c=%s", "x y", "p q", 1, "e=f"), " a=\"x y\" b=\"p q:1\" c=\"e=f\"");
    assert_string_equal(made("reason=\"%s of two\" n=%d", "one", 2), " reason=\"one of two\" n=2");
    assert_string_equal(made("empty=%s n=%d", "", 1), " empty=\"\" n=1");
    assert_string_equal(made("none=\"\""), " none=\"\"");
}

static void no_value_can_end_its_pair_its_line_or_steer_a_terminal(void **state)
{
    (void)state;
    assert_string_equal(made("v=%s", "x\" level=error event=forged"), " v=\"x\\\" level=error event=forged\"");
    assert_string_equal(made("v=%s", "a\nb\r\x1b[2J\\"), " v=\"a\\nb\\u000d\\u001b[2J\\\\\"");
    assert_string_equal(made("v=%s", "\xC2\x9B"
                                     "31m\xE2\x80\xAE"),
                        " v=\\u009b31m\\u202e");
    assert_string_equal(made("v=%s", "\xFF\xE6\xB5"), " v=\\xff\\xe6\\xb5");
}

static void long_lines_are_cut_and_marked(void **state)
{
    static char big[3 * GS_LOG_LINE_MAX];
    const char *text;
    (void)state;
    memset(big, 'a', sizeof big - 1);
    text = made("v=%s after=%d", big, 1);
    assert_true(strlen(line) < GS_LOG_LINE_MAX);
    assert_true(strlen(line) > GS_LOG_LINE_MAX - 20);
    assert_string_equal(text + strlen(text) - strlen(" …"), " …");
    for (size_t i = 0; i + 3 < sizeof big; i += 3) {
        memcpy(big + i, "浙", 3);
    }
    (void)made("v=%s", big);
    assert_true(gs_utf8_valid(line, strlen(line)));
}

/* A datagram socket keeps writes apart, so that their number can be seen. */
static void each_line_is_one_write_with_level_and_time(void **state)
{
    int ends[2], kept = dup(STDERR_FILENO);
    char got[GS_LOG_LINE_MAX + 1];
    int64_t at_ms;
    ssize_t len;
    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM, 0, ends), 0);
    assert_int_equal(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
    gs_log_setup(GS_LOG_INFO, 0);
    gs_log(GS_LOG_WARNING, "listen", "address=%s", "a b");
    gs_log(GS_LOG_DEBUG, "hidden", "n=%d", 1);
    gs_log_setup(GS_LOG_DEBUG, 1);
    gs_log(GS_LOG_DEBUG, "shown", "n=%d", 2);
    assert_int_equal(dup2(kept, STDERR_FILENO), STDERR_FILENO);

    len = recv(ends[0], got, GS_LOG_LINE_MAX, MSG_DONTWAIT);
    assert_true(len > 28);
    got[len] = '\0';
    assert_true(strncmp(got, "at=", 3) == 0);
    assert_int_equal(gs_rfc3339_parse(got + 3, strcspn(got, " ") - 3, &at_ms), GS_OK);
    struct timespec now; /* as the log reads it: time() has a coarser clock, which may lag by a tick */
    assert_int_equal(clock_gettime(CLOCK_REALTIME, &now), 0);
    assert_in_range(at_ms / 1000, now.tv_sec - 60, now.tv_sec);
    assert_string_equal(strchr(got, ' '), " level=warning event=listen address=\"a b\"\n");
    len = recv(ends[0], got, GS_LOG_LINE_MAX, MSG_DONTWAIT);
    assert_true(len > 0);
    got[len] = '\0';
    assert_string_equal(got, "<7>level=debug event=shown n=2\n");
    assert_int_equal(recv(ends[0], got, GS_LOG_LINE_MAX, MSG_DONTWAIT), -1);
    (void)close(ends[0]);
    (void)close(ends[1]);
    (void)close(kept);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_values_stand_as_they_are),
        cmocka_unit_test(numbers_of_every_width_are_written),
        cmocka_unit_test(values_that_need_it_are_quoted_whole),
        cmocka_unit_test(no_value_can_end_its_pair_its_line_or_steer_a_terminal),
        cmocka_unit_test(long_lines_are_cut_and_marked),
        cmocka_unit_test(each_line_is_one_write_with_level_and_time),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("base-log", tests, NULL, NULL);
}
