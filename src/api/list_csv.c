/* Turns lists that are written as JSON into CSV: a table for each kind says which member stands in which column. Nothing is known here of
 * who may see what: a cell is what the JSON says, and what that masks or leaves out is masked or empty. */
#include "list_csv.h"
#include "gateslot/base/csv.h"
#include "gateslot/base/json_read.h"
#include <stdio.h>
#include <string.h>

enum { LEVELS = 3, CELL_MAX = 1024 };

struct csv_list {
    const char *lists[LEVELS]; /* the array in the answer, the array in each of its items, …; NULL ends them */
    const struct gs_csv_column *columns;
};

static const struct gs_csv_column slot_columns[] = {
    {"date", 0, "date"}, {"window", 1, "id"},         {"start", 2, "start"},
    {"end", 2, "end"},   {"capacity", 2, "capacity"}, {"booked", 2, "booked"},
    {"free", 2, "free"}, {"closed", 1, "closed"},     {NULL, 0, NULL},
};
static const struct gs_csv_column capacity_columns[] = {
    {"date", 0, "date"},
    {"window", 1, "id"},
    {"start", 1, "start"},
    {"end", 1, "end"},
    {"capacity", 1, "capacity"},
    {"slot_capacity", 1, "slot_capacity"},
    {"booked", 1, "booked"},
    {"free", 1, "free"},
    {"closed", 1, "closed"},
    {"overridden", 1, "overridden"},
    {"waiting", 1, "waiting"},
    {"overstay", 1, "overstay"},
    {"at_risk", 1, "at_risk"},
    {"reason", 1, "reason"},
    {NULL, 0, NULL},
};
static const struct gs_csv_column display_columns[] = {
    {"plate", 0, "plate"},
    {"status", 0, "status"},
    {"date", 0, "date"},
    {"window", 0, "window"},
    {"slot_start", 0, "slot/start"},
    {"slot_end", 0, "slot/end"},
    {"arrive_from", 0, "arrive_from"},
    {"arrive_until", 0, "arrive_until"},
    {NULL, 0, NULL},
};
static const struct csv_list kinds[] = {
    [GS_LIST_DISPLAY] = {{"items"}, display_columns},
    [GS_LIST_BOOKINGS] = {{"items"}, gs_csv_bookings},
    [GS_LIST_SLOTS] = {{"days", "windows", "slots"}, slot_columns},
    [GS_LIST_CAPACITIES] = {{"days", "windows"}, capacity_columns},
};

bool gs_wants_csv(const struct gs_exchange *x)
{
    return gs_negotiate_csv(gs_request_list(&x->request, "accept", gs_api_of(x)->room));
}

/* ---- cells ---- */

static const struct gs_json_value *at_path(const struct gs_json_value *value, const char *path)
{
    while (value != NULL && *path != '\0') {
        char name[32];
        size_t len = strcspn(path, "/");
        (void)snprintf(name, sizeof name, "%.*s", (int)len, path);
        value = gs_json_member(value, name);
        path += len + (path[len] == '/' ? 1 : 0);
    }
    return value;
}

/* The texts of an array, with a blank between them. */
static void write_array(struct gs_csv *c, const struct gs_json_value *array)
{
    char text[CELL_MAX] = "";
    size_t used = 0;
    for (const struct gs_json_value *v = array->first; v != NULL && used < sizeof text; v = v->next) {
        int put = snprintf(text + used, sizeof text - used, "%s%s", used > 0 ? " " : "",
                           v->kind == GS_JSON_STRING ? v->text : "");
        used += put > 0 ? (size_t)put : 0;
    }
    gs_csv_text(c, text);
}

static void write_cell(struct gs_csv *c, const struct gs_json_value *value)
{
    enum gs_json_kind kind = value != NULL ? value->kind : GS_JSON_NULL;
    if (kind == GS_JSON_STRING) {
        gs_csv_text(c, value->text);
    } else if (kind == GS_JSON_INTEGER) {
        gs_csv_int(c, value->number);
    } else if (kind == GS_JSON_ARRAY) {
        write_array(c, value);
    } else {
        gs_csv_text(c, kind == GS_JSON_TRUE ? "true" : kind == GS_JSON_FALSE ? "false" : NULL);
    }
}

static void write_row(struct gs_csv *c, const struct csv_list *k, const struct gs_json_value *const items[LEVELS])
{
    for (const struct gs_csv_column *column = k->columns; column->name != NULL; column++) {
        write_cell(c, at_path(items[column->level], column->path));
    }
    gs_csv_end(c);
}

/* A row for each of the innermost items. */
static void write_items(struct gs_csv *c, const struct csv_list *k, int level, const struct gs_json_value *outer,
                        const struct gs_json_value *items[LEVELS])
{
    const struct gs_json_value *list = gs_json_member(outer, k->lists[level]);
    bool innermost = level + 1 == LEVELS || k->lists[level + 1] == NULL;
    for (const struct gs_json_value *v = list != NULL ? list->first : NULL; v != NULL; v = v->next) {
        items[level] = v;
        if (innermost) {
            write_row(c, k, items);
        } else {
            write_items(c, k, level + 1, v, items);
        }
    }
}

/* ---- the further page ---- */

void gs_csv_list_link(const struct gs_request *q, const char *cursor, struct gs_buf *out)
{
    if (cursor == NULL) {
        return;
    }
    gs_buf_printf(out, "<%s?", q->path);
    for (const char *part = q->query; *part != '\0';) {
        size_t len = strcspn(part, "&");
        if (len > 0 && strncmp(part, "cursor=", sizeof "cursor=" - 1) != 0) {
            for (size_t k = 0; k < len; k++) { /* what would end the address is written as its number */
                gs_buf_printf(out, part[k] == '>' ? "%%%02X" : "%c", (unsigned char)part[k]);
            }
            gs_buf_char(out, '&');
        }
        part += len + (part[len] == '&' ? 1 : 0);
    }
    gs_buf_printf(out, "cursor=%s>; rel=\"next\"", cursor);
}

/* ---- lists ---- */

void gs_csv_list_head(enum gs_list_kind kind, struct gs_buf *out)
{
    struct gs_csv c = {.out = out};
    for (const struct gs_csv_column *column = kinds[kind].columns; column->name != NULL; column++) {
        gs_csv_text(&c, column->name);
    }
    gs_csv_end(&c);
}

bool gs_csv_list_row(enum gs_list_kind kind, const struct gs_buf *row, struct gs_buf *out)
{
    const struct csv_list *k = &kinds[kind];
    const struct gs_json_value *items[LEVELS] = {NULL};
    struct gs_json_error error;
    struct gs_arena arena;
    struct gs_csv c = {.out = out};
    gs_arena_init(&arena);
    items[0] = gs_json_read(row->data, row->len, &arena, &error);
    if (items[0] != NULL && k->lists[1] == NULL) {
        write_row(&c, k, items);
    } else if (items[0] != NULL) {
        write_items(&c, k, 1, items[0], items);
    }
    gs_arena_finish(&arena);
    return items[0] != NULL;
}
