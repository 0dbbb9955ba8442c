/* config check: hands over to `gateslotd --check-config`, the one program that knows the options. */
#include "commands.h"
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The daemon beside this program, or in the sbin beside its bin; false if neither can be run. */
static bool beside_us(char out[PATH_MAX])
{
    static const char *const places[] = {"gateslotd", "../sbin/gateslotd"};
    char self[PATH_MAX - 32];
    ssize_t len = readlink("/proc/self/exe", self, sizeof self - 1);
    if (len <= 0) {
        return false;
    }
    self[len] = '\0';
    char *slash = strrchr(self, '/');
    if (slash == NULL) {
        return false;
    }
    slash[1] = '\0';
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        snprintf(out, PATH_MAX, "%s%s", self, places[i]);
        if (access(out, X_OK) == 0) {
            return true;
        }
    }
    return false;
}

enum gs_exit gs_cmd_config_check(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args)
{
    (void)self;
    char path[PATH_MAX], name[] = "gateslotd", check[] = "--check-config", config[] = "--config";
    char *file = gs_args_operand(args, 0) != NULL ? strdup(gs_args_operand(args, 0)) : NULL;
    char *argv[] = {name, check, file != NULL ? config : NULL, file, NULL};
    fflush(cli->out);
    fflush(cli->err);
    if (beside_us(path)) {
        execv(path, argv);
    } else {
        execvp(name, argv);
    }
    fprintf(cli->err, "gateslot: gateslotd: %s\n", strerror(errno));
    free(file);
    return GS_EXIT_OTHER;
}
