/* docs/openapi.json says what the table of routes says (the same paths, methods, roles, parameters) and what the name tables say. */
#include "world.h"

#include "gate_text.h"
#include "gateslot/base/measures.h"
#include "gateslot/core/journal.h"
#include "gateslot/core/strikes.h"
#include "openapi.h"
#include "phrase.h"
#include "problem.h"
#include <ctype.h>
#include <stdio.h>

static json_t *description(void)
{
    json_t *doc = json_loadb(gs_openapi_text, gs_openapi_len, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(doc);
    return doc;
}

/* Pages are for browsers: the description is of the API. */
static bool is_page(const struct gs_route *r)
{
    return (r->flags & GS_ROUTE_PAGE) != 0;
}

static const json_t *operation_of(const json_t *doc, const struct gs_route *r)
{
    char method[16] = "";
    const char *name = gs_method_name(r->method);
    for (size_t i = 0; name[i] != '\0'; i++) {
        method[i] = (char)tolower((unsigned char)name[i]);
    }
    return json_object_get(json_object_get(json_object_get(doc, "paths"), r->path), method);
}

static void every_route_is_described_and_nothing_else(void **state)
{
    json_t *doc = description();
    const json_t *paths = json_object_get(doc, "paths");
    size_t described = 0;
    (void)state;
    for (void *at = json_object_iter((json_t *)paths); at != NULL; at = json_object_iter_next((json_t *)paths, at)) {
        described += json_object_size(json_object_iter_value(at));
    }
    for (size_t i = 0; i < gs_route_count; i++) {
        if (is_page(&gs_route_table[i])) {
            described++;
            continue;
        }
        print_message("# %s %s\n", gs_method_name(gs_route_table[i].method), gs_route_table[i].path);
        assert_non_null(operation_of(doc, &gs_route_table[i]));
    }
    assert_int_equal(described, gs_route_count);
    json_decref(doc);
}

static void roles_are_those_of_the_table(void **state)
{
    json_t *doc = description();
    (void)state;
    for (size_t i = 0; i < gs_route_count; i++) {
        const json_t *roles = json_object_get(operation_of(doc, &gs_route_table[i]), "x-roles");
        unsigned bits = 0;
        for (size_t k = 0; k < json_array_size(roles); k++) {
            enum gs_role role;
            assert_true(gs_role_parse(json_string_value(json_array_get(roles, k)), &role));
            bits |= 1U << role;
        }
        print_message("# %s\n", gs_route_table[i].path);
        assert_int_equal(bits, gs_route_table[i].roles);
    }
    json_decref(doc);
}

/* What a $ref names; what is none is itself. */
static const json_t *resolved(const json_t *doc, const json_t *node)
{
    const char *ref = json_string_value(json_object_get(node, "$ref"));
    if (ref == NULL) {
        return node;
    }
    const struct caught whole = {.json = (json_t *)(uintptr_t)doc};
    return at(&whole, ref + strlen("#/"));
}

/* The parameter of that place and name; NULL: there is none. */
static const json_t *parameter_of(const json_t *doc, const json_t *operation, const char *in, const char *name)
{
    const json_t *list = json_object_get(operation, "parameters");
    for (size_t k = 0; k < json_array_size(list); k++) {
        const json_t *p = resolved(doc, json_array_get(list, k));
        if (strcmp(json_string_value(json_object_get(p, "in")), in) == 0 &&
            strcmp(json_string_value(json_object_get(p, "name")), name) == 0) {
            return p;
        }
    }
    return NULL;
}

static bool describes(const json_t *doc, const json_t *operation, const char *in, const char *name)
{
    return parameter_of(doc, operation, in, name) != NULL;
}

/* How many parameters of a place are described. */
static size_t count_of(const json_t *doc, const json_t *operation, const char *in)
{
    const json_t *list = json_object_get(operation, "parameters");
    size_t count = 0;
    for (size_t k = 0; k < json_array_size(list); k++) {
        const json_t *p = resolved(doc, json_array_get(list, k));
        count += strcmp(json_string_value(json_object_get(p, "in")), in) == 0 ? 1 : 0;
    }
    return count;
}

static void parameters_and_bodies_are_those_of_the_table(void **state)
{
    json_t *doc = description();
    (void)state;
    for (size_t i = 0; i < gs_route_count; i++) {
        const struct gs_route *r = &gs_route_table[i];
        const json_t *operation = operation_of(doc, r), *body = json_object_get(operation, "requestBody");
        if (is_page(r)) {
            continue;
        }
        print_message("# %s\n", r->path);
        size_t params = 0, parts = 0;
        for (; r->params != NULL && r->params[params] != NULL; params++) {
            assert_true(describes(doc, operation, "query", r->params[params]));
        }
        for (const char *part = strchr(r->path, '{'); part != NULL; part = strchr(part + 1, '{')) {
            parts++;
        }
        assert_int_equal(count_of(doc, operation, "query"), params);
        assert_int_equal(count_of(doc, operation, "path"), parts);
        assert_int_equal(describes(doc, operation, "header", "Idempotency-Key"), (r->flags & GS_ROUTE_KEY) != 0);
        assert_int_equal(
            json_is_true(json_object_get(parameter_of(doc, operation, "header", "Idempotency-Key"), "required")),
            (r->flags & GS_ROUTE_KEY_REQUIRED) != 0);
        assert_int_equal(body != NULL, (r->flags & (GS_ROUTE_BODY | GS_ROUTE_BODY_REQUIRED | GS_ROUTE_BODY_YAML)) != 0);
        if (r->flags & (GS_ROUTE_BODY_REQUIRED | GS_ROUTE_BODY_YAML)) {
            assert_true(json_is_true(json_object_get(body, "required")));
        }
    }
    json_decref(doc);
}

/* A code that a call can be answered with, under its status. */
static bool answers(const json_t *doc, const json_t *operation, enum gs_code code)
{
    char status[8];
    (void)snprintf(status, sizeof status, "%d", gs_code_status(code));
    const json_t *answer = resolved(doc, json_object_get(json_object_get(operation, "responses"), status));
    const json_t *content = json_object_get(json_object_get(answer, "content"), "application/problem+json");
    const json_t *own = json_array_get(json_object_get(json_object_get(content, "schema"), "allOf"), 1);
    const json_t *codes = json_object_get(json_object_get(json_object_get(own, "properties"), "code"), "enum");
    for (size_t i = 0; i < json_array_size(codes); i++) {
        if (strcmp(json_string_value(json_array_get(codes, i)), gs_code_name(code)) == 0) {
            return true;
        }
    }
    return false;
}

/* What the row of a route says can be wrong with a request to it, the description lists, by code and status. */
static void refusals_follow_from_the_row_of_the_route(void **state)
{
    enum {
        ANY_ROLE = 1U << GS_ROLE_BACKEND | 1U << GS_ROLE_GATE | 1U << GS_ROLE_SUPERVISOR | 1U << GS_ROLE_DISPLAY |
                   1U << GS_ROLE_METRICS
    };
    const unsigned bodies = GS_ROUTE_BODY | GS_ROUTE_BODY_REQUIRED | GS_ROUTE_BODY_YAML;
    json_t *doc = description();
    (void)state;
    for (size_t i = 0; i < gs_route_count; i++) {
        const struct gs_route *r = &gs_route_table[i];
        if (is_page(r)) {
            continue;
        }
        const json_t *operation = operation_of(doc, r);
        const bool known = (r->flags & GS_ROUTE_PUBLIC) == 0, body = (r->flags & bodies) != 0;
        const struct {
            enum gs_code code;
            bool can;
        } rows[] = {
            {GS_CODE_BAD_REQUEST, true},
            {GS_CODE_RATE_LIMITED, true},
            {GS_CODE_TOO_LARGE, true},
            {GS_CODE_HEADERS_TOO_LARGE, true},
            {GS_CODE_OVERLOADED, true},
            {GS_CODE_UNAUTHORIZED, known},
            {GS_CODE_FORBIDDEN, known && r->roles != ANY_ROLE},
            {GS_CODE_CSRF, known && r->method != GS_GET},
            {GS_CODE_VALIDATION, known || body},
            {GS_CODE_NOT_FOUND, strchr(r->path, '{') != NULL},
            {GS_CODE_INVALID_JSON, body && (r->flags & GS_ROUTE_BODY_YAML) == 0},
            {GS_CODE_UNSUPPORTED_MEDIA_TYPE, body},
            {GS_CODE_IDEMPOTENCY_KEY_MISSING, (r->flags & GS_ROUTE_KEY_REQUIRED) != 0},
            {GS_CODE_IDEMPOTENCY_KEY_REUSED, (r->flags & GS_ROUTE_KEY) != 0},
            {GS_CODE_VERSION_MISMATCH, describes(doc, operation, "header", "If-Match")},
            {GS_CODE_PRECONDITION_REQUIRED,
             json_is_true(json_object_get(parameter_of(doc, operation, "header", "If-Match"), "required"))},
        };
        for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
            print_message("# %s %s: %s\n", gs_method_name(r->method), r->path, gs_code_name(rows[k].code));
            assert_true(!rows[k].can || answers(doc, operation, rows[k].code));
        }
    }
    json_decref(doc);
}

