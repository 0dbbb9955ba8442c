/* One HTTP exchange with the daemon, behind a small table of functions so that a test can play the daemon. */
#ifndef GATESLOT_CLI_CLIENT_H
#define GATESLOT_CLI_CLIENT_H

#include "gateslot/base/buf.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GS_DEFAULT_URL "unix:/run/gateslot/gateslot.sock"
#define GS_ANSWER_MAX (64U << 20) /* bytes of one answer; more: the call fails */
#define GS_TOKEN_TEXT_MAX 256

struct gs_client_call {
    const char *method;       /* "GET" … */
    const char *path;         /* with its query */
    const char *body;         /* NULL: none */
    const char *key;          /* Idempotency-Key; NULL: none */
    const char *if_match;     /* If-Match; NULL: none */
    const char *accept;       /* NULL: application/json */
    const char *content_type; /* of the body; NULL: application/json */
    int64_t timeout_ms;       /* 0: 30 s */
};

struct gs_response { /* its owner calls gs_response_finish, whatever send said */
    int status;
    struct gs_buf body;
    int64_t retry_after_s; /* -1: not said */
    bool replayed;         /* a stored answer */
    char fault[192];       /* why send failed, for people */
};

struct gs_transport {
    void *self;
    /* GS_OK with any HTTP status, or GS_E_IO: no answer came (it may have been carried out all the same), GS_E_NOMEM. out is
     * empty but initialised on failure, with out->fault set. */
    int (*send)(void *self, const struct gs_client_call *call, struct gs_response *out);
    /* Waits that long; true if the user asked to stop (SIGINT), at once then. 0 only asks. */
    bool (*pause)(void *self, int64_t ms);
    int64_t (*monotonic_ms)(void *self);
};

void gs_response_init(struct gs_response *r);
void gs_response_finish(struct gs_response *r);

struct gs_client;
/* url: unix:/path, http://… or https://…; token NULL or "" = none; language for Accept-Language. GS_E_INVALID: not such a URL or a token
 * with characters a header cannot carry. The transport is borrowed from the client and dies with it. */
int gs_client_create(const char *url, const char *token, const char *language, struct gs_client **out) GS_MUST_CHECK;
void gs_client_destroy(struct gs_client *c);
struct gs_transport *gs_client_transport(struct gs_client *c);
/* From now on SIGINT is noted and told by pause instead of ending the process. */
void gs_client_catch_interrupt(struct gs_client *c);

/* Adds ?name=value or &name=value, percent-encoded; nothing if value is NULL. */
void gs_path_query(struct gs_buf *path, const char *name, const char *value);
/* Adds one path segment, percent-encoded. */
void gs_path_segment(struct gs_buf *path, const char *text);

#endif
