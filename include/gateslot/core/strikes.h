/* Strikes as people ask about them: by plate and by company, what each rests on, and what follows. Only bookings of the dates that can
 * still say anything are looked at, so an answer does not depend on when the book was loaded. */
#ifndef GATESLOT_CORE_STRIKES_VIEW_H
#define GATESLOT_CORE_STRIKES_VIEW_H

#include "gateslot/core/book.h"

#define GS_STRIKES_SHOWN 50 /* of one plate, the latest */

enum gs_strike_state {
    GS_STRIKE_COUNTS,  /* now, or towards the suspension in force */
    GS_STRIKE_EXCUSED, /* by a supervisor */
    GS_STRIKE_EXPIRED, /* its days are over */
    GS_STRIKE_STATES
};
const char *gs_strike_state_name(enum gs_strike_state s); /* "counts", … */

struct gs_strike_view {
    int64_t booking_id, at_ms;
    gs_date date;
    bool late_cancel; /* else nobody came */
    enum gs_strike_state state;
    char uscc[GS_USCC_LEN + 1];
};
struct gs_strike_sum {
    int32_t count, limit;
    int64_t until_ms; /* until when the plate is suspended; 0: it is not */
};

struct gs_strike_filter {
    char plate[GS_PLATE_MAX + 1]; /* "" = any */
    char uscc[GS_USCC_LEN + 1];   /* "" = any */
    char after[GS_PLATE_MAX + 1]; /* cursor: plates behind it, in the order of their bytes */
    int32_t limit;
};
/* Plates with strikes: of a filter by plate or company all of them, else those of which one counts. Returns the number written to out
 * (room for limit); the texts are borrowed until the next apply. */
size_t gs_book_struck_plates(const struct gs_book *book, const struct gs_strike_filter *f, const char **out);
/* The strikes of a plate in order of time, uscc "" = all; returns how many were written to out. */
size_t gs_book_strikes(const struct gs_book *book, const char *plate, const char *uscc,
                       struct gs_strike_view out[GS_STRIKES_SHOWN]);
struct gs_strike_sum gs_book_strike_sum(const struct gs_book *book, const char *plate);

/* What excusing a booking comes to of which the book knows nothing any more: never GS_CODE_OK. */
enum gs_code gs_strikes_of_past(const struct gs_rules *rules, const struct gs_booking *b, struct gs_outcome *out);

#endif
