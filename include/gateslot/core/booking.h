/* A booking: what was asked, what was promised, what happened; and the one table of allowed moves of its state.
 * A plain value: copied freely, owns nothing. Times are instants in ms, 0 = not yet. */
#ifndef GATESLOT_CORE_BOOKING_H
#define GATESLOT_CORE_BOOKING_H

#include "gateslot/base/limits.h"
#include "gateslot/base/time.h"
#include "gateslot/domain/checks.h"
#include <stdbool.h>
#include <stdint.h>

enum gs_status {
    GS_WAITLISTED,
    GS_BOOKED,
    GS_ARRIVED,
    GS_ENTERED,
    GS_CLEARED,
    GS_DEPARTED,
    GS_CANCELLED,
    GS_EXPIRED,
    GS_NO_SHOW,
    GS_REFUSED,
    GS_STATUSES
};
const char *gs_status_name(enum gs_status s);
bool gs_status_parse(const char *name, enum gs_status *out);
bool gs_status_terminal(enum gs_status s);
/* Uses up a place of its slot: booked, arrived, entered, cleared, departed (a place is turned over once). */
bool gs_status_holds_place(enum gs_status s);
bool gs_status_inside(enum gs_status s); /* entered, cleared: in a bay */

enum gs_role {
    GS_ROLE_SYSTEM,
    GS_ROLE_BACKEND,
    GS_ROLE_GATE,
    GS_ROLE_SUPERVISOR,
    GS_ROLE_DISPLAY,
    GS_ROLE_METRICS,
    GS_ROLES
};
const char *gs_role_name(enum gs_role r);
bool gs_role_parse(const char *name, enum gs_role *out);

struct gs_actor {
    enum gs_role role;
    char name[GS_NAME_MAX +
              1]; /* of the token, user or device; "root" by peer credentials; "gateslotd" for the system */
    char person[GS_NAME_MAX + 1]; /* a user who has shown by a PIN to be the one at that device; "" = nobody has */
};

/* What of a truck is asked for; also the body of PATCH. */
struct gs_truck {
    char plate[GS_PLATE_MAX + 1];             /* normalised */
    char plate_given[GS_PLATE_GIVEN_MAX + 1]; /* as submitted */
    enum gs_plate_colour plate_colour;
    char trailer[GS_PLATE_MAX + 1], trailer_given[GS_PLATE_GIVEN_MAX + 1]; /* "" = none */
    int32_t container_count;
    char containers[GS_MAX_CONTAINERS][GS_CONTAINER_LEN + 1];                 /* "" from container_count on */
    char driver_name[GS_DRIVER_NAME_MAX + 1], driver_phone[GS_PHONE_MAX + 1]; /* "" once erased */
    char declaration_no[GS_DECLARATION_LEN + 1];
    unsigned warnings; /* enum gs_warning */
};
bool gs_truck_has_container(const struct gs_truck *t, const char *container);

#define GS_WINDOWS_TEXT_MAX (GS_MAX_WINDOWS * (GS_WINDOW_ID_MAX + 1))

/* What of the day is asked for. */
struct gs_wish {
    gs_date date;
    char windows[GS_WINDOWS_TEXT_MAX]; /* accepted, comma-separated in the order given; "" = any */
    int32_t slot_min;                  /* preferred start, local minute of day 0–1439; -1 = none */
};

/* A rule that a supervisor may set aside for one booking, with a reason; as bits, which are stored. */
enum gs_exception {
    GS_EXCEPTION_CUTOFF = 1,    /* the slot starts too soon to be booked */
    GS_EXCEPTION_QUOTA = 2,     /* the company holds as much as it may */
    GS_EXCEPTION_SUSPENDED = 4, /* the plate is suspended */
    GS_EXCEPTIONS_ALL = 7
};

const char *gs_exception_name(enum gs_exception e); /* "cutoff", …; "" if it is none */
bool gs_exception_parse(const char *name, enum gs_exception *out);

