/* Every number that is kept on disk, by name, and the words that typed values are written as: in the journal (journal.h) and in the store's columns. What has once been written is read
 * by every later version, so a number here never changes; what is new is added. */
#include "cm.h"
#include "gateslot/base/fault.h"
#include "gateslot/base/lang.h"
#include "gateslot/core/command.h"
#include "journal/journal.h"
#include <string.h>

struct number {
    int64_t is, stored;
};

/* All of them, each under its number: no number is left out and none is used twice. */
static void pinned(const struct number *numbers, size_t count, int64_t kinds)
{
    assert_int_equal(count, kinds);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(numbers[i].is, numbers[i].stored);
        assert_int_equal(numbers[i].stored, i);
    }
}

#define PINNED(numbers, kinds) pinned(numbers, sizeof(numbers) / sizeof *(numbers), (int64_t)(kinds))

static void codes(void **state)
{
    (void)state;
    static const struct number numbers[] = {
        {GS_CODE_OK, 0},
        {GS_CODE_VALIDATION, 1},
        {GS_CODE_NOT_FOUND, 2},
        {GS_CODE_FORBIDDEN, 3},
        {GS_CODE_FULL, 4},
        {GS_CODE_DUPLICATE_PLATE, 5},
        {GS_CODE_DUPLICATE_CONTAINER, 6},
        {GS_CODE_WRONG_STATE, 7},
        {GS_CODE_EARLY, 8},
        {GS_CODE_YARD_FULL, 9},
        {GS_CODE_PAST_CUTOFF, 10},
        {GS_CODE_OUTSIDE_HORIZON, 11},
        {GS_CODE_CLOSED, 12},
        {GS_CODE_COMPANY_QUOTA, 13},
        {GS_CODE_SUSPENDED, 14},
        {GS_CODE_PLAN_OUTDATED, 15},
        {GS_CODE_VERSION_MISMATCH, 16},
        {GS_CODE_TOO_LATE, 17},
        {GS_CODE_ALREADY_DELAYED, 18},
        {GS_CODE_NAME_TAKEN, 19},
        {GS_CODE_SWITCHED_OFF, 20},
        {GS_CODE_INVALID_JSON, 21},
        {GS_CODE_IDEMPOTENCY_KEY_MISSING, 22},
        {GS_CODE_IDEMPOTENCY_KEY_REUSED, 23},
        {GS_CODE_UNAUTHORIZED, 24},
        {GS_CODE_METHOD_NOT_ALLOWED, 25},
        {GS_CODE_PRECONDITION_REQUIRED, 26},
        {GS_CODE_TOO_LARGE, 27},
        {GS_CODE_HEADERS_TOO_LARGE, 28},
        {GS_CODE_RATE_LIMITED, 29},
        {GS_CODE_OVERLOADED, 30},
        {GS_CODE_STORAGE_FULL, 31},
        {GS_CODE_CLOCK_BACKWARDS, 32},
        {GS_CODE_UNSUPPORTED_MEDIA_TYPE, 33},
        {GS_CODE_BAD_REQUEST, 34},
        {GS_CODE_INTERNAL, 35},
    };
    /* Later ones are pinned by their place in docs/openapi.json (tests/api/test_openapi.c). */
    pinned(numbers, sizeof numbers / sizeof numbers[0], 36);
    assert_true(GS_CODE_KINDS >= 36);
}

static void commands(void **state)
{
    (void)state;
    static const struct number numbers[] = {
        {GS_CMD_BOOK, 0},          {GS_CMD_WALK_IN, 1},         {GS_CMD_CHANGE, 2},     {GS_CMD_CANCEL, 3},
        {GS_CMD_RESCHEDULE, 4},    {GS_CMD_DELAY, 5},           {GS_CMD_ARRIVE, 6},     {GS_CMD_ENTER, 7},
        {GS_CMD_CLEAR, 8},         {GS_CMD_DEPART, 9},          {GS_CMD_REFUSE, 10},    {GS_CMD_REVERT, 11},
        {GS_CMD_CAPACITY_SET, 12}, {GS_CMD_CAPACITY_RESET, 13}, {GS_CMD_NOTE, 14},      {GS_CMD_ADMIT, 15},
        {GS_CMD_EXCUSE, 16},       {GS_CMD_GATE_RECORD, 17},    {GS_CMD_REINSTATE, 18},
    };
    PINNED(numbers, GS_JOURNAL_COMMANDS);
    for (int kind = 0; kind < GS_JOURNAL_COMMANDS; kind++) { /* 16 to 19 are the journal's own */
        assert_int_equal(gs_journal_tag_of((enum gs_command_kind)kind), kind < 16 ? kind : kind + 4);
    }
    assert_true(GS_JOURNAL_COMMANDS + (int)GS_JOURNAL_TAGS <= (int)GS_JOURNAL_KIND_MASK + 1);
}

