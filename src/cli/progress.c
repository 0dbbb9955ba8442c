/* Draws the progress line on stderr and takes it away again; silent where stderr is no terminal. */
#include "progress.h"
#include "table.h"
#include <string.h>
#include <sys/ioctl.h>

#define REDRAW_MS 100
#define BAR_COLUMNS 24
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

void gs_progress_show(struct gs_progress *p, const char *before, int64_t done, int64_t total, const char *after)
{
    if (!gs_progress_due(p)) {
        return;
    }
    FILE *out = p->cli->err;
    char bar[BAR_COLUMNS + 1];
    int64_t filled = total > 0 ? done * BAR_COLUMNS / total : 0;
    memset(bar, '.', BAR_COLUMNS);
    memset(bar, '#', (size_t)(filled < BAR_COLUMNS ? filled : BAR_COLUMNS));
    bar[BAR_COLUMNS] = '\0';
    bool fits = gs_text_columns(before) + gs_text_columns(after) + BAR_COLUMNS + 5 < line_columns(out);
    fprintf(out, "\r%s%s[%s]%s%s\033[K", before, before[0] != '\0' ? " " : "", bar, fits ? " " : "", fits ? after : "");
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
