/* Answers for what the daemon says of itself: when it started, the configuration in force and what became of the last reload, for
 * /v1/status; and its own numbers as Prometheus reads them, for /metrics. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "gateslot/base/log.h"
#include "gateslot/base/sha256.h"
#include "gateslot/core/company.h"

static void write_hex(const unsigned char *bytes, size_t count, char *out)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < count; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    out[2 * count] = '\0';
}

void gs_app_state(struct gs_app *app, struct gs_daemon_state *out)
{
    unsigned char hash[GS_SHA256_BYTES];
    const struct gs_piece text = {app->config->text, app->config->text_len};
    *out = (struct gs_daemon_state){.started_ms = app->started_ms,
                                    .loaded_ms = app->loaded_ms,
                                    .wall_ms = gs_wall_ms(),
                                    .config_path = app->options.config_path,
                                    .reload = &app->reload,
                                    .connections = gs_http_connections(app->http),
                                    .certificate_fingerprint = ""};
    if (app->tls != NULL) {
        out->certificate_expiry_ms = gs_tls_server_expiry_s(app->tls) * 1000;
        out->certificate_fingerprint = gs_tls_server_fingerprint(app->tls);
    }
    gs_http_state(app->http, &out->clients);
    gs_sha256(&text, 1, hash);
    write_hex(hash, sizeof hash, out->config_sha256);
}

/* ---- metrics ---- */

static void head(struct gs_buf *out, const char *name, const char *type, const char *help)
{
    gs_buf_printf(out, "# HELP gateslot_%s %s\n# TYPE gateslot_%s %s\n", name, help, name, type);
}

static void metric(struct gs_buf *out, const char *name, const char *type, const char *help, uint64_t value)
{
    head(out, name, type, help);
    gs_buf_printf(out, "gateslot_%s %" PRIu64 "\n", name, value);
}

/* An instant that is not known is not shown: 0 would be 1970. */
static void instant(struct gs_buf *out, const char *name, const char *help, int64_t at_ms)
{
    if (at_ms > 0) {
        head(out, name, "gauge", help);
        gs_buf_printf(out, "gateslot_%s %" PRId64 ".%03d\n", name, at_ms / 1000, (int)(at_ms % 1000));
    }
}

static void write_daemon(struct gs_app *app, struct gs_buf *out)
{
    head(out, "build_info", "gauge", "Always 1; the version is in the label.");
    gs_buf_printf(out, "gateslot_build_info{version=\"%s\"} 1\n", GATESLOT_VERSION);
    instant(out, "start_time_seconds", "The site's time when the daemon started.", app->started_ms);
    instant(out, "site_time_seconds", "The site's time now; a drill's clock in a drill.", gs_app_now(app));
    instant(out, "config_load_time_seconds", "The site's time when the configuration in force was read.",
            app->loaded_ms);
    metric(out, "config_last_reload_successful", "gauge",
           "1 if the last reload was taken over, or none was asked for; 0 if the old configuration stayed.",
           app->reload.at_ms == 0 || app->reload.ok);
    instant(out, "config_last_reload_time_seconds", "The site's time of the last reload, taken over or not.",
            app->reload.at_ms);
    metric(out, "reloads_total", "counter", "Configurations taken over while running.", app->count.reloads);
    metric(out, "failed_reloads_total", "counter", "Reloads that were not taken over.", app->count.failed_reloads);
    instant(out, "last_backup_time_seconds", "The site's time when the last backup was made and found whole.",
            app->last_backup.at_ms);
    metric(out, "clock_refused", "gauge", "1 while the wall clock has leapt and is not followed.", app->clock.refused);
    metric(out, "clock_leaps_total", "counter", "Leaps of the wall clock that were refused.", app->clock.leaps);
    metric(out, "log_lines_dropped_total", "counter", "Log lines that could not be written.", gs_log_dropped());
}

/* Nothing where there is no certificate. */
static void write_tls(const struct gs_app *app, struct gs_buf *out)
{
    struct gs_tls_counts counts;
    if (app->tls == NULL) {
        return;
    }
    gs_http_tls_counts(app->http, &counts);
    instant(out, "tls_certificate_expiry_time_seconds", "When the certificate in force expires, in real time.",
            gs_tls_server_expiry_s(app->tls) * 1000);
    head(out, "tls_handshakes_total", "counter", "Handshakes: full ones, those that took up a session, failed ones.");
    gs_buf_printf(out, "gateslot_tls_handshakes_total{result=\"full\"} %" PRIu64 "\n", counts.done - counts.resumed);
    gs_buf_printf(out, "gateslot_tls_handshakes_total{result=\"resumed\"} %" PRIu64 "\n", counts.resumed);
    gs_buf_printf(out, "gateslot_tls_handshakes_total{result=\"failed\"} %" PRIu64 "\n", counts.failed);
}

