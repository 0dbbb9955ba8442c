/* Passwords and PINs hashed on a thread of their own, one after the other. */
#ifndef GATESLOT_APP_HASHER_H
#define GATESLOT_APP_HASHER_H

#include "gateslot/api/service.h"
#include "gateslot/base/error.h"

struct event_base;
struct gs_hasher;

/* The thread begins with the first question. */
int gs_hasher_create(struct event_base *base, struct gs_hasher **out) GS_MUST_CHECK;
/* Waits for the hash under way; nobody is called any more. NULL is fine. */
void gs_hasher_destroy(struct gs_hasher *h);
/* As gs_service.hash. */
int gs_hasher_ask(struct gs_hasher *h, const struct gs_hash_question *q, gs_hash_done done, void *arg) GS_MUST_CHECK;

#endif
