/* Session tickets: a client that comes back is spared most of a handshake. The keys live in memory only; each makes tickets for twelve hours
 * and opens them for twelve more, so that what is stolen from the daemon's memory opens no connection older than a day (where TLS 1.2 takes a
 * session up without new keys; TLS 1.3 agrees on new ones every time). */
#include "tickets.h"
#include "gateslot/tls/tls_server.h"
#include <openssl/core_names.h>
#include <openssl/rand.h>
#include <string.h>

enum { FAILED = -1, UNKNOWN = 0, KNOWN = 1, RENEW = 2 }; /* what OpenSSL wants to hear */

static bool make_key(struct gs_ticket_key *key, int64_t now_ms)
{
    key->made_ms = now_ms > 0 ? now_ms : 1;
    return RAND_bytes(key->name, sizeof key->name) == 1 && RAND_priv_bytes(key->cipher, sizeof key->cipher) == 1 &&
           RAND_priv_bytes(key->mac, sizeof key->mac) == 1;
}

static void rotate(struct gs_tickets *t, int64_t now_ms)
{
    if (t->before.made_ms != 0 && now_ms - t->before.made_ms >= 2 * (int64_t)GS_TICKET_KEY_MS) {
        OPENSSL_cleanse(&t->before, sizeof t->before);
    }
    if (t->now.made_ms == 0 || now_ms - t->now.made_ms < GS_TICKET_KEY_MS) {
        return;
    }
    OPENSSL_cleanse(&t->before, sizeof t->before);
    if (now_ms - t->now.made_ms < 2 * (int64_t)GS_TICKET_KEY_MS) {
        t->before = t->now;
    }
    OPENSSL_cleanse(&t->now, sizeof t->now);
}

static bool start(const struct gs_ticket_key *key, const unsigned char *iv, EVP_CIPHER_CTX *cipher, EVP_MAC_CTX *mac,
                  int encrypts)
{
    char digest[] = "SHA256";
    unsigned char secret[sizeof key->mac];
    memcpy(secret, key->mac, sizeof secret);
    OSSL_PARAM params[] = {OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, secret, sizeof secret),
                           OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                           OSSL_PARAM_construct_end()};
    bool ok = EVP_CipherInit_ex(cipher, EVP_aes_256_cbc(), NULL, key->cipher, iv, encrypts) == 1 &&
              EVP_MAC_CTX_set_params(mac, params) == 1;
    OPENSSL_cleanse(secret, sizeof secret);
    return ok;
}

static int seal(struct gs_tickets *t, unsigned char *name, unsigned char *iv, EVP_CIPHER_CTX *cipher, EVP_MAC_CTX *mac)
{
    if (t->now.made_ms == 0 && !make_key(&t->now, t->mono_ms(t->mono_self))) {
        gs_tickets_forget(t);
        return FAILED;
    }
    memcpy(name, t->now.name, sizeof t->now.name);
    bool ok = RAND_bytes(iv, EVP_CIPHER_get_iv_length(EVP_aes_256_cbc())) == 1 && start(&t->now, iv, cipher, mac, 1);
    return ok ? KNOWN : FAILED;
}

static int on_ticket(SSL *ssl, unsigned char *name, unsigned char *iv, EVP_CIPHER_CTX *cipher, EVP_MAC_CTX *mac,
                     int seals)
{
    struct gs_tickets *t = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
    rotate(t, t->mono_ms(t->mono_self));
    if (seals) {
        return seal(t, name, iv, cipher, mac);
    }
    const struct gs_ticket_key *keys[] = {&t->now, &t->before};
    for (int i = 0; i < 2; i++) {
        if (keys[i]->made_ms != 0 && CRYPTO_memcmp(keys[i]->name, name, sizeof keys[i]->name) == 0) {
            return !start(keys[i], iv, cipher, mac, 0) ? FAILED : i == 0 ? KNOWN : RENEW;
        }
    }
    return UNKNOWN;
}

int gs_tickets_use(struct gs_tickets *tickets, SSL_CTX *ctx)
{
    SSL_CTX_set_app_data(ctx, tickets);
    return SSL_CTX_set_tlsext_ticket_key_evp_cb(ctx, on_ticket) == 1 ? GS_OK : GS_E_NOMEM;
}

void gs_tickets_forget(struct gs_tickets *tickets)
{
    OPENSSL_cleanse(&tickets->now, sizeof tickets->now);
    OPENSSL_cleanse(&tickets->before, sizeof tickets->before);
}
