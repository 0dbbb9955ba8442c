/* What must hold of an answer at the moment it leaves: what it acknowledges is on disk (I1), what it shows is on disk, a repeated key
 * gets the first answer (I2), nobody is told of what is not his (I7), and a refusal by role is one (I7). */
#define _GNU_SOURCE /* memmem */
#include "sim.h"
#include <stdlib.h>
#include <string.h>

/* By its key, or those of its parts. */
static bool may_repeat(const struct sim_op *op)
{
    return op->keyed || op->kind == SIM_BATCH;
}

static void check_status(const struct sim_op *op, int status)
{
    bool known = (status >= 200 && status <= 204) || status == 304 || status == 403 || status == 404 || status == 409 ||
                 status == 412 || status == 422 || status == 428 || status == 503;
    known = known || (status == 507 && sim->count.fulls > 0) || status == 408;
    known = known || (status == 429 && (sim->scarce_rates || (sim->scarce_keys && may_repeat(op))));
    sim_require(known, "op %d got status %d", (int)op->number, status);
    /* A key's days may end between the question for its answer and the answer. */
    bool may_wait = sim->count.fulls > 0 || sim->count.leaps > 0 || sim->app->clock.leaps > 0 ||
                    (may_repeat(op) && sim->count.forgotten > 0);
    sim_require(status != 503 || may_wait, "op %d got 503 without a reason", (int)op->number);
}

bool sim_status_passes(int status)
{
    return status == 503 || status == 507 || status == 408 || status == 429;
}

/* It was one too many, which passes; other answers 429 do not. */
static bool is_limited(const struct sim_answer *a)
{
    return a->status == 429 && (memmem(a->body, a->body_len, ": wait ", 7) != NULL ||
                                memmem(a->body, a->body_len, "请等待", strlen("请等待")) != NULL);
}

static void check_role(const struct sim_op *op, int status)
{
    enum gs_role role = sim_actors[op->actor].role;
    if (sim_status_passes(status)) {
        return;
    }
    bool allowed = sim_kind_allowed(op->kind, role);
    sim_require(allowed == (status != 403) || (allowed && !sim_kind_reads(op->kind)), "I7: op %d of a %s got status %d",
                (int)op->number, gs_role_name(role), status);
    bool of_booking =
        (op->kind >= SIM_CHANGE && op->kind <= SIM_REINSTATE) || op->kind == SIM_SHOW || op->kind == SIM_HISTORY;
    if (!allowed || role != GS_ROLE_BACKEND || !of_booking || op->booking_id > (int64_t)sim->disk.row_count) {
        return;
    }
    const struct gs_booking *b = &sim->disk.rows[op->booking_id - 1].b;
    sim_require(status == 404 || status == 422 || strcmp(b->owner, sim_actors[op->actor].name) == 0,
                "I7: op %d of %s got status %d on a booking of %s", (int)op->number, sim_actors[op->actor].name, status,
                b->owner);
}

static const struct gs_idem *kept(const struct sim_op *op)
{
    return op->idem_row > 0 ? &sim->disk.idems[op->idem_row - 1] : NULL;
}

static bool same_answer(const struct gs_idem *idem, const struct sim_answer *a)
{
    return idem->status == a->status && idem->body_len == a->body_len && memcmp(idem->body, a->body, a->body_len) == 0;
}

static void check_key(struct sim_op *op, const struct sim_request *r, const struct sim_answer *a)
{
    const struct sim_op *owner = sim_op_numbered(op->key);
    const struct gs_idem *idem = kept(owner);
    sim_require(a->status != 429 || is_limited(a) || !r->repeats,
                "I2: op %d was answered %d, and now there is no room for its key", (int)op->number, (int)op->status);
    if (!op->keyed || sim_status_passes(a->status) || a->status == 403 || sim_op_is_old(owner)) {
        return;
    }
    if (op->foreign_key) {
        sim_require(a->status == 422, "I2: op %d used the key of op %d and got %d", (int)op->number, (int)op->key,
                    a->status);
        return;
    }
    bool reused = a->status == 422 && memmem(a->body, a->body_len, "idempotency_key_reused", 22) != NULL;
    sim_require(!reused, "I2: op %d was told that its own key is another's", (int)op->number);
    sim_require(a->status >= 300 || idem != NULL, "I1: op %d is acknowledged with %d and not on disk", (int)op->number,
                a->status);
    sim_require((a->status >= 300 && !a->replayed) || same_answer(idem, a),
                "I2: op %d got an answer that is not the kept one", (int)op->number);
    sim_require(!r->repeats || (a->replayed && a->status == op->status), "I2: op %d was answered %d, and now %d",
                (int)op->number, (int)op->status, a->status);
    sim->count.replays += a->replayed;
}

static void check_effect(const struct sim_op *op, const struct sim_answer *a)
{
    bool tracked = op->kind == SIM_BOOK || op->kind == SIM_CHANGE ||
                   (op->kind >= SIM_CANCEL && op->kind <= SIM_REVERT) || op->kind == SIM_EXCUSE ||
                   op->kind == SIM_REINSTATE;
    if (!tracked || op->kind == SIM_RESCHEDULE || a->status >= 300 || op->foreign_key) {
        return;
    }
    bool known = op->booking_id > 0 && (size_t)op->booking_id <= sim->disk.row_count;
    if (op->kind == SIM_CHANGE && known && sim->disk.rows[op->booking_id - 1].b.truck.driver_name[0] == '\0') {
        return; /* of a date whose drivers are not to be known any more: the change leaves no mark */
    }
    sim_require(op->effects > 0, "I1: op %d is acknowledged with %d and its effect is not on disk", (int)op->number,
                a->status);
}

