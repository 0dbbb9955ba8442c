/* The idempotency keys known: who used which key, for which request (its fingerprint), and in which row of the store the answer is
 * kept. Rebuilt at load. Keys older than GS_IDEMPOTENCY_DAYS are forgotten. */
#ifndef GATESLOT_APP_IDEMPOTENCY_KEYS_H
#define GATESLOT_APP_IDEMPOTENCY_KEYS_H

#include "gateslot/base/error.h"
#include "gateslot/core/record.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gs_idem_key;
struct gs_idem_keys {
    struct gs_idem_key *map; /* uthash, in the order in which they were added: the oldest first */
    int64_t last_row; /* of the kept answer added last: the store numbers them 1, 2, … in the order of the batches */
};

void gs_idem_keys_init(struct gs_idem_keys *keys);
void gs_idem_keys_finish(struct gs_idem_keys *keys);
size_t gs_idem_keys_count(const struct gs_idem_keys *keys);
/* One from the store, at load. */
int gs_idem_keys_restore(struct gs_idem_keys *keys, int64_t row, const struct gs_idem *idem) GS_MUST_CHECK;
/* A new one, of the answer that the open batch keeps: it will get the next row. GS_E_BUSY: the key is known already, and its first
 * answer stays. */
int gs_idem_keys_keep(struct gs_idem_keys *keys, const struct gs_idem *idem) GS_MUST_CHECK;
/* False: not known. */
bool gs_idem_keys_find(const struct gs_idem_keys *keys, const char *owner, const char *key,
                       unsigned char out_fingerprint[32], int64_t *out_row);
/* Those of answers given before that instant. */
void gs_idem_keys_forget(struct gs_idem_keys *keys, int64_t before_ms);

#endif
