/* Which event of a webhook is sent when: in order for each booking, at least once. No clock, no network, no store: instants come in with each
 * call, what is to be kept goes out of gs_hook_queue_flush. */
#ifndef GATESLOT_HOOKS_SCHEDULE_H
#define GATESLOT_HOOKS_SCHEDULE_H

#include "gateslot/base/error.h"
#include "gateslot/core/record.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An event that is for the webhook and was not delivered yet. */
struct gs_hook_entry {
    int64_t seq, booking_id; /* 0: of no booking; those keep their order among themselves */
    int32_t attempts;
    int64_t at_ms;             /* when it happened; of one that was restored: when it was tried first */
    int64_t first_ms, next_ms; /* of the first attempt; not tried before: 0 = at once */
    char *text;                /* the event as the feed shows it, owned; NULL: to be asked for again */
    size_t text_len;
    bool first;                 /* none before it is of the same booking */
    bool flying, kept, changed; /* kept: the store has a row of it; changed: not as it is */
};

struct gs_hook_queue {
    struct gs_hook_entry *list; /* owned; in order of seq, at most GS_WEBHOOK_PENDING_MAX */
    size_t count, room, flying;
    int64_t scanned;  /* all events up to it were looked at */
    int64_t failures; /* attempts in a row */
    int64_t hold_ms;  /* nothing is sent before */
    uint64_t seed;    /* for the jitter */
    int64_t *over;    /* owned: rows that are to go */
    size_t over_count, over_room;
};

void gs_hook_queue_init(struct gs_hook_queue *q, int64_t cursor, int32_t failures, uint64_t seed);
void gs_hook_queue_finish(struct gs_hook_queue *q);
/* A row of the store, at load. GS_E_NOMEM, GS_E_BUSY: there are more than may be. */
int gs_hook_queue_restore(struct gs_hook_queue *q, const struct gs_webhook_retry *r) GS_MUST_CHECK;
/* How many more events may be added: those beyond wait in the store. */
size_t gs_hook_queue_room(const struct gs_hook_queue *q);
/* An event behind scanned that is for the webhook, in order of their numbers; one that is known already stays as it is. The text is copied. */
int gs_hook_queue_add(struct gs_hook_queue *q, int64_t seq, int64_t booking_id, int64_t at_ms, const char *text,
                      size_t text_len) GS_MUST_CHECK;
/* All up to seq were looked at. */
void gs_hook_queue_scanned(struct gs_hook_queue *q, int64_t seq);

/* The next that may be sent now; it flies from then on. NULL: none. */
struct gs_hook_entry *gs_hook_queue_next(struct gs_hook_queue *q, int64_t now_ms);
/* When that may be another one by the mere passing of time; INT64_MAX: never. */
int64_t gs_hook_queue_due(const struct gs_hook_queue *q);
/* NULL: none of that number. Until the next change. */
struct gs_hook_entry *gs_hook_queue_find(struct gs_hook_queue *q, int64_t seq);
/* One that flew has arrived: it goes. */
void gs_hook_queue_delivered(struct gs_hook_queue *q, int64_t seq, int64_t now_ms);
/* One that flew has not arrived; after_s: how long its receiver asked to be left alone, 0 = he did not. False: it has been tried for so long
 * that it is to be given up. */
bool gs_hook_queue_failed(struct gs_hook_queue *q, int64_t seq, int64_t now_ms, int64_t after_s);
/* It did not fly after all. */
void gs_hook_queue_back(struct gs_hook_queue *q, int64_t seq);
/* All that waits is tried now: its receiver has been heard of. */
void gs_hook_queue_hurry(struct gs_hook_queue *q);
/* The same, and the time for which it is tried begins anew: it had been given up. */
void gs_hook_queue_resume(struct gs_hook_queue *q);
/* When the oldest of those that wait happened; 0: there is none, or it is not known. */
int64_t gs_hook_queue_oldest(const struct gs_hook_queue *q);

/* What the store must have for a new start to go on from here: rows that have changed (over: that go) are handed to keep; returns the cursor.
 * What is behind it and has no row will be looked at again. */
typedef void gs_hook_keep(void *arg, const struct gs_webhook_retry *r, bool over);
int64_t gs_hook_queue_flush(struct gs_hook_queue *q, gs_hook_keep *keep, void *arg);

#endif
