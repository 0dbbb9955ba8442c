/* What the scheduler admits and what a decision costs. Prints the admission tables of FACTS (how many of 120 requests three windows of
 * 40 take, by policy; 40 flexible requests and then 40 that need the first of two windows), DOMAIN's overbooking table, and the processor time of one
 * more admission on a full horizon of eight days. Nothing is asserted here: the rules are the tests' to prove.
 *
 * bench_scheduler [ORDERS [DECISIONS]] */
#include "../core/moves/site.h"
#include "solve/binomial.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define REQUESTS 120
#define WINDOWS 3
#define PLACES 40
#define DAYS 8
#define OPENING_MIN 480
#define WINDOW_MIN 240
#define CHAIN 16 /* windows of the longest chain */
#define LIVE 5000

static const char *const subsets[] = {"", "a", "b", "a,b", "c", "a,c", "b,c", "a,b,c"};

/* A window is wished for, by .5, .3 and .2; 40 % accept it alone, 30 % a neighbour too, 30 % any. */
static uint32_t draw_windows(struct site *s)
{
    int64_t kind = site_roll(s, 10), which = site_roll(s, 10);
    uint32_t wished = which < 5 ? 1 : which < 8 ? 2 : 4;
    if (kind < 4) {
        return wished;
    }
    if (kind < 7) {
        uint32_t neighbours = site_roll(s, 2) == 0 ? 3 : 6;
        return wished == 2 ? neighbours : wished == 1 ? 3 : 6;
    }
    return 7;
}

static int32_t pick_random(struct site *s, uint32_t accepts, const int32_t booked[WINDOWS])
{
    int32_t free[WINDOWS], count = 0;
    for (int32_t w = 0; w < WINDOWS; w++) {
        if ((accepts >> w & 1) != 0 && booked[w] < PLACES) {
            free[count++] = w;
        }
    }
    return count > 0 ? free[site_roll(s, count)] : -1;
}

static int32_t admitted_at_random(struct site *s, const uint32_t requests[REQUESTS])
{
    int32_t booked[WINDOWS] = {0}, admitted = 0;
    for (int32_t i = 0; i < REQUESTS; i++) {
        int32_t w = pick_random(s, requests[i], booked);
        if (w >= 0) {
            booked[w]++;
            admitted++;
        }
    }
    return admitted;
}

static void open_day(struct site *s, int32_t windows)
{
    site_init(s);
    s->ledger = false;
    for (int32_t w = 0; w < windows; w++) {
        site_window(s, subsets[1 << w], OPENING_MIN + WINDOW_MIN * w, OPENING_MIN + WINDOW_MIN * (w + 1), PLACES);
    }
    site_open(s);
}

struct policy {
    bool earliest; /* prefers the start of the first window accepted; else the least loaded is taken */
    bool flexible;
};

static int32_t admitted_by_core(const uint32_t requests[], int32_t count, int32_t windows, struct policy policy,
                                int64_t *moves)
{
    static struct site s;
    open_day(&s, windows);
    for (int32_t i = 0; i < count; i++) {
        int32_t first = __builtin_ctz(requests[i]);
        site_book(&s, (struct site_ask){.windows = subsets[requests[i]],
                                        .slot_min = policy.earliest ? OPENING_MIN + WINDOW_MIN * first : 0,
                                        .firm = !policy.flexible});
        *moves += site_events(&s, GS_EV_MOVED);
    }
    int32_t admitted = site_admitted(&s);
    site_finish(&s);
    return admitted;
}

static void print_admission(int64_t orders)
{
    static struct site s; /* its random numbers only */
    static const struct policy policies[] = {{true, false}, {false, false}, {true, true}, {false, true}};
    int64_t admitted[4] = {0}, moves[4] = {0}, random = 0;
    uint32_t requests[REQUESTS];
    s.random = 20261125;
    for (int64_t n = 0; n < orders; n++) {
        for (int32_t i = 0; i < REQUESTS; i++) {
            requests[i] = draw_windows(&s);
        }
        random += admitted_at_random(&s, requests);
        for (int32_t p = 0; p < 4; p++) {
            admitted[p] += admitted_by_core(requests, REQUESTS, WINDOWS, policies[p], &moves[p]);
        }
    }
    double count = (double)orders;
    printf("admitted of 120 on 3 x 40, mean of %" PRId64 " random orders\n", orders);
    printf("  earliest-fit              %6.1f\n", (double)admitted[0] / count);
    printf("  random                    %6.1f\n", (double)random / count);
    printf("  least-loaded              %6.1f\n", (double)admitted[1] / count);
    printf("  earliest-fit with moves   %6.1f  (%.1f moves)\n", (double)admitted[2] / count, (double)moves[2] / count);
    printf("  least-loaded with moves   %6.1f  (%.1f moves)\n", (double)admitted[3] / count, (double)moves[3] / count);
}

