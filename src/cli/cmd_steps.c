/* The steps of a booking that exists: cancel, arrive, enter, clear, depart, refuse, revert, reinstate, delay, and reschedule. */
#include "booking_view.h"
#include "commands.h"
#include "moment.h"
#include "ref.h"
#include "request.h"
#include <stdlib.h>
#include <string.h>

#define REASON                                                                                                         \
    {                                                                                                                  \
        "reason", "TEXT", false,                                                                                       \
        {                                                                                                              \
            "why", "原因"                                                                                            \
        }                                                                                                              \
    }
#define END_OF_OPTIONS                                                                                                 \
    {                                                                                                                  \
        NULL, NULL, false,                                                                                             \
        {                                                                                                              \
            NULL, NULL                                                                                                 \
        }                                                                                                              \
    }

#define AT                                                                                                             \
    {                                                                                                                  \
        "at", "TIME", false,                                                                                           \
        {                                                                                                              \
            "when it happened (10:05, yesterday 23:50), if not now",                                                   \
                "实际发生的时间（10:05、昨天 23:50），不给则为现在"                                 \
        }                                                                                                              \
    }

const struct gs_cli_option gs_reason_options[] = {REASON, END_OF_OPTIONS};
const struct gs_cli_option gs_timed_options[] = {AT, REASON, END_OF_OPTIONS};
const struct gs_cli_option gs_enter_options[] = {
    AT,
    {"override",
     NULL,
     false,
     {"past a hold (supervisors, with --reason)", "不必等候，破例放入（仅主管，须 --reason）"}},
    REASON,
    END_OF_OPTIONS};
const struct gs_cli_option gs_reschedule_options[] = {
    {"date", "DATE", false, {"the new day; left out: the same", "新日期；不给则不变"}},
    {"window", "WINDOW", true, {"a window that is acceptable; left out: as before", "可接受的周转时段；不给则不变"}},
    {"slot", "HH:MM", false, {"preferred start", "希望的开始时间"}},
    GS_EXCEPTION_OPTIONS,
    END_OF_OPTIONS};

