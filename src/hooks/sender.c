/* Sends messages to receivers of webhooks by libcurl's multi interface, on a thread of its own, so that neither a slow receiver nor the
 * resolution of a name ever costs the loop anything. A message is one POST, signed when it leaves; redirects are not followed, proxies of the
 * environment not used, answers not kept. Each address is judged when it is about to be connected to, and again before the request is
 * sent over a connection that was there already: what a name led to earlier does not count. */
#define _GNU_SOURCE /* gettid */
#include "gateslot/hooks/sender.h"
#include "curl_result.h"
#include "gateslot/base/limits.h"
#include "gateslot/base/thread.h"
#include "gateslot/base/webhook_signature.h"
#include <arpa/inet.h>
#include <curl/curl.h>
#include <inttypes.h>
#include <openssl/crypto.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CONNECT_MS = 5000, TOTAL_MS = 15000, ANSWER_MAX = 65536, CONNECTIONS_KEPT = 32 };

/* A message on its way there, and what became of it on its way back. */
struct flight {
    struct flight *next;
    char *url, *id, *body; /* owned */
    size_t body_len;
    char secret[GS_WEBHOOK_SECRET_MAX + 1], old_secret[GS_WEBHOOK_SECRET_MAX + 1];
    gs_sent_done done;
    void *arg;
    struct gs_sent sent;
    /* the thread's */
    struct gs_sender *sender;
    struct gs_outbound_url target;
    struct curl_slist *headers;
    CURL *easy;
    size_t answered; /* bytes of the answer's body so far */
    bool refused;    /* an address was not allowed */
};

struct gs_sender {
    const char *program;
    int wake_fd;
    size_t count; /* the loop's: under way */
    bool running; /* the loop's */
    pthread_t thread;
    CURLM *multi;
    struct gs_outbound allow; /* the thread's own, and the file */
    char ca_file[1024];
    struct flight *flying;

    pthread_mutex_t lock; /* of all below */
    struct flight *asked, *asked_last, *landed;
    bool stopping, configured;
    struct gs_outbound next_allow;
    char next_ca_file[1024];
};

static void flight_free(struct flight *f)
{
    OPENSSL_cleanse(f->secret, sizeof f->secret);
    OPENSSL_cleanse(f->old_secret, sizeof f->old_secret);
    free(f->url);
    free(f->id);
    free(f->body);
    free(f);
}

static void flights_free(struct flight *f)
{
    while (f != NULL) {
        struct flight *next = f->next;
        flight_free(f);
        f = next;
    }
}

/* ---- the thread: addresses ---- */

static bool allows(const struct flight *f, const unsigned char address[GS_IP_BYTES], int port)
{
    return port == f->target.port && gs_outbound_allows(&f->sender->allow, &f->target, address);
}

static bool allows_socket(const struct flight *f, const struct sockaddr *address)
{
    unsigned char ip[GS_IP_BYTES] = {[10] = 0xff, [11] = 0xff};
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    if (address->sa_family == AF_INET) {
        memcpy(&v4, address, sizeof v4);
        memcpy(ip + 12, &v4.sin_addr, 4);
        return allows(f, ip, ntohs(v4.sin_port));
    }
    if (address->sa_family == AF_INET6) {
        memcpy(&v6, address, sizeof v6);
        memcpy(ip, &v6.sin6_addr, sizeof ip);
        return allows(f, ip, ntohs(v6.sin6_port));
    }
    return false;
}

