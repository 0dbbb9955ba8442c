/* The one place that speaks HTTP: libcurl over the Unix socket or TCP, one kept connection, bounded answers. It knows nothing of
 * bookings, prints nothing and asks each address once: whether a lost answer may be asked for again at the same one is the caller's to know.
 * Where there are several addresses, the next one is asked where nobody answered, or a daemon said that it does not serve. */
#include "client.h"
#include "addresses.h"
#include <curl/curl.h>
#include <errno.h>
#include <openssl/x509_vfy.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define DEFAULT_TIMEOUT_MS 30000L
#define CONNECT_TIMEOUT_MS 5000L
/* Where another one can be asked: one machine that is dead or frozen is not waited for as long as the only one there is. */
#define OTHERS_CONNECT_TIMEOUT_MS 2000L
#define OTHERS_TIMEOUT_MS 10000L
#define HEADER_LINE_MAX 512
#define SILENCE_S 45L /* the daemon says something every 15 */

/* Who takes an answer as it comes. */
struct taker {
    CURL *curl;
    bool (*take)(void *arg, const char *bytes, size_t len);
    void *arg;
    struct gs_response *out;
};

struct gs_client {
    CURL *curl;
    struct gs_cli_addresses addresses;
    size_t first; /* of these, the one that is asked first: it served last */
    char *cacert; /* NULL: the system's */
    char authorization[GS_TOKEN_TEXT_MAX + 32];
    char language[64];
    bool interruptible, interrupted;
    struct gs_transport transport;
};

void gs_response_init(struct gs_response *r)
{
    *r = (struct gs_response){.retry_after_s = -1};
    gs_buf_init(&r->body, GS_ANSWER_MAX);
}

void gs_response_finish(struct gs_response *r)
{
    gs_buf_finish(&r->body);
}

static size_t take_body(char *bytes, size_t size, size_t count, void *arg)
{
    struct gs_response *r = arg;
    gs_buf_add(&r->body, bytes, size * count);
    return gs_buf_status(&r->body) == GS_OK ? size * count : 0;
}

static size_t take_stream(char *bytes, size_t size, size_t count, void *arg)
{
    const struct taker *t = arg;
    long status = 0;
    curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &status);
    if (status != 200) {
        return take_body(bytes, size, count, t->out);
    }
    return t->take(t->arg, bytes, size * count) ? size * count : 0;
}

static size_t take_header(char *bytes, size_t size, size_t count, void *arg)
{
    struct gs_response *r = arg;
    char line[HEADER_LINE_MAX];
    size_t len = size * count < sizeof line - 1 ? size * count : sizeof line - 1;
    memcpy(line, bytes, len);
    line[len] = '\0';
    if (strncasecmp(line, "Retry-After:", 12) == 0) {
        r->retry_after_s = strtol(line + 12, NULL, 10);
    }
    if (strncasecmp(line, "Idempotent-Replayed: true", 25) == 0) {
        r->replayed = true;
    }
    return size * count;
}

static bool add_header(struct curl_slist **list, const char *name, const char *value)
{
    char line[HEADER_LINE_MAX];
    int len = snprintf(line, sizeof line, "%s: %s", name, value);
    if (len < 0 || (size_t)len >= sizeof line) {
        return false;
    }
    struct curl_slist *longer = curl_slist_append(*list, line);
    if (longer == NULL) {
        return false;
    }
    *list = longer;
    return true;
}

static bool add_headers(const struct gs_client *c, const struct gs_client_call *call, struct curl_slist **list)
{
    return add_header(list, "Accept", call->accept != NULL ? call->accept : "application/json") &&
           add_header(list, "Accept-Language", c->language) && add_header(list, "Expect", "") &&
           (c->authorization[0] == '\0' || add_header(list, "Authorization", c->authorization)) &&
           (call->body == NULL ||
            add_header(list, "Content-Type", call->content_type != NULL ? call->content_type : "application/json")) &&
           (call->if_match == NULL || add_header(list, "If-Match", call->if_match)) &&
           (call->prefer == NULL || add_header(list, "Prefer", call->prefer)) &&
           (call->key == NULL || add_header(list, "Idempotency-Key", call->key));
}

