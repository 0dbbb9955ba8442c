/* SHA-256 (FIPS 180-4, by libcrypto). */
#ifndef GATESLOT_API_SHA256_H
#define GATESLOT_API_SHA256_H

#include "gateslot/base/error.h"
#include <openssl/sha.h>
#include <stddef.h>

#define GS_DIGEST_LEN 32

struct gs_digest {
    SHA256_CTX context; /* of the digest being made; wiped after it */
};

int gs_digest_init(struct gs_digest *d) GS_MUST_CHECK;
void gs_digest_finish(struct gs_digest *d);
struct gs_piece {
    const void *bytes;
    size_t len;
};
/* Of the pieces one after the other. */
void gs_digest_make(struct gs_digest *d, const struct gs_piece *pieces, size_t count, unsigned char out[GS_DIGEST_LEN]);

#endif
