/* Answers for what time it is at the site. It decides nothing by it. */
#include "clock.h"

#include <time.h>

static int64_t read_ms(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t); /* cannot fail for these two clocks */
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t gs_monotonic_ms(void)
{
    return read_ms(CLOCK_MONOTONIC);
}

void gs_clock_init(struct gs_clock *c, bool drill, int64_t start_ms, int32_t speed)
{
    *c = (struct gs_clock){.drill = drill, .speed = speed, .base_ms = start_ms, .anchor_ms = gs_monotonic_ms()};
}

int64_t gs_clock_now(const struct gs_clock *c)
{
    if (!c->drill) {
        return read_ms(CLOCK_REALTIME);
    }
    return c->base_ms + (gs_monotonic_ms() - c->anchor_ms) * c->speed;
}

int gs_clock_set(struct gs_clock *c, int64_t now_ms)
{
    if (!c->drill) {
        return GS_E_INVALID;
    }
    if (now_ms < gs_clock_now(c)) {
        return GS_E_RANGE;
    }
    c->base_ms = now_ms;
    c->anchor_ms = gs_monotonic_ms();
    return GS_OK;
}

int64_t gs_clock_wait(const struct gs_clock *c, int64_t at_ms)
{
    int64_t left = at_ms - gs_clock_now(c);
    if (left <= 0) {
        return 0;
    }
    if (!c->drill) {
        return left;
    }
    return c->speed == 0 ? INT64_MAX : (left + c->speed - 1) / c->speed;
}
