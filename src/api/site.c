/* The site as clients see it: its name, zone, clock, windows and rules; and the clock of a drill. */
#include "booking_json.h"
#include "codec.h"
#include "handlers.h"
#include "reply.h"

static void write_windows(struct gs_json *j, const struct gs_rules *r)
{
    gs_json_array(j, "windows");
    for (int32_t i = 0; i < r->window_count; i++) {
        gs_json_object(j, NULL);
        gs_json_str(j, "id", r->windows[i].id);
        gs_json_hhmm(j, "start", r->windows[i].start_min);
        gs_json_hhmm(j, "end", r->windows[i].end_min);
        gs_json_int(j, "capacity", r->windows[i].capacity);
        gs_json_end_object(j);
    }
    gs_json_end_array(j);
}

static void write_booking_rules(struct gs_json *j, const struct gs_rules *r)
{
    gs_json_object(j, "booking");
    gs_json_int(j, "horizon_days", r->horizon_days);
    gs_json_hhmm(j, "opens_at", r->opens_at_min);
    gs_json_int(j, "cutoff_minutes", r->cutoff_min);
    gs_json_int(j, "lock_minutes", r->lock_min);
    gs_json_hhmm(j, "settle_at", r->settle_at_min);
    gs_json_int(j, "early_grace_minutes", r->early_grace_min);
    gs_json_int(j, "late_grace_minutes", r->late_grace_min);
    gs_json_bool(j, "delay_reports", r->delay_reports);
    gs_json_int(j, "retention_days", r->retention_days);
    gs_json_end_object(j);
}

static void write_fairness_rules(struct gs_json *j, const struct gs_rules *r)
{
    gs_json_object(j, "quota");
    gs_json_int(j, "company_window_percent", r->company_window_percent);
    gs_json_int(j, "company_day", r->company_day);
    gs_json_int(j, "lifted_minutes", r->lifted_min);
    gs_json_end_object(j);
    gs_json_object(j, "strikes");
    gs_json_int(j, "limit", r->strike_limit);
    gs_json_int(j, "days", r->strike_days);
    gs_json_int(j, "suspend_days", r->suspend_days);
    gs_json_bool(j, "late_cancel", r->late_cancel);
    gs_json_int(j, "company_percent", r->company_percent);
    gs_json_end_object(j);
    gs_json_object(j, "waitlist");
    gs_json_bool(j, "enabled", r->waitlist);
    gs_json_int(j, "promote_minutes", r->promote_min);
    gs_json_end_object(j);
    gs_json_object(j, "overbooking");
    gs_json_bool(j, "enabled", r->overbooking);
    gs_json_int(j, "overflow_percent", r->overflow_percent);
    gs_json_int(j, "min_samples", r->min_samples);
    gs_json_end_object(j);
}

/* The sections and keys of the configuration, so that one description serves both. */
static void write_rules(struct gs_json *j, const struct gs_rules *r)
{
    gs_json_object(j, "rules");
    gs_json_object(j, "yard");
    gs_json_int(j, "bays", r->bays);
    gs_json_bool(j, "walk_ins", r->walk_ins);
    gs_json_end_object(j);
    gs_json_object(j, "slots");
    gs_json_int(j, "minutes", r->slot_min);
    if (r->slot_capacity >= 0) {
        gs_json_int(j, "capacity", r->slot_capacity);
    } else {
        gs_json_null(j, "capacity");
    }
    gs_json_end_object(j);
    write_booking_rules(j, r);
    write_fairness_rules(j, r);
    gs_json_end_object(j);
}

void gs_handle_site(struct gs_call *c)
{
    const struct gs_book *book = c->service->book(c->service->self);
    const struct gs_rules *rules = c->service->rules(c->service->self);
    struct gs_json j = gs_reply_begin(c->x);
    gs_json_object(&j, NULL);
    gs_json_str(&j, "name", rules->site_name);
    gs_json_str(&j, "zone", rules->timezone);
    gs_json_time(&j, "now", c->service->now_ms(c->service->self), rules->tz);
    gs_json_date(&j, "today", gs_book_today(book));
    gs_json_date(&j, "last_date", gs_book_last_date(book));
    gs_json_bool(&j, "drill", c->service->drill(c->service->self));
    gs_json_str(&j, "version", c->api->version);
    gs_json_int(&j, "inside", gs_book_inside(book));
    write_windows(&j, rules);
    write_rules(&j, rules);
    gs_json_end_object(&j);
    gs_reply_json(c->x, 200);
}

static void send_now(struct gs_call *c)
{
    struct gs_json j = gs_reply_begin(c->x);
    gs_json_object(&j, NULL);
    gs_json_time(&j, "now", c->service->now_ms(c->service->self), c->service->rules(c->service->self)->tz);
    gs_json_end_object(&j);
    gs_reply_json(c->x, 200);
}

static void refuse_backwards(struct gs_call *c)
{
    char now[GS_WHEN_TEXT];
    gs_when_format(c->service->now_ms(c->service->self), c->service->rules(c->service->self)->tz, now);
    gs_reply_problem(c->x, &(struct gs_problem){.code = GS_CODE_CLOCK_BACKWARDS, .what = now, .command = -1});
}

void gs_handle_clock(struct gs_call *c)
{
    int64_t now_ms = 0;
    int err;
    if (!c->service->drill(c->service->self)) {
        gs_reply_not_found(c->x);
        return;
    }
    gs_codec_clock(c->body, &now_ms, &c->api->faults);
    if (c->api->faults.count > 0) {
        gs_reply_faults(c->x, &c->api->faults);
        return;
    }
    err = c->service->set_clock(c->service->self, now_ms);
    if (err == GS_E_RANGE) {
        refuse_backwards(c);
    } else if (err != GS_OK) {
        gs_reply_not_found(c->x);
    } else {
        (void)c->service->book(c->service->self); /* what falls due on the way happens before the answer */
        send_now(c);
    }
}