/* The journal has the types of notes; all of them are pinned, since a note may become of any. */
static void event_types(void **state)
{
    (void)state;
    static const struct number numbers[] = {
        {GS_EV_BOOKED, 0},
        {GS_EV_WAITLISTED, 1},
        {GS_EV_PROMOTED, 2},
        {GS_EV_MOVED, 3},
        {GS_EV_CHANGED, 4},
        {GS_EV_RESCHEDULED, 5},
        {GS_EV_DELAYED, 6},
        {GS_EV_CANCELLED, 7},
        {GS_EV_EXPIRED, 8},
        {GS_EV_NO_SHOW, 9},
        {GS_EV_ARRIVED, 10},
        {GS_EV_ENTERED, 11},
        {GS_EV_CLEARED, 12},
        {GS_EV_DEPARTED, 13},
        {GS_EV_REFUSED, 14},
        {GS_EV_REVERTED, 15},
        {GS_EV_CAPACITY_CHANGED, 16},
        {GS_EV_CONFIG_RELOADED, 17},
        {GS_EV_STRIKE_RECORDED, 18},
        {GS_EV_TOKEN_CREATED, 19},
        {GS_EV_TOKEN_REVOKED, 20},
        {GS_EV_STORE_RESTORED, 21},
        {GS_EV_TOKEN_CONFIRMED, 22},
        {GS_EV_CLOCK_REFUSED, 23},
        {GS_EV_CLOCK_ACCEPTED, 24},
        {GS_EV_STRIKE_EXCUSED, 25},
        {GS_EV_GATE_CHECKED, 26},
        {GS_EV_REINSTATED, 27},
        {GS_EV_CORRECTED, 28},
        {GS_EV_USER_CREATED, 29},
        {GS_EV_USER_CHANGED, 30},
        {GS_EV_USER_DISABLED, 31},
        {GS_EV_USER_ENABLED, 32},
        {GS_EV_USER_CONFIRMED, 33},
        {GS_EV_USER_DELETED, 34},
        {GS_EV_SESSION_OPENED, 35},
        {GS_EV_SESSION_CLOSED, 36},
        {GS_EV_SESSION_REFUSED, 37},
        {GS_EV_SESSION_PAIRED, 38},
        {GS_EV_SESSION_PERSON, 39},
        {GS_EV_DEVICE_REVOKED, 40},
        {GS_EV_REMINDER, 41},
        {GS_EV_EXPIRING, 42},
        {GS_EV_WEBHOOK_CREATED, 43},
        {GS_EV_WEBHOOK_CHANGED, 44},
        {GS_EV_WEBHOOK_DISABLED, 45},
        {GS_EV_WEBHOOK_ENABLED, 46},
        {GS_EV_WEBHOOK_DELETED, 47},
    };
    PINNED(numbers, GS_EVENT_TYPES);
}

static void statuses(void **state)
{
    (void)state;
    static const struct number numbers[] = {
        {GS_WAITLISTED, 0}, {GS_BOOKED, 1},    {GS_ARRIVED, 2}, {GS_ENTERED, 3}, {GS_CLEARED, 4},
        {GS_DEPARTED, 5},   {GS_CANCELLED, 6}, {GS_EXPIRED, 7}, {GS_NO_SHOW, 8}, {GS_REFUSED, 9},
    };
    PINNED(numbers, GS_STATUSES);
}

