/* The report over a range: each date and each booking is added to its group and to the total. It counts what the daily report counts,
 * by the same functions. Durations are kept as tenths of a minute, and the p95 is chosen from them when all are there: rounding keeps
 * their order, so it is exact. */
#include "gateslot/core/range_report.h"
#include "gateslot/base/grow.h"
#include "gateslot/base/hash.h"
#include "gateslot/base/text.h"
#include "views/report_count.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Twice as many as there may be companies, so that a free place is always near. */
enum { TABLE = 16384 };
_Static_assert(TABLE >= 2 * GS_REPORT_COMPANIES_MAX, "the table of companies must not fill up");

struct durations {
    int32_t *tenths; /* owned */
    size_t count, room;
    int64_t sum_ms;
};
struct group {
    struct gs_report_row row;
    struct durations entry, stay;
    int64_t named_by; /* the newest booking: of it the company's name is */
};
struct date {
    int32_t group;       /* by day, week, month */
    int64_t last_end_ms; /* of its windows */
    struct gs_report_leaving leaving;
};
struct gs_range_report {
    enum gs_report_by by;
    gs_date from, to;
    struct date *dates;   /* owned */
    struct group *groups; /* owned */
    size_t group_count, group_room;
    struct group total;
    int32_t *table;  /* owned, by company: index of a group by the hash of its name; -1 = free */
    size_t finished; /* groups that are */
    bool dates_judged;
};

static const char *const by_names[GS_REPORT_BYS] = {"day", "week", "month", "window", "company"};

const char *gs_report_by_name(enum gs_report_by by)
{
    return by_names[by];
}

bool gs_report_by_parse(const char *text, enum gs_report_by *out)
{
    for (int i = 0; i < GS_REPORT_BYS; i++) {
        if (strcmp(by_names[i], text) == 0) {
            *out = (enum gs_report_by)i;
            return true;
        }
    }
    return false;
}

/* ---- groups ---- */

static void empty_group(struct group *g, const char *name, gs_date from, gs_date to)
{
    *g = (struct group){.row = {.from = from, .to = to}};
    gs_text_copy(g->row.name, sizeof g->row.name, name);
}

/* Its index; -1 without memory. */
static int32_t add_group(struct gs_range_report *r, const char *name, gs_date from, gs_date to)
{
    struct group *grown = gs_grown(r->groups, r->group_count, &r->group_room, sizeof *grown);
    if (grown == NULL) {
        return -1;
    }
    r->groups = grown;
    empty_group(&grown[r->group_count], name, from, to);
    return (int32_t)r->group_count++;
}

/* The week of the ISO calendar belongs to the year of its Thursday. */
static void name_week(gs_date date, char out[GS_DATE_TEXT + 1])
{
    int year, month, day;
    gs_date thursday = date - gs_date_weekday(date) + 3;
    gs_date_to_civil(thursday, &year, &month, &day);
    int week = (int)(thursday - gs_date_from_civil(year, 1, 1)) / 7 + 1;
    const char number[] = {'W', (char)('0' + week / 10), (char)('0' + week % 10), '\0'};
    gs_date_format(thursday, out);
    memcpy(out + sizeof "2026-" - 1, number, sizeof number);
}

static void name_date(const struct gs_range_report *r, gs_date date, char out[GS_DATE_TEXT + 1])
{
    if (r->by == GS_BY_WEEK) {
        name_week(date, out);
        return;
    }
    gs_date_format(date, out);
    if (r->by == GS_BY_MONTH) {
        out[sizeof "2026-11" - 1] = '\0';
    }
}

static int group_dates(struct gs_range_report *r)
{
    for (gs_date date = r->from; date <= r->to; date++) {
        char name[GS_DATE_TEXT + 1];
        name_date(r, date, name);
        bool is_next = r->group_count == 0 || strcmp(r->groups[r->group_count - 1].row.name, name) != 0;
        int32_t group = is_next ? add_group(r, name, date, date) : (int32_t)r->group_count - 1;
        if (group < 0) {
            return GS_E_NOMEM;
        }
        r->groups[group].row.to = date;
        r->dates[date - r->from].group = group;
    }
    return GS_OK;
}

static int find_window(struct gs_range_report *r, const char *window, int32_t *out)
{
    for (size_t i = 0; i < r->group_count; i++) {
        if (strcmp(r->groups[i].row.name, window) == 0) {
            *out = (int32_t)i;
            return GS_OK;
        }
    }
    *out = add_group(r, window, r->from, r->to);
    return *out >= 0 ? GS_OK : GS_E_NOMEM;
}

static int find_company(struct gs_range_report *r, const char *uscc, int32_t *out)
{
    size_t at = (size_t)(gs_fnv_text(GS_FNV_START, uscc) % TABLE);
    for (; r->table[at] >= 0; at = (at + 1) % TABLE) {
        if (strcmp(r->groups[r->table[at]].row.name, uscc) == 0) {
            *out = r->table[at];
            return GS_OK;
        }
    }
    if (r->group_count == GS_REPORT_COMPANIES_MAX) {
        return GS_E_RANGE;
    }
    *out = r->table[at] = add_group(r, uscc, r->from, r->to);
    return *out >= 0 ? GS_OK : GS_E_NOMEM;
}

