/* Connections that speak TLS, against clients of OpenSSL whose bytes are in the test's hand: cut anywhere, held back, dripped, or no TLS at all. */
#include "fixture.h"
#include "gateslot/tls/tls_server.h"
#include "wire_tls.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { PIECE_MAX = 4000, RESULT_MAX = 4 << 20 };

struct secured {
    struct fixture *f;
    struct gs_tls_server *server;
    struct sockaddr_in at;
    SSL_CTX *clients;
    char dir[64];
    int64_t mono_ms;
    uint64_t seed;
};

/* A client: what it encrypts waits in out, what it is to decrypt comes through in. */
struct caller {
    struct secured *s;
    int fd;
    SSL *ssl;
    BIO *in, *out;
    bool cut;   /* bytes go and come in pieces of random length */
    bool deaf;  /* takes nothing off its socket */
    bool ended; /* the kernel says that no more comes */
    char *got;
    size_t got_len;
};

static uint32_t roll(struct secured *s, uint32_t below)
{
    s->seed = s->seed * 6364136223846793005U + 1442695040888963407U;
    return (uint32_t)(s->seed >> 33) % below;
}

static int64_t clock_of_tickets(void *self)
{
    return ((struct secured *)self)->mono_ms;
}

static void write_file(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
}

static struct gs_certificate *new_certificate(struct secured *s)
{
    const struct gs_self_signed wanted = {
        .names = {"localhost", "127.0.0.1"}, .name_count = 2, .now_s = (int64_t)time(NULL), .days = 30};
    struct gs_self_signed_texts texts;
    struct gs_certificate_faults faults;
    struct gs_certificate *c = NULL;
    char chain[96], key[96];
    (void)snprintf(chain, sizeof chain, "%s/chain", s->dir);
    (void)snprintf(key, sizeof key, "%s/key", s->dir);
    assert_int_equal(gs_self_signed_make(&wanted, &texts), GS_OK);
    write_file(chain, texts.chain);
    write_file(key, texts.key);
    gs_self_signed_finish(&texts);
    assert_int_equal(gs_certificate_read(chain, key, (int64_t)time(NULL), &c, &faults), GS_OK);
    unlink(chain);
    unlink(key);
    return c;
}

static int listen_tcp(struct sockaddr_in *at)
{
    socklen_t len = sizeof *at;
    *at = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)at, sizeof *at), 0);
    assert_int_equal(listen(fd, 512), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)at, &len), 0);
    return fd;
}

static int setup(void **state)
{
    struct secured *s = calloc(1, sizeof *s);
    assert_non_null(s);
    void *inner;
    s->seed = (uint64_t)time(NULL);
    print_message("# seed %llu\n", (unsigned long long)s->seed);
    s->mono_ms = 1000;
    (void)snprintf(s->dir, sizeof s->dir, "/tmp/gateslot-tls-XXXXXX");
    assert_non_null(mkdtemp(s->dir));
    fixture_setup(&inner);
    s->f = inner;
    struct gs_certificate *c = new_certificate(s);
    assert_int_equal(gs_tls_server_create(c, clock_of_tickets, s, &s->server), GS_OK);
    gs_certificate_destroy(c);
    assert_int_equal(gs_http_use_tls(s->f->http, s->server, true), GS_OK);
    assert_int_equal(gs_http_listen(s->f->http, listen_tcp(&s->at), GS_LISTENER_TLS), GS_OK);
    s->clients = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_session_cache_mode(s->clients, SSL_SESS_CACHE_OFF);
    *state = s;
    return 0;
}

static int teardown(void **state)
{
    struct secured *s = *state;
    void *inner = s->f;
    SSL_CTX_free(s->clients);
    fixture_teardown(&inner);
    gs_tls_server_destroy(s->server);
    rmdir(s->dir);
    free(s);
    return 0;
}

