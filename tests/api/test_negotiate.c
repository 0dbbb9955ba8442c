/* Languages, media types and entity tags. */
#include "world.h"

#include "negotiate.h"
#include "reply.h"

static void languages_follow_quality_then_order(void **state)
{
    static const struct {
        const char *header;
        enum gs_lang lang;
    } rows[] = {
        {NULL, GS_LANG_ZH},
        {"", GS_LANG_ZH},
        {"*", GS_LANG_ZH},
        {"en", GS_LANG_EN},
        {"EN-us", GS_LANG_EN},
        {"zh-CN,zh;q=0.9,en;q=0.8", GS_LANG_ZH},
        {"en-US,en;q=0.9,zh-CN;q=0.8", GS_LANG_EN},
        {"zh;q=0.3, en;q=0.5", GS_LANG_EN},
        {"en;q=0.3, zh;q=0.5", GS_LANG_ZH},
        {"en, zh", GS_LANG_EN},
        {"zh, en", GS_LANG_ZH},
        {"de, en;q=0.1", GS_LANG_EN},
        {"de", GS_LANG_ZH},
        {"en;q=0", GS_LANG_ZH},
        {"en;q=0.125, *;q=0.5", GS_LANG_ZH},
        {"zh;q=0.124, en;q=0.125", GS_LANG_EN},
        {"en;q=0.124, zh;q=0.125", GS_LANG_ZH},
        {"en;q=0.001", GS_LANG_EN},
        {"zh;q=0.12, en;q=0.1199", GS_LANG_ZH}, /* of more digits three count */
        {"zh;q=0, *", GS_LANG_EN},
        {"english", GS_LANG_ZH},
        {";;;,q=,", GS_LANG_ZH},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        print_message("# %s\n", rows[i].header != NULL ? rows[i].header : "-");
        assert_int_equal(gs_negotiate_lang(rows[i].header), rows[i].lang);
    }
}

static void csv_must_be_preferred(void **state)
{
    (void)state;
    assert_false(gs_negotiate_csv(NULL));
    assert_false(gs_negotiate_csv("*/*"));
    assert_false(gs_negotiate_csv("application/json"));
    assert_true(gs_negotiate_csv("text/csv"));
    assert_true(gs_negotiate_csv("text/*"));
    assert_true(gs_negotiate_csv("text/csv, application/json;q=0.5"));
    assert_false(gs_negotiate_csv("text/csv;q=0.5, application/json"));
    assert_false(gs_negotiate_csv("text/csv;q=0.5, */*"));
}

static void a_page_is_for_whom_names_it_before_json(void **state)
{
    (void)state;
    assert_true(gs_negotiate_html("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"));
    assert_true(gs_negotiate_html("text/html"));
    assert_false(gs_negotiate_html(NULL));
    assert_false(gs_negotiate_html("*/*"));
    assert_false(gs_negotiate_html("application/json, text/html;q=0.9"));
}

static void gzip_is_sent_to_whom_takes_it(void **state)
{
    (void)state;
    assert_true(gs_negotiate_gzip("gzip, deflate, br"));
    assert_true(gs_negotiate_gzip("br;q=1.0, GZIP;q=0.2"));
    assert_true(gs_negotiate_gzip("*"));
    assert_false(gs_negotiate_gzip(NULL));
    assert_false(gs_negotiate_gzip(""));
    assert_false(gs_negotiate_gzip("identity"));
    assert_false(gs_negotiate_gzip("gzip;q=0, *"));
    assert_false(gs_negotiate_gzip("*;q=0"));
    assert_false(gs_negotiate_gzip("x-gzipped"));
}

static void media_types_are_compared_without_parameters(void **state)
{
    (void)state;
    assert_true(gs_media_is_json("application/json"));
    assert_true(gs_media_is_json("Application/JSON ; charset=utf-8"));
    assert_false(gs_media_is_json("application/json5"));
    assert_false(gs_media_is_json("application/problem+json"));
    assert_false(gs_media_is_json("text/plain"));
    assert_false(gs_media_is_json(""));
    assert_false(gs_media_is_json(NULL));
}

static void entity_tags_are_found_in_lists(void **state)
{
    char tag[GS_ETAG_TEXT];
    (void)state;
    gs_etag_format(INT64_MAX, tag);
    assert_string_equal(tag, "\"9223372036854775807\"");
    gs_etag_format(10, tag);
    assert_string_equal(tag, "\"10\"");
    assert_true(gs_etag_listed("\"10\"", 10, false));
    assert_true(gs_etag_listed("*", 10, false));
    assert_true(gs_etag_listed("\"9\" , \"10\"", 10, false));
    assert_false(gs_etag_listed("\"100\"", 10, false));
    assert_false(gs_etag_listed("10", 10, false));
    assert_false(gs_etag_listed("", 10, false));
    assert_false(gs_etag_listed("W/\"10\"", 10, false));
    assert_true(gs_etag_listed("W/\"10\"", 10, true));
}

static void paths_match_segment_by_segment(void **state)
{
    char parts[GS_PARTS_MAX][GS_PATH_PART_MAX + 1];
    (void)state;
    assert_true(gs_route_matches("/v1/capacity/{date}/{window}", "/v1/capacity/" DAY "/morning", parts));
    assert_string_equal(parts[0], DAY);
    assert_string_equal(parts[1], "morning");
    assert_false(gs_route_matches("/v1/capacity/{date}/{window}", "/v1/capacity/" DAY, parts));
    assert_false(gs_route_matches("/v1/capacity/{date}/{window}", "/v1/capacity//morning", parts));
    assert_false(gs_route_matches("/v1/bookings/{id}", "/v1/bookings/a/b", parts));
    assert_false(gs_route_matches(
        "/v1/bookings/{id}", "/v1/bookings/0123456789012345678901234567890123456789012345678901234567890123", parts));
    assert_true(gs_route_matches("/v1/bookings/{id}/history", "/v1/bookings/bk_1/history", parts));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(languages_follow_quality_then_order),
        cmocka_unit_test(csv_must_be_preferred),
        cmocka_unit_test(a_page_is_for_whom_names_it_before_json),
        cmocka_unit_test(gzip_is_sent_to_whom_takes_it),
        cmocka_unit_test(media_types_are_compared_without_parameters),
        cmocka_unit_test(entity_tags_are_found_in_lists),
        cmocka_unit_test(paths_match_segment_by_segment),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
