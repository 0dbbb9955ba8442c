/* Answers for the conversation with the service manager. */
#include "notify.h"

#include <inttypes.h>
#include <stdint.h>
#include <time.h>

#if GATESLOT_SYSTEMD
#include <systemd/sd-daemon.h>

void gs_notify_ready(void)
{
    (void)sd_notify(0, "READY=1");
}

void gs_notify_reloading(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    (void)sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%" PRId64, (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000);
}

void gs_notify_stopping(void)
{
    (void)sd_notify(0, "STOPPING=1");
}

void gs_notify_alive(void)
{
    (void)sd_notify(0, "WATCHDOG=1");
}

int gs_notify_passed_sockets(void)
{
    int n = sd_listen_fds(1);
    return n > 0 ? n : 0;
}
#else
void gs_notify_ready(void)
{
}

void gs_notify_reloading(void)
{
}

void gs_notify_stopping(void)
{
}

void gs_notify_alive(void)
{
}

int gs_notify_passed_sockets(void)
{
    return 0;
}
#endif
