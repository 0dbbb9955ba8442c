/* change: plate, trailer, containers, driver, declaration or reference of a booking. It reads the booking first and sends the change for
 * the version it has read; if somebody changed it meanwhile, the change is sent once more, unless he changed the same. */
#include "booking_view.h"
#include "commands.h"
#include "ref.h"
#include "request.h"
#include <stdlib.h>
#include <string.h>

const struct gs_cli_option gs_change_options[] = {
    {"plate", "PLATE", false, {"the tractor's plate", "牵引车车牌"}},
    {"colour", "COLOUR", false, {"blue, yellow, green, yellow_green; \"\": none", "车牌颜色；\"\" 为无"}},
    {"trailer", "PLATE", false, {"the trailer's plate; \"\": none", "挂车车牌；\"\" 为无"}},
    {"container", "NUMBER", true, {"container number, once or twice: all it has", "箱号，可给两个，取代原有的"}},
    {"driver-name", "NAME", false, {"the driver's name", "司机姓名"}},
    {"phone", "NUMBER", false, {"the driver's mobile", "司机手机"}},
    {"declaration", "NUMBER", false, {"declaration number, 18 digits; \"\": none", "报关单号，18 位；\"\" 为无"}},
    {"reference", "TEXT", false, {"the client's own number; \"\": none", "客户单号；\"\" 为无"}},
    GS_EXCEPTION_OPTIONS,
    {NULL, NULL, false, {NULL, NULL}}};

/* The members of the request that are one text each. */
static const struct {
    const char *option, *member, *inner; /* inner: a member of member */
    enum gs_word word;
} texts[] = {
    {"plate", "plate", NULL, W_PLATE},
    {"colour", "plate_colour", NULL, W_COLOUR},
    {"trailer", "trailer_plate", NULL, W_TRAILER},
    {"driver-name", "driver", "name", W_DRIVER},
    {"phone", "driver", "phone", W_PHONE},
    {"declaration", "declaration_no", NULL, W_DECLARATION},
    {"reference", "reference", NULL, W_REFERENCE},
};

/* "" takes away what may be missing; what must be there the daemon refuses to lose. */
static json_t *text_or_null(const char *value, bool inner)
{
    json_t *text = value[0] != '\0' || inner ? json_string(value) : json_null();
    return text != NULL ? text : json_string("\xef\xbf\xbd");
}

static json_t *make_body(const struct gs_args *args)
{
    json_t *body = json_object();
    const char *value = NULL;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        value = gs_args_get(args, texts[i].option);
        if (value != NULL && texts[i].inner == NULL) {
            json_object_set_new(body, texts[i].member, text_or_null(value, false));
        } else if (value != NULL) {
            json_t *inner = json_object_get(body, texts[i].member);
            if (inner == NULL) {
                inner = json_object();
                json_object_set_new(body, texts[i].member, inner);
            }
            json_object_set_new(inner, texts[i].inner, text_or_null(value, true));
        }
    }
    json_t *containers = gs_args_has(args, "container") ? json_array() : NULL;
    for (size_t i = 0; (value = gs_args_nth(args, "container", i)) != NULL; i++) {
        json_array_append_new(containers, json_string(value));
    }
    if (containers != NULL) {
        json_object_set_new(body, "containers", containers);
    }
    return body;
}

/* What of the booking the request is about, as a text. */
static void value_of(const json_t *booking, size_t index, char *out, size_t size)
{
    const json_t *from = texts[index].inner != NULL ? json_object_get(booking, texts[index].member) : booking;
    snprintf(out, size, "%s", gs_get_text(from, texts[index].inner != NULL ? texts[index].inner : texts[index].member));
}

static void print_conflict(struct gs_cli *cli, enum gs_word word, const char *before, const char *now)
{
    fprintf(cli->err, "  %s%s%s → %s\n", gs_cli_word(cli, word), gs_cli_word(cli, W_COLON),
            before[0] != '\0' ? before : "–", now[0] != '\0' ? now : "–");
}

