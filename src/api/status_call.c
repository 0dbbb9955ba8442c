/* The call that shows how the daemon is: its health and what impairs it, clock, configuration, store, last backup, counts. What the
 * store knows of itself is asked of it. */
#include "booking_json.h"
#include "handlers.h"
#include "query_store.h"
#include "reply.h"

struct impairment {
    const char *code;
    struct gs_words detail;
};

static const struct impairment stopping = {"stopping", {{"服务正在停止。", "The daemon is stopping."}}};
static const struct impairment untrusted = {
    "clock_untrusted",
    {{"服务器时钟发生跳变，未被采用，暂停办理；请校正时钟，或由主管执行 gateslot clock accept。",
      "The machine's clock leapt and is not followed, so nothing is decided: set it right, or a supervisor runs "
      "gateslot "
      "clock accept."}}};
static const struct impairment full = {"storage_full",
                                       {{"磁盘已满，暂不接受新预约；入场、离场和取消照常办理。",
                                         "The disk is full: no new bookings; gate steps and cancellations go on."}}};
static const struct impairment reserve_short = {
    "reserve_short",
    {{"为磁盘写满预留的空间不足。", "There is too little space for the reserve that is kept for a full disk."}}};
static const struct impairment one_copy = {"fewer_copies",
                                           {{"已受理的数据现在只有一份，少于配置承诺的份数：此时若主数据库服务器损坏，"
                                             "数据会丢失。请尽快恢复备用数据库服务器。",
                                             "What is acknowledged is on one server alone, fewer than were promised: "
                                             "if that one is lost now, so is the data. Bring "
                                             "the standby back."}}};
static const struct impairment fewer_copies = {
    "fewer_copies",
    {{"已受理的数据份数少于配置的承诺。请尽快恢复备用数据库服务器。",
      "What is acknowledged is on fewer servers than were promised. Bring the standbys back."}}};
static const struct impairment reload_failed = {"reload_failed",
                                                {{"最近一次重新载入配置未通过，仍在使用原配置。",
                                                  "The last reload was not taken over: the old configuration stays."}}};

static const struct impairment expiring = {
    "certificate_expiring",
    {{"TLS 证书已过期或将在三周内到期：请更换证书文件并重新载入配置。",
      "The TLS certificate has expired, or will within three weeks: put a new one in its place and reload."}}};

static const struct impairment webhook_stuck = {
    "webhook_stuck",
    {{"有 Webhook 送不出去，或已被自动停用：见 gateslot webhook list。",
      "A webhook does not deliver, or was disabled for it: see gateslot webhook list."}}};

enum { CERTIFICATE_WARNED_DAYS = 21, DAY_MS = 86400000, WEBHOOK_STUCK_MS = 15 * 60 * 1000 };

static void write_impairments(struct gs_json *j, const struct impairment *const *list, size_t count, enum gs_lang lang)
{
    gs_json_array(j, "problems");
    for (size_t i = 0; i < count; i++) {
        gs_json_object(j, NULL);
        gs_json_str(j, "code", list[i]->code);
        gs_json_str(j, "detail", list[i]->detail.text[lang]);
        gs_json_end_object(j);
    }
    gs_json_end_array(j);
}

/* By real time, as clients judge it. */
static bool certificate_ends(const struct gs_daemon_state *s)
{
    return s->certificate_expiry_ms > 0 &&
           s->certificate_expiry_ms - s->wall_ms < (int64_t)CERTIFICATE_WARNED_DAYS * DAY_MS;
}

/* One that is off by hand is meant to be. */
static bool webhook_is_stuck(const struct gs_service *service)
{
    struct gs_webhook_view v;
    const int64_t now_ms = service->now_ms(service->self);
    for (size_t i = 0; service->webhook(service->self, i, &v); i++) {
        const bool on = v.row->off == GS_WEBHOOK_ON;
        if ((on && v.row->failing_ms != 0 && now_ms - v.row->failing_ms >= WEBHOOK_STUCK_MS) ||
            (!on && v.row->off != GS_WEBHOOK_OFF_BY_HAND)) {
            return true;
        }
    }
    return false;
}

