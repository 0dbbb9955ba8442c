/* Faults of a request for a booking, seen from the site: windows and slot starts that its day does not have, with what there is
 * instead, and urgency from one who may not ask for it. Whether a window is open or free is admission's question. */
#include "rules/wish_faults.h"

#include "gateslot/base/text.h"
#include "gateslot/core/book.h"
#include "state/state.h"

#include <string.h>

/* Appends whole parts only: a list that does not fit ends early. */
static void append(char out[GS_FAULT_TEXT_MAX + 1], const char *between, const char *part)
{
    size_t len = strlen(out), more = strlen(between) + strlen(part);
    if (len + more <= GS_FAULT_TEXT_MAX) {
        memcpy(out + len, between, strlen(between));
        memcpy(out + len + strlen(between), part, strlen(part) + 1);
    }
}

void gs_wish_windows_text(const struct gs_day *day, char out[GS_FAULT_TEXT_MAX + 1])
{
    out[0] = '\0';
    for (int32_t i = 0; i < day->window_count; i++) {
        if (!day->windows[i].adopted) {
            append(out, out[0] == '\0' ? "" : ", ", day->windows[i].id);
        }
    }
}

/* "08:00, 08:30 … 19:30": of the windows accepted. */
static void slots_text(const struct gs_day *day, uint32_t windows, char out[GS_FAULT_TEXT_MAX + 1])
{
    int32_t count = 0;
    char time[GS_HHMM_TEXT] = "";
    out[0] = '\0';
    for (int32_t w = 0; w < day->window_count; w++) {
        for (int32_t s = 0; (windows >> w & 1) != 0 && s < day->windows[w].slot_count; s++) {
            if (day->windows[w].slots[s].adopted) {
                continue;
            }
            gs_hhmm_format(day->windows[w].slots[s].start_min, time);
            if (count++ < 2) {
                append(out, count > 1 ? ", " : "", time);
            }
        }
    }
    if (count > 2) {
        append(out, count > 3 ? " … " : ", ", time);
    }
}

static void window_fault(const struct gs_day *day, const char *id, size_t len, int index, struct gs_faults *faults)
{
    char found[GS_WINDOW_ID_MAX + 1], expected[GS_FAULT_TEXT_MAX + 1], pointer[GS_POINTER_MAX + 1];
    gs_text_copyn(found, sizeof found, id, len);
    int32_t window = gs_day_window_index(day, found);
    if (window >= 0 && !day->windows[window].adopted) {
        return;
    }
    gs_wish_windows_text(day, expected);
    gs_fault_add(faults, GS_FAULT_NO_SUCH_WINDOW, gs_fault_pointer(pointer, "/windows/%d", index), found, expected);
}

static bool faulty(const struct gs_faults *faults, const char *pointer)
{
    for (size_t i = 0; i < faults->count; i++) {
        if (strcmp(faults->list[i].pointer, pointer) == 0) {
            return true;
        }
    }
    return false;
}

static int next_index(int index, const struct gs_faults *faults)
{
    char pointer[GS_POINTER_MAX + 1];
    while (faulty(faults, gs_fault_pointer(pointer, "/windows/%d", index))) {
        index++; /* refused already, so not in the wish */
    }
    return index;
}

void gs_wish_faults(const struct gs_day *day, const struct gs_wish *wish, struct gs_faults *faults)
{
    int index = 0;
    for (const char *at = wish->windows; *at != '\0'; index++) {
        size_t len = strcspn(at, ",");
        index = next_index(index, faults);
        window_fault(day, at, len, index, faults);
        at += len + (at[len] == ',' ? 1 : 0);
    }
    uint32_t accepted = gs_day_accepted(day, wish->windows);
    if (wish->slot_min >= 0 && !faulty(faults, "/slot") &&
        gs_day_start_at(day, accepted, wish->slot_min) == GS_NO_PREFERENCE) {
        char found[GS_HHMM_TEXT], expected[GS_FAULT_TEXT_MAX + 1];
        gs_hhmm_format(wish->slot_min, found);
        slots_text(day, accepted, expected);
        gs_fault_add(faults, GS_FAULT_NO_SUCH_SLOT, "/slot", found, expected);
    }
}

void gs_wish_urgent_fault(const struct gs_command *c, struct gs_faults *faults)
{
    if (c->u.book.urgent && c->actor.role != GS_ROLE_SUPERVISOR) {
        gs_fault_add(faults, GS_FAULT_NOT_ALLOWED, "/priority", "urgent", "normal");
    }
}

/* A day that the book does not hold (over, or not yet to be booked) is judged as the calendar gives it. */
static void day_faults(const struct gs_book *book, const struct gs_wish *wish, struct gs_faults *faults)
{
    const struct gs_day *day = gs_days_find(book, wish->date);
    struct gs_day *planned = NULL;
    if (day == NULL && gs_day_create(book->rules, wish->date, &planned) != GS_OK) {
        return; /* no memory: told without the day's faults */
    }
    gs_wish_faults(day != NULL ? day : planned, wish, faults);
    if (planned != NULL) {
        gs_day_destroy(planned);
    }
}

void gs_book_request_faults(const struct gs_book *book, const struct gs_command *c, struct gs_faults *faults)
{
    if (c->kind == GS_CMD_BOOK && !faulty(faults, "/date")) {
        day_faults(book, &c->u.book.wish, faults);
    }
    gs_wish_urgent_fault(c, faults);
}
