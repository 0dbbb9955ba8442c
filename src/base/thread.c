/* Starts threads that leave signals to the loop. */
#include "gateslot/base/thread.h"
#include <signal.h>

int gs_thread_start(pthread_t *out, const pthread_attr_t *how, void *(*run)(void *self), void *self)
{
    sigset_t all, before;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before); /* what a thread takes it has from the one that makes it */
    const int failed = pthread_create(out, how, run, self);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return failed == 0 ? GS_OK : GS_E_NOMEM;
}
