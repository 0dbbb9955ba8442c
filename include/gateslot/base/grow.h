/* Lists that grow one by one, in memory of their own. */
#ifndef GATESLOT_BASE_GROW_H
#define GATESLOT_BASE_GROW_H

#include <stddef.h>

/* The list with room for one more than count elements: itself while there is room, else moved to twice the room, which *room then says.
 * The list is realloc's, NULL at first with *room 0. NULL without memory: then list and *room are as before. */
void *gs_grown(void *list, size_t count, size_t *room, size_t element_size);

#endif
