/* Gathers the bookings of a list from the API, page by page and day by day, and chooses and sorts what the API does not. It decides
 * nothing about bookings and lays nothing out. */
#include "list_rows.h"
#include "booking_columns.h"
#include <stdlib.h>
#include <string.h>

#define PAGE "500"
#define ROWS_MAX 20000 /* held at once; more are told of, not shown */
#define ROWS_OF_ANY_DATE 500
#define TARGET_MAX 2000 /* bytes of a path; beyond, the daemon would not even read it */

void gs_list_ask_finish(struct gs_list_ask *ask)
{
    json_decref(ask->slot_starts);
    ask->slot_starts = NULL;
}

static enum gs_exit get_page(struct gs_cli *cli, const struct gs_list_ask *ask, const char *date, const char *status,
                             const char *cursor, struct gs_cli_answer *out)
{
    struct gs_buf path;
    gs_buf_init(&path, TARGET_MAX);
    gs_buf_str(&path, "/v1/bookings");
    gs_path_query(&path, "date", date);
    gs_path_query(&path, "window", ask->window);
    gs_path_query(&path, "status", status);
    gs_path_query(&path, "q", ask->search);
    gs_path_query(&path, "reference", ask->reference);
    gs_path_query(&path, "limit", PAGE);
    gs_path_query(&path, "cursor", cursor);
    enum gs_exit rc = GS_EXIT_USAGE;
    if (gs_buf_status(&path) == GS_OK) {
        rc = gs_cli_get(cli, path.data, out);
    } else {
        gs_response_init(&out->response);
        out->json = NULL;
        (void)gs_cli_fail(cli, rc, W_TOO_LONG, "--search");
    }
    gs_buf_finish(&path);
    return rc;
}

struct list_pages {
    struct gs_cli_answer *first; /* the first page, which takes the items of the others */
    size_t pages, rows_max;
    bool more;
};

/* All pages of one date and status. */
static enum gs_exit gather(struct gs_cli *cli, const struct gs_list_ask *ask, const char *date, const char *status,
                           struct list_pages *g)
{
    enum gs_exit rc = GS_EXIT_OK;
    char cursor[128] = "";
    do {
        struct gs_cli_answer r;
        rc = get_page(cli, ask, date, status, cursor[0] != '\0' ? cursor : NULL, &r);
        if (rc != GS_EXIT_OK) {
            gs_cli_answer_finish(&r);
            return rc;
        }
        snprintf(cursor, sizeof cursor, "%.*s", (int)sizeof cursor - 1, gs_get_text(r.json, "next_cursor"));
        if (g->pages++ == 0) {
            *g->first = r;
        } else {
            json_array_extend(json_object_get(g->first->json, "items"), json_object_get(r.json, "items"));
            gs_cli_answer_finish(&r);
        }
        bool full = json_array_size(json_object_get(g->first->json, "items")) >= g->rows_max;
        g->more = g->more || (full && cursor[0] != '\0');
        if (full) {
            break;
        }
    } while (cursor[0] != '\0');
    return rc;
}

/* Several statuses of one day are chosen here; of any date each is asked for, so that not everything has to be fetched. */
static enum gs_exit gather_statuses(struct gs_cli *cli, const struct gs_list_ask *ask, const char *date,
                                    struct list_pages *g)
{
    if (date != NULL || ask->status_count <= 1) {
        return gather(cli, ask, date, ask->status_count == 1 ? ask->statuses[0] : NULL, g);
    }
    enum gs_exit rc = GS_EXIT_OK;
    for (size_t i = 0; i < ask->status_count && rc == GS_EXIT_OK; i++) {
        rc = gather(cli, ask, NULL, ask->statuses[i], g);
    }
    return rc;
}

static enum gs_exit gather_days(struct gs_cli *cli, const struct gs_list_ask *ask, struct list_pages *g)
{
    gs_date first = 0, last = 0;
    enum gs_exit rc = GS_EXIT_OK;
    if (gs_date_parse(ask->from, strlen(ask->from), &first) != GS_OK ||
        gs_date_parse(ask->to, strlen(ask->to), &last) != GS_OK) {
        return gather_statuses(cli, ask, NULL, g);
    }
    for (gs_date date = first; date <= last && rc == GS_EXIT_OK; date++) {
        char text[GS_DATE_TEXT];
        gs_date_format(date, text);
        rc = gather_statuses(cli, ask, text, g);
    }
    return rc;
}

