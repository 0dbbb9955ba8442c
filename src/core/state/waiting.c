/* Those who wait for a place of a day, kept in order of promotion, and counted by window. Promoting them is flow/waitlist.c's. */
#include "state/waiting.h"

bool gs_waiting_before(const struct gs_booking *a, const struct gs_booking *b)
{
    if (a->displaced != b->displaced) {
        return a->displaced;
    }
    if (a->urgent != b->urgent) {
        return a->urgent;
    }
    if (a->waiting_since_ms != b->waiting_since_ms) {
        return a->waiting_since_ms < b->waiting_since_ms;
    }
    return a->id < b->id;
}

static size_t lower_bound(const struct gs_list *waiting, const struct gs_booking *b)
{
    size_t low = 0, high = waiting->count;
    if (high > 0 && gs_waiting_before(&waiting->at[high - 1]->b, b)) {
        return high; /* the common case: the latest request */
    }
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (gs_waiting_before(&waiting->at[middle]->b, b)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static void count_windows(struct gs_entry *e, int32_t by)
{
    for (int32_t i = 0; i < e->day->window_count; i++) {
        if ((e->accepted >> i & 1) != 0) {
            e->day->windows[i].waiting += by;
        }
    }
}

int gs_waiting_add(struct gs_entry *e)
{
    int err = gs_list_insert(&e->day->waiting, lower_bound(&e->day->waiting, &e->b), e);
    if (err != GS_OK) {
        return err;
    }
    e->waiting = true;
    count_windows(e, 1);
    return GS_OK;
}

void gs_waiting_remove(struct gs_entry *e)
{
    if (!e->waiting) {
        return;
    }
    gs_list_remove(&e->day->waiting, lower_bound(&e->day->waiting, &e->b));
    e->waiting = false;
    count_windows(e, -1);
}

int32_t gs_book_waitlist_position(const struct gs_book *book, const struct gs_booking *b)
{
    const struct gs_day *day = b->status == GS_WAITLISTED ? gs_days_find(book, b->wish.date) : NULL;
    if (day == NULL) {
        return 0;
    }
    size_t at = lower_bound(&day->waiting, b);
    return at < day->waiting.count && day->waiting.at[at]->b.id == b->id ? (int32_t)at + 1 : 0;
}

int64_t gs_waiting_expires_ms(const struct gs_rules *rules, const struct gs_entry *e)
{
    int64_t latest = INT64_MIN;
    for (int32_t i = 0; i < e->day->window_count; i++) {
        if ((e->accepted >> i & 1) != 0 && e->day->windows[i].end_ms > latest) {
            latest = e->day->windows[i].end_ms;
        }
    }
    return latest != INT64_MIN ? latest : gs_tz_instant(rules->tz, e->day->date + 1, 0);
}
