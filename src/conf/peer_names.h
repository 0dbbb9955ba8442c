/* Takes the parts of peers: who, and as what. */
#ifndef GATESLOT_CONF_PEER_NAMES_H
#define GATESLOT_CONF_PEER_NAMES_H

#include "gateslot/conf/conf.h"

/* Each a gs_option_take. Whether the machine knows such a user or group is not looked at. */
bool gs_peer_take_user(const char *text, void *field, size_t size, char reason[GS_OPTION_REASON]);
bool gs_peer_take_group(const char *text, void *field, size_t size, char reason[GS_OPTION_REASON]);
bool gs_peer_take_role(const char *text, void *field, size_t size, char reason[GS_OPTION_REASON]);

#endif
