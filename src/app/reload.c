/* Answers for SIGHUP: the file is read and checked whole; what breaks no promise is taken over at once, what needs a restart
 * is named; a file that is bad, or that shrinks a window under its bookings, changes nothing. */
#include <inttypes.h>
#include <string.h>

#include "app.h"
#include "gateslot/base/log.h"
#include "notify.h"

enum { NAMED_MAX = 10 };

static struct gs_config *read_config(const struct gs_app *app)
{
    static const char *note = "note=\"the old configuration stays\"";
    struct gs_config *next = NULL;
    struct gs_config_problems problems = {0};
    int err = gs_config_load(app->options.config_path, &next, &problems);
    for (size_t i = 0; i < problems.count; i++)
        gs_log(GS_LOG_ERROR, "reload", "place=%s:%d:%d key=%s error=\"%s\"", app->options.config_path,
               problems.list[i].line, problems.list[i].column, problems.list[i].key, problems.list[i].message);
    if (err != GS_OK) {
        gs_log(GS_LOG_ERROR, "reload", "problems=%zu %s", problems.count, note);
        return NULL;
    }
    return next;
}

static bool breaks_promises(const struct gs_app *app, const struct gs_rules *next)
{
    int64_t ids[NAMED_MAX];
    size_t count = gs_book_misfits(app->book, next, ids, NAMED_MAX);
    for (size_t i = 0; i < count && i < NAMED_MAX; i++) {
        const struct gs_booking *b = gs_book_get(app->book, ids[i]);
        char id[GS_BOOKING_ID_TEXT], date[GS_DATE_TEXT];
        gs_booking_id_format(ids[i], id);
        gs_date_format(b->wish.date, date);
        gs_log(GS_LOG_ERROR, "reload",
               "booking=%s plate=%s date=%s window=%s error=\"has no place under the new windows\"", id, b->truck.plate,
               date, b->window);
    }
    if (count > 0)
        gs_log(GS_LOG_ERROR, "reload", "bookings=%zu note=\"refused: the old configuration stays\"", count);
    return count > 0;
}

static void name_restart_keys(const struct gs_app *app, const struct gs_config *next)
{
    const char *keys[16];
    size_t count = gs_config_needs_restart(app->boot, next, keys, 16);
    for (size_t i = 0; i < count && i < 16; i++)
        gs_log(GS_LOG_WARNING, "reload", "key=%s note=\"takes effect at the next start\"", keys[i]);
}

static void take_over(struct gs_app *app, struct gs_config *next, struct gs_book *book)
{
    struct gs_config *old = app->config;
    gs_book_destroy(app->book);
    app->book = book;
    app->config = next;
    if (old != app->boot)
        gs_config_destroy(old);
    struct gs_command note = {.kind = GS_CMD_NOTE, .actor = {.role = GS_ROLE_SYSTEM, .name = "gateslotd"}};
    note.u.note.type = GS_EV_CONFIG_RELOADED;
    struct gs_outcome outcome;
    app->service.apply(app, &note, &outcome);
    app->count.reloads++;
    gs_log(GS_LOG_NOTICE, "reloaded", "path=%s", app->options.config_path);
}

void gs_app_reload(struct gs_app *app)
{
    gs_notify_reloading();
    struct gs_config *next = read_config(app);
    struct gs_book *book = NULL;
    if (next == NULL)
        goto ready;
    name_restart_keys(app, next);
    if (strcmp(next->rules.timezone, app->config->rules.timezone) != 0) {
        gs_log(GS_LOG_ERROR, "reload",
               "key=site.timezone note=\"refused: dates would change under their bookings; restart\"");
        goto discard;
    }
    (void)app->service.book(app);
    if (breaks_promises(app, &next->rules))
        goto discard;
    if (gs_book_rebuild(app->book, &next->rules, &book) != GS_OK) {
        gs_log(GS_LOG_ERROR, "reload", "error=\"no memory; the old configuration stays\"");
        goto discard;
    }
    take_over(app, next, book);
    goto ready;
discard:
    gs_config_destroy(next);
ready:
    gs_notify_ready();
}
