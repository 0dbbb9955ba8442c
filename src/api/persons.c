/* The list of who stands where. Whether a user may, others decide. */
#include "persons.h"
#include <string.h>

static void take_out(struct gs_persons *p, size_t at)
{
    p->list[at] = p->list[--p->count];
}

static size_t place_of(const struct gs_persons *p, const unsigned char device[32])
{
    size_t at = 0;
    while (at < p->count && memcmp(p->list[at].device, device, sizeof p->list[at].device) != 0) {
        at++;
    }
    return at;
}

void gs_persons_remove(struct gs_persons *p, const unsigned char device[32])
{
    const size_t at = place_of(p, device);
    if (at < p->count) {
        take_out(p, at);
    }
}

void gs_persons_remove_named(struct gs_persons *p, const char *name)
{
    for (size_t i = p->count; i > 0; i--) {
        if (strcmp(p->list[i - 1].name, name) == 0) {
            take_out(p, i - 1);
        }
    }
}

void gs_persons_put(struct gs_persons *p, const struct gs_person *person)
{
    gs_persons_remove(p, person->device);
    if (p->count == GS_MAX_DEVICES) { /* of devices that have gone */
        take_out(p, 0);
    }
    p->list[p->count++] = *person;
}

struct gs_person *gs_persons_at(struct gs_persons *p, const unsigned char device[32], int64_t now_ms, int64_t idle_ms)
{
    const size_t at = place_of(p, device);
    if (at == p->count) {
        return NULL;
    }
    if (now_ms - p->list[at].active_ms >= idle_ms) {
        take_out(p, at);
        return NULL;
    }
    return &p->list[at];
}
