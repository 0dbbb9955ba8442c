/* A day file: trucks to schedule, one a line (tests/days/README.md says what the fields mean). */
#ifndef GATESLOT_CLI_PLAY_DAY_H
#define GATESLOT_CLI_PLAY_DAY_H

#include "cli.h"

#define GS_DAY_LINES_MAX 100000
#define GS_DAY_LINE_MAX 65536
#define GS_DAY_KEY_MAX 88 /* leaves room for a date, the step and attempt within GS_IDEMPOTENCY_KEY_MAX */
#define GS_DAY_MINUTES_MAX 10080

struct gs_day_line {
    char *key, *request; /* owned; the request as JSON text */
    char plate[48];
    int64_t book_at_ms, cancel_at_ms; /* cancel_at -1: never */
    bool shows;
    int64_t offset_min, gate_min, clear_min, leave_min;
};

struct gs_day_file {
    gs_date date; /* the same in every line */
    size_t count, room;
    struct gs_day_line *lines; /* owned */
};

/* Reads file; a fault is said with file and line, and its exit status returned. */
enum gs_exit gs_day_file_read(struct gs_cli *cli, const char *file, struct gs_day_file *out) GS_MUST_CHECK;
/* One line of text into *day; NULL, or what is wrong with it (a static phrase). */
const char *gs_day_file_add(struct gs_day_file *day, const char *text, size_t len);
/* The same day on another date: every instant by as many days, keys of their own. GS_E_NOMEM: only to be finished. */
int gs_day_file_shift(struct gs_day_file *day, gs_date date) GS_MUST_CHECK;
void gs_day_file_finish(struct gs_day_file *day);

#endif
