/* The users known, in order of name: a name is used once. Storing them, and what their passwords are worth, is others' business. */
#include "users.h"
#include "gateslot/base/grow.h"
#include "gateslot/base/limits.h"
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

void gs_users_finish(struct gs_users *u)
{
    if (u->list != NULL) {
        OPENSSL_cleanse(u->list, u->count * sizeof *u->list);
    }
    free(u->list);
    *u = (struct gs_users){0};
}

/* Where that name stands, or would. */
static size_t place_of(const struct gs_users *u, const char *name, bool *out_found)
{
    size_t from = 0, to = u->count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        int order = strcmp(u->list[middle].name, name);
        if (order == 0) {
            *out_found = true;
            return middle;
        }
        if (order < 0) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    *out_found = false;
    return from;
}

int gs_users_put(struct gs_users *u, const struct gs_user *user)
{
    bool found;
    size_t at = place_of(u, user->name, &found);
    if (found) {
        u->list[at] = *user;
        return GS_OK;
    }
    if (u->count == GS_MAX_USERS) {
        return GS_E_BUSY;
    }
    struct gs_user *list = gs_grown(u->list, u->count, &u->room, sizeof *list);
    if (list == NULL) {
        return GS_E_NOMEM;
    }
    u->list = list;
    memmove(list + at + 1, list + at, (u->count - at) * sizeof *list);
    list[at] = *user;
    u->count++;
    return GS_OK;
}

const struct gs_user *gs_users_named(const struct gs_users *u, const char *name)
{
    bool found;
    size_t at = place_of(u, name, &found);
    return found ? &u->list[at] : NULL;
}

bool gs_users_remove(struct gs_users *u, const char *name)
{
    bool found;
    size_t at = place_of(u, name, &found);
    if (!found) {
        return false;
    }
    u->count--;
    memmove(u->list + at, u->list + at + 1, (u->count - at) * sizeof *u->list);
    OPENSSL_cleanse(u->list + u->count, sizeof *u->list);
    return true;
}
