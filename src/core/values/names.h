/* Name tables of enums: index to name and back. */
#ifndef GATESLOT_SRC_CORE_NAMES_H
#define GATESLOT_SRC_CORE_NAMES_H

#include <stddef.h>
#include <string.h>

/* "unknown" outside the table: a value without a name is our own bug, yet it may stand in a log line. */
static inline const char *gs_name_of(const char *const *names, size_t count, size_t index)
{
    return index < count && names[index] != NULL ? names[index] : "unknown";
}

/* Exactly as written; -1: none of them. */
static inline int gs_name_index(const char *const *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (names[i] != NULL && strcmp(names[i], name) == 0) {
            return (int)i;
        }
    }
    return -1;
}

#endif