static void all_members_of(const json_t *schema, const struct caught *c)
{
    const json_t *named = json_object_get(schema, "properties");
    assert_int_equal(json_object_size(named), json_object_size(c->json));
    assert_in_range(json_array_size(json_object_get(schema, "required")), json_object_size(named) - 1,
                    json_object_size(named));
    for (void *i = json_object_iter(c->json); i != NULL; i = json_object_iter_next(c->json, i)) {
        print_message("# %s\n", json_object_iter_key(i));
        assert_non_null(json_object_get(named, json_object_iter_key(i)));
    }
}

static void answers_have_the_members_described(void **state)
{
    struct gs_http *w = *state;
    json_t *doc = description();
    const json_t *schemas = json_object_get(json_object_get(doc, "components"), "schemas");
    char path[64];
    snprintf(path, sizeof path, "/v1/bookings/%s", booked(w, 1, NULL));
    all_members_of(json_object_get(schemas, "Booking"), world_ask(w, "GET", path, "gate", NULL, NULL));
    all_members_of(json_object_get(schemas, "Site"), world_ask(w, "GET", "/v1/site", "gate", NULL, NULL));
    all_members_of(json_object_get(schemas, "DailyReport"),
                   world_ask(w, "GET", "/v1/reports/daily", "gate", NULL, NULL));
    all_members_of(json_object_get(schemas, "DaemonStatus"), world_ask(w, "GET", "/v1/status", "gate", NULL, NULL));
    all_members_of(json_object_get(schemas, "RangeReport"), world_ask(w, "GET", "/v1/reports", "gate", NULL, NULL));
    all_members_of(json_object_get(schemas, "EventList"), world_ask(w, "GET", "/v1/events", "gate", NULL, NULL));
    all_members_of(json_object_get(schemas, "GateDecision"),
                   world_ask(w, "POST", "/v1/gate/check", "gate", "{\"plate\":\"浙D00001\"}", NULL));
    all_members_of(json_object_get(schemas, "CapacityPlan"),
                   world_ask(w, "PUT", "/v1/capacity/" DAY "/morning", "supervisor", "{\"capacity\":41}", NULL));
    all_members_of(json_object_get(schemas, "DisplayYard"), world_ask(w, "GET", "/v1/yard", "display", NULL, NULL));
    all_members_of(json_object_get(schemas, "DisplayList"),
                   world_ask(w, "GET", "/v1/gate/list", "display", NULL, NULL));
    all_members_of(json_object_get(schemas, "Audit"), world_ask(w, "GET", "/v1/audit", "supervisor", NULL, NULL));
    w->replay_report = (struct gs_replay_report){.differing = 1, .difference_count = 1};
    w->replay_report.outcomes[GS_CMD_BOOK][GS_CODE_FULL] = 1;
    const struct caught *replay = world_ask(w, "GET", "/v1/audit/decisions", "supervisor", NULL, NULL);
    all_members_of(json_object_get(schemas, "Replay"), replay);
    json_decref(doc);
}

