/* Fuzzing of what the API reads from bodies: any bytes are a JSON value or an error with its place; every codec makes of a value a command
 * or faults that can be shown, and what is read as JSON here is read so by jansson too. */
#include "codec.h"
#include "codec_people.h"
#include "fuzz.h"
#include "gateslot/base/text.h"
#include <jansson.h>

static void check_faults(const struct gs_faults *faults)
{
    REQUIRE(faults->count <= GS_MAX_FAULTS);
    for (size_t i = 0; i < faults->count; i++) {
        const struct gs_fault *f = &faults->list[i];
        REQUIRE(f->kind < GS_FAULT_KINDS);
        REQUIRE(gs_utf8_valid(f->pointer, strlen(f->pointer)));
        REQUIRE(gs_utf8_valid(f->found, strlen(f->found)) && gs_utf8_valid(f->expected, strlen(f->expected)));
    }
}

static void check_truck(const struct gs_truck *t)
{
    REQUIRE(gs_utf8_valid(t->plate, strlen(t->plate)) && gs_utf8_valid(t->driver_name, strlen(t->driver_name)));
    REQUIRE(t->container_count >= 0 && t->container_count <= GS_MAX_CONTAINERS);
}

static void run_codec(void (*codec)(const struct gs_json_value *, struct gs_command *, struct gs_faults *),
                      const struct gs_json_value *body, enum gs_command_kind kind)
{
    struct gs_command command;
    struct gs_faults faults;
    memset(&command, 0, sizeof command);
    memset(&faults, 0, sizeof faults);
    command.kind = kind;
    codec(body, &command, &faults);
    check_faults(&faults);
    if (faults.count == 0 && (kind == GS_CMD_BOOK || kind == GS_CMD_WALK_IN)) {
        check_truck(&command.u.book.truck);
        REQUIRE(command.u.book.truck.plate[0] != '\0' && strlen(command.u.book.uscc) == GS_USCC_LEN);
    }
    REQUIRE(gs_utf8_valid(command.reason, strlen(command.reason)));
}

static void run_steps(const struct gs_json_value *body)
{
    static const enum gs_command_kind steps[] = {GS_CMD_CANCEL, GS_CMD_DELAY,  GS_CMD_ARRIVE,   GS_CMD_ENTER,
                                                 GS_CMD_CLEAR,  GS_CMD_DEPART, GS_CMD_REFUSE,   GS_CMD_REVERT,
                                                 GS_CMD_ADMIT,  GS_CMD_EXCUSE, GS_CMD_REINSTATE};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        run_codec(gs_codec_step, body, steps[i]);
    }
}

static void run_others(const struct gs_json_value *body)
{
    struct gs_faults faults;
    struct gs_gate_question question;
    struct gs_token token;
    int64_t now_ms = 0;
    int32_t keep = 0;
    char path[256];
    memset(&faults, 0, sizeof faults);
    gs_codec_gate(body, &question, &faults);
    check_faults(&faults);
    if (faults.count == 0) {
        REQUIRE((question.plate != NULL) + (question.pass_code != NULL) + (question.container != NULL) == 1);
    }
    faults.count = 0;
    gs_codec_token(body, 1795571000000, &token, &faults);
    REQUIRE(faults.count > 0 || token.name[0] != '\0');
    faults.count = 0;
    gs_codec_clock(body, &now_ms, &faults);
    check_faults(&faults);
    faults.count = 0;
    gs_codec_backup(body, path, sizeof path, &keep, &faults);
    REQUIRE(faults.count > 0 || path[0] == '\0' || path[0] == '/');
    check_faults(&faults);
}

static bool good_password(const char *text)
{
    const size_t count = gs_utf8_count(text, strlen(text));
    return count >= GS_PASSWORD_CHARS_MIN && count <= GS_PASSWORD_CHARS_MAX;
}

