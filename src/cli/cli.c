/* A run of the client: calls the daemon, turns what goes wrong into words and exit statuses, and knows the site's day. It knows no
 * command and lays out no table. */
#include "cli.h"
#include "dates.h"
#include "problem_view.h"
#include "text_width.h"
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

void gs_cli_finish(struct gs_cli *cli)
{
    gs_tz_destroy(cli->site.tz);
    json_decref(cli->site.windows);
    cli->site = (struct gs_site){0};
}

enum gs_exit gs_cli_show_day(struct gs_cli *cli, const char *resource, const char *word, bool csv,
                             void (*print)(struct gs_cli *cli, const json_t *answer))
{
    char from[GS_DATE_TEXT], to[GS_DATE_TEXT], path[96];
    enum gs_exit rc = gs_cli_range(cli, word, from, to);
    if (rc != GS_EXIT_OK) {
        return rc;
    }
    snprintf(path, sizeof path, "/v1/%s?from=%s&to=%s", resource, from, to);
    struct gs_cli_answer r;
    const struct gs_client_call call = {.method = "GET", .path = path, .accept = csv ? "text/csv" : NULL};
    rc = gs_cli_call(cli, &call, &r);
    if (rc == GS_EXIT_OK && (cli->json || csv)) {
        gs_cli_print_body(cli, &r);
    } else if (rc == GS_EXIT_OK) {
        print(cli, r.json);
    }
    gs_cli_answer_finish(&r);
    return rc;
}

enum gs_exit gs_cli_fail(struct gs_cli *cli, enum gs_exit exit_status, enum gs_word word, const char *what)
{
    char text[512];
    const char *const values[] = {what, NULL};
    bool gap = strstr(gs_cli_word(cli, word), "{}") != NULL;
    gs_cli_say(cli, gs_word_fill(cli->lang, word, values, text, sizeof text), gap ? NULL : what);
    return exit_status;
}

void gs_cli_answer_finish(struct gs_cli_answer *r)
{
    json_decref(r->json);
    r->json = NULL;
    gs_response_finish(&r->response);
}

static enum gs_exit unreachable(struct gs_cli *cli, const struct gs_response *r)
{
    static const enum gs_word words[] = {
        [GS_DISTRUST_SIGNER] = W_UNKNOWN_SIGNER, [GS_DISTRUST_EXPIRED] = W_CERT_EXPIRED,
        [GS_DISTRUST_NOT_YET] = W_CERT_NOT_YET,  [GS_DISTRUST_HOST] = W_CERT_OTHER_HOST,
        [GS_DISTRUST_OTHER] = W_CERT_NOT_GOOD,   [GS_DISTRUST_CACERT] = W_NO_CACERT,
        [GS_DISTRUST_NO_TLS] = W_NO_TLS_THERE};
    if (r->distrust != GS_DISTRUST_NONE) {
        const char *what = r->distrust == GS_DISTRUST_CACERT ? cli->cacert : r->url != NULL ? r->url : cli->url;
        return gs_cli_fail(cli, GS_EXIT_UNREACHABLE, words[r->distrust], what);
    }
    fprintf(cli->err, "gateslot: %s %s (%s)\n", gs_cli_word(cli, W_UNREACHABLE), cli->url, r->fault);
    return GS_EXIT_UNREACHABLE;
}

enum gs_exit gs_cli_read(struct gs_cli *cli, int err, struct gs_cli_answer *out)
{
    if (err == GS_E_NOMEM) {
        return gs_cli_fail(cli, GS_EXIT_OTHER, W_NO_MEMORY, NULL);
    }
    if (err != GS_OK) {
        return unreachable(cli, &out->response);
    }
    out->json = gs_cli_json(cli, &out->response.body);
    return GS_EXIT_OK;
}

enum gs_exit gs_cli_try(struct gs_cli *cli, const struct gs_client_call *call, struct gs_cli_answer *out)
{
    out->json = NULL;
    return gs_cli_read(cli, cli->transport->send(cli->transport->self, call, &out->response), out);
}

