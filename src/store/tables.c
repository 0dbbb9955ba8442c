/* Lists the tables of a store. meta stands last: a store without its row is not taken for one. */
#include "tables.h"

#define DATE_KEY "date, \"window\""

const struct gs_store_table gs_store_tables[] = {
    {"booking", "{booking}", "id"},
    {"booking_past", "{booking}", "id"},
    {"event", "seq, booking_id, prev, owner, hash, body", "seq"},
    {"erased_event", "seq, hash", "seq"},
    {"capacity", "{capacity}", DATE_KEY},
    {"turned_away", "{turned_away}", "date, truck"},
    {"idem", "row, body, {idem}", "row"},
    {"token", "{token}", "name"},
    {"user", "{user}", "name"},
    {"session", "{session}", "hash"},
    {"webhook", "{webhook}", "name"},
    {"webhook_retry", "{webhook_retry}", "webhook, seq"},
    {"journal", "no, body, checksum", "no"},
    {"journal_begin", "one, last_booking_id, last_seq", "one"},
    {"journal_booking", "{booking}", "id"},
    {"journal_capacity", "{capacity}", DATE_KEY},
    {"epoch",
     "no, at_ms, cause, last_seq, last_booking_id, lost_seq, lost_booking_id, first_seq, first_booking_id, checksum",
     "no"},
    {"erasure", "one, event_seq, journal_no", "one"},
    {"past_gram", "key, ids, checksum", "key"},
    {"site", "one, zone, backup_ms, backup_bytes, backup_path", "one"},
    {"meta",
     "one, last_booking_id, last_seq, last_idem_row, now_ms, erased_before, store_id, epoch, batch, chain, schema_sum,"
     " pending, booking_rows, booking_sum, past_rows, past_sum, capacity_rows, capacity_sum, token_rows, token_sum,"
     " idem_rows, idem_sum, journal_rows, journal_sum, epoch_rows, epoch_sum, gram_rows, gram_sum, turned_away_rows,"
     " turned_away_sum, user_rows, user_sum, session_rows, session_sum, webhook_rows, webhook_sum, webhook_retry_rows,"
     " webhook_retry_sum, checksum",
     "one"},
};
const size_t gs_store_table_count = sizeof gs_store_tables / sizeof gs_store_tables[0];
