/* The headers that tell of a rate, RateLimit and RateLimit-Policy as draft-ietf-httpapi-ratelimit-headers-10 has them: on an answer 429, and on any
 * other to a name that has used more than half of the requests that it may make at once. */
#include "call.h"
#include "problem.h"
#include "rates.h"
#include <inttypes.h>
#include <stdio.h>

/* The window of the policy is the time in which the whole burst comes back. */
void gs_rates_write(enum gs_rate_kind kind, const struct gs_rate *rate, int64_t left, int64_t wait_s,
                    struct gs_rate_texts *out)
{
    const char *name = gs_rate_name(kind);
    (void)snprintf(out->policy, sizeof out->policy, "\"%s\";q=%" PRId32 ";w=%" PRId32, name, rate->burst,
                   (rate->burst + rate->per_second - 1) / rate->per_second);
    (void)snprintf(out->left, sizeof out->left, "\"%s\";r=%" PRId64 ";t=%" PRId64, name, left, wait_s);
}

/* t: when all are there again. */
bool gs_rates_left(const struct gs_exchange *x, int status, struct gs_rate_texts *out)
{
    const struct gs_rate *rate = &gs_api_of(x)->rates.limits.requests;
    const struct gs_bucket bucket = {.used = gs_caller(x)->rate_used};
    if (rate->per_second == 0 || status == gs_code_status(GS_CODE_RATE_LIMITED)) {
        return false;
    }
    const int64_t per_s = rate->per_second * INT64_C(1000000);
    gs_rates_write(GS_RATE_REQUESTS, rate, gs_bucket_left(&bucket, rate), (bucket.used + per_s - 1) / per_s, out);
    return true;
}
