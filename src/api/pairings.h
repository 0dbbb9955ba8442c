/* The codes by which a device may be paired, until they are used or run out. In memory only, as digests: a restart ends them. */
#ifndef GATESLOT_API_PAIRINGS_H
#define GATESLOT_API_PAIRINGS_H

#include "gateslot/base/error.h"
#include "gateslot/base/limits.h"
#include "gateslot/core/booking.h"
#include <stdint.h>

struct gs_pairing {
    char name[GS_NAME_MAX + 1]; /* that the device will have */
    enum gs_role role;
    unsigned char hash[32];   /* SHA-256 of the code */
    char by[GS_NAME_MAX + 1]; /* whose supervisor's work it is */
    int64_t until_ms;         /* by a clock that never jumps: the end */
    int64_t expires_ms;       /* the same, by the site's time, to be shown */
};

struct gs_pairings {
    struct gs_pairing list[GS_MAX_PAIRINGS]; /* in the order in which they were made */
    size_t count;
};

/* Ends those whose time is over. */
void gs_pairings_sweep(struct gs_pairings *p, int64_t mono_ms);
/* In place of one of the same name. GS_E_BUSY at GS_MAX_PAIRINGS. */
int gs_pairings_add(struct gs_pairings *p, const struct gs_pairing *pairing) GS_MUST_CHECK;
bool gs_pairings_remove(struct gs_pairings *p, const char *name); /* false: there is none */
const struct gs_pairing *gs_pairings_named(const struct gs_pairings *p,
                                           const char *name); /* NULL; until the next change */
/* By the digest of a code that is given, each compared in constant time; true: it is used up, and *out is what it was for. */
bool gs_pairings_use(struct gs_pairings *p, const unsigned char hash[32], struct gs_pairing *out);

#endif
