/* A screen that is drawn again and again in place. It answers for giving the terminal back as it was, however the program ends. */
#include "screen.h"
#include "text_width.h"
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define ENTER "\033[?1049h\033[?25l"
#define LEAVE "\033[?25h\033[?1049l"
#define LINES_DEFAULT 24

static const int endings[] = {SIGTERM, SIGHUP, SIGQUIT};

bool gs_screen_possible(const struct gs_cli *cli)
{
    int fd = fileno(cli->out);
    return fd >= 0 && isatty(fd) == 1;
}

/* Gives the terminal back, and lets the signal do what it does. */
static void give_back(int number)
{
    static const char leave[] = LEAVE;
    ssize_t written = write(STDOUT_FILENO, leave, sizeof leave - 1);
    (void)written;
    (void)signal(number, SIG_DFL);
    (void)raise(number);
}

void gs_screen_enter(struct gs_cli *cli)
{
    struct sigaction action = {.sa_handler = give_back};
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        (void)sigaction(endings[i], &action, NULL);
    }
    (void)signal(SIGTSTP, SIG_IGN); /* a stopped program would leave its page to the shell */
    fputs(ENTER, cli->out);
    fflush(cli->out);
}

void gs_screen_leave(struct gs_cli *cli)
{
    fputs(LEAVE, cli->out);
    fflush(cli->out);
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        (void)signal(endings[i], SIG_DFL);
    }
    (void)signal(SIGTSTP, SIG_DFL);
}

int gs_screen_height(const struct gs_cli *cli)
{
    struct winsize size = {0};
    int fd = fileno(cli->out);
    return fd >= 0 && ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 ? size.ws_row : LINES_DEFAULT;
}

void gs_screen_draw(struct gs_cli *cli, const char *text)
{
    int left = gs_screen_height(cli);
    fputs("\033[H", cli->out);
    while (*text != '\0' && left > 0) {
        size_t len = strcspn(text, "\n");
        fwrite(text, 1, len, cli->out);
        fputs("\033[K", cli->out); /* what stood behind it */
        text += len + (text[len] == '\n' ? 1 : 0);
        if (--left > 0 && *text != '\0') {
            fputs("\r\n", cli->out);
        }
    }
    fputs("\033[J", cli->out); /* what stood below */
    fflush(cli->out);
}
