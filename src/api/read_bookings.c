/* The calls that show bookings: one, or a list. Those of live days come from the book, older ones from the store. A backend sees
 * its own only, and lists mask personal data. */
#include "booking_json.h"
#include "gateslot/base/text.h"
#include "handlers.h"
#include "list_bookings.h"
#include "query_store.h"
#include "reply.h"
#include <stdio.h>
#include <string.h>

static const struct gs_tz *zone(const struct gs_exchange *x)
{
    const struct gs_service *service = &gs_api_of(x)->service;
    return service->rules(service->self)->tz;
}

/* ---- one booking ---- */

static void send_one(struct gs_exchange *x, const struct gs_booking *b, int32_t position)
{
    const char *known = gs_request_list(&x->request, "if-none-match", gs_api_of(x)->room);
    struct gs_reply reply = {.status = 200, .content_type = "application/json"};
    struct gs_json j = gs_reply_begin(x);
    char etag[GS_ETAG_TEXT];
    gs_etag_format(b->version, etag);
    gs_reply_header(&reply, "ETag", etag);
    if (known != NULL && gs_etag_listed(known, b->version, true)) {
        reply.status = 304;
        reply.content_type = NULL;
    } else {
        gs_json_booking(&j, NULL, b, position, zone(x), GS_SHOW_WHOLE);
    }
    gs_reply_send(x, &reply);
}

static void one_found(void *arg, struct gs_answer *answer)
{
    struct gs_exchange *x = arg;
    if (answer->err != GS_OK && answer->err != GS_E_NOTFOUND) {
        gs_query_failed(x, answer->err);
    } else if (answer->err != GS_OK || answer->booking_count == 0 ||
               !gs_actor_sees(&gs_caller(x)->actor, answer->bookings[0].owner)) {
        gs_reply_not_found(x);
    } else {
        send_one(x, &answer->bookings[0], 0);
    }
}

/* Another's booking that the book holds is asked of the store too, as one that is not there: both take the same time. */
void gs_handle_booking(struct gs_call *c)
{
    int64_t id = 0;
    if (!gs_booking_id_parse(c->parts[0], strlen(c->parts[0]), &id)) {
        gs_reply_not_found(c->x);
        return;
    }
    const struct gs_book *book = c->service->apply_due(c->service->self);
    const struct gs_booking *b = gs_book_get(book, id);
    if (b != NULL && gs_actor_sees(&c->caller->actor, b->owner)) {
        send_one(c->x, b, gs_book_waitlist_position(book, b));
        return;
    }
    const struct gs_query query = gs_query_booking(c->caller, id);
    gs_query_store(c->x, &query, one_found, c->x);
}

/* ---- lists ---- */

static void take_status(struct gs_call *c, struct gs_filter *f)
{
    const char *status = gs_params_text(&c->params, "status");
    if (status == NULL) {
        return;
    }
    f->has_status = gs_status_parse(status, &f->status);
    if (!f->has_status) {
        gs_fault_add(&c->api->faults, GS_FAULT_CHOICE, "?status", status,
                     "waitlisted, booked, arrived, entered, cleared, departed, cancelled, expired, no_show, refused");
    }
}

static void take_company(struct gs_call *c, struct gs_filter *f)
{
    const char *company = gs_params_text(&c->params, "company");
    struct gs_verdict v;
    if (company == NULL) {
        return;
    }
    v = gs_uscc_check(company, strlen(company), f->uscc);
    if (!v.ok) {
        gs_fault_add(&c->api->faults, v.kind, "?company", v.found, v.expected);
    }
}

static void take_cursor(struct gs_call *c, struct gs_filter *f)
{
    const char *cursor = gs_params_text(&c->params, "cursor");
    if (cursor != NULL && !gs_booking_id_parse(cursor, strlen(cursor), &f->after_id)) {
        gs_fault_add(&c->api->faults, GS_FAULT_FORMAT, "?cursor", cursor, "next_cursor");
    }
}

/* With a date any text will do that says anything, and what it finds in any text of the booking counts; without one, it must be enough to go by. */
static bool take_text(struct gs_call *c, struct gs_filter *f)
{
    char text[sizeof f->text];
    if (!gs_params_copy(&c->params, "q", text, sizeof text, GS_SEARCH_CHARS)) {
        return false;
    }
    const bool enough = gs_search_read(text, strlen(text), &f->search) == GS_OK;
    const bool dated = gs_params_text(&c->params, "date") != NULL;
    if (dated && gs_search_says_nothing(text, strlen(text))) {
        gs_fault_add(&c->api->faults, GS_FAULT_EMPTY, "?q", NULL, NULL);
    } else if (dated) {
        memcpy(f->text, text, sizeof text);
    } else if (!enough) {
        char least[12];
        (void)snprintf(least, sizeof least, "%d", GS_SEARCH_CHARS_MIN);
        gs_fault_add(&c->api->faults, GS_FAULT_TOO_SHORT, "?q", text, least);
    }
    return true;
}

void gs_handle_booking_list(struct gs_call *c)
{
    struct gs_filter filter = {0}, *f = &filter;
    const struct gs_book *book = c->service->apply_due(c->service->self);
    int64_t limit = GS_PAGE_DEFAULT;
    f->has_date = gs_params_date(&c->params, "date", &f->date);
    (void)gs_params_copy(&c->params, "window", f->window, sizeof f->window, GS_WINDOW_ID_MAX);
    (void)gs_params_copy(&c->params, "reference", f->reference, sizeof f->reference, GS_REFERENCE_CHARS);
    (void)gs_params_int(&c->params, "limit", 1, GS_PAGE_MAX, &limit);
    take_status(c, f);
    take_company(c, f);
    take_cursor(c, f);
    const bool has_text = take_text(c, f);
    const bool searches = !f->has_date && (has_text || f->reference[0] != '\0');
    if (c->api->faults.count > 0) {
        gs_reply_faults(c->x, &c->api->faults);
        return;
    }
    if (gs_work_put_off(c)) {
        return;
    }
    f->limit = (int32_t)limit;
    if (c->caller->actor.role == GS_ROLE_BACKEND) {
        (void)gs_text_copy(f->owner, sizeof f->owner, c->caller->actor.name);
    }
    if (searches) {
        f->before_id = f->after_id;
        f->after_id = 0;
        gs_list_search(c, f);
    } else if (f->has_date && f->date < gs_book_first_date(book)) {
        gs_list_past(c, f);
    } else {
        gs_list_live(c, f);
    }
}
