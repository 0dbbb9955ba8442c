/* The calls that show days: free places for all who book, capacities for those who set them. The slots of one day are asked for
 * more than anything else, so that answer is kept until the book says something else of the day. Others are written some days at a time. */
#include "day_calls.h"
#include "booking_json.h"
#include "gateslot/base/text.h"
#include "handlers.h"
#include "query_store.h"
#include "reply.h"
#include "row_writer.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What its slots can take binds a window as much as its own capacity does. */
int32_t gs_window_free(const struct gs_window_view *w)
{
    int32_t free_places = w->capacity + w->overbooking - w->booked, of_slots = 0;
    for (int32_t i = 0; i < w->slot_count; i++) {
        const struct gs_slot_view *s = &w->slots[i];
        int32_t of_slot = s->capacity + s->overbooking - s->booked;
        of_slots += of_slot > 0 ? of_slot : 0;
    }
    if (free_places <= 0) {
        return free_places;
    }
    return w->closed ? 0 : of_slots < free_places ? of_slots : free_places;
}

bool gs_window_named(const struct gs_book *book, gs_date date, const char *id, struct gs_window_view *out)
{
    for (int32_t i = 0; gs_book_window(book, date, i, out); i++) {
        if (strcmp(out->id, id) == 0) {
            return true;
        }
    }
    return false;
}

static void range_fault(struct gs_call *c, const char *pointer, gs_date found, gs_date from, gs_date to)
{
    char text[GS_DATE_TEXT], range[2 * GS_DATE_TEXT + 2];
    gs_date_format(found, text);
    gs_date_format(from, range);
    memcpy(range + GS_DATE_TEXT - 1, "..", 2);
    gs_date_format(to, range + GS_DATE_TEXT + 1);
    gs_fault_add(&c->api->faults, GS_FAULT_RANGE, pointer, text, range);
}

struct gs_range gs_range_take(struct gs_call *c, const struct gs_book *book, gs_date first, gs_date most)
{
    struct gs_range r = {.from = gs_book_today(book)};
    bool has_from = gs_params_date(&c->params, "from", &r.from);
    r.to = has_from ? r.from : gs_book_last_date(book);
    (void)gs_params_date(&c->params, "to", &r.to);
    if (c->api->faults.count > 0) {
        return r;
    }
    if (r.from < first) {
        range_fault(c, "?from", r.from, first, first + most - 1);
    } else if (r.to < r.from || r.to - r.from >= most) {
        range_fault(c, "?to", r.to, r.from, r.from + most - 1);
    }
    return r;
}

static void window_fault(struct gs_call *c, const struct gs_book *book, gs_date date, const char *window)
{
    struct gs_window_view w;
    struct gs_buf ids;
    gs_buf_init(&ids, GS_WINDOWS_TEXT_MAX + 2 * GS_MAX_WINDOWS);
    for (int32_t i = 0; gs_book_window(book, date, i, &w); i++) {
        gs_buf_str(&ids, i > 0 ? ", " : "");
        gs_buf_str(&ids, w.id);
    }
    gs_fault_add(&c->api->faults, GS_FAULT_NO_SUCH_WINDOW, "?window", window, ids.data);
    gs_buf_finish(&ids);
}

gs_date gs_live_day(struct gs_call *c, const struct gs_book *book, char out_window[GS_WINDOW_ID_MAX + 1])
{
    gs_date date = gs_book_today(book), first = gs_book_first_date(book);
    const char *window = gs_params_text(&c->params, "window");
    struct gs_window_view w;
    out_window[0] = '\0';
    (void)gs_params_date(&c->params, "date", &date);
    if (date < first) {
        range_fault(c, "?date", date, first, gs_book_last_date(book));
    }
    if (window != NULL && !gs_window_named(book, date, window, &w)) {
        window_fault(c, book, date, window);
    } else if (window != NULL) {
        (void)gs_text_copy(out_window, GS_WINDOW_ID_MAX + 1, window);
    }
    return date;
}

