/* Random commands of all kinds against one site with little room, where everything collides. After every one the
 * book is recounted, and compared with the book rebuilt from what was stored (fixture.c). GS_SEED and GS_COMMANDS
 * widen the search. */
#include "../base/dice.h"
#include "fixture.h"

#include "state/state.h"

#include <stdio.h>
#include <stdlib.h>

#define SEED 20261125
#define COMMANDS 24000

static const char *const windows[] = {"", "morning", "midday", "evening", "morning,midday", "midday,evening", "night"};
static const char *const slots[] = {NULL, NULL, NULL, NULL, "08:00", "09:30", "12:00", "15:30", "19:30", "03:00"};

static void random_request(struct fixture *f, uint64_t *d)
{
    char plate[16], container[16], uscc[GS_USCC_LEN + 1], date[GS_DATE_TEXT];
    snprintf(plate, sizeof plate, "浙DR%d", dice_roll(d, 40));
    snprintf(container, sizeof container, "BOX%d", dice_roll(d, 60));
    snprintf(uscc, sizeof uscc, "91350100M000100Y4%c", (char)('0' + f->trucks % 4));
    gs_date_format(gs_book_today(f->book) + dice_roll(d, 4) - (dice_roll(d, 20) == 0 ? 1 : 0), date);
    BOOK(f, .date = date, .windows = windows[dice_roll(d, 7)], .slot = slots[dice_roll(d, 10)],
         .plate = dice_roll(d, 3) == 0 ? plate : NULL, .container = dice_roll(d, 6) == 0 ? container : NULL,
         .uscc = uscc, .wait = dice_roll(d, 2) == 0, .urgent = dice_roll(d, 8) == 0, .walk_in = dice_roll(d, 6) == 0,
         .role = dice_roll(d, 3) == 0 ? GS_ROLE_BACKEND : GS_ROLE_SUPERVISOR);
}

static void random_change(struct fixture *f, uint64_t *d, int64_t id)
{
    struct gs_command c = fx_command(GS_CMD_CHANGE, id);
    struct gs_truck *truck = &c.u.change.truck;
    c.u.change.has_plate = dice_roll(d, 2) == 0;
    c.u.change.has_containers = dice_roll(d, 2) == 0;
    snprintf(truck->plate, sizeof truck->plate, "浙DR%d", dice_roll(d, 40));
    snprintf(truck->containers[0], sizeof truck->containers[0], "BOX%d", dice_roll(d, 60));
    int second = dice_roll(d, 60);
    truck->container_count = 1 + dice_roll(d, 2);
    if (truck->container_count == 2) {
        snprintf(truck->containers[1], sizeof truck->containers[1], "BOY%d", second);
    }
    fx_apply(f, &c);
}

static void random_capacity(struct fixture *f, uint64_t *d)
{
    struct gs_command c = fx_command(dice_roll(d, 3) == 0 ? GS_CMD_CAPACITY_RESET : GS_CMD_CAPACITY_SET, 0);
    c.u.capacity.to.date = gs_book_today(f->book) + dice_roll(d, 4);
    strcpy(c.u.capacity.to.window, windows[1 + dice_roll(d, 3)]);
    c.u.capacity.to.capacity = dice_roll(d, 12);
    c.u.capacity.to.slot_capacity = dice_roll(d, 3) == 0 ? dice_roll(d, 3) : -1;
    c.u.capacity.to.closed = dice_roll(d, 6) == 0;
    c.u.capacity.has_capacity = dice_roll(d, 3) != 0;
    c.u.capacity.excess = dice_roll(d, 8) == 0 ? GS_EXCESS_KEEP : GS_EXCESS_REBOOK;
    f->cut = f->cut || c.u.capacity.excess == GS_EXCESS_KEEP;
    fx_apply(f, &c);
}

static void random_step(struct fixture *f, uint64_t *d, int64_t id)
{
    static const enum gs_command_kind kinds[] = {
        GS_CMD_CANCEL, GS_CMD_DELAY,  GS_CMD_ARRIVE, GS_CMD_ARRIVE, GS_CMD_ENTER,  GS_CMD_ENTER, GS_CMD_CLEAR,
        GS_CMD_CLEAR,  GS_CMD_DEPART, GS_CMD_DEPART, GS_CMD_REFUSE, GS_CMD_REVERT, GS_CMD_ADMIT, GS_CMD_ADMIT};
    if (dice_roll(d, 5) == 0) {
        fx_afterwards(f, d, id);
        return;
    }
    fx_step(f, kinds[dice_roll(d, 14)], id);
}

