/* May a request have a place, and which? Asked by booking and rescheduling; changes nothing. */
#ifndef GATESLOT_CORE_ADMISSION_H
#define GATESLOT_CORE_ADMISSION_H

#include "rules/moves.h"

struct gs_offer {
    struct gs_day *day;
    struct gs_allowed allowed; /* where it may go on that day */
    int64_t preferred_ms;
    struct gs_spot spot;
    struct gs_moves moves; /* that free the spot */
    struct gs_spot
        barred; /* the place that it would have got but for its company's quota; window -1: there is none either way */
    bool may_wait; /* full, but a place that comes free in time could still be had */
};

/* Is it a date, are these windows and slots of it, is any of them open? Adds faults to out; GS_CODE_OK, VALIDATION,
 * OUTSIDE_HORIZON or CLOSED with what belongs to it. Fills day, allowed, preferred_ms. */
enum gs_code gs_admission_frame(const struct gs_book *book, const struct gs_asker *asker, struct gs_offer *offer,
                                struct gs_outcome *out);
/* Then: which place? GS_CODE_OK with spot; DUPLICATE_PLATE, PAST_CUTOFF or FULL (alternatives are not filled in). */
enum gs_code gs_admission_choose(const struct gs_book *book, const struct gs_asker *asker, struct gs_offer *offer,
                                 struct gs_outcome *out);
/* Full: but moving others may free a place. GS_CODE_OK with spot and moves; else GS_CODE_FULL still. */
enum gs_code gs_admission_make_room(const struct gs_book *book, const struct gs_asker *asker, struct gs_offer *offer);
/* Full still: or is it the company that has enough? GS_CODE_COMPANY_QUOTA with used, limit and reason; other codes stay. */
enum gs_code gs_admission_judge_full(const struct gs_book *book, const struct gs_asker *asker,
                                     const struct gs_offer *offer, enum gs_code code, struct gs_outcome *out);
/* Alternatives for what gs_admission_choose found full. */
void gs_admission_alternatives(const struct gs_book *book, const struct gs_asker *asker, const struct gs_offer *offer,
                               struct gs_outcome *out);

/* The date is not open: says so and since when it will be. */
enum gs_code gs_admission_outside(const struct gs_book *book, gs_date date, struct gs_outcome *out);
/* Why a closed window is closed; never NULL. */
const char *gs_admission_closed_reason(const struct gs_book *book, const struct gs_day *day, int32_t window);

#endif
