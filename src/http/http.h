/* The server's own state, shared by its files: one gs_http, its listeners, connections (gs_conn) and the requests they have in
 * work (gs_job). Nothing here is seen by the API. One thread. */
#ifndef GATESLOT_HTTP_HTTP_H
#define GATESLOT_HTTP_HTTP_H

#include "gateslot/base/limits.h"
#include "gateslot/http/server.h"
#include "parser.h"
#include <event2/event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>
#include <time.h>

struct iovec;

/* Deadlines, each of one length, so that a list in order of setting is in order of falling due. */
enum gs_deadline_kind {
    GS_DEADLINE_NONE,
    GS_DEADLINE_HEAD,    /* from a request's first byte until its head is whole */
    GS_DEADLINE_REQUEST, /* from there until its body is whole: what the request may take longer than its head */
    GS_DEADLINE_IDLE,    /* between requests */
    GS_DEADLINE_OUTPUT,  /* for a client to take a part of what waits for it */
    GS_DEADLINE_LINGER,  /* after the last reply */
    GS_DEADLINES
};

/* What limits.h says; tests make it smaller. */
struct gs_http_tuning {
    int64_t deadline_ms[GS_DEADLINES];
    int32_t max_connections, max_pipelined;
    int32_t
        turn_work; /* requests taken, and parts of 16 KB answered, before whoever is not staff waits for the next turn */
    int32_t turn_requests; /* requests taken from one connection before the others have their turn */
    size_t work_max;       /* bytes of one connection's requests in work; reading pauses */
    size_t output_soft_max, output_hard_max;
    size_t output_least;            /* to be taken within each GS_DEADLINE_OUTPUT */
    int32_t accept_pause_ms;        /* after descriptors have run out */
    size_t linger_max;              /* bytes thrown away after the last reply */
    int64_t (*mono_ms)(void *self); /* a clock that never jumps */
    void *mono_self;
};

/* Bytes that go out: a reply, and what is left of it while the kernel does not take it. */
struct gs_part {
    STAILQ_ENTRY(gs_part) link; /* of a connection's output */
    size_t len, sent;
    size_t size; /* allocated */
    char bytes[];
};
STAILQ_HEAD(gs_parts, gs_part);

/* One request and its reply, from its dispatch until the reply has left. One allocation; the API's room and the request's strings
 * follow. */
struct gs_job {
    struct gs_exchange x; /* first: the API holds a pointer to it */
    struct gs_conn *conn;
    TAILQ_ENTRY(gs_job) link; /* of the connection, in order of requests */
    struct gs_part *reply;    /* owned: as it goes out; NULL: none yet, or nothing may leave in its place */
    size_t size;              /* allocated for the request */
    uint64_t stamp;           /* leaves when this batch is durable */
    bool replied, close;
    bool ended;     /* a stream: nothing more is written */
    bool is_stream; /* its reply is but a head: it stays when that has left, and more is written until it ends */
};
TAILQ_HEAD(gs_jobs, gs_job);

enum gs_conn_state {
    GS_CONN_OPEN,   /* takes requests */
    GS_CONN_LAST,   /* takes no more; replies under way leave */
    GS_CONN_LINGER, /* all is said, our half is closed; what still comes is thrown away */
    GS_CONN_DEAD,   /* closed; kept while a handler has an unanswered request of it */
    GS_CONN_STATES
};

/* Bytes received and not yet taken. */
struct gs_input {
    const char *bytes; /* within the server's room while they are being taken, else within own */
    size_t len;
    char *own; /* owned; NULL: nothing was left over */
    size_t own_size;
};

LIST_HEAD(gs_conn_list, gs_conn);
TAILQ_HEAD(gs_conn_queue, gs_conn);

/* What comes of a wire by itself, not by a call. */
enum gs_wire_event {
    GS_WIRE_MOVED,   /* it holds more or less than before */
    GS_WIRE_OPENED,  /* HTTP may be spoken now */
    GS_WIRE_REFUSED, /* it never will; the client has been told why */
    GS_WIRE_DROPPED  /* it never will */
};

