/* The tables of a store, each with all of its columns, said once: whoever makes a store of another goes by this list. A further step of the
 * schema adds to it; tests/store holds it to the tables that there are. */
#ifndef GATESLOT_STORE_TABLES_H
#define GATESLOT_STORE_TABLES_H

#include <stddef.h>

struct gs_store_table {
    const char *name;    /* quoted in SQL: some are words of SQL's */
    const char *columns; /* as gs_columns_expand takes them; every row has a value in each */
    const char *order;   /* of its rows: the columns of its key */
};

extern const struct gs_store_table gs_store_tables[];
extern const size_t gs_store_table_count;

#endif
