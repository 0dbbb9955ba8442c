/* Computes the hash of the next event. It stores nothing and knows no table. libcrypto's plain functions, although it calls them
 * deprecated: the others first bring up its providers, 1.9 MB resident for this one algorithm. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "chain.h"
#include "gateslot/base/limits.h"
#include <string.h>

int gs_chain_init(struct gs_chain *c)
{
    *c = (struct gs_chain){0};
    return GS_OK;
}

void gs_chain_finish(struct gs_chain *c)
{
    *c = (struct gs_chain){0};
}

static unsigned char *put_number(unsigned char *out, int64_t value)
{
    for (int shift = 56; shift >= 0; shift -= 8) {
        *out++ = (unsigned char)((uint64_t)value >> shift);
    }
    return out;
}

int gs_chain_next(struct gs_chain *c, const unsigned char before[GS_CHAIN_BYTES], const struct gs_chain_link *link,
                  unsigned char out[GS_CHAIN_BYTES])
{
    unsigned char head[GS_CHAIN_BYTES + 8 + 8 + GS_NAME_MAX + 1];
    size_t owner_len = strnlen(link->owner, GS_NAME_MAX + 1);
    if (owner_len > GS_NAME_MAX) {
        return GS_E_RANGE;
    }
    memcpy(head, before, GS_CHAIN_BYTES);
    unsigned char *end = put_number(put_number(head + GS_CHAIN_BYTES, link->booking_id), link->prev);
    memcpy(end, link->owner, owner_len + 1);
    end += owner_len + 1;
    if (SHA256_Init(&c->context) != 1 || SHA256_Update(&c->context, head, (size_t)(end - head)) != 1 ||
        SHA256_Update(&c->context, link->body, link->body_len) != 1 || SHA256_Final(out, &c->context) != 1) {
        return GS_E_NOMEM;
    }
    return GS_OK;
}
