/* A store moves from one database into another while no daemon runs on either. */
#ifndef GATESLOT_STORE_MOVE_H
#define GATESLOT_STORE_MOVE_H

#include "gateslot/base/limits.h"
#include "gateslot/store/store.h"

struct gs_move_options {
    const struct gs_tz *tz;
    int64_t now_ms;
    /* Asked of both stores when all rows are there, while nothing counts yet; negative, with a sentence: the move is given up. NULL: nothing
     * more is asked. */
    int (*judge)(void *self, struct gs_store *from, struct gs_store *to, char *message, size_t message_size);
    void *self;
};

struct gs_moved {
    bool before; /* it had been moved already: nothing was done */
    bool backup; /* what was moved is a backup: it stays as it is, and the first start opens a new epoch */
    int64_t rows, last_seq, last_booking_id, taken_ms;
    uint64_t digest; /* over every value of every row */
    char from[GS_MOVED_TO_MAX], to[GS_MOVED_TO_MAX];
};

/* from and to: addresses, "sqlite:PATH" or "postgresql://…". All tables are copied as they are, both stores are checked whole, and their rows
 * compared. to must be empty, and counts only at the very end; from is not written to, and from then on says that it was moved, so that no
 * daemon starts on it any more. A crash or a failure leaves from as it was, or says that the same move completes it. message gets one clear
 * English sentence. */
int gs_store_move(const char *from, const char *to, const struct gs_move_options *options, struct gs_moved *out,
                  char *message, size_t message_size) GS_MUST_CHECK;

#endif
