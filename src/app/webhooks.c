/* Answers for the webhooks there are: loaded, made, changed and removed, shown, and kept in the store as far as they have come. What the
 * store has may be a second old: after a crash, what was delivered in that second is delivered again. */
#include "webhooks.h"

#include <stdlib.h>
#include <string.h>

#include "gateslot/base/log.h"
#include "gateslot/core/journal.h"

static void destroy(struct gs_hook *h)
{
    gs_hook_queue_finish(&h->queue);
    explicit_bzero(h, sizeof *h);
    free(h);
}

struct gs_hook *gs_app_hook_find(const struct gs_app_webhooks *w, int64_t id, uint64_t life)
{
    for (size_t i = 0; i < w->count; i++) {
        if (w->list[i]->row.id == id) {
            return w->list[i]->life == life ? w->list[i] : NULL;
        }
    }
    return NULL;
}

/* Where that name stands, or would. */
static size_t place_of(const struct gs_app_webhooks *w, const char *name)
{
    size_t at = 0;
    while (at < w->count && strcmp(w->list[at]->row.name, name) < 0) {
        at++;
    }
    return at;
}

static struct gs_hook *named(const struct gs_app_webhooks *w, const char *name)
{
    const size_t at = place_of(w, name);
    return at < w->count && strcmp(w->list[at]->row.name, name) == 0 ? w->list[at] : NULL;
}

/* What it has still to deliver is read from the store again, from its cursor on. */
static void begin_life(struct gs_app_webhooks *w, struct gs_hook *h)
{
    gs_hook_queue_finish(&h->queue);
    gs_hook_queue_init(&h->queue, h->row.cursor, h->row.failures, (uint64_t)h->row.id);
    h->life = ++w->lives;
    h->asking = false;
}

static struct gs_hook *add(struct gs_app_webhooks *w, const struct gs_webhook *row)
{
    if (w->count >= GS_MAX_WEBHOOKS) {
        return NULL;
    }
    struct gs_hook *h = calloc(1, sizeof *h);
    if (h == NULL) {
        return NULL;
    }
    const size_t at = place_of(w, row->name);
    memmove(w->list + at + 1, w->list + at, (w->count - at) * sizeof *w->list);
    w->list[at] = h;
    w->count++;
    h->row = *row;
    begin_life(w, h);
    return h;
}

static void take_away(struct gs_app_webhooks *w, const char *name)
{
    const size_t at = place_of(w, name);
    if (at < w->count && strcmp(w->list[at]->row.name, name) == 0) {
        destroy(w->list[at]);
        w->count--;
        memmove(w->list + at, w->list + at + 1, (w->count - at) * sizeof *w->list);
    }
}

/* ---- from the store ---- */

void gs_app_webhooks_forget(struct gs_app *app)
{
    struct gs_app_webhooks *w = app->webhooks;
    while (w->count > 0) {
        destroy(w->list[--w->count]);
    }
}

int gs_app_webhook_restore(struct gs_app *app, const struct gs_webhook *row, struct gs_batch *to_confirm)
{
    struct gs_webhook copy = *row;
    if (to_confirm != NULL && copy.off == GS_WEBHOOK_ON) { /* it may have been removed since */
        copy.off = GS_WEBHOOK_OFF_RESTORED;
        gs_batch_webhook(to_confirm, &copy, false);
    }
    return add(app->webhooks, &copy) != NULL ? GS_OK : GS_E_NOMEM;
}

int gs_app_webhook_restore_retry(struct gs_app *app, const struct gs_webhook_retry *r)
{
    struct gs_app_webhooks *w = app->webhooks;
    for (size_t i = 0; i < w->count; i++) {
        if (w->list[i]->row.id == r->webhook) {
            return gs_hook_queue_restore(&w->list[i]->queue, r);
        }
    }
    return GS_E_CORRUPT;
}

/* ---- to the store ---- */

struct keeping {
    struct gs_batch *batch;
    int64_t id;
};

static void keep_retry(void *arg, const struct gs_webhook_retry *r, bool over)
{
    const struct keeping *k = arg;
    struct gs_webhook_retry row = *r;
    row.webhook = k->id;
    gs_batch_webhook_retry(k->batch, &row, over);
}

