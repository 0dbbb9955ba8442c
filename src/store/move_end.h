/* One end of a move: the store that is left, or the one that is made; in a file of SQLite or in PostgreSQL. */
#ifndef GATESLOT_STORE_MOVE_END_H
#define GATESLOT_STORE_MOVE_END_H

#include "gateslot/store/move.h"
#include "impl.h"

struct gs_move_end;

/* What an end stored last. */
struct gs_move_last {
    int64_t store_id, batch;
};

struct gs_move_end_ops {
    /* Where it is: address, as it is shown and noted, is known from here on. Nothing is looked at yet but a directory. */
    int (*name)(struct gs_move_end *e, const char *given);
    /* The store to be left, for reading: no daemon has it, it has the present schema, and nothing of it is missing or damaged. */
    int (*leave)(struct gs_move_end *e);
    /* A store without a row in any table, in a transaction, where none stands yet; of is what from says of itself. */
    int (*make)(struct gs_move_end *e, bool drill, const struct gs_state *of);
    /* All rows are there and committed: on disk, and read through once more. */
    int (*complete)(struct gs_move_end *e, bool drill);
    /* It takes its place. *out_placed: it has, whatever failed afterwards. */
    int (*publish)(struct gs_move_end *e, const struct gs_state *state, bool *out_placed);
    /* Where it says that it was moved to: GS_E_NOTFOUND: it was not. What it says is on disk on return, whole or not at all. */
    int (*read_note)(struct gs_move_end *e, char out[GS_MOVED_TO_MAX]);
    int (*write_note)(struct gs_move_end *e, const char *to);
    int (*remove_note)(struct gs_move_end *e);
    /* Of the store that says it was moved, what it stored last; and whether all of that is at this end. */
    int (*last)(struct gs_move_end *e, struct gs_move_last *out);
    bool (*has)(struct gs_move_end *e, const struct gs_move_last *last);
    void (*finish)(struct gs_move_end *e); /* closes, and removes what is not published */
};

struct gs_move_end {
    const struct gs_move_end_ops *ops;
    const struct gs_move_options *options;
    char *path;                    /* owned: of a file, or the address as it was given */
    char *making;                  /* owned; the file while it is made */
    char address[GS_MOVED_TO_MAX]; /* as it is shown, and noted: no secret is in it */
    struct gs_store *store;        /* owned */
    bool is_live;                  /* it is a site's own store, and no copy of one */
    bool is_backup;                /* what is made is a copy: it gets a name of its own and nothing beside it */
    char *message;                 /* borrowed */
    size_t message_size;
};

/* Writes the sentence and returns err. */
int gs_move_say(const struct gs_move_end *e, int err, const char *format, ...) __attribute__((format(printf, 3, 4)));

extern const struct gs_move_end_ops gs_file_end;
extern const struct gs_move_end_ops gs_postgres_end; /* only where it was built */

#endif
