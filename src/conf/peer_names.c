/* Takes names of users and groups and the roles that peers gives them. A user's name stands in the record as the one who did something, so
 * it must be a name as tokens have it; a group's only has to be one that a machine can have. */
#include "peer_names.h"

#include "gateslot/base/text.h"
#include <stdio.h>
#include <string.h>

bool gs_peer_take_user(const char *text, void *field, size_t size, char reason[GS_OPTION_REASON])
{
    if (strcmp(text, "root") == 0) {
        (void)snprintf(reason, GS_OPTION_REASON, "root is a supervisor in any case, expected another user");
        return false;
    }
    if (strcmp(text, "daemon") == 0 || strcmp(text, "gateslotd") == 0 || !gs_name_valid(text)) {
        (void)snprintf(reason, GS_OPTION_REASON,
                       "not a user's name that can stand in the record, expected [a-z0-9][a-z0-9._-]* of at most %d "
                       "characters, not daemon or gateslotd",
                       GS_NAME_MAX);
        return false;
    }
    return gs_text_copy(field, size, text);
}

bool gs_peer_take_group(const char *text, void *field, size_t size, char reason[GS_OPTION_REASON])
{
    if (text[0] == '\0' || strpbrk(text, ":,/\n") != NULL || !gs_text_copy(field, size, text)) {
        (void)snprintf(reason, GS_OPTION_REASON,
                       "not a group's name, expected at most %d bytes without colon, comma and slash",
                       GS_GROUP_NAME_MAX);
        return false;
    }
    return true;
}

bool gs_peer_take_role(const char *text, void *field, size_t size, char reason[GS_OPTION_REASON])
{
    static const char *const roles[] = {"backend", "gate", "supervisor", "display", "metrics"};
    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++) {
        if (strcmp(text, roles[i]) == 0) {
            return gs_text_copy(field, size, text);
        }
    }
    (void)snprintf(reason, GS_OPTION_REASON, "expected backend, gate, supervisor, display or metrics");
    return false;
}
