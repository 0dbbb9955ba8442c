/* The sweep: see the header. A child that hangs is killed by its alarm and counts as broken. */
#include "sweep.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATIENCE_S = 120, ENOUGH = 3 /* broken promises; then no more faults are planted */ };

/* What a kind of fault does, and to which operations. */
struct fault {
    const char *name;
    unsigned ops, growing; /* bits of enum disk_op: always, and where the operation needs space */
    struct disk_verdict verdict;
};
#define OP(name) (1u << DISK_##name)
static const struct fault faults[SWEEP_KINDS] = {
    [SWEEP_READ] = {"read", OP(READ), 0, {EIO, false}},
    [SWEEP_WRITE] = {"write", OP(WRITE), 0, {EIO, false}},
    [SWEEP_TORN] = {"torn", OP(WRITE), 0, {EIO, true}},
    [SWEEP_SHORT] = {"short", OP(WRITE), 0, {ENOSPC, true}},
    [SWEEP_FULL] = {"full", OP(WRITE), OP(OPEN) | OP(NAME), {ENOSPC, false}},
    [SWEEP_SYNC] = {"sync", OP(SYNC), 0, {EIO, false}},
    [SWEEP_TRUNCATE] = {"truncate", OP(TRUNCATE), 0, {EIO, false}},
    [SWEEP_OPEN] = {"open", OP(OPEN), 0, {EIO, false}},
    [SWEEP_NAME] = {"name", OP(NAME), 0, {EIO, false}},
    [SWEEP_LOOK] = {"look", OP(LOOK), 0, {EIO, false}},
    [SWEEP_LOCK] = {"lock", OP(LOCK), 0, {EIO, false}},
};

const char *sweep_kind_name(enum sweep_kind k)
{
    return faults[k].name;
}

bool sweep_kind_parse(const char *name, enum sweep_kind *out)
{
    for (int k = 0; k < SWEEP_KINDS; k++) {
        if (strcmp(name, faults[k].name) == 0) {
            *out = (enum sweep_kind)k;
            return true;
        }
    }
    return false;
}

struct sweep_tally *sweep_tally_create(void)
{
    void *shared = mmap(NULL, sizeof(struct sweep_tally), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) {
        abort();
    }
    return shared;
}

static void count(long *counter)
{
    (void)__atomic_add_fetch(counter, 1, __ATOMIC_RELAXED);
}

long sweep_broken(const struct sweep_tally *t)
{
    return t->lost + t->duplicate + t->other;
}

/* One process's way through one phase. */
struct run {
    const struct sweep *sweep;
    struct life *life;
    enum life_phase phase;
    int job;
    long n;     /* operations so far */
    bool power; /* it is the power that fails */
    bool hit;   /* the fault has come: this is its child */
    long at;    /* operation that it came at */
    enum sweep_kind kind;
    bool persistent;
    long draw;
    enum disk_op op;
    char name[64]; /* of the file that it met */
};

/* What went wrong, and the one command that shows it again. */
static void tell(const struct run *r, const char *what)
{
    const struct sweep *s = r->sweep;
    char fault[256], options[256], text[2048];
    if (r->at == 0) {
        (void)snprintf(fault, sizeof fault, "nothing failed, or only the power at the end");
        (void)snprintf(options, sizeof options, "--stride 1000000 --recoveries 0");
    } else if (r->power) {
        (void)snprintf(fault, sizeof fault, "power lost at operation %ld (%s %s), draw %ld", r->at, disk_op_name(r->op),
                       r->name, r->draw);
        (void)snprintf(options, sizeof options, "--power --at %ld --draw %ld", r->at, r->draw);
    } else {
        (void)snprintf(fault, sizeof fault, "%s failed %s at operation %ld (%s %s)", faults[r->kind].name,
                       r->persistent ? "from then on" : "once", r->at, disk_op_name(r->op), r->name);
        (void)snprintf(options, sizeof options, "--fault %s %s --at %ld", faults[r->kind].name,
                       r->persistent ? "--persistent" : "--once", r->at);
    }
    int len = snprintf(text, sizeof text, "# %s: %s: %s\n# reproduce: %s --seed %llu --phase %s %s\n",
                       life_phase_name(r->phase), fault, what, s->program, (unsigned long long)s->seed,
                       life_phase_name(r->phase), options);
    len = len < (int)sizeof text ? len : (int)sizeof text - 1;
    (void)!write(STDERR_FILENO, text, (size_t)len);
}

static void on_broken(void *self, enum ledger_fault fault, const char *what)
{
    struct run *r = self;
    struct sweep_tally *t = r->sweep->tally;
    count(fault == LEDGER_LOST ? &t->lost : fault == LEDGER_DUPLICATE ? &t->duplicate : &t->other);
    tell(r, what);
    _exit(1);
}

