/* The text table of the error codes. It answers for a phrase per code and nothing else: what a client is told
 * comes from core/code.h, not from here. */
#include "gateslot/base/error.h"
#include <stddef.h>

static const char *const phrases[] = {
    [-GS_OK] = "success",
    [-GS_E_NOMEM] = "out of memory",
    [-GS_E_INVALID] = "not of the expected form",
    [-GS_E_RANGE] = "outside its bounds",
    [-GS_E_NOTFOUND] = "not found",
    [-GS_E_IO] = "input or output failed",
    [-GS_E_FULL] = "no space left",
    [-GS_E_CORRUPT] = "stored data contradicts itself",
    [-GS_E_BUSY] = "in use or at its bound",
    [-GS_E_DENIED] = "not permitted",
    [-GS_E_FOREIGN] = "not a file of this program or of this kind",
    [-GS_E_NEWER] = "written by a newer version",
    [-GS_E_AGAIN] = "more input needed",
};

const char *gs_strerror(int err)
{
    const int count = (int)(sizeof phrases / sizeof phrases[0]);
    if (err > 0 || err <= -count) {
        return "unknown error";
    }
    return phrases[-err];
}
