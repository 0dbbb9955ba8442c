/* SHA-256 of tokens and requests. It knows nothing of what is digested. libcrypto's plain functions, although it calls them deprecated:
 * the others first bring up its providers, 1.9 MB resident for this one algorithm. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "sha256.h"
#include <assert.h>
#include <openssl/crypto.h>

int gs_digest_init(struct gs_digest *d)
{
    *d = (struct gs_digest){0};
    return GS_OK;
}

void gs_digest_finish(struct gs_digest *d)
{
    OPENSSL_cleanse(d, sizeof *d);
}

void gs_digest_make(struct gs_digest *d, const struct gs_piece *pieces, size_t count, unsigned char out[GS_DIGEST_LEN])
{
    int ok = SHA256_Init(&d->context);
    for (size_t i = 0; i < count; i++) {
        ok &= SHA256_Update(&d->context, pieces[i].bytes, pieces[i].len);
    }
    ok &= SHA256_Final(out, &d->context); /* wipes the context, too */
    assert(ok == 1);
}
