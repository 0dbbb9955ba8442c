/* user create, list, change, passwd, disable, enable, confirm, delete: the people who may log in. */
#include "commands.h"
#include "named_call.h"
#include "password.h"
#include "text_table.h"
#include <stdlib.h>
#include <string.h>

#define ROLE_OPTION                                                                                                     \
    {                                                                                                                   \
        "role", "ROLE", false,                                                                                          \
        {                                                                                                               \
            "gate, supervisor, display, backend or metrics", "角色：gate、supervisor、display、backend、metrics" \
        }                                                                                                               \
    }
#define LANGUAGE_OPTION                                                                                                \
    {                                                                                                                  \
        "language", "LANG", false,                                                                                     \
        {                                                                                                              \
            "zh-CN or en; left out: as the browser says", "语言：zh-CN 或 en；不给则随浏览器"              \
        }                                                                                                              \
    }

const struct gs_cli_option gs_user_create_options[] = {ROLE_OPTION, LANGUAGE_OPTION, {NULL, NULL, false, {NULL, NULL}}};
const struct gs_cli_option gs_user_change_options[] = {ROLE_OPTION, LANGUAGE_OPTION, {NULL, NULL, false, {NULL, NULL}}};

/* A call about the user that the operand names; done: what then is true of him. body: NULL, none. */
static enum gs_exit call_user(struct gs_cli *cli, const struct gs_args *args, const char *method, const char *below,
                              const char *body, enum gs_word done)
{
    return gs_cli_call_named(cli, args, &(struct gs_named_call){method, "/v1/users", below, body, done});
}

/* Takes the body, and leaves nothing of it. */
static void wipe(char *body)
{
    if (body != NULL) {
        explicit_bzero(body, strlen(body));
        free(body);
    }
}

static void set_options(json_t *body, const struct gs_args *args)
{
    if (gs_args_has(args, "role")) {
        json_object_set_new(body, "role", json_string(gs_args_get(args, "role")));
    }
    if (gs_args_has(args, "language")) {
        json_object_set_new(body, "language", json_string(gs_args_get(args, "language")));
    }
}

enum gs_exit gs_cmd_user_create(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args)
{
    char password[GS_PASSWORD_TYPED_MAX] = "";
    if (!gs_args_has(args, "role")) {
        return gs_cli_usage(cli, self, W_OPTION_MISSING, self->name, "--role");
    }
    enum gs_exit rc = gs_cli_new_password(cli, gs_args_operand(args, 0), password);
    if (rc != GS_EXIT_OK) {
        return rc;
    }
    json_t *object = json_pack("{s:s, s:s}", "name", gs_args_operand(args, 0), "password", password);
    explicit_bzero(password, sizeof password);
    if (object == NULL) {
        return gs_cli_fail(cli, GS_EXIT_INVALID, W_NO_PASSWORD, NULL); /* it is no UTF-8 */
    }
    set_options(object, args);
    char *body = gs_json_steal_text(object);
    struct gs_cli_answer r;
    rc = gs_cli_post(cli, "/v1/users", body, NULL, &r);
    if (rc == GS_EXIT_OK) {
        gs_cli_say_done(cli, args, &r, W_CREATED_NOW);
    }
    gs_cli_answer_finish(&r);
    wipe(body);
    return rc;
}

/* Sends the new one, and leaves nothing of it. */
static enum gs_exit change_secret(struct gs_cli *cli, const struct gs_args *args, const char *member,
                                  char secret[GS_PASSWORD_TYPED_MAX], enum gs_word done)
{
    json_t *object = json_pack("{s:s}", member, secret);
    explicit_bzero(secret, GS_PASSWORD_TYPED_MAX);
    if (object == NULL) {
        return gs_cli_fail(cli, GS_EXIT_INVALID, W_NO_PASSWORD, NULL);
    }
    char *body = gs_json_steal_text(object);
    enum gs_exit rc = call_user(cli, args, "PATCH", "", body, done);
    wipe(body);
    return rc;
}

enum gs_exit gs_cmd_user_passwd(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args)
{
    char password[GS_PASSWORD_TYPED_MAX] = "";
    (void)self;
    enum gs_exit rc = gs_cli_new_password(cli, gs_args_operand(args, 0), password);
    if (rc != GS_EXIT_OK) {
        return rc;
    }
    return change_secret(cli, args, "password", password, W_PASSWORD_CHANGED);
}

