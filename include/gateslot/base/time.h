/* Dates, instants and time zones. An instant is int64_t milliseconds since 1970-01-01T00:00Z (…_ms); a date is
 * days since 1970-01-01 in the site's zone; a minute of day is local, 0–1439 (…_min). No leap seconds.
 * Civil arithmetic: proleptic Gregorian, after H. Hinnant, "chrono-Compatible Low-Level Date Algorithms".
 * Zones: TZif version 2+ with its POSIX footer (RFC 8536); only gs_tz_load touches the disk and no function
 * here reads a clock. */
#ifndef GATESLOT_BASE_TIME_H
#define GATESLOT_BASE_TIME_H

#include "gateslot/base/error.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef int32_t gs_date;

#define GS_MINUTE_MS INT64_C(60000)
#define GS_DATE_FIRST (-719528) /* 0000-01-01, the first that has a text */
#define GS_DATE_LAST 2932896    /* 9999-12-31, the last */
#define GS_DATE_TEXT 11         /* "2026-11-25" and NUL */
#define GS_RFC3339_TEXT 32      /* "2026-11-25T08:30:00.123+08:00" and NUL */
#define GS_HHMM_TEXT 6          /* "08:30" and NUL */

gs_date gs_date_from_civil(int year, int month, int day);
void gs_date_to_civil(gs_date date, int *out_year, int *out_month, int *out_day);
int gs_date_weekday(gs_date date); /* 0 = Monday … 6 = Sunday */
/* Exactly YYYY-MM-DD, years 1970–9999, and a day that exists; else GS_E_INVALID. */
int gs_date_parse(const char *text, size_t len, gs_date *out) GS_MUST_CHECK;
/* Years outside 0000–9999 are written as the nearest day inside; so are instants below. */
void gs_date_format(gs_date date, char out[GS_DATE_TEXT]);
/* Exactly HH:MM, 00:00–23:59 (and 24:00 = 1440 if allow_24). */
int gs_hhmm_parse(const char *text, size_t len, int allow_24, int32_t *out_min) GS_MUST_CHECK;
void gs_hhmm_format(int32_t min, char out[GS_HHMM_TEXT]); /* min taken modulo a day */

/* RFC 3339 with offset or Z, optional fraction (cut to milliseconds). */
int gs_rfc3339_parse(const char *text, size_t len, int64_t *out_ms) GS_MUST_CHECK;

struct gs_tz; /* immutable once made */

/* By IANA name from the system's database; what has not the form of one is GS_E_INVALID. */
int gs_tz_load(const char *name, struct gs_tz **out) GS_MUST_CHECK;
bool gs_tz_name_valid(const char *name); /* has it the form of an IANA name? (theory.html: names of timezones) */
int gs_tz_parse(const void *tzif, size_t len, struct gs_tz **out) GS_MUST_CHECK; /* copies what it needs */
void gs_tz_destroy(struct gs_tz *tz);                                            /* NULL is fine */
int32_t gs_tz_offset_s(const struct gs_tz *tz, int64_t at_ms);                   /* local − UTC */
gs_date gs_tz_date(const struct gs_tz *tz, int64_t at_ms);
int32_t gs_tz_minute(const struct gs_tz *tz, int64_t at_ms);
/* The instant of a local date and minute (min may be ≥ 1440: the following days). A local time that does not
 * exist gives the first instant after the gap; one that exists twice gives the first. */
int64_t gs_tz_instant(const struct gs_tz *tz, gs_date date, int32_t min);
/* With the zone's offset; milliseconds only if not zero. NULL tz: UTC with "Z". */
void gs_rfc3339_format(int64_t at_ms, const struct gs_tz *tz, char out[GS_RFC3339_TEXT]);

#endif
