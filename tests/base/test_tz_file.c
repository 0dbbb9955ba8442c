/* Reading time zones: footers against POSIX TZ strings of libc, files that lie, names that must not reach the disk. */
#include "check.h"
#include "gateslot/base/limits.h"
#include "gateslot/base/time.h"
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A TZif file in the making. */
struct file {
    unsigned char bytes[8192];
    size_t len;
};

static void put(struct file *f, uint64_t value, int size)
{
    for (int shift = 8 * (size - 1); shift >= 0; shift -= 8) {
        assert_true(f->len < sizeof f->bytes);
        f->bytes[f->len++] = (unsigned char)(value >> shift);
    }
}

static void put_text(struct file *f, const char *text)
{
    for (; *text != '\0'; text++) {
        put(f, (unsigned char)*text, 1);
    }
}

static void put_header(struct file *f, char version, const uint32_t counts[6])
{
    put_text(f, "TZif");
    put(f, (unsigned char)version, 1);
    for (int i = 0; i < 15; i++) {
        put(f, 0, 1);
    }
    for (int i = 0; i < 6; i++) {
        put(f, counts[i], 4);
    }
}

/* One type of UTC+1, no changes, and the footer. */
static struct file with_footer(const char *footer)
{
    static const uint32_t none[6] = {0}, one_type[6] = {0, 0, 0, 0, 1, 4};
    struct file f = {.len = 0};
    put_header(&f, '2', none);
    put_header(&f, '2', one_type);
    put(&f, 3600, 4);
    put(&f, 0, 2);
    put(&f, 0, 4);
    put_text(&f, "\n");
    put_text(&f, footer);
    put_text(&f, "\n");
    return f;
}

static int parsed(const struct file *f, struct gs_tz **out)
{
    void *exact = malloc(f->len ? f->len : 1); /* nothing readable behind it */
    int err;
    assert_non_null(exact);
    memcpy(exact, f->bytes, f->len);
    err = gs_tz_parse(exact, f->len, out);
    free(exact);
    return err;
}

/* None that changes while the year in UTC is another than the local one: libc takes the rule of the year in UTC. */
static void footers_mean_what_libc_takes_them_for(void **state)
{
    static const char *const footers[] = {"CET-1CEST,M3.5.0,M10.5.0/3",
                                          "EST5EDT,M3.2.0,M11.1.0",
                                          "CST-8",
                                          "<+0545>-5:45",
                                          "IST-1GMT0,M10.5.0,M3.5.0/1",
                                          "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0",
                                          "<-03>3<-02>,M3.5.0/-2,M10.5.0/-1",
                                          "EET-2EEST,M3.4.4/50,M10.4.4/50",
                                          "<+1245>-12:45<+1345>,M9.5.0/2:45,M4.1.0/3:45",
                                          "AAA3BBB,J60/0,J300/24",
                                          "AAA3BBB,J59,J364/23:59:59",
                                          "AAA-3BBB,59,299/1:30",
                                          "AAA-14BBB,365,J60",
                                          "XXX3:04:05YYY2:03:04,M1.1.0/0,M12.4.6/24"};
    uint64_t seed = dice_seed("footers");
    (void)state;
    for (size_t i = 0; i < sizeof footers / sizeof footers[0]; i++) {
        struct file f = with_footer(footers[i]);
        struct gs_tz *tz = NULL;
        assert_int_equal(parsed(&f, &tz), GS_OK);
        assert_int_equal(setenv("TZ", footers[i], 1), 0);
        tzset();
        for (int k = 0; k < 20000; k++) {
            time_t at = dice_between(&seed, 0, INT64_C(16725225600));
            struct tm tm;
            assert_non_null(localtime_r(&at, &tm));
            assert_int_equal(gs_tz_offset_s(tz, at * INT64_C(1000)), tm.tm_gmtoff);
        }
        gs_tz_destroy(tz);
    }
}

