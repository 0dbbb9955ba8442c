/* The life of a store in phases, each of which can be run while operations fail or the power goes; and afterwards the question whether
 * everything that was acknowledged is there, and nothing else. */
#ifndef TESTS_FAULT_LIFE_H
#define TESTS_FAULT_LIFE_H

#include "disk.h"
#include "work.h"

#define LIFE_STORE_FILE DISK_ROOT "/site.db"
/* Where the store is kept that a backup replaced at instant 0. */
#define LIFE_KEPT_FILE LIFE_STORE_FILE ".before-19700101T000000Z"
#define LIFE_BACKUP_FILE DISK_ROOT "/copy.db"

enum life_phase {
    LIFE_CREATE,     /* the first start */
    LIFE_START,      /* of a store that was closed */
    LIFE_RECOVERY,   /* of one whose process was killed */
    LIFE_WORK,       /* batches, questions, the reserve */
    LIFE_CHECKPOINT, /* a full log */
    LIFE_MAINTAIN,   /* archiving, erasing, forgetting */
    LIFE_BACKUP,     /* while batches go on */
    LIFE_CLOSE,
    LIFE_MIGRATE, /* of a store of the first version */
    LIFE_RESTORE, /* of a backup, in the place of a store whose process was killed */
    LIFE_PHASES
};
const char *life_phase_name(enum life_phase p);
bool life_phase_parse(const char *name, enum life_phase *out);

enum life_trouble { /* what the phase runs under: which failures the store may report */
                    LIFE_HEALTHY,
                    LIFE_FULL, /* the disk is full: a known outcome, never an unknown one */
                    LIFE_IO,   /* operations fail */
                    LIFE_DEAD  /* the power is gone */
};

struct life {
    struct disk *disk;
    struct work work;
    struct gs_store *store;
    enum life_trouble trouble;
    const char *first_version; /* file with a store of version 1 as SQL, for LIFE_MIGRATE */
    bool drill;
    bool over;    /* the store is of no use any more, or was not had; or nothing more is to be done */
    bool refuses; /* the store has said that it must not be used any more */
    bool unknown; /* the batch in work.batch may be there or not */
    bool failed;  /* a write or a sync has failed since the call of the store began: told by whoever makes it fail */
    bool backed_up, backup_tried;
    struct ledger backup; /* what the copy must hold */
    bool restore_tried, restored;
    /* Told of a broken promise; does not return. */
    void (*broken)(void *self, enum ledger_fault fault, const char *what);
    void *self;
    struct ledger found; /* room for reading */
};

/* The disk empty, the store not yet made. */
struct life *life_create(uint64_t seed);
void life_destroy(struct life *l);
void life_prepare(struct life *l, enum life_phase p); /* on a healthy disk: what is there before the phase */
void life_run(struct life *l, enum life_phase p);
/* Trouble is over: what is still open goes on, where the store says that it may; then it ends as a process does. */
void life_go_on(struct life *l);
/* The store is closed, whatever comes of it. */
void life_end(struct life *l);
/* On a healthy disk: opened and read, all that was acknowledged is there, nothing in part, nothing else but perhaps the batch with the unknown
 * outcome; and work goes on. thorough: closed and opened once more after that. */
void life_verify(struct life *l, bool thorough);
/* A start that may fail, closed again at once: for losing power in its midst. */
void life_try_start(struct life *l);

#endif
