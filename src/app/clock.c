/* Answers for what time it is at the site, and for noticing when the wall clock cannot be right. It decides nothing by it. */
#include "clock.h"

#include "gateslot/base/limits.h"
#include <time.h>

enum { HOUR_MS = 3600 * 1000, ONE_READING_MS = 1000, READINGS = 3 };

static int64_t read_ms(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t); /* cannot fail for these clocks */
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t gs_monotonic_ms(void)
{
    return read_ms(CLOCK_MONOTONIC);
}

int64_t gs_wall_ms(void)
{
    return read_ms(CLOCK_REALTIME);
}

/* The wall clock and the time since boot (sleep included), of one instant. A process that was stopped between the two readings
 * would see a leap that there was not. */
static int64_t read_pair(int64_t *out_boot_ms)
{
    int64_t wall_ms = 0;
    for (int i = 0; i < READINGS; i++) {
        int64_t before_ms = read_ms(CLOCK_BOOTTIME);
        wall_ms = read_ms(CLOCK_REALTIME);
        *out_boot_ms = read_ms(CLOCK_BOOTTIME);
        if (*out_boot_ms - before_ms < ONE_READING_MS) {
            break;
        }
    }
    return wall_ms;
}

void gs_clock_init_drill(struct gs_clock *c, int64_t start_ms, int32_t speed)
{
    *c = (struct gs_clock){.drill = true, .speed = speed, .base_ms = start_ms, .anchor_ms = gs_monotonic_ms()};
}

static void trust(struct gs_clock *c, int64_t offset_ms)
{
    c->offset_ms = offset_ms;
    c->refused = c->unproven = false;
}

static void begin_hour(struct gs_clock *c, int64_t boot_ms)
{
    c->hour_ms = boot_ms;
    c->hour_offset_ms = c->offset_ms;
}

static bool within(int64_t difference_ms, int64_t most_ms)
{
    return difference_ms >= -most_ms && difference_ms <= most_ms;
}

static bool is_plausible(const struct gs_clock *c, int64_t offset_ms)
{
    const int64_t leap_ms = offset_ms - c->offset_ms;
    if (c->unproven) {
        return leap_ms >= -c->max_leap_ms && leap_ms <= (int64_t)GS_CLOCK_STOPPED_DAYS * 24 * HOUR_MS;
    }
    return within(leap_ms, c->max_leap_ms) && within(offset_ms - c->hour_offset_ms, c->max_leap_ms);
}

static void judge(struct gs_clock *c, int64_t wall_ms, int64_t boot_ms)
{
    const int64_t offset_ms = wall_ms - boot_ms;
    if (boot_ms - c->hour_ms >= HOUR_MS) {
        begin_hour(c, boot_ms);
    }
    if (is_plausible(c, offset_ms)) {
        bool proven_now = c->unproven;
        trust(c, offset_ms);
        if (proven_now) {
            begin_hour(c, boot_ms);
        }
        return;
    }
    c->leap_ms = offset_ms - c->offset_ms;
    c->leaps += c->refused ? 0 : 1;
    c->refused = true;
}

void gs_clock_init(struct gs_clock *c, int64_t max_leap_ms, const struct gs_clock_past *past)
{
    int64_t boot_ms, wall_ms = read_pair(&boot_ms);
    *c = (struct gs_clock){.max_leap_ms = max_leap_ms, .last_ms = past->last_ms};
    if (past->last_ms == 0) {
        trust(c, wall_ms - boot_ms);
    } else if (past->same_boot) {
        c->offset_ms = past->offset_ms;
    } else {
        c->offset_ms = past->last_ms - boot_ms;
        c->unproven = true;
    }
    begin_hour(c, boot_ms);
    judge(c, wall_ms, boot_ms);
}

int64_t gs_clock_now(struct gs_clock *c)
{
    if (c->drill) {
        return c->base_ms + (gs_monotonic_ms() - c->anchor_ms) * c->speed;
    }
    int64_t boot_ms, wall_ms = read_pair(&boot_ms);
    judge(c, wall_ms, boot_ms);
    const int64_t now_ms = boot_ms + c->offset_ms;
    c->last_ms = now_ms > c->last_ms ? now_ms : c->last_ms;
    return c->last_ms;
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

int gs_clock_accept(struct gs_clock *c)
{
    (void)gs_clock_now(c);
    if (!c->refused) {
        return GS_E_INVALID;
    }
    int64_t boot_ms, wall_ms = read_pair(&boot_ms);
    trust(c, wall_ms - boot_ms);
    begin_hour(c, boot_ms);
    return GS_OK;
}

int64_t gs_clock_wait(struct gs_clock *c, int64_t at_ms)
{
    int64_t left = at_ms - gs_clock_now(c);
    if (!c->drill && c->refused) {
        return INT64_MAX; /* nothing falls due by a clock that is not trusted */
    }
    if (left <= 0) {
        return 0;
    }
    if (!c->drill) {
        return left;
    }
    return c->speed == 0 ? INT64_MAX : (left + c->speed - 1) / c->speed;
}
