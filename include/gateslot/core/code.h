/* The stable codes of outcomes and refusals (CONTRACT: errors, gate decisions). Texts and HTTP statuses: api/problem.c. */
#ifndef GATESLOT_CORE_CODE_H
#define GATESLOT_CORE_CODE_H

/* The journal keeps these numbers: each belongs to its code for ever. A new code, of the core or of the faces, takes the number that
 * GS_CODE_KINDS has now and stands at the end. */
enum gs_code {
    GS_CODE_OK = 0,
    /* refusals of the core */
    GS_CODE_VALIDATION = 1, /* outcome.faults says what */
    GS_CODE_NOT_FOUND = 2,
    GS_CODE_FORBIDDEN = 3,
    GS_CODE_FULL = 4,            /* with alternatives; used of limit places that could still be booked, if limit > 0 */
    GS_CODE_DUPLICATE_PLATE = 5, /* outcome.other_id */
    GS_CODE_DUPLICATE_CONTAINER = 6,
    GS_CODE_WRONG_STATE = 7,      /* outcome.status is the booking's */
    GS_CODE_EARLY = 8,            /* outcome.at_ms: arrive_from */
    GS_CODE_YARD_FULL = 9,        /* outcome.used, limit */
    GS_CODE_PAST_CUTOFF = 10,     /* outcome.at_ms: the cutoff that passed */
    GS_CODE_OUTSIDE_HORIZON = 11, /* outcome.at_ms: when the date opens; 0 if the date is past */
    GS_CODE_CLOSED = 12,          /* outcome.reason: the calendar's */
    GS_CODE_COMPANY_QUOTA = 13,   /* outcome.used, limit, limit_of */
    GS_CODE_SUSPENDED = 14,       /* outcome.at_ms: until; used strikes of limit */
    GS_CODE_PLAN_OUTDATED = 15,
    GS_CODE_VERSION_MISMATCH = 16, /* outcome.booking is the present one */
    GS_CODE_TOO_LATE = 17,         /* revert or delay after its time; outcome.at_ms: when it ended */
    GS_CODE_ALREADY_DELAYED = 18,  /* a second delay report */
    GS_CODE_NAME_TAKEN = 19,       /* of a token */
    GS_CODE_SWITCHED_OFF = 20,     /* outcome.off: the option by which the site does not do this */
    /* of the faces */
    GS_CODE_INVALID_JSON = 21,
    GS_CODE_IDEMPOTENCY_KEY_MISSING = 22,
    GS_CODE_IDEMPOTENCY_KEY_REUSED = 23,
    GS_CODE_UNAUTHORIZED = 24,
    GS_CODE_METHOD_NOT_ALLOWED = 25,
    GS_CODE_PRECONDITION_REQUIRED = 26,
    GS_CODE_TOO_LARGE = 27,
    GS_CODE_HEADERS_TOO_LARGE = 28,
    GS_CODE_RATE_LIMITED = 29,
    GS_CODE_OVERLOADED = 30,
    GS_CODE_STORAGE_FULL = 31,
    GS_CODE_CLOCK_BACKWARDS = 32,
    GS_CODE_UNSUPPORTED_MEDIA_TYPE = 33,
    GS_CODE_BAD_REQUEST = 34, /* malformed HTTP */
    GS_CODE_INTERNAL = 35,
    GS_CODE_RESET = 36, /* of the feed; outcome.used: the last number that still stands, limit: where to go on */
    GS_CODE_CLOCK_UNTRUSTED = 37, /* the wall clock leapt: nothing is decided by it */
    GS_CODE_NO_STRIKE = 38,       /* excused, but nothing rests on it; outcome.status is the booking's */
    GS_CODE_ALREADY_EXCUSED = 39,
    GS_CODE_DUPLICATE_REFERENCE = 40, /* of the core; outcome.other_id */
    GS_CODE_CSRF = 41,                /* a change asked for by a cookie, and not shown to come from a page of ours */
    GS_CODE_LIVE_QUOTA = 42,          /* of the core; outcome.used, limit, limit_of */
    GS_CODE_BATCH_REFUSED = 43,       /* all or nothing, and not all */
    GS_CODE_NOT_DONE = 44,            /* … of one that would have been done */
    GS_CODE_NOT_OWNER = 45, /* the daemon stands by, or is not surely the store's owner: it shows and does nothing */
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
