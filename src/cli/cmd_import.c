/* import: one booking request a line. The key of a line is its own or made from its content, so running a file again books nothing
 * twice. One line is held at a time; with --all-or-nothing all of them, as many as a batch may have, and one more, so that the daemon says it. */
#include "code_tally.h"
#include "commands.h"
#include "gateslot/base/hash.h"
#include "gateslot/base/limits.h"
#include "patience.h"
#include "progress.h"
#include "request.h"
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define IMPORT_KEY_MAX 128

const struct gs_cli_option gs_import_options[] = {
    {"all-or-nothing",
     NULL,
     false,
     {"book all lines, or none (at most 100)", "要么全部预约，要么一个也不（至多 100 行）"}},
    {NULL, NULL, false, {NULL, NULL}}};

struct import {
    struct gs_cli *cli;
    struct gs_progress progress;
    int64_t line, lines, booked, waitlisted, replayed;
    int64_t read_bytes, total_bytes; /* total 0: not known */
    struct gs_code_tally refused;
    json_t *batch;                         /* owned; NULL: each line is sent by itself */
    int64_t batch_lines[GS_BATCH_MAX + 1]; /* where each of its requests stands */
};

static void refuse(struct import *im, const char *code, const json_t *problem)
{
    gs_code_tally_add(&im->refused, code);
    gs_progress_clear(&im->progress);
    const char *detail = gs_get_text(problem, "detail");
    fprintf(im->cli->err, "%s %lld%s%s%s%s\n", gs_cli_word(im->cli, W_LINE), (long long)im->line,
            gs_cli_word(im->cli, W_COLON), code, detail[0] != '\0' ? gs_cli_word(im->cli, W_COLON) : "", detail);
    size_t i;
    const json_t *error;
    json_array_foreach(json_object_get(problem, "errors"), i, error)
    {
        fprintf(im->cli->err, "  %s%s%s\n", gs_get_text(error, "pointer"), gs_cli_word(im->cli, W_COLON),
                gs_get_text(error, "detail"));
    }
}

static void count(struct import *im, int status, bool replayed)
{
    im->booked += status == 201 ? 1 : 0;
    im->waitlisted += status == 202 ? 1 : 0;
    im->replayed += replayed ? 1 : 0;
}

static enum gs_exit send_request(struct import *im, const char *key, const char *body)
{
    const struct gs_client_call call = {.method = "POST", .path = "/v1/bookings", .body = body, .key = key};
    struct gs_patience patience = {0};
    struct gs_cli_answer r;
    enum gs_exit rc = gs_patient_try(im->cli, &call, &patience, &r);
    int status = rc == GS_EXIT_OK ? r.response.status : 0;
    const char *code = gs_get_text(r.json, "code");
    if (status == 201 || status == 202) {
        count(im, status, r.response.replayed);
    } else if (status >= 500 || status == 401 || status == 429 || strcmp(code, "forbidden") == 0) {
        gs_progress_clear(&im->progress);
        rc = gs_cli_refused(im->cli, &r); /* no line would fare better */
    } else if (status != 0) {
        refuse(im, code, r.json);
    }
    gs_cli_answer_finish(&r);
    return rc;
}

/* What became of each request of a batch; those that were not done because of others are only counted. */
static void take_items(struct import *im, const json_t *items, bool replayed)
{
    size_t i;
    const json_t *item;
    json_array_foreach(items, i, item)
    {
        const int status = (int)gs_get_int(item, "status", 0);
        const json_t *problem = json_object_get(item, "problem");
        im->line = i <= GS_BATCH_MAX ? im->batch_lines[i] : 0;
        if (status < 400) {
            count(im, status, replayed);
        } else if (status == 424) {
            gs_code_tally_add(&im->refused, gs_get_text(problem, "code"));
        } else {
            refuse(im, gs_get_text(problem, "code"), problem);
        }
    }
}

static enum gs_exit send_batch(struct import *im)
{
    json_t *all = json_pack("{s:O}", "bookings", im->batch);
    char *body = all != NULL ? json_dumps(all, JSON_COMPACT) : NULL;
    const struct gs_client_call call = {
        .method = "POST", .path = "/v1/bookings/batch", .body = body, .prefer = "all-or-nothing"};
    struct gs_patience patience = {0};
    struct gs_cli_answer r = {0};
    json_decref(all);
    if (body == NULL) {
        return gs_cli_fail(im->cli, GS_EXIT_OTHER, W_NO_MEMORY, NULL);
    }
    enum gs_exit rc = gs_patient_try(im->cli, &call, &patience, &r);
    const json_t *items = rc == GS_EXIT_OK ? json_object_get(r.json, "items") : NULL;
    take_items(im, items, r.response.replayed);
    if (rc == GS_EXIT_OK && r.response.status >= 400) {
        gs_progress_clear(&im->progress);
        rc = gs_cli_refused(im->cli, &r);
    }
    gs_cli_answer_finish(&r);
    free(body);
    return rc;
}

/* As many as one batch may have, and one more: what is beyond is not read. */
static enum gs_exit add_to_batch(struct import *im, const char *key, const json_t *request)
{
    const size_t n = json_array_size(im->batch);
    json_t *copy = json_copy((json_t *)request);
    if (copy == NULL || json_object_set_new(copy, "idempotency_key", json_string(key)) != 0 ||
        json_array_append(im->batch, copy) != 0) {
        json_decref(copy);
        return gs_cli_fail(im->cli, GS_EXIT_OTHER, W_NO_MEMORY, NULL);
    }
    json_decref(copy);
    im->batch_lines[n] = im->line;
    return GS_EXIT_OK;
}

