/* DATE and FROM..TO as people write them. */
#ifndef GATESLOT_CLI_DATES_H
#define GATESLOT_CLI_DATES_H

#include "gateslot/base/time.h"
#include <stdbool.h>

/* Does word stand for a date, or for dates, without knowing what day it is? (2026-11-25, 2026-11-25..2026-11-28, 2026-11) */
bool gs_date_word_absolute(const char *word);
/* Has it the form of a range: "..", "~" or 至 inside, or a word for a week or a month? Its ends may still be no dates. */
bool gs_date_word_is_range(const char *word);

/* One day. today: the site's date.
 *   2026-11-25, 2026年11月25日
 *   11-28, 11月28日       in the year in which it is nearest to today; of two as near the later
 *   today, tomorrow, yesterday, 今天, 明天, 昨天, 后天, 前天, 大后天, 大前天
 *   +2d, -1d              days from today
 *   mon … sun, monday, 周一, 星期一, 礼拜一     the next such day, today included
 *   本周一, 上周一, 下周一  of this week, the week before, the week after; weeks begin on Monday
 * Latin letters of any case, signs and digits of any width.
 * GS_E_INVALID: none of these. GS_E_NOTFOUND: no such day (02-30). GS_E_RANGE: beyond the calendar. */
int gs_date_word(const char *word, gs_date today, gs_date *out) GS_MUST_CHECK;

/* One day as above, or several: FROM..TO, FROM~TO or FROM至TO with both ends included; a month (2026-11, 2026年11月); this-week,
 * last-week, next-week, this-month, last-month, next-month, 本周, 上周, 下周, 本月, 上月, 下月. Months and weeks
 * may be its ends as well. A weekday behind the dots is the
 * first such day from FROM on; a day without a year is in FROM's year, or in the next if only so it is behind FROM by at most
 * half a year.
 * Further GS_E_BUSY: TO is before FROM. */
int gs_date_range(const char *word, gs_date today, gs_date *out_first, gs_date *out_last) GS_MUST_CHECK;

#endif
