/* Configuration: YAML → tree with positions → the one table of options → typed config. All problems of a file at once. */
#ifndef GATESLOT_CONF_CONF_H
#define GATESLOT_CONF_CONF_H

#include "gateslot/base/error.h"
#include "gateslot/base/rules.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum gs_listen_kind { GS_LISTEN_UNIX, GS_LISTEN_TCP };
struct gs_listen {
    enum gs_listen_kind kind;
    char address[108]; /* socket path; or host, numeric, IPv6 without brackets */
    uint16_t port;
};

struct gs_config {
    struct gs_rules rules; /* owned, with its zone and calendar */
    int32_t listen_count;
    struct gs_listen listen[GS_MAX_LISTEN];
    char store_path[4096]; /* without "sqlite:" */
};

/* One problem, printed as FILE:LINE:COL: KEY: message. Line and column from 1; 0 = of the file as a whole. */
struct gs_config_problem {
    int line, column;
    char key[128];     /* dotted: "windows.morning.start", "calendar[1].date" */
    char message[256]; /* the reason, what was found, what is expected, "did you mean" */
};
struct gs_config_problems {
    size_t count; /* at most GS_CONFIG_PROBLEMS_MAX are kept */
    struct gs_config_problem list[GS_CONFIG_PROBLEMS_MAX];
};

/* 0, or GS_E_INVALID with problems. A missing or unreadable file is a problem like any other. Free with gs_config_destroy. */
int gs_config_load(const char *path, struct gs_config **out, struct gs_config_problems *problems) GS_MUST_CHECK;
int gs_config_parse(const char *text, size_t len, struct gs_config **out,
                    struct gs_config_problems *problems) GS_MUST_CHECK;
void gs_config_destroy(struct gs_config *config);

/* What of next cannot be taken over by a running daemon started with old: fills keys (text of the option, "listen") up to max, returns how many. */
size_t gs_config_needs_restart(const struct gs_config *old, const struct gs_config *next, const char **keys,
                               size_t max);

/* The option table, for the tests that hold sample and manual to it, and for /v1/site. */
enum gs_option_type {
    GS_OPTION_INT,
    GS_OPTION_BOOL,
    GS_OPTION_TEXT,
    GS_OPTION_TIME,
    GS_OPTION_DATE,
    GS_OPTION_WEEKDAY,
    GS_OPTION_LIST,
    GS_OPTION_MAP
};
struct gs_option {
    const char *key; /* dotted, "*" for a window's name, "[]" for a list's entry: "windows.*.capacity" */
    enum gs_option_type type;
    int64_t min, max;     /* INT: range; TEXT: length */
    const char *fallback; /* the default as text; NULL: required; "" : none */
    bool restart;         /* a change needs a restart */
    const char *doc;      /* one line */
};
extern const struct gs_option gs_options[];
extern const size_t gs_option_count;

#endif
