/* strikes: missed appointments by plate, each with the booking it rests on. excuse: one of them is taken back. */
#include "booking_view.h"
#include "commands.h"
#include "ref.h"
#include "strike_view.h"
#include <stdlib.h>
#include <string.h>

#define PAGE "500"

enum { USCC_LEN = 18 };

/* A company's code has as many characters as no plate has. */
static bool is_company(const char *text)
{
    char plain[GS_REF_TEXT_MAX];
    gs_ref_normalise(text, plain);
    return strlen(plain) >= USCC_LEN - 2;
}

static enum gs_exit get_page(struct gs_cli *cli, const char *of, const char *cursor, struct gs_cli_answer *out)
{
    struct gs_buf path;
    gs_buf_init(&path, 1024);
    gs_buf_str(&path, "/v1/strikes");
    gs_path_query(&path, of != NULL && is_company(of) ? "uscc" : "plate", of);
    gs_path_query(&path, "limit", PAGE);
    gs_path_query(&path, "cursor", cursor);
    enum gs_exit rc = gs_buf_status(&path) == GS_OK ? gs_cli_get(cli, path.data, out)
                                                    : gs_cli_fail(cli, GS_EXIT_OTHER, W_NO_MEMORY, NULL);
    gs_buf_finish(&path);
    return rc;
}

enum gs_exit gs_cmd_strikes(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args)
{
    (void)self;
    const char *of = gs_args_operand(args, 0);
    struct gs_text_table *t = cli->json ? NULL : gs_strikes_table(cli);
    char cursor[GS_REF_ID_MAX] = "";
    enum gs_exit rc = GS_EXIT_OK;
    do {
        struct gs_cli_answer r = {0};
        rc = get_page(cli, of, cursor[0] != '\0' ? cursor : NULL, &r);
        if (rc == GS_EXIT_OK && cli->json) {
            gs_cli_print_body(cli, &r);
        } else if (rc == GS_EXIT_OK) {
            gs_strikes_add(cli, t, json_object_get(r.json, "items"));
        }
        snprintf(cursor, sizeof cursor, "%s", rc == GS_EXIT_OK ? gs_get_text(r.json, "next_cursor") : "");
        gs_cli_answer_finish(&r);
    } while (cursor[0] != '\0' && !cli->json);
    if (rc == GS_EXIT_OK && !cli->json) {
        gs_strikes_print(cli, t);
    }
    gs_text_table_destroy(t);
    return rc;
}

/* The bookings whose strikes of that plate count: how many, and the first. */
static size_t counting(const json_t *items, char out_id[GS_REF_ID_MAX])
{
    const json_t *plate, *strike;
    size_t i, k, count = 0;
    json_array_foreach(items, i, plate)
    {
        json_array_foreach(json_object_get(plate, "strikes"), k, strike)
        {
            if (strcmp(gs_get_text(strike, "state"), "counts") == 0 && count++ == 0) {
                snprintf(out_id, GS_REF_ID_MAX, "%s", gs_get_text(strike, "booking_id"));
            }
        }
    }
    return count;
}

/* A plate stands for its one strike; of several none is guessed. */
static enum gs_exit of_plate(struct gs_cli *cli, const char *plate, char out_id[GS_REF_ID_MAX])
{
    struct gs_cli_answer r = {0};
    enum gs_exit rc = get_page(cli, plate, NULL, &r);
    const json_t *items = json_object_get(r.json, "items");
    size_t count = rc == GS_EXIT_OK ? counting(items, out_id) : 0;
    if (rc == GS_EXIT_OK && count == 0) {
        rc = gs_cli_fail(cli, GS_EXIT_NOT_FOUND, W_NO_STRIKE_OF, plate);
    } else if (count > 1) {
        rc = gs_cli_fail(cli, GS_EXIT_CONFLICT, W_SEVERAL_STRIKES, plate);
        struct gs_text_table *t = gs_strikes_table(cli);
        gs_strikes_add(cli, t, items);
        gs_text_table_print(t, cli->err);
        gs_text_table_destroy(t);
    }
    gs_cli_answer_finish(&r);
    return rc;
}

static enum gs_exit post_excuse(struct gs_cli *cli, const char *id, const char *reason)
{
    json_t *body = json_object();
    if (reason != NULL) {
        json_object_set_new(body, "reason", json_string(reason));
    }
    char *text = gs_json_steal_text(body);
    struct gs_buf path;
    struct gs_cli_answer r = {0};
    enum gs_exit rc = GS_EXIT_OTHER;
    gs_buf_init(&path, 512);
    gs_buf_str(&path, "/v1/bookings");
    gs_path_segment(&path, id);
    gs_buf_str(&path, "/excuse");
    rc = text != NULL && gs_buf_status(&path) == GS_OK ? gs_cli_post(cli, path.data, text, NULL, &r)
                                                       : gs_cli_fail(cli, GS_EXIT_OTHER, W_NO_MEMORY, NULL);
    gs_buf_finish(&path);
    free(text);
    if (rc == GS_EXIT_OK && cli->json) {
        gs_cli_print_body(cli, &r);
    } else if (rc == GS_EXIT_OK) {
        gs_booking_line(cli, cli->out, r.json);
        struct gs_cli_answer left = {0};
        if (get_page(cli, gs_get_text(r.json, "plate"), NULL, &left) == GS_EXIT_OK) { /* what it has now */
            struct gs_text_table *t = gs_strikes_table(cli);
            gs_strikes_add(cli, t, json_object_get(left.json, "items"));
            gs_text_table_print(t, cli->out);
            gs_text_table_destroy(t);
        }
        gs_cli_answer_finish(&left);
    }
    gs_cli_answer_finish(&r);
    return rc;
}

enum gs_exit gs_cmd_excuse(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args)
{
    (void)self;
    const char *ref = gs_args_operand(args, 0);
    char id[GS_REF_ID_MAX];
    enum gs_exit rc = GS_EXIT_OK;
    /* A whole plate begins with its province; a bare number is an id, as everywhere. */
    if (gs_ref_kind(ref) == GS_REF_IS_PLATE && (unsigned char)ref[0] >= 0x80) {
        rc = of_plate(cli, ref, id);
    } else {
        rc = gs_ref_resolve(cli, ref, GS_REF_ONLY, id);
    }
    return rc == GS_EXIT_OK ? post_excuse(cli, id, gs_args_get(args, "reason")) : rc;
}
