/* New times under bookings: as few as can be lose their place, who has to go gets the nearest slot that he may have, and what is left of the old
 * times lasts no longer than those who hold it: the book and all that it shows are as if it were loaded anew. Against a solver of the test's own on random
 * days, and against the book rebuilt on random histories. GS_SEED and GS_HISTORIES widen the search. */
#include "../../base/dice.h"
#include "../fixture.h"
#include "../fixture_store.h"
#include "solver.h"

#include <stdio.h>
#include <stdlib.h>

#define HISTORIES 1500
#define TRUCKS 40

/* ---- as reported ---- */

static void reload(struct fixture *f)
{
    fx_reload(f, NULL, NULL);
}

static void nobody_loses_his_place_in_an_empty_window(void **state)
{
    struct fixture *f = *state;
    int64_t id = BOOK(f, .slot = "11:30", .windows = "morning");
    fx_due(f, "2026-11-25 09:10");
    f->rules.slot_min = 60;
    reload(f);
    assert_int_equal(fx_status(f, id), GS_BOOKED);
    assert_true(fx_starts(f, id, "2026-11-25 11:00"));
    assert_int_equal(fx_events(f, GS_EV_WAITLISTED, id), 0);
    struct gs_window_view w;
    fx_window(f, FX_DAY, "morning", &w);
    assert_int_equal(w.slot_count, 4);
    assert_int_equal(BOOK(f, .slot = "11:30"), 0);
    assert_int_equal(f->out.code, GS_CODE_VALIDATION);
}

static void one_on_his_way_gets_the_nearest_slot_that_he_can_keep(void **state)
{
    struct fixture *f = *state;
    int64_t id = BOOK(f, .slot = "08:30", .rigid = true, .windows = "morning");
    fx_due(f, "2026-11-25 08:10");
    f->rules.slot_min = 60;
    reload(f);
    assert_true(fx_starts(f, id, "2026-11-25 08:00")); /* until 09:30, as before */
    assert_int_equal(fx_get(f, id)->arrive_until_ms, fx_ms(f, "2026-11-25 09:30"));
    assert_int_equal(fx_events(f, GS_EV_MOVED, id), 1);
    assert_int_equal(fx_events(f, GS_EV_PROMOTED, id), 0);
}

static void one_whose_slot_shrinks_has_moved(void **state)
{
    struct fixture *f = *state;
    f->rules.slot_min = 60;
    reload(f);
    BOOK_MANY(f, 10, .slot = "08:00", .windows = "morning", .rigid = true);
    f->rules.slot_min = 30; /* five in each half of the hour */
    reload(f);
    assert_int_equal(fx_slot_booked(f, "2026-11-25 08:00"), 5);
    assert_int_equal(fx_slot_booked(f, "2026-11-25 08:30"), 5);
    assert_int_equal(fx_events(f, GS_EV_MOVED, 0), 5);
    assert_int_equal(fx_events(f, GS_EV_WAITLISTED, 0), 0);
}

static void a_window_that_is_split_or_merged_keeps_its_hours(void **state)
{
    struct fixture *f = *state;
    int64_t id = BOOK(f, .slot = "11:30", .windows = "morning", .rigid = true);
    f->rules.windows[0].end_min = 600;
    strcpy(f->rules.windows[2].id, "late");
    f->rules.windows[2].start_min = 600;
    f->rules.windows[2].end_min = 720;
    reload(f);
    assert_string_equal(fx_get(f, id)->window, "late");
    assert_true(fx_starts(f, id, "2026-11-25 11:30"));
    int64_t noon = BOOK(f, .slot = "12:00", .windows = "midday");
    strcpy(f->rules.windows[0].id, "day");
    f->rules.windows[0].start_min = 480;
    f->rules.windows[0].end_min = 960;
    f->rules.window_count = 1;
    reload(f);
    assert_string_equal(fx_get(f, noon)->window, "day");
    assert_true(fx_starts(f, noon, "2026-11-25 12:00"));
    assert_int_equal(fx_events(f, GS_EV_WAITLISTED, 0), 0);
}

