/* Shows bookings: as a line, a ticket or a sheet. It prints what the API says and computes nothing. */
#include "booking_view.h"
#include <string.h>

#define LABEL_COLUMNS 18

const char *gs_status_colour(const char *status)
{
    static const struct {
        const char *status, *colour;
    } colours[] = {{"admit", "green"},        {"hold", "yellow"},       {"reject", "red"},       {"no_show", "red"},
                   {"refused", "red"},        {"waitlisted", "yellow"}, {"entered", "green"},    {"cleared", "green"},
                   {"cancelled", "darkgray"}, {"expired", "darkgray"},  {"departed", "darkgray"}};
    for (size_t i = 0; i < sizeof colours / sizeof colours[0]; i++) {
        if (strcmp(colours[i].status, status) == 0) {
            return colours[i].colour;
        }
    }
    return NULL;
}

void gs_booking_slot_text(const json_t *booking, bool time_only, char out[GS_SLOT_TEXT])
{
    const json_t *slot = json_object_get(booking, "slot");
    char start[20], end[GS_HHMM_TEXT];
    gs_date_time_of(gs_get_text(slot, "start"), start);
    gs_time_of(gs_get_text(slot, "end"), end);
    if (start[0] != '\0') {
        snprintf(out, GS_SLOT_TEXT, "%s–%s", start + (time_only ? strlen("2026-11-25 ") : 0), end);
    } else {
        snprintf(out, GS_SLOT_TEXT, "%.16s", time_only ? "–" : gs_get_text(booking, "date"));
    }
}

void gs_join_texts(const json_t *array, char *out, size_t size)
{
    size_t i, len = 0;
    const json_t *item;
    out[0] = '\0';
    json_array_foreach(array, i, item)
    {
        const char *text = json_string_value(item);
        int added = snprintf(out + len, size - len, "%s%s", i > 0 ? " " : "", text != NULL ? text : "");
        if (added < 0 || (size_t)added >= size - len) {
            return;
        }
        len += (size_t)added;
    }
}

void gs_booking_line(struct gs_cli *cli, FILE *out, const json_t *booking)
{
    char slot[GS_SLOT_TEXT];
    gs_booking_slot_text(booking, false, slot);
    fprintf(out, "%s  %s  %s  %s  %s\n", gs_get_text(booking, "id"), gs_get_text(booking, "plate"),
            gs_word_status(cli->lang, gs_get_text(booking, "status")), slot,
            gs_cli_window(cli, gs_get_text(booking, "window")));
}

static void put_item(struct gs_cli *cli, enum gs_word label, const char *value)
{
    if (value[0] != '\0') {
        const char *word = gs_cli_word(cli, label);
        int pad = LABEL_COLUMNS - gs_text_columns(word);
        fprintf(cli->out, "  %s%*s%s\n", word, pad > 1 ? pad : 1, "", value);
    }
}

static void put_arrival(struct gs_cli *cli, const json_t *booking)
{
    char from[GS_HHMM_TEXT], until[GS_HHMM_TEXT], text[32];
    gs_time_of(gs_get_text(booking, "arrive_from"), from);
    gs_time_of(gs_get_text(booking, "arrive_until"), until);
    snprintf(text, sizeof text, "%s%s%s", from, from[0] != '\0' ? "–" : "", until);
    put_item(cli, W_ARRIVE, text);
}

static void put_pass_code(struct gs_cli *cli, const json_t *booking)
{
    const char *code = gs_get_text(booking, "pass_code");
    char text[24];
    snprintf(text, sizeof text, strlen(code) == 8 ? "%.4s-%s" : "%.4s%s", code, strlen(code) > 4 ? code + 4 : "");
    put_item(cli, W_PASS_CODE, text);
}

static void put_waiting(struct gs_cli *cli, const json_t *booking)
{
    int64_t position = gs_get_int(booking, "waitlist_position", 0);
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)position);
    put_item(cli, W_WAITLIST_POSITION, position > 0 ? text : "");
}

