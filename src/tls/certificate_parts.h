/* What the files of this folder know of a certificate. */
#ifndef GATESLOT_TLS_CERTIFICATE_PARTS_H
#define GATESLOT_TLS_CERTIFICATE_PARTS_H

#include "gateslot/tls/certificate.h"
#include <openssl/x509.h>

struct gs_certificate {
    STACK_OF(X509) * chain; /* the server's own first */
    EVP_PKEY *key;
};

/* ---- pem_files.c ---- */
/* The certificates of a file, in its order; NULL with the fault. */
STACK_OF(X509) * gs_pem_chain(const char *path, char fault[GS_CERTIFICATE_FAULT]);
/* The private key of a file that nobody but its owner may change and not everybody may read; NULL with the fault. */
EVP_PKEY *gs_pem_key(const char *path, char fault[GS_CERTIFICATE_FAULT]);
/* A sentence about a file; of a long path the end is shown. */
void gs_pem_fault(char fault[GS_CERTIFICATE_FAULT], const char *before, const char *path, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* ---- fingerprint.c ---- */
void gs_fingerprint(const X509 *x, char out[GS_FINGERPRINT_TEXT]);

#endif