enum gs_exit gs_cli_refused(struct gs_cli *cli, const struct gs_cli_answer *r)
{
    if (cli->json && r->json != NULL) {
        gs_cli_print_body(cli, r);
    } else if (r->response.status == 429 && r->response.retry_after_s > 0 &&
               gs_get_text(r->json, "detail")[0] == '\0') {
        char seconds[24]; /* a proxy's answer has no sentence of its own */
        snprintf(seconds, sizeof seconds, "%lld", (long long)r->response.retry_after_s);
        return gs_cli_fail(cli, GS_EXIT_TOO_MANY, W_TOO_MANY, seconds);
    } else {
        gs_problem_print(cli, r->response.status, r->json);
    }
    return gs_problem_exit(r->response.status, gs_get_text(r->json, "code"));
}

enum gs_exit gs_cli_call(struct gs_cli *cli, const struct gs_client_call *call, struct gs_cli_answer *out)
{
    enum gs_exit rc = gs_cli_try(cli, call, out);
    if (rc != GS_EXIT_OK) {
        return rc;
    }
    if (out->response.status < 200 || out->response.status > 299) {
        return gs_cli_refused(cli, out);
    }
    bool expects_json = call->accept == NULL && out->response.body.len > 0;
    return !expects_json || out->json != NULL ? GS_EXIT_OK : gs_cli_fail(cli, GS_EXIT_OTHER, W_BAD_ANSWER, NULL);
}

enum gs_exit gs_cli_get(struct gs_cli *cli, const char *path, struct gs_cli_answer *out)
{
    const struct gs_client_call call = {.method = "GET", .path = path};
    return gs_cli_call(cli, &call, out);
}

static void random_key(char out[40])
{
    unsigned char bytes[16] = {0};
    ssize_t got = getrandom(bytes, sizeof bytes, 0);
    (void)got; /* 16 bytes are never cut short, see getrandom(2) */
    char *p = out + sprintf(out, "cli-");
    for (size_t i = 0; i < sizeof bytes; i++) {
        p += sprintf(p, "%02x", bytes[i]);
    }
}

enum gs_exit gs_cli_try_post(struct gs_cli *cli, const char *path, const char *body, struct gs_cli_answer *out)
{
    char fresh[40];
    random_key(fresh);
    const struct gs_client_call call = {.method = "POST", .path = path, .body = body, .key = fresh};
    return gs_cli_try(cli, &call, out);
}

enum gs_exit gs_cli_post(struct gs_cli *cli, const char *path, const char *body, const char *key,
                         struct gs_cli_answer *out)
{
    char fresh[40];
    random_key(fresh);
    const struct gs_client_call call = {.method = "POST", .path = path, .body = body, .key = key != NULL ? key : fresh};
    enum gs_exit rc = gs_cli_call(cli, &call, out);
    if (rc == GS_EXIT_UNREACHABLE && strcmp(path, "/v1/bookings") == 0) {
        fprintf(cli->err, "gateslot: %s --key %s\n", gs_cli_word(cli, W_REPEAT_WITH_KEY), call.key);
    }
    return rc;
}

void gs_cli_print_body(struct gs_cli *cli, const struct gs_cli_answer *r)
{
    const struct gs_buf *body = &r->response.body;
    if (body->len > 0) {
        fwrite(body->data, 1, body->len, cli->out);
        if (body->data[body->len - 1] != '\n') {
            fputc('\n', cli->out);
        }
    }
}

/* Takes what the client needs of the site's answer; false: it is not there. */
static bool read_site(struct gs_site *site, const json_t *answer)
{
    const char *now = gs_get_text(answer, "now");
    const char *zone = gs_get_text(answer, "zone");
    if (zone[0] == '\0') {
        zone = gs_get_text(answer, "timezone");
    }
    if (gs_rfc3339_parse(now, strlen(now), &site->now_ms) != GS_OK || gs_tz_load(zone, &site->tz) != GS_OK) {
        return false;
    }
    site->drill = gs_get_bool(answer, "drill");
    if (site->windows == NULL) { /* ids may have been lent out */
        site->windows = json_incref(json_object_get(answer, "windows"));
    }
    site->known = true;
    return true;
}

