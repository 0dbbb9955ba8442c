/* A reference model of the core: the same rules, read from the same documents, written as plainly as possible (arrays,
 * linear scans) and sharing no code with src/core. It answers what a command must come to; how fast does not matter. It does
 * not choose pass codes, write records or propose alternatives. */
#ifndef GATESLOT_TESTS_CORE_MODEL_H
#define GATESLOT_TESTS_CORE_MODEL_H

#include "gateslot/base/rules.h"
#include "gateslot/core/command.h"

#define M_BOOKINGS 512
#define M_SLOTS 32
#define M_CHANGES 64
#define M_EVENTS 2048
#define M_REMINDERS 1024
#define M_NEVER INT64_MAX

struct m_booking {
    int64_t id;
    enum gs_status status;
    struct gs_wish wish;
    bool excused;
    unsigned exceptions; /* what was set aside for it */
    unsigned set_aside;  /* of a question only: rules that do not count */
    bool asks;           /* of a question only: for one booking more, and nobody sets aside how many there may be */
    bool flexible, moved, waitlist, urgent, displaced, walk_in, delayed, late_cancel;
    char plate[GS_PLATE_MAX + 1];
    char uscc[GS_USCC_LEN + 1]; /* "": of no company, to ask what is free but for the quota */
    int32_t container_count;
    char containers[GS_MAX_CONTAINERS][GS_CONTAINER_LEN + 1];
    char owner[GS_NAME_MAX + 1];
    char reference[GS_REFERENCE_MAX + 1];
    char window[GS_WINDOW_ID_MAX + 1];
    int64_t slot_start, slot_end, arrive_from, arrive_until;
    int64_t since, waits_until; /* of waiting: the time of request, the end of the last acceptable window */
    int64_t created, told;      /* told: of its last change, if that ended it or put its end right */
    int64_t arrived, held, entered, cleared, departed, ended;
    int32_t corrections;
    enum gs_status before_refused;
    /* model_reminders.c: what was last known of it, since when that stands, and the last reminder that was looked at */
    enum gs_status known_status;
    int64_t known_of, stands_since, reminded;
};

struct m_reminder { /* that has to be told */
    int64_t id, at;
    int32_t minutes;
    enum gs_event_type type;
};

struct m_slot {
    int64_t start, end;
    int32_t minute; /* local, of its start */
    int32_t capacity, taken;
};
struct m_window {
    char id[GS_WINDOW_ID_MAX + 1];
    int32_t start_min, end_min;
    int64_t start, end;
    int32_t capacity, slot_capacity, taken;
    int32_t waiting; /* that accept it */
    bool closed;
    int32_t slot_count;
    struct m_slot slots[M_SLOTS];
};
struct m_day {
    gs_date date;
    bool closed;
    int32_t window_count;
    struct m_window windows[GS_MAX_WINDOWS];
};

struct model {
    const struct gs_plans *plans; /* of the command to be applied, as the core made it */
    const struct gs_plan *plan;   /* of the date at hand */
    const struct gs_rules *rules;
    int64_t now, settled; /* settled: dates that fell due up to then are */
    int32_t count;        /* booking i has id i + 1 */
    struct m_booking bookings[M_BOOKINGS];
    int32_t change_count;
    struct gs_capacity changes[M_CHANGES]; /* what supervisors set and did not reset */
    int32_t event_count;                   /* what the core did at this command: see m_advise */
    const struct gs_event *events[M_EVENTS];
    bool event_used[M_EVENTS];
    int32_t reminder_count; /* of the command at hand */
    struct m_reminder reminders[M_REMINDERS];
    int64_t moves_followed, reminders_told;
    char complaint[160]; /* of a move that must not be, or that was not made; "" = none */
};

struct m_outcome {
    enum gs_code code;
    int64_t id;    /* the booking it is about, 0 = none */
    int64_t at_ms; /* M_NEVER: not said */
};

/* ---- model_day.c: the calendar and what is taken ---- */
/* Booking except counts as holding no place (its own counts as free for itself); 0 = all count. */
void m_day(const struct model *m, gs_date date, int64_t except, struct m_day *out);
struct m_window *m_window(struct m_day *day, const char *id); /* NULL */
gs_date m_today(const struct model *m);
bool m_room(const struct m_window *w, const struct m_slot *s);
int32_t m_inside(const struct model *m);

