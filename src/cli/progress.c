/* Draws the progress line on stderr and takes it away again; silent where stderr is no terminal. */
#include "progress.h"
#include "text_table.h"
#include <string.h>
#include <sys/ioctl.h>

#define REDRAW_MS 100
#define BAR_COLUMNS_MIN 10
#define BAR_COLUMNS_MAX 30
#define TEXT_MAX 320
#define LINE_COLUMNS_DEFAULT 80

bool gs_progress_due(const struct gs_progress *p)
{
    struct gs_transport *t = p->cli->transport;
    return p->cli->progress && !p->cli->json && (!p->drawn || t->monotonic_ms(t->self) - p->shown_ms >= REDRAW_MS);
}

static int line_columns(FILE *terminal)
{
    struct winsize size = {0};
    int fd = fileno(terminal);
    return fd >= 0 && ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : LINE_COLUMNS_DEFAULT;
}

/* Cuts items, separated by commas, off the end of text until it takes at most that many columns. */
static void shorten(char *text, int columns)
{
    while (text[0] != '\0' && gs_text_columns(text) > columns) {
        char *comma = strrchr(text, ',');
        *(comma != NULL ? comma : text) = '\0';
    }
}

void gs_progress_show(struct gs_progress *p, const char *before, int64_t done, int64_t total, const char *after)
{
    if (!gs_progress_due(p)) {
        return;
    }
    FILE *out = p->cli->err;
    char bar[BAR_COLUMNS_MAX + 1], text[TEXT_MAX];
    int room = line_columns(out) - gs_text_columns(before) - 5;
    snprintf(text, sizeof text, "%s", after);
    shorten(text, room - BAR_COLUMNS_MIN);
    room -= gs_text_columns(text);
    int columns = room < BAR_COLUMNS_MIN ? BAR_COLUMNS_MIN : room > BAR_COLUMNS_MAX ? BAR_COLUMNS_MAX : room;
    int64_t filled = total > 0 ? done * columns / total : 0;
    memset(bar, '.', (size_t)columns);
    memset(bar, '#', (size_t)(filled < columns ? filled : columns));
    bar[columns] = '\0';
    fprintf(out, "\r%s%s[%s] %s\033[K", before, before[0] != '\0' ? " " : "", bar, text);
    fflush(out);
    p->shown_ms = p->cli->transport->monotonic_ms(p->cli->transport->self);
    p->drawn = true;
}

void gs_progress_clear(struct gs_progress *p)
{
    if (p->drawn) {
        fputs("\r\033[K", p->cli->err);
        fflush(p->cli->err);
        p->drawn = false;
    }
}
