/* One world from its seed to its end: lives of the process one after the other over the same disk, until the storm is over, all is
 * answered and the process has stopped in good order. Also its dice and its trace. */
#include "../base/dice.h"
#include "gateslot/base/hash.h"
#include "gateslot/base/sha256.h"
#include "sim.h"
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct sim the_world;
struct sim *sim = &the_world;

uint32_t sim_random(void)
{
    return (uint32_t)(dice_next(&sim->random) >> 16);
}

int32_t sim_roll(int32_t below)
{
    return (int32_t)(sim_random() % (uint32_t)below);
}

bool sim_one_in(int32_t n)
{
    return n > 0 && sim_roll(n) == 0;
}

static void fold_number(int64_t n)
{
    sim->hash = (sim->hash ^ (uint64_t)n) * GS_FNV_PRIME;
    sim->hash ^= sim->hash >> 29;
}

void sim_note(const char *what, int64_t a, int64_t b)
{
    sim->hash = gs_fnv_text(sim->hash, what);
    fold_number(a);
    fold_number(b);
    if (sim->trace) {
        printf("%" PRId64 " %+" PRId64 " %s %" PRId64 " %" PRId64 "\n", sim->rounds, sim->mono_ms, what, a, b);
    }
}

void sim_note_bytes(const char *what, const char *bytes, size_t len)
{
    sim->hash = gs_fnv(sim->hash, bytes, len);
    if (sim->trace) {
        printf("%" PRId64 " %+" PRId64 " %s %.*s\n", sim->rounds, sim->mono_ms, what, (int)len, bytes);
    }
}

int64_t sim_site_now(void)
{
    if (sim->app != NULL && sim->app->book != NULL) {
        return sim->app->service.now_ms(sim->app);
    }
    return sim->disk.now_ms > sim_wall() ? sim->disk.now_ms : sim_wall();
}

static void tell_end(FILE *to)
{
    fprintf(to, "seed %" PRIu64 ": life %d, round %" PRId64 ", %" PRId64 " requests, trace %016" PRIx64 "\n", sim->seed,
            (int)sim->lives, sim->rounds, sim->sends, sim->hash);
}

void sim_fail(const char *format, ...)
{
    va_list args;
    fflush(stdout);
    fprintf(stderr, "FAILED: ");
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fprintf(stderr, "\n");
    tell_end(stderr);
    fprintf(stderr, "reproduce: ./dev test sim --seed %" PRIu64 " --ops %" PRId64 " --trace\n", sim->seed,
            sim->op_limit);
    exit(1);
}

void sim_require(bool holds, const char *format, ...)
{
    char text[512];
    va_list args;
    if (holds) {
        return;
    }
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    sim_fail("%s", text);
}

/* ---- what kind of world ---- */

static int32_t rate(int32_t none_in, int32_t from, int32_t to)
{
    if (sim_one_in(none_in)) {
        return 0;
    }
    return from + sim_roll(to - from);
}

static void choose_rates(void)
{
    struct sim_rates *r = &sim->rates;
    r->crash = rate(3, 200, 4000);
    r->full = rate(2, 30, 600);
    r->io = rate(2, 100, 1500);
    r->load = rate(3, 2, 12);
    r->reload = rate(2, 30, 500);
    r->restart = rate(3, 100, 1500);
    r->jump = rate(3, 20, 500);
    r->leave = rate(3, 100, 2000);
    r->stall = rate(3, 100, 800);
    r->refuse_kernel = rate(3, 10, 200);
    r->partial = rate(3, 10, 200);
    sim->burst = 1 + sim_roll(sim_one_in(3) ? 40 : 6);
    sim->writer_lag = 1 + sim_roll(5);
}

static void store_tokens(void)
{
    for (int32_t i = 0; i < SIM_ACTORS; i++) {
        struct gs_token *t = &sim->disk.tokens[sim->disk.token_count++];
        *t = (struct gs_token){.role = sim_actors[i].role, .created_ms = 1};
        strcpy(t->name, sim_actors[i].name);
        const struct gs_piece token = {sim_actors[i].token, strlen(sim_actors[i].token)};
        gs_sha256(&token, 1, t->hash);
    }
}

static void clear_world(void)
{
    struct sim_disk disk = sim->disk; /* its arrays serve all worlds */
    int32_t *by_ordinal[SIM_ACTORS];
    struct sim_op *ops = sim->ops;
    memcpy(by_ordinal, sim->by_ordinal, sizeof by_ordinal);
    *sim = (struct sim){.disk = disk, .ops = ops};
    memcpy(sim->by_ordinal, by_ordinal, sizeof by_ordinal);
    sim_disk_clear();
    gs_arena_init(&sim->arena);
}

static void make_world(uint64_t seed, int64_t ops, bool trace)
{
    clear_world();
    sim->seed = sim->random = seed;
    sim->secret = seed ^ UINT64_C(0x5bd1e9955bd1e995);
    sim->hash = GS_FNV_START;
    sim->trace = trace;
    sim->mono_ms = 1000 * 1000;
    int32_t size = sim_one_in(5) ? 1500 + sim_roll(2500) : 100 + sim_roll(1200);
    sim->op_limit = ops > 0 ? ops : size;
    choose_rates();
    sim_site_make();
    sim->drill = sim_one_in(5);
    sim->drill_speed = sim_one_in(2) ? 0 : 1 + sim_roll(120);
    sim->batches = seed % 5 == 2 || seed % 5 == 3;
    sim_clients_make();
    sim_follow_make(seed % 5 == 3 || seed % 5 == 4);
    sim_hook_make(seed % 5 == 2 || seed % 5 == 4);
    sim_audit_clear();
    store_tokens();
}

/* ---- lives ---- */

int gs_app_listen(struct gs_app *app)
{
    sim->app = app;
    return GS_OK;
}

static void live(void)
{
    const struct gs_app_options options = {
        .config_path = "sim", .drill = sim->drill, .drill_start_ms = sim_wall(), .drill_speed = sim->drill_speed};
    sim->lives++;
    sim_note("start", sim->lives, (int64_t)sim->disk.event_count);
    int err = gs_app_run(&options);
    sim_note("stop", err, sim->deaf);
    sim->app = NULL;
    sim_require(!sim->deaf || err == 0, "a crash is no failed start");
    if (sim->phase == SIM_CALM && !sim->deaf && err == 0) {
        sim->phase = SIM_OVER;
    }
    sim_require(sim->phase == SIM_STORM || err == 0, "the daemon does not start, though nothing is wrong");
    sim->deaf = false;
    sim_net_cut();
    sim_loop_check_empty();
}

static void between_lives(void)
{
    sim->mono_ms += sim_roll(20 * 1000);
    if (sim->phase != SIM_STORM) {
        return;
    }
    if (sim_one_in(6)) {
        sim_site_change();
    }
    if (sim_one_in(8)) {
        sim->wall_ms += (int64_t)(sim_roll(600) - 300) * GS_MINUTE_MS;
    }
}

void sim_run(uint64_t seed, int64_t ops, bool trace)
{
    make_world(seed, ops, trace);
    do {
        live();
        between_lives();
        sim_require(sim->lives < 10000, "the process never lives long");
    } while (sim->phase != SIM_OVER);
    struct gs_book *stored = sim_disk_book(&sim->rules, sim->disk.now_ms);
    gs_book_destroy(stored);
    sim_reference_finish();
    gs_arena_finish(&sim->arena);
}