/* ---- model_quota.c ---- */
/* Does b's company hold all that it may in that window of b's date, or of the date? Places of b itself do not count. */
bool m_capped(const struct model *m, const struct m_booking *b, const struct m_window *w);
/* Could all that b's company holds of the date stand in that window? */
bool m_all_fit(const struct model *m, const struct m_booking *b, const struct m_window *w);
/* Still free so shortly before it starts that the quota does not hold? */
bool m_lifted(const struct model *m, const struct m_slot *s);

/* ---- model_place.c: which place a booking takes ---- */
struct m_place {
    char window[GS_WINDOW_ID_MAX + 1];
    int64_t start, end;
};
bool m_listed(const char *windows, const char *id); /* "" lists all */
bool m_status_placed(enum gs_status s);
bool m_status_active(enum gs_status s);
/* Another booking by whose plate this window of b's date is barred to b; waiting ones bar too if with_waiting. 0 = none. */
int64_t m_barred(const struct model *m, const struct m_booking *b, const char *window, bool with_waiting);
/* The best place for b that starts at least lead_min ahead. */
bool m_choose(const struct model *m, const struct m_booking *b, int32_t lead_min, bool with_waiting,
              struct m_place *out);
void m_take(const struct model *m, struct m_booking *b, const struct m_place *place);
int32_t m_promote_lead(const struct model *m); /* minutes */
/* Serves those who wait, in order, with whatever is free to them. */
void m_promote(struct model *m);
int32_t m_position(const struct model *m, const struct m_booking *b);

/* ---- model_moves.c: room made by moving others ---- */
/* What the core did at the command that comes next: where rules leave a choice between equals, the model follows it. */
void m_advise(struct model *m, const struct gs_batch *batch);
void m_complain(struct model *m, const char *what, int64_t id);
/* The next move of that cause and reason at that instant, from now on used; NULL = none. */
const struct gs_event *m_next_event(struct model *m, int64_t cause_id, const char *reason, int64_t at_ms);
void m_all_used(struct model *m);
bool m_movable(const struct model *m, const struct m_booking *b);
bool m_unlocked(const struct model *m, const struct m_slot *s); /* may it be moved to? */
/* Makes the core's move if it is one that may be made. */
void m_follow(struct model *m, const struct gs_event *e);
/* As m_choose, when that finds nothing: if moves can free a place, they are made, and the place is told. */
bool m_make_room(struct model *m, const struct m_booking *b, int32_t lead_min, bool with_waiting, struct m_place *out);

/* ---- model_strikes.c ---- */
/* Until when the plate is suspended, 0 = it is not; the strike of booking except does not count. */
/* Has that name, or that company, as many live bookings as it may? model_live.c */
bool m_live_full(const struct model *m, const char *owner, const char *uscc);
int64_t m_suspended(const struct model *m, const char *plate, int64_t except);
bool m_passed_over(const struct model *m, const struct m_booking *b); /* on the waitlist, for a suspension */
int64_t m_suspension_end(const struct model *m);                      /* the next of one who waits; M_NEVER */
struct m_outcome m_excuse(struct model *m, const struct gs_command *c);
enum gs_code m_may_except(const struct gs_command *c);
/* After code: a place that only the rules asked keep from b, if there is none without, or it is nearer; what was set aside is added. */
enum gs_code m_set_aside(const struct model *m, const struct m_booking *b, unsigned asked, enum gs_code code,
                         struct m_place *place, unsigned *used);
/* The place of a request or a new wish: free, by moving others, or by exception. GS_CODE_OK, FULL or COMPANY_QUOTA. */
enum gs_code m_place_of(struct model *m, const struct m_booking *b, const struct gs_command *c, struct m_place *place,
                        unsigned *used);
int64_t m_preferred(const struct m_booking *b, const struct m_day *day); /* model_place.c: the start; 0 = none */

/* ---- model_settle.c ---- */
int64_t m_next_settle(const struct model *m); /* after settled; M_NEVER */
void m_settle(struct model *m);               /* tomorrow, now */

