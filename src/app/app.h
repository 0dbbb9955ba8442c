/* What the files of the app share: one struct, passed first, that owns everything that runs. */
#ifndef GATESLOT_APP_APP_H
#define GATESLOT_APP_APP_H

#include "clock.h"
#include "clock_mark.h"
#include "gateslot/api/api.h"
#include "gateslot/base/rules.h"
#include "gateslot/conf/conf.h"
#include "gateslot/core/book.h"
#include "gateslot/core/record.h"
#include "gateslot/core/refusals.h"
#include "gateslot/store/store.h"
#include "gateslot/tls/tls_server.h"
#include "hasher.h"
#include "idempotency_keys.h"
#include "local_users.h"
#include <event2/event.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct gs_app_options {
    const char *config_path;
    bool accept_changes; /* of windows and the zone under live bookings, at this start */
    bool drill;
    const char *move_from, *move_to; /* addresses of a store that is to move; NULL: none is */
    const char *restore_path;        /* a backup that is to take the store's place; NULL: the daemon runs */
    bool accept_loss;                /* goes on with what is there, where the store is not all that was stored */
    int64_t drill_start_ms;
    int32_t drill_speed;
};

struct gs_app_replay;
struct gs_app_webhooks;

struct gs_app {
    struct gs_app_options options;
    struct gs_config *boot;   /* of the start. Kept: the store has its time zone, and reloads are compared with it */
    struct gs_config *config; /* in force; the same as boot until a reload */
    struct gs_peers peers;    /* whom that lets in over Unix sockets */
    struct gs_clock clock;
    struct gs_clock_mark clock_mark;
    bool clock_told; /* that its leap is refused */
    struct event_base *base;

    struct gs_store *store; /* ours only while no writer runs, or it is paused */
    struct gs_writer *writer;
    struct gs_book *book;
    struct gs_batch batch; /* the open batch: what was added since the last one was handed over */
    struct gs_idem_keys idem_keys;
    struct gs_hasher *hasher;
    struct gs_app_webhooks *webhooks;
    bool gathers;  /* nothing is handed over before the turn's end: answers to what is decided are still to come */
    bool together; /* requests that stand or fall together are being applied, and began at … */
    struct gs_journal_mark together_mark;
    struct gs_refusals refusals; /* those that the journal only counts */
    struct gs_api *api;
    struct gs_http *http;         /* serves api */
    struct gs_tls_server *tls;    /* what http speaks on https:// addresses; NULL: there is no certificate */
    int64_t certificate_warned_s; /* real time when its end was last spoken of; 0: not yet */
    struct gs_service service;

    struct gs_last_backup last_backup;
    struct gs_reload_note reload; /* the last one */
    int64_t started_ms, loaded_ms;
    struct gs_app_replay *replay;                    /* under way; NULL: none */
    struct gs_waiting_query *queries, **queries_end; /* questions that wait for the open batch to be handed over */
    size_t query_count;
    uint64_t submitted;         /* number of the last batch handed over */
    uint64_t durable;           /* number of the last batch on disk */
    uint64_t last_with_records; /* … of the last handed over that had records, not only journal: answers wait for it */
    int64_t submitted_seq, durable_seq;       /* the last event of those */
    int64_t submitted_now_ms, durable_now_ms; /* the site's time as stored with them: a restart goes on from it */
    int64_t earlier_seq,
        earlier_now_ms; /* of the batch before the submitted one, which may be done and not yet told of */
    struct {
        int64_t last,
            least; /* bytes in memory a second ago, and the least since some was given back; 0: not known yet */
    } memory;
    int64_t reserve_told;               /* bytes of the reserve when the log was last told; -1: not yet */
    bool storage_full;                  /* the disk was full: no new bookings until the reserve is back */
    bool stopping;                      /* draining after the first signal */
    bool standing_by;                   /* another daemon has the store: there is no book yet, nor a writer */
    bool reload_wanted;                 /* a HUP came meanwhile */
    struct gs_store_copies copies_told; /* of the store, when the log was last told; promised 0: not yet */

    struct event *wake, *due, *second;
    struct event *space; /* runs while the reserve is given up */
    struct event *signals[3];
    int64_t wake_ms;           /* monotonic: when the writer was last seen to answer */
    unsigned char random[256]; /* as many as getentropy gives at once */
    size_t random_left;
    struct {
        uint64_t commands, refusals, batches, records, largest_batch, reloads, failed_reloads;
        uint64_t events[GS_EVENT_TYPES];
    } count;
};

/* load_book.c: the one way from the store into memory: book, tokens, idempotency keys. After an error, whose cause is logged, book and keys
 * are as they were, the tokens are not. */
