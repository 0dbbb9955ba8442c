/* The call that shows the daily report, as JSON or CSV. It gathers the day's bookings, from the book or page by page from the
 * store; the core adds them up. */
#include "booking_json.h"
#include "gateslot/core/report.h"
#include "handlers.h"
#include "query_store.h"
#include "reply.h"
#include "report_rows.h"
#include <stdlib.h>
#include <string.h>

struct gathering { /* the bookings of a past day, while their pages come in */
    struct gs_exchange *x;
    struct gs_query query;
    struct gs_capacity set[GS_MAX_WINDOWS]; /* that supervisors had set */
    size_t set_count;
    size_t count;
    struct gs_booking *rows; /* owned */
};

static void write_json(struct gs_json *j, const struct gs_report *r)
{
    gs_json_object(j, NULL);
    gs_json_date(j, "date", r->date);
    if (r->daily_clearing == GS_CLEARING_OPEN) {
        gs_json_null(j, "daily_clearing");
    } else {
        gs_json_bool(j, "daily_clearing", r->daily_clearing == GS_CLEARING_TRUE);
    }
    gs_json_int(j, "still_inside", r->total.still_inside);
    gs_json_object(j, "windows");
    for (int32_t i = 0; i < r->window_count; i++) {
        gs_report_sum_json(j, r->window_ids[i], &r->windows[i]);
    }
    gs_json_end_object(j);
    gs_report_sum_json(j, "total", &r->total);
    gs_json_end_object(j);
}

static void write_csv(struct gs_buf *out, const struct gs_report *r)
{
    struct gs_csv c = {.out = out};
    char date[GS_DATE_TEXT];
    gs_date_format(r->date, date);
    gs_csv_text(&c, "date");
    gs_csv_text(&c, "window");
    gs_report_sum_csv_head(&c);
    for (int32_t i = 0; i < r->window_count; i++) {
        gs_csv_text(&c, date);
        gs_csv_text(&c, r->window_ids[i]);
        gs_report_sum_csv(&c, &r->windows[i], false);
    }
    gs_csv_text(&c, date);
    gs_csv_text(&c, "total");
    gs_report_sum_csv(&c, &r->total, false);
}

/* g: of a past day; NULL: of one that the book holds. */
static void send_report(struct gs_exchange *x, const struct gs_book *book, gs_date date, const struct gathering *g,
                        const struct gs_booking *const *bookings, size_t count)
{
    char room[GS_HEAD_MAX];
    bool csv = gs_negotiate_csv(gs_request_list(&x->request, "accept", room));
    struct gs_reply reply = {.status = 200, .content_type = csv ? GS_CSV_TYPE : "application/json"};
    struct gs_report report;
    struct gs_json j;
    if (gs_report_make(book, date, g != NULL ? g->set : NULL, g != NULL ? g->set_count : 0, bookings, count, &report) !=
        GS_OK) {
        gs_reply_code(x, GS_CODE_OVERLOADED);
        return;
    }
    j = gs_reply_begin(x);
    if (csv) {
        write_csv(j.out, &report);
    } else {
        write_json(&j, &report);
    }
    gs_reply_header(&reply, "Vary", "Accept");
    gs_reply_send(x, &reply);
}

static void report_live(struct gs_exchange *x, const struct gs_book *book, gs_date date)
{
    size_t held = gs_book_count(book);
    struct gs_filter f = {.has_date = true, .date = date, .limit = held > INT32_MAX ? INT32_MAX : (int32_t)held};
    const struct gs_booking **bookings = malloc((held + 1) * sizeof *bookings);
    if (bookings == NULL) {
        gs_reply_code(x, GS_CODE_OVERLOADED);
        return;
    }
    send_report(x, book, date, NULL, bookings, gs_book_list(book, &f, bookings));
    free(bookings);
}

static void gathering_free(void *state)
{
    struct gathering *g = state;
    free(g->rows);
    free(g);
}

static void report_past(struct gathering *g)
{
    const struct gs_service *service = &gs_api_of(g->x)->service;
    const struct gs_booking **bookings = malloc((g->count + 1) * sizeof *bookings);
    if (bookings == NULL) {
        gs_reply_code(g->x, GS_CODE_OVERLOADED);
        return;
    }
    for (size_t i = 0; i < g->count; i++) {
        bookings[i] = &g->rows[i];
    }
    send_report(g->x, service->apply_due(service->self), g->query.u.filter.date, g, bookings, g->count);
    free(bookings);
}

static void page_found(void *arg, struct gs_answer *answer)
{
    struct gathering *g = arg;
    size_t count = g->count + answer->booking_count;
    struct gs_booking *rows;
    if (answer->err != GS_OK) {
        gs_query_failed(g->x, answer->err);
        return;
    }
    rows = count > GS_REPORT_ROWS_MAX ? NULL : realloc(g->rows, (count + 1) * sizeof *rows);
    if (rows == NULL) {
        gs_reply_code(g->x, GS_CODE_OVERLOADED);
        return;
    }
    g->rows = rows;
    if (answer->booking_count > 0) {
        memcpy(rows + g->count, answer->bookings, answer->booking_count * sizeof *rows);
        g->query.u.filter.after_id = rows[count - 1].id;
    }
    g->count = count;
    if (answer->more) {
        gs_query_store(g->x, &g->query, page_found, g);
    } else {
        report_past(g);
    }
}

static void capacities_found(void *arg, struct gs_answer *answer)
{
    struct gathering *g = arg;
    gs_date date = g->query.u.dates.from;
    if (answer->err != GS_OK) {
        gs_query_failed(g->x, answer->err);
        return;
    }
    for (size_t i = 0; i < answer->capacity_count && g->set_count < GS_MAX_WINDOWS; i++) {
        g->set[g->set_count++] = answer->capacities[i];
    }
    g->query = (struct gs_query){.kind = GS_QUERY_BOOKINGS,
                                 .u.filter = {.has_date = true, .date = date, .limit = GS_PAGE_MAX}};
    gs_query_store(g->x, &g->query, page_found, g);
}

void gs_handle_report(struct gs_call *c)
{
    const struct gs_book *book = c->service->apply_due(c->service->self);
    gs_date date = gs_book_today(book);
    struct gathering *g;
    (void)gs_params_date(&c->params, "date", &date);
    if (c->api->faults.count > 0) {
        gs_reply_faults(c->x, &c->api->faults);
        return;
    }
    if (gs_work_put_off(c)) {
        return;
    }
    if (date >= gs_book_first_date(book)) {
        report_live(c->x, book, date);
        return;
    }
    g = gs_query_state(c->x, sizeof *g);
    if (g != NULL) {
        g->x = c->x;
        g->query = (struct gs_query){.kind = GS_QUERY_CAPACITIES, .u.dates = {.from = date, .to = date}};
        c->x->state_free = gathering_free;
        gs_query_store(c->x, &g->query, capacities_found, g);
    }
}
