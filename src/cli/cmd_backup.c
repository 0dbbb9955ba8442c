/* backup: the daemon writes the copy, so the path is made absolute here, where the user stands. */
#include "commands.h"
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

enum gs_exit gs_cmd_backup(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args)
{
    (void)self;
    char path[PATH_MAX];
    enum gs_exit rc = make_absolute(cli, gs_args_operand(args, 0), path);
    if (rc != GS_EXIT_OK) {
        return rc;
    }
    char *body = gs_json_steal_text(json_pack("{s:s}", "path", path));
    if (body == NULL) {
        fprintf(cli->err, "gateslot: %s: %s\n", path, strerror(EILSEQ));
        return GS_EXIT_USAGE;
    }
    struct gs_cli_answer r;
    const struct gs_client_call call = {
        .method = "POST", .path = "/v1/backup", .body = body, .timeout_ms = BACKUP_TIMEOUT_MS};
    rc = gs_cli_call(cli, &call, &r);
    if (rc == GS_EXIT_OK && cli->json) {
        gs_cli_print_body(cli, &r);
    } else if (rc == GS_EXIT_OK) {
        fprintf(cli->out, "%s %s\n", gs_cli_word(cli, W_BACKUP_WRITTEN), path);
    }
    gs_cli_answer_finish(&r);
    free(body);
    return rc;
}
