/* An event: one state change told once, in the feed's words. seq has no gaps; prev is the booking's event before it,
 * so a booking's history is a walk back without an index. No personal data but the plate. */
#ifndef GATESLOT_CORE_EVENT_H
#define GATESLOT_CORE_EVENT_H

#include "gateslot/base/buf.h"
#include "gateslot/base/option_change.h"
#include "gateslot/core/booking.h"
#include "gateslot/core/code.h"

enum gs_event_type {
    GS_EV_BOOKED,
    GS_EV_WAITLISTED,
    GS_EV_PROMOTED,
    GS_EV_MOVED,
    GS_EV_CHANGED,
    GS_EV_RESCHEDULED,
    GS_EV_DELAYED,
    GS_EV_CANCELLED,
    GS_EV_EXPIRED,
    GS_EV_NO_SHOW,
    GS_EV_ARRIVED,
    GS_EV_ENTERED,
    GS_EV_CLEARED,
    GS_EV_DEPARTED,
    GS_EV_REFUSED,
    GS_EV_REVERTED, /* booking.* */
    GS_EV_CAPACITY_CHANGED,
    GS_EV_CONFIG_RELOADED,
    GS_EV_STRIKE_RECORDED,
    GS_EV_TOKEN_CREATED,
    GS_EV_TOKEN_REVOKED,
    GS_EV_STORE_RESTORED,
    GS_EV_TOKEN_CONFIRMED,
    GS_EV_CLOCK_REFUSED,
    GS_EV_CLOCK_ACCEPTED,
    GS_EV_STRIKE_EXCUSED,
    GS_EV_GATE_CHECKED, /* plate as it was read, decision and gate_code, cause_id its booking */
    GS_EV_REINSTATED,
    GS_EV_CORRECTED, /* booking.* */
    GS_EV_USER_CREATED,
    GS_EV_USER_CHANGED, /* number: enum gs_user_changed */
    GS_EV_USER_DISABLED,
    GS_EV_USER_ENABLED,
    GS_EV_USER_CONFIRMED,
    GS_EV_USER_DELETED,
    GS_EV_SESSION_OPENED,
    GS_EV_SESSION_CLOSED,
    GS_EV_SESSION_REFUSED, /* number: logins refused since the last such event; subject "": of more than one user, or of none */
    GS_EV_SESSION_PAIRED, /* subject: a device, let in by the actor's code */
    GS_EV_SESSION_PERSON, /* subject: who has shown by a PIN to stand at the actor */
    GS_EV_DEVICE_REVOKED,
    GS_EV_REMINDER, /* booking.*: of its slot; nothing of the booking changes */
    GS_EV_EXPIRING, /* of the end of its wait, likewise */
    GS_EV_WEBHOOK_CREATED,
    GS_EV_WEBHOOK_CHANGED,  /* number: enum gs_webhook_changed */
    GS_EV_WEBHOOK_DISABLED, /* number: enum gs_webhook_off */
    GS_EV_WEBHOOK_ENABLED,
    GS_EV_WEBHOOK_DELETED,
    GS_EVENT_TYPES
};
const char *gs_event_type_name(enum gs_event_type t); /* "booking.booked", "capacity.changed", "token.created", … */

enum gs_why { /* the decision behind a place taken, left or not found */
              GS_WHY_NONE,
              GS_WHY_BALANCED,  /* the least booked of what it accepts */
              GS_WHY_PREFERRED, /* the start it asked for */
              GS_WHY_NEAREST,   /* the nearest free to the start it asked for: preferred_min */
              GS_WHY_MOVES,     /* all was full: others were moved for it: moves */
              GS_WHY_WALK_IN,   /* without a booking, at the gate */
              GS_WHY_STANDBY,   /* it waited, and stood by at the gate */
              GS_WHY_NEXT,      /* after a delay report: the next slot with room */
              GS_WHY_MADE_ROOM, /* moved for another: cause_id */
              GS_WHY_SETTLED,   /* moved when the date was settled */
              GS_WHY_CAPACITY,  /* moved or displaced by a change of capacity */
              GS_WHY_FULL,      /* it waits: all that it accepts is full */
              GS_WHYS
};
const char *gs_why_name(enum gs_why w); /* "balanced", …; "" for NONE */

enum gs_occasion { /* on which bookings or capacities change without anybody having given a reason */
                   GS_OCCASION_NONE,
                   GS_OCCASION_SETTLED,  /* the date is settled */
                   GS_OCCASION_CAPACITY, /* a capacity changes */
                   GS_OCCASION_RELOAD,   /* new rules come into force */
                   GS_OCCASION_AT_RISK,  /* trucks inside may cost the next window places */
                   GS_OCCASIONS
};

enum gs_changed { /* what of a booking was changed, as bits */
                  GS_CHANGED_PLATE = 1,
                  GS_CHANGED_COLOUR = 2,
                  GS_CHANGED_TRAILER = 4,
                  GS_CHANGED_CONTAINERS = 8,
                  GS_CHANGED_DRIVER = 16,
                  GS_CHANGED_DECLARATION = 32,
                  GS_CHANGED_REFERENCE = 64,
                  GS_CHANGED_ALL = 127
};

enum gs_user_changed { /* what of a user was changed, as bits */
                       GS_USER_CHANGED_ROLE = 1,
                       GS_USER_CHANGED_LANGUAGE = 2,
                       GS_USER_CHANGED_PASSWORD = 4,
                       GS_USER_CHANGED_PIN = 8,
                       GS_USER_CHANGED_ALL = 15
};