const struct gs_cli_option gs_user_pin_options[] = {{"remove", NULL, false, {"none any more", "取消 PIN"}},
                                                    {NULL, NULL, false, {NULL, NULL}}};

enum gs_exit gs_cmd_user_pin(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args)
{
    char pin[GS_PASSWORD_TYPED_MAX] = "";
    (void)self;
    if (gs_args_has(args, "remove")) {
        return call_user(cli, args, "PATCH", "", "{\"pin\":null}", W_PIN_REMOVED);
    }
    enum gs_exit rc = gs_cli_new_pin(cli, gs_args_operand(args, 0), pin);
    if (rc != GS_EXIT_OK) {
        return rc;
    }
    return change_secret(cli, args, "pin", pin, W_PIN_CHANGED);
}

enum gs_exit gs_cmd_user_change(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args)
{
    if (!gs_args_has(args, "role") && !gs_args_has(args, "language")) {
        return gs_cli_usage(cli, self, W_OPTION_MISSING, self->name, "--role / --language");
    }
    json_t *object = json_object();
    set_options(object, args);
    char *body = gs_json_steal_text(object);
    enum gs_exit rc = call_user(cli, args, "PATCH", "", body, W_CHANGED);
    free(body);
    return rc;
}

enum gs_exit gs_cmd_user_disable(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args)
{
    (void)self;
    return call_user(cli, args, "PATCH", "", "{\"disabled\":true}", W_DISABLED);
}

enum gs_exit gs_cmd_user_enable(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args)
{
    (void)self;
    return call_user(cli, args, "PATCH", "", "{\"disabled\":false}", W_ENABLED);
}

enum gs_exit gs_cmd_user_confirm(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args)
{
    (void)self;
    return call_user(cli, args, "POST", "/confirm", NULL, W_CONFIRMED);
}

enum gs_exit gs_cmd_user_delete(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args)
{
    (void)self;
    return call_user(cli, args, "DELETE", "", NULL, W_DELETED);
}

static const char *state_of(struct gs_cli *cli, const json_t *user)
{
    return gs_get_bool(user, "disabled")                       ? gs_cli_word(cli, W_DISABLED)
           : json_is_false(json_object_get(user, "confirmed")) ? gs_cli_word(cli, W_TO_CONFIRM)
                                                               : "";
}

enum gs_exit gs_cmd_user_list(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args)
{
    static const struct gs_column columns[] = {{W_NAME, 0},
                                               {W_ROLE, 0},
                                               {W_LANGUAGE, GS_COL_DROP(3)},
                                               {W_CREATED, GS_COL_DROP(2)},
                                               {W_LAST_LOGIN, 0},
                                               {W_SESSIONS, GS_COL_DROP(1)},
                                               {W_NOTE, 0}};
    struct gs_cli_answer r;
    (void)self;
    (void)args;
    enum gs_exit rc = gs_cli_get(cli, "/v1/users", &r);
    if (rc == GS_EXIT_OK && cli->json) {
        gs_cli_print_body(cli, &r);
    } else if (rc == GS_EXIT_OK) {
        struct gs_text_table *t = gs_text_table_create(cli, columns, sizeof columns / sizeof columns[0]);
        size_t i;
        const json_t *user;
        json_array_foreach(json_object_get(r.json, "items"), i, user)
        {
            char created[20], login[20];
            gs_date_time_of(gs_get_text(user, "created_at"), created);
            gs_date_time_of(gs_get_text(user, "last_login_at"), login);
            gs_text_table_row(t);
            gs_text_table_text(t, gs_get_text(user, "name"));
            gs_text_table_text(t, gs_get_text(user, "role"));
            gs_text_table_text(t, gs_get_text(user, "language"));
            gs_text_table_text(t, created);
            gs_text_table_text(t, login);
            gs_text_table_int(t, gs_get_int(user, "sessions", 0));
            gs_text_table_text(t, state_of(cli, user));
        }
        gs_text_table_print(t, cli->out);
        gs_text_table_destroy(t);
    }
    gs_cli_answer_finish(&r);
    return rc;
}
