/* The app's inside: what its files share. One struct, passed first, owns everything that runs. */
#ifndef GATESLOT_APP_APP_H
#define GATESLOT_APP_APP_H

#include "clock.h"
#include "gateslot/api/api.h"
#include "gateslot/base/rules.h"
#include "gateslot/conf/conf.h"
#include "gateslot/core/book.h"
#include "gateslot/core/record.h"
#include "gateslot/store/store.h"
#include "idempotency_keys.h"
#include <event2/event.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct gs_app_options {
    const char *config_path;
    bool drill;
    int64_t drill_start_ms;
    int32_t drill_speed;
};

struct gs_app_replay;

struct gs_app {
    struct gs_app_options options;
    struct gs_config *boot;   /* of the start: its zone serves the store */
    struct gs_config *config; /* in force; the same as boot until a reload */
    struct gs_clock clock;
    struct event_base *base;

    struct gs_store *store; /* ours only while no writer runs, or it is paused */
    struct gs_writer *writer;
    struct gs_book *book;
    struct gs_batch batch; /* the open one: what this and earlier turns added since the last hand-over */
    struct gs_idem_keys idem_keys;
    struct gs_api *api;
    struct gs_http *http; /* serves api */
    struct gs_service service;

    struct gs_app_replay *replay;                    /* under way; NULL: none */
    struct gs_waiting_query *queries, **queries_end; /* questions that wait for the open batch to be handed over */
    size_t query_count;
    uint64_t submitted;         /* number of the last batch handed over */
    uint64_t durable;           /* number of the last batch on disk */
    uint64_t last_with_records; /* number of the last batch handed over with records: what may be seen waits for it */
    int64_t submitted_seq, durable_seq;       /* the last event of those */
    int64_t submitted_now_ms, durable_now_ms; /* the site's time as stored with them: a restart goes on from it */
    bool storage_full;                        /* the disk was full: no new bookings until the reserve is back */
    bool stopping;                            /* draining after the first signal */
    int exit_status;

    struct event *wake, *due, *second;
    struct event *space; /* runs while the reserve is given up */
    struct event *signals[3];
    int64_t wake_ms;           /* monotonic: when the writer was last seen to answer */
    unsigned char random[256]; /* as many as getentropy gives at once */
    size_t random_left;
    struct {
        uint64_t commands, refusals, batches, records, largest_batch, reloads;
    } count;
};

/* load_book.c: the one load path. Rebuilds book, tokens and answers from the store; 0 or an error, with the cause logged. */
int gs_app_load(struct gs_app *app) GS_MUST_CHECK;
/* book_time.c */
int64_t gs_app_now(const struct gs_app *app);
/* What is due up to now is applied to the book and joins the open batch; what was borrowed from the book is void. */
void gs_app_apply_due(struct gs_app *app);
/* Ends the process where the open batch ran out of memory: the book may be half changed and nothing of the batch was acknowledged, so the
 * store is the truth. */
void gs_app_check_batch(const struct gs_app *app);
/* service.c */
void gs_app_service_init(struct gs_app *app);
/* turn.c: the loop turn. */
int gs_app_turn_init(struct gs_app *app, int wake_fd) GS_MUST_CHECK;
void gs_app_turn_finish(struct gs_app *app);
void gs_app_turn_end(struct gs_app *app); /* after each round of events */
/* Before a command: what a long round has gathered so far goes to an idle writer, so that it syncs while the round goes on. */
void gs_app_turn_overlap(struct gs_app *app);
/* Stamp of what was read or changed just now: the batch that must be durable first; 0 = all is. */
uint64_t gs_app_stamp(const struct gs_app *app);
/* A question to the store, queued behind every batch that holds something the asker may have seen. */
int gs_app_query(struct gs_app *app, const struct gs_query *query, gs_query_done done, void *arg) GS_MUST_CHECK;
/* replay_run.c: the journal of all dates is replayed beside the live service, one at a time (else GS_E_BUSY). */
int gs_app_replay(struct gs_app *app, gs_date date, const struct gs_replay_waiter *waiter) GS_MUST_CHECK;
void gs_app_replay_finish(struct gs_app *app); /* after the writer has stopped: without an answer */
/* listen.c: all sockets of the config and of socket activation. */
int gs_app_listen(struct gs_app *app) GS_MUST_CHECK;
/* reload_config.c */
void gs_app_reload(struct gs_app *app);
/* signals.c */
int gs_app_signals_init(struct gs_app *app) GS_MUST_CHECK;
void gs_app_signals_finish(struct gs_app *app);
/* run.c: start, loop, stop; returns the exit status. */
void gs_app_print_problems(FILE *out, const char *path, const struct gs_config_problems *problems, int err);
int gs_app_run(const struct gs_app_options *options);

#endif
