/* The store of the fixture: takes records in their order and refuses what a database would. */
#ifndef GATESLOT_TESTS_CORE_FIXTURE_STORE_H
#define GATESLOT_TESTS_CORE_FIXTURE_STORE_H

#include "fixture.h"

void fx_store_finish(struct fx_store *s);
void fx_store_commit(struct fx_store *s, const struct gs_batch *batch);
/* A book as the load path makes it from the rows, latest first to show that their order does not matter. */
struct gs_book *fx_store_load(struct fx_store *s, const struct gs_rules *rules, int64_t now_ms);

#endif
