/* Fuzzing of dates, times of day and instants as text: what is read is written as the same again. */
#include "fuzz.h"
#include "gateslot/base/time.h"

static void check_date(const char *text, size_t len)
{
    gs_date date = 0;
    char again[GS_DATE_TEXT];
    int year = 0, month = 0, day = 0;
    if (gs_date_parse(text, len, &date) != GS_OK) {
        return;
    }
    gs_date_format(date, again);
    REQUIRE(strlen(again) == len && memcmp(again, text, len) == 0);
    gs_date_to_civil(date, &year, &month, &day);
    REQUIRE(year >= 1970 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= 31);
    REQUIRE(gs_date_from_civil(year, month, day) == date);
    REQUIRE((gs_date_weekday(date) + 1) % 7 == gs_date_weekday(date + 1));
}

static void check_minute(const char *text, size_t len)
{
    int32_t min = 0;
    char again[GS_HHMM_TEXT];
    const bool is_time = gs_hhmm_parse(text, len, 0, &min) == GS_OK;
    REQUIRE(!is_time || (min >= 0 && min < 1440));
    if (is_time) {
        gs_hhmm_format(min, again);
        REQUIRE(strlen(again) == len && memcmp(again, text, len) == 0);
    }
    REQUIRE(gs_hhmm_parse(text, len, 1, &min) != GS_OK || is_time || min == 1440);
}

static void check_instant(const char *text, size_t len)
{
    int64_t at_ms = 0, again_ms = 0;
    char again[GS_RFC3339_TEXT];
    if (gs_rfc3339_parse(text, len, &at_ms) != GS_OK) {
        return;
    }
    gs_rfc3339_format(at_ms, NULL, again);
    if (at_ms >= 0 && at_ms < ((int64_t)GS_DATE_LAST + 1) * 86400000) { /* no date before 1970 is read */
        REQUIRE(gs_rfc3339_parse(again, strlen(again), &again_ms) == GS_OK && again_ms == at_ms);
    }
}

/* Whatever number it is, it has a text of that room. */
static void check_number(const char *bytes, size_t len)
{
    int64_t at_ms = 0;
    char instant[GS_RFC3339_TEXT], date[GS_DATE_TEXT];
    memcpy(&at_ms, bytes, len < sizeof at_ms ? len : sizeof at_ms);
    at_ms = at_ms / 4; /* what is added to an instant does not overflow */
    gs_rfc3339_format(at_ms, NULL, instant);
    REQUIRE(strlen(instant) < sizeof instant);
    gs_date_format((gs_date)(at_ms / 86400000 % INT32_MAX), date);
    REQUIRE(strlen(date) == sizeof date - 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = exact_copy(data, size);
    check_date(text, size);
    check_minute(text, size);
    check_instant(text, size);
    check_number(text, size);
    free(text);
    return 0;
}
