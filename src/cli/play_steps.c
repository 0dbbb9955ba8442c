/* What a truck of a played day does, each step one or two calls. Every POST carries a key made of the line, the step and the plan's
 * number, so that a call sent again after a lost answer has no second effect. */
#include "patience.h"
#include "play.h"
#include <stdlib.h>
#include <string.h>

#define AGAIN_MS (5 * GS_MINUTE_MS) /* between two attempts at the gate */
#define EVENTS_PAGE 500
#define PATH_TEXT 160
#define CLOCK_TEXT (GS_RFC3339_TEXT + 16)
#define KEY_TEXT (GS_DAY_KEY_MAX + GS_DATE_TEXT + 32)

static enum gs_exit no_memory(struct gs_play *p)
{
    return gs_cli_fail(p->cli, GS_EXIT_OTHER, W_NO_MEMORY, NULL);
}

static void clock_body(const struct gs_play *p, int64_t at_ms, char out[CLOCK_TEXT])
{
    char now[GS_RFC3339_TEXT];
    gs_rfc3339_format(at_ms, p->cli->site.tz, now);
    snprintf(out, CLOCK_TEXT, "{\"now\":\"%s\"}", now);
}

/* A drill that was started again stands at its latest stored instant, which may be before the time of the step. */
static bool restore_clock(void *arg)
{
    struct gs_play *p = arg;
    char body[CLOCK_TEXT];
    struct gs_response r;
    clock_body(p, p->clock_ms, body);
    const struct gs_client_call call = {.method = "PUT", .path = "/v1/drill/clock", .body = body};
    bool there = p->cli->transport->send(p->cli->transport->self, &call, &r) == GS_OK && r.status < 500;
    gs_response_finish(&r);
    return there;
}

enum gs_exit gs_play_call(struct gs_play *p, const struct gs_client_call *call, bool *out_retried,
                          struct gs_cli_answer *out)
{
    struct gs_patience patience = {.put_right = restore_clock, .arg = p};
    enum gs_exit rc = gs_patient_try(p->cli, call, &patience, out);
    p->retries += patience.retries;
    *out_retried = patience.retries > 0;
    if (rc != GS_EXIT_OK) {
        return rc;
    }
    const char *code = gs_get_text(out->json, "code");
    bool ends = out->response.status >= 500 || out->response.status == 401 || strcmp(code, "forbidden") == 0;
    if (ends) {
        gs_progress_clear(&p->progress);
        return gs_cli_refused(p->cli, out);
    }
    return out->json != NULL ? GS_EXIT_OK : gs_cli_fail(p->cli, GS_EXIT_OTHER, W_BAD_ANSWER, call->path);
}

enum gs_exit gs_play_sync(struct gs_play *p, size_t line)
{
    char path[PATH_TEXT];
    struct gs_cli_answer r;
    bool retried;
    snprintf(path, sizeof path, "/v1/bookings/%s", p->trucks[line].id);
    const struct gs_client_call call = {.method = "GET", .path = path};
    enum gs_exit rc = gs_play_call(p, &call, &retried, &r);
    if (rc == GS_EXIT_OK && r.response.status == 200 && gs_play_adopt(p, line, r.json) != GS_OK) {
        rc = no_memory(p);
    }
    gs_cli_answer_finish(&r);
    return rc;
}

/* May this kind of event change what a truck does next without a step of ours? */
static bool changes_plans(const char *type)
{
    static const char *const types[] = {
        "booking.promoted", "booking.moved",     "booking.rescheduled", "booking.delayed", "booking.no_show",
        "booking.expired",  "booking.cancelled", "booking.waitlisted",  "booking.refused", "booking.reverted"};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (strcmp(types[i], type) == 0) {
            return true;
        }
    }
    return false;
}

static enum gs_exit take_events(struct gs_play *p, const json_t *items)
{
    enum gs_exit rc = GS_EXIT_OK;
    size_t i, line = 0;
    const json_t *event;
    json_array_foreach(items, i, event)
    {
        p->seen = gs_get_int(event, "seq", p->seen);
        if (rc == GS_EXIT_OK && changes_plans(gs_get_text(event, "type")) &&
            gs_play_line_of(p, gs_get_text(event, "booking_id"), &line)) {
            rc = gs_play_sync(p, line);
        }
    }
    return rc;
}

