/* Computes the hash of the next event. It stores nothing and knows no table. */
#include "chain.h"
#include "gateslot/base/limits.h"
#include <openssl/evp.h>
#include <string.h>

int gs_chain_init(struct gs_chain *c)
{
    /* Fetching walks libcrypto's providers under locks and costs more than hashing an event: once is enough. */
    c->digest = EVP_MD_fetch(NULL, "SHA256", NULL);
    c->context = EVP_MD_CTX_new();
    if (c->digest == NULL || c->context == NULL || EVP_DigestInit_ex2(c->context, c->digest, NULL) != 1) {
        gs_chain_finish(c);
        return GS_E_NOMEM;
    }
    return GS_OK;
}

void gs_chain_finish(struct gs_chain *c)
{
    EVP_MD_CTX_free(c->context);
    EVP_MD_free(c->digest);
    c->context = c->digest = NULL;
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
    if (EVP_DigestInit_ex2(c->context, NULL, NULL) != 1 ||
        EVP_DigestUpdate(c->context, head, (size_t)(end - head)) != 1 ||
        EVP_DigestUpdate(c->context, link->body, link->body_len) != 1 ||
        EVP_DigestFinal_ex(c->context, out, NULL) != 1) {
        return GS_E_NOMEM;
    }
    return GS_OK;
}