/* ---- lists of words ---- */

static const char *status_name(int i)
{
    return gs_status_name((enum gs_status)i);
}

/* No token is the system's. */
static const char *role_name(int i)
{
    return i == GS_ROLE_SYSTEM ? NULL : gs_role_name((enum gs_role)i);
}

static const char *actor_role(int i)
{
    return gs_role_name((enum gs_role)i);
}

static const char *why_name(int i)
{
    return i == GS_WHY_NONE ? NULL : gs_why_name((enum gs_why)i);
}

static const char *command_name(int i)
{
    return gs_command_kind_name((enum gs_command_kind)i);
}

static const char *exception_name(int i)
{
    return gs_exception_name((enum gs_exception)(1U << (unsigned)i));
}

static const char *warning_name(int i)
{
    return gs_warning_code((enum gs_warning)(1U << (unsigned)i));
}

static const char *strike_state(int i)
{
    return gs_strike_state_name((enum gs_strike_state)i);
}

static const char *lang_name(int i)
{
    return gs_lang_tag((enum gs_lang)i);
}

static const char *problem_code(int i)
{
    return i == GS_CODE_OK ? NULL : gs_code_name((enum gs_code)i);
}

static const char *fault_code(int i)
{
    return gs_fault_code((enum gs_fault_kind)i);
}