static int find_group(struct gs_range_report *r, const struct gs_booking *b, int32_t *out)
{
    if (r->by == GS_BY_COMPANY) {
        return find_company(r, b->uscc, out);
    }
    if (r->by == GS_BY_WINDOW) {
        return find_window(r, gs_report_never_placed(b) ? "" : b->window, out);
    }
    *out = r->dates[b->wish.date - r->from].group;
    return GS_OK;
}

/* ---- from nothing and back ---- */

int gs_range_report_create(gs_date from, gs_date to, enum gs_report_by by, struct gs_range_report **out)
{
    assert(from <= to && to - from < GS_REPORT_DAYS_MAX);
    struct gs_range_report *r = calloc(1, sizeof *r);
    if (r == NULL) {
        return GS_E_NOMEM;
    }
    r->by = by;
    r->from = from;
    r->to = to;
    empty_group(&r->total, "", from, to);
    r->dates = calloc((size_t)(to - from) + 1, sizeof *r->dates);
    r->table = by == GS_BY_COMPANY ? malloc(TABLE * sizeof *r->table) : NULL;
    int err = r->dates != NULL && (by != GS_BY_COMPANY || r->table != NULL) ? GS_OK : GS_E_NOMEM;
    for (size_t i = 0; err == GS_OK && r->table != NULL && i < TABLE; i++) {
        r->table[i] = -1;
    }
    err = err == GS_OK && by <= GS_BY_MONTH ? group_dates(r) : err;
    if (err != GS_OK) {
        gs_range_report_destroy(r);
        return err;
    }
    *out = r;
    return GS_OK;
}

static void group_finish(struct group *g)
{
    free(g->entry.tenths);
    free(g->stay.tenths);
}

void gs_range_report_destroy(struct gs_range_report *r)
{
    if (r == NULL) {
        return;
    }
    for (size_t i = 0; i < r->group_count; i++) {
        group_finish(&r->groups[i]);
    }
    group_finish(&r->total);
    free(r->groups);
    free(r->dates);
    free(r->table);
    free(r);
}

/* ---- what comes in ---- */

int gs_range_report_date(struct gs_range_report *r, const struct gs_book *book, gs_date date,
                         const struct gs_capacity *set, size_t set_count)
{
    struct date *d = &r->dates[date - r->from];
    struct gs_report day;
    gs_report_begin(book, date, set, set_count, &day);
    d->last_end_ms = day.last_end_ms;
    gs_measures_add(&r->total.row.sum, &day.total);
    if (r->by <= GS_BY_MONTH) {
        gs_measures_add(&r->groups[d->group].row.sum, &day.total);
    }
    for (int32_t i = 0; r->by == GS_BY_WINDOW && i < day.window_count; i++) {
        int32_t group;
        int err = find_window(r, day.window_ids[i], &group);
        if (err != GS_OK) {
            return err;
        }
        gs_measures_add(&r->groups[group].row.sum, &day.windows[i]);
    }
    if (r->by == GS_BY_WINDOW && day.total.turned_away > 0) { /* they came to no window */
        int32_t group;
        int err = find_window(r, "", &group);
        if (err != GS_OK) {
            return err;
        }
        r->groups[group].row.sum.turned_away += day.total.turned_away;
    }
    return GS_OK;
}

static int keep(struct durations *d, int64_t ms)
{
    if (ms < 0) {
        return GS_OK;
    }
    int32_t *grown = gs_grown(d->tenths, d->count, &d->room, sizeof *grown);
    if (grown == NULL) {
        return GS_E_NOMEM;
    }
    d->tenths = grown;
    d->tenths[d->count++] = gs_report_tenths(ms, 1);
    d->sum_ms += ms;
    return GS_OK;
}

static int count_in(struct group *g, const struct gs_booking *b)
{
    if (gs_report_never_placed(b)) {
        g->row.sum.never_placed++;
        return GS_OK;
    }
    struct gs_report_spans spans = gs_report_spans(b);
    gs_report_count(&g->row.sum, b);
    int err = keep(&g->entry, spans.entry_ms);
    return err != GS_OK ? err : keep(&g->stay, spans.stay_ms);
}

int gs_range_report_booking(struct gs_range_report *r, const struct gs_booking *b)
{
    int32_t group;
    assert(r->from <= b->wish.date && b->wish.date <= r->to);
    int err = find_group(r, b, &group);
    if (err != GS_OK) {
        return err;
    }
    struct group *g = &r->groups[group];
    if (r->by == GS_BY_COMPANY && b->id > g->named_by) {
        g->named_by = b->id;
        gs_text_copy(g->row.company_name, sizeof g->row.company_name, b->company_name);
    }
    gs_report_leave(&r->dates[b->wish.date - r->from].leaving, b);
    err = count_in(g, b);
    return err != GS_OK ? err : count_in(&r->total, b);
}

