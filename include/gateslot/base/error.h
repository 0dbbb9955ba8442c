/* Error codes of fallible functions: 0 is success, failures are negative, outputs are untouched on failure.
 * These are for the program; what a client is told has codes of its own (core/code.h). */
#ifndef GATESLOT_BASE_ERROR_H
#define GATESLOT_BASE_ERROR_H

#define GS_MUST_CHECK __attribute__((warn_unused_result))

enum gs_error {
    GS_OK = 0,
    GS_E_NOMEM = -1,    /* no memory */
    GS_E_INVALID = -2,  /* text or value not of the form asked for */
    GS_E_RANGE = -3,    /* outside a bound of limits.h */
    GS_E_NOTFOUND = -4, /* no such file, row, zone */
    GS_E_IO = -5,       /* input or output failed; the outcome of a commit is then unknown */
    GS_E_FULL = -6,     /* no space; nothing was written */
    GS_E_CORRUPT = -7,  /* stored data that contradicts itself */
    GS_E_BUSY = -8,     /* another process holds it, or a queue is at its bound */
    GS_E_DENIED = -9,   /* read-only, or no permission */
    GS_E_FOREIGN = -10, /* a file that is not ours, or of the other kind (drill or live) */
    GS_E_NEWER = -11,   /* a schema newer than this program */
    GS_E_AGAIN = -12    /* more input needed */
};

/* An English phrase for err; never NULL. */
const char *gs_strerror(int err);

#endif
