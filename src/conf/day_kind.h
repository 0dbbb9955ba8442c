/* The windows of one kind of day as the config gives them, with the places in the file that say so. */
#ifndef GATESLOT_CONF_DAY_KIND_H
#define GATESLOT_CONF_DAY_KIND_H

#include "check.h"

/* What an interval of a day comes from: the later wins. */
enum gs_span_source { GS_SPAN_ORDINARY, GS_SPAN_WEEKDAY, GS_SPAN_RANGE, GS_SPAN_DATE };

struct gs_day_interval {
    const char *id;
    int32_t start_min, end_min; /* end above 1440 where it crosses midnight */
    bool known;                 /* both times are; else it is in nobody's way */
    bool closed;
    enum gs_span_source source;
    struct gs_node *node; /* of the window in that source; NULL: a default */
};

struct gs_day_kind {
    bool closed;
    int32_t count;
    struct gs_day_interval spans[GS_MAX_WINDOWS];
};

#define GS_NO_RULE (-1)

/* The calendar's entries of one day, by rank (base/rules.h): indices, or GS_NO_RULE. */
struct gs_day_rules {
    int32_t at[GS_CALENDAR_RANKS];
};

/* The ordinary day, then these entries one after the other. Reports an exception that brings more windows than a day may have. */
void gs_day_kind_build(const struct gs_check *check, const struct gs_day_rules *rules, struct gs_day_kind *out);
/* Reports windows of the day that are no whole number of slots; only those that come from the given source. */
void gs_day_kind_check_slots(const struct gs_check *check, const struct gs_day_kind *day, enum gs_span_source source);
/* Reports overlaps inside the day, and with the next, where a window at fault comes from least or later. */
void gs_day_kind_check_inside(const struct gs_check *check, const struct gs_day_kind *day, enum gs_span_source least);
void gs_day_kind_check_next(const struct gs_check *check, const struct gs_day_kind *day, const struct gs_day_kind *next,
                            enum gs_span_source least);

#endif
