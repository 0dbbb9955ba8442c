/* The call that makes a date's decisions again. The app runs the replay beside the live service; the call waits for it and shows
 * what it found. */
#include "booking_json.h"
#include "handlers.h"
#include "query_store.h"
#include "reply.h"

static const struct gs_words busy = {
    {"另一次复算正在进行，请稍后再试。", "Another replay is under way; try again when it has ended."}};

static void write_outcomes(struct gs_json *j, const struct gs_replay_report *r)
{
    gs_json_array(j, "outcomes");
    for (int kind = 0; kind < GS_JOURNAL_COMMANDS; kind++) {
        for (int code = 0; code < GS_CODE_KINDS; code++) {
            if (r->outcomes[kind][code] > 0) {
                gs_json_object(j, NULL);
                gs_json_str(j, "command", gs_command_kind_name((enum gs_command_kind)kind));
                gs_json_str(j, "code", gs_code_name((enum gs_code)code));
                gs_json_int(j, "count", r->outcomes[kind][code]);
                gs_json_end_object(j);
            }
        }
    }
    gs_json_end_array(j);
}

static void write_number(struct gs_json *j, const char *key, int64_t value)
{
    if (value > 0) {
        gs_json_int(j, key, value);
    } else {
        gs_json_null(j, key);
    }
}

static void write_difference(struct gs_json *j, const struct gs_replay_difference *d, const struct gs_tz *tz)
{
    char id[GS_BOOKING_ID_TEXT];
    gs_json_object(j, NULL);
    gs_json_str(j, "what", gs_replay_what_name(d->what));
    if (d->at_ms > 0) {
        gs_json_time(j, "at", d->at_ms, tz);
    } else {
        gs_json_null(j, "at");
    }
    gs_json_str(j, "command", d->command >= 0 ? gs_command_kind_name((enum gs_command_kind)d->command) : NULL);
    gs_booking_id_format(d->booking_id, id);
    gs_json_str(j, "booking_id", d->booking_id > 0 ? id : NULL);
    write_number(j, "seq", d->seq);
    write_number(j, "row", d->row);
    gs_json_str(j, "stored", d->stored[0] != '\0' ? d->stored : NULL);
    gs_json_str(j, "found", d->found[0] != '\0' ? d->found : NULL);
    gs_json_end_object(j);
}

static void send_report(struct gs_exchange *x, const struct gs_replay_report *r)
{
    const struct gs_service *service = &gs_api_of(x)->service;
    const struct gs_tz *tz = service->rules(service->self)->tz;
    struct gs_json j = gs_reply_begin(x);
    gs_json_object(&j, NULL);
    gs_json_date(&j, "date", r->date);
    gs_json_bool(&j, "same", r->differing == 0);
    gs_json_int(&j, "commands", r->commands);
    gs_json_int(&j, "decisions", r->decisions);
    gs_json_int(&j, "counted_refusals", r->summed);
    write_outcomes(&j, r);
    gs_json_int(&j, "differing", r->differing);
    gs_json_array(&j, "differences");
    for (size_t i = 0; i < r->difference_count; i++) {
        write_difference(&j, &r->differences[i], tz);
    }
    gs_json_end_array(&j);
    gs_json_int(&j, "differing_elsewhere", r->elsewhere);
    gs_json_object(&j, "journal");
    gs_json_int(&j, "commands", r->all_commands);
    gs_json_int(&j, "events", r->all_events);
    gs_json_int(&j, "counted_refusals", r->all_summed);
    gs_json_end_object(&j);
    gs_json_object(&j, "earlier_rules");
    gs_json_int(&j, "commands", r->earlier_commands);
    gs_json_int(&j, "differing", r->earlier_differing);
    gs_json_end_object(&j);
    gs_json_end_object(&j);
    gs_reply_json(x, 200);
}

static void replay_done(void *arg, int err, const struct gs_replay_report *report)
{
    struct gs_exchange *x = arg;
    if (err == GS_OK) {
        send_report(x, report);
    } else {
        gs_reply_code(x, err == GS_E_BUSY ? GS_CODE_OVERLOADED : GS_CODE_INTERNAL);
    }
}

static bool replay_gone(void *arg)
{
    return gs_exchange_gone(arg);
}

void gs_handle_replay(struct gs_call *c)
{
    const struct gs_service *service = c->service;
    const struct gs_replay_waiter waiter = {.arg = c->x, .gone = replay_gone, .done = replay_done};
    gs_date date = gs_book_today(service->apply_due(service->self));
    (void)gs_params_date(&c->params, "date", &date);
    if (c->api->faults.count > 0) {
        gs_reply_faults(c->x, &c->api->faults);
        return;
    }
    if (gs_work_put_off_background(c)) {
        return;
    }
    gs_work_park(c->x);
    if (service->replay(service->self, date, &waiter) != GS_OK) {
        gs_reply_problem(c->x, &(struct gs_problem){.code = GS_CODE_OVERLOADED, .detail = &busy, .command = -1});
    }
}
