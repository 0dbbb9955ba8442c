/* Answers for the one way from the store into memory (book, tokens, idempotency keys), at the start and after a batch that did not
 * fit on the disk. Nothing else takes back what was changed in memory: what may be wrong is loaded again as a whole. */
#include "app.h"

#include "gateslot/base/log.h"
#include "gateslot/core/journal.h"

struct loading {
    struct gs_app *app;
    struct gs_book *book;
    struct gs_idem_keys *keys;
    struct gs_api *api;
    struct gs_batch *to_confirm; /* where tokens that are no longer trusted are written; NULL: all are as they were */
};

static int load_booking(void *self, const struct gs_booking *b)
{
    struct loading *l = self;
    return gs_book_restore_booking(l->book, b);
}

static int load_past(void *self, const struct gs_booking *b)
{
    struct loading *l = self;
    return gs_book_restore_past(l->book, b);
}

static int load_capacity(void *self, const struct gs_capacity *c)
{
    struct loading *l = self;
    return gs_book_restore_capacity(l->book, c);
}

static int load_turned_away(void *self, const struct gs_turned_away *t)
{
    struct loading *l = self;
    return gs_book_restore_turned_away(l->book, t);
}

static int load_token(void *self, const struct gs_token *t)
{
    struct loading *l = self;
    struct gs_token token = *t;
    if (l->to_confirm != NULL && !token.unconfirmed) {
        token.unconfirmed = true;
        gs_batch_token(l->to_confirm, &token, false);
    }
    return gs_api_restore_token(l->api, &token);
}

static int load_user(void *self, const struct gs_user *u)
{
    struct loading *l = self;
    struct gs_user user = *u;
    if (l->to_confirm != NULL && !user.unconfirmed) {
        user.unconfirmed = true;
        gs_batch_user(l->to_confirm, &user, false);
    }
    return gs_api_restore_user(l->api, &user);
}

static int load_session(void *self, const struct gs_session *s)
{
    struct loading *l = self;
    if (l->to_confirm != NULL) { /* it may have been closed since */
        gs_batch_session(l->to_confirm, s, true);
        return GS_OK;
    }
    return gs_api_restore_session(l->api, s);
}

static int load_webhook(void *self, const struct gs_webhook *w)
{
    struct loading *l = self;
    return gs_app_webhook_restore(l->app, w, l->to_confirm);
}

static int load_webhook_retry(void *self, const struct gs_webhook_retry *r)
{
    struct loading *l = self;
    return gs_app_webhook_restore_retry(l->app, r);
}

static int load_idem(void *self, int64_t row, const struct gs_idem *i)
{
    struct loading *l = self;
    return gs_idem_keys_restore(l->keys, row, i);
}

/* One that was revoked since is in the store again, and numbers may have been given out that it does not know. */
static int open_epoch(struct gs_app *app, const struct gs_epoch *due)
{
    struct gs_epoch epoch = *due;
    epoch.at_ms = gs_book_now(app->book);
    if (!gs_journal_epoch(app->book, &epoch, &app->batch)) {
        return GS_E_CORRUPT;
    }
    gs_log(GS_LOG_WARNING, "store_restored",
           "cause=%s last_event=%lld next_event=%lld next_booking=%lld note=\"tokens and users are to be confirmed\"",
           epoch.cause == GS_EPOCH_BACKUP ? "backup" : "loss", (long long)epoch.last_seq, (long long)epoch.first_seq,
           (long long)epoch.first_booking_id);
    return GS_OK;
}

int gs_app_load(struct gs_app *app)
{
    struct gs_idem_keys keys;
    gs_idem_keys_init(&keys, app->config->keys_per_name, app->config->keys_total);
    struct gs_book *book = NULL;
    int err = gs_book_create(&app->config->rules, &book);
    if (err != GS_OK) {
        goto failed;
    }

    const struct gs_epoch *due = gs_store_epoch_due(app->store);
    struct loading l = {
        .app = app, .book = book, .keys = &keys, .api = app->api, .to_confirm = due != NULL ? &app->batch : NULL};
    struct gs_store_sink sink = {.self = &l,
                                 .booking = load_booking,
                                 .capacity = load_capacity,
                                 .token = load_token,
                                 .idem = load_idem,
                                 .past = load_past,
                                 .past_days = gs_book_past_days(&app->config->rules),
                                 .turned_away = load_turned_away,
                                 .user = load_user,
                                 .session = load_session,
                                 .webhook = load_webhook,
                                 .webhook_retry = load_webhook_retry};
    struct gs_store_marks marks = {0};
    gs_api_forget(app->api);
    gs_app_webhooks_forget(app);
    err = gs_store_load(app->store, &sink, &marks);
    if (err == GS_OK) {
        err = gs_book_start(book, marks.last_booking_id, marks.last_seq, marks.now_ms);
    }
    if (err != GS_OK) {
        goto failed;
    }

    keys.last_row = marks.last_idem_row;
    gs_book_destroy(app->book);
    gs_idem_keys_finish(&app->idem_keys);
    app->book = book;
    app->idem_keys = keys;
    app->submitted_seq = app->durable_seq = marks.last_seq;
    gs_api_restore_seq(app->api, marks.last_seq);
    app->submitted_now_ms = app->durable_now_ms = marks.now_ms;
    gs_journal_start(&app->batch, marks.now_ms, app->config->text, app->config->text_len);
    err = due != NULL ? open_epoch(app, due) : GS_OK;
    gs_log(GS_LOG_INFO, "loaded", "bookings=%zu events=%lld keys=%zu", gs_book_count(book), (long long)marks.last_seq,
           gs_idem_keys_count(&app->idem_keys));
    return err;

failed:
    gs_log(GS_LOG_ERROR, "load", "error=\"%s\" detail=\"%s\"", gs_strerror(err), gs_store_message(app->store));
    gs_book_destroy(book);
    gs_idem_keys_finish(&keys);
    return err;
}
