/* SHA-256 for tokens, requests and the chain of events; it knows nothing of what is digested. libcrypto's plain functions, although it calls
 * them deprecated: the others first bring up its providers, 1.9 MB resident for this one algorithm. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "gateslot/base/sha256.h"
#include <assert.h>
#include <openssl/sha.h>

void gs_sha256(const struct gs_piece *pieces, size_t count, unsigned char out[GS_SHA256_BYTES])
{
    SHA256_CTX context;
    int ok = SHA256_Init(&context);
    for (size_t i = 0; i < count; i++) {
        ok &= SHA256_Update(&context, pieces[i].bytes, pieces[i].len);
    }
    ok &= SHA256_Final(out, &context); /* wipes what it was given */
    assert(ok == 1);
}
