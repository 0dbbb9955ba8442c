/* Chooses the zone and the windows of a site that is awkward on purpose. */
#include "awkward_site.h"
#include "../base/dice.h"
#include "fixture.h"

#include <stdio.h>

static void add_window(struct gs_rules *r, int32_t start_min, int32_t end_min, int32_t capacity)
{
    struct gs_window_rule *w = &r->windows[r->window_count++];
    snprintf(w->id, sizeof w->id, "w%d", r->window_count);
    w->start_min = start_min;
    w->end_min = end_min;
    w->capacity = capacity;
}

void awkward_site(struct gs_rules *r, uint64_t *dice, int32_t least, int32_t choices)
{
    static const char *const zones[] = {"Asia/Shanghai", "Europe/Berlin", "America/New_York", "UTC"};
    static const int32_t days[][6] = {
        {480, 720, 720, 960, 960, 1200},  /* an ordinary day */
        {0, 360, 600, 900, 1200, 1440},   /* from midnight to midnight */
        {1320, 1800, 0, 0, 0, 0},         /* 22:00–06:00 */
        {360, 840, 840, 1320, 1320, 1800} /* the clock round */
    };
    snprintf(r->timezone, sizeof r->timezone, "%s", zones[dice_roll(dice, 4)]);
    assert_int_equal(gs_tz_load(r->timezone, &r->tz), GS_OK);
    const int32_t *day = days[dice_roll(dice, 4)];
    for (int i = 0; i < 3 && day[2 * i + 1] > 0; i++) {
        add_window(r, day[2 * i], day[2 * i + 1], least + dice_roll(dice, choices));
    }
}
