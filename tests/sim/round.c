/* One round of the loop: what happens in the world while the daemon waits, then everything that is ready. In the storm anything may
 * happen; in the calm clients only ask what became of their requests, and within a bounded number of rounds all must be well. */
#include "sim.h"
#include <signal.h>

enum { IDLE_ROUNDS = 2000 }; /* so many without progress are too many */

static void jump(void)
{
    int64_t by = sim_one_in(4) ? (int64_t)sim_roll(48 * 60) * GS_MINUTE_MS : sim_roll(3600) * 1000;
    if (sim_one_in(30)) {
        by = (8 + sim_roll(20)) * SIM_DAY_MS;
    }
    by = sim_one_in(2) ? -by : by;
    if (sim->jumped_ms != 0 && sim_one_in(2)) { /* somebody sees it and puts it right */
        by = -sim->jumped_ms;
    }
    sim->jumped_ms = sim->jumped_ms == -by ? 0 : by;
    sim->wall_ms += by;
    sim_note("jump", by, 0);
}

/* To the millisecond before, at or after the next thing that falls due, if that is near. */
static int64_t to_edge(void)
{
    int64_t due = gs_book_next_due(sim->app->book), now = sim_site_now();
    if (due == INT64_MAX || due - now > 12 * 60 * GS_MINUTE_MS) {
        return sim_roll(60) * 1000;
    }
    int64_t ahead = due - now + sim_roll(3) - 1;
    return ahead > 0 ? ahead : 0;
}

static void pass_time(void)
{
    int32_t how = sim_roll(1000);
    int64_t ms = 0;
    if (how < 700) {
        ms = sim_roll(60);
    } else if (how < 900) {
        ms = sim_roll(2000);
    } else if (how < 960) {
        ms = sim_roll(10 * 60 * 1000);
    } else if (how < 995) {
        ms = to_edge();
    } else {
        ms = (int64_t)sim_roll(8 * 60) * GS_MINUTE_MS;
    }
    sim->mono_ms += ms;
    if (sim_one_in(sim->rates.jump)) {
        jump();
    }
}

static void signals(void)
{
    if (sim_one_in(sim->rates.reload)) {
        if (!sim_one_in(3)) {
            sim_site_change();
        }
        sim_loop_signal(SIGHUP);
    }
    if (sim_one_in(sim->rates.restart)) {
        sim_loop_signal(SIGTERM);
    }
}

static void storm(void)
{
    int32_t acts = 1 + sim_roll(sim->burst);
    for (int32_t i = 0; i < acts; i++) {
        sim_client_act(&sim->clients[sim_roll(sim->client_count)]);
    }
    sim_follow_act();
    sim_hook_act();
    pass_time();
    for (int32_t steps = sim_roll(4); steps > 0 && sim_one_in(sim->writer_lag); steps--) {
        (void)sim_writer_step();
    }
    signals();
    if (sim->seed % 4 == 3 && sim_one_in(40)) { /* a quarter of the worlds */
        sim_net_tighten(!sim_one_in(4));
    }
    if (sim->sends >= sim->op_limit) {
        sim->phase = SIM_CALM;
        sim->rates = (struct sim_rates){0};
        sim->disk.full_until_ms = 0;
        sim_net_tighten(false);
        sim_note("calm", 0, 0);
    }
}

static bool all_is_well(void)
{
    const struct gs_app *app = sim->app;
    bool quiet = app->batch.count == 0 && !gs_writer_busy(app->writer) && app->submitted == app->durable;
    return quiet && sim_ops_settled() && sim_follow_settled() && sim_hook_settled() && !app->storage_full &&
           gs_book_next_due(app->book) > sim_site_now();
}

static void calm(void)
{
    const bool settled = sim_ops_settled();
    /* Whose refusals are bounded settles one a second: it is slow, which is no fault as long as it goes on. */
    const int64_t done = sim->oldest_unsettled + sim->count.streamed + sim->count.delivered;
    sim->idle_rounds = done > sim->done ? 0 : sim->idle_rounds + 1;
    sim->done = done;
    sim->mono_ms += 50 + sim_roll(1000);
    for (int32_t i = 0; i < sim->client_count; i++) {
        sim_client_settle(&sim->clients[i]);
    }
    sim_follow_act();
    sim_hook_act();
    while (sim_writer_step())
        ;
    if (all_is_well() && !sim->app->stopping) {
        sim_audit_memory();
        sim_loop_signal(SIGTERM);
    }
    sim_require(sim->idle_rounds < IDLE_ROUNDS, "faults have stopped, and not everything finishes: settled %d, full %d",
                settled, sim->app->storage_full);
}

/* Of a leap that was refused: sooner or later somebody puts the clock right, or says that it is. */
static void look_after_the_clock(void)
{
    static const struct gs_actor somebody = {.role = GS_ROLE_SUPERVISOR, .name = "root"};
    struct gs_app *app = sim->app;
    sim->count.leaps += app->clock.refused ? 1 : 0;
    if (!app->clock.refused || app->stopping || !(sim->phase == SIM_CALM || sim_one_in(10))) {
        return;
    }
    if (sim_one_in(3)) {
        sim->wall_ms = app->clock.offset_ms; /* the time since boot is the monotonic one here */
        sim->jumped_ms = 0;
        sim_note("clock right", sim->wall_ms, 0);
    } else if (!app->storage_full) {
        int err = app->service.accept_clock(app->service.self, &somebody);
        sim_note("clock accepted", err, app->clock.leap_ms);
    }
}

static void play(void)
{
    look_after_the_clock();
    if (sim->phase == SIM_STORM && !sim->app->stopping) {
        storm();
    } else {
        calm();
    }
    sim_loop_dispatch();
    sim_net_check_deadlines();
    if (sim->seed % 4 == 3 && sim->app != NULL) {
        sim_net_check_bounds();
    }
    if (sim->phase == SIM_STORM && sim_one_in(sim->rates.crash)) {
        sim_crash();
    }
    if (sim_one_in(60)) {
        sim_audit_memory();
    }
}

void sim_round(void)
{
    if (sim->deaf) {
        return;
    }
    sim->rounds++;
    sim->in_round = true;
    if (setjmp(sim->end) == 0) {
        play();
    }
    sim->in_round = false;
    if (sim->deaf) {
        sim->app->stopping = true;
    }
}
