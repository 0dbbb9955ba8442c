/* Checksums within SQL. */
#ifndef GATESLOT_STORE_SUM_FUNCTIONS_H
#define GATESLOT_STORE_SUM_FUNCTIONS_H

#include <sqlite3.h>

/* The one row of meta as it is, with its checksum: for what SQL has written to it. */
#define GS_SEAL_META                                                                                                   \
    "UPDATE meta SET checksum = gs_sum(7, last_booking_id, last_seq, last_idem_row, now_ms, erased_before, store_id,"  \
    " epoch, batch, chain, schema_sum, pending, booking_rows, booking_sum, past_rows, past_sum, capacity_rows,"        \
    " capacity_sum, token_rows, token_sum, idem_rows, idem_sum, journal_rows, journal_sum, epoch_rows, epoch_sum,"     \
    " gram_rows, gram_sum, turned_away_rows, turned_away_sum, user_rows, user_sum, session_rows, session_sum,"         \
    " webhook_rows, webhook_sum, webhook_retry_rows, webhook_retry_sum)"

/* Gives SQL on this connection gs_sum(what, …) over values as sum.h sums them, and the aggregate gs_total(checksum). SQLite's code. */
int gs_sum_functions_install(sqlite3 *db);

#endif