enum gs_exit gs_cli_site(struct gs_cli *cli)
{
    if (cli->site.known) {
        return GS_EXIT_OK;
    }
    struct gs_cli_answer r;
    enum gs_exit rc = gs_cli_get(cli, "/v1/site", &r);
    if (rc == GS_EXIT_OK && !read_site(&cli->site, r.json)) {
        rc = gs_cli_fail(cli, GS_EXIT_OTHER, W_BAD_ANSWER, "/v1/site");
    }
    gs_cli_answer_finish(&r);
    return rc;
}

/* Names what is wrong with a word for a date, and what would be right. */
static enum gs_exit refuse_date(struct gs_cli *cli, int err, bool one_day, const char *word)
{
    enum gs_word why = err == GS_E_NOTFOUND                     ? W_NO_SUCH_DAY
                       : err == GS_E_BUSY                       ? W_RANGE_BACKWARDS
                       : err == GS_E_RANGE                      ? W_BEYOND_CALENDAR
                       : one_day && gs_date_word_is_range(word) ? W_ONE_DAY_EXPECTED
                                                                : W_NOT_A_DATE;
    enum gs_exit rc = gs_cli_fail(cli, GS_EXIT_USAGE, why, word);
    if (why == W_NOT_A_DATE) {
        fprintf(cli->err, "%s\n", gs_cli_word(cli, one_day ? W_DATE_FORMS : W_RANGE_FORMS));
    }
    return rc;
}

static int read_days(const char *word, bool one_day, gs_date today, gs_date *out_first, gs_date *out_last)
{
    if (!one_day) {
        return gs_date_range(word, today, out_first, out_last);
    }
    int err = gs_date_word(word, today, out_first);
    *out_last = *out_first;
    return err;
}

/* What no day could make a date is refused before the site is asked. */
static enum gs_exit days_of(struct gs_cli *cli, const char *word, bool one_day, char out_first[GS_DATE_TEXT],
                            char out_last[GS_DATE_TEXT])
{
    gs_date today = 0, first = 0, last = 0;
    const char *said = word != NULL ? word : "today";
    int err = read_days(said, one_day, today, &first, &last);
    if (err != GS_E_INVALID && !gs_date_word_absolute(said)) {
        enum gs_exit rc = gs_cli_site(cli);
        if (rc != GS_EXIT_OK) {
            return rc;
        }
        today = gs_tz_date(cli->site.tz, cli->site.now_ms);
        err = read_days(said, one_day, today, &first, &last);
    }
    if (err != GS_OK) {
        return refuse_date(cli, err, one_day, said);
    }
    gs_date_format(first, out_first);
    gs_date_format(last, out_last);
    return GS_EXIT_OK;
}

enum gs_exit gs_cli_date(struct gs_cli *cli, const char *word, char out[GS_DATE_TEXT])
{
    char last[GS_DATE_TEXT];
    return days_of(cli, word, true, out, last);
}

enum gs_exit gs_cli_range(struct gs_cli *cli, const char *word, char out_from[GS_DATE_TEXT], char out_to[GS_DATE_TEXT])
{
    return days_of(cli, word, false, out_from, out_to);
}

enum gs_exit gs_cli_call_of_date(struct gs_cli *cli, const struct gs_client_call *call, const char *word,
                                 struct gs_cli_answer *out)
{
    char date[GS_DATE_TEXT], path[64];
    *out = (struct gs_cli_answer){0};
    enum gs_exit rc = gs_cli_date(cli, word, date);
    if (rc != GS_EXIT_OK) {
        return rc;
    }
    struct gs_client_call dated = *call;
    snprintf(path, sizeof path, "%s?date=%s", call->path, date);
    dated.path = path;
    return gs_cli_call(cli, &dated, out);
}