static int connect_only(struct secured *s)
{
    const int on = 1, small = 32768;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small), 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&s->at, sizeof s->at), 0);
    assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
    /* Or the kernel waits before it sends what is short. */
    assert_int_equal(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), 0);
    fixture_run(s->f);
    const struct gs_conn *theirs = LIST_FIRST(&s->f->http->conns);
    assert_non_null(theirs);
    assert_int_equal(setsockopt(theirs->fd, SOL_SOCKET, SO_SNDBUF, &small, sizeof small), 0);
    return fd;
}

static void call_up(struct secured *s, struct caller *c)
{
    *c = (struct caller){.s = s, .fd = connect_only(s)};
    c->ssl = SSL_new(s->clients);
    c->in = BIO_new(BIO_s_mem());
    c->out = BIO_new(BIO_s_mem());
    BIO_set_mem_eof_return(c->in, -1);
    SSL_set_bio(c->ssl, c->in, c->out);
    SSL_set_connect_state(c->ssl);
}

static void hang_up(struct caller *c)
{
    SSL_set_shutdown(c->ssl,
                     SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN); /* else OpenSSL would not take its session up */
    SSL_free(c->ssl);
    if (c->fd >= 0) {
        close(c->fd);
    }
    free(c->got);
    fixture_run(c->s->f);
}

static size_t piece(const struct caller *c, size_t max)
{
    return c->cut ? 1 + roll(c->s, (uint32_t)(max < 700 ? max : 700)) : max;
}

/* Sends what is encrypted, lets the server work, takes what came. True: something moved. */
static bool pump(struct caller *c)
{
    char part[PIECE_MAX];
    bool moved = false;
    for (int len; (len = BIO_read(c->out, part, (int)piece(c, sizeof part))) > 0;) {
        for (int sent = 0; sent < len;) {
            ssize_t n = send(c->fd, part + sent, (size_t)(len - sent), MSG_NOSIGNAL);
            if (n < 0 && errno != EAGAIN) {
                return false;
            }
            sent += n > 0 ? (int)n : 0;
            fixture_run(c->s->f);
            moved = true;
        }
        if (c->cut && roll(c->s, 4) == 0) {
            break;
        }
    }
    fixture_run(c->s->f);
    ssize_t n = c->deaf ? -1 : recv(c->fd, part, piece(c, sizeof part), 0);
    if (n > 0) {
        assert_int_equal(BIO_write(c->in, part, (int)n), n);
    }
    c->ended = c->ended || n == 0 || (n < 0 && !c->deaf && errno != EAGAIN);
    return moved || n > 0;
}

static void take_plain(struct caller *c)
{
    char part[PIECE_MAX];
    for (int len; (len = SSL_read(c->ssl, part, sizeof part)) > 0;) {
        c->got = realloc(c->got, c->got_len + (size_t)len + 1);
        assert_non_null(c->got);
        memcpy(c->got + c->got_len, part, (size_t)len);
        c->got_len += (size_t)len;
        c->got[c->got_len] = '\0';
    }
}

/* Until nothing moves any more. */
static void talk(struct caller *c)
{
    for (int still = 0; still < 3;) {
        ERR_clear_error();
        (void)SSL_do_handshake(c->ssl);
        take_plain(c);
        still = pump(c) ? 0 : still + 1;
    }
    ERR_clear_error();
}

static void say(struct caller *c, const void *bytes, size_t len)
{
    if (len > 0) {
        assert_int_equal(SSL_write(c->ssl, bytes, (int)len), (int)len);
    }
    talk(c);
}

static void ask(struct caller *c, const char *text)
{
    say(c, text, strlen(text));
}

/* One whole answer of that status is there, and what follows its head is returned; it is taken. */
static char *answered(struct caller *c, int status, size_t body_len)
{
    int said = 0;
    assert_non_null(c->got);
    assert_int_equal(sscanf(c->got, "HTTP/1.1 %d ", &said), 1);
    assert_int_equal(said, status);
    char *body = strstr(c->got, "\r\n\r\n");
    assert_non_null(body);
    body += 4;
    assert_int_equal(c->got_len - (size_t)(body - c->got), body_len);
    char *copy = malloc(body_len + 1);
    assert_non_null(copy);
    memcpy(copy, body, body_len);
    copy[body_len] = '\0';
    c->got_len = 0;
    return copy;
}

