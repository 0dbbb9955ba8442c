/* Configuration: YAML → tree with positions → the one table of options → typed config. All problems of a file at once. */
#ifndef GATESLOT_CONF_CONF_H
#define GATESLOT_CONF_CONF_H

#include "gateslot/base/arena.h"
#include "gateslot/base/error.h"
#include "gateslot/base/ip.h"
#include "gateslot/base/option_change.h"
#include "gateslot/base/outbound.h"
#include "gateslot/base/rate.h"
#include "gateslot/base/rules.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum gs_listen_kind { GS_LISTEN_UNIX, GS_LISTEN_TCP };
struct gs_listen {
    enum gs_listen_kind kind;
    char address[108]; /* socket path; or host, numeric, IPv6 without brackets */
    uint16_t port;
    bool tls; /* https:// */
};

/* Who comes over a Unix socket without a token has this role, by the name of its user or of a group of its. */
struct gs_peer_rule {
    char name[GS_GROUP_NAME_MAX + 1];
    char role[16]; /* one of gs_role_name's */
};

struct gs_config {
    struct gs_rules rules; /* owned, with its zone and calendar */
    int32_t peer_user_count, peer_group_count;
    struct gs_peer_rule peer_users[GS_MAX_PEERS], peer_groups[GS_MAX_PEERS];
    int32_t session_idle_min, session_absolute_hours; /* sessions.* */
    int32_t listen_count;
    struct gs_listen listen[GS_MAX_LISTEN];
    struct gs_rate_limits rates; /* of limits */
    int32_t proxy_count;
    struct gs_ip_network proxies[GS_MAX_PROXIES]; /* trusted_proxies */
    bool proxy_protocol;
    struct { /* webhooks */
        int32_t count;
        struct gs_outbound_entry allow[GS_MAX_OUTBOUND];
        char ca_file[1024]; /* "": the system's authorities */
    } webhooks;
    int32_t device_days, person_min;                                         /* devices: 0 days: no end */
    int32_t max_leap_min;                                                    /* clock.max_leap_minutes */
    int32_t refusals_kept;                                                   /* limits.refusals_kept */
    int32_t keys_per_name;                                                   /* limits.keys_per_name */
    int32_t keys_total;                                                      /* limits.keys_total */
    int32_t client_memory_mb, connections_per_address, reserved_connections; /* of limits */
    char store[4096];           /* as gs_store_open takes it: the path of SQLite's file, or postgresql://… */
    char state_directory[1024]; /* without "/" at its end */
    char store_name[GS_STORE_NAME_MAX + 1]; /* "": the machine's */
    int32_t copies_promised;                /* store_copies.promised; where it is not given, what is usual */
    bool fewer_copies;                      /* store_copies.go_on_with_fewer */
    struct {
        char certificate[1024], key[1024]; /* paths; "": none */
    } tls;
    char *text; /* as it was read; owned */
    size_t text_len;
};

/* One problem, printed as FILE:LINE:COL: KEY: message. Line and column from 1; 0 = of the file as a whole. */
struct gs_config_problem {
    int line, column;
    char key[128];     /* dotted: "windows.morning.start", "calendar[1].date"; no key to blame: "(file)", "(yaml)" */
    char message[320]; /* the reason, what was found, what is expected, "did you mean" */
};
struct gs_config_problems {
    size_t count; /* at most GS_CONFIG_PROBLEMS_MAX are kept, in the order of the file */
    struct gs_config_problem list[GS_CONFIG_PROBLEMS_MAX];
    size_t dropped; /* found beyond them; the last of the list then says so */
};

/* Puts its message into Chinese, as far as the form of the message is known. */
void gs_config_problem_chinese(struct gs_config_problem *problem);

#define GS_CONFIG_PROBLEM_TEXT 4608
/* The problem as --check-config prints it, without a line end; file is cut if longer than a path may be. */
void gs_config_problem_format(const struct gs_config_problem *problem, const char *file,
                              char out[GS_CONFIG_PROBLEM_TEXT]);

/* 0 (problems->count is 0), GS_E_INVALID with problems, or GS_E_NOMEM. A missing or unreadable file is a problem like any
 * other; an empty one gives every default. Load also judges the certificate and key that the file names, as of now; parse does not, so that
 * what was in force once can be read at any time. Windows come in order of start; an exception that moves one end of a window leaves
 * the other at -1. Free with gs_config_destroy. */
int gs_config_load(const char *path, struct gs_config **out, struct gs_config_problems *problems) GS_MUST_CHECK;
int gs_config_parse(const char *text, size_t len, struct gs_config **out,
                    struct gs_config_problems *problems) GS_MUST_CHECK;
void gs_config_destroy(struct gs_config *config);

bool gs_config_in_postgresql(const struct gs_config *config); /* is that where its store is? */
/* What the names of the files begin with that the daemon keeps beside the store: its own path, or a name in the state directory. */
#define GS_CONFIG_BESIDE 4096
void gs_config_beside(const struct gs_config *config, char out[GS_CONFIG_BESIDE]);

/* What of next cannot be taken over by a running daemon started with old: fills keys (text of the option, "listen") up to max, returns how many. */
size_t gs_config_needs_restart(const struct gs_config *old, const struct gs_config *next, const char **keys,
                               size_t max);

/* What next has otherwise than old or, of options that need a restart, than boot, with which the daemon was started. Values longer than
 * value_max bytes are cut. All texts are the arena's. GS_E_NOMEM. */
int gs_config_changes(const struct gs_config *boot, const struct gs_config *old, const struct gs_config *next,
                      size_t value_max, struct gs_arena *arena, struct gs_option_changes *out) GS_MUST_CHECK;

/* The option table: what is read, checked, compared at a reload and documented all follow from it, so that a new option is
 * one line there and one field of a struct. Also for the tests that hold sample and manual to it, and for /v1/site. */
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
/* Turns a text with a form of its own into its field; false with the reason ("expected …") if it has not that form. */
#define GS_OPTION_REASON 160
typedef bool gs_option_take(const char *text, void *field, size_t size, char reason[GS_OPTION_REASON]);

struct gs_option {
    const char *key; /* dotted, "*" for a window's name, "[]" for a list's entry: "windows.*.capacity" */
    enum gs_option_type type;
    int64_t min,
        max; /* INT: range; TIME: range in minutes; TEXT: length; LIST, MAP: entries; "*": length of the name */
    const char *fallback; /* the default as YAML text; NULL: required; "" : none */
    bool restart;         /* a change needs a restart */
    const char *doc;      /* one line */
    /* Where the value is kept: bytes into struct gs_config or, below "*" and "[]", into the entry's struct. A "*" keeps the name. */
    size_t offset, size;
    /* LIST, and MAP of "*": its entries are an array at offset (on_heap: behind a pointer there), counted by an int32_t. */
    size_t entry_size, count_offset;
    bool on_heap;
    bool lone;            /* LIST of numbers: one may stand there by itself, and 0 means none */
    gs_option_take *take; /* TEXT: NULL keeps the text as it is */
    /* "*": takes the name; NULL: [a-z][a-z0-9_]*. A TEXT keeps it apart from its value, at name_offset. */
    gs_option_take *take_name;
    size_t name_offset, name_size;
};
/* The nth of the rules that are one number, time of day or yes and no, or a list of numbers, in the order of the table; false past the last. */
bool gs_config_rule(const struct gs_rules *rules, size_t nth, struct gs_rule_value *out);

extern const struct gs_option gs_options[];
extern const size_t gs_option_count;

#endif
