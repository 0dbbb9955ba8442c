/* The idempotency keys known: who used which key, for which request (its fingerprint), and in which row of the store the answer is
 * kept. Rebuilt at load. Keys older than GS_IDEMPOTENCY_DAYS are forgotten.
 *
 * They are bounded. An answer to a change that was made is never forgotten early: where a name, or all names together, have as many as
 * they may, a new key is not taken (gs_idem_keys_room) until the oldest is a week old. Of answers that refused, which changed nothing, a
 * quarter as many are kept besides; one beyond is not kept, so that its request, sent again, is decided anew. */
#ifndef GATESLOT_APP_IDEMPOTENCY_KEYS_H
#define GATESLOT_APP_IDEMPOTENCY_KEYS_H

#include "gateslot/api/service.h"
#include "gateslot/base/error.h"
#include "gateslot/core/record.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gs_idem_key;
struct gs_idem_owner;

struct gs_idem_keys {
    struct gs_idem_owner **owners; /* owned */
    size_t owner_count, owner_room;
    struct gs_idem_key **buckets; /* owned; by hash, as many as a power of two */
    size_t bucket_count;
    size_t accepted, refused;
    uint64_t seed;    /* of the hash: nobody can choose keys that meet in a bucket */
    int64_t last_row; /* of the kept answer added last: the store numbers them 1, 2, … in the order of the batches */
    int32_t per_name, in_total; /* answers to changes made that are kept at most; may be set at any time */
};

void gs_idem_keys_init(struct gs_idem_keys *keys, int32_t per_name, int32_t in_total);
void gs_idem_keys_finish(struct gs_idem_keys *keys);
size_t gs_idem_keys_count(const struct gs_idem_keys *keys);
/* One from the store, at load: whatever the limits, for it is there. */
int gs_idem_keys_restore(struct gs_idem_keys *keys, int64_t row, const struct gs_idem *idem) GS_MUST_CHECK;
/* A new one, of the answer that the open batch keeps: it will get the next row. GS_E_BUSY: the key is known already, and its first
 * answer stays; GS_E_FULL: it is a refusal, and there are enough of them. */
int gs_idem_keys_keep(struct gs_idem_keys *keys, const struct gs_idem *idem) GS_MUST_CHECK;
/* False: not known. */
bool gs_idem_keys_find(const struct gs_idem_keys *keys, const char *owner, const char *key,
                       unsigned char out_fingerprint[GS_FINGERPRINT_KEPT], int64_t *out_row);
/* May the name use another key? A name that has less than a hundredth of all may while only the limit of all is met: whoever fills that,
 * shuts out himself and not the gate. */
bool gs_idem_keys_room(const struct gs_idem_keys *keys, const char *owner, struct gs_key_room *out);
/* Those of answers given before that instant. */
void gs_idem_keys_forget(struct gs_idem_keys *keys, int64_t before_ms);

#endif
