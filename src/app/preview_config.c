/* Answers for what a reload of another configuration would do, asked for beforehand: every option that it changes, and by date what becomes
 * of bookings; or all that is wrong with it, also what the daemon under way could not take over. Nothing is changed. */
#include "gateslot/base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "app.h"

enum { BOOKINGS_NAMED = 20 };

struct refusals {
    struct gs_config_problems *problems;
    size_t bookings;
};

static void refuse(struct gs_config_problems *problems, const char *key, const char *message)
{
    if (problems->count == GS_CONFIG_PROBLEMS_MAX) {
        problems->dropped++;
        return;
    }
    struct gs_config_problem *p = &problems->list[problems->count++];
    *p = (struct gs_config_problem){0};
    (void)gs_text_copy(p->key, sizeof p->key, key);
    (void)gs_text_copy(p->message, sizeof p->message, message);
}

static void refuse_for_booking(void *arg, const struct gs_booking *b, bool window)
{
    struct refusals *r = arg;
    char id[GS_BOOKING_ID_TEXT], date[GS_DATE_TEXT], key[sizeof "windows." + GS_WINDOWS_TEXT_MAX], message[256];
    if (r->bookings++ >= BOOKINGS_NAMED) {
        return;
    }
    gs_booking_id_format(b->id, id);
    gs_date_format(b->wish.date, date);
    (void)snprintf(key, sizeof key, window ? "windows.%s" : "site.timezone",
                   b->status == GS_WAITLISTED ? b->wish.windows : b->window);
    (void)snprintf(message, sizeof message, "would take its %s from booking %s of %s (%s); a reload refuses that",
                   window ? "window" : "time", id, date, gs_status_name(b->status));
    refuse(r->problems, key, message);
}

/* As a reload: another zone is refused as a whole, and no live booking loses its window. */
static void check_reload(const struct gs_app *app, const struct gs_config *next, struct gs_config_problems *problems)
{
    struct refusals r = {.problems = problems};
    if (strcmp(next->rules.timezone, app->config->rules.timezone) != 0) {
        refuse(problems, "site.timezone",
               "another time zone is taken over by a restart only; a reload refuses the file");
        return;
    }
    (void)gs_book_unfit(app->book, &next->rules, true, NULL, refuse_for_booking, &r);
    if (r.bookings > BOOKINGS_NAMED) {
        char message[96];
        (void)snprintf(message, sizeof message, "%zu live bookings in all would lose their window", r.bookings);
        refuse(problems, "windows", message);
    }
}

static int show_faults(const struct gs_config_problems *problems,
                       void (*show)(void *arg, const struct gs_preview *preview), void *arg)
{
    struct gs_preview_fault faults[GS_CONFIG_PROBLEMS_MAX];
    for (size_t i = 0; i < problems->count; i++) {
        const struct gs_config_problem *p = &problems->list[i];
        faults[i] = (struct gs_preview_fault){p->line, p->column, p->key, p->message};
    }
    show(arg, &(struct gs_preview){.fault_count = problems->count, .faults = faults});
    return GS_OK;
}

static int show_effects(const struct gs_app *app, const struct gs_config *next, struct gs_config_problems *problems,
                        void (*show)(void *arg, const struct gs_preview *preview), void *arg)
{
    struct gs_arena arena;
    struct gs_option_changes options = {0};
    struct gs_plans plans = {0};
    gs_arena_init(&arena);
    int err = gs_config_changes(app->boot, app->config, next, GS_OPTION_TEXT_MAX, &arena, &options);
    err = err == GS_OK ? gs_book_preview(app->book, &next->rules, &plans) : err;
    if (err == GS_OK) {
        show(arg, &(struct gs_preview){.options = &options, .plans = &plans});
    } else if (err == GS_E_RANGE) {
        refuse(problems, "windows",
               "a day would have more windows or slots than it can, with those that bookings hold");
        err = show_faults(problems, show, arg);
    }
    gs_plans_finish(&plans);
    gs_arena_finish(&arena);
    return err;
}

int gs_app_preview(struct gs_app *app, const char *text, size_t len,
                   void (*show)(void *arg, const struct gs_preview *preview), void *arg)
{
    struct gs_config *next = NULL;
    struct gs_config_problems problems = {0};
    int err = gs_config_parse(text, len, &next, &problems);
    if (err == GS_E_INVALID) {
        return show_faults(&problems, show, arg);
    }
    if (err != GS_OK) {
        return err;
    }
    gs_app_apply_due(app);
    check_reload(app, next, &problems);
    err = problems.count > 0 ? show_faults(&problems, show, arg) : show_effects(app, next, &problems, show, arg);
    gs_config_destroy(next);
    return err;
}
