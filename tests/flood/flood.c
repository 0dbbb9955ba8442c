/* What floods a daemon: many connections of one kind from one thread, as a clumsy or hostile client would hold them; and the probe, which
 * asks one thing after the other as a gate does and says how long each took. Which bytes are sent is in a file; eight @ in it become
 * a number that no other request of the run has. Usage: flood HOW PORT ADDRESSES CONNECTIONS SECONDS FILE [GREETING]; HOW is one of:
 *   keep   send the file once and hold the connection      leave  the same, but close at once, and come again
 *   pour   send it again and again, reading nothing        drip   send GREETING at once and then the file, a byte every three seconds
 *   sip    send it once and read a byte every three seconds   ask    send it, read the answer, send it again
 *   probe  one connection; the file's requests, parted by a line of %%, in turn, one every 25 ms
 *   anew   the same, over a new connection each time, ten a second
 * Closed connections are opened again, each from the next of so many addresses from 127.0.0.2 on. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum how { KEEP, LEAVE, POUR, DRIP, SIP, ASK, PROBE, ANEW, HOWS };
enum {
    TEXT_MAX = 1 << 18,
    EVENTS = 256,
    OPENED_PER_TURN = 40,
    DRIP_MS = 3000,
    PROBE_MS = 25,
    ANSWER_MAX = 1 << 20,
    REQUESTS = 16
};

struct text {
    char bytes[TEXT_MAX];
    size_t len;
};

struct conn {
    int fd;
    size_t sent;     /* of the text */
    size_t got;      /* bytes of the answer's head kept in head */
    int64_t left;    /* bytes of its body still to come; -1: its head is not whole */
    int64_t next_ms; /* drip and sip */
    char head[2048];
};

struct flood {
    enum how how;
    int port, addresses, count, epoll;
    int64_t until_ms, number;
    struct text text, greeting;
    struct conn *conns;
    int next_address, at; /* the connection looked at next */
    int64_t opened, failed, closed, answers[6];
    char scratch[1 << 16];
};

static int64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static void load(const char *path, struct text *out)
{
    FILE *f = fopen(path, "rb");
    if (f == NULL) {
        fail(path);
    }
    out->len = fread(out->bytes, 1, sizeof out->bytes, f);
    fclose(f);
}

/* A number for each run of eight @. */
static void put_number(struct flood *f, char *bytes, size_t len)
{
    char digits[24];
    (void)snprintf(digits, sizeof digits, "%08lld", (long long)(f->number++ % 100000000));
    for (size_t i = 0; i + 8 <= len; i++) {
        if (memcmp(bytes + i, "@@@@@@@@", 8) == 0) {
            memcpy(bytes + i, digits, 8);
            i += 7;
        }
    }
}

static int open_socket(struct flood *f, bool waits)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in from = {.sin_family = AF_INET}, to = {.sin_family = AF_INET};
    const int on = 1, little = 4096;
    const struct linger reset = {.l_onoff = 1};
    if (fd < 0) {
        return -1;
    }
    from.sin_addr.s_addr = htonl(0x7f000002U + (uint32_t)(f->next_address++ % f->addresses));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    to.sin_port = htons((uint16_t)f->port);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    setsockopt(fd, IPPROTO_IP, 24 /* IP_BIND_ADDRESS_NO_PORT */, &on, sizeof on);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (f->how == POUR || f->how == SIP) {
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &little, sizeof little);
    }
    if (!waits && f->how != LEAVE) {
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset); /* no port is left waiting */
    }
    if (!waits) {
        fcntl(fd, F_SETFL, O_NONBLOCK);
    }
    bind(fd, (struct sockaddr *)&from, sizeof from);
    if (connect(fd, (struct sockaddr *)&to, sizeof to) != 0 && errno != EINPROGRESS) {
        close(fd);
        return -1;
    }
    return fd;
}

static void watch(struct flood *f, struct conn *c, int op)
{
    const bool reads = f->how == ASK || f->how == KEEP || f->how == DRIP;
    const size_t len = f->how == DRIP ? f->greeting.len : f->text.len;
    struct epoll_event e = {.events = EPOLLRDHUP, .data.ptr = c};
    e.events |= reads ? (uint32_t)EPOLLIN : 0;
    e.events |= f->how == POUR || c->sent < len ? (uint32_t)EPOLLOUT : 0;
    epoll_ctl(f->epoll, op, c->fd, &e);
}

static void open_one(struct flood *f, struct conn *c)
{
    c->fd = open_socket(f, false);
    c->sent = c->got = 0;
    c->left = -1;
    c->next_ms = 0;
    if (c->fd < 0) {
        f->failed++;
        return;
    }
    f->opened++;
    watch(f, c, EPOLL_CTL_ADD);
}

