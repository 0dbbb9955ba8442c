/* Which live bookings other rules would leave without what they were promised: a window that has another name or is gone, or another time
 * of the clock because the zone is another. Other slots or fewer places are no such thing: those a plan sees to. It decides nothing. */
#include "gateslot/core/book.h"
#include "state/calendar.h"
#include "state/state.h"

#include <string.h>

static bool has_window(const struct gs_calendar_day *day, const char *id, size_t len)
{
    for (int32_t i = 0; i < day->window_count; i++) {
        if (strlen(day->windows[i].id) == len && memcmp(day->windows[i].id, id, len) == 0) {
            return true;
        }
    }
    return false;
}

/* One of those that it waits for is enough; without a name it waits for any. */
static bool has_one_of(const struct gs_calendar_day *day, const char *ids)
{
    bool found = ids[0] == '\0';
    while (!found && *ids != '\0') {
        size_t len = strcspn(ids, ",");
        found = has_window(day, ids, len);
        ids += len + (ids[len] == ',' ? 1 : 0);
    }
    return found;
}

/* Two windows that take each other's name are renamed, too: its slot lies in another one now, and not in its own. */
static bool lies_in_another(const struct gs_calendar_day *day, const struct gs_booking *b)
{
    bool other = false;
    for (int32_t i = 0; i < day->window_count; i++) {
        const struct gs_calendar_window *w = &day->windows[i];
        bool inside = b->slot_start_ms >= w->start_ms && b->slot_start_ms < w->end_ms;
        if (inside && strcmp(w->id, b->window) == 0) {
            return false;
        }
        other = other || inside;
    }
    return other;
}

static bool loses_window(const struct gs_booking *b, const struct gs_rules *next)
{
    struct gs_calendar_day day;
    gs_calendar_day(next, b->wish.date, &day);
    if (b->status == GS_WAITLISTED) {
        return !has_one_of(&day, b->wish.windows);
    }
    return !has_window(&day, b->window, strlen(b->window)) || lies_in_another(&day, b);
}

/* zone NULL: what it was cannot be known any more. */
static bool loses_time(const struct gs_booking *b, const struct gs_tz *zone, const struct gs_tz *next)
{
    int64_t at_ms = b->status == GS_WAITLISTED ? gs_tz_instant(next, b->wish.date, 0) : b->slot_start_ms;
    return zone == NULL || gs_tz_offset_s(zone, at_ms) != gs_tz_offset_s(next, at_ms);
}

size_t gs_book_unfit(const struct gs_book *book, const struct gs_rules *next, bool same_zone, const struct gs_tz *zone,
                     void (*found)(void *arg, const struct gs_booking *b, bool window), void *arg)
{
    size_t count = 0;
    for (size_t i = 0; i < book->bookings.count; i++) {
        const struct gs_booking *b = &book->bookings.at[i]->b;
        if (gs_status_terminal(b->status)) {
            continue;
        }
        bool window = loses_window(b, next);
        if (window || (!same_zone && loses_time(b, zone, next->tz))) {
            found(arg, b, window);
            count++;
        }
    }
    return count;
}
