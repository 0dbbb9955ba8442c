/* Events as people read them. */
#ifndef GATESLOT_CLI_EVENT_VIEW_H
#define GATESLOT_CLI_EVENT_VIEW_H

#include "cli.h"

/* A line: number, time, booking, plate, what happened in the daemon's words, by whom; broken at the terminal's width. */
void gs_event_line(struct gs_cli *cli, const json_t *event);
/* The same of a booking's history: time, what happened, by whom. */
void gs_event_of_booking(struct gs_cli *cli, const json_t *event);

#endif
