/* The site's rules as the core uses them: plain data, filled by conf from the option table (names, ranges and
 * defaults are documented there and in gateslotd.yaml(5)), immutable while a book refers to them. */
#ifndef GATESLOT_BASE_RULES_H
#define GATESLOT_BASE_RULES_H

#include "gateslot/base/limits.h"
#include "gateslot/base/time.h"
#include <stdbool.h>
#include <stdint.h>

#define GS_RULE_SECTION_MAX 31 /* bytes of a section's name in the configuration */

/* A window of an ordinary day. end_min > start_min; above 1440 where it crosses midnight. */
struct gs_window_rule {
    char id[GS_WINDOW_ID_MAX + 1];
    int32_t start_min, end_min;
    int32_t capacity;
    char name[GS_WINDOW_NAME_MAX + 1]; /* shown to people; "" = the id */
};

/* What an exception says of one window; a field is -1 where it says nothing. A window that the ordinary day has not
 * must give start, end and capacity. end_min is normalised as above when start and end are both known. */
struct gs_window_change {
    char id[GS_WINDOW_ID_MAX + 1];
    int32_t start_min, end_min, capacity;
    bool closed;
    char name[GS_WINDOW_NAME_MAX + 1]; /* "" = as it is */
};

/* An exception by date, by a range of dates or by weekday. All of a day apply to the ordinary day in the order of their rank: the
 * weekday's, the range's, the date's; so the more specific one wins. */
struct gs_calendar_rule {
    bool by_date, by_range;
    gs_date date;     /* if by_date */
    gs_date from, to; /* if by_range; both belong to it */
    int32_t weekday;  /* else; 0 = Monday. Of a range: only on that weekday, -1: on every day */
    bool closed;      /* the whole day */
    char reason[GS_CALENDAR_REASON_MAX + 1];
    int32_t change_count;
    struct gs_window_change changes[GS_MAX_WINDOWS];
};

enum { GS_CALENDAR_WEEKDAY, GS_CALENDAR_RANGE, GS_CALENDAR_DATE, GS_CALENDAR_RANKS };

static inline int gs_calendar_rank(const struct gs_calendar_rule *r)
{
    return r->by_date ? GS_CALENDAR_DATE : r->by_range ? GS_CALENDAR_RANGE : GS_CALENDAR_WEEKDAY;
}

/* Does the exception speak of that date? */
static inline bool gs_calendar_covers(const struct gs_calendar_rule *r, gs_date date)
{
    if (r->by_date) {
        return r->date == date;
    }
    bool in_range = !r->by_range || (r->from <= date && date <= r->to);
    return in_range && ((r->by_range && r->weekday < 0) || r->weekday == gs_date_weekday(date));
}

struct gs_rules {
    char site_name[GS_SITE_NAME_MAX + 1];
    char timezone[GS_TIMEZONE_MAX + 1];
    struct gs_tz *tz; /* owned by whoever owns the rules */
    int32_t bays;
    int32_t window_count;
    struct gs_window_rule windows[GS_MAX_WINDOWS]; /* in order of start, never overlapping */
    int32_t slot_min;                              /* slots.minutes */
    int32_t slot_capacity;                         /* slots.capacity; -1: even spread */
    int32_t horizon_days, opens_at_min, cutoff_min, lock_min, settle_at_min;
    int32_t early_grace_min, late_grace_min, retention_days;
    int32_t company_window_percent, company_day, lifted_min;
    int32_t name_live, unknown_company_live;    /* live bookings at most; 0: no rule */
    int32_t late_percent, late_days, late_live; /* of those given up late: see rules/quota.h; 0 percent: no rule */
    int32_t strike_limit, strike_days, suspend_days;
    int32_t company_percent; /* strikes.company_percent; 0: no company is throttled */
    bool late_cancel;        /* strikes.late_cancel: counts as a no-show */
    int32_t promote_min;
    bool waitlist, walk_ins, delay_reports;                 /* whether there are any */
    int32_t reminder_count, reminder_min[GS_MAX_REMINDERS]; /* reminders.before_minutes */
    int32_t expiring_min;                                   /* reminders.expiring_minutes; 0: none is told */
    bool overbooking;
    int32_t overflow_percent, min_samples;
    int32_t calendar_count;
    struct gs_calendar_rule *calendar; /* owned likewise */
};

/* One rule as it is shown to people, by its key of the configuration. INTS: a list of them. */
enum gs_rule_kind { GS_RULE_NONE, GS_RULE_INT, GS_RULE_BOOL, GS_RULE_TIME, GS_RULE_INTS };
struct gs_rule_value {
    char section[GS_RULE_SECTION_MAX + 1]; /* "booking" */
    const char *key;                       /* "cutoff_minutes"; static */
    enum gs_rule_kind kind;                /* NONE: nothing is set, and nothing is the default */
    int32_t value;                         /* BOOL: 0 or 1; TIME: minutes of the day; INTS: how many */
    const int32_t *values;                 /* INTS: of the rules */
};

#endif
