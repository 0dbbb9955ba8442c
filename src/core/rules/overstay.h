/* Trucks that stay longer than their window. A place of a window is a bay turned over once; a truck of an earlier
 * window that is still inside holds a bay that the window counts on.
 *
 * Of the window that runs, and of the next one that is not closed (as if it began now):
 *   inside    trucks inside (entered or cleared) whose own window began earlier; of all other windows 0;
 *   cost      inside less the bays that the window's capacity leaves free anyway (bays − capacity, if more than 0);
 *   at_risk   how many booked places of the window that may cost: booked + cost − capacity, from 0 to cost.
 * While a window runs, whoever is not booked yet (a walk-in, one who is promoted) gets a place of it only while
 * booked + cost < capacity: who overstays takes places from newcomers, never from those who have one. When at_risk of
 * the running window becomes more than 0, at its start or later, an event capacity.changed with reason "at_risk" says
 * so once. */
#ifndef GATESLOT_CORE_OVERSTAY_H
#define GATESLOT_CORE_OVERSTAY_H

#include "state/state.h"

/* When a truck of that booking is due out of the yard: at the end of its window, which is turned over then; of a window that the day does
 * not know any more, at the end of its slot. */
int64_t gs_overstay_due_out(const struct gs_day *day, const struct gs_booking *b);

struct gs_overstay {
    int32_t inside, cost, at_risk;
};
struct gs_overstay gs_overstay_of(const struct gs_book *book, const struct gs_day *day, int32_t window);
/* Windows of the day of which no newcomer gets a place because of those inside. */
uint32_t gs_overstay_shut(const struct gs_book *book, const struct gs_day *day);
/* at_risk of the window that runs now. */
int32_t gs_overstay_risk(const struct gs_book *book);
/* The next start of a window after those already told about, while anybody is inside; INT64_MAX: none. */
int64_t gs_overstay_next_start(const struct gs_book *book);

#endif
