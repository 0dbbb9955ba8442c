/* What must hold between the values of a config and cannot be said of one of them alone: addresses given twice, times of
 * windows, a zone the system knows. The calendar's part is in calendar_rules.c. */
#include "check.h"

#include "gateslot/base/time.h"
#include <stdlib.h>
#include <string.h>

/* Offered for a name that the system does not know: where such sites are, and what is most often meant. */
static const char *const common_zones[] = {
    "Asia/Shanghai",  "Asia/Urumqi",      "Asia/Hong_Kong",      "Asia/Macau",    "Asia/Taipei",
    "Asia/Singapore", "Asia/Tokyo",       "Asia/Seoul",          "Europe/London", "Europe/Berlin",
    "Europe/Paris",   "America/New_York", "America/Los_Angeles", "Etc/UTC",       "UTC"};

static void check_windows(const struct gs_check *check)
{
    struct gs_rules *rules = &check->config->rules;
    const struct gs_node *windows = gs_tree_get(check->root, "windows");
    for (int32_t i = 0; i < rules->window_count; i++) {
        struct gs_window_rule *w = &rules->windows[i];
        gs_check_times(check, gs_tree_at(windows, (size_t)i), w->start_min, &w->end_min);
    }
}

static int by_start(const void *a, const void *b)
{
    const struct gs_window_rule *x = a, *y = b;
    return (x->start_min > y->start_min) - (x->start_min < y->start_min);
}

static void check_listen(const struct gs_check *check)
{
    const struct gs_config *c = check->config;
    const struct gs_node *list = gs_tree_get(check->root, "listen");
    for (int32_t i = 0; i < c->listen_count; i++) {
        const struct gs_listen *a = &c->listen[i];
        for (int32_t k = 0; k < i && a->address[0] != '\0'; k++) {
            const struct gs_listen *b = &c->listen[k];
            struct gs_node *node = gs_tree_at(list, (size_t)i);
            if (node != NULL && a->kind == b->kind && a->port == b->port && strcmp(a->address, b->address) == 0) {
                gs_tree_problem(check->problems, node, "the same address as listen[%d]", (int)k);
                break;
            }
        }
    }
}

/* The database is there if it has the one zone that every edition has. */
static bool knows_zones(void)
{
    struct gs_tz *utc;
    int err = gs_tz_load("UTC", &utc);
    if (err == GS_OK) {
        gs_tz_destroy(utc);
    }
    return err != GS_E_NOTFOUND;
}

static void told_zone(const struct gs_check *check, const char *name, const char *what)
{
    struct gs_node *node = gs_tree_get(gs_tree_get(check->root, "site"), "timezone");
    char shown[GS_SHOWN_MAX];
    (void)gs_problem_shown(shown, sizeof shown, name);
    if (node == NULL) {
        gs_problem_add(check->problems, 0, 0, "site.timezone", "the default \"%s\": %s", shown, what);
    } else {
        gs_tree_problem(check->problems, node, "found \"%s\": %s", shown, what);
    }
}

/* What is wrong with the name, or with the system: the difference decides who has to do what. */
static void unknown_zone(const struct gs_check *check, const char *name, int err)
{
    struct gs_node *node = gs_tree_get(gs_tree_get(check->root, "site"), "timezone");
    const char *best = NULL;
    char shown[GS_SHOWN_MAX];
    if (gs_tz_name_valid(name) && err != GS_E_NOTFOUND) {
        told_zone(check, name, "the system's file of this time zone cannot be read, or is damaged");
        return;
    }
    if (gs_tz_name_valid(name) && !knows_zones()) {
        told_zone(check, name, "the system has no time zones at all; install the package tzdata");
        return;
    }
    for (size_t i = 0; i < sizeof common_zones / sizeof common_zones[0]; i++) {
        gs_problem_suggest(name, common_zones[i], &best);
    }
    if (node == NULL || (best != NULL && strcmp(best, name) == 0)) {
        told_zone(check, name, "the system lacks this time zone; install the package tzdata again");
        return;
    }
    (void)gs_problem_shown(shown, sizeof shown, name);
    gs_tree_problem(check->problems, node, "found \"%s\", expected an IANA name that the system knows%s%s%s", shown,
                    best == NULL ? ", such as Asia/Shanghai" : "; did you mean ", best == NULL ? "" : best,
                    best == NULL ? "" : "?");
}

static int check_zone(const struct gs_check *check)
{
    struct gs_rules *rules = &check->config->rules;
    const struct gs_node *node = gs_tree_get(gs_tree_get(check->root, "site"), "timezone");
    if (node != NULL && node->bad) {
        return GS_OK;
    }
    int err = gs_tz_load(rules->timezone, &rules->tz);
    if (err == GS_E_NOMEM) {
        return err;
    }
    if (err != GS_OK) {
        unknown_zone(check, rules->timezone, err);
    }
    return GS_OK;
}

static void check_reminders(const struct gs_check *check)
{
    const struct gs_rules *rules = &check->config->rules;
    const struct gs_node *list = gs_tree_get(gs_tree_get(check->root, "reminders"), "before_minutes");
    for (int32_t i = 1; i < rules->reminder_count; i++) {
        int32_t k = 0;
        while (rules->reminder_min[k] != rules->reminder_min[i]) {
            k++;
        }
        struct gs_node *node = gs_tree_at(list, (size_t)i);
        if (k < i && node != NULL && !node->bad) {
            gs_tree_problem(check->problems, node, "the same number as reminders.before_minutes[%d]", (int)k);
        }
    }
}

/* What is usual depends on where the store is; and a file is one copy. */
static void check_copies(const struct gs_check *check)
{
    struct gs_config *c = check->config;
    const int32_t usual = gs_config_in_postgresql(c) ? 2 : 1;
    const struct gs_node *store = gs_tree_get(check->root, "store");
    struct gs_node *node = gs_tree_get(gs_tree_get(check->root, "store_copies"), "promised");
    if (c->copies_promised > 1 && usual == 1 && node != NULL && !node->bad && (store == NULL || !store->bad)) {
        gs_tree_problem(check->problems, node, "found %d, expected 1: a store in a file is one copy",
                        (int)c->copies_promised);
    }
    c->copies_promised = c->copies_promised > 0 ? c->copies_promised : usual;
}

int gs_check_config(const struct gs_check *check)
{
    struct gs_rules *rules = &check->config->rules;
    check_listen(check);
    check_copies(check);
    int err = gs_check_paths(check);
    err = err == GS_OK ? gs_check_tls(check) : err;
    if (err != GS_OK) {
        return err;
    }
    check_windows(check);
    check_reminders(check);
    gs_check_calendar(check);
    qsort(rules->windows, (size_t)rules->window_count, sizeof rules->windows[0], by_start);
    return check_zone(check);
}
