/* How long somebody has to wait before he may try a password again. In memory only, of a fixed size. */
#ifndef GATESLOT_API_LOGIN_THROTTLE_H
#define GATESLOT_API_LOGIN_THROTTLE_H

#include "gateslot/base/error.h"
#include "gateslot/http/exchange.h"
#include <stdbool.h>
#include <stdint.h>

enum { GS_THROTTLE_SETS = 256, GS_THROTTLE_WAYS = 8 };

struct gs_throttle_entry {
    uint64_t key;    /* of an account, an address, or an account at an address; 0: none */
    int64_t last_ms; /* of the last attempt that counts */
    int32_t failures;
    bool good; /* that account has logged in from that address */
};

struct gs_login_throttle {
    unsigned char secret[16]; /* so that nobody can choose whose entry he pushes out */
    struct gs_throttle_entry entries[GS_THROTTLE_SETS][GS_THROTTLE_WAYS];
};

int gs_login_throttle_init(struct gs_login_throttle *t) GS_MUST_CHECK; /* GS_E_IO without randomness */
/* Milliseconds until that name may be tried from there; 0: now. Times are of a clock that never jumps. */
int64_t gs_login_throttle_wait(const struct gs_login_throttle *t, const char *name, const struct gs_peer *peer,
                               int64_t now_ms);
/* An attempt begins: it counts as failed, so that many at once count too, until it is found to be right, */
void gs_login_throttle_begin(struct gs_login_throttle *t, const char *name, const struct gs_peer *peer, int64_t now_ms);
void gs_login_throttle_passed(struct gs_login_throttle *t, const char *name, const struct gs_peer *peer,
                              int64_t now_ms);
/* or to be none at all: nothing was asked. */
void gs_login_throttle_cancel(struct gs_login_throttle *t, const char *name, const struct gs_peer *peer);

#endif
