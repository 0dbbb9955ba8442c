/* One date in memory: builds its windows and slots from the calendar, keeps the counts of window and slot in step
 * with the place numbers, and says whether there is room. It does not choose and does not touch bookings: that is
 * balance.c's and change.c's. */
#include "state/day.h"

#include "state/calendar.h"
#include "state/state.h"

#include "gateslot/base/text.h"

#include <stdlib.h>
#include <string.h>

void gs_day_set_capacity(struct gs_window *w, int32_t capacity, int32_t slot_capacity, bool closed)
{
    int32_t known = 0, index = 0;
    for (int32_t i = 0; i < w->slot_count; i++) {
        known += w->slots[i].adopted ? 0 : 1;
    }
    w->capacity = capacity;
    w->slot_capacity = slot_capacity;
    w->closed = closed || w->end_ms <= w->start_ms; /* nobody can open what summer time leaves out */
    for (int32_t i = 0; i < w->slot_count; i++) {
        if (!w->slots[i].adopted) {
            w->slots[i].capacity = gs_calendar_share(capacity, slot_capacity, known, index++);
        }
    }
}

static int build_window(const struct gs_rules *rules, const struct gs_calendar_window *from, struct gs_window *w)
{
    struct gs_calendar_slot slots[GS_MAX_SLOTS];
    int32_t count = gs_calendar_slots(rules, from->start_ms, from->end_ms, slots);
    w->slots = calloc((size_t)(count > 0 ? count : 1), sizeof *w->slots);
    if (w->slots == NULL) {
        return GS_E_NOMEM;
    }
    memcpy(w->id, from->id, sizeof w->id);
    w->start_ms = from->start_ms;
    w->end_ms = from->end_ms;
    w->calendar_capacity = from->capacity;
    w->calendar_closed = from->closed;
    w->name = from->name;
    w->reason = from->reason;
    w->slot_count = count;
    for (int32_t i = 0; i < count; i++) {
        w->slots[i].start_ms = slots[i].start_ms;
        w->slots[i].end_ms = slots[i].end_ms;
        w->slots[i].start_min = slots[i].start_min;
    }
    gs_day_set_capacity(w, from->capacity, rules->slot_capacity, from->closed);
    return GS_OK;
}

int gs_day_create(const struct gs_rules *rules, gs_date date, struct gs_day **out)
{
    struct gs_day *day = calloc(1, sizeof *day);
    if (day == NULL) {
        return GS_E_NOMEM;
    }
    struct gs_calendar_day plan;
    gs_calendar_day(rules, date, &plan);
    day->date = date;
    day->closed = plan.closed;
    day->reason = plan.reason;
    for (int32_t i = 0; i < plan.window_count; i++) {
        if (build_window(rules, &plan.windows[i], &day->windows[i]) != GS_OK) {
            gs_day_destroy(day);
            return GS_E_NOMEM;
        }
        day->window_count++;
    }
    *out = day;
    return GS_OK;
}

void gs_day_destroy(struct gs_day *day)
{
    if (day == NULL) {
        return;
    }
    for (int32_t w = 0; w < day->window_count; w++) {
        for (int32_t s = 0; s < day->windows[w].slot_count; s++) {
            gs_places_finish(&day->windows[w].slots[s].places);
        }
        free(day->windows[w].slots);
    }
    gs_list_finish(&day->bookings);
    gs_list_finish(&day->waiting);
    gs_holdings_finish(&day->holdings);
    free(day);
}

int32_t gs_day_window_index(const struct gs_day *day, const char *id)
{
    for (int32_t i = 0; i < day->window_count; i++) {
        if (strcmp(day->windows[i].id, id) == 0) {
            return i;
        }
    }
    return -1;
}

