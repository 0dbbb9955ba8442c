/* Growing a list: it answers for doubling, so that n elements cost n moves, and for never asking for more bytes than a size_t counts. */
#include "gateslot/base/grow.h"
#include <stdint.h>
#include <stdlib.h>

enum { FIRST_ROOM = 16 };

void *gs_grown(void *list, size_t count, size_t *room, size_t element_size)
{
    if (count < *room) {
        return list;
    }
    const size_t wanted = *room == 0 ? FIRST_ROOM : *room * 2;
    if (wanted > SIZE_MAX / 2 / element_size) {
        return NULL;
    }
    void *moved = realloc(list, wanted * element_size);
    if (moved != NULL) {
        *room = wanted;
    }
    return moved;
}
