/* One scalar of the file → one typed field, strictly: no type is guessed, nothing is converted. An integer is decimal and
 * unquoted, a bool is true or false, a text that reads like another type must be quoted. */
#include "scalar.h"

#include "gateslot/base/text.h"
#include "gateslot/base/time.h"
#include "options.h"
#include "problem_list.h"
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const weekdays[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
bool gs_scalar_is_null(const char *text, bool plain)
{
    return plain && (text[0] == '\0' || strcmp(text, "~") == 0 || strcmp(text, "null") == 0 ||
                     strcmp(text, "Null") == 0 || strcmp(text, "NULL") == 0);
}

static void store_int(void *field, size_t size, int32_t value)
{
    assert(size == sizeof value);
    memcpy(field, &value, sizeof value);
}

static void store_bool(void *field, size_t size, bool value)
{
    assert(size == sizeof value);
    memcpy(field, &value, sizeof value);
}

/* -?(0|[1-9][0-9]*) that fits */
static bool parse_int(const char *text, int64_t *out)
{
    const char *digits = text[0] == '-' ? text + 1 : text;
    size_t len = strlen(digits);
    if (len == 0 || strspn(digits, "0123456789") != len || (digits[0] == '0' && (len > 1 || digits != text))) {
        return false;
    }
    errno = 0;
    *out = strtoll(text, NULL, 10);
    return errno == 0;
}

static bool take_int(const struct gs_option *o, const char *text, void *field)
{
    int64_t value;
    if (!parse_int(text, &value) || value < o->min || value > o->max) {
        return false;
    }
    store_int(field, o->size, (int32_t)value);
    return true;
}

static bool take_bool(const struct gs_option *o, const char *text, void *field)
{
    bool value = strcmp(text, "true") == 0;
    if (!value && strcmp(text, "false") != 0) {
        return false;
    }
    store_bool(field, o->size, value);
    return true;
}

static bool take_time(const struct gs_option *o, const char *text, void *field)
{
    int32_t min;
    if (gs_hhmm_parse(text, strlen(text), o->max == 1440, &min) != GS_OK) {
        return false;
    }
    store_int(field, o->size, min);
    return true;
}

static bool take_date(const struct gs_option *o, const char *text, void *field)
{
    gs_date date;
    if (gs_date_parse(text, strlen(text), &date) != GS_OK) {
        return false;
    }
    store_int(field, o->size, date);
    return true;
}

static bool take_weekday(const struct gs_option *o, const char *text, void *field)
{
    for (int32_t i = 0; i < 7; i++) {
        if (strcmp(text, weekdays[i]) == 0) {
            store_int(field, o->size, i);
            return true;
        }
    }
    return false;
}

/* Would YAML's readers take it for a bool or a number? */
static bool reads_like_another_type(const char *text)
{
    return strcmp(text, "true") == 0 || strcmp(text, "false") == 0 ||
           (strpbrk(text, "0123456789") != NULL && strspn(text, "0123456789+-._") == strlen(text));
}

/* Controls, line breaks and marks of direction change what is printed around them. */
static bool has_banned(const char *text)
{
    size_t len = strlen(text);
    for (size_t at = 0; at < len;) {
        if (gs_point_banned(gs_utf8_next(text, len, &at))) {
            return true;
        }
    }
    return false;
}

/* false with the reason in message, which may stay empty. */
static bool take_text(const struct gs_option *o, const char *text, bool plain, void *field,
                      char message[GS_SCALAR_MESSAGE])
{
    char reason[GS_OPTION_REASON], shown[GS_SHOWN_MAX];
    if (plain && reads_like_another_type(text)) {
        (void)snprintf(message, GS_SCALAR_MESSAGE, "found %s without quotes, expected a text: \"%s\"",
                       gs_problem_shown(shown, sizeof shown, text), shown);
        return false;
    }
    if (has_banned(text)) {
        (void)snprintf(message, GS_SCALAR_MESSAGE,
                       "found a control character, line break or mark of direction, expected none");
        return false;
    }
    if (text[0] != '\0' && !gs_text_visible(text, strlen(text))) {
        (void)snprintf(message, GS_SCALAR_MESSAGE, "found only blanks, expected a text");
        return false;
    }
    size_t len = strlen(text);
    if ((int64_t)len < o->min || (int64_t)len > o->max) {
        char expected[96];
        gs_option_expected(o, expected, sizeof expected);
        (void)snprintf(message, GS_SCALAR_MESSAGE, "found %zu bytes, expected %s", len, expected);
        return false;
    }
    if (o->take != NULL && !o->take(text, field, o->size, reason)) {
        (void)snprintf(message, GS_SCALAR_MESSAGE, "found \"%s\", %s", gs_problem_shown(shown, sizeof shown, text),
                       reason);
        return false;
    }
    return o->take != NULL || gs_text_copy(field, o->size, text);
}

static const char *meant_bool(const char *text)
{
    static const char *const yes[] = {"yes", "Yes", "YES", "on", "On", "ON", "True", "TRUE", "y", "Y"};
    static const char *const no[] = {"no", "No", "NO", "off", "Off", "OFF", "False", "FALSE", "n", "N"};
    for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++) {
        if (strcmp(text, yes[i]) == 0) {
            return "true";
        }
        if (strcmp(text, no[i]) == 0) {
            return "false";
        }
    }
    return NULL;
}

