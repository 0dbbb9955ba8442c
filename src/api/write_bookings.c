/* The calls that change bookings: book, walk-in, change and the steps. Each makes one command, has it applied, and keeps the answer
 * with its Idempotency-Key in the same turn, so that both are stored or neither. Every decision is the core's. */
#include "auth.h"
#include "booking_json.h"
#include "codec.h"
#include "gate_calls.h"
#include "gateslot/core/strikes.h"
#include "gateslot/domain/checks.h"
#include "handlers.h"
#include "idem.h"
#include "query_store.h"
#include "reply.h"
#include <string.h>

static void send_booking(struct gs_call *c, int status, const char *location_head)
{
    const struct gs_outcome *o = &c->api->outcome;
    struct gs_reply reply = {.status = status, .content_type = "application/json"};
    struct gs_json j = gs_reply_begin(c->x);
    struct gs_idem answer = {.status = status, .etag = o->booking->version, .lang = GS_LANG_NONE};
    char etag[GS_ETAG_TEXT];
    gs_json_booking(&j, NULL, o->booking, o->waitlist_position, c->service->rules(c->service->self)->tz, GS_SHOW_WHOLE);
    if (location_head != NULL) {
        size_t len = strlen(location_head);
        memcpy(answer.location, location_head, len);
        gs_booking_id_format(o->booking->id, answer.location + len);
    }
    gs_idem_keep(c, &answer);
    gs_etag_format(o->booking->version, etag);
    gs_reply_header(&reply, "ETag", etag);
    if (location_head != NULL) {
        gs_reply_header(&reply, "Location", answer.location);
    }
    gs_reply_send(c->x, &reply);
}

/* What became of the truck, in the form of the gate's decisions. */
static void send_admitted(struct gs_call *c)
{
    const struct gs_outcome *o = &c->api->outcome;
    const struct gs_gate_verdict v = {.decision = o->decision, .code = o->gate_code, .booking = o->booking};
    struct gs_reply reply = {.status = 200, .content_type = "application/json"};
    char etag[GS_ETAG_TEXT];
    gs_write_decision(c, c->service->book(c->service->self), &v, o);
    gs_idem_keep(c, &(struct gs_idem){.status = 200, .etag = o->booking->version, .lang = c->caller->lang});
    gs_etag_format(o->booking->version, etag);
    gs_reply_header(&reply, "ETag", etag);
    gs_reply_send(c->x, &reply);
}

static void send_refusal(struct gs_call *c, int command)
{
    const struct gs_outcome *o = &c->api->outcome;
    const struct gs_problem p = {.code = o->code, .outcome = o, .what = c->x->request.path, .command = command};
    struct gs_reply reply = {.status = gs_code_status(o->code)};
    struct gs_json j = gs_reply_begin(c->x);
    gs_problem_write(j.out, c->x, &p);
    if (gs_idem_final(o)) {
        gs_idem_keep(c, &(struct gs_idem){.status = reply.status, .lang = c->caller->lang});
    }
    gs_reply_problem_headers(&reply, o->code, c->caller->lang);
    gs_reply_send(c->x, &reply);
}

/* ---- an id that the book does not hold: the archive may know in which state it ended ---- */

struct archived {
    struct gs_exchange *x;
    int command;
    bool corrects; /* what was recorded: nothing of its state stands against that, but that its day is over */
};

static void archived_found(void *arg, struct gs_answer *answer)
{
    const struct archived *a = arg;
    struct gs_exchange *x = a->x;
    struct gs_outcome *o = &gs_api_of(x)->outcome;
    if (answer->err != GS_OK && answer->err != GS_E_NOTFOUND) {
        gs_query_failed(x, answer->err);
        return;
    }
    if (answer->err != GS_OK || answer->booking_count == 0 ||
        !gs_actor_sees(&gs_caller(x)->actor, answer->bookings[0].owner)) {
        gs_reply_not_found(x);
        return;
    }
    *o = (struct gs_outcome){.code = a->corrects ? GS_CODE_TOO_LATE : GS_CODE_WRONG_STATE,
                             .status = answer->bookings[0].status};
    gs_reply_problem(x, &(struct gs_problem){.code = o->code, .outcome = o, .command = a->command});
}