int gs_app_load(struct gs_app *app) GS_MUST_CHECK;
/* refusal_sums.c: those whose minute is over, or with any set all, are written to the open batch. */
void gs_app_sum_refusals(struct gs_app *app, bool any);
/* backups.c: the site's own backups, in the directory backups beside the store, named by the instant. */
int gs_app_backup_name(struct gs_app *app, char *out, size_t size) GS_MUST_CHECK;
/* One was made: it is remembered, and of the site's own all but the keep latest are removed (0: none); returns how many. */
int gs_app_backup_made(struct gs_app *app, const char *path, int32_t keep);
void gs_app_backups_find(struct gs_app *app); /* at the start: which of the site's own is the latest */
/* restore_run.c: puts a backup in the store's place and ends; the exit status. */
int gs_app_restore(const struct gs_app_options *options);
/* Run by root: from here on as the user whose directory the store is in. */
int gs_app_become_owner(const char *store_path) GS_MUST_CHECK;
/* move_run.c: moves a store and ends; the exit status. */
int gs_app_move(const struct gs_app_options *options);
/* book_time.c: the instant up to which the book decides: the clock, but never before what it has decided already. */
int64_t gs_app_now(struct gs_app *app);
/* What is due up to now is applied to the book and joins the open batch; what was borrowed from the book is void. */
void gs_app_apply_due(struct gs_app *app);
/* The same after a rehearsal's clock was set forward: as if it had run, each thing is seen at its own time, reminders too. */
void gs_app_pass_time(struct gs_app *app);
/* Ends the process where the open batch ran out of memory: the book may be half changed and nothing of the batch was acknowledged, so the
 * store is the truth. */
void gs_app_check_batch(const struct gs_app *app);
/* daemon_state.c: what the daemon says of itself, to /v1/status and to /metrics. */
/* Once a second: after a flood the system has its memory again. */
void gs_app_keep_memory_small(void); /* before there are clients */
void gs_app_give_memory_back(struct gs_app *app);
void gs_app_hashing(void *self, bool is_at_work); /* as gs_hasher_watch has it */
/* What the configuration says of connections, of how often who may ask, and of trusted proxies: to server and API. */
void gs_app_limit_clients(struct gs_app *app);
void gs_app_state(struct gs_app *app, struct gs_daemon_state *out);
void gs_app_metrics(struct gs_app *app, struct gs_buf *out);
/* service.c: fills in what the API asks of the app. */
void gs_app_service_init(struct gs_app *app);
/* clock_watch.c: the clock of the start, after the load. */
void gs_app_clock_start(struct gs_app *app);
/* Is the site's time one to decide by? Nothing falls due while it is not. */
bool gs_app_clock_trusted(struct gs_app *app);
void gs_app_clock_watch(struct gs_app *app); /* after each round: a leap refused, or over, is told once */
/* Once a second: keeps what the next start has to know. True: the batch is to be handed over, if only for its instant. */
bool gs_app_clock_second(struct gs_app *app);
/* Takes the leap that was refused, in that one's name; GS_E_INVALID: there is none. */
int gs_app_clock_accept(struct gs_app *app, const struct gs_actor *actor) GS_MUST_CHECK;
/* turn.c: the loop turn, which is one round of events and what follows it. */
int gs_app_turn_init(struct gs_app *app, int wake_fd) GS_MUST_CHECK;
void gs_app_turn_finish(struct gs_app *app);
void gs_app_turn_end(struct gs_app *app); /* after each round of events */
/* Before each command of a round: what the round has gathered so far goes to the writer, if that is idle and it is worth a sync of its own.
 * So the disk works while a long round goes on. */
void gs_app_turn_overlap(struct gs_app *app);
/* Before a slice of what was put off: what the round has decided so far need not wait for it. */
void gs_app_turn_slice(struct gs_app *app);
/* The batch that must be on disk before an answer given now may leave, because it may show something of it; 0: none. */
uint64_t gs_app_stamp(const struct gs_app *app);
/* A question to the store. It is answered after every batch that holds something the asker may have seen is stored. */
int gs_app_query(struct gs_app *app, const struct gs_query *query, gs_query_done done, void *arg) GS_MUST_CHECK;
/* replay_run.c: all decisions in the journal are made again beside the live service; one replay at a time (else GS_E_BUSY). */
/* preview_config.c: what a reload of that configuration would do; as gs_service has it. */
int gs_app_preview(struct gs_app *app, const char *text, size_t len, struct gs_preview_task **out) GS_MUST_CHECK;
int gs_app_preview_step(struct gs_app *app, struct gs_preview_task *t,
                        const struct gs_preview **out_ready) GS_MUST_CHECK;
