/* Questions to a time zone: it answers for offsets at instants and for the instants of local times, over gaps and
 * overlaps. How a zone is read is tz_file.c's, what its footer means tz_rule.c's. A zone never changes after it was made,
 * so threads share it freely. */
#include "tz_impl.h"
#include <stdlib.h>

enum { DAY_S = 86400 };

/* Instants beyond these years are taken as at their edge, so that no sum overflows. */
#define FURTHEST_S (INT64_C(200000) * 366 * DAY_S)

void gs_tz_destroy(struct gs_tz *tz)
{
    free(tz);
}

static int64_t floor_div(int64_t value, int64_t by)
{
    return value / by - (value % by < 0 ? 1 : 0);
}

static int64_t within_reach(int64_t at_s)
{
    return at_s < -FURTHEST_S ? -FURTHEST_S : at_s > FURTHEST_S ? FURTHEST_S : at_s;
}

static bool after_changes(const struct gs_tz *tz, int64_t at_s)
{
    return tz->count == 0 || at_s >= tz->changes[tz->count - 1].at_s;
}

/* How many changes are at or before at_s. */
static size_t changes_until(const struct gs_tz *tz, int64_t at_s)
{
    size_t low = 0, high = tz->count;
    if (after_changes(tz, at_s)) {
        return tz->count;
    }
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (tz->changes[middle].at_s <= at_s) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static int32_t offset_at(const struct gs_tz *tz, int64_t at_s)
{
    size_t until;
    if (tz->has_rule && after_changes(tz, at_s)) {
        return tz_rule_offset_s(&tz->rule, at_s);
    }
    until = changes_until(tz, at_s);
    return until == 0 ? tz->first_offset_s : tz->changes[until - 1].offset_s;
}

/* The first change after at_s; false if there is none. */
static bool change_after(const struct gs_tz *tz, int64_t at_s, struct tz_change *out)
{
    size_t until = changes_until(tz, at_s);
    if (until < tz->count) {
        *out = tz->changes[until];
        return true;
    }
    return tz->has_rule && tz_rule_next(&tz->rule, at_s, out);
}

int32_t gs_tz_offset_s(const struct gs_tz *tz, int64_t at_ms)
{
    return offset_at(tz, within_reach(floor_div(at_ms, 1000)));
}

static int64_t local_s(const struct gs_tz *tz, int64_t at_ms)
{
    int64_t at_s = within_reach(floor_div(at_ms, 1000));
    return at_s + offset_at(tz, at_s);
}

gs_date gs_tz_date(const struct gs_tz *tz, int64_t at_ms)
{
    return (gs_date)floor_div(local_s(tz, at_ms), DAY_S);
}

int32_t gs_tz_minute(const struct gs_tz *tz, int64_t at_ms)
{
    int64_t local = local_s(tz, at_ms);
    return (int32_t)((local - floor_div(local, DAY_S) * DAY_S) / 60);
}

/* Walks the stretches of one offset from before the earliest instant that could show the local time. The first that shows
 * it gives the first instant of an overlap; a change that jumps over it ends a gap. */
int64_t gs_tz_instant(const struct gs_tz *tz, gs_date date, int32_t min)
{
    int64_t local = within_reach((int64_t)date * DAY_S + (int64_t)min * 60);
    int64_t from = local - TZ_OFFSET_LIMIT_S;
    int32_t offset_s = offset_at(tz, from);
    struct tz_change change;
    while (change_after(tz, from, &change) && local - offset_s >= change.at_s) {
        if (local - change.offset_s < change.at_s) {
            return change.at_s * 1000;
        }
        from = change.at_s;
        offset_s = change.offset_s;
    }
    return (local - offset_s) * 1000;
}
