/* Past bookings by the thousand, and a rule for looking among them that goes about it in another way than the program does. */
#ifndef TESTS_STORE_PAST_H
#define TESTS_STORE_PAST_H

#include "values.h"
#include <stddef.h>

/* One of a site with few plates, companies and owners, so that much looks alike; departed, waiting or cancelled on that date. */
struct gs_booking past_booking(uint64_t *r, int64_t id, gs_date date);
/* What somebody might type who looks for it, with mistakes. */
void past_question(uint64_t *r, const struct gs_booking *b, char out[128]);
/* Is it one of those that the text means? By openapi.json's words, character by character. */
bool past_is_meant(const struct gs_booking *b, const char *text);

#endif
