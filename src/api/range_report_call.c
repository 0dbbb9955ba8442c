/* The call that shows the report over a range of dates, as JSON or CSV. It fetches what the core's report is fed with: the windows of
 * each date, the bookings that the book holds, then those of earlier dates from the store, slice by slice, so that no other request
 * waits longer than for one of them. A booking may be archived meanwhile: those not archived are read first, and what is found
 * again in the archive is left out. */
#include "booking_json.h"
#include "gateslot/base/grow.h"
#include "gateslot/core/range_report.h"
#include "handlers.h"
#include "query_store.h"
#include "reply.h"
#include "report_rows.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DATES_AT_ONCE = 31, FINISHED_AT_ONCE = 64 };

static const struct gs_words too_large = {
    {"这段日期内的{what}，请缩短日期范围。", "The range has {what}: ask for fewer days."}};
static const struct gs_words busy = {{"已有其他区间报表正在生成，请稍后再试。",
                                      "Other reports over ranges are being made; try again when they have ended."}};

struct ids {
    int64_t *at; /* owned; in order */
    size_t count, room;
};
struct gathered_range {
    struct gs_exchange *x;
    struct gs_api *api;
    struct gs_range_report *report; /* owned */
    enum gs_report_by by;
    bool csv;
    gs_date from, to;
    gs_date next_date; /* whose windows are asked next */
    bool gathered;     /* all bookings are in, or asked for */
    struct gs_query query;
    struct ids live; /* counted before they were archived, maybe */
    size_t counted;  /* bookings */
};

static const struct gs_book *book_of(const struct gathered_range *r)
{
    return r->api->service.apply_due(r->api->service.self);
}

static void range_free(void *state)
{
    struct gathered_range *r = state;
    gs_range_report_destroy(r->report);
    free(r->live.at);
    if (r->api != NULL) {
        r->api->range_reports--;
    }
    free(r);
}

/* ---- the answer ---- */

static void write_clearing(struct gs_json *j, const struct gs_report_row *row, bool of_dates)
{
    gs_json_int(j, "days", row->days);
    if (of_dates) {
        gs_json_int(j, "cleared_days", row->cleared_days);
    } else {
        gs_json_null(j, "cleared_days");
    }
    if (of_dates && row->daily_clearing != GS_CLEARING_OPEN) {
        gs_json_bool(j, "daily_clearing", row->daily_clearing == GS_CLEARING_TRUE);
    } else {
        gs_json_null(j, "daily_clearing");
    }
}

static void write_row(struct gs_json *j, const char *key, const struct gathered_range *r,
                      const struct gs_report_row *row, bool is_total)
{
    gs_json_object(j, key);
    if (!is_total) {
        gs_json_str(j, "name", row->name[0] != '\0' ? row->name : NULL);
        gs_json_str(j, "company_name", row->company_name[0] != '\0' ? row->company_name : NULL);
        gs_json_date(j, "from", row->from);
        gs_json_date(j, "to", row->to);
    }
    write_clearing(j, row, is_total || r->by <= GS_BY_MONTH);
    gs_report_sum_members(j, &row->sum, !is_total && r->by == GS_BY_COMPANY);
    gs_json_end_object(j);
}

static void write_json(struct gs_json *j, const struct gathered_range *r)
{
    gs_json_object(j, NULL);
    gs_json_date(j, "from", r->from);
    gs_json_date(j, "to", r->to);
    gs_json_str(j, "by", gs_report_by_name(r->by));
    gs_json_array(j, "rows");
    for (size_t i = 0; i < gs_range_report_count(r->report); i++) {
        write_row(j, NULL, r, gs_range_report_row(r->report, i), false);
    }
    gs_json_end_array(j);
    write_row(j, "total", r, gs_range_report_total(r->report), true);
    gs_json_end_object(j);
}