static void close_one(struct flood *f, struct conn *c)
{
    f->closed++;
    close(c->fd);
    c->fd = -1;
}

/* Sends what is left of the text; false: the connection has ended. */
static bool send_rest(struct flood *f, struct conn *c)
{
    static char bytes[TEXT_MAX];
    const struct text *text = f->how == DRIP ? &f->greeting : &f->text;
    if (c->sent >= text->len) {
        return true;
    }
    memcpy(bytes, text->bytes, text->len);
    if (c->sent == 0) {
        put_number(f, bytes, text->len);
    }
    ssize_t n = send(c->fd, bytes + c->sent, text->len - c->sent, MSG_NOSIGNAL);
    if (n < 0 && errno != EAGAIN) {
        return false;
    }
    c->sent += n > 0 ? (size_t)n : 0;
    return true;
}

/* Takes what has come of an answer; 1 when it is whole, 0 when not, -1 at the end. */
static int take_answer(struct flood *f, struct conn *c)
{
    ssize_t n = recv(c->fd, f->scratch, sizeof f->scratch, 0);
    if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
        return -1;
    }
    size_t used = 0;
    if (n > 0 && c->left < 0) {
        const size_t room = sizeof c->head - 1 - c->got, part = (size_t)n < room ? (size_t)n : room;
        memcpy(c->head + c->got, f->scratch, part);
        c->head[c->got + part] = '\0';
        const char *end = strstr(c->head, "\r\n\r\n"), *length = strcasestr(c->head, "\r\ncontent-length:");
        if (end == NULL) {
            c->got += part;
            return c->got == sizeof c->head - 1 ? -1 : 0;
        }
        used = (size_t)(end + 4 - c->head) - c->got;
        c->left = length != NULL && length < end ? strtoll(length + 17, NULL, 10) : 0;
        f->answers[c->head[9] >= '1' && c->head[9] <= '5' ? c->head[9] - '0' : 0]++;
    }
    c->left -= n > 0 ? n - (ssize_t)used : 0;
    return c->left <= 0 ? 1 : 0;
}

static void step(struct flood *f, struct conn *c, uint32_t events)
{
    bool lives = (events & (EPOLLERR | EPOLLHUP | EPOLLRDHUP)) == 0;
    if (lives && (events & EPOLLOUT) != 0) {
        lives = send_rest(f, c);
        if (f->how == POUR && c->sent >= f->text.len) {
            c->sent = 0;
        }
        lives = lives && !(f->how == LEAVE && c->sent >= f->text.len);
    }
    if (lives && (events & EPOLLIN) != 0) {
        int taken = f->how == ASK ? take_answer(f, c) : recv(c->fd, f->scratch, sizeof f->scratch, 0) > 0 ? 0 : -1;
        lives = taken >= 0;
        if (taken == 1) {
            c->sent = c->got = 0;
            c->left = -1;
            lives = send_rest(f, c);
        }
    }
    if (!lives) {
        close_one(f, c);
    } else {
        watch(f, c, EPOLL_CTL_MOD);
    }
}

/* A byte for each whose time has come. */
static void trickle(struct flood *f, int64_t now_ms)
{
    for (int i = 0; i < f->count; i++) {
        struct conn *c = &f->conns[i];
        if (c->fd < 0 || c->next_ms > now_ms || (f->how == DRIP && c->sent < f->greeting.len)) {
            continue;
        }
        c->next_ms = now_ms + DRIP_MS;
        ssize_t n = f->how == SIP
                        ? recv(c->fd, f->scratch, 1, 0)
                        : send(c->fd, &f->text.bytes[(size_t)(now_ms / DRIP_MS) % f->text.len], 1, MSG_NOSIGNAL);
        if (n == 0 || (n < 0 && errno != EAGAIN)) {
            close_one(f, c);
        }
    }
}

static void run(struct flood *f)
{
    struct epoll_event events[EVENTS];
    f->conns = calloc((size_t)f->count, sizeof *f->conns);
    f->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (f->conns == NULL || f->epoll < 0) {
        fail("flood");
    }
    for (int i = 0; i < f->count; i++) {
        f->conns[i].fd = -1;
    }
    int64_t trickled_ms = 0;
    for (int64_t now_ms; (now_ms = now_us() / 1000) < f->until_ms;) {
        for (int n = 0, looked = 0; n < OPENED_PER_TURN && looked < f->count; looked++) {
            struct conn *c = &f->conns[f->at++ % f->count];
            f->at %= f->count;
            if (c->fd < 0) {
                open_one(f, c);
                n++;
            }
        }
        if ((f->how == DRIP || f->how == SIP) && now_ms - trickled_ms >= 200) {
            trickled_ms = now_ms;
            trickle(f, now_ms);
        }
        int count = epoll_wait(f->epoll, events, EVENTS, 10);
        for (int i = 0; i < count; i++) {
            step(f, events[i].data.ptr, events[i].events);
        }
        if (f->how != ASK || count < 8) {
            usleep(f->how == ASK ? 500 : 10000); /* thrifty: the daemon is what is looked at */
        }
    }
    printf("{\"opened\":%lld,\"failed\":%lld,\"closed\":%lld,\"answers\":{\"2xx\":%lld,\"3xx\":%lld,\"4xx\":%lld,"
           "\"5xx\":%lld}}\n",
           (long long)f->opened, (long long)f->failed, (long long)f->closed, (long long)f->answers[2],
           (long long)f->answers[3], (long long)f->answers[4], (long long)f->answers[5]);
}

