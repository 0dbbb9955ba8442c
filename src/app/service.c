/* Answers for what the API asks of the app (struct gs_service of api/service.h): the book, commands, questions to the store, the clock. It
 * waits for nothing: what takes time is answered later, on the loop's thread. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app.h"
#include "gateslot/base/log.h"
#include "gateslot/core/journal.h"

static bool service_serves(void *self)
{
    const struct gs_app *app = self;
    if (app->standing_by) {
        return false;
    }
    const int64_t end_us = gs_store_lease_end_us(app->store);
    return end_us == INT64_MAX || gs_monotonic_us() < end_us;
}

/* While it stands by there is no book: the server asks all the same, to tell who a request is from. */
static int64_t service_now(void *self)
{
    struct gs_app *app = self;
    return app->book != NULL ? gs_app_now(app) : gs_clock_now(&app->clock);
}

static const struct gs_book *service_book(void *self)
{
    const struct gs_app *app = self;
    return app->book;
}

static const struct gs_book *service_apply_due(void *self)
{
    struct gs_app *app = self;
    gs_app_apply_due(app);
    return app->book;
}

static bool service_drill(void *self)
{
    const struct gs_app *app = self;
    return app->clock.drill;
}

static int service_set_clock(void *self, int64_t now_ms)
{
    struct gs_app *app = self;
    int err = gs_clock_set(&app->clock, now_ms);
    if (err == GS_OK) {
        gs_app_pass_time(app);
    }
    return err;
}

static uint64_t draw_random(struct gs_app *app)
{
    uint64_t bits;
    if (app->random_left < sizeof bits) {
        if (getentropy(app->random, sizeof app->random) != 0) {
            gs_log(GS_LOG_ERROR, "random", "error=\"no randomness from the system\"");
            gs_log_flush();
            abort();
        }
        app->random_left = sizeof app->random;
    }
    app->random_left -= sizeof bits;
    memcpy(&bits, app->random + app->random_left, sizeof bits);
    return bits;
}

static bool makes_booking(const struct gs_command *c)
{
    return c->kind == GS_CMD_BOOK || c->kind == GS_CMD_WALK_IN;
}

/* Why no such command is applied now; GS_CODE_OK: it is. */
static enum gs_code hindrance(struct gs_app *app, bool books, bool is_note)
{
    if (app->batch.count >= GS_BATCH_RECORDS_MAX || app->batch.journal.len >= GS_JOURNAL_BATCH_MAX) {
        return GS_CODE_OVERLOADED;
    }
    if (!service_serves(app)) {
        return GS_CODE_NOT_OWNER;
    }
    if (app->storage_full && books) {
        return GS_CODE_STORAGE_FULL;
    }
    return gs_app_clock_trusted(app) || is_note ? GS_CODE_OK : GS_CODE_CLOCK_UNTRUSTED;
}

static struct gs_refusals *sums_of(struct gs_app *app)
{
    app->refusals.allowance = app->config->refusals_kept;
    return app->stopping ? NULL : &app->refusals; /* no more sums are written then */
}

/* Those that stand or fall together began when nothing hindered them, and stay in one batch. */
static void service_apply(void *self, struct gs_command *command, struct gs_outcome *out)
{
    struct gs_app *app = self;
    app->count.commands++;
    memset(out, 0, offsetof(struct gs_outcome, alternatives));
    out->faults.count = 0;
    if (!app->together) {
        if (!app->gathers) {
            gs_app_turn_overlap(app);
        }
        out->code = hindrance(app, makes_booking(command), command->kind == GS_CMD_NOTE);
    }
    if (out->code == GS_CODE_OK) {
        const int64_t now_ms = app->clock.refused ? gs_book_now(app->book) : gs_app_now(app);
        command->random = draw_random(app);
        gs_journal_apply(app->book, command, app->together ? gs_book_now(app->book) : now_ms, &app->batch,
                         app->together ? NULL : sums_of(app), out);
        gs_app_check_batch(app);
    }
    if (out->code != GS_CODE_OK) {
        app->count.refusals++;
    }
}

static void service_gather(void *self, bool on)
{
    struct gs_app *app = self;
    if (on) {
        gs_app_turn_overlap(app);
    }
    app->gathers = on;
}

