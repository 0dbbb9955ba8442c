/* Requests that stand or fall together, at random times of random histories. What they must come to is found on a copy of the book, by the same
 * requests one after the other: if all of them are accepted there, the book must then be that copy to the last field; otherwise it must
 * be as if nobody had asked. The fixture replays the journal of it all, and compares the book with what was stored after each step.
 * GS_SEED and GS_COMMANDS widen the search. */
#include "../base/dice.h"
#include "awkward_site.h"
#include "fixture.h"

#include "state/state.h"

#include <stdio.h>
#include <stdlib.h>

#define SEED 20261129
#define STEPS 2000
#define GROUP_MAX 12

static struct {
    int stood, fell, moved, waiting;
} told;

static struct gs_command random_request(struct fixture *f, uint64_t *d)
{
    static const char *const windows[] = {"", "morning", "midday", "evening", "morning,midday", "midday,evening"};
    static const int minutes[] = {-1, -1, -1, 480, 570, 720, 930};
    struct gs_command c = fx_command(GS_CMD_BOOK, 0);
    struct gs_truck *t = &c.u.book.truck;
    int64_t truck = ++f->trucks;
    c.actor.role = dice_roll(d, 2) == 0 ? GS_ROLE_BACKEND : GS_ROLE_SUPERVISOR;
    c.random = (uint64_t)truck * UINT64_C(0x9e3779b97f4a7c15);
    c.u.book.wish = (struct gs_wish){.date = gs_book_today(f->book) + dice_roll(d, 3), .slot_min = -1};
    snprintf(c.u.book.wish.windows, sizeof c.u.book.wish.windows, "%s", windows[dice_roll(d, 6)]);
    if (c.u.book.wish.windows[0] == '\0') {
        c.u.book.wish.slot_min = minutes[dice_roll(d, 7)];
    }
    c.u.book.flexible = dice_roll(d, 3) > 0;
    c.u.book.waitlist = dice_roll(d, 5) > 0;
    c.u.book.urgent = c.actor.role == GS_ROLE_SUPERVISOR && dice_roll(d, 8) == 0;
    snprintf(t->plate, sizeof t->plate, "浙D%05d",
             dice_roll(d, 12) == 0 ? dice_roll(d, 40) : (int)(truck % 90000) + 100);
    snprintf(t->containers[0], sizeof t->containers[0], "CSQU%07d", (int)truck);
    t->container_count = 1;
    snprintf(c.u.book.uscc, sizeof c.u.book.uscc, "91350100M000100Y4%c", (char)('0' + dice_roll(d, 4)));
    if (dice_roll(d, 10) == 0) {
        snprintf(c.u.book.reference, sizeof c.u.book.reference, "order %d", dice_roll(d, 30));
    }
    return c;
}

/* What the requests come to one after the other, on a copy; the copy's digest, or 0: not all are accepted. */
static uint64_t one_by_one(const struct fixture *f, const struct gs_command *list, int count, enum gs_code *codes)
{
    struct gs_book *copy;
    struct gs_batch batch;
    struct gs_outcome out;
    bool all = true;
    assert_int_equal(gs_book_rebuild(f->book, &f->rules, &copy), GS_OK);
    gs_batch_init(&batch);
    for (int i = 0; i < count; i++) {
        (void)gs_apply(copy, &list[i], f->now, &batch, &out);
        codes[i] = out.code;
        all = all && out.code == GS_CODE_OK;
    }
    uint64_t digest = all ? gs_book_digest(copy) : 0;
    gs_batch_finish(&batch);
    gs_book_destroy(copy);
    return digest;
}

static void count_what_happened(const struct fixture *f, int64_t since)
{
    for (int64_t seq = since + 1; seq <= f->store.last_seq; seq++) {
        told.moved += f->store.types[seq - 1] == GS_EV_MOVED;
        told.waiting += f->store.types[seq - 1] == GS_EV_WAITLISTED;
    }
}

