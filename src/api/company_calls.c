/* The call that shows a company: its places against its quota by day and window, throttle, kept promises, strikes. It gathers the
 * company's bookings of each day, from the book, or page by page from the store where the day is past; the core adds them up. */
#include "booking_json.h"
#include "day_calls.h"
#include "gateslot/base/text.h"
#include "gateslot/core/company.h"
#include "handlers.h"
#include "query_store.h"
#include "reply.h"
#include "strike_json.h"
#include <stdlib.h>
#include <string.h>

struct company_call { /* while one date after the other is gathered */
    struct gs_exchange *x;
    struct gs_query query; /* filter: company, and the date whose rows are gathered */
    gs_date from, to;
    size_t count;
    struct gs_booking *rows;            /* owned; of that date, from the store */
    char name[GS_COMPANY_NAME_MAX + 1]; /* as the latest booking has it; "" = none */
    struct gs_buf days;                 /* owned: the days that are done */
    struct gs_json json;
};

static void company_call_free(void *state)
{
    struct company_call *k = state;
    free(k->rows);
    gs_buf_finish(&k->days);
    free(k);
}

static void write_limit(struct gs_json *j, int32_t limit)
{
    if (limit < 0) {
        gs_json_null(j, "limit");
    } else {
        gs_json_int(j, "limit", limit);
    }
}

static void write_day(struct gs_json *j, const struct gs_company_day *d)
{
    gs_json_object(j, NULL);
    gs_json_date(j, "date", d->date);
    write_limit(j, d->limit);
    gs_json_int(j, "held", d->held);
    gs_json_int(j, "used", d->used);
    gs_json_int(j, "missed", d->missed);
    gs_json_int(j, "excused", d->excused);
    gs_json_int(j, "waiting", d->waiting);
    gs_json_array(j, "windows");
    for (int32_t i = 0; i < d->window_count; i++) {
        const struct gs_company_window *w = &d->windows[i];
        gs_json_object(j, NULL);
        gs_json_str(j, "id", w->id);
        write_limit(j, w->limit);
        gs_json_int(j, "held", w->held);
        gs_json_int(j, "used", w->used);
        gs_json_int(j, "missed", w->missed);
        gs_json_end_object(j);
    }
    gs_json_end_array(j);
    gs_json_end_object(j);
}

static void write_throttle(struct gs_json *j, const struct gs_book *book, const char *uscc)
{
    gs_json_array(j, "weeks");
    for (int32_t ahead = 0; ahead < 2; ahead++) {
        struct gs_company_week w;
        gs_company_week(book, uscc, ahead, &w);
        gs_json_object(j, NULL);
        gs_json_date(j, "week", w.monday);
        gs_json_bool(j, "throttled", w.limit >= 0);
        write_limit(j, w.limit);
        gs_json_int(j, "held", w.used);
        gs_json_object(j, "week_before");
        gs_json_int(j, "promised", w.promised);
        gs_json_int(j, "missed", w.missed);
        gs_json_int(j, "throttled_from_percent", gs_book_rules(book)->company_percent);
        gs_json_end_object(j);
        gs_json_end_object(j);
    }
    gs_json_end_array(j);
}

/* In tenths of a percent, half up. */
static void write_rate(struct gs_json *j, const struct gs_book *book, const char *uscc)
{
    struct gs_company_rate r;
    gs_company_rate(book, uscc, &r);
    int64_t all = (int64_t)r.kept + r.missed;
    gs_json_object(j, "no_shows");
    gs_json_date(j, "from", r.from);
    gs_json_date(j, "to", r.to);
    gs_json_int(j, "kept", r.kept);
    gs_json_int(j, "missed", r.missed);
    gs_json_int(j, "excused", r.excused);
    if (all > 0) {
        gs_json_tenths(j, "percent", (int32_t)((2000 * (int64_t)r.missed + all) / (2 * all)));
    } else {
        gs_json_null(j, "percent");
    }
    gs_json_end_object(j);
}

static void write_live(struct gs_json *j, const struct gs_book *book, const char *uscc)
{
    struct gs_company_live l;
    gs_company_live(book, uscc, &l);
    gs_json_object(j, "live");
    gs_json_int(j, "held", l.held);
    write_limit(j, l.limit);
    gs_json_bool(j, "known", l.known);
    gs_json_bool(j, "limited_as_late", l.late);
    gs_json_date(j, "from", l.from);
    gs_json_date(j, "to", l.to);
    gs_json_int(j, "cancelled_late", l.cancelled);
    gs_json_int(j, "missed", l.missed);
    gs_json_int(j, "ended", l.ended);
    gs_json_end_object(j);
}

/* The rows of one date, which are read and shown before those of the next. */
static void end_date(struct company_call *k, const struct gs_book *book, const struct gs_booking *const *rows,
                     size_t count)
{
    struct gs_company_day day;
    gs_company_day_make(book, k->query.u.filter.date, rows, count, &day);
    write_day(&k->json, &day);
    if (count > 0) {
        (void)gs_text_copy(k->name, sizeof k->name, rows[count - 1]->company_name);
    }
    k->query.u.filter.date++;
    k->query.u.filter.after_id = 0;
    k->count = 0;
}

