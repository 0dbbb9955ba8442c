/* Hoarding: how many live bookings a name and an unknown company may hold, and those who give up late. What the book counts is compared
 * with all bookings ever stored, counted anew, in a random life with restarts and other rules. GS_SEED and GS_COMMANDS widen it. */
#include "../base/dice.h"
#include "fixture.h"
#include "fixture_store.h"

#include "rules/quota.h"
#include "state/state.h"

#include <stdio.h>

#define KNOWN "91350100M000100Y43"
#define OTHER "91330621MA2XYZ1234"

static int start(void **state)
{
    if (fx_setup(state) != 0) {
        return -1;
    }
    struct fixture *f = *state;
    f->rules.late_days = 30;
    f->rules.late_live = 5;
    return 0;
}

/* Rules are taken over as by a reload. */
static void rules(struct fixture *f, int32_t name_live, int32_t unknown_live, int32_t late_percent)
{
    f->rules.name_live = name_live;
    f->rules.unknown_company_live = unknown_live;
    f->rules.late_percent = late_percent;
    fx_reload(f, NULL, NULL);
}

static void refused(const struct fixture *f, enum gs_limit_of of, int64_t used, int64_t limit)
{
    assert_int_equal(f->out.code, GS_CODE_LIVE_QUOTA);
    assert_true(f->out.limit_of == of && f->out.used == used && f->out.limit == limit);
    assert_int_equal(f->out.alternative_count, 0);
}

static void without_rules_anybody_holds_what_he_likes(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(BOOK_MANY(f, 100, .owner = "mini"), 100);
}

static void a_name_holds_as_many_as_it_may(void **state)
{
    struct fixture *f = *state;
    rules(f, 3, 0, 0);
    int64_t first = BOOK(f, .windows = "morning", .owner = "mini");
    assert_true(first != 0 && BOOK(f, .owner = "mini", .uscc = OTHER) != 0 && BOOK(f, .owner = "mini") != 0);
    assert_int_equal(BOOK(f, .owner = "mini"), 0);
    refused(f, GS_LIMIT_OF_NAME, 3, 3);
    assert_true(BOOK(f, .owner = "other") != 0);
    assert_int_equal(fx_step(f, GS_CMD_CANCEL, first), GS_CODE_OK);
    int64_t next = BOOK(f, .windows = "morning", .slot = "08:00", .owner = "mini");
    assert_true(next != 0);
    assert_int_equal(BOOK(f, .owner = "mini"), 0);
    fx_reopen(f); /* as many as before */
    assert_int_equal(BOOK(f, .owner = "mini"), 0);
    refused(f, GS_LIMIT_OF_NAME, 3, 3);
    fx_at(f, FX_DAY " 08:00");
    fx_let_in(f, next); /* a truck that has come is none of them */
    assert_true(BOOK(f, .date = "2026-11-26", .owner = "mini") != 0);
    assert_int_equal(BOOK(f, .date = "2026-11-26", .owner = "mini"), 0);
}

static void who_waits_counts_and_who_stands_at_the_gate_does_not(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 3; i++) {
        f->rules.windows[i].capacity = 1;
    }
    rules(f, 2, 0, 0);
    assert_true(BOOK(f, .windows = "morning", .owner = "mini") != 0);
    int64_t waits = BOOK(f, .windows = "morning", .owner = "mini", .wait = true, .rigid = true);
    assert_int_equal(fx_status(f, waits), GS_WAITLISTED);
    assert_int_equal(BOOK(f, .windows = "midday", .owner = "mini"), 0);
    refused(f, GS_LIMIT_OF_NAME, 2, 2);
    fx_at(f, FX_DAY " 12:30");
    assert_true(BOOK(f, .walk_in = true, .owner = "mini") != 0);
    assert_int_equal(fx_get(f, waits)->status, GS_EXPIRED);
}

