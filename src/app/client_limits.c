/* Answers for what clients together may take of this machine: hands the configuration's limits to server and API, and gives memory back to
 * the system after a flood. What the allocator has been given back it keeps for later; so once a second, when the process is much
 * larger than it was and no longer grows, it is told to let go. */
#include <fcntl.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app.h"
#include "gateslot/base/log.h"

enum {
    SURPLUS_BYTES = 8 << 20, /* above the least seen since memory was given back last: worth it */
    LARGE_BYTES = 512 << 10,
    TOP_BYTES = 1 << 20
};

/* What is large, most of what a flood of clients holds, goes back to the system as soon as it is freed. Left to itself, the allocator raises
 * that bound to the largest that was ever freed, and keeps what clients held who were disconnected beside what others hold now. */
void gs_app_keep_memory_small(void)
{
    (void)mallopt(M_MMAP_THRESHOLD, LARGE_BYTES);
    (void)mallopt(M_TRIM_THRESHOLD, TOP_BYTES);
}

void gs_app_limit_clients(struct gs_app *app)
{
    const struct gs_config *c = app->config;
    const struct gs_http_limits limits = {.client_memory = (size_t)c->client_memory_mb << 20,
                                          .connections_per_address = c->connections_per_address,
                                          .reserved_connections = c->reserved_connections};
    struct gs_http_proxies proxies = {.count = (size_t)c->proxy_count, .send_headers = c->proxy_protocol};
    memcpy(proxies.list, c->proxies, sizeof proxies.list);
    gs_http_set_limits(app->http, &limits);
    gs_http_trust(app->http, &proxies);
    gs_api_limit(app->api, &c->rates);
}

/* It is for clients as well, if not for one that is connected for long: so it is part of what all of them together may take. */
void gs_app_hashing(void *self, bool is_at_work)
{
    struct gs_app *app = self;
    gs_http_set_aside(app->http, is_at_work ? GS_HASHING_BYTES : 0);
}

/* Bytes of the process in memory (proc(5), statm); 0: not known. */
static int64_t resident(void)
{
    char text[128];
    int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return 0;
    }
    ssize_t len = read(fd, text, sizeof text - 1);
    close(fd);
    text[len > 0 ? len : 0] = '\0';
    char *second = NULL;
    (void)strtoll(text, &second, 10);
    return strtoll(second, NULL, 10) * sysconf(_SC_PAGESIZE);
}

void gs_app_give_memory_back(struct gs_app *app)
{
    const int64_t now = resident();
    const bool grows = now > app->memory.last + SURPLUS_BYTES / 16;
    app->memory.last = now;
    if (app->memory.least == 0 || now < app->memory.least) {
        app->memory.least = now;
    }
    struct gs_http_state clients;
    gs_http_state(app->http, &clients);
    const bool busy = clients.client_memory > clients.client_memory_max / 8;
    if (grows || busy || now - app->memory.least < SURPLUS_BYTES) {
        return;
    }
    const int64_t began_ms = gs_monotonic_ms();
    (void)malloc_trim(0);
    app->memory.least = app->memory.last = resident();
    gs_log(GS_LOG_DEBUG, "memory", "before=%lld after=%lld ms=%lld", (long long)now, (long long)app->memory.least,
           (long long)(gs_monotonic_ms() - began_ms));
}
