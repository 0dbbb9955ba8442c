/* Bookings and the small things in them, as JSON (CONTRACT: Booking). */
#ifndef GATESLOT_API_BOOKING_JSON_H
#define GATESLOT_API_BOOKING_JSON_H

#include "gateslot/base/json.h"
#include "gateslot/core/book.h"

void gs_json_time(struct gs_json *j, const char *key, int64_t at_ms, const struct gs_tz *tz);
void gs_json_time_or_null(struct gs_json *j, const char *key, int64_t at_ms, const struct gs_tz *tz); /* 0: null */
void gs_json_date(struct gs_json *j, const char *key, gs_date date);
void gs_json_hhmm(struct gs_json *j, const char *key, int32_t min);
void gs_json_span(struct gs_json *j, const char *key, int64_t start_ms, int64_t end_ms, const struct gs_tz *tz);
void gs_json_booking_id(struct gs_json *j, const char *key, int64_t id);

enum gs_disclosure {
    GS_SHOW_WHOLE,        /* one booking, to its owner, gate or supervisor */
    GS_SHOW_MASKED,       /* in lists */
    GS_SHOW_PUBLIC,       /* on a display: status, slot, and of the plate the first two characters and the last three */
    GS_SHOW_PUBLIC_LONGER /* likewise, with the last four of its plate: of two that would look alike */
};
/* The same without its end, for what is a booking and more. */
void gs_json_booking_open(struct gs_json *j, const char *key, const struct gs_booking *b, int32_t waitlist_position,
                          const struct gs_tz *tz, enum gs_disclosure show);
/* waitlist_position: 0 = not waiting. */
void gs_json_booking(struct gs_json *j, const char *key, const struct gs_booking *b, int32_t waitlist_position,
                     const struct gs_tz *tz, enum gs_disclosure show);
/* The same, with its position on the waitlist looked up in the book. */
void gs_json_live_booking(struct gs_json *j, const char *key, const struct gs_booking *b, const struct gs_book *book,
                          enum gs_disclosure show);

#endif