static void what_only_a_booking_knows_goes_with_it(void **state)
{
    struct fixture *f = *state;
    f->cut = true;
    int64_t here = BOOK(f, .slot = "08:30", .windows = "morning"),
            there = BOOK(f, .slot = "08:00", .windows = "morning");
    fx_at(f, "2026-11-25 08:10");
    fx_let_in(f, here);
    fx_let_in(f, there);
    memmove(&f->rules.windows[0], &f->rules.windows[1], 2 * sizeof f->rules.windows[0]);
    f->rules.window_count = 2;
    reload(f);
    struct gs_window_view w;
    fx_window(f, FX_DAY, "morning", &w);
    assert_int_equal(w.slot_count, 2);
    assert_int_equal(fx_step(f, GS_CMD_REFUSE, there), GS_CODE_WRONG_STATE);
    assert_int_equal(fx_step(f, GS_CMD_REVERT, there), GS_CODE_OK);
    assert_int_equal(fx_step(f, GS_CMD_REFUSE, there), GS_CODE_OK);
    fx_window(f, FX_DAY, "morning", &w);
    assert_int_equal(w.slot_count, 1);
    assert_int_equal(w.start_ms, fx_ms(f, "2026-11-25 08:30"));
    assert_int_equal(fx_step(f, GS_CMD_REVERT, there), GS_CODE_FULL); /* its slot is no more */
    assert_int_equal(fx_step(f, GS_CMD_REVERT, here), GS_CODE_OK);
    assert_int_equal(fx_step(f, GS_CMD_REFUSE, here), GS_CODE_OK);
    struct gs_day_view day;
    gs_book_day(f->book, fx_date(FX_DAY), &day);
    assert_int_equal(day.window_count, 2);
}

/* ---- random times ---- */

static void set_window(struct gs_rules *r, const char *id, int32_t start_min, int32_t end_min, int32_t capacity)
{
    struct gs_window_rule *w = &r->windows[r->window_count++];
    memset(w, 0, sizeof *w);
    snprintf(w->id, sizeof w->id, "%s", id);
    w->start_min = start_min;
    w->end_min = end_min;
    w->capacity = capacity;
}

static void choose_times(struct gs_rules *r, uint64_t *d)
{
    static const struct {
        const char *id;
        int32_t start, end;
    } shapes[][4] = {
        {{"a", 480, 720}, {"b", 720, 960}, {"c", 960, 1200}},
        {{"a", 480, 600}, {"late", 600, 720}, {"b", 720, 960}, {"c", 960, 1200}}, /* one split */
        {{"day", 480, 960}, {"c", 960, 1200}},                                    /* two merged */
        {{"a", 420, 660}, {"b", 690, 960}, {"c", 960, 1140}},
        {{"a", 480, 720}, {"c", 960, 1200}},
        {{"a", 480, 720}, {"b", 720, 1000}, {"c", 1320, 1560}}, /* over midnight */
        {{"b", 600, 840}, {"a", 840, 1080}},
    };
    static const int32_t lengths[] = {15, 20, 30, 30, 45, 60, 120};
    int shape = dice_roll(d, 7);
    r->window_count = 0;
    for (int i = 0; i < 4 && shapes[shape][i].id != NULL; i++) {
        int32_t capacity = dice_roll(d, 4) == 0 ? dice_roll(d, 8) : 10 + dice_roll(d, 10);
        set_window(r, shapes[shape][i].id, shapes[shape][i].start, shapes[shape][i].end, capacity);
    }
    r->slot_min = lengths[dice_roll(d, 7)];
    r->slot_capacity = dice_roll(d, 4) == 0 ? 1 + dice_roll(d, 3) : -1;
}

/* ---- against the solver ---- */

struct before {
    struct gs_window_view windows[GS_MAX_WINDOWS];
    int32_t window_count;
    struct gs_booking bookings[TRUCKS];
    int32_t count;
};

static void note_before(const struct fixture *f, struct before *b)
{
    b->window_count = 0;
    while (gs_book_window(f->book, fx_date(FX_DAY), b->window_count, &b->windows[b->window_count])) {
        b->window_count++;
    }
    b->count = (int32_t)gs_book_count(f->book);
    for (int32_t i = 0; i < b->count; i++) {
        b->bookings[i] = *fx_get(f, i + 1);
    }
}

static bool names(const char *windows, const char *id)
{
    char list[GS_WINDOWS_TEXT_MAX + 3], one[GS_WINDOW_ID_MAX + 3];
    snprintf(list, sizeof list, ",%s,", windows);
    snprintf(one, sizeof one, ",%s,", id);
    return windows[0] == '\0' || strstr(list, one) != NULL;
}

static bool in_hours(const struct before *was, const struct gs_booking *b, int64_t start_ms)
{
    for (int32_t i = 0; i < was->window_count; i++) {
        const struct gs_window_view *w = &was->windows[i];
        if (names(b->wish.windows, w->id) && w->start_ms <= start_ms && start_ms < w->end_ms) {
            return true;
        }
    }
    return false;
}

