/* Token buckets against what they mean: by real numbers, and by counting what was let through in every stretch of time. */
#include "check.h"
#include "dice.h"
#include "gateslot/base/rate.h"

__extension__ typedef __int128 wide; /* products of long pauses */

enum { ROUNDS = 200, ARRIVALS = 400 };

struct arrival {
    int64_t at_us;
    bool taken;
};

/* Pauses of all sizes: none, some microseconds, about what a piece takes to come back, long ones. */
static int64_t pause(uint64_t *dice, const struct gs_rate *rate)
{
    const int64_t piece_us = 1000000 / rate->per_second + 1;
    switch (dice_roll(dice, 8)) {
    case 0:
    case 1:
        return 0;
    case 2:
        return dice_below(dice, 4);
    case 3:
        return dice_below(dice, 2 * piece_us);
    case 4:
        return piece_us * rate->burst / (1 + dice_below(dice, 8));
    case 5:
        return dice_roll(dice, 50) == 0 ? dice_below(dice, INT64_C(1) << 50) : 1;
    default:
        return dice_below(dice, piece_us);
    }
}

/* One more at now is within the rate if no stretch of time that ends now lets more through than burst and what came back in it. */
static bool within(const struct arrival *list, size_t count, const struct gs_rate *rate, int32_t keep, int64_t now_us)
{
    wide taken = 1;
    for (size_t i = count; i-- > 0;) {
        if (!list[i].taken) {
            continue;
        }
        taken++;
        const wide back = (wide)(now_us - list[i].at_us) * rate->per_second;
        if (taken * 1000000 > (wide)(rate->burst) * 1000000 + back - (wide)keep * 1000000) {
            return false;
        }
    }
    return rate->burst - keep >= 1;
}

static void a_bucket_lets_through_what_its_rate_allows_and_no_less(void **state)
{
    uint64_t dice = dice_seed("base-rate");
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        const struct gs_rate rate = {.per_second = (int32_t)(1 + dice_below(&dice, 1 << dice_roll(&dice, 20))),
                                     .burst = (int32_t)(1 + dice_below(&dice, 1 << dice_roll(&dice, 8)))};
        struct arrival list[ARRIVALS];
        struct gs_bucket bucket = {0};
        long double level = rate.burst;
        int64_t now_us = dice_below(&dice, INT64_C(1) << 45), before_us = now_us;
        for (size_t i = 0; i < ARRIVALS; i++) {
            now_us += pause(&dice, &rate);
            const int32_t keep = dice_roll(&dice, 3) == 0 ? (int32_t)dice_below(&dice, rate.burst) : 0;
            level += (long double)(now_us - before_us) * rate.per_second / 1000000.0L;
            level = level > rate.burst ? rate.burst : level;
            before_us = now_us;
            list[i] = (struct arrival){.at_us = now_us, .taken = gs_bucket_take(&bucket, &rate, keep, now_us)};
            assert_int_equal(list[i].taken, within(list, i, &rate, keep, now_us));
            if (list[i].taken) {
                level -= 1;
                assert_true(level > (long double)keep - 1e-6L);
            } else {
                assert_true(level < (long double)keep + 1 + 1e-6L);
            }
            assert_true((long double)gs_bucket_left(&bucket, &rate) <= level + 1e-6L);
            assert_true((long double)gs_bucket_left(&bucket, &rate) > level - 1 - 1e-6L);
        }
    }
}

static void the_seconds_to_wait_are_enough_and_not_one_too_many(void **state)
{
    uint64_t dice = dice_seed("base-rate wait");
    (void)state;
    for (int round = 0; round < ROUNDS * 10; round++) {
        const struct gs_rate rate = {.per_second = (int32_t)(1 + dice_below(&dice, 1 << dice_roll(&dice, 12))),
                                     .burst = (int32_t)(1 + dice_below(&dice, 1 << dice_roll(&dice, 12)))};
        const int32_t keep = (int32_t)dice_below(&dice, rate.burst);
        struct gs_bucket bucket = {0};
        int64_t now_us = 1 + dice_below(&dice, 1000000);
        const int64_t takes = 1 + dice_below(&dice, rate.burst);
        for (int64_t i = 0; i < takes; i++) {
            (void)gs_bucket_take(&bucket, &rate, 0, now_us);
        }
        const int64_t wait_s = gs_bucket_wait_s(&bucket, &rate, keep);
        struct gs_bucket later = bucket;
        assert_true(wait_s >= 1);
        assert_true(gs_bucket_has(&later, &rate, keep, now_us + wait_s * 1000000));
        later = bucket;
        assert_true(wait_s == 1 || !gs_bucket_has(&later, &rate, keep, now_us + (wait_s - 1) * 1000000));
    }
}

static void what_is_charged_beyond_the_burst_is_not_owed(void **state)
{
    const struct gs_rate rate = {.per_second = 2, .burst = 3};
    struct gs_bucket bucket = {0};
    (void)state;
    for (int i = 0; i < 10; i++) {
        gs_bucket_charge(&bucket, &rate, 1000000);
    }
    assert_false(gs_bucket_has(&bucket, &rate, 0, 1000000));
    assert_false(gs_bucket_has(&bucket, &rate, 0, 1499999));
    assert_true(gs_bucket_has(&bucket, &rate, 0, 1500000));
}

static void a_rate_that_is_changed_holds_at_once(void **state)
{
    const struct gs_rate much = {.per_second = 10, .burst = 1000}, narrow = {.per_second = 1, .burst = 2};
    const struct gs_rate none = {.per_second = 0, .burst = 1};
    struct gs_bucket bucket = {0};
    (void)state;
    for (int i = 0; i < 1000; i++) {
        assert_true(gs_bucket_take(&bucket, &much, 0, 5));
    }
    assert_false(gs_bucket_take(&bucket, &narrow, 0, 6));
    assert_true(gs_bucket_take(&bucket, &none, 0, 6));
    assert_true(gs_bucket_take(&bucket, &narrow, 0, 6 + 1000000));
    assert_false(gs_bucket_take(&bucket, &narrow, 0, 6 + 1000000));
}

static void the_largest_numbers_do_not_overflow(void **state)
{
    const struct gs_rate rate = {.per_second = GS_RATE_MAX, .burst = GS_RATE_MAX};
    struct gs_bucket bucket = {0};
    (void)state;
    assert_true(gs_bucket_take(&bucket, &rate, GS_RATE_MAX - 1, 0));
    for (int i = 0; i < GS_RATE_MAX; i++) {
        (void)gs_bucket_take(&bucket, &rate, 0, 0);
    }
    assert_false(gs_bucket_has(&bucket, &rate, 0, 0));
    assert_true(gs_bucket_has(&bucket, &rate, GS_RATE_MAX - 1, INT64_MAX));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bucket_lets_through_what_its_rate_allows_and_no_less),
        cmocka_unit_test(the_seconds_to_wait_are_enough_and_not_one_too_many),
        cmocka_unit_test(what_is_charged_beyond_the_burst_is_not_owed),
        cmocka_unit_test(a_rate_that_is_changed_holds_at_once),
        cmocka_unit_test(the_largest_numbers_do_not_overflow),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("base-rate", tests, NULL, NULL);
}