static curl_socket_t open_socket(void *self, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct flight *f = self;
    (void)purpose;
    if (!allows_socket(f, &address->addr)) {
        f->refused = true;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* Of a connection that was there already the address is judged here alone: the configuration may have changed since. */
static int before_request(void *self, char *primary_ip, char *local_ip, int primary_port, int local_port)
{
    struct flight *f = self;
    unsigned char ip[GS_IP_BYTES];
    (void)local_ip;
    (void)local_port;
    const bool good = gs_ip_parse(primary_ip, strcspn(primary_ip, "%"), ip) == GS_OK && allows(f, ip, primary_port);
    f->refused = f->refused || !good;
    return good ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

/* ---- the thread: one message ---- */

static size_t drop_answer(char *bytes, size_t size, size_t count, void *self)
{
    struct flight *f = self;
    (void)bytes;
    f->answered += size * count;
    return f->answered <= ANSWER_MAX ? size * count : 0;
}

static bool add_header(struct flight *f, const char *text)
{
    struct curl_slist *longer = curl_slist_append(f->headers, text);
    f->headers = longer != NULL ? longer : f->headers;
    return longer != NULL;
}

static bool add_headers(struct flight *f)
{
    char line[256], one[GS_WEBHOOK_SIGNATURE_TEXT], two[GS_WEBHOOK_SIGNATURE_TEXT] = "";
    const int64_t now_s = (int64_t)time(NULL);
    if (gs_webhook_sign(f->secret, f->id, now_s, f->body, f->body_len, one) != GS_OK ||
        (f->old_secret[0] != '\0' &&
         gs_webhook_sign(f->old_secret, f->id, now_s, f->body, f->body_len, two) != GS_OK)) {
        return false;
    }
    bool good = add_header(f, "Content-Type: application/json") && add_header(f, "Expect:");
    (void)snprintf(line, sizeof line, "webhook-id: %s", f->id);
    good = good && add_header(f, line);
    (void)snprintf(line, sizeof line, "webhook-timestamp: %" PRId64, now_s);
    good = good && add_header(f, line);
    (void)snprintf(line, sizeof line, "webhook-signature: %s%s%s", one, two[0] != '\0' ? " " : "", two);
    return good && add_header(f, line);
}

static bool set_options(struct flight *f)
{
    CURL *e = f->easy;
    const struct gs_sender *s = f->sender;
    CURLcode bad = CURLE_OK;
#define SET(option, value) bad = bad != CURLE_OK ? bad : curl_easy_setopt(e, option, value)
    SET(CURLOPT_PRIVATE, f);
    SET(CURLOPT_URL, f->url);
    SET(CURLOPT_PROTOCOLS_STR, f->target.tls ? "https" : "http");
    SET(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
    SET(CURLOPT_FOLLOWLOCATION, 0L);
    SET(CURLOPT_PROXY, "");
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_QUICK_EXIT, 1L);
    SET(CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
    SET(CURLOPT_TIMEOUT_MS, (long)TOTAL_MS);
    SET(CURLOPT_POST, 1L);
    SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)f->body_len);
    SET(CURLOPT_POSTFIELDS, f->body);
    SET(CURLOPT_HTTPHEADER, f->headers);
    SET(CURLOPT_USERAGENT, s->program);
    SET(CURLOPT_OPENSOCKETFUNCTION, open_socket);
    SET(CURLOPT_OPENSOCKETDATA, f);
    SET(CURLOPT_PREREQFUNCTION, before_request);
    SET(CURLOPT_PREREQDATA, f);
    SET(CURLOPT_WRITEFUNCTION, drop_answer);
    SET(CURLOPT_WRITEDATA, f);
    SET(CURLOPT_SSL_VERIFYPEER, 1L);
    SET(CURLOPT_SSL_VERIFYHOST, 2L);
    SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (s->ca_file[0] != '\0') {
        SET(CURLOPT_CAINFO, s->ca_file);
        SET(CURLOPT_CAPATH, NULL);
        SET(CURLOPT_CA_CACHE_TIMEOUT, 0L); /* a file that is exchanged counts from the next connection on */
    }
#undef SET
    return bad == CURLE_OK;
}

static void hand_back(struct gs_sender *s, struct flight *f)
{
    const uint64_t one = 1;
    (void)pthread_mutex_lock(&s->lock);
    f->next = s->landed;
    s->landed = f;
    (void)pthread_mutex_unlock(&s->lock);
    const ssize_t written = write(s->wake_fd, &one, sizeof one); /* it is full at 2^64 - 2 only */
    (void)written;
}

static void take_down(struct gs_sender *s, struct flight *f)
{
    struct flight **at = &s->flying;
    while (*at != NULL && *at != f) {
        at = &(*at)->next;
    }
    if (*at == f) {
        *at = f->next;
    }
    if (f->easy != NULL) {
        (void)curl_multi_remove_handle(s->multi, f->easy);
        curl_easy_cleanup(f->easy);
        f->easy = NULL;
    }
    curl_slist_free_all(f->headers);
    f->headers = NULL;
}

static void begin(struct gs_sender *s, struct flight *f)
{
    f->sender = s;
    f->next = s->flying;
    s->flying = f;
    f->sent.result = GS_WEBHOOK_NOT_ALLOWED;
    bool good = gs_outbound_url_parse(f->url, strlen(f->url), &f->target) == GS_OK &&
                gs_outbound_may_allow(&s->allow, &f->target);
    if (good) {
        f->sent.result = GS_WEBHOOK_BROKEN; /* memory is out */
        f->easy = curl_easy_init();
        good =
            f->easy != NULL && add_headers(f) && set_options(f) && curl_multi_add_handle(s->multi, f->easy) == CURLM_OK;
    }
    if (!good) {
        take_down(s, f);
        hand_back(s, f);
    }
}

static void end(struct gs_sender *s, CURL *easy, CURLcode code)
{
    struct flight *f = NULL;
    long status = 0;
    curl_off_t after_s = 0, total_us = 0;
    (void)curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&f);
    (void)curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    (void)curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &after_s);
    (void)curl_easy_getinfo(easy, CURLINFO_TOTAL_TIME_T, &total_us);
    f->sent.status = status >= 100 && status <= 999 ? (int32_t)status : 0;
    f->sent.duration_ms = total_us / 1000;
    /* Its answer was longer than anybody reads: what it says stands before. */
    const bool cut = code == CURLE_WRITE_ERROR && f->answered > ANSWER_MAX;
    f->sent.result = gs_curl_result(cut ? CURLE_OK : code, easy, f->sent.status, f->refused);
    f->sent.after_s = (status == 429 || status == 503) && after_s > 0 ? after_s : 0;
    take_down(s, f);
    hand_back(s, f);
}

