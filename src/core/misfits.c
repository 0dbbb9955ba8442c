/* Whom other rules would leave without a place. A trial book is built under them, by the load path that a reload
 * would take, and its slots are counted out: those who have arrived first, then by id. Who had no place under the
 * present rules either (a cut that a supervisor wanted) is not counted again. */
#include "state.h"

#include <stdlib.h>

struct ids {
    int64_t *at; /* owned */
    size_t count;
};

static int by_precedence(const void *a, const void *b)
{
    const struct gs_entry *x = *(struct gs_entry *const *)a, *y = *(struct gs_entry *const *)b;
    bool x_due = x->b.status == GS_BOOKED, y_due = y->b.status == GS_BOOKED;
    if (x_due != y_due) {
        return x_due ? 1 : -1;
    }
    return (x->b.id > y->b.id) - (x->b.id < y->b.id);
}

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static size_t holders_of(const struct gs_window *w, struct gs_entry **out)
{
    size_t count = 0;
    for (int32_t s = 0; s < w->slot_count; s++) {
        for (int32_t p = 0; p < w->slots[s].places.room; p++) {
            struct gs_entry *e = gs_places_holder(&w->slots[s].places, p);
            if (e != NULL) {
                out[count++] = e;
            }
        }
    }
    return count;
}

/* In order of precedence each takes what its slot and window still have; a misfit is who finds nothing and is yet to
 * be let in. */
static void count_out(const struct gs_window *w, struct gs_entry **holders, struct ids *misfits)
{
    int32_t left[GS_MAX_SLOTS];
    int32_t left_in_window = w->closed ? 0 : w->capacity;
    size_t count = holders_of(w, holders);
    if (count == 0) {
        return;
    }
    qsort(holders, count, sizeof(struct gs_entry *), by_precedence);
    for (int32_t s = 0; s < w->slot_count; s++) {
        left[s] = w->slots[s].capacity;
    }
    for (size_t i = 0; i < count; i++) {
        int32_t slot = gs_entry_spot(holders[i]).slot;
        enum gs_status status = holders[i]->b.status;
        if (left[slot] > 0 && left_in_window > 0) {
            left[slot]--;
            left_in_window--;
        } else if (status == GS_BOOKED || status == GS_ARRIVED) {
            misfits->at[misfits->count++] = holders[i]->b.id;
        }
    }
}

/* ids in order; windows that are over break no promise. */
static int collect(const struct gs_book *book, struct ids *out)
{
    struct gs_entry **holders = malloc((book->bookings.count + 1) * sizeof(struct gs_entry *));
    out->at = malloc((book->bookings.count + 1) * sizeof *out->at);
    out->count = 0;
    if (holders == NULL || out->at == NULL) {
        free(holders);
        return GS_E_NOMEM;
    }
    for (size_t d = 0; d < book->day_count; d++) {
        for (int32_t w = 0; w < book->days[d]->window_count; w++) {
            if (book->days[d]->windows[w].end_ms > book->now_ms) {
                count_out(&book->days[d]->windows[w], holders, out);
            }
        }
    }
    free(holders);
    if (out->count > 0) {
        qsort(out->at, out->count, sizeof *out->at, by_value);
    }
    return GS_OK;
}

static bool contains(const struct ids *ids, int64_t id)
{
    size_t low = 0, high = ids->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (ids->at[middle] < id) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < ids->count && ids->at[low] == id;
}

size_t gs_book_misfits(const struct gs_book *book, const struct gs_rules *next, int64_t *out_ids, size_t max)
{
    struct gs_book *trial = NULL;
    struct ids before = {0}, after = {0};
    size_t count = 0;
    int err = gs_book_rebuild(book, next, &trial);
    if (err == GS_OK) {
        err = collect(trial, &after);
    }
    if (err == GS_OK) {
        err = collect(book, &before);
    }
    for (size_t i = 0; err == GS_OK && i < after.count; i++) {
        if (contains(&before, after.at[i])) {
            continue;
        }
        if (count < max) {
            out_ids[count] = after.at[i];
        }
        count++;
    }
    gs_book_destroy(trial);
    free(before.at);
    free(after.at);
    return err == GS_OK ? count : SIZE_MAX;
}
