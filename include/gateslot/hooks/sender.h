/* Sends messages to receivers of webhooks, on a thread of its own. */
#ifndef GATESLOT_HOOKS_SENDER_H
#define GATESLOT_HOOKS_SENDER_H

#include "gateslot/base/error.h"
#include "gateslot/base/outbound.h"
#include "gateslot/core/record.h"
#include <stddef.h>
#include <stdint.h>

struct gs_sender;

/* A message; all of it is copied. */
struct gs_sending {
    const char *url, *id, *body;
    size_t body_len;
    const char *secret, *old_secret; /* old_secret "": signed by the one alone */
};
struct gs_sent {
    enum gs_webhook_result result;
    int32_t status;      /* HTTP; 0: there was no answer */
    int64_t after_s;     /* for how long the receiver asked to be left alone, by Retry-After; 0: he did not */
    int64_t duration_ms; /* from the first look at its name to the end */
};
typedef void (*gs_sent_done)(void *arg, const struct gs_sent *sent);

/* program: how it is named to receivers; borrowed. */
int gs_sender_create(const char *program, struct gs_sender **out) GS_MUST_CHECK;
/* Begins the thread, once, before the first message. out_fd becomes readable when something was sent, or was not. */
int gs_sender_start(struct gs_sender *s, int *out_fd) GS_MUST_CHECK;
/* Where it may connect to, from now on, and the file of the authorities that it trusts, "" = those of the system. Copied. */
void gs_sender_configure(struct gs_sender *s, const struct gs_outbound *allow, const char *ca_file);
/* done is called by gs_sender_poll. GS_E_BUSY: GS_WEBHOOK_SENDING_MAX are under way. */
int gs_sender_send(struct gs_sender *s, const struct gs_sending *m, gs_sent_done done, void *arg) GS_MUST_CHECK;
void gs_sender_poll(struct gs_sender *s);
/* What is under way is broken off, and nobody is told. NULL is fine. */
void gs_sender_destroy(struct gs_sender *s);

#endif
