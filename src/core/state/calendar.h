/* The calendar: what the rules alone say of a date. Knows no bookings and no supervisor's capacity. */
#ifndef GATESLOT_CORE_CALENDAR_H
#define GATESLOT_CORE_CALENDAR_H

#include "gateslot/base/rules.h"

struct gs_calendar_slot {
    int64_t start_ms, end_ms;
    int32_t start_min; /* local minute of day */
};

struct gs_calendar_window {
    char id[GS_WINDOW_ID_MAX + 1];
    int32_t start_min, end_min; /* end above 1440 where it crosses midnight */
    int32_t capacity;
    bool closed;
    const char *name;   /* shown to people; belongs to the rules; "" = the id */
    const char *reason; /* why closed; belongs to the rules; never NULL */
    int64_t start_ms, end_ms;
};

struct gs_calendar_day {
    bool closed; /* the whole day; then every window is closed */
    const char *reason;
    int32_t window_count;
    struct gs_calendar_window windows[GS_MAX_WINDOWS]; /* in order of start */
};

void gs_calendar_day(const struct gs_rules *rules, gs_date date, struct gs_calendar_day *out);
/* Steps of true elapsed time from the window's start (a day of 23 or 25 hours has fewer or more of them); the last
 * may be shorter. Returns how many. */
int32_t gs_calendar_slots(const struct gs_rules *rules, int64_t start_ms, int64_t end_ms,
                          struct gs_calendar_slot out[GS_MAX_SLOTS]);
/* Capacity of slot index of count: slot_capacity, or its share of an even spread if that is -1. */
int32_t gs_calendar_share(int32_t capacity, int32_t slot_capacity, int32_t count, int32_t index);
/* When a date can first be booked, and the last date that can be booked at now. */
int64_t gs_calendar_opens_ms(const struct gs_rules *rules, gs_date date);
gs_date gs_calendar_last_date(const struct gs_rules *rules, int64_t now_ms);

#endif