static void roles(void **state)
{
    (void)state;
    static const struct number numbers[] = {
        {GS_ROLE_SYSTEM, 0},     {GS_ROLE_BACKEND, 1}, {GS_ROLE_GATE, 2},
        {GS_ROLE_SUPERVISOR, 3}, {GS_ROLE_DISPLAY, 4}, {GS_ROLE_METRICS, 5},
    };
    PINNED(numbers, GS_ROLES);
    assert_true(GS_ROLES <= 1 << (8 - GS_JOURNAL_ROLE_AT));
}

/* The digest of an outcome goes over the kinds of its faults. */
static void fault_kinds(void **state)
{
    (void)state;
    static const struct number numbers[] = {
        {GS_FAULT_REQUIRED, 0},      {GS_FAULT_UNKNOWN_FIELD, 1},   {GS_FAULT_TYPE, 2},
        {GS_FAULT_TOO_LONG, 3},      {GS_FAULT_TOO_MANY, 4},        {GS_FAULT_FORMAT, 5},
        {GS_FAULT_LENGTH, 6},        {GS_FAULT_ALPHABET, 7},        {GS_FAULT_CHECK_DIGIT, 8},
        {GS_FAULT_RANGE, 9},         {GS_FAULT_CHOICE, 10},         {GS_FAULT_REPEATED, 11},
        {GS_FAULT_NO_SUCH_DATE, 12}, {GS_FAULT_NO_SUCH_WINDOW, 13}, {GS_FAULT_NO_SUCH_SLOT, 14},
        {GS_FAULT_NOT_ALLOWED, 15},  {GS_FAULT_EMPTY, 16},          {GS_FAULT_TOO_SHORT, 17},
        {GS_FAULT_NOT_BEFORE, 18},   {GS_FAULT_NOT_AFTER, 19},      {GS_FAULT_CONFIG, 20},
        {GS_FAULT_SAME_AS, 21},      {GS_FAULT_NOT_LISTED, 22},     {GS_FAULT_NO_SUCH_NAME, 23},
    };
    PINNED(numbers, GS_FAULT_KINDS);
}

static void colours_languages_and_bits_of_bookings(void **state)
{
    (void)state;
    static const struct number colours[] = {
        {GS_PLATE_COLOUR_NONE, 0}, {GS_PLATE_BLUE, 1},         {GS_PLATE_YELLOW, 2},
        {GS_PLATE_GREEN, 3},       {GS_PLATE_YELLOW_GREEN, 4},
    };
    PINNED(colours, 5);
    assert_int_equal(GS_LANG_NONE, -1);
    assert_int_equal(GS_LANG_ZH, 0);
    assert_int_equal(GS_LANG_EN, 1);
    assert_int_equal(GS_EXCEPTION_CUTOFF, 1);
    assert_int_equal(GS_EXCEPTION_QUOTA, 2);
    assert_int_equal(GS_EXCEPTION_SUSPENDED, 4);
    assert_int_equal(GS_WARN_USCC_CHECK, 1);
    assert_int_equal(GS_WARN_PLATE_ENERGY, 2);
    static const int changed[] = {GS_CHANGED_PLATE,  GS_CHANGED_COLOUR,      GS_CHANGED_TRAILER,  GS_CHANGED_CONTAINERS,
                                  GS_CHANGED_DRIVER, GS_CHANGED_DECLARATION, GS_CHANGED_REFERENCE};
    for (size_t i = 0; i < sizeof changed / sizeof changed[0]; i++) {
        assert_int_equal(changed[i], 1 << i);
    }
}

