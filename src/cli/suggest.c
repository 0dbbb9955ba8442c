/* "Did you mean": the nearest of the words that were possible. */
#include "suggest.h"
#include "gateslot/base/text.h"
#include <string.h>

enum { NEAR = 2, PREFIX = 3, ALL_MAX = 256 };

const char *gs_nearest(const char *const *names, const char *given)
{
    const char *best = NULL;
    size_t best_distance = NEAR + 1, len = strlen(given);
    for (const char *const *name = names; *name != NULL; name++) {
        bool prefix = len >= PREFIX && strncmp(*name, given, len) == 0;
        size_t distance = prefix ? 0 : gs_text_distance(*name, given);
        if (distance < best_distance && (prefix || 2 * distance < len)) {
            best = *name;
            best_distance = distance;
        }
    }
    return best;
}

/* All of them, if they fit. */
static void join_names(enum gs_cli_lang lang, const char *const *names, char *out, size_t size)
{
    size_t used = 0;
    out[0] = '\0';
    for (; *names != NULL; names++) {
        int added = snprintf(out + used, size - used, "%s%s", used == 0 ? "" : lang == GS_CLI_ZH ? "、" : ", ", *names);
        if (added < 0 || (size_t)added >= size - used) {
            out[0] = '\0';
            return;
        }
        used += (size_t)added;
    }
}

void gs_no_such_text(enum gs_cli_lang lang, const char *what, const char *given, const char *const *names, char *out,
                     size_t size)
{
    char all[ALL_MAX];
    const char *nearest = gs_nearest(names, given);
    join_names(lang, names, all, sizeof all);
    enum gs_word word = nearest != NULL ? W_NO_SUCH_NEAREST : all[0] != '\0' ? W_NO_SUCH_OF : W_NO_SUCH;
    const char *const values[] = {what, given, nearest != NULL ? nearest : all, NULL};
    (void)gs_word_fill(lang, word, values, out, size);
}

enum gs_exit gs_cli_no_such(struct gs_cli *cli, const char *what, const char *given, const char *const *names)
{
    char text[1024];
    gs_no_such_text(cli->lang, what, given, names, text, sizeof text);
    gs_cli_say(cli, text, NULL);
    return GS_EXIT_USAGE;
}

enum gs_exit gs_cli_wrong(struct gs_cli *cli, enum gs_word why, const char *what, const char *given)
{
    char text[1024];
    const char *const values[] = {what, given, NULL};
    gs_cli_say(cli, gs_word_fill(cli->lang, why, values, text, sizeof text), NULL);
    return GS_EXIT_USAGE;
}
