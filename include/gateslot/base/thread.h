/* Starting a thread of the daemon. */
#ifndef GATESLOT_BASE_THREAD_H
#define GATESLOT_BASE_THREAD_H

#include "gateslot/base/error.h"
#include <pthread.h>

/* As pthread_create, but the thread takes no signals: those are the loop's. how may be NULL. GS_E_NOMEM: there can be none. */
int gs_thread_start(pthread_t *out, const pthread_attr_t *how, void *(*run)(void *self), void *self) GS_MUST_CHECK;

#endif
