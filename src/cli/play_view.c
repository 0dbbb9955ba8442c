/* What the player shows: the progress line while it runs and the outcomes when it ends. */
#include "play.h"
#include <string.h>

/* Trucks from which nothing more is to come. */
static int64_t settled(const struct gs_play *p)
{
    int64_t sum = 0;
    for (size_t i = GS_TRUCK_DEPARTED; i < GS_TRUCK_STATES; i++) {
        sum += p->counts[i];
    }
    return sum;
}

void gs_play_show_progress(struct gs_play *p)
{
    static const struct {
        enum gs_truck_state state;
        enum gs_word word;
    } shown[] = {{GS_TRUCK_DEPARTED, W_DEPARTED},
                 {GS_TRUCK_ENTERED, W_INSIDE},
                 {GS_TRUCK_BOOKED, W_BOOKED},
                 {GS_TRUCK_NO_SHOW, W_NO_SHOW},
                 {GS_TRUCK_WAITLISTED, W_WAITLISTED}};
    if (!gs_progress_due(&p->progress)) {
        return;
    }
    char now[GS_RFC3339_TEXT], before[20], after[320];
    gs_rfc3339_format(p->clock_ms, p->cli->site.tz, now);
    gs_date_time_of(now, before);
    int len = snprintf(after, sizeof after, "%lld %s", (long long)p->steps, gs_cli_word(p->cli, W_STEPS));
    for (size_t i = 0; i < sizeof shown / sizeof shown[0] && len > 0 && (size_t)len < sizeof after; i++) {
        int64_t count = p->counts[shown[i].state];
        count += shown[i].state == GS_TRUCK_ENTERED ? p->counts[GS_TRUCK_CLEARED] : 0;
        len += snprintf(after + len, sizeof after - (size_t)len, "%s%s %lld", gs_cli_word(p->cli, W_COMMA),
                        gs_cli_word(p->cli, shown[i].word), (long long)count);
    }
    gs_progress_show(&p->progress, before, settled(p), (int64_t)p->day->count, after);
}

json_t *gs_play_summary(const struct gs_play *p)
{
    json_t *states = json_object();
    for (size_t i = GS_TRUCK_PENDING; i < GS_TRUCK_NO_PLACE; i++) {
        if (p->counts[i] > 0) {
            json_object_set_new(states, gs_truck_state_name((enum gs_truck_state)i), json_integer(p->counts[i]));
        }
    }
    return json_pack("{s:I, s:I, s:I, s:o, s:o, s:o, s:I, s:I, s:I}", "requests", (json_int_t)p->day->count, "booked",
                     (json_int_t)p->booked, "waitlisted", (json_int_t)p->waitlisted, "refused",
                     gs_code_tally_json(&p->refused), "ended", states, "turned_away",
                     gs_code_tally_json(&p->turned_away), "replayed", (json_int_t)p->replayed, "retries",
                     (json_int_t)p->retries, "steps", (json_int_t)p->steps);
}

static void add_row(struct gs_text_table *t, const char *text, int64_t count)
{
    gs_text_table_row(t);
    gs_text_table_text(t, text);
    gs_text_table_int(t, count);
}

void gs_play_print_summary(const struct gs_play *p)
{
    static const struct gs_column columns[] = {{W_OUTCOME, 0}, {W_COUNT, GS_COL_RIGHT}};
    struct gs_cli *cli = p->cli;
    struct gs_text_table *t = gs_text_table_create(cli, columns, 2);
    add_row(t, gs_cli_word(cli, W_REQUESTS), (int64_t)p->day->count);
    if (p->replayed > 0) {
        add_row(t, gs_cli_word(cli, W_REPLAYED), p->replayed);
    }
    add_row(t, gs_cli_word(cli, W_BOOKED), p->booked);
    add_row(t, gs_cli_word(cli, W_WAITLISTED), p->waitlisted);
    gs_code_tally_rows(&p->refused, cli->lang, W_REFUSED, t);
    gs_code_tally_rows(&p->turned_away, cli->lang, W_TURNED_AWAY, t);
    gs_text_table_print(t, cli->out);
    gs_text_table_destroy(t);
}