/* ---- what a body says of bookings and events ---- */

static int64_t number_after(const char *at, const char *end, const char *name)
{
    const char *found = at != NULL ? strstr(at, name) : NULL;
    return found != NULL && found < end ? (int64_t)strtoll(found + strlen(name), NULL, 10) : -1;
}

static void check_booking(const struct sim_client *client, const char *at, const char *end)
{
    static const char status[] = "\"status\":\"";
    int64_t id = number_after(at, end, "{\"id\":\"bk_"), version = number_after(at, end, "\"version\":");
    sim_require(id >= 1 && id <= (int64_t)sim->disk.row_count, "booking %lld is shown and not on disk", (long long)id);
    const struct gs_booking *b = &sim->disk.rows[id - 1].b;
    sim_require(version <= b->version, "booking %lld is shown with version %lld, on disk is %lld", (long long)id,
                (long long)version, (long long)b->version);
    const char *said = strstr(at, status);
    const char *name = gs_status_name(b->status);
    bool same = said != NULL && strncmp(said + sizeof status - 1, name, strlen(name)) == 0;
    sim_require(version != b->version || same, "booking %lld is shown with a status that is not on disk",
                (long long)id);
    bool others =
        sim_actors[client->actor].role == GS_ROLE_BACKEND && strcmp(b->owner, sim_actors[client->actor].name) != 0;
    sim_require(!others, "I7: booking %lld of %s is shown to %s", (long long)id, b->owner,
                sim_actors[client->actor].name);
}

static void check_bookings(const struct sim_client *client, const struct sim_answer *a)
{
    static const char head[] = "{\"id\":\"bk_";
    const char *end = a->body + a->body_len;
    const char *at = a->body_len > 0 ? strstr(a->body, head) : NULL;
    while (at != NULL && at < end) {
        const char *next = strstr(at + 1, head);
        check_booking(client, at, next != NULL && next < end ? next : end);
        at = next;
    }
}

static void check_events(struct sim_client *client, const struct sim_op *op, const struct sim_answer *a)
{
    static const char head[] = "{\"seq\":";
    const struct sim_actor *actor = &sim_actors[client->actor];
    const char *end = a->body + a->body_len;
    int64_t last = op->after;
    if (op->kind != SIM_EVENTS || a->status != 200) {
        return;
    }
    for (const char *at = strstr(a->body, head); at != NULL && at < end; at = strstr(at + 1, head)) {
        int64_t seq = number_after(at, end, head);
        sim_require(seq <= (int64_t)sim->disk.event_count, "event %lld is shown and not on disk", (long long)seq);
        sim_require(seq > last && (actor->role == GS_ROLE_BACKEND || seq == last + 1), "event %lld is shown after %lld",
                    (long long)seq, (long long)last);
        sim_require(actor->role != GS_ROLE_BACKEND || strcmp(sim->disk.events[seq - 1].owner, actor->name) == 0,
                    "I7: event %lld is shown to %s", (long long)seq, actor->name);
        last = seq;
    }
    client->seen_seq = last > client->seen_seq ? last : client->seen_seq;
}

void sim_answer_settle(struct sim_op *op, const struct sim_answer *a)
{
    if (!may_repeat(op) || !sim_status_passes(a->status) ||
        (a->status == 429 && !is_limited(a))) { /* which lasts for days */
        op->settled = true;
    }
    if (op->keyed && !op->foreign_key && kept(op) != NULL && same_answer(kept(op), a)) {
        op->answered_ms = op->answered ? op->answered_ms : sim->mono_ms;
        op->answered = true;
        op->status = a->status;
    }
    sim->count.acks += !sim_kind_reads(op->kind) && a->status < 300;
    sim->count.refusals += !sim_kind_reads(op->kind) && a->status >= 300;
}

void sim_answer_check(struct sim_client *client, const struct sim_request *r, const struct sim_answer *a)
{
    struct sim_op *op = r->op;
    check_status(op, a->status);
    sim_require(r->stated_seq <= (int64_t)sim->disk.event_count || a->status == 507,
                "op %d: the answer was read at event %lld, on disk are %zu", (int)op->number, (long long)r->stated_seq,
                sim->disk.event_count);
    check_role(op, a->status);
    check_key(op, r, a);
    check_effect(op, a);
    check_bookings(client, a);
    check_events(client, op, a);
    op->waiting--;
    const int64_t until_ms = sim->mono_ms + a->after_s * 1000;
    if (is_limited(a) && until_ms > sim->patient_ms[client->actor]) {
        sim->patient_ms[client->actor] = until_ms;
    }
    if (op->kind == SIM_BATCH) {
        sim_batch_answered(r, a);
    }
    sim_answer_settle(op, a);
}

void sim_answer_lost(struct sim_op *op)
{
    sim->count.lost++;
    op->waiting--;
    sim_batch_lost(op);
    if (!may_repeat(op)) {
        op->settled = true;
    }
}
