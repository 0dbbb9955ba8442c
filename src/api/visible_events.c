/* Which events somebody may see. Lists, streams and webhooks ask here, so that none of them shows what another would not. */
#include "visible_events.h"
#include <stddef.h>
#include <string.h>

const char *gs_visible_owner(const struct gs_actor *who)
{
    switch (who->role) {
    case GS_ROLE_GATE:
    case GS_ROLE_SUPERVISOR:
        return "";
    case GS_ROLE_BACKEND:
        return who->name;
    default:
        return NULL;
    }
}

bool gs_event_visible(const char *whose, const char *owner)
{
    return whose != NULL && (whose[0] == '\0' || strcmp(whose, owner) == 0);
}
