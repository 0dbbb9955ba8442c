/* Answers for the loop turn: one round of events, and what follows it. The records that the round's commands made are handed to the
 * writer as one batch. While the writer syncs it, the next batch gathers: so many commands share one sync, and no timer is needed
 * for it. When a batch is on disk, the replies that waited for it leave.
 *
 * When a batch fails: one that did not fit on the disk is known not to be stored. The book is loaded again from the store, the replies
 * that depended on the batch become 507, and work that needs no new booking goes on from the reserve. Any other failure leaves the
 * outcome unknown: nothing more is acknowledged and the process ends; the next start reads what is stored. */
#include <inttypes.h>
#include <stdlib.h>

#include "app.h"
#include "gateslot/base/log.h"
#include "notify.h"

enum { SPACE_MS = 100 }; /* how often a full disk is looked at: all is well within a second of its having space */

struct gs_waiting_query {
    struct gs_waiting_query *next;
    gs_query_done done;
    void *arg;
    struct gs_query query;
};

uint64_t gs_app_stamp(const struct gs_app *app)
{
    if (app->batch.count > 0) {
        return app->submitted + 1;
    }
    /* A batch without records is only journal: no answer shows anything of it. */
    return app->last_with_records > app->durable ? app->last_with_records : 0;
}

int gs_app_query(struct gs_app *app, const struct gs_query *query, gs_query_done done, void *arg)
{
    bool of_journal = query->kind == GS_QUERY_JOURNAL && app->batch.journal.len > 0;
    if (app->batch.count == 0 && app->queries == NULL && !of_journal) {
        return gs_writer_query(app->writer, query, done, arg);
    }
    if (app->query_count >= GS_QUERIES_MAX) {
        return GS_E_BUSY;
    }
    struct gs_waiting_query *waiting = malloc(sizeof *waiting);
    if (waiting == NULL) {
        return GS_E_NOMEM;
    }
    *waiting = (struct gs_waiting_query){.done = done, .arg = arg, .query = *query};
    *app->queries_end = waiting;
    app->queries_end = &waiting->next;
    app->query_count++;
    return GS_OK;
}

static void refuse_query(const struct gs_waiting_query *waiting, int err)
{
    struct gs_answer none = {.err = err};
    gs_arena_init(&none.arena);
    waiting->done(waiting->arg, &none);
    gs_answer_finish(&none);
}

static struct gs_waiting_query *take_queries(struct gs_app *app)
{
    struct gs_waiting_query *waiting = app->queries;
    app->queries = NULL;
    app->queries_end = &app->queries;
    app->query_count = 0;
    return waiting;
}

/* Their askers may have copied from the book what is not in it any more, to show it together with the answer. */
static void refuse_queries(struct gs_app *app)
{
    struct gs_waiting_query *waiting = take_queries(app);
    while (waiting != NULL) {
        struct gs_waiting_query *next = waiting->next;
        refuse_query(waiting, GS_E_FULL);
        free(waiting);
        waiting = next;
    }
}

/* To the writer, in their order. If its queue is full, the asker gets GS_E_BUSY. */
static void forward_queries(struct gs_app *app)
{
    struct gs_waiting_query *waiting = take_queries(app);
    while (waiting != NULL) {
        struct gs_waiting_query *next = waiting->next;
        int err = gs_writer_query(app->writer, &waiting->query, waiting->done, waiting->arg);
        if (err != GS_OK) {
            refuse_query(waiting, err);
        }
        free(waiting);
        waiting = next;
    }
}

static void hand_over(struct gs_app *app)
{
    app->count.batches++;
    app->count.records += app->batch.count;
    if (app->batch.count > app->count.largest_batch) {
        app->count.largest_batch = app->batch.count;
    }
    for (const struct gs_record *r = app->batch.first; r != NULL; r = r->next) {
        if (r->kind == GS_REC_EVENT) {
            app->count.events[r->u.event->type]++;
        }
    }
    app->earlier_seq = app->submitted_seq;
    app->earlier_now_ms = app->submitted_now_ms;
    app->submitted_now_ms = app->batch.now_ms = gs_book_now(app->book);
    app->submitted_seq = gs_book_seq(app->book);
    bool has_records = app->batch.count > 0;
    app->submitted = gs_writer_submit(app->writer, &app->batch);
    if (has_records) {
        app->last_with_records = app->submitted;
    }
}

void gs_app_turn_overlap(struct gs_app *app)
{
    static const size_t worth_a_sync = 24; /* records; a booking makes three */
    if (app->batch.count >= worth_a_sync && !gs_writer_busy(app->writer)) {
        hand_over(app);
    }
}

void gs_app_turn_slice(struct gs_app *app)
{
    if (app->batch.count > 0 && !gs_writer_busy(app->writer)) {
        hand_over(app);
    }
}

