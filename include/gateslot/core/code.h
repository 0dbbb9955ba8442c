/* The stable codes of outcomes and refusals (CONTRACT: errors, gate decisions). Texts and HTTP statuses: api/problem.c. */
#ifndef GATESLOT_CORE_CODE_H
#define GATESLOT_CORE_CODE_H

#define GS_QUOTA_WEEK "week " /* a throttled company's limit is one of a week */

enum gs_code {
    GS_CODE_OK,
    /* refusals of the core */
    GS_CODE_VALIDATION, /* outcome.faults says what */
    GS_CODE_NOT_FOUND,
    GS_CODE_FORBIDDEN,
    GS_CODE_FULL,            /* with alternatives; used of limit places that could still be booked, if limit > 0 */
    GS_CODE_DUPLICATE_PLATE, /* outcome.other_id */
    GS_CODE_DUPLICATE_CONTAINER,
    GS_CODE_WRONG_STATE,     /* outcome.status is the booking's */
    GS_CODE_EARLY,           /* outcome.at_ms: arrive_from */
    GS_CODE_YARD_FULL,       /* outcome.used, limit */
    GS_CODE_PAST_CUTOFF,     /* outcome.at_ms: the cutoff that passed */
    GS_CODE_OUTSIDE_HORIZON, /* outcome.at_ms: when the date opens; 0 if the date is past */
    GS_CODE_CLOSED,          /* outcome.reason: the calendar's */
    GS_CODE_COMPANY_QUOTA, /* outcome.used, limit; reason: a window's id, a date, or GS_QUOTA_WEEK and a week's Monday */
    GS_CODE_SUSPENDED,     /* outcome.at_ms: until; used strikes of limit */
    GS_CODE_PLAN_OUTDATED,
    GS_CODE_VERSION_MISMATCH, /* outcome.booking is the present one */
    GS_CODE_TOO_LATE,         /* revert or delay after its time; outcome.at_ms: when it ended */
    GS_CODE_ALREADY_DELAYED,  /* a second delay report */
    GS_CODE_NAME_TAKEN,       /* of a token */
    GS_CODE_SWITCHED_OFF,     /* outcome.reason: the option by which the site does not do this */
    /* of the faces */
    GS_CODE_INVALID_JSON,
    GS_CODE_IDEMPOTENCY_KEY_MISSING,
    GS_CODE_IDEMPOTENCY_KEY_REUSED,
    GS_CODE_UNAUTHORIZED,
    GS_CODE_METHOD_NOT_ALLOWED,
    GS_CODE_PRECONDITION_REQUIRED,
    GS_CODE_TOO_LARGE,
    GS_CODE_HEADERS_TOO_LARGE,
    GS_CODE_RATE_LIMITED,
    GS_CODE_OVERLOADED,
    GS_CODE_STORAGE_FULL,
    GS_CODE_CLOCK_BACKWARDS,
    GS_CODE_UNSUPPORTED_MEDIA_TYPE,
    GS_CODE_BAD_REQUEST, /* malformed HTTP */
    GS_CODE_INTERNAL,
    GS_CODE_KINDS
};
const char *gs_code_name(enum gs_code code); /* "full", … */

enum gs_decision { GS_ADMIT, GS_HOLD, GS_REJECT };
const char *gs_decision_name(enum gs_decision d);

enum gs_gate_code {
    GS_GATE_ON_TIME,
    GS_GATE_EARLY,
    GS_GATE_LATE,
    GS_GATE_DELAY_REPORTED,
    GS_GATE_YARD_FULL,
    GS_GATE_NOT_BOOKED,
    GS_GATE_WRONG_DAY,
    GS_GATE_ALREADY_INSIDE,
    GS_GATE_DEPARTED,
    GS_GATE_CANCELLED,
    GS_GATE_NO_SHOW,
    GS_GATE_SUSPENDED,
    GS_GATE_REFUSED,
    GS_GATE_KINDS
};
const char *gs_gate_code_name(enum gs_gate_code code);

#endif