/* The first slot that does not start before start_ms. */
static int32_t slot_at(const struct gs_window *w, int64_t start_ms)
{
    int32_t low = 0, high = w->slot_count;
    while (low < high) {
        int32_t middle = low + (high - low) / 2;
        if (w->slots[middle].start_ms < start_ms) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

struct gs_spot gs_day_find(const struct gs_day *day, const char *window, int64_t slot_start_ms)
{
    int32_t w = gs_day_window_index(day, window);
    if (w < 0) {
        return GS_NO_SPOT;
    }
    int32_t s = slot_at(&day->windows[w], slot_start_ms);
    bool found = s < day->windows[w].slot_count && day->windows[w].slots[s].start_ms == slot_start_ms;
    return found ? (struct gs_spot){w, s} : GS_NO_SPOT;
}

uint32_t gs_day_known(const struct gs_day *day)
{
    uint32_t bits = 0;
    for (int32_t i = 0; i < day->window_count; i++) {
        bits |= day->windows[i].adopted ? 0 : UINT32_C(1) << i;
    }
    return bits;
}

uint32_t gs_day_open(const struct gs_day *day)
{
    uint32_t bits = 0;
    for (int32_t i = 0; i < day->window_count; i++) {
        bits |= day->windows[i].closed ? 0 : UINT32_C(1) << i;
    }
    return bits;
}

uint32_t gs_day_accepted(const struct gs_day *day, const char *windows)
{
    uint32_t known = gs_day_known(day), bits = 0;
    if (windows[0] == '\0') {
        return known;
    }
    for (const char *at = windows; *at != '\0';) {
        size_t len = strcspn(at, ",");
        for (int32_t i = 0; i < day->window_count; i++) {
            if (strlen(day->windows[i].id) == len && strncmp(day->windows[i].id, at, len) == 0) {
                bits |= UINT32_C(1) << i;
            }
        }
        at += len + (at[len] == ',' ? 1 : 0);
    }
    return bits & known;
}

int64_t gs_day_start_at(const struct gs_day *day, uint32_t windows, int32_t minute)
{
    for (int32_t w = 0; w < day->window_count && minute >= 0; w++) {
        for (int32_t s = 0; (windows >> w & 1) != 0 && s < day->windows[w].slot_count; s++) {
            const struct gs_slot *slot = &day->windows[w].slots[s];
            if (slot->start_min == minute && !slot->adopted) {
                return slot->start_ms;
            }
        }
    }
    return GS_NO_PREFERENCE;
}

bool gs_day_has_room(const struct gs_day *day, struct gs_spot spot)
{
    const struct gs_window *w = &day->windows[spot.window];
    const struct gs_slot *s = &w->slots[spot.slot];
    return !w->closed && w->booked < w->capacity + w->extra && s->booked < s->capacity + s->extra;
}

static int adopt_window(struct gs_day *day, const char *id, const struct gs_slot *like, int32_t *out)
{
    if (day->window_count == GS_MAX_WINDOWS) {
        return GS_E_RANGE;
    }
    struct gs_window *w = &day->windows[day->window_count];
    memset(w, 0, sizeof *w);
    gs_text_copy(w->id, sizeof w->id, id);
    w->start_ms = like->start_ms;
    w->end_ms = like->end_ms;
    w->closed = w->calendar_closed = w->adopted = true;
    w->slot_capacity = -1;
    w->reason = "";
    *out = day->window_count++;
    return GS_OK;
}

int gs_day_adopt(struct gs_day *day, const char *window, const struct gs_slot *like, struct gs_spot *out)
{
    int32_t index = gs_day_window_index(day, window);
    if (index < 0) {
        int err = adopt_window(day, window, like, &index);
        if (err != GS_OK) {
            return err;
        }
    }
    struct gs_window *w = &day->windows[index];
    if (w->slot_count >= GS_MAX_SLOTS) {
        return GS_E_RANGE;
    }
    struct gs_slot *slots = realloc(w->slots, (size_t)(w->slot_count + 1) * sizeof *slots);
    if (slots == NULL) {
        return GS_E_NOMEM;
    }
    w->slots = slots;
    int32_t at = slot_at(w, like->start_ms);
    memmove(slots + at + 1, slots + at, (size_t)(w->slot_count - at) * sizeof *slots);
    slots[at] = (struct gs_slot){
        .start_ms = like->start_ms, .end_ms = like->end_ms, .start_min = like->start_min, .adopted = true};
    w->slot_count++;
    day->adopted++;
    if (w->adopted) {
        w->start_ms = like->start_ms < w->start_ms ? like->start_ms : w->start_ms;
        w->end_ms = like->end_ms > w->end_ms ? like->end_ms : w->end_ms;
    }
    *out = (struct gs_spot){index, at};
    return GS_OK;
}

void gs_day_cover(struct gs_day *day, struct gs_spot spot, int64_t end_ms)
{
    struct gs_window *w = &day->windows[spot.window];
    struct gs_slot *slot = gs_day_slot(day, spot);
    if (slot->adopted) {
        slot->end_ms = end_ms > slot->end_ms ? end_ms : slot->end_ms;
        w->end_ms = w->adopted && slot->end_ms > w->end_ms ? slot->end_ms : w->end_ms;
    }
}

static void drop_slot(struct gs_window *w, int32_t at)
{
    gs_places_finish(&w->slots[at].places);
    memmove(w->slots + at, w->slots + at + 1, (size_t)(w->slot_count - at - 1) * sizeof *w->slots);
    w->slot_count--;
}

/* A slot that only bookings know lasts as long as the longest of their promises. */
static void fit_to_holders(struct gs_slot *slot)
{
    slot->end_ms = slot->start_ms;
    for (int32_t place = 0; place < slot->places.room; place++) {
        const struct gs_entry *e = gs_places_holder(&slot->places, place);
        slot->end_ms = e != NULL && e->b.slot_end_ms > slot->end_ms ? e->b.slot_end_ms : slot->end_ms;
    }
}

/* Of a window that the rules do not know: it reaches from its first slot to the last end. */
static void fit_to_slots(struct gs_window *w)
{
    w->start_ms = w->slots[0].start_ms;
    w->end_ms = w->slots[0].end_ms;
    for (int32_t i = 1; i < w->slot_count; i++) {
        w->end_ms = w->slots[i].end_ms > w->end_ms ? w->slots[i].end_ms : w->end_ms;
    }
}

static void drop_window(struct gs_day *day, int32_t at)
{
    free(day->windows[at].slots);
    memmove(day->windows + at, day->windows + at + 1, (size_t)(day->window_count - at - 1) * sizeof day->windows[0]);
    day->window_count--;
    gs_holdings_drop_window(&day->holdings, at);
}

bool gs_day_drop_empty(struct gs_day *day)
{
    int32_t adopted = day->adopted;
    for (int32_t w = day->window_count - 1; w >= 0 && day->adopted > 0; w--) {
        struct gs_window *window = &day->windows[w];
        for (int32_t s = window->slot_count - 1; s >= 0; s--) {
            if (window->slots[s].adopted && window->slots[s].booked == 0) {
                drop_slot(window, s);
                day->adopted--;
            } else if (window->slots[s].adopted) {
                fit_to_holders(&window->slots[s]);
            }
        }
        if (window->adopted && window->slot_count == 0) {
            drop_window(day, w);
        } else if (window->adopted) {
            fit_to_slots(window);
        }
    }
    return day->adopted < adopted;
}

int gs_day_take(struct gs_day *day, struct gs_spot spot, int32_t place, struct gs_entry *holder)
{
    struct gs_slot *s = gs_day_slot(day, spot);
    int err = gs_holdings_take(&day->holdings, spot.window, holder);
    if (err != GS_OK) {
        return err;
    }
    err = gs_places_take(&s->places, place, holder);
    if (err != GS_OK) {
        gs_holdings_release(&day->holdings, spot.window, holder);
        return err;
    }
    s->booked++;
    day->windows[spot.window].booked++;
    return GS_OK;
}

void gs_day_release(struct gs_day *day, struct gs_spot spot, int32_t place)
{
    struct gs_slot *s = gs_day_slot(day, spot);
    gs_holdings_release(&day->holdings, spot.window, gs_places_holder(&s->places, place));
    gs_places_release(&s->places, place);
    s->booked--;
    day->windows[spot.window].booked--;
}
