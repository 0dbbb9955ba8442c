/* The sentence that tells the gate what to do with a truck, and why. */
#ifndef GATESLOT_API_GATE_TEXT_H
#define GATESLOT_API_GATE_TEXT_H

#include "gateslot/base/lang.h"
#include "gateslot/core/book.h"

/* Appends the sentence for v to out. */
void gs_gate_text(const struct gs_book *book, const struct gs_gate_verdict *v, enum gs_lang lang, struct gs_buf *out);
/* Likewise for the outcome of the command that let a truck in, or holds it. */
void gs_admitted_text(const struct gs_book *book, const struct gs_outcome *o, enum gs_lang lang, struct gs_buf *out);
/* A decision, and a code, by its name in a few words for use in sentences: "turned away", "not booked"; NULL: unknown. */
const char *gs_decision_words(const char *name, enum gs_lang lang);
const char *gs_gate_code_words(const char *name, enum gs_lang lang);
const char *gs_gate_template(enum gs_gate_code code, enum gs_lang lang);

#endif
