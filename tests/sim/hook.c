/* Receivers of webhooks, in some of the worlds, in the place of the thread that sends: they take what comes, refuse it, cannot be reached, or take it and their
 * answer is lost. Held against what is on disk: a receiver is told only of what is on disk and for it, of each booking in order, of
 * nothing twice that it was seen to take unless the daemon's memory of it may be lost; what the store says was delivered was; and when the faults have
 * stopped each has had all. */
#include "gateslot/base/grow.h"
#include "sim.h"
#include "webhooks.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HOOKS = 2, UNSURE = -1 };

const int sim_hook_fd = 78;

static const struct receiver {
    const char *name, *owner, *types;
    int64_t id;
} receivers[HOOKS] = {{"all", "", "", 0x1001}, {"mini-s", "mini", "booking", 0x1002}};

struct flight {
    struct flight *next;
    int hook;
    int64_t seq; /* 0: a test */
    int64_t due_ms;
    uint64_t load; /* of the store, after which it was sent */
    struct gs_sent sent;
    gs_sent_done done;
    void *arg;
};

struct gs_sender {
    struct flight *flying, *landed;
    size_t count;
};

/* What each receiver took, by number of event: 0 nothing; UNSURE: its sender need not know; else the load after which its sender knew. */
static struct {
    int64_t *at;
    size_t count, room;
    int64_t
        again; /* up to here events may come once more: rows of some lay beyond the cursor at the load, which comes to them later */
} taken[HOOKS];

static struct {
    bool wanted;
    struct gs_webhook rows[HOOKS];
    struct gs_webhook_retry *retries;
    size_t retry_count, retry_room;
    int64_t looked_at[HOOKS]; /* of the batch under way: cursors before it */
    bool touched[HOOKS];
    uint64_t loads;
    struct gs_sender *sender;
} hooks;

static bool is_for(int hook, const struct gs_event *e)
{
    const struct receiver *r = &receivers[hook];
    const bool of_type = r->types[0] == '\0' || strncmp(gs_event_type_name(e->type), r->types, strlen(r->types)) == 0;
    return of_type && (r->owner[0] == '\0' || strcmp(r->owner, e->owner) == 0);
}

static int64_t *taken_at(int hook, int64_t seq)
{
    while ((int64_t)taken[hook].count < seq) {
        taken[hook].at = gs_grown(taken[hook].at, taken[hook].count, &taken[hook].room, sizeof *taken[hook].at);
        sim_require(taken[hook].at != NULL, "no memory");
        taken[hook].at[taken[hook].count++] = 0;
    }
    return &taken[hook].at[seq - 1];
}

