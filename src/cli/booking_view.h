/* Bookings as people see them. */
#ifndef GATESLOT_CLI_BOOKING_VIEW_H
#define GATESLOT_CLI_BOOKING_VIEW_H

#include "text_table.h"

/* One line: id, plate, status, slot. */
void gs_booking_line(struct gs_cli *cli, FILE *out, const json_t *booking);
/* What the gate decided and why, of its answer; broken where the terminal ends. */
void gs_decision_line(struct gs_cli *cli, const json_t *answer);
/* What a driver has to know of a booking just made or changed. */
void gs_booking_ticket(struct gs_cli *cli, const json_t *booking);
/* Everything, one item a line. */
void gs_booking_sheet(struct gs_cli *cli, const json_t *booking);
#define GS_SLOT_TEXT 48
/* "2026-11-25 08:30–09:00", without the date if time_only; the date, or "–", of who has no slot. */
void gs_booking_slot_text(const json_t *booking, bool time_only, char out[GS_SLOT_TEXT]);
/* Members of an array of texts, with blanks between; cut at the end of out. */
void gs_join_texts(const json_t *array, char *out, size_t size);
/* A table of bookings with the columns that are shown when nobody chooses (booking_columns.c). */
struct gs_text_table *gs_booking_table(struct gs_cli *cli);
void gs_booking_row(struct gs_cli *cli, struct gs_text_table *t, const json_t *booking);
/* The name of a terminal colour for a status or decision; NULL: none. */
const char *gs_status_colour(const char *status);

#endif
