/* Clients: they send, wait, lose patience, go away in the middle, ask again with the same key, also while the first request is
 * under way, on another connection, after the answer, and once with the key of something else. */
#include "sim.h"
#include <stdlib.h>
#include <string.h>

enum { PATIENCE_MS = 8000 };

struct sim_op *sim_op_new(int32_t actor)
{
    sim_require(sim->op_count < sim->op_room, "more ops than the world has room for"); /* they are pointed to */
    struct sim_op *op = &sim->ops[sim->op_count++];
    *op = (struct sim_op){.number = sim->op_count, .actor = actor, .ordinal = ++sim->ordinals[actor]};
    sim->by_ordinal[actor][op->ordinal] = op->number;
    return op;
}

struct sim_op *sim_op_numbered(int32_t number)
{
    return number >= 1 && number <= sim->op_count ? &sim->ops[number - 1] : NULL;
}

struct sim_op *sim_op_keyed(const char *owner, const char *key)
{
    int32_t actor = 0, ordinal = key[0] == 'k' ? (int32_t)strtol(key + 1, NULL, 10) : 0;
    while (actor < SIM_ACTORS && strcmp(sim_actors[actor].name, owner) != 0) {
        actor++;
    }
    bool known = actor < SIM_ACTORS && ordinal >= 1 && ordinal <= sim->ordinals[actor];
    return known ? sim_op_numbered(sim->by_ordinal[actor][ordinal]) : NULL;
}

bool sim_op_is_old(const struct sim_op *op)
{
    return op->first_ms != 0 && sim_site_now() - op->first_ms > (GS_IDEMPOTENCY_DAYS - 1) * SIM_DAY_MS;
}

void sim_clients_make(void)
{
    static const int32_t actors[] = {0, 1, 2, 3, 0, 0, 2, 4, 1, 0, 2, 3};
    sim->op_room = (int32_t)sim->op_limit * (sim->batches ? 8 : 1) + 1024;
    sim->ops = realloc(sim->ops, (size_t)sim->op_room * sizeof *sim->ops);
    bool all = sim->ops != NULL;
    for (int32_t i = 0; i < SIM_ACTORS; i++) {
        sim->by_ordinal[i] = realloc(sim->by_ordinal[i], ((size_t)sim->op_room + 1) * sizeof(int32_t));
        all = all && sim->by_ordinal[i] != NULL;
    }
    sim_require(all, "no memory");
    sim->client_count = 4 + sim_roll(SIM_CLIENTS - 3);
    for (int32_t i = 0; i < sim->client_count; i++) {
        sim->clients[i] = (struct sim_client){
            .index = i, .actor = actors[i], .depth = 1 + (i % 3 == 0 ? 3 : 0), .english = i % 2 == 1};
    }
}

static bool of_actor(const struct sim_op *op, const struct sim_client *client)
{
    return op->actor == client->actor;
}

/* It may be sent again, and has one effect all the same. */
static bool may_repeat(const struct sim_op *op)
{
    return op->keyed || op->kind == SIM_BATCH;
}

static struct sim_op *any_op(int32_t first)
{
    return first <= sim->op_count ? sim_op_numbered(first + sim_roll(sim->op_count - first + 1)) : NULL;
}

/* One of the actor's that has no answer yet, now and then one that is still waited for. */
static struct sim_op *to_retry(const struct sim_client *client)
{
    while (sim->oldest_unsettled < sim->op_count && sim->ops[sim->oldest_unsettled].settled) {
        sim->oldest_unsettled++;
    }
    for (int32_t tries = 0; tries < 6; tries++) {
        struct sim_op *op = any_op(sim->oldest_unsettled + 1);
        if (op != NULL && may_repeat(op) && !op->settled && op->sends > 0 && of_actor(op, client) &&
            (op->waiting == 0 || sim_one_in(4))) {
            return op;
        }
    }
    return NULL;
}

static struct sim_op *to_repeat(const struct sim_client *client)
{
    for (int32_t tries = 0; tries < 6 && sim->op_count > 0; tries++) {
        struct sim_op *op = any_op(1);
        if (op->keyed && op->answered && of_actor(op, client) && !sim_op_is_old(op)) {
            return op;
        }
    }
    return NULL;
}

static struct sim_op *choose(const struct sim_client *client)
{
    struct sim_op *op = NULL;
    int32_t how = sim_roll(100);
    if (how < 22) {
        op = to_retry(client);
    } else if (how < 26) {
        op = to_repeat(client);
    }
    return op != NULL ? op : sim_op_make(client);
}

static void send_op(struct sim_client *client, struct sim_op *op)
{
    struct gs_buf bytes;
    gs_buf_init(&bytes, 1 << 16);
    sim_op_write(op, client, &bytes);
    bool stalls = sim->phase == SIM_STORM && sim_one_in(sim->rates.stall);
    size_t len = stalls ? 1 + (size_t)sim_roll((int32_t)bytes.len - 1) : bytes.len;
    if (op->first_ms == 0) {
        op->first_ms = sim_site_now();
    }
    op->sends++;
    op->waiting++;
    op->together_in = 0;
    sim_batch_sent(op);
    sim->sends++;
    sim_note(sim_kind_reads(op->kind) ? "read" : "write", op->number, client->index);
    sim_conn_send(client->conn, op, &bytes, len);
    gs_buf_finish(&bytes);
}

static bool connected(struct sim_client *client)
{
    if (client->conn == NULL) {
        client->conn = sim_conn_open(client);
    }
    return client->conn != NULL;
}

void sim_client_act(struct sim_client *client)
{
    if (!connected(client)) {
        return;
    }
    if (sim_conn_stalled(client->conn) && !sim_one_in(sim->rates.leave)) { /* the server has to end it */
        return;
    }
    bool lost_patience = !sim_net_patience(client->conn, PATIENCE_MS + sim_roll(60 * 1000));
    if ((lost_patience && sim_one_in(30)) || sim_one_in(sim->rates.leave)) {
        sim->count.given_up++;
        sim_conn_close(client->conn, sim_one_in(2));
        return;
    }
    if (sim_conn_usable(client->conn) && sim_conn_waiting(client->conn) < client->depth) {
        send_op(client, choose(client));
    }
}

/* Asks until it knows what became of everything. */
void sim_client_settle(struct sim_client *client)
{
    if (!connected(client) || !sim_conn_usable(client->conn) || sim_conn_waiting(client->conn) > 0 ||
        sim->mono_ms < sim->patient_ms[client->actor]) {
        return;
    }
    for (int32_t i = sim->oldest_unsettled; i < sim->op_count; i++) {
        struct sim_op *op = &sim->ops[i];
        if (!op->settled && op->waiting == 0 && of_actor(op, client)) {
            send_op(client, op);
            return;
        }
    }
}

bool sim_ops_settled(void)
{
    while (sim->oldest_unsettled < sim->op_count && sim->ops[sim->oldest_unsettled].settled &&
           sim->ops[sim->oldest_unsettled].waiting == 0) {
        sim->oldest_unsettled++;
    }
    return sim->oldest_unsettled == sim->op_count;
}
