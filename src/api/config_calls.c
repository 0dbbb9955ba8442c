/* The call that shows what another configuration would do: its options, old and new, and what becomes of bookings, date by date. What is
 * wrong with it is listed as the check of the file lists it. */
#include "handlers.h"
#include "plan_json.h"
#include "reply.h"
#include <stdio.h>

static const struct gs_words faulty = {
    {"该配置有 {what} 处问题，逐项列于 errors；现行配置不变。",
     "Problems of this configuration: {what}, all listed in errors; the one in force stays."}};

static void send_faults(struct gs_call *c, const struct gs_preview *preview)
{
    char count[24];
    (void)snprintf(count, sizeof count, "%zu", preview->fault_count);
    gs_reply_problem(
        c->x, &(struct gs_problem){
                  .code = GS_CODE_VALIDATION, .config = preview, .detail = &faulty, .what = count, .command = -1});
}

static void write_options(struct gs_json *j, const struct gs_option_changes *options)
{
    gs_json_array(j, "options");
    for (size_t i = 0; i < options->count; i++) {
        gs_option_change_json(j, &options->at[i]);
    }
    gs_json_end_array(j);
    if (options->count < options->total) {
        gs_json_int(j, "more_options", (int64_t)(options->total - options->count));
    }
}

static void show(void *arg, const struct gs_preview *preview)
{
    struct gs_call *c = arg;
    if (preview->fault_count > 0) {
        send_faults(c, preview);
        return;
    }
    struct gs_json j = gs_reply_begin(c->x);
    gs_json_object(&j, NULL);
    write_options(&j, preview->options);
    gs_json_array(&j, "days");
    for (size_t i = 0; i < preview->plans->count; i++) {
        gs_json_plan(&j, NULL, &preview->plans->at[i], GS_ALL_WINDOWS, c->service->rules(c->service->self)->tz);
    }
    gs_json_end_array(&j);
    gs_json_end_object(&j);
    gs_reply_json(c->x, 200);
}

void gs_handle_config_preview(struct gs_call *c)
{
    if (gs_work_put_off_plan(c)) {
        return;
    }
    const struct gs_request *q = &c->x->request;
    if (c->service->preview(c->service->self, q->body, q->body_len, show, c) != GS_OK) {
        gs_reply_code(c->x, GS_CODE_OVERLOADED);
    }
}
