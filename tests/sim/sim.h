/* The simulation: the daemon's real life (app, http, core: start, load, loop turn, routes, held replies, reload, stop) in one
 * thread, over a network, a disk, a writer and clocks that are all made up by one seed. What the daemon calls of the outside
 * is replaced when the program is linked: libevent's loop (loop.c), the calls on sockets (net.c), clock, randomness and the end of
 * the process (outside.c), the config (site.c), the store and its writer (disk.c, writer.c). So there is one world at a time,
 * and it is the one mutable object at file scope of this program. */
#ifndef GATESLOT_TESTS_SIM_SIM_H
#define GATESLOT_TESTS_SIM_SIM_H

#include "app.h"
#include "gateslot/base/arena.h"
#include "gateslot/base/buf.h"
#include "gateslot/conf/conf.h"
#include <setjmp.h>

#define SIM_CLIENTS 12
#define SIM_ACTORS 5
#define SIM_DAY_MS (INT64_C(24) * 3600 * 1000)

struct sim_conn;
struct sim_follower;
struct sim_request;

enum sim_kind {
    SIM_BOOK,
    SIM_WALK_IN,
    SIM_CHANGE,
    SIM_CANCEL,
    SIM_RESCHEDULE,
    SIM_DELAY,
    SIM_ARRIVE,
    SIM_ENTER,
    SIM_CLEAR,
    SIM_DEPART,
    SIM_REFUSE,
    SIM_REVERT,
    SIM_ADMIT,
    SIM_EXCUSE,
    SIM_REINSTATE,
    SIM_CAPACITY_SET,
    SIM_CAPACITY_RESET,
    SIM_TOKEN_CREATE,
    SIM_TOKEN_REVOKE,
    SIM_CLOCK,
    SIM_BATCH,
    SIM_SHOW, /* from here on nothing changes */
    SIM_LIST,
    SIM_SLOTS,
    SIM_HISTORY,
    SIM_CHECK,
    SIM_GATE_LIST,
    SIM_CAPACITIES,
    SIM_REPORT,
    SIM_EVENTS,
    SIM_SITE,
    SIM_YARD,
    SIM_KINDS
};

/* What a client wants, however often it has to be said: the ledger's line. */
struct sim_op {
    int32_t number;
    enum sim_kind kind;
    int32_t actor;                    /* index into sim_actors */
    bool keyed, dry_run, foreign_key; /* foreign_key: the key of another op, with another body */
    int64_t booking_id;               /* of the path; 0 = none */
    int64_t after;                    /* SIM_EVENTS */
    const char *target, *body;        /* in the world's arena; body "" = none */
    int32_t key;                      /* number of the op whose key it is */
    int32_t ordinal;                  /* among its actor's: its own key, so that different tokens use the same keys */
    int64_t if_version;
    int32_t sends, waiting; /* sent; of these, without an answer or an end */
    bool settled;           /* answered for good, or not worth another try */
    bool answered;
    int32_t status;             /* of that answer */
    int64_t answered_ms;        /* monotonic */
    int64_t idem_row;           /* on disk; 0 = none */
    int32_t effects;            /* on disk */
    int32_t answers_kept;       /* rows of its key on disk */
    int64_t effect_id;          /* the booking */
    int64_t first_ms;           /* site time of the first send */
    int32_t *parts, part_count; /* SIM_BATCH: numbers of its requests */
    bool together;              /* SIM_BATCH: all or nothing */
    int32_t together_in;        /* the one such batch by which alone it was asked for; 0: none, or in other ways too */
};

struct sim_actor {
    const char *name, *token;
    enum gs_role role;
};
extern const struct sim_actor sim_actors[SIM_ACTORS];

struct sim_request { /* on its way: in order of sending on its connection */
    struct sim_request *next;
    int64_t number; /* of its connection, from 1 */
    struct sim_op *op;
    int64_t stated_seq; /* what its answer was read from: the book's last event then; -1: not answered yet */
    int64_t sent_ms;    /* monotonic */
    bool whole;         /* false: the client stopped in the middle */
    bool repeats;       /* sent after its op's answer: it gets that one */
};

struct sim_client {
    int32_t index, actor, depth; /* depth: requests it sends before the first is answered */
    bool english;
    struct sim_conn *conn;        /* NULL: none */
    struct sim_follower *follows; /* it reads a stream; NULL: it asks and is answered */
    int64_t seen_seq;
};

struct sim_rates { /* one in so many; 0 = never */
    int32_t crash, full, io, load, reload, restart, jump, leave, stall, refuse_kernel, partial;
};

/* What survives a crash. */
struct sim_row {
    struct gs_booking b;
    bool past;
};
struct sim_disk {
    struct sim_row *rows; /* by id − 1 */
    size_t row_count, row_room;
    struct gs_event *events; /* by seq − 1 */
    size_t event_count, event_room;
    struct gs_idem *idems; /* by row − 1; key "" = deleted */
    size_t idem_count, idem_room;
    struct gs_capacity capacities[256];
    struct gs_turned_away *turned_away; /* grown */
    size_t turned_away_count, turned_away_room;
    size_t capacity_count;
    struct gs_token tokens[64];
    size_t token_count;
    gs_date erased_before; /* drivers of earlier dates are gone, of those that never left too */
    int64_t now_ms;
    uint64_t commits;
    /* what is not content */
    int64_t full_until_ms; /* monotonic */
    bool reserve_released;
    int64_t reserve_left;  /* records */
    int32_t load_fails_at; /* rows until a load breaks off; 0 = it does not */
};

