/* The calls that set and reset a window's capacity: makes the command, shows the plan that came of it. What the plan is, and
 * whether it may be carried out, the core decides. A dry run is no command: it is worked out step by step, and then written. */
#include "codec.h"
#include "gateslot/base/text.h"
#include "gateslot/core/dry_run.h"
#include "gateslot/domain/checks.h"
#include "handlers.h"
#include "plan_json.h"
#include "query_store.h"
#include "reply.h"
#include <stdlib.h>
#include <string.h>

static void send_refusal(struct gs_exchange *x, const struct gs_outcome *o, enum gs_command_kind kind,
                         const char *window)
{
    static const struct gs_words ended = {{"该时段已于 {at} 结束，不能再改容量。",
                                           "That window ended at {at}; its capacity cannot be changed any more."}};
    gs_reply_problem(x, &(struct gs_problem){.code = o->code,
                                             .outcome = o,
                                             .detail = o->code == GS_CODE_PAST_CUTOFF ? &ended : NULL,
                                             .what = window,
                                             .command = (int)kind});
}

static void carry_out(struct gs_call *c, struct gs_command *command)
{
    struct gs_outcome *o = &c->api->outcome;
    struct gs_json j;
    gs_rates_apply(c, command, o);
    if (o->code != GS_CODE_OK) {
        send_refusal(c->x, o, command->kind, c->parts[1]);
        return;
    }
    j = gs_reply_begin(c->x);
    gs_json_plans(&j, NULL, o->plans, c->parts[1], c->service->rules(c->service->self)->tz);
    gs_reply_json(c->x, 200);
}

/* ---- dry runs ---- */

struct dry_run {
    struct gs_dry_run *run; /* owned */
    enum gs_command_kind kind;
    char window[GS_PATH_PART_MAX + 1];
    struct gs_buf body; /* the plans, as far as they are written */
    struct gs_json json;
    size_t written;
};

static void dry_run_free(void *state)
{
    struct dry_run *d = state;
    gs_dry_run_destroy(d->run);
    gs_buf_finish(&d->body);
    free(d);
}

static void write_plans(struct gs_exchange *x)
{
    const struct gs_service *service = &gs_api_of(x)->service;
    const struct gs_tz *tz = service->rules(service->self)->tz;
    struct gs_reply reply = {.status = 200, .content_type = "application/json"};
    struct dry_run *d = x->state;
    const struct gs_plans *plans = gs_dry_run_outcome(d->run)->plans;
    if (!plans->range) {
        gs_json_plan(&d->json, NULL, &plans->at[0], d->window, tz);
        gs_reply_own(x, &d->body, &reply);
        return;
    }
    if (d->written == 0) {
        gs_json_plans_begin(&d->json, NULL, plans, d->window);
    }
    gs_json_plan(&d->json, NULL, &plans->at[d->written++], d->window, tz);
    if (d->written < plans->count) {
        gs_work_go_on(x, write_plans);
        return;
    }
    gs_json_plans_end(&d->json, plans);
    gs_reply_own(x, &d->body, &reply);
}

static void go_on(struct gs_exchange *x)
{
    const struct gs_service *service = &gs_api_of(x)->service;
    struct dry_run *d = x->state;
    if (gs_dry_run_step(d->run, service->book(service->self))) {
        gs_work_go_on(x, go_on);
        return;
    }
    const struct gs_outcome *o = gs_dry_run_outcome(d->run);
    if (o->code == GS_CODE_OK) {
        gs_work_go_on(x, write_plans);
    } else {
        send_refusal(x, o, d->kind, d->window);
    }
}

/* As a command would be, it is refused while no time can be trusted; but it is none, so nothing keeps it. */
static void dry_run(struct gs_call *c, const struct gs_command *command)
{
    struct gs_health health;
    if (gs_work_put_off_plan(c)) {
        return;
    }
    c->service->health(c->service->self, &health);
    if (health.clock_refused) {
        gs_reply_code(c->x, GS_CODE_CLOCK_UNTRUSTED);
        return;
    }
    struct dry_run *d = gs_query_state(c->x, sizeof *d);
    if (d == NULL) {
        return;
    }
    c->x->state_free = dry_run_free;
    d->kind = command->kind;
    (void)gs_text_copy(d->window, sizeof d->window, c->parts[1]);
    gs_buf_init(&d->body, GS_OUTPUT_HARD_MAX);
    gs_json_init(&d->json, &d->body);
    if (gs_dry_run_create(command, &d->run) != GS_OK) {
        gs_reply_code(c->x, GS_CODE_OVERLOADED);
        return;
    }
    (void)c->service->apply_due(c->service->self);
    gs_work_go_on(c->x, go_on);
}