static void random_check(struct fixture *f, uint64_t *d, int64_t id)
{
    struct gs_command c = fx_command(GS_CMD_GATE_RECORD, dice_roll(d, 2) == 0 ? id : 0);
    snprintf(c.u.check.what, sizeof c.u.check.what, "浙D%05d", dice_roll(d, 20));
    c.u.check.is_plate = dice_roll(d, 3) > 0;
    c.u.check.decision = (enum gs_decision)dice_roll(d, 3);
    c.u.check.code = (enum gs_gate_code)dice_roll(d, 3);
    if (f->store.turned_away_count < 200) {
        fx_apply(f, &c);
    }
}

static void random_reschedule(struct fixture *f, uint64_t *d, int64_t id)
{
    char date[GS_DATE_TEXT];
    gs_date_format(gs_book_today(f->book) + dice_roll(d, 4), date);
    fx_reschedule(f, id, dice_roll(d, 2) == 0 ? date : NULL, dice_roll(d, 2) == 0 ? windows[dice_roll(d, 7)] : NULL,
                  slots[dice_roll(d, 10)]);
}

static void random_command(struct fixture *f, uint64_t *d)
{
    int64_t latest = (int64_t)f->store.booking_count;
    int64_t id = latest > 0 ? latest - dice_roll(d, latest < 120 ? (int)latest : 120) : 1;
    int kind = dice_roll(d, 100);
    f->now += dice_roll(d, 4) == 0 ? dice_roll(d, 20) * GS_MINUTE_MS : 0;
    f->now += dice_roll(d, 400) == 0 ? dice_roll(d, 36) * 60 * GS_MINUTE_MS : 0;
    if (kind < 3) {
        random_check(f, d, id);
    } else if (kind < 34) {
        random_request(f, d);
    } else if (kind < 80) {
        random_step(f, d, id);
    } else if (kind < 88) {
        random_reschedule(f, d, id);
    } else if (kind < 94) {
        random_change(f, d, id);
    } else if (kind < 98) {
        random_capacity(f, d);
    } else {
        fx_reopen(f);
    }
}

/* What the book remembers of dates that it does not hold any more is what a count of all bookings ever made gives. */
static void facts_are_what_was_stored(const struct fixture *f)
{
    gs_date today = gs_book_today(f->book), first = today - GS_FACT_DAYS + 1;
    for (int company = 0; company < 4; company++) {
        char uscc[GS_USCC_LEN + 1];
        struct gs_tally counted = {0};
        snprintf(uscc, sizeof uscc, "91350100M000100Y4%d", company);
        for (size_t i = 0; i < f->store.booking_count; i++) {
            const struct gs_booking *b = &f->store.bookings[i];
            bool missed = b->status == GS_NO_SHOW || (b->status == GS_CANCELLED && b->late_cancel),
                 came = b->arrived_ms != 0;
            if (strcmp(b->uscc, uscc) == 0 && b->wish.date >= first && b->wish.date <= today) {
                counted.booked += missed || (came && !b->walk_in) ? 1 : 0;
                counted.no_shows += missed ? 1 : 0;
                counted.used += came ? 1 : 0;
                counted.late += !missed && gs_booking_given_up_late(b) ? 1 : 0;
            }
        }
        struct gs_tally known = gs_facts_sum(&f->book->facts.companies, uscc, first, today);
        assert_memory_equal(&known, &counted, sizeof known);
        assert_true(counted.no_shows > 0 && counted.used > 0);
    }
}

static void the_book_holds_after_every_random_command(void **state)
{
    (void)state;
    struct fixture f;
    uint64_t d = number_of("GS_SEED", SEED);
    uint64_t commands = number_of("GS_COMMANDS", COMMANDS);
    printf("# GS_SEED=%llu GS_COMMANDS=%llu\n", (unsigned long long)d, (unsigned long long)commands);
    fx_init(&f);
    for (int i = 0; i < 3; i++) {
        f.rules.windows[i].capacity = 8 + 2 * i;
    }
    f.rules.horizon_days = 3;
    f.rules.bays = 6;
    f.rules.company_window_percent = 60;
    f.rules.company_day = 10;
    f.rules.lifted_min = 120;
    f.rules.strike_limit = 100; /* nobody is suspended, but companies are throttled */
    f.rules.strike_days = 30;
    f.rules.suspend_days = 7;
    f.rules.windows[2].end_min = 25 * 60; /* the evening runs past midnight */
    fx_open(&f);
    for (uint64_t i = 0; i < commands; i++) {
        random_command(&f, &d);
    }
    facts_are_what_was_stored(&f);
    int done[GS_EVENT_TYPES] = {0};
    for (int64_t seq = 1; seq <= f.store.last_seq; seq++) {
        done[f.store.types[seq - 1]]++;
    }
    for (int type = GS_EV_BOOKED; type <= GS_EV_CAPACITY_CHANGED; type++) {
        assert_true(done[type] > 0 || type == GS_EV_MOVED ||
                    commands < COMMANDS); /* what never came up was not tested */
    }
    printf("# %lld events, %zu bookings\n", (long long)f.store.last_seq, f.store.booking_count);
    fx_finish(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_book_holds_after_every_random_command),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
