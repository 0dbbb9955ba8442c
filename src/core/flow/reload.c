/* New rules for a book under way: says that they are in force, with what they change in all, and has every date planned anew by them. */
#include "flow/change.h"
#include "flow/replan.h"

/* How many move, have to wait and get a place: told before it happens, so it is worked out beforehand. */
static int count_all(const struct gs_book *old, const struct gs_rules *rules, struct gs_event *out)
{
    struct gs_plans plans;
    int err = gs_book_preview(old, rules, &plans);
    if (err != GS_OK) {
        return err;
    }
    for (size_t i = 0; i < plans.count; i++) {
        out->moved += (int32_t)plans.at[i].moved.count;
        out->waitlisted += (int32_t)plans.at[i].waitlisted.count;
        out->promoted += (int32_t)plans.at[i].promoted.count;
    }
    gs_plans_finish(&plans);
    return GS_OK;
}

void gs_book_reload(struct gs_book *book, const struct gs_book *old, struct gs_batch *batch,
                    const struct gs_option_changes *options, void (*told)(void *arg, const struct gs_reload_day *day),
                    void *arg)
{
    struct gs_act act = gs_act_of_system(book, batch, book->now_ms);
    struct gs_event event = {.type = GS_EV_CONFIG_RELOADED, .options = gs_batch_options(batch, options)};
    if (count_all(old, book->rules, &event) != GS_OK) {
        batch->failed = book->broken = true;
        return;
    }
    gs_change_tell(&act, &event);
    struct gs_replanning replanning = {.book = book, .old = old, .batch = batch};
    struct gs_reload_day day;
    while (gs_replan_step(&replanning, &day)) {
        if (day.windows > 0 && told != NULL) {
            told(arg, &day);
        }
    }
}
