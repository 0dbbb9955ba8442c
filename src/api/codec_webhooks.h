/* From JSON to webhooks. */
#ifndef GATESLOT_API_CODEC_WEBHOOKS_H
#define GATESLOT_API_CODEC_WEBHOOKS_H

#include "gateslot/base/limits.h"
#include "gateslot/core/booking.h"
#include "json_fields.h"

struct gs_webhook_given { /* what is not given stays */
    char name[GS_NAME_MAX + 1];
    char url[GS_WEBHOOK_URL_MAX + 1];
    char owner[GS_NAME_MAX + 1];          /* "" = all events */
    char types[GS_WEBHOOK_TYPES_MAX + 1]; /* with commas; "" = any */
    bool disabled;
    bool has_url, has_owner, has_types, has_disabled;
};
void gs_codec_new_webhook(const struct gs_json_value *body, struct gs_webhook_given *out, struct gs_faults *faults);
void gs_codec_webhook_change(const struct gs_json_value *body, struct gs_webhook_given *out, struct gs_faults *faults);
/* For how many hours the secret before goes on signing. */
void gs_codec_webhook_secret(const struct gs_json_value *body, int32_t *out_hours, struct gs_faults *faults);

#endif
