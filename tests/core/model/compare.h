/* What the book and the model must agree on after every command. */
#ifndef GATESLOT_TESTS_CORE_COMPARE_H
#define GATESLOT_TESTS_CORE_COMPARE_H

#include "gateslot/core/book.h"
#include "model.h"

#define DIFFERENCE_MAX 400

/* NULL, or a sentence in text that says what differs. */
const char *compare_outcome(const struct model *m, const struct gs_book *book, const struct gs_command *c,
                            const struct gs_outcome *got, const struct m_outcome *want, char text[DIFFERENCE_MAX]);
const char *compare_bookings(const struct model *m, const struct gs_book *book, char text[DIFFERENCE_MAX]);
const char *compare_days(const struct model *m, const struct gs_book *book, char text[DIFFERENCE_MAX]);

#endif
