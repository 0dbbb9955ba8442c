/* Says a line on stderr. It is broken between words where somebody reads it on a terminal; elsewhere it is one line. */
#include "cli.h"
#include "gateslot/base/limits.h"
#include "text_width.h"

void gs_cli_say(struct gs_cli *cli, const char *text, const char *more)
{
    struct gs_buf line;
    gs_buf_init(&line, GS_BODY_MAX);
    gs_buf_printf(&line, "gateslot: %s%s%s", text, more == NULL || gs_text_ends_wide(text) ? "" : " ",
                  more != NULL ? more : "");
    if (gs_buf_status(&line) == GS_OK) {
        gs_text_wrap(cli->err, line.data, 0, 4, gs_text_terminal_width(fileno(cli->err)));
    }
    gs_buf_finish(&line);
}
