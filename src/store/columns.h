/* The columns of a table within a statement's text, from the lists of fields. */
#ifndef GATESLOT_STORE_COLUMNS_H
#define GATESLOT_STORE_COLUMNS_H

#include "gateslot/base/buf.h"

/* Appends sql to out, with {booking} as "id","version",… · {booking?} as ?,?,… · {booking=} as "version"=excluded."version",…
 * (all but what names the row), each with the row's checksum behind them; {booking*} as the columns without it; likewise {capacity}, {token}, {user}, {session}, {webhook}, {webhook_retry} and {idem}. */
void gs_columns_expand(const char *sql, struct gs_buf *out);

#endif
