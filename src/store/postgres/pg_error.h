/* What PostgreSQL's codes of failure mean to the store. */
#ifndef GATESLOT_STORE_PG_ERROR_H
#define GATESLOT_STORE_PG_ERROR_H

#include "gateslot/base/error.h"

#define GS_PG_FENCED "GS001" /* raised by gs_fence(): the store has another owner */
#define GS_PG_FEWER "GS002"  /* likewise: a commit would be on fewer copies than were promised, or not durable */

/* Of a refusal that came before COMMIT was executed, so that nothing was stored. GS_E_IO: whatever is not known to be harmless. */
int gs_pg_error(const char *sqlstate) GS_MUST_CHECK;

#endif
