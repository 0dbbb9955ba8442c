/* What has to be known of bookings after they have left the book: who did not come, and how many came. Counted as bookings end their
 * promise, and again at load from the archive; so the store keeps nothing for it. */
#ifndef GATESLOT_CORE_FACTS_H
#define GATESLOT_CORE_FACTS_H

#include "gateslot/core/booking.h"
#include "state/table.h"

#define GS_FACT_DAYS                                                                                                   \
    49 /* dates that count: today and the 48 before it, all that the rules of weeks and windows ask for */
#define GS_FACT_RING 64

enum gs_fact { GS_FACT_NONE, GS_FACT_SHOW, GS_FACT_WALK_IN, GS_FACT_NO_SHOW };

struct gs_strike {
    int64_t booking_id;
    int64_t at_ms;
    gs_date date; /* of the booking */
};
struct gs_strikes { /* of a plate, in order of time */
    struct gs_strike *at;
    int32_t count, room;
};

struct gs_tally { /* of a date */
    gs_date date;
    int32_t booked, no_shows; /* promises that ended, and those of them that nobody came for; walk-ins made none */
    int32_t used;             /* trucks that came, walk-ins too */
};
struct gs_tallies { /* by name: a company's code, or a window's id */
    struct gs_table names;
    struct gs_tally (*at)[GS_FACT_RING]; /* owned, by number of the name, then date modulo GS_FACT_RING */
    int32_t room;
};

struct gs_facts {
    struct gs_table plates;
    struct gs_strikes *strikes; /* owned, by number of the plate */
    int32_t strike_room;
    struct gs_tallies companies, windows;
};

/* What the booking as it stands tells. A late cancellation is a no-show. */
enum gs_fact gs_fact_of(const struct gs_booking *b);

void gs_facts_finish(struct gs_facts *f);
int gs_facts_copy(const struct gs_facts *from, struct gs_facts *out) GS_MUST_CHECK; /* out is empty before */
int gs_facts_add(struct gs_facts *f, const struct gs_booking *b, enum gs_fact fact) GS_MUST_CHECK;
void gs_facts_take_back(struct gs_facts *f, const struct gs_booking *b, enum gs_fact fact);
/* Strikes of a plate, NULL: none ever. */
const struct gs_strikes *gs_facts_strikes(const struct gs_facts *f, const char *plate);
/* Of the dates [first, last]; date is not set. */
struct gs_tally gs_facts_sum(const struct gs_tallies *t, const char *name, gs_date first, gs_date last);
/* The same for the same facts, in whatever order they became known; of tallies from first on, of strikes from first_strike on. */
uint64_t gs_facts_digest(const struct gs_facts *f, gs_date first, gs_date first_strike);

#endif
