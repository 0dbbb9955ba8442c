/* The fixture's journal made good: every command that a test gave is applied again to a fresh book. */
#ifndef GATESLOT_TESTS_CORE_FIXTURE_REPLAY_H
#define GATESLOT_TESTS_CORE_FIXTURE_REPLAY_H

#include "fixture.h"
#include "gateslot/core/replay.h"

/* Can it be replayed: was everything given to the book by way of the journal, under rules that were told? */
bool fx_replays(const struct fixture *f);
/* It must, and all must come out the same. */
void fx_replay(const struct fixture *f);
/* Runs a replay to its end, which look is shown. */
enum gs_replay_state fx_replay_run(const struct fixture *f, gs_date date,
                                   void (*look)(void *arg, const struct gs_replay *r, enum gs_replay_state state),
                                   void *arg);
void fx_replay_answer(const struct fixture *f, const struct gs_query *q, struct gs_answer *out);
/* Of all in the book but what the journal does not keep: a replay puts names made of the row there. */
uint64_t fx_replay_digest(const struct gs_book *book);
size_t fx_rules_text(const struct gs_rules *rules, char **out); /* owned by the caller */

#endif
