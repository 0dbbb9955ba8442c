/* From which start on, or up to which, a slot may be had: the rules that count from now. */
#include "rules/times.h"

int64_t gs_times_bookable_ms(const struct gs_book *book)
{
    return book->now_ms + book->rules->cutoff_min * GS_MINUTE_MS;
}

int64_t gs_times_lock_ends_ms(const struct gs_book *book)
{
    return book->now_ms + book->rules->lock_min * GS_MINUTE_MS;
}

int64_t gs_times_movable_ms(const struct gs_book *book)
{
    int64_t unlocked_ms = gs_times_lock_ends_ms(book) + 1;
    int64_t bookable_ms = book->now_ms + book->rules->cutoff_min * GS_MINUTE_MS;
    return unlocked_ms > bookable_ms ? unlocked_ms : bookable_ms;
}

int64_t gs_times_promotable_ms(const struct gs_rules *rules, int64_t now_ms)
{
    int32_t lead_min = rules->promote_min > rules->cutoff_min ? rules->promote_min : rules->cutoff_min;
    return now_ms + lead_min * GS_MINUTE_MS;
}

int64_t gs_times_quota_lifted_ms(const struct gs_book *book)
{
    return book->now_ms + book->rules->lifted_min * GS_MINUTE_MS;
}

int64_t gs_arrival_opens_ms(const struct gs_rules *rules, const struct gs_booking *b)
{
    int64_t midnight_ms = gs_tz_instant(rules->tz, b->wish.date, 0);
    return b->arrive_from_ms < midnight_ms ? b->arrive_from_ms : midnight_ms;
}