static void expect(struct caller *c, int status, const char *body)
{
    char *is = answered(c, status, strlen(body));
    assert_string_equal(is, body);
    free(is);
}

static void call_up_known(struct secured *s, struct caller *c)
{
    call_up(s, c);
    gs_clients_known(LIST_FIRST(&s->f->http->conns), GS_CLIENT_PROGRAM);
}

static void greet(struct secured *s, struct caller *c)
{
    call_up_known(s, c);
    talk(c);
    assert_true(SSL_is_init_finished(c->ssl));
}

/* ---- what works ---- */

static void a_request_over_tls_is_answered_and_known_as_such(void **state)
{
    struct secured *s = *state;
    static const int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};
    for (int i = 0; i < 2; i++) {
        struct caller c;
        char *head;
        s->f->waiting_count = 0;
        call_up(s, &c);
        SSL_set_min_proto_version(c.ssl, versions[i]);
        SSL_set_max_proto_version(c.ssl, versions[i]);
        talk(&c);
        ask(&c, GET("/now"));
        head = strstr(c.got, "Strict-Transport-Security: max-age=31536000\r\n");
        assert_non_null(head);
        expect(&c, 200, "/now");
        ask(&c, GET("/wait"));
        assert_true(s->f->waiting[0]->request.tls);
        fixture_answer(s->f, 0);
        talk(&c);
        expect(&c, 200, "/wait");
        hang_up(&c);
    }
    struct client plain;
    client_open(s->f, &plain);
    s->f->waiting_count = 0;
    client_send(s->f, &plain, GET("/wait"));
    assert_false(s->f->waiting[0]->request.tls);
    fixture_answer(s->f, 0);
    struct answer a;
    char value[256];
    assert_true(client_take(s->f, &plain, &a, false));
    assert_null(answer_header(&a, "Strict-Transport-Security", value));
    free(a.body);
    client_close(&plain);
}

