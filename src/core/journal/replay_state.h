/* A replay while it runs, for the files that make it. */
#ifndef GATESLOT_CORE_REPLAY_STATE_H
#define GATESLOT_CORE_REPLAY_STATE_H

#include "gateslot/core/event.h"
#include "journal/replay.h"
#include "state/state.h"

#define GS_REPLAY_EVENT_TEXT 65536 /* bytes of an event's text */

enum gs_replay_question { NOTHING, ROWS, BEGUN_LIVE, BEGUN_PAST, EVENTS };

struct gs_replay {
    struct gs_replay_options options;
    enum gs_replay_state state;
    enum gs_replay_question question; /* the one that is open, or was last asked */
    const struct gs_rules *given;     /* the last that were */
    const struct gs_rules *rules;     /* by which it is decided */
    struct gs_rules without[2]; /* rules as they were understood before there were reminders: these, and those before */
    struct gs_book *book;
    struct gs_batch batch;
    const struct gs_record *unseen; /* of the batch: from there on it is to be compared */
    struct gs_outcome out;

    struct gs_answer rows; /* a page of the journal */
    size_t next_row;
    struct gs_journal_cursor cursor;
    bool in_row;
    int64_t row;    /* number of the one at hand */
    int64_t serial; /* of the entry */
    struct gs_journal_entry entry;
    bool together; /* requests that stand or fall together have begun */
    struct {       /* … and what had been counted before them */
        int64_t booked[GS_CODE_KINDS];
    } before;

    struct gs_answer events; /* a page of the events stored */
    size_t next_event;
    int64_t asked_seq; /* a page was asked from there on */

    int32_t decider;  /* the version of the rules that decided what is at hand */
    int64_t begun_id; /* the last booking of the beginning that is restored */
    struct gs_buf text;
    struct gs_replay_report report;
};

/* ---- replay_events.c ---- */
/* What an earlier version of the rules decided may come out otherwise, and what stood from then on was another state: no
 * difference of that kind says that anything was changed. */
struct gs_replay_difference *gs_replay_decision_differs(struct gs_replay *r, bool on_date, enum gs_replay_what what);
/* An event that was made anew, beside the one that is stored with its number; NULL: there is none. */
void gs_replay_judge_event(struct gs_replay *r, const struct gs_event *e, const struct gs_event_text *stored);

#endif
