/* Fuzzing of events as they are stored: whatever the text, a reason is erased without touching anything else and only once, and the sentence
 * made of it is one that can be shown. */
#include "event_text.h"
#include "fuzz.h"
#include "gateslot/base/text.h"
#include "gateslot/base/time.h"
#include "gateslot/core/event.h"

#define TEXT_MAX 65536

/* All but a middle part is as it was. */
static bool kept_around(const struct gs_buf *after, const char *before, size_t len)
{
    size_t head = 0, tail = 0;
    while (head < after->len && head < len && after->data[head] == before[head]) {
        head++;
    }
    while (tail < after->len - head && tail < len - head &&
           after->data[after->len - 1 - tail] == before[len - 1 - tail]) {
        tail++;
    }
    return head + tail + sizeof GS_ERASED_TEXT - 1 >= after->len;
}

static void check_erasing(const char *json, size_t len)
{
    struct gs_buf once, twice;
    gs_buf_init(&once, 2 * TEXT_MAX);
    gs_buf_init(&twice, 2 * TEXT_MAX);
    if (gs_event_erase(json, len, &once)) {
        REQUIRE(kept_around(&once, json, len));
        REQUIRE(gs_event_is_erased(once.data, once.len));
        REQUIRE(!gs_event_erase(once.data, once.len, &twice) && twice.len == 0);
    } else {
        REQUIRE(once.len == 0);
    }
    gs_buf_finish(&once);
    gs_buf_finish(&twice);
}

static void check_filter(const char *json, size_t len)
{
    struct gs_event_filter all = {0}, one = {.types = UINT64_C(1) << GS_EV_BOOKED}, none = {.by = "nobody"};
    const struct gs_event_filter by_name = {.by = "mini"}, by_role = {.by = "gate"}, by_person = {.by = "li"};
    int64_t at_ms = 0;
    gs_date date = 0;
    REQUIRE(gs_event_matches(&all, json, len));
    (void)gs_event_matches(&one, json, len);
    (void)gs_event_matches(&none, json, len);
    (void)gs_event_matches(&by_name, json, len);
    (void)gs_event_matches(&by_role, json, len);
    (void)gs_event_matches(&by_person, json, len);
    REQUIRE(gs_event_at(json, len, &at_ms) != GS_OK || at_ms > INT64_MIN);
    REQUIRE(!gs_event_date(json, len, &date) || (date >= 0 && date <= GS_DATE_LAST));
    REQUIRE((gs_event_types_named(json, len) >> GS_EVENT_TYPES) == 0);
}

static void check_sentence(const char *json, size_t len, enum gs_lang lang, const struct gs_rules *rules)
{
    struct gs_buf out;
    gs_buf_init(&out, TEXT_MAX);
    gs_event_text(json, len, lang, rules, &out);
    REQUIRE(out.len == 0 || gs_utf8_valid(out.data, out.len) || !gs_utf8_valid(json, len));
    REQUIRE(out.len == 0 || memchr(out.data, '\0', out.len) == NULL);
    gs_buf_finish(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > TEXT_MAX) {
        return 0;
    }
    char *json = exact_copy(data, size);
    check_erasing(json, size);
    check_filter(json, size);
    static struct gs_rules rules = {.window_count = 1, .windows = {{.id = "morning", .name = "上午"}}};
    check_sentence(json, size, GS_LANG_ZH, &rules);
    check_sentence(json, size, GS_LANG_EN, &rules);
    check_sentence(json, size, GS_LANG_ZH, NULL);
    free(json);
    return 0;
}
