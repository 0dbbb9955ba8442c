/* Commands, and the one function that applies them. Everything a decision depends on comes in: the book, the
 * command, the instant, random bits. Same inputs, same outcome, same records. */
#ifndef GATESLOT_CORE_COMMAND_H
#define GATESLOT_CORE_COMMAND_H

#include "gateslot/base/fault.h"
#include "gateslot/core/booking.h"
#include "gateslot/core/code.h"
#include "gateslot/core/plan.h"
#include "gateslot/core/record.h"

struct gs_book;

enum gs_command_kind {
    GS_CMD_BOOK,
    GS_CMD_WALK_IN,
    GS_CMD_CHANGE,
    GS_CMD_CANCEL,
    GS_CMD_RESCHEDULE,
    GS_CMD_DELAY,
    GS_CMD_ARRIVE,
    GS_CMD_ENTER,
    GS_CMD_CLEAR,
    GS_CMD_DEPART,
    GS_CMD_REFUSE,
    GS_CMD_REVERT,
    GS_CMD_CAPACITY_SET,
    GS_CMD_CAPACITY_RESET,
    GS_CMD_NOTE, /* only an event (token.*, user.*, session.*, webhook.*, config.reloaded), sequenced with the rest; u.note */
    GS_CMD_ADMIT,       /* arrive, if it has not, and enter, or be held; u.enter */
    GS_CMD_EXCUSE,      /* its strike does not count; the booking may be in the archive: then outcome.booking is NULL */
    GS_CMD_GATE_RECORD, /* what the gate was told of a truck; u.check, booking_id: of its booking, 0 = it has none */
    GS_CMD_REINSTATE,
    GS_CMD_KINDS
};

enum gs_excess { GS_EXCESS_REBOOK, GS_EXCESS_KEEP };

struct gs_command {
    enum gs_command_kind kind;
    struct gs_actor actor;
    uint64_t random;     /* for a pass code; unguessable */
    int64_t booking_id;  /* of the step commands */
    int64_t if_version;  /* CHANGE: must match; -1 = any */
    int64_t at_ms;       /* of the gate's steps: when it happened; 0 = now */
    unsigned exceptions; /* enum gs_exception: what a supervisor sets aside if need be, for reason */
    char reason[GS_REASON_MAX + 1];
    union {
        struct { /* BOOK; WALK_IN ignores wish, flexible and waitlist */
            struct gs_wish wish;
            struct gs_truck truck;
            char uscc[GS_USCC_LEN + 1];
            char company_name[GS_COMPANY_NAME_MAX + 1];
            char reference[GS_REFERENCE_MAX + 1]; /* "" = none */
            bool flexible, waitlist, urgent;
        } book;
        struct { /* CHANGE: only what is named */
            struct gs_truck truck;
            char reference[GS_REFERENCE_MAX + 1]; /* "" = none any more */
            bool has_plate, has_colour, has_trailer, has_containers, has_driver_name, has_driver_phone, has_declaration,
                has_reference;
        } change;
        struct { /* RESCHEDULE: what is left out stays */
            struct gs_wish wish;
            bool has_date, has_windows, has_slot;
        } reschedule;
        struct { /* ENTER, ADMIT */
            bool override;
        } enter;
        struct {
            char what[GS_PLATE_MAX + 1]; /* that was asked for: normalised, and cut if it is longer */
            bool is_plate;               /* else a pass code or a container */
            enum gs_decision decision;
            enum gs_gate_code code;
        } check;
        struct {
            struct gs_capacity to; /* reset: date and window only; window GS_ALL_WINDOWS: then without a capacity */
            bool has_capacity;     /* else the window's present capacity stays */
            gs_date until;         /* for every date from to.date to this one; 0 = that date only */
            enum gs_excess excess;
            bool dry_run;     /* only the plan */
            bool has_plan_id; /* exactly that plan, else PLAN_OUTDATED */
            uint64_t plan_id;
        } capacity;
        struct {
            enum gs_event_type type;
            char subject[GS_NAME_MAX + 1];
            enum gs_role subject_role;
            int64_t from_ms, to_ms; /* clock.*: the site's time and the wall clock's */
            int32_t number;         /* user.changed, session.refused: as the event's */
        } note;
    } u;
};

struct gs_alternative {
    gs_date date;
    char window[GS_WINDOW_ID_MAX + 1];
    int64_t start_ms, end_ms;
    int32_t free;
};

