/* Certificates with their keys: read from files and judged; and one made for a site that has nobody to sign it. */
#ifndef GATESLOT_TLS_CERTIFICATE_H
#define GATESLOT_TLS_CERTIFICATE_H

#include "gateslot/base/error.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GS_FINGERPRINT_TEXT 96 /* 32 bytes of SHA-256 as AB:CD:… and the NUL */

/* A server's certificate, those that lead from it to a known signer, and its key. */
struct gs_certificate;

/* What is wrong with the two files: one sentence each that names the file; "" where nothing is. */
#define GS_CERTIFICATE_FAULT 256
struct gs_certificate_faults {
    char chain[GS_CERTIFICATE_FAULT], key[GS_CERTIFICATE_FAULT];
};

/* Reads and judges both files as of that second (since 1970, real time). GS_E_INVALID: faults say why. The files may be one and the
 * same. Free with gs_certificate_destroy. */
int gs_certificate_read(const char *chain_path, const char *key_path, int64_t now_s, struct gs_certificate **out,
                        struct gs_certificate_faults *faults) GS_MUST_CHECK;
void gs_certificate_destroy(struct gs_certificate *c); /* NULL is fine */
int64_t gs_certificate_expiry_s(const struct gs_certificate *c);
void gs_certificate_fingerprint(const struct gs_certificate *c, char out[GS_FINGERPRINT_TEXT]);

/* For a network without an authority: a signer made for this one certificate, whose key is forgotten at once, and a certificate signed
 * by it, with a key on the curve P-256, both good for that many days, from an hour before now. */
#define GS_SELF_SIGNED_NAMES 32
struct gs_self_signed {
    const char *names[GS_SELF_SIGNED_NAMES]; /* host names and numeric addresses; the first is the subject too */
    size_t name_count;
    int64_t now_s;
    int32_t days;
};
struct gs_self_signed_texts { /* PEM, owned; freed by gs_self_signed_finish */
    char *signer, *chain, *key;
    char signer_fingerprint[GS_FINGERPRINT_TEXT], fingerprint[GS_FINGERPRINT_TEXT];
};
int gs_self_signed_make(const struct gs_self_signed *wanted, struct gs_self_signed_texts *out) GS_MUST_CHECK;
void gs_self_signed_finish(struct gs_self_signed_texts *texts); /* the key is wiped */
/* Can a certificate be for it: a host name, maybe with "*" as its first part, or a numeric address? */
bool gs_self_signed_name(const char *name);

#endif