static void write_clients(const struct gs_app *app, struct gs_buf *out)
{
    static const char *const classes[GS_CLIENT_CLASSES] = {"unknown", "program", "staff"};
    struct gs_http_state s;
    gs_http_state(app->http, &s);
    metric(out, "connections", "gauge", "Open connections.", (uint64_t)gs_http_connections(app->http));
    head(out, "clients", "gauge", "Of these, by what their clients have shown themselves to be.");
    for (int class = 0; class < GS_CLIENT_CLASSES; class ++) {
        gs_buf_printf(out, "gateslot_clients{class=\"%s\"} %" PRId32 "\n", classes[class], s.connections[class]);
    }
    metric(out, "local_connections", "gauge", "Of these, those over a Unix socket.", (uint64_t)s.over_unix);
    metric(out, "client_memory_bytes", "gauge", "Memory held for all clients.", s.client_memory);
    metric(out, "client_memory_max_bytes", "gauge", "Beyond it the largest debtors are disconnected.",
           s.client_memory_max);
    head(out, "connections_dropped_total", "counter", "Connections closed for the sake of the others, by reason.");
    for (int why = 0; why < GS_DROP_REASONS; why++) {
        gs_buf_printf(out, "gateslot_connections_dropped_total{reason=\"%s\"} %" PRIu64 "\n",
                      gs_drop_reason_name((enum gs_drop_reason)why), s.dropped[why]);
    }
}

static void write_store(struct gs_app *app, struct gs_buf *out)
{
    const struct gs_store_times *times = gs_store_times(app->store);
    metric(out, "commands_total", "counter", "Commands applied or refused.", app->count.commands);
    metric(out, "refusals_total", "counter", "Commands refused.", app->count.refusals);
    metric(out, "refusals_summed_total", "counter", "Of these, those that the journal only counts.",
           (uint64_t)app->refusals.summed);
    metric(out, "batches_total", "counter", "Batches handed to the writer.", app->count.batches);
    metric(out, "records_total", "counter", "Records in those batches.", app->count.records);
    metric(out, "largest_batch_records", "gauge", "Most records in one batch.", app->count.largest_batch);
    metric(out, "durable_seq", "gauge", "Number of the last event on disk.", (uint64_t)app->durable_seq);
    metric(out, "storage_full", "gauge", "1 while new bookings are refused because the disk is full.",
           app->storage_full);
    if (gs_app_reserve_wanted(app) > 0) {
        metric(out, "reserve_bytes", "gauge", "Disk space held for the time when the disk is full.",
               (uint64_t)gs_store_reserve_bytes(app->store));
    }
    struct gs_store_copies copies;
    gs_store_copies(app->store, &copies);
    metric(out, "store_copies_promised", "gauge", "Copies of what is acknowledged that the configuration promises.",
           (uint64_t)copies.promised);
    metric(out, "store_copies_held", "gauge", "Copies of it that there are, as the servers are set up now.",
           (uint64_t)copies.held);
    gs_histogram_write(out, "gateslot_commit_duration_seconds",
                       "How long a batch took to be written and synced by the store.", &times->commit);
    gs_histogram_write(out, "gateslot_fdatasync_duration_seconds", "How long the disk took to sync the store's log.",
                       &times->sync);
}

