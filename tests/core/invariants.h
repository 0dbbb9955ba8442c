/* What always holds inside a book, counted anew from its bookings. */
#ifndef GATESLOT_TESTS_CORE_INVARIANTS_H
#define GATESLOT_TESTS_CORE_INVARIANTS_H

#include "gateslot/core/book.h"

/* NULL, or what does not hold. cut: a supervisor wanted less than is booked, so I3 is not asked. */
const char *invariants_broken(const struct gs_book *book, bool cut);

/* NULL, or what one shows of its days (the dates that can be booked and the two around them) and the other does not. */
const char *invariants_shown(const struct gs_book *a, const struct gs_book *b);

#endif
