/* check: what the gate asks about the truck in front of it. */
#include "booking_view.h"
#include "commands.h"
#include "ref.h"
#include <stdlib.h>

const struct gs_cli_option gs_check_options[] = {
    {"record", NULL, false, {"tell it as an event, and count a truck turned away", "记入事件，并计入劝返车辆"}},
    {NULL, NULL, false, {NULL, NULL}}};

static void print_bookings(struct gs_cli *cli, enum gs_word heading, const json_t *items)
{
    fprintf(cli->out, "%s\n", gs_cli_word(cli, heading));
    struct gs_text_table *t = gs_booking_table(cli);
    size_t i;
    const json_t *booking;
    json_array_foreach(items, i, booking)
    {
        gs_booking_row(cli, t, booking);
    }
    gs_text_table_print(t, cli->out);
    gs_text_table_destroy(t);
}

/* Nobody of now: when was it here, or when will it come? */
static void print_other_days(struct gs_cli *cli, const char *asked)
{
    struct gs_buf path;
    struct gs_cli_answer r;
    gs_buf_init(&path, 1024);
    gs_buf_str(&path, "/v1/bookings");
    gs_path_query(&path, "q", asked);
    gs_path_query(&path, "limit", "5");
    if (gs_buf_status(&path) == GS_OK) {
        const struct gs_client_call call = {.method = "GET", .path = path.data};
        enum gs_exit rc = gs_cli_try(cli, &call, &r);
        const json_t *items = json_object_get(r.json, "items");
        if (rc == GS_EXIT_OK && r.response.status == 200 && json_array_size(items) > 0) {
            print_bookings(cli, W_OTHER_DAYS, items);
        }
        gs_cli_answer_finish(&r);
    }
    gs_buf_finish(&path);
}

static void print_decision(struct gs_cli *cli, const json_t *answer, const char *asked)
{
    gs_decision_line(cli, answer);
    const json_t *booking = json_object_get(answer, "booking");
    if (json_is_object(booking)) {
        gs_booking_sheet(cli, booking);
    }
    const json_t *candidates = json_object_get(answer, "candidates");
    if (json_array_size(candidates) > 0) {
        print_bookings(cli, W_CANDIDATES, candidates);
    } else if (!json_is_object(booking)) {
        print_other_days(cli, asked);
    }
}

enum gs_exit gs_cmd_check(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args)
{
    (void)self;
    const char *asked = gs_args_operand(args, 0);
    enum gs_ref_kind kind = gs_ref_kind(asked);
    const char *member = kind == GS_REF_IS_CODE ? "pass_code" : kind == GS_REF_IS_CONTAINER ? "container" : "plate";
    char *body = gs_json_steal_text(gs_args_has(args, "record") ? json_pack("{s:s,s:b}", member, asked, "record", 1)
                                                                : json_pack("{s:s}", member, asked));
    if (body == NULL) {
        return gs_cli_fail(cli, GS_EXIT_INVALID, W_NO_BOOKING_FOR, asked);
    }
    struct gs_cli_answer r;
    enum gs_exit rc = gs_cli_post(cli, "/v1/gate/check", body, NULL, &r);
    if (rc == GS_EXIT_OK && cli->json) {
        gs_cli_print_body(cli, &r);
    } else if (rc == GS_EXIT_OK) {
        print_decision(cli, r.json, asked);
    }
    gs_cli_answer_finish(&r);
    free(body);
    return rc;
}