void sim_hook_make(bool wanted)
{
    hooks.wanted = wanted;
    hooks.retry_count = 0;
    hooks.loads = 0;
    for (int i = 0; i < HOOKS; i++) {
        taken[i].count = 0;
        taken[i].again = 0;
        hooks.touched[i] = false;
        hooks.rows[i] = (struct gs_webhook){.id = receivers[i].id, .created_ms = 1};
        strcpy(hooks.rows[i].name, receivers[i].name);
        strcpy(hooks.rows[i].owner, receivers[i].owner);
        strcpy(hooks.rows[i].types, receivers[i].types);
        strcpy(hooks.rows[i].url, "https://receiver.example/");
        strcpy(hooks.rows[i].secret, "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    }
}

/* ---- on disk ---- */

static int hook_of(int64_t id)
{
    int i = 0;
    while (i < HOOKS && receivers[i].id != id) {
        i++;
    }
    sim_require(i < HOOKS, "a webhook that nobody made");
    return i;
}

static size_t retry_of(int64_t id, int64_t seq)
{
    size_t i = 0;
    while (i < hooks.retry_count && (hooks.retries[i].webhook != id || hooks.retries[i].seq != seq)) {
        i++;
    }
    return i;
}

void sim_hook_store(const struct gs_webhook *row)
{
    const int i = hook_of(row->id);
    if (!hooks.touched[i]) {
        hooks.touched[i] = true;
        hooks.looked_at[i] = hooks.rows[i].cursor;
    }
    hooks.rows[i] = *row;
}

void sim_hook_store_retry(const struct gs_webhook_retry *r, bool over)
{
    const size_t at = retry_of(r->webhook, r->seq);
    if (over && at < hooks.retry_count) {
        sim_require(*taken_at(hook_of(r->webhook), r->seq) != 0, "event %lld is done with, and was not delivered",
                    (long long)r->seq);
        hooks.retries[at] = hooks.retries[--hooks.retry_count];
    } else if (!over && at < hooks.retry_count) {
        hooks.retries[at] = *r;
    } else if (!over) {
        hooks.retries = gs_grown(hooks.retries, hooks.retry_count, &hooks.retry_room, sizeof *hooks.retries);
        sim_require(hooks.retries != NULL, "no memory");
        hooks.retries[hooks.retry_count++] = *r;
    }
}

/* What lies behind a cursor was delivered, is not for that receiver, or has a row. */
void sim_hook_stored(void)
{
    for (int i = 0; i < HOOKS; i++) {
        const int64_t cursor = hooks.rows[i].cursor;
        sim_require(cursor <= (int64_t)sim->disk.event_count, "a webhook has come to event %lld, of %zu",
                    (long long)cursor, sim->disk.event_count);
        for (int64_t seq = hooks.looked_at[i] + 1; hooks.touched[i] && seq <= cursor; seq++) {
            sim_require(!is_for(i, &sim->disk.events[seq - 1]) || *taken_at(i, seq) != 0 ||
                            retry_of(receivers[i].id, seq) < hooks.retry_count,
                        "event %lld lies behind the cursor of %s, and was not delivered", (long long)seq,
                        receivers[i].name);
        }
        hooks.touched[i] = false;
    }
}

int sim_hook_load(const struct gs_store_sink *sink)
{
    int err = GS_OK;
    hooks.loads++;
    for (int i = 0; i < HOOKS && hooks.wanted && sink->webhook != NULL && err == GS_OK; i++) {
        err = sink->webhook(sink->self, &hooks.rows[i]);
        taken[i].again = 0;
    }
    for (size_t i = 0; i < hooks.retry_count; i++) {
        int64_t *again = &taken[hook_of(hooks.retries[i].webhook)].again;
        *again = hooks.retries[i].seq > *again ? hooks.retries[i].seq : *again;
    }
    for (size_t i = 0; i < hooks.retry_count && sink->webhook_retry != NULL && err == GS_OK; i++) {
        err = sink->webhook_retry(sink->self, &hooks.retries[i]);
    }
    return err;
}

/* ---- the receivers ---- */

/* The one before it of the same booking; of those of none, of any of these. */
static int64_t one_before(int hook, const struct gs_event *e)
{
    int64_t seq = e->booking_id != 0 ? e->prev : e->seq - 1;
    while (seq > 0 && (!is_for(hook, &sim->disk.events[seq - 1]) ||
                       (e->booking_id == 0 && sim->disk.events[seq - 1].booking_id != 0))) {
        seq = e->booking_id != 0 ? sim->disk.events[seq - 1].prev : seq - 1;
    }
    return seq;
}

static void receive(const struct flight *f)
{
    const char *name = receivers[f->hook].name;
    sim_require(f->seq <= (int64_t)sim->disk.event_count, "%s is told of event %lld, which is not on disk", name,
                (long long)f->seq);
    const struct gs_event *e = &sim->disk.events[f->seq - 1];
    sim_require(is_for(f->hook, e), "I7: %s is told of event %lld, which is not for it", name, (long long)f->seq);
    int64_t *at = taken_at(f->hook, f->seq);
    sim_require(*at <= 0 || (uint64_t)*at != hooks.loads || f->seq <= taken[f->hook].again,
                "%s is told twice of event %lld", name, (long long)f->seq);
    const int64_t before = one_before(f->hook, e);
    sim_require(before == 0 || *taken_at(f->hook, before) != 0, "%s is told of event %lld before %lld", name,
                (long long)f->seq, (long long)before);
    *taken_at(f->hook, f->seq) = UNSURE;
    sim->count.delivered++;
}

static void land(struct gs_sender *s, struct flight *f)
{
    const int32_t how = sim->phase == SIM_STORM ? sim_roll(100) : 0;
    f->sent = (struct gs_sent){.result = GS_WEBHOOK_DELIVERED, .status = 204, .duration_ms = 5};
    if (how >= 90) { /* its answer is lost */
        f->sent = (struct gs_sent){.result = GS_WEBHOOK_TIMEOUT};
    } else if (how >= 80) {
        f->sent = (struct gs_sent){.result = GS_WEBHOOK_NO_CONNECTION};
    } else if (how >= 70) {
        f->sent = (struct gs_sent){.result = GS_WEBHOOK_REFUSED, .status = 503, .after_s = sim_roll(90)};
    }
    if (f->seq != 0 && (how < 70 || how >= 90)) {
        receive(f);
    }
    sim_note("delivery", f->seq, (int64_t)f->sent.result);
    f->next = s->landed;
    s->landed = f;
}

static void enable(struct gs_app *app, const struct gs_webhook *row)
{
    struct gs_webhook on = *row;
    on.off = GS_WEBHOOK_ON;
    gs_app_webhook_keep(app, &on, false);
}

static void was_tested(void *arg, const struct gs_webhook_tested *t)
{
    (void)arg;
    sim_note("tested", (int64_t)t->result, t->status);
}

/* Whoever looks after the receivers sees that they are there again: a webhook that was given up is enabled, one that waits is tried. */
static void look_after(struct gs_app *app)
{
    const bool calm = sim->phase == SIM_CALM;
    if (app->stopping || app->storage_full || app->clock.refused || !sim_one_in(calm ? 20 : 400)) {
        return;
    }
    struct gs_app_webhooks *w = app->webhooks;
    for (size_t i = 0; i < w->count; i++) {
        const struct gs_webhook row = w->list[i]->row;
        if (row.off != GS_WEBHOOK_ON) {
            enable(app, &row);
        } else if (w->list[i]->queue.count > 0) {
            const int err = gs_app_webhook_test(app, &row, was_tested, NULL);
            sim_note("test", err, 0);
        }
    }
}

void sim_hook_act(void)
{
    struct gs_sender *s = hooks.sender;
    if (!hooks.wanted || s == NULL) {
        return;
    }
    for (struct flight **at = &s->flying; *at != NULL;) {
        struct flight *f = *at;
        if (f->due_ms <= sim->mono_ms) {
            *at = f->next;
            land(s, f);
        } else {
            at = &f->next;
        }
    }
    look_after(sim->app);
}

bool sim_hook_wakes(void)
{
    return hooks.sender != NULL && hooks.sender->landed != NULL;
}

bool sim_hook_settled(void)
{
    for (int i = 0; i < HOOKS && hooks.wanted; i++) {
        for (size_t seq = 1; seq <= sim->disk.event_count; seq++) {
            if (is_for(i, &sim->disk.events[seq - 1]) && *taken_at(i, (int64_t)seq) == 0) {
                return false;
            }
        }
    }
    return true;
}

/* ---- the thread that sends, replaced ---- */

int gs_sender_create(const char *program, struct gs_sender **out)
{
    (void)program;
    *out = hooks.sender = calloc(1, sizeof **out);
    return *out != NULL ? GS_OK : GS_E_NOMEM;
}

int gs_sender_start(struct gs_sender *s, int *out_fd)
{
    (void)s;
    *out_fd = sim_hook_fd;
    return GS_OK;
}

void gs_sender_configure(struct gs_sender *s, const struct gs_outbound *allow, const char *ca_file)
{
    (void)s;
    (void)allow;
    (void)ca_file;
}

int gs_sender_send(struct gs_sender *s, const struct gs_sending *m, gs_sent_done done, void *arg)
{
    static const char data[] = "\"data\":{\"seq\":";
    unsigned long long id = 0;
    long long seq = 0;
    sim_require(sscanf(m->id, "msg_%llx_", &id) == 1, "a message is called %s", m->id);
    const char *body = strstr(m->body, data);
    const bool is_event = strstr(m->id, "_test_") == NULL;
    if (s->count == GS_WEBHOOK_SENDING_MAX) {
        return GS_E_BUSY;
    }
    if (is_event) {
        sim_require(body != NULL && sscanf(m->id, "msg_%llx_%lld", &id, &seq) == 2 &&
                        strtoll(body + sizeof data - 1, NULL, 10) == seq,
                    "message %s has another event", m->id);
    }
    struct flight *f = calloc(1, sizeof *f);
    sim_require(f != NULL, "no memory");
    *f = (struct flight){.next = s->flying,
                         .hook = hook_of((int64_t)id),
                         .seq = seq,
                         .due_ms = sim->mono_ms + sim_roll(2000),
                         .load = hooks.loads,
                         .done = done,
                         .arg = arg};
    s->flying = f;
    s->count++;
    sim_note("sent", f->hook, f->seq);
    return GS_OK;
}

void gs_sender_poll(struct gs_sender *s)
{
    while (s->landed != NULL) {
        struct flight *f = s->landed;
        s->landed = f->next;
        s->count--;
        const bool known = f->seq != 0 && f->sent.result == GS_WEBHOOK_DELIVERED && f->load == hooks.loads;
        if (known && !sim->deaf) {
            *taken_at(f->hook, f->seq) = (int64_t)hooks.loads;
        }
        f->done(f->arg, &f->sent);
        free(f);
    }
}

static void drop(struct flight *f)
{
    for (struct flight *next; f != NULL; f = next) {
        next = f->next;
        free(f);
    }
}

void gs_sender_destroy(struct gs_sender *s)
{
    drop(s->flying);
    drop(s->landed);
    hooks.sender = NULL;
    free(s);
}