/* ---- the end ---- */

static void swap(int32_t *a, int32_t *b)
{
    int32_t kept = *a;
    *a = *b;
    *b = kept;
}

/* The value that would stand at index n if the list were in order: C. A. R. Hoare, "Algorithm 65: Find". It leaves the list in another order. */
static int32_t chosen(int32_t *list, int64_t count, int64_t n)
{
    int64_t low = 0, high = count - 1;
    while (low < high) {
        int32_t pivot = list[low + (high - low) / 2];
        int64_t i = low, j = high;
        while (i <= j) {
            while (list[i] < pivot) {
                i++;
            }
            while (list[j] > pivot) {
                j--;
            }
            if (i <= j) {
                swap(&list[i++], &list[j--]);
            }
        }
        high = n <= j ? j : high;
        low = n >= i ? i : low;
        if (j < n && n < i) {
            break;
        }
    }
    return list[n];
}

static void finish_durations(struct durations *d, int32_t *out_mean, int32_t *out_p95)
{
    int64_t count = (int64_t)d->count;
    *out_mean = count > 0 ? gs_report_tenths(d->sum_ms, count) : -1;
    *out_p95 = count > 0 ? chosen(d->tenths, count, (95 * count + 99) / 100 - 1) : -1;
}

static void finish_group(struct group *g)
{
    struct gs_report_sum *s = &g->row.sum;
    finish_durations(&g->entry, &s->mean_entry_tenths, &s->p95_entry_tenths);
    finish_durations(&g->stay, &s->mean_stay_tenths, &s->p95_stay_tenths);
}

static void add_clearing(struct gs_report_row *row, enum gs_clearing clearing)
{
    bool first = row->days == 0;
    row->days++;
    row->cleared_days += clearing == GS_CLEARING_TRUE ? 1 : 0;
    if (first || clearing == GS_CLEARING_FALSE) {
        row->daily_clearing = clearing;
    } else if (clearing == GS_CLEARING_OPEN && row->daily_clearing == GS_CLEARING_TRUE) {
        row->daily_clearing = GS_CLEARING_OPEN;
    }
}

static void judge_dates(struct gs_range_report *r, const struct gs_book *book)
{
    for (gs_date date = r->from; date <= r->to; date++) {
        const struct date *d = &r->dates[date - r->from];
        enum gs_clearing clearing = gs_report_clearing(book, date, d->last_end_ms, &d->leaving);
        add_clearing(&r->total.row, clearing);
        if (r->by <= GS_BY_MONTH) {
            add_clearing(&r->groups[d->group].row, clearing);
        }
    }
    for (size_t i = 0; r->by > GS_BY_MONTH && i < r->group_count; i++) { /* all of them are of the same dates */
        r->groups[i].row.days = r->total.row.days;
        r->groups[i].row.cleared_days = r->total.row.cleared_days;
        r->groups[i].row.daily_clearing = r->total.row.daily_clearing;
    }
    r->dates_judged = true;
}

static int compare_companies(const void *a, const void *b)
{
    const struct gs_report_row *x = &((const struct group *)a)->row, *y = &((const struct group *)b)->row;
    if (x->sum.booked != y->sum.booked) {
        return x->sum.booked > y->sum.booked ? -1 : 1;
    }
    return strcmp(x->name, y->name);
}

/* Those without a place come last, wherever they came up. */
static void put_nameless_last(struct gs_range_report *r)
{
    for (size_t i = 0; i + 1 < r->group_count; i++) {
        if (r->groups[i].row.name[0] == '\0') {
            struct group nameless = r->groups[i];
            memmove(&r->groups[i], &r->groups[i + 1], (r->group_count - i - 1) * sizeof nameless);
            r->groups[r->group_count - 1] = nameless;
            return;
        }
    }
}

bool gs_range_report_finish(struct gs_range_report *r, const struct gs_book *book)
{
    if (!r->dates_judged) {
        judge_dates(r, book);
        return true;
    }
    if (r->finished < r->group_count) {
        finish_group(&r->groups[r->finished++]);
        return true;
    }
    finish_group(&r->total);
    if (r->by == GS_BY_COMPANY && r->group_count > 1) {
        qsort(r->groups, r->group_count, sizeof *r->groups, compare_companies);
    } else if (r->by == GS_BY_WINDOW) {
        put_nameless_last(r);
    }
    return false;
}

size_t gs_range_report_count(const struct gs_range_report *r)
{
    return r->group_count;
}

const struct gs_report_row *gs_range_report_row(const struct gs_range_report *r, size_t index)
{
    return &r->groups[index].row;
}

const struct gs_report_row *gs_range_report_total(const struct gs_range_report *r)
{
    return &r->total.row;
}
