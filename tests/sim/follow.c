/* Who follows the events by a stream, in some of the worlds: reads slowly or not at all for a while, goes away, comes back with the last number that it
 * had, now and then with one that is none of the store's. Held against what is on disk: each event that he may see and asked for comes once, in
 * order, and no number is passed over; when the faults have stopped he has had all. */
#include "sim.h"
#include <stdlib.h>
#include <string.h>

enum { FOLLOWERS = 4, SLOW_MS = 90 * 1000 };

struct sim_follower {
    struct sim_client client;
    const char *asks;       /* of the query */
    uint64_t types;         /* 0: any */
    int64_t at;             /* all up to it he has had, or may not see */
    int64_t nowhere;        /* a number that was asked for and is none; 0: not so */
    bool has_head, refused; /* of the answer */
    struct gs_buf bytes;    /* come, and not a whole frame yet */
};

static struct sim_follower followers[FOLLOWERS];

static uint64_t bit(enum gs_event_type type)
{
    return UINT64_C(1) << type;
}

void sim_follow_make(bool wanted)
{
    static const int32_t actors[FOLLOWERS] = {0, 1, 2, 3};
    static const char *const asks[FOLLOWERS] = {"", "?type=booking.booked%2Cpromoted%2Cbooking.cancelled", "?text=true",
                                                "?type=booked"};
    const uint64_t types[FOLLOWERS] = {0, bit(GS_EV_BOOKED) | bit(GS_EV_PROMOTED) | bit(GS_EV_CANCELLED), 0,
                                       bit(GS_EV_BOOKED)};
    for (int i = 0; i < FOLLOWERS; i++) {
        struct sim_follower *f = &followers[i];
        gs_buf_finish(&f->bytes);
        *f = (struct sim_follower){
            .client = {.index = SIM_CLIENTS + i, .actor = actors[i]}, .asks = asks[i], .types = types[i]};
        f->client.follows = wanted ? f : NULL;
        gs_buf_init(&f->bytes, 1 << 20);
    }
}

static bool may_see(const struct sim_follower *f, const struct gs_event *e)
{
    const struct sim_actor *who = &sim_actors[f->client.actor];
    return (f->types == 0 || (f->types & bit(e->type)) != 0) &&
           (who->role != GS_ROLE_BACKEND || strcmp(who->name, e->owner) == 0);
}

/* The next on disk that is for him; 0: none. */
static int64_t next_for(const struct sim_follower *f)
{
    for (size_t i = (size_t)f->at; i < sim->disk.event_count; i++) {
        if (may_see(f, &sim->disk.events[i])) {
            return (int64_t)i + 1;
        }
    }
    return 0;
}

/* ---- what comes ---- */

static int64_t number_in(const char *data, const char *name)
{
    const char *at = strstr(data, name);
    return at != NULL ? (int64_t)strtoll(at + strlen(name), NULL, 10) : -1;
}

static void take_event(struct sim_follower *f, int64_t id, const char *type, const char *data)
{
    sim_require(f->nowhere == 0, "a stream begins at %lld, which is nowhere", (long long)f->nowhere);
    sim_require(id >= 1 && id <= (int64_t)sim->disk.event_count, "event %lld is streamed and not on disk",
                (long long)id);
    const struct gs_event *e = &sim->disk.events[id - 1];
    sim_require(may_see(f, e), "I7: event %lld is streamed to %s, and not for him", (long long)id,
                sim_actors[f->client.actor].name);
    const int64_t next = next_for(f);
    sim_require(id == next, "after %lld comes event %lld to %s, and not %lld", (long long)f->at, (long long)id,
                sim_actors[f->client.actor].name, (long long)next);
    sim_require(number_in(data, "{\"seq\":") == id && strcmp(type, gs_event_type_name(e->type)) == 0,
                "event %lld is streamed as another", (long long)id);
    f->at = id;
    sim->count.streamed++;
    sim_note("streamed", f->client.index, id);
}

static void take_reset(struct sim_follower *f, int64_t id, const char *data)
{
    sim_require(f->nowhere != 0 && number_in(data, "\"asked\":") == f->nowhere, "a reset that nobody gave cause for");
    sim_require(number_in(data, "\"after\":") == id && id <= (int64_t)sim->disk.event_count,
                "a reset leads to %lld, of %zu", (long long)id, sim->disk.event_count);
    f->nowhere = 0;
    f->at = id;
    sim->count.resets++;
}

