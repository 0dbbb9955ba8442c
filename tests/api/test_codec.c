/* From JSON to commands: every field's faults, all at once, with pointers; and every line of the vectors. The first argument is
 * the vectors' folder. */
#include "world.h"

#include "../domain/vectors.h"
#include "codec.h"
#include "json_fields.h"
#include <stdio.h>

static const char *folder;

#define COMPANY "\"company\":{\"uscc\":\"91350100M000100Y43\",\"name\":\"A\"}"
#define DRIVER "\"driver\":{\"name\":\"W\",\"phone\":\"13800138000\"}"
#define BASE "\"date\":\"2026-11-25\",\"plate\":\"浙D12345\",\"containers\":[\"CSQU3054383\"]," COMPANY "," DRIVER

static struct gs_arena arena; /* of what parse gives */

static const struct gs_json_value *parse(const char *body)
{
    struct gs_json_error error;
    const struct gs_json_value *value = gs_json_read(body, strlen(body), &arena, &error);
    if (value == NULL) {
        print_message("# %s: %d:%d %s\n", body, error.line, error.column, error.reason);
    }
    assert_non_null(value);
    return value;
}

typedef void codec(const struct gs_json_value *body, struct gs_command *out, struct gs_faults *faults);

static struct gs_faults faults_of(codec *read, const char *body, struct gs_command *command)
{
    struct gs_faults faults = {.count = 0};
    const struct gs_json_value *value = parse(body);
    read(value, command, &faults);
    gs_arena_finish(&arena);
    return faults;
}

struct one_fault {
    const char *body, *pointer;
    enum gs_fault_kind kind;
    const char *found, *expected; /* NULL: not looked at */
};

static void expect_each(codec *read, enum gs_command_kind kind, const struct one_fault *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct gs_command command = {.kind = kind};
        struct gs_faults faults = faults_of(read, rows[i].body, &command);
        print_message("# %s\n", rows[i].body);
        assert_int_equal(faults.count, 1);
        assert_string_equal(faults.list[0].pointer, rows[i].pointer);
        assert_string_equal(gs_fault_code(faults.list[0].kind), gs_fault_code(rows[i].kind));
        if (rows[i].found != NULL) {
            assert_string_equal(faults.list[0].found, rows[i].found);
        }
        if (rows[i].expected != NULL) {
            assert_string_equal(faults.list[0].expected, rows[i].expected);
        }
    }
}

#define EXPECT_EACH(read, kind, rows) expect_each(read, kind, rows, sizeof rows / sizeof rows[0])

