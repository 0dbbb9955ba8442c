/* The journal: every command that the book was given, with its instant, its random bits and what became of it, so that
 * the decisions can be made again (replay.h). The book's own life is in it too: what fell due by itself, each load, new
 * rules. A batch gathers entries beside its records; the store keeps them as one row of bytes a batch.
 *
 * No personal data: of the driver only that he changed, and what decides nothing is left out as well (texts as
 * submitted, company name, trailer, declaration). What is read is believed as little as any other input. */
#ifndef GATESLOT_CORE_JOURNAL_H
#define GATESLOT_CORE_JOURNAL_H

#include "gateslot/base/error.h"
#include "gateslot/core/command.h"
#include "gateslot/core/record.h"
#include "gateslot/core/refusals.h"
#include <stddef.h>
#include <stdint.h>

/* The version of the rules by which this program decides: it grows whenever the same commands come to other decisions
 * (docs/decisions/0015). Each start and reload in the journal says by which one decisions were made from there on. */
#define GS_DECIDER 6
#define GS_DECIDER_REMINDERS                                                                                           \
    6 /* from this one on drivers are reminded, and strikes and checks tell the booking's reference */
#define GS_DECIDER_RELOADS 5  /* from this one on config.reloaded tells options and numbers */
#define GS_DECIDER_VERSIONS 3 /* from this one on a booking's events tell its version */

#define GS_JOURNAL_COMMANDS ((int)GS_CMD_KINDS) /* kinds of commands */

/* Where a batch's journal stood. */
struct gs_journal_mark {
    size_t len;
    int64_t at_ms;
};
/* Why requests that stood or fell together were undone: the first of them that was refused, and how many requests there were. */
struct gs_refused_together {
    const struct gs_command *command; /* NULL: none was applied */
    enum gs_code code;
    int32_t count;
};

/* ---- writing: each appends one entry to batch->journal; without memory batch->failed ---- */

/* gs_apply, and the entry of it; none of a refusal that changed nothing and that refusals counts (NULL: each has its entry). */
void gs_journal_apply(struct gs_book *book, const struct gs_command *command, int64_t now_ms, struct gs_batch *batch,
                      struct gs_refusals *refusals, struct gs_outcome *out);
/* gs_together_begin at now_ms, for which gs_journal_apply_due is done first, and gs_together_end: each request in between has its entry, by
 * gs_journal_apply without refusals. Of requests that were undone the entries stay, to be decided again, unless refusals counts them. */
int gs_journal_together_begin(struct gs_book *book, int64_t now_ms, struct gs_batch *batch,
                              struct gs_journal_mark *out) GS_MUST_CHECK;
void gs_journal_together_end(struct gs_book *book, struct gs_batch *batch, bool stands,
                             const struct gs_journal_mark *mark, struct gs_refusals *refusals,
                             const struct gs_refused_together *refused);
void gs_journal_refusals(struct gs_batch *batch, const struct gs_refusal_sum *sum);
/* gs_apply_due, and an entry if that changed anything. */
void gs_journal_apply_due(struct gs_book *book, int64_t now_ms, struct gs_batch *batch);
/* A book was loaded from the store and started at now_ms, under the rules of that config. */
void gs_journal_start(struct gs_batch *batch, int64_t now_ms, const char *config, size_t len);
/* gs_apply_epoch, and the entry of it. */
bool gs_journal_epoch(struct gs_book *book, const struct gs_epoch *epoch, struct gs_batch *batch);
/* A book was rebuilt under other rules and taken into use (gs_book_reload) at now_ms. config NULL: as before. */
void gs_journal_rules(struct gs_batch *batch, int64_t now_ms, const char *config, size_t len);

/* A hash of all that an outcome says; stored, so that it must come out the same in every version. */
uint64_t gs_journal_digest(const struct gs_outcome *out);
const char *gs_command_kind_name(enum gs_command_kind kind); /* "book", "walk_in", …, "note" */

/* ---- reading ---- */

enum gs_journal_kind {
    GS_JOURNAL_COMMAND,
    GS_JOURNAL_DUE,
    GS_JOURNAL_START,
    GS_JOURNAL_RULES,
    GS_JOURNAL_EPOCH,
    GS_JOURNAL_REFUSALS, /* so many were refused and changed nothing */
    GS_JOURNAL_TOGETHER, /* the requests from here on stand or fall together, */
    GS_JOURNAL_STANDS,   /* … and stand, */
    GS_JOURNAL_UNDONE    /* … or were undone */
};

/* A text of a row with the length before it; NULL: there is none. */
struct gs_journal_span {
    const unsigned char *at, *end; /* borrowed from the row */
};

struct gs_journal_entry {
    enum gs_journal_kind kind;
    int64_t at_ms;
    /* COMMAND: what was left out is empty; of a change that made driver, trailer or declaration another one, that one is
     * a text made of serial. */
    struct gs_command command;
    enum gs_code code;
    uint64_t digest;
    struct gs_journal_span reason, capacity_reason;
    int32_t decider; /* START, RULES */
    /* START, RULES; borrowed from the row. NULL: as before */
    const char *config;
    size_t config_len;
    struct gs_epoch epoch;         /* EPOCH */
    struct gs_refusal_sum refused; /* REFUSALS */
};

struct gs_journal_cursor {
    const unsigned char *at, *end; /* borrowed */
    unsigned version;              /* of the row's form */
    int64_t at_ms;
};

/* GS_E_CORRUPT: no row that this version knows. */
int gs_journal_open(struct gs_journal_cursor *c, const void *row, size_t len) GS_MUST_CHECK;
/* Copies the row to out with GS_ERASED_TEXT for each reason that was given. */
int gs_journal_erase(const void *row, size_t len, struct gs_buf *out, bool *out_changed) GS_MUST_CHECK;
/* The instant of its last entry; *out_ms stays where it has none. */
int gs_journal_last_ms(const void *row, size_t len, int64_t *out_ms) GS_MUST_CHECK;

/* The next entry; GS_E_NOTFOUND at the end, GS_E_CORRUPT where the bytes say nothing. serial: another one for every entry ever
 * read. */
int gs_journal_next(struct gs_journal_cursor *c, int64_t serial, struct gs_journal_entry *out) GS_MUST_CHECK;

#endif
