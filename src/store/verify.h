/* Checks rows against their checksums, and tables against what the store says of itself. */
#ifndef GATESLOT_STORE_VERIFY_H
#define GATESLOT_STORE_VERIFY_H

#include "impl.h"

/* The one row of meta as it is, with its checksum: for what SQL has written to it. */
#define GS_VERIFY_SEAL_META                                                                                            \
    "UPDATE meta SET checksum = gs_sum(7, last_booking_id, last_seq, last_idem_row, now_ms, erased_before, store_id,"  \
    " epoch, batch, chain, schema_sum, pending, booking_rows, booking_sum, past_rows, past_sum, capacity_rows,"        \
    " capacity_sum, token_rows, token_sum, idem_rows, idem_sum, journal_rows, journal_sum, epoch_rows, epoch_sum,"     \
    " gram_rows, gram_sum, turned_away_rows, turned_away_sum, user_rows, user_sum, session_rows, session_sum,"         \
    " webhook_rows, webhook_sum, webhook_retry_rows, webhook_retry_sum)"

/* Gives SQL on this connection gs_sum(what, …) over values as sum.h sums them, and the aggregate gs_total(checksum). */
int gs_verify_install(sqlite3 *db) GS_MUST_CHECK; /* SQLite's code */

/* Has the row of meta say which definitions the tables have, in the transaction under way. */
int gs_verify_seal(struct gs_store *store) GS_MUST_CHECK;
/* The tables that are read at start, and the tables' definitions, as store->state has them. GS_E_CORRUPT with a note that names the first
 * row that is damaged, or the table that has too few rows or too many. */
int gs_verify_live(struct gs_store *store) GS_MUST_CHECK;
/* Every table, the archive and the journal too; slow. */
int gs_verify_all(struct gs_store *store) GS_MUST_CHECK;
/* Removes the rows that are damaged from every table, in the transaction under way, and has *s count what is left. */
int gs_verify_remove_damaged(struct gs_store *store, struct gs_state *s, int64_t *out_removed) GS_MUST_CHECK;

#endif
