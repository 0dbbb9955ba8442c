/* The sentence that tells the gate what to do with a truck, and why. */
#ifndef GATESLOT_API_GATE_TEXT_H
#define GATESLOT_API_GATE_TEXT_H

#include "gateslot/base/lang.h"
#include "gateslot/core/book.h"

/* Appends the sentence for v to out. */
void gs_gate_text(const struct gs_book *book, const struct gs_gate_verdict *v, enum gs_lang lang, struct gs_buf *out);
/* Likewise for the outcome of the command that let a truck in, or holds it. */
void gs_admitted_text(const struct gs_book *book, const struct gs_outcome *o, enum gs_lang lang, struct gs_buf *out);
const char *gs_gate_template(enum gs_gate_code code, enum gs_lang lang);

#endif
