/* explain: the story of one booking, told by the daemon event by event. */
#include "booking_view.h"
#include "commands.h"
#include "ref.h"
#include "story_pages.h"

enum { INDENT = 18 }; /* behind the time */

static void print_story(struct gs_cli *cli, const json_t *history)
{
    size_t i;
    const json_t *event;
    json_array_foreach(json_object_get(history, "items"), i, event)
    {
        char at[20];
        gs_date_time_of(gs_get_text(event, "at"), at);
        fprintf(cli->out, "%s  ", at);
        gs_text_wrap(cli->out, gs_get_text(event, "text"), INDENT, INDENT, cli->width);
    }
}

enum gs_exit gs_cmd_explain(struct gs_cli *cli, const struct gs_cli_command *self, const struct gs_args *args)
{
    (void)self;
    char path[GS_REF_PATH_MAX], history[GS_REF_PATH_MAX];
    enum gs_exit rc = gs_ref_paths(cli, gs_args_operand(args, 0), path, history);
    if (rc != GS_EXIT_OK) {
        return rc;
    }
    struct gs_cli_answer booking, story;
    rc = gs_story_get(cli, history, false, &story);
    if (rc == GS_EXIT_OK && cli->json) {
        gs_story_print_json(cli, &story);
    } else if (rc == GS_EXIT_OK) {
        rc = gs_cli_get(cli, path, &booking);
        if (rc == GS_EXIT_OK) {
            gs_booking_line(cli, cli->out, booking.json);
            print_story(cli, story.json);
        }
        gs_cli_answer_finish(&booking);
    }
    gs_cli_answer_finish(&story);
    return rc;
}
