/* What the site calls its windows. It asks once, and without a word if there is no answer. */
#include "cli.h"
#include "suggest.h"
#include "typed.h"
#include <string.h>

/* Names are asked for in Chinese only, and a site that does not answer now has none. */
static void learn_windows(struct gs_cli *cli)
{
    const struct gs_client_call call = {.method = "GET", .path = "/v1/site"};
    if (cli->site.windows != NULL || cli->site.asked) {
        return;
    }
    struct gs_response response;
    cli->site.asked = true;
    if (cli->transport->send(cli->transport->self, &call, &response) == GS_OK && response.status == 200) {
        json_t *answer = gs_cli_json(cli, &response.body);
        cli->site.windows = json_incref(json_object_get(answer, "windows"));
        json_decref(answer);
    }
    gs_response_finish(&response);
}

const char *gs_cli_window(struct gs_cli *cli, const char *id)
{
    size_t i;
    const json_t *window;
    if (cli->lang == GS_CLI_EN || id[0] == '\0') {
        return id;
    }
    learn_windows(cli);
    json_array_foreach(cli->site.windows, i, window)
    {
        const char *name = gs_get_text(window, "name");
        if (strcmp(gs_get_text(window, "id"), id) == 0 && name[0] != '\0') {
            return name;
        }
    }
    return id;
}

const char *gs_cli_window_of(struct gs_cli *cli, const json_t *window)
{
    const char *name = gs_get_text(window, "name");
    return cli->lang == GS_CLI_EN || name[0] == '\0' ? gs_get_text(window, "id") : name;
}

enum { WINDOWS_MAX = 64 };

/* The one window whose member is this text; NULL: none, or several, of which none can be meant. */
static const char *id_of_only(const json_t *windows, const char *member, const char *text)
{
    const char *id = NULL;
    size_t i;
    const json_t *window;
    json_array_foreach(windows, i, window)
    {
        if (strcmp(gs_get_text(window, member), text) == 0) {
            if (id != NULL) {
                return NULL;
            }
            id = gs_get_text(window, "id");
        }
    }
    return id;
}

/* An id is meant before a name that another window may have, and both before the words for all. */
const char *gs_cli_window_id(struct gs_cli *cli, const char *typed)
{
    char plain[GS_TYPED_MAX];
    if (gs_typed_plain(typed, plain, sizeof plain) != GS_OK) {
        return typed;
    }
    learn_windows(cli);
    const char *id = id_of_only(cli->site.windows, "id", plain);
    id = id != NULL ? id : id_of_only(cli->site.windows, "name", plain);
    if (id == NULL && (strcmp(plain, "全天") == 0 || strcmp(plain, "全部") == 0)) {
        id = "all";
    }
    return id != NULL ? id : typed;
}

void gs_cli_hint_window(struct gs_cli *cli, const char *typed)
{
    const char *names[WINDOWS_MAX + 1] = {NULL};
    size_t i, count = 0;
    const json_t *window;
    if (typed == NULL) {
        return;
    }
    learn_windows(cli);
    json_array_foreach(cli->site.windows, i, window)
    {
        const char *id = gs_get_text(window, "id");
        if (strcmp(id, typed) == 0) {
            return;
        }
        names[count] = id;
        count += count < WINDOWS_MAX ? 1 : 0;
    }
    names[count] = NULL;
    if (count > 0 && strcmp(typed, "all") != 0) {
        (void)gs_cli_no_such(cli, gs_cli_word(cli, W_WINDOW), typed, names);
    }
}
