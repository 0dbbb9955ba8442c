/* The outside of the app, in the test's hands. The app's own files run as they are; what they call of the outside is replaced when
 * the test is linked: libevent's loop and the clocks (loop.c), the store and its writer (disk.c), the connections (replies.c). Nothing
 * happens by itself: the test says when a timer fires, when a batch is on disk and when it fails. Tests run one after the other, so
 * there is one outside at a time, the one mutable object at file scope of these programs. */
#ifndef GATESLOT_TESTS_APP_OUTSIDE_H
#define GATESLOT_TESTS_APP_OUTSIDE_H

#include "app.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* More than any of these tests makes. */
#define ROWS_MAX 512 /* bookings, kept answers */
#define REPLIES_MAX 16384

struct event {
    struct event *next;
    int fd;
    short what;
    event_callback_fn call;
    void *arg;
    bool added;
    int64_t wait_ms; /* as it was last added; -1: without a timeout */
    int32_t added_count;
};

/* A request's reply, as the connections hold it. */
enum reply_state { REPLY_HELD, REPLY_LEFT, REPLY_REPLACED /* left, as 507 storage_full */ };
struct reply {
    uint64_t stamp;
    enum reply_state state;
};

struct question {
    gs_query_done done;
    void *arg;
};

/* What is on disk. */
struct disk {
    struct gs_booking bookings[ROWS_MAX]; /* by id − 1 */
    size_t booking_count;
    struct gs_idem idems[ROWS_MAX]; /* by row − 1 */
    size_t idem_count, idems_gone;  /* so many of the first are forgotten */
    int64_t last_seq, now_ms;
    int32_t events_of[GS_EVENT_TYPES];
    int32_t journals;    /* batches that had a journal */
    size_t last_journal; /* bytes of the latest */
    int32_t loads;
    int load_error; /* the next load ends with it */
    bool reserve_given_up, has_space;
};

struct outside {
    int64_t mono_ms, wall_ms; /* set by the test alone; the time since boot goes with wall_ms … */
    int64_t leap_ms;          /* … and the wall clock, on top of it, leaps */
    struct event *events;
    void (*round)(struct gs_app *app, int32_t number); /* of gs_app_run: what happens in each round of events, from 1 */
    int32_t rounds;
    struct gs_app *app; /* of gs_app_run */

    struct disk disk;
    struct gs_writer *writer;
    uint64_t writer_asked_after; /* the batch handed over last when the writer got its latest question */
    int32_t maintained;          /* calls of gs_writer_maintain, and the latest */
    gs_date first_date, erase_date;
    int64_t idem_before_ms;

    struct reply replies[REPLIES_MAX];
    size_t reply_count;
    uint64_t durable;
    int64_t durable_seq;
    bool draining, writing; /* writing: the kernel has not taken all that left */
    int listening[8];       /* descriptors that the connections took over */
    bool listening_unix[8];
    int32_t listening_count;

    int32_t bases;                             /* libevent's, not freed yet */
    int32_t alive, ready, reloading, stopping; /* told to the service manager */
    int passed_sockets;
    bool may_end; /* the process may end now: outside.ended is set */
    jmp_buf ended;
    char log[1 << 16];
    size_t log_len;
};
extern struct outside outside;

/* ---- loop.c ---- */
void outside_clear(void);   /* an empty disk, 07:00 of a Wednesday */
void fire(struct event *e); /* it must be waiting */
/* Runs what is given: the process must end in it, with status 1. */
#define ends_with_status_1(statement)                                                                                  \
    do {                                                                                                               \
        outside.may_end = true;                                                                                        \
        if (setjmp(outside.ended) == 0) {                                                                              \
            statement;                                                                                                 \
            fail_msg("the process goes on");                                                                           \
        }                                                                                                              \
        outside.may_end = false;                                                                                       \
    } while (0)
int32_t logged(const char *part); /* lines of the log that contain this */

/* ---- disk.c: the writer's work, when the test wants it ---- */
bool is_syncing(void); /* a batch is in work */
/* The batch in work is on disk, or fails; the loop is told. */
void disk_syncs(struct gs_app *app);
void disk_fails(struct gs_app *app, int err);
/* The questions that the writer has are answered, in order; the loop is told. Returns how many. */
int32_t disk_answers(struct gs_app *app);
size_t questions_at_writer(void);

/* ---- replies.c ---- */
/* A request is answered now, as by gs_exchange_reply: with the stamp of this moment. */
struct reply *reply_now(struct gs_app *app);

/* ---- fixture.c: an app as gs_app_run starts it, over an empty disk, at 07:00 of a Wednesday, with the three windows of the
 * default configuration ---- */
struct fixture {
    char directory[64], config_path[96];
    struct gs_app *app; /* own, or that of gs_app_run */
    struct gs_app own;
    struct gs_outcome out; /* of the latest command */
    int32_t trucks;        /* made so far: each has its own plate and container */
};
int fixture_setup(void **state);
int fixture_setup_quiet(void **state); /* the journal of the start is on disk: a test counts only its own */
int fixture_teardown(void **state);
void fixture_restart(struct fixture *f); /* over the same disk */
/* For those that start it by gs_app_run: only the directory with the config, and its end. */
void fixture_directory(struct fixture *f);
void fixture_remove(struct fixture *f);
void fixture_config(struct fixture *f, const char *text); /* the file is written anew */
/* Each is one request: a command, for a booking its kept answer as well, and the reply. */
struct reply *book_at(struct fixture *f, int32_t slot_min); /* today */
struct reply *book(struct fixture *f);                      /* today at noon */
struct reply *arrive(struct fixture *f, int64_t id);
struct reply *refused(struct fixture *f); /* one that is refused: nothing but the journal remembers it */
struct reply *read_list(struct fixture *f);
int64_t instant(const char *rfc3339);

#endif
