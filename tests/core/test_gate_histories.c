/* The gate's check and the steps agree at every instant of random histories: what check says of a booking is what arrive and
 * enter then do, admitting is both in one, and who stands at the gate, is in the yard or may come is in the present date's list. The sites are chosen to be awkward: windows over midnight, slots at
 * midnight, few bays, long graces, zones with a change of the clock. GS_SEED and GS_HISTORIES widen the search. */
#include "../base/dice.h"
#include "awkward_site.h"
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>

#define COMMANDS 60
#define LIVE_MAX 512

struct site {
    struct gs_rules rules;
    struct gs_book *book;
    struct gs_batch batch;
    struct gs_outcome out;
    int64_t now;
    uint64_t dice;
    int64_t tried, admitted, held, elsewhen, refused;
};

static void open_site(struct site *s, uint64_t seed)
{
    *s = (struct site){.dice = seed};
    uint64_t *d = &s->dice;
    struct gs_rules *r = &s->rules;
    awkward_site(r, d, 2, 8);
    static const int32_t slots[] = {15, 30, 60};
    r->slot_min = slots[dice_roll(d, 3)];
    r->bays = 1 + dice_roll(d, 3);
    r->slot_capacity = -1;
    r->horizon_days = 3;
    r->cutoff_min = dice_roll(d, 2) * 30;
    r->early_grace_min = dice_roll(d, 5) * 30;
    r->late_grace_min = dice_roll(d, 3) * 30;
    r->lock_min = 240;
    r->settle_at_min = 18 * 60;
    r->promote_min = 60;
    r->late_cancel = r->waitlist = r->walk_ins = r->delay_reports = true;
    gs_batch_init(&s->batch);
    s->now = gs_tz_instant(r->tz, fx_date("2026-03-28") + dice_roll(d, 2) * 210, dice_roll(d, 1440));
    assert_int_equal(gs_book_create(r, &s->book), GS_OK);
    assert_int_equal(gs_book_start(s->book, 0, 0, s->now), GS_OK);
}

static void close_site(struct site *s)
{
    gs_book_destroy(s->book);
    gs_batch_finish(&s->batch);
    gs_tz_destroy(s->rules.tz);
}

static void apply(struct site *s, struct gs_command *c)
{
    c->random = dice_next(&s->dice);
    gs_apply(s->book, c, s->now, &s->batch, &s->out);
    assert_false(s->batch.failed);
    gs_batch_clear(&s->batch);
}

static void request(struct site *s, bool walk_in)
{
    struct gs_command c = fx_command(walk_in ? GS_CMD_WALK_IN : GS_CMD_BOOK, 0);
    struct gs_truck *t = &c.u.book.truck;
    int truck = dice_roll(&s->dice, 12);
    snprintf(t->plate, sizeof t->plate, "浙D%05d", truck);
    memcpy(t->plate_given, t->plate, sizeof t->plate);
    t->container_count = 1;
    snprintf(t->containers[0], sizeof t->containers[0], "BOX%08d", (int)dice_below(&s->dice, 100000000));
    memcpy(c.u.book.uscc, "91350100M000100Y43", GS_USCC_LEN + 1);
    c.u.book.wish = (struct gs_wish){.date = gs_book_today(s->book) + dice_roll(&s->dice, 2), .slot_min = -1};
    c.u.book.flexible = c.u.book.waitlist = dice_roll(&s->dice, 2) == 0;
    apply(s, &c);
}

static size_t live(const struct site *s, const struct gs_booking **out)
{
    struct gs_filter all = {.limit = LIVE_MAX};
    return gs_book_list(s->book, &all, out);
}

static const struct gs_booking *some_booking(struct site *s)
{
    static const struct gs_booking *rows[LIVE_MAX];
    size_t count = live(s, rows);
    return count > 0 ? rows[dice_below(&s->dice, (int64_t)count)] : NULL;
}

static void random_command(struct site *s)
{
    static const enum gs_command_kind kinds[] = {GS_CMD_ARRIVE, GS_CMD_ARRIVE, GS_CMD_ENTER,  GS_CMD_ENTER,
                                                 GS_CMD_CLEAR,  GS_CMD_DEPART, GS_CMD_REFUSE, GS_CMD_REVERT,
                                                 GS_CMD_DELAY,  GS_CMD_CANCEL};
    s->now += dice_roll(&s->dice, 3) == 0 ? dice_below(&s->dice, 6 * 60) * GS_MINUTE_MS
                                          : dice_below(&s->dice, 20) * GS_MINUTE_MS;
    int kind = dice_roll(&s->dice, 20);
    const struct gs_booking *b = some_booking(s);
    if (kind < 8 || b == NULL) {
        request(s, kind < 2);
    } else {
        struct gs_command c = fx_command(kinds[dice_roll(&s->dice, 10)], b->id);
        apply(s, &c);
    }
}

/* What a step would come to, tried on a copy, which stays. */
static enum gs_code try_step(struct gs_book *copy, enum gs_command_kind kind, int64_t id, int64_t now)
{
    struct gs_command c = fx_command(kind, id);
    struct gs_batch batch;
    struct gs_outcome out;
    gs_batch_init(&batch);
    gs_apply(copy, &c, now, &batch, &out);
    assert_false(batch.failed);
    gs_batch_finish(&batch);
    return out.code;
}

