/* Judges a certificate with its key before a daemon serves it: that it is valid now, strong enough, meant for servers, in the order in which
 * it is sent, and that the key is its own. What a client would refuse, or what would give the key away, is refused here with a
 * sentence that names the file. */
#include "certificate_parts.h"
#include <openssl/objects.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define RSA_BITS_MIN 2048
#define EC_BITS_MIN 256
#define SIGNATURE_BITS_MIN 112 /* of security: SHA-1 has fewer */
#define INSTANT_TEXT 32

static int64_t seconds(const ASN1_TIME *at)
{
    struct tm parts;
    return ASN1_TIME_to_tm(at, &parts) == 1 ? (int64_t)timegm(&parts) : INT64_MIN;
}

static const char *instant(int64_t at_s, char out[INSTANT_TEXT])
{
    time_t at = (time_t)at_s;
    struct tm parts;
    if (gmtime_r(&at, &parts) == NULL || strftime(out, INSTANT_TEXT, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0) {
        out[0] = '\0';
    }
    return out;
}

static bool valid_now(X509 *x, const char *path, int64_t now_s, char fault[GS_CERTIFICATE_FAULT])
{
    int64_t from_s = seconds(X509_get0_notBefore(x)), until_s = seconds(X509_get0_notAfter(x));
    char text[INSTANT_TEXT];
    if (now_s < from_s) {
        gs_pem_fault(fault, "the certificate in ", path, "is not valid before %s", instant(from_s, text));
    } else if (now_s > until_s) {
        gs_pem_fault(fault, "the certificate in ", path, "expired at %s", instant(until_s, text));
    }
    return fault[0] == '\0';
}

static bool key_strong(X509 *x, const char *path, char fault[GS_CERTIFICATE_FAULT])
{
    EVP_PKEY *key = X509_get0_pubkey(x);
    int kind = key != NULL ? EVP_PKEY_get_base_id(key) : EVP_PKEY_NONE, bits = key != NULL ? EVP_PKEY_get_bits(key) : 0;
    bool is_rsa = kind == EVP_PKEY_RSA || kind == EVP_PKEY_RSA_PSS, is_ec = kind == EVP_PKEY_EC;
    if (is_rsa || is_ec) {
        int least = is_rsa ? RSA_BITS_MIN : EC_BITS_MIN;
        if (bits < least) {
            gs_pem_fault(fault, "the key of the certificate in ", path, "is weak: %s of %d bits, expected at least %d",
                         is_rsa ? "RSA" : "EC", bits, least);
        }
    } else if (kind != EVP_PKEY_ED25519 && kind != EVP_PKEY_ED448) {
        gs_pem_fault(fault, "the key of the certificate in ", path, "is of an unknown kind, expected EC or RSA");
    }
    return fault[0] == '\0';
}

static bool signed_well(X509 *x, const char *path, char fault[GS_CERTIFICATE_FAULT])
{
    int digest = NID_undef, bits = 0;
    if (X509_get_signature_info(x, &digest, NULL, &bits, NULL) != 1 || bits < SIGNATURE_BITS_MIN) {
        const char *name = OBJ_nid2sn(digest);
        gs_pem_fault(fault, "the certificate in ", path, "is signed with %s, expected SHA256 or better",
                     digest != NID_undef && name != NULL ? name : "an unknown digest");
    }
    return fault[0] == '\0';
}

static bool in_order(STACK_OF(X509) * chain, const char *path, char fault[GS_CERTIFICATE_FAULT])
{
    for (int i = 1; i < sk_X509_num(chain); i++) {
        if (X509_check_issued(sk_X509_value(chain, i), sk_X509_value(chain, i - 1)) != X509_V_OK) {
            gs_pem_fault(fault, "the chain in ", path,
                         "is out of order: certificate %d did not sign certificate %d, expected the server's own first",
                         i + 1, i);
            return false;
        }
    }
    return true;
}

static bool is_for_servers(X509 *x, const char *path, char fault[GS_CERTIFICATE_FAULT])
{
    if (X509_check_purpose(x, X509_PURPOSE_SSL_SERVER, 0) == 1) {
        return true;
    }
    gs_pem_fault(fault, "the certificate in ", path, "is not meant for servers, expected the key usage serverAuth");
    return false;
}

static void judge(const struct gs_certificate *c, const char *chain_path, const char *key_path, int64_t now_s,
                  struct gs_certificate_faults *faults)
{
    X509 *own = c->chain != NULL ? sk_X509_value(c->chain, 0) : NULL;
    if (own != NULL) {
        (void)(in_order(c->chain, chain_path, faults->chain) && valid_now(own, chain_path, now_s, faults->chain) &&
               key_strong(own, chain_path, faults->chain) && signed_well(own, chain_path, faults->chain) &&
               is_for_servers(own, chain_path, faults->chain));
    }
    if (own != NULL && c->key != NULL && faults->chain[0] == '\0' && X509_check_private_key(own, c->key) != 1) {
        gs_pem_fault(faults->key, "the private key in ", key_path, "does not belong to the certificate");
    }
}

int gs_certificate_read(const char *chain_path, const char *key_path, int64_t now_s, struct gs_certificate **out,
                        struct gs_certificate_faults *faults)
{
    *faults = (struct gs_certificate_faults){.chain = ""};
    struct gs_certificate *c = calloc(1, sizeof *c);
    if (c == NULL) {
        return GS_E_NOMEM;
    }
    c->chain = gs_pem_chain(chain_path, faults->chain);
    c->key = gs_pem_key(key_path, faults->key);
    judge(c, chain_path, key_path, now_s, faults);
    if (faults->chain[0] != '\0' || faults->key[0] != '\0' || c->chain == NULL || c->key == NULL) {
        gs_certificate_destroy(c);
        return faults->chain[0] != '\0' || faults->key[0] != '\0' ? GS_E_INVALID : GS_E_NOMEM;
    }
    *out = c;
    return GS_OK;
}

void gs_certificate_destroy(struct gs_certificate *c)
{
    if (c == NULL) {
        return;
    }
    sk_X509_pop_free(c->chain, X509_free);
    EVP_PKEY_free(c->key);
    free(c);
}

int64_t gs_certificate_expiry_s(const struct gs_certificate *c)
{
    return seconds(X509_get0_notAfter(sk_X509_value(c->chain, 0)));
}

void gs_certificate_fingerprint(const struct gs_certificate *c, char out[GS_FINGERPRINT_TEXT])
{
    gs_fingerprint(sk_X509_value(c->chain, 0), out);
}
