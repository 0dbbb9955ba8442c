/* Which bookings a list shows, and to whom: the same answer for those in the book and those in the store. It reads one
 * booking at a time and knows neither order nor pages beyond the cursor. */
#include "gateslot/base/text.h"
#include "gateslot/core/book.h"
#include <string.h>

bool gs_actor_sees(const struct gs_actor *actor, const char *owner)
{
    switch (actor->role) {
    case GS_ROLE_BACKEND:
        return strcmp(actor->name, owner) == 0;
    case GS_ROLE_SYSTEM:
    case GS_ROLE_GATE:
    case GS_ROLE_SUPERVISOR:
        return true;
    case GS_ROLE_DISPLAY:
    case GS_ROLE_METRICS:
    case GS_ROLES:
        break;
    }
    return false;
}

/* What normalising drops from plates and containers, so that a name is searched as they are. */
static bool dropped(int32_t c)
{
    return c == ' ' || c == '.' || c == '-' || c == 0xB7 || c == 0x2022 || c == 0x3000;
}

static int32_t folded(int32_t c)
{
    if (c >= 0xFF01 && c <= 0xFF5E) { /* full-width ASCII */
        c -= 0xFF01 - 0x21;
    }
    return c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c;
}

/* The next character that counts at text[*pos], folded; 0 at the end. */
static int32_t next_folded(const char *text, size_t len, size_t *pos)
{
    while (*pos < len) {
        int32_t c = folded(gs_utf8_next(text, len, pos));
        if (!dropped(c)) {
            return c;
        }
    }
    return 0;
}

static bool starts_with(const char *text, size_t len, size_t pos, const char *part, size_t part_len)
{
    size_t at = 0;
    int32_t want;
    while ((want = next_folded(part, part_len, &at)) != 0) {
        if (next_folded(text, len, &pos) != want) {
            return false;
        }
    }
    return true;
}

static bool has_part(const char *text, const char *part)
{
    size_t len = strlen(text), part_len = strlen(part);
    for (size_t pos = 0; pos < len; (void)gs_utf8_next(text, len, &pos)) {
        if (starts_with(text, len, pos, part, part_len)) {
            return true;
        }
    }
    return false;
}

static bool text_matches(const char *part, const struct gs_booking *b)
{
    for (int32_t i = 0; i < b->truck.container_count; i++) {
        if (has_part(b->truck.containers[i], part)) {
            return true;
        }
    }
    return has_part(b->truck.plate, part) || has_part(b->truck.trailer, part) || has_part(b->pass_code, part) ||
           has_part(b->company_name, part);
}

static bool same_or_any(const char *wanted, const char *found)
{
    return wanted[0] == '\0' || strcmp(wanted, found) == 0;
}

static bool is_looked_for(const struct gs_filter *f, const struct gs_booking *b)
{
    return (f->text[0] == '\0' && f->search.chars == 0) || (f->text[0] != '\0' && text_matches(f->text, b)) ||
           (f->search.chars > 0 && gs_search_match(&f->search, b) != GS_MATCH_NO);
}

bool gs_filter_matches(const struct gs_filter *f, const struct gs_booking *b)
{
    return b->id > f->after_id && (f->before_id == 0 || b->id < f->before_id) &&
           (!f->has_date || b->wish.date == f->date) && (!f->has_status || b->status == f->status) &&
           same_or_any(f->window, b->window) && same_or_any(f->uscc, b->uscc) && same_or_any(f->owner, b->owner) &&
           same_or_any(f->reference, b->reference) && is_looked_for(f, b);
}