/* RFC 8536, 3.3.1: EST all the year, called summer time. */
static void summer_time_all_the_year_has_no_seams(void **state)
{
    struct file f = with_footer("XXX3EDT4,0/0,J365/23");
    struct file beyond = with_footer("EST5EDT,0/0,J365/25");
    struct gs_tz *tz = NULL;
    (void)state;
    assert_int_equal(parsed(&f, &tz), GS_OK);
    for (int64_t at = 1700000000; at < 1900000000; at += 1800) {
        assert_int_equal(gs_tz_offset_s(tz, at * 1000), -4 * 3600);
    }
    gs_tz_destroy(tz);
    assert_int_equal(parsed(&beyond, &tz), GS_OK);
    for (int64_t at = 1700000000; at < 1900000000; at += 1800) {
        assert_int_equal(gs_tz_offset_s(tz, at * 1000), -4 * 3600);
    }
    gs_tz_destroy(tz);
}

static void a_change_can_fall_into_the_next_year_of_utc(void **state)
{
    struct file f = with_footer("AAA3BBB,J59,J365/23:59:59");
    const int64_t end_ms = gs_date_from_civil(2470, 1, 1) * INT64_C(86400000) + 7199000; /* 23:59:59 at −2 h */
    struct gs_tz *tz = NULL;
    (void)state;
    assert_int_equal(parsed(&f, &tz), GS_OK);
    assert_int_equal(gs_tz_offset_s(tz, end_ms - 1), -2 * 3600);
    assert_int_equal(gs_tz_offset_s(tz, end_ms), -3 * 3600);
    assert_int_equal(gs_tz_instant(tz, gs_date_from_civil(2469, 12, 31), 23 * 60 + 30), end_ms - 1799000);
    gs_tz_destroy(tz);
}

static void malformed_footers_are_refused(void **state)
{
    static const char *const footers[] = {"C-1",
                                          "CET",
                                          "CET-",
                                          "CET-25",
                                          "CET-1CEST",
                                          "CET-1CEST,M3.5.0",
                                          "CET-1CEST,M3.5.0,",
                                          "CET-1CEST,M13.5.0,M10.5.0",
                                          "CET-1CEST,M0.5.0,M10.5.0",
                                          "CET-1CEST,M3.6.0,M10.5.0",
                                          "CET-1CEST,M3.0.0,M10.5.0",
                                          "CET-1CEST,M3.5.7,M10.5.0",
                                          "CET-1CEST,J0,M10.5.0",
                                          "CET-1CEST,J366,M10.5.0",
                                          "CET-1CEST,366,M10.5.0",
                                          "CET-1CEST,M3.5.0/168,M10.5.0",
                                          "CET-1CEST,M3.5.0/2:60,M10.5.0",
                                          "CET-1CEST,M3.5.0,M10.5.0x",
                                          "<+01-1",
                                          "<>-1",
                                          "CET-99999999999999999999",
                                          " CET-1"};
    (void)state;
    for (size_t i = 0; i < sizeof footers / sizeof footers[0]; i++) {
        struct file f = with_footer(footers[i]);
        struct gs_tz *tz = NULL;
        assert_int_equal(parsed(&f, &tz), GS_E_INVALID);
        assert_null(tz);
    }
}

static void without_a_footer_the_last_type_stays(void **state)
{
    struct file f = with_footer("");
    struct gs_tz *tz = NULL;
    (void)state;
    assert_int_equal(parsed(&f, &tz), GS_OK);
    assert_int_equal(gs_tz_offset_s(tz, 0), 3600);
    assert_int_equal(gs_tz_offset_s(tz, INT64_C(99999999999999)), 3600);
    gs_tz_destroy(tz);
}

/* Two types and two changes, with one field made wrong. */
struct lie {
    char version;
    int64_t first, second;
    unsigned index;
    uint32_t offset_s, leaps, types, times;
};

