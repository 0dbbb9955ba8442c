/* Makes the body of a booking from options or a file. It checks only what it must understand itself (dates in words): all rules
 * are the daemon's, which names every fault at once. */
#include "request.h"
#include "suggest.h"
#include "typed.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { MINUTES_OF_DAY = 1440 };

enum gs_exit gs_request_file(struct gs_cli *cli, const char *name, char **out_text)
{
    const bool of_file = strcmp(name, "-") != 0;
    FILE *in = of_file ? fopen(name, "re") : stdin;
    if (in == NULL) {
        fprintf(cli->err, "gateslot: %s %s: %s\n", gs_cli_word(cli, W_CANNOT_READ), name, strerror(errno));
        return GS_EXIT_OTHER;
    }
    enum gs_exit rc = GS_EXIT_OTHER;
    char *text = malloc(GS_REQUEST_MAX + 2);
    if (text == NULL) {
        rc = gs_cli_fail(cli, GS_EXIT_OTHER, W_NO_MEMORY, NULL);
        goto close_file;
    }
    size_t len = fread(text, 1, GS_REQUEST_MAX + 1, in);
    if (ferror(in) != 0 || len > GS_REQUEST_MAX || memchr(text, '\0', len) != NULL) {
        fprintf(cli->err, "gateslot: %s %s: %s\n", gs_cli_word(cli, W_CANNOT_READ), name,
                ferror(in) != 0 ? strerror(errno) : strerror(EFBIG));
        rc = ferror(in) != 0 ? GS_EXIT_OTHER : GS_EXIT_INVALID;
        free(text);
        goto close_file;
    }
    text[len] = '\0';
    *out_text = text;
    rc = GS_EXIT_OK;
close_file:
    if (of_file) {
        fclose(in);
    }
    return rc;
}

static void set_text(json_t *object, const char *key, const char *value)
{
    if (value != NULL) {
        json_t *text = json_string(value);
        json_object_set_new(object, key, text != NULL ? text : json_string("\xef\xbf\xbd"));
    }
}

static void set_list(json_t *object, const char *key, const struct gs_args *args, const char *option)
{
    const char *value = NULL;
    json_t *list = NULL;
    for (size_t i = 0; (value = gs_args_nth(args, option, i)) != NULL; i++) {
        if (list == NULL) {
            list = json_array();
            json_object_set_new(object, key, list);
        }
        json_array_append_new(list, json_string(value));
    }
}

static void set_windows(struct gs_cli *cli, json_t *body, const struct gs_args *args)
{
    const char *typed = NULL;
    set_list(body, "windows", args, "window");
    json_t *list = json_object_get(body, "windows");
    for (size_t i = 0; (typed = gs_args_nth(args, "window", i)) != NULL; i++) {
        json_array_set_new(list, i, json_string(gs_cli_window_id(cli, typed)));
    }
}

void gs_request_hint(struct gs_cli *cli, const struct gs_args *args, enum gs_exit refusal)
{
    const char *typed = NULL;
    for (size_t i = 0; refusal == GS_EXIT_INVALID && !cli->json; i++) {
        typed = gs_args_nth(args, "window", i);
        if (typed == NULL) {
            return;
        }
        gs_cli_hint_window(cli, gs_cli_window_id(cli, typed));
    }
}

/* "8:30" and "０８：３０" are 08:30. */
static enum gs_exit set_slot(struct gs_cli *cli, json_t *body, const char *typed)
{
    char hhmm[GS_HHMM_TEXT];
    int32_t min = 0;
    if (typed == NULL) {
        return GS_EXIT_OK;
    }
    if (gs_typed_time(typed, &min) != GS_OK || min >= MINUTES_OF_DAY) {
        return gs_cli_wrong(cli, W_NOT_A_TIME, "--slot", typed);
    }
    gs_hhmm_format(min, hhmm);
    set_text(body, "slot", hhmm);
    return GS_EXIT_OK;
}