struct gs_conn {
    struct gs_http *http;
    int fd;                         /* owned; -1 when dead */
    struct gs_preface *preface;     /* owned; what a proxy has to say first; NULL: nothing (more) */
    struct gs_conn_tls *tls;        /* owned; NULL: it speaks plain HTTP */
    struct event *readable;         /* owned; NULL when dead */
    struct event *writable;         /* owned; NULL: there is no output */
    struct gs_parts output;         /* owned; what the kernel has not taken */
    size_t output_len, output_size; /* bytes of these still to go; allocated for them */
    struct gs_input in;
    enum gs_conn_state state;
    enum gs_client_class class;
    bool is_unix;
    bool is_stranger;         /* in the lists of those who have not shown who they are */
    struct gs_origin *origin; /* NULL: no address is known */
    TAILQ_ENTRY(gs_conn) by_silence, of_origin;
    size_t debt;               /* as counted last */
    int debt_rank, debt_level; /* the list of debtors it stands in; level -1: none */
    LIST_ENTRY(gs_conn) debtors;
    enum gs_deadline_kind deadline;
    int64_t deadline_ms;
    TAILQ_ENTRY(gs_conn) by_deadline;
    LIST_ENTRY(gs_conn) all, held;
    TAILQ_ENTRY(gs_conn) waiting;
    uint64_t waits_since; /* the turn in which it began to wait */
    struct gs_jobs jobs;
    int32_t job_count, replied_count; /* in jobs; of these, with a reply that has not left */
    size_t work_len;                  /* allocated for the requests in jobs */
    size_t held_len;                  /* allocated for these replies */
    uint64_t queued_len;              /* bytes ever left to output */
    uint64_t stalled_at;              /* bytes of these that had left when the idle deadline was set */
    size_t linger_len;                /* thrown away so far */
    uid_t peer_uid;
    bool peer_trusted;
    struct gs_peer peer;
    bool working;   /* its requests are being taken: replies gather */
    bool more;      /* input may hold a whole request */
    bool unread;    /* there is something to read, which waits for its turn */
    bool reading;   /* waits for more to read */
    bool eof;       /* the client has closed its half */
    bool continued; /* 100 was sent for the request at hand */
    bool asked;     /* whose the request at hand is, before it was whole */
    bool is_guest;  /* there is no place to keep it: closed after its answer */
    bool hurried;   /* who waits on it for something to happen is answered at once */
    bool told_gone; /* the handlers of its requests know that it has been closed */
    bool said_last; /* a reply that closes has left: no other may follow */
    bool streaming; /* the head of a stream has left: its job is the first, and the last */
    bool awaited;   /* the API waits for the stream to be ready */
    bool in_held, in_waiting;
    struct gs_parser parser;
};

struct gs_listener;
LIST_HEAD(gs_listener_list, gs_listener);

struct gs_origin;
LIST_HEAD(gs_origin_list, gs_origin);
#define GS_ORIGIN_LISTS 1024

/* Who has a place (clients.c). Closed connections whose requests wait for an answer have theirs still. */
struct gs_clients {
    int32_t taken[GS_CLIENT_CLASSES];
    int32_t over_unix;
    struct gs_conn_queue strangers[2]; /* over TCP, over a Unix socket; the one silent longest first */
    struct gs_origin_list origins[GS_ORIGIN_LISTS];
};

#define GS_DEBT_RANKS (GS_CLIENT_CLASSES + 1) /* by class; who is known by the kernel's word comes last */
#define GS_DEBT_LEVELS 56

/* What all of them hold (debts.c). */
struct gs_debts {
    size_t held;
    size_t aside; /* held for clients elsewhere */
    bool over;    /* more than there may be: nobody's requests are taken before some have been dropped */
    uint64_t taken[GS_DEBT_RANKS]; /* bits of lists that are not empty */
    struct gs_conn_list lists[GS_DEBT_RANKS][GS_DEBT_LEVELS];
};

