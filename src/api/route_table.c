/* The table of routes: method, path, who may call it, what may be sent, and the handler. It is the first gate: a role that is not
 * named here gets no further. The second is the core's own table (which role may give which command), so that a row set wrong here
 * opens nothing. The most called routes stand first. */
#include "handlers.h"

#define BACKEND (1U << GS_ROLE_BACKEND)
#define GATE (1U << GS_ROLE_GATE)
#define SUPERVISOR (1U << GS_ROLE_SUPERVISOR)
#define DISPLAY (1U << GS_ROLE_DISPLAY)
#define METRICS (1U << GS_ROLE_METRICS)
#define BOOKERS (BACKEND | GATE | SUPERVISOR)
#define STAFF (GATE | SUPERVISOR)
#define SECRET (GS_ROUTE_BODY_REQUIRED | GS_ROUTE_SECRET)
#define ANY (BACKEND | GATE | SUPERVISOR | DISPLAY | METRICS)

#define STEP(name, who, kind)                                                                                          \
    {                                                                                                                  \
        GS_POST, "/v1/bookings/{id}/" name, who, GS_ROUTE_KEY | GS_ROUTE_BODY, gs_handle_step, NULL, kind              \
    }

/* The same file for all: the page itself looks at its path. */
#define PAGE(path)                                                                                                     \
    {                                                                                                                  \
        GS_GET, path, 0, GS_ROUTE_PUBLIC | GS_ROUTE_PAGE, gs_handle_web_page, NULL, 0                                  \
    }

static const char *const list_params[] = {"date",      "window", "status", "company", "q",
                                          "reference", "limit",  "cursor", NULL};
static const char *const range_params[] = {"from", "to", NULL};
static const char *const plan_params[] = {"until", "dry_run", "plan_id", NULL};
static const char *const gate_params[] = {"date", "window", NULL};
static const char *const date_params[] = {"date", NULL};
static const char *const report_params[] = {"from", "to", "by", NULL};
static const char *const event_params[] = {"after", "limit", "wait", "last", "since", "type", "by", "text", NULL};
static const char *const stream_params[] = {"after", "type", "by", "text", NULL};
static const char *const page_params[] = {"limit", "cursor", NULL};
static const char *const strike_params[] = {"plate", "uscc", "limit", "cursor", NULL};
static const char *const audit_params[] = {"from", NULL};

enum { NEW_BOOKING = GS_ROUTE_KEY | GS_ROUTE_KEY_REQUIRED | GS_ROUTE_BODY_REQUIRED };

