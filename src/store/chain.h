/* The chain of events: hash = SHA-256(hash of the event before ‖ booking_id ‖ prev ‖ owner ‖ 00 ‖ body), both numbers as
 * eight bytes, the highest first; before the first event stand 32 zero bytes. All that a row says is covered: its own
 * number stands in the body. SHA-256: FIPS 180-4, by libcrypto. */
#ifndef GATESLOT_STORE_CHAIN_H
#define GATESLOT_STORE_CHAIN_H

#include "gateslot/base/error.h"
#include <openssl/sha.h>
#include <stddef.h>
#include <stdint.h>

#define GS_CHAIN_BYTES 32

struct gs_chain {
    SHA256_CTX context; /* of the hash being made */
};
/* One event as its row has it. */
struct gs_chain_link {
    int64_t booking_id, prev;
    const char *owner;
    const char *body;
    size_t body_len;
};

int gs_chain_init(struct gs_chain *c) GS_MUST_CHECK;
void gs_chain_finish(struct gs_chain *c);
/* before and out may be the same. */
int gs_chain_next(struct gs_chain *c, const unsigned char before[GS_CHAIN_BYTES], const struct gs_chain_link *link,
                  unsigned char out[GS_CHAIN_BYTES]) GS_MUST_CHECK;

#endif