/* ---- the thread ---- */

/* False: it is to stop. */
static bool take_orders(struct gs_sender *s)
{
    (void)pthread_mutex_lock(&s->lock);
    struct flight *asked = s->asked;
    const bool goes_on = !s->stopping;
    s->asked = NULL;
    if (s->configured) {
        s->allow = s->next_allow;
        memcpy(s->ca_file, s->next_ca_file, sizeof s->ca_file);
        s->configured = false;
    }
    (void)pthread_mutex_unlock(&s->lock);
    while (asked != NULL) {
        struct flight *next = asked->next;
        if (goes_on) {
            begin(s, asked);
        } else {
            flight_free(asked);
        }
        asked = next;
    }
    return goes_on;
}

static void *run(void *self)
{
    struct gs_sender *s = self;
    /* Of this thread alone (setpriority(2)): the gate goes first. */
    (void)setpriority(PRIO_PROCESS, (id_t)gettid(), 10);
    while (take_orders(s)) {
        int running = 0, left = 0;
        (void)curl_multi_perform(s->multi, &running);
        for (CURLMsg *m; (m = curl_multi_info_read(s->multi, &left)) != NULL;) {
            if (m->msg == CURLMSG_DONE) {
                end(s, m->easy_handle, m->data.result);
            }
        }
        (void)curl_multi_poll(s->multi, NULL, 0, 60000, NULL);
    }
    while (s->flying != NULL) {
        struct flight *f = s->flying;
        take_down(s, f);
        flight_free(f);
    }
    return NULL;
}

int gs_sender_start(struct gs_sender *s, int *out_fd)
{
    if (s->running) {
        *out_fd = s->wake_fd;
        return GS_OK;
    }
    s->wake_fd = s->wake_fd >= 0 ? s->wake_fd : eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (s->wake_fd < 0 || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        return GS_E_NOMEM;
    }
    s->multi = curl_multi_init();
    if (s->multi == NULL) {
        return GS_E_NOMEM;
    }
    (void)curl_multi_setopt(s->multi, CURLMOPT_MAXCONNECTS, (long)CONNECTIONS_KEPT);
    int err = gs_thread_start(&s->thread, NULL, run, s);
    if (err != GS_OK) {
        (void)curl_multi_cleanup(s->multi);
        s->multi = NULL;
    }
    s->running = err == GS_OK;
    *out_fd = s->wake_fd;
    return err;
}

