/* The call that shows a booking's history: its events in order, each with a sentence, to those who may see the booking. */
#include "event_text.h"
#include "handlers.h"
#include "query_store.h"
#include "reply.h"
#include <string.h>

static void history_found(void *arg, struct gs_answer *answer)
{
    struct gs_exchange *x = arg;
    const struct gs_service *service = &gs_api_of(x)->service;
    const struct gs_rules *rules = service->rules(service->self);
    struct gs_buf sentence;
    struct gs_json j;
    if (answer->err != GS_OK) {
        gs_query_failed(x, answer->err);
        return;
    }
    j = gs_reply_begin(x);
    gs_buf_init(&sentence, GS_SENTENCE_MAX);
    gs_json_object(&j, NULL);
    gs_json_array(&j, "items");
    for (size_t i = 0; i < answer->event_count; i++) {
        gs_event_told(&j, &answer->events[i], gs_caller(x)->lang, rules, &sentence);
    }
    gs_json_end_array(&j);
    gs_json_null(&j, "next_cursor");
    gs_json_end_object(&j);
    gs_buf_finish(&sentence);
    gs_reply_json(x, 200);
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
