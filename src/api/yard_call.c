/* The call that shows the yard: which trucks are inside, since when and until when, and which wait at the gate, in the order in which
 * they are let in. The core says who and in which order; here it is shown, to a display with masked plates. */
#include "booking_json.h"
#include "display_plates.h"
#include "handlers.h"
#include "reply.h"

#include <stdlib.h>

struct yard {
    const struct gs_booking **rows; /* owned: those inside, then those held */
    enum gs_disclosure *show;       /* owned: of each */
    size_t inside, held;
};

static void finish(struct yard *y)
{
    free(y->rows);
    free(y->show);
}

/* False: no memory. */
static bool look(const struct gs_book *book, bool display, struct yard *y)
{
    *y = (struct yard){.inside = gs_book_yard(book, true, NULL, 0), .held = gs_book_yard(book, false, NULL, 0)};
    size_t count = y->inside + y->held;
    y->rows = calloc(count + 1, sizeof *y->rows);
    y->show = calloc(count + 1, sizeof *y->show);
    if (y->rows == NULL || y->show == NULL) {
        finish(y);
        return false;
    }
    (void)gs_book_yard(book, true, y->rows, y->inside);
    (void)gs_book_yard(book, false, y->rows + y->inside, y->held);
    for (size_t i = 0; i < count; i++) {
        y->show[i] = GS_SHOW_MASKED;
    }
    if (display && gs_display_plates(y->rows, count, y->show) != GS_OK) {
        finish(y);
        return false;
    }
    return true;
}

static int64_t minutes(int64_t from_ms, int64_t now_ms)
{
    return now_ms > from_ms ? (now_ms - from_ms) / GS_MINUTE_MS : 0;
}

static void write_inside(struct gs_json *j, const struct gs_book *book, const struct gs_booking *b,
                         enum gs_disclosure show)
{
    int64_t now_ms = gs_book_now(book), out_ms = gs_book_due_out(book, b);
    const struct gs_tz *tz = gs_book_rules(book)->tz;
    gs_json_booking_open(j, NULL, b, 0, tz, show);
    gs_json_int(j, "minutes_inside", minutes(b->entered_ms, now_ms));
    gs_json_time(j, "due_out", out_ms, tz);
    gs_json_bool(j, "overstay", now_ms >= out_ms);
    gs_json_end_object(j);
}

static void write_held(struct gs_json *j, const struct gs_book *book, const struct gs_booking *b,
                       enum gs_disclosure show)
{
    enum gs_decision decision;
    enum gs_gate_code code;
    gs_book_entrance(book, b, &decision, &code);
    gs_json_booking_open(j, NULL, b, 0, gs_book_rules(book)->tz, show);
    gs_json_int(j, "minutes_waiting", minutes(b->arrived_ms, gs_book_now(book)));
    gs_json_str(j, "decision", gs_decision_name(decision));
    gs_json_str(j, "code", gs_gate_code_name(code));
    gs_json_end_object(j);
}

void gs_handle_yard(struct gs_call *c)
{
    if (gs_work_put_off(c)) {
        return;
    }
    const struct gs_book *book = c->service->apply_due(c->service->self);
    const struct gs_rules *rules = gs_book_rules(book);
    int32_t inside = gs_book_inside(book);
    struct yard y;
    if (!look(book, c->caller->actor.role == GS_ROLE_DISPLAY, &y)) {
        gs_reply_code(c->x, GS_CODE_OVERLOADED);
        return;
    }
    struct gs_json j = gs_reply_begin(c->x);
    gs_json_object(&j, NULL);
    gs_json_time(&j, "now", gs_book_now(book), rules->tz);
    gs_json_int(&j, "bays", rules->bays);
    gs_json_int(&j, "free", rules->bays > inside ? rules->bays - inside : 0);
    gs_json_array(&j, "inside");
    for (size_t i = 0; i < y.inside; i++) {
        write_inside(&j, book, y.rows[i], y.show[i]);
    }
    gs_json_end_array(&j);
    gs_json_array(&j, "held");
    for (size_t i = y.inside; i < y.inside + y.held; i++) {
        write_held(&j, book, y.rows[i], y.show[i]);
    }
    gs_json_end_array(&j);
    gs_json_end_object(&j);
    finish(&y);
    gs_reply_json(c->x, 200);
}
