/* What each company holds of a day: its places are counted by window as they are taken and given back. How much it may hold is
 * rules/quota.c's. */
#include "state/holdings.h"

#include "state/state.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void gs_holdings_finish(struct gs_holdings *q)
{
    gs_table_finish(&q->companies);
    free(q->held);
    memset(q, 0, sizeof *q);
}

int gs_holdings_take(struct gs_holdings *q, int32_t window, const struct gs_entry *holder)
{
    int32_t number;
    int err = gs_table_put(&q->companies, holder->b.uscc, &number);
    if (err != GS_OK) {
        return err;
    }
    if (number >= q->room) {
        struct gs_holding *held = realloc(q->held, (size_t)q->companies.room * sizeof *held);
        if (held == NULL) {
            return GS_E_NOMEM;
        }
        memset(held + q->room, 0, (size_t)(q->companies.room - q->room) * sizeof *held);
        q->held = held;
        q->room = q->companies.room;
    }
    q->held[number].day++;
    q->held[number].windows[window]++;
    return GS_OK;
}

void gs_holdings_release(struct gs_holdings *q, int32_t window, const struct gs_entry *holder)
{
    int32_t number = gs_table_find(&q->companies, holder->b.uscc);
    assert(number >= 0 && number < q->room && q->held[number].windows[window] > 0);
    q->held[number].day--;
    q->held[number].windows[window]--;
}

void gs_holdings_drop_window(struct gs_holdings *q, int32_t window)
{
    for (int32_t i = 0; i < q->room; i++) {
        int32_t *windows = q->held[i].windows;
        assert(windows[window] == 0);
        memmove(windows + window, windows + window + 1, (size_t)(GS_MAX_WINDOWS - window - 1) * sizeof *windows);
        windows[GS_MAX_WINDOWS - 1] = 0;
    }
}

struct gs_holding gs_holdings_of(const struct gs_day *day, const char *uscc)
{
    int32_t number = gs_table_find(&day->holdings.companies, uscc);
    return number >= 0 && number < day->holdings.room ? day->holdings.held[number] : (struct gs_holding){0};
}
