/* The book from within: what it keeps, and the questions and changes that need nothing else. Only src/core includes this (and the
 * tests of it). */
#ifndef GATESLOT_CORE_STATE_H
#define GATESLOT_CORE_STATE_H

#include "gateslot/base/limits.h"
#include "gateslot/core/book.h"
#include "gateslot/core/command.h"
#include "gateslot/core/plan.h"
#include "state/checks.h"
#include "state/day.h"
#include "state/deadlines.h"
#include "state/facts.h"
#include "state/index.h"
#include "state/live_counts.h"

/* A booking and where the book keeps it. Its address does not change while it is in memory. */
struct gs_entry {
    struct gs_booking b; /* first: a pointer to the booking is a pointer to the entry */
    struct gs_day *day;
    uint32_t accepted;  /* windows of its day that its wish accepts */
    bool waiting;       /* it is in its day's waitlist */
    bool ended;         /* its links are in the indexes of the ended */
    bool inside;        /* it is counted in book->inside */
    bool live;          /* it is counted in book->live_names and live_companies */
    enum gs_fact fact;  /* it is counted as in book->facts */
    size_t deadline_at; /* position in the heap */
    struct gs_link plate, pass_code, reference, containers[GS_MAX_CONTAINERS];
};

struct gs_overrides {        /* supervisors' capacities, by date, then window */
    struct gs_capacity **at; /* owned, each of them too */
    size_t count, room;
    uint64_t version; /* changes with them, as a day's does */
};

/* Those under way and those that ended are kept apart: a plate's many past bookings cost a new one nothing. */
struct gs_by_text {
    struct gs_index plates, containers;
};

/* What stood before commands that stand or fall together. */
struct gs_undo {
    struct gs_booking *before; /* owned; of each booking that was changed since */
    size_t count, room;
    int64_t last_id, last_seq, suspension_ends_ms;
    struct gs_batch_mark mark;
};

struct gs_book {
    const struct gs_rules *rules;
    int64_t last_id, last_seq, now_ms;
    gs_date first_date, today, last_date;
    int64_t first_ms;     /* midnight that first_date begins with: what ended before it may be forgotten */
    int64_t next_roll_ms; /* when these dates change */
    struct gs_day **days; /* owned, by date */
    size_t day_count, day_room;
    struct gs_list bookings; /* all, by id; owns the entries */
    struct gs_by_text live, ended;
    struct gs_index pass_codes;
    struct gs_index references; /* of those under way that have one */
    struct gs_overrides overrides;
    struct gs_checks checks;
    struct gs_plans plans; /* the last that were asked for */
    struct gs_deadlines deadlines;
    struct gs_facts facts;
    int64_t
        suspension_ends_ms; /* then one who waits, and was passed over because of it, is looked at again; GS_NEVER: nobody */
    int64_t next_settle_ms; /* GS_NEVER: no date in memory is to be settled yet */
    int64_t settled_ms;     /* dates that fell due up to then are settled */
    int32_t inside;
    struct gs_live_counts live_names, live_companies; /* empty where no rule asks for them */
    int64_t starts_told_ms;  /* windows that began up to then have been looked at: see rules/overstay.h */
    bool promotions_pending; /* on some day */
    bool adopted;            /* some day may have a slot that the rules do not know */
    bool recheck_waiters;    /* just loaded: the rules may have changed since, so all who wait are looked at once */
    bool shared_starts;      /* slots of two windows may start at one instant: see gs_entry_free_place */
    struct gs_undo
        *undo;   /* owned; what flow/together.c undoes if need be; NULL: nothing is applied that may be undone */
    bool broken; /* memory ran out in the middle of a change: it is only to be destroyed */
    uint64_t version;
};

/* One act upon the book, a command or something that fell due: what every change that it makes needs. */
struct gs_act {
    struct gs_book *book;
    struct gs_batch *batch;
    int64_t now_ms;
    const struct gs_actor *actor;
    const char *reason; /* as the actor gave it */
    enum gs_occasion occasion;
    bool at_risk; /* trucks inside were known to cost the running window places when the command began */
};

/* What the day shows has changed: caches of it are outdated. */
static inline void gs_days_changed(struct gs_book *book, struct gs_day *day)
{
    day->version = ++book->version;
}

/* Something of the day came free: whoever waits may have it now, and is asked before the command ends. */
static inline void gs_days_freed(struct gs_book *book, struct gs_day *day)
{
    day->promotions_pending = true;
    book->promotions_pending = true;
}

