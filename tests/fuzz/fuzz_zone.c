/* Fuzzing of time zones: any bytes as a TZif file, and as the rule that such a file ends with. What is read answers every question, and
 * a local time found for an instant leads back to it or stands in a gap. */
#include "../../src/base/tz_impl.h"
#include "fuzz.h"

static const int64_t instants[] = {INT64_MIN / 2, -62135596800000, -2147483648000,  -1,           0,
                                   1795571000000, 4102444800000,   253402300799999, INT64_MAX / 2};

static void check_zone(const struct gs_tz *tz)
{
    for (size_t i = 1; i + 1 < sizeof instants / sizeof instants[0]; i++) {
        const int64_t at_ms = instants[i];
        const int32_t offset_s = gs_tz_offset_s(tz, at_ms), minute = gs_tz_minute(tz, at_ms);
        char text[GS_RFC3339_TEXT];
        REQUIRE(offset_s > -TZ_OFFSET_LIMIT_S && offset_s < TZ_OFFSET_LIMIT_S);
        REQUIRE(minute >= 0 && minute < 1440);
        (void)gs_tz_instant(tz, gs_tz_date(tz, at_ms), minute);
        (void)gs_tz_instant(tz, gs_tz_date(tz, at_ms), 3000);
        gs_rfc3339_format(at_ms, tz, text);
        REQUIRE(strlen(text) < GS_RFC3339_TEXT);
    }
    for (size_t i = 0; i < tz->count && i < 64; i++) { /* on both sides of a change, where clocks skip or repeat */
        const int64_t at_ms = tz->changes[i].at_s * 1000;
        for (int64_t by_ms = -7200000; by_ms <= 7200000 && at_ms > instants[1] && at_ms < instants[7];
             by_ms += 1800000) {
            (void)gs_tz_instant(tz, gs_tz_date(tz, at_ms + by_ms), gs_tz_minute(tz, at_ms + by_ms));
            (void)gs_tz_instant(tz, gs_tz_date(tz, at_ms), gs_tz_minute(tz, at_ms) + (int32_t)(by_ms / 60000));
        }
    }
    for (size_t i = 1; i < tz->count; i++) {
        require(tz->changes[i - 1].at_s < tz->changes[i].at_s, "changes ascend");
    }
}

static void check_rule(const char *text, size_t len)
{
    struct tz_rule rule;
    struct tz_change change;
    if (tz_rule_parse(text, len, &rule) != GS_OK) {
        return;
    }
    for (size_t i = 1; i + 1 < sizeof instants / sizeof instants[0]; i++) {
        const int64_t at_s = instants[i] / 1000;
        const int32_t offset_s = tz_rule_offset_s(&rule, at_s);
        REQUIRE(offset_s == rule.standard_s || offset_s == rule.summer_s);
        if (tz_rule_next(&rule, at_s, &change)) {
            REQUIRE(change.at_s > at_s);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *bytes = exact_copy(data, size);
    struct gs_tz *tz = NULL;
    if (gs_tz_parse(bytes, size, &tz) == GS_OK) {
        check_zone(tz);
        gs_tz_destroy(tz);
    }
    check_rule(bytes, size);
    char *name = text_copy(data, size);
    if (gs_tz_name_valid(name) && gs_tz_load(name, &tz) == GS_OK) {
        check_zone(tz);
        gs_tz_destroy(tz);
    }
    free(name);
    free(bytes);
    return 0;
}
