/* The book: the picture of the live days in memory. Built empty, filled by the one load path (restore … start), changed only
 * by gs_apply (command.h), asked by the const functions below. Holds every booking that is not terminal, and all of
 * each date from yesterday on (older terminal ones are the store's: core/query.h). Not thread-safe. */
#ifndef GATESLOT_CORE_BOOK_H
#define GATESLOT_CORE_BOOK_H

#include "gateslot/base/rules.h"
#include "gateslot/core/booking.h"
#include "gateslot/core/code.h"
#include "gateslot/core/command.h"
#include "gateslot/core/record.h"
#include "gateslot/core/search.h"

struct gs_book;

/* rules are borrowed and must outlive the book. */
int gs_book_create(const struct gs_rules *rules, struct gs_book **out) GS_MUST_CHECK;
void gs_book_destroy(struct gs_book *book);

/* Load path, in any order of rows (by id is fastest), then start. After a failure the book is only to be destroyed. Contradictions (two on one place, unknown status, a place beyond
 * GS_MAX_CAPACITY) are GS_E_CORRUPT. A booking whose window the rules no longer know is kept and honoured. */
int gs_book_restore_booking(struct gs_book *book, const struct gs_booking *b) GS_MUST_CHECK;
/* One of the archive: not held, but what it tells of its truck, company and window counts. Those dated within gs_book_past_days
 * before the instant that the book is started at are needed, others do no harm. */
int gs_book_restore_past(struct gs_book *book, const struct gs_booking *b) GS_MUST_CHECK;
int32_t gs_book_past_days(const struct gs_rules *rules);
int gs_book_restore_capacity(struct gs_book *book, const struct gs_capacity *c) GS_MUST_CHECK;
int gs_book_restore_turned_away(struct gs_book *book, const struct gs_turned_away *t) GS_MUST_CHECK;
/* The counters and the latest instant applied, as stored; fresh store: 0, 0, 0. */
int gs_book_start(struct gs_book *book, int64_t last_booking_id, int64_t last_seq, int64_t now_ms) GS_MUST_CHECK;

/* A new book under next with all that this one holds; this one stays. GS_E_RANGE: a day would have more windows or slots than
 * it can hold, with those that only bookings still know. */
int gs_book_rebuild(const struct gs_book *book, const struct gs_rules *next, struct gs_book **out) GS_MUST_CHECK;
/* What new rules did on one date. */
struct gs_reload_day {
    gs_date date;
    int32_t windows; /* that changed */
    int32_t moved, waitlisted, promoted;
};
/* Takes a book just rebuilt from old into use: says so (config.reloaded, with the options that changed, NULL: not known), on each date
 * whose windows the rules changed carries out the plan of that change (plan.h): who has no place any more is moved or displaced; then
 * all who wait are asked. told (may be NULL) hears of each such date. Without memory batch->failed. */
void gs_book_reload(struct gs_book *book, const struct gs_book *old, struct gs_batch *batch,
                    const struct gs_option_changes *options, void (*told)(void *arg, const struct gs_reload_day *day),
                    void *arg);
/* What that would do, date by date: those whose windows change or on which bookings move, wait or get a place. Pure. As of
 * gs_book_rebuild. out is to be finished by the caller; untouched on failure. */
int gs_book_preview(const struct gs_book *book, const struct gs_rules *next, struct gs_plans *out) GS_MUST_CHECK;

/* Live bookings that the rules next would leave without their window (true) or, in another zone than zone (NULL: not known any more), at
 * another time of day (false). Returns how many, each given to found. */
size_t gs_book_unfit(const struct gs_book *book, const struct gs_rules *next, bool same_zone, const struct gs_tz *zone,
                     void (*found)(void *arg, const struct gs_booking *b, bool window), void *arg);
/* Erases drivers and reasons of dates before this one; the store does it by itself. No record, no event. */
void gs_book_erase(struct gs_book *book, gs_date before);

const struct gs_rules *gs_book_rules(const struct gs_book *book);
int64_t gs_book_seq(const struct gs_book *book);        /* of the last event */
int64_t gs_book_now(const struct gs_book *book);        /* the latest instant applied */
int64_t gs_book_next_due(const struct gs_book *book);   /* INT64_MAX: nothing */
gs_date gs_book_today(const struct gs_book *book);      /* site date of gs_book_now */
gs_date gs_book_first_date(const struct gs_book *book); /* the earliest date it holds whole: yesterday */
/* That date for a book whose latest instant is now_ms. What has ended and is dated before it, no book looks at any more. */
gs_date gs_book_first_date_at(const struct gs_rules *rules, int64_t now_ms);
gs_date gs_book_last_date(const struct gs_book *book); /* the last that can be booked now */
int32_t gs_book_inside(const struct gs_book *book);    /* bays in use */
size_t gs_book_waiting(const struct gs_book *book);    /* on the waitlist, of all dates */
size_t gs_book_count(const struct gs_book *book);      /* bookings held in memory */
/* A hash over everything that matters, in canonical order: equals that of the book rebuilt from the store and started at
 * the same now (I4). */
uint64_t gs_book_digest(const struct gs_book *book);

const struct gs_booking *gs_book_get(const struct gs_book *book, int64_t id); /* NULL */
int32_t gs_book_waitlist_position(const struct gs_book *book,
                                  const struct gs_booking *b); /* 1-based, 0 = not waiting */
/* May this actor see that booking? backend: its own; gate, supervisor, system: all; others: none. */
bool gs_actor_sees(const struct gs_actor *actor, const char *owner);

