/* Draws a QR code as SVG by libqrencode, where the daemon was built with it: one path, a stroke for each run of dark squares. */
#include "pass_qr.h"

#ifdef GATESLOT_HAS_QRENCODE
#include <qrencode.h>

static bool is_dark(const QRcode *code, int x, int y)
{
    return x < code->width && (code->data[y * code->width + x] & 1) != 0;
}

static void draw_row(struct gs_buf *out, const QRcode *code, int y)
{
    for (int x = 0; x < code->width; x++) {
        int run = 0;
        while (is_dark(code, x + run, y)) {
            run++;
        }
        if (run > 0) {
            gs_buf_printf(out, "M%d %dh%dv1h-%dz", x, y, run, run);
            x += run;
        }
    }
}

/* The most error correction there is: eight letters or digits still need no more than the smallest code, 21 squares wide. */
void gs_pass_qr(struct gs_buf *out, const char *text, const char *label)
{
    QRcode *code = QRcode_encodeString(text, 0, QR_ECLEVEL_H, QR_MODE_8, 1);
    if (code == NULL) {
        return;
    }
    gs_buf_printf(out, "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\"><path d=\"", code->width, code->width,
                  label);
    for (int y = 0; y < code->width; y++) {
        draw_row(out, code, y);
    }
    gs_buf_str(out, "\"/></svg>");
    QRcode_free(code);
}

#else

void gs_pass_qr(struct gs_buf *out, const char *text, const char *label)
{
    (void)out;
    (void)text;
    (void)label;
}

#endif
