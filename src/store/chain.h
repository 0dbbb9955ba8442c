/* The chain of events: hash = SHA-256(hash of the event before ‖ booking_id ‖ prev ‖ owner ‖ 00 ‖ body), both numbers as
 * eight bytes, the highest first; before the first event stand 32 zero bytes. All that a row says is covered: its own
 * number stands in the body. */
#ifndef GATESLOT_STORE_CHAIN_H
#define GATESLOT_STORE_CHAIN_H

#include "gateslot/base/error.h"
#include "gateslot/base/sha256.h"
#include <stddef.h>
#include <stdint.h>

#define GS_CHAIN_BYTES GS_SHA256_BYTES

/* One event as its row has it. */
struct gs_chain_link {
    int64_t booking_id, prev;
    const char *owner;
    const char *body;
    size_t body_len;
};

/* The link's hash behind the hash before; the two may be the same bytes. GS_E_RANGE: an owner of more than GS_NAME_MAX bytes. */
int gs_chain_next(const unsigned char before[GS_CHAIN_BYTES], const struct gs_chain_link *link,
                  unsigned char out[GS_CHAIN_BYTES]) GS_MUST_CHECK;

#endif
