/* A share of the sweep in a few seconds: for each phase of a store's life the rule that no failed operation and no lost power costs what was
 * acknowledged; every operation of one phase, and some of the others, chosen by the seed (GS_SEED; soak_fault takes all). */
#include "../store/cmocka_all.h"
#include "sweep.h"
#include <stdio.h>
#include <stdlib.h>

static struct sweep a_sweep(enum life_phase phase, long stride)
{
    struct sweep s = {.seed = number_of("GS_SEED", 20261125),
                      .phases = 1u << phase,
                      .stride = stride,
                      .jobs = 1,
                      .draws_sync = 2,
                      .draws_elsewhere = 1,
                      .first_version = FIRST_VERSION,
                      .program = "soak_fault",
                      .tally = sweep_tally_create()};
    return s;
}

static void holds(struct sweep s, bool power)
{
    assert_int_equal(power ? sweep_power(&s) : sweep_faults(&s), 0);
    assert_true((power ? s.tally->power_recoveries : s.tally->recoveries) > 8);
    print_message("# GS_SEED=%llu %s: %ld recoveries\n", (unsigned long long)s.seed,
                  power ? "power" : "failed operations", power ? s.tally->power_recoveries : s.tally->recoveries);
}

static void every_operation_of_closing_may_fail(void **state)
{
    (void)state;
    holds(a_sweep(LIFE_CLOSE, 1), false);
}

static void operations_of_the_first_start_may_fail(void **state)
{
    (void)state;
    holds(a_sweep(LIFE_CREATE, 97), false);
}

static void operations_of_a_start_may_fail(void **state)
{
    (void)state;
    holds(a_sweep(LIFE_START, 97), false);
}

static void operations_of_a_recovery_may_fail(void **state)
{
    (void)state;
    holds(a_sweep(LIFE_RECOVERY, 97), false);
}

static void operations_of_work_may_fail(void **state)
{
    (void)state;
    holds(a_sweep(LIFE_WORK, 5), false);
}

static void operations_of_a_checkpoint_may_fail(void **state)
{
    (void)state;
    holds(a_sweep(LIFE_CHECKPOINT, 29), false);
}

static void operations_of_maintenance_may_fail(void **state)
{
    (void)state;
    holds(a_sweep(LIFE_MAINTAIN, 97), false);
}

static void operations_of_a_backup_may_fail(void **state)
{
    (void)state;
    holds(a_sweep(LIFE_BACKUP, 17), false);
}

static void operations_of_a_migration_may_fail(void **state)
{
    (void)state;
    holds(a_sweep(LIFE_MIGRATE, 97), false);
}

static void operations_of_a_restore_may_fail(void **state)
{
    (void)state;
    holds(a_sweep(LIFE_RESTORE, 23), false);
}

/* The note, the names that change place, and the syncs between them: whichever is lost, the old store is there or the new one. */
static void the_power_may_go_at_every_operation_of_a_restore(void **state)
{
    (void)state;
    holds(a_sweep(LIFE_RESTORE, 1), true);
}

/* Its checkpoint once was left to closing, which says nothing of a failure; and a page that could not be read counted as damaged. */
static void every_read_of_the_first_start_may_fail(void **state)
{
    (void)state;
    struct sweep s = a_sweep(LIFE_CREATE, 1);
    s.kinds = 1u << SWEEP_READ;
    holds(s, false);
}

/* A step that found no space once counted as taken. */
static void a_migration_may_find_no_space(void **state)
{
    (void)state;
    struct sweep s = a_sweep(LIFE_MIGRATE, 4);
    s.kinds = 1u << SWEEP_FULL;
    holds(s, false);
}

/* Zeros once went over a log that was not cut off for certain: the beginning of it came back over a newer database. */
static void the_power_may_go_while_a_log_is_emptied(void **state)
{
    (void)state;
    struct sweep s = a_sweep(LIFE_MAINTAIN, 2);
    holds(s, true);
}

static void the_power_may_go_in_any_phase(void **state)
{
    (void)state;
    struct sweep s = a_sweep(LIFE_CREATE, 17);
    s.phases = (1u << LIFE_PHASES) - 1;
    holds(s, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_operation_of_closing_may_fail),
        cmocka_unit_test(operations_of_the_first_start_may_fail),
        cmocka_unit_test(operations_of_a_start_may_fail),
        cmocka_unit_test(operations_of_a_recovery_may_fail),
        cmocka_unit_test(operations_of_work_may_fail),
        cmocka_unit_test(operations_of_a_checkpoint_may_fail),
        cmocka_unit_test(operations_of_maintenance_may_fail),
        cmocka_unit_test(operations_of_a_backup_may_fail),
        cmocka_unit_test(operations_of_a_migration_may_fail),
        cmocka_unit_test(operations_of_a_restore_may_fail),
        cmocka_unit_test(the_power_may_go_at_every_operation_of_a_restore),
        cmocka_unit_test(every_read_of_the_first_start_may_fail),
        cmocka_unit_test(a_migration_may_find_no_space),
        cmocka_unit_test(the_power_may_go_while_a_log_is_emptied),
        cmocka_unit_test(the_power_may_go_in_any_phase),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