static int parse_lie(struct lie lie)
{
    const uint32_t none[6] = {0}, counts[6] = {0, 0, lie.leaps, lie.times, lie.types, 4};
    struct file f = {.len = 0};
    struct gs_tz *tz = NULL;
    int err;
    put_header(&f, lie.version, none);
    put_header(&f, lie.version, counts);
    put(&f, (uint64_t)lie.first, 8);
    put(&f, (uint64_t)lie.second, 8);
    put(&f, lie.index, 1);
    put(&f, 0, 1);
    put(&f, lie.offset_s, 4);
    put(&f, 0, 2);
    put(&f, 7200, 4);
    put(&f, 0, 2);
    put_text(&f, "CET");
    put(&f, 0, 1);
    for (uint32_t i = 0; i < lie.leaps && i < 3; i++) {
        put(&f, 0, 12);
    }
    put_text(&f, "\nCET-1\n");
    err = parsed(&f, &tz);
    gs_tz_destroy(tz);
    return err;
}

static void files_that_contradict_themselves_are_refused(void **state)
{
    const struct lie honest = {
        .version = '2', .first = 10, .second = 20, .index = 1, .offset_s = 3600, .types = 2, .times = 2};
    struct lie lie = honest;
    (void)state;
    assert_int_equal(parse_lie(honest), GS_OK);
    lie.version = '\0';
    assert_int_equal(parse_lie(lie), GS_E_INVALID);
    lie = honest;
    lie.second = lie.first;
    assert_int_equal(parse_lie(lie), GS_E_INVALID);
    lie.second = 5;
    assert_int_equal(parse_lie(lie), GS_E_INVALID);
    lie = honest;
    lie.index = 2;
    assert_int_equal(parse_lie(lie), GS_E_INVALID);
    lie = honest;
    lie.offset_s = 26 * 3600;
    assert_int_equal(parse_lie(lie), GS_E_INVALID);
    lie.offset_s = 0x80000000u;
    assert_int_equal(parse_lie(lie), GS_E_INVALID);
    lie = honest;
    lie.leaps = 1;
    assert_int_equal(parse_lie(lie), GS_E_INVALID);
    lie = honest;
    lie.types = 0;
    assert_int_equal(parse_lie(lie), GS_E_INVALID);
    lie.types = UINT32_MAX;
    assert_int_equal(parse_lie(lie), GS_E_INVALID);
    lie = honest;
    lie.times = UINT32_MAX;
    assert_int_equal(parse_lie(lie), GS_E_INVALID);
}

static size_t file_read(const char *path, unsigned char *out, size_t size)
{
    FILE *stream = fopen(path, "rb");
    size_t len;
    assert_non_null(stream);
    len = fread(out, 1, size, stream);
    assert_int_equal(fclose(stream), 0);
    return len;
}

static void cut_and_spoiled_files_do_no_harm(void **state)
{
    uint64_t seed = dice_seed("spoiled files");
    struct file whole, f;
    struct gs_tz *tz = NULL;
    (void)state;
    whole.len = file_read("/usr/share/zoneinfo/Europe/Berlin", whole.bytes, sizeof whole.bytes);
    assert_int_equal(parsed(&whole, &tz), GS_OK);
    gs_tz_destroy(tz);
    for (size_t len = 0; len < whole.len; len++) {
        f = whole;
        f.len = len;
        assert_int_equal(parsed(&f, &tz), GS_E_INVALID);
    }
    for (int i = 0; i < 20000; i++) {
        f = whole;
        for (int k = 0; k < 3; k++) {
            f.bytes[dice_next(&seed) % f.len] = (unsigned char)dice_next(&seed);
        }
        tz = NULL;
        if (parsed(&f, &tz) == GS_OK) {
            int32_t min = gs_tz_minute(tz, (int64_t)dice_next(&seed));
            assert_true(min >= 0 && min < 1440);
            (void)gs_tz_instant(tz, (gs_date)dice_next(&seed), (int32_t)dice_next(&seed));
        }
        gs_tz_destroy(tz);
    }
}

