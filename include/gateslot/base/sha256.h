/* SHA-256 (FIPS 180-4, by libcrypto). */
#ifndef GATESLOT_BASE_SHA256_H
#define GATESLOT_BASE_SHA256_H

#include <stddef.h>

#define GS_SHA256_BYTES 32

struct gs_piece {
    const void *bytes;
    size_t len;
};
/* Of the pieces one after the other. Needs no memory and cannot fail. */
void gs_sha256(const struct gs_piece *pieces, size_t count, unsigned char out[GS_SHA256_BYTES]);

#endif
