/* One date in memory: its windows and slots, who holds which place, who waits. */
#ifndef GATESLOT_CORE_DAY_H
#define GATESLOT_CORE_DAY_H

#include "gateslot/base/rules.h"
#include "state/holdings.h"
#include "state/list.h"
#include "state/places.h"

struct gs_slot {
    int64_t start_ms, end_ms;
    int32_t start_min;        /* local minute of day */
    int32_t capacity, booked; /* booked: places held */
    bool adopted;             /* the rules do not know it: made for the bookings that hold it */
    int32_t extra;            /* as of the window */
    struct gs_places places;
};

struct gs_window {
    char id[GS_WINDOW_ID_MAX + 1];
    int64_t start_ms, end_ms;
    int32_t calendar_capacity; /* what the rules say, */
    bool calendar_closed;
    int32_t capacity, slot_capacity; /* and what stands: the rules', or the supervisor's */
    int32_t extra;                   /* bookings that may be taken beyond the capacity: overbook.c */
    bool closed, overridden;
    bool adopted; /* the rules do not know it: closed, made for the bookings that hold it */
    int32_t booked, waiting;
    int32_t inside;     /* of its trucks */
    const char *name;   /* the calendar's, shown to people; "" or NULL = the id */
    const char *reason; /* the calendar's, why closed; never NULL */
    int32_t slot_count;
    struct gs_slot *slots; /* owned, in order of start */
};

struct gs_day {
    gs_date date;
    bool closed;        /* by the calendar, wholly */
    const char *reason; /* why; belongs to the rules; never NULL */
    int32_t window_count;
    struct gs_window windows[GS_MAX_WINDOWS]; /* those of the rules in order of start, then adopted ones */
    struct gs_list bookings;                  /* all of the date, by id */
    struct gs_list waiting;                   /* in order of promotion */
    struct gs_holdings holdings;              /* what each company holds */
    int32_t adopted;                          /* slots that the rules do not know */
    bool promotions_pending;                  /* something came free: see flow/waitlist.c */
    uint64_t version;
};

/* A slot of a day by its indices; window -1 = none. */
struct gs_spot {
    int32_t window, slot;
};
#define GS_NO_SPOT ((struct gs_spot){-1, -1})

#define GS_NO_PREFERENCE INT64_MIN /* of a slot's start */

int gs_day_create(const struct gs_rules *rules, gs_date date, struct gs_day **out) GS_MUST_CHECK;
void gs_day_destroy(struct gs_day *day); /* not its bookings */

static inline struct gs_slot *gs_day_slot(const struct gs_day *day, struct gs_spot spot)
{
    return &day->windows[spot.window].slots[spot.slot];
}
int32_t gs_day_window_index(const struct gs_day *day, const char *id); /* -1 */
struct gs_spot gs_day_find(const struct gs_day *day, const char *window, int64_t slot_start_ms);
/* Bits of the windows that the rules know, and of those that take bookings. */
uint32_t gs_day_known(const struct gs_day *day);
uint32_t gs_day_open(const struct gs_day *day);
/* Of the comma-separated ids those that the rules know; "" = all. */
uint32_t gs_day_accepted(const struct gs_day *day, const char *windows);
/* The first slot of these windows that the rules know and that starts at that local minute of day; GS_NO_PREFERENCE if there is none, or
 * minute is -1. */
int64_t gs_day_start_at(const struct gs_day *day, uint32_t windows, int32_t minute);
/* May one more be booked there: window open, and neither it nor the slot at its capacity? */
bool gs_day_has_room(const struct gs_day *day, struct gs_spot spot);
/* What stands from now on; slot_capacity as in gs_capacity. */
void gs_day_set_capacity(struct gs_window *w, int32_t capacity, int32_t slot_capacity, bool closed);
/* The spot of a slot that the rules do not know, made for the bookings that hold it. GS_E_RANGE beyond the bounds of
 * a day. */
int gs_day_adopt(struct gs_day *day, const char *window, const struct gs_slot *like, struct gs_spot *out) GS_MUST_CHECK;
/* A slot that the rules do not know, and such a window, last at least until then. */
void gs_day_cover(struct gs_day *day, struct gs_spot spot, int64_t end_ms);
/* Drops slots and windows that the rules do not know and nobody holds any more: indices of slots, and of windows that the rules do not
 * know, become others. False: there were none. */
bool gs_day_drop_empty(struct gs_day *day);
/* Take and give back a place: the counts of slot, window and company in step with the numbers. Capacity is not asked. */
int gs_day_take(struct gs_day *day, struct gs_spot spot, int32_t place, struct gs_entry *holder) GS_MUST_CHECK;
void gs_day_release(struct gs_day *day, struct gs_spot spot, int32_t place);

#endif
