/* What the versions of the schema brought, as far as anybody asks. */
#ifndef GATESLOT_STORE_SCHEMA_VERSIONS_H
#define GATESLOT_STORE_SCHEMA_VERSIONS_H

/* From this version on a store has a mark beside it. */
#define GS_SCHEMA_MARKED 5
/* From this version on there is an index of past bookings. */
#define GS_SCHEMA_SEARCHED 7
/* From this version on there are users and sessions. */
#define GS_SCHEMA_USERS 8
/* From this version on there are webhooks. */
#define GS_SCHEMA_WEBHOOKS 9

#endif