static void names_that_leave_the_database_are_refused(void **state)
{
    static const char *const names[] = {"",
                                        "/etc/passwd",
                                        "../zoneinfo/UTC",
                                        "Europe/../UTC",
                                        "a\nb",
                                        "Europe/Ber\x7f",
                                        "..",
                                        "a234567890123456789012345678901234567890123456789012345678901234"};
    struct gs_tz *tz = NULL;
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_int_equal(gs_tz_load(names[i], &tz), GS_E_INVALID);
    }
    assert_int_equal(gs_tz_load("Europe/Atlantis", &tz), GS_E_NOTFOUND);
    assert_int_equal(gs_tz_load("Europe", &tz), GS_E_NOTFOUND);
    assert_int_equal(gs_tz_load("UTC/x", &tz), GS_E_NOTFOUND);
    assert_int_equal(gs_tz_load("zone.tab", &tz), GS_E_INVALID);
    assert_null(tz);
}

static void file_write(const char *folder, const char *name, const void *bytes, size_t len)
{
    char path[300];
    FILE *stream;
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    stream = fopen(path, "wb");
    assert_non_null(stream);
    assert_int_equal(fwrite(bytes, 1, len, stream), len);
    assert_int_equal(fclose(stream), 0);
}

static void tzdir_names_another_database(void **state)
{
    static const char big[GS_TZIF_MAX + 1];
    const char *parent = getenv("TMPDIR");
    struct file f = with_footer("AAA-7");
    struct gs_tz *tz = NULL;
    char folder[200], path[300];
    (void)state;
    (void)snprintf(folder, sizeof folder, "%s/gateslot-tz-XXXXXX", parent != NULL ? parent : "/tmp");
    assert_non_null(mkdtemp(folder));
    file_write(folder, "Own", f.bytes, f.len);
    file_write(folder, "Empty", "", 0);
    file_write(folder, "Big", big, sizeof big);
    (void)snprintf(path, sizeof path, "%s/Pipe", folder);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(setenv("TZDIR", folder, 1), 0);

    assert_int_equal(gs_tz_load("Own", &tz), GS_OK);
    assert_int_equal(gs_tz_offset_s(tz, 0), 7 * 3600);
    gs_tz_destroy(tz);
    assert_int_equal(gs_tz_load("Europe/Berlin", &tz), GS_E_NOTFOUND);
    assert_int_equal(gs_tz_load("Empty", &tz), GS_E_INVALID);
    assert_int_equal(gs_tz_load("Big", &tz), GS_E_INVALID);
    assert_int_equal(gs_tz_load("Pipe", &tz), GS_E_NOTFOUND);
    assert_int_equal(setenv("TZDIR", "", 1), 0);
    assert_int_equal(gs_tz_load("Europe/Berlin", &tz), GS_OK);
    gs_tz_destroy(tz);
    assert_int_equal(unsetenv("TZDIR"), 0);

    assert_int_equal(unlink(path), 0);
    for (int i = 0; i < 3; i++) {
        static const char *const names[] = {"Own", "Empty", "Big"};
        (void)snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        assert_int_equal(unlink(path), 0);
    }
    assert_int_equal(rmdir(folder), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(footers_mean_what_libc_takes_them_for),
        cmocka_unit_test(summer_time_all_the_year_has_no_seams),
        cmocka_unit_test(a_change_can_fall_into_the_next_year_of_utc),
        cmocka_unit_test(malformed_footers_are_refused),
        cmocka_unit_test(without_a_footer_the_last_type_stays),
        cmocka_unit_test(files_that_contradict_themselves_are_refused),
        cmocka_unit_test(cut_and_spoiled_files_do_no_harm),
        cmocka_unit_test(names_that_leave_the_database_are_refused),
        cmocka_unit_test(tzdir_names_another_database),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("base-tz-file", tests, NULL, NULL);
}
