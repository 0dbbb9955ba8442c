/* Passwords and PINs hashed on a thread of their own, one after the other. */
#ifndef GATESLOT_APP_HASHER_H
#define GATESLOT_APP_HASHER_H

#include "gateslot/api/service.h"
#include "gateslot/base/error.h"

struct event_base;
struct gs_hasher;

#define GS_HASHING_BYTES ((size_t)32 << 20) /* that it takes of the machine while it is at work */

/* Called when it is at work and was not, and when it is no more; at_work may be NULL. */
struct gs_hasher_watch {
    void (*at_work)(void *self, bool is_at_work);
    void *self;
};

/* The thread begins with the first question. */
int gs_hasher_create(struct event_base *base, const struct gs_hasher_watch *watch,
                     struct gs_hasher **out) GS_MUST_CHECK;
/* Waits for the hash under way; nobody is called any more. NULL is fine. */
void gs_hasher_destroy(struct gs_hasher *h);
/* As gs_service.hash. */
int gs_hasher_ask(struct gs_hasher *h, const struct gs_hash_question *q, gs_hash_done done, void *arg) GS_MUST_CHECK;

#endif
