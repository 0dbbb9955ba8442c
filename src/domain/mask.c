/* Masks personal data for lists, logs and events: enough stays for the driver to recognise, too little to call. A text
 * of no known form is masked wholly. */
#include "gateslot/base/text.h"
#include "gateslot/domain/checks.h"
#include <string.h>

enum { SHOWN_TAIL = 4, MAINLAND_LEN = 11, REGION_LEN = 12 /* +852 and 8 */ };

static const char stars[] = "****", dot[] = "·";

void gs_phone_mask(const char *phone, char out[GS_PHONE_MAX + 1])
{
    size_t len = strlen(phone);
    size_t head = len == MAINLAND_LEN ? 3 : len == REGION_LEN ? 4 : 0;
    if (len == 0) {
        out[0] = '\0';
        return;
    }
    memmove(out, phone, head);
    memcpy(out + head, stars, sizeof stars);
    if (head > 0) {
        memcpy(out + head + strlen(stars), phone + len - SHOWN_TAIL, SHOWN_TAIL + 1);
    }
}

void gs_driver_mask(const char *name, char out[GS_DRIVER_NAME_MAX + 1])
{
    size_t len = strlen(name), first = 0;
    if (len == 0) {
        out[0] = '\0';
        return;
    }
    if (gs_utf8_next(name, len, &first) < 0) {
        first = 0;
    }
    memmove(out, name, first);
    memcpy(out + first, "**", sizeof "**");
}

void gs_plate_mask(const char *plate, size_t tail, char out[GS_PLATE_MASKED_MAX + 1])
{
    size_t len = strlen(plate), starts[GS_PLATE_MAX + 1] = {0}, count = 0, used = 0;
    for (size_t at = 0; at < len && count < GS_PLATE_MAX; count++) {
        starts[count] = at;
        (void)gs_utf8_next(plate, len, &at);
    }
    starts[count] = len;
    size_t head = count > 2 ? 2 : 0;
    tail = tail + head < count ? tail : count > head ? count - head - 1 : 0;
    memcpy(out, plate, starts[head]);
    used = starts[head];
    for (size_t i = head; i + tail < count; i++) {
        memcpy(out + used, dot, sizeof dot - 1);
        used += sizeof dot - 1;
    }
    memcpy(out + used, plate + starts[count - tail], len - starts[count - tail] + 1);
}