void gs_app_preview_end(struct gs_preview_task *t);
int gs_app_replay(struct gs_app *app, gs_date date, const struct gs_replay_waiter *waiter) GS_MUST_CHECK;
void gs_app_replay_finish(struct gs_app *app); /* after the writer has stopped; who waited gets no answer */
/* certificates.c: the certificate of the config, if it has one. */
int gs_app_certificate_start(struct gs_app *app) GS_MUST_CHECK;
/* NULL with GS_OK: the config has none. */
int gs_app_certificate_read(const struct gs_config *config, struct gs_certificate **out,
                            struct gs_certificate_faults *faults) GS_MUST_CHECK;
/* For connections from now on; pair is borrowed, NULL: what is there stays. */
int gs_app_certificate_use(struct gs_app *app, const struct gs_config *config,
                           const struct gs_certificate *pair) GS_MUST_CHECK;
void gs_app_certificate_watch(struct gs_app *app); /* once a second */
/* webhooks.c: those there are. From the store: */
void gs_app_webhooks_forget(struct gs_app *app);
/* to_confirm: the store was put back, it is to be enabled anew; NULL: it goes on. */
int gs_app_webhook_restore(struct gs_app *app, const struct gs_webhook *row, struct gs_batch *to_confirm) GS_MUST_CHECK;
int gs_app_webhook_restore_retry(struct gs_app *app, const struct gs_webhook_retry *r) GS_MUST_CHECK;
/* How far each has come joins the open batch. */
void gs_app_webhooks_flush(struct gs_app *app);
/* What the API asks: see gs_service. */
void gs_app_webhook_keep(struct gs_app *app, const struct gs_webhook *row, bool remove);
bool gs_app_webhook_view(struct gs_app *app, size_t nth, struct gs_webhook_view *out);
bool gs_app_webhook_may(struct gs_app *app, const char *url);
uint64_t gs_app_webhook_outcomes(const struct gs_app *app,
                                 enum gs_webhook_result result); /* attempts, since the start */
void gs_app_webhooks_configure(struct gs_app *app); /* where they may lead, by the configuration in force */
void gs_app_webhooks_allow(const struct gs_config *config, struct gs_outbound *out);
/* webhook_deliveries.c: what is sent to them. */
int gs_app_webhooks_start(struct gs_app *app) GS_MUST_CHECK;
void gs_app_webhooks_wake(struct gs_app *app);   /* there are more events on disk, or one was changed */
void gs_app_webhooks_second(struct gs_app *app); /* once a second */
int gs_app_webhook_test(struct gs_app *app, const struct gs_webhook *row, gs_webhook_test_done done,
                        void *arg) GS_MUST_CHECK;
void gs_app_webhooks_end(struct gs_app *app);    /* nothing more is sent; how far they have come joins the open batch */
void gs_app_webhooks_finish(struct gs_app *app); /* after the writer has stopped */
/* listen.c: opens all sockets of the config that socket activation has not passed, and takes those that it has. */
int gs_app_listen(struct gs_app *app) GS_MUST_CHECK;
/* reload_config.c: the config file is read again, and taken over if it is good. */
void gs_app_reload(struct gs_app *app);
/* local_users.c: those that the configuration in force names are looked up; whom the machine does not know, the log says. */
void gs_app_peers_look_up(struct gs_app *app);
/* signals.c: HUP reloads; TERM and INT stop. */
void gs_app_signals_ignore(void); /* first of all: those that a write may be answered with */
int gs_app_signals_init(struct gs_app *app) GS_MUST_CHECK;
void gs_app_signals_finish(struct gs_app *app);
/* run.c: start, loop, stop; returns the exit status. */
/* "FILE:LINE:COL: KEY: message" each, by whoever prints a line. */
void gs_app_print_problems(void (*print)(const char *line), const char *path, const struct gs_config_problems *problems,
                           int err);
int gs_app_run(const struct gs_app_options *options);
/* open_store.c: message gets a sentence where it cannot be opened. From any thread. */
int gs_app_open_store(const struct gs_app *app, struct gs_store **out, char *message,
                      size_t message_size) GS_MUST_CHECK;
int32_t gs_app_reserve_wanted(const struct gs_app *app); /* bytes kept for a full disk; 0: none are */
void gs_app_begin_clock(struct gs_app *app);             /* until the store has said what its last instant was */
/* stand_by.c: is what the opening said to be waited for? Of a file nothing is. */
bool gs_app_waits_for_store(const struct gs_app *app, int err);
/* Listens, and waits until the store can be opened, which said err and message before. GS_OK: it is open, or the daemon is to end. */
int gs_app_stand_by(struct gs_app *app, int err, const char *message) GS_MUST_CHECK;

#endif
