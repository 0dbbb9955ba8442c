/* The work of a site, out of a seed: the real core, commands of all kinds, and what each batch of theirs must leave in a store. */
#ifndef TESTS_FAULT_WORK_H
#define TESTS_FAULT_WORK_H

#include "../store/values.h"
#include "ledger.h"

struct work {
    struct gs_rules rules;
    struct gs_book *book;
    struct gs_batch batch;         /* made and not yet acknowledged */
    struct ledger acked, proposed; /* after the last acknowledged batch; and with batch */
    uint64_t random;
    int64_t now_ms;
    int64_t trucks, keys, tokens; /* made so far */
};

void work_init(struct work *w, uint64_t seed);
void work_finish(struct work *w);
/* Some commands at a later instant, in w->batch; w->proposed says what they must come to. */
void work_batch(struct work *w);
/* Nothing but time: the smallest batch. For one that others follow at once the book's digest is saved. */
void work_tick(struct work *w, bool last);
void work_pass_days(struct work *w, int days);
/* The store has said that w->batch is on disk. */
void work_acked(struct work *w);
/* It is known not to be there: the book goes on from what the store holds (owned by w from here). */
void work_taken_back(struct work *w, struct gs_book *book);

#endif
