/* How much of each plate a display shows: of two different ones that would look alike by their last three characters, four. */
#include "display_plates.h"

#include "gateslot/base/error.h"
#include "gateslot/domain/checks.h"

#include <stdlib.h>
#include <string.h>

struct shown {
    char text[GS_PLATE_MASKED_MAX + 1];
    const char *plate;
    size_t row;
};

static int by_text(const void *a, const void *b)
{
    return strcmp(((const struct shown *)a)->text, ((const struct shown *)b)->text);
}

int gs_display_plates(const struct gs_booking *const *rows, size_t count, enum gs_disclosure *out)
{
    struct shown *list = malloc((count + 1) * sizeof *list);
    if (list == NULL) {
        return GS_E_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        list[i].plate = rows[i]->truck.plate;
        list[i].row = i;
        gs_plate_mask(list[i].plate, 3, list[i].text);
        out[i] = GS_SHOW_PUBLIC;
    }
    qsort(list, count, sizeof *list, by_text);
    for (size_t from = 0, to; from < count; from = to) {
        bool alike = false;
        for (to = from; to < count && strcmp(list[to].text, list[from].text) == 0; to++) {
            alike = alike || strcmp(list[to].plate, list[from].plate) != 0;
        }
        for (size_t i = from; alike && i < to; i++) {
            out[list[i].row] = GS_SHOW_PUBLIC_LONGER;
        }
    }
    free(list);
    return GS_OK;
}