static void put_warnings(struct gs_cli *cli, const json_t *booking)
{
    size_t i;
    const json_t *warning;
    json_array_foreach(json_object_get(booking, "warnings"), i, warning)
    {
        const char *text = json_string_value(warning);
        if (text == NULL) {
            text = gs_get_text(warning, "detail")[0] != '\0' ? gs_get_text(warning, "detail")
                                                             : gs_get_text(warning, "code");
        }
        put_item(cli, W_WARNINGS, text);
    }
}

void gs_decision_line(struct gs_cli *cli, const json_t *answer)
{
    static const char *const escapes[][2] = {{"green", "\033[1;32m"}, {"yellow", "\033[1;33m"}, {"red", "\033[1;31m"}};
    const char *opening = gs_cli_word(cli, W_OPENING), *closing = gs_cli_word(cli, W_CLOSING);
    const char *decision = gs_get_text(answer, "decision"), *word = gs_word_status(cli->lang, decision);
    const char *colour = gs_status_colour(decision), *code = gs_get_text(answer, "code"), *escape = "";
    for (size_t i = 0; cli->colour && colour != NULL && i < sizeof escapes / sizeof escapes[0]; i++) {
        escape = escapes[i][0][0] == colour[0] ? escapes[i][1] : escape;
    }
    fprintf(cli->out, "%s%s%s%s%s%s  ", escape, word, escape[0] != '\0' ? "\033[0m" : "", opening, code, closing);
    int used = gs_text_columns(word) + gs_text_columns(opening) + (int)strlen(code) + gs_text_columns(closing) + 2;
    gs_text_wrap(cli->out, gs_get_text(answer, "message"), used, 2, cli->width);
}

void gs_booking_ticket(struct gs_cli *cli, const json_t *booking)
{
    gs_booking_line(cli, cli->out, booking);
    put_waiting(cli, booking);
    put_arrival(cli, booking);
    put_pass_code(cli, booking);
    put_warnings(cli, booking);
}

static void put_steps(struct gs_cli *cli, const json_t *booking)
{
    static const struct {
        const char *member;
        enum gs_word label;
    } steps[] = {{"created_at", W_CREATED}, {"arrived_at", W_ARRIVED}, {"held_at", W_HELD},
                 {"entered_at", W_ENTERED}, {"cleared_at", W_CLEARED}, {"departed_at", W_DEPARTED}};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        char at[20];
        gs_date_time_of(gs_get_text(booking, steps[i].member), at);
        put_item(cli, steps[i].label, at);
    }
}

static void join_windows(struct gs_cli *cli, const json_t *ids, char *out, size_t size)
{
    json_t *names = json_array();
    size_t i;
    const json_t *id;
    json_array_foreach(ids, i, id)
    {
        json_array_append_new(
            names, json_string(gs_cli_window(cli, json_string_value(id) != NULL ? json_string_value(id) : "")));
    }
    gs_join_texts(names, out, size);
    json_decref(names);
}

void gs_booking_sheet(struct gs_cli *cli, const json_t *booking)
{
    char text[256];
    const json_t *company = json_object_get(booking, "company");
    const json_t *driver = json_object_get(booking, "driver");
    gs_booking_line(cli, cli->out, booking);
    put_waiting(cli, booking);
    put_arrival(cli, booking);
    put_pass_code(cli, booking);
    join_windows(cli, json_object_get(booking, "windows"), text, sizeof text);
    put_item(cli, W_WINDOWS, text);
    put_item(cli, W_TRAILER, gs_get_text(booking, "trailer_plate"));
    gs_join_texts(json_object_get(booking, "containers"), text, sizeof text);
    put_item(cli, W_CONTAINERS, text);
    snprintf(text, sizeof text, "%s %s", gs_get_text(company, "name"), gs_get_text(company, "uscc"));
    put_item(cli, W_COMPANY, text);
    snprintf(text, sizeof text, "%s %s", gs_get_text(driver, "name"), gs_get_text(driver, "phone"));
    put_item(cli, W_DRIVER, text);
    put_item(cli, W_DECLARATION, gs_get_text(booking, "declaration_no"));
    put_item(cli, W_REFERENCE, gs_get_text(booking, "reference"));
    put_steps(cli, booking);
    put_warnings(cli, booking);
}