static void write_health(struct gs_json *j, const struct gs_service *service, const struct gs_health *h,
                         const struct gs_daemon_state *s, enum gs_lang lang)
{
    const struct gs_reload_note *reload = s->reload;
    const struct impairment *list[8];
    size_t count = 0;
    if (h->stopping) {
        list[count++] = &stopping;
    }
    if (h->clock_refused) {
        list[count++] = &untrusted;
    }
    if (h->storage_full) {
        list[count++] = &full;
    }
    if (h->copies_held < h->copies_promised) {
        list[count++] = h->copies_held <= 1 ? &one_copy : &fewer_copies;
    }
    if (h->reserve_bytes < h->reserve_wanted && !h->storage_full) {
        list[count++] = &reserve_short;
    }
    if (reload->at_ms > 0 && !reload->ok) {
        list[count++] = &reload_failed;
    }
    if (certificate_ends(s)) {
        list[count++] = &expiring;
    }
    if (webhook_is_stuck(service)) {
        list[count++] = &webhook_stuck;
    }
    gs_json_str(j, "status", count == 0 ? "healthy" : "degraded");
    gs_json_bool(j, "ready", !h->stopping && !h->clock_refused);
    write_impairments(j, list, count, lang);
}

static void write_config(struct gs_json *j, const struct gs_daemon_state *s, const struct gs_tz *tz)
{
    const struct gs_reload_note *r = s->reload;
    gs_json_object(j, "config");
    gs_json_str(j, "path", s->config_path);
    gs_json_time(j, "loaded_at", s->loaded_ms, tz);
    gs_json_str(j, "sha256", s->config_sha256);
    if (r->at_ms == 0) {
        gs_json_null(j, "last_reload");
    } else {
        gs_json_object(j, "last_reload");
        gs_json_time(j, "at", r->at_ms, tz);
        gs_json_bool(j, "taken_over", r->ok);
        gs_json_array(j, "faults");
        for (size_t i = 0; i < r->shown; i++) {
            gs_json_str(j, NULL, r->sentences[i]);
        }
        gs_json_end_array(j);
        gs_json_int(j, "fault_count", (int64_t)r->faults);
        gs_json_end_object(j);
    }
    gs_json_end_object(j);
}

static void write_certificate(struct gs_json *j, const struct gs_daemon_state *s, const struct gs_tz *tz)
{
    if (s->certificate_expiry_ms == 0) {
        gs_json_null(j, "certificate");
        return;
    }
    gs_json_object(j, "certificate");
    gs_json_time(j, "expires_at", s->certificate_expiry_ms, tz);
    gs_json_int(j, "days_left", (s->certificate_expiry_ms - s->wall_ms) / DAY_MS);
    gs_json_str(j, "sha256", s->certificate_fingerprint);
    gs_json_end_object(j);
}

static void write_clock(struct gs_json *j, const struct gs_service *service, const struct gs_health *h,
                        const struct gs_daemon_state *s, const struct gs_tz *tz)
{
    gs_json_object(j, "clock");
    gs_json_time(j, "site_time", service->now_ms(service->self), tz);
    gs_json_time(j, "wall_time", s->wall_ms, tz);
    gs_json_bool(j, "trusted", !h->clock_refused);
    gs_json_int(j, "leap_seconds", h->clock_refused ? h->leap_ms / 1000 : 0);
    gs_json_end_object(j);
}

