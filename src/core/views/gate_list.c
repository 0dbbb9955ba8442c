/* The gate's list: who is due on a date, by slot, then plate. On the present date those of other dates belong to it who stand at the
 * gate or in the yard, or may come already: the gate sees trucks, not dates. Reads only. */
#include "views/gate.h"

#include <stdlib.h>
#include <string.h>

static int by_slot_and_plate(const void *a, const void *b)
{
    const struct gs_booking *x = *(const struct gs_booking *const *)a, *y = *(const struct gs_booking *const *)b;
    if (x->slot_start_ms != y->slot_start_ms) {
        return x->slot_start_ms < y->slot_start_ms ? -1 : 1;
    }
    int order = strcmp(x->truck.plate, y->truck.plate);
    return order != 0 ? order : (x->id > y->id) - (x->id < y->id);
}

static bool at_the_gate(const struct gs_booking *b, const char *window)
{
    bool waits = b->status == GS_WAITLISTED || b->status == GS_EXPIRED;
    return b->window[0] != '\0' && !waits && b->status != GS_CANCELLED &&
           (window[0] == '\0' || strcmp(window, b->window) == 0);
}

/* Into a full, ordered array: the last gives way if b comes before it. */
static void squeeze_in(const struct gs_booking **out, size_t max, const struct gs_booking *b)
{
    size_t at = max;
    while (at > 0 && by_slot_and_plate(&b, &out[at - 1]) < 0) {
        at--;
    }
    if (at < max) {
        memmove(out + at + 1, out + at, (max - at - 1) * sizeof(const struct gs_booking *));
        out[at] = b;
    }
}

/* The first max of the rows in their order. */
struct rows {
    const struct gs_booking **out;
    size_t max, count;
};

static void take(struct rows *r, const struct gs_booking *b)
{
    if (r->count < r->max) {
        r->out[r->count] = b;
    } else if (r->max > 0) {
        if (r->count == r->max) {
            qsort(r->out, r->max, sizeof(const struct gs_booking *), by_slot_and_plate);
        }
        squeeze_in(r->out, r->max, b);
    }
    r->count++;
}

/* Of another date than the present one, but at the gate or in the yard now. */
static bool there_now(const struct gs_book *book, const struct gs_entry *e)
{
    return !gs_status_terminal(e->b.status) && e->b.status != GS_WAITLISTED && gs_gate_concerns(book, e);
}

size_t gs_book_gate_list(const struct gs_book *book, gs_date date, const char *window, const struct gs_booking **out,
                         size_t max)
{
    struct rows r = {.out = out, .max = max};
    for (size_t d = 0; d < book->day_count; d++) {
        const struct gs_day *day = book->days[d];
        bool other = day->date != date;
        if (other && (date != book->today || day->date > date + 1)) {
            continue;
        }
        for (size_t i = 0; i < day->bookings.count; i++) {
            const struct gs_entry *e = day->bookings.at[i];
            if (at_the_gate(&e->b, window) && (!other || there_now(book, e))) {
                take(&r, &e->b);
            }
        }
    }
    if (r.count > 1 && r.count <= max) {
        qsort(out, r.count, sizeof(const struct gs_booking *), by_slot_and_plate);
    }
    return r.count;
}

bool gs_book_gate_list_moves(const struct gs_book *book)
{
    const struct gs_day *tomorrow = gs_days_find(book, book->today + 1);
    int64_t from_ms = book->now_ms + book->rules->early_grace_min * GS_MINUTE_MS;
    for (int32_t i = 0; tomorrow != NULL && i < tomorrow->window_count; i++) {
        if (tomorrow->windows[i].start_ms <= from_ms) {
            return true;
        }
    }
    return false;
}
