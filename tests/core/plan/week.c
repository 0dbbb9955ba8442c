/* Days full of random bookings, to plan changes on. */
#include "week.h"

static const char *windows_of(uint64_t *d)
{
    static const char *const windows[] = {"morning", "midday", "evening", "morning,midday", "midday,evening", NULL};
    return windows[dice_roll(d, 6)];
}

const char *week_day(uint64_t *d)
{
    static const char *const days[] = {"2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26"};
    return days[dice_roll(d, 4)];
}

void week_rules(struct fixture *f, uint64_t *d)
{
    for (int32_t i = 0; i < f->rules.window_count; i++) {
        f->rules.windows[i].capacity = 3 + dice_roll(d, 6);
    }
    f->rules.company_window_percent = 100;
    f->rules.company_day = 0;
    f->rules.bays = 2;
}

void week_fill(struct fixture *f, uint64_t *d)
{
    for (int i = 0; i < 90; i++) {
        BOOK(f, .date = week_day(d), .windows = windows_of(d), .wait = dice_roll(d, 2) == 0,
             .rigid = dice_roll(d, 3) == 0, .urgent = dice_roll(d, 9) == 0, .role = GS_ROLE_SUPERVISOR);
        if (i % 30 == 20) {
            struct gs_command c = fx_command(GS_CMD_CAPACITY_SET, 0);
            c.u.capacity.to =
                (struct gs_capacity){.window = "midday", .capacity = dice_roll(d, 9), .slot_capacity = -1};
            c.u.capacity.to.date = fx_date(week_day(d));
            c.u.capacity.has_capacity = true;
            c.u.capacity.excess = GS_EXCESS_KEEP;
            f->cut = true;
            fx_apply(f, &c);
        }
    }
    f->now += dice_below(d, (int64_t)10 * 60) * GS_MINUTE_MS;
}