/* Of a rigid booking; -1: it may not be there. */
static int32_t minutes_to(const struct fixture *f, const struct before *was, const struct gs_booking *b,
                          const struct gs_window_view *w, int32_t slot, bool uprooted)
{
    const struct gs_slot_view *s = &w->slots[slot];
    int64_t until = s->end_ms + f->rules.late_grace_min * GS_MINUTE_MS, away = s->start_ms - b->slot_start_ms;
    until = until < w->end_ms ? until : w->end_ms;
    bool accepted = names(b->wish.windows, w->id) || (uprooted && in_hours(was, b, s->start_ms));
    bool in_time = (until >= b->arrive_until_ms && s->end_ms > f->now) ||
                   s->start_ms >= f->now + f->rules.promote_min * GS_MINUTE_MS;
    if (!accepted || !in_time || w->closed) {
        return -1;
    }
    return away <= 0 && b->slot_start_ms < s->end_ms ? 0 : (int32_t)((away < 0 ? -away : away) / GS_MINUTE_MS);
}

struct net {
    const struct fixture *f;
    const struct before *was;
    struct solver solver;
    struct gs_window_view now[GS_MAX_WINDOWS]; /* the times as the calendar gives them */
    int32_t window_count, first[GS_MAX_WINDOWS];
};

/* The slot that is where it has its place; -1: there is none any more. */
static int32_t home_of(const struct net *n, const struct gs_booking *b, const struct gs_slot_view **out)
{
    for (int32_t i = 0; i < n->window_count; i++) {
        for (int32_t s = 0; strcmp(n->now[i].id, b->window) == 0 && s < n->now[i].slot_count; s++) {
            if (n->now[i].slots[s].start_ms == b->slot_start_ms) {
                *out = &n->now[i].slots[s];
                return n->first[i] + s;
            }
        }
    }
    return -1;
}

static bool add(struct net *n, const struct gs_booking *b, bool second)
{
    const struct gs_slot_view *own;
    int32_t home = home_of(n, b, &own), truck = solver_node(&n->solver), edge = solver_edge(&n->solver, 0, truck, 1, 0);
    if (home >= 0 && !second) {
        solver_edge(&n->solver, truck, home, 1, 0);
    }
    for (int32_t i = 0; (home < 0 || second) && i < n->window_count; i++) {
        for (int32_t s = 0; s < n->now[i].slot_count; s++) {
            int32_t minutes = minutes_to(n->f, n->was, b, &n->now[i], s, home < 0);
            if (minutes >= 0) {
                solver_edge(&n->solver, truck, n->first[i] + s, 1, minutes);
            }
        }
    }
    bool found = solver_augment(&n->solver);
    n->solver.edge[edge].capacity = found ? 1 : 0;
    return found;
}

/* It may still come late to a slot that is over: there is nothing nearer. */
static bool stays(const struct net *n, const struct gs_booking *b)
{
    const struct gs_slot_view *own;
    return (home_of(n, b, &own) >= 0 ? own->end_ms : b->slot_end_ms) <= n->f->now;
}

/* So many are in that window by right of an old promise. */
static int32_t staying(const struct net *n, const struct gs_window_view *w)
{
    int32_t count = 0;
    for (int32_t i = 0; i < n->was->count; i++) {
        const struct gs_booking *b = &n->was->bookings[i];
        count += b->status == GS_BOOKED && strcmp(b->window, w->id) == 0 && stays(n, b);
    }
    return count < w->capacity ? count : w->capacity;
}

static void build(struct net *n)
{
    struct gs_book *empty; /* its calendar is the new one */
    solver_init(&n->solver);
    assert_int_equal(gs_book_create(&n->f->rules, &empty), GS_OK);
    assert_int_equal(gs_book_start(empty, 0, 0, n->f->now), GS_OK);
    while (gs_book_window(empty, fx_date(FX_DAY), n->window_count, &n->now[n->window_count])) {
        const struct gs_window_view *w = &n->now[n->window_count];
        n->first[n->window_count++] = n->solver.nodes + 1;
        int32_t window = solver_node(&n->solver);
        solver_edge(&n->solver, window, 1, w->capacity - staying(n, w), 0);
        for (int32_t s = 0; s < w->slot_count; s++) {
            solver_edge(&n->solver, solver_node(&n->solver), window, w->slots[s].capacity, 0);
        }
    }
    gs_book_destroy(empty);
}

struct seen {
    int64_t displaced, shifted, kept, minutes;
};