static void schedule_due(struct gs_app *app)
{
    int64_t wait = gs_clock_wait(&app->clock, gs_book_next_due(app->book));
    const int64_t longest = 60 * 1000; /* the wall clock may have been set meanwhile: look again */
    if (wait > longest) {
        wait = longest;
    }
    struct timeval tv = {.tv_sec = wait / 1000, .tv_usec = (wait % 1000) * 1000};
    evtimer_add(app->due, &tv);
}

/* Is there something to store, but only in the journal (refusals, a start)? It changed nothing, so nobody waits for it: it goes along
 * with the next records, or alone within a second. Not while the disk is full: each failure would load the book again. */
static bool journal_alone(const struct gs_app *app)
{
    return app->batch.count == 0 && app->batch.journal.len > 0 && !app->storage_full;
}

void gs_app_turn_end(struct gs_app *app)
{
    static const size_t worth_a_sync = 64 << 10; /* bytes of journal */
    gs_app_clock_watch(app);
    if (!gs_writer_busy(app->writer)) {
        bool wanted = app->queries != NULL || app->stopping || app->batch.journal.len >= worth_a_sync;
        if (app->batch.count > 0 || (wanted && journal_alone(app))) {
            hand_over(app);
        }
        if (app->queries != NULL) {
            forward_queries(app);
        }
    }
    if (!app->stopping) {
        schedule_due(app);
    }
}

static void end_without_acknowledging(const struct gs_app *app, int err)
{
    const char *note = err == GS_E_CORRUPT ? "ending: nothing more is acknowledged from a store that is damaged"
                                           : "outcome unknown: ending, a restart reads what is stored";
    /* It has reported a failure and stands still, or soon will: what it has noted can be read. */
    const struct gs_store *store = gs_writer_pause(app->writer);
    gs_log(GS_LOG_ERROR, "store", "error=\"%s\" batch=%" PRIu64 " detail=\"%s\" note=\"%s\"", gs_strerror(err),
           app->submitted, gs_store_message(store), note);
    gs_log_flush();
    _Exit(1);
}

static void recover_from_full_disk(struct gs_app *app, const struct gs_writer_report *report)
{
    gs_log(GS_LOG_ERROR, "storage_full",
           "batch=%" PRIu64 " note=\"nothing of it was stored; new bookings are refused\"", report->failed);
    app->storage_full = true;
    gs_batch_clear(&app->batch);
    (void)gs_writer_pause(app->writer);
    gs_store_release_reserve(app->store);
    const struct timeval period = {.tv_usec = SPACE_MS * 1000};
    if (!event_pending(app->space, EV_TIMEOUT, NULL)) { /* added again, it would begin to wait anew at each failure */
        (void)event_add(app->space, &period);
    }
    int err = gs_app_load(app);
    if (err != GS_OK) {
        end_without_acknowledging(app, err);
    }
    gs_writer_resume(app->writer);
    app->clock_told = false; /* the event of it may have been in what was lost */
    gs_http_failed(app->http, report->failed);
    refuse_queries(app);
    app->durable = app->submitted;
    gs_http_durable(app->http, app->durable, app->durable_seq);
}

static void on_wake(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    struct gs_app *app = arg;
    struct gs_writer_report report = gs_writer_poll(app->writer);
    app->wake_ms = gs_monotonic_ms();
    gs_api_durable(app->api, &report.told);
    if (report.err == GS_E_FULL && report.failed > app->durable) {
        recover_from_full_disk(app, &report);
    } else if (report.err != GS_OK && report.err != GS_E_FULL) {
        end_without_acknowledging(app, report.err);
    } else if (report.durable > app->durable) {
        /* The writer has one batch at a time; but the one before it may have been done, and the next handed over, before this was told. */
        bool last = report.durable == app->submitted;
        app->durable = report.durable;
        app->durable_seq = last ? app->submitted_seq : app->earlier_seq;
        app->durable_now_ms = last ? app->submitted_now_ms : app->earlier_now_ms;
        gs_http_durable(app->http, app->durable, app->durable_seq);
        gs_app_webhooks_wake(app);
    }
}

static void on_due(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    struct gs_app *app = arg;
    gs_app_apply_due(app);
}

/* A reserve that could not be made, or not whole: said when it changes, not each second that it is tried again. */
static void tell_reserve(struct gs_app *app)
{
    const int64_t held = gs_store_reserve_bytes(app->store);
    if (held == app->reserve_told || app->storage_full) {
        return;
    }
    const int32_t wanted = gs_app_reserve_wanted(app);
    bool whole = held >= wanted;
    if (!whole || app->reserve_told >= 0) {
        gs_log(
            whole ? GS_LOG_NOTICE : GS_LOG_WARNING, "reserve", "bytes=%lld of=%d note=\"%s\"", (long long)held, wanted,
            whole ? "whole again"
                  : "there is too little space beside the store: when the disk is full, gate steps and cancellations "
                    "will not go on for long; it is tried again");
    }
    app->reserve_told = held;
}

