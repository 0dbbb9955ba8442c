/* A site to test the core on: Asia/Shanghai, three windows of 40 from 08:00 to 20:00, slots of 30 minutes, DOMAIN's
 * defaults. Commands are one-liners; every record they write goes to a small store in memory, and after every one
 * the book is checked from within (invariants.h) and against the book rebuilt from that store. */
#ifndef GATESLOT_TESTS_CORE_FIXTURE_H
#define GATESLOT_TESTS_CORE_FIXTURE_H

#include "leaf/cm.h"

#include "gateslot/core/book.h"
#include "gateslot/core/command.h"
#include "gateslot/core/journal.h"

#include <stdbool.h>
#include <string.h>

#define FX_CALENDAR 8
#define FX_DAY "2026-11-25" /* a Wednesday; the clock starts on it, two days before */

struct fx_row { /* of the journal */
    unsigned char *bytes;
    size_t len;
};

struct fx_store {                /* what a store would hold */
    struct gs_booking *bookings; /* by id − 1 */
    size_t booking_count, booking_room;
    size_t archived; /* so many of the first are past and ended */
    struct gs_capacity capacities[2048];
    size_t capacity_count;
    struct gs_turned_away turned_away[256];
    size_t turned_away_count;
    int64_t last_seq;
    struct gs_event last;      /* the latest event, */
    enum gs_event_type *types; /* and the types of all, by seq − 1 */
    int64_t *subjects;         /* and whom they were about */
    struct gs_event *events;   /* whole, by seq − 1 */
    size_t event_room;
    struct gs_epoch *epochs[512]; /* copies of those that events tell of */
    size_t epoch_count;
    struct fx_row *rows; /* of the journal, by number − 1 */
    size_t row_count, row_room;
    bool untold; /* something was done that is not in the journal: it cannot be replayed */
};

struct fixture {
    struct gs_rules rules;
    struct gs_calendar_rule calendar[FX_CALENDAR];
    struct gs_book *book;
    struct gs_batch batch;
    struct gs_outcome out; /* of the latest command */
    struct fx_store store;
    struct gs_refusals *refusals; /* NULL: the journal has each of them */
    int64_t now;
    int64_t trucks;  /* made so far: each gets its own plate and container */
    bool cut;        /* a capacity below what is booked was wanted: booked may exceed it */
    char *journaled; /* the rules as the journal knows them */
    size_t journaled_len;
    int commands;
    size_t notes;    /* how often something was noted */
    uint64_t digest; /* of the book after the latest command, */
    gs_date today;   /* on that date; 0 = to be compared with the store in any case */
};

/* All that was done by way of the functions below is in a journal too; fx_finish replays it (fixture_replay.h), unless the test
 * did something else to the book, or changed the rules under it. */
/* Rules may be changed between fx_init and fx_open. */
void fx_init(struct fixture *f);
void fx_open(struct fixture *f); /* the book is made and started two days before FX_DAY at 07:00 */
void fx_finish(struct fixture *f);
int fx_setup(void **state); /* fx_init and fx_open on the heap, for cmocka */
int fx_teardown(void **state);

int64_t fx_ms(const struct fixture *f, const char *local); /* "2026-11-25 08:00", in the site's zone */
gs_date fx_date(const char *text);
void fx_at(struct fixture *f, const char *local);  /* the clock of the next commands */
void fx_due(struct fixture *f, const char *local); /* moves on to then without a command */
void fx_reopen(struct fixture *f);                 /* the book as the store has it takes over */
void fx_put_back(struct fixture *f);               /* likewise, and a new epoch begins, with the numbers that follow */
void fx_tell_start(struct fixture *f);             /* to the journal */
/* The rules as they stand now are taken over, as the app does it. */
void fx_reload(struct fixture *f, void (*told)(void *arg, const struct gs_reload_day *day), void *arg);

struct fx_request {
    const char *date, *windows, *slot; /* NULL: FX_DAY, any, none */
    const char *plate, *container;     /* NULL: of a truck never seen before */
    bool wait, urgent, walk_in;
    bool rigid;            /* not flexible */
    enum gs_role role;     /* system: supervisor */
    const char *owner;     /* NULL: "mini" */
    const char *uscc;      /* NULL: the same for all */
    const char *reference; /* NULL: none */
    unsigned exceptions;
};
/* The id, 0 if refused (f->out says why). */
int64_t fx_request(struct fixture *f, struct fx_request r);
#define BOOK(f, ...) fx_request(f, (struct fx_request){__VA_ARGS__})
/* n requests alike; returns how many were accepted. */
int fx_book_many(struct fixture *f, int n, struct fx_request r);
#define BOOK_MANY(f, n, ...) fx_book_many(f, n, (struct fx_request){__VA_ARGS__})

enum gs_code fx_apply(struct fixture *f, const struct gs_command *c); /* at f->now */
/* Requests that stand or fall together; what each came to goes to codes. True: they stand. */
bool fx_together(struct fixture *f, const struct gs_command *list, int count, enum gs_code *codes);
struct gs_command fx_command(enum gs_command_kind kind, int64_t id); /* by a supervisor, reason "because" */
enum gs_code fx_step(struct fixture *f, enum gs_command_kind kind, int64_t id);
enum gs_code fx_step_as(struct fixture *f, enum gs_command_kind kind, int64_t id, enum gs_role role, const char *name);
/* With a time of its own. */
enum gs_code fx_step_at(struct fixture *f, enum gs_command_kind kind, int64_t id, enum gs_role role, const char *local);
/* A step told afterwards, a time put right, or a no-show taken back: with a random time of the booking's life, by gate or supervisor.
 * fixture_afterwards.c */
void fx_afterwards(struct fixture *f, uint64_t *dice, int64_t id);
/* What is NULL stays. */
enum gs_code fx_reschedule(struct fixture *f, int64_t id, const char *date, const char *windows, const char *slot);
enum gs_code fx_capacity(struct fixture *f, const char *window, int32_t capacity,
                         enum gs_excess excess); /* of FX_DAY */
enum gs_code fx_close(struct fixture *f, const char *window, enum gs_excess excess);
/* To a truck inside: arrives, and enters if enter is true, at the times given. */
void fx_let_in(struct fixture *f, int64_t id);

const struct gs_booking *fx_get(const struct fixture *f, int64_t id);
enum gs_status fx_status(const struct fixture *f, int64_t id);
int32_t fx_booked(const struct fixture *f, const char *window);     /* of FX_DAY */
int32_t fx_slot_booked(const struct fixture *f, const char *local); /* the slot that starts then, on FX_DAY */
int32_t fx_window(const struct fixture *f, const char *date, const char *id,
                  struct gs_window_view *out); /* its index */
/* How many events of that type there were, of that booking (0 = of any). */
int fx_events(const struct fixture *f, enum gs_event_type type, int64_t id);
bool fx_starts(const struct fixture *f, int64_t id, const char *local); /* does its slot start then? */

#endif
