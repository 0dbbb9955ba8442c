/* Which event of a webhook is sent when. An event waits as long as an earlier one of the same booking is not delivered, and for no other:
 * so a receiver that cannot take one booking's events gets all others. An attempt that failed is made again after a while, the longer
 * the more have failed, for GS_WEBHOOK_DAYS. A receiver that has failed some times in a row is sent one event at a time, with pauses; the
 * first success lets all that waits go at once. How many events are looked at and not delivered is bounded.
 *
 * The store has a cursor, and a row for each event up to it, or beyond, that was tried and not delivered, or waits for such a one. Events
 * behind the cursor without a row are read again after a restart: at most, what was delivered is delivered again. */
#include "gateslot/hooks/schedule.h"
#include "gateslot/base/grow.h"
#include "gateslot/base/limits.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
    DOWN_AFTER = 3,       /* failures in a row: from then on it is sent one event at a time */
    DOWN_PAUSE_MS = 5000, /* between two attempts then */
};

/* Between one attempt and the next; the last one stands for all further ones. */
static const int64_t pauses_ms[] = {5000, 60000, 300000, 900000, 1800000, 3600000};

void gs_hook_queue_init(struct gs_hook_queue *q, int64_t cursor, int32_t failures, uint64_t seed)
{
    *q = (struct gs_hook_queue){.scanned = cursor, .failures = failures, .seed = seed | 1};
}

void gs_hook_queue_finish(struct gs_hook_queue *q)
{
    for (size_t i = 0; i < q->count; i++) {
        free(q->list[i].text);
    }
    free(q->list);
    free(q->over);
    *q = (struct gs_hook_queue){0};
}