/* Fewer copies than were promised, where the configuration lets the daemon go on: said when it changes. */
static void tell_copies(struct gs_app *app)
{
    struct gs_store_copies now, told = app->copies_told;
    gs_store_copies(app->store, &now);
    if (now.promised == told.promised && now.held == told.held) {
        return;
    }
    app->copies_told = now;
    if (now.held < now.promised) {
        gs_notify_status(now.held <= 1 ? "serving: ONE COPY of what is acknowledged"
                                       : "serving: fewer copies than promised");
        gs_log(GS_LOG_ERROR, "copies", "promised=%d held=%d note=\"%s\"", now.promised, now.held,
               now.held <= 1
                   ? "ONE COPY: what is acknowledged is lost if the server that has it is lost; bring the standby back"
                   : "what is acknowledged is on fewer servers than were promised; bring the standbys back");
    } else if (now.promised > 1) {
        gs_notify_status("serving");
        gs_log(GS_LOG_NOTICE, "copies", "promised=%d held=%d", now.promised, now.held);
    }
}

static void on_space(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    struct gs_app *app = arg;
    if (!gs_store_restore_reserve(app->store)) {
        return;
    }
    (void)event_del(app->space);
    if (app->storage_full) {
        gs_log(GS_LOG_NOTICE, "storage_recovered", "note=\"new bookings are taken again\"");
    }
    app->storage_full = false;
}

/* Asks the writer to archive, to erase and to forget what is old enough. How old it is, the stored time says, never a clock, which may
 * be wrong and set right again: a restart would find itself before the time of what it has put away. */
static void request_retention(struct gs_app *app)
{
    const int64_t day_ms = INT64_C(24) * 3600 * 1000;
    const struct gs_rules *rules = &app->config->rules;
    int64_t forget = app->durable_now_ms - GS_IDEMPOTENCY_DAYS * day_ms;
    gs_date erase = gs_tz_date(rules->tz, app->durable_now_ms) - rules->retention_days;
    gs_idem_keys_forget(&app->idem_keys, forget);
    gs_book_erase(app->book, erase);
    gs_writer_maintain(app->writer, gs_book_first_date_at(rules, app->durable_now_ms), erase, forget);
}

static void on_second(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    struct gs_app *app = arg;
    on_space(-1, 0, app); /* a start on a full disk could not make a reserve */
    tell_reserve(app);
    tell_copies(app);
    gs_app_sum_refusals(app, false);
    if (journal_alone(app) && !gs_writer_busy(app->writer)) {
        hand_over(app);
    }
    gs_app_certificate_watch(app);
    if (gs_app_clock_second(app)) {
        hand_over(app);
    }
    request_retention(app);
    if (!app->storage_full) {
        gs_api_second(app->api);
    }
    gs_app_webhooks_second(app);
    gs_app_give_memory_back(app);
    if (app->submitted == app->durable || gs_monotonic_ms() - app->wake_ms < 30 * 1000) {
        gs_notify_alive(); /* not while the writer hangs: then the service manager's watchdog restarts the daemon */
    }
}

int gs_app_turn_init(struct gs_app *app, int wake_fd)
{
    app->queries_end = &app->queries;
    app->wake_ms = gs_monotonic_ms();
    app->wake = event_new(app->base, wake_fd, EV_READ | EV_PERSIST, on_wake, app);
    app->due = evtimer_new(app->base, on_due, app);
    app->second = event_new(app->base, -1, EV_PERSIST, on_second, app);
    app->space = event_new(app->base, -1, EV_PERSIST, on_space, app);
    if (app->wake == NULL || app->due == NULL || app->second == NULL || app->space == NULL) {
        return GS_E_NOMEM;
    }
    const struct timeval second = {.tv_sec = 1};
    if (event_add(app->wake, NULL) != 0 || event_add(app->second, &second) != 0) {
        return GS_E_NOMEM;
    }
    app->reserve_told = -1;
    tell_reserve(app);
    tell_copies(app);
    schedule_due(app);
    return GS_OK;
}

static void drop_queries(struct gs_app *app)
{
    while (app->queries != NULL) {
        struct gs_waiting_query *next = app->queries->next;
        free(app->queries);
        app->queries = next;
    }
}

void gs_app_turn_finish(struct gs_app *app)
{
    drop_queries(app); /* their askers have gone, or go now: nobody is called */
    struct event **all[] = {&app->wake, &app->due, &app->second, &app->space};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if (*all[i] != NULL) {
            event_free(*all[i]);
        }
        *all[i] = NULL;
    }
}
