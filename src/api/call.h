/* What the files of the API share: the state behind all requests, one call on its way, and the table of routes. */
#ifndef GATESLOT_API_CALL_H
#define GATESLOT_API_CALL_H

#include "batch_counts.h"
#include "feed.h"
#include "gateslot/api/api.h"
#include "gateslot/base/fault.h"
#include "gateslot/base/histogram.h"
#include "gateslot/base/json_read.h"
#include "gateslot/base/lang.h"
#include "gateslot/base/sha256.h"
#include "gateslot/core/command.h"
#include "login_throttle.h"
#include "negotiate.h"
#include "page.h"
#include "pairings.h"
#include "params.h"
#include "persons.h"
#include "pin_tries.h"
#include "rates.h"
#include "sessions.h"
#include "tokens.h"
#include "users.h"
#include "work.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GS_BATCH_PATH "/v1/bookings/batch" /* whose bodies may be larger than others */
#define GS_PARTS_MAX 2                     /* {…} of a path */
#define GS_BODY_KEEP (256 << 10)           /* bytes of the answer buffer kept between requests */

/* Logins refused and not yet told of in an event: there is at most one a minute. */
struct gs_refused_logins {
    struct event *timer; /* runs for a minute after each event; NULL: none was needed yet */
    int32_t count;
    bool mixed;                 /* not all of one user */
    char name[GS_NAME_MAX + 1]; /* that user's; "" = of none that there is */
    enum gs_role role;
};

struct gs_api {
    struct event_base *base; /* for the timers of those who wait for events */
    struct gs_service service;
    char version[32];
    struct gs_tokens tokens;
    struct gs_rates rates;
    struct gs_users users;
    struct gs_sessions sessions;
    struct gs_login_throttle login_throttle;
    struct gs_refused_logins refused_logins;
    struct gs_pairings pairings;
    struct gs_persons persons;
    struct gs_pin_tries pin_tries;
    struct gs_buf body;        /* of the answer being written */
    struct gs_arena json;      /* of the request being read */
    struct gs_outcome outcome; /* of the command being handled */
    struct gs_faults faults;   /* of the request being read */
    char room
        [GS_HEAD_MAX]; /* for a list of header values while it is looked at; on the stack it would be zeroed each time */
    uint64_t life;     /* random: what was told of a book in another life of the daemon says nothing of one of this */
    struct gs_page slots_page, gate_pages[2]; /* of the gate: for staff, for displays */
    const struct gs_exchange
        *asking; /* whose request is being taken: what is answered to it now was asked for now; NULL */
    /* True: x's caller has lost what he was known by, and that was answered (auth.c, which stands above the answers). */
    bool (*turn_away)(struct gs_exchange *x);
    struct gs_feed feed;
    size_t range_reports; /* under way */
    uint64_t loads; /* of the book, and new rules: what was seen of it before may never have been stored, or is gone */
    struct gs_work work;
    struct {
        uint64_t answers[6]; /* by status class, [0] unused */
        uint64_t unreadable, unauthorized, replayed;
        uint64_t logins, logins_refused, logins_throttled, csrf;
        struct gs_batch_counts batches;
    } count;
    struct gs_histogram booking_times, check_times; /* of the routes that are timed */
};

static inline bool gs_api_serves(const struct gs_api *api)
{
    return api->service.serves == NULL || api->service.serves(api->service.self);
}

static inline struct gs_api *gs_api_of(const struct gs_exchange *x)
{
    return x->api;
}

/* By what somebody is known. */
enum gs_credential { GS_BY_NOTHING, GS_BY_PEER, GS_BY_TOKEN, GS_BY_SESSION };

/* Who sent a request. It stands in the exchange, so that answers which come later find it too. */
struct gs_caller {
    struct gs_actor actor;  /* set by auth.c */
    enum gs_credential by;  /* likewise */
    unsigned char hash[32]; /* of that token or session */
    enum gs_lang lang;      /* from Accept-Language; zh-CN unless en is preferred */
    int64_t
        rate_used; /* millionths of requests that its name has used of those at once, where that is more than half; else 0 */
    struct gs_histogram *timed; /* where it is observed how long the answer took; NULL: nowhere */
    int64_t began_us;           /* when it was looked at first; monotonic */
    struct gs_task task;        /* if it was put off */
};

static inline struct gs_caller *gs_caller(const struct gs_exchange *x)
{
    return x->own;
}

enum gs_route_flag {
    GS_ROUTE_PUBLIC = 1,       /* no token needed */
    GS_ROUTE_KEY = 2,          /* Idempotency-Key is honoured */
    GS_ROUTE_KEY_REQUIRED = 4, /* … and required */
    GS_ROUTE_BODY = 8,         /* a JSON object may be sent */
    GS_ROUTE_BODY_REQUIRED = 16,
    GS_ROUTE_TIMED = 32,     /* the time from here to the answer's leaving is shown by /metrics */
    GS_ROUTE_BODY_YAML = 64, /* a YAML text, read by the handler */
    GS_ROUTE_SECRET = 128,   /* what is sent is wiped from memory once it has been read */
    GS_ROUTE_PAGE = 256,     /* for browsers, not of the API that docs/openapi.json describes */
    GS_ROUTE_ALWAYS = 512    /* answered while the daemon does not serve, too */
};

struct gs_call;
struct gs_route {
    enum gs_method method;
    const char *path; /* parts in braces stand for one segment */
    unsigned roles;   /* bits 1 << enum gs_role */
    unsigned flags;   /* enum gs_route_flag */
    void (*handler)(struct gs_call *call);
    const char *const *params; /* query parameters, NULL at the end; NULL: none */
    int command;               /* enum gs_command_kind of a step; else unused */
};
extern const struct gs_route gs_route_table[];
extern const size_t gs_route_count;

/* One request while its handler runs. A handler that answers later keeps the exchange, not the call. */
struct gs_call {
    struct gs_exchange *x;
    struct gs_api *api;
    const struct gs_caller *caller; /* x's */
    const struct gs_service *service;
    const struct gs_route *route;
    char parts[GS_PARTS_MAX][GS_PATH_PART_MAX + 1]; /* what stands in the path for {…} */
    struct gs_params params;                        /* of the query; their faults are in api->faults */
    const struct gs_json_value *body;               /* in api->json; NULL if none was sent */
    const char *key;                                /* Idempotency-Key; NULL: none, or not honoured here */
    unsigned char fingerprint[GS_SHA256_BYTES];     /* if key */
};

/* router.c. Finds the route of a complete request, and lets its handler answer if all else about it is right. */
void gs_route(struct gs_exchange *x);
/* Of one that was put off, and whose turn has come: calls its handler. */
void gs_route_again(struct gs_exchange *x);
bool gs_route_matches(const char *pattern, const char *path, char out_parts[GS_PARTS_MAX][GS_PATH_PART_MAX + 1]);
const char *gs_method_name(enum gs_method m);

#endif
