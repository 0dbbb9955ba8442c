/* Answers for finding where the first answer to a key is kept, and whether it was for the same request; and for how many there may be. It
 * does not hold the answers: those of a week would take more memory than all the rest. */
#include "idempotency_keys.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gateslot/base/hash.h"

#define WEEK_MS (INT64_C(24) * 3600 * 1000 * GS_IDEMPOTENCY_DAYS)

enum { BUCKETS = 64, REFUSED_PART = 4, SMALL_PART = 100 };

struct gs_idem_key {
    struct gs_idem_key *next;          /* of its bucket */
    struct gs_idem_key *older, *newer; /* of its list */
    struct gs_idem_owner *owner;
    int64_t row, at_ms;
    unsigned char fingerprint[GS_FINGERPRINT_KEPT];
    bool refused; /* the answer was: in which of the owner's lists it is */
    char key[];
};

struct key_list { /* in the order in which they were added */
    struct gs_idem_key *oldest, *newest;
    size_t count;
};

struct gs_idem_owner {
    struct key_list accepted, refused;
    char name[GS_NAME_MAX + 1];
};

void gs_idem_keys_init(struct gs_idem_keys *keys, int32_t per_name, int32_t in_total)
{
    *keys = (struct gs_idem_keys){.per_name = per_name, .in_total = in_total};
    if (getentropy(&keys->seed, sizeof keys->seed) != 0) {
        keys->seed = 0;
    }
}

static struct key_list *list_of(const struct gs_idem_key *k)
{
    return k->refused ? &k->owner->refused : &k->owner->accepted;
}

static size_t *count_of(struct gs_idem_keys *keys, bool refused)
{
    return refused ? &keys->refused : &keys->accepted;
}

static struct gs_idem_key **bucket_of(const struct gs_idem_keys *keys, const char *owner, const char *key)
{
    uint64_t h = gs_fnv_text_nul(GS_FNV_START ^ keys->seed, owner);
    h = gs_fnv_text_nul(h, key);
    /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): it takes the old buckets for the new ones */
    return &keys->buckets[(h ^ h >> 32) & (keys->bucket_count - 1)];
}

static void drop(struct gs_idem_keys *keys, struct gs_idem_key *k)
{
    struct key_list *list = list_of(k);
    struct gs_idem_key **at = bucket_of(keys, k->owner->name, k->key);
    while (*at != k) {
        at = &(*at)->next;
    }
    *at = k->next;
    *(k->older != NULL ? &k->older->newer : &list->oldest) = k->newer;
    *(k->newer != NULL ? &k->newer->older : &list->newest) = k->older;
    list->count--;
    (*count_of(keys, k->refused))--;
    free(k);
}

static void drop_before(struct gs_idem_keys *keys, struct key_list *list, int64_t before_ms)
{
    while (list->oldest != NULL && list->oldest->at_ms < before_ms) {
        drop(keys, list->oldest);
    }
}

void gs_idem_keys_forget(struct gs_idem_keys *keys, int64_t before_ms)
{
    size_t left = 0;
    for (size_t i = 0; i < keys->owner_count; i++) {
        struct gs_idem_owner *owner = keys->owners[i];
        drop_before(keys, &owner->accepted, before_ms);
        drop_before(keys, &owner->refused, before_ms);
        if (owner->accepted.count + owner->refused.count == 0) {
            free(owner);
        } else {
            keys->owners[left++] = owner;
        }
    }
    keys->owner_count = left;
}

void gs_idem_keys_finish(struct gs_idem_keys *keys)
{
    gs_idem_keys_forget(keys, INT64_MAX);
    free(keys->owners);
    free(keys->buckets);
    *keys = (struct gs_idem_keys){0};
}

size_t gs_idem_keys_count(const struct gs_idem_keys *keys)
{
    return keys->accepted + keys->refused;
}

static struct gs_idem_key *look_up(const struct gs_idem_keys *keys, const char *owner, const char *key)
{
    struct gs_idem_key *k = keys->bucket_count > 0 ? *bucket_of(keys, owner, key) : NULL;
    while (k != NULL && (strcmp(k->key, key) != 0 || strcmp(k->owner->name, owner) != 0)) {
        k = k->next;
    }
    return k;
}

static struct gs_idem_owner *owner_of(const struct gs_idem_keys *keys, const char *name)
{
    for (size_t i = 0; i < keys->owner_count; i++) {
        if (strcmp(keys->owners[i]->name, name) == 0) {
            return keys->owners[i];
        }
    }
    return NULL;
}