/* Ids are in the order of keeping. */
static void expect(const struct fixture *f, const struct before *was, uint64_t seed, struct seen *seen)
{
    static struct net n;
    n = (struct net){.f = f, .was = was};
    bool lost[TRUCKS] = {false};
    build(&n);
    for (int32_t i = 0; i < was->count; i++) {
        lost[i] =
            was->bookings[i].status == GS_BOOKED && !stays(&n, &was->bookings[i]) && !add(&n, &was->bookings[i], false);
    }
    for (int32_t i = 0; i < was->count; i++) {
        const struct gs_slot_view *own;
        lost[i] = lost[i] && (home_of(&n, &was->bookings[i], &own) < 0 || !add(&n, &was->bookings[i], true));
    }
    int64_t minutes = 0;
    for (int32_t i = 0; i < was->count; i++) {
        const struct gs_booking *b = &was->bookings[i], *now = fx_get(f, b->id);
        if (b->status != GS_BOOKED) {
            continue;
        }
        bool over = now->status == GS_EXPIRED; /* all that it accepts has ended already */
        if (now->status != (lost[i] ? GS_WAITLISTED : GS_BOOKED) && !(lost[i] && over)) {
            fail_msg("GS_SEED=%llu GS_HISTORIES=1: booking %d", (unsigned long long)seed, (int)b->id);
        }
        int64_t away = now->slot_start_ms - b->slot_start_ms;
        bool covers = away <= 0 && b->slot_start_ms < now->slot_end_ms;
        minutes += lost[i] || covers ? 0 : (away < 0 ? -away : away) / GS_MINUTE_MS;
        seen->displaced += lost[i];
        seen->kept += now->version == b->version;
        seen->shifted += !lost[i] && now->version != b->version;
        assert_true(now->version <= b->version + (over ? 2 : 1)); /* one event at most */
    }
    if (minutes != solver_cost(&n.solver)) {
        fail_msg("GS_SEED=%llu GS_HISTORIES=1: %d minutes, could be %d", (unsigned long long)seed, (int)minutes,
                 (int)solver_cost(&n.solver));
    }
    seen->minutes += minutes;
}

static void play_day(uint64_t seed, struct seen *seen)
{
    static struct fixture f;
    static struct before was;
    uint64_t dice = seed, *d = &dice;
    static const char *const wishes[] = {"", "a", "b", "c", "a,b", "b,c", "a,c"};
    fx_init(&f);
    f.rules.cutoff_min = 0;
    f.rules.promote_min = dice_roll(d, 4) * 60;
    f.rules.late_grace_min = dice_roll(d, 3) * 30;
    choose_times(&f.rules, d);
    fx_open(&f);
    for (int i = 0; i < TRUCKS; i++) {
        f.now += 1000;
        BOOK(&f, .windows = wishes[dice_roll(d, 7)], .rigid = true);
    }
    f.now = gs_tz_instant(f.rules.tz, fx_date(FX_DAY), dice_roll(d, 1200));
    gs_apply_due(f.book, f.now, &f.batch);
    fx_store_commit(&f.store, &f.batch);
    gs_batch_clear(&f.batch);
    note_before(&f, &was);
    choose_times(&f.rules, d);
    f.cut = true; /* what a window that is over held, it held, whatever capacity it has now */
    reload(&f);
    expect(&f, &was, seed, seen);
    f.store.untold = true;
    fx_finish(&f);
}

static void new_times_displace_as_few_as_can_be_and_move_them_as_near_as_can_be(void **state)
{
    (void)state;
    struct seen seen = {0};
    uint64_t seed = number_of("GS_SEED", 20261125), days = number_of("GS_HISTORIES", HISTORIES);
    printf("# GS_SEED=%llu GS_HISTORIES=%llu\n", (unsigned long long)seed, (unsigned long long)days);
    for (uint64_t i = 0; i < days; i++) {
        play_day(seed + i, &seen);
    }
    printf("# %lld kept, %lld shifted by %lld minutes, %lld displaced\n", (long long)seen.kept, (long long)seen.shifted,
           (long long)seen.minutes, (long long)seen.displaced);
    assert_true(days < HISTORIES || (seen.shifted > 1000 && seen.displaced > 100));
}

/* ---- whole histories ---- */

static uint64_t playing; /* the seed of the history */

