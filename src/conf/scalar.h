/* One scalar of the file → one typed field. */
#ifndef GATESLOT_CONF_SCALAR_H
#define GATESLOT_CONF_SCALAR_H

#include "gateslot/conf/conf.h"

#define GS_SCALAR_MESSAGE 256

/* Stores text in field (an int32_t; bool; or char array, as the option's type and size say). plain: written without quotes.
 * false with the message, field untouched, if it is not what the option takes. */
bool gs_scalar_take(const struct gs_option *option, const char *text, bool plain, void *field,
                    char message[GS_SCALAR_MESSAGE]);
/* Stores what stands for "not given": -1, false, "". */
void gs_scalar_clear(const struct gs_option *option, void *field);
/* Is it what YAML writes for nothing: an empty plain scalar, ~, null? */
bool gs_scalar_is_null(const char *text, bool plain);

#endif
