/* Remembers the time zone that the store was run with last: dates and times of day of what is stored are of that zone. */
#include "gateslot/base/text.h"
#include "impl.h"
#include "sql.h"
#include <string.h>

int gs_store_zone(struct gs_store *store, char out[GS_TIMEZONE_MAX + 1])
{
    return gs_sql_text(store, "SELECT zone FROM site", out, GS_TIMEZONE_MAX + 1);
}

static int write_zone(struct gs_store *store, const char *zone)
{
    static const char sql[] = "UPDATE site SET zone = ?";
    struct gs_statement *stmt;
    int err = gs_sql_stmt(store, GS_STMT_ZONE_PUT, sql, &stmt);
    if (err != GS_OK) {
        return err;
    }
    (void)gs_db_bind_text(stmt, 1, zone, strlen(zone));
    return gs_sql_run(store, stmt);
}

int gs_store_set_zone(struct gs_store *store, const char *zone)
{
    char said[GS_TIMEZONE_MAX + 1];
    int err = gs_store_zone(store, said);
    if (err != GS_OK || strcmp(said, zone) == 0) {
        return err;
    }
    err = gs_tx_begin(store);
    if (err == GS_OK) {
        err = write_zone(store, zone);
        err = err == GS_OK ? gs_tx_commit(store) : gs_tx_abort(store, err);
    }
    return err == GS_E_FULL ? GS_OK : err;
}
