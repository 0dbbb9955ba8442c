/* Answers for the book's time: what instant it is for the book, and that all that is due by then is applied. The API's service, the timers and
 * a reload share it. */
#include "app.h"

#include <stdlib.h>

#include "gateslot/base/log.h"
#include "gateslot/core/journal.h"

int64_t gs_app_now(const struct gs_app *app)
{
    int64_t now = gs_clock_now(&app->clock), applied = gs_book_now(app->book);
    return now > applied ? now : applied; /* a wall clock set back does not turn the site's time back */
}

void gs_app_check_batch(const struct gs_app *app)
{
    if (app->batch.failed) {
        gs_log(GS_LOG_ERROR, "memory", "error=\"no memory for a batch; ending, the store is complete\"");
        abort();
    }
}

void gs_app_apply_due(struct gs_app *app)
{
    gs_journal_apply_due(app->book, gs_app_now(app), &app->batch);
    gs_app_check_batch(app);
}
