/* A day's version never stays where what is shown of the day becomes another: at random commands and times, of dates that are held, were made
 * just now or are ahead, with overbooking, capacities set ahead, new rules. Clients are told "not modified" by it. GS_SEED and GS_COMMANDS
 * widen the search. */
#include "../base/dice.h"
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>

#define SEED 20261130
#define COMMANDS 1200
enum { DATES = 24 };

struct shown {
    struct gs_day_view day;
    struct gs_window_view windows[GS_MAX_WINDOWS];
};

static struct {
    gs_date first;
    uint64_t versions[DATES], latest[DATES];
    struct shown shown[DATES];
    bool known;
    int changes, unchanged;
} seen;

/* Of what an answer about free places has. */
static void look(const struct gs_book *book, gs_date date, struct shown *out)
{
    memset(out, 0, sizeof *out);
    gs_book_day(book, date, &out->day);
    for (int32_t i = 0; i < GS_MAX_WINDOWS && gs_book_window(book, date, i, &out->windows[i]); i++) {
        struct gs_window_view *w = &out->windows[i];
        w->waiting = w->inside = w->at_risk = 0;
        w->reason[0] = '\0';
    }
}

static void no_version_hides_a_change(const struct gs_book *book)
{
    static struct shown now;
    const gs_date first = gs_book_first_date(book);
    const bool compare = seen.known && first == seen.first;
    uint64_t latest = 0, before = 0;
    for (int i = 0; i < DATES; i++) {
        const uint64_t version = gs_book_day_version(book, first + i);
        look(book, first + i, &now);
        latest = version > latest ? version : latest;
        before = seen.versions[i] > before ? seen.versions[i] : before;
        bool same = memcmp(&now, &seen.shown[i], sizeof now) == 0;
        if (compare) {
            assert_true(version >= seen.versions[i]);
            assert_true(same || version > seen.versions[i]);
            assert_true(same || latest > before || version > before); /* nor does the highest of several dates */
            seen.changes += !same;
            seen.unchanged += version == seen.versions[i];
        }
        seen.versions[i] = version;
        seen.shown[i] = now;
    }
    seen.first = first;
    seen.known = true;
}

static void some_capacity(struct fixture *f, uint64_t *d)
{
    struct gs_command c = fx_command(dice_roll(d, 3) == 0 ? GS_CMD_CAPACITY_RESET : GS_CMD_CAPACITY_SET, 0);
    c.u.capacity.to.date = gs_book_today(f->book) + dice_roll(d, DATES - 2);
    strcpy(c.u.capacity.to.window, dice_roll(d, 2) == 0 ? "morning" : "evening");
    c.u.capacity.to.capacity = dice_roll(d, 20);
    c.u.capacity.to.slot_capacity = dice_roll(d, 3) == 0 ? dice_roll(d, 3) : -1;
    c.u.capacity.to.closed = dice_roll(d, 6) == 0;
    c.u.capacity.has_capacity = true;
    fx_apply(f, &c);
}

static void step(struct fixture *f, uint64_t *d)
{
    static const enum gs_command_kind kinds[] = {GS_CMD_CANCEL, GS_CMD_DELAY,  GS_CMD_ARRIVE, GS_CMD_ADMIT,
                                                 GS_CMD_CLEAR,  GS_CMD_DEPART, GS_CMD_REVERT};
    const int64_t latest = (int64_t)f->store.booking_count;
    const int kind = dice_roll(d, 24);
    char date[GS_DATE_TEXT];
    f->now += dice_roll(d, 3) == 0 ? dice_roll(d, 200) * GS_MINUTE_MS : 0;
    if (kind < 12) {
        gs_date_format(gs_book_today(f->book) + dice_roll(d, 4), date);
        BOOK(f, .date = date, .windows = dice_roll(d, 2) == 0 ? "morning" : "", .wait = dice_roll(d, 2) == 0);
    } else if (kind < 14) {
        some_capacity(f, d);
    } else if (kind == 14 && dice_roll(d, 8) == 0) { /* some of what the rules give is another; and names of windows */
        f->rules.windows[0].capacity = 4 + dice_roll(d, 12);
        f->rules.slot_min = f->rules.slot_min == 30 ? 60 : 30;
        f->cut = true;
        fx_reload(f, NULL, NULL);
    } else if (kind == 15 && dice_roll(d, 12) == 0) {
        fx_reopen(f);
        seen.known = false; /* a book that is loaded counts anew */
    } else if (latest > 0) {
        fx_step(f, kinds[dice_roll(d, 7)], latest - dice_roll(d, latest < 60 ? (int)latest : 60));
    }
}

static void a_version_that_stays_shows_the_same_day(void **state)
{
    (void)state;
    struct fixture f;
    uint64_t d = number_of("GS_SEED", SEED);
    const uint64_t commands = number_of("GS_COMMANDS", COMMANDS);
    printf("# GS_SEED=%llu GS_COMMANDS=%llu\n", (unsigned long long)d, (unsigned long long)commands);
    fx_init(&f);
    for (int i = 0; i < 3; i++) {
        f.rules.windows[i].capacity = 8 + 2 * i;
    }
    f.rules.strike_limit = 0;
    f.rules.overbooking = true;
    f.rules.overflow_percent = 10;
    f.rules.min_samples = 20;
    f.rules.windows[2].end_min = 25 * 60; /* the evening runs past midnight */
    fx_open(&f);
    for (uint64_t i = 0; i < commands; i++) {
        step(&f, &d);
        no_version_hides_a_change(f.book);
    }
    printf("# %d changes of a day seen, %d versions that stayed\n", seen.changes, seen.unchanged);
    assert_true(commands < COMMANDS || (seen.changes > 300 && seen.unchanged > 5000));
    fx_finish(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_version_that_stays_shows_the_same_day)};
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
