/* The fingerprint of a certificate as people compare it: SHA-256 over its bytes, in pairs of hexadecimal digits. */
#include "certificate_parts.h"
#include <openssl/evp.h>

void gs_fingerprint(const X509 *x, char out[GS_FINGERPRINT_TEXT])
{
    static const char digits[] = "0123456789ABCDEF";
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    out[0] = '\0';
    if (X509_digest(x, EVP_sha256(), bytes, &len) != 1) {
        return;
    }
    for (unsigned i = 0; i < len && 3 * i + 2 < GS_FINGERPRINT_TEXT; i++) {
        out[3 * i] = digits[bytes[i] >> 4];
        out[3 * i + 1] = digits[bytes[i] & 15];
        out[3 * i + 2] = i + 1 < len ? ':' : '\0';
    }
}