/* Has SIGINT come, or does it come within that time? It is blocked, so it waits to be asked for. */
static bool interrupted_within(struct gs_client *c, const struct timespec *wait)
{
    sigset_t interrupt;
    sigemptyset(&interrupt);
    sigaddset(&interrupt, SIGINT);
    if (!c->interrupted && sigtimedwait(&interrupt, NULL, wait) == SIGINT) {
        c->interrupted = true;
    }
    return c->interrupted;
}

/* Gives up a call that hangs when the user wants to stop. */
static int watch_interrupt(void *arg, curl_off_t a, curl_off_t b, curl_off_t d, curl_off_t e)
{
    (void)a, (void)b, (void)d, (void)e;
    const struct timespec now = {0};
    return interrupted_within(arg, &now) ? 1 : 0;
}

/* May it be sent once more, to another daemon on the same store, when its answer was lost? */
static bool is_repeatable(const struct gs_client_call *call)
{
    return call->key != NULL || strcmp(call->method, "GET") == 0;
}

static void limit_time(struct gs_client *c, const struct gs_client_call *call)
{
    const bool others = c->addresses.count > 1;
    const long usual = others && is_repeatable(call) ? OTHERS_TIMEOUT_MS : DEFAULT_TIMEOUT_MS;
    curl_easy_setopt(c->curl, CURLOPT_CONNECTTIMEOUT_MS, others ? OTHERS_CONNECT_TIMEOUT_MS : CONNECT_TIMEOUT_MS);
    curl_easy_setopt(c->curl, CURLOPT_TIMEOUT_MS, call->timeout_ms > 0 ? (long)call->timeout_ms : usual);
}