static void ask_archive(struct gs_call *c, const struct gs_command *command)
{
    const struct gs_query query = gs_query_booking(c->caller, command->booking_id);
    struct archived *a = gs_query_state(c->x, sizeof *a);
    if (a != NULL) {
        bool corrects = command->kind == GS_CMD_REVERT || command->kind == GS_CMD_REINSTATE || command->at_ms != 0;
        *a = (struct archived){.x = c->x, .command = (int)command->kind, .corrects = corrects};
        gs_query_store(c->x, &query, archived_found, a);
    }
}

static void apply(struct gs_call *c, struct gs_command *command)
{
    gs_rates_apply(c, command, &c->api->outcome);
}

/* ---- new bookings ---- */

static void create(struct gs_call *c, struct gs_command *command)
{
    struct gs_faults *faults = &c->api->faults;
    const struct gs_outcome *o = &c->api->outcome;
    if (faults->count > 0) {
        gs_book_request_faults(c->service->apply_due(c->service->self), command, faults);
        gs_reply_faults(c->x, faults);
        return;
    }
    apply(c, command);
    if (o->code != GS_CODE_OK) {
        send_refusal(c, (int)command->kind);
        return;
    }
    send_booking(c, o->booking->status == GS_WAITLISTED ? 202 : 201, "/v1/bookings/");
}

void gs_handle_book(struct gs_call *c)
{
    struct gs_command command = {.actor = c->caller->actor, .if_version = -1};
    gs_codec_booking(c->body, &command, &c->api->faults);
    create(c, &command);
}

void gs_handle_walk_in(struct gs_call *c)
{
    struct gs_command command = {.actor = c->caller->actor, .if_version = -1};
    gs_codec_walk_in(c->body, &command, &c->api->faults);
    create(c, &command);
}

/* ---- calls on one booking ---- */

/* An If-Match that names another version is refused for every call; true: go on. Nothing is said of what is not seen. */
static bool precondition_of(struct gs_call *c, struct gs_command *command, const struct gs_booking *b)
{
    const char *wanted = gs_request_list(&c->x->request, "if-match", c->api->room);
    struct gs_outcome *o = &c->api->outcome;
    if (wanted == NULL || b == NULL || !gs_actor_sees(&c->caller->actor, b->owner)) {
        return true;
    }
    if (gs_etag_listed(wanted, b->version, false)) {
        command->if_version = b->version;
        return true;
    }
    *o = (struct gs_outcome){.code = GS_CODE_VERSION_MISMATCH, .booking = b};
    gs_reply_problem(c->x, &(struct gs_problem){.code = o->code, .outcome = o, .command = (int)command->kind});
    return false;
}

/* Of the booking that is meant the driver's name is known, and need not stand in a reason. Of another's nothing is looked at. */
static void mask_driver(struct gs_command *command, const struct gs_booking *b)
{
    if (b != NULL && command->reason[0] != '\0' && gs_actor_sees(&command->actor, b->owner)) {
        gs_name_mask(command->reason, sizeof command->reason, b->truck.driver_name);
    }
}

static bool precondition_holds(struct gs_call *c, struct gs_command *command)
{
    const struct gs_booking *b = gs_book_get(c->service->apply_due(c->service->self), command->booking_id);
    mask_driver(command, b);
    return precondition_of(c, command, b);
}