static void tags_and_flags_of_the_journal(void **state)
{
    (void)state;
    static const struct number numbers[] = {
        {GS_JOURNAL_OLDEST, 1},        {GS_JOURNAL_HAS_AT, 1},        {GS_JOURNAL_HAS_EXCEPTIONS, 2},
        {GS_JOURNAL_HAS_REFERENCE, 4}, {GS_JOURNAL_HAS_UNTIL, 8},     {GS_JOURNAL_TAGS, 4},
        {GS_JOURNAL_TAG_EPOCH, 19},    {GS_JOURNAL_VERSION, 2},       {GS_JOURNAL_KIND_MASK, 0x1F},
        {GS_JOURNAL_ROLE_AT, 5},       {GS_JOURNAL_TAG_DUE, 16},      {GS_JOURNAL_TAG_START, 17},
        {GS_JOURNAL_TAG_RULES, 18},    {GS_JOURNAL_FLEXIBLE, 1},      {GS_JOURNAL_WAITLIST, 2},
        {GS_JOURNAL_URGENT, 4},        {GS_JOURNAL_COLOUR_AT, 3},     {GS_JOURNAL_CONTAINERS_AT, 6},
        {GS_JOURNAL_CLOSED, 1},        {GS_JOURNAL_HAS_CAPACITY, 2},  {GS_JOURNAL_KEEP, 4},
        {GS_JOURNAL_DRY_RUN, 8},       {GS_JOURNAL_HAS_PLAN, 16},     {GS_JOURNAL_HAS_DATE, 1},
        {GS_JOURNAL_HAS_WINDOWS, 2},   {GS_JOURNAL_HAS_SLOT, 4},      {GS_JOURNAL_LONG_REASON, 32},
        {GS_JOURNAL_NAME_LONG, 0x80},  {GS_JOURNAL_TAG_REFUSALS, 48}, {GS_JOURNAL_TAG_TOGETHER, 80},
        {GS_JOURNAL_TAG_STANDS, 112},  {GS_JOURNAL_TAG_UNDONE, 144},
    };
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        assert_int_equal(numbers[i].is, numbers[i].stored);
    }
}

/* Events and the journal's digest hold these words; what they say is typed in memory, and written out at the edge. */
static void words_of_occasions_and_outcomes(void **state)
{
    (void)state;
    static const char *const occasions[GS_OCCASIONS] = {"", "settled", "capacity changed", "config reloaded",
                                                        "at_risk"};
    for (int i = 0; i < GS_OCCASIONS; i++) {
        struct gs_event e = {.occasion = (enum gs_occasion)i};
        assert_string_equal(gs_event_reason(&e), occasions[i]);
        strcpy(e.reason, "crane broken");
        assert_string_equal(gs_event_reason(&e), "crane broken");
    }
    static const struct {
        struct gs_outcome outcome;
        const char *text;
    } rows[] = {
        {{.code = GS_CODE_FULL, .window = "morning", .date = 20782}, ""},
        {{.code = GS_CODE_CLOSED, .reason = "week 2026-11-23"}, "week 2026-11-23"},
        {{.code = GS_CODE_COMPANY_QUOTA, .limit_of = GS_LIMIT_OF_WINDOW, .window = "week 1"}, "week 1"},
        {{.code = GS_CODE_COMPANY_QUOTA, .limit_of = GS_LIMIT_OF_DAY, .date = 20782}, "2026-11-25"},
        {{.code = GS_CODE_COMPANY_QUOTA, .limit_of = GS_LIMIT_OF_WEEK, .date = 20780}, "week 2026-11-23"},
        {{.code = GS_CODE_LIVE_QUOTA, .limit_of = GS_LIMIT_OF_NAME, .reason = "0/0"}, "name"},
        {{.code = GS_CODE_LIVE_QUOTA, .limit_of = GS_LIMIT_OF_UNKNOWN_COMPANY, .reason = "0/0"}, "unknown company"},
        {{.code = GS_CODE_LIVE_QUOTA, .limit_of = GS_LIMIT_OF_LATE_NAME, .reason = "5/9"}, "5/9"},
        {{.code = GS_CODE_LIVE_QUOTA, .limit_of = GS_LIMIT_OF_LATE_COMPANY, .reason = "5/9"}, "5/9"},
        {{.code = GS_CODE_SWITCHED_OFF, .off = GS_SWITCH_WALK_INS}, "yard.walk_ins"},
        {{.code = GS_CODE_SWITCHED_OFF, .off = GS_SWITCH_DELAY_REPORTS}, "booking.delay_reports"},
    };
    char text[GS_OUTCOME_TEXT];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_string_equal(gs_outcome_text(&rows[i].outcome, text), rows[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes),
        cmocka_unit_test(commands),
        cmocka_unit_test(event_types),
        cmocka_unit_test(statuses),
        cmocka_unit_test(roles),
        cmocka_unit_test(fault_kinds),
        cmocka_unit_test(colours_languages_and_bits_of_bookings),
        cmocka_unit_test(tags_and_flags_of_the_journal),
        cmocka_unit_test(words_of_occasions_and_outcomes),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
