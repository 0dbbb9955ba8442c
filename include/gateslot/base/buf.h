/* A growable byte buffer with an upper bound. A failed append (no memory, bound reached) marks the buffer
 * failed and appends nothing more, so a writer checks once at the end. data is always NUL-terminated
 * after a successful append; len does not count the NUL. */
#ifndef GATESLOT_BASE_BUF_H
#define GATESLOT_BASE_BUF_H

#include "gateslot/base/error.h"
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gs_buf {
    char *data; /* owned; NULL while nothing was appended */
    size_t len, cap, max;
    bool failed;
    bool no_memory; /* why, if failed; else the bound */
};

void gs_buf_init(struct gs_buf *b, size_t max);
void gs_buf_finish(struct gs_buf *b); /* frees; b may be initialised again */
void gs_buf_clear(struct gs_buf *b);  /* len 0, not failed, memory kept */
void gs_buf_add(struct gs_buf *b, const void *bytes, size_t len);
void gs_buf_str(struct gs_buf *b, const char *text);
void gs_buf_char(struct gs_buf *b, char c);
void gs_buf_int(struct gs_buf *b, int64_t value);
void gs_buf_printf(struct gs_buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Room for len more bytes at data + len, and a NUL after them, not counted in len until the caller raises it (and
 * writes the NUL); false, and failed, without it. For writers that know a bound on what they append. */
bool gs_buf_reserve(struct gs_buf *b, size_t len);
/* GS_OK, GS_E_NOMEM or GS_E_RANGE, whichever stopped the buffer first. */
int gs_buf_status(const struct gs_buf *b) GS_MUST_CHECK;

#endif