static void a_supervisor_sets_it_aside_as_a_quota(void **state)
{
    struct fixture *f = *state;
    rules(f, 1, 0, 0);
    assert_true(BOOK(f, .owner = "chief") != 0);
    assert_int_equal(BOOK(f, .owner = "chief", .exceptions = GS_EXCEPTION_CUTOFF), 0);
    refused(f, GS_LIMIT_OF_NAME, 1, 1);
    int64_t id = BOOK(f, .owner = "chief", .exceptions = GS_EXCEPTIONS_ALL);
    assert_true(id != 0);
    assert_int_equal(fx_get(f, id)->exceptions, GS_EXCEPTION_QUOTA);
    assert_true(f->out.used == 0 && f->out.limit == 0 && f->out.limit_of == GS_LIMIT_OF_NONE);
    assert_int_equal(fx_step(f, GS_CMD_CANCEL, id), GS_CODE_OK);
    assert_int_equal(fx_step(f, GS_CMD_CANCEL, 1), GS_CODE_OK);
    id = BOOK(f, .owner = "chief", .exceptions = GS_EXCEPTIONS_ALL); /* not in the way: nothing is set aside */
    assert_int_equal(fx_get(f, id)->exceptions, 0);
}

static void a_company_is_known_from_its_first_truck_on_for_seven_weeks(void **state)
{
    struct fixture *f = *state;
    rules(f, 0, 2, 0);
    int64_t first = BOOK(f, .windows = "morning", .slot = "08:00", .uscc = OTHER, .owner = "a");
    assert_true(BOOK(f, .uscc = OTHER, .owner = "b") != 0);
    assert_int_equal(BOOK(f, .uscc = OTHER, .owner = "c"), 0);
    refused(f, GS_LIMIT_OF_UNKNOWN_COMPANY, 2, 2);
    assert_true(BOOK(f, .uscc = KNOWN, .owner = "c") != 0);
    fx_at(f, FX_DAY " 08:00");
    fx_let_in(f, first);
    assert_int_equal(BOOK_MANY(f, 10, .date = "2026-11-26", .uscc = OTHER), 10);
    fx_reopen(f);
    assert_true(BOOK(f, .date = "2026-11-26", .uscc = OTHER) != 0);
    fx_due(f, "2027-01-12 12:00"); /* the 48th day after */
    assert_int_equal(BOOK_MANY(f, 5, .date = "2027-01-13", .uscc = OTHER), 5);
    fx_due(f, "2027-01-13 23:00");
    fx_reopen(f);
    assert_int_equal(BOOK_MANY(f, 5, .date = "2027-01-14", .uscc = OTHER), 2);
    refused(f, GS_LIMIT_OF_UNKNOWN_COMPANY, 2, 2);
}

