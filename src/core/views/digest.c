/* The digest of a book: a hash over all that a restart must bring back, in the order of the lists of fields and without padding. Not
 * over what follows from it (indexes, counts) nor over now, which the store learns with the next record only. Numbers are
 * hashed a word at a time, texts by FNV-1a with their NUL. */
#include "gateslot/base/hash.h"
#include "gateslot/core/fields.h"
#include "rules/strikes.h"
#include "state/state.h"

static uint64_t add_fields(uint64_t h, const struct gs_field_list *list, const void *of)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct gs_field *f = &list->at[i];
        const char *text = (const char *)of + f->at;
        if (f->kind != GS_FIELD_TEXT) {
            h = gs_hash_word(h, gs_field_int(f, of));
        } else if ((f->flags & GS_FIELD_COUNTED) == 0 || *text != '\0') {
            h = gs_fnv_text_nul(h, text);
        }
    }
    return h;
}

uint64_t gs_book_digest(const struct gs_book *book)
{
    uint64_t h = GS_FNV_START;
    gs_date first = gs_book_first_date(book);
    h = gs_hash_word(h, book->last_id);
    h = gs_hash_word(h, book->last_seq);
    for (size_t i = 0; i < book->bookings.count; i++) {
        if (!gs_entry_forgotten(book, book->bookings.at[i])) {
            h = add_fields(h, &gs_booking_fields, &book->bookings.at[i]->b);
        }
    }
    gs_date first_strike = book->rules->strike_limit > 0 ? gs_strikes_first_date(book->rules, book->today) : INT32_MAX;
    h = gs_hash_word(h, (int64_t)gs_facts_digest(&book->facts, book->today - GS_FACT_DAYS + 1, first_strike));
    if (gs_live_counted(book->rules)) {
        h = gs_hash_word(h, (int64_t)gs_live_digest(&book->live_names));
        h = gs_hash_word(h, (int64_t)gs_live_digest(&book->live_companies));
    }
    for (size_t i = 0; i < book->overrides.count; i++) {
        if (book->overrides.at[i]->date >= first) {
            h = add_fields(h, &gs_capacity_fields, book->overrides.at[i]);
        }
    }
    for (size_t i = 0; i < book->checks.count; i++) {
        h = add_fields(h, &gs_turned_away_fields, &book->checks.at[i]);
    }
    return h;
}
