/* A daemon in a few lines, behind the client's transport: enough of bookings, gate, events and clock to play trucks against, with
 * answers lost on demand. It keeps a log of the calls as "METHOD PATH @HH:MM" by its own clock. */
#ifndef GATESLOT_TESTS_FAKE_API_H
#define GATESLOT_TESTS_FAKE_API_H

#include "cli.h"

#define FAKE_TRUCKS 16
#define FAKE_EVENTS 64
#define FAKE_KEYS 256
#define FAKE_LOG 1024

struct fake_truck { /* how the daemon treats the truck with this plate; set before the play */
    const char *plate;
    int32_t slot_min;         /* its slot's start, minute of 2026-11-25; -1: waitlisted */
    const char *refusal;      /* code of a refused request; NULL: none */
    int64_t holds;            /* so many gate checks answer hold … */
    bool full;                /* … because the yard is full, and so many times it may not enter */
    const char *reject;       /* code of a gate check's rejection; NULL: none */
    int32_t promote_at_min;   /* promoted then … */
    int32_t promote_slot_min; /* … to this slot; 0 = never */
    int32_t no_show_at_min;   /* if not arrived by then; 0 = never */
    int32_t day_begins_min;   /* arrive is "early" before */
    /* the booking */
    bool made;
    const char *status;
    int64_t arrived_ms, entered_ms, cleared_ms, departed_ms;
};

struct fake {
    struct gs_transport transport;
    int64_t clock_ms, monotonic_ms;
    bool live;         /* /v1/site says drill false */
    bool forgets_keys; /* steps are not replayed by key */
    size_t truck_count;
    struct fake_truck trucks[FAKE_TRUCKS];
    size_t event_count;
    struct {
        const char *type;
        size_t truck;
    } events[FAKE_EVENTS];
    size_t key_count;
    struct {
        char key[128];
        int status;
        char *body;
    } keys[FAKE_KEYS];
    const char *lose_path;  /* calls whose path ends so … */
    int lose_after;         /* … lose so many answers after taking effect */
    int lose_before;        /* … or so many before */
    int64_t restart_at_ms;  /* not 0: losing an answer is a restart, which sets the clock back to then */
    int interrupt_at_pause; /* the n-th pause tells of SIGINT; 0 = never */
    int pauses;
    size_t log_count;
    char *log[FAKE_LOG];
};

void fake_init(struct fake *f);
void fake_finish(struct fake *f);
int64_t fake_at(int32_t minute_of_day); /* of 2026-11-25 */
struct fake_truck *fake_add(struct fake *f, const char *plate, int32_t slot_min);
/* How many calls of the log contain text. */
size_t fake_calls(const struct fake *f, const char *text);
/* A run of the client over it, printing to /dev/null. */
void fake_cli(struct fake *f, struct gs_cli *out);
void fake_cli_finish(struct gs_cli *cli);

#endif
