/* How much of each plate a display shows. */
#ifndef GATESLOT_API_DISPLAY_PLATES_H
#define GATESLOT_API_DISPLAY_PLATES_H

#include "booking_json.h"

/* Of each row what a display may show: GS_SHOW_PUBLIC, or GS_SHOW_PUBLIC_LONGER where the plates of two rows are different and
 * would be shown alike. GS_E_NOMEM leaves out as it was. */
int gs_display_plates(const struct gs_booking *const *rows, size_t count, enum gs_disclosure *out) GS_MUST_CHECK;

#endif
