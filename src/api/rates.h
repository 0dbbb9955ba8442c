/* How often who may ask: requests and refusals a second, of each name that is known and of each address. */
#ifndef GATESLOT_API_RATES_H
#define GATESLOT_API_RATES_H

#include "gateslot/base/buf.h"
#include "gateslot/base/rate.h"
#include "gateslot/core/command.h"
#include "gateslot/http/exchange.h"
#include "rate_table.h"

struct event;
struct event_base;
struct gs_api;
struct gs_call;

/* In the order of struct gs_rate_limits. */
enum gs_rate_kind {
    GS_RATE_REQUESTS,
    GS_RATE_REFUSALS,
    GS_RATE_ADDRESS_REQUESTS,
    GS_RATE_ADDRESS_REFUSALS,
    GS_RATE_KINDS
};

struct gs_rates {
    struct gs_rate_limits limits;
    struct gs_rate_table names, addresses;
    uint64_t limited[GS_RATE_KINDS]; /* answers 429 since the start */
    /* for the log, which tells once a minute at most */
    struct event *tell; /* owned; NULL: nothing was ever refused */
    uint64_t minute;    /* counts those that were told */
    uint64_t told[GS_RATE_KINDS];
    struct gs_rate_entry most; /* who was refused most often since */
    bool most_is_address;
};

/* Which rate is used up, and what there is to say of it. */
struct gs_rate_excess {
    enum gs_rate_kind kind;
    const struct gs_rate *rate;
    int64_t wait_s; /* at least 1 */
};

/* Who asks is known, and his request counts. False: it is one too many, which is noted. */
bool gs_rates_take(struct gs_api *r, const struct gs_exchange *x, struct gs_rate_excess *out);
/* The request that was taken stands for count of them: takes the others, or as many as the burst has. Likewise. */
bool gs_rates_take_others(struct gs_api *r, const struct gs_exchange *x, int32_t count, struct gs_rate_excess *out);
/* May one more of his commands be refused? False: none is to be applied any more, which is noted. */
bool gs_rates_may_change(struct gs_api *r, const struct gs_exchange *x, struct gs_rate_excess *out);
/* Nobody that is known asks: by a route for everybody, or with a credential that is missing or wrong. Likewise. */
bool gs_rates_take_stranger(struct gs_api *r, const struct gs_exchange *x, struct gs_rate_excess *out);
/* A credential was found missing or wrong: every answer 401 counts against the address. */
void gs_rates_unauthorized(struct gs_api *r, const struct gs_exchange *x);
/* Has the service apply the command. A refusal counts against whoever sent it. */
void gs_rates_apply(const struct gs_call *c, struct gs_command *command, struct gs_outcome *out);
const char *gs_rate_name(enum gs_rate_kind kind);
void gs_rates_metrics(const struct gs_rates *rates, struct gs_buf *out);
void gs_rates_finish(struct gs_rates *rates);

/* rate_headers.c: the values of RateLimit-Policy and RateLimit. */
struct gs_rate_texts {
    char policy[80], left[80];
};
void gs_rates_write(enum gs_rate_kind kind, const struct gs_rate *rate, int64_t left, int64_t wait_s,
                    struct gs_rate_texts *out);
/* How many requests are left to who asked x, for an answer with that status; false: there is nothing to tell. */
bool gs_rates_left(const struct gs_exchange *x, int status, struct gs_rate_texts *out);
/* rate_answer.c: the same as the first two, and what is too many is answered 429. */
bool gs_rates_admit(struct gs_api *r, struct gs_exchange *x);
bool gs_rates_admit_stranger(struct gs_api *r, struct gs_exchange *x);
bool gs_rates_admit_others(struct gs_api *r, struct gs_exchange *x, int32_t count);
/* The sentence of it; {what}: the seconds to wait; {other}: how many a second. */
const struct gs_words *gs_rate_words(enum gs_rate_kind kind);

#endif
