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
    const char *prefer;       /* Prefer; NULL: none */
    const char *accept;       /* NULL: application/json */
    const char *content_type; /* of the body; NULL: application/json */
    int64_t timeout_ms;       /* 0: 30 s */
};

/* Why a daemon behind https:// was not asked at all. */
enum gs_distrust {
    GS_DISTRUST_NONE,
    GS_DISTRUST_SIGNER,
    GS_DISTRUST_EXPIRED,
    GS_DISTRUST_NOT_YET,
    GS_DISTRUST_HOST,
    GS_DISTRUST_OTHER,
    GS_DISTRUST_CACERT, /* the file that says whom to trust is no good */
    GS_DISTRUST_NO_TLS  /* nobody speaks it there */
};

struct gs_response { /* its owner calls gs_response_finish, whatever send said */
    int status;
    struct gs_buf body;
    int64_t retry_after_s; /* -1: not said */
    bool replayed;         /* a stored answer */
    char fault[192];       /* why send failed, for people */
    enum gs_distrust distrust;
    bool sent;       /* where send failed: something of the call had left, so it may have been carried out */
    const char *url; /* who was asked; lives as long as the client. NULL: not known */
};

struct gs_transport {
    void *self;
    /* GS_OK with any HTTP status, or GS_E_IO: no answer came (it may have been carried out all the same), GS_E_NOMEM. out is
     * empty but initialised on failure, with out->fault set. */
    int (*send)(void *self, const struct gs_client_call *call, struct gs_response *out);
    /* An answer without an end of its own: take is given its bytes as they come and says whether it wants more; only those of a status of 200, what
     * else is answered is in out. GS_OK: the daemon ended it, or answered otherwise; GS_E_IO also where nothing came for longer than the daemon
     * keeps silent, or take wanted no more. NULL: it cannot. */
    int (*stream)(void *self, const struct gs_client_call *call, bool (*take)(void *arg, const char *bytes, size_t len),
                  void *arg, struct gs_response *out);
    /* Waits that long; true if the user asked to stop (SIGINT), at once then. 0 only asks. */
    bool (*pause)(void *self, int64_t ms);
    int64_t (*monotonic_ms)(void *self);
};

void gs_response_init(struct gs_response *r);
void gs_response_finish(struct gs_response *r);

struct gs_client;
struct gs_client_options {
    const char *url;      /* unix:/path, http://… or https://…; several with commas between, of which one serves */
    const char *token;    /* NULL or "": none */
    const char *language; /* for Accept-Language */
    const char *cacert;   /* file with the signers that https:// trusts; NULL or "": the system's */
};
/* GS_E_INVALID: not such a URL or a token with characters a header cannot carry. The transport is borrowed from the client and dies with
 * it. */
int gs_client_create(const struct gs_client_options *options, struct gs_client **out) GS_MUST_CHECK;
void gs_client_destroy(struct gs_client *c);
struct gs_transport *gs_client_transport(struct gs_client *c);
/* From now on SIGINT is noted and told by pause instead of ending the process. */
void gs_client_catch_interrupt(struct gs_client *c);

/* Adds ?name=value or &name=value, percent-encoded; nothing if value is NULL. */
void gs_path_query(struct gs_buf *path, const char *name, const char *value);
/* Adds one path segment, percent-encoded. */
void gs_path_segment(struct gs_buf *path, const char *text);

#endif
