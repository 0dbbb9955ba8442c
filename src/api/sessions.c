/* The sessions known, in order of digest. Looking one up takes the same time however near a guess was. Storing them, and when they end, is
 * others' business. */
#include "sessions.h"
#include "gateslot/base/grow.h"
#include "gateslot/base/limits.h"
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_BYTES = 8 }; /* of a digest: what the list is searched by */

void gs_sessions_finish(struct gs_sessions *s)
{
    free(s->list);
    *s = (struct gs_sessions){0};
}

/* The first one whose digest does not begin before hash's first bytes. */
static size_t lower_bound(const struct gs_sessions *s, const unsigned char hash[32])
{
    size_t from = 0, to = s->count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (memcmp(s->list[middle].hash, hash, FIRST_BYTES) < 0) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    return from;
}

const struct gs_session *gs_sessions_find(const struct gs_sessions *s, const unsigned char hash[32])
{
    for (size_t i = lower_bound(s, hash); i < s->count && memcmp(s->list[i].hash, hash, FIRST_BYTES) == 0; i++) {
        if (CRYPTO_memcmp(s->list[i].hash, hash, sizeof s->list[i].hash) == 0) {
            return &s->list[i];
        }
    }
    return NULL;
}

int gs_sessions_put(struct gs_sessions *s, const struct gs_session *session)
{
    (void)gs_sessions_remove(s, session->hash);
    if (s->count == GS_MAX_SESSIONS) {
        return GS_E_BUSY;
    }
    struct gs_session *list = gs_grown(s->list, s->count, &s->room, sizeof *list);
    if (list == NULL) {
        return GS_E_NOMEM;
    }
    s->list = list;
    size_t at = lower_bound(s, session->hash);
    memmove(list + at + 1, list + at, (s->count - at) * sizeof *list);
    list[at] = *session;
    s->count++;
    return GS_OK;
}

bool gs_sessions_remove(struct gs_sessions *s, const unsigned char hash[32])
{
    const struct gs_session *found = gs_sessions_find(s, hash);
    if (found == NULL) {
        return false;
    }
    size_t at = (size_t)(found - s->list);
    s->count--;
    memmove(s->list + at, s->list + at + 1, (s->count - at) * sizeof *s->list);
    return true;
}

const struct gs_session *gs_sessions_next(const struct gs_sessions *s, enum gs_session_kind kind, const char *name,
                                          size_t *at)
{
    while (*at < s->count) {
        const struct gs_session *session = &s->list[(*at)++];
        if (session->kind == kind && strcmp(session->name, name) == 0) {
            return session;
        }
    }
    return NULL;
}