static bool is_over(const json_t *booking)
{
    static const char *const over[] = {"departed", "cancelled", "expired", "no_show", "refused"};
    for (size_t i = 0; i < sizeof over / sizeof over[0]; i++) {
        if (strcmp(gs_get_text(booking, "status"), over[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* A step that was refused. What the daemon does not find to step on may be a past booking: then what became of it is said. */
static enum gs_exit refused(struct gs_cli *cli, const char *id, const struct gs_cli_answer *answer)
{
    char path[GS_REF_PATH_MAX];
    struct gs_cli_answer r;
    if (answer->response.status != 404) {
        return gs_cli_refused(cli, answer);
    }
    snprintf(path, sizeof path, "/v1/bookings/%s", id);
    const struct gs_client_call call = {.method = "GET", .path = path};
    enum gs_exit rc = gs_cli_try(cli, &call, &r);
    if (rc == GS_EXIT_OK && r.response.status == 200 && is_over(r.json)) {
        rc = gs_cli_fail(cli, GS_EXIT_CONFLICT, W_IT_IS_OVER, NULL);
        gs_booking_line(cli, cli->err, r.json);
    } else if (rc == GS_EXIT_OK) {
        rc = gs_cli_refused(cli, answer);
    }
    gs_cli_answer_finish(&r);
    return rc;
}

static enum gs_exit show_line(struct gs_cli *cli, const json_t *booking)
{
    if (!cli->json) {
        gs_booking_line(cli, cli->out, booking);
    }
    return GS_EXIT_OK;
}

static enum gs_exit show_ticket(struct gs_cli *cli, const json_t *booking)
{
    if (!cli->json) {
        gs_booking_ticket(cli, booking);
    }
    return GS_EXIT_OK;
}

/* A truck that is held has not come in, and whoever opens the barrier by the exit status must know. */
static enum gs_exit show_admitted(struct gs_cli *cli, const json_t *answer)
{
    if (!cli->json) {
        gs_decision_line(cli, answer);
        gs_booking_line(cli, cli->out, json_object_get(answer, "booking"));
    }
    return strcmp(gs_get_text(answer, "decision"), "admit") == 0 ? GS_EXIT_OK : GS_EXIT_CONFLICT;
}

/* POST /v1/bookings/{id}/{step}; body is taken over. show lays the answer out, but not with --json, and says how it is to be told. */
static enum gs_exit post_step(struct gs_cli *cli, const char *ref, enum gs_ref_pick pick, const char *step,
                              json_t *body, enum gs_exit (*show)(struct gs_cli *cli, const json_t *answer))
{
    char id[GS_REF_ID_MAX];
    char *text = gs_json_steal_text(body);
    enum gs_exit rc = text != NULL ? gs_ref_resolve(cli, ref, pick, id) : GS_EXIT_OTHER;
    if (rc != GS_EXIT_OK) {
        goto free_text;
    }
    struct gs_buf path;
    struct gs_cli_answer r;
    gs_buf_init(&path, 512);
    gs_buf_str(&path, "/v1/bookings");
    gs_path_segment(&path, id);
    gs_path_segment(&path, step);
    if (gs_buf_status(&path) != GS_OK) {
        rc = gs_cli_fail(cli, GS_EXIT_OTHER, W_NO_MEMORY, NULL);
        goto finish_path;
    }
    rc = gs_cli_try_post(cli, path.data, text, &r);
    if (rc == GS_EXIT_OK && (r.response.status < 200 || r.response.status > 299)) {
        rc = refused(cli, id, &r);
    } else if (rc == GS_EXIT_OK && cli->json) {
        gs_cli_print_body(cli, &r);
    }
    if (rc == GS_EXIT_OK) {
        rc = show(cli, r.json);
    }
    gs_cli_answer_finish(&r);
finish_path:
    gs_buf_finish(&path);
free_text:
    free(text);
    return rc;
}

/* at: when it happened; "": now. */
static json_t *step_body(const struct gs_args *args, const char *at)
{
    json_t *body = json_object();
    const char *reason = gs_args_get(args, "reason");
    if (reason != NULL) {
        json_object_set_new(body, "reason", json_string(reason));
    }
    if (at[0] != '\0') {
        json_object_set_new(body, "at", json_string(at));
    }
    if (gs_args_has(args, "override")) {
        json_object_set_new(body, "override", json_true());
    }
    return body;
}

/* One step for each of the trucks named; one that fails is told, and the others take theirs all the same. */
static enum gs_exit step_all(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args,
                             enum gs_ref_pick pick, enum gs_exit (*show)(struct gs_cli *cli, const json_t *answer))
{
    char at[GS_RFC3339_TEXT] = "";
    const char *typed = gs_args_get(args, "at");
    enum gs_exit worst = typed != NULL ? gs_cli_moment(cli, self, "--at", typed, at) : GS_EXIT_OK;
    if (worst != GS_EXIT_OK) {
        return worst;
    }
    for (size_t i = 0; i < args->operand_count && worst != GS_EXIT_UNREACHABLE; i++) {
        enum gs_exit rc = post_step(cli, gs_args_operand(args, i), pick, self->name, step_body(args, at), show);
        worst = worst == GS_EXIT_OK ? rc : worst;
    }
    return worst;
}

enum gs_exit gs_cmd_step(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args)
{
    bool gate = strcmp(self->name, "cancel") != 0 && strcmp(self->name, "delay") != 0;
    return step_all(cli, self, args, gate ? GS_REF_NEAREST : GS_REF_ONLY,
                    strcmp(self->name, "delay") == 0 ? show_ticket : show_line);
}

enum gs_exit gs_cmd_admit(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args)
{
    return step_all(cli, self, args, GS_REF_NEAREST, show_admitted);
}

enum gs_exit gs_cmd_reschedule(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args)
{
    if (args->given_count == 0) {
        return gs_cli_usage(cli, self, W_OPTION_MISSING, self->name, "--date, --window, --slot");
    }
    json_t *body = json_object();
    enum gs_exit rc = gs_request_add_wish(cli, args, body);
    gs_request_add_exception(args, body);
    if (rc != GS_EXIT_OK) {
        json_decref(body);
        return rc;
    }
    rc = post_step(cli, gs_args_operand(args, 0), GS_REF_ONLY, self->name, body, show_ticket);
    gs_request_hint(cli, args, rc);
    return rc;
}