static void each_fault_of_a_booking_is_told_where_it_is(void **state)
{
    static const struct one_fault rows[] = {
        {"[]", "", GS_FAULT_TYPE, "array", "object"},
        {"{" BASE ",\"date2\":1}", "/date2", GS_FAULT_UNKNOWN_FIELD, "date2", "date"},
        {"{" BASE ",\"zzzzzz\":1}", "/zzzzzz", GS_FAULT_UNKNOWN_FIELD, "zzzzzz", ""},
        {"{" BASE ",\"a/b~c\":1}", "/a~1b~0c", GS_FAULT_UNKNOWN_FIELD, "a/b~c", ""},
        {"{\"plate\":\"浙D12345\",\"containers\":[\"CSQU3054383\"]," COMPANY "," DRIVER "}", "/date", GS_FAULT_REQUIRED,
         "", ""},
        {"{\"date\":20261125,\"plate\":\"浙D12345\",\"containers\":[\"CSQU3054383\"]," COMPANY "," DRIVER "}", "/date",
         GS_FAULT_TYPE, "integer", "string"},
        {"{\"date\":\"25.11.2026\",\"plate\":\"浙D12345\",\"containers\":[\"CSQU3054383\"]," COMPANY "," DRIVER "}",
         "/date", GS_FAULT_FORMAT, "25.11.2026", "YYYY-MM-DD"},
        {"{\"date\":\"today\",\"plate\":\"浙D12345\",\"containers\":[\"CSQU3054383\"]," COMPANY "," DRIVER "}", "/date",
         GS_FAULT_FORMAT, "today", NULL},
        {"{\"date\":\"2026-02-30\",\"plate\":\"浙D12345\",\"containers\":[\"CSQU3054383\"]," COMPANY "," DRIVER "}",
         "/date", GS_FAULT_NO_SUCH_DATE, "2026-02-30", ""},
        {"{" BASE ",\"windows\":\"morning\"}", "/windows", GS_FAULT_TYPE, "string", "array"},
        {"{" BASE ",\"windows\":[\"morning\",7]}", "/windows/1", GS_FAULT_TYPE, "integer", "string"},
        {"{" BASE ",\"windows\":[\"morning\",\"morning\"]}", "/windows/1", GS_FAULT_REPEATED, "morning", NULL},
        {"{" BASE ",\"windows\":[\"morning,midday\"]}", "/windows/0", GS_FAULT_NO_SUCH_WINDOW, "morning,midday", NULL},
        {"{" BASE ",\"windows\":[\"\"]}", "/windows/0", GS_FAULT_REQUIRED, NULL, NULL},
        {"{" BASE ",\"windows\":[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\",\"h\",\"i\",\"j\",\"k\",\"l\",\"m\",\"n\","
         "\"o\",\"p\",\"q\"]}",
         "/windows", GS_FAULT_TOO_MANY, "17", "16"},
        {"{" BASE ",\"slot\":\"8:30\"}", "/slot", GS_FAULT_FORMAT, "8:30", "HH:MM"},
        {"{" BASE ",\"slot\":\"24:00\"}", "/slot", GS_FAULT_FORMAT, "24:00", NULL},
        {"{" BASE ",\"slot\":830}", "/slot", GS_FAULT_TYPE, "integer", "string"},
        {"{" BASE ",\"flexible\":\"yes\"}", "/flexible", GS_FAULT_TYPE, "string", "boolean"},
        {"{" BASE ",\"waitlist\":1}", "/waitlist", GS_FAULT_TYPE, "integer", "boolean"},
        {"{" BASE ",\"priority\":\"high\"}", "/priority", GS_FAULT_CHOICE, "high", "normal, urgent"},
        {"{" BASE ",\"plate_colour\":\"pink\"}", "/plate_colour", GS_FAULT_CHOICE, "pink",
         "blue, yellow, green, yellow_green"},
        {"{" BASE ",\"trailer_plate\":\"浙D12345\"}", "/trailer_plate", GS_FAULT_FORMAT, NULL, NULL},
        {"{" BASE ",\"declaration_no\":\"29062025212345678\"}", "/declaration_no", GS_FAULT_LENGTH, "17", "18"},
        {"{\"date\":\"2026-11-25\",\"plate\":\"浙D12345\",\"containers\":[]," COMPANY "," DRIVER "}", "/containers",
         GS_FAULT_REQUIRED, NULL, NULL},
        {"{\"date\":\"2026-11-25\",\"plate\":\"浙D12345\",\"containers\":[\"CSQU3054383\",\"csqu 305438-3\"]," COMPANY
         "," DRIVER "}",
         "/containers/1", GS_FAULT_REPEATED, "CSQU3054383", NULL},
        {"{\"date\":\"2026-11-25\",\"plate\":\"浙D12345\",\"containers\":[\"A\",\"B\",\"C\"]," COMPANY "," DRIVER "}",
         "/containers", GS_FAULT_TOO_MANY, "3", "2"},
        {"{\"date\":\"2026-11-25\",\"plate\":\"浙D12345\",\"containers\":[\"CSQU3054383\"],\"company\":[]," DRIVER "}",
         "/company", GS_FAULT_TYPE, "array", "object"},
        {"{\"date\":\"2026-11-25\",\"plate\":\"浙D12345\",\"containers\":[\"CSQU3054383\"],\"company\":{\"uscc\":"
         "\"91350100M000100Y43\"}," DRIVER "}",
         "/company/name", GS_FAULT_REQUIRED, NULL, NULL},
        {"{\"date\":\"2026-11-25\",\"plate\":\"浙D12345\",\"containers\":[\"CSQU3054383\"],\"company\":{\"uscc\":"
         "\"91350100M000100Y43\",\"name\":\"a\\u0007b\"}," DRIVER "}",
         "/company/name", GS_FAULT_ALPHABET, "U+0007", NULL},
        {"{\"date\":\"2026-11-25\",\"plate\":\"浙D12345\",\"containers\":[\"CSQU3054383\"],\"company\":{\"uscc\":"
         "\"91350100M000100Y43\",\"name\":\"a\",\"nmae\":1}," DRIVER "}",
         "/company/nmae", GS_FAULT_UNKNOWN_FIELD, "nmae", "name"},
        {"{\"date\":\"2026-11-25\",\"plate\":\"浙D12345\",\"containers\":[\"CSQU3054383\"]," COMPANY
         ",\"driver\":{\"name\":\"W\",\"phone\":\"12345678901\"}}",
         "/driver/phone", GS_FAULT_FORMAT, NULL, NULL},
        {"{\"date\":\"2026-11-25\",\"plate\":\"浙D12345\",\"containers\":[\"CSQU3054383\"]," COMPANY
         ",\"driver\":{\"name\":\"   \",\"phone\":\"13800138000\"}}",
         "/driver/name", GS_FAULT_REQUIRED, NULL, NULL},
        {"{\"date\":\"2026-11-25\",\"plate\":null,\"containers\":[\"CSQU3054383\"]," COMPANY "," DRIVER "}", "/plate",
         GS_FAULT_REQUIRED, NULL, NULL},
    };
    (void)state;
    EXPECT_EACH(gs_codec_booking, GS_CMD_BOOK, rows);
}