static void prepare(struct gs_client *c, const struct gs_client_call *call, const char *url, const char *socket,
                    const struct curl_slist *headers, struct gs_response *out)
{
    CURL *h = c->curl;
    curl_easy_reset(h);
    curl_easy_setopt(h, CURLOPT_URL, url);
    curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
    if (socket != NULL) {
        curl_easy_setopt(h, CURLOPT_UNIX_SOCKET_PATH, socket);
        curl_easy_setopt(h, CURLOPT_PROXY, "");
    }
    if (c->cacert != NULL) {
        curl_easy_setopt(h, CURLOPT_CAINFO, c->cacert);
        curl_easy_setopt(h, CURLOPT_CAPATH, NULL);
    }
    curl_easy_setopt(h, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(h, CURLOPT_CUSTOMREQUEST, call->method);
    if (call->body != NULL) {
        curl_easy_setopt(h, CURLOPT_POSTFIELDSIZE, (long)strlen(call->body));
        curl_easy_setopt(h, CURLOPT_POSTFIELDS, call->body);
    } else if (strcmp(call->method, "POST") == 0) {
        curl_easy_setopt(h, CURLOPT_POSTFIELDSIZE, 0L);
        curl_easy_setopt(h, CURLOPT_POSTFIELDS, "");
    }
    curl_easy_setopt(h, CURLOPT_HTTPHEADER, headers);
    limit_time(c, call);
    curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(h, CURLOPT_WRITEDATA, out);
    curl_easy_setopt(h, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(h, CURLOPT_HEADERDATA, out);
    if (c->interruptible) {
        curl_easy_setopt(h, CURLOPT_NOPROGRESS, 0L);
        curl_easy_setopt(h, CURLOPT_XFERINFOFUNCTION, watch_interrupt);
        curl_easy_setopt(h, CURLOPT_XFERINFODATA, c);
    }
}

/* What libcurl says, or below it OpenSSL (its X509_V_ERR_… numbers). */
static enum gs_distrust distrust_of(CURL *h, CURLcode code)
{
    long verified = 0;
    if (code == CURLE_SSL_CACERT_BADFILE) {
        return GS_DISTRUST_CACERT;
    }
    if (code == CURLE_SSL_CONNECT_ERROR) {
        return GS_DISTRUST_NO_TLS;
    }
    if (code != CURLE_PEER_FAILED_VERIFICATION) {
        return GS_DISTRUST_NONE;
    }
    curl_easy_getinfo(h, CURLINFO_SSL_VERIFYRESULT, &verified);
    switch (verified) {
    case X509_V_OK:
    case X509_V_ERR_UNSPECIFIED: /* which libcurl leaves where only the name was wrong */
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        return GS_DISTRUST_HOST;
    case X509_V_ERR_CERT_HAS_EXPIRED:
        return GS_DISTRUST_EXPIRED;
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return GS_DISTRUST_NOT_YET;
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        return GS_DISTRUST_SIGNER;
    default:
        return GS_DISTRUST_OTHER;
    }
}

static void prepare_stream(CURL *h, struct taker *t, struct gs_response *out)
{
    t->curl = h;
    t->out = out; /* each address that is asked has an answer of its own */
    curl_easy_setopt(h, CURLOPT_TIMEOUT_MS, 0L);
    curl_easy_setopt(h, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(h, CURLOPT_LOW_SPEED_TIME, SILENCE_S);
    curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, take_stream);
    curl_easy_setopt(h, CURLOPT_WRITEDATA, t);
}

/* taker NULL: the answer is taken as a whole. */
static int perform(struct gs_client *c, const struct gs_client_call *call, const char *url, const char *socket,
                   struct taker *taker, struct gs_response *out)
{
    struct curl_slist *headers = NULL;
    int err = GS_E_NOMEM;
    if (!add_headers(c, call, &headers)) {
        goto free_headers;
    }
    prepare(c, call, url, socket, headers, out);
    if (taker != NULL) {
        prepare_stream(c->curl, taker, out);
    }
    CURLcode code = curl_easy_perform(c->curl);
    if (code != CURLE_OK) {
        long sent = 0;
        snprintf(out->fault, sizeof out->fault, "%s",
                 gs_buf_status(&out->body) == GS_E_RANGE ? "the answer is too long" : curl_easy_strerror(code));
        gs_buf_clear(&out->body);
        out->distrust = distrust_of(c->curl, code);
        curl_easy_getinfo(c->curl, CURLINFO_REQUEST_SIZE, &sent);
        out->sent = sent > 0;
        err = GS_E_IO;
        goto free_headers;
    }
    long status = 0;
    curl_easy_getinfo(c->curl, CURLINFO_RESPONSE_CODE, &status);
    out->status = (int)status;
    err = GS_OK;
free_headers:
    curl_slist_free_all(headers);
    return err;
}

static int ask_one(struct gs_client *c, const struct gs_cli_address *at, const struct gs_client_call *call,
                   struct taker *taker, struct gs_response *out)
{
    struct gs_buf url;
    gs_response_init(out);
    out->url = at->text;
    gs_buf_init(&url, 8192);
    gs_buf_str(&url, at->base);
    gs_buf_str(&url, call->path);
    int err = gs_buf_status(&url);
    if (err == GS_OK) {
        err = perform(c, call, url.data, at->socket, taker, out);
    }
    if (err != GS_OK && out->fault[0] == '\0') {
        snprintf(out->fault, sizeof out->fault, "%s", gs_strerror(err));
    }
    gs_buf_finish(&url);
    return err;
}

/* What one that stands by or is away leaves open. Whose certificate is not trusted is told, not passed over. */
static bool ask_next(const struct gs_client *c, const struct gs_client_call *call, const struct taker *taker, int err,
                     const struct gs_response *r)
{
    if (err == GS_OK) {
        return r->status == 503;
    }
    const bool in_vain = err != GS_E_IO || c->interrupted || r->distrust != GS_DISTRUST_NONE;
    return !in_vain && (!r->sent || (taker == NULL && is_repeatable(call)));
}

static bool stands_by(const struct gs_response *r)
{
    return r->body.data != NULL && strstr(r->body.data, "\"not_owner\"") != NULL;
}

/* Of two answers that are none: that it may have been carried out must not be hidden by another daemon's "not now", and why the one that serves
 * does not do it now says more than that another stands by, and that one more than that nobody is there. */
static int weight(int err, const struct gs_response *r)
{
    if (err != GS_OK) {
        return r->sent ? 3 : 0;
    }
    return stands_by(r) ? 1 : 2;
}

static int ask(struct gs_client *c, const struct gs_client_call *call, struct taker *taker, struct gs_response *out)
{
    const size_t count = c->addresses.count, first = c->first;
    int err = ask_one(c, &c->addresses.at[first], call, taker, out);
    for (size_t i = 1; i < count && ask_next(c, call, taker, err, out); i++) {
        struct gs_response other;
        const size_t at = (first + i) % count;
        const int other_err = ask_one(c, &c->addresses.at[at], call, taker, &other);
        const bool better =
            !ask_next(c, call, taker, other_err, &other) || weight(other_err, &other) > weight(err, out);
        if (better) {
            c->first = at;
            gs_response_finish(out);
            *out = other;
            err = other_err;
        } else {
            gs_response_finish(&other);
        }
    }
    if (err == GS_E_IO) {
        c->first = (c->first + 1) % count; /* whoever asks again begins with another */
    }
    return err;
}

static int client_send(void *self, const struct gs_client_call *call, struct gs_response *out)
{
    return ask(self, call, NULL, out);
}

static int client_stream(void *self, const struct gs_client_call *call,
                         bool (*take)(void *arg, const char *bytes, size_t len), void *arg, struct gs_response *out)
{
    struct taker taker = {.take = take, .arg = arg};
    return ask(self, call, &taker, out);
}

static bool client_pause(void *self, int64_t ms)
{
    struct gs_client *c = self;
    struct timespec wait = {.tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000};
    if (!c->interruptible) {
        nanosleep(&wait, NULL);
        return false;
    }
    return interrupted_within(c, &wait);
}

static int64_t client_monotonic_ms(void *self)
{
    (void)self;
    struct timespec now = {0};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void gs_client_catch_interrupt(struct gs_client *c)
{
    sigset_t interrupt;
    sigemptyset(&interrupt);
    sigaddset(&interrupt, SIGINT);
    c->interruptible = sigprocmask(SIG_BLOCK, &interrupt, NULL) == 0;
}

static bool header_safe(const char *text)
{
    for (const char *p = text; *p != '\0'; p++) {
        if (*p <= ' ' || *p > '~') {
            return false;
        }
    }
    return true;
}

static int set_token(struct gs_client *c, const char *token)
{
    if (token == NULL || token[0] == '\0') {
        return GS_OK;
    }
    if (strlen(token) > GS_TOKEN_TEXT_MAX || !header_safe(token)) {
        return GS_E_INVALID;
    }
    snprintf(c->authorization, sizeof c->authorization, "Bearer %s", token);
    return GS_OK;
}

static int set_cacert(struct gs_client *c, const char *file)
{
    if (file == NULL || file[0] == '\0') {
        return GS_OK;
    }
    c->cacert = strdup(file);
    return c->cacert != NULL ? GS_OK : GS_E_NOMEM;
}

int gs_client_create(const struct gs_client_options *options, struct gs_client **out)
{
    struct gs_client *c = calloc(1, sizeof *c);
    if (c == NULL) {
        return GS_E_NOMEM;
    }
    snprintf(c->language, sizeof c->language, "%s", options->language);
    c->transport = (struct gs_transport){.self = c,
                                         .send = client_send,
                                         .stream = client_stream,
                                         .pause = client_pause,
                                         .monotonic_ms = client_monotonic_ms};
    int err = gs_cli_addresses_parse(options->url, &c->addresses);
    err = err == GS_OK ? set_token(c, options->token) : err;
    err = err == GS_OK ? set_cacert(c, options->cacert) : err;
    if (err != GS_OK) {
        goto destroy;
    }
    c->curl = curl_easy_init();
    if (c->curl == NULL) {
        err = GS_E_NOMEM;
        goto destroy;
    }
    *out = c;
    return GS_OK;
destroy:
    gs_client_destroy(c);
    return err;
}

void gs_client_destroy(struct gs_client *c)
{
    if (c == NULL) {
        return;
    }
    curl_easy_cleanup(c->curl);
    gs_cli_addresses_finish(&c->addresses);
    free(c->cacert);
    free(c);
}

struct gs_transport *gs_client_transport(struct gs_client *c)
{
    return &c->transport;
}

static void add_escaped(struct gs_buf *path, const char *text)
{
    char *escaped = curl_easy_escape(NULL, text, 0);
    gs_buf_str(path, escaped != NULL ? escaped : "");
    curl_free(escaped);
}

void gs_path_query(struct gs_buf *path, const char *name, const char *value)
{
    if (value == NULL) {
        return;
    }
    gs_buf_char(path, path->data != NULL && strchr(path->data, '?') != NULL ? '&' : '?');
    gs_buf_str(path, name);
    gs_buf_char(path, '=');
    add_escaped(path, value);
}

void gs_path_segment(struct gs_buf *path, const char *text)
{
    gs_buf_char(path, '/');
    add_escaped(path, text);
}