struct gs_booking {
    int64_t id;      /* > 0, in the order of creation; shown as "bk_<id>" */
    int64_t version; /* 1, and one more with every change */
    enum gs_status status;
    struct gs_wish wish;
    bool flexible, waitlist, urgent, walk_in;
    struct gs_truck truck;
    char uscc[GS_USCC_LEN + 1];
    char company_name[GS_COMPANY_NAME_MAX + 1];
    char owner[GS_NAME_MAX + 1]; /* the actor's name that submitted it */
    char pass_code[GS_PASS_CODE_LEN + 1];
    char reference[GS_REFERENCE_MAX + 1]; /* the client's own number of it; "" = none */

    /* The promise: of the present place, or of the last one had; window "" = never had one. */
    char window[GS_WINDOW_ID_MAX + 1];
    int64_t slot_start_ms, slot_end_ms;
    int64_t arrive_from_ms, arrive_until_ms;
    int32_t place; /* number within the slot, from 0; -1 while it holds none */

    bool delayed;        /* a delay was reported */
    bool displaced;      /* waits because capacity was cut: before all others */
    bool moved;          /* moved since by the scheduler, not by the client */
    bool late_cancel;    /* cancelled after its slot had started: counts as a no-show; while it is under way:
                                    * it was rescheduled after that, and cancelling it counts in any case */
    bool excused;        /* its strike does not count: a supervisor excused it */
    unsigned exceptions; /* enum gs_exception: what a supervisor set aside to book it */
    int32_t corrections; /* how often something of it was told or put right afterwards: a step with a time of its
                                    * own, another time, a step taken back late, a no-show reinstated */
    enum gs_status before_refused; /* booked or arrived, where revert leads back to */

    int64_t created_ms, updated_ms;
    int64_t waiting_since_ms; /* order of the waitlist: the time of request */
    int64_t arrived_ms, entered_ms, cleared_ms, departed_ms;
    int64_t held_ms;    /* when it was first not let in for lack of a bay, since it arrived */
    int64_t ended_ms;   /* when it became cancelled, expired, no_show or refused */
    int64_t last_event; /* seq of its latest event: the head of its history */
};

enum gs_step { /* what moves a booking */
               GS_STEP_PROMOTE,
               GS_STEP_DISPLACE,
               GS_STEP_CANCEL,
               GS_STEP_EXPIRE,
               GS_STEP_NO_SHOW,
               GS_STEP_ARRIVE,
               GS_STEP_ENTER,
               GS_STEP_CLEAR,
               GS_STEP_DEPART,
               GS_STEP_REFUSE,
               GS_STEP_REVERT,
               GS_STEP_REINSTATE,
               GS_STEPS
};
const char *gs_step_name(enum gs_step s); /* "arrive", … */
bool gs_step_parse(const char *name, enum gs_step *out);
/* The status that step leads to from b's status, or -1 if the table does not allow it. Pure; does not change b. */
int gs_booking_next(const struct gs_booking *b, enum gs_step step);

/* When its life ended: departed, cancelled, expired, no_show or refused; 0 while it is under way. */
int64_t gs_booking_ended_ms(const struct gs_booking *b);
/* A place was given up so late that hardly anybody can use it: cancelled less than four hours before its slot, or after it began. */
#define GS_SHORT_NOTICE_MS (240 * GS_MINUTE_MS)
bool gs_booking_given_up_late(const struct gs_booking *b);
/* When that became known, or was last put right: a departure or a refusal may be told days afterwards. */
int64_t gs_booking_closed_ms(const struct gs_booking *b);
/* May a store put it away, where the book holds all from first_date on? What is dated, and closed (above), before: by a day of UTC more,
 * which in no zone is earlier than the book's own rule (a truck may leave days after its date, and a mistaken step be taken back
 * then). */
bool gs_booking_archivable(const struct gs_booking *b, gs_date first_date);

/* "bk_42" ↔ 42; parse is strict (no leading zeros, fits int64), false otherwise. */
#define GS_BOOKING_ID_TEXT 24
void gs_booking_id_format(int64_t id, char out[GS_BOOKING_ID_TEXT]);
bool gs_booking_id_parse(const char *text, size_t len, int64_t *out);

#endif
