/* Texts with a form of their own: gs_option_take functions. */
#ifndef GATESLOT_CONF_ADDRESS_H
#define GATESLOT_CONF_ADDRESS_H

#include "gateslot/conf/conf.h"

bool gs_address_take_listen(const char *text, void *field, size_t size, char reason[GS_OPTION_REASON]);
bool gs_address_take_network(const char *text, void *field, size_t size, char reason[GS_OPTION_REASON]);
bool gs_address_take_outbound(const char *text, void *field, size_t size, char reason[GS_OPTION_REASON]);
bool gs_address_take_store(const char *text, void *field, size_t size, char reason[GS_OPTION_REASON]);
bool gs_address_take_store_name(const char *text, void *field, size_t size, char reason[GS_OPTION_REASON]);
bool gs_address_take_directory(const char *text, void *field, size_t size, char reason[GS_OPTION_REASON]);
bool gs_address_take_file(const char *text, void *field, size_t size, char reason[GS_OPTION_REASON]);

#endif
