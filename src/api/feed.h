/* Who waits for events: readers, of whom each is owned by its exchange. They are found by whose events they may see, so that one is looked
 * after only when there is one that he may see; and served in turn, a little at a time, behind everything else that the loop has to do. */
#ifndef GATESLOT_API_FEED_H
#define GATESLOT_API_FEED_H

#include "event_ring.h"
#include "gateslot/base/buf.h"
#include "gateslot/core/event.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

struct event;
struct event_base;
struct gs_exchange;
struct gs_reader;
struct gs_service;

/* What a reader is, to the feed. Each may end the reader. */
struct gs_reader_kind {
    void (*serve)(struct gs_reader *r);  /* there may be something for it; r->state is BUSY, until it says otherwise */
    void (*second)(struct gs_reader *r); /* one has passed */
    void (*hurry)(struct gs_reader *r);  /* whoever asked has gone, or the server is finishing */
    void (*turn_away)(struct gs_reader *r); /* whoever asked is known here no longer */
    void (*finish)(struct gs_reader *r);    /* frees what is its own, but not r; NULL: nothing is */
    size_t counts;                          /* offset of the member of gs_feed that counts those of this kind */
};

enum gs_reader_state {
    GS_READER_APART, /* it has not joined */
    GS_READER_FOLLOWS, /* it has had all that there is, or what it has not had it may not see: it waits for the next event */
    GS_READER_PENDING,      /* it is in the row of those to be served */
    GS_READER_AWAITS_STORE, /* it is in the row of those who may ask the store when others have been answered */
    GS_READER_BUSY          /* it waits for the store or for its client, and says when it follows again */
};

struct gs_audience;
struct gs_reader {
    struct gs_exchange *x;
    struct gs_feed *feed; /* NULL: apart */
    const struct gs_reader_kind *kind;
    enum gs_reader_state state;
    bool asking;                 /* a question to the store is under way, which knows it: it must not end */
    char whose[GS_NAME_MAX + 1]; /* as gs_visible_owner has it */
    struct gs_event_filter filter;
    int64_t position; /* all up to here it has had, or is not for it; see gs_reader_position */
    struct gs_audience *audience;
    LIST_ENTRY(gs_reader) by_second; /* of those whose second is over at the same tick */
    TAILQ_ENTRY(gs_reader) all, same, pending;
};
TAILQ_HEAD(gs_readers, gs_reader);
LIST_HEAD(gs_reader_list, gs_reader);

#define GS_FEED_TICKS 10 /* of a second: one timer for all readers, a part of whom at each */

#define GS_AUDIENCES 256 /* lists of them */

struct gs_feed {
    struct event_base *base;
    const struct gs_service *service; /* borrowed */
    int64_t durable_seq;              /* of the last event known to be on disk */
    struct gs_durable_events fresh;   /* not told of yet */
    struct gs_event_ring ring;
    struct gs_readers readers, pending, asking;  /* asking: they wait until they may */
    struct gs_buf frames;                        /* room for what is being written to a stream */
    struct gs_audience *audiences[GS_AUDIENCES]; /* by name */
    struct event *ticker;                        /* NULL: nobody was here yet; it runs while somebody is */
    struct gs_reader_list seconds[GS_FEED_TICKS];
    int tick;                       /* the latest */
    struct gs_audience *everybodys; /* of those who see all; NULL: nobody does */
    struct event *timer;            /* of the next round; NULL: none was needed yet */
    bool timer_set;
    size_t served;                         /* in the round that runs */
    int64_t rest_until_us;                 /* the next one may begin */
    bool telling;                          /* durable events come with their texts */
    int32_t idle_s;                        /* nobody has been here for so long */
    size_t reader_count, waiting, streams; /* of readers: long polls, streams */
    uint64_t streamed;                     /* events that left by streams */
    size_t stream_questions;               /* under way */
    bool unasked;                          /* the store could not be asked for some reader: once more */
    bool recheck;                          /* some readers may be known here no longer */
};

void gs_feed_init(struct gs_feed *feed, struct event_base *base, const struct gs_service *service);
/* After gs_feed_detach. */
void gs_feed_finish(struct gs_feed *feed);
/* At load: the number of the last event stored. */
void gs_feed_restore(struct gs_feed *feed, int64_t seq);
/* The events up to seq are on disk, those of feed->fresh with their texts: whom they may concern is served, now or soon. */
void gs_feed_wake(struct gs_feed *feed, int64_t seq);
/* A token or a session is gone: as soon as that is on disk, who waits by it is told so. */
void gs_feed_recheck(struct gs_feed *feed);
/* x, if it waits for an event, is answered now. */
void gs_feed_hurry(struct gs_exchange *x);
/* x, if it is a stream, takes more. */
void gs_feed_ready(struct gs_exchange *x);
/* A second has passed. */
void gs_feed_second(struct gs_feed *feed);
/* Before the end: no reader is here any more, though its exchange may live on for a while. */
void gs_feed_detach(struct gs_feed *feed);

/* Of the exchange's state, whose first member is a gs_reader: leaves and frees it. */
void gs_reader_free(void *state);
/* False: no memory. */
bool gs_reader_join(struct gs_feed *feed, struct gs_reader *r);
void gs_reader_leave(struct gs_reader *r);
/* All up to r->position, which is the last event known here or one behind it, has been looked at. */
void gs_reader_follow(struct gs_reader *r);
/* It goes to the end of the row, to be served. */
void gs_reader_pend(struct gs_reader *r);
/* Too many ask the store: it goes to the end of the row of those who will, and is served then. */
void gs_reader_await_store(struct gs_reader *r);
/* One of these may. */
void gs_feed_ask_next(struct gs_feed *feed);
/* Serves those who are to be served, now or soon. */
void gs_feed_serve(struct gs_feed *feed);
/* Up to which event all has been looked at. */
int64_t gs_reader_position(const struct gs_reader *r);
/* May it see this one, and has it asked for such? */
bool gs_reader_wants(const struct gs_reader *r, const struct gs_durable_event *e);
/* True: it was turned away, being known here no longer. r may be gone then. */
bool gs_reader_turned_away(struct gs_reader *r);

#endif
