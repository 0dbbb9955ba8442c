/* How wide text is on a terminal, and making it fit: cut with an ellipsis, or broken into lines. It knows nothing of tables. */
#define _GNU_SOURCE
#include "text_width.h"
#include "typed.h"
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#define NARROWEST 3
#define TERMINAL_MAX 10000

/* The character at text: its bytes, and how many columns it takes; a byte that is no character takes one. */
static int next_width(const char *text, size_t *out_bytes)
{
    wchar_t c = 0;
    mbstate_t state;
    memset(&state, 0, sizeof state);
    size_t used = mbrtowc(&c, text, strlen(text), &state);
    if (used == 0 || used > strlen(text)) {
        *out_bytes = text[0] != '\0' ? 1 : 0;
        return (int)*out_bytes;
    }
    *out_bytes = used;
    int width = wcwidth(c);
    return width > 0 ? width : 0;
}

void gs_text_cut(const char *text, int columns, char *out, size_t size)
{
    static const char dots[] = "…";
    bool whole = gs_text_columns(text) <= columns;
    size_t used = 0, bytes = 0;
    for (int left = whole ? columns : columns - 1; text[used] != '\0'; used += bytes) {
        left -= next_width(text + used, &bytes);
        if (left < 0 || used + bytes + sizeof dots > size) {
            break;
        }
    }
    memcpy(out, text, used);
    snprintf(out + used, size - used, "%s", whole ? "" : dots);
}

static const char *const closing_signs[] = {"，", "。", "、", "；", "：", "！", "？", "）", "”", "》", "」", NULL};
static const char *const opening_signs[] = {"（", "“", "《", "「", NULL};

static bool one_of(const char *const *signs, const char *text)
{
    while (*signs != NULL && strncmp(text, *signs, strlen(*signs)) != 0) {
        signs++;
    }
    return *signs != NULL;
}

bool gs_text_ends_wide(const char *text)
{
    size_t len = strlen(text);
    return len >= strlen("：") && one_of(closing_signs, text + len - strlen("："));
}

/* How many bytes of text go on a line of so many columns: to its end, to the last blank, or up to a Chinese character.
 * A sign that closes never begins a line, one that opens never ends it. */
static size_t line_bytes(const char *text, int columns)
{
    size_t used = 0, bytes = 0, last_break = 0;
    int taken = 0;
    bool opened = false;
    while (text[used] != '\0') {
        int width = next_width(text + used, &bytes);
        bool breaks = text[used] == ' ' || (width > 1 && !opened && !one_of(closing_signs, text + used));
        opened = one_of(opening_signs, text + used);
        last_break = breaks && used > 0 ? used : last_break;
        if (taken + width > columns) {
            return last_break > 0 ? last_break : used > 0 ? used : bytes;
        }
        taken += width;
        used += bytes;
    }
    return used;
}

void gs_text_wrap(FILE *out, const char *text, int used, int indent, int width)
{
    while (text[0] != '\0') {
        size_t bytes = width > 0 ? line_bytes(text, width - used > NARROWEST ? width - used : NARROWEST) : strlen(text);
        fwrite(text, 1, bytes, out);
        text += bytes;
        text += strspn(text, " ");
        if (text[0] != '\0') {
            fprintf(out, "\n%*s", indent, "");
        }
        used = indent;
    }
    fputc('\n', out);
}

int gs_text_terminal_width(int fd)
{
    const char *given = getenv("COLUMNS");
    struct winsize size = {0};
    int64_t columns = 0;
    if (given != NULL && gs_typed_number(given, 1, TERMINAL_MAX, &columns) == GS_OK) {
        return (int)columns;
    }
    return isatty(fd) == 1 && ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

int gs_text_columns(const char *text)
{
    int columns = 0;
    size_t bytes = 0;
    for (; text[0] != '\0'; text += bytes) {
        columns += next_width(text, &bytes);
    }
    return columns;
}
