/* One end of a move: the store that is left, or the one that is made. */
#ifndef GATESLOT_STORE_MOVE_END_H
#define GATESLOT_STORE_MOVE_END_H

#include "gateslot/store/move.h"
#include "impl.h"
#include "mark.h"
#include "moved_note.h"

struct gs_move_end {
    const struct gs_move_options *options;
    char *path;                    /* owned */
    char *making;                  /* owned; the file while it is made */
    char address[GS_MOVED_TO_MAX]; /* as it is shown, and noted */
    struct gs_store *store;        /* owned */
    bool has_mark;
    char *message; /* borrowed */
    size_t message_size;
};

/* Writes the sentence and returns err. */
int gs_move_say(const struct gs_move_end *e, int err, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* What a file of SQLite does. The path is known from here on: absolute, and address says it. */
int gs_file_end_name(struct gs_move_end *e, const char *path) GS_MUST_CHECK;
/* The store to be left, for reading: no daemon has it, it has the present schema, and nothing of it is missing or damaged. */
int gs_file_end_leave(struct gs_move_end *e) GS_MUST_CHECK;
/* A store without a row in any table, in a transaction, where none stands yet; of is what from says of itself. */
int gs_file_end_make(struct gs_move_end *e, bool drill, const struct gs_state *of) GS_MUST_CHECK;
/* All rows are there: on disk, closed, and read through once more. */
int gs_file_end_complete(struct gs_move_end *e, bool drill) GS_MUST_CHECK;
/* It takes its place. *out_placed: it has, whatever failed afterwards. */
int gs_file_end_publish(struct gs_move_end *e, const struct gs_state *state, bool *out_placed) GS_MUST_CHECK;
/* Whether the store of that mark stands there already. */
bool gs_file_end_has(const struct gs_move_end *e, const struct gs_mark_values *mark);
/* Closes and removes what is not published. */
void gs_file_end_finish(struct gs_move_end *e);

#endif
