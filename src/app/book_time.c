/* Answers for the book's time: what instant it is for the book, and that all that is due by then is applied, unless the
 * clock cannot be trusted. The API's service, the timers and
 * a reload share it. */
#include "app.h"

#include <stdlib.h>

#include "gateslot/base/log.h"
#include "gateslot/core/journal.h"

int64_t gs_app_now(struct gs_app *app)
{
    int64_t now = gs_clock_now(&app->clock), applied = gs_book_now(app->book);
    return now > applied ? now : applied; /* a wall clock set back does not turn the site's time back */
}

void gs_app_check_batch(const struct gs_app *app)
{
    if (app->batch.failed) {
        gs_log(GS_LOG_ERROR, "memory", "error=\"no memory for a batch; ending, the store is complete\"");
        gs_log_flush();
        abort();
    }
}

void gs_app_apply_due(struct gs_app *app)
{
    const int64_t now_ms = gs_app_now(app);
    if (!app->clock.refused) {
        gs_journal_apply_due(app->book, now_ms, &app->batch);
        gs_app_check_batch(app);
    }
}

void gs_app_pass_time(struct gs_app *app)
{
    const int64_t now_ms = gs_app_now(app);
    int64_t before_ms = INT64_MIN;
    for (int64_t at_ms = gs_book_next_due(app->book); before_ms < at_ms && at_ms < now_ms && !app->clock.refused;
         at_ms = gs_book_next_due(app->book)) {
        gs_journal_apply_due(app->book, at_ms, &app->batch);
        gs_app_check_batch(app);
        before_ms = at_ms;
    }
    gs_app_apply_due(app);
}
