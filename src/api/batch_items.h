/* The requests of a batch of bookings. */
#ifndef GATESLOT_API_BATCH_ITEMS_H
#define GATESLOT_API_BATCH_ITEMS_H

#include "call.h"

struct gs_batch_item {
    const char *key;                            /* its Idempotency-Key */
    const struct gs_json_value *request;        /* without the key: as it would be sent alone */
    unsigned char fingerprint[GS_SHA256_BYTES]; /* as that would have */
};

struct gs_batch_items {
    size_t count;
    struct gs_batch_item at[GS_BATCH_MAX];
};

/* Reads them from the body; they live in api->json. NULL: the body is not a batch, which api->faults says, or there is no memory. */
struct gs_batch_items *gs_batch_items_read(struct gs_call *c);

#endif
