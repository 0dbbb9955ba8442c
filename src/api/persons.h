/* Who stands at which paired device: users who have shown it by a PIN. In memory only: after a restart nobody does. */
#ifndef GATESLOT_API_PERSONS_H
#define GATESLOT_API_PERSONS_H

#include "gateslot/base/limits.h"
#include <stddef.h>
#include <stdint.h>

struct gs_person {
    unsigned char device[32];   /* the hash of its session */
    char name[GS_NAME_MAX + 1]; /* the user's */
    int64_t active_ms;          /* when something was done there last */
};

struct gs_persons {
    struct gs_person list[GS_MAX_DEVICES];
    size_t count;
};

/* In place of whoever stood there. */
void gs_persons_put(struct gs_persons *p, const struct gs_person *person);
void gs_persons_remove(struct gs_persons *p, const unsigned char device[32]);
void gs_persons_remove_named(struct gs_persons *p, const char *name); /* at all devices */
/* NULL: nobody, or nothing was done there for idle_ms. Until the next change. */
struct gs_person *gs_persons_at(struct gs_persons *p, const unsigned char device[32], int64_t now_ms, int64_t idle_ms);

#endif
