/* Slows down those who guess a PIN. There are few of them, so guessing is held to a few an hour: five tries are free, each one in vain after
 * them doubles the wait, from a minute to an hour. They are counted by whose PIN it is, at whatever device, and forgotten when that person
 * succeeds: so nobody wins new tries by his own PIN in between. */
#include "pin_tries.h"
#include "gateslot/base/text.h"
#include <string.h>

enum { FREE_TRIES = 5, DOUBLINGS = 6 };
#define FIRST_WAIT_MS INT64_C(60000)
#define LONGEST_MS INT64_C(3600000)

static size_t place_of(const struct gs_pin_tries *t, const char *name)
{
    size_t at = 0;
    while (at < t->count && strcmp(t->list[at].name, name) != 0) {
        at++;
    }
    return at;
}

int64_t gs_pin_wait(const struct gs_pin_tries *t, const char *name, int64_t now_ms)
{
    const size_t at = place_of(t, name);
    if (at == t->count || t->list[at].failures < FREE_TRIES) {
        return 0;
    }
    const int32_t more = t->list[at].failures - FREE_TRIES;
    const int64_t wait_ms = more < DOUBLINGS ? FIRST_WAIT_MS << more : LONGEST_MS;
    const int64_t until_ms = t->list[at].last_ms + (wait_ms < LONGEST_MS ? wait_ms : LONGEST_MS);
    return until_ms > now_ms ? until_ms - now_ms : 0;
}

/* The one that was tried longest ago gives way. */
static size_t oldest(const struct gs_pin_tries *t)
{
    size_t at = 0;
    for (size_t i = 1; i < t->count; i++) {
        at = t->list[i].last_ms < t->list[at].last_ms ? i : at;
    }
    return at;
}

void gs_pin_begin(struct gs_pin_tries *t, const char *name, int64_t now_ms)
{
    size_t at = place_of(t, name);
    if (at == t->count) {
        at = t->count < GS_PIN_TRIES ? t->count++ : oldest(t);
        t->list[at] = (struct gs_pin_try){.failures = 0};
        (void)gs_text_copy(t->list[at].name, sizeof t->list[at].name, name);
    }
    t->list[at].failures += t->list[at].failures < INT32_MAX ? 1 : 0;
    t->list[at].last_ms = now_ms;
}

void gs_pin_passed(struct gs_pin_tries *t, const char *name)
{
    const size_t at = place_of(t, name);
    if (at < t->count) {
        t->count--;
        memmove(&t->list[at], &t->list[at + 1], (t->count - at) * sizeof t->list[0]);
    }
}