/* Where seq stands, or would. */
static size_t place_of(const struct gs_hook_queue *q, int64_t seq)
{
    size_t from = 0, to = q->count;
    while (from < to) {
        const size_t middle = from + (to - from) / 2;
        if (q->list[middle].seq < seq) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    return from;
}

struct gs_hook_entry *gs_hook_queue_find(struct gs_hook_queue *q, int64_t seq)
{
    const size_t at = place_of(q, seq);
    return at < q->count && q->list[at].seq == seq ? &q->list[at] : NULL;
}

/* The first of that booking is the one that may be sent. */
static void mark_first(struct gs_hook_queue *q, int64_t booking_id)
{
    bool found = false;
    for (size_t i = 0; i < q->count; i++) {
        if (q->list[i].booking_id == booking_id) {
            q->list[i].first = !found;
            found = true;
        }
    }
}

static int insert(struct gs_hook_queue *q, const struct gs_hook_entry *e)
{
    const size_t at = place_of(q, e->seq);
    if (q->count >= GS_WEBHOOK_PENDING_MAX) {
        return GS_E_BUSY;
    }
    struct gs_hook_entry *list = gs_grown(q->list, q->count, &q->room, sizeof *list);
    if (list == NULL) {
        return GS_E_NOMEM;
    }
    q->list = list;
    memmove(list + at + 1, list + at, (q->count - at) * sizeof *list);
    list[at] = *e;
    q->count++;
    mark_first(q, e->booking_id);
    return GS_OK;
}

int gs_hook_queue_restore(struct gs_hook_queue *q, const struct gs_webhook_retry *r)
{
    const struct gs_hook_entry e = {.seq = r->seq,
                                    .booking_id = r->booking_id,
                                    .attempts = r->attempts,
                                    .at_ms = r->first_ms,
                                    .first_ms = r->first_ms,
                                    .next_ms = r->next_ms,
                                    .kept = true};
    return insert(q, &e);
}

size_t gs_hook_queue_room(const struct gs_hook_queue *q)
{
    return GS_WEBHOOK_PENDING_MAX - q->count;
}

int gs_hook_queue_add(struct gs_hook_queue *q, int64_t seq, int64_t booking_id, int64_t at_ms, const char *text,
                      size_t text_len)
{
    if (seq <= q->scanned || gs_hook_queue_find(q, seq) != NULL) {
        return GS_OK;
    }
    struct gs_hook_entry e = {
        .seq = seq, .booking_id = booking_id, .at_ms = at_ms, .text = malloc(text_len + 1), .text_len = text_len};
    if (e.text == NULL) {
        return GS_E_NOMEM;
    }
    memcpy(e.text, text, text_len);
    e.text[text_len] = '\0';
    int err = insert(q, &e);
    if (err != GS_OK) {
        free(e.text);
    }
    return err;
}

void gs_hook_queue_scanned(struct gs_hook_queue *q, int64_t seq)
{
    q->scanned = seq > q->scanned ? seq : q->scanned;
}

/* ---- what is sent ---- */

static bool is_down(const struct gs_hook_queue *q)
{
    return q->failures >= DOWN_AFTER;
}

static size_t flights_of(const struct gs_hook_queue *q)
{
    return is_down(q) ? 1 : GS_WEBHOOK_FLIGHTS_MAX;
}

static bool may_fly(const struct gs_hook_entry *e)
{
    return e->first && !e->flying;
}

/* Where it is down, what was tried least often: an event that can never be delivered must not be the only one that is tried. */
static struct gs_hook_entry *choose(const struct gs_hook_queue *q, int64_t now_ms)
{
    struct gs_hook_entry *best = NULL;
    for (size_t i = 0; i < q->count; i++) {
        struct gs_hook_entry *e = &q->list[i];
        if (may_fly(e) && e->next_ms <= now_ms && (best == NULL || (is_down(q) && e->attempts < best->attempts))) {
            best = e;
            if (!is_down(q)) {
                break;
            }
        }
    }
    return best;
}

struct gs_hook_entry *gs_hook_queue_next(struct gs_hook_queue *q, int64_t now_ms)
{
    struct gs_hook_entry *e = q->flying < flights_of(q) && now_ms >= q->hold_ms ? choose(q, now_ms) : NULL;
    if (e != NULL) {
        e->flying = true;
        q->flying++;
    }
    return e;
}

int64_t gs_hook_queue_due(const struct gs_hook_queue *q)
{
    int64_t due = INT64_MAX;
    if (q->flying >= flights_of(q)) {
        return due;
    }
    for (size_t i = 0; i < q->count; i++) {
        const struct gs_hook_entry *e = &q->list[i];
        if (may_fly(e) && e->next_ms < due) {
            due = e->next_ms;
        }
    }
    return due < q->hold_ms ? q->hold_ms : due;
}

/* ---- what became of it ---- */

static void land(struct gs_hook_queue *q, struct gs_hook_entry *e)
{
    assert(e->flying);
    e->flying = false;
    q->flying--;
    free(e->text);
    e->text = NULL;
    e->text_len = 0;
}

static void note_over(struct gs_hook_queue *q, int64_t seq)
{
    int64_t *over = gs_grown(q->over, q->over_count, &q->over_room, sizeof *over);
    if (over != NULL) { /* else its row stays, and it is delivered once more after a restart */
        q->over = over;
        over[q->over_count++] = seq;
    }
}

void gs_hook_queue_hurry(struct gs_hook_queue *q)
{
    q->failures = 0;
    q->hold_ms = 0;
    for (size_t i = 0; i < q->count; i++) {
        struct gs_hook_entry *e = &q->list[i];
        e->changed = e->changed || e->next_ms != 0;
        e->next_ms = 0;
    }
}

void gs_hook_queue_resume(struct gs_hook_queue *q)
{
    gs_hook_queue_hurry(q);
    for (size_t i = 0; i < q->count; i++) {
        struct gs_hook_entry *e = &q->list[i];
        e->changed = e->changed || e->attempts > 0;
        e->attempts = 0;
        e->first_ms = 0;
    }
}

int64_t gs_hook_queue_oldest(const struct gs_hook_queue *q)
{
    int64_t oldest = 0;
    for (size_t i = 0; i < q->count; i++) {
        const int64_t at_ms = q->list[i].at_ms;
        oldest = at_ms != 0 && (oldest == 0 || at_ms < oldest) ? at_ms : oldest;
    }
    return oldest;
}

void gs_hook_queue_delivered(struct gs_hook_queue *q, int64_t seq, int64_t now_ms)
{
    struct gs_hook_entry *e = gs_hook_queue_find(q, seq);
    (void)now_ms;
    if (e == NULL) {
        return;
    }
    const int64_t booking_id = e->booking_id;
    const bool was_down = is_down(q);
    land(q, e);
    if (e->kept) {
        note_over(q, seq);
    }
    const size_t at = (size_t)(e - q->list);
    q->count--;
    memmove(q->list + at, q->list + at + 1, (q->count - at) * sizeof *q->list);
    mark_first(q, booking_id);
    q->failures = 0;
    if (was_down) {
        gs_hook_queue_hurry(q);
    }
}

/* xorshift64*, as it has no state beside the seed. */
static int64_t jittered(struct gs_hook_queue *q, int64_t ms)
{
    q->seed ^= q->seed >> 12;
    q->seed ^= q->seed << 25;
    q->seed ^= q->seed >> 27;
    const uint64_t drawn = (q->seed * UINT64_C(2685821657736338717)) >> 33;
    return ms +
           (int64_t)(drawn % (uint64_t)(ms / 5 +
                                        1)); /* up to a fifth longer: those that failed together do not come together */
}

bool gs_hook_queue_failed(struct gs_hook_queue *q, int64_t seq, int64_t now_ms, int64_t after_s)
{
    const size_t last = sizeof pauses_ms / sizeof pauses_ms[0] - 1;
    const int64_t asked_ms = (after_s < GS_WEBHOOK_AFTER_MAX_S ? after_s : GS_WEBHOOK_AFTER_MAX_S) * 1000;
    struct gs_hook_entry *e = gs_hook_queue_find(q, seq);
    if (e == NULL) {
        return true;
    }
    land(q, e);
    q->failures++;
    e->first_ms = e->attempts == 0 ? now_ms : e->first_ms;
    const int64_t pause_ms = jittered(q, pauses_ms[(size_t)e->attempts < last ? (size_t)e->attempts : last]);
    e->attempts += e->attempts < INT32_MAX ? 1 : 0;
    e->next_ms = now_ms + (asked_ms > pause_ms ? asked_ms : pause_ms);
    e->changed = true;
    const int64_t hold_ms = now_ms + (is_down(q) && asked_ms < DOWN_PAUSE_MS ? DOWN_PAUSE_MS : asked_ms);
    q->hold_ms = hold_ms > now_ms && hold_ms > q->hold_ms ? hold_ms : q->hold_ms;
    return now_ms - e->first_ms < GS_WEBHOOK_DAYS * INT64_C(86400000);
}

void gs_hook_queue_back(struct gs_hook_queue *q, int64_t seq)
{
    struct gs_hook_entry *e = gs_hook_queue_find(q, seq);
    if (e != NULL && e->flying) {
        land(q, e);
    }
}

/* ---- what is kept ---- */

/* Was it tried, or does it wait for one of its booking that was? */
static bool to_keep(const struct gs_hook_queue *q, size_t at)
{
    size_t i = at;
    while (!q->list[i].first) {
        i--;
        while (q->list[i].booking_id != q->list[at].booking_id) {
            i--;
        }
    }
    return q->list[i].attempts > 0;
}

int64_t gs_hook_queue_flush(struct gs_hook_queue *q, gs_hook_keep *keep, void *arg)
{
    int64_t cursor = q->scanned;
    for (size_t i = 0; i < q->over_count; i++) {
        keep(arg, &(struct gs_webhook_retry){.seq = q->over[i]}, true);
    }
    q->over_count = 0;
    for (size_t i = 0; i < q->count; i++) {
        struct gs_hook_entry *e = &q->list[i];
        if (!e->kept && !to_keep(q, i)) {
            cursor = e->seq - 1 < cursor ? e->seq - 1 : cursor;
        } else if (!e->kept || e->changed) {
            keep(arg,
                 &(struct gs_webhook_retry){.seq = e->seq,
                                            .booking_id = e->booking_id,
                                            .attempts = e->attempts,
                                            .first_ms = e->first_ms,
                                            .next_ms = e->next_ms},
                 false);
            e->kept = true;
            e->changed = false;
        }
    }
    return cursor;
}
