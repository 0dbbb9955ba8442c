/* Sentences in two languages, filled from templates with {names}; and the words for states, roles and times in them. */
#ifndef GATESLOT_API_PHRASE_H
#define GATESLOT_API_PHRASE_H

#include "gateslot/base/buf.h"
#include "gateslot/base/lang.h"
#include "gateslot/base/time.h"
#include "gateslot/core/command.h"

struct gs_words {
    const char *text[2]; /* by enum gs_lang */
};

struct gs_phrase_arg {
    const char *name, *value;
};

/* Appends template with {name} replaced; a name that args lack is written as it stands. */
void gs_phrase(struct gs_buf *out, const char *template, const struct gs_phrase_arg *args, size_t count);

const char *gs_status_words(enum gs_status s, enum gs_lang lang);
const char *gs_role_words(enum gs_role r, enum gs_lang lang);
/* What a command does to a booking: "cancelled", 取消. */
const char *gs_step_words(int command, enum gs_lang lang);
/* What a JSON type is called: "string" → "text"; names that are no type as they are. */
const char *gs_type_words(const char *type, enum gs_lang lang);

#define GS_WHEN_TEXT 40
/* "2026-11-25 08:30" in the site's zone. */
void gs_when_format(int64_t at_ms, const struct gs_tz *tz, char out[GS_WHEN_TEXT]);
/* "2026-11-25 08:30–09:00". */
void gs_span_format(int64_t start_ms, int64_t end_ms, const struct gs_tz *tz, char out[GS_WHEN_TEXT]);

#endif
