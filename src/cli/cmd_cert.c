/* cert self-signed: writes a certificate for a network without an authority into a directory, and says what is to be done with which file. It
 * overwrites nothing, and leaves nothing half done. It asks no daemon. */
#include "commands.h"
#include "gateslot/tls/certificate.h"
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define DAYS 730 /* two years: Apple's devices take no server's certificate that is good for more than 825 days */

const struct gs_cli_option gs_cert_options[] = {
    {"host", "NAME", true, {"name or address under which it is reached", "访问所用的主机名或地址"}},
    {"out", "DIR", false, {"where the files are put", "文件写入的目录"}},
    {NULL, NULL, false, {NULL, NULL}}};

enum { SIGNER, CHAIN, KEY, FILES };
static const char *const names[FILES] = {"ca.pem", "server.pem", "server.key"};

struct outcome {
    char dir[PATH_MAX];
    char paths[FILES][PATH_MAX + 16];
    struct gs_self_signed_texts texts;
    bool written[FILES];
};

static enum gs_exit fail_on(struct gs_cli *cli, const char *path)
{
    if (errno == EEXIST) {
        return gs_cli_fail(cli, GS_EXIT_CONFLICT, W_IS_THERE_ALREADY, path);
    }
    fprintf(cli->err, "gateslot: %s: %s\n", path, strerror(errno));
    return GS_EXIT_OTHER;
}

/* The directory, made if only its last part is missing, by its whole name. */
static enum gs_exit find_directory(struct gs_cli *cli, const char *given, struct outcome *o)
{
    if ((mkdir(given, 0755) != 0 && errno != EEXIST) || realpath(given, o->dir) == NULL) {
        return fail_on(cli, given);
    }
    for (int i = 0; i < FILES; i++) {
        struct stat st;
        snprintf(o->paths[i], sizeof o->paths[i], "%s/%s", o->dir, names[i]);
        if (lstat(o->paths[i], &st) == 0) {
            errno = EEXIST;
            return fail_on(cli, o->paths[i]);
        }
    }
    return GS_EXIT_OK;
}

/* By root it is written for the daemon's own user, where there is one. */
static bool give_to_daemon(int fd)
{
    const struct passwd *user = geteuid() == 0 ? getpwnam("gateslot") : NULL;
    return user == NULL || fchown(fd, user->pw_uid, user->pw_gid) == 0;
}

static bool write_file(const char *path, const char *text, bool secret, bool *out_made)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, secret ? 0600 : 0644);
    if (fd < 0) {
        return false;
    }
    *out_made = true;
    size_t len = strlen(text), done = 0;
    bool ok = fchmod(fd, secret ? 0600 : 0644) == 0 && (!secret || give_to_daemon(fd));
    while (ok && done < len) {
        ssize_t n = write(fd, text + done, len - done);
        ok = n > 0 || (n < 0 && errno == EINTR);
        done += n > 0 ? (size_t)n : 0;
    }
    int err = errno;
    ok = ok && fsync(fd) == 0;
    err = ok ? 0 : err != 0 ? err : errno;
    if (close(fd) != 0 && ok) {
        err = errno;
    }
    errno = err;
    return err == 0;
}

static enum gs_exit write_all(struct gs_cli *cli, struct outcome *o)
{
    const char *const texts[FILES] = {o->texts.signer, o->texts.chain, o->texts.key};
    for (int i = 0; i < FILES; i++) {
        if (!write_file(o->paths[i], texts[i], i == KEY, &o->written[i])) {
            enum gs_exit rc = fail_on(cli, o->paths[i]);
            for (int k = 0; k <= i; k++) {
                if (o->written[k]) {
                    unlink(o->paths[k]);
                }
            }
            return rc;
        }
    }
    return GS_EXIT_OK;
}

