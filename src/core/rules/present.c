/* The place of a window that runs, for a truck that stands at the gate: as near to now as there is one, and rather later than earlier, so
 * that those who come in their own slot find the fewest before them. */
#include "rules/present.h"

struct gs_spot gs_present_slot(const struct gs_day *day, int32_t window, int64_t now_ms)
{
    const struct gs_window *w = &day->windows[window];
    int32_t present = 0;
    while (present + 1 < w->slot_count && w->slots[present + 1].start_ms <= now_ms) {
        present++;
    }
    for (int32_t s = present; s < w->slot_count; s++) {
        if (gs_day_has_room(day, (struct gs_spot){window, s})) {
            return (struct gs_spot){window, s};
        }
    }
    for (int32_t s = present - 1; s >= 0; s--) {
        if (gs_day_has_room(day, (struct gs_spot){window, s})) {
            return (struct gs_spot){window, s};
        }
    }
    return GS_NO_SPOT;
}
