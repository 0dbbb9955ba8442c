/* The simulation's command line. Without arguments: every seed that ever failed, and a few fixed ones; each twice where the trace
 * hashes are compared. A failure ends the program and prints the command that plays it again. */
#include "gateslot/base/hash.h"
#include "gateslot/base/log.h"
#include "sim.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct options {
    uint64_t seed, from;
    int64_t seeds, seconds, ops;
    bool has_seed, trace, hashes;
    const char *failed_seeds;
};

struct totals {
    int64_t seeds, requests, lives, crashes, ends, fulls, reloads, replays, acks, refusals, lost, given_up, checked,
        batches, streamed, resets, batched, batches_refused, delivered;
    uint64_t hash;
};

static double cpu_seconds(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

static void add(struct totals *t)
{
    t->seeds++;
    t->requests += sim->sends;
    t->lives += sim->lives;
    t->crashes += sim->count.crashes;
    t->ends += sim->count.ends;
    t->fulls += sim->count.fulls;
    t->reloads += sim->count.reloads;
    t->replays += sim->count.replays;
    t->acks += sim->count.acks;
    t->refusals += sim->count.refusals;
    t->lost += sim->count.lost;
    t->given_up += sim->count.given_up;
    t->checked += sim->count.checked;
    t->batches += sim->count.batches;
    t->streamed += sim->count.streamed;
    t->resets += sim->count.resets;
    t->delivered += sim->count.delivered;
    t->batched += sim->count.batched;
    t->batches_refused += sim->count.batches_refused;
    t->hash = gs_fnv(t->hash, &sim->hash, sizeof sim->hash);
}

static void play(const struct options *o, uint64_t seed, struct totals *t)
{
    sim_run(seed, o->ops, o->trace);
    add(t);
    if (o->hashes || o->trace) {
        printf("seed %" PRIu64 " trace %016" PRIx64 "\n", seed, sim->hash);
    }
}

static void play_twice(const struct options *o, uint64_t seed, struct totals *t)
{
    play(o, seed, t);
    uint64_t first = sim->hash;
    play(o, seed, t);
    if (sim->hash != first) {
        sim_fail("the same seed gave the traces %016" PRIx64 " and %016" PRIx64, first, sim->hash);
    }
}

static void tell(const struct totals *t, double seconds)
{
    printf("# %" PRId64 " seeds, %" PRId64 " lives (%" PRId64 " crashes, %" PRId64 " ends by I/O errors), %" PRId64
           " times disk full, %" PRId64 " reloads\n",
           t->seeds, t->lives, t->crashes, t->ends, t->fulls, t->reloads);
    printf("# %" PRId64 " requests: %" PRId64 " changes acknowledged, %" PRId64 " refused, %" PRId64
           " answers replayed, %" PRId64 " lost (%" PRId64 " times a client gave up); %" PRId64 " batches, %" PRId64
           " times book = store\n",
           t->requests, t->acks, t->refusals, t->replays, t->lost, t->given_up, t->batches, t->checked);
    printf("# %" PRId64 " requests in batches, %" PRId64 " batches refused whole; %" PRId64 " events streamed, %" PRId64
           " resets; %" PRId64 " delivered to webhooks\n",
           t->batched, t->batches_refused, t->streamed, t->resets, t->delivered);
    printf("# %.0f operations a minute of one core, traces %016" PRIx64 "\n", (double)t->requests * 60 / seconds,
           t->hash);
}

/* One number a line; what follows "#" is a comment. */
static void play_failed(const struct options *o, struct totals *t)
{
    char line[256];
    FILE *f = o->failed_seeds != NULL ? fopen(o->failed_seeds, "r") : NULL;
    while (f != NULL && fgets(line, sizeof line, f) != NULL) {
        char *end;
        uint64_t seed = strtoull(line, &end, 10);
        if (end != line) {
            play(o, seed, t);
        }
    }
    if (f != NULL) {
        fclose(f);
    }
}

static void run(const struct options *o, struct totals *t)
{
    double begin = cpu_seconds();
    play_failed(o, t);
    if (o->has_seed) {
        play_twice(o, o->seed, t);
    }
    for (int64_t i = 0; i < o->seeds; i++) {
        play(o, o->from + (uint64_t)i, t);
    }
    for (uint64_t i = 0; cpu_seconds() - begin < (double)o->seconds; i++) {
        play(o, o->from + i, t);
    }
    if (!o->has_seed && o->seeds == 0 && o->seconds == 0) {
        for (uint64_t seed = 1; seed <= 30; seed++) {
            play_twice(o, seed, t);
        }
    }
    tell(t, cpu_seconds() - begin);
}

static bool take(struct options *o, const char *name, const char *value)
{
    if (strcmp(name, "--seed") == 0) {
        o->seed = strtoull(value, NULL, 10);
        o->has_seed = true;
    } else if (strcmp(name, "--from") == 0) {
        o->from = strtoull(value, NULL, 10);
    } else if (strcmp(name, "--seeds") == 0) {
        o->seeds = strtoll(value, NULL, 10);
    } else if (strcmp(name, "--seconds") == 0) {
        o->seconds = strtoll(value, NULL, 10);
    } else if (strcmp(name, "--ops") == 0) {
        o->ops = strtoll(value, NULL, 10);
    } else if (strcmp(name, "--failed") == 0) {
        o->failed_seeds = value;
    } else {
        return false;
    }
    return true;
}

int main(int argc, char **argv)
{
    struct options o = {.from = 1};
    struct totals totals = {.hash = GS_FNV_START};
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--trace") == 0) {
            o.trace = true;
        } else if (strcmp(argv[i], "--hashes") == 0) {
            o.hashes = true;
        } else if (i + 1 >= argc || !take(&o, argv[i], argv[i + 1])) {
            fprintf(stderr, "usage: test_sim [--failed FILE] [--seed N] [--from N --seeds N] [--seconds N] [--ops N] "
                            "[--hashes] [--trace]\n");
            return 2;
        } else {
            i++;
        }
    }
    gs_log_setup(o.trace ? GS_LOG_DEBUG : (enum gs_log_level)0, 0);
    run(&o, &totals);
    printf("ok 1 - every_world_keeps_its_promises\n1..1\n");
    return 0;
}
