/* Writes events with their sentences some at a time. What a sentence says is event_text.c's. */
#include "told_events.h"
#include "event_text.h"
#include "reply.h"

enum { EVENTS_AT_ONCE = 8 };

void gs_told_begin(struct gs_told_events *t, struct gs_answer *answer)
{
    *t = (struct gs_told_events){.answer = *answer};
    *answer = (struct gs_answer){0};
    gs_arena_init(&answer->arena);
    gs_buf_init(&t->body, GS_OUTPUT_HARD_MAX);
    gs_json_init(&t->json, &t->body);
    gs_json_object(&t->json, NULL);
    gs_json_array(&t->json, "items");
}

void gs_told_finish(struct gs_told_events *t)
{
    gs_answer_finish(&t->answer);
    gs_buf_finish(&t->body);
}

bool gs_told_some(struct gs_told_events *t, const struct gs_exchange *x)
{
    const struct gs_service *service = &gs_api_of(x)->service;
    const struct gs_rules *rules = service->rules(service->self);
    struct gs_buf sentence;
    gs_buf_init(&sentence, GS_SENTENCE_MAX);
    for (int n = 0; n < EVENTS_AT_ONCE && t->written < t->answer.event_count; n++) {
        gs_event_told(&t->json, &t->answer.events[t->written++], gs_caller(x)->lang, rules, &sentence);
    }
    gs_buf_finish(&sentence);
    if (t->written < t->answer.event_count) {
        return true;
    }
    gs_json_end_array(&t->json);
    return false;
}

void gs_told_send(struct gs_told_events *t, struct gs_exchange *x)
{
    struct gs_reply reply = {.status = 200, .content_type = "application/json"};
    gs_reply_own(x, &t->body, &reply);
}