static void run_people(const struct gs_json_value *body)
{
    struct gs_faults faults;
    struct gs_login_given login = {.name = ""};
    struct gs_password_change change = {.old_password = ""};
    struct gs_user_given given = {.role = GS_ROLE_GATE}, other = {.name = "li", .role = GS_ROLE_GATE};
    memset(&faults, 0, sizeof faults);
    gs_codec_login(body, &login, &faults);
    REQUIRE(login.name[0] == '\0' || gs_name_valid(login.name));
    check_faults(&faults);
    faults.count = 0;
    gs_codec_password(body, "li", &change, &faults);
    REQUIRE(faults.count > 0 || good_password(change.new_password));
    faults.count = 0;
    gs_codec_new_user(body, &given, &faults);
    REQUIRE(faults.count > 0 ||
            (gs_name_valid(given.name) && given.role != GS_ROLE_SYSTEM && good_password(given.password)));
    check_faults(&faults);
    faults.count = 0;
    enum gs_lang lang = GS_LANG_NONE;
    gs_codec_own_language(body, &lang, &faults);
    REQUIRE(faults.count > 0 || lang == GS_LANG_NONE || lang == GS_LANG_ZH || lang == GS_LANG_EN);
    faults.count = 0;
    gs_codec_user_change(body, &other, &faults);
    REQUIRE(faults.count > 0 || (!other.has_password || good_password(other.password)));
    check_faults(&faults);
}

static void run_codecs(const struct gs_json_value *body)
{
    run_people(body);
    run_codec(gs_codec_booking, body, GS_CMD_BOOK);
    run_codec(gs_codec_walk_in, body, GS_CMD_WALK_IN);
    run_codec(gs_codec_change, body, GS_CMD_CHANGE);
    run_codec(gs_codec_reschedule, body, GS_CMD_RESCHEDULE);
    run_codec(gs_codec_capacity, body, GS_CMD_CAPACITY_SET);
    run_codec(gs_codec_capacity_reset, body, GS_CMD_CAPACITY_RESET);
    run_steps(body);
    run_others(body);
}

static void check_alike(const struct gs_json_value *ours, const json_t *theirs)
{
    if (theirs == NULL) {
        return;
    }
    REQUIRE(json_is_object(theirs) == (ours->kind == GS_JSON_OBJECT));
    REQUIRE(json_is_array(theirs) == (ours->kind == GS_JSON_ARRAY));
    REQUIRE(ours->kind != GS_JSON_OBJECT || ours->count == json_object_size(theirs));
    REQUIRE(ours->kind != GS_JSON_ARRAY || ours->count == json_array_size(theirs));
    REQUIRE(ours->kind != GS_JSON_STRING ||
            (ours->len == json_string_length(theirs) && memcmp(ours->text, json_string_value(theirs), ours->len) == 0));
    REQUIRE(ours->kind != GS_JSON_INTEGER || ours->number == json_integer_value(theirs));
}

/* The value, and each of its members left out of it in turn. */
static void leave_out(const struct gs_json_value *value, struct gs_arena *arena)
{
    for (const struct gs_json_value *m = value->first; m != NULL && value->kind == GS_JSON_OBJECT; m = m->next) {
        const struct gs_json_value *rest = gs_json_without(value, m, arena);
        REQUIRE(rest != NULL && rest->count + 1 == value->count);
        REQUIRE(gs_json_member(rest, m->name) == NULL && gs_json_member(value, m->name) == m);
    }
    REQUIRE(gs_json_member(NULL, "a") == NULL && gs_json_item(value, value->count) == NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct gs_arena arena;
    struct gs_json_error error = {0};
    char *bytes = exact_copy(data, size);
    gs_arena_init(&arena);
    const struct gs_json_value *value = gs_json_read(bytes, size, &arena, &error);
    /* What jansson refuses besides is of its own bounds. */
    const size_t flags = JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL | JSON_DECODE_ANY;
    json_t *theirs = value != NULL ? json_loadb(bytes, size, flags, NULL) : NULL;
    free(bytes);
    if (value == NULL) {
        REQUIRE(error.line > 0 && error.column > 0 && error.reason != NULL);
    } else {
        check_alike(value, theirs);
        leave_out(value, &arena);
        run_codecs(value);
    }
    json_decref(theirs);
    gs_arena_finish(&arena);
    return 0;
}