static void each_fault_of_the_other_commands_is_told(void **state)
{
    static const struct one_fault walk_ins[] = {
        {"{" BASE "}", "/date", GS_FAULT_UNKNOWN_FIELD, "date", ""},
    };
    static const struct one_fault changes[] = {
        {"{}", "", GS_FAULT_REQUIRED, NULL, NULL},
        {"{\"plate\":\"\"}", "/plate", GS_FAULT_REQUIRED, NULL, NULL},
        {"{\"containers\":[]}", "/containers", GS_FAULT_REQUIRED, NULL, NULL},
        {"{\"company\":{}}", "/company", GS_FAULT_UNKNOWN_FIELD, NULL, NULL},
        {"{\"driver\":{\"phone\":1}}", "/driver/phone", GS_FAULT_TYPE, "integer", "string"},
    };
    static const struct one_fault reschedules[] = {
        {"{}", "", GS_FAULT_REQUIRED, NULL, "date, windows, slot"},
        {"{\"reason\":\"x\"}", "/reason", GS_FAULT_UNKNOWN_FIELD, NULL, NULL},
        {"{\"date\":\"2026-13-01\"}", "/date", GS_FAULT_NO_SUCH_DATE, NULL, NULL},
    };
    static const struct one_fault enters[] = {
        {"{\"override\":\"true\"}", "/override", GS_FAULT_TYPE, "string", "boolean"},
        {"{\"overide\":true}", "/overide", GS_FAULT_UNKNOWN_FIELD, "overide", "override"},
        {"{\"reason\":7}", "/reason", GS_FAULT_TYPE, "integer", "string"},
    };
    static const struct one_fault refusals[] = {
        {"{\"override\":true}", "/override", GS_FAULT_UNKNOWN_FIELD, "override", NULL},
    };
    static const struct one_fault times[] = {
        {"{\"at\":\"2026-11-25T10:05:00\"}", "/at", GS_FAULT_FORMAT, NULL, "2026-11-25T08:30:00+08:00"},
        {"{\"at\":\"10:05\"}", "/at", GS_FAULT_FORMAT, "10:05", NULL},
        {"{\"at\":\"2026-02-30T10:05:00Z\"}", "/at", GS_FAULT_FORMAT, NULL, NULL},
        {"{\"at\":1764040000}", "/at", GS_FAULT_TYPE, "integer", "string"},
        {"{\"at\":\"\"}", "/at", GS_FAULT_REQUIRED, NULL, NULL},
        {"{\"at\":\"1970-01-01T00:00:00Z\"}", "/at", GS_FAULT_RANGE, NULL, NULL},
        {"{\"at\":\"1926-11-25T10:05:00Z\"}", "/at", GS_FAULT_FORMAT, NULL, NULL},
        {"{\"ate\":\"2026-11-25T10:05:00Z\"}", "/ate", GS_FAULT_UNKNOWN_FIELD, "ate", "at"},
    };
    static const struct one_fault untimed[] = {
        {"{\"at\":\"2026-11-25T10:05:00Z\"}", "/at", GS_FAULT_UNKNOWN_FIELD, "at", NULL},
    };
    (void)state;
    EXPECT_EACH(gs_codec_step, GS_CMD_DEPART, times);
    EXPECT_EACH(gs_codec_step, GS_CMD_ADMIT, times);
    EXPECT_EACH(gs_codec_step, GS_CMD_REINSTATE, times);
    EXPECT_EACH(gs_codec_step, GS_CMD_REVERT, untimed);
    EXPECT_EACH(gs_codec_step, GS_CMD_CANCEL, untimed);
    EXPECT_EACH(gs_codec_walk_in, GS_CMD_WALK_IN, walk_ins);
    EXPECT_EACH(gs_codec_change, GS_CMD_CHANGE, changes);
    EXPECT_EACH(gs_codec_reschedule, GS_CMD_RESCHEDULE, reschedules);
    EXPECT_EACH(gs_codec_step, GS_CMD_ENTER, enters);
    EXPECT_EACH(gs_codec_step, GS_CMD_REFUSE, refusals);
}

