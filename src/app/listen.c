/* Answers for the sockets the daemon listens on: those passed by socket activation, and those of the config that were not
 * passed. A socket that a daemon of the same user left behind is replaced; a live one is another daemon's, and whatever is no socket
 * is somebody's: both are left alone. */
#include "gateslot/base/limits.h"
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "app.h"
#include "gateslot/base/log.h"
#include "notify.h"

enum { FIRST_PASSED = 3 };

static int failed_on(const char *address, const char *what, int fd)
{
    gs_log(GS_LOG_ERROR, "listen", "address=%s error=\"%s: %s\"", address, what, strerror(errno));
    if (fd >= 0) {
        close(fd);
    }
    return -1;
}

/* Makes room under path, or says why not: only a socket of our own that nobody answers is removed. False with errno. */
static bool clear_way(const char *path, const struct sockaddr_un *sa, int fd, const char **out_why)
{
    struct stat st;
    *out_why = "cannot be looked at";
    if (lstat(path, &st) != 0) {
        return errno == ENOENT;
    }
    if (!S_ISSOCK(st.st_mode)) {
        *out_why = "something else is there and is left as it is";
        errno = ENOTSOCK;
        return false;
    }
    if (connect(fd, (const struct sockaddr *)sa, sizeof *sa) == 0 || errno == EAGAIN) {
        *out_why = "another daemon answers there";
        errno = EADDRINUSE;
        return false;
    }
    if (errno != ECONNREFUSED) {
        *out_why = "a socket is there that cannot be asked whether anybody answers";
        return false;
    }
    if (st.st_uid != geteuid()) {
        *out_why = "a socket of another user is there";
        errno = EPERM;
        return false;
    }
    *out_why = "stale socket";
    return unlink(path) == 0;
}

static int open_unix(const char *path)
{
    struct sockaddr_un sa = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof sa.sun_path) {
        errno = ENAMETOOLONG;
        return failed_on(path, "path", -1);
    }
    strcpy(sa.sun_path, path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return failed_on(path, "socket", fd);
    }
    const char *why = "";
    if (!clear_way(path, &sa, fd, &why)) {
        return failed_on(path, why, fd);
    }
    if (bind(fd, (struct sockaddr *)&sa, sizeof sa) != 0) {
        return failed_on(path, "bind", fd);
    }
    if (chmod(path, 0660) != 0 || listen(fd, GS_LISTEN_BACKLOG) != 0) {
        return failed_on(path, "listen", fd);
    }
    return fd;
}

static int open_tcp(const struct gs_listen *l)
{
    char port[8];
    snprintf(port, sizeof port, "%u", (unsigned)l->port);
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV}, *list = NULL;
    int gai = getaddrinfo(l->address, port, &hints, &list);
    if (gai != 0) {
        gs_log(GS_LOG_ERROR, "listen", "address=%s error=\"%s\"", l->address, gai_strerror(gai));
        return -1;
    }
    int on = 1;
    int fd = socket(list->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd >= 0 && (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
                    (list->ai_family == AF_INET6 && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) != 0) ||
                    bind(fd, list->ai_addr, list->ai_addrlen) != 0 || listen(fd, GS_LISTEN_BACKLOG) != 0)) {
        fd = failed_on(l->address, "bind", fd);
    } else if (fd < 0) {
        fd = failed_on(l->address, "socket", fd);
    }
    freeaddrinfo(list);
    return fd;
}

static bool same_unix(int fd, const char *path)
{
    struct sockaddr_un sa = {0};
    socklen_t len = sizeof sa;
    return getsockname(fd, (struct sockaddr *)&sa, &len) == 0 && sa.sun_family == AF_UNIX &&
           strncmp(sa.sun_path, path, sizeof sa.sun_path) == 0;
}

