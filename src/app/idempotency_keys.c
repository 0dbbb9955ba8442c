/* Answers for finding a retry's first answer. Must not hold bodies: a week of them would be the largest thing in memory. */
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

void gs_idem_keys_init(struct gs_idem_keys *a)
{
    *a = (struct gs_idem_keys){0};
}

static void drop(struct gs_idem_keys *a, struct gs_idem_key *k)
{
    HASH_DEL(a->map, k); /* NOLINT(clang-analyzer-unix.Malloc): it does not follow uthash's links */
    free(k);
}

void gs_idem_keys_finish(struct gs_idem_keys *a)
{
    struct gs_idem_key *k, *next;
    HASH_ITER(hh, a->map, k, next)
    drop(a, k);
}

size_t gs_idem_keys_count(const struct gs_idem_keys *a)
{
    return HASH_COUNT(a->map);
}

static struct gs_idem_key *look_up(const struct gs_idem_keys *a, const char *owner, const char *key)
{
    char name[NAME_MAX_BYTES];
    unsigned len = full_name(owner, key, name);
    struct gs_idem_key *found = NULL;
    HASH_FIND(hh, a->map, name, len, found);
    return found;
}

int gs_idem_keys_restore(struct gs_idem_keys *a, int64_t row, const struct gs_idem *idem)
{
    char name[NAME_MAX_BYTES];
    unsigned len = full_name(idem->owner, idem->key, name);
    struct gs_idem_key *k = look_up(a, idem->owner, idem->key);
    if (k != NULL) { /* the key was used again after its week: the later row counts */
        drop(a, k);
    }
    k = calloc(1, sizeof *k + len);
    if (k == NULL) {
        return GS_E_NOMEM;
    }
    k->row = row;
    k->at_ms = idem->at_ms;
    memcpy(k->fingerprint, idem->fingerprint, sizeof k->fingerprint);
    memcpy(k->name, name, len);
    HASH_ADD_KEYPTR(hh, a->map, k->name, len, k);
    if (row > a->last_row) {
        a->last_row = row;
    }
    return GS_OK;
}

int gs_idem_keys_keep(struct gs_idem_keys *a, const struct gs_idem *idem)
{
    if (look_up(a, idem->owner, idem->key) != NULL) {
        return GS_E_BUSY;
    }
    return gs_idem_keys_restore(a, a->last_row + 1, idem);
}

bool gs_idem_keys_find(const struct gs_idem_keys *a, const char *owner, const char *key,
                       unsigned char out_fingerprint[32], int64_t *out_row)
{
    const struct gs_idem_key *k = look_up(a, owner, key);
    if (k == NULL) {
        return false;
    }
    memcpy(out_fingerprint, k->fingerprint, sizeof k->fingerprint);
    *out_row = k->row;
    return true;
}

void gs_idem_keys_forget(struct gs_idem_keys *a, int64_t before_ms)
{
    struct gs_idem_key *k, *next;
    HASH_ITER(hh, a->map, k, next) /* in the order of insertion */
    {
        if (k->at_ms >= before_ms) {
            break;
        }
        drop(a, k);
    }
}
