/* Which bookings a list shows, and in which order. */
#ifndef GATESLOT_CLI_LIST_ROWS_H
#define GATESLOT_CLI_LIST_ROWS_H

#include "cli.h"

#define GS_LIST_STATUSES_MAX 10
#define GS_LIST_DAYS_MAX 93
#define GS_LIST_NO_TIME (-1)

struct gs_list_ask {
    char from[GS_DATE_TEXT], to[GS_DATE_TEXT];  /* "": of whatever date */
    const char *window, *search, *reference;    /* NULL: any */
    size_t status_count;                        /* 0: any */
    const char *statuses[GS_LIST_STATUSES_MAX]; /* as the API names them */
    int32_t from_min, to_min;                   /* slots that start from then on, and before then */
    bool next;           /* only slots among slot_starts, and trucks that may still come or came */
    json_t *slot_starts; /* owned; for next: RFC 3339 times, the running ones before the next */
    bool sorted, descending;
    size_t sort_by; /* a column of booking_columns.h */
};

void gs_list_ask_finish(struct gs_list_ask *ask);
/* Looks up the running slots and the one that begins next, and the dates they belong to. */
enum gs_exit gs_list_take_next(struct gs_cli *cli, struct gs_list_ask *ask) GS_MUST_CHECK;
/* The bookings, chosen and in order. *out_whole: the answer is one page of the API as it came. *out_more: there are more than
 * are listed. The answer is to be finished whatever is returned. */
enum gs_exit gs_list_rows(struct gs_cli *cli, const struct gs_list_ask *ask, struct gs_cli_answer *out, bool *out_whole,
                          bool *out_more) GS_MUST_CHECK;

#endif
