/* From JSON to pairings of devices and the PINs of people. */
#ifndef GATESLOT_API_CODEC_DEVICES_H
#define GATESLOT_API_CODEC_DEVICES_H

#include "gateslot/base/limits.h"
#include "json_fields.h"
#include "pairings.h"

/* Name and role of the device that is to be paired. */
void gs_codec_pairing(const struct gs_json_value *body, struct gs_pairing *out, struct gs_faults *faults);
/* The code as it was made; "" where it cannot be one. */
void gs_codec_pairing_code(const struct gs_json_value *body, char out[GS_PAIRING_CODE_LEN + 1],
                           struct gs_faults *faults);

struct gs_person_given {
    char name[GS_NAME_MAX + 1]; /* "": one that no user can have */
    char pin[GS_PIN_MAX + 1];
};
void gs_codec_person(const struct gs_json_value *body, struct gs_person_given *out, struct gs_faults *faults);
/* A new PIN: 4 to 8 digits that are not the first ones that somebody would try. */
void gs_codec_new_pin(struct gs_fields *f, const char *member, char out[GS_PIN_MAX + 1]);

#endif
