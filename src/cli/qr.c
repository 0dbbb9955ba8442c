/* Draws a QR code by libqrencode, where the program was built with it. What it says is the caller's. */
#include "qr.h"

#ifdef GATESLOT_HAS_QRENCODE
#include <qrencode.h>
#include <stddef.h>

enum { QUIET = 4 }; /* squares around it that stay light (ISO/IEC 18004) */

static bool is_dark(const QRcode *code, int x, int y)
{
    const bool inside = x >= 0 && y >= 0 && x < code->width && y < code->width;
    return inside && (code->data[y * code->width + x] & 1) != 0;
}

bool gs_qr_print(FILE *out, const char *text, int columns)
{
    static const char *const halves[2][2] = {{"█", "▀"}, {"▄", " "}}; /* by whether the upper and the lower are dark */
    QRcode *code = QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
    const bool fits = code != NULL && code->width + 2 * QUIET <= columns;
    for (int y = -QUIET; fits && y < code->width + QUIET; y += 2) {
        fputs("\033[40;97m", out);
        for (int x = -QUIET; x < code->width + QUIET; x++) {
            fputs(halves[is_dark(code, x, y)][is_dark(code, x, y + 1)], out);
        }
        fputs("\033[0m\n", out);
    }
    QRcode_free(code);
    return fits;
}

#else

bool gs_qr_print(FILE *out, const char *text, int columns)
{
    (void)out;
    (void)text;
    (void)columns;
    return false;
}

#endif