static void bytes_may_be_cut_anywhere(void **state)
{
    struct secured *s = *state;
    struct caller c;
    call_up_known(s, &c);
    c.cut = true;
    talk(&c);
    for (int i = 0; i < 60; i++) {
        size_t len = i % 3 == 0 ? roll(s, 65000) : roll(s, 300);
        char head[128], *body = malloc(len + 1);
        assert_non_null(body);
        for (size_t k = 0; k < len; k++) {
            body[k] = (char)('a' + roll(s, 26));
        }
        body[len] = '\0';
        (void)snprintf(head, sizeof head, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: %zu\r\n\r\n", len);
        assert_int_equal(SSL_write(c.ssl, head, (int)strlen(head)), (int)strlen(head));
        say(&c, body, len);
        expect(&c, 200, body);
        free(body);
    }
    hang_up(&c);
}

/* Records of 16 KB that find less room than that: the rest is inside of OpenSSL, and the kernel will never tell of it. */
static void what_openssl_holds_is_read_without_the_kernels_word(void **state)
{
    struct secured *s = *state;
    struct caller c;
    static char bytes[220000];
    size_t len = 0;
    greet(s, &c);
    for (int i = 0; len < 180000; i++) {
        len += (size_t)snprintf(bytes + len, sizeof bytes - len,
                                "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 29999\r\n\r\n%029999d", i);
    }
    say(&c, bytes, len);
    for (int i = 0; i < 20; i++) {
        talk(&c);
    }
    int answers = 0;
    for (const char *at = c.got; (at = strstr(at, "HTTP/1.1 200 OK")) != NULL; at++) {
        answers++;
    }
    assert_int_equal(answers, s->f->routed);
    assert_int_equal(answers, 6);
    hang_up(&c);
}

static void a_large_answer_comes_whole_to_a_slow_reader(void **state)
{
    struct secured *s = *state;
    struct caller c;
    greet(s, &c);
    c.deaf = true;
    ask(&c, GET("/big?3000000") GET("/close"));
    assert_int_equal(s->f->http->output_count, 1);
    c.deaf = false;
    c.cut = true;
    for (int i = 0; i < 100000 && !c.ended; i++) {
        (void)pump(&c);
        take_plain(&c);
    }
    assert_true(SSL_get_shutdown(c.ssl) & SSL_RECEIVED_SHUTDOWN);
    char *last = strstr(c.got + 3000000, "HTTP/1.1 200 OK");
    assert_non_null(last);
    assert_string_equal(last + strlen(last) - 6, "/close");
    const char *body = strstr(c.got, "\r\n\r\n") + 4;
    assert_int_equal(strspn(body, "b"), 3000000);
    hang_up(&c);
}

static void who_ends_his_half_is_answered_all_the_same(void **state)
{
    struct secured *s = *state;
    struct caller c;
    greet(s, &c);
    ask(&c, GET("/wait"));
    (void)SSL_shutdown(c.ssl);
    assert_true(pump(&c));
    assert_int_equal(shutdown(c.fd, SHUT_WR), 0);
    fixture_run(s->f);
    fixture_answer(s->f, 0);
    talk(&c);
    expect(&c, 200, "/wait");
    assert_true(SSL_get_shutdown(c.ssl) & SSL_RECEIVED_SHUTDOWN);
    assert_true(c.ended);
    assert_int_equal(s->f->http->conn_count, 0);
    hang_up(&c);
}

static void renewed_keys_disturb_nothing(void **state)
{
    struct secured *s = *state;
    struct caller c;
    greet(s, &c);
    for (int i = 0; i < 5; i++) {
        c.deaf = i % 2 == 1; /* the server cannot say that it has renewed its own before the answer before is gone */
        assert_int_equal(SSL_key_update(c.ssl, SSL_KEY_UPDATE_REQUESTED), 1);
        ask(&c, GET("/big?2000000"));
        assert_int_equal(SSL_key_update(c.ssl, SSL_KEY_UPDATE_REQUESTED), 1);
        ask(&c, GET("/big?5"));
        c.deaf = false;
        for (int k = 0; k < 40 && (c.got_len < 2000005 || strcmp(c.got + c.got_len - 5, "bbbbb") != 0); k++) {
            talk(&c);
        }
        talk(&c);
        char *second = strstr(c.got + 2000000, "HTTP/1.1 200 OK");
        assert_non_null(second);
        assert_string_equal(strstr(second, "\r\n\r\n") + 4, "bbbbb");
        c.got_len = 0;
    }
    hang_up(&c);
}

/* ---- sessions and certificates ---- */

static SSL_SESSION *kept;

static int keep_session(SSL *ssl, SSL_SESSION *session)
{
    (void)ssl;
    SSL_SESSION_free(kept);
    kept = session;
    return 1;
}

static bool resumes(struct secured *s, SSL_SESSION *session)
{
    struct caller c;
    call_up(s, &c);
    if (session != NULL) { /* a copy: OpenSSL offers each only once */
        SSL_SESSION *copy = SSL_SESSION_dup(session);
        SSL_set_session(c.ssl, copy);
        SSL_SESSION_free(copy);
    }
    talk(&c);
    assert_true(SSL_is_init_finished(c.ssl));
    ask(&c, GET("/now"));
    expect(&c, 200, "/now");
    bool resumed = SSL_session_reused(c.ssl);
    hang_up(&c);
    return resumed;
}

static void sessions_are_taken_up_until_their_key_has_gone(void **state)
{
    struct secured *s = *state;
    static const int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};
    SSL_CTX_set_session_cache_mode(s->clients, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(s->clients, keep_session);
    for (int i = 0; i < 2; i++) {
        SSL_CTX_set_max_proto_version(s->clients, versions[i]);
        assert_false(resumes(s, NULL));
        SSL_SESSION *first = kept;
        assert_non_null(first);
        kept = NULL;
        assert_true(resumes(s, first));
        s->mono_ms += GS_TICKET_KEY_MS + 1; /* another key makes tickets now */
        assert_false(resumes(s, NULL));
        assert_true(resumes(s, first));
        s->mono_ms += GS_TICKET_KEY_MS; /* the first key is forgotten */
        assert_false(resumes(s, first));
        SSL_SESSION_free(first);
        s->mono_ms += 2 * (int64_t)GS_TICKET_KEY_MS;
    }
    SSL_SESSION_free(kept);
    kept = NULL;
    struct gs_tls_counts counts;
    gs_http_tls_counts(s->f->http, &counts);
    assert_int_equal(counts.resumed, 4);
    assert_int_equal(counts.done, 10);
}

static void shown(const struct caller *c, char out[65])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    X509 *x = SSL_get1_peer_certificate(c->ssl);
    assert_non_null(x);
    assert_int_equal(X509_digest(x, EVP_sha256(), digest, &len), 1);
    for (unsigned i = 0; i < len && i < 32; i++) {
        (void)snprintf(out + (size_t)2 * i, 3, "%02x", digest[i]);
    }
    X509_free(x);
}