static void print_first_window(void)
{
    uint32_t requests[2 * PLACES];
    int64_t moves = 0;
    for (int32_t i = 0; i < 2 * PLACES; i++) {
        requests[i] = i < PLACES ? 3 : 1;
    }
    printf("40 flexible, then 40 that need the first of two windows of 40\n");
    printf("  earliest-fit %d", (int)admitted_by_core(requests, 2 * PLACES, 2, (struct policy){true, false}, &moves));
    printf(", least-loaded %d", (int)admitted_by_core(requests, 2 * PLACES, 2, (struct policy){false, false}, &moves));
    printf(", with moves %d\n", (int)admitted_by_core(requests, 2 * PLACES, 2, (struct policy){false, true}, &moves));
}

struct times {
    int64_t count, sum_ns, worst_ns, moves;
};

static int64_t processor_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static enum gs_code timed(struct site *s, struct site_ask ask, struct times *direct, struct times *by_moves,
                          struct times *refused)
{
    int64_t began = processor_ns();
    enum gs_code code = site_book(s, ask);
    int64_t ns = processor_ns() - began, moves = site_events(s, GS_EV_MOVED);
    struct times *t = code != GS_CODE_OK ? refused : moves > 0 ? by_moves : direct;
    t->count++;
    t->sum_ns += ns;
    t->moves += moves;
    t->worst_ns = ns > t->worst_ns ? ns : t->worst_ns;
    return code;
}

static uint32_t some_windows(struct site *s, bool narrow)
{
    return narrow ? UINT32_C(1) << site_roll(s, WINDOWS) : 1 + (uint32_t)site_roll(s, 7);
}

static void print_overbooking(void)
{
    static const int32_t absent[] = {10, 20, 30}, bounds[] = {1, 5};
    printf("bookings taken for a capacity of %d, by the share q that does not come\n", PLACES);
    for (size_t b = 0; b < sizeof bounds / sizeof bounds[0]; b++) {
        printf("  at most %d %% risk of more:", (int)bounds[b]);
        for (size_t q = 0; q < sizeof absent / sizeof absent[0]; q++) {
            printf("  q=.%d %d", (int)absent[q], (int)gs_binomial_limit(PLACES, 100 - absent[q], 100, bounds[b]));
        }
        printf("\n");
    }
}

/* With eight dates after today's, which is half over. */
static void open_horizon(struct site *s, int32_t windows, int32_t slots, int32_t in_window)
{
    int32_t step = 960 / slots, length = step * (slots / windows);
    site_init(s);
    s->ledger = false;
    s->random = 20261125;
    s->rules.slot_min = step;
    s->rules.horizon_days = DAYS;
    for (int32_t w = 0; w < windows; w++) {
        char id[2] = {(char)('a' + w), '\0'};
        site_window(s, id, OPENING_MIN + length * w, OPENING_MIN + length * (w + 1), in_window);
    }
    site_open(s);
    s->date = gs_tz_date(s->rules.tz, s->now_ms);
}

/* narrow: nobody accepts more than one window. */
static void fill_horizon(struct site *s, int32_t in_window, bool narrow)
{
    for (int32_t d = 1; d <= DAYS; d++) {
        for (int32_t i = 0; i < WINDOWS * in_window; i++) {
            uint32_t own = UINT32_C(1) << (i % WINDOWS), also = narrow ? 0 : some_windows(s, false);
            site_book(s, (struct site_ask){.windows = subsets[own | also], .date = s->date + d});
        }
    }
}

static void print_times(const char *what, const struct times *t)
{
    if (t->count > 0) {
        printf("    %-30s %6.0f ns average, %7" PRId64 " ns worst, of %" PRId64 " (%.1f moves)\n", what,
               (double)t->sum_ns / (double)t->count, t->worst_ns, t->count, (double)t->moves / (double)t->count);
    }
}

static int64_t any_booked(struct site *s)
{
    const struct gs_booking *b;
    do {
        b = site_get(s, 1 + site_roll(s, s->trucks));
    } while (b == NULL || b->status != GS_BOOKED);
    return b->id;
}

