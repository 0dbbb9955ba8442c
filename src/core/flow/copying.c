/* Makes a book from another, booking by booking. It changes neither the book that it reads nor any booking. */
#include "flow/copying.h"

#include <stdlib.h>
#include <string.h>

enum { A_STEP = 32 }; /* bookings */

static int take(struct gs_copying *c, size_t at, const struct gs_booking *b)
{
    struct gs_entry *e = gs_entry_create(b);
    int err = e != NULL ? gs_list_insert(&c->taken, at, e) : GS_E_NOMEM;
    if (err != GS_OK) {
        free(e);
    }
    return err;
}

/* Those that were not there, or stood otherwise, when the others were taken; and without those that are gone. Of the others each is only
 * looked at. */
static int catch_up(struct gs_copying *c, const struct gs_book *book)
{
    struct gs_list *l = &c->taken;
    size_t kept = 0, next = 0; /* what is between them is gone */
    int err = GS_OK;
    for (size_t i = 0; i < book->bookings.count && err == GS_OK; i++) {
        const struct gs_booking *b = &book->bookings.at[i]->b;
        while (next < l->count && l->at[next]->b.id < b->id) {
            free(l->at[next++]);
        }
        if (next < l->count && l->at[next]->b.id == b->id) {
            struct gs_entry *e = l->at[next++];
            if (e->b.last_event != b->last_event) {
                e->b = *b;
            }
            l->at[kept++] = e;
        } else {
            err = take(c, next, b);
            if (err == GS_OK) {
                l->at[kept++] = l->at[next++];
            }
        }
    }
    while (err == GS_OK && next < l->count) {
        free(l->at[next++]);
    }
    if (kept < next) {
        memmove(l->at + kept, l->at + next, (l->count - next) * sizeof *l->at);
        l->count -= next - kept;
    }
    return err;
}

/* All that is not a booking, as it stands now. */
static int take_rest(struct gs_copying *c, const struct gs_book *book, const struct gs_rules *rules)
{
    int err = gs_book_create(rules, &c->made);
    if (err != GS_OK) {
        return err;
    }
    struct gs_book *made = c->made;
    gs_book_expect(made, book);
    made->now_ms = book->now_ms;                                 /* what was to be told up to then was told */
    made->version = made->overrides.version = book->version + 1; /* what was cached from the old book is out of date */
    for (size_t i = 0; i < book->overrides.count && err == GS_OK; i++) {
        err = gs_book_restore_capacity(made, book->overrides.at[i]);
    }
    for (size_t i = 0; i < book->checks.count && err == GS_OK; i++) {
        err = gs_book_restore_turned_away(made, &book->checks.at[i]);
    }
    err = err == GS_OK ? gs_facts_copy(&book->facts, &c->facts) : err;
    c->last_id = book->last_id;
    c->last_seq = book->last_seq;
    c->now_ms = book->now_ms;
    return err;
}

static int take_some(struct gs_copying *c, const struct gs_book *book, const struct gs_rules *rules)
{
    const struct gs_list *all = &book->bookings;
    size_t at = c->taken.count > 0 ? gs_list_lower_bound(all, c->taken.at[c->taken.count - 1]->b.id + 1) : 0;
    int err = GS_OK;
    for (size_t n = 0; n < A_STEP && at < all->count && err == GS_OK; n++) {
        err = take(c, c->taken.count, &all->at[at++]->b);
    }
    if (err == GS_OK && at == all->count) {
        err = catch_up(c, book);
        err = err == GS_OK ? take_rest(c, book, rules) : err;
    }
    return err;
}

static int end(struct gs_copying *c)
{
    gs_facts_finish(&c->made->facts);
    c->made->facts = c->facts;
    memset(&c->facts, 0, sizeof c->facts);
    c->is_done = true;
    return gs_book_start(c->made, c->last_id, c->last_seq, c->now_ms);
}

static int place_some(struct gs_copying *c)
{
    int err = GS_OK;
    for (size_t n = 0; n < A_STEP && c->next < c->taken.count && err == GS_OK; n++) {
        struct gs_entry *e = c->taken.at[c->next];
        err = gs_entry_adopt(c->made, e);
        if (err == GS_OK) {
            c->next++;
            err = gs_entry_restore(c->made, e);
        }
    }
    return err;
}

int gs_copying_step(struct gs_copying *c, const struct gs_book *book, const struct gs_rules *rules, bool *out_done)
{
    int err;
    if (c->made == NULL) {
        err = take_some(c, book, rules);
    } else if (c->next < c->taken.count) {
        err = place_some(c);
    } else {
        err = end(c);
    }
    *out_done = err == GS_OK && c->is_done;
    return err;
}

bool gs_copying_wind_up(struct gs_copying *c)
{
    size_t n = 0;
    for (; n < 8 * A_STEP && c->taken.count > c->next; n++) {
        free(c->taken.at[--c->taken.count]);
    }
    struct gs_list *placed = c->made != NULL ? &c->made->bookings : NULL;
    for (; n < 8 * A_STEP && placed != NULL && placed->count > 0; n++) { /* of a book that nobody asks any more */
        free(placed->at[--placed->count]);
    }
    if (n == 8 * A_STEP) {
        return true;
    }
    gs_copying_finish(c);
    return false;
}

void gs_copying_finish(struct gs_copying *c)
{
    for (size_t i = c->next; i < c->taken.count; i++) {
        free(c->taken.at[i]);
    }
    gs_list_finish(&c->taken);
    gs_facts_finish(&c->facts);
    gs_book_destroy(c->made);
    *c = (struct gs_copying){0};
}

int gs_book_rebuild(const struct gs_book *book, const struct gs_rules *next, struct gs_book **out)
{
    struct gs_copying c = {0};
    bool done = false;
    int err = GS_OK;
    while (err == GS_OK && !done) {
        err = gs_copying_step(&c, book, next, &done);
    }
    if (err == GS_OK) {
        *out = c.made;
        c.made = NULL;
    }
    gs_copying_finish(&c);
    return err;
}