enum gs_exit gs_play_follow(struct gs_play *p)
{
    enum gs_exit rc = GS_EXIT_OK;
    size_t count = EVENTS_PAGE;
    while (rc == GS_EXIT_OK && count == EVENTS_PAGE) {
        char path[PATH_TEXT];
        struct gs_cli_answer r;
        bool retried;
        snprintf(path, sizeof path, "/v1/events?after=%lld&limit=%d", (long long)p->seen, EVENTS_PAGE);
        const struct gs_client_call call = {.method = "GET", .path = path};
        rc = gs_play_call(p, &call, &retried, &r);
        if (rc == GS_EXIT_OK) {
            const json_t *items = json_object_get(r.json, "items");
            count = json_array_size(items);
            rc = r.response.status == 200 ? take_events(p, items) : gs_cli_refused(p->cli, &r);
        }
        gs_cli_answer_finish(&r);
    }
    return rc;
}

enum gs_exit gs_play_set_clock(struct gs_play *p, int64_t at_ms)
{
    if (at_ms <= p->clock_ms) {
        return GS_EXIT_OK;
    }
    if (p->speed > 0 && p->cli->transport->pause(p->cli->transport->self, (at_ms - p->clock_ms) / p->speed)) {
        return GS_EXIT_INTERRUPTED;
    }
    char body[CLOCK_TEXT];
    struct gs_cli_answer r;
    bool retried;
    clock_body(p, at_ms, body);
    const struct gs_client_call call = {.method = "PUT", .path = "/v1/drill/clock", .body = body};
    enum gs_exit rc = gs_play_call(p, &call, &retried, &r);
    if (rc == GS_EXIT_OK) {
        /* A drill whose clock runs by itself may be there already. */
        bool there = r.response.status == 200 || strcmp(gs_get_text(r.json, "code"), "clock_backwards") == 0;
        rc = there ? GS_EXIT_OK : gs_cli_refused(p->cli, &r);
        p->clock_ms = there ? at_ms : p->clock_ms;
    }
    gs_cli_answer_finish(&r);
    return rc;
}

/* A step of the line's booking. out_code: "" if it is done, else why it was refused. A step refused for its state after its first answer
 * was lost is done if the booking stands where it would lead. */
static enum gs_exit act(struct gs_play *p, size_t line, const char *step, enum gs_truck_state leads_to,
                        char out_code[GS_TALLY_CODE_MAX + 1])
{
    struct gs_truck_play *truck = &p->trucks[line];
    char path[PATH_TEXT], key[KEY_TEXT];
    struct gs_cli_answer r;
    bool retried;
    snprintf(path, sizeof path, "/v1/bookings/%s/%s", truck->id, step);
    snprintf(key, sizeof key, "%s/%s/%u", p->day->lines[line].key, step, truck->plan);
    const struct gs_client_call call = {.method = "POST", .path = path, .body = "{}", .key = key};
    enum gs_exit rc = gs_play_call(p, &call, &retried, &r);
    out_code[0] = '\0';
    if (rc == GS_EXIT_OK && r.response.status == 200) {
        rc = gs_play_adopt(p, line, r.json) == GS_OK ? GS_EXIT_OK : no_memory(p);
    } else if (rc == GS_EXIT_OK) {
        snprintf(out_code, GS_TALLY_CODE_MAX + 1, "%s", gs_get_text(r.json, "code"));
        rc = gs_play_sync(p, line);
        if (retried && truck->state == leads_to) {
            out_code[0] = '\0';
        }
    }
    gs_cli_answer_finish(&r);
    return rc;
}

/* The truck goes away for good: named by the state its booking ended in, or by what it was told. */
static void leave(struct gs_play *p, size_t line, const char *code)
{
    enum gs_truck_state state = p->trucks[line].state;
    bool ended = state >= GS_TRUCK_DEPARTED && state <= GS_TRUCK_REFUSED;
    p->trucks[line].left = true;
    gs_code_tally_add(&p->turned_away, ended ? gs_truck_state_name(state) : code);
}

static enum gs_exit again(struct gs_play *p, size_t line, enum gs_play_kind kind)
{
    if (p->clock_ms > p->end_ms + 24 * 60 * GS_MINUTE_MS) {
        leave(p, line, "gave_up");
        return GS_EXIT_OK;
    }
    return gs_play_plan(p, line, kind, p->clock_ms + AGAIN_MS) == GS_OK ? GS_EXIT_OK : no_memory(p);
}

static enum gs_exit step_book(struct gs_play *p, size_t line)
{
    const struct gs_day_line *does = &p->day->lines[line];
    const struct gs_client_call call = {
        .method = "POST", .path = "/v1/bookings", .body = does->request, .key = does->key};
    struct gs_cli_answer r;
    bool retried;
    enum gs_exit rc = gs_play_call(p, &call, &retried, &r);
    int status = rc == GS_EXIT_OK ? r.response.status : 0;
    if (status == 201 || status == 202) {
        p->booked += status == 201 ? 1 : 0;
        p->waitlisted += status == 202 ? 1 : 0;
        p->replayed += r.response.replayed ? 1 : 0;
        rc = gs_play_adopt(p, line, r.json) == GS_OK ? GS_EXIT_OK : no_memory(p);
        if (rc == GS_EXIT_OK && r.response.replayed) {
            rc = gs_play_sync(p, line); /* the stored answer may be long past */
        }
    } else if (status != 0) {
        gs_code_tally_add(&p->refused, gs_get_text(r.json, "code"));
        gs_play_set_state(p, line, GS_TRUCK_NO_PLACE);
    }
    gs_cli_answer_finish(&r);
    return rc;
}

