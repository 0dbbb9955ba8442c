/* The list of faults in what a caller sent: it answers for its bound and for cutting texts at a character's edge.
 * It makes no sentences; those are api/fault_text.c's. */
#include "gateslot/base/fault.h"
#include "gateslot/base/text.h"
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const codes[GS_FAULT_KINDS] = {
    [GS_FAULT_REQUIRED] = "required",
    [GS_FAULT_UNKNOWN_FIELD] = "unknown_field",
    [GS_FAULT_TYPE] = "type",
    [GS_FAULT_TOO_LONG] = "too_long",
    [GS_FAULT_TOO_MANY] = "too_many",
    [GS_FAULT_FORMAT] = "format",
    [GS_FAULT_LENGTH] = "length",
    [GS_FAULT_ALPHABET] = "alphabet",
    [GS_FAULT_CHECK_DIGIT] = "check_digit",
    [GS_FAULT_RANGE] = "range",
    [GS_FAULT_CHOICE] = "choice",
    [GS_FAULT_REPEATED] = "repeated",
    [GS_FAULT_NO_SUCH_DATE] = "no_such_date",
    [GS_FAULT_NO_SUCH_WINDOW] = "no_such_window",
    [GS_FAULT_NO_SUCH_SLOT] = "no_such_slot",
    [GS_FAULT_NOT_ALLOWED] = "not_allowed",
    [GS_FAULT_EMPTY] = "empty",
    [GS_FAULT_TOO_SHORT] = "too_short",
    [GS_FAULT_NOT_BEFORE] = "not_before",
    [GS_FAULT_NOT_AFTER] = "not_after",
    [GS_FAULT_CONFIG] = "config",
    [GS_FAULT_SAME_AS] = "same_as",
    [GS_FAULT_NOT_LISTED] = "not_listed",
    [GS_FAULT_NO_SUCH_NAME] = "no_such_name",
};

const char *gs_fault_code(enum gs_fault_kind kind)
{
    assert((int)kind >= 0 && kind < GS_FAULT_KINDS);
    return codes[kind];
}

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

/* In place: 330106199001011234 becomes 330****1234. */
static void mask_numbers(char *text)
{
    static const size_t long_enough = 11, head = 3, tail = 4;
    static const char stars[] = "****";
    for (char *c = text; *c != '\0'; c++) {
        size_t len = 0;
        while (digit(c[len])) {
            len++;
        }
        len += len > 0 && (c[len] == 'X' || c[len] == 'x') ? 1 : 0;
        if (len < long_enough) {
            c += len > 0 ? len - 1 : 0;
            continue;
        }
        char *rest = c + len - tail;
        memcpy(c + head, stars, sizeof stars - 1);
        memmove(c + head + sizeof stars - 1, rest, strlen(rest) + 1);
        c += head + sizeof stars - 1 + tail - 1;
    }
}

void gs_fault_add(struct gs_faults *faults, enum gs_fault_kind kind, const char *pointer, const char *found,
                  const char *expected)
{
    struct gs_fault *fault;
    assert((int)kind >= 0 && kind < GS_FAULT_KINDS);
    assert(faults->count <= GS_MAX_FAULTS);
    if (faults->count == GS_MAX_FAULTS) {
        return;
    }
    fault = &faults->list[faults->count++];
    fault->kind = kind;
    (void)gs_text_copy(fault->pointer, sizeof fault->pointer, pointer);
    (void)gs_text_copy(fault->found, sizeof fault->found, found != NULL ? found : "");
    mask_numbers(fault->found);
    (void)gs_text_copy(fault->expected, sizeof fault->expected, expected != NULL ? expected : "");
}

const char *gs_fault_pointer(char out[GS_POINTER_MAX + 1], const char *format, ...)
{
    char whole[4 * (GS_POINTER_MAX + 1)]; /* longer than out, so that the cut is made at a character's edge */
    va_list args;
    int len;
    va_start(args, format);
    len = vsnprintf(whole, sizeof whole, format, args);
    va_end(args);
    assert(len >= 0);
    (void)gs_text_copy(out, GS_POINTER_MAX + 1, whole);
    return out;
}
