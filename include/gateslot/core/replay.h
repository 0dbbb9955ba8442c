/* Making decisions again: the journal's entries are given, from its beginning, to a book of their own, and what comes of
 * each is compared with what was stored: the outcome by its code and digest, every event by its text. Pure: it says which
 * question to the store it needs answered next, and is given the answer. */
#ifndef GATESLOT_CORE_REPLAY_H
#define GATESLOT_CORE_REPLAY_H

#include "gateslot/core/journal.h"
#include "gateslot/core/query.h"

#define GS_REPLAY_DIFFERENCES 20 /* told; more are counted */
#define GS_REPLAY_TEXT 1023      /* bytes of an event shown; more: cut */

enum gs_replay_what {
    GS_REPLAY_OUTCOME,     /* another code: stored and found are the two */
    GS_REPLAY_NUMBERS,     /* the same code, yet it says something else */
    GS_REPLAY_EVENT,       /* another event: stored and found are their texts */
    GS_REPLAY_NO_EVENT,    /* found is not stored */
    GS_REPLAY_UNEXPLAINED, /* events are stored that nothing in the journal leads to; seq: the last of them */
    GS_REPLAY_DAMAGED      /* the journal cannot be followed any further; found says why */
};
const char *gs_replay_what_name(enum gs_replay_what what); /* "outcome", … */

struct gs_replay_difference {
    enum gs_replay_what what;
    int64_t row;             /* of the journal; 0 = of none */
    int64_t at_ms;           /* of the entry */
    int command;             /* enum gs_command_kind; -1 = none */
    int64_t booking_id, seq; /* 0 = none */
    char stored[GS_REPLAY_TEXT + 1], found[GS_REPLAY_TEXT + 1];
};

struct gs_replay_report {
    gs_date date;
    int64_t all_commands, all_events; /* of the whole journal */
    /* of that date: commands about its bookings or capacities; decisions: refusals and events about them */
    int64_t commands, decisions;
    int64_t outcomes[GS_JOURNAL_COMMANDS][GS_CODE_KINDS]; /* commands by kind and stored code */
    /* Refusals of which the journal has only the number, as they changed nothing: made on that date, and ever. They are not decided
     * again, and in none of the other counts. */
    int64_t summed, all_summed;
    int64_t differing; /* of that date, or of none */
    int64_t elsewhere; /* of other dates */
    /* Of the whole journal: commands that were given to an earlier version of the rules, and what comes out otherwise of them or, once
     * something did, after them. It is in neither of the two counts above. */
    int64_t earlier_commands, earlier_differing;
    size_t difference_count;
    struct gs_replay_difference differences[GS_REPLAY_DIFFERENCES]; /* the first of differing */
};

struct gs_replay_options {
    gs_date date; /* what the report is about; applied is all */
    /* The rules that a config's text gives. They stay valid until the call after the next. Negative: it gives none. */
    int (*rules)(void *self, const char *config, size_t len, const struct gs_rules **out);
    /* What the last rules given have otherwise than those before; they stay valid likewise. NULL: no event tells of that. */
    const struct gs_option_changes *(*changes)(void *self);
    void *self;
};

struct gs_replay;
int gs_replay_create(const struct gs_replay_options *options, struct gs_replay **out) GS_MUST_CHECK;
void gs_replay_destroy(struct gs_replay *r); /* NULL is fine */

enum gs_replay_state { GS_REPLAY_GOES_ON, GS_REPLAY_ASKS, GS_REPLAY_DONE, GS_REPLAY_FAILED };
/* One entry, or the comparison of one event. ASKS: nothing happens before gs_replay_take. FAILED: no memory, or the store failed:
 * nothing can be said. */
enum gs_replay_state gs_replay_step(struct gs_replay *r);
void gs_replay_question(const struct gs_replay *r, struct gs_query *out);
/* The answer to it; what the answer owns is taken over. */
void gs_replay_take(struct gs_replay *r, struct gs_answer *answer);

const struct gs_replay_report *gs_replay_report(const struct gs_replay *r); /* lives as long as r; complete when DONE */
const struct gs_book *gs_replay_book(const struct gs_replay *r); /* as far as it is; NULL before the first start */

#endif
