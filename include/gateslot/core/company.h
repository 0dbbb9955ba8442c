/* A company as it stands: what it holds and has used against its quota, by day and window, whether it is throttled, and how many of its
 * promises were kept. Pure; days are fed from the book for live dates and from the store's rows for past ones. */
#ifndef GATESLOT_CORE_COMPANY_H
#define GATESLOT_CORE_COMPANY_H

#include "gateslot/core/book.h"

struct gs_company_window {
    char id[GS_WINDOW_ID_MAX + 1];
    int32_t limit;  /* the most that it may hold, by the present rules and capacity; -1: there is none */
    int32_t held;   /* places that count against the limit: trucks still to come, and those that came */
    int32_t used;   /* of these, trucks that came */
    int32_t missed; /* promises that nobody came for and that are not excused; they hold nothing */
};
struct gs_company_day {
    gs_date date;
    int32_t limit, held, used, missed;
    int32_t excused; /* promises that nobody came for, excused */
    int32_t waiting; /* on the waitlist */
    int32_t window_count;
    struct gs_company_window windows[GS_MAX_WINDOWS];
};
/* Bookings of that company and date, in any order, borrowed. */
void gs_company_day_make(const struct gs_book *book, gs_date date, const struct gs_booking *const *bookings,
                         size_t count, struct gs_company_day *out);

/* A week from its Monday on. */
struct gs_company_week {
    gs_date monday;
    int32_t limit;            /* the most that it may hold of the week; -1: it is not throttled */
    int32_t used;             /* what it holds, or has used, of it */
    int32_t promised, missed; /* of the week before, which the throttle follows from */
};
/* The week of today (0), or the one after it (1). */
void gs_company_week(const struct gs_book *book, const char *uscc, int32_t weeks_ahead, struct gs_company_week *out);

/* How it stands by the rules about live bookings. */
struct gs_company_live {
    gs_date from, to;  /* of what follows but for held */
    int32_t held;      /* bookings whose truck has not come yet, waiting ones too */
    int32_t limit;     /* -1: none */
    bool known;        /* a truck of it came within seven weeks */
    bool late;         /* the limit follows from what it gave up late or missed */
    int32_t cancelled; /* given up late, and no no-show for that */
    int32_t missed, ended;
};
void gs_company_live(const struct gs_book *book, const char *uscc, struct gs_company_live *out);
/* The nth name that bookings were made in which have ended, and how many of the same days it gave up late, or missed. False: there is no
 * nth one. */
bool gs_company_name_late(const struct gs_book *book, int32_t nth, const char **out_name, int32_t *out_late,
                          int32_t *out_missed);

struct gs_company_rate {
    gs_date from, to; /* both of them in it */
    int32_t kept, missed, excused;
};
/* Of the days in which strikes count, up to today. */
void gs_company_rate(const struct gs_book *book, const char *uscc, struct gs_company_rate *out);

#endif