static enum gs_code service_together_begin(void *self)
{
    struct gs_app *app = self;
    enum gs_code code = hindrance(app, true, false);
    if (code != GS_CODE_OK) {
        return code;
    }
    if (gs_journal_together_begin(app->book, gs_app_now(app), &app->batch, &app->together_mark) != GS_OK) {
        return GS_CODE_OVERLOADED;
    }
    gs_app_check_batch(app);
    app->together = true;
    return GS_CODE_OK;
}

static void service_together_end(void *self, bool stands, const struct gs_refused_together *refused)
{
    struct gs_app *app = self;
    app->together = false;
    gs_journal_together_end(app->book, &app->batch, stands, &app->together_mark, sums_of(app), refused);
    gs_app_check_batch(app);
}

static void service_keep_answer(void *self, const struct gs_idem *idem)
{
    struct gs_app *app = self;
    int err = gs_idem_keys_keep(&app->idem_keys, idem);
    if (err == GS_E_BUSY || err == GS_E_FULL) {
        return;
    }
    gs_batch_idem(&app->batch, idem);
    app->batch.failed = app->batch.failed || err != GS_OK;
    gs_app_check_batch(app);
}

static void service_keep_token(void *self, const struct gs_token *token, bool revoke)
{
    struct gs_app *app = self;
    gs_batch_token(&app->batch, token, revoke);
    gs_app_check_batch(app);
}

static void service_device_limits(void *self, int64_t *out_lasts_ms, int64_t *out_person_ms)
{
    const struct gs_app *app = self;
    *out_lasts_ms = app->config->device_days * INT64_C(86400000);
    *out_person_ms = app->config->person_min * INT64_C(60000);
}

static bool service_peer(void *self, uid_t uid, const gid_t *groups, size_t count, struct gs_actor *out)
{
    struct gs_app *app = self;
    return gs_peers_find(&app->peers, uid, groups, count, out);
}

