/* webhook create, list, change, test, secret, disable, enable, delete: where events are sent to. A secret goes to stdout alone, so that it can be
 * sent into a file. */
#include "commands.h"
#include "named_call.h"
#include "text_table.h"
#include "text_width.h"
#include "typed.h"
#include <stdlib.h>
#include <string.h>

#define BACKEND_OPTION                                                                                                 \
    {                                                                                                                  \
        "backend", "NAME", false,                                                                                      \
        {                                                                                                              \
            "only events of the bookings that this name made", "只要该名称所提交预约的事件"               \
        }                                                                                                              \
    }
#define TYPES_OPTION                                                                                                   \
    {                                                                                                                  \
        "types", "LIST", false,                                                                                        \
        {                                                                                                              \
            "only these, with commas: booking, booking.promoted, no_show …",                                           \
                "只要这些类型，以逗号分隔：booking、booking.promoted、no_show……"                    \
        }                                                                                                              \
    }

const struct gs_cli_option gs_webhook_create_options[] = {
    BACKEND_OPTION, TYPES_OPTION, {NULL, NULL, false, {NULL, NULL}}};
const struct gs_cli_option gs_webhook_change_options[] = {
    {"url", "URL", false, {"where to", "地址"}},
    {"backend", "NAME", false, {"whose bookings; all: events of everybody", "所属后端；all 为全部事件"}},
    {"types", "LIST", false, {"which types, with commas; all: every type", "事件类型，以逗号分隔；all 为全部"}},
    {NULL, NULL, false, {NULL, NULL}}};
const struct gs_cli_option gs_webhook_secret_options[] = {
    {"keep", "HOURS", false, {"how long the one before signs too; left out: 24", "旧密钥继续有效的小时数；不给为 24"}},
    {NULL, NULL, false, {NULL, NULL}}};

enum { TYPES_TYPED_MAX = 600 };

/* With commas, full-width ones too; "all": an empty list. NULL: too long. */
static json_t *types_of(const char *text)
{
    char plain[TYPES_TYPED_MAX];
    const char *at = plain, *word;
    size_t len;
    if (gs_typed_plain(text, plain, sizeof plain) != GS_OK) {
        return NULL;
    }
    json_t *list = json_array();
    while (strcmp(plain, "all") != 0 && (word = gs_typed_next(&at, &len)) != NULL) {
        (void)json_array_append_new(list, json_stringn(word, len));
    }
    return list;
}

static void set_options(json_t *body, const struct gs_args *args)
{
    const char *backend = gs_args_get(args, "backend"), *types = gs_args_get(args, "types");
    if (backend != NULL) {
        (void)json_object_set_new(body, "backend", strcmp(backend, "all") == 0 ? json_null() : json_string(backend));
    }
    if (types != NULL) {
        (void)json_object_set_new(body, "types", types_of(types));
    }
}

static enum gs_exit show_secret(struct gs_cli *cli, enum gs_exit rc, const struct gs_cli_answer *r)
{
    if (rc == GS_EXIT_OK && cli->json) {
        gs_cli_print_body(cli, r);
    } else if (rc == GS_EXIT_OK) {
        fprintf(cli->err, "%s\n", gs_cli_word(cli, W_SECRET_ONCE));
        fprintf(cli->out, "%s\n", gs_get_text(r->json, "secret"));
    }
    return rc;
}

enum gs_exit gs_cmd_webhook_create(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args)
{
    (void)self;
    json_t *object = json_pack("{s:s, s:s}", "name", gs_args_operand(args, 0), "url", gs_args_operand(args, 1));
    set_options(object, args);
    char *body = gs_json_steal_text(object);
    if (body == NULL) {
        return gs_cli_fail(cli, GS_EXIT_OTHER, W_NO_MEMORY, NULL);
    }
    struct gs_cli_answer r;
    enum gs_exit rc = show_secret(cli, gs_cli_post(cli, "/v1/webhooks", body, NULL, &r), &r);
    gs_cli_answer_finish(&r);
    free(body);
    return rc;
}

