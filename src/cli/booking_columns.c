/* The columns a list of bookings may have: name, heading, how readily one is left out, and what of a booking stands in it. It
 * prints what the API says and computes nothing. */
#include "booking_columns.h"
#include "booking_view.h"
#include "typed.h"
#include <string.h>

enum shape {
    TEXT,     /* a member */
    INNER,    /* a member of a member */
    LIST,     /* texts of an array */
    TIME,     /* date and time of day */
    NUMBER,   /* a number; nothing if there is none */
    SLOT,     /* the slot, or the date of who has none */
    WINDOW,   /* by its name */
    STATUS,   /* in words and its colour */
    PRIORITY, /* only where it is not the normal one */
    ARRIVE,   /* from when until when the truck may come */
    ID
};

static const struct column {
    const char *name;
    enum gs_word heading;
    int flags;
    bool by_default;
    enum shape shape;
    const char *member, *inner;
} table[] = {
    {"slot", W_SLOT, 0, true, SLOT, NULL, NULL},
    {"date", W_DATE, 0, false, TEXT, "date", NULL},
    {"window", W_WINDOW, GS_COL_DROP(4), true, WINDOW, "window", NULL},
    {"status", W_STATUS, 0, true, STATUS, "status", NULL},
    {"plate", W_PLATE, 0, true, TEXT, "plate", NULL},
    {"trailer", W_TRAILER, GS_COL_DROP(5), true, TEXT, "trailer_plate", NULL},
    {"containers", W_CONTAINERS, GS_COL_DROP(3), true, LIST, "containers", NULL},
    {"company", W_COMPANY, GS_COL_DROP(6) | GS_COL_CUT, true, INNER, "company", "name"},
    {"driver", W_DRIVER, GS_COL_DROP(7), true, INNER, "driver", "name"},
    {"reference", W_REFERENCE, GS_COL_DROP(8) | GS_COL_CUT, false, TEXT, "reference", NULL},
    {"id", W_ID, GS_COL_DROP(1), true, ID, "id", NULL},
    {"uscc", W_USCC, GS_COL_DROP(8), false, INNER, "company", "uscc"},
    {"phone", W_PHONE, GS_COL_DROP(8), false, INNER, "driver", "phone"},
    {"declaration", W_DECLARATION, GS_COL_DROP(8), false, TEXT, "declaration_no", NULL},
    {"pass_code", W_PASS_CODE, GS_COL_DROP(8), false, TEXT, "pass_code", NULL},
    {"arrive", W_ARRIVE, GS_COL_DROP(8), false, ARRIVE, "arrive_from", "arrive_until"},
    {"waiting", W_WAITLIST_POSITION, GS_COL_DROP(8) | GS_COL_RIGHT, false, NUMBER, "waitlist_position", NULL},
    {"priority", W_PRIORITY, GS_COL_DROP(8), false, PRIORITY, "priority", NULL},
    {"created", W_CREATED, GS_COL_DROP(8), false, TIME, "created_at", NULL},
    {"arrived", W_ARRIVED, GS_COL_DROP(8), false, TIME, "arrived_at", NULL},
    {"entered", W_ENTERED, GS_COL_DROP(8), false, TIME, "entered_at", NULL},
    {"cleared", W_CLEARED, GS_COL_DROP(8), false, TIME, "cleared_at", NULL},
    {"departed", W_DEPARTED, GS_COL_DROP(8), false, TIME, "departed_at", NULL},
};
enum { COLUMNS = sizeof table / sizeof table[0] };
_Static_assert(COLUMNS <= GS_BOOKING_COLUMNS_MAX, "every column may be chosen");

const char *const *gs_booking_column_names(void)
{
    static const char *const names[] = {"slot",       "date",        "window",    "status",    "plate",    "trailer",
                                        "containers", "company",     "driver",    "reference", "id",       "uscc",
                                        "phone",      "declaration", "pass_code", "arrive",    "waiting",  "priority",
                                        "created",    "arrived",     "entered",   "cleared",   "departed", NULL};
    _Static_assert(sizeof names / sizeof names[0] == COLUMNS + 1, "every column has a name here");
    return names;
}

void gs_booking_columns_default(bool one_day, struct gs_booking_columns *out)
{
    *out = (struct gs_booking_columns){.one_day = one_day};
    for (size_t i = 0; i < COLUMNS; i++) {
        if (table[i].by_default) {
            out->index[out->count++] = i;
        }
    }
}

static bool is_called(const struct column *c, const char *name, size_t len)
{
    for (int lang = 0; lang < GS_CLI_LANGS; lang++) {
        const char *heading = gs_word((enum gs_cli_lang)lang, c->heading);
        if (strlen(heading) == len && strncmp(heading, name, len) == 0) {
            return true;
        }
    }
    return strlen(c->name) == len && strncmp(c->name, name, len) == 0;
}

static size_t find(const char *name, size_t len)
{
    size_t i = 0;
    while (i < COLUMNS && !is_called(&table[i], name, len)) {
        i++;
    }
    return i;
}

static bool among(const struct gs_booking_columns *columns, size_t index)
{
    for (size_t i = 0; i < columns->count; i++) {
        if (columns->index[i] == index) {
            return true;
        }
    }
    return false;
}