static void read_token(const struct gs_json_value *body, struct gs_command *out, struct gs_faults *faults)
{
    struct gs_token t = {.name = ""};
    (void)out;
    gs_codec_token(body, 1000000, &t, faults);
}

static void read_gate(const struct gs_json_value *body, struct gs_command *out, struct gs_faults *faults)
{
    struct gs_gate_question q = {0};
    (void)out;
    gs_codec_gate(body, &q, faults);
}

static void read_clock(const struct gs_json_value *body, struct gs_command *out, struct gs_faults *faults)
{
    int64_t now = 0;
    (void)out;
    gs_codec_clock(body, &now, faults);
}

static void read_path(const struct gs_json_value *body, struct gs_command *out, struct gs_faults *faults)
{
    char path[64] = "";
    int32_t keep;
    (void)out;
    gs_codec_backup(body, path, sizeof path, &keep, faults);
}

static void each_fault_of_what_staff_send_is_told(void **state)
{
    static const struct one_fault capacities[] = {
        {"{}", "", GS_FAULT_REQUIRED, NULL, NULL},
        {"{\"capacity\":-1}", "/capacity", GS_FAULT_RANGE, "-1", "0..10000"},
        {"{\"capacity\":10001}", "/capacity", GS_FAULT_RANGE, "10001", NULL},
        {"{\"capacity\":4.5}", "/capacity", GS_FAULT_TYPE, "number", "integer"},
        {"{\"capacity\":1,\"slot_capacity\":99999}", "/slot_capacity", GS_FAULT_RANGE, NULL, NULL},
        {"{\"capacity\":1,\"closed\":\"no\"}", "/closed", GS_FAULT_TYPE, NULL, NULL},
        {"{\"capacity\":1,\"excess\":\"drop\"}", "/excess", GS_FAULT_CHOICE, "drop", "rebook, keep"},
        {"{\"capacity\":1,\"dry_run\":true}", "/dry_run", GS_FAULT_UNKNOWN_FIELD, NULL, NULL},
        {"{\"capacity\":1,\"plan_id\":\"0123456789abcdeF\"}", "/plan_id", GS_FAULT_FORMAT, NULL, "[0-9a-f]{16}"},
    };
    static const struct one_fault tokens[] = {
        {"{\"role\":\"gate\"}", "/name", GS_FAULT_REQUIRED, NULL, NULL},
        {"{\"name\":\"Tablet\",\"role\":\"gate\"}", "/name", GS_FAULT_FORMAT, NULL, NULL},
        {"{\"name\":\"t\",\"role\":\"system\"}", "/role", GS_FAULT_CHOICE, "system", NULL},
        {"{\"name\":\"t\",\"role\":\"gate\",\"expires_at\":\"tomorrow\"}", "/expires_at", GS_FAULT_FORMAT, NULL, NULL},
        {"{\"name\":\"t\",\"role\":\"gate\",\"expires_at\":\"1970-01-01T00:00:00Z\"}", "/expires_at", GS_FAULT_RANGE,
         NULL, NULL},
    };
    static const struct one_fault questions[] = {
        {"{}", "", GS_FAULT_REQUIRED, NULL, NULL},
        {"{\"plate\":\"浙D12345\",\"pass_code\":\"7K3MQ9XD\"}", "", GS_FAULT_TOO_MANY, NULL, NULL},
        {"{\"plate\":5}", "/plate", GS_FAULT_TYPE, NULL, NULL},
        {"{\"plait\":\"浙D12345\",\"pass_code\":\"7K3MQ9XD\"}", "/plait", GS_FAULT_UNKNOWN_FIELD, NULL, "plate"},
    };
    static const struct one_fault clocks[] = {
        {"{}", "/now", GS_FAULT_REQUIRED, NULL, NULL},
        {"{\"now\":\"2026-11-25 08:00\"}", "/now", GS_FAULT_FORMAT, NULL, NULL},
    };
    static const struct one_fault paths[] = {
        {"{\"path\":\"\"}", "/path", GS_FAULT_REQUIRED, NULL, NULL},
        {"{\"keep\":10001}", "/keep", GS_FAULT_RANGE, "10001", "1..10000"},
        {"{\"keep\":\"7\"}", "/keep", GS_FAULT_TYPE, NULL, "integer"},
        {"{\"path\":\"/there\",\"keep\":7}", "/keep", GS_FAULT_UNKNOWN_FIELD, NULL, NULL},
        {"{\"path\":\"here\"}", "/path", GS_FAULT_FORMAT, "here", NULL},
    };
    (void)state;
    EXPECT_EACH(gs_codec_capacity, GS_CMD_CAPACITY_SET, capacities);
    EXPECT_EACH(read_token, GS_CMD_NOTE, tokens);
    EXPECT_EACH(read_gate, GS_CMD_NOTE, questions);
    EXPECT_EACH(read_clock, GS_CMD_NOTE, clocks);
    EXPECT_EACH(read_path, GS_CMD_NOTE, paths);
}

