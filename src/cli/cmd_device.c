/* device pair, list, revoke: tablets at the gate and displays that were let in by a code. The code goes to stdout, with a QR code above it on a
 * terminal, so that a tablet's camera can read it. */
#include "commands.h"
#include "named_call.h"
#include "qr.h"
#include "text_table.h"
#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

const struct gs_cli_option gs_device_pair_options[] = {
    {"role", "ROLE", false, {"gate (the default) or display", "角色：gate（默认）或 display"}},
    {NULL, NULL, false, {NULL, NULL}}};

static bool can_draw(const struct gs_cli *cli)
{
    return cli->out == stdout && isatty(STDOUT_FILENO) && strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

static int terminal_columns(void)
{
    struct winsize size;
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

/* "K7QM-9XD2": easier to read out, and taken with the hyphen. */
static void show_code(struct gs_cli *cli, const struct gs_cli_answer *r)
{
    const char *code = gs_get_text(r->json, "code");
    char until[20];
    gs_date_time_of(gs_get_text(r->json, "expires_at"), until);
    if (can_draw(cli)) {
        (void)gs_qr_print(cli->out, code, terminal_columns());
    }
    fprintf(cli->out, "%.4s-%s\n", code, strlen(code) > 4 ? code + 4 : "");
    fprintf(cli->err, "%s%s%s %s\n", gs_get_text(r->json, "name"), gs_cli_word(cli, W_COLON),
            gs_cli_word(cli, W_PAIRING_UNTIL), until);
}

enum gs_exit gs_cmd_device_pair(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args)
{
    (void)self;
    json_t *body = json_pack("{s:s, s:s}", "name", gs_args_operand(args, 0), "role",
                             gs_args_has(args, "role") ? gs_args_get(args, "role") : "gate");
    char *text = gs_json_steal_text(body);
    if (text == NULL) {
        return gs_cli_fail(cli, GS_EXIT_OTHER, W_NO_MEMORY, NULL);
    }
    struct gs_cli_answer r;
    enum gs_exit rc = gs_cli_post(cli, "/v1/pairings", text, NULL, &r);
    if (rc == GS_EXIT_OK && cli->json) {
        gs_cli_print_body(cli, &r);
    } else if (rc == GS_EXIT_OK) {
        show_code(cli, &r);
    }
    gs_cli_answer_finish(&r);
    free(text);
    return rc;
}

static void put_time(struct gs_text_table *t, const json_t *item, const char *member)
{
    char text[20];
    gs_date_time_of(gs_get_text(item, member), text);
    gs_text_table_text(t, text);
}

static void put_device(struct gs_text_table *t, const json_t *item)
{
    gs_text_table_row(t);
    gs_text_table_text(t, gs_get_text(item, "name"));
    gs_text_table_text(t, gs_get_text(item, "role"));
    put_time(t, item, "paired_at");
    put_time(t, item, "expires_at");
    put_time(t, item, "last_used_at");
    gs_text_table_text(t, gs_get_text(item, "person"));
    gs_text_table_text(t, "");
}

/* One that waits for its code to be typed in. */
static void put_pairing(struct gs_cli *cli, struct gs_text_table *t, const json_t *item)
{
    gs_text_table_row(t);
    gs_text_table_text(t, gs_get_text(item, "name"));
    gs_text_table_text(t, gs_get_text(item, "role"));
    gs_text_table_text(t, "");
    put_time(t, item, "expires_at");
    gs_text_table_text(t, "");
    gs_text_table_text(t, "");
    gs_text_table_text(t, gs_cli_word(cli, W_CODE_OPEN));
}

static void show_devices(struct gs_cli *cli, const json_t *devices, const json_t *pairings)
{
    static const struct gs_column columns[] = {{W_NAME, 0},
                                               {W_ROLE, 0},
                                               {W_PAIRED, GS_COL_DROP(3)},
                                               {W_EXPIRES, GS_COL_DROP(2)},
                                               {W_LAST_USED, GS_COL_DROP(1)},
                                               {W_PERSON, 0},
                                               {W_NOTE, 0}};
    struct gs_text_table *t = gs_text_table_create(cli, columns, sizeof columns / sizeof columns[0]);
    size_t i;
    const json_t *item;
    json_array_foreach(json_object_get(devices, "items"), i, item)
    {
        put_device(t, item);
    }
    json_array_foreach(json_object_get(pairings, "items"), i, item)
    {
        put_pairing(cli, t, item);
    }
    gs_text_table_print(t, cli->out);
    gs_text_table_destroy(t);
}

enum gs_exit gs_cmd_device_list(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args)
{
    (void)self;
    (void)args;
    struct gs_cli_answer devices, pairings;
    enum gs_exit rc = gs_cli_get(cli, "/v1/devices", &devices);
    if (rc == GS_EXIT_OK && cli->json) {
        gs_cli_print_body(cli, &devices);
    } else if (rc == GS_EXIT_OK) {
        rc = gs_cli_get(cli, "/v1/pairings", &pairings);
        if (rc == GS_EXIT_OK) {
            show_devices(cli, devices.json, pairings.json);
        }
        gs_cli_answer_finish(&pairings);
    }
    gs_cli_answer_finish(&devices);
    return rc;
}

enum gs_exit gs_cmd_device_revoke(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args)
{
    (void)self;
    return gs_cli_call_named(cli, args, &(struct gs_named_call){"DELETE", "/v1/devices", "", NULL, W_REVOKED});
}
