/* What of a replay is about the date that was asked for, and the differences found. It applies nothing. */
#include "journal/journal.h"
#include "journal/replay.h"
#include "state/state.h"
#include "values/names.h"

static const char *const what_names[] = {
    [GS_REPLAY_OUTCOME] = "outcome",   [GS_REPLAY_NUMBERS] = "numbers",         [GS_REPLAY_EVENT] = "event",
    [GS_REPLAY_NO_EVENT] = "no_event", [GS_REPLAY_UNEXPLAINED] = "unexplained", [GS_REPLAY_DAMAGED] = "damaged",
};

const char *gs_replay_what_name(enum gs_replay_what what)
{
    return gs_name_of(what_names, sizeof what_names / sizeof what_names[0], (unsigned)what);
}

static gs_date today(const struct gs_book *book, int64_t at_ms)
{
    return gs_tz_date(book->rules->tz, at_ms);
}

bool gs_replay_event_on(const struct gs_book *book, const struct gs_event *e, gs_date date)
{
    int64_t id = e->booking_id != 0 ? e->booking_id : e->cause_id;
    const struct gs_booking *b = id != 0 ? gs_book_get(book, id) : NULL;
    bool left = e->from.window[0] != '\0', taken = e->to.window[0] != '\0';
    if ((left && e->from.date == date) || (taken && e->to.date == date) || (b != NULL && b->wish.date == date)) {
        return true;
    }
    return b == NULL && !left && !taken && today(book, e->at_ms) == date;
}

bool gs_replay_command_on(const struct gs_book *book, const struct gs_command *c, gs_date date)
{
    const struct gs_booking *b = gs_journal_of_booking(c->kind) ? gs_book_get(book, c->booking_id) : NULL;
    if (b != NULL) {
        return b->wish.date == date;
    }
    if (c->kind == GS_CMD_BOOK) {
        return c->u.book.wish.date == date;
    }
    if (c->kind == GS_CMD_CAPACITY_SET || c->kind == GS_CMD_CAPACITY_RESET) {
        return c->u.capacity.to.date == date;
    }
    return today(book, book->now_ms) == date;
}

struct gs_replay_difference *gs_replay_differs(struct gs_replay_report *report, bool on_date, enum gs_replay_what what,
                                               const struct gs_journal_entry *entry, int64_t row)
{
    if (!on_date) {
        report->elsewhere++;
        return NULL;
    }
    report->differing++;
    if (report->difference_count == GS_REPLAY_DIFFERENCES) {
        return NULL;
    }
    struct gs_replay_difference *d = &report->differences[report->difference_count++];
    bool commanded = entry != NULL && entry->kind == GS_JOURNAL_COMMAND;
    *d = (struct gs_replay_difference){.what = what, .row = row, .command = commanded ? (int)entry->command.kind : -1};
    d->at_ms = entry != NULL ? entry->at_ms : 0;
    d->booking_id = commanded && gs_journal_of_booking(entry->command.kind) ? entry->command.booking_id : 0;
    return d;
}
