/* A text as a QR code on a terminal. */
#ifndef GATESLOT_CLI_QR_H
#define GATESLOT_CLI_QR_H

#include <stdbool.h>
#include <stdio.h>

/* Two rows of its squares are one line of half blocks, light on dark by colours of its own. False: nothing was printed, because it cannot be drawn by this
 * program or does not fit columns. */
bool gs_qr_print(FILE *out, const char *text, int columns);

#endif