static struct gs_gate_verdict check(const struct gs_book *book, const struct gs_booking *b)
{
    struct gs_gate_verdict v;
    gs_book_gate_check(book, NULL, b->pass_code, NULL, &v);
    if (v.booking == NULL) { /* it ended on another day, and says nothing any more */
        assert_true(gs_status_terminal(b->status) && v.decision == GS_REJECT && v.code == GS_GATE_NOT_BOOKED);
    } else {
        assert_true(v.booking->id == b->id);
    }
    return v;
}

/* Of one that has arrived: enter does what check says. */
static void enter_agrees(struct site *s, struct gs_book *copy, const struct gs_booking *b)
{
    struct gs_gate_verdict v = check(copy, b);
    enum gs_code expected = v.decision == GS_ADMIT    ? GS_CODE_OK
                            : v.code == GS_GATE_EARLY ? GS_CODE_EARLY
                                                      : GS_CODE_YARD_FULL;
    assert_true(v.decision == GS_ADMIT ||
                (v.decision == GS_HOLD && (v.code == GS_GATE_EARLY || v.code == GS_GATE_YARD_FULL)));
    assert_int_equal(try_step(copy, GS_CMD_ENTER, b->id, s->now), expected);
    s->admitted += v.decision == GS_ADMIT ? 1 : 0;
    s->held += v.decision == GS_HOLD ? 1 : 0;
}

static void steps_agree(struct site *s, const struct gs_booking *b)
{
    struct gs_book *copy;
    assert_int_equal(gs_book_rebuild(s->book, &s->rules, &copy), GS_OK);
    struct gs_gate_verdict v = check(s->book, b);
    const struct gs_booking was = *b;
    s->tried++;
    if (b->status == GS_ARRIVED) {
        enter_agrees(s, copy, &was);
    } else if (b->status == GS_BOOKED) {
        bool otherwhen = v.decision == GS_REJECT;
        assert_true(!otherwhen || v.code == GS_GATE_WRONG_DAY);
        assert_int_equal(try_step(copy, GS_CMD_ARRIVE, was.id, s->now), otherwhen ? GS_CODE_EARLY : GS_CODE_OK);
        s->elsewhen += otherwhen ? 1 : 0;
        if (!otherwhen) {
            assert_int_equal(check(copy, &was).decision, v.decision);
            enter_agrees(s, copy, &was);
        }
    } else {
        assert_int_equal(v.decision, GS_REJECT);
        assert_int_equal(try_step(copy, GS_CMD_ARRIVE, was.id, s->now), GS_CODE_WRONG_STATE);
        assert_int_equal(try_step(copy, GS_CMD_ENTER, was.id, s->now), GS_CODE_WRONG_STATE);
    }
    gs_book_destroy(copy);
}

/* What some steps come to on a book of their own, a copy of s's. */
struct trial {
    struct gs_book *book;
    struct gs_batch batch;
    struct gs_outcome out;
};

static void begin_trial(struct trial *t, const struct site *s)
{
    assert_int_equal(gs_book_rebuild(s->book, &s->rules, &t->book), GS_OK);
    gs_batch_init(&t->batch);
    gs_apply_due(t->book, s->now, &t->batch);
}

static void end_trial(struct trial *t)
{
    gs_book_destroy(t->book);
    gs_batch_finish(&t->batch);
}

static enum gs_code take_step(struct trial *t, const struct gs_command *given, enum gs_command_kind kind, int64_t now)
{
    struct gs_command c = *given;
    c.kind = kind;
    c.u.enter.override = kind != GS_CMD_ARRIVE && given->u.enter.override;
    gs_apply(t->book, &c, now, &t->batch, &t->out);
    assert_false(t->batch.failed);
    return t->out.code;
}

/* The records of both, one by one: the same rows and the same events. */
static void same_records(const struct site *s, const struct gs_batch *a, const struct gs_batch *b)
{
    const struct gs_record *x = a->first, *y = b->first;
    for (; x != NULL && y != NULL; x = x->next, y = y->next) {
        assert_int_equal(x->kind, y->kind);
        if (x->kind == GS_REC_BOOKING) {
            assert_memory_equal(x->u.booking, y->u.booking, sizeof *x->u.booking);
        } else if (x->kind == GS_REC_EVENT) {
            struct gs_buf of_x, of_y;
            gs_buf_init(&of_x, 65536);
            gs_buf_init(&of_y, 65536);
            gs_event_json(x->u.event, s->rules.tz, &of_x);
            gs_event_json(y->u.event, s->rules.tz, &of_y);
            assert_string_equal(of_x.data, of_y.data);
            gs_buf_finish(&of_x);
            gs_buf_finish(&of_y);
        }
    }
    assert_true(x == NULL && y == NULL);
}

/* Admitting is arriving, for one that has not, and entering: the same book, the same records, one command. Where arriving would be
 * refused, or entering for anything but the time or a bay, it is refused for the same and leaves the book as it was. */