static void write_webhooks(struct gs_app *app, struct gs_buf *out)
{
    size_t pending = 0, failing = 0;
    int64_t unread = 0, oldest_ms = 0;
    struct gs_webhook_view v;
    for (size_t i = 0; gs_app_webhook_view(app, i, &v); i++) {
        const bool on = v.row->off == GS_WEBHOOK_ON;
        pending += on ? v.pending : 0;
        unread += on ? v.unread : 0;
        failing += !on || v.row->failing_ms != 0 ? 1 : 0;
        oldest_ms = on && v.oldest_ms != 0 && (oldest_ms == 0 || v.oldest_ms < oldest_ms) ? v.oldest_ms : oldest_ms;
    }
    head(out, "webhook_deliveries_total", "counter", "Attempts to deliver to webhooks, by what became of them.");
    for (int r = 0; r < GS_WEBHOOK_RESULTS; r++) {
        gs_buf_printf(out, "gateslot_webhook_deliveries_total{result=\"%s\"} %" PRIu64 "\n",
                      gs_webhook_result_name((enum gs_webhook_result)r),
                      gs_app_webhook_outcomes(app, (enum gs_webhook_result)r));
    }
    metric(out, "webhook_pending_events", "gauge", "Events for webhooks that were looked at and are not delivered.",
           pending);
    metric(out, "webhook_unread_events", "gauge", "Events that webhooks have not looked at yet.", (uint64_t)unread);
    metric(out, "webhooks_failing", "gauge", "Webhooks that are disabled, or whose latest attempt failed.", failing);
    instant(out, "webhook_oldest_event_time_seconds",
            "The site's time when the oldest event happened that is not delivered.", oldest_ms);
}

static void write_events(const struct gs_app *app, struct gs_buf *out)
{
    head(out, "events_total", "counter",
         "Events handed to the writer since the start, by type: booking.no_show, strike.recorded and so on.");
    for (int type = 0; type < GS_EVENT_TYPES; type++) {
        const char *name = gs_event_type_name((enum gs_event_type)type);
        if (name != NULL) {
            gs_buf_printf(out, "gateslot_events_total{type=\"%s\"} %" PRIu64 "\n", name, app->count.events[type]);
        }
    }
}

/* Of the present date; ids of windows have nothing to escape. */
static void write_places(const struct gs_app *app, struct gs_buf *out)
{
    static const struct {
        const char *name, *help;
    } gauges[] = {{"window_capacity_places", "Places of each window of the present date; 0 where closed."},
                  {"window_booked_places", "Of these, those that are taken."},
                  {"window_free_places", "Of these, those that are free; below 0 after a cut."}};
    const struct gs_book *book = app->book;
    struct gs_window_view w;
    for (int g = 0; g < 3; g++) {
        head(out, gauges[g].name, "gauge", gauges[g].help);
        for (int32_t i = 0; gs_book_window(book, gs_book_today(book), i, &w); i++) {
            int32_t capacity = w.closed ? 0 : w.capacity + w.overbooking;
            int32_t value = g == 0 ? capacity : g == 1 ? w.booked : capacity - w.booked;
            gs_buf_printf(out, "gateslot_%s{window=\"%s\"} %" PRId32 "\n", gauges[g].name, w.id, value);
        }
    }
}

static void write_book(const struct gs_app *app, struct gs_buf *out)
{
    const struct gs_book *book = app->book;
    metric(out, "bookings_in_memory", "gauge", "Bookings the book holds.", gs_book_count(book));
    metric(out, "waitlist_length", "gauge", "Bookings that wait for a place, of all dates.", gs_book_waiting(book));
    metric(out, "bays", "gauge", "Bays of the yard.", (uint64_t)gs_book_rules(book)->bays);
    metric(out, "trucks_inside", "gauge", "Bays in use.", (uint64_t)gs_book_inside(book));
    metric(out, "trucks_held", "gauge", "Trucks that have arrived and are not inside yet.",
           gs_book_yard(book, false, NULL, 0));
}

/* Names of tokens and users have nothing to escape. */
static void write_late(const struct gs_app *app, struct gs_buf *out)
{
    const char *name;
    int32_t late, missed;
    head(out, "bookings_cancelled_late", "gauge",
         "Bookings cancelled less than four hours ahead within quota.late_days, by the name that made them.");
    for (int32_t i = 0; gs_company_name_late(app->book, i, &name, &late, &missed); i++) {
        if (late > 0) {
            gs_buf_printf(out, "gateslot_bookings_cancelled_late{name=\"%s\"} %" PRId32 "\n", name, late);
        }
    }
}

void gs_app_metrics(struct gs_app *app, struct gs_buf *out)
{
    gs_app_apply_due(app);
    write_daemon(app, out);
    write_tls(app, out);
    write_clients(app, out);
    write_store(app, out);
    write_book(app, out);
    write_places(app, out);
    write_late(app, out);
    write_events(app, out);
    write_webhooks(app, out);
}
