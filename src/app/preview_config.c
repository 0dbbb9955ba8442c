/* Answers for what a reload of another configuration would do, asked for beforehand: every option that it changes, and by date what becomes
 * of bookings; or all that is wrong with it, also what the daemon under way could not take over. Nothing is changed. It is found out step by
 * step, on copies of the book as it stood at one instant. */
#include "gateslot/base/text.h"
#include "gateslot/core/preview.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"

enum { BOOKINGS_NAMED = 20 };

struct gs_preview_task {
    struct gs_config *next; /* owned */
    struct gs_config_problems problems;
    struct gs_preview_fault faults[GS_CONFIG_PROBLEMS_MAX];
    struct gs_arena arena; /* what options says */
    struct gs_option_changes options;
    struct gs_previewing *run; /* owned */
    struct gs_preview preview; /* when it is ready */
    bool is_ready, is_copy_checked;
};

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
static void check_reload(const struct gs_app *app, const struct gs_book *book, const struct gs_config *next,
                         struct gs_config_problems *problems)
{
    struct refusals r = {.problems = problems};
    if (strcmp(next->rules.timezone, app->config->rules.timezone) != 0) {
        refuse(problems, "site.timezone",
               "another time zone is taken over by a restart only; a reload refuses the file");
        return;
    }
    (void)gs_book_unfit(book, &next->rules, true, NULL, refuse_for_booking, &r);
    if (r.bookings > BOOKINGS_NAMED) {
        char message[96];
        (void)snprintf(message, sizeof message, "%zu live bookings in all would lose their window", r.bookings);
        refuse(problems, "windows", message);
    }
}

static void show_faults(struct gs_preview_task *t)
{
    for (size_t i = 0; i < t->problems.count; i++) {
        const struct gs_config_problem *p = &t->problems.list[i];
        t->faults[i] = (struct gs_preview_fault){p->line, p->column, p->key, p->message};
    }
    t->preview = (struct gs_preview){.fault_count = t->problems.count, .faults = t->faults};
    t->is_ready = true;
}

/* What is there to be seen at once. */
static int begin(struct gs_app *app, const char *text, size_t len, struct gs_preview_task *t)
{
    int err = gs_config_parse(text, len, &t->next, &t->problems);
    if (err == GS_OK) {
        gs_app_apply_due(app);
        check_reload(app, app->book, t->next, &t->problems);
    }
    if (err == GS_E_INVALID || (err == GS_OK && t->problems.count > 0)) {
        show_faults(t);
        return GS_OK;
    }
    err = err != GS_OK ? err
                       : gs_config_changes(app->boot, app->config, t->next, GS_OPTION_TEXT_MAX, &t->arena, &t->options);
    return err != GS_OK ? err : gs_previewing_create(&t->next->rules, &t->run);
}

int gs_app_preview(struct gs_app *app, const char *text, size_t len, struct gs_preview_task **out)
{
    struct gs_preview_task *t = calloc(1, sizeof *t);
    if (t == NULL) {
        return GS_E_NOMEM;
    }
    gs_arena_init(&t->arena);
    int err = begin(app, text, len, t);
    if (err != GS_OK) {
        gs_app_preview_end(t);
        return err;
    }
    *out = t;
    return GS_OK;
}

/* While the book was copied, another booking may have come to need its window. */
static void check_copy(const struct gs_app *app, struct gs_preview_task *t)
{
    const struct gs_book *copy = gs_previewing_copy(t->run);
    if (copy != NULL && !t->is_copy_checked) {
        t->is_copy_checked = true;
        check_reload(app, copy, t->next, &t->problems);
    }
}

int gs_app_preview_step(struct gs_app *app, struct gs_preview_task *t, const struct gs_preview **out_ready)
{
    bool done = false;
    *out_ready = NULL;
    if (!t->is_ready) {
        int err = gs_previewing_step(t->run, app->book, &done);
        if (err == GS_E_RANGE) {
            refuse(&t->problems, "windows",
                   "a day would have more windows or slots than it can, with those that bookings hold");
        } else if (err != GS_OK) {
            return err;
        }
        check_copy(app, t);
    }
    if (done) {
        t->preview = (struct gs_preview){.options = &t->options, .plans = gs_previewing_plans(t->run)};
        t->is_ready = true;
    } else if (t->problems.count > 0) {
        show_faults(t);
    }
    *out_ready = t->is_ready ? &t->preview : NULL;
    return GS_OK;
}

void gs_app_preview_end(struct gs_preview_task *t)
{
    gs_previewing_destroy(t->run);
    gs_config_destroy(t->next);
    gs_arena_finish(&t->arena);
    free(t);
}
