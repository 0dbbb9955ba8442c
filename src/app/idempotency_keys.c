/* Answers for finding where the first answer to a key is kept, and whether it was for the same request. It does not hold the answers:
 * those of a week would take more memory than all the rest. */
#include "idempotency_keys.h"

#include <stdlib.h>
#include <string.h>
#include <uthash.h>

struct gs_idem_key {
    UT_hash_handle hh;
    int64_t row, at_ms;
    unsigned char fingerprint[32];
    char name[]; /* owner, NUL, key */
};

#define NAME_MAX_BYTES (GS_NAME_MAX + 1 + GS_IDEMPOTENCY_KEY_MAX)

static unsigned full_name(const char *owner, const char *key, char out[NAME_MAX_BYTES])
{
    size_t owner_len = strnlen(owner, GS_NAME_MAX), key_len = strnlen(key, GS_IDEMPOTENCY_KEY_MAX);
    memcpy(out, owner, owner_len);
    out[owner_len] = '\0';
    memcpy(out + owner_len + 1, key, key_len);
    return (unsigned)(owner_len + 1 + key_len);
}

void gs_idem_keys_init(struct gs_idem_keys *keys)
{
    *keys = (struct gs_idem_keys){0};
}

static void drop(struct gs_idem_keys *keys, struct gs_idem_key *k)
{
    HASH_DEL(keys->map, k); /* NOLINT(clang-analyzer-unix.Malloc): it does not follow uthash's links */
    free(k);
}

void gs_idem_keys_finish(struct gs_idem_keys *keys)
{
    struct gs_idem_key *k, *next;
    HASH_ITER(hh, keys->map, k, next)
    drop(keys, k);
}

size_t gs_idem_keys_count(const struct gs_idem_keys *keys)
{
    return HASH_COUNT(keys->map);
}

static struct gs_idem_key *look_up(const struct gs_idem_keys *keys, const char *owner, const char *key)
{
    char name[NAME_MAX_BYTES];
    unsigned len = full_name(owner, key, name);
    struct gs_idem_key *found = NULL;
    HASH_FIND(hh, keys->map, name, len, found);
    return found;
}

int gs_idem_keys_restore(struct gs_idem_keys *keys, int64_t row, const struct gs_idem *idem)
{
    char name[NAME_MAX_BYTES];
    unsigned len = full_name(idem->owner, idem->key, name);
    struct gs_idem_key *k = look_up(keys, idem->owner, idem->key);
    if (k != NULL) { /* the key was used again after its week: the later row counts */
        drop(keys, k);
    }
    k = calloc(1, sizeof *k + len);
    if (k == NULL) {
        return GS_E_NOMEM;
    }
    k->row = row;
    k->at_ms = idem->at_ms;
    memcpy(k->fingerprint, idem->fingerprint, sizeof k->fingerprint);
    memcpy(k->name, name, len);
    HASH_ADD_KEYPTR(hh, keys->map, k->name, len, k);
    if (row > keys->last_row) {
        keys->last_row = row;
    }
    return GS_OK;
}

int gs_idem_keys_keep(struct gs_idem_keys *keys, const struct gs_idem *idem)
{
    if (look_up(keys, idem->owner, idem->key) != NULL) {
        return GS_E_BUSY;
    }
    return gs_idem_keys_restore(keys, keys->last_row + 1, idem);
}

bool gs_idem_keys_find(const struct gs_idem_keys *keys, const char *owner, const char *key,
                       unsigned char out_fingerprint[32], int64_t *out_row)
{
    const struct gs_idem_key *k = look_up(keys, owner, key);
    if (k == NULL) {
        return false;
    }
    memcpy(out_fingerprint, k->fingerprint, sizeof k->fingerprint);
    *out_row = k->row;
    return true;
}

void gs_idem_keys_forget(struct gs_idem_keys *keys, int64_t before_ms)
{
    struct gs_idem_key *k, *next;
    HASH_ITER(hh, keys->map, k, next) /* in the order of insertion */
    {
        if (k->at_ms >= before_ms) {
            break;
        }
        drop(keys, k);
    }
}