static void write_store(struct gs_json *j, const struct gs_store_state *s, const struct gs_health *h,
                        const struct gs_tz *tz)
{
    if (s->backup_at_ms > 0) {
        gs_json_object(j, "last_backup");
        gs_json_time(j, "at", s->backup_at_ms, tz);
        gs_json_str(j, "path", s->backup_path);
        gs_json_int(j, "bytes", s->backup_bytes);
        gs_json_end_object(j);
    } else {
        gs_json_null(j, "last_backup");
    }
    gs_json_object(j, "store");
    gs_json_str(j, "path", s->path);
    gs_json_int(j, "bytes", s->bytes);
    gs_json_int(j, "log_bytes", s->log_bytes);
    gs_json_int(j, "epoch", s->epoch);
    gs_json_int(j, "bookings", s->bookings);
    gs_json_int(j, "archived_bookings", s->archived);
    gs_json_int(j, "events", s->events);
    gs_json_int(j, "journal_rows", s->journal_rows);
    gs_json_bool(j, "storage_full", h->storage_full);
    gs_json_int(j, "reserve_bytes", h->reserve_bytes);
    gs_json_int(j, "reserve_wanted_bytes", h->reserve_wanted);
    gs_json_int(j, "copies_promised", h->copies_promised);
    gs_json_int(j, "copies_held", h->copies_held);
    gs_json_end_object(j);
}

static void write_counts(struct gs_json *j, const struct gs_book *book)
{
    gs_json_object(j, "counts");
    gs_json_int(j, "bookings_in_memory", (int64_t)gs_book_count(book));
    gs_json_int(j, "waiting", (int64_t)gs_book_waiting(book));
    gs_json_int(j, "inside", gs_book_inside(book));
    gs_json_int(j, "held", (int64_t)gs_book_yard(book, false, NULL, 0));
    gs_json_int(j, "bays", gs_book_rules(book)->bays);
    gs_json_end_object(j);
}

static void write_clients(struct gs_json *j, const struct gs_http_state *s)
{
    gs_json_object(j, "clients");
    gs_json_int(j, "unknown", s->connections[GS_CLIENT_ANONYMOUS]);
    gs_json_int(j, "programs", s->connections[GS_CLIENT_PROGRAM]);
    gs_json_int(j, "staff", s->connections[GS_CLIENT_STAFF]);
    gs_json_int(j, "local", s->over_unix);
    gs_json_int(j, "memory_bytes", (int64_t)s->client_memory);
    gs_json_int(j, "memory_max_bytes", (int64_t)s->client_memory_max);
    gs_json_object(j, "dropped");
    for (int why = 0; why < GS_DROP_REASONS; why++) {
        gs_json_int(j, gs_drop_reason_name((enum gs_drop_reason)why), (int64_t)s->dropped[why]);
    }
    gs_json_end_object(j);
    gs_json_end_object(j);
}

static void store_described(void *arg, struct gs_answer *answer)
{
    struct gs_exchange *x = arg;
    const struct gs_api *api = gs_api_of(x);
    const struct gs_service *service = &api->service;
    const struct gs_book *book;
    const struct gs_tz *tz;
    struct gs_health health;
    struct gs_daemon_state state;
    if (answer->err != GS_OK) {
        gs_query_failed(x, answer->err);
        return;
    }
    book = service->apply_due(service->self);
    tz = gs_book_rules(book)->tz;
    service->health(service->self, &health);
    service->state(service->self, &state);
    struct gs_json j = gs_reply_begin(x);
    gs_json_object(&j, NULL);
    write_health(&j, service, &health, &state, gs_caller(x)->lang);
    gs_json_str(&j, "version", api->version);
    gs_json_time(&j, "started_at", state.started_ms, tz);
    gs_json_bool(&j, "drill", service->drill(service->self));
    write_clock(&j, service, &health, &state, tz);
    write_config(&j, &state, tz);
    write_certificate(&j, &state, tz);
    write_store(&j, &answer->store, &health, tz);
    write_counts(&j, book);
    gs_json_int(&j, "connections", state.connections);
    write_clients(&j, &state.clients);
    gs_json_end_object(&j);
    gs_reply_json(x, 200);
}

void gs_handle_status(struct gs_call *c)
{
    const struct gs_query query = {.kind = GS_QUERY_STORE};
    gs_query_store(c->x, &query, store_described, c->x);
}
