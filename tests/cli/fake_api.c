/* The daemon of the player's tests. It is written from the contract, not from the daemon, and shares no code with it. */
#include "fake_api.h"
#include "gateslot/base/time.h"
#include <stdlib.h>
#include <string.h>

#define ZONE_MS (8 * 60 * GS_MINUTE_MS)

int64_t fake_at(int32_t minute_of_day)
{
    return ((int64_t)gs_date_from_civil(2026, 11, 25) * 1440 + minute_of_day) * GS_MINUTE_MS - ZONE_MS;
}

static json_t *time_text(int64_t at_ms)
{
    char text[GS_RFC3339_TEXT];
    if (at_ms == 0) {
        return json_null();
    }
    gs_rfc3339_format(at_ms + ZONE_MS, NULL, text);
    size_t len = strlen(text);
    snprintf(text + len - 1, sizeof text - len + 1, "+08:00");
    return json_string(text);
}

static json_t *booking_json(const struct fake *f, size_t i)
{
    const struct fake_truck *t = &f->trucks[i];
    char id[16], code[16];
    snprintf(id, sizeof id, "bk_%zu", i + 1);
    snprintf(code, sizeof code, "CODE%04zu", i);
    json_t *slot = t->slot_min < 0 ? json_null()
                                   : json_pack("{s:o, s:o}", "start", time_text(fake_at(t->slot_min)), "end",
                                               time_text(fake_at(t->slot_min + 30)));
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o}", "id", id, "plate", t->plate, "status",
                     t->status, "pass_code", code, "date", "2026-11-25", "slot", slot, "arrived_at",
                     time_text(t->arrived_ms), "entered_at", time_text(t->entered_ms), "cleared_at",
                     time_text(t->cleared_ms), "departed_at", time_text(t->departed_ms));
}

static json_t *problem(const char *code)
{
    return json_pack("{s:s, s:s}", "code", code, "detail", code);
}

static void event(struct fake *f, const char *type, size_t truck)
{
    if (f->event_count < FAKE_EVENTS) {
        f->events[f->event_count].type = type;
        f->events[f->event_count++].truck = truck;
    }
}

static void apply_due(struct fake *f)
{
    for (size_t i = 0; i < f->truck_count; i++) {
        struct fake_truck *t = &f->trucks[i];
        if (t->made && t->promote_slot_min > 0 && f->clock_ms >= fake_at(t->promote_at_min)) {
            event(f, strcmp(t->status, "waitlisted") == 0 ? "booking.promoted" : "booking.moved", i);
            t->slot_min = t->promote_slot_min;
            t->promote_slot_min = 0;
            t->status = "booked";
        }
        if (t->made && t->no_show_at_min > 0 && strcmp(t->status, "booked") == 0 &&
            f->clock_ms >= fake_at(t->no_show_at_min)) {
            t->status = "no_show";
            event(f, "booking.no_show", i);
        }
    }
}

static json_t *book(struct fake *f, const char *body, int *out_status)
{
    json_t *request = json_loads(body, 0, NULL);
    json_t *answer = NULL;
    for (size_t i = 0; i < f->truck_count; i++) {
        struct fake_truck *t = &f->trucks[i];
        if (strcmp(t->plate, gs_get_text(request, "plate")) == 0) {
            *out_status = t->refusal != NULL ? 409 : t->slot_min < 0 ? 202 : 201;
            if (t->refusal == NULL) {
                t->made = true;
                t->status = t->slot_min < 0 ? "waitlisted" : "booked";
                event(f, t->slot_min < 0 ? "booking.waitlisted" : "booking.booked", i);
            }
            answer = t->refusal != NULL ? problem(t->refusal) : booking_json(f, i);
        }
    }
    json_decref(request);
    return answer;
}

