/* The writer as its files know it: writer.c the thread, questions.c what is asked of it and answered, copies.c the copies that it makes. */
#ifndef GATESLOT_STORE_WRITER_IMPL_H
#define GATESLOT_STORE_WRITER_IMPL_H

#include "backup.h"
#include <pthread.h>
#include <stdatomic.h>

struct gs_asked { /* a question on its way there and its answer on its way back */
    struct gs_asked *next;
    struct gs_query query;
    struct gs_answer answer;
    struct gs_query_progress progress; /* of an answer that is made in steps */
    uint64_t after;                    /* the batch handed over last when it was asked: it must see that one */
    bool is_lost;                      /* that one was not stored */
    gs_query_done done;
    void *arg;
};
struct gs_asked_queue {
    struct gs_asked *first, *last;
};

struct gs_writer {
    struct gs_store *store; /* the thread's; the loop's while paused */
    pthread_t thread;
    int wake_fd;
    atomic_bool busy;  /* a batch is handed over and not yet done */
    atomic_bool tells; /* durable events are wanted */

    pthread_mutex_t lock; /* of all below */
    pthread_cond_t work;  /* to the thread: there is something to do */
    pthread_cond_t idle;  /* to the loop: the thread is paused */
    struct gs_batch batch;
    bool has_batch; /* the thread has it, or will take it next */
    bool pausing, paused, stopping;
    uint64_t submitted;
    struct gs_writer_report report;
    struct gs_asked_queue questions, answers;
    size_t question_count;
    bool upkeep_due, second_due;
    gs_date first_date, erase_date;
    int64_t idem_before_ms;

    /* the thread's own */
    struct gs_backup *copy;             /* being made, or checked */
    struct gs_asked *copy_for;          /* who asked for it */
    struct gs_asked_queue copies_asked; /* who wait until it is done */
    struct gs_backup_waker waker;
};

/* questions.c; with the lock held where nothing else is said. */
void gs_questions_wake_loop(struct gs_writer *w); /* with or without it */
/* The first that may be answered now, taken from the queue; NULL: none. */
struct gs_asked *gs_questions_next(struct gs_writer *w);
void gs_questions_push(struct gs_asked_queue *q, struct gs_asked *asked);
struct gs_asked *gs_questions_pop(struct gs_asked_queue *q);
/* Its answer goes to the loop. */
void gs_questions_give(struct gs_writer *w, struct gs_asked *asked);
/* Was it asked behind a batch that found the disk full, by one who may have seen what stood in it? Then it is answered so. */
bool gs_questions_refuse_lost(const struct gs_writer *w, struct gs_asked *asked);
/* Those that wait remember it, when the failure is over. */
void gs_questions_mark_lost(struct gs_writer *w);
struct gs_asked_queue gs_questions_take_answers(struct gs_writer *w);
/* Without the lock: calls those who asked. */
void gs_questions_tell(struct gs_asked_queue *answers);

/* copies.c: of the thread, without the lock where nothing else is said. */
/* A backup, or a check of the whole. False: it is answered already. */
bool gs_copies_begin(struct gs_writer *w, struct gs_asked *asked);
/* Is there a step to be done? */
bool gs_copies_go_on(const struct gs_writer *w);
/* With the lock, given up meanwhile. */
void gs_copies_step(struct gs_writer *w);

#endif
