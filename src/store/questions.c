/* Questions to the store on their way to the writer's thread, and their answers on the way back to the loop: in their order, each after every
 * batch handed over before it; bounded; and refused where what they ask about was lost with a batch. */
#include "writer_impl.h"
#include <stdlib.h>
#include <unistd.h>

void gs_questions_push(struct gs_asked_queue *q, struct gs_asked *asked)
{
    asked->next = NULL;
    if (q->last != NULL) {
        q->last->next = asked;
    } else {
        q->first = asked;
    }
    q->last = asked;
}

static void push_first(struct gs_asked_queue *q, struct gs_asked *asked)
{
    asked->next = q->first;
    q->first = asked;
    if (q->last == NULL) {
        q->last = asked;
    }
}

struct gs_asked *gs_questions_pop(struct gs_asked_queue *q)
{
    struct gs_asked *asked = q->first;
    if (asked != NULL) {
        q->first = asked->next;
        if (q->first == NULL) {
            q->last = NULL;
        }
    }
    return asked;
}

void gs_questions_wake_loop(struct gs_writer *w)
{
    const uint64_t one = 1;
    /* Full at 2^64 − 2 only; interrupted it is not, the thread takes no signals. */
    ssize_t put = write(w->wake_fd, &one, sizeof one);
    (void)put;
}

struct gs_asked *gs_questions_next(struct gs_writer *w)
{
    const struct gs_asked *first = w->questions.first;
    const bool may = first != NULL && !(w->has_batch && first->after == w->submitted);
    return may ? gs_questions_pop(&w->questions) : NULL;
}

void gs_questions_give(struct gs_writer *w, struct gs_asked *asked)
{
    gs_questions_push(&w->answers, asked);
    gs_questions_wake_loop(w);
}

static bool asks_of_lost(const struct gs_writer *w, const struct gs_asked *asked)
{
    return asked->is_lost || (w->report.err == GS_E_FULL && asked->after >= w->report.failed);
}

bool gs_questions_refuse_lost(const struct gs_writer *w, struct gs_asked *asked)
{
    if (!asks_of_lost(w, asked)) {
        return false;
    }
    if (asked->progress.begun) {
        gs_answer_finish(&asked->answer);
    }
    asked->answer = (struct gs_answer){.err = GS_E_FULL};
    gs_arena_init(&asked->answer.arena);
    return true;
}

void gs_questions_mark_lost(struct gs_writer *w)
{
    for (struct gs_asked *asked = w->questions.first; asked != NULL; asked = asked->next) {
        asked->is_lost = asks_of_lost(w, asked);
    }
}

struct gs_asked_queue gs_questions_take_answers(struct gs_writer *w)
{
    const struct gs_asked_queue answers = w->answers;
    w->answers = (struct gs_asked_queue){0};
    for (const struct gs_asked *asked = answers.first; asked != NULL; asked = asked->next) {
        w->question_count--;
    }
    return answers;
}

void gs_questions_tell(struct gs_asked_queue *answers)
{
    for (struct gs_asked *asked = gs_questions_pop(answers); asked != NULL; asked = gs_questions_pop(answers)) {
        asked->done(asked->arg, &asked->answer);
        gs_answer_finish(&asked->answer);
        free(asked);
    }
}

int gs_writer_query(struct gs_writer *w, const struct gs_query *query, gs_query_done done, void *arg)
{
    struct gs_asked *asked = calloc(1, sizeof *asked);
    if (asked == NULL) {
        return GS_E_NOMEM;
    }
    asked->query = *query;
    asked->done = done;
    asked->arg = arg;
    (void)pthread_mutex_lock(&w->lock);
    bool has_room = w->question_count < GS_QUERIES_MAX;
    if (has_room) {
        w->question_count++;
        asked->after = w->submitted;
        if (query->kind == GS_QUERY_STORE) { /* small, and asked where something is amiss */
            push_first(&w->questions, asked);
        } else {
            gs_questions_push(&w->questions, asked);
        }
        (void)pthread_cond_signal(&w->work);
    }
    (void)pthread_mutex_unlock(&w->lock);
    if (!has_room) {
        free(asked);
        return GS_E_BUSY;
    }
    return GS_OK;
}
