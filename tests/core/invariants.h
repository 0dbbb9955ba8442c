/* What always holds inside a book, counted anew from its bookings. */
#ifndef GATESLOT_TESTS_CORE_INVARIANTS_H
#define GATESLOT_TESTS_CORE_INVARIANTS_H

#include "gateslot/core/book.h"

/* NULL, or what does not hold. cut: a supervisor wanted less than is booked, so I3 is not asked. */
const char *invariants_broken(const struct gs_book *book, bool cut);

#endif
