/* What a wish names and the site has not, told together with the other faults of a request. It answers only for the telling:
 * with no other fault the core decides, and says the same. */
#include "codec.h"
#include "gateslot/base/text.h"
#include <string.h>

/* The windows of a date, "morning, midday"; also whether any accepted one has a slot that starts at min. */
struct day_words {
    char ids[GS_FAULT_TEXT_MAX + 1];
    bool starts;
};

static bool accepts(const char *windows, const char *id)
{
    size_t len = strlen(id);
    if (windows[0] == '\0') {
        return true;
    }
    for (const char *at = strstr(windows, id); at != NULL; at = strstr(at + 1, id)) {
        if ((at == windows || at[-1] == ',') && (at[len] == ',' || at[len] == '\0')) {
            return true;
        }
    }
    return false;
}

static bool has_start(const struct gs_window_view *w, int32_t min, const struct gs_tz *tz)
{
    for (int32_t i = 0; i < w->slot_count; i++) {
        if (gs_tz_minute(tz, w->slots[i].start_ms) == min) {
            return true;
        }
    }
    return false;
}

static void look_at_day(const struct gs_book *book, const struct gs_wish *wish, struct day_words *out)
{
    const struct gs_tz *tz = gs_book_rules(book)->tz;
    struct gs_window_view w;
    struct gs_buf ids;
    gs_buf_init(&ids, 1024);
    for (int32_t i = 0; gs_book_window(book, wish->date, i, &w); i++) {
        gs_buf_str(&ids, i > 0 ? ", " : "");
        gs_buf_str(&ids, w.id);
        out->starts = out->starts || (accepts(wish->windows, w.id) && has_start(&w, wish->slot_min, tz));
    }
    (void)gs_text_copy(out->ids, sizeof out->ids, ids.data != NULL ? ids.data : "");
    gs_buf_finish(&ids);
}

static bool named(const struct gs_book *book, gs_date date, const char *id)
{
    struct gs_window_view w;
    for (int32_t i = 0; gs_book_window(book, date, i, &w); i++) {
        if (strcmp(w.id, id) == 0) {
            return true;
        }
    }
    return false;
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

static void check_windows(const struct gs_book *book, const struct gs_wish *wish, const struct day_words *day,
                          struct gs_faults *faults)
{
    char id[GS_WINDOW_ID_MAX + 1], pointer[GS_POINTER_MAX + 1];
    const char *at = wish->windows;
    for (int index = 0; *at != '\0'; index++) {
        size_t len = strcspn(at, ",");
        (void)gs_text_copyn(id, sizeof id, at, len);
        while (faulty(faults, gs_fault_pointer(pointer, "/windows/%d", index))) {
            index++; /* refused already, so not in the list */
        }
        if (!named(book, wish->date, id)) {
            gs_fault_add(faults, GS_FAULT_NO_SUCH_WINDOW, pointer, id, day->ids);
        }
        at += len + (at[len] == ',' ? 1 : 0);
    }
}

void gs_codec_check_wish(const struct gs_command *c, const struct gs_book *book, struct gs_faults *faults)
{
    const struct gs_wish *wish = &c->u.book.wish;
    struct day_words day = {.ids = ""};
    char start[GS_HHMM_TEXT];
    if (c->kind == GS_CMD_BOOK && !faulty(faults, "/date")) {
        look_at_day(book, wish, &day);
        check_windows(book, wish, &day, faults);
        if (wish->slot_min >= 0 && !day.starts && !faulty(faults, "/slot")) {
            gs_hhmm_format(wish->slot_min, start);
            gs_fault_add(faults, GS_FAULT_NO_SUCH_SLOT, "/slot", start, NULL);
        }
    }
    if (c->u.book.urgent && c->actor.role != GS_ROLE_SUPERVISOR) {
        gs_fault_add(faults, GS_FAULT_NOT_ALLOWED, "/priority", "urgent", NULL);
    }
}
