/* Copies of the store that the writer's thread makes between batches, one at a time: backups, and those that a check of the whole reads instead
 * of the store, so that no batch waits while every page is read. Where there is no room for such a copy, the store itself is read, and
 * batches wait. A second backup is refused; a check waits for a copy under way, and a backup for a check. */
#include "gateslot/base/text.h"
#include "writer_impl.h"

static bool is_backup(const struct gs_asked *asked)
{
    return asked->query.kind == GS_QUERY_BACKUP;
}

static bool is_backup_under_way(const struct gs_writer *w)
{
    bool found = w->copy != NULL && is_backup(w->copy_for);
    for (const struct gs_asked *a = w->copies_asked.first; a != NULL; a = a->next) {
        found = found || is_backup(a);
    }
    return found;
}

/* False: it is answered already. */
static bool begin(struct gs_writer *w, struct gs_asked *asked)
{
    struct gs_answer *a = &asked->answer;
    gs_arena_init(&a->arena);
    if (is_backup(asked)) {
        a->err = gs_backup_start(w->store, asked->query.u.path, &w->waker, &w->copy, a->text, sizeof a->text);
    } else {
        a->err = gs_backup_start_check(w->store, &w->waker, &w->copy, a->text, sizeof a->text);
    }
    if (a->err == GS_OK) {
        w->copy_for = asked;
        return true;
    }
    if (!is_backup(asked)) {
        gs_store_query(w->store, &asked->query, a);
    }
    return false;
}

bool gs_copies_begin(struct gs_writer *w, struct gs_asked *asked)
{
    struct gs_answer *a = &asked->answer;
    if (is_backup(asked) && is_backup_under_way(w)) {
        gs_arena_init(&a->arena);
        a->err = GS_E_BUSY;
        (void)gs_text_copy(a->text, sizeof a->text, "another backup is being made");
        return false;
    }
    if (w->copy != NULL) {
        gs_questions_push(&w->copies_asked, asked);
        return true;
    }
    return begin(w, asked);
}

bool gs_copies_go_on(const struct gs_writer *w)
{
    return w->copy != NULL && !gs_backup_is_waiting(w->copy);
}

/* What is wrong with the store is an answer. A copy that could not be made, or not be read, says nothing of it. */
static void judge_check(struct gs_writer *w)
{
    struct gs_answer *a = &w->copy_for->answer;
    if (a->err == GS_E_CORRUPT) {
        a->err = GS_OK;
    } else if (a->err != GS_OK) {
        a->text[0] = '\0';
        gs_store_query(w->store, &w->copy_for->query, a);
    }
}

void gs_copies_step(struct gs_writer *w)
{
    struct gs_asked *asked = w->copy_for, *next;
    struct gs_answer *a = &asked->answer;
    bool done = false;
    (void)pthread_mutex_unlock(&w->lock);
    a->err = gs_backup_step(w->copy, &done, a->text, sizeof a->text);
    done = done || a->err != GS_OK;
    if (done) {
        gs_backup_finish(w->copy);
        w->copy = NULL;
        if (!is_backup(asked)) {
            judge_check(w);
        }
    }
    (void)pthread_mutex_lock(&w->lock);
    if (!done) {
        return;
    }
    gs_questions_give(w, asked);
    w->copy_for = NULL;
    while (w->copy == NULL && (next = gs_questions_pop(&w->copies_asked)) != NULL) {
        (void)pthread_mutex_unlock(&w->lock);
        const bool begun = begin(w, next);
        (void)pthread_mutex_lock(&w->lock);
        if (!begun) {
            gs_questions_give(w, next);
        }
    }
}
