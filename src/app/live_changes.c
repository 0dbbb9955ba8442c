/* Answers for a window or a time zone not being taken from under live bookings by a start or a reload: one answer for both, and the
 * bookings are named. */
#include "live_changes.h"

#include "gateslot/base/log.h"
#include <string.h>

enum { NAMED_MAX = 20 };

static void name_booking(void *arg, const struct gs_booking *b, bool window)
{
    int *named = arg;
    char id[GS_BOOKING_ID_TEXT], date[GS_DATE_TEXT];
    if ((*named)++ >= NAMED_MAX) {
        return;
    }
    gs_booking_id_format(b->id, id);
    gs_date_format(b->wish.date, date);
    gs_log(GS_LOG_ERROR, "live_booking", "booking=%s date=%s window=%s status=%s loses=%s", id, date,
           b->status == GS_WAITLISTED ? b->wish.windows : b->window, gs_status_name(b->status),
           window ? "window" : "time");
}

bool gs_live_changes_fit(const struct gs_book *book, const struct gs_rules *next, const char *zone)
{
    struct gs_tz *before = NULL;
    int named = 0;
    bool same_zone = zone[0] == '\0' || strcmp(zone, next->timezone) == 0;
    if (!same_zone && gs_tz_load(zone, &before) != GS_OK) {
        before = NULL;
    }
    size_t count = gs_book_unfit(book, next, same_zone, before, name_booking, &named);
    gs_tz_destroy(before);
    if (count > 0) {
        gs_log(GS_LOG_ERROR, "live_changes",
               "bookings=%zu named=%d note=\"refused: a window is renamed or gone, or the time zone is another, under "
               "live "
               "bookings; a start with --accept-changes takes it over, and they keep what they have\"",
               count, named < NAMED_MAX ? named : NAMED_MAX);
    }
    return count == 0;
}