static void flush(struct gs_app *app, struct gs_hook *h)
{
    struct keeping k = {.batch = &app->batch, .id = h->row.id};
    h->row.cursor = gs_hook_queue_flush(&h->queue, keep_retry, &k);
    gs_batch_webhook(&app->batch, &h->row, false);
    h->dirty = false;
}

/* Not on a full disk: each failure would load the book again, and all that it costs is a repeat after a crash. */
void gs_app_webhooks_flush(struct gs_app *app)
{
    struct gs_app_webhooks *w = app->webhooks;
    for (size_t i = 0; i < w->count; i++) {
        if (w->list[i]->dirty && !app->storage_full && app->batch.count < GS_BATCH_RECORDS_MAX / 2) {
            flush(app, w->list[i]);
        }
    }
    gs_app_check_batch(app);
}

/* ---- asked by the API ---- */

void gs_app_webhook_keep(struct gs_app *app, const struct gs_webhook *row, bool remove)
{
    struct gs_app_webhooks *w = app->webhooks;
    struct gs_hook *h = named(w, row->name);
    if (remove || h == NULL) {
        gs_batch_webhook(&app->batch, row, remove);
        if (remove) {
            take_away(w, row->name);
        } else {
            app->batch.failed = add(w, row) == NULL || app->batch.failed;
        }
        gs_app_check_batch(app);
        return;
    }
    const bool others = strcmp(h->row.owner, row->owner) != 0 || strcmp(h->row.types, row->types) != 0;
    const bool resumes = h->row.off != GS_WEBHOOK_ON && row->off == GS_WEBHOOK_ON;
    if (others) { /* what was chosen by the words before is let go, and all behind the cursor chosen anew */
        flush(app, h);
        for (size_t i = 0; i < h->queue.count; i++) {
            const struct gs_webhook_retry r = {.webhook = row->id, .seq = h->queue.list[i].seq};
            gs_batch_webhook_retry(&app->batch, &r, true);
            h->row.cursor = r.seq - 1 < h->row.cursor ? r.seq - 1 : h->row.cursor;
        }
    }
    const int64_t cursor = h->row.cursor;
    h->row = *row;
    h->row.cursor = cursor;
    if (others) {
        begin_life(w, h);
    }
    if (resumes) {
        h->off_untold = false;
        h->row.failing_ms = 0;
        h->row.failures = 0;
        gs_hook_queue_resume(&h->queue);
    }
    flush(app, h);
    gs_app_check_batch(app);
}

bool gs_app_webhook_view(struct gs_app *app, size_t nth, struct gs_webhook_view *out)
{
    const struct gs_app_webhooks *w = app->webhooks;
    if (nth >= w->count) {
        return false;
    }
    const struct gs_hook *h = w->list[nth];
    const int64_t unread = app->durable_seq - h->queue.scanned;
    *out = (struct gs_webhook_view){.row = &h->row,
                                    .pending = h->queue.count,
                                    .unread = unread > 0 ? unread : 0,
                                    .oldest_ms = gs_hook_queue_oldest(&h->queue)};
    return true;
}

uint64_t gs_app_webhook_outcomes(const struct gs_app *app, enum gs_webhook_result result)
{
    return app->webhooks->outcomes[result];
}

bool gs_app_webhook_may(struct gs_app *app, const char *url)
{
    struct gs_outbound_url target;
    struct gs_outbound *allow = calloc(1, sizeof *allow);
    if (allow == NULL) {
        return false;
    }
    gs_app_webhooks_allow(app->config, allow);
    const bool may = gs_outbound_url_parse(url, strlen(url), &target) == GS_OK && gs_outbound_may_allow(allow, &target);
    free(allow);
    return may;
}

/* ---- begun and ended ---- */

void gs_app_webhooks_allow(const struct gs_config *config, struct gs_outbound *out)
{
    out->count = (size_t)config->webhooks.count;
    memcpy(out->list, config->webhooks.allow, sizeof out->list);
}

void gs_app_webhooks_configure(struct gs_app *app)
{
    struct gs_outbound *allow = calloc(1, sizeof *allow);
    if (allow == NULL) {
        return; /* what was in force stays */
    }
    gs_app_webhooks_allow(app->config, allow);
    gs_sender_configure(app->webhooks->sender, allow, app->config->webhooks.ca_file);
    free(allow);
}
