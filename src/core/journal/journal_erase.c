/* Erases from a row of the journal what a person has typed, the reasons: each becomes a text that is one still, so that the decision
 * comes out the same when it is made again. All other bytes stay. */
#include "gateslot/core/event.h"
#include "journal/journal.h"

#include <string.h>

static void copy_until(struct gs_buf *out, const unsigned char **from, const unsigned char *to)
{
    gs_buf_add(out, *from, (size_t)(to - *from));
    *from = to;
}

/* Each form of a length, the one byte and the seven bits a byte, is one byte for so short a text. */
_Static_assert(sizeof GS_ERASED_TEXT - 1 < 0x80, "a short text");

static void erase_text(struct gs_buf *out, const unsigned char **from, struct gs_journal_span text, bool *out_changed)
{
    static const unsigned char erased[] = "\x03" GS_ERASED_TEXT;
    static const size_t len = sizeof erased - 1;
    _Static_assert(sizeof GS_ERASED_TEXT - 1 == 3, "its length stands before it");
    if (text.at == NULL || *text.at == 0 ||
        ((size_t)(text.end - text.at) == len && memcmp(text.at, erased, len) == 0)) {
        return;
    }
    copy_until(out, from, text.at);
    gs_buf_add(out, erased, len);
    *from = text.end;
    *out_changed = true;
}

int gs_journal_erase(const void *row, size_t len, struct gs_buf *out, bool *out_changed)
{
    struct gs_journal_cursor c;
    struct gs_journal_entry entry;
    const unsigned char *from = row, *end = from + len;
    bool changed = false;
    int err = gs_journal_open(&c, row, len);
    while (err == GS_OK && (err = gs_journal_next(&c, 1, &entry)) == GS_OK) {
        if (entry.kind == GS_JOURNAL_COMMAND) {
            erase_text(out, &from, entry.reason, &changed);
            erase_text(out, &from, entry.capacity_reason, &changed);
        }
    }
    copy_until(out, &from, end);
    *out_changed = changed;
    return err == GS_E_NOTFOUND ? GS_OK : err;
}

int gs_journal_last_ms(const void *row, size_t len, int64_t *out_ms)
{
    struct gs_journal_cursor c;
    struct gs_journal_entry entry;
    int err = gs_journal_open(&c, row, len);
    while (err == GS_OK && (err = gs_journal_next(&c, 1, &entry)) == GS_OK) {
        *out_ms = entry.at_ms;
    }
    return err == GS_E_NOTFOUND ? GS_OK : err;
}
