/* A site to ask over the routes without sockets: a real book, a store in memory that answers questions when its turn comes, and
 * hand-made exchanges whose answers are caught. 2026-11-23 (a Monday) 07:00 in Shanghai, three windows of 40. */
#ifndef GATESLOT_TESTS_API_WORLD_H
#define GATESLOT_TESTS_API_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "call.h"
#include <event2/event.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define WORLD_MAX 4096   /* rows of each kind that the store takes */
#define WORLD_QUERIES 32 /* questions that wait */
#define WORLD_STREAMS 32
#define DAY "2026-11-25"

struct world_question {
    struct gs_query query;
    void (*done)(void *arg, struct gs_answer *answer);
    void *arg;
};

struct world_hash {
    struct gs_hash_question question;
    char secret[GS_SECRET_MAX + 1], against[GS_SECRET_HASH_MAX + 1];
    gs_hash_done done;
    void *arg;
};

struct caught { /* an answer as a client would see it */
    int status; /* 0: none yet */
    char content_type[64];
    char *body;
    size_t header_count;
    struct {
        char name[64], value[256];
    } headers[8];
    json_t *json; /* NULL if the body is none */
    bool close;
    size_t body_len;
    bool is_stream;
};

/* A stream beside the one exchange of the world, for tests with many of them. */
struct world_stream {
    struct gs_exchange x; /* first */
    struct gs_caller caller;
    struct gs_header headers[4];
    char authorization[128], target[256];
    struct caught caught;
    bool is_slow; /* takes nothing: what is written after this waits */
    bool awaited; /* it is to be told when it takes again */
    size_t taken; /* bytes of the body that the client has taken */
    bool is_over; /* it was ended */
};

struct gs_http {
    struct gs_api *api;
    struct gs_http_api functions; /* api's, as a server is given them */
    struct event_base *base;
    struct gs_rules rules;
    struct gs_book *book;
    struct gs_batch batch;
    struct gs_webhook webhooks[GS_MAX_WEBHOOKS];
    size_t webhook_count;
    int64_t now;
    int64_t leap_ms; /* by which the clock goes on once the next command is applied, before its answer is written */
    bool is_drill, is_ready, is_clock_refused, is_draining, is_gone, is_hurried;
    size_t held;                  /* bytes that the API said it keeps for exchanges */
    enum gs_client_class shown;   /* what the API said last of who asks */
    enum gs_code refuse_with;     /* what apply says instead of asking the core; OK: it asks */
    struct gs_reload_note reload; /* what the app says of the last one */
    bool busy;                    /* the store takes no question */
    bool tells;                   /* durable events are wanted with their texts */
    struct gs_key_room key_room;  /* what there is no room for; limit 0: there is room */
    int replay_err; /* what a replay says at once; GS_OK: it ends at once with replay_report, or with replay_end */
    int replay_end;
    struct gs_replay_report replay_report;
    /* the store */
    struct gs_booking *bookings;
    size_t booking_count;
    char *events[WORLD_MAX];
    char owners[WORLD_MAX][GS_NAME_MAX + 1];
    int64_t prevs[WORLD_MAX];
    size_t event_count;
    struct gs_idem idems[WORLD_MAX]; /* by row − 1 */
    size_t idem_count;
    size_t idem_known; /* with those of the open batch */
    struct gs_idem known[WORLD_MAX];
    size_t token_records, session_records;
    struct world_question questions[WORLD_QUERIES];
    size_t question_count, asked;            /* asked: ever */
    struct world_hash hashes[WORLD_QUERIES]; /* asked for; a hash is "$" and the first 100 bytes of the password */
    size_t hash_count, hashes_made, hashes_checked;
    int64_t idle_ms, absolute_ms; /* of sessions */
    struct gs_booking past[8];    /* what only the store knows */
    size_t past_count;
    struct gs_booking late; /* of a past date, and not archived yet; id 0: none is */
    struct gs_capacity set; /* by a supervisor for a past date; window "": none is */
    char backup_path[256];
    int backup_err;
    /* the latest answer */
    struct caught caught;
    struct gs_exchange *exchange;
    struct world_stream *streams[WORLD_STREAMS]; /* beside it; NULL: a free place */
    struct gs_caller caller;                     /* the API's room in the exchange */
    struct gs_header request_headers[12];
    char target[512];
    bool trusted, tls;
    struct gs_peer peer;   /* where the next exchange comes from */
    size_t applied;        /* commands that reached the app */
    uid_t uid;             /* of who is at the other end of a Unix socket; 0 and not trusted: it is none */
    struct gs_actor local; /* whom the configuration makes of uid; name "": of none */
    bool local_nameless;
};

int world_setup(void **state);
int world_teardown(void **state);

/* Asks with a token (NULL: none), a body (NULL: none) and "Name: value" headers, NULL at the end; runs until it is answered. */
const struct caught *world_ask(struct gs_http *w, const char *method, const char *target, const char *token,
                               const char *body, ...);
/* The same, but returns at once: the answer may come later, by world_turn or an event. */
void world_begin(struct gs_http *w, const char *method, const char *target, const char *token, const char *body);
void world_begin_by(struct gs_http *w, const char *target, const char *cookie); /* reads, by "Cookie: …" */
void world_turn(struct gs_http *w);       /* commits, answers questions, wakes the feed */
void world_load_again(struct gs_http *w); /* what the API knew is forgotten, and the tokens come again, as in a load */
/* A stream of its own; with caught.status not 200 it was refused. last_id: Last-Event-ID; NULL: none. */
struct world_stream *world_stream(struct gs_http *w, const char *target, const char *token, const char *last_id);
void world_stream_takes(struct gs_http *w, struct world_stream *s); /* all that was written, and more */
void world_stream_close(struct world_stream *s);                    /* the client has gone, and what was its is freed */
void world_end(struct gs_http *w);                                  /* the exchange ends */
/* world_store.c */
void world_store_commit(struct gs_http *w);
void world_store_answer(struct gs_http *w, const struct world_question *q);

const char *header(const struct caught *c, const char *name); /* NULL */
/* A member by a path of names and indexes: "slot/start", "errors/0/code". NULL if there is none. */
const json_t *at(const struct caught *c, const char *path);
const char *text(const struct caught *c, const char *path); /* "" if there is none */
int64_t number(const struct caught *c, const char *path);
/* Has errors an entry with that pointer and code? */
bool has_error(const struct caught *c, const char *pointer, const char *code);

/* Tokens named like their role: "backend" and "other" (both backends), "gate", "supervisor", "display", "metrics". */
const char *token_of(const char *name);
/* A valid request for truck n; more is added to the object ("\"slot\":\"08:30\"") or NULL. Static storage. */
const char *request(int n, const char *more);
const char *plate(int n);
const char *container(int n);
/* Books as backend with a key of its own; returns the id in static storage. */
const char *booked(struct gs_http *w, int n, const char *more);
int64_t instant(const char *rfc3339);

#endif