static enum gs_exit call_webhook(struct gs_cli *cli, const struct gs_args *args, const char *method, const char *body,
                                 enum gs_word done)
{
    return gs_cli_call_named(cli, args, &(struct gs_named_call){method, "/v1/webhooks", "", body, done});
}

enum gs_exit gs_cmd_webhook_change(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args)
{
    if (!gs_args_has(args, "url") && !gs_args_has(args, "backend") && !gs_args_has(args, "types")) {
        return gs_cli_usage(cli, self, W_OPTION_MISSING, self->name, "--url / --backend / --types");
    }
    json_t *object = json_object();
    if (gs_args_has(args, "url")) {
        (void)json_object_set_new(object, "url", json_string(gs_args_get(args, "url")));
    }
    set_options(object, args);
    char *body = gs_json_steal_text(object);
    enum gs_exit rc = call_webhook(cli, args, "PATCH", body, W_CHANGED);
    free(body);
    return rc;
}

enum gs_exit gs_cmd_webhook_disable(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args)
{
    (void)self;
    return call_webhook(cli, args, "PATCH", "{\"disabled\":true}", W_DISABLED);
}

enum gs_exit gs_cmd_webhook_enable(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args)
{
    (void)self;
    return call_webhook(cli, args, "PATCH", "{\"disabled\":false}", W_ENABLED);
}

enum gs_exit gs_cmd_webhook_delete(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args)
{
    (void)self;
    return call_webhook(cli, args, "DELETE", NULL, W_DELETED);
}

/* A call below the webhook that the operand names. */
static enum gs_exit post_below(struct gs_cli *cli, const struct gs_args *args, const char *below, const char *body,
                               struct gs_cli_answer *r)
{
    struct gs_buf path;
    gs_buf_init(&path, 1024);
    gs_buf_str(&path, "/v1/webhooks");
    gs_path_segment(&path, gs_args_operand(args, 0));
    gs_buf_str(&path, below);
    const struct gs_client_call call = {
        .method = "POST", .path = gs_buf_status(&path) == GS_OK ? path.data : "/v1/webhooks/-", .body = body};
    enum gs_exit rc = gs_cli_call(cli, &call, r);
    gs_buf_finish(&path);
    return rc;
}

enum gs_exit gs_cmd_webhook_secret(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args)
{
    const char *keep = gs_args_get(args, "keep");
    int64_t hours = 24;
    char body[64];
    if (keep != NULL && gs_typed_number(keep, 0, 720, &hours) != GS_OK) {
        return gs_cli_usage(cli, self, W_NOT_A_NUMBER, "--keep", keep);
    }
    (void)snprintf(body, sizeof body, "{\"keep_hours\":%d}", (int)hours);
    struct gs_cli_answer r;
    enum gs_exit rc = show_secret(cli, post_below(cli, args, "/secret", body, &r), &r);
    gs_cli_answer_finish(&r);
    return rc;
}

/* A sentence, broken between words on a terminal. */
static void tell(const struct gs_cli *cli, const char *before, const char *between, const char *sentence,
                 const char *after)
{
    struct gs_buf line;
    gs_buf_init(&line, 4096);
    gs_buf_printf(&line, "%s%s%s%s", before, between, sentence, after);
    if (gs_buf_status(&line) == GS_OK) {
        gs_text_wrap(cli->out, line.data, 0, 2, cli->width);
    }
    gs_buf_finish(&line);
}