static void all_faults_are_told_at_once(void **state)
{
    struct gs_command command = {.kind = GS_CMD_BOOK};
    struct gs_faults faults = faults_of(gs_codec_booking, "{}", &command);
    (void)state;
    assert_int_equal(faults.count, 5); /* date, plate, containers, company, driver */
    faults = faults_of(
        gs_codec_booking,
        "{\"date\":\"x\",\"plate\":1,\"containers\":[1,\"x\"],\"company\":{\"uscc\":1},\"driver\":{},\"slot\":\"x\","
        "\"flexible\":1,\"windows\":[1],\"priority\":\"x\",\"extra\":1}",
        &command);
    assert_int_equal(faults.count, 13);
}

static void a_booking_is_read_whole(void **state)
{
    struct gs_command c = {.kind = GS_CMD_BOOK};
    struct gs_faults faults = faults_of(
        gs_codec_booking,
        "{\"date\":\"2026-11-25\",\"windows\":[\"morning\",\"midday\"],\"slot\":\"08:30\",\"flexible\":true,"
        "\"waitlist\":true,"
        "\"priority\":\"urgent\",\"plate\":\" 浙d·12345\",\"plate_colour\":\"yellow\",\"trailer_plate\":\"浙D1234挂\","
        "\"containers\":[\"csqu "
        "305438-3\",\"TEMU1234565\"],\"company\":{\"uscc\":\"91110000600037342L\",\"name\":\"某公司\"},"
        "\"driver\":{\"name\":\"王师傅\",\"phone\":\"+86 138 0013 8000\"},\"declaration_no\":\"290620250123456789\"}",
        &c);
    (void)state;
    assert_int_equal(faults.count, 0);
    assert_int_equal(c.u.book.wish.date, gs_date_from_civil(2026, 11, 25));
    assert_string_equal(c.u.book.wish.windows, "morning,midday");
    assert_int_equal(c.u.book.wish.slot_min, 510);
    assert_true(c.u.book.flexible && c.u.book.waitlist && c.u.book.urgent);
    assert_string_equal(c.u.book.truck.plate, "浙D12345");
    assert_string_equal(c.u.book.truck.plate_given, " 浙d·12345");
    assert_int_equal(c.u.book.truck.plate_colour, GS_PLATE_YELLOW);
    assert_string_equal(c.u.book.truck.trailer, "浙D1234挂");
    assert_int_equal(c.u.book.truck.container_count, 2);
    assert_string_equal(c.u.book.truck.containers[0], "CSQU3054383");
    assert_string_equal(c.u.book.truck.containers[1], "TEMU1234565");
    assert_string_equal(c.u.book.truck.driver_phone, "13800138000");
    assert_string_equal(c.u.book.truck.declaration_no, "290620250123456789");
    assert_int_equal(c.u.book.truck.warnings, GS_WARN_USCC_CHECK);
    assert_string_equal(c.u.book.uscc, "91110000600037342L");
    assert_string_equal(c.u.book.company_name, "某公司");
}