enum gs_exit gs_request_add_wish(struct gs_cli *cli, const struct gs_args *args, json_t *body)
{
    if (gs_args_has(args, "date")) {
        char date[GS_DATE_TEXT];
        enum gs_exit rc = gs_cli_date(cli, gs_args_get(args, "date"), date);
        if (rc != GS_EXIT_OK) {
            return rc;
        }
        set_text(body, "date", date);
    }
    set_windows(cli, body, args);
    return set_slot(cli, body, gs_args_get(args, "slot"));
}

static void add_truck(const struct gs_args *args, json_t *body)
{
    set_text(body, "plate", gs_args_get(args, "plate"));
    set_text(body, "plate_colour", gs_args_get(args, "colour"));
    set_text(body, "trailer_plate", gs_args_get(args, "trailer"));
    set_list(body, "containers", args, "container");
    if (gs_args_has(args, "uscc") || gs_args_has(args, "company")) {
        json_t *company = json_object();
        set_text(company, "uscc", gs_args_get(args, "uscc"));
        set_text(company, "name", gs_args_get(args, "company"));
        json_object_set_new(body, "company", company);
    }
    if (gs_args_has(args, "driver") || gs_args_has(args, "phone")) {
        json_t *driver = json_object();
        set_text(driver, "name", gs_args_get(args, "driver"));
        set_text(driver, "phone", gs_args_get(args, "phone"));
        json_object_set_new(body, "driver", driver);
    }
    set_text(body, "declaration_no", gs_args_get(args, "declaration"));
    set_text(body, "reference", gs_args_get(args, "reference"));
    if (gs_args_has(args, "urgent")) {
        set_text(body, "priority", "urgent");
    }
}

/* "cutoff,quota", also with the commas of a Chinese keyboard. */
static void add_rules(json_t *list, const char *typed)
{
    char plain[GS_TYPED_MAX];
    const char *at = plain, *word;
    size_t len = 0;
    if (gs_typed_plain(typed, plain, sizeof plain) != GS_OK) {
        json_array_append_new(list, json_string(typed));
        return;
    }
    while ((word = gs_typed_next(&at, &len)) != NULL) {
        json_array_append_new(list, json_stringn(word, len));
    }
}

void gs_request_add_exception(const struct gs_args *args, json_t *body)
{
    const char *typed = NULL;
    if (!gs_args_has(args, "exception") && !gs_args_has(args, "reason")) {
        return;
    }
    json_t *exception = json_object(), *rules = json_array();
    for (size_t i = 0; (typed = gs_args_nth(args, "exception", i)) != NULL; i++) {
        add_rules(rules, typed);
    }
    json_object_set_new(exception, "rules", rules);
    set_text(exception, "reason", gs_args_get(args, "reason"));
    json_object_set_new(body, "exception", exception);
}

enum gs_exit gs_request_make(struct gs_cli *cli, const struct gs_args *args, bool walk_in, char **out_text)
{
    const char *file = gs_args_operand(args, 0);
    if (file != NULL) {
        return gs_request_file(cli, file, out_text);
    }
    json_t *body = json_object();
    enum gs_exit rc = GS_EXIT_OK;
    if (!walk_in) {
        rc = gs_request_add_wish(cli, args, body);
        if (gs_args_has(args, "flexible")) {
            json_object_set_new(body, "flexible", json_true());
        }
        if (gs_args_has(args, "waitlist")) {
            json_object_set_new(body, "waitlist", json_true());
        }
    }
    if (rc != GS_EXIT_OK) {
        json_decref(body);
        return rc;
    }
    add_truck(args, body);
    gs_request_add_exception(args, body);
    char *text = gs_json_steal_text(body);
    if (text == NULL) {
        return gs_cli_fail(cli, GS_EXIT_OTHER, W_NO_MEMORY, NULL);
    }
    *out_text = text;
    return GS_EXIT_OK;
}