static bool service_peer_named(void *self, const char *name)
{
    const struct gs_app *app = self;
    for (int32_t i = 0; i < app->config->peer_user_count; i++) {
        if (strcmp(app->config->peer_users[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

static void service_keep_user(void *self, const struct gs_user *user, bool remove)
{
    struct gs_app *app = self;
    gs_batch_user(&app->batch, user, remove);
    gs_app_check_batch(app);
}

static void service_keep_session(void *self, const struct gs_session *session, bool close)
{
    struct gs_app *app = self;
    gs_batch_session(&app->batch, session, close);
    gs_app_check_batch(app);
}

static bool service_webhook(void *self, size_t nth, struct gs_webhook_view *out)
{
    return gs_app_webhook_view(self, nth, out);
}

static void service_keep_webhook(void *self, const struct gs_webhook *webhook, bool remove)
{
    gs_app_webhook_keep(self, webhook, remove);
    gs_app_webhooks_wake(self);
}

static bool service_webhook_may(void *self, const char *url)
{
    return gs_app_webhook_may(self, url);
}

static int service_test_webhook(void *self, const struct gs_webhook *webhook, gs_webhook_test_done done, void *arg)
{
    return gs_app_webhook_test(self, webhook, done, arg);
}

static int service_hash(void *self, const struct gs_hash_question *q, gs_hash_done done, void *arg)
{
    struct gs_app *app = self;
    return gs_hasher_ask(app->hasher, q, done, arg);
}

static void service_session_limits(void *self, int64_t *out_idle_ms, int64_t *out_absolute_ms)
{
    const struct gs_app *app = self;
    *out_idle_ms = app->config->session_idle_min * INT64_C(60000);
    *out_absolute_ms = app->config->session_absolute_hours * INT64_C(3600000);
}

static bool service_find_answer(void *self, const char *owner, const char *key,
                                unsigned char out_fingerprint[GS_FINGERPRINT_KEPT], int64_t *out_row)
{
    const struct gs_app *app = self;
    return gs_idem_keys_find(&app->idem_keys, owner, key, out_fingerprint, out_row);
}

static bool service_key_room(void *self, const char *owner, struct gs_key_room *out)
{
    const struct gs_app *app = self;
    return gs_idem_keys_room(&app->idem_keys, owner, out);
}

/* A question must see what its asker may have seen: the open batch goes first, so it waits for the end of the turn
 * in which that batch is handed over. */
static int service_query(void *self, const struct gs_query *query, void (*done)(void *arg, struct gs_answer *answer),
                         void *arg)
{
    struct gs_app *app = self;
    return gs_app_query(app, query, done, arg);
}

static void service_follow(void *self, bool wanted)
{
    const struct gs_app *app = self;
    gs_writer_tell(app->writer, wanted);
}

static int service_backup_name(void *self, char *out, size_t size)
{
    return gs_app_backup_name(self, out, size);
}

static int service_backup_made(void *self, const char *path, int32_t keep)
{
    return gs_app_backup_made(self, path, keep);
}

static int service_replay(void *self, gs_date date, const struct gs_replay_waiter *waiter)
{
    struct gs_app *app = self;
    return gs_app_replay(app, date, waiter);
}

static uint64_t service_stamp(void *self)
{
    const struct gs_app *app = self;
    return gs_app_stamp(app);
}

static const struct gs_rules *service_rules(void *self)
{
    const struct gs_app *app = self;
    return &app->config->rules;
}

static bool service_rule(void *self, size_t nth, struct gs_rule_value *out)
{
    const struct gs_app *app = self;
    return gs_config_rule(&app->config->rules, nth, out);
}

static int service_preview(void *self, const char *text, size_t len, struct gs_preview_task **out)
{
    return gs_app_preview(self, text, len, out);
}

static int service_preview_step(void *self, struct gs_preview_task *task, const struct gs_preview **out_ready)
{
    return gs_app_preview_step(self, task, out_ready);
}

static void service_before_slice(void *self)
{
    gs_app_turn_slice(self);
}

static void service_health(void *self, struct gs_health *out)
{
    struct gs_app *app = self;
    *out = (struct gs_health){.stopping = app->stopping, .storage_full = app->storage_full};
    out->clock_refused = !gs_app_clock_trusted(app);
    out->leap_ms = app->clock.leap_ms;
    out->reserve_bytes = gs_store_reserve_bytes(app->store);
    out->reserve_wanted = gs_app_reserve_wanted(app);
    struct gs_store_copies copies;
    gs_store_copies(app->store, &copies);
    out->copies_promised = copies.promised;
    out->copies_held = copies.held;
}

static int service_accept_clock(void *self, const struct gs_actor *actor)
{
    return gs_app_clock_accept(self, actor);
}

static void service_state(void *self, struct gs_daemon_state *out)
{
    gs_app_state(self, out);
}

static void service_metrics(void *self, struct gs_buf *out)
{
    gs_app_metrics(self, out);
}

void gs_app_service_init(struct gs_app *app)
{
    app->service = (struct gs_service){.self = app,
                                       .serves = service_serves,
                                       .apply_due = service_apply_due,
                                       .book = service_book,
                                       .now_ms = service_now,
                                       .drill = service_drill,
                                       .set_clock = service_set_clock,
                                       .apply = service_apply,
                                       .gather = service_gather,
                                       .together_begin = service_together_begin,
                                       .together_end = service_together_end,
                                       .before_slice = service_before_slice,
                                       .keep_answer = service_keep_answer,
                                       .keep_token = service_keep_token,
                                       .device_limits = service_device_limits,
                                       .peer = service_peer,
                                       .peer_named = service_peer_named,
                                       .keep_user = service_keep_user,
                                       .keep_session = service_keep_session,
                                       .webhook = service_webhook,
                                       .keep_webhook = service_keep_webhook,
                                       .webhook_may = service_webhook_may,
                                       .test_webhook = service_test_webhook,
                                       .hash = service_hash,
                                       .session_limits = service_session_limits,
                                       .find_answer = service_find_answer,
                                       .key_room = service_key_room,
                                       .query = service_query,
                                       .follow = service_follow,
                                       .backup_name = service_backup_name,
                                       .backup_made = service_backup_made,
                                       .replay = service_replay,
                                       .stamp = service_stamp,
                                       .rules = service_rules,
                                       .rule = service_rule,
                                       .preview = service_preview,
                                       .preview_step = service_preview_step,
                                       .preview_end = gs_app_preview_end,
                                       .health = service_health,
                                       .state = service_state,
                                       .accept_clock = service_accept_clock,
                                       .metrics = service_metrics};
}