static void write_company(struct gs_json *j, const struct company_call *k, const struct gs_book *book)
{
    const char *uscc = k->query.u.filter.uscc;
    const struct gs_rules *rules = gs_book_rules(book);
    struct gs_strike_filter strikes = {.limit = GS_PAGE_DEFAULT};
    (void)gs_text_copy(strikes.uscc, sizeof strikes.uscc, uscc);
    gs_json_object(j, NULL);
    gs_json_str(j, "uscc", uscc);
    gs_json_str(j, "name", k->name[0] != '\0' ? k->name : NULL);
    gs_json_date(j, "from", k->from);
    gs_json_date(j, "to", k->to);
    gs_json_int(j, "lifted_minutes", rules->lifted_min);
    gs_json_raw(j, "days", k->days.data, k->days.len);
    write_throttle(j, book, uscc);
    write_rate(j, book, uscc);
    write_live(j, book, uscc);
    gs_json_object(j, "strikes");
    gs_json_strikes(j, book, &strikes);
    gs_json_end_object(j);
    gs_json_end_object(j);
}

static void send_company(struct company_call *k)
{
    const struct gs_service *service = &gs_api_of(k->x)->service;
    const struct gs_book *book = service->apply_due(service->self);
    gs_json_end_array(&k->json);
    if (gs_buf_status(&k->days) != GS_OK) {
        gs_reply_code(k->x, GS_CODE_OVERLOADED);
        return;
    }
    struct gs_json j = gs_reply_begin(k->x);
    write_company(&j, k, book);
    gs_reply_json(k->x, 200);
}

static void next_date(struct gs_exchange *x);

static void page_found(void *arg, struct gs_answer *answer)
{
    struct company_call *k = arg;
    const struct gs_service *service = &gs_api_of(k->x)->service;
    struct gs_filter *f = &k->query.u.filter;
    if (answer->err != GS_OK) {
        gs_query_failed(k->x, answer->err);
        return;
    }
    size_t count = k->count + answer->booking_count;
    struct gs_booking *rows = count > GS_REPORT_ROWS_MAX ? NULL : realloc(k->rows, (count + 1) * sizeof *rows);
    if (rows == NULL) {
        gs_reply_code(k->x, GS_CODE_OVERLOADED);
        return;
    }
    k->rows = rows;
    if (answer->booking_count > 0) {
        memcpy(rows + k->count, answer->bookings, answer->booking_count * sizeof *rows);
        f->after_id = rows[count - 1].id;
    }
    k->count = count;
    if (answer->more) {
        gs_query_store(k->x, &k->query, page_found, k);
        return;
    }
    const struct gs_booking **room = malloc((count + 1) * sizeof *room);
    if (room == NULL) {
        gs_reply_code(k->x, GS_CODE_OVERLOADED);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        room[i] = &rows[i];
    }
    end_date(k, service->book(service->self), room, count);
    free(room);
    gs_work_go_on(k->x, next_date);
}

/* Of a date that the book holds. False without memory. */
static bool show_live(struct company_call *k, const struct gs_book *book)
{
    const size_t held = gs_book_count(book);
    struct gs_filter f = k->query.u.filter;
    f.limit = held > INT32_MAX ? INT32_MAX : (int32_t)held;
    const struct gs_booking **found = malloc((held + 1) * sizeof *found);
    if (found != NULL) {
        end_date(k, book, found, gs_book_list(book, &f, found));
    }
    free(found);
    return found != NULL;
}

/* Each date is as it stands when its turn comes. */
static void next_date(struct gs_exchange *x)
{
    struct company_call *k = x->state;
    const struct gs_service *service = &gs_api_of(x)->service;
    const struct gs_book *book = service->book(service->self);
    if (k->query.u.filter.date > k->to) {
        send_company(k);
    } else if (k->query.u.filter.date < gs_book_first_date(book)) {
        gs_query_store(x, &k->query, page_found, k);
    } else if (show_live(k, book)) {
        gs_work_go_on(x, next_date);
    } else {
        gs_reply_code(x, GS_CODE_OVERLOADED);
    }
}

void gs_handle_company(struct gs_call *c)
{
    const struct gs_book *book = c->service->apply_due(c->service->self);
    struct company_call asked = {
        .x = c->x, .query = {.kind = GS_QUERY_BOOKINGS, .u.filter = {.has_date = true, .limit = GS_PAGE_MAX}}};
    struct gs_verdict v = gs_uscc_check(c->parts[0], strlen(c->parts[0]), asked.query.u.filter.uscc);
    if (!v.ok) {
        gs_fault_add(&c->api->faults, v.kind, "/uscc", v.found, v.expected);
    }
    const struct gs_range range = gs_range_take(c, book, INT32_MIN, GS_RANGE_DAYS_MAX);
    asked.from = range.from;
    asked.to = range.to;
    if (c->api->faults.count > 0) {
        gs_reply_faults(c->x, &c->api->faults);
        return;
    }
    if (gs_work_put_off(c)) {
        return;
    }
    struct company_call *k = gs_query_state(c->x, sizeof *k);
    if (k == NULL) {
        return;
    }
    *k = asked;
    k->query.u.filter.date = k->from;
    c->x->state_free = company_call_free;
    gs_buf_init(&k->days, GS_OUTPUT_HARD_MAX);
    gs_json_init(&k->json, &k->days);
    gs_json_array(&k->json, NULL);
    next_date(c->x);
}
