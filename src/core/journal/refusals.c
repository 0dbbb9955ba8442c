/* Counts refusals that the journal does not keep one by one: which name has used up its allowance, and how many of what there were in
 * which minute. It does not know whether a refusal changed anything: whoever asks has seen to that. */
#include "gateslot/core/refusals.h"

#include <stdlib.h>
#include <string.h>

#define DAY_MS (INT64_C(24) * 60 * GS_MINUTE_MS)
#define NAMES_MAX 4096 /* names remembered; beyond them the one that has used least is forgotten */

void gs_refusals_init(struct gs_refusals *r, int32_t allowance)
{
    memset(r, 0, sizeof *r);
    r->allowance = allowance;
}

void gs_refusals_finish(struct gs_refusals *r)
{
    free(r->names);
    free(r->sums);
    gs_refusals_init(r, 0);
}

/* Room for one element more; false without memory. */
static bool make_room(void **list, size_t count, size_t *room, size_t size)
{
    if (count < *room) {
        return true;
    }
    const size_t wanted = *room == 0 ? 8 : *room * 2;
    void *grown = realloc(*list, wanted * size);
    if (grown == NULL) {
        return false;
    }
    *list = grown;
    *room = wanted;
    return true;
}

static size_t least_used(const struct gs_refusals *r)
{
    size_t least = 0;
    for (size_t i = 1; i < r->name_count; i++) {
        least = r->names[i].whole_ms < r->names[least].whole_ms ? i : least;
    }
    return least;
}

/* The place of a name; r->name_room: there is no memory for it. */
static size_t place_of(struct gs_refusals *r, const char *name)
{
    if (r->name_last < r->name_count && strcmp(r->names[r->name_last].name, name) == 0) {
        return r->name_last;
    }
    size_t at = 0;
    while (at < r->name_count && strcmp(r->names[at].name, name) != 0) {
        at++;
    }
    if (at == NAMES_MAX) {
        at = least_used(r);
        r->names[at].name[0] = '\0';
    } else if (at == r->name_count) {
        if (!make_room((void **)&r->names, r->name_count, &r->name_room, sizeof *r->names)) {
            return r->name_room;
        }
        r->name_count++;
        r->names[at].name[0] = '\0';
    }
    if (r->names[at].name[0] == '\0') {
        memset(&r->names[at], 0, sizeof r->names[at]);
        memcpy(r->names[at].name, name, strnlen(name, GS_NAME_MAX));
    }
    r->name_last = at;
    return at;
}

/* Uses count of the name's allowance; false: there are not so many left, and none is used. */
static bool allowed(struct gs_refusals *r, const char *name, int32_t count, int64_t now_ms)
{
    if (r->allowance <= 0) {
        return false;
    }
    const int64_t used_ms = DAY_MS / r->allowance * count;
    const size_t at = place_of(r, name);
    if (at == r->name_room) {
        return false;
    }
    const int64_t since_ms = r->names[at].whole_ms > now_ms ? r->names[at].whole_ms : now_ms;
    if (since_ms + used_ms - now_ms > DAY_MS) {
        return false;
    }
    r->names[at].whole_ms = since_ms + used_ms;
    return true;
}

static bool is_of(const struct gs_refusal_sum *s, const struct gs_command *c, enum gs_code code, int64_t now_ms)
{
    return s->kind == c->kind && s->code == code && s->first_ms / GS_MINUTE_MS == now_ms / GS_MINUTE_MS &&
           s->actor.role == c->actor.role && strcmp(s->actor.name, c->actor.name) == 0;
}

bool gs_refusals_sum(struct gs_refusals *r, const struct gs_command *command, enum gs_code code, int64_t now_ms)
{
    return gs_refusals_sum_many(r, command, code, 1, now_ms);
}

bool gs_refusals_sum_many(struct gs_refusals *r, const struct gs_command *command, enum gs_code code, int32_t count,
                          int64_t now_ms)
{
    if (allowed(r, command->actor.name, count, now_ms)) {
        return false;
    }
    size_t at = r->sum_last < r->sum_count && is_of(&r->sums[r->sum_last], command, code, now_ms) ? r->sum_last : 0;
    while (at < r->sum_count && !is_of(&r->sums[at], command, code, now_ms)) {
        at++;
    }
    if (at == r->sum_count) {
        if (!make_room((void **)&r->sums, r->sum_count, &r->sum_room, sizeof *r->sums)) {
            return false;
        }
        r->sums[r->sum_count] =
            (struct gs_refusal_sum){.actor = command->actor, .kind = command->kind, .code = code, .first_ms = now_ms};
        r->sums[r->sum_count++].actor.person[0] = '\0';
    }
    r->sums[at].count += count;
    r->sums[at].last_ms = now_ms;
    r->sum_last = at;
    r->summed += count;
    return true;
}

bool gs_refusals_take(struct gs_refusals *r, int64_t now_ms, bool any, struct gs_refusal_sum *out)
{
    for (size_t i = 0; i < r->sum_count; i++) {
        if (any || r->sums[i].first_ms / GS_MINUTE_MS != now_ms / GS_MINUTE_MS) {
            *out = r->sums[i];
            memmove(&r->sums[i], &r->sums[i + 1], (r->sum_count - i - 1) * sizeof *r->sums);
            r->sum_count--;
            return true;
        }
    }
    return false;
}