struct gs_http {
    struct event_base *base;
    struct gs_http_api api;
    struct gs_http_tuning tuning;
    struct gs_http_limits limits;
    struct gs_http_proxies proxies;
    int64_t complained_ms; /* when the log was told last of a header that was none */
    struct gs_clients clients;
    struct gs_debts debts;
    uint64_t dropped[GS_DROP_REASONS];
    uid_t daemon_uid;
    uint64_t durable;
    int64_t seq;
    bool draining;
    int32_t conn_count;   /* with an open descriptor, or a request that waits for its answer */
    int32_t job_count;    /* of all connections, dead ones too */
    int32_t output_count; /* connections whose replies the kernel has not taken yet */
    struct gs_conn_list conns;
    struct gs_conn_list held;     /* have replies that wait for durability or an earlier one */
    struct gs_conn_queue waiting; /* have input left for another turn, the first to wait first */
    bool (*room_for)(struct gs_http *http, bool is_unix);        /* gs_room_for */
    bool (*room_make)(struct gs_http *http, bool is_unix);       /* gs_room_make */
    event_callback_fn on_writable;                               /* a connection's socket may take more of its output */
    void (*on_wire)(struct gs_conn *c, enum gs_wire_event what); /* may free c */
    int32_t worked;                                              /* of tuning.turn_work, since this turn began */
    uint64_t turns;
    bool turn_begins;   /* its timer is set */
    struct event *turn; /* fires on the next turn of the loop, after polling */
    struct gs_conn_queue due[GS_DEADLINES];
    struct event *tick;
    int64_t tick_ms; /* when it fires; INT64_MAX: not set */
    struct gs_listener_list listeners;
    struct gs_http_tls *tls; /* owned; NULL: nobody speaks it */
    bool strict_transport;   /* clients are told to come by TLS only */
    char *room;              /* owned; GS_READ_MAX bytes, for the connection that is reading */
    int spare_fd;            /* given up to accept when descriptors have run out; -1 */
    time_t date_s;
    char date[32]; /* of date_s, IMF-fixdate */
};

/* ---- deadline.c ---- */
void gs_deadline_init(struct gs_http *http);
/* From now on, instead of any other; NONE: no deadline. */
void gs_deadline_set(struct gs_conn *c, enum gs_deadline_kind kind);
/* Calls overdue for each connection whose deadline has passed. */
void gs_deadline_expire(struct gs_http *http, void (*overdue)(struct gs_conn *c, enum gs_deadline_kind kind));

/* The next turn begins as soon as the loop has looked at all descriptors. */
void gs_turn_begin(struct gs_http *http);

/* ---- job.c ---- */
/* A job of what the parser has read at bytes (refused: as much as is known); NULL without memory. */
struct gs_job *gs_job_create(struct gs_conn *c, const char *bytes);
void gs_job_destroy(struct gs_job *job);
/* It was answered, to the end: the API knows it no longer. */
bool gs_job_is_done(const struct gs_job *job);
void gs_jobs_drop_done(struct gs_conn *c); /* those still under way go when they are done */
/* The reply is the connection's no longer, but the caller's. */
struct gs_part *gs_job_take_reply(struct gs_job *job);

/* ---- reply_bytes.c ---- */
/* The reply as bytes, instead of an earlier one. */
int gs_reply_write(struct gs_job *job, const struct gs_reply *reply) GS_MUST_CHECK;

/* ---- input.c ---- */
/* One read from the wire, with the meaning of gs_wire_read; GS_WIRE_BROKEN also without memory. */
size_t gs_input_max(const struct gs_conn *c); /* bytes that may be kept of what is not a whole request yet */
ssize_t gs_input_read(struct gs_conn *c);
/* The first len bytes have been taken. */
void gs_input_drain(struct gs_conn *c, size_t len);
/* What was taken is to leave no trace in memory; what is not yet taken stays. */
void gs_input_wipe(struct gs_conn *c);
void gs_input_discard(struct gs_conn *c);
/* The server's room is needed for others: what is left goes into the connection's own, or nothing is kept. False: no memory. */
bool gs_input_keep(struct gs_conn *c);