static void answer(struct gs_call *c, struct gs_command *command)
{
    if (command->u.capacity.dry_run) {
        dry_run(c, command);
    } else {
        carry_out(c, command);
    }
}

/* The plan that the client has seen, of the query or the body: where both name one, the same. */
static void take_plan_id(struct gs_call *c, struct gs_command *command)
{
    const char *text = gs_params_text(&c->params, "plan_id");
    bool in_body = command->u.capacity.has_plan_id;
    uint64_t of_body = command->u.capacity.plan_id;
    char other[GS_PLAN_ID_TEXT];
    if (text == NULL) {
        return;
    }
    gs_codec_plan_id(text, "?plan_id", command, &c->api->faults);
    if (in_body && command->u.capacity.has_plan_id && command->u.capacity.plan_id != of_body) {
        gs_plan_id_format(of_body, other);
        gs_fault_add(&c->api->faults, GS_FAULT_CHOICE, "?plan_id", text, other);
    }
}

/* Dates and window of the path, and what the query says. False: it has been answered. */
static bool take_target(struct gs_call *c, struct gs_command *command)
{
    struct gs_faults *faults = &c->api->faults;
    struct gs_capacity *to = &command->u.capacity.to;
    (void)gs_date_read(c->parts[0], strlen(c->parts[0]), "/date", faults, &to->date);
    if (!gs_text_copy(to->window, sizeof to->window, c->parts[1])) {
        gs_fault_add(faults, GS_FAULT_NO_SUCH_WINDOW, "/window", c->parts[1], NULL);
    }
    (void)gs_params_bool(&c->params, "dry_run", &command->u.capacity.dry_run);
    if (gs_params_date(&c->params, "until", &command->u.capacity.until) && command->u.capacity.until == 0) {
        gs_fault_add(faults, GS_FAULT_RANGE, "?until", gs_params_text(&c->params, "until"), NULL);
    }
    take_plan_id(c, command);
    if (faults->count > 0) {
        gs_reply_faults(c->x, faults);
        return false;
    }
    return true;
}

/* A reason of a window may be about any truck: all drivers whom the book knows are masked in it. */
static void mask_drivers(struct gs_call *c, struct gs_command *command)
{
    const struct gs_booking *page[GS_PAGE_MAX];
    struct gs_filter every = {.limit = GS_PAGE_MAX};
    const struct gs_book *book = c->service->apply_due(c->service->self);
    size_t count = command->reason[0] != '\0' ? GS_PAGE_MAX : 0;
    while (count == GS_PAGE_MAX) {
        count = gs_book_list(book, &every, page);
        for (size_t i = 0; i < count; i++) {
            gs_name_mask(command->reason, sizeof command->reason, page[i]->truck.driver_name);
            every.after_id = page[i]->id;
        }
    }
    memcpy(command->u.capacity.to.reason, command->reason, sizeof command->reason);
}

void gs_handle_capacity_set(struct gs_call *c)
{
    struct gs_command command = {.actor = c->caller->actor, .if_version = -1};
    gs_codec_capacity(c->body, &command, &c->api->faults);
    if (take_target(c, &command)) {
        if (!command.u.capacity.dry_run) { /* which keeps no reason */
            mask_drivers(c, &command);
        }
        answer(c, &command);
    }
}

void gs_handle_capacity_reset(struct gs_call *c)
{
    struct gs_command command = {.kind = GS_CMD_CAPACITY_RESET, .actor = c->caller->actor, .if_version = -1};
    if (c->body != NULL) {
        gs_codec_capacity_reset(c->body, &command, &c->api->faults);
    }
    if (take_target(c, &command)) {
        answer(c, &command);
    }
}