enum gs_webhook_changed { /* what of a webhook was changed, as bits */
                          GS_WEBHOOK_CHANGED_URL = 1,
                          GS_WEBHOOK_CHANGED_OWNER = 2,
                          GS_WEBHOOK_CHANGED_TYPES = 4,
                          GS_WEBHOOK_CHANGED_SECRET = 8,
                          GS_WEBHOOK_CHANGED_ALL = 15
};

struct gs_place_ref { /* a slot of a day; window "" = none */
    gs_date date;
    char window[GS_WINDOW_ID_MAX + 1];
    int64_t start_ms, end_ms;
    int32_t place;
};

struct gs_epoch;

struct gs_event {
    int64_t seq, at_ms; /* at: when it fell due or was decided */
    enum gs_event_type type;
    struct gs_actor actor;
    int64_t booking_id;             /* 0 = of no booking */
    int64_t prev;                   /* seq of the booking's event before, 0 = first */
    char owner[GS_NAME_MAX + 1];    /* of the booking: who may see it besides gate and supervisor */
    char reason[GS_REASON_MAX + 1]; /* as somebody gave it; "" = nobody did */
    enum gs_occasion occasion;      /* where nobody did */
    /* data */
    char plate[GS_PLATE_MAX + 1];
    char reference[GS_REFERENCE_MAX + 1]; /* of the booking (of cause_id where there is no other), after; "" = none */
    int64_t version;                      /* of the booking, after; 0 = of none, or not told */
    enum gs_status status;                /* of the booking, after */
    enum gs_status status_before;         /* before; same as status if it did not change */
    struct gs_place_ref from, to;         /* the place left and the place taken */
    int64_t cause_id;                     /* the booking that made a move necessary */
    enum gs_why why;
    int32_t preferred_min, moves;            /* see why; local minute of day */
    int32_t waitlist_position;               /* 1-based, as it came to wait; 0 = it does not */
    unsigned changed;                        /* booking.changed: enum gs_changed */
    unsigned exceptions;                     /* enum gs_exception: rules that were set aside for it, with reason */
    int64_t happened_ms;                     /* a step told afterwards, or put right: when it happened; 0 = at_ms */
    int64_t happened_before_ms;              /* corrected: when it was thought to have happened, */
    enum gs_step step;                       /* and which step */
    bool override, late;                     /* entered past a hold; cancelled after the slot's start */
    int32_t capacity_before, capacity_after; /* capacity.changed */
    bool closed_after;
    int32_t strikes,
        strike_limit; /* strike.recorded, no_show, late cancel: how many the plate has now, how many suspend it */
    int64_t until_ms; /* until when it is suspended; 0 = it is not */
    int32_t inside,
        at_risk; /* capacity.changed, GS_OCCASION_AT_RISK: trucks of earlier windows, places they may cost */
    char subject[GS_NAME_MAX + 1]; /* token.*, user.*, session.*, webhook.*: whose name */
    enum gs_role subject_role;
    int32_t number;            /* user.changed, session.refused, webhook.changed, webhook.disabled */
    int32_t minutes_before;    /* reminder, expiring: of the slot, of expires_ms; as the rules say it */
    int64_t expires_ms;        /* expiring: when it will expire */
    enum gs_decision decision; /* gate.checked */
    enum gs_gate_code gate_code;
    const struct gs_epoch *epoch;            /* store.restored: in the batch; else NULL */
    const struct gs_option_changes *options; /* config.reloaded: in the batch; NULL: none is known to have changed */
    int32_t moved, waitlisted, promoted;     /* config.reloaded: how many bookings; moved -1: nothing is told */
    int64_t clock_from_ms, clock_to_ms;      /* clock.*: the site's time and the wall clock's, at the same moment */
};

/* What stands where a text typed by a person was erased. */
#define GS_ERASED_TEXT "…"
/* Copies an event's text (as gs_event_json made it) to out, with GS_ERASED_TEXT for the reason that a person gave. False, and nothing
 * copied: there is none, or it was erased before. */
bool gs_event_erase(const char *json, size_t len, struct gs_buf *out);
bool gs_event_is_erased(const char *json, size_t len); /* it has GS_ERASED_TEXT for a reason */
/* The date of an event's text, in the site's zone; false: it has none. */
bool gs_event_date(const char *json, size_t len, gs_date *out) GS_MUST_CHECK;

struct gs_event_filter {
    uint64_t types;           /* a bit per enum gs_event_type; 0 = any */
    char by[GS_NAME_MAX + 1]; /* the name or the role of who did it; "" = anybody */
    int64_t since_ms;         /* only events of that time or later; 0 = of any time */
};
/* Is the event with that text (as gs_event_json made it) of such a type and by such a one? Its time is not looked at. */
bool gs_event_matches(const struct gs_event_filter *f, const char *json, size_t len);
/* The name of its type, in the text; NULL: it has none. */
const char *gs_event_type_in(const char *json, size_t len, size_t *out_len);
int gs_event_at(const char *json, size_t len, int64_t *out_ms) GS_MUST_CHECK; /* GS_E_INVALID: it has no time */
/* The types that a word means: a type's name, the part before its dot or the part behind it; 0: none. */
uint64_t gs_event_types_named(const char *word, size_t len);

/* The reason as the feed shows it: the one given, or the occasion's word; "" = none. */
const char *gs_event_reason(const struct gs_event *e);
/* The event as the feed shows it (CONTRACT: Event), one JSON object. tz gives the offset of its times. */
void gs_event_json(const struct gs_event *e, const struct gs_tz *tz, struct gs_buf *out);

#endif
