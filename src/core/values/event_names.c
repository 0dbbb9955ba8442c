/* The stable words of events: what each type, reason, cause of a webhook's end and outcome of a delivery is called in the feed. */
#include "gateslot/core/event.h"
#include "gateslot/core/record.h"
#include "values/names.h"

static const char *const type_names[GS_EVENT_TYPES] = {
    [GS_EV_BOOKED] = "booking.booked",
    [GS_EV_WAITLISTED] = "booking.waitlisted",
    [GS_EV_PROMOTED] = "booking.promoted",
    [GS_EV_MOVED] = "booking.moved",
    [GS_EV_CHANGED] = "booking.changed",
    [GS_EV_RESCHEDULED] = "booking.rescheduled",
    [GS_EV_DELAYED] = "booking.delayed",
    [GS_EV_CANCELLED] = "booking.cancelled",
    [GS_EV_EXPIRED] = "booking.expired",
    [GS_EV_NO_SHOW] = "booking.no_show",
    [GS_EV_ARRIVED] = "booking.arrived",
    [GS_EV_ENTERED] = "booking.entered",
    [GS_EV_CLEARED] = "booking.cleared",
    [GS_EV_DEPARTED] = "booking.departed",
    [GS_EV_REFUSED] = "booking.refused",
    [GS_EV_REVERTED] = "booking.reverted",
    [GS_EV_CAPACITY_CHANGED] = "capacity.changed",
    [GS_EV_CONFIG_RELOADED] = "config.reloaded",
    [GS_EV_STRIKE_RECORDED] = "strike.recorded",
    [GS_EV_TOKEN_CREATED] = "token.created",
    [GS_EV_TOKEN_REVOKED] = "token.revoked",
    [GS_EV_STORE_RESTORED] = "store.restored",
    [GS_EV_TOKEN_CONFIRMED] = "token.confirmed",
    [GS_EV_CLOCK_REFUSED] = "clock.refused",
    [GS_EV_CLOCK_ACCEPTED] = "clock.accepted",
    [GS_EV_STRIKE_EXCUSED] = "strike.excused",
    [GS_EV_GATE_CHECKED] = "gate.checked",
    [GS_EV_REINSTATED] = "booking.reinstated",
    [GS_EV_CORRECTED] = "booking.corrected",
    [GS_EV_USER_CREATED] = "user.created",
    [GS_EV_USER_CHANGED] = "user.changed",
    [GS_EV_USER_DISABLED] = "user.disabled",
    [GS_EV_USER_ENABLED] = "user.enabled",
    [GS_EV_USER_CONFIRMED] = "user.confirmed",
    [GS_EV_USER_DELETED] = "user.deleted",
    [GS_EV_SESSION_PAIRED] = "session.paired",
    [GS_EV_SESSION_PERSON] = "session.person",
    [GS_EV_DEVICE_REVOKED] = "device.revoked",
    [GS_EV_REMINDER] = "booking.reminder",
    [GS_EV_EXPIRING] = "booking.expiring",
    [GS_EV_WEBHOOK_CREATED] = "webhook.created",
    [GS_EV_WEBHOOK_CHANGED] = "webhook.changed",
    [GS_EV_WEBHOOK_DISABLED] = "webhook.disabled",
    [GS_EV_WEBHOOK_ENABLED] = "webhook.enabled",
    [GS_EV_WEBHOOK_DELETED] = "webhook.deleted",
    [GS_EV_SESSION_OPENED] = "session.opened",
    [GS_EV_SESSION_CLOSED] = "session.closed",
    [GS_EV_SESSION_REFUSED] = "session.refused",
};

static const char *const why_names[GS_WHYS] = {
    [GS_WHY_NONE] = "",           [GS_WHY_BALANCED] = "balanced", [GS_WHY_PREFERRED] = "preferred",
    [GS_WHY_NEAREST] = "nearest", [GS_WHY_MOVES] = "moves",       [GS_WHY_WALK_IN] = "walk_in",
    [GS_WHY_STANDBY] = "standby", [GS_WHY_NEXT] = "next",         [GS_WHY_MADE_ROOM] = "made_room",
    [GS_WHY_SETTLED] = "settled", [GS_WHY_CAPACITY] = "capacity", [GS_WHY_FULL] = "full",
};

static const char *const off_names[GS_WEBHOOK_OFFS] = {
    [GS_WEBHOOK_ON] = "",
    [GS_WEBHOOK_OFF_BY_HAND] = "by_hand",
    [GS_WEBHOOK_OFF_GONE] = "gone",
    [GS_WEBHOOK_OFF_FAILING] = "failing",
    [GS_WEBHOOK_OFF_RESTORED] = "restored",
};

static const char *const result_names[GS_WEBHOOK_RESULTS] = {
    [GS_WEBHOOK_DELIVERED] = "delivered",
    [GS_WEBHOOK_REFUSED] = "refused",
    [GS_WEBHOOK_NOT_ALLOWED] = "not_allowed",
    [GS_WEBHOOK_NOT_FOUND] = "not_found",
    [GS_WEBHOOK_NO_CONNECTION] = "no_connection",
    [GS_WEBHOOK_TIMEOUT] = "timeout",
    [GS_WEBHOOK_TLS] = "tls",
    [GS_WEBHOOK_BROKEN] = "broken",
    [GS_WEBHOOK_UNTRUSTED] = "untrusted",
    [GS_WEBHOOK_OUT_OF_DATE] = "out_of_date",
    [GS_WEBHOOK_OTHER_HOST] = "other_host",
    [GS_WEBHOOK_CA_FILE] = "ca_file",
};

static const char *const occasion_words[GS_OCCASIONS] = {
    [GS_OCCASION_NONE] = "",
    [GS_OCCASION_SETTLED] = "settled",
    [GS_OCCASION_CAPACITY] = "capacity changed",
    [GS_OCCASION_RELOAD] = "config reloaded",
    [GS_OCCASION_AT_RISK] = "at_risk",
};

const char *gs_webhook_off_name(enum gs_webhook_off off)
{
    return gs_name_of(off_names, GS_WEBHOOK_OFFS, (unsigned)off);
}

const char *gs_webhook_result_name(enum gs_webhook_result result)
{
    return gs_name_of(result_names, GS_WEBHOOK_RESULTS, (unsigned)result);
}

const char *gs_why_name(enum gs_why w)
{
    return gs_name_of(why_names, GS_WHYS, (unsigned)w);
}

const char *gs_event_reason(const struct gs_event *e)
{
    return e->reason[0] != '\0' ? e->reason : gs_name_of(occasion_words, GS_OCCASIONS, (unsigned)e->occasion);
}

const char *gs_event_type_name(enum gs_event_type t)
{
    return gs_name_of(type_names, GS_EVENT_TYPES, (unsigned)t);
}
