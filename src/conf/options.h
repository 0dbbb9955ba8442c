/* Questions to the option table. */
#ifndef GATESLOT_CONF_OPTIONS_H
#define GATESLOT_CONF_OPTIONS_H

#include "gateslot/conf/conf.h"

/* The options directly below pattern ("" = the top), in the order of the table: NULL to begin; NULL after the last. */
const struct gs_option *gs_option_below(const char *pattern, const struct gs_option *previous);
/* The option's own part of its key: "start" of "windows.*.start", "*", "[]". */
const char *gs_option_name(const struct gs_option *option);
/* Its entries ("*" or "[]") if it is a list or a mapping of free names, else NULL. */
const struct gs_option *gs_option_entries(const struct gs_option *option);
/* "an integer from 1 to 10000", "a time HH:MM", "a list", … */
void gs_option_expected(const struct gs_option *option, char *out, size_t size);

#endif
