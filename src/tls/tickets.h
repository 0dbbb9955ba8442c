/* The keys under which a server gives its clients sessions to take up again. */
#ifndef GATESLOT_TLS_TICKETS_H
#define GATESLOT_TLS_TICKETS_H

#include "gateslot/base/error.h"
#include <openssl/ssl.h>
#include <stdint.h>

struct gs_ticket_key {
    unsigned char name[16], cipher[32], mac[32];
    int64_t made_ms; /* 0: there is none */
};

struct gs_tickets {
    struct gs_ticket_key now, before;
    int64_t (*mono_ms)(void *self);
    void *mono_self;
};

/* ctx borrows tickets for as long as it and its connections live. */
int gs_tickets_use(struct gs_tickets *tickets, SSL_CTX *ctx) GS_MUST_CHECK;
/* All that were given out are worth nothing from now on. */
void gs_tickets_forget(struct gs_tickets *tickets);

#endif