enum sim_phase { SIM_STORM, SIM_CALM, SIM_OVER };

struct sim {
    uint64_t seed, random, secret, hash, digest_seq;
    bool trace, failed;
    int64_t op_limit, sends, rounds, idle_rounds, done;
    int32_t lives;
    enum sim_phase phase;
    struct gs_arena arena;

    int64_t mono_ms, wall_ms; /* wall = wall_ms + mono_ms */
    int64_t jumped_ms;        /* by the latest jump of the wall clock */
    bool deaf;                /* the process is no more: what it still does reaches nobody */
    bool in_round;
    jmp_buf end;

    bool drill;
    int32_t drill_speed;
    struct gs_rules rules; /* of the file now */
    struct gs_calendar_rule calendar[16];
    int32_t plates, companies, edits;
    int32_t refusals_kept, keys_per_name, keys_total; /* limits of its config */
    bool hoards;                                      /* backends book what they can, and cancel it again */
    bool scarce_rates;                                /* clients are told to wait */
    bool scarce_keys;                                 /* new keys may be refused */
    bool batches;                                     /* some book many at once */
    struct sim_rates rates;
    int32_t burst, writer_lag;

    struct gs_app *app; /* NULL: none runs */
    struct gs_writer *writer;
    struct sim_disk disk;
    uint64_t noted_batch, noted_digest; /* of the book at that hand-over; 0 = none */

    int32_t client_count;
    struct sim_client clients[SIM_CLIENTS];
    struct sim_op *ops;
    int32_t op_count, op_room;
    int32_t ordinals[SIM_ACTORS], *by_ordinal[SIM_ACTORS]; /* numbers of each actor's ops */
    int32_t oldest_unsettled;
    int64_t patient_ms
        [SIM_ACTORS]; /* monotonic: until then its clients were told to wait, and do once faults have stopped */
    struct gs_clock_past clock_mark; /* what the file beside the store says; last_ms 0: nothing */
    struct {
        int64_t crashes, ends, fulls, reloads, reload_days, replays, acks, refusals, lost, given_up, checked, batches,
            forgotten, /* keys whose days were over */
            leaps,     /* of the clock, refused */
            reminders, streamed, resets, batched, batches_refused, delivered;
    } count;
};
extern struct sim *sim;

/* ---- world.c ---- */
/* Plays the world of that seed to its end; false: it failed, and what failed was told. */
void sim_run(uint64_t seed, int64_t ops, bool trace);
void sim_fail(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));
void sim_require(bool holds, const char *format, ...) __attribute__((format(printf, 2, 3)));
uint32_t sim_random(void);
int32_t sim_roll(int32_t below); /* 0 … below − 1 */
bool sim_one_in(int32_t n);      /* 0 = never */
/* Into the trace: what happened, and its numbers. */
void sim_note(const char *what, int64_t a, int64_t b);
void sim_note_bytes(const char *what, const char *bytes, size_t len);
int64_t sim_site_now(void);

/* ---- site.c ---- */
void sim_site_make(void);
void sim_site_change(void); /* the file is edited */

/* ---- outside.c ---- */
int64_t sim_wall(void);
void sim_crash(void); /* the process is gone; call from a round */

/* ---- loop.c ---- */
void sim_loop_dispatch(void); /* everything that is ready, in some order */
void sim_loop_signal(int number);
int64_t sim_loop_next(void); /* monotonic instant of the next timer; INT64_MAX */
void sim_loop_check_empty(void);
/* Of a connection's descriptor, by EV_READ or EV_WRITE: is it waited for; call who waits; what he gave along (NULL: he is gone). */
bool sim_loop_waits(int fd, short what);
void sim_loop_call(int fd, short what);
void *sim_loop_arg(int fd, short what);

/* ---- net.c ---- */
struct sim_conn *sim_conn_open(struct sim_client *client);                                         /* NULL: refused */
void sim_conn_send(struct sim_conn *c, struct sim_op *op, const struct gs_buf *bytes, size_t len); /* len: of it */
void sim_conn_put(struct sim_conn *c, const struct gs_buf *bytes); /* nobody's op: who is told comes by follow.c */
void sim_conn_slow(struct sim_conn *c,
                   int64_t until_ms);                /* until then nothing is read; 0: from now on; below 0: as it is */
void sim_conn_close(struct sim_conn *c, bool reset); /* by the client */
bool sim_net_dispatch(void);                         /* one connection that has something, if any */
void sim_net_begin_dispatch(void);
void sim_net_cut(void); /* the process has ended: all connections are gone */
int32_t sim_conn_waiting(const struct sim_conn *c);
void sim_net_check_deadlines(void);
void sim_net_check_bounds(void);
void sim_net_tighten(bool tight);
bool sim_net_patience(struct sim_conn *c, int64_t longest_ms); /* false: the oldest request waits longer */
bool sim_conn_usable(const struct sim_conn *c);
bool sim_conn_stalled(const struct sim_conn *c); /* the client has sent half a request, and will not go on */