/* One leaves, at random, and two more ask for windows of that date: there is a place for one of them at most. */
static void one_more(struct site *s, bool narrow, struct times t[3])
{
    struct gs_booking b = *site_get(s, any_booked(s));
    int32_t admitted = 0;
    site_step(s, GS_CMD_CANCEL, b.id);
    for (int32_t i = 0; i < 2; i++) {
        struct site_ask ask = {.windows = subsets[some_windows(s, narrow)], .date = b.wish.date};
        admitted += timed(s, ask, &t[0], &t[1], &t[2]) == GS_CODE_OK ? 1 : 0;
    }
    if (admitted == 0) {
        site_book(s, (struct site_ask){.windows = narrow ? b.window : NULL, .date = b.wish.date});
    }
}

static void print_decisions(int32_t live, int32_t slots, int64_t decisions)
{
    static const char *const kinds[] = {
        "admitted as it is",       "admitted by moves", "refused", "admitted, all else narrow", "",
        "refused, room but no way"};
    static struct site s;
    int32_t in_window = live / DAYS / WINDOWS;
    printf("  %d live bookings, full days of %d slots\n", (int)(in_window * WINDOWS * DAYS), (int)slots);
    for (int32_t narrow = 0; narrow < 2; narrow++) {
        struct times t[3] = {{0}};
        open_horizon(&s, WINDOWS, slots, in_window);
        fill_horizon(&s, in_window, narrow != 0);
        for (int64_t i = 0; i < decisions; i++) {
            one_more(&s, narrow != 0, t);
        }
        for (int32_t i = 0; i < 3; i++) {
            print_times(kinds[3 * narrow + i], &t[i]);
        }
        site_finish(&s);
    }
}

/* The longest way there is: on every date each accepts the own window and the next, and only the last has room, one place for each
 * of those who ask for the first. */
static void print_chain(void)
{
    static struct site s;
    struct times t[3] = {{0}};
    int32_t in_window = LIVE / DAYS / CHAIN;
    open_horizon(&s, CHAIN, 12 * CHAIN, in_window);
    for (int32_t d = 1; d <= DAYS; d++) {
        for (int32_t i = 0; i < (CHAIN - 1) * in_window; i++) {
            char both[4] = {(char)('a' + i / in_window), ',', (char)('b' + i / in_window), '\0'};
            site_book(&s, (struct site_ask){
                              .windows = both, .slot_min = OPENING_MIN + i / in_window * 60, .date = s.date + d});
        }
    }
    for (int32_t i = 0; i < DAYS * in_window; i++) {
        timed(&s, (struct site_ask){.windows = "a", .firm = true, .date = s.date + 1 + i % DAYS}, &t[0], &t[1], &t[2]);
    }
    printf("  %d windows of 12 slots, everyone accepts the own and the next, room in the last only\n", CHAIN);
    print_times("admitted by moves", &t[1]);
    print_times("refused", &t[2]);
    site_finish(&s);
}

/* A date on which all stand in the first of three windows. */
static void print_settling(int32_t in_window, int32_t slots)
{
    static struct site s;
    open_horizon(&s, WINDOWS, slots, in_window);
    s.date++;
    site_capacity(&s, "b", in_window, true);
    site_capacity(&s, "c", in_window, true);
    for (int32_t i = 0; i < in_window; i++) {
        site_book(&s, (struct site_ask){0});
    }
    site_capacity(&s, "b", in_window, false);
    site_capacity(&s, "c", in_window, false);
    int64_t began = processor_ns();
    site_wait(&s, gs_tz_instant(s.rules.tz, s.date - 1, s.rules.settle_at_min));
    printf("  %4d bookings on %3d slots: %4d moves, %8.2f ms\n", (int)in_window, (int)slots,
           (int)site_events(&s, GS_EV_MOVED), (double)(processor_ns() - began) / 1e6);
    site_finish(&s);
}

int main(int argc, char **argv)
{
    int64_t orders = argc > 1 ? strtoll(argv[1], NULL, 10) : 2000;
    int64_t decisions = argc > 2 ? strtoll(argv[2], NULL, 10) : 20000;
    print_admission(orders);
    print_first_window();
    print_overbooking();
    printf("processor time of a decision\n");
    print_decisions(120, 24, decisions);
    print_decisions(1200, 48, decisions);
    print_decisions(LIVE, 60, decisions);
    print_decisions(LIVE, 120, decisions);
    print_decisions(LIVE, 192, decisions);
    print_chain();
    printf("processor time of settling a date on which all stand in one window of three\n");
    print_settling(40, 24);
    print_settling(200, 60);
    print_settling(600, 60);
    print_settling(600, 192);
    print_settling(2000, 192);
    return 0;
}
