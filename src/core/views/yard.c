/* The yard: which trucks are inside and which wait at the gate, of whatever date, and who of these comes first. Reads only. */
#include "rules/entrance.h"
#include "rules/overstay.h"
#include "state/state.h"

#include <stdlib.h>
#include <string.h>

int64_t gs_book_due_out(const struct gs_book *book, const struct gs_booking *b)
{
    const struct gs_day *day = gs_days_find(book, b->wish.date);
    return gs_overstay_due_out(day, b);
}

static int by_entrance(const void *a, const void *b)
{
    return gs_entrance_order(*(const struct gs_booking *const *)a, *(const struct gs_booking *const *)b);
}

/* Who is due out first; of one window who came in first. */
static int by_exit(const void *a, const void *b)
{
    const struct gs_entry *x = *(const struct gs_entry *const *)a, *y = *(const struct gs_entry *const *)b;
    int64_t out_x = gs_overstay_due_out(x->day, &x->b), out_y = gs_overstay_due_out(y->day, &y->b);
    if (out_x != out_y) {
        return out_x < out_y ? -1 : 1;
    }
    if (x->b.entered_ms != y->b.entered_ms) {
        return x->b.entered_ms < y->b.entered_ms ? -1 : 1;
    }
    return (x->b.id > y->b.id) - (x->b.id < y->b.id);
}

/* Nobody who has arrived is of a later date than tomorrow: a slot shortly after midnight. */
static size_t collect(const struct gs_book *book, bool inside, const struct gs_booking **out, size_t max)
{
    size_t count = 0;
    for (size_t d = 0; d < book->day_count && book->days[d]->date <= book->today + 1; d++) {
        const struct gs_list *bookings = &book->days[d]->bookings;
        for (size_t i = 0; i < bookings->count; i++) {
            const struct gs_booking *b = &bookings->at[i]->b;
            if (inside ? gs_status_inside(b->status) : b->status == GS_ARRIVED) {
                if (count < max) {
                    out[count] = b;
                }
                count++;
            }
        }
    }
    return count;
}

size_t gs_book_yard(const struct gs_book *book, bool inside, const struct gs_booking **out, size_t max)
{
    size_t count = collect(book, inside, out, max);
    if (count > 1 && count <= max) {
        qsort(out, count, sizeof(const struct gs_booking *), inside ? by_exit : by_entrance);
    }
    return count;
}

const struct gs_booking *gs_book_first_held(const struct gs_book *book, const struct gs_booking *b, int32_t *out_ahead)
{
    const struct gs_booking *first = NULL;
    struct gs_booking here = *b;
    *out_ahead = 0;
    here.arrived_ms = b->arrived_ms != 0 ? b->arrived_ms : book->now_ms;
    for (size_t d = 0; d < book->day_count && book->days[d]->date <= book->today + 1; d++) {
        const struct gs_list *bookings = &book->days[d]->bookings;
        for (size_t i = 0; i < bookings->count; i++) {
            const struct gs_booking *other = &bookings->at[i]->b;
            bool waits = other->status == GS_ARRIVED && other->id != b->id && book->now_ms >= other->arrive_from_ms;
            if (waits && gs_entrance_order(other, &here) < 0) {
                *out_ahead += 1;
                first = first == NULL || gs_entrance_order(other, first) < 0 ? other : first;
            }
        }
    }
    return first;
}

void gs_book_entrance(const struct gs_book *book, const struct gs_booking *b, enum gs_decision *out_decision,
                      enum gs_gate_code *out_code)
{
    gs_entrance_judge(book, b, out_decision, out_code);
}
