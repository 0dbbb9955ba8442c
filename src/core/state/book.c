/* The book: made empty, asked for its counters, destroyed. Filling it is flow/load.c's, changing it flow/apply.c's. */
#include "state/state.h"

#include <stdlib.h>

static void finish_by_text(struct gs_by_text *by)
{
    gs_index_finish(&by->plates);
    gs_index_finish(&by->containers);
}

int gs_book_create(const struct gs_rules *rules, struct gs_book **out)
{
    struct gs_book *book = calloc(1, sizeof *book);
    if (book == NULL) {
        return GS_E_NOMEM;
    }
    struct gs_index *const indexes[] = {&book->live.plates,      &book->live.containers, &book->ended.plates,
                                        &book->ended.containers, &book->pass_codes,      &book->references};
    for (size_t i = 0; i < sizeof indexes / sizeof indexes[0]; i++) {
        int err = gs_index_init(indexes[i]);
        if (err != GS_OK) {
            gs_book_destroy(book);
            return err;
        }
    }
    book->rules = rules;
    book->next_roll_ms = INT64_MIN;
    book->next_settle_ms = book->suspension_ends_ms = GS_NEVER;
    *out = book;
    return GS_OK;
}

void gs_book_expect(struct gs_book *book, const struct gs_book *like)
{
    gs_index_expect(&book->live.plates, like->live.plates.count);
    gs_index_expect(&book->live.containers, like->live.containers.count);
    gs_index_expect(&book->ended.plates, like->ended.plates.count);
    gs_index_expect(&book->ended.containers, like->ended.containers.count);
    gs_index_expect(&book->pass_codes, like->pass_codes.count);
    gs_index_expect(&book->references, like->references.count);
}

void gs_book_destroy(struct gs_book *book)
{
    if (book == NULL) {
        return;
    }
    for (size_t i = 0; i < book->bookings.count; i++) {
        free(book->bookings.at[i]);
    }
    gs_list_finish(&book->bookings);
    gs_days_finish(book);
    finish_by_text(&book->live);
    finish_by_text(&book->ended);
    gs_index_finish(&book->pass_codes);
    gs_index_finish(&book->references);
    gs_overrides_finish(&book->overrides);
    gs_checks_finish(&book->checks);
    gs_deadlines_finish(&book->deadlines);
    gs_facts_finish(&book->facts);
    gs_live_finish(&book->live_names);
    gs_live_finish(&book->live_companies);
    gs_plans_finish(&book->plans);
    if (book->undo != NULL) {
        free(book->undo->before);
        free(book->undo);
    }
    free(book);
}

const struct gs_rules *gs_book_rules(const struct gs_book *book)
{
    return book->rules;
}

int64_t gs_book_seq(const struct gs_book *book)
{
    return book->last_seq;
}

int64_t gs_book_now(const struct gs_book *book)
{
    return book->now_ms;
}

gs_date gs_book_today(const struct gs_book *book)
{
    return book->today;
}

gs_date gs_book_first_date(const struct gs_book *book)
{
    return book->first_date;
}

gs_date gs_book_first_date_at(const struct gs_rules *rules, int64_t now_ms)
{
    return gs_tz_date(rules->tz, now_ms) - 1; /* a window of yesterday may still be running */
}

gs_date gs_book_last_date(const struct gs_book *book)
{
    return book->last_date;
}

size_t gs_book_waiting(const struct gs_book *book)
{
    size_t count = 0;
    for (size_t i = 0; i < book->day_count; i++) {
        count += book->days[i]->waiting.count;
    }
    return count;
}

int32_t gs_book_inside(const struct gs_book *book)
{
    return book->inside;
}

size_t gs_book_count(const struct gs_book *book)
{
    return book->bookings.count;
}

int32_t gs_book_turned_away(const struct gs_book *book, gs_date date)
{
    return gs_checks_turned_away(&book->checks, date);
}
