/* Answers for the conversation with the service manager: each message is one datagram to the socket named in NOTIFY_SOCKET
 * (sd_notify(3)), and LISTEN_FDS says which descriptors were passed (sd_listen_fds(3)). Both are documented for any program to speak
 * and take a few lines; libsystemd would bring six more libraries and a megabyte of resident memory. */
#include "notify.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { FIRST_PASSED = 3, PASSED_MAX = 64 };

/* Only an absolute path or a name in the abstract namespace, which is written with "@" for its first byte. */
static bool address_of(const char *name, struct sockaddr_un *out, socklen_t *out_len)
{
    const size_t len = strlen(name);
    if ((name[0] != '/' && name[0] != '@') || len >= sizeof out->sun_path) {
        return false;
    }
    *out = (struct sockaddr_un){.sun_family = AF_UNIX};
    memcpy(out->sun_path, name, len);
    if (name[0] == '@') {
        out->sun_path[0] = '\0';
    }
    *out_len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
    return true;
}

/* A manager that does not listen is no reason to stop: it will find out by itself. */
static void tell(const char *message)
{
    const char *name = getenv("NOTIFY_SOCKET");
    struct sockaddr_un address;
    socklen_t len;
    if (name == NULL || !address_of(name, &address, &len)) {
        return;
    }
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return;
    }
    (void)sendto(fd, message, strlen(message), MSG_NOSIGNAL, (const struct sockaddr *)&address, len);
    (void)close(fd);
}

void gs_notify_ready(void)
{
    tell("READY=1");
}

void gs_notify_status(const char *text)
{
    char message[640];
    (void)snprintf(message, sizeof message, "STATUS=%s", text);
    for (char *c = message; *c != '\0'; c++) {
        *c = (char)(*c == '\n' ? ' ' : *c); /* a line is another message */
    }
    tell(message);
}

void gs_notify_reloading(void)
{
    struct timespec t;
    char message[80];
    clock_gettime(CLOCK_MONOTONIC, &t);
    (void)snprintf(message, sizeof message, "RELOADING=1\nMONOTONIC_USEC=%" PRId64,
                   (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000);
    tell(message);
}

void gs_notify_stopping(void)
{
    tell("STOPPING=1");
}

void gs_notify_alive(void)
{
    tell("WATCHDOG=1");
}

/* The whole text a number from 1 to max; else 0. */
static long number_of(const char *name, long max)
{
    const char *text = getenv(name);
    char *end = NULL;
    if (text == NULL || text[0] < '0' || text[0] > '9') {
        return 0;
    }
    errno = 0;
    long number = strtol(text, &end, 10);
    return errno == 0 && *end == '\0' && number <= max ? number : 0;
}

int gs_notify_passed_sockets(void)
{
    static const char *const names[] = {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"};
    const bool ours = number_of(names[0], INT_MAX) == (long)getpid();
    const int count = ours ? (int)number_of(names[1], PASSED_MAX) : 0;
    for (int i = 0; i < count; i++) {
        int flags = fcntl(FIRST_PASSED + i, F_GETFD);
        if (flags < 0 || fcntl(FIRST_PASSED + i, F_SETFD, flags | FD_CLOEXEC) < 0) {
            return 0;
        }
    }
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        (void)unsetenv(names[i]);
    }
    return count;
}
