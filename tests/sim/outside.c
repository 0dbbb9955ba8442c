/* What the daemon asks of its machine: the time, random bits, and its own end. Time is virtual: a monotonic clock that only the
 * round moves on, and a wall clock that jumps. A process that ends does not end this program: it turns deaf. */
#include "sim.h"
#include <string.h>
#include <time.h>

int __wrap_clock_gettime(clockid_t id, struct timespec *out);
/* The file that keeps the clock: it survives the process; now and then the machine is started anew, and it says nothing. */
void __wrap_gs_clock_mark_open(struct gs_clock_mark *m, const char *beside, struct gs_clock_past *past);
void __wrap_gs_clock_mark_write(struct gs_clock_mark *m, const struct gs_clock *clock, int64_t stored_ms);
void __wrap_gs_clock_mark_close(struct gs_clock_mark *m);
void __wrap_gs_app_give_memory_back(struct gs_app *app);

void __wrap_gs_clock_mark_open(struct gs_clock_mark *m, const char *beside, struct gs_clock_past *past)
{
    (void)beside;
    m->fd = -1;
    if (past->last_ms > 0 && sim->clock_mark.last_ms >= past->last_ms && !sim_one_in(8)) {
        *past = sim->clock_mark;
    }
}

void __wrap_gs_clock_mark_write(struct gs_clock_mark *m, const struct gs_clock *clock, int64_t stored_ms)
{
    (void)m;
    (void)stored_ms;
    sim->clock_mark = (struct gs_clock_past){clock->last_ms, true, clock->offset_ms};
}

void __wrap_gs_app_give_memory_back(struct gs_app *app)
{
    (void)app;
}

void __wrap_gs_clock_mark_close(struct gs_clock_mark *m)
{
    (void)m;
}

int __wrap_getentropy(void *out, size_t len);
void __wrap__Exit(int status) __attribute__((noreturn));
void __wrap_abort(void) __attribute__((noreturn));

int64_t sim_wall(void)
{
    return sim->wall_ms + sim->mono_ms;
}

int __wrap_clock_gettime(clockid_t id, struct timespec *out)
{
    bool wall = id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE;
    if (sim->deaf) { /* what is left of the process hurries to its end */
        sim->mono_ms += 20 * 1000;
        sim->wall_ms -= 20 * 1000;
    }
    int64_t ms = wall ? sim_wall() : sim->mono_ms;
    *out = (struct timespec){.tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000};
    return 0;
}

int __wrap_getentropy(void *out, size_t len)
{
    unsigned char *bytes = out;
    for (size_t i = 0; i < len; i++) {
        sim->secret = sim->secret * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        bytes[i] = (unsigned char)(sim->secret >> 56);
    }
    return 0;
}

void sim_crash(void)
{
    sim_note("crash", 0, 0);
    sim->count.crashes++;
    sim_writer_crash();
    sim->deaf = true;
    longjmp(sim->end, 1);
}

void __wrap__Exit(int status)
{
    sim_require(sim->in_round, "the process ended outside a round");
    sim_note("exit", status, 0);
    sim->count.ends++;
    sim_writer_crash();
    sim->deaf = true;
    longjmp(sim->end, 1);
}

void __wrap_abort(void)
{
    sim_fail("the daemon aborted");
}