static void what_is_left_out_has_its_default(void **state)
{
    struct gs_command c = {.kind = GS_CMD_BOOK};
    struct gs_faults faults =
        faults_of(gs_codec_booking,
                  "{" BASE ",\"slot\":null,\"windows\":null,\"trailer_plate\":null,\"declaration_no\":null}", &c);
    (void)state;
    assert_int_equal(faults.count, 0);
    assert_string_equal(c.u.book.wish.windows, "");
    assert_int_equal(c.u.book.wish.slot_min, -1);
    assert_false(c.u.book.flexible || c.u.book.waitlist || c.u.book.urgent);
    assert_int_equal(c.u.book.truck.plate_colour, GS_PLATE_COLOUR_NONE);
}

static void a_change_tells_what_was_named_and_null_removes(void **state)
{
    struct gs_command c = {.kind = GS_CMD_CHANGE};
    struct gs_faults faults =
        faults_of(gs_codec_change, "{\"trailer_plate\":null,\"driver\":{\"phone\":\"13900139000\"}}", &c);
    (void)state;
    assert_int_equal(faults.count, 0);
    assert_true(c.u.change.has_trailer && c.u.change.has_driver_phone);
    assert_string_equal(c.u.change.truck.trailer, "");
    assert_false(c.u.change.has_plate || c.u.change.has_driver_name || c.u.change.has_containers ||
                 c.u.change.has_colour || c.u.change.has_declaration);
}

static void json_is_bounded_and_strict(void **state)
{
    static const struct {
        const char *body;
        int line, column;
    } rows[] = {
        {"{\"a\":1,\"a\":2}", 1, 11},
        {"{\"a\":}", 1, 6},
        {"{\n\"a\":\n 1,,}", 3, 4},
        {"{\"a\":\"\\u0000\"}", 1, 12},
        {"{\"a\":\"\xff\"}", 1, 6},
        {"{\"a\":1e999}", 1, 10},
        {"{\"a\":NaN}", 1, 6},
        {"{} x", 1, 4},
        {"{\"a\":99999999999999999999}", 1, 25},
        {"[[[[[[[[[[[[[[[[[", 1, 17},
        {"{\"a\":\n[[[[[[[[[[[[[[[[", 2, 16},
    };
    struct gs_json_error error;
    const struct gs_json_value *value;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        value = gs_json_read(rows[i].body, strlen(rows[i].body), &arena, &error);
        print_message("# row %zu: %d:%d %s\n", i, value != NULL ? 0 : error.line, value != NULL ? 0 : error.column,
                      error.reason);
        assert_null(value);
        assert_int_equal(error.line, rows[i].line);
        assert_in_range(error.column, rows[i].column - 2, rows[i].column + 2);
        assert_true(error.reason[0] != '\0');
    }
    value = gs_json_read("[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]", 32, &arena, &error); /* 16 levels */
    assert_non_null(value);
    value = gs_json_read("\"[[[[[[[[[[[[[[[[[[[[\\\"[[[\"", 26, &arena, &error); /* in a string they do not count */
    assert_null(value);                                                          /* no object or array at the top */
    assert_int_equal(error.line, 1);
    gs_arena_finish(&arena);
}

