/* The tables, and the steps that lead to them from any older version. */
#ifndef GATESLOT_STORE_SCHEMA_H
#define GATESLOT_STORE_SCHEMA_H

#include "file.h"
#include "schema_versions.h"

/* application_id of the file: "gsLv" and "gsDr", so that file(1) and a peek at the header tell the two kinds apart. */
#define GS_SCHEMA_LIVE 0x67734c76
#define GS_SCHEMA_DRILL 0x67734472

int gs_schema_version(void); /* user_version this program writes */
/* Steps from the file's version to ours, each one transaction that also sets user_version. */
int gs_schema_migrate(struct gs_store *store) GS_MUST_CHECK;
/* What the first row of an integrity check means: GS_OK, GS_E_CORRUPT, or GS_E_IO where only a page could not be read. */
int gs_schema_verdict(const char *text) GS_MUST_CHECK;
/* quick_check of the tables that are read at start; the archive and the events are left out, so that a start stays fast
 * whatever the age of the store. GS_E_CORRUPT or GS_E_IO with a note. */
int gs_schema_check(struct gs_store *store) GS_MUST_CHECK;

#endif