static void another_certificate_is_for_new_connections_only(void **state)
{
    struct secured *s = *state;
    SSL_CTX_set_session_cache_mode(s->clients, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(s->clients, keep_session);
    assert_false(resumes(s, NULL));
    SSL_SESSION *of_the_old = kept;
    kept = NULL;
    assert_true(resumes(s, of_the_old));
    struct caller before, between, after;
    char old[65], new[65], again[65];
    greet(s, &before);
    shown(&before, old);
    call_up(s, &between); /* its hello is under way */
    struct gs_certificate *c = new_certificate(s);
    assert_int_equal(gs_tls_server_use(s->server, c), GS_OK);
    gs_certificate_destroy(c);
    assert_false(resumes(s, of_the_old)); /* who takes up a session is shown no certificate */
    SSL_SESSION_free(of_the_old);
    greet(s, &after);
    shown(&after, new);
    assert_string_not_equal(old, new);
    talk(&between);
    shown(&between, again);
    assert_string_equal(again, new);
    for (int i = 0; i < 3; i++) {
        ask(&before, GET("/now"));
        expect(&before, 200, "/now");
    }
    hang_up(&before);
    hang_up(&between);
    hang_up(&after);
    SSL_SESSION_free(kept);
    kept = NULL;
}

/* ---- what is refused ---- */

static void closed(struct secured *s, int fd)
{
    char byte;
    fixture_run(s->f);
    ssize_t n = recv(fd, &byte, 1, 0);
    assert_true(n == 0 || (n < 0 && errno != EAGAIN));
}

static void no_old_protocol_and_no_other_one_inside(void **state)
{
    struct secured *s = *state;
    struct caller c;
    char why[128];
    static const int old[] = {TLS1_VERSION, TLS1_1_VERSION};
    for (int i = 0; i < 2; i++) {
        call_up(s, &c);
        SSL_set_security_level(c.ssl, 0);
        SSL_set_min_proto_version(c.ssl, old[i]);
        SSL_set_max_proto_version(c.ssl, old[i]);
        for (int k = 0; k < 5; k++) {
            (void)pump(&c);
            if (SSL_do_handshake(c.ssl) <= 0 && ERR_peek_error() != 0) {
                break;
            }
        }
        ERR_error_string_n(ERR_get_error(), why, sizeof why);
        assert_non_null(strstr(why, "alert protocol version"));
        hang_up(&c);
    }
    call_up(s, &c);
    SSL_set_alpn_protos(c.ssl, (const unsigned char *)"\2h2", 3);
    talk(&c);
    assert_false(SSL_is_init_finished(c.ssl));
    assert_true(c.ended);
    hang_up(&c);
    call_up(s, &c);
    SSL_set_alpn_protos(c.ssl, (const unsigned char *)"\2h2\10http/1.1", 12);
    talk(&c);
    const unsigned char *chosen;
    unsigned len;
    SSL_get0_alpn_selected(c.ssl, &chosen, &len);
    assert_int_equal(len, 8);
    hang_up(&c);
    fixture_later(s->f, 2000);
    assert_int_equal(s->f->http->conn_count, 0);
}

static void plain_http_is_told_where_it_is_and_garbage_is_closed(void **state)
{
    struct secured *s = *state;
    static const struct {
        const char *bytes;
        size_t len;
    } garbage[] = {{"\x16\x03\x01\x00\x00", 5},  {"\x16\x03\x01\x7f\xff", 5}, {"\x80\x2e\x01\x00\x02\x00\x15\x00", 8},
                   {"\r\n\r\n\0\r\nQUIT\n", 12}, {"\x16\x02\x01\x00\x10", 5}, {"\x17\x03\x03\x00\x02xy", 7}};
    for (size_t i = 0; i < sizeof garbage / sizeof garbage[0]; i++) {
        int fd = connect_only(s);
        assert_int_equal(send(fd, garbage[i].bytes, garbage[i].len, MSG_NOSIGNAL), garbage[i].len);
        closed(s, fd);
        close(fd);
    }
    int fd = connect_only(s);
    char text[1024] = "";
    assert_true(send(fd, GET("/now"), strlen(GET("/now")), MSG_NOSIGNAL) > 0);
    fixture_run(s->f);
    assert_true(recv(fd, text, sizeof text - 1, 0) > 0);
    assert_ptr_equal(strstr(text, "HTTP/1.1 400 "), text);
    assert_non_null(strstr(text, "TLS is spoken here"));
    assert_null(strstr(text, "Strict-Transport"));
    assert_int_equal(s->f->routed, 0);
    close(fd);
    fixture_later(s->f, 2000);
    assert_int_equal(s->f->http->conn_count, 0);
    struct caller c; /* who speaks TLS is served as before */
    greet(s, &c);
    ask(&c, GET("/now"));
    expect(&c, 200, "/now");
    hang_up(&c);
}

/* A hello with its bytes changed at random never does anything but end its own connection. */
static void damaged_hellos_harm_nobody(void **state)
{
    struct secured *s = *state;
    for (int i = 0; i < 200; i++) {
        struct caller c;
        char bytes[4096];
        call_up(s, &c);
        (void)SSL_do_handshake(c.ssl);
        int len = BIO_read(c.out, bytes, sizeof bytes);
        assert_true(len > 5);
        for (uint32_t k = 0; k < 1 + roll(s, 8); k++) {
            bytes[5 + roll(s, (uint32_t)len - 5)] = (char)roll(s, 256);
        }
        (void)send(c.fd, bytes, (size_t)len, MSG_NOSIGNAL);
        fixture_run(s->f);
        hang_up(&c);
    }
    ERR_clear_error();
    fixture_later(s->f, 2000);
    assert_int_equal(s->f->http->conn_count, 0);
    assert_int_equal(s->f->routed, 0);
    assert_int_equal(s->f->http->job_count, 0);
}

static void a_dripped_hello_costs_nothing_and_is_gone_in_time(void **state)
{
    struct secured *s = *state;
    struct caller c;
    char bytes[4096];
    call_up(s, &c);
    (void)SSL_do_handshake(c.ssl);
    int len = BIO_read(c.out, bytes, sizeof bytes);
    struct gs_conn *conn = LIST_FIRST(&s->f->http->conns);
    int sent = 0;
    for (int i = 0; i < 3; i++) { /* one byte every three seconds */
        assert_int_equal(send(c.fd, bytes + sent++, 1, MSG_NOSIGNAL), 1);
        fixture_later(s->f, 3000);
        assert_int_equal(s->f->http->conn_count, 1);
        assert_true(gs_wire_memory(conn) < 256);
    }
    assert_int_equal(send(c.fd, bytes + sent, (size_t)(len - sent - 1), MSG_NOSIGNAL), len - sent - 1);
    fixture_later(s->f, 500);
    assert_int_equal(s->f->http->conn_count, 1);
    assert_true(gs_wire_memory(conn) < 256);
    fixture_later(s->f, 700);
    assert_int_equal(s->f->http->conn_count, 0);
    closed(s, c.fd);
    hang_up(&c);
}

static void half_a_handshake_is_gone_in_time(void **state)
{
    struct secured *s = *state;
    struct caller c;
    call_up(s, &c);
    (void)SSL_do_handshake(c.ssl);
    c.deaf = true;
    (void)pump(&c);
    fixture_later(s->f, GS_HEAD_DEADLINE_MS - 100);
    assert_int_equal(s->f->http->conn_count, 1);
    fixture_later(s->f, 200);
    assert_int_equal(s->f->http->conn_count, 0);
    hang_up(&c);
    greet(s, &c); /* done, it waits as long as any other between two requests */
    fixture_later(s->f, GS_IDLE_DEADLINE_MS - 100);
    ask(&c, GET("/now"));
    expect(&c, 200, "/now");
    fixture_later(s->f, GS_IDLE_DEADLINE_MS + 100);
    assert_int_equal(s->f->http->conn_count, 0);
    hang_up(&c);
}

static void a_dripped_record_is_counted_and_gone_in_time(void **state)
{
    struct secured *s = *state;
    struct caller c;
    char bytes[512];
    greet(s, &c);
    struct gs_conn *conn = LIST_FIRST(&s->f->http->conns);
    size_t before = gs_wire_memory(conn);
    assert_true(SSL_write(c.ssl, GET("/now"), (int)strlen(GET("/now"))) > 0);
    int len = BIO_read(c.out, bytes, sizeof bytes);
    for (int i = 0; i < 6 + 3; i++) { /* one byte every three seconds, after the record's head */
        assert_int_equal(send(c.fd, bytes + i, 1, MSG_NOSIGNAL), 1);
        if (i >= 6) {
            assert_true(gs_wire_memory(conn) > before + 16384);
        }
        fixture_later(s->f, i >= 6 ? 3000 : 0);
    }
    assert_int_equal(s->f->refused, 0);
    fixture_later(s->f, 1100);
    assert_int_equal(s->f->refused, 1);
    assert_int_equal(s->f->last_status, 408);
    talk(&c);
    assert_ptr_equal(strstr(c.got, "HTTP/1.1 408 "), c.got);
    hang_up(&c);
    greet(s, &c); /* who sends it whole in time is served */
    assert_true(SSL_write(c.ssl, GET("/now"), (int)strlen(GET("/now"))) > 0);
    len = BIO_read(c.out, bytes, sizeof bytes);
    for (int i = 0; i < len; i++) {
        assert_int_equal(send(c.fd, bytes + i, 1, MSG_NOSIGNAL), 1);
        fixture_run(s->f);
    }
    talk(&c);
    expect(&c, 200, "/now");
    hang_up(&c);
}

static void of_unfinished_handshakes_the_oldest_makes_room(void **state)
{
    struct secured *s = *state;
    enum { MORE = GS_HANDSHAKES_MAX + 20 };
    static struct caller all[MORE];
    for (int i = 0; i < MORE; i++) {
        call_up(s, &all[i]);
        (void)SSL_do_handshake(all[i].ssl);
        all[i].deaf = true;
        (void)pump(&all[i]);
    }
    for (int i = 0; i < 40; i++) {
        fixture_run(s->f);
    }
    assert_int_equal(s->f->http->conn_count, GS_HANDSHAKES_MAX);
    for (int i = 0; i < MORE; i++) {
        all[i].deaf = false;
        talk(&all[i]);
        assert_int_equal(all[i].ended, i < 20);
        if (i >= 20) {
            ask(&all[i], GET("/now"));
            expect(&all[i], 200, "/now");
        }
        hang_up(&all[i]);
    }
}

/* A handshake takes some tenths of a millisecond, and a turn of the loop has one millisecond for them. */
static void others_need_not_wait_for_a_flood_of_hellos(void **state)
{
    struct secured *s = *state;
    enum { FLOOD = 200 };
    static struct caller all[FLOOD];
    struct client plain;
    char hello[4096], answer[512];
    for (int i = 0; i < FLOOD; i++) {
        call_up(s, &all[i]);
    }
    client_open(s->f, &plain);
    for (int i = 0; i < FLOOD; i++) {
        (void)SSL_do_handshake(all[i].ssl);
        int len = BIO_read(all[i].out, hello, sizeof hello);
        assert_int_equal(send(all[i].fd, hello, (size_t)len, MSG_NOSIGNAL), len);
    }
    assert_int_equal(send(plain.fd, GET("/now"), strlen(GET("/now")), MSG_NOSIGNAL), strlen(GET("/now")));
    int begun = 0, turns = 0;
    for (; begun == 0 && turns < 100; turns++) {
        const struct gs_conn *conn;
        event_base_loop(s->f->base, EVLOOP_ONCE | EVLOOP_NONBLOCK);
        LIST_FOREACH(conn, &s->f->http->conns, all)
        {
            begun += gs_wire_memory(conn) > 1024;
        }
    }
    print_message("# %d of %d handshakes begun in turn %d\n", begun, FLOOD, turns);
    assert_in_range(begun, 1, FLOOD / 2);
    fixture_run(s->f);
    assert_true(recv(plain.fd, answer, sizeof answer, 0) > 0);
    for (int i = 0; i < FLOOD; i++) {
        talk(&all[i]);
        assert_true(SSL_is_init_finished(all[i].ssl));
        hang_up(&all[i]);
    }
    client_close(&plain);
}

static void the_server_ends_with_handshakes_under_way(void **state)
{
    struct secured *s = *state;
    struct caller c, open;
    greet(s, &open);
    ask(&open, GET("/wait"));
    call_up(s, &c);
    (void)SSL_do_handshake(c.ssl);
    c.deaf = true;
    (void)pump(&c);
    int silent = connect_only(s);
    gs_http_drain(s->f->http);
    fixture_run(s->f);
    closed(s, silent);
    c.deaf = false;
    talk(&c);
    assert_true(c.ended);
    fixture_answer(s->f, 0);
    talk(&open);
    expect(&open, 200, "/wait");
    assert_true(SSL_get_shutdown(open.ssl) & SSL_RECEIVED_SHUTDOWN);
    hang_up(&open);
    hang_up(&c);
    close(silent);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_request_over_tls_is_answered_and_known_as_such),
        CASE(bytes_may_be_cut_anywhere),
        CASE(what_openssl_holds_is_read_without_the_kernels_word),
        CASE(a_large_answer_comes_whole_to_a_slow_reader),
        CASE(who_ends_his_half_is_answered_all_the_same),
        CASE(renewed_keys_disturb_nothing),
        CASE(sessions_are_taken_up_until_their_key_has_gone),
        CASE(another_certificate_is_for_new_connections_only),
        CASE(no_old_protocol_and_no_other_one_inside),
        CASE(plain_http_is_told_where_it_is_and_garbage_is_closed),
        CASE(damaged_hellos_harm_nobody),
        CASE(a_dripped_hello_costs_nothing_and_is_gone_in_time),
        CASE(half_a_handshake_is_gone_in_time),
        CASE(a_dripped_record_is_counted_and_gone_in_time),
        CASE(of_unfinished_handshakes_the_oldest_makes_room),
        CASE(others_need_not_wait_for_a_flood_of_hellos),
        CASE(the_server_ends_with_handshakes_under_way),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
