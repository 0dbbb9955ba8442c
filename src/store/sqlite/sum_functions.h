/* Checksums within SQL. */
#ifndef GATESLOT_STORE_SUM_FUNCTIONS_H
#define GATESLOT_STORE_SUM_FUNCTIONS_H

#include <sqlite3.h>

/* Gives SQL on this connection gs_sum(what, …) over values as sum.h sums them, and the aggregate gs_total(checksum). SQLite's code. */
int gs_sum_functions_install(sqlite3 *db);

#endif
