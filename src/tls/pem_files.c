/* Files of certificates and keys: opened without waiting, bounded, regular, a key only if others can neither read nor change it; from PEM to
 * OpenSSL's objects. Whether they are good for anything is not asked here. */
#define _GNU_SOURCE /* memmem */
#include "certificate_parts.h"
#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX (256 << 10)
#define SHOWN_PATH 112 /* bytes of a path that are shown */
#define CHAIN_MAX 10

struct pem_text {
    char *bytes; /* owned */
    size_t len;
    mode_t mode;
};

void gs_pem_fault(char fault[GS_CERTIFICATE_FAULT], const char *before, const char *path, const char *format, ...)
{
    size_t len = strlen(path);
    const char *shown = path;
    if (len > SHOWN_PATH) {
        shown = path + len - SHOWN_PATH;
        while (((unsigned char)*shown & 0xC0) == 0x80) { /* not in the middle of a character */
            shown++;
        }
    }
    int used = snprintf(fault, GS_CERTIFICATE_FAULT, "%s%s%s ", before, shown == path ? "" : "…", shown);
    if (used > 0 && used < GS_CERTIFICATE_FAULT) {
        va_list args;
        va_start(args, format);
        (void)vsnprintf(fault + used, GS_CERTIFICATE_FAULT - (size_t)used, format, args);
        va_end(args);
    }
}

static void free_text(struct pem_text *t)
{
    if (t->bytes != NULL) {
        OPENSSL_cleanse(t->bytes, t->len);
    }
    free(t->bytes);
    t->bytes = NULL;
}

/* True: all of fd is in t. */
static bool read_fd(int fd, struct pem_text *t)
{
    t->bytes = malloc(FILE_MAX);
    while (t->bytes != NULL && t->len < FILE_MAX) {
        ssize_t got = read(fd, t->bytes + t->len, FILE_MAX - t->len);
        if (got == 0) {
            return true;
        }
        if (got < 0 && errno != EINTR) {
            return false;
        }
        t->len += got > 0 ? (size_t)got : 0;
    }
    errno = t->bytes == NULL ? ENOMEM : EFBIG;
    return false;
}

static bool read_text(const char *path, struct pem_text *t, char fault[GS_CERTIFICATE_FAULT])
{
    struct stat st;
    bool ok = false;
    *t = (struct pem_text){0};
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0) {
        gs_pem_fault(fault, "", path, "cannot be opened: %s", strerror(errno));
        return false;
    }
    if (fstat(fd, &st) != 0) {
        gs_pem_fault(fault, "", path, "cannot be examined: %s", strerror(errno));
    } else if (!S_ISREG(st.st_mode)) {
        gs_pem_fault(fault, "", path, "is %s, expected a regular file",
                     S_ISDIR(st.st_mode)    ? "a directory"
                     : S_ISFIFO(st.st_mode) ? "a named pipe"
                                            : "a device");
    } else if (!read_fd(fd, t)) {
        gs_pem_fault(fault, "", path, "cannot be read: %s", strerror(errno));
        free_text(t);
    } else {
        t->mode = st.st_mode;
        ok = true;
    }
    (void)close(fd);
    return ok;
}

static bool holds(const struct pem_text *t, const char *words)
{
    return t->len > 0 && memmem(t->bytes, t->len, words, strlen(words)) != NULL;
}

/* Nobody beyond owner and group may read it, and nobody but the owner change it. */
static bool is_kept(const char *path, const struct pem_text *t, char fault[GS_CERTIFICATE_FAULT])
{
    if ((t->mode & (S_IRWXO | S_IWGRP)) == 0) {
        return true;
    }
    gs_pem_fault(fault, "the private key in ", path, "is open to others (mode %04o), expected 0600 or 0640",
                 (unsigned)t->mode & 07777);
    return false;
}

static STACK_OF(X509) * read_chain(BIO *bio, const char *path, char fault[GS_CERTIFICATE_FAULT])
{
    STACK_OF(X509) *chain = sk_X509_new_null();
    X509 *x;
    while (chain != NULL && (x = PEM_read_bio_X509(bio, NULL, NULL, NULL)) != NULL) {
        if (sk_X509_num(chain) == CHAIN_MAX || sk_X509_push(chain, x) == 0) {
            X509_free(x);
            gs_pem_fault(fault, "", path, "holds more than %d certificates", CHAIN_MAX);
            goto fail;
        }
    }
    bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    if (!at_end) {
        gs_pem_fault(fault, "", path, "holds a certificate that is damaged");
        goto fail;
    }
    if (sk_X509_num(chain) == 0) {
        gs_pem_fault(fault, "", path, "holds no certificate, expected PEM with -----BEGIN CERTIFICATE-----");
        goto fail;
    }
    return chain;
fail:
    sk_X509_pop_free(chain, X509_free);
    return NULL;
}

STACK_OF(X509) * gs_pem_chain(const char *path, char fault[GS_CERTIFICATE_FAULT])
{
    struct pem_text t;
    STACK_OF(X509) *chain = NULL;
    if (!read_text(path, &t, fault)) {
        return NULL;
    }
    if (!holds(&t, "PRIVATE KEY-----") || is_kept(path, &t, fault)) {
        BIO *bio = BIO_new_mem_buf(t.bytes, (int)t.len);
        ERR_clear_error();
        if (bio != NULL) {
            chain = read_chain(bio, path, fault);
        }
        BIO_free(bio);
        ERR_clear_error();
    }
    free_text(&t);
    return chain;
}

/* Asked for a passphrase, which a daemon has nobody to ask for. */
static int refuse_passphrase(char *out, int size, int writing, void *asked)
{
    (void)out, (void)size, (void)writing;
    *(bool *)asked = true;
    return -1;
}

EVP_PKEY *gs_pem_key(const char *path, char fault[GS_CERTIFICATE_FAULT])
{
    struct pem_text t;
    EVP_PKEY *key = NULL;
    bool encrypted = false;
    if (!read_text(path, &t, fault)) {
        return NULL;
    }
    if (is_kept(path, &t, fault)) {
        BIO *bio = BIO_new_mem_buf(t.bytes, (int)t.len);
        if (bio != NULL) {
            key = PEM_read_bio_PrivateKey(bio, NULL, refuse_passphrase, &encrypted);
        }
        BIO_free(bio);
        ERR_clear_error();
        if (key == NULL && encrypted) {
            gs_pem_fault(fault, "the private key in ", path, "is encrypted, expected one without a passphrase");
        } else if (key == NULL && holds(&t, "PRIVATE KEY-----")) {
            gs_pem_fault(fault, "the private key in ", path, "is damaged");
        } else if (key == NULL) {
            gs_pem_fault(fault, "", path, "holds no private key, expected PEM with -----BEGIN PRIVATE KEY-----");
        }
    }
    free_text(&t);
    return key;
}
