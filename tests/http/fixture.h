/* A server with a faked API, and clients on socket pairs. Nothing waits: the clock of deadlines is the test's own, and the loop
 * is run until it has nothing to do. */
#ifndef GATESLOT_TESTS_HTTP_FIXTURE_H
#define GATESLOT_TESTS_HTTP_FIXTURE_H

#include "http.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define WAITING_MAX 256

struct fixture {
    struct event_base *base;
    struct gs_http *http;
    int64_t now_ms;
    uint64_t stamp; /* what the API says */
    int32_t routed, refused, failed, woken, freed;
    int32_t looked_at_heads, hurried;
    bool answers_in_a_hurry;
    int last_status;                          /* of the last refusal */
    char log[4096];                           /* paths routed, each followed by a space */
    struct gs_exchange *waiting[WAITING_MAX]; /* requests for /wait…, in order */
    int32_t waiting_count;
    struct gs_exchange *stream; /* for /stream; NULL: none, or it has ended */
    int32_t streams_ended;
    size_t stream_bytes; /* written to it */
    size_t stream_piece; /* is written whenever it is ready; 0: nothing */
    bool stream_broken;  /* it took nothing more */
};

struct client {
    int fd;
    struct gs_conn *conn; /* the server's side */
    char *in;             /* received and not yet taken */
    size_t in_len;
    bool eof;
};

struct answer {
    int status;
    char head[2048];
    char *body; /* NUL-terminated; free */
    size_t body_len;
};

/* Routes of the fake: GET /now/… answers its path at once; POST /echo its body; /wait… not before answer_waiting; /big?N a body
 * of N bytes; /stamped?N like /now, with stamp N; /close closes; /stream a stream, written as fixture_stream says; /status?N has status N; /name the name of the last header; /empty is 204; /headers has headers of its own. */
int fixture_setup(void **state);
int fixture_teardown(void **state);
void fixture_run(struct fixture *f);
/* Sets the clock of deadlines on and lets what is due happen. */
void fixture_later(struct fixture *f, int64_t ms);
/* Answers the i-th waiting request with its path. */
void fixture_answer(struct fixture *f, int32_t i);

/* Writes to the stream as much as it takes at once, in pieces of so many bytes. */
void fixture_stream(struct fixture *f, size_t piece);
void fixture_end_stream(struct fixture *f);

/* On a Unix socket, where the kernel vouches for it. */
void client_open(struct fixture *f, struct client *c);
/* Otherwise as if over TCP: nobody knows who it is until a request of it has the header X-Class with a gs_client_class. */
void client_open_by(struct fixture *f, struct client *c, bool is_unix);
void client_close(struct client *c);
/* Writes all, running the server. */
void client_send(struct fixture *f, struct client *c, const char *text);
void client_send_bytes(struct fixture *f, struct client *c, const char *bytes, size_t len);
/* Takes one reply off what has arrived; false if none is whole. head_only: it answers HEAD. */
bool client_take(struct fixture *f, struct client *c, struct answer *out, bool head_only);
/* As client_take, with a check of status and body (NULL: any), which must be there. */
void client_expect(struct fixture *f, struct client *c, int status, const char *body);
void client_expect_nothing(struct fixture *f, struct client *c);
void client_expect_closed(struct fixture *f, struct client *c);
/* A header's value in an answer, NULL if missing. */
const char *answer_header(const struct answer *a, const char *name, char out[256]);

#define GET(path) "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"

#endif