const struct gs_route gs_route_table[] = {
    {GS_POST, "/v1/bookings", BOOKERS, NEW_BOOKING | GS_ROUTE_TIMED, gs_handle_book, NULL, GS_CMD_BOOK},
    {GS_POST, GS_BATCH_PATH, BOOKERS, GS_ROUTE_BODY_REQUIRED, gs_handle_book_batch, NULL, -1},
    {GS_GET, "/v1/slots", BOOKERS | DISPLAY, 0, gs_handle_slots, range_params, 0},
    {GS_POST, "/v1/gate/check", STAFF, GS_ROUTE_BODY_REQUIRED | GS_ROUTE_TIMED, gs_handle_gate_check, NULL, -1},
    {GS_GET, "/v1/gate/list", STAFF | DISPLAY, 0, gs_handle_gate_list, gate_params, 0},
    {GS_GET, "/v1/yard", STAFF | DISPLAY, 0, gs_handle_yard, NULL, 0},
    {GS_GET, "/v1/bookings/{id}", BOOKERS, 0, gs_handle_booking, NULL, 0},
    {GS_GET, "/v1/bookings", BOOKERS, 0, gs_handle_booking_list, list_params, 0},
    {GS_GET, "/v1/events", BOOKERS, 0, gs_handle_events, event_params, 0},
    {GS_GET, "/v1/events/stream", BOOKERS, 0, gs_handle_event_stream, stream_params, 0},
    {GS_GET, "/v1/bookings/{id}/history", BOOKERS, 0, gs_handle_history, page_params, 0},
    {GS_PATCH, "/v1/bookings/{id}", BOOKERS, GS_ROUTE_BODY_REQUIRED, gs_handle_change, NULL, GS_CMD_CHANGE},
    STEP("cancel", BOOKERS, GS_CMD_CANCEL),
    STEP("delay", BOOKERS, GS_CMD_DELAY),
    {GS_POST, "/v1/bookings/{id}/reschedule", BOOKERS, GS_ROUTE_KEY | GS_ROUTE_BODY_REQUIRED, gs_handle_step, NULL,
     GS_CMD_RESCHEDULE},
    STEP("arrive", STAFF, GS_CMD_ARRIVE),
    STEP("enter", STAFF, GS_CMD_ENTER),
    STEP("admit", STAFF, GS_CMD_ADMIT),
    STEP("clear", STAFF, GS_CMD_CLEAR),
    STEP("depart", STAFF, GS_CMD_DEPART),
    STEP("refuse", STAFF, GS_CMD_REFUSE),
    STEP("revert", STAFF, GS_CMD_REVERT),
    STEP("reinstate", STAFF, GS_CMD_REINSTATE),
    STEP("excuse", SUPERVISOR, GS_CMD_EXCUSE),
    {GS_POST, "/v1/gate/walk-ins", STAFF, GS_ROUTE_KEY | GS_ROUTE_BODY_REQUIRED, gs_handle_walk_in, NULL,
     GS_CMD_WALK_IN},
    {GS_GET, "/v1/capacity", STAFF, 0, gs_handle_capacity, range_params, 0},
    {GS_PUT, "/v1/capacity/{date}/{window}", SUPERVISOR, GS_ROUTE_BODY_REQUIRED, gs_handle_capacity_set, plan_params,
     GS_CMD_CAPACITY_SET},
    {GS_DELETE, "/v1/capacity/{date}/{window}", SUPERVISOR, GS_ROUTE_BODY, gs_handle_capacity_reset, plan_params,
     GS_CMD_CAPACITY_RESET},
    {GS_GET, "/v1/reports/daily", STAFF, 0, gs_handle_report, date_params, 0},
    {GS_GET, "/v1/reports", STAFF, 0, gs_handle_range_report, report_params, 0},
    {GS_GET, "/v1/strikes", STAFF, 0, gs_handle_strikes, strike_params, 0},
    {GS_GET, "/v1/companies/{uscc}", STAFF, 0, gs_handle_company, range_params, 0},
    {GS_GET, "/v1/status", STAFF, 0, gs_handle_status, NULL, 0},
    {GS_GET, "/v1/site", ANY, 0, gs_handle_site, NULL, 0},
    {GS_GET, "/v1/tokens", SUPERVISOR, 0, gs_handle_token_list, NULL, 0},
    {GS_POST, "/v1/tokens", SUPERVISOR, GS_ROUTE_BODY_REQUIRED, gs_handle_token_create, NULL, 0},
    {GS_DELETE, "/v1/tokens/{name}", SUPERVISOR, 0, gs_handle_token_revoke, NULL, 0},
    {GS_POST, "/v1/tokens/{name}/confirm", SUPERVISOR, 0, gs_handle_token_confirm, NULL, 0},
    {GS_GET, "/v1/session", ANY, 0, gs_handle_session, NULL, 0},
    {GS_POST, "/v1/session", 0, GS_ROUTE_PUBLIC | SECRET, gs_handle_login, NULL, 0},
    {GS_DELETE, "/v1/session", ANY, 0, gs_handle_logout, NULL, 0},
    {GS_PATCH, "/v1/session", ANY, GS_ROUTE_BODY_REQUIRED, gs_handle_own_language, NULL, 0},
    {GS_POST, "/v1/session/password", ANY, SECRET, gs_handle_own_password, NULL, 0},
    {GS_PUT, "/v1/session/person", GATE, SECRET, gs_handle_person, NULL, 0},
    {GS_DELETE, "/v1/session/person", GATE, 0, gs_handle_person_leave, NULL, 0},
    {GS_GET, "/v1/pairings", SUPERVISOR, 0, gs_handle_pairing_list, NULL, 0},
    {GS_POST, "/v1/pairings", SUPERVISOR, GS_ROUTE_BODY_REQUIRED, gs_handle_pairing_create, NULL, 0},
    {GS_DELETE, "/v1/pairings/{name}", SUPERVISOR, 0, gs_handle_pairing_delete, NULL, 0},
    {GS_GET, "/v1/devices", SUPERVISOR, 0, gs_handle_device_list, NULL, 0},
    {GS_DELETE, "/v1/devices/{name}", SUPERVISOR, 0, gs_handle_device_revoke, NULL, 0},
    {GS_GET, "/v1/users", SUPERVISOR, 0, gs_handle_user_list, NULL, 0},
    {GS_POST, "/v1/users", SUPERVISOR, SECRET, gs_handle_user_create, NULL, 0},
    {GS_GET, "/v1/users/{name}", SUPERVISOR, 0, gs_handle_user, NULL, 0},
    {GS_PATCH, "/v1/users/{name}", SUPERVISOR, SECRET, gs_handle_user_change, NULL, 0},
    {GS_DELETE, "/v1/users/{name}", SUPERVISOR, 0, gs_handle_user_delete, NULL, 0},
    {GS_POST, "/v1/users/{name}/confirm", SUPERVISOR, 0, gs_handle_user_confirm, NULL, 0},
    {GS_GET, "/v1/webhooks", SUPERVISOR, 0, gs_handle_webhook_list, NULL, 0},
    {GS_POST, "/v1/webhooks", SUPERVISOR, SECRET, gs_handle_webhook_create, NULL, 0},
    {GS_GET, "/v1/webhooks/{name}", SUPERVISOR, 0, gs_handle_webhook, NULL, 0},
    {GS_PATCH, "/v1/webhooks/{name}", SUPERVISOR, SECRET, gs_handle_webhook_change, NULL, 0},
    {GS_DELETE, "/v1/webhooks/{name}", SUPERVISOR, 0, gs_handle_webhook_delete, NULL, 0},
    {GS_POST, "/v1/webhooks/{name}/test", SUPERVISOR, 0, gs_handle_webhook_test, NULL, 0},
    {GS_POST, "/v1/webhooks/{name}/secret", SUPERVISOR, GS_ROUTE_BODY, gs_handle_webhook_secret, NULL, 0},
    {GS_PUT, "/v1/drill/clock", SUPERVISOR, GS_ROUTE_BODY_REQUIRED, gs_handle_clock, NULL, 0},
    {GS_POST, "/v1/config/preview", SUPERVISOR, GS_ROUTE_BODY_YAML, gs_handle_config_preview, NULL, 0},
    {GS_POST, "/v1/clock/accept", SUPERVISOR, 0, gs_handle_clock_accept, NULL, 0},
    {GS_POST, "/v1/backup", SUPERVISOR, GS_ROUTE_BODY, gs_handle_backup, NULL, 0},
    {GS_GET, "/v1/audit", SUPERVISOR, 0, gs_handle_audit, audit_params, 0},
    {GS_GET, "/v1/audit/decisions", SUPERVISOR, 0, gs_handle_replay, date_params, 0},
    {GS_GET, "/v1/audit/integrity", SUPERVISOR, 0, gs_handle_integrity, NULL, 0},
    {GS_GET, "/v1/openapi.json", ANY, 0, gs_handle_openapi, NULL, 0},
    {GS_GET, "/metrics", METRICS | SUPERVISOR, 0, gs_handle_metrics, NULL, 0},
    {GS_GET, "/livez", 0, GS_ROUTE_PUBLIC | GS_ROUTE_ALWAYS, gs_handle_live, NULL, 0},
    {GS_GET, "/readyz", 0, GS_ROUTE_PUBLIC | GS_ROUTE_ALWAYS, gs_handle_ready, NULL, 0},
    PAGE("/"),
    PAGE("/login"),
    PAGE("/pair"),
    PAGE("/gate"),
    PAGE("/gate/{page}"),
    PAGE("/gate/{page}/{ref}"),
    PAGE("/supervisor"),
    PAGE("/supervisor/{page}"),
    PAGE("/supervisor/{page}/{ref}"),
    PAGE("/board"),
    {GS_GET, "/pass/{code}", 0, GS_ROUTE_PUBLIC | GS_ROUTE_PAGE, gs_handle_pass, NULL, 0},
    {GS_GET, "/assets/{version}/{file}", 0, GS_ROUTE_PUBLIC | GS_ROUTE_PAGE | GS_ROUTE_ALWAYS, gs_handle_web_file, NULL,
     0},
};
const size_t gs_route_count = sizeof gs_route_table / sizeof gs_route_table[0];