/* A number alone: all up to it he has had, or may not see. */
static void take_position(struct sim_follower *f, int64_t id)
{
    if (f->nowhere != 0) {
        return; /* what is to be made of it is said next */
    }
    const int64_t next = next_for(f);
    sim_require(id >= f->at && id <= (int64_t)sim->disk.event_count, "a stream stands at %lld after %lld, of %zu",
                (long long)id, (long long)f->at, sim->disk.event_count);
    sim_require(next == 0 || next > id, "event %lld is passed over for %s", (long long)next,
                sim_actors[f->client.actor].name);
    f->at = id;
}

static void take_frame(struct sim_follower *f, char *frame)
{
    const char *type = NULL, *data = NULL;
    int64_t id = -1;
    for (char *line = frame, *next; line != NULL; line = next) {
        next = strchr(line, '\n');
        if (next != NULL) {
            *next++ = '\0';
        }
        if (strncmp(line, "id: ", 4) == 0) {
            id = (int64_t)strtoll(line + 4, NULL, 10);
        } else if (strncmp(line, "event: ", 7) == 0) {
            type = line + 7;
        } else if (strncmp(line, "data: ", 6) == 0) {
            data = line + 6;
        } else {
            sim_require(strncmp(line, "retry: ", 7) == 0 || line[0] == ':', "a stream says \"%s\"", line);
        }
    }
    sim_require((type == NULL) == (data == NULL) && (type == NULL || id >= 0), "a frame is not whole");
    if (type == NULL && id >= 0) {
        take_position(f, id);
    } else if (type != NULL && strcmp(type, "reset") == 0) {
        take_reset(f, id, data);
    } else if (type != NULL) {
        take_event(f, id, type, data);
    }
}

static void drop(struct gs_buf *b, size_t len)
{
    memmove(b->data, b->data + len, b->len - len);
    b->len -= len;
    b->data[b->len] = '\0';
}

void sim_follow_take(struct sim_client *client, const void *bytes, size_t len)
{
    struct sim_follower *f = client->follows;
    gs_buf_add(&f->bytes, bytes, len);
    sim_require(gs_buf_status(&f->bytes) == GS_OK, "a frame of a megabyte");
    char *end = f->has_head ? NULL : strstr(f->bytes.data, "\r\n\r\n");
    if (end != NULL) {
        f->has_head = true;
        sim_note_bytes("stream", f->bytes.data, 12);
        if (strncmp(f->bytes.data, "HTTP/1.1 200", 12) != 0) {
            f->refused = true;
        }
        drop(&f->bytes, (size_t)(end - f->bytes.data) + 4);
    }
    while (f->has_head && !f->refused && (end = strstr(f->bytes.data, "\n\n")) != NULL) {
        *end = '\0';
        take_frame(f, f->bytes.data);
        drop(&f->bytes, (size_t)(end - f->bytes.data) + 2);
    }
}

/* ---- what he does ---- */

static void come(struct sim_follower *f)
{
    struct gs_buf b;
    f->client.conn = sim_conn_open(&f->client);
    if (f->client.conn == NULL) {
        return;
    }
    f->nowhere = sim->phase == SIM_STORM && sim_one_in(12) ? (int64_t)sim->disk.event_count + 100000 + sim_roll(9) : 0;
    f->has_head = f->refused = false;
    gs_buf_clear(&f->bytes);
    gs_buf_init(&b, 1 << 12);
    gs_buf_printf(
        &b, "GET /v1/events/stream%s HTTP/1.1\r\nHost: sim\r\nAuthorization: Bearer %s\r\nLast-Event-ID: %lld\r\n\r\n",
        f->asks, sim_actors[f->client.actor].token, (long long)(f->nowhere != 0 ? f->nowhere : f->at));
    sim_conn_put(f->client.conn, &b);
    gs_buf_finish(&b);
}

void sim_follow_act(void)
{
    const bool storm = sim->phase == SIM_STORM;
    for (int i = 0; i < FOLLOWERS; i++) {
        struct sim_follower *f = &followers[i];
        if (f->client.follows == NULL) {
            continue;
        }
        if (f->client.conn == NULL) {
            if (!storm || sim_one_in(6)) {
                come(f);
            }
        } else if (f->refused || (storm && sim_one_in(sim->rates.leave))) {
            sim_conn_close(f->client.conn, sim_one_in(2));
        } else {
            sim_conn_slow(f->client.conn, !storm ? 0 : sim_one_in(100) ? sim->mono_ms + sim_roll(SLOW_MS) : -1);
        }
    }
}

bool sim_follow_settled(void)
{
    for (int i = 0; i < FOLLOWERS; i++) {
        const struct sim_follower *f = &followers[i];
        if (f->client.follows != NULL && (f->nowhere != 0 || next_for(f) != 0)) {
            return false;
        }
    }
    return true;
}
