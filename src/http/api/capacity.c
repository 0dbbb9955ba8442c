/* Setting and resetting a window's capacity. It answers for showing what was before, what is after and who came off the waitlist
 * by it; whether it may be done is the core's. */
#include "booking_json.h"
#include "codec.h"
#include "days.h"
#include "gateslot/base/text.h"
#include "handlers.h"
#include "reply.h"
#include <stdlib.h>
#include <string.h>

struct waiting { /* who waited before the change */
    size_t count;
    int64_t *ids; /* owned */
};

struct plan {
    struct gs_window_view before, after;
    struct waiting waiting;
};

/* false: no memory. */
static bool note_waiting(const struct gs_book *book, gs_date date, struct waiting *out)
{
    struct gs_filter f = {
        .has_date = true, .date = date, .has_status = true, .status = GS_WAITLISTED, .limit = GS_PAGE_MAX};
    const struct gs_booking *found[GS_PAGE_MAX];
    size_t n;

    do {
        int64_t *ids;

        n = gs_book_list(book, &f, found);
        ids = realloc(out->ids, (out->count + n + 1) * sizeof *ids);
        if (!ids) {
            return false;
        }
        out->ids = ids;
        for (size_t i = 0; i < n; i++) {
            out->ids[out->count++] = f.after_id = found[i]->id;
        }
    } while (n == GS_PAGE_MAX);
    return true;
}

static void write_state(struct gs_json *j, const char *key, const struct gs_window_view *w)
{
    gs_json_object(j, key);
    gs_json_int(j, "capacity", w->capacity);
    if (w->slot_capacity_rule >= 0) {
        gs_json_int(j, "slot_capacity", w->slot_capacity_rule);
    } else {
        gs_json_null(j, "slot_capacity");
    }
    gs_json_bool(j, "closed", w->closed);
    gs_json_int(j, "booked", w->booked);
    gs_json_int(j, "free", gs_window_free(w));
    gs_json_end_object(j);
}

static void write_promoted(struct gs_json *j, const struct gs_book *book, const struct waiting *before)
{
    gs_json_array(j, "promoted");
    for (size_t i = 0; i < before->count; i++) {
        const struct gs_booking *b = gs_book_get(book, before->ids[i]);

        if (!b || b->status != GS_BOOKED) {
            continue;
        }
        gs_json_object(j, NULL);
        gs_json_booking_id(j, "booking_id", b->id);
        gs_json_str(j, "plate", b->truck.plate);
        gs_json_null(j, "from");
        gs_json_object(j, "to");
        gs_json_str(j, "window", b->window);
        gs_json_span(j, "slot", b->slot_start_ms, b->slot_end_ms, gs_book_rules(book)->tz);
        gs_json_end_object(j);
        gs_json_end_object(j);
    }
    gs_json_end_array(j);
}

static void send_plan(struct gs_call *c, const struct gs_book *book, gs_date date, const struct plan *p)
{
    struct gs_json j = gs_reply_begin(c->x);

    gs_json_object(&j, NULL);
    gs_json_date(&j, "date", date);
    gs_json_str(&j, "window", p->before.id);
    write_state(&j, "before", &p->before);
    write_state(&j, "after", &p->after);
    gs_json_array(&j, "moved");
    gs_json_end_array(&j);
    gs_json_array(&j, "waitlisted");
    gs_json_end_array(&j);
    write_promoted(&j, book, &p->waiting);
    gs_json_null(&j, "plan_id");
    gs_json_end_object(&j);
    gs_reply_json(c->x, 200);
}

static void carry_out(struct gs_call *c, struct gs_command *command)
{
    const struct gs_book *book = c->service->book(c->service->self);
    const struct gs_capacity *to = &command->u.capacity.to;
    struct gs_outcome *o = &c->routes->outcome;
    struct plan p = {0};

    (void)gs_window_named(book, to->date, to->window, &p.before); /* if there is none the core says so */
    if (!note_waiting(book, to->date, &p.waiting)) {
        gs_reply_code(c->x, GS_CODE_OVERLOADED);
        goto free_waiting;
    }
    c->service->apply(c->service->self, command, o);
    if (o->code != GS_CODE_OK) {
        gs_reply_problem(c->x,
                         &(struct gs_problem){
                             .code = o->code, .outcome = o, .what = c->x->request.path, .command = (int)command->kind});
        goto free_waiting;
    }
    book = c->service->book(c->service->self);
    p.after = p.before;
    (void)gs_window_named(book, to->date, to->window, &p.after);
    send_plan(c, book, to->date, &p);
free_waiting:
    free(p.waiting.ids);
}

/* The window of the path. A date that is none is told as a fault, a window that no day has as not found. */
static bool take_window(struct gs_call *c, struct gs_command *command)
{
    struct gs_capacity *to = &command->u.capacity.to;

    if (!gs_text_copy(to->window, sizeof to->window, c->parts[1])) {
        gs_reply_not_found(c->x);
        return false;
    }
    (void)gs_date_read(c->parts[0], strlen(c->parts[0]), "/date", &c->routes->faults, &to->date);
    if (c->routes->faults.count > 0) {
        gs_reply_faults(c->x, &c->routes->faults);
        return false;
    }
    return true;
}

void gs_handle_capacity_set(struct gs_call *c)
{
    struct gs_command command = {.actor = c->x->actor, .if_version = -1};
    bool plan = false;

    gs_codec_capacity(c->body, &command, &plan, &c->routes->faults);
    if (!take_window(c, &command)) {
        return;
    }
    if (plan) { /* nobody was ever given a plan, so none is up to date */
        gs_reply_code(c->x, GS_CODE_PLAN_OUTDATED);
        return;
    }
    carry_out(c, &command);
}

void gs_handle_capacity_reset(struct gs_call *c)
{
    struct gs_command command = {.kind = GS_CMD_CAPACITY_RESET, .actor = c->x->actor, .if_version = -1};

    if (take_window(c, &command)) {
        carry_out(c, &command);
    }
}