static enum gs_exit step_cancel(struct gs_play *p, size_t line)
{
    char code[GS_TALLY_CODE_MAX + 1];
    enum gs_truck_state state = p->trucks[line].state;
    bool can = state == GS_TRUCK_WAITLISTED || state == GS_TRUCK_BOOKED;
    return can ? act(p, line, "cancel", GS_TRUCK_CANCELLED, code) : GS_EXIT_OK;
}

static enum gs_exit step_arrive(struct gs_play *p, size_t line)
{
    char code[GS_TALLY_CODE_MAX + 1];
    enum gs_exit rc = act(p, line, "arrive", GS_TRUCK_ARRIVED, code);
    if (rc != GS_EXIT_OK || code[0] == '\0') {
        return rc;
    }
    if (strcmp(code, "early") == 0) {
        return again(p, line, GS_PLAY_ARRIVE);
    }
    leave(p, line, code);
    return GS_EXIT_OK;
}

static enum gs_exit enter(struct gs_play *p, size_t line)
{
    char code[GS_TALLY_CODE_MAX + 1];
    enum gs_exit rc = act(p, line, "enter", GS_TRUCK_ENTERED, code);
    if (rc != GS_EXIT_OK || code[0] == '\0') {
        return rc;
    }
    if (strcmp(code, "yard_full") == 0 || strcmp(code, "early") == 0) {
        return again(p, line, GS_PLAY_GATE);
    }
    leave(p, line, code);
    return GS_EXIT_OK;
}

static enum gs_exit step_gate(struct gs_play *p, size_t line)
{
    const struct gs_truck_play *truck = &p->trucks[line];
    const char *member = truck->pass_code[0] != '\0' ? "pass_code" : "plate";
    char *body = gs_json_steal_text(
        json_pack("{s:s}", member, truck->pass_code[0] != '\0' ? truck->pass_code : p->day->lines[line].plate));
    char key[KEY_TEXT];
    struct gs_cli_answer r;
    bool retried;
    if (body == NULL) {
        return no_memory(p);
    }
    snprintf(key, sizeof key, "%s/check/%u", p->day->lines[line].key, truck->plan);
    const struct gs_client_call call = {.method = "POST", .path = "/v1/gate/check", .body = body, .key = key};
    enum gs_exit rc = gs_play_call(p, &call, &retried, &r);
    const char *decision = gs_get_text(r.json, "decision"), *code = gs_get_text(r.json, "code");
    if (rc == GS_EXIT_OK && r.response.status != 200) {
        rc = gs_cli_refused(p->cli, &r);
    } else if (rc == GS_EXIT_OK && strcmp(decision, "admit") == 0) {
        rc = enter(p, line);
    } else if (rc == GS_EXIT_OK && strcmp(decision, "hold") == 0) {
        /* for lack of a bay: asked to enter, the daemon notes that it was held */
        rc = strcmp(code, "yard_full") == 0 ? enter(p, line) : again(p, line, GS_PLAY_GATE);
    } else if (rc == GS_EXIT_OK) {
        leave(p, line, code);
    }
    gs_cli_answer_finish(&r);
    free(body);
    return rc;
}

/* Clearing and departing are refused only where someone else has moved the truck: then its booking says what is next. */
static enum gs_exit step_clear(struct gs_play *p, size_t line)
{
    char code[GS_TALLY_CODE_MAX + 1];
    return act(p, line, "clear", GS_TRUCK_CLEARED, code);
}

static enum gs_exit step_depart(struct gs_play *p, size_t line)
{
    char code[GS_TALLY_CODE_MAX + 1];
    return act(p, line, "depart", GS_TRUCK_DEPARTED, code);
}

enum gs_exit gs_play_step(struct gs_play *p, const struct gs_play_item *item)
{
    static enum gs_exit (*const steps[GS_PLAY_KINDS])(struct gs_play *, size_t) = {
        [GS_PLAY_BOOK] = step_book, [GS_PLAY_CANCEL] = step_cancel, [GS_PLAY_ARRIVE] = step_arrive,
        [GS_PLAY_GATE] = step_gate, [GS_PLAY_CLEAR] = step_clear,   [GS_PLAY_DEPART] = step_depart};
    return steps[item->kind](p, item->line);
}
