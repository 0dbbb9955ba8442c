/* The long run: every operation made to fail, then so many recoveries from lost power; ends with figures. With --at it
 * is the one command that reproduces a failure. */
#include "sweep.h"
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char usage[] =
    "Usage: soak_fault [OPTION]…\n"
    "  --seed N           of the work and of the dice; default 1\n"
    "  --jobs N           processes; default 2\n"
    "  --stride N         only every N-th operation; default 1, every one\n"
    "  --phase P          only create, start, recovery, work, checkpoint, maintain, backup, close, migrate or restore\n"
    "  --recoveries N     from lost power, at least; default 20000\n"
    "  --at N             one fault only, at that operation, with one of:\n"
    "    --fault K --once|--persistent    K: read, write, torn, short, full, sync, truncate, open, name, look, lock\n"
    "    --power --draw D\n";

/* About what one seed gives with all its draws: for fewer recoveries there are fewer draws at every sync, and no sync is left out. */
enum { WHOLE_SEED = 6000 };

enum option_key { SEED = 256, JOBS, STRIDE, PHASE, RECOVERIES, AT, FAULT, ONCE, PERSISTENT, POWER, DRAW };

struct options {
    struct sweep sweep;
    long recoveries;
    bool power;
};

static bool take_option(struct options *o, int key, const char *value)
{
    enum life_phase phase;
    switch (key) {
    case SEED:
        o->sweep.seed = strtoull(value, NULL, 10);
        return true;
    case JOBS:
        o->sweep.jobs = atoi(value);
        return o->sweep.jobs > 0;
    case STRIDE:
        o->sweep.stride = atol(value);
        return o->sweep.stride > 0;
    case PHASE:
        if (!life_phase_parse(value, &phase)) {
            return false;
        }
        o->sweep.phases = 1u << phase;
        return true;
    case RECOVERIES:
        o->recoveries = atol(value);
        return true;
    case AT:
        o->sweep.at = atol(value);
        o->sweep.jobs = 1;
        return o->sweep.at > 0;
    case FAULT:
        return sweep_kind_parse(value, &o->sweep.kind);
    case ONCE:
    case PERSISTENT:
        o->sweep.persistent = key == PERSISTENT;
        return true;
    case POWER:
        o->power = true;
        return true;
    case DRAW:
        o->sweep.draw = atol(value);
        o->sweep.draws_sync = o->sweep.draws_elsewhere = (int)o->sweep.draw + 1;
        return true;
    default:
        return false;
    }
}

static bool take_options(struct options *o, int argc, char **argv)
{
    static const struct option names[] = {
        {"seed", required_argument, NULL, SEED},
        {"jobs", required_argument, NULL, JOBS},
        {"stride", required_argument, NULL, STRIDE},
        {"phase", required_argument, NULL, PHASE},
        {"recoveries", required_argument, NULL, RECOVERIES},
        {"at", required_argument, NULL, AT},
        {"fault", required_argument, NULL, FAULT},
        {"once", no_argument, NULL, ONCE},
        {"persistent", no_argument, NULL, PERSISTENT},
        {"power", no_argument, NULL, POWER},
        {"draw", required_argument, NULL, DRAW},
        {NULL, 0, NULL, 0},
    };
    int key;
    while ((key = getopt_long(argc, argv, "", names, NULL)) != -1) {
        if (!take_option(o, key, optarg)) {
            return false;
        }
    }
    return optind == argc;
}

static double seconds(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void tell_figures(const struct sweep *s, double since)
{
    const struct sweep_tally *t = s->tally;
    long failed = 0;
    printf("fault: seed %llu, ", (unsigned long long)s->seed);
    if (s->stride > 1) {
        printf("one in %ld of ", s->stride);
    }
    printf("%ld operations failed, once and from then on:", t->operations);
    for (int k = 0; k < SWEEP_KINDS; k++) {
        failed += t->failed[k][0] + t->failed[k][1];
        printf(" %s %ld", sweep_kind_name((enum sweep_kind)k), t->failed[k][0] + t->failed[k][1]);
    }
    printf("\nfault: %ld failures, %ld recoveries; power lost at %ld operations, %ld recoveries; "
           "%ld lost, %ld duplicate, %ld otherwise wrong (%.0f s)\n",
           failed, t->recoveries, t->cuts, t->power_recoveries, t->lost, t->duplicate, t->other, seconds() - since);
}

static int run_one(const struct options *o)
{
    int result = o->power ? sweep_power(&o->sweep) : sweep_faults(&o->sweep);
    puts(result == 0 ? "nothing is wrong" : "reproduced");
    return result == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
    struct options o = {.recoveries = 20000,
                        .sweep = {.seed = 1,
                                  .phases = (1u << LIFE_PHASES) - 1,
                                  .stride = 1,
                                  .jobs = 2,
                                  .draws_sync = 60,
                                  .draws_elsewhere = 3,
                                  .first_version = FIRST_VERSION,
                                  .program = argv[0]}};
    if (!take_options(&o, argc, argv)) {
        (void)fputs(usage, stderr);
        return 2;
    }
    double since = seconds();
    o.sweep.tally = sweep_tally_create();
    if (o.sweep.at > 0) {
        return run_one(&o);
    }
    int result = sweep_faults(&o.sweep);
    struct sweep power = o.sweep;
    if (o.recoveries < WHOLE_SEED) {
        power.draws_sync = 1 + (int)(power.draws_sync * o.recoveries / WHOLE_SEED);
        power.draws_elsewhere = 1;
    }
    for (power.stride = 1; result == 0 && power.tally->power_recoveries < o.recoveries; power.seed++) {
        result = sweep_power(&power);
    }
    tell_figures(&o.sweep, since);
    return result == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
