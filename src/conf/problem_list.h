/* The list of a file's problems, and how what was found is shown in them. */
#ifndef GATESLOT_CONF_PROBLEM_LIST_H
#define GATESLOT_CONF_PROBLEM_LIST_H

#include "gateslot/conf/conf.h"

#define GS_PROBLEM_FILE "(file)" /* the key where the file as a whole is to blame; also for "" */
#define GS_PROBLEM_YAML "(yaml)" /* the key where its form is */

#define GS_SHOWN_MAX 64 /* room for a found text in a message */

/* Adds in the order of line and column; the same problem at the same place is kept once. */
void gs_problem_add(struct gs_config_problems *problems, int line, int column, const char *key, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
/* The same, with a message already made. */
void gs_problem_put(struct gs_config_problems *problems, int line, int column, const char *key, const char *message);
/* Makes the last of a full list say how many more there were. Call once, after the last problem. */
void gs_problem_close(struct gs_config_problems *problems);

/* text fit to be shown in one line: control bytes become '?', what is too long ends in "...". Returns out. */
const char *gs_problem_shown(char *out, size_t size, const char *text);

/* The candidate most like word, near enough to be meant; keeps the better of *best and candidate. Start with *best NULL. */
void gs_problem_suggest(const char *word, const char *candidate, const char **best);

#endif