struct gs_filter {
    bool has_date;
    gs_date date;
    char window[GS_WINDOW_ID_MAX + 1]; /* "" = any */
    bool has_status;
    enum gs_status status;
    char uscc[GS_USCC_LEN + 1]; /* "" = any */
    char text[GS_UTF8_BYTES(GS_SEARCH_CHARS) +
              1]; /* part of plate, trailer, container, pass code or company name, normalised; "" = any */
    char owner[GS_NAME_MAX + 1];          /* "" = any; set for backends */
    char reference[GS_REFERENCE_MAX + 1]; /* "" = any */
    struct gs_search search;              /* chars 0: any; with text, what either finds */
    int64_t after_id;                     /* cursor of a list by id */
    int64_t before_id;                    /* of one with the newest first; 0 = from the beginning */
    int32_t limit;
};
bool gs_filter_matches(const struct gs_filter *f, const struct gs_booking *b);
/* Bookings by id, after the cursor; returns the number written to out (room for limit). */
size_t gs_book_list(const struct gs_book *book, const struct gs_filter *f, const struct gs_booking **out);
/* The same of all dates, the newest first. */
size_t gs_book_newest(const struct gs_book *book, const struct gs_filter *f, const struct gs_booking **out);
/* The same, but they look at so many bookings at most. *out_more: there are others to look at, and f's cursor (after_id; of the newest
 * before_id) says from where to go on. */
size_t gs_book_list_some(const struct gs_book *book, struct gs_filter *f, size_t look, const struct gs_booking **out,
                         bool *out_more);
size_t gs_book_newest_some(const struct gs_book *book, struct gs_filter *f, size_t look, const struct gs_booking **out,
                           bool *out_more);

struct gs_slot_view {
    int64_t start_ms, end_ms;
    int32_t capacity, booked;
    int32_t overbooking; /* that may be taken beyond the capacity */
};                       /* free = capacity + overbooking − booked, may be < 0 */
struct gs_window_view {
    char id[GS_WINDOW_ID_MAX + 1];
    char name[GS_WINDOW_NAME_MAX + 1]; /* shown to people; the id, where the rules give none */
    int64_t start_ms, end_ms;
    int32_t capacity, booked, waiting; /* waiting: waitlisted that accept it */
    int32_t overbooking; /* taken, or to be taken, beyond the capacity: booked ≤ capacity + overbooking but for a cut
                              * that a supervisor wanted */
    bool closed, overridden; /* overridden: a supervisor's capacity stands */
    int32_t inside;  /* of the running and of the next window: trucks of earlier windows that are still inside, */
    int32_t at_risk; /* and how many of its booked places that may cost (bays turned over once a window) */
    int32_t slot_capacity_rule;     /* -1 = even spread */
    char reason[GS_REASON_MAX + 1]; /* of the override */
    int32_t slot_count;
    struct gs_slot_view slots[GS_MAX_SLOTS];
};
struct gs_day_view {
    gs_date date;
    bool closed;
    char reason[GS_REASON_MAX + 1]; /* of a closed day */
    int32_t window_count;
};
/* Any date: one the book does not hold shows what the calendar gives. */
void gs_book_day(const struct gs_book *book, gs_date date, struct gs_day_view *out);
/* index < window_count, in order of time; false otherwise. */
bool gs_book_window(const struct gs_book *book, gs_date date, int32_t index, struct gs_window_view *out);
/* A counter that changes whenever what gs_book_window says of that date changes (for caches of rendered pages), also
 * from a book to the one rebuilt from it. A book loaded anew counts anew: caches go with the old one. */
uint64_t gs_book_day_version(const struct gs_book *book, gs_date date);

/* The gate's rows of a date: those that hold or held a place there and are not cancelled, by slot, then plate; of the present date
 * also those of other dates who are at the gate, in the yard, or may arrive already. Fills at most max, returns how many there are.
 * window "" = all. */
size_t gs_book_gate_list(const struct gs_book *book, gs_date date, const char *window, const struct gs_booking **out,
                         size_t max);
/* Does the present date's list change now by the mere passing of time, because tomorrow's first trucks may come before midnight? */
bool gs_book_gate_list_moves(const struct gs_book *book);

/* The trucks inside, whoever is due out first before the others, or those that have arrived and wait at the gate, in the order in which
 * they are to be let in (by slot, then arrival); of whatever date. Fills at most max, returns how many there are; in order if all fit. */
size_t gs_book_yard(const struct gs_book *book, bool inside, const struct gs_booking **out, size_t max);
/* When a truck inside is due out: at the end of its window. */
int64_t gs_book_due_out(const struct gs_book *book, const struct gs_booking *b);
/* May one that is booked or arrived come in now: admit, or hold because it is early or the yard is full? */
void gs_book_entrance(const struct gs_book *book, const struct gs_booking *b, enum gs_decision *out_decision,
                      enum gs_gate_code *out_code);
/* Of those who wait at the gate, may come in as far as their time goes, and are to be let in before b: the first (NULL: nobody), and
 * how many they are. */
const struct gs_booking *gs_book_first_held(const struct gs_book *book, const struct gs_booking *b, int32_t *out_ahead);

/* The trucks turned away at the gate on that date: those for which a recorded check said reject, each once. */
int32_t gs_book_turned_away(const struct gs_book *book, gs_date date);

struct gs_gate_verdict {
    enum gs_decision decision;
    enum gs_gate_code code;
    const struct gs_booking *booking; /* NULL if none was found */
    int32_t candidate_count;
    const struct gs_booking *candidates[GS_MAX_CANDIDATES];
};
#define GS_RECHECK_MS (60 * 1000) /* the same check by the same actor within this time is recorded once */
/* One of plate (any form), pass_code, container (any form) is not NULL. Decides at gs_book_now. */
void gs_book_gate_check(const struct gs_book *book, const char *plate, const char *pass_code, const char *container,
                        struct gs_gate_verdict *out);

#endif
