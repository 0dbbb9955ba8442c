/* The name tables of outcomes, gate decisions and their codes: the stable words of CONTRACT. Sentences and HTTP
 * statuses are not made here. */
#include "gateslot/core/code.h"
#include "values/names.h"

static const char *const code_names[GS_CODE_KINDS] = {
    [GS_CODE_OK] = "ok",
    [GS_CODE_VALIDATION] = "validation",
    [GS_CODE_NOT_FOUND] = "not_found",
    [GS_CODE_FORBIDDEN] = "forbidden",
    [GS_CODE_FULL] = "full",
    [GS_CODE_DUPLICATE_PLATE] = "duplicate_plate",
    [GS_CODE_DUPLICATE_CONTAINER] = "duplicate_container",
    [GS_CODE_WRONG_STATE] = "wrong_state",
    [GS_CODE_EARLY] = "early",
    [GS_CODE_YARD_FULL] = "yard_full",
    [GS_CODE_PAST_CUTOFF] = "past_cutoff",
    [GS_CODE_OUTSIDE_HORIZON] = "outside_horizon",
    [GS_CODE_CLOSED] = "closed",
    [GS_CODE_COMPANY_QUOTA] = "company_quota",
    [GS_CODE_SUSPENDED] = "suspended",
    [GS_CODE_PLAN_OUTDATED] = "plan_outdated",
    [GS_CODE_VERSION_MISMATCH] = "version_mismatch",
    [GS_CODE_TOO_LATE] = "too_late",
    [GS_CODE_ALREADY_DELAYED] = "already_delayed",
    [GS_CODE_SWITCHED_OFF] = "switched_off",
    [GS_CODE_NAME_TAKEN] = "name_taken",
    [GS_CODE_INVALID_JSON] = "invalid_json",
    [GS_CODE_IDEMPOTENCY_KEY_MISSING] = "idempotency_key_missing",
    [GS_CODE_IDEMPOTENCY_KEY_REUSED] = "idempotency_key_reused",
    [GS_CODE_UNAUTHORIZED] = "unauthorized",
    [GS_CODE_METHOD_NOT_ALLOWED] = "method_not_allowed",
    [GS_CODE_PRECONDITION_REQUIRED] = "precondition_required",
    [GS_CODE_TOO_LARGE] = "too_large",
    [GS_CODE_HEADERS_TOO_LARGE] = "headers_too_large",
    [GS_CODE_RATE_LIMITED] = "rate_limited",
    [GS_CODE_OVERLOADED] = "overloaded",
    [GS_CODE_STORAGE_FULL] = "storage_full",
    [GS_CODE_CLOCK_BACKWARDS] = "clock_backwards",
    [GS_CODE_UNSUPPORTED_MEDIA_TYPE] = "unsupported_media_type",
    [GS_CODE_CLOCK_UNTRUSTED] = "clock_untrusted",
    [GS_CODE_NO_STRIKE] = "no_strike",
    [GS_CODE_ALREADY_EXCUSED] = "already_excused",
    [GS_CODE_DUPLICATE_REFERENCE] = "duplicate_reference",
    [GS_CODE_LIVE_QUOTA] = "live_quota",
    [GS_CODE_BAD_REQUEST] = "bad_request",
    [GS_CODE_INTERNAL] = "internal",
    [GS_CODE_RESET] = "reset",
    [GS_CODE_CSRF] = "csrf",
    [GS_CODE_BATCH_REFUSED] = "batch_refused",
    [GS_CODE_NOT_DONE] = "not_done",
    [GS_CODE_NOT_OWNER] = "not_owner",
};

static const char *const decision_names[] = {[GS_ADMIT] = "admit", [GS_HOLD] = "hold", [GS_REJECT] = "reject"};

static const char *const gate_names[GS_GATE_KINDS] = {
    [GS_GATE_ON_TIME] = "on_time",     [GS_GATE_EARLY] = "early",
    [GS_GATE_LATE] = "late",           [GS_GATE_DELAY_REPORTED] = "delay_reported",
    [GS_GATE_YARD_FULL] = "yard_full", [GS_GATE_NOT_BOOKED] = "not_booked",
    [GS_GATE_WRONG_DAY] = "wrong_day", [GS_GATE_ALREADY_INSIDE] = "already_inside",
    [GS_GATE_DEPARTED] = "departed",   [GS_GATE_CANCELLED] = "cancelled",
    [GS_GATE_NO_SHOW] = "no_show",     [GS_GATE_SUSPENDED] = "suspended",
    [GS_GATE_REFUSED] = "refused",
};

const char *gs_code_name(enum gs_code code)
{
    return gs_name_of(code_names, GS_CODE_KINDS, (unsigned)code);
}

const char *gs_decision_name(enum gs_decision d)
{
    return gs_name_of(decision_names, sizeof decision_names / sizeof decision_names[0], (unsigned)d);
}

const char *gs_gate_code_name(enum gs_gate_code code)
{
    return gs_name_of(gate_names, GS_GATE_KINDS, (unsigned)code);
}