static json_t *step(struct fake *f, size_t i, const char *name, int *out_status)
{
    static const struct {
        const char *name, *from, *to;
    } moves[] = {{"arrive", "booked", "arrived"},   {"enter", "arrived", "entered"},
                 {"clear", "entered", "cleared"},   {"depart", "cleared", "departed"},
                 {"cancel", "booked", "cancelled"}, {"cancel", "waitlisted", "cancelled"}};
    struct fake_truck *t = &f->trucks[i];
    if (strcmp(name, "arrive") == 0 && f->clock_ms < fake_at(t->day_begins_min)) {
        *out_status = 409;
        return problem("early");
    }
    if (strcmp(name, "enter") == 0 && t->full && t->holds > 0) {
        t->holds--;
        *out_status = 409;
        return problem("yard_full");
    }
    for (size_t m = 0; m < sizeof moves / sizeof moves[0]; m++) {
        if (strcmp(moves[m].name, name) == 0 && strcmp(moves[m].from, t->status) == 0) {
            int64_t *const times[] = {&t->arrived_ms, &t->entered_ms, &t->cleared_ms, &t->departed_ms};
            if (m < 4) {
                *times[m] = f->clock_ms;
            }
            t->status = moves[m].to;
            *out_status = 200;
            return booking_json(f, i);
        }
    }
    *out_status = 409;
    return problem("wrong_state");
}

static json_t *check(struct fake *f, const char *body)
{
    json_t *asked = json_loads(body, 0, NULL);
    size_t i = strtoul(gs_get_text(asked, "pass_code") + 4, NULL, 10);
    struct fake_truck *t = &f->trucks[i];
    const char *decision = t->reject != NULL ? "reject" : t->holds > 0 ? "hold" : "admit";
    const char *code = t->reject != NULL ? t->reject : t->full && t->holds > 0 ? "yard_full" : "on_time";
    t->holds -= t->holds > 0 && !t->full ? 1 : 0;
    json_decref(asked);
    return json_pack("{s:s, s:s, s:o}", "decision", decision, "code", code, "booking", booking_json(f, i));
}

static json_t *events(const struct fake *f, const char *path)
{
    json_t *items = json_array();
    for (size_t i = strtoul(strstr(path, "after=") + 6, NULL, 10); i < f->event_count; i++) {
        char id[16];
        snprintf(id, sizeof id, "bk_%zu", f->events[i].truck + 1);
        json_array_append_new(items, json_pack("{s:I, s:s, s:s}", "seq", (json_int_t)(i + 1), "type", f->events[i].type,
                                               "booking_id", id));
    }
    return json_pack("{s:o}", "items", items);
}

static json_t *set_clock(struct fake *f, const char *body, int *out_status)
{
    json_t *asked = json_loads(body, 0, NULL);
    const char *text = gs_get_text(asked, "now");
    int64_t now = 0;
    bool ok = gs_rfc3339_parse(text, strlen(text), &now) == GS_OK && now >= f->clock_ms;
    f->clock_ms = ok ? now : f->clock_ms;
    json_decref(asked);
    *out_status = ok ? 200 : 409;
    apply_due(f);
    return ok ? json_pack("{s:o}", "now", time_text(f->clock_ms)) : problem("clock_backwards");
}

static json_t *answer(struct fake *f, const struct gs_client_call *call, int *out_status)
{
    char name[32] = "";
    size_t id = 0;
    *out_status = 200;
    if (strcmp(call->path, "/v1/site") == 0) {
        return json_pack("{s:s, s:o, s:b}", "zone", "Asia/Shanghai", "now", time_text(f->clock_ms), "drill", !f->live);
    }
    if (strcmp(call->path, "/v1/drill/clock") == 0) {
        return set_clock(f, call->body, out_status);
    }
    if (strncmp(call->path, "/v1/events?", 11) == 0) {
        return events(f, call->path);
    }
    if (strcmp(call->path, "/v1/gate/check") == 0) {
        return check(f, call->body);
    }
    if (strcmp(call->path, "/v1/bookings") == 0) {
        return book(f, call->body, out_status);
    }
    if (sscanf(call->path, "/v1/bookings/bk_%zu/%31s", &id, name) == 2 && id <= f->truck_count) {
        return step(f, id - 1, name, out_status);
    }
    if (id > 0 && id <= f->truck_count) {
        return booking_json(f, id - 1);
    }
    *out_status = 404;
    return problem("not_found");
}

