/* Asks for a password: on a terminal twice, and nothing of it is seen; else it is the first line of standard input. It is never an argument,
 * which every user of the machine could read. */
#include "password.h"
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/select.h>
#include <termios.h>
#include <unistd.h>

static volatile sig_atomic_t stopped; /* a signal came while the terminal was silent */

static void on_signal(int number)
{
    (void)number;
    stopped = 1;
}

/* Waits for input, and only meanwhile signals may come: one that came just before ends it as well. False: one came. */
static bool may_read(const sigset_t *signals_from_now)
{
    fd_set in;
    FD_ZERO(&in);
    FD_SET(STDIN_FILENO, &in);
    return signals_from_now == NULL || pselect(STDIN_FILENO + 1, &in, NULL, NULL, NULL, signals_from_now) > 0;
}

/* One line without its end; GS_E_RANGE: it is too long, GS_E_NOTFOUND: there is none, GS_E_IO: a signal came. */
static int read_line(const sigset_t *signals_from_now, char out[GS_PASSWORD_TYPED_MAX])
{
    size_t len = 0;
    bool too_long = false;
    for (;;) {
        char c = 0;
        if (!may_read(signals_from_now)) {
            return GS_E_IO;
        }
        const ssize_t got = read(STDIN_FILENO, &c, 1);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return GS_E_IO;
        }
        if (got == 0 && len == 0) {
            return GS_E_NOTFOUND;
        }
        if (got == 0 || c == '\n') {
            break;
        }
        too_long = too_long || len + 1 == GS_PASSWORD_TYPED_MAX;
        out[len] = too_long ? '\0' : c;
        len += too_long ? 0 : 1;
    }
    len -= len > 0 && out[len - 1] == '\r' ? 1 : 0;
    out[len] = '\0';
    return too_long ? GS_E_RANGE : GS_OK;
}

/* The terminal is as it was afterwards, also when a signal came. */
static int ask(struct gs_cli *cli, enum gs_word word, const char *name, char out[GS_PASSWORD_TYPED_MAX])
{
    const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    enum { SIGNALS = sizeof signals / sizeof signals[0] };
    struct sigaction before[SIGNALS], action = {.sa_handler = on_signal};
    struct termios seen, silent;
    char prompt[256];
    if (tcgetattr(STDIN_FILENO, &seen) != 0) {
        return GS_E_IO;
    }
    sigset_t held, open;
    stopped = 0;
    (void)sigemptyset(&held);
    for (size_t i = 0; i < SIGNALS; i++) {
        (void)sigaddset(&held, signals[i]);
        (void)sigaction(signals[i], &action, &before[i]);
    }
    (void)sigprocmask(SIG_BLOCK, &held, &open);
    silent = seen;
    silent.c_lflag &= ~(tcflag_t)ECHO;
    int err = tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0
                  ? GS_OK
                  : GS_E_IO; /* before the prompt: it drops what was typed */
    (void)fputs(gs_word_fill(cli->lang, word, (const char *const[]){name, NULL}, prompt, sizeof prompt), cli->err);
    (void)fflush(cli->err);
    err = err == GS_OK ? read_line(&open, out) : err;
    (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &seen);
    (void)fputs("\n", cli->err);
    (void)sigprocmask(SIG_SETMASK, &open, NULL); /* one that came meanwhile is ours still */
    for (size_t i = 0; i < SIGNALS; i++) {
        (void)sigaction(signals[i], &before[i], NULL);
    }
    return stopped ? GS_E_IO : err;
}

static enum gs_exit refused(struct gs_cli *cli, int err)
{
    if (stopped) {
        return GS_EXIT_INTERRUPTED;
    }
    return gs_cli_fail(cli, GS_EXIT_INVALID, err == GS_E_RANGE ? W_PASSWORD_TOO_LONG : W_NO_PASSWORD, NULL);
}

static enum gs_exit new_secret(struct gs_cli *cli, enum gs_word prompt, const char *name,
                               char out[GS_PASSWORD_TYPED_MAX])
{
    char again[GS_PASSWORD_TYPED_MAX] = "";
    const bool terminal = isatty(STDIN_FILENO) == 1;
    stopped = 0;
    int err = terminal ? ask(cli, prompt, name, out) : read_line(NULL, out);
    if (err == GS_OK && terminal) {
        err = ask(cli, W_PASSWORD_AGAIN, NULL, again);
    }
    enum gs_exit rc = err == GS_OK ? GS_EXIT_OK : refused(cli, err);
    if (rc == GS_EXIT_OK && terminal && strcmp(out, again) != 0) {
        rc = gs_cli_fail(cli, GS_EXIT_INVALID, W_PASSWORDS_DIFFER, NULL);
    }
    explicit_bzero(again, sizeof again);
    return rc;
}

enum gs_exit gs_cli_new_password(struct gs_cli *cli, const char *name, char out[GS_PASSWORD_TYPED_MAX])
{
    return new_secret(cli, W_PASSWORD_OF, name, out);
}

enum gs_exit gs_cli_new_pin(struct gs_cli *cli, const char *name, char out[GS_PASSWORD_TYPED_MAX])
{
    return new_secret(cli, W_PIN_OF, name, out);
}
