/* Makes a certificate for a network that has no authority: a signer, the certificate for the names and addresses under which the daemon is
 * reached, and nothing more: the signer's key is forgotten, so that nobody can ever sign another one that clients who trust it would
 * believe. (A certificate that is its own signer would do for some clients, but tablets take only a signer, and browsers no signer as a
 * server.) It writes no file. */
#include "certificate_parts.h"
#include <arpa/inet.h>
#include <openssl/asn1.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BACKDATED_S 3600 /* clocks of tablets go wrong by some minutes */
#define DAY_S 86400
#define COMMON_NAME_MAX 64 /* X.520 */
#define HOST_MAX 253
#define LABEL_MAX 63

static bool is_address(const char *name)
{
    unsigned char bytes[16];
    return inet_pton(AF_INET, name, bytes) == 1 || inet_pton(AF_INET6, name, bytes) == 1;
}

/* Letters, digits and hyphens in parts of at most 63 (RFC 1123), the first part maybe "*". */
static bool is_host(const char *name)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
    const char *part = strncmp(name, "*.", 2) == 0 ? name + 2 : name;
    if (strlen(name) > HOST_MAX || strspn(name, ".0123456789") == strlen(name)) {
        return false;
    }
    for (;;) {
        size_t len = strspn(part, letters);
        if (len == 0 || len > LABEL_MAX || part[0] == '-' || part[len - 1] == '-') {
            return false;
        }
        if (part[len] == '\0') {
            return true;
        }
        if (part[len] != '.') {
            return false;
        }
        part += len + 1;
    }
}

bool gs_self_signed_name(const char *name)
{
    return is_address(name) || is_host(name);
}

struct signed_by {
    X509 *signer; /* NULL: itself */
    EVP_PKEY *key;
};

static bool add_extension(X509 *x, X509 *signer, int kind, const char *value)
{
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, signer, x, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, kind, value);
    bool ok = extension != NULL && X509_add_ext(x, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return ok;
}

static bool add_names(X509 *x, X509 *signer, const struct gs_self_signed *wanted)
{
    char value[GS_SELF_SIGNED_NAMES * (HOST_MAX + 8)];
    size_t len = 0;
    for (size_t i = 0; i < wanted->name_count; i++) {
        const char *name = wanted->names[i];
        len += (size_t)snprintf(value + len, sizeof value - len, "%s%s:%s", i > 0 ? "," : "",
                                is_address(name) ? "IP" : "DNS", name);
    }
    return add_extension(x, signer, NID_subject_alt_name, value);
}

static bool set_serial(X509 *x)
{
    unsigned char bytes[16];
    if (RAND_bytes(bytes, sizeof bytes) != 1) {
        return false;
    }
    bytes[0] = (unsigned char)((bytes[0] & 0x7F) | 0x40); /* positive, and of the same length every time */
    BIGNUM *number = BN_bin2bn(bytes, sizeof bytes, NULL);
    bool ok = number != NULL && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(x)) != NULL;
    BN_free(number);
    return ok;
}

static bool set_common_name(X509 *x, const char *before, const char *name)
{
    char common[COMMON_NAME_MAX + 1];
    (void)snprintf(common, sizeof common, "%s%s", before, name);
    return X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_UTF8, (const unsigned char *)common, -1,
                                      -1, 0) == 1;
}

static bool set_basics(X509 *x, EVP_PKEY *key, const struct gs_self_signed *wanted)
{
    int64_t from_s = wanted->now_s - BACKDATED_S, until_s = wanted->now_s + (int64_t)wanted->days * DAY_S;
    return X509_set_version(x, X509_VERSION_3) == 1 && set_serial(x) &&
           ASN1_TIME_set(X509_getm_notBefore(x), (time_t)from_s) != NULL &&
           ASN1_TIME_set(X509_getm_notAfter(x), (time_t)until_s) != NULL && X509_set_pubkey(x, key) == 1;
}

