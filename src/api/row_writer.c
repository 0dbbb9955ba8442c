/* Writes lists row by row. What a row says is its handler's; which cells it has as CSV is list_csv.c's. */
#include "row_writer.h"
#include "booking_json.h"
#include "gateslot/base/csv.h"
#include "reply.h"

static bool has_pages(enum gs_list_kind kind)
{
    return kind == GS_LIST_BOOKINGS || kind == GS_LIST_DISPLAY;
}

void gs_rows_begin(struct gs_row_writer *w, struct gs_exchange *x, enum gs_list_kind kind, const gs_date *date)
{
    *w = (struct gs_row_writer){.x = x, .kind = kind, .csv = gs_wants_csv(x)};
    gs_buf_init(&w->body, GS_OUTPUT_HARD_MAX);
    gs_buf_init(&w->link, GS_TARGET_MAX * 3 + 64);
    gs_json_init(&w->json, &w->body);
    if (w->csv) {
        gs_csv_list_head(kind, &w->body);
        return;
    }
    gs_json_object(&w->json, NULL);
    if (date != NULL) {
        gs_json_date(&w->json, "date", *date);
    }
    gs_json_array(&w->json, has_pages(kind) ? "items" : "days");
}

void gs_rows_finish(struct gs_row_writer *w)
{
    gs_buf_finish(&w->body);
    gs_buf_finish(&w->link);
}

struct gs_json *gs_row_begin(struct gs_row_writer *w)
{
    if (w->csv) {
        w->row = gs_reply_begin(w->x);
        return &w->row;
    }
    return &w->json;
}

void gs_row_end(struct gs_row_writer *w)
{
    const struct gs_buf *row = w->row.out;
    if (w->csv && gs_buf_status(row) == GS_OK && !gs_csv_list_row(w->kind, row, &w->body)) {
        w->no_memory = true;
    }
}

void gs_rows_close(struct gs_row_writer *w, const char *cursor)
{
    if (w->csv) {
        gs_csv_list_link(&w->x->request, cursor, &w->link);
        return;
    }
    gs_json_end_array(&w->json);
    if (has_pages(w->kind)) {
        gs_json_str(&w->json, "next_cursor", cursor);
    }
    gs_json_end_object(&w->json);
}

void gs_rows_send(struct gs_row_writer *w)
{
    struct gs_reply reply = {.status = 200, .content_type = w->csv ? GS_CSV_TYPE : "application/json"};
    if (w->no_memory) {
        gs_reply_code(w->x, GS_CODE_OVERLOADED);
        return;
    }
    gs_reply_revalidated(&reply, w->etag);
    if (w->link.len > 0 && gs_buf_status(&w->link) == GS_OK) {
        gs_reply_header(&reply, "Link", w->link.data);
    }
    gs_reply_own(w->x, &w->body, &reply);
}