static void write_slots(struct gs_json *j, const struct gs_window_view *w, const struct gs_tz *tz)
{
    int32_t window_free = gs_window_free(w);
    gs_json_array(j, "slots");
    for (int32_t i = 0; i < w->slot_count; i++) {
        const struct gs_slot_view *s = &w->slots[i];
        int32_t free_places = s->capacity + s->overbooking - s->booked;
        if (free_places > window_free && free_places > 0) { /* the window's capacity binds its slots */
            free_places = window_free > 0 ? window_free : 0;
        }
        gs_json_object(j, NULL);
        gs_json_time(j, "start", s->start_ms, tz);
        gs_json_time(j, "end", s->end_ms, tz);
        gs_json_int(j, "capacity", w->closed ? 0 : s->capacity);
        gs_json_int(j, "booked", s->booked);
        gs_json_int(j, "free", free_places);
        gs_json_end_object(j);
    }
    gs_json_end_array(j);
}

static void write_window(struct gs_json *j, const struct gs_window_view *w, const struct gs_tz *tz, bool capacities)
{
    gs_json_object(j, NULL);
    gs_json_str(j, "id", w->id);
    gs_json_str(j, "name", w->name);
    gs_json_time(j, "start", w->start_ms, tz);
    gs_json_time(j, "end", w->end_ms, tz);
    gs_json_int(j, "capacity",
                w->closed && !capacities ? 0 : w->capacity); /* supervisors see what stands when it opens */
    gs_json_int(j, "booked", w->booked);
    gs_json_int(j, "free", gs_window_free(w));
    gs_json_bool(j, "closed", w->closed);
    if (w->overbooking > 0) {
        gs_json_int(j, "overbooking", w->overbooking);
    }
    if (capacities) {
        if (w->slot_capacity_rule >= 0) {
            gs_json_int(j, "slot_capacity", w->slot_capacity_rule);
        } else {
            gs_json_null(j, "slot_capacity");
        }
        gs_json_int(j, "waiting", w->waiting);
        gs_json_int(j, "overstay", w->inside);
        gs_json_int(j, "at_risk", w->at_risk);
        gs_json_bool(j, "overridden", w->overridden);
        gs_json_str(j, "reason", w->reason[0] != '\0' ? w->reason : NULL);
    } else {
        write_slots(j, w, tz);
    }
    gs_json_end_object(j);
}

static void write_day(struct gs_json *j, const struct gs_book *book, gs_date date, bool capacities)
{
    struct gs_window_view w;
    struct gs_day_view day;
    gs_book_day(book, date, &day);
    gs_json_object(j, NULL);
    gs_json_date(j, "date", date);
    gs_json_bool(j, "closed", day.closed);
    gs_json_str(j, "reason", day.reason[0] != '\0' ? day.reason : NULL);
    gs_json_array(j, "windows");
    for (int32_t i = 0; gs_book_window(book, date, i, &w); i++) {
        write_window(j, &w, gs_book_rules(book)->tz, capacities);
    }
    gs_json_end_array(j);
    gs_json_end_object(j);
}

/* ---- what a client may keep ---- */

#define TAG_TEXT 128

/* Another one for whatever changes what the days show: versions go up with each change of a day, so the highest of them does with each of any; a
 * date that is not held has that of the capacities set ahead, one that is over is not shown. A book that is loaded counts anew (loads), as
 * does a daemon that starts (life). Nothing of it depends on who asks, in which language, or on the time. */
static void tag_of(const struct gs_api *api, const struct gs_book *book, const struct gs_range *r, bool csv,
                   char out[TAG_TEXT])
{
    uint64_t latest = 0;
    for (gs_date date = r->from; date <= r->to; date++) {
        const uint64_t version = gs_book_day_version(book, date);
        latest = version > latest ? version : latest;
    }
    (void)snprintf(out, TAG_TEXT, "\"%016" PRIx64 ".%" PRIu64 ".%" PRIu64 ".%d.%d%s\"", api->life, api->loads, latest,
                   (int)r->from, (int)r->to, csv ? ".csv" : "");
}