/* ---- the probe ---- */

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

/* One request and its answer; false: the connection has ended. */
static bool ask_once(struct flood *f, struct conn *c, const char *bytes, size_t len)
{
    static char request[TEXT_MAX];
    memcpy(request, bytes, len);
    put_number(f, request, len);
    if (send(c->fd, request, len, MSG_NOSIGNAL) != (ssize_t)len) {
        return false;
    }
    c->got = 0;
    c->left = -1;
    int taken;
    while ((taken = take_answer(f, c)) == 0) {
        continue;
    }
    return taken == 1;
}

static void probe(struct flood *f)
{
    const struct sched_param first = {.sched_priority = 1};
    (void)sched_setscheduler(0, SCHED_FIFO, &first); /* among the floods it shares a core with */
    const int64_t room = (f->until_ms - now_us() / 1000) / PROBE_MS + 16;
    int64_t *took = calloc((size_t)room, sizeof *took), count = 0, broken = 0;
    char *parts[REQUESTS];
    size_t lens[REQUESTS], n = 0;
    f->text.bytes[f->text.len] = '\0';
    for (char *at = f->text.bytes; at != NULL && n < REQUESTS; n++) {
        char *end = strstr(at, "\n%%\n");
        parts[n] = at;
        lens[n] = end != NULL ? (size_t)(end - at) : strlen(at);
        at = end != NULL ? end + 4 : NULL;
    }
    struct conn c = {.fd = -1};
    for (size_t i = 0; (now_us() / 1000 < f->until_ms || i % 4 != 0) && count < room;
         i++) { /* its steps are undone by the fourth */
        int64_t began = now_us();
        if (c.fd < 0) {
            c.fd = open_socket(f, true);
        }
        if (c.fd < 0 || !ask_once(f, &c, parts[i % n], lens[i % n])) {
            broken++;
            if (c.fd >= 0) {
                close(c.fd);
            }
            c.fd = -1;
        } else {
            took[count++] = now_us() - began;
        }
        if (f->how == ANEW && c.fd >= 0) {
            close(c.fd);
            c.fd = -1;
        }
        int64_t rest = began + PROBE_MS * (f->how == ANEW ? 4 : 1) * 1000 - now_us();
        if (rest > 0) {
            usleep((useconds_t)rest);
        }
    }
    qsort(took, (size_t)count, sizeof *took, by_value);
    printf("{\"count\":%lld,\"broken\":%lld,\"refused\":%lld,\"p50\":%.2f,\"p99\":%.2f,\"max\":%.2f}\n",
           (long long)count, (long long)broken, (long long)(f->answers[4] + f->answers[5]),
           count ? (double)took[count / 2] / 1000 : 0, count ? (double)took[count * 99 / 100] / 1000 : 0,
           count ? (double)took[count - 1] / 1000 : 0);
    free(took);
}

int main(int argc, char **argv)
{
    static const char *const names[HOWS] = {"keep", "leave", "pour", "drip", "sip", "ask", "probe", "anew"};
    static struct flood f;
    int how = 0;
    while (argc > 1 && how < HOWS && strcmp(argv[1], names[how]) != 0) {
        how++;
    }
    if (argc < 7 || how == HOWS) {
        fprintf(stderr, "usage: flood HOW PORT ADDRESSES CONNECTIONS SECONDS FILE [GREETING]\n");
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    f.how = (enum how)how;
    f.port = atoi(argv[2]);
    f.addresses = atoi(argv[3]);
    f.count = atoi(argv[4]);
    f.until_ms = now_us() / 1000 + atoll(argv[5]) * 1000;
    f.number = (int64_t)getpid() * 1000;
    load(argv[6], &f.text);
    if (argc > 7) {
        load(argv[7], &f.greeting);
    }
    if (f.how == PROBE || f.how == ANEW) {
        probe(&f);
    } else {
        run(&f);
    }
    return 0;
}