static void try_together(struct fixture *f, uint64_t *d)
{
    struct gs_command list[GROUP_MAX];
    enum gs_code want[GROUP_MAX], got[GROUP_MAX];
    const int count = 1 + dice_roll(d, dice_roll(d, 4) == 0 ? GROUP_MAX : 4);
    for (int i = 0; i < count; i++) {
        list[i] = random_request(f, d);
    }
    if (count > 1 && dice_roll(d, 6) == 0) { /* the same truck twice */
        list[count - 1].u.book.truck = list[0].u.book.truck;
        list[count - 1].u.book.wish = list[0].u.book.wish;
    }
    gs_journal_apply_due(f->book, f->now, &f->batch);
    const uint64_t before = gs_book_digest(f->book), after = one_by_one(f, list, count, want);
    const int64_t seq = gs_book_seq(f->book);
    const size_t bookings = gs_book_count(f->book), waiting = gs_book_waiting(f->book);
    const int64_t next_due = gs_book_next_due(f->book);
    assert_true(fx_together(f, list, count, got) == (after != 0));
    assert_memory_equal(got, want, (size_t)count * sizeof *got);
    assert_true(gs_book_digest(f->book) == (after != 0 ? after : before));
    if (after != 0) {
        told.stood++;
        count_what_happened(f, seq);
        return;
    }
    told.fell++;
    assert_int_equal(gs_book_seq(f->book), seq);
    assert_int_equal(gs_book_count(f->book), bookings);
    assert_int_equal(gs_book_waiting(f->book), waiting);
    assert_int_equal(gs_book_next_due(f->book), next_due);
}

static void random_step(struct fixture *f, uint64_t *d)
{
    static const enum gs_command_kind kinds[] = {GS_CMD_CANCEL, GS_CMD_DELAY, GS_CMD_ARRIVE,
                                                 GS_CMD_ENTER,  GS_CMD_CLEAR, GS_CMD_DEPART};
    const int64_t latest = (int64_t)f->store.booking_count;
    const int kind = dice_roll(d, 20);
    f->now += dice_roll(d, 4) == 0 ? dice_roll(d, 120) * GS_MINUTE_MS : 0;
    if (kind < 9) {
        try_together(f, d);
    } else if (kind < 11) {
        struct gs_command c = random_request(f, d);
        fx_apply(f, &c);
    } else if (kind == 11) {
        struct gs_command c = fx_command(GS_CMD_CAPACITY_SET, 0);
        c.u.capacity.to.date = gs_book_today(f->book) + dice_roll(d, 3);
        strcpy(c.u.capacity.to.window, "morning");
        c.u.capacity.to.capacity = 4 + dice_roll(d, 8);
        c.u.capacity.to.slot_capacity = -1;
        c.u.capacity.has_capacity = true;
        fx_apply(f, &c);
    } else if (kind == 12) {
        fx_reopen(f);
    } else if (kind == 13) { /* rules that do not know slots which are held */
        f->rules.slot_min = f->rules.slot_min == 30 ? 60 : 30;
        f->cut = true;
        fx_reload(f, NULL, NULL);
    } else if (latest > 0) {
        fx_step(f, kinds[dice_roll(d, 6)], latest - dice_roll(d, latest < 60 ? (int)latest : 60));
    }
}

static void all_stand_or_the_book_is_as_before(void **state)
{
    (void)state;
    struct fixture f;
    uint64_t d = number_of("GS_SEED", SEED);
    const uint64_t steps = number_of("GS_COMMANDS", STEPS);
    printf("# GS_SEED=%llu GS_COMMANDS=%llu\n", (unsigned long long)d, (unsigned long long)steps);
    fx_init(&f);
    for (int i = 0; i < 3; i++) {
        f.rules.windows[i].capacity = 8 + 4 * i;
    }
    f.rules.horizon_days = 3;
    f.rules.name_live = 200;
    f.rules.company_window_percent = 80;
    f.rules.company_day = 20;
    f.rules.lifted_min = 120;
    f.rules.strike_limit = 0; /* nobody is suspended, and no company throttled */
    fx_open(&f);
    for (uint64_t i = 0; i < steps; i++) {
        random_step(&f, &d);
    }
    printf("# %d stood (with %d moves, %d that wait), %d fell\n", told.stood, told.moved, told.waiting, told.fell);
    assert_true(steps < STEPS || (told.stood > 200 && told.fell > 200 && told.moved > 10 && told.waiting > 50));
    fx_finish(&f);
}

