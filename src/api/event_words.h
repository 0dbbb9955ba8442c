/* The words that events are told with. */
#ifndef GATESLOT_API_EVENT_WORDS_H
#define GATESLOT_API_EVENT_WORDS_H

#include "phrase.h"
#include <stdbool.h>

/* The template of the sentence for an event of that type. Where a type has several, each for a certain member of the event's data, it is
 * the first whose member is there; has(self, member) tells. NULL: no such type. */
const char *gs_event_template(const char *type, bool (*has)(const void *self, const char *member), const void *self,
                              enum gs_lang lang);
/* The clause behind it, which says why ("balanced", …); "" for a code that needs none or is not known. */
const char *gs_event_why(const char *why, enum gs_lang lang);
/* What a member of a booking is called: "driver", 司机; the name itself if it is not known. */
const char *gs_event_member(const char *member, enum gs_lang lang);
/* What a rule is called that was set aside: "quota", 企业限额. */
const char *gs_event_exception(const char *rule, enum gs_lang lang);
/* What a step is called: "arrival", 到达; the name itself if it is not known. */
const char *gs_event_step(const char *step, enum gs_lang lang);

/* Why a webhook was disabled. */
const char *gs_event_webhook_off(const char *cause, enum gs_lang lang);

#endif
