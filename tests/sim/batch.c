/* Batches of bookings, in some of the worlds: requests that are also sent singly, before or after, under the same keys. Each has the outcome that its key
 * stands for, alone and in the batch; and of those that stand or fall together all are on disk, or what the batch began is not. */
#define _GNU_SOURCE /* memmem */
#include "sim.h"
#include <stdlib.h>
#include <string.h>

enum { RECENT = 40 };

static struct sim_op *part(const struct sim_op *batch, int32_t i)
{
    return sim_op_numbered(batch->parts[i]);
}

static bool has(const struct sim_op *batch, int32_t number)
{
    for (int32_t i = 0; i < batch->part_count; i++) {
        if (batch->parts[i] == number) {
            return true;
        }
    }
    return false;
}

/* One that was asked for before, answered or not. */
static struct sim_op *earlier(const struct sim_op *batch)
{
    for (int32_t tries = 0; tries < 4; tries++) {
        struct sim_op *o = sim_op_numbered(batch->number - 1 - sim_roll(RECENT));
        if (o != NULL && o->kind == SIM_BOOK && o->actor == batch->actor && o->sends > 0 && !o->foreign_key &&
            !sim_op_is_old(o) && !has(batch, o->number)) {
            return o;
        }
    }
    return NULL;
}

void sim_batch_make(struct sim_op *batch, struct gs_buf *body)
{
    const int32_t count = 1 + sim_roll(sim_one_in(8) ? 30 : 6);
    batch->together = sim_one_in(2);
    batch->parts = gs_arena_alloc(&sim->arena, (size_t)count * sizeof *batch->parts);
    sim_require(batch->parts != NULL, "no memory");
    gs_buf_str(body, "{\"bookings\":[");
    while (batch->part_count < count) {
        struct sim_op *o = sim_one_in(6) ? earlier(batch) : NULL;
        if (o == NULL) {
            o = sim_op_booking(batch->actor);
            o->together_in = batch->together ? batch->number : 0;
        }
        gs_buf_printf(body, "%s{\"idempotency_key\":\"k%d\",%s", batch->part_count > 0 ? "," : "", (int)o->ordinal,
                      o->body + 1);
        batch->parts[batch->part_count++] = o->number;
    }
    gs_buf_str(body, "]}");
}

void sim_batch_sent(const struct sim_op *batch)
{
    for (int32_t i = 0; i < batch->part_count; i++) {
        struct sim_op *o = part(batch, i);
        o->first_ms = o->first_ms == 0 ? sim_site_now() : o->first_ms;
        o->sends++;
        o->waiting++;
        if (o->together_in != batch->number) {
            o->together_in = 0;
        }
    }
}

void sim_batch_lost(const struct sim_op *batch)
{
    for (int32_t i = 0; i < batch->part_count; i++) {
        part(batch, i)->waiting--;
    }
}

/* One effect of an all-or-nothing batch is on disk, and nobody asked for it otherwise: so are all. */
void sim_batch_effect(const struct sim_op *op)
{
    const struct sim_op *batch = sim_op_numbered(op->together_in);
    for (int32_t i = 0; batch != NULL && i < batch->part_count; i++) {
        sim_require(part(batch, i)->effects > 0, "I2: op %d stands without op %d, with which it was to stand or fall",
                    (int)op->number, (int)batch->parts[i]);
    }
}

/* ---- answers ---- */

/* Behind the value that begins at at, in JSON without blanks. */
static const char *behind(const char *at, const char *end)
{
    int32_t depth = 0;
    bool quoted = false;
    while (at < end) {
        const char c = *at++;
        if (quoted) {
            at += c == '\\' ? 1 : 0;
            quoted = c != '"';
        } else {
            quoted = c == '"';
            depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
            if (depth == 0) {
                return at;
            }
        }
    }
    sim_fail("the answer to a batch is cut");
}

static bool take_item(const char **at, const char *end, struct sim_answer *out)
{
    static const char head[] = "{\"status\":";
    const char *body = memmem(*at, (size_t)(end - *at), head, sizeof head - 1);
    if (body == NULL) {
        return false;
    }
    *out = (struct sim_answer){.status = (int)strtol(body + sizeof head - 1, NULL, 10)};
    body = strchr(body + sizeof head, '{');
    *at = behind(body, end);
    out->body = body;
    out->body_len = (size_t)(*at - body);
    return true;
}

static bool says(const struct sim_answer *a, const char *words)
{
    return memmem(a->body, a->body_len, words, strlen(words)) != NULL;
}

static void check_part(struct sim_op *op, const struct sim_answer *a, const struct sim_request *r, bool stands)
{
    const struct gs_idem *kept = op->idem_row > 0 ? &sim->disk.idems[op->idem_row - 1] : NULL;
    if (!sim_op_is_old(op)) {
        sim_require(!says(a, "idempotency_key_reused"), "I2: op %d was told in a batch that its own key is another's",
                    (int)op->number);
        sim_require(a->status >= 300 || (kept != NULL && kept->status == a->status && kept->body_len == a->body_len &&
                                         memcmp(kept->body, a->body, a->body_len) == 0),
                    "I1: op %d is acknowledged in a batch with %d, and its key stands for something else",
                    (int)op->number, a->status);
        sim_require(!op->answered || op->answered_ms >= r->sent_ms || a->status == op->status ||
                        sim_status_passes(a->status),
                    "I2: op %d was answered %d, and in a batch %d", (int)op->number, (int)op->status, a->status);
    }
    sim_require(a->status >= 300 || op->effects > 0, "I1: op %d is acknowledged in a batch and not on disk",
                (int)op->number);
    sim_require(!stands || a->status != 424, "I2: op %d was undone with nobody to blame", (int)op->number);
}

void sim_batch_answered(const struct sim_request *r, const struct sim_answer *a)
{
    const struct sim_op *batch = r->op;
    static const char items[] = "\"items\":[";
    const bool stands = a->status == 200, refused = !stands && says(a, "\"code\":\"batch_refused\"");
    const char *at = memmem(a->body, a->body_len, items, sizeof items - 1), *end = a->body + a->body_len;
    struct sim_answer one;
    int32_t failures = 0;
    sim_batch_lost(batch); /* nobody waits for it any more */
    if (!stands && !refused) {
        return;
    }
    sim_require(at != NULL && (stands || batch->together), "a batch has no outcomes, or should not be refused whole");
    for (int32_t i = 0; i < batch->part_count; i++) {
        sim_require(take_item(&at, end, &one), "a batch has too few outcomes");
        check_part(part(batch, i), &one, r, stands);
        failures += one.status >= 300 ? 1 : 0;
        sim_answer_settle(part(batch, i), &one);
    }
    sim_require(!take_item(&at, end, &one), "a batch has too many outcomes");
    sim_require((refused || batch->together) == false || (failures > 0) == refused,
                "I2: a batch that stands or falls together has %d failures and got status %d", (int)failures,
                a->status);
    sim->count.batched += batch->part_count;
    sim->count.batches_refused += refused;
}
