/* Erases personal data of dates whose time is over from the book: the store does the same on disk, by the same rule. Who never
 * left keeps his place, but nobody knows any more who drove. */
#include "gateslot/core/event.h"
#include "state/state.h"

#include <string.h>

static void erase_drivers(const struct gs_list *bookings)
{
    for (size_t i = 0; i < bookings->count; i++) {
        struct gs_truck *t = &bookings->at[i]->b.truck;
        memset(t->driver_name, 0, sizeof t->driver_name);
        memset(t->driver_phone, 0, sizeof t->driver_phone);
    }
}

void gs_book_erase(struct gs_book *book, gs_date before)
{
    for (size_t i = 0; i < book->day_count && book->days[i]->date < before; i++) {
        erase_drivers(&book->days[i]->bookings);
    }
    for (size_t i = 0; i < book->overrides.count && book->overrides.at[i]->date < before; i++) {
        char *reason = book->overrides.at[i]->reason;
        if (reason[0] != '\0') {
            memset(reason, 0, sizeof book->overrides.at[i]->reason);
            memcpy(reason, GS_ERASED_TEXT, sizeof GS_ERASED_TEXT);
        }
    }
}
