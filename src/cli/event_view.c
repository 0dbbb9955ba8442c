/* Prints events a line each. The sentences are the daemon's; only who did it is put into words here. */
#include "event_view.h"
#include "text_width.h"
#include <string.h>

enum { NARROW = 100, LINE_MAX_BYTES = 2048, ID_COLUMNS = 8, PLATE_COLUMNS = 11, INDENT = 21, INDENT_OF_BOOKING = 18 };

static const char *role_word(const struct gs_cli *cli, const char *role)
{
    static const struct {
        const char *role;
        enum gs_word word;
    } roles[] = {{"system", W_ROLE_SYSTEM},         {"backend", W_ROLE_BACKEND}, {"gate", W_ROLE_GATE},
                 {"supervisor", W_ROLE_SUPERVISOR}, {"display", W_ROLE_DISPLAY}, {"metrics", W_ROLE_METRICS}};
    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++) {
        if (strcmp(roles[i].role, role) == 0) {
            return gs_cli_word(cli, roles[i].word);
        }
    }
    return role;
}

/* "Entered the yard. (root, supervisor)"; an older daemon tells no sentence, then the type and the reason stand for it. */
static void tell(struct gs_cli *cli, const json_t *event, char *out, size_t size)
{
    const json_t *actor = json_object_get(event, "actor");
    const char *text = gs_get_text(event, "text"), *role = gs_get_text(actor, "role"),
               *name = gs_get_text(actor, "name"), *person = gs_get_text(actor, "person");
    bool by_system = strcmp(role, "system") == 0;
    const char *reason = gs_get_text(event, "reason");
    const char *comma = by_system || name[0] == '\0' || role[0] == '\0' ? "" : gs_cli_word(cli, W_COMMA);
    snprintf(out, size, "%s%s%s%s%s%s%s%s%s%s", text[0] != '\0' ? text : gs_get_text(event, "type"),
             text[0] == '\0' && reason[0] != '\0' ? gs_cli_word(cli, W_COLON) : "", text[0] == '\0' ? reason : "",
             gs_cli_word(cli, W_OPENING), by_system ? "" : name, person[0] != '\0' ? "/" : "", person, comma,
             role_word(cli, role), gs_cli_word(cli, W_CLOSING));
}

/* How many columns it took: a longer text takes more than its own. */
static int put_column(FILE *out, const char *text, int columns)
{
    int taken = gs_text_columns(text), pad = columns - taken > 2 ? columns - taken : 2;
    fprintf(out, "%s%*s", text, pad, "");
    return taken + pad;
}

void gs_event_line(struct gs_cli *cli, const json_t *event)
{
    char at[20], head[64], line[LINE_MAX_BYTES];
    const char *id = gs_get_text(event, "booking_id");
    const char *plate = gs_get_text(json_object_get(event, "data"), "plate");
    bool narrow = cli->width > 0 && cli->width < NARROW;
    gs_date_time_of(gs_get_text(event, "at"), at);
    snprintf(head, sizeof head, "%6lld  %s  ", (long long)gs_get_int(event, "seq", 0),
             narrow && at[0] != '\0' ? at + strlen("2026-") : at);
    fputs(head, cli->out);
    int used = gs_text_columns(head);
    if (id[0] != '\0' || plate[0] != '\0') {
        used += put_column(cli->out, id, ID_COLUMNS);
        used += put_column(cli->out, plate, PLATE_COLUMNS);
    }
    tell(cli, event, line, sizeof line);
    gs_text_wrap(cli->out, line, used, INDENT, cli->width);
}

void gs_event_of_booking(struct gs_cli *cli, const json_t *event)
{
    char at[20], line[LINE_MAX_BYTES];
    gs_date_time_of(gs_get_text(event, "at"), at);
    fprintf(cli->out, "%s  ", at);
    tell(cli, event, line, sizeof line);
    gs_text_wrap(cli->out, line, INDENT_OF_BOOKING, INDENT_OF_BOOKING, cli->width);
}
