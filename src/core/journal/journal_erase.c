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

/* A text has its length in a byte before it. */
static void erase_text(struct gs_buf *out, const unsigned char **from, const unsigned char *text, bool *out_changed)
{
    static const size_t len = sizeof GS_ERASED_TEXT - 1;
    if (text == NULL || *text == 0 || (*text == len && memcmp(text + 1, GS_ERASED_TEXT, len) == 0)) {
        return;
    }
    copy_until(out, from, text);
    gs_buf_char(out, (char)len);
    gs_buf_str(out, GS_ERASED_TEXT);
    *from = text + 1 + *text;
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
