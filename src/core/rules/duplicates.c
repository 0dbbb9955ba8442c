/* Who has the same truck, box or reference already. Looks only at bookings under way; the indexes give them in no order, so
 * where one is named it is the oldest. */
#include "rules/duplicates.h"

#include <string.h>

static int64_t older(int64_t a, int64_t b)
{
    return a == 0 || b < a ? b : a;
}

int64_t gs_duplicates_container(const struct gs_book *book, const struct gs_truck *truck, const struct gs_entry *self)
{
    int64_t other = 0;
    for (int32_t i = 0; i < truck->container_count; i++) {
        const char *text = truck->containers[i];
        for (struct gs_link *l = gs_index_first(&book->live.containers, text); l != NULL; l = gs_index_next(l)) {
            if (l->entry != self && gs_truck_has_container(&l->entry->b.truck, text)) {
                other = older(other, l->entry->b.id);
            }
        }
    }
    return other;
}

int64_t gs_duplicates_reference(const struct gs_book *book, const char *owner, const char *reference,
                                const struct gs_entry *self)
{
    int64_t other = 0;
    struct gs_link *l = reference[0] != '\0' ? gs_index_first(&book->references, reference) : NULL;
    for (; l != NULL; l = gs_index_next(l)) {
        const struct gs_booking *b = &l->entry->b;
        if (l->entry != self && strcmp(b->reference, reference) == 0 && strcmp(b->owner, owner) == 0) {
            other = older(other, b->id);
        }
    }
    return other;
}

enum gs_code gs_duplicates_meanwhile(const struct gs_book *book, const struct gs_entry *e, int64_t *out_other_id)
{
    *out_other_id = gs_duplicates_container(book, &e->b.truck, e);
    if (*out_other_id != 0) {
        return GS_CODE_DUPLICATE_CONTAINER;
    }
    *out_other_id = gs_duplicates_reference(book, e->b.owner, e->b.reference, e);
    return *out_other_id != 0 ? GS_CODE_DUPLICATE_REFERENCE : GS_CODE_OK;
}

static uint32_t windows_of(const struct gs_entry *e, bool waited_for)
{
    if (e->b.status == GS_WAITLISTED) {
        return waited_for ? e->accepted : 0;
    }
    int32_t window = gs_day_window_index(e->day, e->b.window);
    return window >= 0 ? UINT32_C(1) << window : 0;
}

/* The next booking of that plate and day but self, from link on. */
static struct gs_link *of_day(struct gs_link *link, const char *plate, const struct gs_day *day,
                              const struct gs_entry *self)
{
    while (link != NULL &&
           (link->entry == self || link->entry->day != day || strcmp(link->entry->b.truck.plate, plate) != 0)) {
        link = gs_index_next(link);
    }
    return link;
}

bool gs_duplicates_clash(const struct gs_book *book, const struct gs_truck *a, const struct gs_truck *b)
{
    (void)book; /* plates count at every site, whatever its options say */
    return strcmp(a->plate, b->plate) == 0;
}

bool gs_duplicates_unchanged(const struct gs_book *book, const struct gs_truck *before, const struct gs_truck *after)
{
    (void)book;
    return strcmp(before->plate, after->plate) == 0;
}

static uint32_t windows_with(const struct gs_book *book, const struct gs_truck *truck, const struct gs_day *day,
                             const struct gs_entry *self, bool waited_for)
{
    uint32_t windows = 0;
    const char *plate = truck->plate;
    struct gs_link *l = of_day(gs_index_first(&book->live.plates, plate), plate, day, self);
    for (; l != NULL; l = of_day(gs_index_next(l), plate, day, self)) {
        windows |= windows_of(l->entry, waited_for);
    }
    return windows;
}

uint32_t gs_duplicates_promised(const struct gs_book *book, const struct gs_truck *truck, const struct gs_day *day,
                                const struct gs_entry *self)
{
    return windows_with(book, truck, day, self, false);
}

uint32_t gs_duplicates_claimed(const struct gs_book *book, const struct gs_truck *truck, const struct gs_day *day,
                               const struct gs_entry *self)
{
    return windows_with(book, truck, day, self, true);
}

enum gs_code gs_duplicates_refusal(const struct gs_book *book, const struct gs_truck *truck, const struct gs_day *day,
                                   const struct gs_entry *self, uint32_t windows, int64_t *out_other_id)
{
    int64_t other = 0;
    const char *plate = truck->plate;
    struct gs_link *l = of_day(gs_index_first(&book->live.plates, plate), plate, day, self);
    for (; l != NULL; l = of_day(gs_index_next(l), plate, day, self)) {
        other = (windows_of(l->entry, true) & windows) != 0 ? older(other, l->entry->b.id) : other;
    }
    *out_other_id = other;
    return other != 0 ? GS_CODE_DUPLICATE_PLATE : GS_CODE_OK;
}
