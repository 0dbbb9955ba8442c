/* Gathers the history of a booking from the API, page by page: the latest events come first, so each further page goes before what is there. */
#include "story_pages.h"
#include <string.h>

#define TARGET_MAX 2000

static enum gs_exit get_one(struct gs_cli *cli, const char *path, bool quietly, struct gs_cli_answer *out)
{
    const struct gs_client_call call = {.method = "GET", .path = path};
    if (!quietly) {
        return gs_cli_get(cli, path, out);
    }
    enum gs_exit rc = gs_cli_try(cli, &call, out);
    return rc == GS_EXIT_OK && out->response.status != 200 ? GS_EXIT_OTHER : rc;
}

static enum gs_exit get_page(struct gs_cli *cli, const char *path, const char *cursor, bool quietly,
                             struct gs_cli_answer *out)
{
    struct gs_buf target;
    gs_buf_init(&target, TARGET_MAX);
    gs_buf_str(&target, path);
    gs_path_query(&target, "cursor", cursor);
    enum gs_exit rc = get_one(cli, gs_buf_status(&target) == GS_OK ? target.data : path, quietly, out);
    gs_buf_finish(&target);
    return rc;
}

/* Those of the page, then those that are there. */
static void put_before(json_t *story, const json_t *page)
{
    json_t *items = json_array();
    (void)json_array_extend(items, json_object_get(page, "items"));
    (void)json_array_extend(items, json_object_get(story, "items"));
    (void)json_object_set_new(story, "items", items);
    (void)json_object_set(story, "next_cursor", json_object_get(page, "next_cursor"));
}

enum gs_exit gs_story_get(struct gs_cli *cli, const char *path, bool quietly, struct gs_cli_answer *out)
{
    enum gs_exit rc = get_page(cli, path, NULL, quietly, out);
    while (rc == GS_EXIT_OK && json_is_string(json_object_get(out->json, "next_cursor"))) {
        struct gs_cli_answer page;
        rc = get_page(cli, path, gs_get_text(out->json, "next_cursor"), quietly, &page);
        if (rc == GS_EXIT_OK) {
            put_before(out->json, page.json);
        }
        gs_cli_answer_finish(&page);
    }
    return rc;
}

void gs_story_print_json(struct gs_cli *cli, const struct gs_cli_answer *story)
{
    (void)json_dumpf(story->json, cli->out, JSON_COMPACT);
    fputc('\n', cli->out);
}