int gs_booking_columns_parse(const char *names, struct gs_booking_columns *out, char out_wrong[GS_BOOKING_CELL_MAX])
{
    char plain[512];
    const char *at = plain, *name;
    size_t len = 0;
    bool one_day = out->one_day;
    *out = (struct gs_booking_columns){.one_day = one_day, .chosen = true};
    out_wrong[0] = '\0';
    if (gs_typed_plain(names, plain, sizeof plain) != GS_OK) {
        return GS_E_INVALID;
    }
    while ((name = gs_typed_next(&at, &len)) != NULL) {
        size_t index = find(name, len);
        snprintf(out_wrong, GS_BOOKING_CELL_MAX, "%.*s", (int)len, name);
        if (index == COLUMNS) {
            return GS_E_NOTFOUND;
        }
        if (among(out, index)) {
            return GS_E_INVALID;
        }
        out->index[out->count++] = index;
    }
    return out->count > 0 ? GS_OK : GS_E_INVALID;
}

struct gs_text_table *gs_booking_columns_table(struct gs_cli *cli, const struct gs_booking_columns *columns)
{
    struct gs_column shown[GS_BOOKING_COLUMNS_MAX];
    for (size_t i = 0; i < columns->count; i++) {
        const struct column *c = &table[columns->index[i]];
        shown[i] = (struct gs_column){c->heading, columns->chosen ? c->flags & GS_COL_RIGHT : c->flags};
    }
    return gs_text_table_create(cli, shown, columns->count);
}

static void number_text(const json_t *booking, const char *member, char out[GS_BOOKING_CELL_MAX])
{
    const json_t *value = json_object_get(booking, member);
    out[0] = '\0';
    if (json_is_integer(value)) {
        snprintf(out, GS_BOOKING_CELL_MAX, "%lld", (long long)json_integer_value(value));
    }
}

static void arrive_text(const json_t *booking, char out[GS_BOOKING_CELL_MAX])
{
    char from[GS_HHMM_TEXT], until[GS_HHMM_TEXT];
    gs_time_of(gs_get_text(booking, "arrive_from"), from);
    gs_time_of(gs_get_text(booking, "arrive_until"), until);
    snprintf(out, GS_BOOKING_CELL_MAX, "%s%s%s", from, from[0] != '\0' ? "–" : "", until);
}

/* What stands in the cell. */
static void cell_of(struct gs_cli *cli, const struct column *c, bool one_day, const json_t *booking,
                    char out[GS_BOOKING_CELL_MAX])
{
    const char *text = gs_get_text(booking, c->member != NULL ? c->member : "");
    switch (c->shape) {
    case INNER:
        text = gs_get_text(json_object_get(booking, c->member), c->inner);
        break;
    case LIST:
        gs_join_texts(json_object_get(booking, c->member), out, GS_BOOKING_CELL_MAX);
        return;
    case TIME:
        gs_date_time_of(text, out);
        return;
    case NUMBER:
        number_text(booking, c->member, out);
        return;
    case SLOT:
        gs_booking_slot_text(booking, one_day, out);
        return;
    case WINDOW:
        text = gs_cli_window(cli, text);
        break;
    case STATUS:
        text = gs_word_status(cli->lang, text);
        break;
    case PRIORITY:
        text = strcmp(text, "urgent") == 0 ? gs_cli_word(cli, W_URGENT) : "";
        break;
    case ARRIVE:
        arrive_text(booking, out);
        return;
    case TEXT:
    case ID:
        break;
    }
    snprintf(out, GS_BOOKING_CELL_MAX, "%.*s", GS_BOOKING_CELL_MAX - 1, text);
}

void gs_booking_columns_row(struct gs_cli *cli, struct gs_text_table *t, const struct gs_booking_columns *columns,
                            const json_t *booking)
{
    gs_text_table_row(t);
    for (size_t i = 0; i < columns->count; i++) {
        const struct column *c = &table[columns->index[i]];
        char text[GS_BOOKING_CELL_MAX];
        cell_of(cli, c, columns->one_day, booking, text);
        gs_text_table_coloured(t, text, c->shape == STATUS ? gs_status_colour(gs_get_text(booking, "status")) : NULL);
    }
}

/* Those without a slot stand behind the slots of their date, in the order in which they wait. */
static void slot_key(const json_t *booking, char out[GS_BOOKING_CELL_MAX])
{
    const char *start = gs_get_text(json_object_get(booking, "slot"), "start");
    if (start[0] != '\0') {
        snprintf(out, GS_BOOKING_CELL_MAX, "%.40s", start);
    } else {
        snprintf(out, GS_BOOKING_CELL_MAX, "%.16s~%09lld", gs_get_text(booking, "date"),
                 (long long)gs_get_int(booking, "waitlist_position", 999999999));
    }
}

void gs_booking_column_key(struct gs_cli *cli, size_t index, const json_t *booking, char out[GS_BOOKING_CELL_MAX])
{
    const struct column *c = &table[index];
    if (c->shape == SLOT) {
        slot_key(booking, out);
    } else if (c->shape == NUMBER) {
        snprintf(out, GS_BOOKING_CELL_MAX, "%019lld", (long long)gs_get_int(booking, c->member, INT64_MAX));
    } else if (c->shape == ID) { /* bk_9 before bk_10 */
        const char *id = gs_get_text(booking, "id");
        snprintf(out, GS_BOOKING_CELL_MAX, "%03zu%.100s", strlen(id), id);
    } else if (c->shape == WINDOW || c->shape == ARRIVE) { /* in the order of the day */
        slot_key(booking, out);
    } else {
        cell_of(cli, c, false, booking, out);
    }
}

struct gs_text_table *gs_booking_table(struct gs_cli *cli)
{
    struct gs_booking_columns columns;
    gs_booking_columns_default(false, &columns);
    return gs_booking_columns_table(cli, &columns);
}

void gs_booking_row(struct gs_cli *cli, struct gs_text_table *t, const json_t *booking)
{
    struct gs_booking_columns columns;
    gs_booking_columns_default(false, &columns);
    gs_booking_columns_row(cli, t, &columns, booking);
}