static void carry_out(struct gs_call *c, struct gs_command *command)
{
    const struct gs_outcome *o = &c->api->outcome;
    if (c->api->faults.count > 0) {
        gs_reply_faults(c->x, &c->api->faults);
        return;
    }
    if (!precondition_holds(c, command)) {
        return;
    }
    apply(c, command);
    if (o->code == GS_CODE_OK && command->kind == GS_CMD_ADMIT) {
        send_admitted(c);
    } else if (o->code == GS_CODE_OK) {
        send_booking(c, 200, NULL);
    } else if (o->code == GS_CODE_NOT_FOUND) {
        ask_archive(c, command);
    } else {
        send_refusal(c, (int)command->kind);
    }
}

/* ---- excusing a booking that has left the book: its row is asked for first, so that the answer can show it ---- */

struct excuse_call {
    struct gs_exchange *x;
    const struct gs_route *route;
    struct gs_command command;
};

static void excuse_found(void *arg, struct gs_answer *answer)
{
    struct excuse_call *e = arg;
    struct gs_api *api = gs_api_of(e->x);
    struct gs_call c = {.x = e->x, .api = api, .caller = gs_caller(e->x), .service = &api->service, .route = e->route};
    struct gs_outcome *o = &api->outcome;
    if (answer->err != GS_OK) {
        gs_query_failed(e->x, answer->err);
        return;
    }
    if (!gs_auth_stands(e->x)) { /* nothing is done for who has lost his place here meanwhile */
        gs_auth_refuse_ended(e->x);
        return;
    }
    struct gs_booking *row = &answer->bookings[0];
    mask_driver(&e->command, row);
    /* what was asked with the same key in the meantime has its answer already */
    if (!gs_idem_begin(&c) || !precondition_of(&c, &e->command, row)) {
        return;
    }
    apply(&c, &e->command);
    if (o->code == GS_CODE_NOT_FOUND) {
        o->code = gs_strikes_of_past(c.service->rules(c.service->self), row, o);
    }
    if (o->code != GS_CODE_OK) {
        send_refusal(&c, (int)e->command.kind);
        return;
    }
    row->excused = true;
    row->version++;
    row->updated_ms = gs_book_now(c.service->book(c.service->self));
    o->booking = row;
    send_booking(&c, 200, NULL);
    o->booking = NULL; /* it goes with the answer */
}

static void excuse_archived(struct gs_call *c, const struct gs_command *command)
{
    const struct gs_query query = gs_query_booking(c->caller, command->booking_id);
    struct excuse_call *e = gs_query_state(c->x, sizeof *e);
    if (e != NULL) {
        *e = (struct excuse_call){.x = c->x, .route = c->route, .command = *command};
        gs_query_store(c->x, &query, excuse_found, e);
    }
}

static bool take_id(struct gs_call *c, struct gs_command *command)
{
    if (gs_booking_id_parse(c->parts[0], strlen(c->parts[0]), &command->booking_id)) {
        return true;
    }
    gs_reply_not_found(c->x);
    return false;
}

void gs_handle_change(struct gs_call *c)
{
    struct gs_command command = {.actor = c->caller->actor, .if_version = -1};
    if (!take_id(c, &command)) {
        return;
    }
    if (gs_request_header(&c->x->request, "if-match") == NULL) {
        gs_reply_code(c->x, GS_CODE_PRECONDITION_REQUIRED);
        return;
    }
    gs_codec_change(c->body, &command, &c->api->faults);
    carry_out(c, &command);
}

void gs_handle_step(struct gs_call *c)
{
    struct gs_command command = {
        .kind = (enum gs_command_kind)c->route->command, .actor = c->caller->actor, .if_version = -1};
    if (!take_id(c, &command)) {
        return;
    }
    if (command.kind == GS_CMD_RESCHEDULE) {
        gs_codec_reschedule(c->body, &command, &c->api->faults);
    } else {
        gs_codec_step(c->body, &command, &c->api->faults);
    }
    bool excuses = command.kind == GS_CMD_EXCUSE && c->api->faults.count == 0;
    if (excuses && gs_book_get(c->service->apply_due(c->service->self), command.booking_id) == NULL) {
        excuse_archived(c, &command);
        return;
    }
    carry_out(c, &command);
}