/* True in the child. The parent waits for it; one that ended otherwise than by its own word is told of here. */
static bool fork_child(struct run *r)
{
    int status;
    (void)fflush(NULL);
    pid_t pid = fork();
    if (pid < 0) {
        abort();
    }
    if (pid == 0) {
        (void)alarm(PATIENCE_S);
        return true;
    }
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (!WIFEXITED(status)) {
        char what[64];
        count(&r->sweep->tally->other);
        (void)snprintf(what, sizeof what, "the process ended by signal %d", WTERMSIG(status));
        tell(r, what);
    }
    return false;
}

static void meet(struct run *r, enum disk_op op, const char *name)
{
    r->at = r->n;
    r->op = op;
    (void)snprintf(r->name, sizeof r->name, "%s", name);
}

static bool is_selected(const struct run *r)
{
    const struct sweep *s = r->sweep;
    if (s->at > 0) {
        return r->n == s->at;
    }
    if (sweep_broken(s->tally) >= ENOUGH) {
        return false;
    }
    return r->n % s->jobs == r->job && (r->n / s->jobs + (long)(s->seed % 1000003)) % s->stride == 0;
}

/* ---- operations that fail ---- */

static bool is_met(enum sweep_kind k, enum disk_op op, bool grows)
{
    return ((faults[k].ops | (grows ? faults[k].growing : 0)) & (1u << op)) != 0;
}

/* Without space the log is not laid out and all is well: that is no failure that must be told. Nor is a mark that says less than it
 * could. */
static struct disk_verdict fail_op(struct run *r, enum disk_op op, const char *name)
{
    const struct disk_verdict v = faults[r->kind].verdict;
    bool of_mark = strlen(name) > 5 && strcmp(name + strlen(name) - 5, ".mark") == 0;
    r->life->failed = r->life->failed || (!of_mark && v.error == EIO && (op == DISK_WRITE || op == DISK_SYNC));
    return v;
}

static struct disk_verdict fail_now(struct run *r, enum disk_op op, const char *name)
{
    r->hit = true;
    r->life->trouble = faults[r->kind].verdict.error == ENOSPC ? LIFE_FULL : LIFE_IO;
    count(&r->sweep->tally->failed[r->kind][r->persistent]);
    return fail_op(r, op, name);
}

static struct disk_verdict ask_fault(void *self, enum disk_op op, const char *name, bool grows)
{
    static const struct disk_verdict fine = {0};
    struct run *r = self;
    const struct sweep *s = r->sweep;
    r->n++;
    if (r->hit) {
        return r->persistent && is_met(r->kind, op, grows) ? fail_op(r, op, name) : fine;
    }
    if (r->job == 0) {
        count(&s->tally->operations);
    }
    if (!is_selected(r)) {
        return fine;
    }
    meet(r, op, name);
    for (int k = 0; k < SWEEP_KINDS; k++) { /* each in a child of its own */
        bool wanted = (s->kinds == 0 || (s->kinds & (1u << k)) != 0) && is_met((enum sweep_kind)k, op, grows);
        for (int persistent = 0; persistent < 2 && wanted; persistent++) {
            r->kind = (enum sweep_kind)k;
            r->persistent = persistent != 0;
            bool only = s->at > 0;
            if (only ? s->kind == r->kind && s->persistent == r->persistent : fork_child(r)) {
                return fail_now(r, op, name);
            }
        }
    }
    return fine;
}

static const struct disk_verdict dead = {EIO, false};

static struct disk_verdict ask_dead(void *self, enum disk_op op, const char *name, bool grows)
{
    (void)self;
    (void)op;
    (void)name;
    (void)grows;
    return dead;
}

static void recovered(struct run *r)
{
    count(r->power ? &r->sweep->tally->power_recoveries : &r->sweep->tally->recoveries);
}

/* Without power nothing more comes to the disk, whatever the program does. */
static void lose_power(struct life *l, uint64_t seed)
{
    static const struct disk_gate gate = {NULL, ask_dead};
    disk_set_gate(l->disk, &gate);
    life_end(l);
    disk_set_gate(l->disk, NULL);
    disk_lose_power(l->disk, seed);
}

