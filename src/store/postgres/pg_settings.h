/* What a server must be set to for a commit to be what is promised: on the disk, and on so many machines. */
#ifndef GATESLOT_STORE_PG_SETTINGS_H
#define GATESLOT_STORE_PG_SETTINGS_H

#include "pg_link.h"

#define GS_PG_VERSION_MIN 140000 /* pipelines came with 14 */

/* On how many servers a transaction is that was committed under these: 1 is the server itself, 0: not even there. 0 too for a list of names
 * that cannot be read. */
int gs_pg_copies(const char *synchronous_commit, const char *synchronous_standby_names);

/* Of a new connection: sets what is the session's, reads all back and says in one sentence what is wrong. GS_E_DENIED: it must not be used.
 * *out_copies: how many there are, which may be fewer than were promised: that is its owner's to judge. */
int gs_pg_settings_take(struct gs_pg_link *link, int *out_copies) GS_MUST_CHECK;

/* The columns of which gs_pg_settings_judge makes its judgement, for a SELECT of whoever asks again. */
#define GS_PG_SETTINGS_COLUMNS                                                                                         \
    "current_setting('fsync'), current_setting('full_page_writes'), current_setting('synchronous_commit'),"            \
    " current_setting('synchronous_standby_names'), pg_is_in_recovery()"
/* From the first row of a result whose first columns are those, in text form. As gs_pg_settings_take. */
int gs_pg_settings_judge(struct gs_pg_link *link, const PGresult *result, int *out_copies) GS_MUST_CHECK;

#endif