static void print_json(struct gs_cli *cli, const struct outcome *o, const struct gs_self_signed *wanted)
{
    json_t *hosts = json_array();
    for (size_t i = 0; i < wanted->name_count; i++) {
        json_array_append_new(hosts, json_string(wanted->names[i]));
    }
    json_t *answer = json_pack("{s:s, s:s, s:s, s:s, s:s, s:o, s:i}", "signer", o->paths[SIGNER], "certificate",
                               o->paths[CHAIN], "key", o->paths[KEY], "signer_fingerprint", o->texts.signer_fingerprint,
                               "fingerprint", o->texts.fingerprint, "hosts", hosts, "days", DAYS);
    char *text = gs_json_steal_text(answer);
    fprintf(cli->out, "%s\n", text != NULL ? text : "");
    free(text);
}

static void print_words(struct gs_cli *cli, const struct outcome *o, const char *host)
{
    assert(host != NULL); /* read_names asks for one */
    bool v6 = strchr(host, ':') != NULL;
    fprintf(cli->out, "%s\n", gs_cli_word(cli, W_CERT_FOR_DAEMON));
    fprintf(cli->out, "  listen: [\"unix:/run/gateslot/gateslot.sock\", \"https://0.0.0.0:8443\"]\n");
    fprintf(cli->out, "  tls:\n    certificate: %s\n    key: %s\n", o->paths[CHAIN], o->paths[KEY]);
    fprintf(cli->out, "%s\n  %s\n", gs_cli_word(cli, W_CERT_FOR_CLIENTS), o->paths[SIGNER]);
    fprintf(cli->out, "  gateslot --url https://%s%s%s:8443 --cacert %s status\n", v6 ? "[" : "", host, v6 ? "]" : "",
            o->paths[SIGNER]);
    fprintf(cli->out, "%s\n", gs_cli_word(cli, W_CERT_FINGERPRINTS));
    fprintf(cli->out, "  %s\n    %.47s:\n    %s\n", names[SIGNER], o->texts.signer_fingerprint,
            o->texts.signer_fingerprint + 48);
    fprintf(cli->out, "  %s\n    %.47s:\n    %s\n", names[CHAIN], o->texts.fingerprint, o->texts.fingerprint + 48);
    fprintf(cli->out, "%s\n", gs_cli_word(cli, W_CERT_TWO_YEARS));
}

static enum gs_exit read_names(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args,
                               struct gs_self_signed *out)
{
    const char *name;
    for (size_t i = 0; (name = gs_args_nth(args, "host", i)) != NULL; i++) {
        if (!gs_self_signed_name(name)) {
            return gs_cli_fail(cli, GS_EXIT_USAGE, W_NO_HOST_NAME, name);
        }
        if (i == GS_SELF_SIGNED_NAMES) {
            return gs_cli_fail(cli, GS_EXIT_USAGE, W_TOO_MANY_HOSTS, name);
        }
        out->names[out->name_count++] = name;
    }
    return out->name_count > 0 ? GS_EXIT_OK : gs_cli_usage(cli, self, W_OPTION_MISSING, self->name, "--host");
}

enum gs_exit gs_cmd_cert_self_signed(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args)
{
    struct gs_self_signed wanted = {.now_s = (int64_t)time(NULL), .days = DAYS};
    enum gs_exit rc = read_names(cli, self, args, &wanted);
    if (rc != GS_EXIT_OK) {
        return rc;
    }
    if (!gs_args_has(args, "out")) {
        return gs_cli_usage(cli, self, W_OPTION_MISSING, self->name, "--out");
    }
    struct outcome *o = calloc(1, sizeof *o);
    if (o == NULL) {
        return gs_cli_fail(cli, GS_EXIT_OTHER, W_NO_MEMORY, NULL);
    }
    rc = find_directory(cli, gs_args_get(args, "out"), o);
    if (rc == GS_EXIT_OK && gs_self_signed_make(&wanted, &o->texts) != GS_OK) {
        rc = gs_cli_fail(cli, GS_EXIT_OTHER, W_NO_MEMORY, NULL);
    }
    rc = rc == GS_EXIT_OK ? write_all(cli, o) : rc;
    if (rc == GS_EXIT_OK && cli->json) {
        print_json(cli, o, &wanted);
    } else if (rc == GS_EXIT_OK) {
        print_words(cli, o, wanted.names[0]);
    }
    gs_self_signed_finish(&o->texts);
    free(o);
    return rc;
}
