/* DATE as people write it. */
#ifndef GATESLOT_CLI_DATES_H
#define GATESLOT_CLI_DATES_H

#include "gateslot/base/time.h"
#include <stdbool.h>

/* Does word stand for a date without knowing what day it is? (2026-11-25) */
bool gs_date_word_absolute(const char *word);
/* 2026-11-25, today, tomorrow, +2d, mon … sun (the next such day, today included), 今天, 明天. today: the site's date.
 * GS_E_INVALID: none of these, or beyond the calendar. */
int gs_date_word(const char *word, gs_date today, gs_date *out) GS_MUST_CHECK;

#endif