/* ---- every line of the vectors, through the codec ---- */

static size_t count_faults(const char *member, const char *value, const char *rest, struct gs_command *c,
                           char pointer[64])
{
    char body[2048];
    struct gs_faults faults;
    snprintf(body, sizeof body, "{\"date\":\"2026-11-25\",%s%s%s}", member, value, rest);
    *c = (struct gs_command){.kind = GS_CMD_BOOK};
    faults = faults_of(gs_codec_booking, body, c);
    snprintf(pointer, 64, "%s", faults.count > 0 ? faults.list[0].pointer : "");
    return faults.count;
}

static void judge_lines(const char *file, const char *member, const char *rest, const char *pointer, size_t lines,
                        bool trailers)
{
    struct vectors all = vectors_open(folder, file);
    struct gs_command c;
    struct vector v;
    char found[64];
    while (vectors_next(&all, &v)) {
        bool trailer = trailers && strcmp(v.fields[3], "trailer") == 0;
        bool valid = strcmp(v.fields[1], "invalid") != 0;
        size_t count = trailer
                           ? count_faults("\"plate\":\"浙D12345\",\"trailer_plate\":\"", v.fields[0], rest, &c, found)
                           : count_faults(member, v.fields[0], rest, &c, found);
        print_message("# %s %s: %zu %s\n", file, v.fields[0], count, found);
        assert_int_equal(count, valid ? 0 : 1);
        assert_string_equal(found, valid ? "" : pointer);
        assert_int_equal(c.u.book.truck.warnings != 0 && valid, strcmp(v.fields[1], "warn") == 0);
    }
    vectors_close(&all, lines);
}

static void every_line_of_the_vectors_is_judged(void **state)
{
    (void)state;
    judge_lines("plates", "\"plate\":\"", "\",\"containers\":[\"CSQU3054383\"]," COMPANY "," DRIVER, "/plate", 31,
                true);
    judge_lines("containers", "\"plate\":\"浙D12345\",\"containers\":[\"", "\"]," COMPANY "," DRIVER, "/containers/0",
                22, false);
    judge_lines("uscc",
                "\"plate\":\"浙D12345\",\"containers\":[\"CSQU3054383\"]," DRIVER
                ",\"company\":{\"name\":\"A\",\"uscc\":\"",
                "\"}", "/company/uscc", 13, false);
    judge_lines("phones",
                "\"plate\":\"浙D12345\",\"containers\":[\"CSQU3054383\"]," COMPANY
                ",\"driver\":{\"name\":\"W\",\"phone\":\"",
                "\"}", "/driver/phone", 10, false);
    judge_lines("declarations",
                "\"plate\":\"浙D12345\",\"containers\":[\"CSQU3054383\"]," COMPANY "," DRIVER ",\"declaration_no\":\"",
                "\"", "/declaration_no", 7, false);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_fault_of_a_booking_is_told_where_it_is),
        cmocka_unit_test(each_fault_of_the_other_commands_is_told),
        cmocka_unit_test(each_fault_of_what_staff_send_is_told),
        cmocka_unit_test(all_faults_are_told_at_once),
        cmocka_unit_test(a_booking_is_read_whole),
        cmocka_unit_test(what_is_left_out_has_its_default),
        cmocka_unit_test(a_change_tells_what_was_named_and_null_removes),
        cmocka_unit_test(json_is_bounded_and_strict),
        cmocka_unit_test(every_line_of_the_vectors_is_judged),
    };
    if (argc < 2) {
        return 2;
    }
    folder = argv[1];
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