static struct gs_idem_owner *make_owner(struct gs_idem_keys *keys, const char *name)
{
    if (keys->owner_count == keys->owner_room) {
        const size_t room = keys->owner_room == 0 ? 8 : keys->owner_room * 2;
        struct gs_idem_owner **owners = realloc(keys->owners, room * sizeof(struct gs_idem_owner *));
        if (owners == NULL) {
            return NULL;
        }
        keys->owners = owners;
        keys->owner_room = room;
    }
    struct gs_idem_owner *owner = calloc(1, sizeof *owner);
    if (owner != NULL) {
        memcpy(owner->name, name, strnlen(name, GS_NAME_MAX));
        keys->owners[keys->owner_count++] = owner;
    }
    return owner;
}

/* As many buckets as keys at least: so a bucket has one key or two. */
static bool make_buckets(struct gs_idem_keys *keys)
{
    if (gs_idem_keys_count(keys) < keys->bucket_count) {
        return true;
    }
    struct gs_idem_keys grown = *keys;
    grown.bucket_count = keys->bucket_count == 0 ? BUCKETS : keys->bucket_count * 2;
    grown.buckets = calloc(grown.bucket_count, sizeof(struct gs_idem_key *));
    if (grown.buckets == NULL) {
        return false;
    }
    for (size_t i = 0; i < keys->bucket_count; i++) {
        while (keys->buckets[i] != NULL) {
            struct gs_idem_key *k = keys->buckets[i], **to = bucket_of(&grown, k->owner->name, k->key);
            keys->buckets[i] = k->next;
            k->next = *to;
            *to = k;
        }
    }
    free(keys->buckets);
    *keys = grown;
    return true;
}

static void link_key(struct gs_idem_keys *keys, struct gs_idem_key *k)
{
    struct key_list *list = list_of(k);
    struct gs_idem_key **at = bucket_of(keys, k->owner->name, k->key);
    k->next = *at;
    *at = k;
    k->older = list->newest;
    *(list->newest != NULL ? &list->newest->newer : &list->oldest) = k;
    list->newest = k;
    list->count++;
    (*count_of(keys, k->refused))++;
}

int gs_idem_keys_restore(struct gs_idem_keys *keys, int64_t row, const struct gs_idem *idem)
{
    struct gs_idem_key *k = look_up(keys, idem->owner, idem->key);
    if (k != NULL) { /* the key was used again after its week: the later row counts */
        drop(keys, k);
    }
    struct gs_idem_owner *owner = owner_of(keys, idem->owner);
    owner = owner != NULL ? owner : make_owner(keys, idem->owner);
    const size_t len = strnlen(idem->key, GS_IDEMPOTENCY_KEY_MAX);
    k = owner != NULL && make_buckets(keys) ? calloc(1, sizeof *k + len + 1) : NULL;
    if (k == NULL) {
        return GS_E_NOMEM;
    }
    k->owner = owner;
    k->row = row;
    k->at_ms = idem->at_ms;
    k->refused = idem->status >= 400;
    memcpy(k->fingerprint, idem->fingerprint, sizeof k->fingerprint);
    memcpy(k->key, idem->key, len);
    link_key(keys, k);
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
    const struct gs_idem_owner *owner = owner_of(keys, idem->owner);
    const size_t refused = owner != NULL ? owner->refused.count : 0;
    if (idem->status >= 400 && (refused >= (size_t)(keys->per_name / REFUSED_PART) ||
                                keys->refused >= (size_t)(keys->in_total / REFUSED_PART))) {
        return GS_E_FULL;
    }
    return gs_idem_keys_restore(keys, keys->last_row + 1, idem);
}

bool gs_idem_keys_find(const struct gs_idem_keys *keys, const char *owner, const char *key,
                       unsigned char out_fingerprint[GS_FINGERPRINT_KEPT], int64_t *out_row)
{
    const struct gs_idem_key *k = look_up(keys, owner, key);
    if (k == NULL) {
        return false;
    }
    memcpy(out_fingerprint, k->fingerprint, sizeof k->fingerprint);
    *out_row = k->row;
    return true;
}

bool gs_idem_keys_room(const struct gs_idem_keys *keys, const char *owner, struct gs_key_room *out)
{
    const struct gs_idem_owner *mine = owner_of(keys, owner);
    const size_t count = mine != NULL ? mine->accepted.count : 0;
    const bool alone = count >= (size_t)keys->per_name;
    const bool together = keys->accepted >= (size_t)keys->in_total && count >= (size_t)(keys->in_total / SMALL_PART);
    if (!alone && !together) {
        return true;
    }
    *out =
        (struct gs_key_room){.limit = alone ? keys->per_name : keys->in_total, .of_all = !alone, .again_ms = INT64_MAX};
    for (size_t i = 0; i < keys->owner_count; i++) {
        const struct gs_idem_key *oldest = keys->owners[i]->accepted.oldest;
        if (oldest != NULL && (!alone || keys->owners[i] == mine) && oldest->at_ms + WEEK_MS < out->again_ms) {
            out->again_ms = oldest->at_ms + WEEK_MS;
        }
    }
    return false;
}