static void who_gives_up_late_too_often_holds_few(void **state)
{
    struct fixture *f = *state;
    int64_t ids[10];
    rules(f, 0, 0, 50);
    for (int i = 0; i < 10; i++) {
        ids[i] = BOOK(f, .windows = "midday", .slot = "12:00", .owner = "hoarder", .uscc = OTHER, .rigid = true);
        assert_true(ids[i] != 0);
    }
    fx_at(f, FX_DAY " 07:00"); /* hours ahead: nobody minds */
    for (int i = 0; i < 4; i++) {
        assert_int_equal(fx_step(f, GS_CMD_CANCEL, ids[i]), GS_CODE_OK);
        assert_false(gs_booking_given_up_late(fx_get(f, ids[i])));
    }
    fx_at(f, FX_DAY " 11:59");
    for (int i = 4; i < 8; i++) {
        assert_int_equal(fx_step(f, GS_CMD_CANCEL, ids[i]), GS_CODE_OK);
        assert_true(gs_booking_given_up_late(fx_get(f, ids[i])));
    }
    assert_int_equal(BOOK_MANY(f, 6, .date = "2026-11-26", .owner = "hoarder", .uscc = OTHER),
                     6); /* four are no habit */
    assert_int_equal(fx_step(f, GS_CMD_CANCEL, ids[8]), GS_CODE_OK);
    assert_int_equal(BOOK(f, .date = "2026-11-27", .owner = "hoarder", .uscc = KNOWN), 0);
    refused(f, GS_LIMIT_OF_LATE_NAME, 7, 5);
    assert_string_equal(f->out.reason, "5/5");
    assert_int_equal(BOOK(f, .date = "2026-11-27", .owner = "other", .uscc = OTHER), 0);
    refused(f, GS_LIMIT_OF_LATE_COMPANY, 7, 5);
    fx_reopen(f);
    assert_int_equal(BOOK(f, .date = "2026-11-27", .owner = "other", .uscc = OTHER), 0);
    refused(f, GS_LIMIT_OF_LATE_COMPANY, 7, 5);
    assert_true(BOOK(f, .date = "2026-11-27", .owner = "other", .uscc = KNOWN) != 0);
    fx_due(f, "2026-12-24 12:00"); /* the last day that it counts, and nobody came on the 26th either */
    assert_int_equal(BOOK_MANY(f, 9, .date = "2026-12-25", .owner = "hoarder", .uscc = KNOWN), 5);
    fx_due(f, "2026-12-27 12:00");
    assert_int_equal(BOOK_MANY(f, 9, .date = "2026-12-28", .owner = "other", .uscc = OTHER), 9);
}

/* ---- against a count of all that was ever stored ---- */

static struct gs_quota_live counted(const struct fixture *f, const char *owner, const char *uscc)
{
    const struct gs_rules *r = &f->rules;
    const gs_date today = gs_book_today(f->book);
    struct gs_quota_live l = {.limit = INT32_MAX, .of = owner != NULL ? GS_LIMIT_OF_NAME : GS_LIMIT_OF_UNKNOWN_COMPANY};
    for (size_t i = 0; i < f->store.booking_count; i++) {
        const struct gs_booking *b = &f->store.bookings[i];
        if ((owner != NULL && strcmp(b->owner, owner) != 0) || (uscc != NULL && strcmp(b->uscc, uscc) != 0)) {
            continue;
        }
        bool no_show = b->status == GS_NO_SHOW || (b->status == GS_CANCELLED && b->late_cancel);
        bool counts = b->wish.date > today - r->late_days && b->wish.date <= today + 1;
        bool late = b->status == GS_CANCELLED && !b->late_cancel && b->window[0] != '\0' && !b->displaced &&
                    b->slot_start_ms - b->ended_ms < 240 * GS_MINUTE_MS;
        bool came = b->arrived_ms != 0 && !no_show;
        l.used += b->status == GS_BOOKED || b->status == GS_WAITLISTED ? 1 : 0;
        l.known = l.known || (came && b->wish.date <= today && b->wish.date >= today - 48);
        l.late += counts && late ? 1 : 0;
        l.missed += counts && no_show && !b->excused ? 1 : 0;
        l.ended += counts && (late || no_show || (came && !b->walk_in)) ? 1 : 0;
    }
    if (owner != NULL) {
        l.known = false;
        l.limit = r->name_live > 0 ? r->name_live : INT32_MAX;
    } else if (r->unknown_company_live > 0 && !l.known) {
        l.limit = r->unknown_company_live;
    }
    int32_t lost = l.late + l.missed;
    if (r->late_percent > 0 && lost >= 5 && lost * 100 >= l.ended * r->late_percent && l.limit > r->late_live) {
        l.limit = r->late_live;
        l.of = owner != NULL ? GS_LIMIT_OF_LATE_NAME : GS_LIMIT_OF_LATE_COMPANY;
    }
    return l;
}