static void write_csv_row(struct gs_csv *c, const struct gathered_range *r, const struct gs_report_row *row,
                          bool is_total)
{
    static const char *const cleared[] = {
        [GS_CLEARING_OPEN] = NULL, [GS_CLEARING_TRUE] = "true", [GS_CLEARING_FALSE] = "false"};
    bool of_dates = is_total || r->by <= GS_BY_MONTH;
    char from[GS_DATE_TEXT], to[GS_DATE_TEXT];
    gs_date_format(row->from, from);
    gs_date_format(row->to, to);
    gs_csv_text(c, is_total ? "total" : row->name);
    if (r->by == GS_BY_COMPANY) {
        gs_csv_text(c, row->company_name);
    }
    gs_csv_text(c, from);
    gs_csv_text(c, to);
    gs_csv_int(c, row->days);
    if (of_dates) {
        gs_csv_int(c, row->cleared_days);
    } else {
        gs_csv_text(c, NULL);
    }
    gs_csv_text(c, of_dates ? cleared[row->daily_clearing] : NULL);
    gs_report_sum_csv(c, &row->sum, !is_total && r->by == GS_BY_COMPANY);
}

static void write_csv(struct gs_buf *out, const struct gathered_range *r)
{
    static const char *const names[] = {"from", "to", "days", "cleared_days", "daily_clearing"};
    struct gs_csv c = {.out = out};
    gs_csv_text(&c, gs_report_by_name(r->by));
    if (r->by == GS_BY_COMPANY) {
        gs_csv_text(&c, "company_name");
    }
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        gs_csv_text(&c, names[i]);
    }
    gs_report_sum_csv_head(&c);
    for (size_t i = 0; i < gs_range_report_count(r->report); i++) {
        write_csv_row(&c, r, gs_range_report_row(r->report, i), false);
    }
    write_csv_row(&c, r, gs_range_report_total(r->report), true);
}

static void send_range(struct gathered_range *r)
{
    struct gs_reply reply = {.status = 200, .content_type = r->csv ? GS_CSV_TYPE : "application/json"};
    struct gs_json j = gs_reply_begin(r->x);
    if (r->csv) {
        write_csv(j.out, r);
    } else {
        write_json(&j, r);
    }
    gs_reply_header(&reply, "Vary", "Accept");
    gs_reply_send(r->x, &reply);
}

/* ---- gathering ---- */

static void fail(struct gathered_range *r, int err, const char *what_zh, const char *what_en)
{
    if (err == GS_E_RANGE) {
        gs_reply_problem(r->x, &(struct gs_problem){.code = GS_CODE_VALIDATION,
                                                    .detail = &too_large,
                                                    .what = gs_caller(r->x)->lang == GS_LANG_ZH ? what_zh : what_en,
                                                    .command = -1});
    } else {
        gs_query_failed(r->x, err == GS_E_NOMEM ? GS_E_BUSY : err);
    }
}

static void fail_feeding(struct gathered_range *r, int err)
{
    if (r->counted >= GS_REPORT_TRUCKS_MAX) {
        fail(r, err, "预约过多", "too many bookings");
    } else {
        fail(r, err, "企业过多", "too many companies");
    }
}

static int feed_one(struct gathered_range *r, const struct gs_booking *b)
{
    if (r->counted >= GS_REPORT_TRUCKS_MAX) {
        return GS_E_RANGE;
    }
    r->counted++;
    return gs_range_report_booking(r->report, b);
}

static void next_step(struct gs_exchange *x);

static void go_on(const struct gathered_range *r)
{
    gs_work_go_on(r->x, next_step);
}

static bool counted_live(const struct ids *ids, int64_t id)
{
    size_t low = 0, high = ids->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (ids->at[middle] < id) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < ids->count && ids->at[low] == id;
}

static int feed_archived(struct gathered_range *r, const struct gs_answer *answer)
{
    int err = GS_OK;
    for (size_t i = 0; i < answer->booking_count && err == GS_OK; i++) {
        if (!counted_live(&r->live, answer->bookings[i].id)) {
            err = feed_one(r, &answer->bookings[i]);
        }
    }
    return err;
}

