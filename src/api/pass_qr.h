/* A QR code as SVG. */
#ifndef GATESLOT_API_PASS_QR_H
#define GATESLOT_API_PASS_QR_H

#include "gateslot/base/buf.h"

/* Appends an <svg> that shows text, which is letters and digits of ours, and is called label; nothing where the daemon was built without
 * libqrencode. */
void gs_pass_qr(struct gs_buf *out, const char *text, const char *label);

#endif
