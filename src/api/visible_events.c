/* Which events somebody may see. Lists and streams ask here, so that neither shows what the other would not; a webhook has the name in the same
 * form, as a supervisor gave it. */
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