static const char *event_type(int i)
{
    return gs_event_type_name((enum gs_event_type)i);
}

static const char *gate_code(int i)
{
    return gs_gate_code_name((enum gs_gate_code)i);
}

static const char *decision_name(int i)
{
    return gs_decision_name((enum gs_decision)i);
}

static const char *colour_name(int i)
{
    return i == GS_PLATE_COLOUR_NONE ? NULL : gs_plate_colour_name((enum gs_plate_colour)i);
}

static const char *difference_name(int i)
{
    return gs_replay_what_name((enum gs_replay_what)i);
}

static const json_t *list_of(const json_t *doc, const char *path)
{
    const struct caught schemas = {.json = json_object_get(json_object_get(doc, "components"), "schemas")};
    return at(&schemas, path);
}

static bool lists(const json_t *list, const char *name)
{
    for (size_t k = 0; k < json_array_size(list); k++) {
        const char *value = json_string_value(json_array_get(list, k));
        if (value != NULL && strcmp(value, name) == 0) {
            return true;
        }
    }
    return false;
}

/* A word added to a name table is missing in the description until it is added there too, and the other way round. */
static void the_lists_of_words_are_those_of_the_name_tables(void **state)
{
    static const struct {
        const char *path;
        const char *(*name)(int i); /* NULL: not shown */
        int count;
    } rows[] = {
        {"Status/enum", status_name, GS_STATUSES},
        {"Role/enum", role_name, GS_ROLES},
        {"ProblemCode/enum", problem_code, GS_CODE_KINDS},
        {"FaultCode/enum", fault_code, GS_FAULT_KINDS},
        {"EventType/enum", event_type, GS_EVENT_TYPES},
        {"GateCode/enum", gate_code, GS_GATE_KINDS},
        {"Decision/enum", decision_name, GS_REJECT + 1},
        {"PlateColour/enum", colour_name, GS_PLATE_YELLOW_GREEN + 1},
        {"ReplayDifference/enum", difference_name, GS_REPLAY_DAMAGED + 1},
        {"ActorRole/enum", actor_role, GS_ROLES},
        {"Why/enum", why_name, GS_WHYS},
        {"Command/enum", command_name, GS_CMD_KINDS},
        {"ExceptionRule/enum", exception_name, 3},
        {"Warning/enum", warning_name, 2},
        {"StrikeState/enum", strike_state, GS_STRIKE_STATES},
        {"Language/enum", lang_name, 2},
    };
    json_t *doc = description();
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const json_t *list = list_of(doc, rows[i].path);
        size_t shown = 0, words = 0;
        print_message("# %s\n", rows[i].path);
        for (int n = 0; n < rows[i].count; n++) {
            const char *name = rows[i].name(n);
            if (name != NULL) {
                print_message("# %s\n", name);
                assert_true(lists(list, name));
                shown++;
            }
        }
        for (size_t k = 0; k < json_array_size(list); k++) {
            words += json_is_string(json_array_get(list, k)) ? 1 : 0; /* null is a colour not given */
        }
        assert_int_equal(words, shown);
    }
    json_decref(doc);
}

