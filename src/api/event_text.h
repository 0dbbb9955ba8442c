/* The sentence for an event, for the history of a booking. */
#ifndef GATESLOT_API_EVENT_TEXT_H
#define GATESLOT_API_EVENT_TEXT_H

#include "gateslot/base/buf.h"
#include "gateslot/base/lang.h"
#include <stddef.h>

/* Appends the sentence to out, made from the event's JSON as it is stored; nothing if that cannot be read. */
void gs_event_text(const char *json, size_t len, enum gs_lang lang, struct gs_buf *out);

#endif