/* Has somebody changed what we want to change? Each such thing is said. */
static bool conflicts(struct gs_cli *cli, const struct gs_args *args, const json_t *before, const json_t *now)
{
    char old[160], new[160];
    bool any = false;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        value_of(before, i, old, sizeof old);
        value_of(now, i, new, sizeof new);
        if (gs_args_has(args, texts[i].option) && strcmp(old, new) != 0) {
            (void)(any ? GS_EXIT_OK : gs_cli_fail(cli, GS_EXIT_CONFLICT, W_CHANGED_MEANWHILE, NULL));
            print_conflict(cli, texts[i].word, old, new);
            any = true;
        }
    }
    gs_join_texts(json_object_get(before, "containers"), old, sizeof old);
    gs_join_texts(json_object_get(now, "containers"), new, sizeof new);
    if (gs_args_has(args, "container") && strcmp(old, new) != 0) {
        (void)(any ? GS_EXIT_OK : gs_cli_fail(cli, GS_EXIT_CONFLICT, W_CHANGED_MEANWHILE, NULL));
        print_conflict(cli, W_CONTAINERS, old, new);
        any = true;
    }
    return any;
}

/* The change for the version of booking; GS_EXIT_OK with any answer. */
static enum gs_exit send_change(struct gs_cli *cli, const char *path, const char *body, const json_t *booking,
                                struct gs_cli_answer *out)
{
    char version[32];
    snprintf(version, sizeof version, "\"%lld\"", (long long)gs_get_int(booking, "version", 0));
    const struct gs_client_call call = {.method = "PATCH", .path = path, .body = body, .if_match = version};
    return gs_cli_try(cli, &call, out);
}

static enum gs_exit show_outcome(struct gs_cli *cli, const struct gs_cli_answer *r)
{
    if (r->response.status < 200 || r->response.status > 299) {
        return gs_cli_refused(cli, r);
    }
    if (cli->json) {
        gs_cli_print_body(cli, r);
    } else {
        gs_booking_sheet(cli, r->json);
    }
    return GS_EXIT_OK;
}

/* The first attempt found another version: a second one, if nothing of ours is touched. */
static enum gs_exit change_again(struct gs_cli *cli, const struct gs_args *args, const char *path, const char *body,
                                 const json_t *before)
{
    struct gs_cli_answer now, r = {0};
    gs_response_init(&r.response);
    enum gs_exit rc = gs_cli_get(cli, path, &now);
    if (rc == GS_EXIT_OK && conflicts(cli, args, before, now.json)) {
        rc = GS_EXIT_CONFLICT;
    } else if (rc == GS_EXIT_OK) {
        rc = send_change(cli, path, body, now.json, &r);
        rc = rc == GS_EXIT_OK ? show_outcome(cli, &r) : rc;
    }
    gs_cli_answer_finish(&r);
    gs_cli_answer_finish(&now);
    return rc;
}

static enum gs_exit change(struct gs_cli *cli, const struct gs_args *args, const char *path, const char *body)
{
    struct gs_cli_answer before, r = {0};
    gs_response_init(&r.response);
    enum gs_exit rc = gs_cli_get(cli, path, &before);
    rc = rc == GS_EXIT_OK ? send_change(cli, path, body, before.json, &r) : rc;
    if (rc == GS_EXIT_OK && r.response.status == 412) {
        rc = change_again(cli, args, path, body, before.json);
    } else if (rc == GS_EXIT_OK) {
        rc = show_outcome(cli, &r);
    }
    gs_cli_answer_finish(&r);
    gs_cli_answer_finish(&before);
    return rc;
}

enum gs_exit gs_cmd_change(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args)
{
    json_t *members = make_body(args);
    if (json_object_size(members) == 0) {
        json_decref(members);
        return gs_cli_usage(cli, self, W_NOTHING_TO_CHANGE, self->name, NULL);
    }
    gs_request_add_exception(args, members);
    char id[GS_REF_ID_MAX], path[GS_REF_PATH_MAX];
    char *body = gs_json_steal_text(members);
    enum gs_exit rc = body != NULL ? gs_ref_resolve(cli, gs_args_operand(args, 0), GS_REF_ONLY, id)
                                   : gs_cli_fail(cli, GS_EXIT_OTHER, W_NO_MEMORY, NULL);
    if (rc == GS_EXIT_OK) {
        snprintf(path, sizeof path, "/v1/bookings/%s", id);
        rc = change(cli, args, path, body);
    }
    free(body);
    return rc;
}