static void the_measures_of_reports_are_those_of_the_table(void **state)
{
    json_t *doc = description();
    const json_t *named = list_of(doc, "ReportSum/properties");
    (void)state;
    assert_int_equal(json_object_size(named), gs_measure_count);
    for (size_t i = 0; i < gs_measure_count; i++) {
        print_message("# %s\n", gs_measures[i].name);
        assert_non_null(json_object_get(named, gs_measures[i].name));
        assert_ptr_equal(gs_measure_named(gs_measures[i].name), &gs_measures[i]); /* no name stands twice */
        assert_non_null(gs_measures[i].en);
        assert_non_null(gs_measures[i].zh);
        assert_non_null(gs_measures[i].short_en);
        assert_non_null(gs_measures[i].short_zh);
    }
    json_decref(doc);
}

/* The list of problem codes is in the order of the numbers that the journal keeps: a new one stands at the end, and none is ever
 * moved. (Those that were there at first are pinned in tests/core/leaf, too.) */
static void problem_codes_stand_in_the_order_of_their_numbers(void **state)
{
    json_t *doc = description();
    const json_t *list = list_of(doc, "ProblemCode/enum"), *statuses = list_of(doc, "ProblemCode/x-statuses");
    (void)state;
    assert_int_equal(json_array_size(list), GS_CODE_KINDS - 1);
    assert_int_equal(json_object_size(statuses), GS_CODE_KINDS - 1);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const enum gs_code code = (enum gs_code)(i + 1);
        assert_string_equal(json_string_value(json_array_get(list, i)), gs_code_name(code));
        assert_int_equal(json_integer_value(json_object_get(statuses, gs_code_name(code))), gs_code_status(code));
    }
    json_decref(doc);
}

/* A client's author finds each of these words explained where it is listed. */
static void every_word_of_a_list_is_explained(void **state)
{
    static const char *const lists[] = {
        "ProblemCode", "FaultCode",     "EventType",   "Status",           "GateCode",    "Decision",     "Why",
        "Warning",     "ExceptionRule", "PlateColour", "ReplayDifference", "StrikeState", "HealthProblem"};
    json_t *doc = description();
    char path[64];
    (void)state;
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        const char *said = json_string_value(json_object_get(list_of(doc, lists[i]), "description"));
        (void)snprintf(path, sizeof path, "%s/enum", lists[i]);
        assert_non_null(said);
        for (size_t w = 0; w < json_array_size(list_of(doc, path)); w++) {
            const char *word = json_string_value(json_array_get(list_of(doc, path), w));
            print_message("# %s %s\n", lists[i], word);
            assert_non_null(strstr(said, word));
        }
    }
    json_decref(doc);
}

static const char *chinese(const json_t *doc, const char *list, const char *word)
{
    return json_string_value(json_object_get(json_object_get(list_of(doc, list), "x-enum-descriptions-zh"), word));
}

