/* The calls of the gate: what to do with the truck in front of it, and who is due today. The core decides; here it is shown. */
#include "gate_calls.h"
#include "booking_json.h"
#include "codec.h"
#include "day_calls.h"
#include "display_plates.h"
#include "gate_text.h"
#include "handlers.h"
#include "query_store.h"
#include "reply.h"
#include "row_writer.h"

#include "gateslot/base/text.h"
#include "gateslot/domain/checks.h"

#include <stdlib.h>
#include <string.h>

enum { SENTENCE_MAX = 1024 };

void gs_write_decision(struct gs_call *c, const struct gs_book *book, const struct gs_gate_verdict *v,
                       const struct gs_outcome *admitted)
{
    struct gs_buf sentence;
    gs_buf_init(&sentence, SENTENCE_MAX);
    if (admitted != NULL) {
        gs_admitted_text(book, admitted, c->caller->lang, &sentence);
    } else {
        gs_gate_text(book, v, c->caller->lang, &sentence);
    }
    struct gs_json j = gs_reply_begin(c->x);
    gs_json_object(&j, NULL);
    gs_json_str(&j, "decision", gs_decision_name(v->decision));
    gs_json_str(&j, "code", gs_gate_code_name(v->code));
    if (v->booking != NULL) {
        gs_json_live_booking(&j, "booking", v->booking, book, GS_SHOW_WHOLE);
    } else {
        gs_json_null(&j, "booking");
    }
    gs_json_array(&j, "candidates");
    for (int32_t i = 0; i < v->candidate_count; i++) {
        gs_json_live_booking(&j, NULL, v->candidates[i], book, GS_SHOW_MASKED);
    }
    gs_json_end_array(&j);
    gs_json_str(&j, "message", sentence.data != NULL ? sentence.data : "");
    gs_json_end_object(&j);
    gs_buf_finish(&sentence);
}