static bool of_status(const struct gs_list_ask *ask, const char *status)
{
    for (size_t i = 0; i < ask->status_count; i++) {
        if (strcmp(ask->statuses[i], status) == 0) {
            return true;
        }
    }
    /* whoever looks at the present slots wants to see who may still come, and who came */
    return ask->status_count == 0 &&
           (!ask->next || (strcmp(status, "cancelled") != 0 && strcmp(status, "refused") != 0));
}

static bool at_time(const struct gs_list_ask *ask, const char *start)
{
    char hhmm[GS_HHMM_TEXT];
    int32_t min = 0, from = ask->from_min, to = ask->to_min;
    if (from == GS_LIST_NO_TIME && to == GS_LIST_NO_TIME) {
        return true;
    }
    gs_time_of(start, hhmm);
    if (gs_hhmm_parse(hhmm, strlen(hhmm), 0, &min) != GS_OK) {
        return false;
    }
    bool after = from == GS_LIST_NO_TIME || min >= from, before = to == GS_LIST_NO_TIME || min < to;
    bool over_midnight = from != GS_LIST_NO_TIME && to != GS_LIST_NO_TIME && to < from;
    return over_midnight ? after || before : after && before;
}

static bool in_slots(const struct gs_list_ask *ask, const char *start)
{
    size_t i;
    const json_t *one;
    json_array_foreach(ask->slot_starts, i, one)
    {
        if (strcmp(json_string_value(one), start) == 0) {
            return true;
        }
    }
    return !ask->next;
}

static bool chosen(const struct gs_list_ask *ask, const json_t *booking)
{
    const char *start = gs_get_text(json_object_get(booking, "slot"), "start");
    return of_status(ask, gs_get_text(booking, "status")) && at_time(ask, start) && in_slots(ask, start);
}

struct list_row {
    char key[GS_BOOKING_CELL_MAX];
    json_t *booking; /* borrowed */
    const char *plate;
    size_t came;
    bool descending;
};

static int compare_rows(const void *left, const void *right)
{
    const struct list_row *a = left, *b = right;
    int order = strcmp(a->key, b->key);
    order = a->descending ? -order : order;
    order = order != 0 ? order : strcmp(a->plate, b->plate);
    return order != 0 ? order : a->came < b->came ? -1 : 1;
}

/* What is chosen, in order; NULL without memory. */
static json_t *sort_rows(struct gs_cli *cli, const struct gs_list_ask *ask, const json_t *items)
{
    size_t count = 0, i;
    json_t *booking, *sorted = json_array();
    struct list_row *rows = calloc(json_array_size(items) + 1, sizeof *rows);
    json_array_foreach(items, i, booking)
    {
        if (rows != NULL && chosen(ask, booking)) {
            struct list_row *row = &rows[count++];
            *row = (struct list_row){.booking = booking, .plate = gs_get_text(booking, "plate"), .came = i};
            row->descending = ask->descending;
            gs_booking_column_key(cli, ask->sort_by, booking, row->key);
        }
    }
    if (rows != NULL && ask->sorted && count > 1) {
        qsort(rows, count, sizeof *rows, compare_rows);
    }
    for (i = 0; i < count; i++) {
        json_array_append(sorted, rows[i].booking);
    }
    bool done = rows != NULL && sorted != NULL;
    free(rows);
    if (!done) {
        json_decref(sorted);
    }
    return done ? sorted : NULL;
}

