/* The checksums of rows as functions of SQL, for what only SQLite's own statements do: the steps of the schema, the sum of all definitions. */
#include "sum_functions.h"
#include "sum.h"

static void sum_values(sqlite3_context *context, int count, sqlite3_value **values)
{
    uint64_t sum = gs_sum_begin((enum gs_summed)sqlite3_value_int(values[0]));
    for (int i = 1; i < count; i++) {
        if (sqlite3_value_type(values[i]) == SQLITE_INTEGER) {
            sum = gs_sum_int(sum, sqlite3_value_int64(values[i]));
        } else {
            const void *bytes = sqlite3_value_blob(values[i]);
            sum = gs_sum_bytes(sum, bytes != NULL ? bytes : "", (size_t)sqlite3_value_bytes(values[i]));
        }
    }
    sqlite3_result_int64(context, gs_sum_end(sum));
}

static void total_step(sqlite3_context *context, int count, sqlite3_value **values)
{
    uint64_t *total = sqlite3_aggregate_context(context, sizeof *total);
    (void)count;
    if (total == NULL) {
        sqlite3_result_error_nomem(context);
    } else {
        *total += (uint64_t)sqlite3_value_int64(values[0]);
    }
}

static void total_final(sqlite3_context *context)
{
    const uint64_t *total = sqlite3_aggregate_context(context, 0);
    sqlite3_result_int64(context, total != NULL ? (int64_t)*total : 0);
}

int gs_sum_functions_install(sqlite3 *db)
{
    const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;
    int rc = sqlite3_create_function_v2(db, "gs_sum", -1, flags, NULL, sum_values, NULL, NULL, NULL);
    return rc != SQLITE_OK
               ? rc
               : sqlite3_create_function_v2(db, "gs_total", 1, flags, NULL, NULL, total_step, total_final, NULL);
}
