/* Where a path leads, whether or not there is something: so that two spellings of one place are known to be one. */
#ifndef GATESLOT_CONF_PLACE_H
#define GATESLOT_CONF_PLACE_H

#include <limits.h>
#include <stdbool.h>
#include <sys/stat.h>

struct gs_place {
    char path[PATH_MAX]; /* absolute, without links and dots as far as they can be followed */
    bool in_directory;   /* its directory is there: directory says which */
    struct stat directory;
    bool there; /* something is there; at says what, a link being followed */
    struct stat at;
    bool is_link; /* the path's last part, as it was given */
};

/* path: absolute. Links are followed, a dangling one too. What cannot be looked at counts as not there. */
void gs_place_find(const char *path, struct gs_place *out);
/* The same file, or the same name in the same directory. */
bool gs_place_same(const struct gs_place *a, const struct gs_place *b);
/* The place beside it whose name has suffix at its end. */
void gs_place_beside(const struct gs_place *place, const char *suffix, struct gs_place *out);

#endif
