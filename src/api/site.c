/* The calls that show the site (name, zone, clock, windows, rules) and set the clock of a drill. */
#include "booking_json.h"
#include "codec.h"
#include "handlers.h"
#include "reply.h"
#include <string.h>

static void write_windows(struct gs_json *j, const struct gs_rules *r)
{
    gs_json_array(j, "windows");
    for (int32_t i = 0; i < r->window_count; i++) {
        gs_json_object(j, NULL);
        gs_json_str(j, "id", r->windows[i].id);
        gs_json_str(j, "name", r->windows[i].name[0] != '\0' ? r->windows[i].name : r->windows[i].id);
        gs_json_hhmm(j, "start", r->windows[i].start_min);
        gs_json_hhmm(j, "end", r->windows[i].end_min);
        gs_json_int(j, "capacity", r->windows[i].capacity);
        gs_json_end_object(j);
    }
    gs_json_end_array(j);
}

static void write_rule(struct gs_json *j, const struct gs_rule_value *rule)
{
    switch (rule->kind) {
    case GS_RULE_INT:
        gs_json_int(j, rule->key, rule->value);
        break;
    case GS_RULE_BOOL:
        gs_json_bool(j, rule->key, rule->value != 0);
        break;
    case GS_RULE_TIME:
        gs_json_hhmm(j, rule->key, rule->value);
        break;
    case GS_RULE_INTS:
        gs_json_array(j, rule->key);
        for (int32_t i = 0; i < rule->value; i++) {
            gs_json_int(j, NULL, rule->values[i]);
        }
        gs_json_end_array(j);
        break;
    case GS_RULE_NONE:
        gs_json_null(j, rule->key);
        break;
    }
}

/* By the sections and keys of the configuration, so that one description serves both. */
static void write_rules(struct gs_json *j, const struct gs_service *service)
{
    char section[GS_RULE_SECTION_MAX + 1] = "";
    struct gs_rule_value rule;
    gs_json_object(j, "rules");
    for (size_t i = 0; service->rule(service->self, i, &rule); i++) {
        if (strcmp(section, rule.section) != 0) {
            if (i > 0) {
                gs_json_end_object(j);
            }
            gs_json_object(j, rule.section);
            memcpy(section, rule.section, sizeof section);
        }
        write_rule(j, &rule);
    }
    if (section[0] != '\0') {
        gs_json_end_object(j);
    }
    gs_json_end_object(j);
}

void gs_handle_site(struct gs_call *c)
{
    const struct gs_book *book = c->service->apply_due(c->service->self);
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
    write_rules(&j, c->service);
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

static const struct gs_words no_leap = {{"时钟没有待确认的跳变。", "There is no leap of the clock to be accepted."}};

void gs_handle_clock_accept(struct gs_call *c)
{
    if (c->service->accept_clock(c->service->self, &c->caller->actor) == GS_OK) {
        send_now(c);
    } else {
        gs_reply_problem(c->x, &(struct gs_problem){.code = GS_CODE_WRONG_STATE, .detail = &no_leap, .command = -1});
    }
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
        send_now(c);
    }
}