/* ---- model_overstay.c: trucks that stay longer than their window ---- */
/* Does this window, if it runs, give no place to newcomers (walk-ins, those who are promoted)? */
bool m_shut(const struct model *m, const struct m_window *w);
int64_t m_next_start(const struct model *m); /* of a window, while anybody is inside */

/* ---- model_reminders.c ---- */
/* Of each booking, since when its slot, or its wait, has been what it is: asked whenever time goes on. */
void m_note_promises(struct model *m);
/* The next reminder of b that is to be looked at; M_NEVER. */
int64_t m_reminder_of(const struct model *m, const struct m_booking *b);
/* That one is due, while it is until already: is it of use still? */
void m_remind(struct model *m, struct m_booking *b, int64_t at, int64_t until);
/* Complains unless the core has told just those that had to be told. */
void m_all_reminded(struct model *m);

/* ---- model_due.c ---- */
int64_t m_due_of(const struct m_booking *b);
/* The end of the last window that b accepts. */
int64_t m_last_end(const struct model *m, const struct m_booking *b);
int64_t m_next_due(const struct model *m);
void m_due(struct model *m, int64_t until);

/* ---- the commands; what is due is applied already ---- */
struct m_outcome m_book(struct model *m, const struct gs_command *c);       /* model_book.c */
struct m_outcome m_walk_in(struct model *m, const struct gs_command *c);    /* model_book.c */
struct m_outcome m_reschedule(struct model *m, const struct gs_command *c); /* model_change.c */
struct m_outcome m_cancel(struct model *m, const struct gs_command *c);     /* model_change.c */
struct m_outcome m_delay(struct model *m, const struct gs_command *c);      /* model_change.c */
struct m_outcome m_capacity(struct model *m, const struct gs_command *c);   /* model_capacity.c */
/* Takes over whom the core's plan moves and displaces (tests/core/plan shows that it is the best plan); false: it does what no plan may. */
bool m_follow_plan(struct model *m, const struct gs_capacity *change, enum gs_excess excess); /* model_plan.c */
struct m_outcome m_gate_step(struct model *m, const struct gs_command *c);                    /* model_gate.c */
/* ---- model_correct.c: what is told afterwards ---- */
int64_t m_happened(const struct model *m, const struct gs_command *c);
/* What keeps b from having taken that step at the time that the command names; GS_CODE_OK: nothing. */
struct m_outcome m_may_have_happened(const struct model *m, const struct m_booking *b, enum gs_command_kind step,
                                     const struct gs_command *c);
/* Has b taken that step already, and does the command name a time for it? */
bool m_corrects(const struct m_booking *b, const struct gs_command *c);
struct m_outcome m_correct(const struct model *m, struct m_booking *b, const struct gs_command *c);
void m_hold_again(struct m_booking *b); /* is it one still, between arrival and entry? */
struct m_outcome m_reinstate(struct model *m, const struct gs_command *c);
/* The slot of a running window for a truck at the gate; NULL: none has room. model_book.c */
const struct m_slot *m_present_slot(const struct model *m, const struct m_window *w);
/* May b, with its new wish, be given a place at all? GS_CODE_OK, or why not. The checks of BOOK and RESCHEDULE. */
struct m_outcome m_admissible(const struct model *m, const struct m_booking *b);
struct m_outcome m_in_horizon(const struct model *m, gs_date date);
/* Has another active booking one of b's containers? */
bool m_container_taken(const struct model *m, const struct m_booking *b);
bool m_reference_taken(const struct model *m, const struct m_booking *b);
/* COMPANY_QUOTA if only that keeps b from a place, else FULL. */
enum gs_code m_why_none(const struct model *m, const struct m_booking *b);
/* Could b wait for a place? */
bool m_may_wait(const struct model *m, const struct m_booking *b);
/* What ended and is dated before yesterday is the store's to know, not the book's. */
bool m_forgotten(const struct model *m, const struct m_booking *b);
/* The booking if it is not forgotten and the actor may see it. */
struct m_booking *m_seen(struct model *m, const struct gs_actor *actor, int64_t id);

/* ---- model.c ---- */
void m_init(struct model *m, const struct gs_rules *rules, int64_t now);
struct m_outcome m_apply(struct model *m, const struct gs_command *c, int64_t now);
struct m_outcome m_said(enum gs_code code, int64_t id, int64_t at_ms);

#endif
