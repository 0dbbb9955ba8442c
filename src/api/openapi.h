/* docs/openapi.json, built in. */
#ifndef GATESLOT_API_OPENAPI_H
#define GATESLOT_API_OPENAPI_H

#include <stddef.h>

extern const char gs_openapi_text[];
extern const size_t gs_openapi_len;

#endif