/* ---- the loop ---- */

int gs_sender_create(const char *program, struct gs_sender **out)
{
    struct gs_sender *s = calloc(1, sizeof *s);
    if (s == NULL) {
        return GS_E_NOMEM;
    }
    s->program = program;
    s->wake_fd = -1;
    (void)pthread_mutex_init(&s->lock, NULL);
    *out = s;
    return GS_OK;
}

static void wake(struct gs_sender *s)
{
    if (s->running) {
        (void)curl_multi_wakeup(s->multi);
    }
}

void gs_sender_configure(struct gs_sender *s, const struct gs_outbound *allow, const char *ca_file)
{
    (void)pthread_mutex_lock(&s->lock);
    s->next_allow = *allow;
    (void)snprintf(s->next_ca_file, sizeof s->next_ca_file, "%s", ca_file);
    s->configured = true;
    (void)pthread_mutex_unlock(&s->lock);
    wake(s);
}

static struct flight *flight_of(const struct gs_sending *m)
{
    struct flight *f = calloc(1, sizeof *f);
    if (f == NULL) {
        return NULL;
    }
    f->url = strdup(m->url);
    f->id = strdup(m->id);
    f->body = malloc(m->body_len + 1);
    if (f->url == NULL || f->id == NULL || f->body == NULL) {
        flight_free(f);
        return NULL;
    }
    memcpy(f->body, m->body, m->body_len);
    f->body[m->body_len] = '\0';
    f->body_len = m->body_len;
    (void)snprintf(f->secret, sizeof f->secret, "%s", m->secret);
    (void)snprintf(f->old_secret, sizeof f->old_secret, "%s", m->old_secret);
    return f;
}

int gs_sender_send(struct gs_sender *s, const struct gs_sending *m, gs_sent_done done, void *arg)
{
    int err = s->count >= GS_WEBHOOK_SENDING_MAX || !s->running ? GS_E_BUSY : GS_OK;
    struct flight *f = err == GS_OK ? flight_of(m) : NULL;
    if (f == NULL) {
        return err != GS_OK ? err : GS_E_NOMEM;
    }
    f->done = done;
    f->arg = arg;
    s->count++;
    (void)pthread_mutex_lock(&s->lock);
    if (s->asked != NULL) {
        s->asked_last->next = f;
    } else {
        s->asked = f;
    }
    s->asked_last = f;
    (void)pthread_mutex_unlock(&s->lock);
    wake(s);
    return GS_OK;
}

void gs_sender_poll(struct gs_sender *s)
{
    eventfd_t count;
    if (eventfd_read(s->wake_fd, &count) != 0) {
        return; /* nothing landed since */
    }
    (void)pthread_mutex_lock(&s->lock);
    struct flight *landed = s->landed, *in_order = NULL;
    s->landed = NULL;
    (void)pthread_mutex_unlock(&s->lock);
    while (landed != NULL) { /* the last one stands first */
        struct flight *next = landed->next;
        landed->next = in_order;
        in_order = landed;
        landed = next;
    }
    while (in_order != NULL) {
        struct flight *f = in_order;
        in_order = f->next;
        s->count--;
        f->done(f->arg, &f->sent);
        flight_free(f);
    }
}

void gs_sender_destroy(struct gs_sender *s)
{
    if (s == NULL) {
        return;
    }
    if (s->running) {
        (void)pthread_mutex_lock(&s->lock);
        s->stopping = true;
        (void)pthread_mutex_unlock(&s->lock);
        (void)curl_multi_wakeup(s->multi);
        (void)pthread_join(s->thread, NULL);
        (void)curl_multi_cleanup(s->multi);
        curl_global_cleanup();
    }
    flights_free(s->asked);
    flights_free(s->landed);
    if (s->wake_fd >= 0) {
        (void)close(s->wake_fd);
    }
    (void)pthread_mutex_destroy(&s->lock);
    free(s);
}
