/* The table of pairing codes: each is found by its digest alone, once. Which device comes of it, others decide. */
#include "pairings.h"
#include <openssl/crypto.h>
#include <string.h>

static void take_out(struct gs_pairings *p, size_t at)
{
    p->count--;
    memmove(&p->list[at], &p->list[at + 1], (p->count - at) * sizeof p->list[0]);
    OPENSSL_cleanse(&p->list[p->count], sizeof p->list[0]);
}

void gs_pairings_sweep(struct gs_pairings *p, int64_t mono_ms)
{
    for (size_t i = p->count; i > 0; i--) {
        if (p->list[i - 1].until_ms <= mono_ms) {
            take_out(p, i - 1);
        }
    }
}

const struct gs_pairing *gs_pairings_named(const struct gs_pairings *p, const char *name)
{
    for (size_t i = 0; i < p->count; i++) {
        if (strcmp(p->list[i].name, name) == 0) {
            return &p->list[i];
        }
    }
    return NULL;
}

bool gs_pairings_remove(struct gs_pairings *p, const char *name)
{
    const struct gs_pairing *found = gs_pairings_named(p, name);
    if (found == NULL) {
        return false;
    }
    take_out(p, (size_t)(found - p->list));
    return true;
}

int gs_pairings_add(struct gs_pairings *p, const struct gs_pairing *pairing)
{
    (void)gs_pairings_remove(p, pairing->name);
    if (p->count == GS_MAX_PAIRINGS) {
        return GS_E_BUSY;
    }
    p->list[p->count++] = *pairing;
    return GS_OK;
}

bool gs_pairings_use(struct gs_pairings *p, const unsigned char hash[32], struct gs_pairing *out)
{
    size_t found = p->count;
    for (size_t i = 0; i < p->count; i++) {
        if (CRYPTO_memcmp(p->list[i].hash, hash, sizeof p->list[i].hash) == 0) {
            found = i;
        }
    }
    if (found == p->count) {
        return false;
    }
    *out = p->list[found];
    take_out(p, found);
    return true;
}