enum gs_exit gs_list_rows(struct gs_cli *cli, const struct gs_list_ask *ask, struct gs_cli_answer *out, bool *out_whole,
                          bool *out_more)
{
    *out = (struct gs_cli_answer){0};
    gs_response_init(&out->response);
    struct list_pages g = {.first = out, .rows_max = ask->from[0] != '\0' ? ROWS_MAX : ROWS_OF_ANY_DATE};
    enum gs_exit rc = gather_days(cli, ask, &g);
    if (rc != GS_EXIT_OK) {
        return rc;
    }
    json_t *items = sort_rows(cli, ask, json_object_get(out->json, "items"));
    if (items == NULL) {
        return gs_cli_fail(cli, GS_EXIT_OTHER, W_NO_MEMORY, NULL);
    }
    bool all = json_array_size(items) == json_array_size(json_object_get(out->json, "items"));
    *out_more = g.more;
    *out_whole = g.pages == 1 && all && !ask->sorted;
    if (!g.more && g.pages > 1) {
        json_object_set_new(out->json, "next_cursor", json_null());
    }
    json_object_set_new(out->json, "items", items);
    return rc;
}

struct slot_search {
    int64_t now_ms, next_ms; /* next_ms: the nearest start ahead; INT64_MAX: none yet */
    char next[GS_RFC3339_TEXT], next_date[GS_DATE_TEXT], running_date[GS_DATE_TEXT];
};

static void look_at_slot(struct gs_list_ask *ask, struct slot_search *s, const char *date, const json_t *slot)
{
    const char *start = gs_get_text(slot, "start"), *end = gs_get_text(slot, "end");
    int64_t start_ms = 0, end_ms = 0;
    if (gs_rfc3339_parse(start, strlen(start), &start_ms) != GS_OK ||
        gs_rfc3339_parse(end, strlen(end), &end_ms) != GS_OK) {
        return;
    }
    if (start_ms <= s->now_ms && s->now_ms < end_ms) {
        json_array_append_new(ask->slot_starts, json_string(start));
        snprintf(s->running_date, GS_DATE_TEXT, "%.10s", date);
    } else if (start_ms > s->now_ms && start_ms < s->next_ms) {
        s->next_ms = start_ms;
        snprintf(s->next, sizeof s->next, "%.31s", start);
        snprintf(s->next_date, sizeof s->next_date, "%.10s", date);
    }
}

static void look_at_days(struct gs_list_ask *ask, struct slot_search *s, const json_t *answer)
{
    size_t d, w, i;
    const json_t *day, *window, *slot;
    json_array_foreach(json_object_get(answer, "days"), d, day)
    {
        json_array_foreach(json_object_get(day, "windows"), w, window)
        {
            json_array_foreach(json_object_get(window, "slots"), i, slot)
            {
                look_at_slot(ask, s, gs_get_text(day, "date"), slot);
            }
        }
    }
}

/* The dates of the slots found; today if there are none, of which then nothing is listed. */
static void name_dates(struct gs_list_ask *ask, const char *running, const char *next, gs_date today)
{
    char now[GS_DATE_TEXT];
    gs_date_format(today, now);
    const char *from = running[0] != '\0' ? running : next[0] != '\0' ? next : now;
    const char *to = next[0] != '\0' ? next : from;
    memcpy(ask->from, from, GS_DATE_TEXT);
    memcpy(ask->to, to, GS_DATE_TEXT);
}

enum gs_exit gs_list_take_next(struct gs_cli *cli, struct gs_list_ask *ask)
{
    char yesterday[GS_DATE_TEXT], tomorrow[GS_DATE_TEXT], path[96];
    enum gs_exit rc = gs_cli_site(cli);
    if (rc != GS_EXIT_OK) {
        return rc;
    }
    gs_date today = gs_tz_date(cli->site.tz, cli->site.now_ms);
    gs_date_format(today - 1, yesterday); /* its last window may run past midnight */
    gs_date_format(today + 1, tomorrow);
    snprintf(path, sizeof path, "/v1/slots?from=%s&to=%s", yesterday, tomorrow);
    struct gs_cli_answer r;
    struct slot_search s = {.now_ms = cli->site.now_ms, .next_ms = INT64_MAX};
    rc = gs_cli_get(cli, path, &r);
    if (rc == GS_EXIT_OK) {
        ask->next = true;
        ask->slot_starts = json_array();
        look_at_days(ask, &s, r.json);
        if (s.next[0] != '\0') {
            json_array_append_new(ask->slot_starts, json_string(s.next));
        }
        name_dates(ask, s.running_date, s.next_date, today);
    }
    gs_cli_answer_finish(&r);
    return rc;
}
