/* What must hold between the values of a config. */
#ifndef GATESLOT_CONF_CHECK_H
#define GATESLOT_CONF_CHECK_H

#include "tree.h"

#define GS_DAY_MIN 1440

struct gs_check {
    struct gs_config *config;
    const struct gs_node *root; /* NULL: an empty file */
    struct gs_config_problems *problems;
    bool reads_files; /* those that the config names, too */
};

/* ---- conf.c ---- */
/* gs_config_parse, or with the files that it names. */
int gs_config_read(const char *text, size_t len, bool reads_files, struct gs_config **out,
                   struct gs_config_problems *problems) GS_MUST_CHECK;

/* Checks a walked config, and completes it: ends over midnight, windows in order, which exceptions are by date, the zone.
 * Values already found bad are left out of account. Only GS_E_NOMEM fails. */
int gs_check_config(const struct gs_check *check) GS_MUST_CHECK;

/* Its part for the calendar (calendar_rules.c); windows are normalised before, and put in order after. */
void gs_check_calendar(const struct gs_check *check);

/* Its part for the paths (paths.c). Only GS_E_NOMEM fails. */
int gs_check_paths(const struct gs_check *check) GS_MUST_CHECK;

/* Its part for TLS (tls_files.c). Only GS_E_NOMEM fails. */
int gs_check_tls(const struct gs_check *check) GS_MUST_CHECK;

/* ---- window_times.c ---- */
/* The node of a window's time if the file gives it, else the window's own. */
struct gs_node *gs_check_time_node(struct gs_node *window, const char *first, const char *second);
/* Start and end of a window at node: the end moves to the next day where it lies before the start; an empty window is a problem. */
void gs_check_times(const struct gs_check *check, struct gs_node *window, int32_t start_min, int32_t *end_min);

#endif
