/* Reads day files and checks what playing them relies on. The request inside a line is the daemon's to judge. */
#include "play_day.h"
#include "gateslot/base/grow.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

void gs_day_file_finish(struct gs_day_file *day)
{
    for (size_t i = 0; i < day->count; i++) {
        free(day->lines[i].key);
        free(day->lines[i].request);
    }
    free(day->lines);
    *day = (struct gs_day_file){0};
}

static bool take_instant(const json_t *line, const char *member, int64_t *out_ms)
{
    const char *text = gs_get_text(line, member);
    return gs_rfc3339_parse(text, strlen(text), out_ms) == GS_OK;
}

static bool take_minutes(const json_t *behaviour, const char *member, int64_t min, int64_t *out)
{
    *out = gs_get_int(behaviour, member, INT64_MIN);
    return *out >= min && *out <= GS_DAY_MINUTES_MAX;
}

static const char *take_behaviour(const json_t *behaviour, struct gs_day_line *out)
{
    if (!json_is_boolean(json_object_get(behaviour, "shows"))) {
        return "behaviour.shows: true or false expected";
    }
    out->shows = gs_get_bool(behaviour, "shows");
    if (!take_minutes(behaviour, "offset_min", -GS_DAY_MINUTES_MAX, &out->offset_min)) {
        return "behaviour.offset_min: minutes expected";
    }
    if (!take_minutes(behaviour, "gate_min", 0, &out->gate_min) ||
        !take_minutes(behaviour, "clear_min", 0, &out->clear_min) ||
        !take_minutes(behaviour, "leave_min", 0, &out->leave_min)) {
        return "behaviour: gate_min, clear_min and leave_min expected, minutes from 0";
    }
    return NULL;
}

static const char *take_line(const json_t *line, struct gs_day_line *out, gs_date *out_date)
{
    const json_t *request = json_object_get(line, "request");
    const char *key = gs_get_text(line, "key"), *date = gs_get_text(request, "date");
    if (key[0] == '\0' || strlen(key) > GS_DAY_KEY_MAX) {
        return "key: a text of 1 to 88 bytes expected";
    }
    if (!take_instant(line, "book_at", &out->book_at_ms)) {
        return "book_at: an RFC 3339 time expected";
    }
    out->cancel_at_ms = -1;
    if (json_object_get(line, "cancel_at") != NULL && !take_instant(line, "cancel_at", &out->cancel_at_ms)) {
        return "cancel_at: an RFC 3339 time expected";
    }
    if (!json_is_object(request) || gs_date_parse(date, strlen(date), out_date) != GS_OK) {
        return "request.date: a date expected";
    }
    const char *fault = take_behaviour(json_object_get(line, "behaviour"), out);
    if (fault != NULL) {
        return fault;
    }
    snprintf(out->plate, sizeof out->plate, "%s", gs_get_text(request, "plate"));
    out->key = strdup(key);
    out->request = json_dumps(request, JSON_COMPACT);
    return NULL;
}

const char *gs_day_file_add(struct gs_day_file *day, const char *text, size_t len)
{
    if (day->count == GS_DAY_LINES_MAX) {
        return "more lines than a day file may have";
    }
    json_t *line = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
    struct gs_day_line read = {0};
    gs_date date = 0;
    const char *fault = !json_is_object(line) ? "a JSON object expected" : take_line(line, &read, &date);
    json_decref(line);
    if (fault != NULL) {
        return fault;
    }
    struct gs_day_line *lines = gs_grown(day->lines, day->count, &day->room, sizeof *lines);
    day->lines = lines != NULL ? lines : day->lines;
    if (day->count > 0 && date != day->date) {
        fault = "request.date: not the date of the lines before";
    } else if (read.key == NULL || read.request == NULL || lines == NULL) {
        fault = "no memory";
    }
    if (fault != NULL) {
        free(read.key);
        free(read.request);
        return fault;
    }
    day->date = date;
    day->lines[day->count++] = read;
    return NULL;
}

static int shift_line(struct gs_day_line *line, gs_date date, int64_t by_ms)
{
    char text[GS_DATE_TEXT], key[GS_DAY_KEY_MAX + GS_DATE_TEXT + 1];
    gs_date_format(date, text);
    snprintf(key, sizeof key, "%s@%s", line->key, text);
    json_t *request = json_loads(line->request, 0, NULL);
    json_object_set_new(request, "date", json_string(text));
    char *shifted_request = gs_json_steal_text(request), *shifted_key = strdup(key);
    if (shifted_request == NULL || shifted_key == NULL) {
        free(shifted_request);
        free(shifted_key);
        return GS_E_NOMEM;
    }
    free(line->request);
    free(line->key);
    line->request = shifted_request;
    line->key = shifted_key;
    line->book_at_ms += by_ms;
    line->cancel_at_ms += line->cancel_at_ms >= 0 ? by_ms : 0;
    return GS_OK;
}

int gs_day_file_shift(struct gs_day_file *day, gs_date date)
{
    int err = GS_OK;
    int64_t by_ms = (int64_t)(date - day->date) * 24 * 60 * GS_MINUTE_MS;
    for (size_t i = 0; i < day->count && by_ms != 0 && err == GS_OK; i++) {
        err = shift_line(&day->lines[i], date, by_ms);
    }
    day->date = date;
    return err;
}

static const char *read_lines(FILE *in, struct gs_day_file *out, size_t *out_number)
{
    char *text = NULL;
    size_t cap = 0;
    ssize_t len;
    const char *fault = NULL;
    *out_number = 0;
    while (fault == NULL && (len = getline(&text, &cap, in)) >= 0) {
        (*out_number)++;
        if (len > GS_DAY_LINE_MAX) {
            fault = "longer than a line may be";
        } else if (strspn(text, " \t\r\n") < (size_t)len) {
            fault = gs_day_file_add(out, text, (size_t)len);
        }
    }
    free(text);
    if (fault == NULL && out->count == 0) {
        fault = "no truck in it";
    }
    return fault;
}

enum gs_exit gs_day_file_read(struct gs_cli *cli, const char *file, struct gs_day_file *out)
{
    FILE *in = fopen(file, "re");
    if (in == NULL) {
        fprintf(cli->err, "gateslot: %s %s: %s\n", gs_cli_word(cli, W_CANNOT_READ), file, strerror(errno));
        return GS_EXIT_OTHER;
    }
    size_t number = 0;
    *out = (struct gs_day_file){0};
    const char *fault = read_lines(in, out, &number);
    fclose(in);
    if (fault != NULL) {
        fprintf(cli->err, "gateslot: %s:%zu: %s\n", file, number, fault);
        gs_day_file_finish(out);
        return GS_EXIT_INVALID;
    }
    return GS_EXIT_OK;
}
