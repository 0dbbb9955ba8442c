/* The sentences for faults in what was sent: what was found and what is expected, in both languages. */
#ifndef GATESLOT_API_FAULT_TEXT_H
#define GATESLOT_API_FAULT_TEXT_H

#include "gateslot/base/buf.h"
#include "gateslot/base/fault.h"
#include "gateslot/base/lang.h"

/* Appends the sentence for fault to out. */
void gs_fault_text(const struct gs_fault *fault, enum gs_lang lang, struct gs_buf *out);

#endif
