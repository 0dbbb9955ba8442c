/* token create, list, revoke, confirm. A new token goes to stdout alone, so that it can be sent into a file. */
#include "commands.h"
#include "named_call.h"
#include "text_table.h"
#include <stdlib.h>
#include <string.h>

const struct gs_cli_option gs_token_create_options[] = {
    {"name", "NAME", false, {"whose token it is", "名称"}},
    {"role",
     "ROLE",
     false,
     {"backend, gate, supervisor, display or metrics", "角色：backend、gate、supervisor、display、metrics"}},
    {"expires", "DATE", false, {"last day it is valid; left out: no end", "最后有效日；不给则长期有效"}},
    {NULL, NULL, false, {NULL, NULL}}};

/* The instant the last valid day ends, in the site's zone. */
static enum gs_exit end_of(struct gs_cli *cli, const char *word, char out[GS_RFC3339_TEXT])
{
    char text[GS_DATE_TEXT];
    gs_date date = 0;
    enum gs_exit rc = gs_cli_date(cli, word, text);
    if (rc == GS_EXIT_OK) {
        rc = gs_cli_site(cli);
    }
    if (rc == GS_EXIT_OK && gs_date_parse(text, strlen(text), &date) == GS_OK) {
        gs_rfc3339_format(gs_tz_instant(cli->site.tz, date + 1, 0), cli->site.tz, out);
    }
    return rc;
}

static enum gs_exit make_body(struct gs_cli *cli, const struct gs_args *args, char **out_body)
{
    json_t *body = json_pack("{s:s, s:s}", "name", gs_args_get(args, "name"), "role", gs_args_get(args, "role"));
    const char *expires = gs_args_get(args, "expires");
    if (expires != NULL) {
        char until[GS_RFC3339_TEXT];
        enum gs_exit rc = end_of(cli, expires, until);
        if (rc != GS_EXIT_OK) {
            json_decref(body);
            return rc;
        }
        json_object_set_new(body, "expires_at", json_string(until));
    }
    *out_body = gs_json_steal_text(body);
    return *out_body != NULL ? GS_EXIT_OK : gs_cli_fail(cli, GS_EXIT_OTHER, W_NO_MEMORY, NULL);
}

enum gs_exit gs_cmd_token_create(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args)
{
    if (!gs_args_has(args, "name") || !gs_args_has(args, "role")) {
        return gs_cli_usage(cli, self, W_OPTION_MISSING, self->name, gs_args_has(args, "name") ? "--role" : "--name");
    }
    char *body = NULL;
    enum gs_exit rc = make_body(cli, args, &body);
    if (rc != GS_EXIT_OK) {
        return rc;
    }
    struct gs_cli_answer r;
    rc = gs_cli_post(cli, "/v1/tokens", body, NULL, &r);
    if (rc == GS_EXIT_OK && cli->json) {
        gs_cli_print_body(cli, &r);
    } else if (rc == GS_EXIT_OK) {
        fprintf(cli->err, "%s\n", gs_cli_word(cli, W_TOKEN_ONCE));
        fprintf(cli->out, "%s\n", gs_get_text(r.json, "token"));
    }
    gs_cli_answer_finish(&r);
    free(body);
    return rc;
}

enum gs_exit gs_cmd_token_list(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args)
{
    (void)self;
    (void)args;
    static const struct gs_column columns[] = {
        {W_NAME, 0}, {W_ROLE, 0}, {W_CREATED, GS_COL_DROP(2)}, {W_EXPIRES, 0}, {W_LAST_USED, GS_COL_DROP(1)},
        {W_NOTE, 0}};
    struct gs_cli_answer r;
    enum gs_exit rc = gs_cli_get(cli, "/v1/tokens", &r);
    if (rc == GS_EXIT_OK && cli->json) {
        gs_cli_print_body(cli, &r);
    } else if (rc == GS_EXIT_OK) {
        struct gs_text_table *t = gs_text_table_create(cli, columns, 6);
        size_t i;
        const json_t *token;
        json_array_foreach(json_object_get(r.json, "items"), i, token)
        {
            char created[20], expires[20], used[20];
            gs_date_time_of(gs_get_text(token, "created_at"), created);
            gs_date_time_of(gs_get_text(token, "expires_at"), expires);
            gs_date_time_of(gs_get_text(token, "last_used_at"), used);
            gs_text_table_row(t);
            gs_text_table_text(t, gs_get_text(token, "name"));
            gs_text_table_text(t, gs_get_text(token, "role"));
            gs_text_table_text(t, created);
            gs_text_table_text(t, expires);
            gs_text_table_text(t, used);
            gs_text_table_text(t, json_is_false(json_object_get(token, "confirmed")) ? gs_cli_word(cli, W_TO_CONFIRM)
                                                                                     : "");
        }
        gs_text_table_print(t, cli->out);
        gs_text_table_destroy(t);
    }
    gs_cli_answer_finish(&r);
    return rc;
}

enum gs_exit gs_cmd_token_revoke(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args)
{
    (void)self;
    return gs_cli_call_named(cli, args, &(struct gs_named_call){"DELETE", "/v1/tokens", "", NULL, W_REVOKED});
}

enum gs_exit gs_cmd_token_confirm(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args)
{
    (void)self;
    return gs_cli_call_named(cli, args, &(struct gs_named_call){"POST", "/v1/tokens", "/confirm", NULL, W_CONFIRMED});
}
