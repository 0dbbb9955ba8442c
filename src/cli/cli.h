/* A run of the client: how to reach the daemon, where to print and in which language, and the ways to call it. */
#ifndef GATESLOT_CLI_CLI_H
#define GATESLOT_CLI_CLI_H

#include "client.h"
#include "gateslot/base/time.h"
#include "words.h"
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

enum gs_exit {
    GS_EXIT_OK = 0,
    GS_EXIT_OTHER = 1,
    GS_EXIT_USAGE = 2,
    GS_EXIT_NOT_FOUND = 3,
    GS_EXIT_CONFLICT = 4,
    GS_EXIT_INVALID = 5,
    GS_EXIT_DENIED = 6,
    GS_EXIT_UNREACHABLE = 7,
    GS_EXIT_TOO_MANY = 8,
    GS_EXIT_INTERRUPTED = 130
};

struct gs_site {              /* what the client needs of GET /v1/site */
    bool known, drill, asked; /* asked: for the names of the windows, once */
    struct gs_tz *tz;         /* owned by the run */
    int64_t now_ms;
    json_t *windows; /* owned; as the site lists them */
};

struct gs_cli {
    struct gs_transport *transport; /* borrowed */
    FILE *out, *err;                /* borrowed */
    const char *url;                /* for messages */
    const char *cacert;             /* the file that says whom https:// trusts; NULL or "": the system's */
    enum gs_cli_lang lang;
    bool json;
    bool terminal;                               /* out is one */
    int width;                                   /* columns of the terminal out is; 0: none, no bound */
    bool colour;                                 /* out is a terminal that may be coloured */
    bool progress;                               /* err is a terminal */
    void (*catch_interrupt)(struct gs_cli *cli); /* NULL: SIGINT is not caught */
    void *owner;                                 /* for catch_interrupt */
    struct gs_site site;                         /* fetched when first needed */
};

void gs_cli_finish(struct gs_cli *cli);

/* An answer of the daemon that says yes: its body and the body read. */
struct gs_cli_answer {
    struct gs_response response;
    json_t *json; /* owned; NULL if there is no JSON body */
};
void gs_cli_answer_finish(struct gs_cli_answer *r); /* also after a failed call */

/* Sends a call. GS_EXIT_OK only with a 2xx and, where a body came, JSON that can be read (unless the call accepts something else);
 * otherwise everything is said already (the problem on stderr, or its body on stdout with --json) and the result is the exit status. */
enum gs_exit gs_cli_call(struct gs_cli *cli, const struct gs_client_call *call,
                         struct gs_cli_answer *out) GS_MUST_CHECK;
enum gs_exit gs_cli_get(struct gs_cli *cli, const char *path, struct gs_cli_answer *out) GS_MUST_CHECK;
/* A write with a fresh random Idempotency-Key, or the given one; a lost answer tells the key. body NULL: none. */
enum gs_exit gs_cli_post(struct gs_cli *cli, const char *path, const char *body, const char *key,
                         struct gs_cli_answer *out) GS_MUST_CHECK;
/* As gs_cli_call but says nothing about a refusal: GS_EXIT_OK for any HTTP answer. */
enum gs_exit gs_cli_try(struct gs_cli *cli, const struct gs_client_call *call, struct gs_cli_answer *out) GS_MUST_CHECK;
/* A write with a fresh key, otherwise the same. */
enum gs_exit gs_cli_try_post(struct gs_cli *cli, const char *path, const char *body,
                             struct gs_cli_answer *out) GS_MUST_CHECK;
/* The second half of gs_cli_try: err is what send returned, out->response what it left. */
enum gs_exit gs_cli_read(struct gs_cli *cli, int err, struct gs_cli_answer *out) GS_MUST_CHECK;
/* Says why an answer is no (status ≥ 400); the exit status. */
enum gs_exit gs_cli_refused(struct gs_cli *cli, const struct gs_cli_answer *r);
/* The body as it came, with a newline after it. */
void gs_cli_print_body(struct gs_cli *cli, const struct gs_cli_answer *r);

/* Name, zone and clock of the site; once per run. */
enum gs_exit gs_cli_site(struct gs_cli *cli) GS_MUST_CHECK;
/* DATE (dates.h) as YYYY-MM-DD; NULL is today. Asks the site only where it must. */
enum gs_exit gs_cli_date(struct gs_cli *cli, const char *word, char out[GS_DATE_TEXT]) GS_MUST_CHECK;
/* DATE or FROM..TO (gs_date_range) as the first and the last of these days; NULL is today. */
enum gs_exit gs_cli_range(struct gs_cli *cli, const char *word, char out_from[GS_DATE_TEXT],
                          char out_to[GS_DATE_TEXT]) GS_MUST_CHECK;
/* The call with ?date=… behind its path, the date as gs_cli_date takes it. The answer is to be finished whatever is returned. */
enum gs_exit gs_cli_call_of_date(struct gs_cli *cli, const struct gs_client_call *call, const char *word,
                                 struct gs_cli_answer *out) GS_MUST_CHECK;

/* What a window is called for people: in Chinese by the name the site gives it, else by its id. Valid as long as both. */
const char *gs_cli_window(struct gs_cli *cli, const char *id);
/* The same of a window as an answer has it, which may have a name of its own on some days. */
const char *gs_cli_window_of(struct gs_cli *cli, const json_t *window);
/* The id of the window that was typed, by its id or its name in any width; as it stands if the site has none of that name: it may
 * have had it once, or has it on some days. Valid as long as the run and typed. */
const char *gs_cli_window_id(struct gs_cli *cli, const char *typed);
/* For a window nothing was found of, or that the daemon refused: says on stderr which one was probably meant, or which there are;
 * nothing if it is one of the site's. NULL is none. */
void gs_cli_hint_window(struct gs_cli *cli, const char *typed);

/* GET /v1/RESOURCE of the day or days that word stands for: the body with --json or as CSV, else as print lays it out. */
enum gs_exit gs_cli_show_day(struct gs_cli *cli, const char *resource, const char *word, bool csv,
                             void (*print)(struct gs_cli *cli, const json_t *answer)) GS_MUST_CHECK;

/* "gateslot: TEXT" on stderr, and more (if not NULL) behind it; broken between words on a terminal. */
void gs_cli_say(struct gs_cli *cli, const char *text, const char *more);
/* "gateslot: WORD" on stderr, with what (if not NULL) in place of the "{}" in it, or behind it; returns exit for
 * `return gs_cli_fail(…)`. */
enum gs_exit gs_cli_fail(struct gs_cli *cli, enum gs_exit exit_status, enum gs_word word, const char *what);
/* The word in the run's language. */
static inline const char *gs_cli_word(const struct gs_cli *cli, enum gs_word word)
{
    return gs_word(cli->lang, word);
}

/* Members of an answer; defaults where they are missing, null or of another type. */
/* The JSON of an answer, NULL if it is none; for people (not --json) without what would act on their terminal. */
json_t *gs_cli_json(const struct gs_cli *cli, const struct gs_buf *body);
const char *gs_get_text(const json_t *object, const char *key); /* "" */
int64_t gs_get_int(const json_t *object, const char *key, int64_t otherwise);
bool gs_get_bool(const json_t *object, const char *key);
/* "2026-11-25T08:30:00+08:00" → "08:30", "2026-11-25 08:30"; "" if text is no such time. */
void gs_time_of(const char *rfc3339, char out[GS_HHMM_TEXT]);
void gs_date_time_of(const char *rfc3339, char out[20]);
/* JSON text of value, to be freed by free(); NULL without memory. Takes the reference. */
char *gs_json_steal_text(json_t *value);

#endif