static void archive_found(void *arg, struct gs_answer *answer)
{
    struct gathered_range *r = arg;
    int err = answer->err != GS_OK ? answer->err : feed_archived(r, answer);
    if (err != GS_OK) {
        fail_feeding(r, err);
    } else if (!answer->more || gs_exchange_gone(r->x)) {
        go_on(r);
    } else {
        const struct gs_booking *last = &answer->bookings[answer->booking_count - 1];
        r->query.u.dates.from = last->wish.date;
        r->query.u.dates.after_id = last->id;
        gs_query_store(r->x, &r->query, archive_found, r);
    }
}

static int feed_live(struct gathered_range *r, const struct gs_answer *answer)
{
    int err = GS_OK;
    for (size_t i = 0; i < answer->booking_count && err == GS_OK; i++) {
        int64_t *grown = gs_grown(r->live.at, r->live.count, &r->live.room, sizeof *grown);
        if (grown == NULL) {
            return GS_E_NOMEM;
        }
        r->live.at = grown;
        r->live.at[r->live.count++] = answer->bookings[i].id;
        err = feed_one(r, &answer->bookings[i]);
    }
    return err;
}

static void live_found(void *arg, struct gs_answer *answer)
{
    struct gathered_range *r = arg;
    int err = answer->err != GS_OK ? answer->err : feed_live(r, answer);
    if (err != GS_OK) {
        fail_feeding(r, err);
    } else if (answer->more) {
        r->query.u.dates.after_id = answer->scanned_id;
        gs_query_store(r->x, &r->query, live_found, r);
    } else {
        r->query.kind = GS_QUERY_ARCHIVE;
        r->query.u.dates.after_id = 0;
        gs_query_store(r->x, &r->query, archive_found, r);
    }
}

static int feed_book(struct gathered_range *r, const struct gs_book *book)
{
    size_t held = gs_book_count(book);
    gs_date first = gs_book_first_date(book), from = r->from > first ? r->from : first;
    const struct gs_booking **found = malloc((held + 1) * sizeof *found);
    int err = found != NULL ? GS_OK : GS_E_NOMEM;
    for (gs_date date = from; err == GS_OK && date <= r->to; date++) {
        struct gs_filter f = {.has_date = true, .date = date, .limit = held > INT32_MAX ? INT32_MAX : (int32_t)held};
        size_t count = gs_book_list(book, &f, found);
        for (size_t i = 0; i < count && err == GS_OK; i++) {
            err = feed_one(r, found[i]);
        }
    }
    free(found);
    return err;
}

/* The book is read at one instant; what it does not hold whole at that instant is the store's. */
static void gather_bookings(struct gathered_range *r)
{
    const struct gs_book *book = book_of(r);
    gs_date first = gs_book_first_date(book);
    int err = feed_book(r, book);
    r->gathered = true;
    if (err != GS_OK) {
        fail_feeding(r, err);
    } else if (r->from >= first) {
        go_on(r);
    } else {
        gs_date to = r->to < first ? r->to : first - 1;
        r->query = (struct gs_query){.kind = GS_QUERY_LIVE, .u.dates = {.from = r->from, .to = to}};
        gs_query_store(r->x, &r->query, live_found, r);
    }
}

static void capacities_found(void *arg, struct gs_answer *answer)
{
    struct gathered_range *r = arg;
    const struct gs_book *book = book_of(r);
    int err = answer->err;
    for (; err == GS_OK && r->next_date <= r->query.u.dates.to; r->next_date++) {
        bool is_past = r->next_date < gs_book_first_date(book);
        err = gs_range_report_date(r->report, book, r->next_date, is_past ? answer->capacities : NULL,
                                   is_past ? answer->capacity_count : 0);
    }
    if (err != GS_OK) {
        fail_feeding(r, err);
    } else {
        go_on(r);
    }
}

static void ask_dates(struct gathered_range *r)
{
    gs_date last = r->to - r->next_date < DATES_AT_ONCE ? r->to : r->next_date + DATES_AT_ONCE - 1;
    r->query = (struct gs_query){.kind = GS_QUERY_CAPACITIES, .u.dates = {.from = r->next_date, .to = last}};
    gs_query_store(r->x, &r->query, capacities_found, r);
}

