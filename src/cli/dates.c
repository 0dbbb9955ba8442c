/* Turns the words people use for a day into a date, given the site's today. It asks nobody what day it is. */
#include "dates.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define DAYS_AHEAD_MAX 36500

bool gs_date_word_absolute(const char *word)
{
    gs_date date;
    return gs_date_parse(word, strlen(word), &date) == GS_OK;
}

static int parse_offset(const char *word, int32_t *out_days)
{
    if (word[0] != '+' || word[1] < '0' || word[1] > '9') {
        return GS_E_INVALID;
    }
    char *end = NULL;
    long days = strtol(word + 1, &end, 10);
    if (strcmp(end, "d") != 0 || days > DAYS_AHEAD_MAX) {
        return GS_E_INVALID;
    }
    *out_days = (int32_t)days;
    return GS_OK;
}

static int parse_named(const char *word, gs_date today, int32_t *out_days)
{
    static const struct {
        const char *word;
        int32_t days;
    } named[] = {{"today", 0}, {"tomorrow", 1}, {"今天", 0}, {"明天", 1}};
    static const char *const weekdays[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
    for (size_t i = 0; i < sizeof named / sizeof named[0]; i++) {
        if (strcasecmp(word, named[i].word) == 0) {
            *out_days = named[i].days;
            return GS_OK;
        }
    }
    for (int i = 0; i < 7; i++) {
        if (strcasecmp(word, weekdays[i]) == 0) {
            *out_days = (i - gs_date_weekday(today) + 7) % 7;
            return GS_OK;
        }
    }
    return GS_E_INVALID;
}

int gs_date_word(const char *word, gs_date today, gs_date *out)
{
    int32_t days = 0;
    if (gs_date_parse(word, strlen(word), out) == GS_OK) {
        return GS_OK;
    }
    if (parse_offset(word, &days) != GS_OK && parse_named(word, today, &days) != GS_OK) {
        return GS_E_INVALID;
    }
    *out = today + days;
    return GS_OK;
}
