/* The idempotency keys in memory: who used which key, for which request, and in which row the answer is kept. Rebuilt at
 * load; the answers themselves stay in the store. Keys older than GS_IDEMPOTENCY_DAYS are forgotten. */
#ifndef GATESLOT_APP_IDEMPOTENCY_KEYS_H
#define GATESLOT_APP_IDEMPOTENCY_KEYS_H

#include "gateslot/base/error.h"
#include "gateslot/core/record.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gs_idem_key;
struct gs_idem_keys {
    struct gs_idem_key *map; /* in order of age */
    int64_t last_row;        /* the store gives rows in the order in which answers are kept */
};

void gs_idem_keys_init(struct gs_idem_keys *a);
void gs_idem_keys_finish(struct gs_idem_keys *a);
size_t gs_idem_keys_count(const struct gs_idem_keys *a);
int gs_idem_keys_restore(struct gs_idem_keys *a, int64_t row, const struct gs_idem *idem) GS_MUST_CHECK;
/* The next row. A key known already keeps its first answer (GS_E_BUSY). */
int gs_idem_keys_keep(struct gs_idem_keys *a, const struct gs_idem *idem) GS_MUST_CHECK;
bool gs_idem_keys_find(const struct gs_idem_keys *a, const char *owner, const char *key,
                       unsigned char out_fingerprint[32], int64_t *out_row);
void gs_idem_keys_forget(struct gs_idem_keys *a, int64_t before_ms);

#endif