/* ---- follow.c ---- */
void sim_follow_make(bool wanted);
void sim_follow_take(struct sim_client *client, const void *bytes, size_t len);
void sim_follow_act(void);
bool sim_follow_settled(void); /* all has come that is on disk */

/* ---- hook.c ---- */
extern const int sim_hook_fd;
void sim_hook_make(bool wanted);
void sim_hook_store(const struct gs_webhook *row);
void sim_hook_store_retry(const struct gs_webhook_retry *r, bool over);
void sim_hook_stored(void); /* all of a batch is */
int sim_hook_load(const struct gs_store_sink *sink);
void sim_hook_act(void); /* what flew arrives */
bool sim_hook_wakes(void);
bool sim_hook_settled(void); /* all has been delivered */

/* ---- writer.c, disk.c ---- */
extern const int sim_wake_fd;
bool sim_writer_step(void); /* false: nothing to do */
bool sim_writer_wakes(void);
void sim_writer_crash(void); /* what was under way is stored or not */
int sim_disk_commit(const struct gs_batch *batch);
void sim_disk_clear(void);
struct gs_book *sim_disk_book(const struct gs_rules *rules, int64_t now_ms);
void sim_disk_answer(const struct gs_query *query, struct gs_answer *answer); /* query.c */

/* ---- audit.c: what must hold of a batch that is stored ---- */
void sim_audit_begin(void);
void sim_audit_booking(const struct gs_booking *before, const struct gs_booking *after);
void sim_audit_event(const struct gs_event *e);
void sim_audit_idem(const struct gs_idem *idem);
void sim_audit_rules(void); /* capacities have become others */
void sim_audit_clear(void); /* a new world */
void sim_audit_load(void);  /* the process reads what is on disk; its config holds from here on */
void sim_audit_reload(const struct gs_rules *rules); /* from the next config.reloaded on, these hold */
void sim_audit_end(const struct gs_batch *batch);
void sim_audit_memory(void); /* the process' memory against the disk, while nothing is under way */

/* ---- client.c, request.c, answer.c ---- */
void sim_client_act(struct sim_client *client);
void sim_client_settle(struct sim_client *client); /* when faults have stopped: asks until it knows */
bool sim_ops_settled(void);
void sim_op_body(struct gs_buf *b, struct sim_op *op); /* body.c */
gs_date sim_date_chosen(void);                         /* mostly one that the book holds */
struct sim_op *sim_op_make(const struct sim_client *client);
struct sim_op *sim_op_new(int32_t actor);
struct sim_op *sim_op_keyed(const char *owner, const char *key); /* NULL */
void sim_op_write(const struct sim_op *op, const struct sim_client *client, struct gs_buf *out);
int32_t sim_op_marked(const char *marker); /* number of the op that left this mark; 0 = none */
struct sim_op *sim_op_numbered(int32_t number);
bool sim_kind_reads(enum sim_kind kind);
bool sim_kind_allowed(enum sim_kind kind, enum gs_role role);
enum gs_event_type sim_kind_event(enum sim_kind kind);
bool sim_op_is_old(const struct sim_op *op);
struct sim_answer {
    int status;
    int64_t after_s; /* Retry-After */
    bool replayed;
    const char *body;
    size_t body_len;
};
/* An answer has left the process: everything it says must be on disk, and be what its asker may know. */
void sim_answer_check(struct sim_client *client, const struct sim_request *r, const struct sim_answer *a);
void sim_answer_lost(struct sim_op *op); /* one of its requests gets none */
void sim_answer_settle(struct sim_op *op, const struct sim_answer *a);
bool sim_status_passes(int status); /* it says nothing of the request, only of the moment */
void sim_clients_make(void);

/* ---- batch.c ---- */
struct sim_op *sim_op_booking(int32_t actor); /* a request to book, with a key of its own (request.c) */
void sim_batch_make(struct sim_op *batch, struct gs_buf *body);
void sim_batch_sent(const struct sim_op *batch);
void sim_batch_lost(const struct sim_op *batch);
void sim_batch_answered(const struct sim_request *r, const struct sim_answer *a);
void sim_batch_effect(const struct sim_op *op); /* it is on disk, and so is all of its batch */

/* ---- reference.c: decisions against the reference model of tests/core/model ---- */
void sim_reference_start(bool wanted);
void sim_reference_finish(void);
void sim_reference_forget(void); /* the book was loaded anew: the model follows at the next command */

/* ---- reminders.c ---- */
void sim_reminders_clear(void);
/* One is stored; these rules hold. */
void sim_reminders_event(const struct gs_rules *rules, const struct gs_event *e);
/* The book's time went on from from_ms, and these records were added meanwhile. */
void sim_reminders_passed(const struct gs_book *book, int64_t from_ms, const struct gs_record *added);

/* ---- round.c ---- */
void sim_round(void);

#endif
