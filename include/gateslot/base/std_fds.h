/* Descriptors 0, 1 and 2 of a process that was started without them. */
#ifndef GATESLOT_BASE_STD_FDS_H
#define GATESLOT_BASE_STD_FDS_H

#include "gateslot/base/error.h"

/* First of all in main: each of the three that is closed becomes /dev/null, open only for what it is not used for, so that
 * reading or writing fails as it did before, and no file or socket ever gets its number. GS_E_IO: /dev/null cannot be opened. */
int gs_std_fds_hold(void) GS_MUST_CHECK;

#endif
