/* The people who may log in, by name. At most GS_MAX_USERS. */
#ifndef GATESLOT_API_USERS_H
#define GATESLOT_API_USERS_H

#include "gateslot/base/error.h"
#include "gateslot/core/record.h"

struct gs_users {
    struct gs_user *list; /* owned; in order of name */
    size_t count, room;
};

void gs_users_finish(struct gs_users *u); /* empty again */
/* Replaces one of the same name. GS_E_BUSY at GS_MAX_USERS. */
int gs_users_put(struct gs_users *u, const struct gs_user *user) GS_MUST_CHECK;
bool gs_users_remove(struct gs_users *u, const char *name);                       /* false: no such name */
const struct gs_user *gs_users_named(const struct gs_users *u, const char *name); /* NULL; until the next change */

#endif
