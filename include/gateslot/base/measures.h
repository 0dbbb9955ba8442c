/* The measures of a report: one struct that holds them and one table that says what each is called, how it adds up, and what people
 * read. JSON, CSV, the ranges, the client's tables and the test of openapi.json go by the table: a new counter is a member, a row
 * here, its line in openapi.json, and the line that counts it. */
#ifndef GATESLOT_BASE_MEASURES_H
#define GATESLOT_BASE_MEASURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gs_report_sum {
    int32_t capacity; /* that stands; 0 where closed */
    int32_t booked;   /* all that ever had a place */
    int32_t due;      /* still booked */
    int32_t arrived, entered, cleared, departed, no_show, cancelled, refused;
    int32_t cancelled_late;  /* of the cancelled, those whose place was given up late (gs_booking_given_up_late) */
    int32_t walk_ins;        /* of the booked, those without a booking made before */
    int32_t waitlisted;      /* waiting now; of a window: the displaced that last had a place there */
    int32_t turned_away;     /* trucks for which a check recorded at the gate said reject; total only */
    int32_t never_placed;    /* ended while waiting; total only */
    int32_t still_inside;    /* entered + cleared; in the total of the present date also those of other dates */
    int32_t inside, at_risk; /* as gs_book_window says them now; of the total: the larger */
    int32_t held;            /* of the booked, those that were not let in at once for lack of a bay */
    int32_t exceptions;      /* of the booked, those for which a supervisor set a rule aside */
    int32_t corrections;     /* how often something of them was told or put right afterwards */
    int32_t overbooking;     /* as gs_book_window says it now */
    int32_t mean_entry_tenths,
        p95_entry_tenths; /* gate to entry, 0.1 min: from max(arrived, arrive_from) to entered; -1 = none */
    int32_t mean_stay_tenths, p95_stay_tenths; /* entry to departure; -1 = none */
};

enum gs_measure_kind {
    GS_MEASURE_ADDS,    /* sums of parts are added */
    GS_MEASURE_LARGEST, /* the largest of the parts */
    GS_MEASURE_TENTHS   /* of minutes, over all trucks of the group; -1 = none */
};
enum gs_measure_flag {
    GS_MEASURE_OF_WINDOWS = 1, /* of windows, not of trucks: a company has none */
    GS_MEASURE_QUIET = 2       /* in JSON only where it is more than 0, and not in CSV */
};
struct gs_measure {
    const char *name; /* in JSON and CSV */
    size_t offset;    /* in struct gs_report_sum, of an int32_t */
    enum gs_measure_kind kind;
    unsigned flags; /* enum gs_measure_flag */
    const char *en, *zh;
    const char *short_en, *short_zh; /* at the head of a column */
    int drop; /* of a table that is too wide the columns with the highest go first; 0 = none goes */
};
extern const struct gs_measure gs_measures[];
extern const size_t gs_measure_count;

int32_t gs_measure_value(const struct gs_measure *m, const struct gs_report_sum *s);
/* Adds what adds up, and takes the larger of what does not; minutes are left alone. */
void gs_measures_add(struct gs_report_sum *s, const struct gs_report_sum *part);
const struct gs_measure *gs_measure_named(const char *name); /* NULL: unknown */

#endif
