/* Makes operations fail and the power go, one after the other, none skipped: at each operation of a phase the process is forked, the child meets
 * the fault, lives on, and is asked whether all that was acknowledged is there; the parent goes on to the next operation. */
#ifndef TESTS_FAULT_SWEEP_H
#define TESTS_FAULT_SWEEP_H

#include "life.h"

enum sweep_kind {
    SWEEP_READ,
    SWEEP_WRITE,
    SWEEP_TORN,  /* half of it is written, then it fails */
    SWEEP_SHORT, /* half of it is written, then the disk is full */
    SWEEP_FULL,
    SWEEP_SYNC,
    SWEEP_TRUNCATE,
    SWEEP_OPEN,
    SWEEP_NAME, /* rename, link, unlink, chmod */
    SWEEP_LOOK, /* size, existence, permissions, free space */
    SWEEP_LOCK,
    SWEEP_KINDS
};
const char *sweep_kind_name(enum sweep_kind k);
bool sweep_kind_parse(const char *name, enum sweep_kind *out);

struct sweep_tally {             /* of all processes */
    long operations;             /* seen */
    long failed[SWEEP_KINDS][2]; /* made to fail, once and from then on */
    long cuts;                   /* operations at which the power went */
    long recoveries;             /* stores opened and compared after a fault */
    long power_recoveries;
    long lost, duplicate, other;
};

struct sweep {
    uint64_t seed;
    unsigned phases;                 /* bits of enum life_phase */
    unsigned kinds;                  /* bits of enum sweep_kind; 0: all */
    long stride;                     /* 1: every operation; else every so many-th, beginning where the seed says */
    int jobs;                        /* processes */
    int draws_sync, draws_elsewhere; /* power: how often at each sync, and at each other change of the disk */
    const char *first_version;       /* file: a store of version 1 as SQL */
    const char *program;             /* for the command that reproduces a failure */
    /* Only one fault, in this process: at > 0. */
    long at;
    enum sweep_kind kind;
    bool persistent;
    long draw;
    struct sweep_tally *tally; /* shared; sweep_tally_create */
};

struct sweep_tally *sweep_tally_create(void);
long sweep_broken(const struct sweep_tally *t);
/* 0, or what was found is told on stderr with the command that reproduces it. */
int sweep_faults(const struct sweep *s);
int sweep_power(const struct sweep *s);

#endif
