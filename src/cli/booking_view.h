/* Bookings as people see them. */
#ifndef GATESLOT_CLI_BOOKING_VIEW_H
#define GATESLOT_CLI_BOOKING_VIEW_H

#include "text_table.h"

/* One line: id, plate, status, slot. */
void gs_booking_line(struct gs_cli *cli, FILE *out, const json_t *booking);
/* What a driver has to know of a booking just made or changed. */
void gs_booking_ticket(struct gs_cli *cli, const json_t *booking);
/* Everything, one item a line. */
void gs_booking_sheet(struct gs_cli *cli, const json_t *booking);
/* A table of bookings; sorted by slot as printed. */
struct gs_text_table *gs_booking_table(struct gs_cli *cli);
void gs_booking_row(struct gs_cli *cli, struct gs_text_table *t, const json_t *booking);
/* The name of a terminal colour for a status or decision; NULL: none. */
const char *gs_status_colour(const char *status);

#endif
