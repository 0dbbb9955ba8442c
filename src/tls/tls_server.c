/* A server's side of TLS: one OpenSSL context per certificate, with settings that a scanner finds nothing to say against. A context lives as
 * long as a connection uses it, so another certificate disturbs nobody. It reads and writes no socket. */
#include "gateslot/tls/tls_server.h"
#include "certificate_parts.h"
#include "tickets.h"
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdlib.h>

struct gs_tls_server {
    SSL_CTX *ctx; /* owned: of the certificate in force */
    struct gs_tickets tickets;
    int64_t expiry_s;
    char fingerprint[GS_FINGERPRINT_TEXT];
};

/* Each session has keys of its own that no stored key opens (ECDHE), and each record is authenticated with its encryption. */
static const char suites_of_12[] = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
                                   "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:"
                                   "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384";
static const char suites_of_13[] = "TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_256_GCM_SHA384";
static const char groups[] = "X25519:P-256:P-384";

/* The one protocol spoken inside; a client that offers only others is told so. */
static int choose_protocol(SSL *ssl, const unsigned char **out, unsigned char *out_len, const unsigned char *offered,
                           unsigned len, void *arg)
{
    static const unsigned char ours[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
    unsigned char *chosen = NULL;
    (void)ssl, (void)arg;
    if (SSL_select_next_proto(&chosen, out_len, ours, sizeof ours, offered, len) != OPENSSL_NPN_NEGOTIATED) {
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    }
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

static bool take_certificate(SSL_CTX *ctx, const struct gs_certificate *c)
{
    if (SSL_CTX_use_certificate(ctx, sk_X509_value(c->chain, 0)) != 1 || SSL_CTX_use_PrivateKey(ctx, c->key) != 1) {
        return false;
    }
    for (int i = 1; i < sk_X509_num(c->chain); i++) {
        if (SSL_CTX_add1_chain_cert(ctx, sk_X509_value(c->chain, i)) != 1) {
            return false;
        }
    }
    return SSL_CTX_check_private_key(ctx) == 1;
}

static bool set_up(SSL_CTX *ctx)
{
    static const unsigned char sessions_of[] = "gateslot";
    SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                 SSL_OP_PRIORITIZE_CHACHA | SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_mode(ctx,
                     SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF); /* the clients keep their sessions, in tickets */
    SSL_CTX_set_timeout(ctx, GS_TICKET_KEY_MS / 1000);
    SSL_CTX_set_alpn_select_cb(ctx, choose_protocol, NULL);
    return SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) == 1 && SSL_CTX_set_cipher_list(ctx, suites_of_12) == 1 &&
           SSL_CTX_set_ciphersuites(ctx, suites_of_13) == 1 && SSL_CTX_set1_groups_list(ctx, groups) == 1 &&
           SSL_CTX_set_num_tickets(ctx, 1) == 1 &&
           SSL_CTX_set_session_id_context(ctx, sessions_of, sizeof sessions_of - 1) == 1;
}

static bool has_chain(SSL_CTX *ctx, const struct gs_certificate *c)
{
    STACK_OF(X509) *others = NULL;
    SSL_CTX_get0_chain_certs(ctx, &others);
    int count = sk_X509_num(c->chain), had = others != NULL ? sk_X509_num(others) : 0;
    bool same = had == count - 1 && X509_cmp(SSL_CTX_get0_certificate(ctx), sk_X509_value(c->chain, 0)) == 0;
    for (int i = 1; i < count && same; i++) {
        same = X509_cmp(sk_X509_value(others, i - 1), sk_X509_value(c->chain, i)) == 0;
    }
    return same;
}

int gs_tls_server_use(struct gs_tls_server *server, const struct gs_certificate *c)
{
    if (server->ctx != NULL && has_chain(server->ctx, c)) {
        return GS_OK;
    }
    SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
    if (ctx == NULL) {
        return GS_E_NOMEM;
    }
    if (!set_up(ctx) || !take_certificate(ctx, c) || gs_tickets_use(&server->tickets, ctx) != GS_OK) {
        SSL_CTX_free(ctx);
        ERR_clear_error();
        return GS_E_INVALID;
    }
    /* Who takes up an old session is shown no certificate: all are to see the new one. */
    gs_tickets_forget(&server->tickets);
    SSL_CTX_free(server->ctx);
    server->ctx = ctx;
    server->expiry_s = gs_certificate_expiry_s(c);
    gs_certificate_fingerprint(c, server->fingerprint);
    return GS_OK;
}

int gs_tls_server_create(const struct gs_certificate *c, int64_t (*mono_ms)(void *self), void *mono_self,
                         struct gs_tls_server **out)
{
    struct gs_tls_server *server = calloc(1, sizeof *server);
    if (server == NULL) {
        return GS_E_NOMEM;
    }
    server->tickets.mono_ms = mono_ms;
    server->tickets.mono_self = mono_self;
    int err = gs_tls_server_use(server, c);
    if (err != GS_OK) {
        free(server);
        return err;
    }
    *out = server;
    return GS_OK;
}

void gs_tls_server_destroy(struct gs_tls_server *server)
{
    if (server == NULL) {
        return;
    }
    SSL_CTX_free(server->ctx);
    gs_tickets_forget(&server->tickets);
    free(server);
}

SSL *gs_tls_server_accept(struct gs_tls_server *server)
{
    SSL *ssl = SSL_new(server->ctx);
    if (ssl != NULL) {
        SSL_set_accept_state(ssl);
    }
    return ssl;
}

int64_t gs_tls_server_expiry_s(const struct gs_tls_server *server)
{
    return server->expiry_s;
}

const char *gs_tls_server_fingerprint(const struct gs_tls_server *server)
{
    return server->fingerprint;
}
