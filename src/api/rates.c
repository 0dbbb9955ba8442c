/* How often who may ask. Whoever is known is held to a rate of requests and of refused commands by name, wherever he asks from; the rest by
 * the address: an IPv4 one, or the first 64 bits of IPv6, which are one subscriber's. Where an address is short, strangers are the first to
 * wait (the last half of its burst is not theirs), then programs; people at the gate and supervisors never wait for what others at
 * their address do. A Unix socket has no address. What is one too many is counted and, summed, told in the log; rate_answer.c answers it. */
#include "rates.h"
#include "call.h"
#include "gateslot/base/ip.h"
#include "gateslot/base/log.h"
#include "gateslot/base/text.h"
#include "problem.h"
#include <event2/event.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { TELL_S = 60, PREFIX_BYTES = 8 };

static const char *const kind_names[GS_RATE_KINDS] = {"requests", "refusals", "address_requests", "address_refusals"};

const char *gs_rate_name(enum gs_rate_kind kind)
{
    return kind_names[kind];
}

static const struct gs_rate *rate_of(const struct gs_rates *rates, enum gs_rate_kind kind)
{
    const struct gs_rate *const list[GS_RATE_KINDS] = {&rates->limits.requests, &rates->limits.refusals,
                                                       &rates->limits.address_requests,
                                                       &rates->limits.address_refusals};
    return list[kind];
}

/* ---- whose rate it is ---- */

/* NULL: no limit, or no memory to keep to it. A device counts as one, whoever works at it: device/person. */
static struct gs_rate_entry *name_entry(struct gs_rates *rates, const struct gs_exchange *x)
{
    const char *name = gs_caller(x)->actor.name;
    unsigned char key[GS_RATE_KEY_BYTES] = {0};
    if (rates->limits.requests.per_second == 0 && rates->limits.refusals.per_second == 0) {
        return NULL;
    }
    for (size_t i = 0; i < GS_NAME_MAX && name[i] != '\0' && name[i] != '/'; i++) {
        key[i] = (unsigned char)name[i];
    }
    return gs_rate_table_find(&rates->names, key);
}

/* NULL: over a Unix socket, no limit, or no memory. */
static struct gs_rate_entry *address_entry(struct gs_rates *rates, const struct gs_exchange *x)
{
    const struct gs_peer *peer = &x->request.peer;
    unsigned char key[GS_RATE_KEY_BYTES] = {0};
    if (!peer->known ||
        (rates->limits.address_requests.per_second == 0 && rates->limits.address_refusals.per_second == 0)) {
        return NULL;
    }
    memcpy(key, peer->address, gs_ip_is_v4(peer->address) ? sizeof peer->address : PREFIX_BYTES);
    return gs_rate_table_find(&rates->addresses, key);
}

/* ---- the log ---- */

static void write_who(const struct gs_rates *rates, char out[GS_IP_TEXT])
{
    struct gs_ip_network network = {.bits = 8 * GS_IP_BYTES};
    if (!rates->most_is_address) {
        (void)gs_text_copyn(out, GS_IP_TEXT, (const char *)rates->most.key, strlen((const char *)rates->most.key));
        return;
    }
    memcpy(network.address, rates->most.key, sizeof network.address);
    network.bits = gs_ip_is_v4(network.address) ? network.bits : 8 * PREFIX_BYTES;
    gs_ip_network_format(&network, out);
}

static bool tell(struct gs_rates *rates)
{
    uint64_t since[GS_RATE_KINDS], total = 0;
    char who[GS_IP_TEXT];
    for (int kind = 0; kind < GS_RATE_KINDS; kind++) {
        since[kind] = rates->limited[kind] - rates->told[kind];
        rates->told[kind] = rates->limited[kind];
        total += since[kind];
    }
    if (total == 0) {
        return false;
    }
    write_who(rates, who);
    gs_log(GS_LOG_WARNING, "rate_limited",
           "answers=%" PRIu64 " requests=%" PRIu64 " refusals=%" PRIu64 " address_requests=%" PRIu64
           " address_refusals=%" PRIu64 " most=%s most_answers=%" PRIu64,
           total, since[GS_RATE_REQUESTS], since[GS_RATE_REFUSALS], since[GS_RATE_ADDRESS_REQUESTS],
           since[GS_RATE_ADDRESS_REFUSALS], who, rates->most.limited);
    rates->minute++;
    rates->most.limited = 0;
    return true;
}