static void must_be(const struct gs_quota_live *got, const struct gs_quota_live *want)
{
    assert_int_equal(got->used, want->used);
    assert_int_equal(got->late, want->late);
    assert_int_equal(got->missed, want->missed);
    assert_int_equal(got->ended, want->ended);
    assert_int_equal(got->limit, want->limit);
    assert_true(got->of == want->of && got->known == want->known);
}

static const char *const owners[] = {"mini", "hoarder", "gate-1"};
static const char *const companies[] = {KNOWN, OTHER, "91330621MA2XYZ0001", "91330621MA2XYZ0002"};

static void must_be_counted(const struct fixture *f)
{
    for (size_t i = 0; i < 3; i++) {
        struct gs_quota_live got = gs_quota_live_of_name(f->book, owners[i]), want = counted(f, owners[i], NULL);
        must_be(&got, &want);
    }
    for (size_t i = 0; i < 4; i++) {
        struct gs_quota_live got = gs_quota_live_of_company(f->book, companies[i]),
                             want = counted(f, NULL, companies[i]);
        must_be(&got, &want);
    }
}

static enum gs_limit_of expected(const struct fixture *f, const char *owner, const char *uscc)
{
    struct gs_quota_live n = counted(f, owner, NULL), c = counted(f, NULL, uscc);
    return n.used >= n.limit ? n.of : c.used >= c.limit ? c.of : GS_LIMIT_OF_NONE;
}

struct tally {
    int made, by_limit[GS_LIMIT_OF_LATE_COMPANY + 1];
};

static void ask(struct fixture *f, uint64_t *d, struct tally *t)
{
    static const char *const windows[] = {"", "morning", "midday", "evening"};
    char date[GS_DATE_TEXT];
    const char *owner = owners[dice_roll(d, 3)], *uscc = companies[dice_roll(d, 4)];
    gs_journal_apply_due(f->book, f->now, &f->batch);
    fx_store_commit(&f->store, &f->batch);
    gs_batch_clear(&f->batch);
    f->today = 0;
    gs_date_format(gs_book_today(f->book) + dice_roll(d, 2), date);
    enum gs_limit_of want = expected(f, owner, uscc);
    bool walk_in = dice_roll(d, 8) == 0, aside = dice_roll(d, 10) == 0;
    BOOK(f, .date = date, .windows = windows[dice_roll(d, 4)], .owner = owner, .uscc = uscc,
         .wait = dice_roll(d, 2) == 0, .walk_in = walk_in, .exceptions = aside ? GS_EXCEPTION_QUOTA : 0);
    bool is = f->out.code == GS_CODE_LIVE_QUOTA;
    assert_true(!is || (want != GS_LIMIT_OF_NONE && f->out.limit_of == want && !walk_in && !aside));
    assert_true(want == GS_LIMIT_OF_NONE || walk_in || aside || f->out.code != GS_CODE_OK);
    t->by_limit[is ? want : GS_LIMIT_OF_NONE]++;
    t->made += f->out.code == GS_CODE_OK;
}

static void go_on(struct fixture *f, uint64_t *d)
{
    static const enum gs_command_kind next[GS_STATUSES] = {[GS_BOOKED] = GS_CMD_ARRIVE,
                                                           [GS_ARRIVED] = GS_CMD_ENTER,
                                                           [GS_ENTERED] = GS_CMD_CLEAR,
                                                           [GS_CLEARED] = GS_CMD_DEPART};
    size_t count = f->store.booking_count, from = count > 0 ? (size_t)dice_roll(d, (int)count) : 0;
    for (size_t i = 0; i < count; i++) {
        const struct gs_booking *b = &f->store.bookings[(from + i) % count];
        bool hoards = strcmp(b->owner, "hoarder") == 0 && b->status == GS_BOOKED;
        if (hoards || next[b->status] != GS_CMD_BOOK) {
            fx_step(f, hoards || dice_roll(d, 6) == 0 ? GS_CMD_CANCEL : next[b->status], b->id);
            if (dice_roll(d, 9) == 0) {
                fx_step(f, dice_roll(d, 2) == 0 ? GS_CMD_REVERT : GS_CMD_REINSTATE, b->id);
            }
            return;
        }
    }
}