/* The trouble over, twice: with the power lost right then, and with a new start of the process. */
static void judge_fault(struct run *r)
{
    struct life *l = r->life;
    enum life_trouble trouble = l->trouble;
    r->at = r->hit ? r->at : 0;
    if (!r->persistent) {
        disk_set_gate(l->disk, NULL);
    }
    if (fork_child(r)) {
        lose_power(l, r->sweep->seed * 31 + (uint64_t)r->at);
        life_verify(l, false);
        recovered(r);
        _exit(0);
    }
    if (l->refuses) { /* closing it must not make an unknown outcome worse, in trouble or out of it */
        life_go_on(l);
    }
    disk_set_gate(l->disk, NULL);
    l->trouble = LIFE_HEALTHY;
    life_go_on(l);
    l->trouble = trouble;
    life_end(l);
    life_verify(l, r->at % 4 == 0);
    recovered(r);
}

static void run_faults(struct run *r)
{
    const struct disk_gate gate = {r, ask_fault};
    life_prepare(r->life, r->phase);
    disk_set_gate(r->life->disk, &gate);
    life_run(r->life, r->phase);
    judge_fault(r);
}

/* ---- power ---- */

static bool changes_disk(enum disk_op op, bool grows)
{
    return op == DISK_WRITE || op == DISK_SYNC || op == DISK_TRUNCATE || op == DISK_NAME || (op == DISK_OPEN && grows);
}

static struct disk_verdict ask_power(void *self, enum disk_op op, const char *name, bool grows)
{
    static const struct disk_verdict fine = {0};
    struct run *r = self;
    const struct sweep *s = r->sweep;
    r->n++;
    if (r->hit) {
        return dead;
    }
    if (!changes_disk(op, grows) || !is_selected(r)) {
        return fine;
    }
    meet(r, op, name);
    count(&s->tally->cuts);
    for (long draw = s->at > 0 ? s->draw : 0; draw < (op == DISK_SYNC ? s->draws_sync : s->draws_elsewhere); draw++) {
        r->draw = draw;
        if (s->at > 0 || fork_child(r)) {
            r->hit = true;
            r->life->trouble = LIFE_DEAD;
            return dead;
        }
    }
    return fine;
}

/* The power goes a second time, in the midst of the start that follows. */
struct second {
    long left;
};

static struct disk_verdict ask_second(void *self, enum disk_op op, const char *name, bool grows)
{
    static const struct disk_verdict fine = {0};
    struct second *second = self;
    (void)op;
    (void)name;
    (void)grows;
    return second->left-- > 0 ? fine : dead;
}

static void judge_power(struct run *r)
{
    struct life *l = r->life;
    uint64_t random = r->sweep->seed * UINT64_C(1000003) + (uint64_t)r->at * 1009 + (uint64_t)r->draw;
    lose_power(l, dice_next(&random));
    while (dice_below(&random, 4) == 0) {
        struct second second = {dice_below(&random, dice_below(&random, 2) == 0 ? 40 : 400)};
        const struct disk_gate gate = {&second, ask_second};
        disk_set_gate(l->disk, &gate);
        life_try_start(l);
        lose_power(l, dice_next(&random));
    }
    life_verify(l, dice_below(&random, 4) == 0);
    recovered(r);
}

static void run_power(struct run *r)
{
    const struct disk_gate gate = {r, ask_power};
    life_prepare(r->life, r->phase);
    disk_set_gate(r->life->disk, &gate);
    life_run(r->life, r->phase);
    if (r->hit) {
        judge_power(r);
    }
}

/* ---- all of it ---- */

static void run_phase(const struct sweep *s, enum life_phase phase, int job, bool power)
{
    struct run r = {.sweep = s, .phase = phase, .job = job, .power = power};
    r.life = life_create(s->seed + (uint64_t)phase * 7919);
    r.life->first_version = s->first_version;
    r.life->broken = on_broken;
    r.life->self = &r;
    if (power) {
        run_power(&r);
    } else {
        run_faults(&r);
    }
    _exit(0);
}

static int sweep_all(const struct sweep *s, bool power)
{
    for (int p = 0; p < LIFE_PHASES; p++) {
        for (int job = 0; job < s->jobs && (s->phases & (1u << p)) != 0; job++) {
            (void)fflush(NULL);
            pid_t pid = fork();
            if (pid < 0) {
                abort();
            }
            if (pid == 0) {
                run_phase(s, (enum life_phase)p, job, power);
            }
        }
        int status = 0;
        while (waitpid(-1, &status, 0) > 0) {
            if (!WIFEXITED(status)) {
                count(&s->tally->other);
                (void)fprintf(stderr, "# %s: the process ended by signal %d\n", life_phase_name((enum life_phase)p),
                              WTERMSIG(status));
            }
        }
    }
    return sweep_broken(s->tally) == 0 ? 0 : -1;
}

int sweep_faults(const struct sweep *s)
{
    return sweep_all(s, false);
}

int sweep_power(const struct sweep *s)
{
    return sweep_all(s, true);
}