/* days.c */
struct gs_day *gs_days_find(const struct gs_book *book, gs_date date); /* NULL */
int gs_days_get(struct gs_book *book, gs_date date, struct gs_day **out) GS_MUST_CHECK;
/* The date as it stands without bookings, calendar and supervisors' capacities together: what the book makes when it comes to hold it.
 * The caller's, by gs_day_destroy. */
int gs_days_ahead(const struct gs_book *book, gs_date date, struct gs_day **out) GS_MUST_CHECK;
/* The window that runs now, of today or of a night that began yesterday; NULL: none. */
struct gs_day *gs_days_running(const struct gs_book *book, int32_t *out_window);
bool gs_days_runs(const struct gs_book *book, const struct gs_window *w);
/* What the rules do not know goes with the last who held it, as it would at the next load. Between commands: indices change. */
void gs_days_drop_empty(struct gs_book *book);
void gs_days_finish(struct gs_book *book);

/* entry.c */
/* An empty book is about to hold about what the other one does. */
void gs_book_expect(struct gs_book *book, const struct gs_book *like);
/* A copy of b that no book knows yet; free() ends it. NULL: no memory. */
struct gs_entry *gs_entry_create(const struct gs_booking *b);
/* The book's from now on: in its lists and indexes, but holding no place and not yet tracked. On failure it stays the caller's. */
int gs_entry_adopt(struct gs_book *book, struct gs_entry *e) GS_MUST_CHECK;
/* A copy of b, owned by the book: in its lists and indexes, but holding no place and not yet tracked. */
int gs_entry_add(struct gs_book *book, const struct gs_booking *b, struct gs_entry **out) GS_MUST_CHECK;
/* Gives it the place that its booking says it holds; GS_E_CORRUPT if that cannot be. */
int gs_entry_hold(struct gs_book *book, struct gs_entry *e) GS_MUST_CHECK;
/* Brings waitlist, heap, indexes and count of the bays in step with the booking's state. */
int gs_entry_track(struct gs_book *book, struct gs_entry *e) GS_MUST_CHECK;
/* Both, for one that was just added as it stood elsewhere. */
int gs_entry_restore(struct gs_book *book, struct gs_entry *e) GS_MUST_CHECK;
/* Out of heap, indexes and place, for one that is about to be freed; the lists are the caller's. */
void gs_entry_forget(struct gs_book *book, struct gs_entry *e);
/* What it told of its truck, company and window is forgotten until it is tracked again: before its window becomes another. */
void gs_entry_drop_fact(struct gs_book *book, struct gs_entry *e);
void gs_entry_link(struct gs_book *book, struct gs_entry *e);
void gs_entry_unlink(struct gs_book *book, struct gs_entry *e);
/* To another day's list; its wish must name that day. */
int gs_entry_move(struct gs_entry *e, struct gs_day *day) GS_MUST_CHECK;
/* By id; NULL for one that is dated, and ended, before yesterday (a truck may leave days after its date, and a mistaken
 * step be taken back then), even if it is yet to be freed: so answers do not
 * depend on when the book was loaded. */
struct gs_entry *gs_entry_find(const struct gs_book *book, int64_t id);
bool gs_entry_forgotten(const struct gs_book *book, const struct gs_entry *e);
struct gs_spot gs_entry_spot(const struct gs_entry *e); /* of the place it holds, or held last on its day */
/* Gives its place up while a decision about itself is made, and takes the same place again. One without a place is left alone. */
void gs_entry_vacate(struct gs_entry *e);
void gs_entry_reoccupy(struct gs_entry *e);
/* Lowest number that is free in the slot (and in any other slot that starts at the same instant: for the store the
 * start and the number are the place). */
int32_t gs_entry_free_place(const struct gs_book *book, const struct gs_day *day, struct gs_spot spot);

/* overrides.c */
const struct gs_capacity *gs_overrides_find(const struct gs_book *book, gs_date date, const char *window); /* NULL */
/* Keeps it, and puts it into force on its day, which is NULL where the book does not hold the date. */
int gs_overrides_put(struct gs_book *book, struct gs_day *day, const struct gs_capacity *c) GS_MUST_CHECK;
/* Forgets it, and lifts it from day, which is NULL likewise. */
void gs_overrides_remove(struct gs_book *book, struct gs_day *day, gs_date date, const char *window);
/* On a day just made: what stands for its date. False: nothing does. */
bool gs_overrides_lay(const struct gs_book *book, struct gs_day *day);
void gs_overrides_finish(struct gs_overrides *all);

#endif