static void excuse(struct fixture *f, uint64_t *d)
{
    size_t count = f->store.booking_count, from = count > 0 ? (size_t)dice_roll(d, (int)count) : 0;
    for (size_t i = 0; i < count; i++) {
        const struct gs_booking *b = &f->store.bookings[(from + i) % count];
        if ((b->status == GS_NO_SHOW || b->late_cancel) && !b->excused) {
            fx_step(f, GS_CMD_EXCUSE, b->id);
            return;
        }
    }
}

static void live(struct fixture *f, uint64_t *d, struct tally *t)
{
    int kind = dice_roll(d, 100);
    f->now += dice_roll(d, 3) == 0 ? dice_roll(d, 40) * GS_MINUTE_MS : 0;
    f->now += dice_roll(d, 120) == 0 ? dice_roll(d, 48) * 60 * GS_MINUTE_MS : 0;
    f->now += dice_roll(d, 900) == 0 ? dice_roll(d, 60) * 1440 * GS_MINUTE_MS : 0;
    if (kind < 55) {
        ask(f, d, t);
    } else if (kind < 94) {
        go_on(f, d);
    } else if (kind < 96) {
        excuse(f, d);
    } else if (kind < 98) {
        fx_reopen(f);
    } else {
        f->rules.late_days = 1 + dice_roll(d, 48);
        f->rules.late_live = 1 + dice_roll(d, 8);
        rules(f, dice_roll(d, 3) == 0 ? 0 : 1 + dice_roll(d, 20), dice_roll(d, 3) == 0 ? 0 : 1 + dice_roll(d, 8),
              dice_roll(d, 3) == 0 ? 0 : 10 + dice_roll(d, 60));
    }
}

static void they_are_what_a_count_of_all_bookings_says(void **state)
{
    struct fixture *f = *state;
    struct tally t = {0};
    uint64_t d = number_of("GS_SEED", 20261129), commands = number_of("GS_COMMANDS", 4000);
    printf("# GS_SEED=%llu\n", (unsigned long long)d);
    f->rules.strike_limit = 1000; /* strikes are counted, and suspend nobody */
    f->rules.strike_days = 30;
    f->rules.suspend_days = 7;
    rules(f, 8, 3, 40);
    for (uint64_t i = 0; i < commands; i++) {
        live(f, &d, &t);
        if (gs_live_counted(&f->rules)) {
            must_be_counted(f);
        }
    }
    printf("# %d made; refused: name %d, unknown company %d, late name %d, late company %d\n", t.made,
           t.by_limit[GS_LIMIT_OF_NAME], t.by_limit[GS_LIMIT_OF_UNKNOWN_COMPANY], t.by_limit[GS_LIMIT_OF_LATE_NAME],
           t.by_limit[GS_LIMIT_OF_LATE_COMPANY]);
    for (int of = GS_LIMIT_OF_NAME; of <= GS_LIMIT_OF_LATE_COMPANY && commands >= 4000; of++) {
        assert_true(t.by_limit[of] > 5);
    }
}

int main(void)
{
#define RULE(test) cmocka_unit_test_setup_teardown(test, start, fx_teardown)
    const struct CMUnitTest tests[] = {
        RULE(without_rules_anybody_holds_what_he_likes),
        RULE(a_name_holds_as_many_as_it_may),
        RULE(who_waits_counts_and_who_stands_at_the_gate_does_not),
        RULE(a_supervisor_sets_it_aside_as_a_quota),
        RULE(a_company_is_known_from_its_first_truck_on_for_seven_weeks),
        RULE(who_gives_up_late_too_often_holds_few),
        RULE(they_are_what_a_count_of_all_bookings_says),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
