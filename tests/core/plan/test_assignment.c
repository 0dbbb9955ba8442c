/* Seats: by hand what the random days of the plans hardly ever meet, and small worlds at random against trying everything. GS_SEED and
 * GS_WORLDS widen the search. */
#include "../../base/dice.h"
#include "../leaf/cm.h"

#include "solve/assignment.h"

#include <stdio.h>
#include <stdlib.h>

#define SEED 20261128
#define WORLDS 4000
#define TRUCKS 6
#define SLOTS 4

struct world {
    uint64_t random;
    int32_t windows, slots, trucks;
    int32_t capacity_of_window[SLOTS], window_of[SLOTS], capacity_of[SLOTS];
    bool open[SLOTS];
    int32_t own[TRUCKS];
    uint32_t may[TRUCKS];
};

static int32_t roll(struct world *w, int32_t below)
{
    return dice_roll(&w->random, below);
}

static void make(struct world *w)
{
    w->windows = 1 + roll(w, 3);
    w->slots = 0;
    for (int32_t i = 0; i < w->windows; i++) {
        w->capacity_of_window[i] = roll(w, 4);
        for (int32_t left = 1 + (w->slots < 2 ? roll(w, 2) : 0); left > 0 && w->slots < SLOTS; left--) {
            w->window_of[w->slots] = i;
            w->capacity_of[w->slots] = roll(w, 3);
            w->open[w->slots++] = roll(w, 4) != 0;
        }
    }
    w->trucks = 1 + roll(w, TRUCKS);
    for (int32_t i = 0; i < w->trucks; i++) {
        w->own[i] = roll(w, w->slots);
        w->may[i] = (uint32_t)roll(w, 1 << w->windows);
    }
}

static void assign(struct gs_assignment *s, const struct world *w)
{
    assert_int_equal(gs_assignment_init(s, w->windows, w->slots, w->trucks, 0), GS_OK);
    for (int32_t i = 0; i < w->windows; i++) {
        s->windows[i].capacity = w->capacity_of_window[i];
    }
    for (int32_t i = w->slots - 1; i >= 0; i--) {
        struct gs_assignment_window *of = &s->windows[w->window_of[i]];
        of->first_slot = i;
        of->slot_count++;
        s->slots[i].window = w->window_of[i];
        s->slots[i].capacity = w->capacity_of[i];
        s->slots[i].open = w->open[i];
    }
    for (int32_t i = 0; i < w->trucks; i++) {
        s->trucks[i].own = w->own[i];
        s->trucks[i].windows = w->may[i];
    }
}

/* The fewest moves that place those of the first `next` trucks that must be placed, by trying everything; -1: there is no way. */
static int32_t fewest(const struct world *w, const bool *must, int32_t next, int32_t *in_slot, int32_t *in_window)
{
    if (next < 0) {
        return 0;
    }
    if (!must[next]) {
        return fewest(w, must, next - 1, in_slot, in_window);
    }
    int32_t best = -1;
    for (int32_t slot = 0; slot < w->slots; slot++) {
        int32_t window = w->window_of[slot];
        bool allowed = slot == w->own[next] || (w->open[slot] && (w->may[next] >> window & 1) != 0);
        if (!allowed || in_slot[slot] == w->capacity_of[slot] || in_window[window] == w->capacity_of_window[window]) {
            continue;
        }
        in_slot[slot]++;
        in_window[window]++;
        int32_t others = fewest(w, must, next - 1, in_slot, in_window);
        int32_t all = others < 0 ? -1 : others + (slot == w->own[next] ? 0 : 1);
        best = all >= 0 && (best < 0 || all < best) ? all : best;
        in_slot[slot]--;
        in_window[window]--;
    }
    return best;
}

static void check_lists(const struct gs_assignment *s)
{
    for (int32_t slot = 0; slot < s->slot_count; slot++) {
        int32_t count = 0, before = -1;
        for (int32_t i = s->slots[slot].first; i >= 0; before = i, i = s->trucks[i].after, count++) {
            assert_int_equal(s->trucks[i].at, slot);
            assert_int_equal(s->trucks[i].before, before);
        }
        assert_int_equal(s->slots[slot].count, count);
        assert_true(count <= s->slots[slot].capacity);
    }
}

static int32_t moved(const struct gs_assignment *s)
{
    int32_t count = 0;
    for (int32_t i = 0; i < s->truck_count; i++) {
        count += s->trucks[i].at != GS_UNASSIGNED && s->trucks[i].at != s->trucks[i].own ? 1 : 0;
    }
    return count;
}

/* Each is assigned if any rearrangement makes room, with the fewest away from their own slots; else nobody has moved. */
static void play(struct world *w, int64_t *refused, int64_t *moves)
{
    struct gs_assignment s;
    bool must[TRUCKS] = {false};
    make(w);
    assign(&s, w);
    for (int32_t i = 0; i < w->trucks; i++) {
        int32_t in_slot[SLOTS] = {0}, in_window[SLOTS] = {0}, before = moved(&s);
        must[i] = true;
        int32_t want = fewest(w, must, i, in_slot, in_window);
        must[i] = want >= 0;
        assert_int_equal(gs_assignment_add(&s, i), must[i]);
        check_lists(&s);
        assert_int_equal(moved(&s), must[i] ? want : before);
        *refused += must[i] ? 0 : 1;
        *moves += must[i] && want > before ? 1 : 0;
    }
    gs_assignment_finish(&s);
}

static void small_worlds_are_assigned_as_well_as_can_be(void **state)
{
    (void)state;
    uint64_t seed = number_of("GS_SEED", SEED), worlds = number_of("GS_WORLDS", WORLDS);
    int64_t refused = 0, moves = 0;
    printf("# GS_SEED=%llu GS_WORLDS=%llu\n", (unsigned long long)seed, (unsigned long long)worlds);
    for (uint64_t i = 0; i < worlds; i++) {
        struct world w = {.random = seed + i};
        play(&w, &refused, &moves);
    }
    printf("# %lld refused, %lld assigned by moves\n", (long long)refused, (long long)moves);
    assert_true(worlds < WORLDS || (refused > 1000 && moves > 200));
}

/* Truck 0 stands below another in its slot; when it has gone, the other is still known to stand there and can make room. */
static void the_first_truck_of_all_leaves_the_others_in_their_slot(void **state)
{
    (void)state;
    struct gs_assignment s;
    const struct world w = {.windows = 3,
                            .slots = 3,
                            .trucks = 4,
                            .capacity_of_window = {2, 1, 1},
                            .window_of = {0, 1, 2},
                            .capacity_of = {2, 1, 1},
                            .open = {true, true, true},
                            .own = {0, 0, 0, 0},
                            .may = {1 << 1, 1 << 2, 0, 0}};
    assign(&s, &w);
    for (int32_t i = 0; i < 4; i++) {
        assert_true(gs_assignment_add(&s, i));
        check_lists(&s);
    }
    assert_true(s.trucks[0].at == 1 && s.trucks[1].at == 2 && s.trucks[2].at == 0 && s.trucks[3].at == 0);
    gs_assignment_finish(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_truck_of_all_leaves_the_others_in_their_slot),
        cmocka_unit_test(small_worlds_are_assigned_as_well_as_can_be),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