/* The stored answer of a key, or the answer of now, stored. */
static void answer_once(struct fake *f, const struct gs_client_call *call, struct gs_response *out)
{
    bool keeps = call->key != NULL && !(f->forgets_keys && strncmp(call->path, "/v1/bookings/", 13) == 0);
    for (size_t i = 0; keeps && i < f->key_count; i++) {
        if (strcmp(f->keys[i].key, call->key) == 0) {
            out->status = f->keys[i].status;
            out->replayed = true;
            gs_buf_str(&out->body, f->keys[i].body);
            return;
        }
    }
    char *text = gs_json_steal_text(answer(f, call, &out->status));
    gs_buf_str(&out->body, text);
    if (keeps && f->key_count < FAKE_KEYS) {
        snprintf(f->keys[f->key_count].key, sizeof f->keys[0].key, "%s", call->key);
        f->keys[f->key_count].status = out->status;
        f->keys[f->key_count++].body = text;
    } else {
        free(text);
    }
}

static bool ends_with(const char *path, const char *end)
{
    return strlen(path) >= strlen(end) && strcmp(path + strlen(path) - strlen(end), end) == 0;
}

static int fake_send(void *self, const struct gs_client_call *call, struct gs_response *out)
{
    struct fake *f = self;
    gs_response_init(out);
    f->monotonic_ms += 20;
    int64_t minute = (f->clock_ms - fake_at(0)) / GS_MINUTE_MS;
    if (f->log_count < FAKE_LOG) {
        char line[320];
        snprintf(line, sizeof line, "%s %s @%02d:%02d %s", call->method, call->path, (int)(minute / 60),
                 (int)(minute % 60), call->key != NULL ? call->key : "");
        f->log[f->log_count++] = strdup(line);
    }
    bool chosen = f->lose_path != NULL && ends_with(call->path, f->lose_path);
    if (chosen && f->lose_before > 0) {
        f->lose_before--;
        f->clock_ms = f->restart_at_ms != 0 ? f->restart_at_ms : f->clock_ms;
        return GS_E_IO;
    }
    answer_once(f, call, out);
    if (chosen && f->lose_after > 0) {
        f->lose_after--;
        gs_buf_clear(&out->body);
        out->status = 0;
        return GS_E_IO;
    }
    return GS_OK;
}

static bool fake_pause(void *self, int64_t ms)
{
    struct fake *f = self;
    f->monotonic_ms += ms;
    f->pauses++;
    return f->interrupt_at_pause > 0 && f->pauses >= f->interrupt_at_pause;
}

static int64_t fake_monotonic(void *self)
{
    return ((struct fake *)self)->monotonic_ms;
}

void fake_init(struct fake *f)
{
    *f = (struct fake){0};
    f->transport =
        (struct gs_transport){.self = f, .send = fake_send, .pause = fake_pause, .monotonic_ms = fake_monotonic};
    f->clock_ms = fake_at(0);
}

void fake_finish(struct fake *f)
{
    for (size_t i = 0; i < f->log_count; i++) {
        free(f->log[i]);
    }
    for (size_t i = 0; i < f->key_count; i++) {
        free(f->keys[i].body);
    }
}

struct fake_truck *fake_add(struct fake *f, const char *plate, int32_t slot_min)
{
    struct fake_truck *t = &f->trucks[f->truck_count++];
    *t = (struct fake_truck){.plate = plate, .slot_min = slot_min, .status = "none"};
    return t;
}

size_t fake_calls(const struct fake *f, const char *text)
{
    size_t count = 0;
    for (size_t i = 0; i < f->log_count; i++) {
        count += strstr(f->log[i], text) != NULL ? 1 : 0;
    }
    return count;
}

void fake_cli(struct fake *f, struct gs_cli *out)
{
    FILE *nowhere = fopen("/dev/null", "w");
    *out = (struct gs_cli){.transport = &f->transport, .out = nowhere, .err = nowhere, .url = "fake:"};
}

void fake_cli_finish(struct gs_cli *cli)
{
    fclose(cli->out);
    gs_cli_finish(cli);
}
