/* What a time zone is made of, for tz.c (questions), tz_file.c (reading TZif) and tz_rule.c (the POSIX footer). */
#ifndef GATESLOT_SRC_BASE_TZ_IMPL_H
#define GATESLOT_SRC_BASE_TZ_IMPL_H

#include "gateslot/base/error.h"
#include "gateslot/base/time.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* No offset of RFC 8536 reaches a day and two hours, either way. */
#define TZ_OFFSET_LIMIT_S (26 * 3600)

/* A day of every year and a time of it, which may be negative or beyond a day (RFC 8536, 3.3.1). */
struct tz_day {
    enum { TZ_DAY_JULIAN, TZ_DAY_OF_YEAR, TZ_DAY_OF_MONTH } form; /* Jn, n, Mm.w.d */
    int month, week, day;
    int32_t time_s; /* local, by the offset in force before the change */
};

struct tz_rule {
    int32_t standard_s; /* local − UTC */
    bool changes;       /* if not, standard time is for ever */
    int32_t summer_s;
    struct tz_day start, end; /* of summer time */
};

struct tz_change {
    int64_t at_s;
    int32_t offset_s; /* from then on */
};

struct gs_tz {
    int32_t first_offset_s; /* before the first change */
    size_t count;
    bool has_rule;
    struct tz_rule rule; /* after the last change */
    struct tz_change changes[];
};

/* The footer's text, without its newlines. */
int tz_rule_parse(const char *text, size_t len, struct tz_rule *out) GS_MUST_CHECK;
int32_t tz_rule_offset_s(const struct tz_rule *rule, int64_t at_s);
/* The first change after at_s; false if the rule has none. */
bool tz_rule_next(const struct tz_rule *rule, int64_t at_s, struct tz_change *out);

#endif
