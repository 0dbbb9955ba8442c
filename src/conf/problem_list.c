/* The list of a file's problems: kept in the order of the file, without repeats, bounded; and the texts that appear in
 * it: what was found, cut and made printable, and what may have been meant. It does not know what a problem is. */
#include "problem_list.h"

#include "gateslot/base/text.h"
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static int compare_place(const struct gs_config_problem *a, const struct gs_config_problem *b)
{
    if (a->line != b->line) {
        return a->line < b->line ? -1 : 1;
    }
    return (a->column > b->column) - (a->column < b->column);
}

static bool same(const struct gs_config_problem *a, const struct gs_config_problem *b)
{
    return compare_place(a, b) == 0 && strcmp(a->key, b->key) == 0 && strcmp(a->message, b->message) == 0;
}

static void insert(struct gs_config_problems *problems, const struct gs_config_problem *problem)
{
    size_t at = problems->count;
    while (at > 0 && compare_place(problem, &problems->list[at - 1]) < 0) {
        at--;
    }
    if (problems->count == GS_CONFIG_PROBLEMS_MAX) {
        problems->dropped++;
        if (at == GS_CONFIG_PROBLEMS_MAX) {
            return;
        }
        problems->count--;
    }
    memmove(&problems->list[at + 1], &problems->list[at], (problems->count - at) * sizeof problems->list[0]);
    problems->list[at] = *problem;
    problems->count++;
}

void gs_problem_put(struct gs_config_problems *problems, int line, int column, const char *key, const char *message)
{
    struct gs_config_problem problem = {.line = line, .column = column};
    (void)gs_problem_shown(problem.key, sizeof problem.key, key[0] == '\0' ? GS_PROBLEM_FILE : key);
    (void)gs_text_copy(problem.message, sizeof problem.message, message);
    for (size_t i = 0; i < problems->count; i++) {
        if (same(&problem, &problems->list[i])) {
            return;
        }
    }
    insert(problems, &problem);
}

void gs_problem_add(struct gs_config_problems *problems, int line, int column, const char *key, const char *format, ...)
{
    char message[1024];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(message, sizeof message, format, args);
    va_end(args);
    gs_problem_put(problems, line, column, key, message);
}

void gs_problem_close(struct gs_config_problems *problems)
{
    if (problems->dropped == 0) {
        return;
    }
    struct gs_config_problem *last = &problems->list[problems->count - 1];
    problems->dropped++;
    memset(last, 0, sizeof *last);
    (void)gs_text_copy(last->key, sizeof last->key, GS_PROBLEM_FILE);
    (void)snprintf(last->message, sizeof last->message, "%zu more problems are not shown", problems->dropped);
}

void gs_config_problem_format(const struct gs_config_problem *problem, const char *file,
                              char out[GS_CONFIG_PROBLEM_TEXT])
{
    (void)snprintf(out, GS_CONFIG_PROBLEM_TEXT, "%.4095s:%d:%d: %s: %s", file, problem->line, problem->column,
                   problem->key, problem->message);
}

/* How much of an address may be shown: of one that could have a password in it only its scheme. */
static size_t harmless(const char *text)
{
    const char *scheme = strstr(text, "://"), *at = strrchr(text, '@');
    const bool of_user = scheme != NULL && at > scheme && memchr(scheme + 3, ':', (size_t)(at - scheme - 3)) != NULL;
    const bool of_database = scheme != NULL && strstr(text, "postgres") != NULL && strpbrk(scheme, "?@") != NULL;
    return of_user || of_database ? (size_t)(scheme + 3 - text) : strlen(text);
}

const char *gs_problem_shown(char *out, size_t size, const char *text)
{
    const size_t len = harmless(text);
    if (text[len] != '\0' || !gs_text_copyn(out, size, text, len)) {
        (void)gs_text_copyn(out, size - 3, text, len);
        memcpy(out + strlen(out), "...", 4);
    }
    for (char *c = out; *c != '\0'; c++) {
        unsigned char byte = (unsigned char)*c;
        if (byte < 0x20 || byte == 0x7f) {
            *c = '?';
        }
    }
    return out;
}

void gs_problem_suggest(const char *word, const char *candidate, const char **best)
{
    size_t len = strlen(word);
    if (len >= GS_SHOWN_MAX || strlen(candidate) >= GS_SHOWN_MAX) {
        return;
    }
    size_t distance = gs_text_distance(word, candidate);
    size_t enough = len < 3 ? 0 : (len < 6 ? 1 : 2);
    if (distance > enough || (*best != NULL && distance >= gs_text_distance(word, *best))) {
        return;
    }
    *best = candidate;
}
