/* Answers for the refusals that the journal only counts: each minute's sums go to the open batch and to the log, so that a flood is seen
 * where people look. */
#include "app.h"
#include "gateslot/base/log.h"
#include "gateslot/core/journal.h"

void gs_app_sum_refusals(struct gs_app *app, bool any)
{
    struct gs_refusal_sum sum;
    while (!app->storage_full && gs_refusals_take(&app->refusals, gs_book_now(app->book), any, &sum)) {
        gs_journal_refusals(&app->batch, &sum);
        gs_log(GS_LOG_NOTICE, "refusals", "name=%s command=%s code=%s count=%lld ms=%lld note=\"only counted\"",
               sum.actor.name, gs_command_kind_name(sum.kind), gs_code_name(sum.code), (long long)sum.count,
               (long long)(sum.last_ms - sum.first_ms));
    }
}
