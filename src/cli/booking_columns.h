/* What a list of bookings may show: its columns by name, to be chosen and sorted by. */
#ifndef GATESLOT_CLI_BOOKING_COLUMNS_H
#define GATESLOT_CLI_BOOKING_COLUMNS_H

#include "text_table.h"

#define GS_BOOKING_COLUMNS_MAX 24
#define GS_BOOKING_CELL_MAX 160 /* bytes of a cell or of what is sorted by, with its NUL */

struct gs_booking_columns {
    size_t count;
    size_t index[GS_BOOKING_COLUMNS_MAX]; /* in the table of columns */
    bool one_day;                         /* all of one date, so that a slot's time is enough */
    bool chosen;                          /* by name: none is left out for lack of room */
};

/* Those shown when nobody chooses. */
void gs_booking_columns_default(bool one_day, struct gs_booking_columns *out);
/* The columns of a list of names ("plate,slot", also the headings of either language and with full-width commas).
 * GS_E_NOTFOUND: out_wrong is the first that is none. GS_E_INVALID: one twice (out_wrong), or none at all (""). */
int gs_booking_columns_parse(const char *names, struct gs_booking_columns *out,
                             char out_wrong[GS_BOOKING_CELL_MAX]) GS_MUST_CHECK;
/* Every name, NULL at the end, for messages and "did you mean". */
const char *const *gs_booking_column_names(void);

struct gs_text_table *gs_booking_columns_table(struct gs_cli *cli, const struct gs_booking_columns *columns);
void gs_booking_columns_row(struct gs_cli *cli, struct gs_text_table *t, const struct gs_booking_columns *columns,
                            const json_t *booking);
/* What a booking is sorted by if it is sorted by that column: texts of which the lesser comes first. */
void gs_booking_column_key(struct gs_cli *cli, size_t index, const json_t *booking, char out[GS_BOOKING_CELL_MAX]);

#endif
