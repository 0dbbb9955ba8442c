/* The call that shows what another configuration would do: its options, old and new, and what becomes of bookings, date by date. What is
 * wrong with it is listed as the check of the file lists it. It is worked out step by step, and then written, day by day. */
#include "handlers.h"
#include "plan_json.h"
#include "query_store.h"
#include "reply.h"
#include <stdio.h>
#include <stdlib.h>

static const struct gs_words faulty = {
    {"该配置有 {what} 处问题，逐项列于 errors；现行配置不变。",
     "Problems of this configuration: {what}, all listed in errors; the one in force stays."}};

struct previewing {
    const struct gs_service *service;
    struct gs_preview_task *task; /* owned */
    const struct gs_preview *ready;
    struct gs_buf body; /* as far as it is written */
    struct gs_json json;
    size_t written; /* days */
};

static void previewing_free(void *state)
{
    struct previewing *p = state;
    if (p->task != NULL) {
        p->service->preview_end(p->task);
    }
    gs_buf_finish(&p->body);
    free(p);
}

static void send_faults(struct gs_exchange *x, const struct gs_preview *preview)
{
    char count[24];
    (void)snprintf(count, sizeof count, "%zu", preview->fault_count);
    gs_reply_problem(
        x, &(struct gs_problem){
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

static void write_days(struct gs_exchange *x)
{
    struct gs_reply reply = {.status = 200, .content_type = "application/json"};
    struct previewing *p = x->state;
    const struct gs_plans *plans = p->ready->plans;
    if (p->written < plans->count) {
        gs_json_plan(&p->json, NULL, &plans->at[p->written++], GS_ALL_WINDOWS, p->service->rules(p->service->self)->tz);
        gs_work_go_on(x, write_days);
        return;
    }
    gs_json_end_array(&p->json);
    gs_json_end_object(&p->json);
    gs_reply_own(x, &p->body, &reply);
}

static void go_on(struct gs_exchange *x)
{
    struct previewing *p = x->state;
    if (p->service->preview_step(p->service->self, p->task, &p->ready) != GS_OK) {
        gs_reply_code(x, GS_CODE_OVERLOADED);
    } else if (p->ready == NULL) {
        gs_work_go_on(x, go_on);
    } else if (p->ready->fault_count > 0) {
        send_faults(x, p->ready);
    } else {
        gs_json_object(&p->json, NULL);
        write_options(&p->json, p->ready->options);
        gs_json_array(&p->json, "days");
        gs_work_go_on(x, write_days);
    }
}

void gs_handle_config_preview(struct gs_call *c)
{
    if (gs_work_put_off_plan(c)) {
        return;
    }
    const struct gs_request *q = &c->x->request;
    struct previewing *p = gs_query_state(c->x, sizeof *p);
    if (p == NULL) {
        return;
    }
    p->service = c->service;
    gs_buf_init(&p->body, GS_OUTPUT_HARD_MAX);
    gs_json_init(&p->json, &p->body);
    c->x->state_free = previewing_free;
    if (c->service->preview(c->service->self, q->body, q->body_len, &p->task) != GS_OK) {
        gs_reply_code(c->x, GS_CODE_OVERLOADED);
        return;
    }
    gs_work_go_on(c->x, go_on);
}