/* Without a letter or a digit it may be anything, a driver's name too. */
static bool says_a_plate(const char *what)
{
    return strpbrk(what, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789") != NULL;
}

/* What was asked for, as it is compared; what can be no plate and no number is cut to what an event has room for, and what may be somebody's
 * number or name is not kept. */
static void name_truck(const struct gs_gate_question *q, struct gs_command *out)
{
    const char *given = q->plate != NULL ? q->plate : q->pass_code != NULL ? q->pass_code : q->container;
    out->u.check.is_plate = q->plate != NULL;
    if (!gs_plate_normalise(given, strlen(given), out->u.check.what)) {
        (void)gs_text_copy(out->u.check.what, sizeof out->u.check.what, given);
    }
    gs_numbers_mask(out->u.check.what);
    if (!says_a_plate(out->u.check.what)) {
        (void)gs_text_copy(out->u.check.what, sizeof out->u.check.what, "?");
    }
}

/* False: it could not be recorded, and that is answered. */
static bool record(struct gs_call *c, const struct gs_gate_question *q, const struct gs_gate_verdict *v)
{
    struct gs_command command = {.kind = GS_CMD_GATE_RECORD, .actor = c->caller->actor, .if_version = -1};
    command.booking_id = v->booking != NULL ? v->booking->id : 0;
    command.u.check.decision = v->decision;
    command.u.check.code = v->code;
    name_truck(q, &command);
    gs_rates_apply(c, &command, &c->api->outcome);
    if (c->api->outcome.code != GS_CODE_OK) {
        gs_reply_code(c->x, c->api->outcome.code);
        return false;
    }
    return true;
}

void gs_handle_gate_check(struct gs_call *c)
{
    struct gs_gate_question q = {0};
    struct gs_gate_verdict v = {.booking = NULL};
    struct gs_health health;
    const struct gs_book *book;
    gs_codec_gate(c->body, &q, &c->api->faults);
    if (c->api->faults.count > 0) {
        gs_reply_faults(c->x, &c->api->faults);
        return;
    }
    c->service->health(c->service->self, &health);
    if (health.clock_refused) { /* its word and the step's are one */
        gs_reply_code(c->x, GS_CODE_CLOCK_UNTRUSTED);
        return;
    }
    book = c->service->apply_due(c->service->self);
    gs_book_gate_check(book, q.plate, q.pass_code, q.container, &v);
    gs_write_decision(c, book, &v, NULL); /* before it is recorded: what it borrows of the book is void then */
    if (!q.record || record(c, &q, &v)) {
        gs_reply_json(c->x, 200);
    }
}

/* ---- who is due ---- */

enum { ROWS_AT_ONCE = 24 };

/* Who is in it, and in which order, is of one instant; each row is as it stands when it is written. */
struct gate_list {
    gs_date date;
    char window[GS_WINDOW_ID_MAX + 1];
    uint64_t version; /* of the book when it was looked through: whatever changes a row is an event */
    bool is_public;   /* for a display */
    size_t count, next;
    int64_t *ids;            /* owned, with */
    enum gs_disclosure *how; /* … this of each */
    struct gs_row_writer rows;
};

static void gate_list_free(void *state)
{
    struct gate_list *l = state;
    free(l->ids);
    free(l->how);
    gs_rows_finish(&l->rows);
    free(l);
}

/* False: no memory. */
static bool look(struct gate_list *l, const struct gs_book *book)
{
    size_t count = gs_book_gate_list(book, l->date, l->window, NULL, 0);
    const struct gs_booking **found = malloc((count + 1) * sizeof *found);
    l->ids = malloc((count + 1) * sizeof *l->ids);
    l->how = malloc((count + 1) * sizeof *l->how);
    bool good = found != NULL && l->ids != NULL && l->how != NULL;
    if (good) {
        l->count = gs_book_gate_list(book, l->date, l->window, found, count);
        good = !l->is_public || gs_display_plates(found, l->count, l->how) == GS_OK;
    }
    for (size_t i = 0; good && i < l->count; i++) {
        l->ids[i] = found[i]->id;
        l->how[i] = l->is_public ? l->how[i] : GS_SHOW_MASKED;
    }
    l->version = (uint64_t)gs_book_seq(book);
    free(found);
    return good;
}

static void write_rows(struct gs_exchange *x)
{
    const struct gs_service *service = &gs_api_of(x)->service;
    const struct gs_book *book = service->book(service->self);
    struct gate_list *l = x->state;
    for (int n = 0; n < ROWS_AT_ONCE && l->next < l->count; n++, l->next++) {
        const struct gs_booking *b = gs_book_get(book, l->ids[l->next]);
        if (b != NULL) {
            gs_json_live_booking(gs_row_begin(&l->rows), NULL, b, book, l->how[l->next]);
            gs_row_end(&l->rows);
        }
    }
    if (l->next < l->count) {
        gs_work_go_on(x, write_rows);
        return;
    }
    gs_rows_close(&l->rows, NULL);
    if (!l->rows.csv && (uint64_t)gs_book_seq(book) == l->version) {
        gs_page_keep(&gs_api_of(x)->gate_pages[l->is_public ? 1 : 0], book, l->version, l->date, l->window,
                     &l->rows.body);
    }
    gs_rows_send(&l->rows);
}

static void list(struct gs_call *c, const struct gs_book *book, gs_date date, const char *window)
{
    struct gate_list *l = gs_query_state(c->x, sizeof *l);
    if (l == NULL) {
        return;
    }
    c->x->state_free = gate_list_free;
    l->date = date;
    (void)gs_text_copy(l->window, sizeof l->window, window);
    l->is_public = c->caller->actor.role == GS_ROLE_DISPLAY;
    gs_rows_begin(&l->rows, c->x, l->is_public ? GS_LIST_DISPLAY : GS_LIST_BOOKINGS, &date);
    if (look(l, book)) {
        gs_work_go_on(c->x, write_rows);
    } else {
        gs_reply_code(c->x, GS_CODE_OVERLOADED);
    }
}

void gs_handle_gate_list(struct gs_call *c)
{
    const struct gs_book *book = c->service->apply_due(c->service->self);
    bool display = c->caller->actor.role == GS_ROLE_DISPLAY;
    struct gs_page *page = &c->api->gate_pages[display ? 1 : 0];
    uint64_t version = (uint64_t)gs_book_seq(book); /* whatever changes a row is an event */
    char window[GS_WINDOW_ID_MAX + 1];
    gs_date date = gs_live_day(c, book, window);
    if (c->api->faults.count > 0) {
        gs_reply_faults(c->x, &c->api->faults);
        return;
    }
    if (!gs_wants_csv(c->x) && !gs_book_gate_list_moves(book) && gs_page_holds(page, book, version, date, window)) {
        gs_reply_page(c->x, page, NULL);
        return;
    }
    if (gs_work_put_off(c)) {
        return;
    }
    list(c, book, date, window);
}