static void tell_later(struct gs_rates *rates)
{
    static const struct timeval minute = {TELL_S, 0};
    (void)event_add(rates->tell, &minute);
}

static void on_minute(evutil_socket_t fd, short what, void *arg)
{
    struct gs_rates *rates = arg;
    (void)fd, (void)what;
    if (tell(rates)) {
        tell_later(rates);
    }
}

static void note(struct gs_api *r, enum gs_rate_kind kind, struct gs_rate_entry *who)
{
    struct gs_rates *rates = &r->rates;
    rates->limited[kind]++;
    if (who->minute != rates->minute) {
        who->minute = rates->minute;
        who->limited = 0;
    }
    if (++who->limited > rates->most.limited) {
        rates->most = *who;
        rates->most_is_address = kind == GS_RATE_ADDRESS_REQUESTS || kind == GS_RATE_ADDRESS_REFUSALS;
    }
    if (rates->tell == NULL) {
        rates->tell = evtimer_new(r->base, on_minute, rates);
    }
    if (rates->tell != NULL && !evtimer_pending(rates->tell, NULL)) {
        tell_later(rates);
    }
}

/* ---- what is left ---- */

static bool exceeds(struct gs_api *r, enum gs_rate_kind kind, struct gs_rate_entry *who, int32_t keep,
                    struct gs_rate_excess *out)
{
    const bool of_refusals = kind == GS_RATE_REFUSALS || kind == GS_RATE_ADDRESS_REFUSALS;
    const struct gs_rate *rate = rate_of(&r->rates, kind);
    *out =
        (struct gs_rate_excess){.kind = kind,
                                .rate = rate,
                                .wait_s = gs_bucket_wait_s(of_refusals ? &who->refusals : &who->requests, rate, keep)};
    note(r, kind, who);
    return false;
}

static bool is_staff(const struct gs_exchange *x)
{
    const enum gs_role role = gs_caller(x)->actor.role;
    return role == GS_ROLE_GATE || role == GS_ROLE_SUPERVISOR;
}

static bool may_change(const struct gs_exchange *x)
{
    const enum gs_method method = x->request.method;
    return method != GS_GET && method != GS_HEAD && method != GS_OPTIONS;
}

/* Whoever has used more than half is told how much is left. */
static void note_used(const struct gs_api *r, const struct gs_exchange *x, const struct gs_rate_entry *of)
{
    const int64_t half = r->rates.limits.requests.burst * INT64_C(500000);
    gs_caller(x)->rate_used = of->requests.used > half ? of->requests.used : 0;
}

bool gs_rates_take(struct gs_api *r, const struct gs_exchange *x, struct gs_rate_excess *out)
{
    struct gs_rates *rates = &r->rates;
    const struct gs_rate_limits *limits = &rates->limits;
    const int64_t now_us = gs_caller(x)->began_us;
    struct gs_rate_entry *of = is_staff(x) ? NULL : address_entry(rates, x);
    if (of != NULL && !gs_bucket_take(&of->requests, &limits->address_requests, 0, now_us)) {
        return exceeds(r, GS_RATE_ADDRESS_REQUESTS, of, 0, out);
    }
    of = name_entry(rates, x);
    if (of == NULL) {
        return true;
    }
    if (may_change(x) && !gs_bucket_has(&of->refusals, &limits->refusals, 0, now_us)) {
        return exceeds(r, GS_RATE_REFUSALS, of, 0, out);
    }
    if (!gs_bucket_take(&of->requests, &limits->requests, 0, now_us)) {
        return exceeds(r, GS_RATE_REQUESTS, of, 0, out);
    }
    note_used(r, x, of);
    return true;
}

