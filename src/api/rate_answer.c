/* The answer to one who asks too often: 429, the seconds to wait, and the headers of rate_headers.c. That is all that a limited request leaves behind: no command, no row, no key. Whether
 * one asks too often, rates.c knows. */
#include "call.h"
#include "problem.h"
#include "reply.h"
#include <inttypes.h>
#include <stdio.h>

enum { NUMBER_TEXT = 24 };

/* {what}: the seconds to wait; {other}: how many a second. */
static const struct gs_words details[GS_RATE_KINDS] = {
    {{"请求过于频繁，请等待 {what} 秒后再试（每秒最多 {other} 次）。",
      "Too many requests: wait {what} s, then try again (at most {other} a second)."}},
    {{"被拒绝的办理过多，请等待 {what} 秒后再试（每秒最多 {other} 次）。",
      "Too many of your requests were refused: wait {what} s, then try again (at most {other} a second)."}},
    {{"来自此地址的请求过于频繁，请等待 {what} 秒后再试（每秒最多 {other} 次）。",
      "Too many requests from this address: wait {what} s, then try again (at most {other} a second)."}},
    {{"来自此地址、凭据无效的请求过多，请等待 {what} 秒后再试（每秒最多 {other} 次）。",
      "Too many requests without a valid token from this address: wait {what} s, then try again (at most {other} a "
      "second)."}},
};

const struct gs_words *gs_rate_words(enum gs_rate_kind kind)
{
    return &details[kind];
}

static bool refuse(struct gs_exchange *x, const struct gs_rate_excess *excess)
{
    const struct gs_rate *rate = excess->rate;
    char wait[NUMBER_TEXT], per_second[NUMBER_TEXT];
    struct gs_rate_texts texts = {0};
    struct gs_reply reply = {.status = gs_code_status(GS_CODE_RATE_LIMITED)};
    const struct gs_problem p = {.code = GS_CODE_RATE_LIMITED,
                                 .detail = &details[excess->kind],
                                 .what = wait,
                                 .other = per_second,
                                 .command = -1};
    (void)snprintf(wait, sizeof wait, "%" PRId64, excess->wait_s);
    (void)snprintf(per_second, sizeof per_second, "%" PRId32, rate->per_second);
    gs_rates_write(excess->kind, rate, 0, excess->wait_s, &texts);
    struct gs_json j = gs_reply_begin(x);
    gs_problem_write(j.out, x, &p);
    gs_reply_header(&reply, "Retry-After", wait);
    gs_reply_header(&reply, "RateLimit-Policy", texts.policy);
    gs_reply_header(&reply, "RateLimit", texts.left);
    gs_reply_problem_headers(&reply, p.code, gs_caller(x)->lang);
    gs_reply_send(x, &reply);
    return false;
}

bool gs_rates_admit(struct gs_api *r, struct gs_exchange *x)
{
    struct gs_rate_excess excess;
    return gs_rates_take(r, x, &excess) || refuse(x, &excess);
}

bool gs_rates_admit_stranger(struct gs_api *r, struct gs_exchange *x)
{
    struct gs_rate_excess excess;
    return gs_rates_take_stranger(r, x, &excess) || refuse(x, &excess);
}

bool gs_rates_admit_others(struct gs_api *r, struct gs_exchange *x, int32_t count)
{
    struct gs_rate_excess excess;
    return gs_rates_take_others(r, x, count, &excess) || refuse(x, &excess);
}