/* Who loses a place and gets another by the same reload has moved: never a wait and a promotion. */
static void nobody_waited_and_was_promoted(const struct fixture *f, int64_t since)
{
    for (int64_t i = since; i < f->store.last_seq; i++) {
        const struct gs_event *e = &f->store.events[i];
        for (int64_t k = since; e->type == GS_EV_PROMOTED && k < i; k++) {
            const struct gs_event *o = &f->store.events[k];
            if (o->booking_id == e->booking_id && o->type == GS_EV_WAITLISTED && o->at_ms == e->at_ms) {
                fail_msg("GS_SEED=%llu GS_HISTORIES=1: booking %lld waited and was promoted, events %lld and %lld",
                         (unsigned long long)playing, (long long)e->booking_id, (long long)o->seq, (long long)e->seq);
            }
        }
    }
}

static void random_reload(struct fixture *f, uint64_t *d)
{
    struct gs_rules *r = &f->rules;
    int64_t since = f->store.last_seq;
    int what = dice_roll(d, 6);
    if (what < 3) {
        choose_times(r, d);
    } else if (what == 3) {
        r->bays = 1 + dice_roll(d, 40);
        r->lock_min = dice_roll(d, 3) * 120;
    } else if (what == 4) {
        r->windows[0].capacity = dice_roll(d, 20);
    } else {
        r->calendar_count = dice_roll(d, 2);
        f->calendar[0] = (struct gs_calendar_rule){
            .by_date = true, .date = gs_book_today(f->book) + dice_roll(d, 3), .closed = true, .reason = "festival"};
    }
    reload(f);
    nobody_waited_and_was_promoted(f, since);
}

static void random_command(struct fixture *f, uint64_t *d)
{
    static const char *const wishes[] = {"", "", "a", "b", "c", "a,b", "b,c", "a,c"};
    static const char *const slots[] = {NULL, NULL, "08:00", "09:30", "12:00", "16:30", "11:15"};
    static const enum gs_command_kind kinds[] = {GS_CMD_CANCEL, GS_CMD_DELAY,  GS_CMD_ARRIVE,
                                                 GS_CMD_ARRIVE, GS_CMD_ENTER,  GS_CMD_CLEAR,
                                                 GS_CMD_DEPART, GS_CMD_REFUSE, GS_CMD_REVERT};
    int64_t latest = (int64_t)f->store.booking_count,
            id = latest > 0 ? latest - dice_below(d, latest < 30 ? latest : 30) : 1;
    char date[GS_DATE_TEXT];
    int kind = dice_roll(d, 100);
    f->now += dice_roll(d, 3) == 0 ? dice_below(d, 60) * GS_MINUTE_MS : 0;
    if (kind < 50) {
        gs_date_format(gs_book_today(f->book) + dice_roll(d, 2), date);
        BOOK(f, .date = date, .windows = wishes[dice_roll(d, 8)], .slot = slots[dice_roll(d, 7)],
             .wait = dice_roll(d, 2) == 0, .rigid = dice_roll(d, 2) == 0, .walk_in = dice_roll(d, 6) == 0);
    } else if (kind < 88) {
        fx_step(f, kinds[dice_roll(d, 9)], id);
    } else if (kind < 91) {
        fx_reopen(f);
    } else {
        random_reload(f, d);
    }
}

/* The fixture compares the book and all that it shows with the book rebuilt after every command, and replays the journal. */
static void after_every_reload_the_book_is_as_if_loaded_anew(void **state)
{
    (void)state;
    static struct fixture f;
    uint64_t seed = number_of("GS_SEED", 20261125), histories = number_of("GS_HISTORIES", HISTORIES / 10);
    printf("# GS_SEED=%llu GS_HISTORIES=%llu\n", (unsigned long long)seed, (unsigned long long)histories);
    for (uint64_t i = 0; i < histories; i++) {
        uint64_t dice = playing = seed + i;
        fx_init(&f);
        f.cut = true;
        f.rules.horizon_days = 2;
        choose_times(&f.rules, &dice);
        fx_open(&f);
        f.now = fx_ms(&f, "2026-11-24 06:00") + dice_below(&dice, 600) * GS_MINUTE_MS;
        for (int k = 0; k < 80; k++) {
            random_command(&f, &dice);
        }
        fx_finish(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nobody_loses_his_place_in_an_empty_window, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(one_on_his_way_gets_the_nearest_slot_that_he_can_keep, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(one_whose_slot_shrinks_has_moved, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(a_window_that_is_split_or_merged_keeps_its_hours, fx_setup, fx_teardown),
        cmocka_unit_test_setup_teardown(what_only_a_booking_knows_goes_with_it, fx_setup, fx_teardown),
        cmocka_unit_test(after_every_reload_the_book_is_as_if_loaded_anew),
        cmocka_unit_test(new_times_displace_as_few_as_can_be_and_move_them_as_near_as_can_be),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