static enum gs_exit import_line(struct import *im, const char *text, size_t len)
{
    char key[IMPORT_KEY_MAX + 1];
    json_t *line = len <= GS_REQUEST_MAX ? json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL) : NULL;
    if (!json_is_object(line)) {
        refuse(im, len <= GS_REQUEST_MAX ? "invalid_json" : "too_large", NULL);
        json_decref(line);
        return GS_EXIT_OK;
    }
    json_t *request = json_object_get(line, "request");
    const char *own = request != NULL ? gs_get_text(line, "key") : "";
    if (own[0] != '\0') {
        snprintf(key, sizeof key, "%s", own);
    } else {
        /* Enough to tell the lines of a file apart: the daemon compares bodies, and refuses a key that is another's. */
        snprintf(key, sizeof key, "import-%016" PRIx64, gs_fnv(GS_FNV_START, text, len));
    }
    if (im->batch != NULL) {
        enum gs_exit added = add_to_batch(im, key, json_is_object(request) ? request : line);
        json_decref(line);
        return added;
    }
    char *body = json_dumps(json_is_object(request) ? request : line, JSON_COMPACT);
    enum gs_exit rc =
        body != NULL ? send_request(im, key, body) : gs_cli_fail(im->cli, GS_EXIT_OTHER, W_NO_MEMORY, NULL);
    free(body);
    json_decref(line);
    return rc;
}

static void show_progress(struct import *im)
{
    char text[64];
    snprintf(text, sizeof text, "%lld", (long long)im->lines);
    gs_progress_show(&im->progress, "", im->read_bytes, im->total_bytes, text);
}

static enum gs_exit import_lines(struct import *im, FILE *in)
{
    char *text = NULL;
    size_t cap = 0;
    ssize_t len;
    enum gs_exit rc = GS_EXIT_OK;
    while (rc == GS_EXIT_OK && json_array_size(im->batch) <= GS_BATCH_MAX && (len = getline(&text, &cap, in)) >= 0) {
        im->line++;
        im->read_bytes += len;
        size_t used = (size_t)len;
        while (used > 0 && strchr(" \t\r\n", text[used - 1]) != NULL) {
            used--;
        }
        if (used > 0) {
            im->lines++;
            rc = import_line(im, text, used);
        }
        show_progress(im);
    }
    if (rc == GS_EXIT_OK && ferror(in) != 0) {
        fprintf(im->cli->err, "gateslot: %s%s%s\n", gs_cli_word(im->cli, W_CANNOT_READ), gs_cli_word(im->cli, W_COLON),
                strerror(errno));
        rc = GS_EXIT_OTHER;
    }
    free(text);
    return rc;
}

static void print_summary(const struct import *im)
{
    static const struct gs_column columns[] = {{W_OUTCOME, 0}, {W_COUNT, GS_COL_RIGHT}};
    struct gs_cli *cli = im->cli;
    if (cli->json) {
        json_t *summary = json_pack("{s:I, s:I, s:I, s:I, s:o}", "requests", (json_int_t)im->lines, "booked",
                                    (json_int_t)im->booked, "waitlisted", (json_int_t)im->waitlisted, "replayed",
                                    (json_int_t)im->replayed, "refused", gs_code_tally_json(&im->refused));
        json_dumpf(summary, cli->out, JSON_COMPACT);
        fputc('\n', cli->out);
        json_decref(summary);
        return;
    }
    const struct {
        enum gs_word word;
        int64_t count;
    } rows[] = {
        {W_REQUESTS, im->lines}, {W_BOOKED, im->booked}, {W_WAITLISTED, im->waitlisted}, {W_REPLAYED, im->replayed}};
    struct gs_text_table *t = gs_text_table_create(cli, columns, 2);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        gs_text_table_row(t);
        gs_text_table_text(t, gs_cli_word(cli, rows[i].word));
        gs_text_table_int(t, rows[i].count);
    }
    gs_code_tally_rows(&im->refused, cli->lang, W_REFUSED, t);
    gs_text_table_print(t, cli->out);
    gs_text_table_destroy(t);
}

enum gs_exit gs_cmd_import(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args)
{
    (void)self;
    const char *file = gs_args_operand(args, 0);
    FILE *in = strcmp(file, "-") == 0 ? stdin : fopen(file, "re");
    if (in == NULL) {
        fprintf(cli->err, "gateslot: %s %s: %s\n", gs_cli_word(cli, W_CANNOT_READ), file, strerror(errno));
        return GS_EXIT_OTHER;
    }
    struct stat st;
    struct import im = {.cli = cli, .progress = {.cli = cli}};
    im.total_bytes = fstat(fileno(in), &st) == 0 && S_ISREG(st.st_mode) ? st.st_size : 0;
    im.batch = gs_args_has(args, "all-or-nothing") ? json_array() : NULL;
    enum gs_exit rc = import_lines(&im, in);
    if (rc == GS_EXIT_OK && json_array_size(im.batch) > 0 && gs_code_tally_sum(&im.refused) == 0) {
        rc = send_batch(&im); /* not if a line is none: it would not be all */
    }
    json_decref(im.batch);
    gs_progress_clear(&im.progress);
    print_summary(&im);
    if (in != stdin) {
        fclose(in);
    }
    return rc != GS_EXIT_OK ? rc : gs_code_tally_sum(&im.refused) > 0 ? GS_EXIT_CONFLICT : GS_EXIT_OK;
}