/* What came back; not delivered is a failure, with the same words. */
enum gs_exit gs_cmd_webhook_test(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args)
{
    (void)self;
    struct gs_cli_answer r;
    enum gs_exit rc = post_below(cli, args, "/test", NULL, &r);
    if (rc == GS_EXIT_OK) {
        if (cli->json) {
            gs_cli_print_body(cli, &r);
        } else {
            char took[40];
            (void)snprintf(took, sizeof took, " (%lld ms)", (long long)gs_get_int(r.json, "duration_ms", 0));
            tell(cli, "", "", gs_get_text(r.json, "detail"), took);
        }
        rc = gs_get_bool(r.json, "delivered") ? GS_EXIT_OK : GS_EXIT_OTHER;
    }
    gs_cli_answer_finish(&r);
    return rc;
}

/* ---- listed ---- */

static const char *state_of(struct gs_cli *cli, const json_t *hook, char since[20])
{
    static const struct {
        const char *state;
        enum gs_word word;
    } words[] = {
        {"ok", W_HOOK_OK}, {"retrying", W_HOOK_RETRYING}, {"failing", W_HOOK_FAILING}, {"disabled", W_DISABLED}};
    const char *state = gs_get_text(hook, "state");
    gs_date_time_of(gs_get_text(hook, "failing_since"), since);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(words[i].state, state) == 0) {
            return gs_cli_word(cli, words[i].word);
        }
    }
    return state;
}

static void put_hook(struct gs_cli *cli, struct gs_text_table *t, const json_t *hook)
{
    char since[20], delivered[20];
    const char *state = state_of(cli, hook, since);
    gs_date_time_of(gs_get_text(hook, "last_delivered_at"), delivered);
    gs_text_table_row(t);
    gs_text_table_text(t, gs_get_text(hook, "name"));
    gs_text_table_coloured(t, state, strcmp(gs_get_text(hook, "state"), "ok") == 0 ? NULL : "red");
    gs_text_table_text(t, since);
    gs_text_table_int(t, gs_get_int(hook, "pending", 0) + gs_get_int(hook, "unread", 0));
    gs_text_table_text(t, delivered);
    gs_text_table_text(t, gs_get_text(hook, "backend"));
    gs_text_table_text(t, gs_get_text(hook, "url"));
}

/* Beneath the table, for each: why the latest attempt failed is a sentence. */
static void tell_failures(struct gs_cli *cli, const json_t *items)
{
    size_t i;
    const json_t *hook;
    json_array_foreach(items, i, hook)
    {
        const json_t *failure = json_object_get(hook, "last_failure");
        if (strcmp(gs_get_text(hook, "state"), "ok") != 0 && json_is_object(failure)) {
            tell(cli, gs_get_text(hook, "name"), gs_cli_word(cli, W_COLON), gs_get_text(failure, "detail"), "");
        }
    }
}

enum gs_exit gs_cmd_webhook_list(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args)
{
    static const struct gs_column columns[] = {{W_NAME, 0},
                                               {W_HOOK_STATE, 0},
                                               {W_FAILING_SINCE, GS_COL_DROP(2)},
                                               {W_BACKLOG, GS_COL_RIGHT},
                                               {W_LAST_DELIVERED, GS_COL_DROP(1)},
                                               {W_BACKEND, GS_COL_DROP(3)},
                                               {W_URL, GS_COL_CUT}};
    struct gs_cli_answer r;
    (void)self;
    (void)args;
    enum gs_exit rc = gs_cli_get(cli, "/v1/webhooks", &r);
    if (rc == GS_EXIT_OK && cli->json) {
        gs_cli_print_body(cli, &r);
    } else if (rc == GS_EXIT_OK) {
        struct gs_text_table *t = gs_text_table_create(cli, columns, sizeof columns / sizeof columns[0]);
        const json_t *items = json_object_get(r.json, "items");
        size_t i;
        const json_t *hook;
        json_array_foreach(items, i, hook)
        {
            put_hook(cli, t, hook);
        }
        gs_text_table_print(t, cli->out);
        gs_text_table_destroy(t);
        tell_failures(cli, items);
    }
    gs_cli_answer_finish(&r);
    return rc;
}