static void admit_is_arrive_and_enter(struct site *s, int64_t id)
{
    struct gs_command c = fx_command(GS_CMD_ADMIT, id);
    struct trial two, one;
    c.actor.role = dice_roll(&s->dice, 2) == 0 ? GS_ROLE_GATE : GS_ROLE_SUPERVISOR;
    c.u.enter.override = dice_roll(&s->dice, 4) == 0;
    c.reason[0] = dice_roll(&s->dice, 3) == 0 ? '\0' : c.reason[0];
    begin_trial(&two, s);
    begin_trial(&one, s);
    uint64_t before = gs_book_digest(one.book);
    enum gs_status was = gs_book_get(s->book, id) != NULL ? gs_book_get(s->book, id)->status : GS_EXPIRED;
    bool refused = c.u.enter.override && (c.actor.role != GS_ROLE_SUPERVISOR || c.reason[0] == '\0');
    enum gs_code wanted = was == GS_ARRIVED || refused ? GS_CODE_OK : take_step(&two, &c, GS_CMD_ARRIVE, s->now);
    wanted = wanted == GS_CODE_OK ? take_step(&two, &c, GS_CMD_ENTER, s->now) : wanted;
    enum gs_code arrived_as = two.out.booking != NULL && two.out.booking->status == GS_ARRIVED ? wanted : GS_CODE_OK;
    bool held = !refused && (arrived_as == GS_CODE_EARLY || arrived_as == GS_CODE_YARD_FULL);
    assert_int_equal(take_step(&one, &c, GS_CMD_ADMIT, s->now), held ? GS_CODE_OK : wanted);
    assert_true(gs_book_digest(one.book) == gs_book_digest(two.book));
    same_records(s, &one.batch, &two.batch);
    if (one.out.code != GS_CODE_OK) {
        assert_true(gs_book_digest(one.book) == before);
        s->refused++;
    } else {
        assert_int_equal(one.out.decision, held ? GS_HOLD : GS_ADMIT);
        assert_int_equal(one.out.booking->status, held ? GS_ARRIVED : GS_ENTERED);
        assert_true(!held || one.out.gate_code == (wanted == GS_CODE_EARLY ? GS_GATE_EARLY : GS_GATE_YARD_FULL));
    }
    end_trial(&two);
    end_trial(&one);
}

static bool listed(const struct gs_booking *const *rows, size_t count, int64_t id)
{
    for (size_t i = 0; i < count; i++) {
        if (rows[i]->id == id) {
            return true;
        }
    }
    return false;
}

/* Whoever the gate can do something with now is on its list; and by the plate alone it is found, or another of that plate. */
static void the_list_has_all(struct site *s)
{
    static const struct gs_booking *rows[LIVE_MAX], *list[LIVE_MAX];
    size_t count = live(s, rows), on_list = gs_book_gate_list(s->book, gs_book_today(s->book), "", list, LIVE_MAX);
    assert_true(on_list < LIVE_MAX);
    for (size_t i = 0; i < count; i++) {
        const struct gs_booking *b = rows[i];
        bool there = b->status == GS_ARRIVED || gs_status_inside(b->status);
        bool may_come = b->status == GS_BOOKED && check(s->book, b).decision != GS_REJECT;
        if (there || may_come) {
            struct gs_gate_verdict v;
            assert_true(listed(list, on_list, b->id));
            gs_book_gate_check(s->book, b->truck.plate, NULL, NULL, &v);
            assert_true(v.booking != NULL && v.code != GS_GATE_WRONG_DAY && v.code != GS_GATE_NOT_BOOKED);
        }
    }
}

static void check_and_step_agree_at_every_instant(void **state)
{
    (void)state;
    uint64_t seed = number_of("GS_SEED", 20261125), histories = number_of("GS_HISTORIES", 1000);
    int64_t tried = 0, admitted = 0, held = 0, elsewhen = 0, refused = 0;
    for (uint64_t h = 0; h < histories; h++) {
        struct site s;
        open_site(&s, seed + h);
        for (int i = 0; i < COMMANDS; i++) {
            random_command(&s);
            gs_apply_due(s.book, s.now, &s.batch);
            gs_batch_clear(&s.batch);
            const struct gs_booking *b = some_booking(&s);
            if (b != NULL) {
                steps_agree(&s, b);
                if (dice_roll(&s.dice, 4) == 0) {
                    admit_is_arrive_and_enter(&s, b->id);
                }
            }
            the_list_has_all(&s);
        }
        tried += s.tried;
        admitted += s.admitted;
        held += s.held;
        elsewhen += s.elsewhen;
        refused += s.refused;
        close_site(&s);
    }
    print_message("# GS_SEED=%llu: %llu histories, %lld bookings asked about: %lld admitted, %lld held, %lld not yet\n",
                  (unsigned long long)seed, (unsigned long long)histories, (long long)tried, (long long)admitted,
                  (long long)held, (long long)elsewhen);
    assert_true(admitted > 0 && held > 0 && elsewhen > 0 && refused > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(check_and_step_agree_at_every_instant)};
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