/* "Sunday", "SUN", "sum" */
static const char *meant_weekday(const char *text)
{
    const char *best = NULL;
    char lower[16] = "";
    for (size_t i = 0; i < sizeof lower - 1 && text[i] != '\0'; i++) {
        lower[i] = (char)(text[i] >= 'A' && text[i] <= 'Z' ? text[i] + ('a' - 'A') : text[i]);
    }
    for (int i = 0; i < 7; i++) {
        if (strncmp(lower, weekdays[i], strlen(weekdays[i])) == 0) {
            return weekdays[i];
        }
        gs_problem_suggest(lower, weekdays[i], &best);
    }
    return best;
}

static void explain(const struct gs_option *o, const char *text, bool plain, char message[GS_SCALAR_MESSAGE])
{
    char expected[96], shown[GS_SHOWN_MAX];
    gs_option_expected(o, expected, sizeof expected);
    (void)gs_problem_shown(shown, sizeof shown, text);
    const char *meant = NULL;
    if (o->type == GS_OPTION_BOOL) {
        meant = meant_bool(text);
    } else if (o->type == GS_OPTION_WEEKDAY) {
        meant = meant_weekday(text);
    }
    (void)snprintf(message, GS_SCALAR_MESSAGE, "found %s%s%s, expected %s%s%s%s%s", plain ? "" : "the quoted text \"",
                   shown, plain ? "" : "\"", expected,
                   !plain && (o->type == GS_OPTION_INT || o->type == GS_OPTION_BOOL) ? " without quotes" : "",
                   meant == NULL ? "" : "; did you mean ", meant == NULL ? "" : meant, meant == NULL ? "" : "?");
}

bool gs_scalar_take(const struct gs_option *option, const char *text, bool plain, void *field,
                    char message[GS_SCALAR_MESSAGE])
{
    bool taken = false;
    message[0] = '\0';
    if (gs_scalar_is_null(text, plain)) {
        char expected[96];
        gs_option_expected(option, expected, sizeof expected);
        (void)snprintf(message, GS_SCALAR_MESSAGE, "has no value, expected %s", expected);
        return false;
    }
    switch (option->type) {
    case GS_OPTION_INT:
        taken = plain && take_int(option, text, field);
        break;
    case GS_OPTION_BOOL:
        taken = plain && take_bool(option, text, field);
        break;
    case GS_OPTION_TEXT:
        taken = take_text(option, text, plain, field, message);
        break;
    case GS_OPTION_TIME:
        taken = take_time(option, text, field);
        break;
    case GS_OPTION_DATE:
        taken = take_date(option, text, field);
        break;
    case GS_OPTION_WEEKDAY:
        taken = take_weekday(option, text, field);
        break;
    case GS_OPTION_LIST:
    case GS_OPTION_MAP:
        break;
    }
    if (!taken && message[0] == '\0') {
        explain(option, text, plain, message);
    }
    return taken;
}

void gs_scalar_clear(const struct gs_option *option, void *field)
{
    switch (option->type) {
    case GS_OPTION_INT:
    case GS_OPTION_TIME:
    case GS_OPTION_DATE:
    case GS_OPTION_WEEKDAY:
        store_int(field, option->size, -1);
        break;
    case GS_OPTION_BOOL:
        store_bool(field, option->size, false);
        break;
    case GS_OPTION_TEXT:
    case GS_OPTION_LIST:
    case GS_OPTION_MAP:
        break; /* the struct was zeroed: "", no entries */
    }
}
