/* Puts questions to the store for handlers, and answers the client where that fails: the store's queue is full, memory is out, or
 * the store could not say. */
#include "query_store.h"
#include "gateslot/base/text.h"
#include "reply.h"
#include <assert.h>
#include <stdlib.h>

void *gs_query_state(struct gs_exchange *x, size_t size)
{
    assert(!x->state);
    x->state = calloc(1, size);
    x->state_free = free;
    if (x->state == NULL) {
        gs_reply_code(x, GS_CODE_OVERLOADED);
        return NULL;
    }
    gs_exchange_holds(x, size);
    return x->state;
}

struct gs_query gs_query_booking(const struct gs_caller *caller, int64_t id)
{
    struct gs_query query = {.kind = GS_QUERY_BOOKING, .u.id = id};
    if (caller->actor.role == GS_ROLE_BACKEND) {
        (void)gs_text_copy(query.owner, sizeof query.owner, caller->actor.name);
    }
    return query;
}

void gs_query_store(struct gs_exchange *x, const struct gs_query *query,
                    void (*done)(void *arg, struct gs_answer *answer), void *arg)
{
    const struct gs_service *service = &gs_api_of(x)->service;
    if (gs_caller(x)->task.state == GS_TASK_RUNNING) {
        gs_work_ask(x, query, done, arg);
    } else if (service->query(service->self, query, done, arg) != GS_OK) {
        gs_reply_code(x, GS_CODE_OVERLOADED);
    }
}

void gs_query_failed(struct gs_exchange *x, int err)
{
    if (err == GS_E_NOTFOUND) {
        gs_reply_not_found(x);
    } else if (err == GS_E_FULL) { /* what it was to see was not stored */
        gs_reply_code(x, GS_CODE_STORAGE_FULL);
    } else {
        gs_reply_code(x, err == GS_E_BUSY ? GS_CODE_OVERLOADED : GS_CODE_INTERNAL);
    }
}