/* What end users meet stands there in Chinese too, the words that the daemon itself says as it says them. */
static void what_people_meet_is_described_in_chinese_too(void **state)
{
    static const char *const lists[] = {
        "ProblemCode", "FaultCode",     "EventType",   "Status",   "Role",        "GateCode",    "Decision", "Why",
        "Warning",     "ExceptionRule", "PlateColour", "Priority", "StrikeCause", "StrikeState", "Step",     "Changed"};
    json_t *doc = description();
    char path[64];
    (void)state;
    for (size_t i = 0; i < gs_route_count; i++) {
        print_message("# %s\n", gs_route_table[i].path);
        assert_true(is_page(&gs_route_table[i]) ||
                    json_is_string(json_object_get(operation_of(doc, &gs_route_table[i]), "x-summary-zh")));
    }
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        (void)snprintf(path, sizeof path, "%s/enum", lists[i]);
        for (size_t w = 0; w < json_array_size(list_of(doc, path)); w++) {
            const char *word = json_string_value(json_array_get(list_of(doc, path), w));
            print_message("# %s %s\n", lists[i], word);
            assert_non_null(chinese(doc, lists[i], word));
        }
    }
    for (int i = 1; i < GS_CODE_KINDS; i++) {
        assert_string_equal(chinese(doc, "ProblemCode", gs_code_name((enum gs_code)i)),
                            gs_code_title((enum gs_code)i, GS_LANG_ZH));
    }
    for (int i = 0; i < GS_STATUSES; i++) {
        assert_string_equal(chinese(doc, "Status", status_name(i)), gs_status_words((enum gs_status)i, GS_LANG_ZH));
    }
    for (int i = 0; i < GS_ROLES; i++) {
        assert_string_equal(chinese(doc, "ActorRole", actor_role(i)), gs_role_words((enum gs_role)i, GS_LANG_ZH));
    }
    for (int i = GS_ADMIT; i <= GS_REJECT; i++) {
        assert_string_equal(chinese(doc, "Decision", decision_name(i)),
                            gs_decision_words(decision_name(i), GS_LANG_ZH));
    }
    json_decref(doc);
}

/* Every type of event is of one kind of event, which says what it carries. */
static void every_event_has_its_kind(void **state)
{
    json_t *doc = description();
    const json_t *kinds = list_of(doc, "Event/oneOf");
    size_t types = 0;
    (void)state;
    for (size_t i = 0; i < json_array_size(kinds); i++) {
        const json_t *own = json_array_get(json_object_get(resolved(doc, json_array_get(kinds, i)), "allOf"), 1);
        const json_t *list = json_object_get(json_object_get(json_object_get(own, "properties"), "type"), "enum");
        types += json_array_size(list);
        for (size_t k = 0; k < json_array_size(list); k++) {
            assert_true(lists(list_of(doc, "EventType/enum"), json_string_value(json_array_get(list, k))));
        }
    }
    assert_int_equal(types, GS_EVENT_TYPES);
    json_decref(doc);
}

static void a_booking_in_the_yard_has_all_that_a_booking_has(void **state)
{
    static const char *const lists[] = {"YardBooking/properties", "HeldBooking/properties"};
    json_t *doc = description(), *value = NULL;
    const char *name = NULL;
    (void)state;
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        json_object_foreach((json_t *)(uintptr_t)list_of(doc, "Booking/properties"), name, value)
        {
            print_message("# %s %s\n", lists[i], name);
            assert_non_null(json_object_get(list_of(doc, lists[i]), name));
        }
    }
    json_decref(doc);
}

static void it_is_served_as_it_stands(void **state)
{
    const struct caught *c = world_ask(*state, "GET", "/v1/openapi.json", "display", NULL, NULL);
    assert_int_equal(c->status, 200);
    assert_string_equal(text(c, "openapi"), "3.1.0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_route_is_described_and_nothing_else),
        cmocka_unit_test(roles_are_those_of_the_table),
        cmocka_unit_test(parameters_and_bodies_are_those_of_the_table),
        cmocka_unit_test(refusals_follow_from_the_row_of_the_route),
        cmocka_unit_test(every_event_has_its_kind),
        cmocka_unit_test(what_people_meet_is_described_in_chinese_too),
        cmocka_unit_test(problem_codes_stand_in_the_order_of_their_numbers),
        cmocka_unit_test(every_word_of_a_list_is_explained),
        cmocka_unit_test(a_booking_in_the_yard_has_all_that_a_booking_has),
        cmocka_unit_test(the_measures_of_reports_are_those_of_the_table),
        cmocka_unit_test(the_lists_of_words_are_those_of_the_name_tables),
        cmocka_unit_test_setup_teardown(answers_have_the_members_described, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(it_is_served_as_it_stands, world_setup, world_teardown),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