/* One that is moved for another of its own batch, and both undone because a third is refused. */
static void who_was_moved_stands_where_he_stood(void **state)
{
    struct fixture *f = *state;
    f->rules.windows[0].capacity = f->rules.windows[1].capacity = 1;
    fx_open(f);
    const int64_t flexible = BOOK(f, .windows = "morning,midday", .slot = "08:00");
    assert_true(fx_starts(f, flexible, FX_DAY " 08:00"));
    struct gs_command list[2];
    enum gs_code codes[2];
    list[0] = fx_command(GS_CMD_BOOK, 0);
    list[0].u.book.wish = (struct gs_wish){.date = fx_date(FX_DAY), .slot_min = -1};
    strcpy(list[0].u.book.wish.windows, "morning");
    strcpy(list[0].u.book.truck.plate, "浙D77777");
    strcpy(list[0].u.book.uscc, "91350100M000100Y43");
    list[1] = list[0];
    strcpy(list[1].u.book.truck.plate, "浙D88888");
    assert_false(fx_together(f, list, 2, codes));
    assert_int_equal(codes[0], GS_CODE_OK);
    assert_int_equal(codes[1], GS_CODE_FULL);
    assert_true(fx_starts(f, flexible, FX_DAY " 08:00"));
    assert_int_equal(fx_booked(f, "midday"), 0);
    assert_int_equal(fx_events(f, GS_EV_MOVED, 0), 0);
    assert_true(fx_together(f, list, 1, codes));
    assert_true(fx_starts(f, flexible, FX_DAY " 12:00"));
    assert_int_equal(fx_events(f, GS_EV_MOVED, flexible), 1);
}

/* A name that has used up its allowance leaves a count of its refused requests, and no entry of them. */
static void what_fell_is_only_counted_where_too_much_is_refused(void **state)
{
    struct fixture *f = *state;
    struct gs_refusals refusals;
    struct gs_refusal_sum sum;
    struct gs_command list[3];
    enum gs_code codes[3];
    fx_open(f);
    gs_refusals_init(&refusals, 2);
    f->refusals = &refusals;
    for (int i = 0; i < 3; i++) {
        list[i] = fx_command(GS_CMD_BOOK, 0);
        list[i].u.book.wish = (struct gs_wish){.date = fx_date(FX_DAY), .slot_min = -1};
        strcpy(list[i].u.book.wish.windows, "morning");
        strcpy(list[i].u.book.truck.plate, "浙D77777");
    }
    assert_false(fx_together(f, list, 2, codes)); /* both of what is allowed */
    assert_false(fx_together(f, list, 3, codes));
    assert_int_equal(refusals.summed, 3);
    assert_true(gs_refusals_take(&refusals, f->now, true, &sum));
    assert_int_equal(sum.count, 3);
    assert_int_equal(sum.code, GS_CODE_DUPLICATE_PLATE);
    assert_int_equal(f->store.row_count > 0, 1);
    f->refusals = NULL;
    gs_refusals_finish(&refusals);
}

static int setup(void **state)
{
    struct fixture *f = malloc(sizeof *f);
    fx_init(f);
    *state = f;
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_stand_or_the_book_is_as_before),
        cmocka_unit_test_setup_teardown(who_was_moved_stands_where_he_stood, setup, fx_teardown),
        cmocka_unit_test_setup_teardown(what_fell_is_only_counted_where_too_much_is_refused, setup, fx_teardown),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