/* ---- wire.c ---- */
enum {
    GS_WIRE_LATER = -1, /* none now: the loop tells when to try again */
    GS_WIRE_BROKEN = -2,
    GS_WIRE_PLAIN = -3 /* the client speaks plain HTTP where TLS is spoken */
};
/* How many bytes came, at most size; 0: the client has ended; or one of the above. */
ssize_t gs_wire_read(struct gs_conn *c, char *room, size_t size);
/* How many bytes the kernel took, maybe 0; GS_WIRE_BROKEN. What it did not take is to be the first of output. */
ssize_t gs_wire_write(struct gs_conn *c, struct iovec *parts, size_t count);
/* Nothing more will be written: the client is told; false if it cannot be told. */
bool gs_wire_end(struct gs_conn *c);
void gs_wire_close(struct gs_conn *c);
/* Of bytes that have left the kernel and were not read yet the loop is told as if they came now. */
void gs_wire_wake(struct gs_conn *c);
/* HTTP cannot be spoken yet: a handshake comes first, or the word of a proxy. */
bool gs_wire_opening(const struct gs_conn *c);
/* Something has begun to come of which nothing can be read yet. */
bool gs_wire_begun(const struct gs_conn *c);
/* After GS_WIRE_PLAIN: the client is answered in the language it speaks. */
void gs_wire_go_plain(struct gs_conn *c);
/* Bytes that the wire itself holds for it, about. */
size_t gs_wire_memory(const struct gs_conn *c);

/* ---- peer.c ---- */
/* Asks the kernel who is at the other end. */
void gs_peer_ask(struct gs_conn *c);

/* ---- forwarded.c ---- */
bool gs_http_trusts(const struct gs_http *http, const struct gs_peer *peer);
/* If r comes from a trusted proxy, it is its client's from here on. */
void gs_forwarded_take(const struct gs_http *http, struct gs_request *r);

/* ---- preface.c ---- */
/* A connection that has just come, from whom the kernel says: is there a header to come first? */
int gs_preface_expect(struct gs_conn *c) GS_MUST_CHECK;
/* More than 0: it has come, and c is its client's; else as gs_wire_read. receive reads what the descriptor has, in the same way. */
ssize_t gs_preface_read(struct gs_conn *c, ssize_t (*receive)(struct gs_conn *c, void *room, size_t size));
size_t gs_preface_memory(const struct gs_conn *c);
void gs_preface_end(struct gs_conn *c);

/* ---- clients.c ---- */
void gs_clients_init(struct gs_http *http);
bool gs_clients_free(const struct gs_http *http, bool is_unix);
/* c takes its place; false: no memory. */
bool gs_clients_take(struct gs_conn *c);
/* Who has to go because c's address has too many connections: one that has not shown who it is, silent longest, maybe c; NULL: nobody. c has
 * just come. */
struct gs_conn *gs_clients_surplus(const struct gs_conn *c);
/* c, which was a proxy's, has another's address from here on; false: no memory. */
bool gs_clients_move(struct gs_conn *c);
/* c has said something. */
void gs_clients_spoke(struct gs_conn *c);
/* c is at least of this class. */
void gs_clients_known(struct gs_conn *c, enum gs_client_class class);
/* The descriptor goes; then, with the last request, the place. */
void gs_clients_quit(struct gs_conn *c);
void gs_clients_leave(struct gs_conn *c);
/* Of those who have not shown who they are and wait for no answer, the one silent longest; NULL: none is found at once. */
struct gs_conn *gs_clients_silent(const struct gs_http *http, bool is_unix);
/* Of those up to that class that are between two requests, the one that has been so longest; likewise. */
struct gs_conn *gs_clients_idle(const struct gs_http *http, enum gs_client_class highest);

