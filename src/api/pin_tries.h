/* How often a person's PIN was tried in vain, and how long the next try has to wait. In memory only. */
#ifndef GATESLOT_API_PIN_TRIES_H
#define GATESLOT_API_PIN_TRIES_H

#include "gateslot/base/limits.h"
#include <stddef.h>
#include <stdint.h>

enum { GS_PIN_TRIES = 128 };

struct gs_pin_try {
    char name[GS_NAME_MAX + 1]; /* "" = of all names that nobody has */
    int32_t failures;
    int64_t last_ms;
};

struct gs_pin_tries {
    struct gs_pin_try list[GS_PIN_TRIES];
    size_t count;
};

/* Milliseconds until that person's PIN may be tried; 0: now. Times are of a clock that never jumps. */
int64_t gs_pin_wait(const struct gs_pin_tries *t, const char *name, int64_t now_ms);
/* A try begins: it counts as failed, so that many at once count too, until it is found to be right. */
void gs_pin_begin(struct gs_pin_tries *t, const char *name, int64_t now_ms);
void gs_pin_passed(struct gs_pin_tries *t, const char *name);

#endif
