/* What other rules would do to a book (book.h: gs_book_preview), found out step by step while commands are applied: as gs_book_preview would have
 * said it at one instant between the first step and the last. It changes nothing and leaves no record. */
#ifndef GATESLOT_CORE_PREVIEW_H
#define GATESLOT_CORE_PREVIEW_H

#include "gateslot/core/book.h"

struct gs_previewing;

int gs_previewing_create(const struct gs_rules *next, struct gs_previewing **out) GS_MUST_CHECK; /* next is borrowed */
/* Of the same book each time; fails as gs_book_preview. A step takes a fraction of a millisecond, that of a date with a thousand
 * bookings some. */
int gs_previewing_step(struct gs_previewing *p, const struct gs_book *book, bool *out_done) GS_MUST_CHECK;
/* The book as it stood at that instant, once it is copied and until the plans are made; else NULL. */
const struct gs_book *gs_previewing_copy(const struct gs_previewing *p);
const struct gs_plans *gs_previewing_plans(const struct gs_previewing *p); /* its own; whole when it is done */
void gs_previewing_destroy(struct gs_previewing *p);                       /* NULL is fine */

#endif
