/* Reminders, by what they are for and nothing else: each that is stored is of a slot, or of a wait, that stood since before it was due, by one
 * of the times that the rules in force name, and is told once; and whenever time goes on in the book, whoever stood there untouched has been
 * told of each of his times that was passed, unless it was of no use any more. So none is lost or told twice by a crash, a stop or a load. */
#include "sim.h"
#include <stdlib.h>
#include <string.h>

struct promise { /* of a booking, as it is on disk */
    enum gs_status status;
    int64_t slot_start_ms, since_ms, told_ms; /* told_ms: the latest reminder of it */
};

static struct {
    struct promise *at; /* by id − 1 */
    size_t count, room;
} promises;

void sim_reminders_clear(void)
{
    promises.count = 0;
}

static struct promise *promise_of(int64_t id)
{
    if ((size_t)id > promises.room) {
        size_t room = promises.room == 0 ? 1024 : promises.room * 2;
        room = room < (size_t)id ? (size_t)id : room;
        promises.at = realloc(promises.at, room * sizeof *promises.at);
        if (promises.at == NULL) {
            sim_fail("no memory");
        }
        promises.room = room;
    }
    if ((size_t)id > promises.count) {
        memset(promises.at + promises.count, 0, ((size_t)id - promises.count) * sizeof *promises.at);
        promises.count = (size_t)id;
    }
    return &promises.at[id - 1];
}

static bool is_reminder(const struct gs_event *e)
{
    return e->type == GS_EV_REMINDER || e->type == GS_EV_EXPIRING;
}

static bool is_named(const struct gs_rules *rules, const struct gs_event *e)
{
    bool named = e->type == GS_EV_EXPIRING && rules->expiring_min == e->minutes_before;
    for (int32_t i = 0; e->type == GS_EV_REMINDER && i < rules->reminder_count; i++) {
        named = named || rules->reminder_min[i] == e->minutes_before;
    }
    return named;
}

static void check_reminder(const struct gs_rules *rules, const struct gs_event *e, const struct gs_booking *b,
                           struct promise *p)
{
    const bool waits = e->type == GS_EV_EXPIRING;
    const int64_t of_ms = waits ? e->expires_ms : b->slot_start_ms;
    sim_require(b->status == (waits ? GS_WAITLISTED : GS_BOOKED), "booking %lld is reminded, and is %s",
                (long long)b->id, gs_status_name(b->status));
    sim_require(is_named(rules, e), "booking %lld is reminded %d minutes before, as nobody wants it", (long long)b->id,
                (int)e->minutes_before);
    sim_require(e->at_ms == of_ms - e->minutes_before * GS_MINUTE_MS, "booking %lld is reminded at another time",
                (long long)b->id);
    sim_require(e->at_ms > p->since_ms, "booking %lld is reminded of what it was told just then", (long long)b->id);
    sim_require(e->at_ms > p->told_ms, "booking %lld is reminded twice", (long long)b->id);
    p->told_ms = e->at_ms;
    sim->count.reminders++;
}

void sim_reminders_event(const struct gs_rules *rules, const struct gs_event *e)
{
    if (e->booking_id == 0) {
        return;
    }
    const struct gs_booking *b = &sim->disk.rows[e->booking_id - 1].b; /* stored just before it */
    struct promise *p = promise_of(e->booking_id);
    if (is_reminder(e)) {
        check_reminder(rules, e, b, p);
    } else if (p->status != b->status || p->slot_start_ms != b->slot_start_ms || p->since_ms == 0) {
        *p = (struct promise){.status = b->status, .slot_start_ms = b->slot_start_ms, .since_ms = e->at_ms};
    } else if (e->type == GS_EV_RESCHEDULED) {
        p->told_ms = b->status == GS_WAITLISTED ? 0 : p->told_ms; /* it may wait for another day */
        p->since_ms = b->status == GS_WAITLISTED ? e->at_ms : p->since_ms;
    }
}

static bool is_told(const struct gs_record *first, int64_t id, int64_t at_ms)
{
    for (const struct gs_record *r = first; r != NULL; r = r->next) {
        const struct gs_event *e = r->kind == GS_REC_EVENT ? r->u.event : NULL;
        if (e != NULL && e->type == GS_EV_REMINDER && e->booking_id == id && e->at_ms == at_ms) {
            return true;
        }
    }
    return false;
}

/* The latest of its times that was passed; INT64_MIN: none was. */
static int64_t latest_passed(const struct gs_rules *rules, const struct gs_booking *b, int64_t from_ms, int64_t now_ms)
{
    int64_t latest = INT64_MIN;
    for (int32_t i = 0; i < rules->reminder_count; i++) {
        int64_t at_ms = b->slot_start_ms - rules->reminder_min[i] * GS_MINUTE_MS;
        latest = at_ms > from_ms && at_ms <= now_ms && at_ms > latest ? at_ms : latest;
    }
    return latest;
}

void sim_reminders_passed(const struct gs_book *book, int64_t from_ms, const struct gs_record *added)
{
    const struct gs_rules *rules = gs_book_rules(book);
    const int64_t now_ms = gs_book_now(book);
    for (int64_t id = 1; now_ms > from_ms && id <= (int64_t)sim->disk.row_count; id++) {
        const struct gs_booking *b = gs_book_get(book, id);
        if (b == NULL || b->status != GS_BOOKED || b->slot_start_ms <= now_ms) {
            continue;
        }
        int64_t at_ms = latest_passed(rules, b, from_ms > b->updated_ms ? from_ms : b->updated_ms, now_ms);
        sim_require(at_ms == INT64_MIN || is_told(added, id, at_ms), "booking %lld was not reminded, and it is time",
                    (long long)id);
    }
}