/* ---- the answer, some days at a time ---- */

enum { DAYS_AT_ONCE = 4 };

struct days {
    struct gs_range range;
    gs_date next;
    bool capacities;
    uint64_t version;    /* of the day when it was written, if it is but one */
    char etag[TAG_TEXT]; /* when the first was written */
    struct gs_row_writer rows;
};

static void days_free(void *state)
{
    struct days *d = state;
    gs_rows_finish(&d->rows);
    free(d);
}

/* The slots of one day are asked for more than anything else. */
static void keep(struct gs_exchange *x, const struct gs_book *book, const struct days *d)
{
    struct gs_page *page = &gs_api_of(x)->slots_page;
    const gs_date date = d->range.from;
    if (date == d->range.to && !d->capacities && !d->rows.csv && gs_book_day_version(book, date) == d->version) {
        gs_page_keep(page, book, d->version, date, "", &d->rows.body);
    }
}

/* Each day as it stands when it is written. */
static void write_some(struct gs_exchange *x)
{
    const struct gs_service *service = &gs_api_of(x)->service;
    const struct gs_book *book = service->book(service->self);
    struct days *d = x->state;
    for (int n = 0; n < DAYS_AT_ONCE && d->next <= d->range.to; n++) {
        d->version = gs_book_day_version(book, d->next);
        write_day(gs_row_begin(&d->rows), book, d->next++, d->capacities);
        gs_row_end(&d->rows);
    }
    if (d->next <= d->range.to) {
        gs_work_go_on(x, write_some);
        return;
    }
    gs_rows_close(&d->rows, NULL);
    keep(x, book, d);
    char now[TAG_TEXT];
    tag_of(gs_api_of(x), book, &d->range, d->rows.csv, now);
    if (!d->capacities && strcmp(now, d->etag) == 0) { /* else it shows days of different instants */
        d->rows.etag = d->etag;
    }
    gs_rows_send(&d->rows);
}

static void write_days(struct gs_call *c, struct gs_range range, bool capacities)
{
    struct days *d = gs_query_state(c->x, sizeof *d);
    if (d == NULL) {
        return;
    }
    c->x->state_free = days_free;
    d->range = range;
    d->next = range.from;
    d->capacities = capacities;
    gs_rows_begin(&d->rows, c->x, capacities ? GS_LIST_CAPACITIES : GS_LIST_SLOTS, NULL);
    tag_of(c->api, c->service->book(c->service->self), &range, d->rows.csv, d->etag);
    write_some(c->x);
}

void gs_handle_slots(struct gs_call *c)
{
    const struct gs_book *book = c->service->apply_due(c->service->self);
    struct gs_range r = gs_range_take(c, book, gs_book_first_date(book), GS_RANGE_DAYS_MAX);
    struct gs_page *page = &c->api->slots_page;
    char etag[TAG_TEXT];
    if (c->api->faults.count > 0) {
        gs_reply_faults(c->x, &c->api->faults);
        return;
    }
    const bool csv = gs_wants_csv(c->x);
    tag_of(c->api, book, &r, csv, etag);
    if (gs_reply_not_modified(c->x, etag)) {
        return;
    }
    if (r.from == r.to && !csv && gs_page_holds(page, book, gs_book_day_version(book, r.from), r.from, "")) {
        gs_reply_page(c->x, page, etag);
        return;
    }
    if (gs_work_put_off(c)) {
        return;
    }
    write_days(c, r, false);
}

void gs_handle_capacity(struct gs_call *c)
{
    const struct gs_book *book = c->service->apply_due(c->service->self);
    struct gs_range r = gs_range_take(c, book, gs_book_first_date(book), GS_MAX_AHEAD_DAYS);
    if (c->api->faults.count > 0) {
        gs_reply_faults(c->x, &c->api->faults);
        return;
    }
    if (gs_work_put_off(c)) {
        return;
    }
    write_days(c, r, true);
}