static bool same_tcp(int fd, const struct gs_listen *l)
{
    struct sockaddr_storage sa;
    socklen_t len = sizeof sa;
    char host[NI_MAXHOST], port[NI_MAXSERV];
    if (getsockname(fd, (struct sockaddr *)&sa, &len) != 0 || sa.ss_family == AF_UNIX ||
        getnameinfo((struct sockaddr *)&sa, len, host, sizeof host, port, sizeof port,
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
        return false;
    }
    char wanted[8];
    snprintf(wanted, sizeof wanted, "%u", (unsigned)l->port);
    return strcmp(port, wanted) == 0 && strcmp(host, l->address) == 0;
}

static bool was_passed(const struct gs_listen *l, int passed)
{
    for (int fd = FIRST_PASSED; fd < FIRST_PASSED + passed; fd++) {
        if (l->kind == GS_LISTEN_UNIX ? same_unix(fd, l->address) : same_tcp(fd, l)) {
            return true;
        }
    }
    return false;
}

static bool has_port(const struct sockaddr_storage *sa, uint16_t port)
{
    const struct sockaddr_in *v4 = (const void *)sa;
    const struct sockaddr_in6 *v6 = (const void *)sa;
    return ntohs(sa->ss_family == AF_INET6 ? v6->sin6_port : v4->sin_port) == port;
}

/* What is spoken on a passed socket is what the config speaks on that port, on whichever of the machine's addresses. */
static enum gs_listener_kind kind_of(const struct gs_app *app, const struct sockaddr_storage *sa)
{
    if (sa->ss_family == AF_UNIX) {
        return GS_LISTENER_UNIX;
    }
    for (int32_t i = 0; i < app->config->listen_count; i++) {
        const struct gs_listen *l = &app->config->listen[i];
        if (l->kind == GS_LISTEN_TCP && l->tls && has_port(sa, l->port)) {
            return GS_LISTENER_TLS;
        }
    }
    return GS_LISTENER_TCP;
}

static int take_passed(struct gs_app *app, int fd)
{
    struct sockaddr_storage sa;
    socklen_t len = sizeof sa;
    int listening = 0;
    socklen_t listening_len = sizeof listening;
    if (getsockname(fd, (struct sockaddr *)&sa, &len) != 0 ||
        getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &listening_len) != 0 || !listening ||
        fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) < 0) {
        gs_log(GS_LOG_ERROR, "listen", "descriptor=%d error=\"not a listening socket\"", fd);
        return GS_E_INVALID;
    }
    gs_log(GS_LOG_INFO, "listen", "descriptor=%d", fd);
    return gs_http_listen(app->http, fd, kind_of(app, &sa));
}

/* As the unit is installed, only this machine reaches the daemon, whatever it listens on. */
static const char *note_of_unit(const struct gs_listen *l)
{
    const bool local = strncmp(l->address, "127.", 4) == 0 || strcmp(l->address, "::1") == 0;
    return local || getenv("INVOCATION_ID") == NULL
               ? ""
               : " note=\"reached only from where IPAddressAllow= of the unit lets it be reached from\"";
}

static int open_configured(struct gs_app *app, const struct gs_listen *l)
{
    bool is_unix = l->kind == GS_LISTEN_UNIX;
    int fd = is_unix ? open_unix(l->address) : open_tcp(l);
    if (fd < 0) {
        return GS_E_IO;
    }
    if (is_unix) {
        gs_log(GS_LOG_INFO, "listen", "address=unix:%s", l->address);
    } else {
        gs_log(GS_LOG_INFO, "listen", "address=http%s://%s:%u%s", l->tls ? "s" : "", l->address, (unsigned)l->port,
               note_of_unit(l));
    }
    return gs_http_listen(app->http, fd, is_unix ? GS_LISTENER_UNIX : l->tls ? GS_LISTENER_TLS : GS_LISTENER_TCP);
}

int gs_app_listen(struct gs_app *app)
{
    int passed = gs_notify_passed_sockets(), err = GS_OK;
    for (int fd = FIRST_PASSED; fd < FIRST_PASSED + passed && err == GS_OK; fd++) {
        err = take_passed(app, fd);
    }
    for (int32_t i = 0; i < app->config->listen_count && err == GS_OK; i++) {
        if (!was_passed(&app->config->listen[i], passed)) {
            err = open_configured(app, &app->config->listen[i]);
        }
    }
    return err;
}
