/* Secrets and signatures of webhooks as Standard Webhooks has them, by libcrypto. */
#include "gateslot/base/webhook_signature.h"
#include "gateslot/base/sha256.h"
#include <inttypes.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PREFIX "whsec_"
enum { KEY_BYTES = 24 };

int gs_webhook_secret_make(char out[GS_WEBHOOK_SECRET_MAX + 1])
{
    unsigned char key[KEY_BYTES];
    if (getentropy(key, sizeof key) != 0) {
        return GS_E_IO;
    }
    memcpy(out, PREFIX, sizeof PREFIX - 1);
    (void)EVP_EncodeBlock((unsigned char *)out + sizeof PREFIX - 1, key, sizeof key);
    OPENSSL_cleanse(key, sizeof key);
    return GS_OK;
}

/* The bytes behind the prefix; -1: that is no base64. */
static int key_of(const char *secret, unsigned char out[GS_WEBHOOK_SECRET_MAX])
{
    const char *text = strncmp(secret, PREFIX, sizeof PREFIX - 1) == 0 ? secret + sizeof PREFIX - 1 : "";
    const size_t len = strlen(text);
    if (len == 0 || len % 4 != 0 || len > GS_WEBHOOK_SECRET_MAX) {
        return -1;
    }
    int bytes = EVP_DecodeBlock(out, (const unsigned char *)text, (int)len);
    for (size_t i = len; bytes > 0 && i > 0 && text[i - 1] == '='; i--) {
        bytes--;
    }
    return bytes;
}

static int mac(const unsigned char *key, int key_len, const char *head, const char *body, size_t body_len,
               unsigned char out[GS_SHA256_BYTES])
{
    EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *ctx = hmac != NULL ? EVP_MAC_CTX_new(hmac) : NULL;
    char digest[] = "SHA256";
    const OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string("digest", digest, 0), OSSL_PARAM_construct_end()};
    size_t len = 0;
    const int good = ctx != NULL && EVP_MAC_init(ctx, key, (size_t)key_len, params) == 1 &&
                     EVP_MAC_update(ctx, (const unsigned char *)head, strlen(head)) == 1 &&
                     EVP_MAC_update(ctx, (const unsigned char *)body, body_len) == 1 &&
                     EVP_MAC_final(ctx, out, &len, GS_SHA256_BYTES) == 1 && len == GS_SHA256_BYTES;
    EVP_MAC_CTX_free(ctx);
    EVP_MAC_free(hmac);
    return good ? GS_OK : GS_E_NOMEM;
}

int gs_webhook_sign(const char *secret, const char *id, int64_t timestamp_s, const char *body, size_t body_len,
                    char out[GS_WEBHOOK_SIGNATURE_TEXT])
{
    unsigned char key[GS_WEBHOOK_SECRET_MAX], sum[GS_SHA256_BYTES];
    char head[128];
    const int key_len = key_of(secret, key);
    const int head_len = snprintf(head, sizeof head, "%s.%" PRId64 ".", id, timestamp_s);
    if (key_len <= 0 || head_len < 0 || (size_t)head_len >= sizeof head) {
        return GS_E_INVALID;
    }
    int err = mac(key, key_len, head, body, body_len, sum);
    OPENSSL_cleanse(key, sizeof key);
    if (err == GS_OK) {
        memcpy(out, "v1,", 3);
        (void)EVP_EncodeBlock((unsigned char *)out + 3, sum, sizeof sum);
    }
    return err;
}
