/* Lists written row by row, as JSON or as CSV, whichever was asked for, by handlers whose rows are more than one step can write. */
#ifndef GATESLOT_API_ROW_WRITER_H
#define GATESLOT_API_ROW_WRITER_H

#include "gateslot/base/json.h"
#include "list_csv.h"

struct gs_row_writer {
    struct gs_exchange *x;
    enum gs_list_kind kind;
    bool csv;
    struct gs_buf body; /* owned: the list as far as it is written */
    struct gs_json json;
    struct gs_json row; /* for CSV: the row at hand */
    struct gs_buf link; /* owned; for CSV: where the next page is */
    const char *etag;   /* borrowed, as of gs_reply_page; NULL: none */
    bool no_memory;
};

/* date: the member before the rows; NULL: there is none. To be finished with the state it stands in. */
void gs_rows_begin(struct gs_row_writer *w, struct gs_exchange *x, enum gs_list_kind kind, const gs_date *date);
void gs_rows_finish(struct gs_row_writer *w);
/* Between these two one row is written into what the first gives: an object without a key. */
struct gs_json *gs_row_begin(struct gs_row_writer *w);
void gs_row_end(struct gs_row_writer *w);
/* No further rows. cursor: of the next page, in a list that has pages; NULL: there is none. JSON stands in body then. */
void gs_rows_close(struct gs_row_writer *w, const char *cursor);
/* Sends it, status 200. x, and w with it, may be gone afterwards. */
void gs_rows_send(struct gs_row_writer *w);

#endif
