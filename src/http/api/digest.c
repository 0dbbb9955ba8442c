/* SHA-256 of tokens and requests. It answers for the algorithm being there from start on; it knows nothing of what is
 * digested. */
#include "digest.h"
#include <assert.h>

int gs_digest_init(struct gs_digest *d)
{
    d->algorithm = EVP_MD_fetch(NULL, "SHA256", NULL);
    d->context = EVP_MD_CTX_new();
    if (!d->algorithm || !d->context) {
        gs_digest_finish(d);
        return GS_E_NOMEM;
    }
    return GS_OK;
}

void gs_digest_finish(struct gs_digest *d)
{
    EVP_MD_CTX_free(d->context);
    EVP_MD_free(d->algorithm);
    *d = (struct gs_digest){0};
}

void gs_digest_make(struct gs_digest *d, const struct gs_piece *pieces, size_t count, unsigned char out[GS_DIGEST_LEN])
{
    int ok = EVP_DigestInit_ex2(d->context, d->algorithm, NULL);

    for (size_t i = 0; i < count; i++) {
        ok &= EVP_DigestUpdate(d->context, pieces[i].bytes, pieces[i].len);
    }
    ok &= EVP_DigestFinal_ex(d->context, out, NULL);
    assert(ok == 1);
}
