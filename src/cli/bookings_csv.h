/* Bookings as CSV. */
#ifndef GATESLOT_CLI_BOOKINGS_CSV_H
#define GATESLOT_CLI_BOOKINGS_CSV_H

#include "cli.h"

enum gs_exit gs_bookings_csv(struct gs_cli *cli, const json_t *items) GS_MUST_CHECK;

#endif
