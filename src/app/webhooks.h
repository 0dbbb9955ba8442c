/* What the files about webhooks share: those there are, and what each has still to deliver. */
#ifndef GATESLOT_APP_WEBHOOKS_H
#define GATESLOT_APP_WEBHOOKS_H

#include "app.h"
#include "gateslot/hooks/schedule.h"
#include "gateslot/hooks/sender.h"

struct delivery;
struct gs_hook {
    struct gs_webhook row;
    struct gs_hook_queue queue;
    uint64_t life;   /* what was sent or asked in an earlier one is nobody's any more */
    bool asking;     /* a question to the store about its next events is under way */
    bool dirty;      /* the store has not got all of it */
    bool off_untold; /* it is off, and no event has told of it yet */
};

struct gs_app_webhooks {
    struct gs_app *app;
    struct gs_sender *sender;
    struct event *sent, *pump;             /* NULL: not needed yet */
    struct delivery *deliveries;           /* owned: those read or sent */
    bool soon;                             /* pump is on its way */
    struct gs_hook *list[GS_MAX_WEBHOOKS]; /* owned; in order of name */
    size_t count;
    uint64_t lives; /* given out so far */
    bool ended;     /* nothing more is sent */
    uint64_t outcomes[GS_WEBHOOK_RESULTS], tests;
};

/* webhooks.c */
struct gs_hook *gs_app_hook_find(const struct gs_app_webhooks *w, int64_t id, uint64_t life); /* NULL: it is no more */
/* webhook_messages.c. The text of a member of an event as the feed shows it, "type" or "at"; false: it has none. The event's booking; 0: none. */
bool gs_hook_event_member(const char *event, const char *name, char *out, size_t size) GS_MUST_CHECK;
int64_t gs_hook_event_booking(const char *event);
void gs_hook_write_body(struct gs_buf *out, const char *type, const char *at, const char *data, size_t len);
/* Signed as row says; done is called with arg when it has left, or could not. */
int gs_hook_send(struct gs_app_webhooks *w, const struct gs_webhook *row, const char *id, const struct gs_buf *body,
                 gs_sent_done done, void *arg) GS_MUST_CHECK;
/* webhook_deliveries.c: what is due is asked for and sent, soon. */
void gs_app_webhooks_pump(struct gs_app_webhooks *w);
void gs_app_webhooks_pump_soon(struct gs_app_webhooks *w);
/* It gets nothing more, for that cause; an event tells of it as soon as it can. */
void gs_app_hook_disable(struct gs_app_webhooks *w, struct gs_hook *h, enum gs_webhook_off cause);

#endif