static void finish(struct gathered_range *r)
{
    const struct gs_book *book = book_of(r);
    for (int i = 0; i < FINISHED_AT_ONCE; i++) {
        if (!gs_range_report_finish(r->report, book)) {
            send_range(r);
            return;
        }
    }
    go_on(r);
}

static void next_step(struct gs_exchange *x)
{
    struct gathered_range *r = x->state;
    if (gs_http_draining(x->http)) {
        gs_reply_code(x, GS_CODE_OVERLOADED);
    } else if (r->next_date <= r->to) {
        ask_dates(r);
    } else if (!r->gathered) {
        gather_bookings(r);
    } else {
        finish(r);
    }
}

/* ---- the question ---- */

static void range_fault(struct gs_call *c, const char *pointer, gs_date found, gs_date from)
{
    char text[GS_DATE_TEXT], range[2 * GS_DATE_TEXT + 2], last[GS_DATE_TEXT];
    gs_date_format(found, text);
    gs_date_format(from, range);
    gs_date_format(from + GS_REPORT_DAYS_MAX - 1, last);
    (void)snprintf(range + GS_DATE_TEXT - 1, sizeof range - GS_DATE_TEXT + 1, "..%s", last);
    gs_fault_add(&c->api->faults, GS_FAULT_RANGE, pointer, text, range);
}

/* Without dates: today; with one of them: from there to today, or that day alone. */
static void take_range(struct gs_call *c, gs_date today, gs_date *out_from, gs_date *out_to, enum gs_report_by *out_by)
{
    const char *by = gs_params_text(&c->params, "by");
    *out_by = GS_BY_DAY;
    *out_from = *out_to = today;
    bool has_from = gs_params_date(&c->params, "from", out_from);
    bool has_to = gs_params_date(&c->params, "to", out_to);
    if (has_from && !has_to && *out_from > today) {
        *out_to = *out_from;
    } else if (has_to && !has_from) {
        *out_from = *out_to;
    }
    if (by != NULL && !gs_report_by_parse(by, out_by)) {
        gs_fault_add(&c->api->faults, GS_FAULT_CHOICE, "?by", by, "day, week, month, window, company");
    }
    if (c->api->faults.count == 0 && (*out_to < *out_from || *out_to - *out_from >= GS_REPORT_DAYS_MAX)) {
        range_fault(c, has_to ? "?to" : "?from", has_to ? *out_to : *out_from,
                    has_to ? *out_from : *out_to - GS_REPORT_DAYS_MAX + 1);
    }
}

void gs_handle_range_report(struct gs_call *c)
{
    char room[GS_HEAD_MAX];
    gs_date from, to;
    enum gs_report_by by;
    take_range(c, gs_book_today(c->service->apply_due(c->service->self)), &from, &to, &by);
    if (c->api->faults.count > 0) {
        gs_reply_faults(c->x, &c->api->faults);
        return;
    }
    if (gs_work_put_off_background(c)) {
        return;
    }
    if (c->api->range_reports >= GS_REPORTS_MAX) {
        gs_reply_problem(c->x, &(struct gs_problem){.code = GS_CODE_OVERLOADED, .detail = &busy, .command = -1});
        return;
    }
    struct gathered_range *r = gs_query_state(c->x, sizeof *r);
    if (r == NULL) {
        return;
    }
    c->x->state_free = range_free;
    *r = (struct gathered_range){.x = c->x, .api = c->api, .by = by, .from = from, .to = to, .next_date = from};
    c->api->range_reports++;
    r->csv = gs_negotiate_csv(gs_request_list(&c->x->request, "accept", room));
    if (gs_range_report_create(from, to, by, &r->report) != GS_OK) {
        gs_reply_code(c->x, GS_CODE_OVERLOADED);
    } else {
        ask_dates(r);
    }
}
