/* What two configurations have otherwise, option by option, as the file writes it. */
#ifndef GATESLOT_BASE_OPTION_CHANGE_H
#define GATESLOT_BASE_OPTION_CHANGE_H

#include "gateslot/base/json.h"
#include <stdbool.h>
#include <stddef.h>

struct gs_option_change {
    const char *key; /* "booking.cutoff_minutes", "windows.morning.capacity", "calendar[2027-02-05..2027-02-12]" */
    const char *before, *after; /* NULL: not given, and nothing is the default */
    bool restart;               /* taken over only by a restart */
};

struct gs_option_changes {
    size_t count; /* told, in the order of the table of options */
    const struct gs_option_change *at;
    size_t total; /* with those for which there was no room */
};

/* As events and previews tell it: an object with key, old, new and restart. */
void gs_option_change_json(struct gs_json *j, const struct gs_option_change *o);

#endif
