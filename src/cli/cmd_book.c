/* book and walk-in: one request, sent as given; the answer as a ticket for the driver. */
#include "booking_view.h"
#include "commands.h"
#include "request.h"
#include <stdlib.h>

#define TRUCK_OPTIONS                                                                                                  \
    {"plate", "PLATE", false, {"the tractor's plate", "牵引车车牌"}},                                                  \
        {"colour",                                                                                                     \
         "COLOUR",                                                                                                     \
         false,                                                                                                        \
         {"blue, yellow, green, yellow_green", "车牌颜色：blue、yellow、green、yellow_green"}},                        \
        {"trailer", "PLATE", false, {"the trailer's plate", "挂车车牌"}},                                              \
        {"container", "NUMBER", true, {"container number, once or twice", "箱号，可给两个"}},                          \
        {"uscc", "USCC", false, {"the company's unified social credit code", "企业统一社会信用代码"}},                 \
        {"company", "NAME", false, {"the company's name", "企业名称"}},                                                \
        {"driver", "NAME", false, {"the driver's name", "司机姓名"}},                                                  \
        {"phone", "NUMBER", false, {"the driver's mobile", "司机手机"}},                                               \
        {"declaration", "NUMBER", false, {"declaration number, 18 digits", "报关单号，18 位"}},                        \
        {"reference", "TEXT", false, {"the client's own number of it", "客户单号"}},                                   \
        {"urgent", NULL, false, {"before all others (supervisors)", "加急（仅主管）"}}, GS_EXCEPTION_OPTIONS,          \
        {"key", "KEY", false, {"Idempotency-Key: asking again with it books once", "幂等键：重复提交只预约一次"}},     \
    {                                                                                                                  \
        NULL, NULL, false,                                                                                             \
        {                                                                                                              \
            NULL, NULL                                                                                                 \
        }                                                                                                              \
    }

const struct gs_cli_option gs_book_options[] = {
    {"date", "DATE", false, {"day", "日期"}},
    {"window", "WINDOW", true, {"a window that is acceptable; none: any", "可接受的周转时段；不给则任意"}},
    {"slot", "HH:MM", false, {"preferred start", "希望的开始时间"}},
    {"flexible", NULL, false, {"may be moved among what is acceptable", "可在可接受范围内调整"}},
    {"waitlist", NULL, false, {"wait if nothing is free", "无空余时候补"}},
    TRUCK_OPTIONS};

const struct gs_cli_option gs_walk_in_options[] = {TRUCK_OPTIONS};

static enum gs_exit book(struct gs_cli *cli, const struct gs_args *args, bool walk_in)
{
    char *body = NULL;
    enum gs_exit rc = gs_request_make(cli, args, walk_in, &body);
    if (rc != GS_EXIT_OK) {
        return rc;
    }
    struct gs_cli_answer r;
    rc = gs_cli_post(cli, walk_in ? "/v1/gate/walk-ins" : "/v1/bookings", body, gs_args_get(args, "key"), &r);
    if (rc == GS_EXIT_OK && cli->json) {
        gs_cli_print_body(cli, &r);
    } else if (rc == GS_EXIT_OK) {
        gs_booking_ticket(cli, r.json);
    }
    gs_request_hint(cli, args, rc);
    gs_cli_answer_finish(&r);
    free(body);
    return rc;
}

static enum gs_exit nothing_given(struct gs_cli *cli, const struct gs_cli_command *self)
{
    return gs_cli_usage(cli, self, W_OPTION_MISSING, self->name, gs_cli_word(cli, W_PLATE_OR_FILE));
}

enum gs_exit gs_cmd_book(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args)
{
    return args->operand_count > 0 || gs_args_has(args, "plate") || gs_args_has(args, "date")
               ? book(cli, args, false)
               : nothing_given(cli, self);
}

enum gs_exit gs_cmd_walk_in(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args)
{
    return args->operand_count > 0 || gs_args_has(args, "plate") ? book(cli, args, true) : nothing_given(cli, self);
}
