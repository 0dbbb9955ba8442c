/* backup: the daemon writes the copy, so the path is made absolute here, where the user stands. Without one the daemon has a place of its
 * own, and knows how many it is to keep there. */
#include "commands.h"
#include "gateslot/base/limits.h"
#include "typed.h"
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static enum gs_exit make_absolute(struct gs_cli *cli, const char *file, char out[PATH_MAX])
{
    char here[PATH_MAX] = "";
    if (file[0] != '/' && getcwd(here, sizeof here) == NULL) {
        fprintf(cli->err, "gateslot: getcwd: %s\n", strerror(errno));
        return GS_EXIT_OTHER;
    }
    int len = file[0] == '/' ? snprintf(out, PATH_MAX, "%s", file) : snprintf(out, PATH_MAX, "%s/%s", here, file);
    if (len < 0 || len >= PATH_MAX) {
        fprintf(cli->err, "gateslot: %s: %s\n", file, strerror(ENAMETOOLONG));
        return GS_EXIT_USAGE;
    }
    return GS_EXIT_OK;
}

#define BACKUP_TIMEOUT_MS (30 * 60 * 1000)

const struct gs_cli_option gs_backup_options[] = {
    {"keep", "N", false, {"without FILE: remove all but the N latest", "不指定文件时：只保留最新的几份"}},
    {"if-serving",
     NULL,
     false,
     {"no failure where the daemon stands by: the one that serves makes its own",
      "服务处于待命时不算失败：由受理的服务自己备份"}},
    {NULL, NULL, false, {NULL, NULL}}};

/* A daemon takes over, or knows its lease to be good again, within seconds; else another one serves. */
enum { TAKES_OVER_MS = 15000, PAUSE_MS = 1000 };

static enum gs_exit make_body(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args,
                              char **out)
{
    char path[PATH_MAX] = "";
    const char *file = gs_args_operand(args, 0), *keep = gs_args_get(args, "keep");
    enum gs_exit rc = file != NULL ? make_absolute(cli, file, path) : GS_EXIT_OK;
    int64_t kept = 0;
    if (rc != GS_EXIT_OK) {
        return rc;
    }
    if (keep != NULL && gs_typed_number(keep, 1, GS_BACKUPS_MAX, &kept) != GS_OK) {
        return gs_cli_usage(cli, self, W_NOT_A_NUMBER, "--keep", keep);
    }
    json_t *body = json_object();
    bool made = body != NULL && (file == NULL || json_object_set_new(body, "path", json_string(path)) == 0) &&
                (keep == NULL || json_object_set_new(body, "keep", json_integer(kept)) == 0);
    *out = gs_json_steal_text(body);
    if (!made || *out == NULL) { /* a path that is no UTF-8 */
        free(*out);
        fprintf(cli->err, "gateslot: %s: %s\n", path, strerror(EILSEQ));
        return GS_EXIT_USAGE;
    }
    return GS_EXIT_OK;
}

static bool stands_by(const struct gs_cli_answer *r)
{
    return r->response.status == 503 && strcmp(gs_get_text(r->json, "code"), "not_owner") == 0;
}

/* Asks again while the daemon stands by, and says at last that nothing was done, and why that is right. */
static enum gs_exit ask_if_serving(struct gs_cli *cli, const struct gs_client_call *call, struct gs_cli_answer *r,
                                   bool *out_skipped)
{
    struct gs_transport *t = cli->transport;
    const int64_t until_ms = t->monotonic_ms(t->self) + TAKES_OVER_MS;
    enum gs_exit rc = gs_cli_try(cli, call, r);
    while (rc == GS_EXIT_OK && stands_by(r) && t->monotonic_ms(t->self) < until_ms) {
        gs_cli_answer_finish(r);
        gs_response_init(&r->response);
        if (t->pause(t->self, PAUSE_MS)) {
            return GS_EXIT_INTERRUPTED;
        }
        rc = gs_cli_try(cli, call, r);
    }
    *out_skipped = rc == GS_EXIT_OK && stands_by(r);
    if (rc == GS_EXIT_OK && !*out_skipped && (r->response.status < 200 || r->response.status > 299)) {
        rc = gs_cli_refused(cli, r);
    }
    return rc;
}

enum gs_exit gs_cmd_backup(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args)
{
    char *body = NULL;
    enum gs_exit rc = make_body(cli, self, args, &body);
    if (rc != GS_EXIT_OK) {
        return rc;
    }
    struct gs_cli_answer r;
    const struct gs_client_call call = {
        .method = "POST", .path = "/v1/backup", .body = body, .timeout_ms = BACKUP_TIMEOUT_MS};
    bool skipped = false;
    rc = gs_args_has(args, "if-serving") ? ask_if_serving(cli, &call, &r, &skipped) : gs_cli_call(cli, &call, &r);
    if (rc == GS_EXIT_OK && cli->json) {
        gs_cli_print_body(cli, &r);
    } else if (skipped) {
        fprintf(cli->out, "%s\n", gs_cli_word(cli, W_BACKUP_SKIPPED));
    } else if (rc == GS_EXIT_OK) {
        fprintf(cli->out, "%s %s\n", gs_cli_word(cli, W_BACKUP_WRITTEN), gs_get_text(r.json, "path"));
    }
    gs_cli_answer_finish(&r);
    free(body);
    return rc;
}
