/* Overbooking: how many bookings more than a window's capacity may be taken, so that hardly ever more trucks come than fit. */
#ifndef GATESLOT_CORE_OVERBOOK_H
#define GATESLOT_CORE_OVERBOOK_H

#include "gateslot/base/rules.h"

struct gs_book;
struct gs_day;
struct gs_window;

/* Sets what the window and its slots may take beyond their capacity, by the rates of the 28 days before today. */
void gs_overbook_window(const struct gs_book *book, struct gs_window *w);
/* The same for each window of the day. */
void gs_overbook_day(const struct gs_book *book, struct gs_day *day);
/* All days of the book, anew: when the date changes, or what was counted of earlier dates. */
void gs_overbook_days(struct gs_book *book);

#endif