static bool fill_signer(X509 *x, EVP_PKEY *key, const struct gs_self_signed *wanted)
{
    return set_basics(x, key, wanted) && set_common_name(x, "gateslot signer of ", wanted->names[0]) &&
           X509_set_issuer_name(x, X509_get_subject_name(x)) == 1 &&
           add_extension(x, x, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
           add_extension(x, x, NID_key_usage, "critical,keyCertSign") &&
           add_extension(x, x, NID_subject_key_identifier, "hash") && X509_sign(x, key, EVP_sha256()) > 0;
}

static bool fill_server(X509 *x, EVP_PKEY *key, const struct signed_by *by, const struct gs_self_signed *wanted)
{
    return set_basics(x, key, wanted) && set_common_name(x, "", wanted->names[0]) &&
           X509_set_issuer_name(x, X509_get_subject_name(by->signer)) == 1 && add_names(x, by->signer, wanted) &&
           add_extension(x, by->signer, NID_basic_constraints, "critical,CA:FALSE") &&
           add_extension(x, by->signer, NID_key_usage, "critical,digitalSignature") &&
           add_extension(x, by->signer, NID_ext_key_usage, "serverAuth") &&
           add_extension(x, by->signer, NID_subject_key_identifier, "hash") &&
           add_extension(x, by->signer, NID_authority_key_identifier, "keyid") &&
           X509_sign(x, by->key, EVP_sha256()) > 0;
}

/* What was written to bio, as a text of its own. */
static char *text_of(BIO *bio)
{
    char *bytes = NULL;
    long len = BIO_get_mem_data(bio, &bytes);
    char *text = len > 0 ? malloc((size_t)len + 1) : NULL;
    if (text != NULL) {
        memcpy(text, bytes, (size_t)len);
        text[len] = '\0';
    }
    return text;
}

/* next: NULL, or what signed x. */
static char *chain_text(X509 *x, X509 *next)
{
    BIO *bio = BIO_new(BIO_s_mem());
    bool ok = bio != NULL && PEM_write_bio_X509(bio, x) == 1 && (next == NULL || PEM_write_bio_X509(bio, next) == 1);
    char *text = ok ? text_of(bio) : NULL;
    BIO_free(bio);
    return text;
}

static char *key_text(EVP_PKEY *key)
{
    BIO *bio = BIO_new(BIO_s_secmem());
    bool ok = bio != NULL && PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) == 1;
    char *text = ok ? text_of(bio) : NULL;
    BIO_free(bio);
    return text;
}

int gs_self_signed_make(const struct gs_self_signed *wanted, struct gs_self_signed_texts *out)
{
    struct gs_self_signed_texts t = {.signer = NULL};
    X509 *signer = X509_new(), *server = X509_new();
    EVP_PKEY *signing = EVP_EC_gen("P-256"), *key = EVP_EC_gen("P-256");
    const struct signed_by by = {.signer = signer, .key = signing};
    bool ok = signer != NULL && server != NULL && signing != NULL && key != NULL &&
              fill_signer(signer, signing, wanted) && fill_server(server, key, &by, wanted);
    if (ok) {
        t.signer = chain_text(signer, NULL);
        t.chain = chain_text(server, signer);
        t.key = key_text(key);
        gs_fingerprint(signer, t.signer_fingerprint);
        gs_fingerprint(server, t.fingerprint);
    }
    EVP_PKEY_free(signing);
    EVP_PKEY_free(key);
    X509_free(signer);
    X509_free(server);
    if (t.signer == NULL || t.chain == NULL || t.key == NULL) {
        gs_self_signed_finish(&t);
        return GS_E_NOMEM;
    }
    *out = t;
    return GS_OK;
}

void gs_self_signed_finish(struct gs_self_signed_texts *texts)
{
    if (texts->key != NULL) {
        OPENSSL_cleanse(texts->key, strlen(texts->key));
    }
    free(texts->signer);
    free(texts->chain);
    free(texts->key);
    *texts = (struct gs_self_signed_texts){.signer = NULL};
}
