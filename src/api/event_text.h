/* The sentence for an event, for the history of a booking and for the feed. */
#ifndef GATESLOT_API_EVENT_TEXT_H
#define GATESLOT_API_EVENT_TEXT_H

#include "gateslot/base/json.h"
#include "gateslot/base/lang.h"
#include "gateslot/base/rules.h"
#include "gateslot/core/query.h"
#include <stddef.h>

/* Appends the sentence to out, made from the event's JSON as it is stored; nothing if that cannot be read. rules: for the names
 * of windows in Chinese; NULL: by their ids. */
void gs_event_text(const char *json, size_t len, enum gs_lang lang, const struct gs_rules *rules, struct gs_buf *out);

/* The event's object with its sentence as one more member, "text". sentence is room for it, of GS_SENTENCE_MAX, used again and again. */
void gs_event_told(struct gs_json *j, const struct gs_event_text *e, enum gs_lang lang, const struct gs_rules *rules,
                   struct gs_buf *sentence);

#endif
