/* Answers of the store: how one is given back. Asking and answering are the store's. */
#include "gateslot/core/query.h"

void gs_answer_finish(struct gs_answer *a)
{
    gs_arena_finish(&a->arena);
    *a = (struct gs_answer){0};
    gs_arena_init(&a->arena);
}
