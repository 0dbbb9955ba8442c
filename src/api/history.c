/* The call that shows a booking's history: its events in order, each with a sentence, to those who may see the booking. */
#include "handlers.h"
#include "query_store.h"
#include "reply.h"
#include "told_events.h"
#include <stdlib.h>
#include <string.h>

static void told_free(void *state)
{
    gs_told_finish(state);
    free(state);
}

static void write_some(struct gs_exchange *x)
{
    struct gs_told_events *t = x->state;
    if (gs_told_some(t, x)) {
        gs_work_go_on(x, write_some);
        return;
    }
    gs_json_null(&t->json, "next_cursor");
    gs_json_end_object(&t->json);
    gs_told_send(t, x);
}

static void history_found(void *arg, struct gs_answer *answer)
{
    struct gs_exchange *x = arg;
    if (answer->err != GS_OK) {
        gs_query_failed(x, answer->err);
        return;
    }
    struct gs_told_events *t = gs_query_state(x, sizeof *t);
    if (t == NULL) {
        return;
    }
    x->state_free = told_free;
    gs_told_begin(t, answer);
    write_some(x);
}

static void ask_history(struct gs_exchange *x, const struct gs_booking *b)
{
    const struct gs_query query = {.kind = GS_QUERY_HISTORY,
                                   .u.history = {.last_event = b->last_event, .limit = GS_PAGE_MAX}};
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

void gs_handle_history(struct gs_call *c)
{
    int64_t id = 0;
    if (!gs_booking_id_parse(c->parts[0], strlen(c->parts[0]), &id)) {
        gs_reply_not_found(c->x);
        return;
    }
    if (gs_work_put_off(c)) {
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
