/* The call that shows a booking's history: its events in order, each with a sentence, to those who may see the booking. The latest are a
 * page; next_cursor leads to those before them. */
#include "handlers.h"
#include "query_store.h"
#include "reply.h"
#include "told_events.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct history_asked {
    int64_t cursor, limit; /* cursor: the number of the event to end with; 0 = the latest */
    int64_t before;        /* of the next page; 0 = this is the last */
    struct gs_told_events told;
    bool begun;
};

static void asked_free(void *state)
{
    struct history_asked *a = state;
    if (a->begun) {
        gs_told_finish(&a->told);
    }
    free(a);
}

static void write_some(struct gs_exchange *x)
{
    struct history_asked *a = x->state;
    char cursor[24];
    if (gs_told_some(&a->told, x)) {
        gs_work_go_on(x, write_some);
        return;
    }
    (void)snprintf(cursor, sizeof cursor, "%" PRId64, a->before);
    gs_json_str(&a->told.json, "next_cursor", a->before != 0 ? cursor : NULL);
    gs_json_end_object(&a->told.json);
    gs_told_send(&a->told, x);
}

static void history_found(void *arg, struct gs_answer *answer)
{
    struct gs_exchange *x = arg;
    struct history_asked *a = x->state;
    if (answer->err == GS_E_NOTFOUND && a->cursor != 0) {
        struct gs_faults *faults = &gs_api_of(x)->faults;
        char text[24];
        (void)snprintf(text, sizeof text, "%" PRId64, a->cursor);
        *faults = (struct gs_faults){.count = 0};
        gs_fault_add(faults, GS_FAULT_FORMAT, "?cursor", text, "next_cursor");
        gs_reply_faults(x, faults);
        return;
    }
    if (answer->err != GS_OK) {
        gs_query_failed(x, answer->err);
        return;
    }
    a->before = answer->more ? answer->scanned_seq : 0;
    gs_told_begin(&a->told, answer);
    a->begun = true;
    write_some(x);
}

static void ask_history(struct gs_exchange *x, const struct gs_booking *b)
{
    const struct history_asked *a = x->state;
    const struct gs_query query = {.kind = GS_QUERY_HISTORY,
                                   .u.history = {.booking_id = b->id,
                                                 .last_event = a->cursor != 0 ? a->cursor : b->last_event,
                                                 .limit = (int32_t)a->limit}};
    if (!gs_actor_sees(&gs_caller(x)->actor, b->owner)) {
        gs_reply_not_found(x);
        return;
    }
    gs_query_store(x, &query, history_found, x);
}

static void booking_found(void *arg, struct gs_answer *answer)
{
    struct gs_exchange *x = arg;
    if (answer->err != GS_OK || answer->booking_count == 0) {
        gs_query_failed(x, answer->err == GS_OK ? GS_E_NOTFOUND : answer->err);
    } else {
        ask_history(x, &answer->bookings[0]);
    }
}

/* False: it was answered. */
static bool take_asked(struct gs_call *c)
{
    struct history_asked given = {.limit = GS_PAGE_MAX};
    (void)gs_params_int(&c->params, "limit", 1, GS_PAGE_MAX, &given.limit);
    (void)gs_params_int(&c->params, "cursor", 1, INT64_MAX, &given.cursor);
    if (c->api->faults.count > 0) {
        gs_reply_faults(c->x, &c->api->faults);
        return false;
    }
    struct history_asked *a = gs_query_state(c->x, sizeof *a);
    if (a == NULL) {
        return false;
    }
    *a = given;
    c->x->state_free = asked_free;
    return true;
}

void gs_handle_history(struct gs_call *c)
{
    int64_t id = 0;
    if (!gs_booking_id_parse(c->parts[0], strlen(c->parts[0]), &id)) {
        gs_reply_not_found(c->x);
        return;
    }
    if (gs_work_put_off(c) || !take_asked(c)) {
        return;
    }
    const struct gs_booking *b = gs_book_get(c->service->apply_due(c->service->self), id);
    if (b != NULL && gs_actor_sees(&c->caller->actor, b->owner)) {
        ask_history(c->x, b);
        return;
    }
    const struct gs_query query = gs_query_booking(c->caller, id); /* another's, or none: the same work */
    gs_query_store(c->x, &query, booking_found, c->x);
}