enum gs_limit_of { /* COMPANY_QUOTA, LIVE_QUOTA: what the limit is one of */
                   GS_LIMIT_OF_NONE,
                   GS_LIMIT_OF_WINDOW, /* outcome.window */
                   GS_LIMIT_OF_DAY,    /* outcome.date */
                   GS_LIMIT_OF_WEEK,   /* outcome.date, a Monday: the company is throttled that week */
                   /* LIVE_QUOTA: the name's, the company's, … */
                   GS_LIMIT_OF_NAME,
                   GS_LIMIT_OF_UNKNOWN_COMPANY, /* of which no truck has come for long */
                   GS_LIMIT_OF_LATE_NAME,       /* that gives up late, or misses, so many of so many: outcome.reason */
                   GS_LIMIT_OF_LATE_COMPANY
};

enum gs_switch { /* SWITCHED_OFF: an option that is off */
                 GS_SWITCH_NONE,
                 GS_SWITCH_WALK_INS,
                 GS_SWITCH_DELAY_REPORTS,
                 GS_SWITCH_STRIKES,
                 GS_SWITCHES
};
const char *gs_switch_key(enum gs_switch s); /* in the config: "yard.walk_ins", …; "" for NONE */

/* What became of a command. A refusal changed nothing (but what was due anyway). */
struct gs_outcome {
    enum gs_code code;
    const struct gs_booking *booking; /* borrowed from the book until the next apply; NULL if none */
    int32_t waitlist_position;        /* 1-based; 0 = not waiting */
    int64_t other_id;
    enum gs_status status;
    int64_t at_ms;
    int64_t used, limit;
    enum gs_limit_of limit_of;
    char window[GS_WINDOW_ID_MAX + 1];
    gs_date date;
    enum gs_switch off;
    char reason[GS_REASON_MAX + 1]; /* CLOSED: as the calendar or a supervisor gives it */
    enum gs_decision
        decision; /* ADMIT: admit; hold: it has arrived, and waits for at_ms (early) or a bay (used, limit) */
    enum gs_gate_code
        gate_code; /* … and what the gate says to it; used of limit bays were taken when it was let in past a hold */
    const struct gs_plans
        *plans; /* of CAPACITY_*: carried out, or only made (dry run, PLAN_OUTDATED); borrowed likewise */
    int32_t alternative_count;
    struct gs_alternative alternatives[GS_MAX_ALTERNATIVES];
    struct gs_faults faults;
};

/* What limit_of, off or reason say, as one text: "morning", "2026-11-25", "week 2026-11-23", "yard.walk_ins", the reason; "" = nothing.
 * The journal's digest goes over it. */
#define GS_OUTCOME_TEXT (GS_REASON_MAX + 1)
const char *gs_outcome_text(const struct gs_outcome *o, char out[GS_OUTCOME_TEXT]);

/* Applies what is due up to now (no-shows, expiries, promotions, in their order), then the command; appends all
 * records to batch. A now before an earlier one counts as that one. Visibility is decided here too: a booking that the
 * actor may not see is GS_CODE_NOT_FOUND. Never fails but by batch->failed: then out->code is GS_CODE_INTERNAL and the book is
 * only to be destroyed. Did that change anything that a later decision may depend on? A refusal by itself never does. */
bool gs_apply(struct gs_book *book, const struct gs_command *command, int64_t now_ms, struct gs_batch *batch,
              struct gs_outcome *out);
/* Requests for bookings that stand or fall together: what gs_apply does from the beginning on stays, or is undone, at the end; its records go with
 * it. In between nothing else is done to book or batch, and all is applied at the book's present instant, at which nothing must be
 * due any more (gs_apply_due). GS_E_NOMEM: nothing began. */
int gs_together_begin(struct gs_book *book, const struct gs_batch *batch) GS_MUST_CHECK;
void gs_together_end(struct gs_book *book, struct gs_batch *batch, bool stands);
/* Right after a load, before anything else: the numbers go on from where epoch says, and an event says so. False: it does not follow from
 * what the book holds. */
bool gs_apply_epoch(struct gs_book *book, const struct gs_epoch *epoch, struct gs_batch *batch);
/* Only what is due. Did that change anything that a later decision may depend on? */
bool gs_apply_due(struct gs_book *book, int64_t now_ms, struct gs_batch *batch);
/* What of a request for a booking (BOOK, WALK_IN) the site does not have or does not allow: added to faults found in its text, so that a
 * client learns of all at once. A request without other faults is simply applied: it is refused for the same. */
void gs_book_request_faults(const struct gs_book *book, const struct gs_command *c, struct gs_faults *faults);

#endif
