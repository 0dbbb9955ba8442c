/* Answers for SIGHUP: the file is read and checked whole, and taken over at once; what needs a restart is named; a
 * file that is bad changes nothing. A booking that loses its place by new windows is moved or displaced by
 * the core's plan, date by date. */
#include <inttypes.h>
#include <string.h>

#include "app.h"
#include "gateslot/base/log.h"
#include "gateslot/base/text.h"
#include "gateslot/core/journal.h"
#include "live_changes.h"
#include "notify.h"

/* A reload that is not taken over: one sentence for each fault, for the log and for whoever asks later. */
static void note_fault(struct gs_app *app, const char *sentence)
{
    struct gs_reload_note *note = &app->reload;
    if (note->shown < GS_RELOAD_FAULTS) {
        (void)gs_text_copy(note->sentences[note->shown], sizeof note->sentences[0], sentence);
        note->shown++;
    }
    note->faults++;
}

static void note_problem(struct gs_app *app, const struct gs_config_problem *problem)
{
    char sentence[GS_CONFIG_PROBLEM_TEXT];
    gs_config_problem_format(problem, app->options.config_path, sentence);
    note_fault(app, sentence);
}

static struct gs_config *read_config(struct gs_app *app)
{
    static const char *note = "note=\"the old configuration stays\"";
    struct gs_config *next = NULL;
    struct gs_config_problems problems = {0};
    int err = gs_config_load(app->options.config_path, &next, &problems);
    for (size_t i = 0; i < problems.count; i++) {
        gs_log(GS_LOG_ERROR, "reload", "place=%s:%d:%d key=%s error=\"%s\"", app->options.config_path,
               problems.list[i].line, problems.list[i].column, problems.list[i].key, problems.list[i].message);
        note_problem(app, &problems.list[i]);
    }
    if (err != GS_OK && problems.count == 0) {
        note_fault(app, gs_strerror(err));
    }
    if (err != GS_OK) {
        gs_log(GS_LOG_ERROR, "reload", "problems=%zu %s", problems.count, note);
        return NULL;
    }
    return next;
}

static void name_restart_keys(const struct gs_app *app, const struct gs_config *next)
{
    const char *keys[16];
    size_t count = gs_config_needs_restart(app->boot, next, keys, 16);
    for (size_t i = 0; i < count && i < 16; i++) {
        gs_log(GS_LOG_WARNING, "reload", "key=%s note=\"takes effect at the next start\"", keys[i]);
    }
}

static void log_day(void *arg, const struct gs_reload_day *day)
{
    (void)arg;
    char date[GS_DATE_TEXT];
    gs_date_format(day->date, date);
    gs_log(GS_LOG_NOTICE, "reload_plan",
           "date=%s windows=%" PRId32 " moved=%" PRId32 " waitlisted=%" PRId32 " promoted=%" PRId32, date, day->windows,
           day->moved, day->waitlisted, day->promoted);
}

/* Judged already, with the rest of the file; read once more, now to be used. */
static int read_certificate(struct gs_app *app, const struct gs_config *next, struct gs_certificate **out)
{
    struct gs_certificate_faults faults = {.chain = ""};
    int err = gs_app_certificate_read(next, out, &faults);
    if (err == GS_OK) {
        return GS_OK;
    }
    const char *why = faults.chain[0] != '\0' ? faults.chain : faults.key[0] != '\0' ? faults.key : gs_strerror(err);
    gs_log(GS_LOG_ERROR, "reload", "error=\"%s\" note=\"the old configuration stays\"", why);
    note_fault(app, why);
    return err;
}

static int take_over(struct gs_app *app, struct gs_config *next, struct gs_book *book)
{
    struct gs_config *old = app->config;
    struct gs_arena arena;
    struct gs_option_changes changes = {0};
    bool same = next->text_len == old->text_len && memcmp(next->text, old->text, next->text_len) == 0;
    gs_arena_init(&arena);
    int err = same ? GS_OK : gs_config_changes(old, old, next, GS_OPTION_TEXT_MAX, &arena, &changes);
    if (err != GS_OK) {
        gs_arena_finish(&arena);
        return err;
    }
    gs_book_reload(book, app->book, &app->batch, &changes, log_day, NULL);
    gs_arena_finish(&arena);
    gs_journal_rules(&app->batch, gs_book_now(book), same ? NULL : next->text, next->text_len);
    gs_book_destroy(app->book);
    app->book = book;
    app->config = next;
    app->idem_keys.per_name = next->keys_per_name;
    app->idem_keys.in_total = next->keys_total;
    gs_app_limit_clients(app);
    gs_app_webhooks_configure(app);
    gs_app_peers_look_up(app);
    gs_api_renew(app->api);
    app->clock.max_leap_ms = (int64_t)next->max_leap_min * 60 * 1000;
    if (old != app->boot) {
        gs_config_destroy(old);
    }
    app->count.reloads++;
    app->reload.ok = true;
    app->loaded_ms = app->reload.at_ms;
    gs_log(GS_LOG_NOTICE, "reloaded", "path=%s", app->options.config_path);
    gs_app_apply_due(app);
    return GS_OK;
}

void gs_app_reload(struct gs_app *app)
{
    gs_notify_reloading();
    app->reload = (struct gs_reload_note){.at_ms = gs_app_now(app)};
    struct gs_config *next = read_config(app);
    struct gs_book *book = NULL;
    struct gs_certificate *pair = NULL;
    if (next == NULL) {
        goto ready;
    }
    if (read_certificate(app, next, &pair) != GS_OK) {
        goto discard;
    }
    name_restart_keys(app, next);
    if (strcmp(next->rules.timezone, app->config->rules.timezone) != 0) {
        gs_log(GS_LOG_ERROR, "reload",
               "key=site.timezone note=\"refused: taken over by a restart, which refuses it too under live bookings\"");
        note_fault(app, "site.timezone: another zone is only taken over by a restart");
        goto discard;
    }
    if (app->batch.journal.len >= GS_JOURNAL_BATCH_MAX) {
        gs_log(GS_LOG_ERROR, "reload", "error=\"the store is too slow\" note=\"the old configuration stays\"");
        note_fault(app, "the store is too slow");
        goto discard;
    }
    gs_app_apply_due(app);
    if (!gs_live_changes_fit(app->book, &next->rules, app->config->rules.timezone)) {
        gs_log(GS_LOG_ERROR, "reload", "note=\"the old configuration stays\"");
        note_fault(app, "live bookings would lose their window or their time of day; the log names them");
        goto discard;
    }
    int err = gs_book_rebuild(app->book, &next->rules, &book);
    err = err == GS_OK ? gs_app_certificate_use(app, next, pair) : err;
    err = err == GS_OK ? take_over(app, next, book) : err;
    if (err == GS_OK) {
        goto ready;
    }
    gs_log(GS_LOG_ERROR, "reload", "error=\"%s\" note=\"the old configuration stays\"", gs_strerror(err));
    note_fault(app, gs_strerror(err));
    gs_book_destroy(book);
discard:
    gs_config_destroy(next);
ready:
    gs_certificate_destroy(pair);
    app->count.failed_reloads += app->reload.ok ? 0 : 1;
    gs_notify_ready();
}
