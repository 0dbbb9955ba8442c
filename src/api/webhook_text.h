/* What became of an attempt to deliver to a webhook, in words. */
#ifndef GATESLOT_API_WEBHOOK_TEXT_H
#define GATESLOT_API_WEBHOOK_TEXT_H

#include "gateslot/base/buf.h"
#include "gateslot/base/lang.h"
#include "gateslot/core/record.h"

/* One sentence. status: HTTP, 0 = there was no answer. */
void gs_webhook_text(enum gs_webhook_result result, int32_t status, enum gs_lang lang, struct gs_buf *out);

#endif