static bool take_others(struct gs_api *r, enum gs_rate_kind kind, struct gs_rate_entry *of, int32_t count,
                        int64_t now_us, struct gs_rate_excess *out)
{
    const struct gs_rate *rate = rate_of(&r->rates, kind);
    const int32_t more = (count < rate->burst ? count : rate->burst) - 1;
    return of == NULL || more <= 0 || gs_bucket_take_many(&of->requests, rate, more, now_us) ||
           exceeds(r, kind, of, more, out); /* the next try takes one for itself first */
}

bool gs_rates_take_others(struct gs_api *r, const struct gs_exchange *x, int32_t count, struct gs_rate_excess *out)
{
    struct gs_rate_entry *address = is_staff(x) ? NULL : address_entry(&r->rates, x);
    const int64_t now_us = gs_caller(x)->began_us;
    struct gs_rate_entry *name = NULL;
    if (!take_others(r, GS_RATE_ADDRESS_REQUESTS, address, count, now_us, out)) {
        return false;
    }
    name = name_entry(&r->rates, x);
    if (!take_others(r, GS_RATE_REQUESTS, name, count, now_us, out)) {
        return false;
    }
    if (name != NULL && r->rates.limits.requests.per_second > 0) {
        note_used(r, x, name);
    }
    return true;
}

bool gs_rates_may_change(struct gs_api *r, const struct gs_exchange *x, struct gs_rate_excess *out)
{
    struct gs_rate_entry *of = name_entry(&r->rates, x);
    return of == NULL || gs_bucket_has(&of->refusals, &r->rates.limits.refusals, 0, gs_caller(x)->began_us) ||
           exceeds(r, GS_RATE_REFUSALS, of, 0, out);
}

bool gs_rates_take_stranger(struct gs_api *r, const struct gs_exchange *x, struct gs_rate_excess *out)
{
    const struct gs_rate_limits *limits = &r->rates.limits;
    const int64_t now_us = gs_caller(x)->began_us;
    const int32_t keep = limits->address_requests.burst / 2;
    struct gs_rate_entry *of = address_entry(&r->rates, x);
    if (of == NULL) {
        return true;
    }
    if (!gs_bucket_has(&of->refusals, &limits->address_refusals, 0, now_us)) {
        return exceeds(r, GS_RATE_ADDRESS_REFUSALS, of, 0, out);
    }
    return gs_bucket_take(&of->requests, &limits->address_requests, keep, now_us) ||
           exceeds(r, GS_RATE_ADDRESS_REQUESTS, of, keep, out);
}

void gs_rates_unauthorized(struct gs_api *r, const struct gs_exchange *x)
{
    struct gs_rate_entry *of = address_entry(&r->rates, x);
    if (of != NULL) {
        gs_bucket_charge(&of->refusals, &r->rates.limits.address_refusals, gs_caller(x)->began_us);
    }
}

void gs_rates_apply(const struct gs_call *c, struct gs_command *command, struct gs_outcome *out)
{
    struct gs_rates *rates = &c->api->rates;
    c->service->apply(c->service->self, command, out);
    if (out->code == GS_CODE_OK || gs_code_status(out->code) / 100 != 4) {
        return;
    }
    struct gs_rate_entry *of = name_entry(rates, c->x);
    if (of != NULL) {
        gs_bucket_charge(&of->refusals, &rates->limits.refusals, gs_caller(c->x)->began_us);
    }
}

void gs_rates_metrics(const struct gs_rates *rates, struct gs_buf *out)
{
    gs_buf_str(out, "# HELP gateslot_http_rate_limited_total Requests refused because there were too many.\n"
                    "# TYPE gateslot_http_rate_limited_total counter\n");
    for (int kind = 0; kind < GS_RATE_KINDS; kind++) {
        gs_buf_printf(out, "gateslot_http_rate_limited_total{by=\"%s\"} %" PRIu64 "\n", kind_names[kind],
                      rates->limited[kind]);
    }
}

void gs_rates_finish(struct gs_rates *rates)
{
    (void)tell(rates);
    if (rates->tell != NULL) {
        event_free(rates->tell);
        rates->tell = NULL;
    }
    gs_rate_table_finish(&rates->names);
    gs_rate_table_finish(&rates->addresses);
}
