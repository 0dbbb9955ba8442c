/* Sorts PostgreSQL's five-letter codes: what nobody has thought of is GS_E_IO, after which the store is not used any more. */
#include "pg_error.h"
#include <stddef.h>
#include <string.h>

int gs_pg_error(const char *sqlstate)
{
    static const struct {
        const char *begins;
        int err;
    } known[] = {
        {"53100", GS_E_FULL},    /* disk_full */
        {"53200", GS_E_NOMEM},   /* out_of_memory */
        {"23", GS_E_CORRUPT},    /* a constraint refused it: our mistake, or rows that are not as they were */
        {"22", GS_E_CORRUPT},    /* a value that its column cannot have */
        {"XX001", GS_E_CORRUPT}, /* data_corrupted */
        {"XX002", GS_E_CORRUPT}, /* index_corrupted */
        {"42501", GS_E_DENIED},  /* insufficient_privilege */
        {"25006", GS_E_DENIED},  /* read_only_sql_transaction */
        {"42", GS_E_CORRUPT},    /* a statement that does not fit the tables: they are not what their version says */
        {"55P03", GS_E_BUSY},    /* lock_not_available */
        {"40P01", GS_E_BUSY},    /* deadlock_detected */
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strncmp(sqlstate, known[i].begins, strlen(known[i].begins)) == 0) {
            return known[i].err;
        }
    }
    return GS_E_IO;
}
