/* What has to be known of bookings after they have left the book: who did not come, and how many came. Counted as bookings end their
 * promise, and again at load from the archive; so the store keeps nothing for it. */
#ifndef GATESLOT_CORE_FACTS_H
#define GATESLOT_CORE_FACTS_H

#include "gateslot/core/booking.h"
#include "state/table.h"

#define GS_FACT_DAYS                                                                                                   \
    49 /* dates that count: today and the 48 before it, all that the rules of weeks and windows ask for */
#define GS_FACT_RING 64

enum gs_fact {
    GS_FACT_NONE,
    GS_FACT_SHOW,
    GS_FACT_WALK_IN,
    GS_FACT_NO_SHOW,
    GS_FACT_EXCUSED, /* nobody came, and a supervisor has excused that */
    GS_FACT_LATE     /* given up late, and not a no-show for that */
};

/* A booking that nobody came for, with what an excuse has to say of it when only the archive holds it any more. */
struct gs_strike {
    int64_t booking_id, version, last_event;
    int64_t at_ms; /* when it ended */
    gs_date date;  /* of the booking */
    enum gs_status status;
    bool excused;
    char uscc[GS_USCC_LEN + 1];
    char owner[GS_NAME_MAX + 1];
    char reference[GS_REFERENCE_MAX + 1];
};
struct gs_strikes { /* of a plate, in order of time, then of their numbers */
    struct gs_strike *at;
    int32_t count, room;
};

struct gs_tally { /* of a date */
    gs_date date;
    int32_t booked, no_shows; /* promises that ended, and those of them that nobody came for; walk-ins made none */
    int32_t used;             /* trucks that came, walk-ins too */
    int32_t late;             /* of a company or name: given up late; not among booked */
    int32_t excused;          /* likewise: promises that nobody came for and that are not among no_shows */
};
struct gs_tallies { /* by name: a company's code, a window's id, or the name that booked */
    struct gs_table names;
    struct gs_tally (*at)[GS_FACT_RING]; /* owned, by number of the name, then date modulo GS_FACT_RING */
    int32_t room;
};

struct gs_facts {
    struct gs_table plates;
    struct gs_strikes *strikes; /* owned, by number of the plate */
    int32_t strike_room;
    struct gs_tallies companies, windows, owners;
};

/* What the booking as it stands tells. A late cancellation is a no-show. Who was excused did not come all the same: of a window, it
 * counts as a no-show. */
enum gs_fact gs_fact_of(const struct gs_booking *b);

void gs_facts_finish(struct gs_facts *f);
int gs_facts_copy(const struct gs_facts *from, struct gs_facts *out) GS_MUST_CHECK; /* out is empty before */
int gs_facts_add(struct gs_facts *f, const struct gs_booking *b, enum gs_fact fact) GS_MUST_CHECK;
void gs_facts_take_back(struct gs_facts *f, const struct gs_booking *b, enum gs_fact fact);
/* Strikes of a plate, NULL: none ever. */
const struct gs_strikes *gs_facts_strikes(const struct gs_facts *f, const char *plate);
/* The strike that rests on that booking, and its plate; NULL: none does. */
struct gs_strike *gs_facts_strike_of(const struct gs_facts *f, int64_t booking_id, const char **out_plate);
/* The strike of a booking that the book does not hold any more is excused. */
void gs_facts_excuse(struct gs_facts *f, struct gs_strike *strike);
/* Of the dates [first, last]; date is not set. */
struct gs_tally gs_facts_sum(const struct gs_tallies *t, const char *name, gs_date first, gs_date last);
/* The same for the same facts, in whatever order they became known; of tallies from first on, of strikes from first_strike on. */
uint64_t gs_facts_digest(const struct gs_facts *f, gs_date first, gs_date first_strike);

#endif
