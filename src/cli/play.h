/* Plays a day file against a drill daemon: every truck of the file does what its line says, on the daemon's clock. */
#ifndef GATESLOT_CLI_PLAY_H
#define GATESLOT_CLI_PLAY_H

#include "code_tally.h"
#include "play_day.h"
#include "play_queue.h"
#include "progress.h"

enum gs_truck_state { /* as far as the client knows; the API's statuses and what comes before and instead of them */
                      GS_TRUCK_PENDING, /* not booked yet */
                      GS_TRUCK_WAITLISTED,
                      GS_TRUCK_BOOKED,
                      GS_TRUCK_ARRIVED,
                      GS_TRUCK_ENTERED,
                      GS_TRUCK_CLEARED,
                      GS_TRUCK_DEPARTED,
                      GS_TRUCK_CANCELLED,
                      GS_TRUCK_EXPIRED,
                      GS_TRUCK_NO_SHOW,
                      GS_TRUCK_REFUSED,  /* at the gate */
                      GS_TRUCK_NO_PLACE, /* its request was refused */
                      GS_TRUCK_STATES
};
const char *gs_truck_state_name(enum gs_truck_state s);

struct gs_truck_play {
    char id[32]; /* of its booking; "" = none */
    char pass_code[16];
    enum gs_truck_state state;
    bool left;              /* was turned away and does not come again */
    unsigned plan;          /* the present plan; 0: none yet */
    enum gs_play_kind next; /* what the present plan is … */
    int64_t next_at_ms;     /* … and when */
    int tries;              /* of the present step */
};

struct gs_play {
    struct gs_cli *cli;
    const struct gs_day_file *day;
    struct gs_truck_play *trucks; /* one a line, owned */
    size_t *by_id;                /* hash of booking ids → line + 1, owned */
    size_t by_id_size;            /* a power of two */
    struct gs_play_queue queue;
    struct gs_progress progress;
    int64_t clock_ms, end_ms, until_ms; /* the drill's clock as last set; when the day is over; where to stop */
    int64_t seen;                       /* seq of the last event read */
    int64_t speed;                      /* simulated seconds a second; 0: as fast as it goes */
    int64_t steps, retries, replayed;
    int64_t booked, waitlisted; /* answers to the requests */
    int64_t counts[GS_TRUCK_STATES];
    struct gs_code_tally refused, turned_away;
};

/* day is borrowed until gs_play_finish. */
int gs_play_init(struct gs_play *p, struct gs_cli *cli, const struct gs_day_file *day) GS_MUST_CHECK;
void gs_play_finish(struct gs_play *p);
/* Plays to the end, to until_ms, or until the user stops it (GS_EXIT_INTERRUPTED). What fails is said. */
enum gs_exit gs_play_run(struct gs_play *p) GS_MUST_CHECK;
/* {"requests":…,"booked":…,…}, new reference. */
json_t *gs_play_summary(const struct gs_play *p);
void gs_play_print_summary(const struct gs_play *p);
void gs_play_show_progress(struct gs_play *p);

/* ---- between the files of the player ---- */
/* Takes over what the daemon says of line's booking and plans what the truck does next. */
int gs_play_adopt(struct gs_play *p, size_t line, const json_t *booking) GS_MUST_CHECK;
/* Plans kind for line at that time instead of what was planned. */
int gs_play_plan(struct gs_play *p, size_t line, enum gs_play_kind kind, int64_t at_ms) GS_MUST_CHECK;
void gs_play_set_state(struct gs_play *p, size_t line, enum gs_truck_state state);
bool gs_play_line_of(const struct gs_play *p, const char *id, size_t *out_line);
/* One step of line, as the queue says. */
enum gs_exit gs_play_step(struct gs_play *p, const struct gs_play_item *item) GS_MUST_CHECK;
/* Sets the clock forward; reads what happened since. */
enum gs_exit gs_play_set_clock(struct gs_play *p, int64_t at_ms) GS_MUST_CHECK;
enum gs_exit gs_play_follow(struct gs_play *p) GS_MUST_CHECK;
/* The booking as it is now, adopted. */
enum gs_exit gs_play_sync(struct gs_play *p, size_t line) GS_MUST_CHECK;
/* A call with patience; a status that ends the play (≥ 500, 401, forbidden) is said and returned as exit status. */
enum gs_exit gs_play_call(struct gs_play *p, const struct gs_client_call *call, bool *out_retried,
                          struct gs_cli_answer *out) GS_MUST_CHECK;

#endif