/* ---- debts.c ---- */
void gs_debts_init(struct gs_http *http);
void gs_debts_begin(struct gs_conn *c);
/* It holds more or less than before. */
void gs_debts_settle(struct gs_conn *c);
void gs_debts_end(struct gs_conn *c);
/* Who holds most, of those who go first; NULL: nobody holds more than a little. */
struct gs_conn *gs_debts_largest(const struct gs_http *http);
bool gs_debts_too_high(const struct gs_http *http);
/* Where they hold too much, the largest debtors are to go at the next turn of the loop. */
void gs_debts_watch(struct gs_http *http);

/* ---- room.c ---- */
/* May one more come in, over TCP or a Unix socket? Another may have been dropped for it. */
bool gs_room_for(struct gs_http *http, bool is_unix);
/* Drops a connection for one that comes; false: none may go. */
bool gs_room_make(struct gs_http *http, bool is_unix);
/* A connection of fd, which is taken over, on failure too. */
int gs_conn_create(struct gs_http *http, int fd, enum gs_listener_kind kind) GS_MUST_CHECK;
/* Drops the largest debtors until what the others hold may be held. */
void gs_room_collect(struct gs_http *http);

/* ---- conn_end.c ---- */
void gs_conn_move(struct gs_conn *c, enum gs_conn_state next);
void gs_conn_want_reading(struct gs_conn *c, bool wanted);
/* The descriptor goes; c itself stays for the handlers that still have a request of it. */
void gs_conn_close(struct gs_conn *c);
/* Until now a connection counts, closed or not: whoever leaves requests behind that wait for their answers makes no room. */
void gs_conn_release(struct gs_conn *c);

/* ---- conn.c ---- */
/* Closes it for the sake of the others. May free c. */
void gs_conn_drop(struct gs_conn *c, enum gs_drop_reason why);
/* Something came of its wire. May free c. */
void gs_conn_wire(struct gs_conn *c, enum gs_wire_event what);
/* A reply was stored in job. */
void gs_conn_replied(struct gs_conn *c, struct gs_job *job);
/* More was written to its stream. */
void gs_conn_wrote(struct gs_conn *c);
/* Takes no more requests; those that were taken are answered. */
void gs_conn_last(struct gs_conn *c);
/* Sends what may leave now, and does what follows from it. May free c. */
void gs_conn_advance(struct gs_conn *c);
/* Goes on with the input left over from an earlier turn. May free c. */
void gs_conn_take_turn(struct gs_conn *c);
void gs_conn_overdue(struct gs_conn *c, enum gs_deadline_kind kind);
/* Takes no more requests. May free c. */
void gs_conn_drain(struct gs_conn *c);
/* Closes, drops replies and unanswered requests alike. */
void gs_conn_destroy(struct gs_conn *c);

/* There is something to read on conn, a gs_conn; the kernel may take more of its output. May free it. */
void gs_conn_readable(evutil_socket_t fd, short what, void *conn);
void gs_conn_writable(evutil_socket_t fd, short what, void *conn);

/* ---- output.c ---- */
/* Sends the replies that may leave, in order; false if the connection is broken. */
bool gs_output_flush(struct gs_conn *c);
bool gs_output_send(struct gs_conn *c, const char *bytes, size_t len);
/* The socket has room: sends what waits; false if the connection is broken. */
bool gs_output_resume(struct gs_conn *c);
void gs_output_discard(struct gs_conn *c);
/* An empty one with room for so many bytes; NULL without memory. */
struct gs_part *gs_part_create(size_t room);

/* ---- listener.c ---- */
/* Takes fd over. accepted is called with each new connection's descriptor, which it takes over, on failure too. */
int gs_listener_create(struct gs_http *http, int fd, enum gs_listener_kind kind,
                       int (*accepted)(struct gs_http *http, int fd, enum gs_listener_kind kind)) GS_MUST_CHECK;
void gs_listener_destroy(struct gs_listener *l);
/* A connection has gone: accepting may go on. */
void gs_listener_resume_all(struct gs_http *http);

#endif
