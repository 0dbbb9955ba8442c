/* A small site for tests of the scheduler: rules, a book, commands by shorthand, and a ledger that follows every record the book
 * writes and complains about what must never be: a slot or window above its capacity, a booking moved outside what it
 * accepts, an admitted one that has lost its place. */
#ifndef GATESLOT_TESTS_CORE_SITE_H
#define GATESLOT_TESTS_CORE_SITE_H

#include "gateslot/core/book.h"

#define SITE_BOOKINGS 6000
#define SITE_PAST_MAX 8
#define SITE_NOON_MS INT64_C(1795262400000) /* 2026-11-21 12:00 UTC: when a site opens */

struct site_row { /* where the records say that a booking is */
    enum gs_status status;
    char window[GS_WINDOW_ID_MAX + 1];
    int64_t slot_start_ms;
    gs_date date;
};

struct site {
    struct gs_rules rules;
    struct gs_book *book;
    struct gs_batch batch; /* of the last command */
    struct gs_outcome out;
    int64_t now_ms;
    gs_date date; /* that site_book asks for; four days after the opening */
    uint64_t random;
    int32_t trucks;
    bool ledger; /* off: nothing is followed */
    int64_t last_id;
    struct site_row *rows;         /* owned, by id */
    const struct gs_booking *past; /* of the archive, for the next site_load; borrowed */
    int32_t past_count;
    char complaint[200];
};

struct site_ask {
    const char *windows; /* NULL = any */
    int32_t slot_min;    /* 0 = none */
    bool firm, waitlist, urgent;
    int32_t truck; /* 0 = one that nobody has seen */
    gs_date date;  /* 0 = the site's */
};

/* Half-hour slots, UTC, no windows yet. */
void site_init(struct site *s);
void site_window(struct site *s, const char *id, int32_t start_min, int32_t end_min, int32_t capacity);
void site_open(struct site *s);
/* The book becomes one loaded from these rows (by id from 1 on) and capacities, as of now. */
void site_load(struct site *s, const struct gs_booking *rows, int32_t count, const struct gs_capacity *capacities,
               int32_t capacity_count);
/* One site in three overbooks, by who came ten days before its date: a few bookings in each window. For a site just opened; past
 * is room for SITE_PAST_MAX bookings of each window, and is kept. */
void site_overbook(struct site *s, struct gs_booking *past);
void site_finish(struct site *s);
int site_teardown(void **state);                  /* cmocka's: fails where the site complained */
int site_teardown(void **state);                  /* cmocka\'s: fails where the site complained */
int64_t site_roll(struct site *s, int64_t below); /* 0 … below − 1, from s->random */

/* The code; s->out and s->batch tell the rest. */
enum gs_code site_book(struct site *s, struct site_ask ask);
enum gs_code site_step(struct site *s, enum gs_command_kind kind, int64_t id);
enum gs_code site_walk_in(struct site *s);
enum gs_code site_reschedule(struct site *s, int64_t id, const char *windows);
enum gs_code site_capacity(struct site *s, const char *window, int32_t capacity, bool closed);
enum gs_code site_cut(struct site *s, const char *window, int32_t capacity, int32_t slot_capacity);
enum gs_code site_apply(struct site *s, struct gs_command *c);
void site_wait(struct site *s, int64_t now_ms); /* only what is due */

const struct gs_booking *site_get(const struct site *s, int64_t id);
/* The n-th event of that kind in the last batch, NULL if there is none; and how many there are. */
const struct gs_event *site_event(const struct site *s, enum gs_event_type type, int32_t n);
int32_t site_events(const struct site *s, enum gs_event_type type);
/* Bookings of the date that hold a place. */
int32_t site_admitted(const struct site *s);
int32_t site_booked(const struct site *s, const char *window);

#endif
